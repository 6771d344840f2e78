"""Exercises of episode 2 on preparing data: encode labels, all in one function."""

import numpy as np

from helpers.checks.answers import array, call
from helpers.checks.machinery import exercise
from helpers.checks.splitting import is_split_with_42


@exercise
def one_hot(encoded):
    """Check the encoding of yellow, orange, purple, yellow; the classes are yellow 0, orange 1, purple 2.

    Parameters
    ----------
    encoded : array of shape (4, 3)
        One row a label, one column a class; 1 in the column of its class, else 0.

    Notes
    -----
    Mistakes it recognises:

    * names of colours
    * labels not encoded
    * labels encoded twice
    * a column too many
    * a row too few
    * rows and columns swapped
    * one label, one class
    * several ones in a row
    * other numbers than 0 and 1
    * the classes in another order
    * another label
    """
    table = array(encoded, "encoded")
    right = np.eye(3)[[0, 1, 2, 0]]
    yield (
        table.ndim == 1,
        "The labels are not encoded yet: to_categorical makes a row of three numbers of each.",
    )
    yield (
        table.ndim > 2,
        f"The shape is {table.shape}: the labels are encoded twice. Encode whole numbers once.",
    )
    yield table.shape == (3, 4), "Rows and columns are swapped: a row for each of the four labels."
    yield (
        table.shape == (4, 4) and (table == np.eye(4)).all(),
        "The first and the last label are both yellow: they need the same row.",
    )
    yield table.shape[1] == 4, "Four columns for three classes: number the classes from 0."
    yield (
        table.shape != (4, 3),
        f"The shape is {table.shape}: four labels make 4 rows, three classes 3 columns.",
    )
    yield not np.isin(table, (0, 1)).all(), "There are other numbers than 0 and 1: each place says no or yes."
    yield (table.sum(axis=1) != 1).any(), "A row has more or less than one 1: a label belongs to one class."
    regrouped = np.array_equal(table @ table.T, right @ right.T)
    yield (
        regrouped and (table != right).any(),
        "The classes are in another order: yellow 0, orange 1, purple 2.",
    )
    wrong = np.flatnonzero((table != right).any(axis=1))
    yield (
        wrong.size,
        f"Look at row {wrong[0] if wrong.size else 0} (the first is row 0): that is another colour.",
    )
    return "One row a label, one 1 a row: the network learns classes that are equally far from each other."


@exercise
def prepare_dataset(function):
    """Check the learner's own function that normalises, encodes and splits.

    It is called with 50 small images, values 0..255, and their labels of shape (50, 1).

    Parameters
    ----------
    function : callable
        Takes images and labels; returns training images, validation images, training labels and
        validation labels: float32 in 0..1, one-hot encoded, 80 % and 20 %, ``random_state=42``.

    Notes
    -----
    Mistakes it recognises:

    * the function called instead of handed over
    * an error inside the function
    * nothing returned
    * another number of results
    * labels encoded twice
    * labels not encoded
    * the results in another order
    * training and validation swapped
    * another share
    * images not normalised
    * images in -1..1
    * images normalised twice
    * float64 images
    * images separated from their labels
    * its input changed
    * no random_state
    * another random_state
    """
    images, labels = _small_set()
    given = images.copy(), labels.copy()
    results = call(function, *given)
    four = isinstance(results, list | tuple) and len(results) == 4
    yield not four, "It should return four things, two parts of the images and two of the labels."
    names = ("train_images", "val_images", "train_labels", "val_labels")
    parts = [array(part, name) for part, name in zip(results, names, strict=True)]
    yield from _prepared_form([part.shape for part in parts], len(images))
    train_x, val_x, train_y, val_y = parts
    top = max(train_x.max(), val_x.max())
    bottom = min(train_x.min(), val_x.min())
    yield bottom < 0, f"The images go down to {bottom:g}: dividing them by 255 is enough."
    yield top > 1, f"The images go up to {top:g}: divide them by 255."
    yield top < 0.01, "The images are normalised twice: they are almost black."
    yield (
        train_x.dtype == np.float64,
        'float64 takes twice the memory for nothing: images.astype("float32") / 255.',
    )
    places = _places(np.concatenate([train_x, val_x]))
    paired = np.array_equal(np.concatenate([train_y, val_y]).argmax(axis=1), labels.ravel()[places])
    yield not paired, "Images got labels of others: split both in one call of train_test_split."
    kept = np.array_equal(given[0], images) and np.array_equal(given[1], labels)
    yield not kept, "It changed the arrays it was given: make new ones, images = images / 255."
    again = array(call(function, images.copy(), labels.copy())[1], "val_images")
    yield not np.array_equal(again, val_x), "Each call gives another split: add random_state=42."
    yield (
        not is_split_with_42(images[_places(val_x)], images, labels),
        "The split is another: use random_state=42.",
    )
    return "float32 in 0..1, one-hot labels, 80 % and 20 %, the same each time: the data are ready."


def _prepared_form(shapes, total):
    """Yield what is wrong with the shapes of the four results."""
    axes = [len(shape) for shape in shapes]
    yield (
        3 in axes,
        f"A result has shape {shapes[axes.index(3) if 3 in axes else 0]}: labels are encoded twice.",
    )
    flat = [shape for shape in shapes if len(shape) == 1 or shape[1:] == (1,)]
    yield flat, f"The labels have shape {flat and flat[0]}: to_categorical makes ten numbers of each."
    yield axes != [4, 4, 2, 2], "The order is train_images, val_images, train_labels, val_labels."
    yield (
        shapes[0][0] < shapes[1][0],
        "Training and validation are swapped: 80 % is for training. Look at test_size.",
    )
    sizes = [shape[0] for shape in shapes]
    right = [total * 4 // 5, total // 5] * 2
    yield sizes != right, f"Of {total} images and labels it makes parts of {sizes}: look at test_size."


def _small_set():
    """50 images of 4 x 4 pixels in 10 classes; the first number of each tells which it is."""
    images = np.random.default_rng(0).integers(0, 256, (50, 4, 4, 3), dtype="uint8")
    images[:, 0, 0, 0] = np.arange(50) * 5
    return images, (np.arange(50)[:, None] % 10).astype("uint8")


def _places(images):
    return np.rint(images[:, 0, 0, 0] * 51).astype(int) % 50
