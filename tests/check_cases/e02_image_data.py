import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from tests.check_cases.forms import FUNCTION, UNFINISHED, answers

IMAGES = np.array([0, 3, 100, 180, 254, 255], dtype="uint8").reshape(1, 1, 2, 3)
HOT = np.eye(3)[[0, 1, 2, 0]]
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


PARTS = cut()


def counts(values=(29, 31, 30), balanced=True, stratified=30, labels=LABELS):
    return answers(values, balanced, stratified, labels)


def hot(labels):
    return np.eye(10, dtype="float32")[np.ravel(labels)]


def normal(images):
    return images / np.float32(255)


def prepares(scale=normal, encode=hot, order=(0, 1, 2, 3), share=0.2, seed=42):
    """Make a learner's `prepare_dataset` that does one thing in another way."""

    def prepare(images, labels):
        parts = train_test_split(scale(images), encode(labels), test_size=share, random_state=seed)
        return [parts[place] for place in order]

    return answers(prepare)


def prepare_stratified(images, labels):
    x = np.divide(images, 255, dtype="float32")
    parts = train_test_split(x, hot(labels), train_size=0.8, random_state=42, stratify=labels)
    return [part.tolist() if part.ndim == 2 else part for part in parts]


def prepare_with_options(images, labels, share=0.2, *, seed=42):
    x, y = normal(images), hot(labels).astype(bool)
    train_x, val_x = train_test_split(x, test_size=share, random_state=seed)
    train_y, val_y = train_test_split(y, test_size=share, random_state=seed)
    return train_x, val_x, train_y, val_y


def prepare_changing_its_input(images, labels):
    result = train_test_split(normal(images), hot(labels), test_size=0.2, random_state=42)
    images[:] = images // 255
    return result


def prepare_half_done(images, labels):
    images = ...
    labels = ...
    return train_test_split(images, labels)


CASES = {
    "image_shape": {
        "right": [shape(), shape([480, 640, 3], np.array([20, 100]), [32, 64])],
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
        "not yet": [shape((480, ..., 3))],
    },
    "normalize": {
        "right": [
            normalized(IMAGES.astype("float32") / 255),
            normalized(IMAGES / np.float32(255)),
            normalized((IMAGES.astype("float32") * (1 / 255)).tolist()),
            normalized((IMAGES / 255).astype("float16")),
        ],
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
    "one_hot": {
        "right": [HOT, HOT.astype(int).tolist(), HOT.astype(bool)],
        "names of colours": ["yellow", "orange", "purple", "yellow"],
        "labels not encoded": [0, 1, 2, 0],
        "labels encoded twice": np.eye(2)[HOT.astype(int)],
        "a column too many": np.eye(4)[[1, 2, 3, 1]],
        "a row too few": np.eye(3),
        "rows and columns swapped": HOT.T,
        "one label, one class": np.eye(4),
        "several ones in a row": [[1, 0, 0], [1, 1, 0], [0, 0, 1], [1, 0, 0]],
        "other numbers than 0 and 1": HOT * 2,
        "the classes in another order": np.eye(3)[[2, 0, 1, 2]],
        "another label": np.eye(3)[[0, 1, 2, 1]],
        "not yet": [[[1, 0, 0], [..., ..., ...], [..., ..., ...], [1, 0, 0]]],
    },
    "split": {
        "right": [
            halves(*PARTS),
            halves(*(part.tolist() for part in PARTS)),
            halves(*cut(stratify=Y)),
            halves(*train_test_split(X, Y, train_size=40, random_state=42)),
        ],
        "the results in another order": halves(*(PARTS[at] for at in (0, 2, 1, 3))),
        "unequal numbers of images and labels": halves(*PARTS[:3], PARTS[3][1:]),
        "training and validation swapped": halves(*cut(0.8)),
        "another share": halves(*cut(0.25)),
        "an image in both parts": halves(PARTS[0], PARTS[0][:10], PARTS[2], PARTS[2][:10]),
        "images separated from their labels": halves(*PARTS[:2], np.roll(PARTS[2], 1), PARTS[3]),
        "the end cut off without shuffling": halves(X[:40], X[40:], Y[:40], Y[40:]),
        "no random_state": halves(*cut(seed=7)),
    },
    "prepare_dataset": {
        "right": [prepares(), prepare_stratified, prepare_with_options],
        **FUNCTION,
        "another number of results": prepares(order=(0, 2)),
        "labels encoded twice": prepares(encode=lambda labels: np.eye(2)[hot(labels).astype(int)]),
        "labels not encoded": prepares(encode=lambda labels: labels),
        "the results in another order": prepares(order=(0, 2, 1, 3)),
        "training and validation swapped": prepares(share=0.8),
        "another share": prepares(share=0.5),
        "images not normalised": prepares(lambda images: images),
        "images in -1..1": prepares(lambda images: images / 127.5 - 1),
        "images normalised twice": prepares(lambda images: images / 255 / 255),
        "float64 images": prepares(lambda images: images / 255),
        "images separated from their labels": prepares(encode=lambda labels: hot(labels)[::-1]),
        "its input changed": prepare_changing_its_input,
        "no random_state": prepares(seed=None),
        "another random_state": prepares(seed=1),
        "not yet": [*UNFINISHED, prepare_half_done, lambda images, labels: (..., ..., ..., ...)],
    },
    "class_counts": {
        "right": [
            counts(),
            counts({2: 30, 0: 29, 1: 31}, np.True_, 30.0, np.eye(3)[LABELS]),
            counts(np.bincount(LABELS), labels=LABELS[:, None]),
            counts(pd.Series(LABELS).value_counts()),
        ],
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
}
