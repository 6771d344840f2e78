import numpy as np
import pandas as pd

from tests.check_cases.forms import answers, with_, without_first

RULES = {
    "no image of it was used for training": True,
    "it chooses the dropout rate": False,
    "it is prepared in the same way as the training images": True,
    "it must hold images of none of the classes": False,
    "every class occurs in it": True,
    "one looks at its accuracy after every change": False,
}
CERTAINTY = {
    "calibrated: of the answers with 80 %, about 80 % are right": True,
    "for an image of none of the classes all probabilities are low": False,
    "an answer with 99 % is right": False,
    "networks that overfit are often too sure": True,
    "a network with a higher accuracy is always better calibrated": False,
}
DATA = {
    "the weights": "training",
    "the dropout rate": "validation",
    "the number of epochs": "validation",
    "the accuracy in your report": "test",
}
GAINS = {
    "one run with 0.655, another with 0.662": False,
    "0.655, 0.651, 0.660 against 0.681, 0.678, 0.684": True,
    "0.655, 0.640, 0.668 against 0.659, 0.650, 0.661": False,
    "the best of 20 random settings against the one before": False,
}
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
RIGHT = [0, 2, 1, 0]
ANIMALS = ["cat", "dog", "frog"]
MATRIX = pd.DataFrame([[52, 30, 18], [10, 80, 10], [25, 5, 70]], ANIMALS, ANIMALS)


def log(start, step=-0.1, epochs=3):
    losses = [start + step * epoch for epoch in range(epochs)]
    return {"loss": losses, "val_loss": losses}


HISTORIES = {"relu": log(1.8), "sigmoid": log(2.2), "tanh": log(1.9)}


def flipped(statements, place):
    key = [*statements][place]
    return answers(with_(statements, key, not statements[key]))


def said(statements, place, word):
    return answers(with_(statements, [*statements][place], word))


def labels(values):
    return answers(values, PROBABILITIES)


CASES = {
    "test_set_size": (
        [answers(8067), answers(8064), answers(n=8400)],
        {
            "the square forgotten": answers(89.8),
            "the factor 1.96 forgotten": answers(2100),
            "the whole width taken for 0.01": answers(32_269),
            "a tenth of a point": answers(806_700),
            "too few": answers(1000),
            "far too many": answers(50_000),
        },
        [answers(...)],
    ),
    "test_set_rules": (
        [answers(RULES)],
        {
            "a statement left out": answers(without_first(RULES)),
            "an answer that is neither True nor False": said(RULES, 0, "yes"),
            "seen images thought harmless": flipped(RULES, 0),
            "tuning on the test set": flipped(RULES, 1),
            "another preparation thought harmless": flipped(RULES, 2),
            "images of other classes demanded": flipped(RULES, 3),
            "classes thought dispensable": flipped(RULES, 4),
            "repeated use thought harmless": flipped(RULES, 5),
        },
        [answers(dict.fromkeys(RULES, ...))],
    ),
    "predicted_labels": (
        [labels(RIGHT), labels(np.array(RIGHT))],
        {
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
        [labels(...)],
    ),
    "confused_pair": (
        [answers("cat", "frog", MATRIX), answers("frog", "Cat", MATRIX)],
        {
            "numbers instead of names": answers(0, 2, MATRIX),
            "a class that does not exist": answers("cat", "mouse", MATRIX),
            "the same class twice": answers("dog", "dog", MATRIX),
            "one direction only": answers("cat", "dog", MATRIX),
            "another pair": answers("dog", "frog", MATRIX),
        },
        [answers(..., ..., MATRIX)],
    ),
    "recall_and_precision": (
        [answers(0.52, 52 / 87, MATRIX, "cat"), answers(0.52, 0.6, MATRIX, "cat")],
        {
            "percentages instead of fractions": answers(52, 60, MATRIX, "cat"),
            "the two swapped": answers(52 / 87, 0.52, MATRIX, "cat"),
            "the accuracy of all classes": answers(202 / 300, 52 / 87, MATRIX, "cat"),
            "another recall": answers(0.4, 52 / 87, MATRIX, "cat"),
            "another precision": answers(0.52, 0.4, MATRIX, "cat"),
        },
        [answers(..., ..., MATRIX, "cat")],
    ),
    "calibration": (
        [answers(CERTAINTY)],
        {
            "a statement left out": answers(without_first(CERTAINTY)),
            "an answer that is neither True nor False": said(CERTAINTY, 0, "yes"),
            "calibration misunderstood": flipped(CERTAINTY, 0),
            "softmax thought to know what it does not know": flipped(CERTAINTY, 1),
            "a sure answer thought right": flipped(CERTAINTY, 2),
            "overfitting thought harmless for certainty": flipped(CERTAINTY, 3),
            "accuracy and calibration mixed up": flipped(CERTAINTY, 4),
        },
        [answers(dict.fromkeys(CERTAINTY, ...))],
    ),
    "tuning_data": (
        [answers(DATA)],
        {
            "a decision left out": answers(without_first(DATA)),
            "none of the three parts": said(DATA, 0, "all"),
            "the weights learned elsewhere": said(DATA, 0, "validation"),
            "the rate chosen by the test set": said(DATA, 1, "test"),
            "the epochs chosen by the test set": said(DATA, 2, "test"),
            "the report on images that chose the model": said(DATA, 3, "validation"),
        },
        [answers(dict.fromkeys(DATA, ...))],
    ),
    "grid_size": (
        [answers(28)],
        {
            "added instead of multiplied": answers(6),
            "the folds forgotten": answers(9),
            "the folds of one hyperparameter only": answers(18),
            "the last training forgotten": answers(27),
            "another number": answers(12),
        },
        [answers(...)],
    ),
    "activation_loop": (
        [answers(HISTORIES), answers({name: pd.DataFrame(table) for name, table in HISTORIES.items()})],
        {
            "no dictionary": answers([log(1.8), log(2.2), log(1.9)]),
            "only the last history kept": answers({"tanh": log(1.9)}),
            "an activation left out": answers(without_first(HISTORIES)),
            "one history under all names": answers(dict.fromkeys(HISTORIES, log(1.8))),
            "the activation never used": answers({name: log(1.8) for name in HISTORIES}),
            "one network trained on and on": answers(
                {"relu": log(1.8), "sigmoid": log(1.5), "tanh": log(1.2)}
            ),
        },
        [answers(dict.fromkeys(HISTORIES, ...))],
    ),
    "real_gain": (
        [answers(GAINS)],
        {
            "a comparison left out": answers(without_first(GAINS)),
            "an answer that is neither True nor False": said(GAINS, 0, "yes"),
            "two single runs trusted": flipped(GAINS, 0),
            "a clear gain not trusted": flipped(GAINS, 1),
            "a gain within the spread trusted": flipped(GAINS, 2),
            "the best of twenty trusted": flipped(GAINS, 3),
        },
        [answers(dict.fromkeys(GAINS, ...))],
    ),
}
