"""Exercises of episode 5: test sets, the confusion matrix, calibration, tuning."""

from itertools import pairwise

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import array, number, shown, word
from helpers.histories import history_table


@exercise("n : int")
def test_set_size(n):
    """Check how many test images an accuracy of 0.7 needs for an interval of plus or minus 0.01."""
    n = number(n, "n")
    needed = 1.96**2 * 0.7 * 0.3 / 0.01**2
    mistakes = {
        "The root is still in it: square both sides of the equation.": needed**0.5,
        "The factor 1.96 is missing: without it the interval holds only 68 %.": needed / 1.96**2,
        "Now the whole interval is 0.01 wide: the task asks for 0.01 to either side.": 4 * needed,
        "That is for plus or minus 0.001: one point of a hundred is 0.01.": 100 * needed,
    }
    for message, result in mistakes.items():
        yield abs(n / result - 1) < 0.03, message
    yield n < 7_900, f"{n:,.0f} images leave a wider interval: solve the equation for n."
    yield not n <= 8_600, f"{n:,.0f} are more than it takes: solve the equation for n."
    return "About 8,000: which is why CIFAR-10 comes with 10,000 test images."


@exercise("labels : array of int, shape (N,); probabilities : array of float, shape (N, 10)")
def predicted_labels(labels, probabilities):
    """Check the predicted class of each image, as numbers."""
    rows = np.asarray(probabilities)
    right = rows.argmax(axis=1)
    given = array(labels, "labels", any_type=True)
    yield given.dtype.kind in "USO", "These are names: the task asks for their numbers, 0 to 9."
    yield given.size == 1 != len(rows), "That is one number for all images: argmax needs axis=1."
    wrong_axis = given.shape == rows.T.argmax(axis=1).shape != right.shape
    yield wrong_axis, "These are the surest images of each class: look along the rows, axis=1."
    values = given.shape == right.shape and np.allclose(given, rows.max(axis=1))
    yield values, "These are the largest probabilities themselves: argmax gives their places."
    yield given.shape == rows.shape, "One number for each class: keep only the place of the largest."
    yield given.shape != right.shape, f"The shape is {given.shape}: one class for each image."
    yield np.array_equal(given, right + 1), "Counted from 1: Python counts classes from 0."
    yield np.array_equal(given, rows.argmin(axis=1)), "These are the least probable classes."
    wrong = int((given != right).sum())
    yield wrong, f"{wrong} of {len(rows)} are not the most probable class."
    return "One class for each image: the column with the largest probability."


@exercise("first, second : str; matrix : pandas.DataFrame")
def confused_pair(first, second, matrix):
    """Check which two classes are taken for each other most often, both directions together."""
    names = list(matrix.index)
    yield not isinstance(first, str) and not isinstance(second, str), "Write the names of two classes."
    first, second = word(first, "first", names), word(second, "second", names)
    yield first == second, "That is one class: the diagonal holds the right answers. Name two."
    both = matrix.to_numpy() + matrix.to_numpy().T
    np.fill_diagonal(both, 0)
    pair = names.index(first), names.index(second)
    given, single = both[pair], matrix.to_numpy() * (1 - np.eye(len(names), dtype=int))
    one_way = given < both.max() and single.max() in (single[pair], single[pair[::-1]])
    yield one_way, "That is the largest number in one direction: add both, on either side of the diagonal."
    yield given < both.max(), f"{first} and {second} were mixed up {given} times: there is a pair with more."
    return f"{first} and {second} were mixed up {given} times, more than any other two."


@exercise("recall, precision : float; matrix : pandas.DataFrame; name : str")
def recall_and_precision(recall, precision, matrix, name):
    """Check recall and precision of one class, computed from the confusion matrix."""
    table = matrix.to_numpy()
    at = list(matrix.index).index(name)
    found = table[at, at]
    right = found / table[at].sum(), found / table[:, at].sum()
    given = number(recall, "recall"), number(precision, "precision")
    yield max(given) > 1, f"{max(given):g} is more than everything: write fractions, 0 to 1."
    swapped = np.allclose(given, right[::-1], atol=0.006) and not np.allclose(given, right, atol=0.006)
    yield swapped, "Swapped: recall divides by the sum of the row, precision by the sum of the column."
    accuracy = np.trace(table) / table.sum()
    yield np.isclose(given[0], accuracy, atol=1e-4), f"That is the accuracy of all classes, not of {name}."
    missed = not np.isclose(given[0], right[0], atol=0.006)
    yield missed, f"Recall: of {table[at].sum()} true {name}s, {found} were found."
    mistaken = not np.isclose(given[1], right[1], atol=0.006)
    yield mistaken, f"Precision: of the {table[:, at].sum()} images called {name}, {found} are one."
    return f"Of all {name}s {right[0]:.0%} were found, and an image called {name} is one in {right[1]:.0%}."


@exercise("histories : dict of str to history")
def activation_loop(histories):
    """Check a loop that trains a new network for each of relu, sigmoid and tanh, and keeps the histories."""
    yield not isinstance(histories, dict), f"{shown(histories)}: collect the histories in a dictionary."
    names = ["relu", "sigmoid", "tanh"]
    missing = [name for name in names if name not in histories]
    overwritten = len(histories) == 1 and missing
    yield overwritten, "Only one history is left: write histories[activation] = ... inside the loop."
    yield missing, f"There is no history for {', '.join(missing)}."
    tables = {name: history_table(histories[name]) for name in names}
    losses = [table.loss.to_numpy() for table in tables.values()]
    same = len({id(histories[name]) for name in names}) < len(names)
    yield same, "The same history stands under two names: keep the one that each fit returns."
    equal = any(np.array_equal(a, b) for a, b in pairwise(losses))
    yield equal, "Two histories are equal to the last digit: does the network get the activation?"
    continued = losses[1][0] < losses[0][-1] and losses[2][0] < losses[1][-1]
    yield continued, "Each training starts where the one before ended: make a new network in the loop."
    return "Three new networks, three histories: now they can be compared."
