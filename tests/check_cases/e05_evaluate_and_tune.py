import numpy as np
import pandas as pd

from tests.check_cases.forms import answers

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
RIGHT = [0, 2, 1, 0]
ANIMALS = ["cat", "dog", "frog"]
MATRIX = pd.DataFrame([[52, 30, 18], [10, 80, 10], [25, 5, 70]], ANIMALS, ANIMALS)


def log(start, step=-0.1, epochs=3):
    losses = [start + step * epoch for epoch in range(epochs)]
    return {"loss": losses, "val_loss": losses}


HISTORIES = {"relu": log(1.8), "sigmoid": log(2.2), "tanh": log(1.9)}


def labels(values):
    return answers(values, PROBABILITIES)


CASES = {
    "test_set_size": {
        "right": [8067, 8064, answers(n=8400)],
        "the square forgotten": 89.8,
        "the factor 1.96 forgotten": 2100,
        "the whole width taken for 0.01": 32_269,
        "a tenth of a point": 806_700,
        "too few": 1000,
        "far too many": 50_000,
    },
    "predicted_labels": {
        "right": [labels(RIGHT), labels(np.array(RIGHT))],
        "names instead of numbers": labels([ANIMALS[place] for place in RIGHT]),
        "one number for all images": labels([0]),
        "the wrong axis": labels(PROBABILITIES.argmax(axis=0)),
        "the largest probability instead of its place": labels(PROBABILITIES.max(axis=1)),
        "probabilities rounded": labels(PROBABILITIES.round()),
        "another number of images": labels([0, 2]),
        "counted from 1": labels([1, 3, 2, 1]),
        "the smallest probability": labels(PROBABILITIES.argmin(axis=1)),
        "other classes": labels([0, 2, 1, 1]),
    },
    "confused_pair": {
        "right": [answers("cat", "frog", MATRIX), answers("frog", "Cat", MATRIX)],
        "numbers instead of names": answers(0, 2, MATRIX),
        "a class that does not exist": answers("cat", "mouse", MATRIX),
        "the same class twice": answers("dog", "dog", MATRIX),
        "one direction only": answers("cat", "dog", MATRIX),
        "another pair": answers("dog", "frog", MATRIX),
    },
    "recall_and_precision": {
        "right": [answers(0.52, 52 / 87, MATRIX, "cat"), answers(0.52, 0.6, MATRIX, "cat")],
        "percentages instead of fractions": answers(52, 60, MATRIX, "cat"),
        "the two swapped": answers(52 / 87, 0.52, MATRIX, "cat"),
        "the accuracy of all classes": answers(202 / 300, 52 / 87, MATRIX, "cat"),
        "another recall": answers(0.4, 52 / 87, MATRIX, "cat"),
        "another precision": answers(0.52, 0.4, MATRIX, "cat"),
    },
    "grid_size": {
        "right": [28],
        "added instead of multiplied": 6,
        "the folds forgotten": 9,
        "the folds of one hyperparameter only": 18,
        "the last training forgotten": 27,
        "another number": 12,
    },
    "activation_loop": {
        "right": [HISTORIES, {name: pd.DataFrame(table) for name, table in HISTORIES.items()}],
        "no dictionary": [log(1.8), log(2.2), log(1.9)],
        "only the last history kept": {"tanh": log(1.9)},
        "an activation left out": {"relu": log(1.8), "tanh": log(1.9)},
        "one history under all names": dict.fromkeys(HISTORIES, log(1.8)),
        "the activation never used": {name: log(1.8) for name in HISTORIES},
        "one network trained on and on": {"relu": log(1.8), "sigmoid": log(1.5), "tanh": log(1.2)},
    },
}
