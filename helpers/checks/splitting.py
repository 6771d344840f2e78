"""Exercises of episode 2 on splitting: the three parts, their sizes, their classes, `prepare_dataset`."""

from collections import Counter

import numpy as np

from helpers.checks.answers import array, assigned, number, shown
from helpers.checks.machinery import exercise


@exercise
def three_parts(answers):
    """Check what training, validation and test data are for.

    Parameters
    ----------
    answers : dict of str to str
        "training", "validation" and "test", each with "adjust the weights",
        "choose between networks" or "measure the finished network".

    Notes
    -----
    Mistakes it recognises:

    * a part left out
    * a purpose that is not in the list
    * the weights adjusted elsewhere
    * choosing without the validation data
    * the test data used more than once
    """
    key = {
        "training": (
            "adjust the weights",
            "the network learns from these images: what does learning change?",
        ),
        "validation": (
            "choose between networks",
            "these images show, while you work, which network is better.",
        ),
        "test": (
            "measure the finished network",
            "use these once, at the end: each look makes the result rosier.",
        ),
    }
    yield from assigned(answers, key)
    return "Learn from the first part, choose with the second, and look at the third once."


@exercise
def split(train_x, val_x, train_y, val_y, images, labels):
    """Check a split into 80 % training and 20 % validation data with ``random_state=42``.

    Parameters
    ----------
    train_x, val_x, train_y, val_y : array
        What the learner got, in the order in which `train_test_split` gives it.
    images : array of shape (N, ...)
        The images (or stand-ins for them) before the split.
    labels : array of shape (N, ...)
        Their labels.

    Notes
    -----
    Mistakes it recognises:

    * the results in another order
    * unequal numbers of images and labels
    * training and validation swapped
    * another share
    * an image in both parts
    * images separated from their labels
    * the end cut off without shuffling
    * no random_state
    """
    parts = {"train_x": train_x, "val_x": val_x, "train_y": train_y, "val_y": val_y}
    parts |= {"images": images, "labels": labels}
    train_x, val_x, train_y, val_y, x, y = (
        array(value, name, any_type=True) for name, value in parts.items()
    )
    yield (
        len(train_x) == len(val_x) != len(train_y) == len(val_y),
        "The results are in another order: train_test_split gives both parts of the images first.",
    )
    yield (
        len(train_x) != len(train_y) or len(val_x) != len(val_y),
        "Images and labels differ in number: there is one label an image, in both parts.",
    )
    n_val = int(np.ceil(0.2 * len(x)))
    yield (
        len(train_x) == n_val,
        "Training and validation are swapped: 80 % is for training. Look at test_size.",
    )
    yield len(val_x) != n_val, f"{len(val_x)} of {len(x)} for validation is not 20 %: look at test_size."
    before, after = _counted(x), _counted(train_x) + _counted(val_x)
    yield before != after, "An image is in both parts or in none: make both in one call of train_test_split."
    pairs = _counted(x, y) == _counted(train_x, train_y) + _counted(val_x, val_y)
    yield (
        not pairs,
        "Images got labels of others: hand images and labels to one call of train_test_split.",
    )
    yield (
        np.array_equal(val_x, x[-n_val:]),
        "The end was cut off as it was: data are often sorted, so shuffle.",
    )
    yield not is_split_with_42(val_x, x, y), "Each run gives another split: add random_state=42."
    return (
        f"{len(train_x)} to learn from, {len(val_x)} to validate, none in both, and the same again next time."
    )


def _counted(*arrays):
    """Count how often each row occurs."""
    return Counter(
        tuple(row.tobytes() for row in rows) for rows in zip(*map(np.ascontiguousarray, arrays), strict=True)
    )


def is_split_with_42(val_images, images, labels):
    """Tell whether a split with ``random_state=42``, stratified or not, gives these images."""
    from sklearn.model_selection import train_test_split

    whole = train_test_split(images, test_size=0.2, random_state=42)[1]
    by_class = labels.argmax(axis=1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.ravel()
    try:
        stratified = train_test_split(images, test_size=0.2, random_state=42, stratify=by_class)[1]
    except ValueError:  # a class too small to be in both parts
        stratified = whole
    return any(np.array_equal(val_images, part) for part in (whole, stratified))


@exercise
def class_counts(counts, balanced, stratified, labels):
    """Check how many training images each class has after the split.

    Parameters
    ----------
    counts : sequence of 10 int, dict or Series
        Number of training images of each class, class 0 first.
    balanced : bool
        Whether every class has about as many as every other (within 10 %).
    stratified : int
        How many training images each class would have with ``stratify``.
    labels : array of shape (N, 10) or (N,) or (N, 1)
        The training labels, one-hot encoded or not.

    Notes
    -----
    Mistakes it recognises:

    * another number of classes
    * shares instead of counts
    * the classes before the split
    * the validation images counted
    * sorted by size
    * another count
    * an answer that is neither True nor False
    * called unbalanced
    * stratify thought to change nothing
    * stratify thought to give every class the images before the split
    * another number for stratify
    """
    classes = array(labels, "labels")
    classes = classes.argmax(axis=1) if classes.ndim == 2 and classes.shape[1] > 1 else classes.ravel()
    right = np.bincount(classes.astype(int))
    even = len(classes) / len(right)
    given = array(_by_class(counts), "counts")
    yield given.shape != right.shape, f"There should be {len(right)} counts, one a class, not {given.size}."
    yield np.isclose(given.sum(), 1), "These are shares: count the images themselves."
    yield np.allclose(given, even * 1.25), "This is how it was before the split: count the training labels."
    yield (
        np.array_equal(given, even * 1.25 - right),
        "These are the validation images: count the training labels.",
    )
    is_sorted = np.array_equal(np.sort(given), np.sort(right)) and not np.array_equal(given, right)
    yield is_sorted, "The counts are right, but sorted by size: give them in the order of the classes."
    wrong = np.flatnonzero(given != right)
    first = wrong[0] if wrong.size else 0
    yield wrong.size, f"Class {first} has not {given[first]:g} images: count it once more."
    yield not isinstance(balanced, bool | np.bool_), f"balanced is {shown(balanced)}: write True or False."
    is_balanced = bool(abs(right - even).max() <= even / 10)
    yield (
        bool(balanced) != is_balanced,
        f"The classes have {right.min()} to {right.max()} images: compare them.",
    )
    each = number(stratified, "stratified")
    yield each == right[0] != even, "With stratify the counts would change: each class is split by itself."
    yield each == even * 1.25, f"{each:g} a class is before the split: 80 % of them are for training."
    yield each != even, f"Not {each:g}: stratify gives each class the same share, 80 % of all its images."
    return f"{right.min()} to {right.max()} a class is nearly even; stratify would make it exactly {even:g}."


def _by_class(counts):
    """Bring counts that know their class (a dictionary, a pandas Series) into the order of the classes."""
    keys = getattr(counts, "keys", None)
    return [counts[key] for key in sorted(keys())] if keys else counts
