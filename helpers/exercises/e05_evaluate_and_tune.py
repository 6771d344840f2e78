"""Exercises of episode 5: a setting that arrives, pairs of runs, test sets, the confusion matrix."""

import numpy as np
import pandas as pd

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import array, call, compare_number, number, shown, word
from helpers.model_input import flat_layers

SETTINGS = ({"filters": 8, "learning_rate": 0.003}, {"filters": 24, "learning_rate": 0.01})


@exercise("function : callable; n_networks : int")
def repaired_build(function, n_networks):
    """Check that a build function for a grid search uses both settings, and how many networks are trained."""
    images, labels = np.zeros((20, 3072), "float32"), np.eye(10, dtype="float32")[[*range(10)] * 2]
    yield not callable(function), f"my_build is {shown(function)}: pass the function, without brackets."
    for setting in SETTINGS:
        model = call(function, images, labels, **setting)
        yield not hasattr(model, "layers"), f"my_build returns {shown(model)}: it has to return the model."
        yield getattr(model, "optimizer", None) is None, "my_build returns a model that is not compiled."
        filters = [layer.filters for layer in flat_layers(model) if type(layer).__name__ == "Conv2D"]
        yield not filters, "The network has no convolution: which line should use what Conv2D returns?"
        found = {"filters": filters[0], "learning_rate": float(np.asarray(model.optimizer.learning_rate))}
        for name, value in setting.items():
            lost = not np.isclose(found[name], value)
            yield lost, f"Called with {name}={value:g}, my_build returns a network with {found[name]:g}."
    near_misses = {
        "n_networks counts the settings: each of them is trained once for each fold.": 4,
        "n_networks: both lists have two values, and every pair is a setting.": 6,
        "n_networks counts one more: with refit=False there is no training run at the end.": 13,
    }
    yield from compare_number(n_networks, "n_networks", 12, near_misses, "settings times folds.")
    return "Both settings reach the network. 4 settings x 3 folds are 12 networks."


@exercise("pairs_ahead : Series, array or list of int, one number per epoch; gain : DataFrame")
def pairs_ahead(pairs_ahead, gain):
    """Check in how many pairs of runs the second network is ahead, epoch by epoch."""
    if isinstance(pairs_ahead, dict):
        pairs_ahead = list(pairs_ahead.values())
    epochs, seeds = gain.shape
    if isinstance(pairs_ahead, pd.Series) and sorted(pairs_ahead.index) == sorted(gain.index):
        pairs_ahead = pairs_ahead.loc[gain.index]
    given, ahead = array(pairs_ahead, "pairs_ahead"), gain.to_numpy() > 0
    yield given.shape == gain.shape, "pairs_ahead still has a value for each pair: count those of each epoch."
    yield given.shape == (seeds,), "pairs_ahead has one number per seed: which axis gives one per epoch?"
    yield given.shape != (epochs,), f"pairs_ahead has the shape {given.shape}: it needs one number per epoch."
    near_misses = {
        "pairs_ahead holds shares: the task asks how many pairs there are.": ahead.mean(axis=1),
        "pairs_ahead counts the pairs in which dropout is behind.": (~ahead).sum(axis=1),
        "pairs_ahead holds sums of the differences: ask of each whether it is above 0.": gain.sum(axis=1),
        "pairs_ahead holds means of the differences: how many are above 0?": gain.mean(axis=1),
    }
    for message, result in near_misses.items():
        yield np.allclose(given, result), message
    wrong = np.flatnonzero(given != ahead.sum(axis=1))
    first = int(gain.index[wrong[0]]) if len(wrong) else 0
    yield len(wrong), f"The number for epoch {first} is wrong: how many values in its row are above 0?"
    return "So the answer depends on the epoch at which you compare."


@exercise("n : int")
def test_set_size(n):
    """Check how many test images an accuracy of 0.7 needs for an interval of plus or minus 0.01."""
    n = number(n, "n")
    needed = 1.96**2 * 0.7 * 0.3 / 0.01**2
    mistakes = {
        "The root is still in it: square both sides of the equation.": needed**0.5,
        "The factor 1.96 is missing: without it the interval holds only 68%.": needed / 1.96**2,
        "The factor 1.96 is there only once: when you square both sides, square it too.": needed / 1.96,
        "Now the whole interval is 0.01 wide: the task asks for 0.01 to either side.": 4 * needed,
        "That is for plus or minus 0.001: one percentage point is 0.01.": 100 * needed,
    }
    for message, result in mistakes.items():
        yield abs(n / result - 1) < 0.03, message
    yield n < 7_900, f"{n:,.0f} images leave a wider interval: solve the equation for n."
    yield not n <= 8_600, f"{n:,.0f} are more than it takes: solve the equation for n."
    return "About 8,000 images."


@exercise("expected : float")
def two_passes(expected):
    """Check a prediction: the accuracy that comes out if the labels belong to other images."""
    expected = number(expected, "expected")
    percent = 1 < expected <= 100
    yield percent, f"expected is {expected:g}: write a fraction, between 0 and 1."
    yield not 0 <= expected <= 1, f"expected is {expected:g}: an accuracy lies between 0 and 1."
    yield expected > 0.6, "That would need both passes in the same order. What does shuffling change?"
    yield expected < 0.04, "Some labels match by chance: how many, with ten equally frequent classes?"
    yield not 0.07 <= expected <= 0.13, "How often does a random label out of ten classes match?"
    return "Run the cell after the solution to see it."


@exercise("first, second : str; recall, precision : float; matrix : DataFrame")
def read_matrix(first, second, recall, precision, matrix):
    """Check the most confused pair, and recall and precision of two classes taken as one: road vehicles."""
    names, table = list(matrix.index), matrix.to_numpy()
    no_names = not isinstance(first, str) or not isinstance(second, str)
    yield no_names, "first and second are the names of two classes, in quotation marks."
    first, second = word(first, "first", names), word(second, "second", names)
    yield first == second, "That is one class: the diagonal holds the correct answers. Name two."
    both = table + table.T
    np.fill_diagonal(both, 0)
    pair = names.index(first), names.index(second)
    given, single = both[pair], table * (1 - np.eye(len(names), dtype=int))
    one_way = given < both.max() and single.max() in (single[pair], single[pair[::-1]])
    yield one_way, "That is the largest number in one direction: add the two cells of each pair."
    yield given < both.max(), f"{first} and {second} were mixed up {given} times: there is a pair with more."
    yield from _recall_and_precision(number(recall, "recall"), number(precision, "precision"), names, table)
    return f"{given} confusions in both directions; of 400 road vehicles, most were found."


def _recall_and_precision(recall, precision, names, table):
    road = [names.index(name) for name in ("automobile", "truck")]
    found, exact = table[np.ix_(road, road)].sum(), table[road, road].sum()
    true, called = table[road].sum(), table[:, road].sum()
    yield max(recall, precision) > 1, f"{max(recall, precision):g}: write fractions, between 0 and 1."
    each = [table[at, at] / table[at].sum() for at in road]
    share = [table[at, at] / table[:, at].sum() for at in road]
    swapped = np.allclose((recall, precision), (found / called, found / true), atol=0.003)
    yield swapped, "Swapped: recall divides by what the images are, precision by what they were called."
    for name, value, right, near in (
        ("recall", recall, found / true, (exact / true, np.mean(each), *each)),
        ("precision", precision, found / called, (exact / called, np.mean(share), *share)),
    ):
        one_class = np.isclose(value, near, atol=0.003).any() and not np.isclose(value, right, atol=0.003)
        yield one_class, f"{name}: an automobile called truck is a road vehicle, and so counts as found."
        whole, other = "row" if name == "recall" else "column", not np.isclose(value, right, atol=0.006)
        why = f"four cells are right, and each of the two {whole}s has a sum"
        yield other, f"{name} is not {value:g}: {why}."
