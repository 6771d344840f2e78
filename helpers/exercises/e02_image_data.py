"""Exercises of episode 2: axes and values of images, labels, the three parts of the data."""

from collections import Counter

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import array, call, number, sequence, shown


@exercise("array_shape, pixel_index, target_size : tuple of int")
def image_shape(array_shape, pixel_index, target_size):
    """Check the order of height, width and channels, for a colour photo that PIL calls 640 x 480."""
    shape = sequence(array_shape, "array_shape")
    swapped = shape[:2] == (640, 480)
    yield swapped, "Width and height are swapped: PIL gives width first, an array height first."
    yield shape == (480, 640), "The third number is missing: a colour photo has 3 channels."
    yield shape[0] == 3, "The channels come last here: (height, width, channels)."
    yield len(shape) == 4, "This is one image, so there is no axis that counts images."
    yield shape != (480, 640, 3), f"The shape is not {shape}: write (height, width, channels)."
    pixel = sequence(pixel_index, "pixel_index")
    yield pixel == (100, 20), "Right and down are swapped: the first index counts rows, from the top down."
    elsewhere = pixel != (20, 100)
    yield elsewhere, f"Pixel {pixel} lies elsewhere: the first index is the row, the second the column."
    size = sequence(target_size, "target_size")
    yield size == (64, 32), "target_size is (height, width): Keras says it as arrays do, not as PIL does."
    yield size != (32, 64), f"target_size {size} makes an image {size[-1]} wide: write (height, width)."
    return "PIL says (width, height), arrays and target_size say height first, and channels come last."


@exercise("normalized : array of float32, same shape as `images`; images : array of uint8")
def normalize(normalized, images):
    """Check images that were brought from 0..255 to 0..1."""
    result, images = array(normalized, "normalised"), array(images, "images")
    changed = images.max() <= 1
    yield changed, "The original images were changed: load them again, and give the result its own name."
    reshaped = result.shape != images.shape
    yield reshaped, f"The shape changed from {images.shape} to {result.shape}: only divide."
    unchanged = np.array_equal(result, images)
    yield unchanged, "The values still go up to 255: divide by the largest possible value."
    right = images / 255
    twice = np.allclose(result, right / 255, atol=1e-6)
    yield twice, "The images are normalised twice: they are almost black."
    floored = np.array_equal(result, images // 255)
    yield floored, "// throws the remainder away and leaves only 0 and 1: use /."
    yield np.array_equal(result, right.round()), "Only 0 and 1 are left: keep the fractions, do not round."
    by_256 = np.allclose(result, images / 256, atol=1e-6)
    yield by_256, "The largest value is 255, not 256: 0..255 are 256 values."
    yield result.min() < 0, "There are negative values: 0 stays 0, and 255 becomes 1."
    yield (
        not np.allclose(result, right, atol=1e-3) and np.isclose([result.min(), result.max()], [0, 1]).all(),
        "The images are stretched by their own darkest and brightest pixel: divide all of them by 255.",
    )
    yield not np.allclose(result, right, atol=1e-3), f"The values go to {result.max():.4g}: divide by 255."
    is_double = getattr(normalized, "dtype", None) == np.float64
    yield is_double, "float64 takes twice the memory for nothing: divide by np.float32(255)."
    return f"0..255 became 0..1: the mean was {images.mean():.2f} and is {result.mean():.4f} now."


@exercise("encoded : array of shape (4, 3)")
def one_hot(encoded):
    """Check the encoding of yellow, orange, purple, yellow; the classes are yellow 0, orange 1, purple 2."""
    table = array(encoded, "encoded")
    right = np.eye(3)[[0, 1, 2, 0]]
    not_encoded = table.ndim == 1
    yield not_encoded, "The labels are not encoded yet: to_categorical makes a row of three numbers of each."
    twice = table.ndim > 2
    yield twice, f"The shape is {table.shape}: the labels are encoded twice. Encode whole numbers once."
    yield table.shape == (3, 4), "Rows and columns are swapped: a row for each of the four labels."
    told_apart = table.shape == (4, 4) and (table == np.eye(4)).all()
    yield told_apart, "The first and the last label are both yellow: they need the same row."
    yield table.shape[1] == 4, "Four columns for three classes: number the classes from 0."
    other_shape = table.shape != (4, 3)
    yield other_shape, f"The shape is {table.shape}: four labels make 4 rows, three classes 3 columns."
    yield not np.isin(table, (0, 1)).all(), "There are other numbers than 0 and 1: each place says no or yes."
    yield (table.sum(axis=1) != 1).any(), "A row has more or less than one 1: a label belongs to one class."
    reordered = np.array_equal(table @ table.T, right @ right.T) and (table != right).any()
    yield reordered, "The classes are in another order: yellow 0, orange 1, purple 2."
    wrong = np.flatnonzero((table != right).any(axis=1))
    row = wrong[0] if wrong.size else 0
    yield wrong.size, f"Look at row {row} (the first is row 0): that is another colour."
    return "One row a label, one 1 a row: the network learns classes that are equally far from each other."


@exercise("train_x, val_x, train_y, val_y : array; images, labels : array, before the split")
def split(train_x, val_x, train_y, val_y, images, labels):
    """Check a split into 80 % training and 20 % validation data with ``random_state=42``."""
    parts = {"train_x": train_x, "val_x": val_x, "train_y": train_y, "val_y": val_y}
    parts |= {"images": images, "labels": labels}
    arrays = [array(value, name, any_type=True) for name, value in parts.items()]
    train_x, val_x, train_y, val_y, x, y = arrays
    crossed = len(train_x) == len(val_x) != len(train_y) == len(val_y)
    yield crossed, "The results are in another order: train_test_split gives both parts of the images first."
    unpaired = len(train_x) != len(train_y) or len(val_x) != len(val_y)
    yield unpaired, "Images and labels differ in number: there is one label an image, in both parts."
    n_val = int(np.ceil(0.2 * len(x)))
    swapped = len(train_x) == n_val
    yield swapped, "Training and validation are swapped: 80 % is for training. Look at test_size."
    yield len(val_x) != n_val, f"{len(val_x)} of {len(x)} for validation is not 20 %: look at test_size."
    before, after = _counted(x), _counted(train_x) + _counted(val_x)
    yield before != after, "An image is in both parts or in none: make both in one call of train_test_split."
    pairs = _counted(x, y) == _counted(train_x, train_y) + _counted(val_x, val_y)
    yield not pairs, "Images got labels of others: hand images and labels to one call of train_test_split."
    not_shuffled = np.array_equal(val_x, x[-n_val:])
    yield not_shuffled, "The end was cut off as it was: data are often sorted, so shuffle."
    yield not _is_split_with_42(val_x, x, y), "Each run gives another split: add random_state=42."
    n_train = len(train_x)
    return f"{n_train} to learn from, {n_val} to validate, none in both, and the same again next time."


def _counted(*arrays):
    """Count how often each row occurs."""
    rows = zip(*map(np.ascontiguousarray, arrays), strict=True)
    return Counter(tuple(entry.tobytes() for entry in row) for row in rows)


def _classes(labels):
    """Undo one-hot encoding, if there is one: (N, 10), (N, 1) or (N,) -> (N,)."""
    return labels.argmax(axis=1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.ravel()


def _is_split_with_42(val_images, images, labels):
    """Tell whether a split with ``random_state=42``, stratified or not, gives these images."""
    from sklearn.model_selection import train_test_split

    whole = train_test_split(images, test_size=0.2, random_state=42)[1]
    try:
        stratified = train_test_split(images, test_size=0.2, random_state=42, stratify=_classes(labels))[1]
    except ValueError:  # a class too small to be in both parts
        stratified = whole
    return any(np.array_equal(val_images, part) for part in (whole, stratified))


@exercise("function : callable")
def prepare_dataset(function):
    """Check the learner's own function that normalises, encodes and splits."""
    images, labels = _small_set()
    given = images.copy(), labels.copy()
    results = call(function, *given)
    four = isinstance(results, list | tuple) and len(results) == 4
    yield not four, "It should return four things, two parts of the images and two of the labels."
    names = ("train_images", "val_images", "train_labels", "val_labels")
    parts = [array(part, name) for part, name in zip(results, names, strict=True)]
    yield from _prepared_form([part.shape for part in parts], len(images))
    train_x, val_x, train_y, val_y = parts
    top, bottom = max(train_x.max(), val_x.max()), min(train_x.min(), val_x.min())
    yield bottom < 0, f"The images go down to {bottom:g}: dividing them by 255 is enough."
    yield top > 1, f"The images go up to {top:g}: divide them by 255."
    yield top < 0.01, "The images are normalised twice: they are almost black."
    is_double = train_x.dtype == np.float64
    yield is_double, 'float64 takes twice the memory for nothing: images.astype("float32") / 255.'
    places = _places(np.concatenate([train_x, val_x]))
    paired = np.array_equal(np.concatenate([train_y, val_y]).argmax(axis=1), labels.ravel()[places])
    yield not paired, "Images got labels of others: split both in one call of train_test_split."
    kept = np.array_equal(given[0], images) and np.array_equal(given[1], labels)
    yield not kept, "It changed the arrays it was given: make new ones, images = images / 255."
    again = array(call(function, images.copy(), labels.copy())[1], "val_images")
    yield not np.array_equal(again, val_x), "Each call gives another split: add random_state=42."
    other_split = not _is_split_with_42(images[_places(val_x)], images, labels)
    yield other_split, "The split is another: use random_state=42."
    return "float32 in 0..1, one-hot labels, 80 % and 20 %, the same each time: the data are ready."


def _prepared_form(shapes, total):
    """Yield what is wrong with the shapes of the four results."""
    axes = [len(shape) for shape in shapes]
    twice = 3 in axes
    yield twice, f"A result has shape {shapes[axes.index(3) if 3 in axes else 0]}: labels are encoded twice."
    flat = [shape for shape in shapes if len(shape) == 1 or shape[1:] == (1,)]
    yield flat, f"The labels have shape {flat and flat[0]}: to_categorical makes ten numbers of each."
    yield axes != [4, 4, 2, 2], "The order is train_images, val_images, train_labels, val_labels."
    swapped = shapes[0][0] < shapes[1][0]
    yield swapped, "Training and validation are swapped: 80 % is for training. Look at test_size."
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


@exercise("counts : 10 int, a dict or a Series; balanced : bool; stratified : int; labels : array")
def class_counts(counts, balanced, stratified, labels):
    """Check how many training images each class has after the split."""
    classes = _classes(array(labels, "labels"))
    right = np.bincount(classes.astype(int))
    even = len(classes) / len(right)
    keys = getattr(counts, "keys", None)  # a dictionary or a Series, in any order of the classes
    given = array([counts[key] for key in sorted(keys())] if keys else counts, "counts")
    yield given.shape != right.shape, f"There should be {len(right)} counts, one a class, not {given.size}."
    yield np.isclose(given.sum(), 1), "These are shares: count the images themselves."
    yield np.allclose(given, even * 1.25), "This is how it was before the split: count the training labels."
    set_aside = np.array_equal(given, even * 1.25 - right)
    yield set_aside, "These are the validation images: count the training labels."
    is_sorted = np.array_equal(np.sort(given), np.sort(right)) and not np.array_equal(given, right)
    yield is_sorted, "The counts are right, but sorted by size: give them in the order of the classes."
    wrong = np.flatnonzero(given != right)
    first = wrong[0] if wrong.size else 0
    yield wrong.size, f"Class {first} has not {given[first]:g} images: count it once more."
    yield not isinstance(balanced, bool | np.bool_), f"balanced is {shown(balanced)}: write True or False."
    misjudged = bool(balanced) != bool(abs(right - even).max() <= even / 10)
    yield misjudged, f"The classes have {right.min()} to {right.max()} images: compare them."
    each = number(stratified, "stratified")
    yield each == right[0] != even, "With stratify the counts would change: each class is split by itself."
    yield each == even * 1.25, f"{each:g} a class is before the split: 80 % of them are for training."
    yield each != even, f"Not {each:g}: stratify gives each class the same share, 80 % of all its images."
    return f"{right.min()} to {right.max()} a class is nearly even; stratify would make it exactly {even:g}."
