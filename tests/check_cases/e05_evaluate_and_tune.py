import keras
import numpy as np
import pandas as pd

from helpers.models import create_model_intro
from tests.check_cases.forms import FUNCTION, answers

NAMES = ["cat", "automobile", "frog", "truck"]
COUNTS = [[52, 4, 30, 2], [10, 70, 1, 14], [25, 5, 66, 4], [3, 20, 2, 75]]
MATRIX = pd.DataFrame(COUNTS, NAMES, NAMES)
TRUE, CALLED, FOUND = 195, 194, 179
GAIN = pd.DataFrame([[-0.1, 0.2, -0.3], [0.1, 0.2, 0.3]], pd.Index([1, 2], name="epoch"), [1, 2, 3])


def build(X, y, filters=16, learning_rate=0.001):  # noqa: N803
    inputs = keras.Input((X.shape[1],))
    maps = keras.layers.Conv2D(filters, 3)(keras.layers.Reshape((32, 32, 3))(inputs))
    outputs = keras.layers.Dense(10, "softmax")(keras.layers.Flatten()(maps))
    return compiled(keras.Model(inputs, outputs), keras.optimizers.Adam(learning_rate))


def compiled(model, optimizer="adam"):
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


def in_a_row(X, y, filters=16, learning_rate=0.001):  # noqa: N803
    """Another right way: a network within the network, and another optimizer."""
    maps = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(filters, 3)])
    steps = [keras.Input((3072,)), keras.layers.Reshape((32, 32, 3)), maps, keras.layers.Flatten()]
    network = keras.Sequential([*steps, keras.layers.Dense(10, "softmax")])
    return compiled(network, keras.optimizers.RMSprop(learning_rate))


def without_convolution(X, y, filters=16, learning_rate=0.001):  # noqa: N803
    network = keras.Sequential([keras.Input((3072,)), keras.layers.Dense(10, "softmax")])
    return compiled(network, keras.optimizers.Adam(learning_rate))


def matrix(first, second, recall=FOUND / TRUE, precision=FOUND / CALLED):
    return answers(first, second, recall, precision, MATRIX)


CASES = {
    "repaired_build": {
        "right": [answers(build, 12), answers(in_a_row, 12.0), answers(lambda *a, **k: build(*a, **k), 12)],
        "the filters do not arrive": answers(
            lambda x, y, filters, learning_rate: build(x, y, 16, learning_rate), 12
        ),
        "the learning rate does not arrive": answers(
            lambda x, y, filters, learning_rate: build(x, y, filters), 12
        ),
        "not compiled": answers(lambda x, y, filters, learning_rate: create_model_intro(), 12),
        "the convolution is still left out": answers(without_convolution, 12),
        "the settings alone counted": answers(build, 4),
        "the folds of one list": answers(build, 6),
        "a training run at the end counted": answers(build, 13),
        "another number": answers(build, 24),
        "not compiled but returned twice": answers(lambda x, y, filters, learning_rate: (x, y), 12),
        **{name: answers(value, 12) for name, value in FUNCTION.items() if name != "not yet"},
    },
    "pairs_ahead": {
        "right": [
            answers((GAIN > 0).sum(axis=1), GAIN),
            answers([1, 3], GAIN),
            answers({1: 1, 2: 3}, GAIN),
            answers((GAIN > 0).sum(axis=1)[::-1], GAIN),
            answers(np.count_nonzero(GAIN > 0, axis=1), GAIN),
        ],
        "True and False": answers(GAIN > 0, GAIN),
        "counted for each seed": answers((GAIN > 0).sum(axis=0), GAIN),
        "one number in all": answers([4], GAIN),
        "shares": answers((GAIN > 0).mean(axis=1), GAIN),
        "those behind": answers((GAIN < 0).sum(axis=1), GAIN),
        "sums of the differences": answers(GAIN.sum(axis=1), GAIN),
        "means of the differences": answers(GAIN.mean(axis=1), GAIN),
        "miscounted": answers([1, 2], GAIN),
    },
    "test_set_size": {
        "right": [8067, 8064, 8068.0, answers(n=8400)],
        "the square forgotten": 89.8,
        "the factor 1.96 forgotten": 2100,
        "the factor 1.96 not squared": 4116,
        "the whole width taken for 0.01": 32_269,
        "a tenth of a point": 806_700,
        "too few": 1000,
        "far too many": 50_000,
    },
    "two_passes": {
        "right": [0.1, 0.095, 1 / 10],
        "as if nothing were shuffled": 0.71,
        "half of it": 0.35,
        "none fits": 0,
        "in percent": 10,
        "negative": -0.1,
    },
    "read_matrix": {
        "right": [matrix("cat", "frog"), matrix("frog", " Cat"), matrix("cat", "frog", 0.918, 0.923)],
        "numbers instead of names": matrix(0, 2),
        "a class that does not exist": matrix("cat", "mouse"),
        "the same class twice": matrix("truck", "truck"),
        "another pair": matrix("automobile", "truck"),
        "percentages instead of fractions": matrix("cat", "frog", 91.8, 92.3),
        "the two swapped": matrix("cat", "frog", FOUND / CALLED, FOUND / TRUE),
        "only the diagonal counted in recall": matrix("cat", "frog", 145 / TRUE),
        "only the diagonal counted in precision": matrix("cat", "frog", precision=145 / CALLED),
        "another recall": matrix("cat", "frog", 0.4),
        "another precision": matrix("cat", "frog", precision=0.4),
    },
}
