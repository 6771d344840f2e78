"""Steps 2 and 3: CIFAR-10, and how it is prepared for a network.

CIFAR-10: A. Krizhevsky, "Learning multiple layers of features from tiny images", technical report,
University of Toronto, 2009. data/README.md says how the bundled part was made.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral, Real

import numpy as np
from PIL import Image

from helpers import CourseError, storage, validation

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
N_CLASSES = len(CLASS_NAMES)
SIDE, COLUMNS = 32, 40  # of a sprite sheet: pixels of an image, and images side by side
ONE_SIZE = "All need the same shape; images.load_image(path, size=(32, 32)) gives images of one size."
MOST_CLASSES = 1_000_000  # no set of images has more


@validation.checked(size=validation.choice(("workshop", "full")))
def load_cifar10(size="workshop"):
    """Load CIFAR-10 in the form in which Keras gives it.

    Parameters
    ----------
    size : {"workshop", "full"}, default "workshop"
        "workshop": the first 1,000 training and 200 test images of each class, bundled with the course.
        "full": all 50,000 and 10,000, downloaded on first use and kept for the next.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images: uint8 (N, 32, 32, 3), values 0..255, channels red, green, blue.
        Labels: uint8 (N, 1), values 0..9, positions in `CLASS_NAMES`.
        Images come in the order of the original, in which the classes are mixed.

    Raises
    ------
    CourseError
        If `size` is another word, a bundled file is missing or damaged, or the full set cannot be fetched.
    """
    if size == "full":
        from helpers import full_cifar10

        return full_cifar10.load()
    return _read_sheets("train"), _read_sheets("test")


def _read_sheets(part):
    folder = storage.DATA / "cifar10" / part
    digits = storage.checked(folder / "labels.txt").read_text(encoding="ascii").strip()
    labels = np.array(list(digits), dtype=np.uint8)
    images = np.empty((len(labels), SIDE, SIDE, 3), dtype=np.uint8)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # decoding WebP keeps all cores busy
        sheets = pool.map(_read_sheet, [folder / f"{name}.webp" for name in CLASS_NAMES])
        for label, sheet in enumerate(sheets):
            rows = sheet.reshape(-1, SIDE, COLUMNS, SIDE, 3).swapaxes(1, 2)  # rows, columns, 32, 32, 3
            images[labels == label] = rows.reshape(-1, SIDE, SIDE, 3)
    return images, labels[:, None]


def _read_sheet(path):
    with Image.open(storage.checked(path)) as sheet:
        return np.asarray(sheet)


def normalize(images):
    """Turn images of whole numbers 0..255 (uint8, of any shape) into decimal numbers 0..1.

    They become float32, which takes half the memory of NumPy's usual float64.
    """
    images = validation.as_array(images, "images of one size", remedy=ONE_SIZE)
    if images.dtype != np.uint8:
        expected = "images as they were loaded: whole numbers 0..255 of type uint8"
        remedy = "Normalise each image once only; pass the images that load_cifar10 gave."
        raise CourseError(expected, f"values of type {images.dtype}", remedy)
    return np.divide(images, 255, dtype=np.float32)  # images.astype(np.float32) / 255, without the copy


def one_hot(labels, n_classes=N_CLASSES):
    """Encode labels as rows with a single one.

    Parameters
    ----------
    labels : array of int, shape (N,) or (N, 1)
        Classes 0..n_classes-1.
    n_classes : int, default 10
        Number of classes.

    Returns
    -------
    array of float32, shape (N, n_classes)
        One row a label: 1 at the position of its class, 0 elsewhere.
    """
    labels = validation.as_array(labels, "one label an image")
    if not isinstance(n_classes, Integral) or not 0 < n_classes <= MOST_CLASSES:
        found = f"{type(n_classes).__name__} {n_classes!r}"
        raise CourseError("n_classes to be a whole number", found, "Of a list of names, take its len().")
    n_classes = int(n_classes)
    if labels.ndim == 2 and labels.shape[1] > 1:
        found = f"an array of shape {labels.shape}"
        raise CourseError("one label an image", found, "Encode labels once only: pass them as loaded.")
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim not in (1, 2):
        found = f"type {labels.dtype}, shape {labels.shape}"
        raise CourseError("labels as whole numbers, shape (N,) or (N, 1)", found, "Pass them as loaded.")
    if labels.size and not 0 <= labels.min() <= labels.max() < n_classes:
        found = f"{labels.min()} to {labels.max()}"
        raise CourseError(f"labels from 0 to {n_classes - 1}", found, "Is n_classes the number of classes?")
    return (labels.reshape(-1, 1) == np.arange(n_classes)).astype(np.float32)


def prepare_dataset(images, labels, validation_share=0.2, seed=42, n_classes=N_CLASSES):
    """Normalise images, one-hot encode labels, and split off a validation set.

    Parameters
    ----------
    images : array of uint8, shape (N, height, width, channels)
        Training images, values 0..255.
    labels : array of int, shape (N,) or (N, 1)
        Their classes, 0..n_classes-1.
    validation_share : float, default 0.2
        Share of the images that go into the validation set, between 0 and 1.
    seed : int, default 42
        `random_state` of the split: the same seed gives the same split.
    n_classes : int, default 10
        Number of classes; another number for another set of images.

    Returns
    -------
    train_images, validation_images : array of float32, shape (n, height, width, channels)
        Values 0..1.
    train_labels, validation_labels : array of float32, shape (n, n_classes)
        One-hot encoded.
    """
    from sklearn.model_selection import train_test_split

    images = validation.as_array(images, "images of one size", remedy=ONE_SIZE)
    if images.ndim != 4:
        expected = "images of shape (number, height, width, channels)"
        remedy = "One image alone is images[:1], not images[0]."
        raise CourseError(expected, f"shape {images.shape}", remedy)
    encoded = one_hot(labels, n_classes)
    if len(images) != len(encoded):
        found = f"{len(images)} images and {len(encoded)} labels"
        raise CourseError("one label an image", found, "Take images and labels from the same set.")
    is_share = isinstance(validation_share, Real) and 0 < validation_share < 1
    n_validation = round(len(images) * validation_share) if is_share else 0
    if not 0 < n_validation < len(images):
        found = f"{validation_share!r} of {len(images)}"
        raise CourseError("a share of the images for each of the two sets", found, "0.2 is usual.")
    seed = validation.SEED(seed, "seed")
    # Split bytes, not decimal numbers: those take four times the memory.
    *parts, y_train, y_val = train_test_split(images, encoded, test_size=n_validation, random_state=seed)
    return *map(normalize, parts), y_train, y_val
