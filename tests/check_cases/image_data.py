import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from tests.check_cases.forms import answers, with_, without_first

IMAGES = np.array([0, 3, 100, 180, 254, 255], dtype="uint8").reshape(1, 1, 2, 3)
HOT = np.eye(3)[[0, 1, 2, 0]]
CHANGES = {
    "cat, left and right swapped": True,
    "handwritten 6, turned by 180 degrees": False,
    "frog, slightly darker": True,
    "letter b, left and right swapped": False,
    "ripe tomato, turned green": False,
    "truck, slightly larger": True,
}
PURPOSES = {
    "training": "adjust the weights",
    "validation": "choose between networks",
    "test": "measure the finished network",
}
X = np.arange(50)
Y = X % 5
LABELS = np.repeat([0, 1, 2], [29, 31, 30])  # what a split left of 37.5 a class


def shape(array=(480, 640, 3), pixel=(20, 100), size=(32, 64)):
    return answers(array, pixel, size)


def normalized(values, images=IMAGES):
    return answers(values, images)


def halves(*parts):
    return answers(*parts, X, Y)


def cut(share=0.2, seed=42, **more):
    return train_test_split(X, Y, test_size=share, random_state=seed, **more)


def counts(values=(29, 31, 30), balanced=True, stratified=30, labels=LABELS):
    return answers(values, balanced, stratified, labels)


def twice_used():
    train_x, _, train_y, _ = cut()
    return halves(train_x, train_x[:10], train_y, train_y[:10])


def shuffled_labels():
    train_x, val_x, train_y, val_y = cut()
    return halves(train_x, val_x, np.roll(train_y, 1), val_y)


def hot(labels, twice=False):
    labels = np.eye(10, dtype="float32")[np.ravel(labels)]
    return np.eye(2)[labels.astype(int)] if twice else labels


def prepare(images, labels):
    return train_test_split(images.astype("float32") / 255, hot(labels), test_size=0.2, random_state=42)


def prepare_stratified(images, labels):
    x = np.divide(images, 255, dtype="float32")
    parts = train_test_split(x, hot(labels), train_size=0.8, random_state=42, stratify=labels)
    return [part.tolist() if part.ndim == 2 else part for part in parts]


def prepare_with_options(images, labels, share=0.2, *, seed=42):
    x, y = images / np.float32(255), hot(labels).astype(bool)
    train_x, val_x = train_test_split(x, test_size=share, random_state=seed)
    train_y, val_y = train_test_split(y, test_size=share, random_state=seed)
    return train_x, val_x, train_y, val_y


def prepare_stops(images, labels):
    raise ValueError("too dark")


def prepare_returns_nothing(images, labels):
    images = images / 255


def prepare_returns_two(images, labels):
    return images / 255, hot(labels)


def prepare_encodes_twice(images, labels):
    return train_test_split(images / 255, hot(labels, twice=True), test_size=0.2, random_state=42)


def prepare_forgets_labels(images, labels):
    return train_test_split(images / 255, labels, test_size=0.2, random_state=42)


def prepare_in_another_order(images, labels):
    train_x, val_x, train_y, val_y = prepare(images, labels)
    return train_x, train_y, val_x, val_y


def prepare_swapped(images, labels):
    return train_test_split(images / 255, hot(labels), test_size=0.8, random_state=42)


def prepare_halves(images, labels):
    return train_test_split(images / 255, hot(labels), test_size=0.5, random_state=42)


def prepare_forgets_images(images, labels):
    return train_test_split(images, hot(labels), test_size=0.2, random_state=42)


def prepare_normalizes_twice(images, labels):
    return train_test_split(images / 255 / 255, hot(labels), test_size=0.2, random_state=42)


def prepare_around_zero(images, labels):
    return train_test_split(images / 127.5 - 1, hot(labels), test_size=0.2, random_state=42)


def prepare_float64(images, labels):
    return train_test_split(images / 255, hot(labels), test_size=0.2, random_state=42)


def prepare_separates(images, labels):
    return prepare(images, labels[::-1])


def prepare_changes_its_input(images, labels):
    result = prepare(images, labels)
    images[:] = images // 255
    return result


def prepare_without_seed(images, labels):
    return train_test_split(images.astype("float32") / 255, hot(labels), test_size=0.2)


def prepare_with_another_seed(images, labels):
    return train_test_split(images.astype("float32") / 255, hot(labels), test_size=0.2, random_state=1)


def prepare_untouched(images, labels): ...


def prepare_half_done(images, labels):
    images = ...
    labels = ...
    return train_test_split(images, labels)


def prepare_returns_gaps(images, labels):
    train_images, val_images, train_labels, val_labels = ..., ..., ..., ...
    return train_images, val_images, train_labels, val_labels


CASES = {
    "image_shape": (
        [shape(), shape([480, 640, 3], np.array([20, 100]), [32, 64])],
        {
            "a number instead of a shape": shape(3),
            "width and height swapped": shape((640, 480, 3)),
            "the channels forgotten": shape((480, 640)),
            "the channels first": shape((3, 480, 640)),
            "an axis for the number of images": shape((1, 480, 640, 3)),
            "another shape": shape((480, 640, 1)),
            "right and down swapped": shape(pixel=(100, 20)),
            "another pixel": shape(pixel=(20, 540)),
            "width first in target_size": shape(size=(64, 32)),
            "another target_size": shape(size=(32, 32)),
        },
        [shape(..., ..., ...), shape((480, ..., 3))],
    ),
    "augmentation": (
        [answers(CHANGES), answers({change: np.bool_(true) for change, true in CHANGES.items()})],
        {
            "an image left out": answers(without_first(CHANGES)),
            "an answer that is neither True nor False": answers(
                with_(CHANGES, "frog, slightly darker", "depends")
            ),
            "a mirrored cat thought to be no cat": answers(
                with_(CHANGES, "cat, left and right swapped", False)
            ),
            "a turned 6 thought to be a 6": answers(
                with_(CHANGES, "handwritten 6, turned by 180 degrees", True)
            ),
            "a darker frog thought to be no frog": answers(with_(CHANGES, "frog, slightly darker", False)),
            "a mirrored b thought to be a b": answers(
                with_(CHANGES, "letter b, left and right swapped", True)
            ),
            "a green tomato thought to be ripe": answers(with_(CHANGES, "ripe tomato, turned green", True)),
            "a larger truck thought to be no truck": answers(with_(CHANGES, "truck, slightly larger", False)),
        },
        [answers(dict.fromkeys(CHANGES, ...)), answers(...)],
    ),
    "normalize": (
        [
            normalized(IMAGES.astype("float32") / 255),
            normalized(IMAGES / np.float32(255)),
            normalized((IMAGES.astype("float32") * (1 / 255)).tolist()),
            normalized((IMAGES / 255).astype("float16")),
        ],
        {
            "values left as they were": normalized(IMAGES),
            "the original images changed": normalized(IMAGES / 255, IMAGES / 255),
            "another shape": normalized((IMAGES / 255).ravel()),
            "normalised twice": normalized(IMAGES / 255 / 255),
            "whole numbers divided without a remainder": normalized(IMAGES // 255),
            "fractions rounded away": normalized((IMAGES / 255).round()),
            "divided by 256": normalized(IMAGES / 256),
            "values from -1 to 1": normalized(IMAGES / 127.5 - 1),
            "each image stretched by itself": normalized((IMAGES[..., :1, :] / 100.0), IMAGES[..., :1, :]),
            "float64 images": normalized(IMAGES / 255),
            "other values": normalized(IMAGES / 100),
        },
        [normalized(...), answers(..., IMAGES)],
    ),
    "one_hot": (
        [answers(HOT), answers(HOT.astype(int).tolist()), answers(HOT.astype(bool))],
        {
            "names of colours": answers(["yellow", "orange", "purple", "yellow"]),
            "labels not encoded": answers([0, 1, 2, 0]),
            "labels encoded twice": answers(np.eye(2)[HOT.astype(int)]),
            "a column too many": answers(np.eye(4)[[1, 2, 3, 1]]),
            "a row too few": answers(np.eye(3)),
            "rows and columns swapped": answers(HOT.T),
            "one label, one class": answers(np.eye(4)),
            "several ones in a row": answers([[1, 0, 0], [1, 1, 0], [0, 0, 1], [1, 0, 0]]),
            "other numbers than 0 and 1": answers(HOT * 2),
            "the classes in another order": answers(np.eye(3)[[2, 0, 1, 2]]),
            "another label": answers(np.eye(3)[[0, 1, 2, 1]]),
        },
        [answers(...), answers([[1, 0, 0], [..., ..., ...], [..., ..., ...], [1, 0, 0]])],
    ),
    "prepare_dataset": (
        [answers(prepare), answers(prepare_stratified), answers(prepare_with_options)],
        {
            "the function called instead of handed over": answers(
                prepare(np.zeros((5, 4, 4, 3)), np.arange(5))
            ),
            "an error inside the function": answers(prepare_stops),
            "nothing returned": answers(prepare_returns_nothing),
            "another number of results": answers(prepare_returns_two),
            "labels encoded twice": answers(prepare_encodes_twice),
            "labels not encoded": answers(prepare_forgets_labels),
            "the results in another order": answers(prepare_in_another_order),
            "training and validation swapped": answers(prepare_swapped),
            "another share": answers(prepare_halves),
            "images not normalised": answers(prepare_forgets_images),
            "images in -1..1": answers(prepare_around_zero),
            "images normalised twice": answers(prepare_normalizes_twice),
            "float64 images": answers(prepare_float64),
            "images separated from their labels": answers(prepare_separates),
            "its input changed": answers(prepare_changes_its_input),
            "no random_state": answers(prepare_without_seed),
            "another random_state": answers(prepare_with_another_seed),
        },
        [answers(prepare_untouched), answers(prepare_half_done), answers(prepare_returns_gaps), answers(...)],
    ),
    "split_roles": (
        [answers(PURPOSES), answers({part: purpose.capitalize() for part, purpose in PURPOSES.items()})],
        {
            "a part left out": answers(without_first(PURPOSES)),
            "a purpose that is not in the list": answers(with_(PURPOSES, "test", "archive")),
            "the weights adjusted elsewhere": answers(with_(PURPOSES, "training", "choose between networks")),
            "choosing without the validation data": answers(
                with_(PURPOSES, "validation", "adjust the weights")
            ),
            "the test data used more than once": answers(with_(PURPOSES, "test", "choose between networks")),
        },
        [answers(dict.fromkeys(PURPOSES, ...)), answers(with_(PURPOSES, "test", ...))],
    ),
    "split": (
        [
            halves(*cut()),
            halves(*(part.tolist() for part in cut())),
            halves(*cut(stratify=Y)),
            halves(*train_test_split(X, Y, train_size=40, random_state=42)),
        ],
        {
            "the results in another order": halves(*(cut()[at] for at in (0, 2, 1, 3))),
            "unequal numbers of images and labels": halves(*cut()[:3], cut()[3][1:]),
            "training and validation swapped": halves(*cut(0.8)),
            "another share": halves(*cut(0.25)),
            "an image in both parts": twice_used(),
            "images separated from their labels": shuffled_labels(),
            "the end cut off without shuffling": halves(X[:40], X[40:], Y[:40], Y[40:]),
            "no random_state": halves(*cut(seed=7)),
        },
        [halves(..., ..., ..., ...), halves(*cut()[:3], ...)],
    ),
    "class_counts": (
        [
            counts(),
            counts({2: 30, 0: 29, 1: 31}, np.True_, 30.0, np.eye(3)[LABELS]),
            counts(np.bincount(LABELS), labels=LABELS[:, None]),
            counts(pd.Series(LABELS).value_counts()),
        ],
        {
            "another number of classes": counts((90,)),
            "shares instead of counts": counts((29 / 90, 31 / 90, 30 / 90)),
            "the classes before the split": counts((37.5, 37.5, 37.5)),
            "the validation images counted": counts((8.5, 6.5, 7.5)),
            "sorted by size": counts((31, 30, 29)),
            "another count": counts((29, 31, 31)),
            "an answer that is neither True nor False": counts(balanced="nearly"),
            "called unbalanced": counts(balanced=False),
            "stratify thought to change nothing": counts(stratified=29),
            "stratify thought to give every class the images before the split": counts(stratified=37.5),
            "another number for stratify": counts(stratified=10),
        },
        [counts(..., ..., ...), counts(stratified=...)],
    ),
}
