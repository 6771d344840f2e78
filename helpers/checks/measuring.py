"""Exercises of episode 5 on predicted classes and the confusion matrix."""

import numpy as np

from helpers.checks.answers import array, number, word
from helpers.checks.machinery import exercise


@exercise
def predicted_labels(labels, probabilities):
    """Check the predicted class of each image, as numbers.

    Parameters
    ----------
    labels : array of int, shape (N,)
        The class of the largest probability in each row.
    probabilities : array of float, shape (N, 10)
        One row an image.

    Notes
    -----
    Mistakes it recognises:

    * names instead of numbers
    * one number for all images
    * the wrong axis
    * the largest probability instead of its place
    * probabilities rounded
    * another number of images
    * counted from 1
    * the smallest probability
    * other classes
    """
    rows = np.asarray(probabilities)
    right = rows.argmax(axis=1)
    given = array(labels, "labels", any_type=True)
    yield given.dtype.kind in "USO", "These are names: the task asks for their numbers, 0 to 9."
    yield given.size == 1 != len(rows), "That is one number for all images: argmax needs axis=1."
    yield (
        given.shape == rows.T.argmax(axis=1).shape != right.shape,
        "These are the surest images of each class: look along the rows, axis=1.",
    )
    yield (
        given.shape == right.shape and np.allclose(given, rows.max(axis=1)),
        "These are the largest probabilities themselves: argmax gives their places.",
    )
    yield (
        given.shape == rows.shape,
        "One number for each class: keep only the place of the largest.",
    )
    yield (
        given.shape != right.shape,
        f"The shape is {given.shape}: one class for each image.",
    )
    yield np.array_equal(given, right + 1), "Counted from 1: Python counts classes from 0."
    yield (
        np.array_equal(given, rows.argmin(axis=1)),
        "These are the least probable classes.",
    )
    wrong = int((given != right).sum())
    yield wrong, f"{wrong} of {len(rows)} are not the most probable class."
    return "One class for each image: the column with the largest probability."


@exercise
def confused_pair(first, second, matrix):
    """Check which two classes are taken for each other most often, both directions together.

    Parameters
    ----------
    first, second : str
        Two class names, in any order.
    matrix : pandas.DataFrame
        What `evaluation.confusion` gives: rows are true classes, columns predicted ones.

    Notes
    -----
    Mistakes it recognises:

    * numbers instead of names
    * a class that does not exist
    * the same class twice
    * one direction only
    * another pair
    """
    names = list(matrix.index)
    yield not isinstance(first, str) and not isinstance(second, str), "Write the names of two classes."
    first, second = word(first, "first", names), word(second, "second", names)
    yield first == second, "That is one class: the diagonal holds the right answers. Name two."
    both = matrix.to_numpy() + matrix.to_numpy().T
    np.fill_diagonal(both, 0)
    pair = names.index(first), names.index(second)
    given, single = both[pair], matrix.to_numpy() * (1 - np.eye(len(names), dtype=int))
    yield (
        given < both.max() and single.max() in (single[pair], single[pair[::-1]]),
        "That is the largest number in one direction: add the two numbers on either side of the diagonal.",
    )
    yield (
        given < both.max(),
        f"{first} and {second} were mixed up {given} times: there is a pair with more.",
    )
    return f"{first} and {second} were mixed up {given} times, more than any other two."


@exercise
def recall_and_precision(recall, precision, matrix, name):
    """Check recall and precision of one class, computed from the confusion matrix.

    Parameters
    ----------
    recall : float
        Share of the images of this class that were found.
    precision : float
        Share of the images given this class that belong to it.
    matrix : pandas.DataFrame
        What `evaluation.confusion` gives.
    name : str
        The class.

    Notes
    -----
    Mistakes it recognises:

    * percentages instead of fractions
    * the two swapped
    * the accuracy of all classes
    * another recall
    * another precision
    """
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
    yield (
        not np.isclose(given[0], right[0], atol=0.006),
        f"Recall: of {table[at].sum()} true {name}s, {found} were found.",
    )
    yield (
        not np.isclose(given[1], right[1], atol=0.006),
        f"Precision: of the {table[:, at].sum()} images called {name}, {found} are one.",
    )
    return f"Of all {name}s {right[0]:.0%} were found, and an image called {name} is one in {right[1]:.0%}."
