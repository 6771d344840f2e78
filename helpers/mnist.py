"""Steps 3 and 7: handwritten digits, those of MNIST and your own.

MNIST: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998.
data/README.md says how the bundled part was made.
"""

import io
import os

import numpy as np
import pandas as pd
from PIL import Image, ImageOps

from helpers import CourseError, images, storage, validation

SHAPE = (28, 28, 1)  # height, width, channels
MNIST = storage.DATA / "mnist" / "3.0.1"
OWN = storage.DATA / "digits"
SMALLEST, LARGEST = 8, 512  # pixels: less is no image of a digit, and more is not needed for one


def load_mnist():
    """Load the bundled digits of MNIST as arrays.

    `tensorflow_datasets.load("mnist", data_dir=storage.DATA, download=False)` gives the same digits as
    `tf.data` pipelines; this function reads their files without TensorFlow.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Images: uint8 (N, 28, 28, 1), values 0..255, light strokes on black; N is 8,000 and 2,000.
        Labels: uint8 (N,), the digits 0..9.
        The classes are mixed, in the order of the files.

    Raises
    ------
    CourseError
        If a file is missing or damaged.
    """
    return _read_part("train"), _read_part("test")


def _read_part(part):
    content = storage.checked(MNIST / f"mnist-{part}.tfrecord-00000-of-00001").read_bytes()
    pairs = [_image_and_label(record) for record in _records(content)]
    images, labels = zip(*pairs, strict=True)
    return np.stack(images)[..., None], np.array(labels, dtype=np.uint8)


def _records(content):
    """Cut a TFRecord file: of each record 8 bytes length, 4 checksum, the record, 4 checksum."""
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 8], "little")
        yield content[place + 12 : place + 12 + length]
        place += length + 16


def _image_and_label(record):
    """Read a `tf.train.Example`: a map from names to lists, each with one entry here."""
    features = {}
    ((_, entries),) = _fields(record)
    for _, entry in _fields(entries):
        (_, name), (_, feature) = _fields(entry)
        ((_, values),) = _fields(feature)
        ((_, features[name]),) = _fields(values)
    with Image.open(io.BytesIO(features[b"image"])) as image:
        return np.asarray(image), features[b"label"][0]


def _fields(message):
    """Yield number and content of each field of a protocol-buffer message, all of them of the kind bytes."""
    place = 0
    while place < len(message):
        number = message[place] >> 3
        length, place = _varint(message, place + 1)
        yield number, message[place : place + length]
        place += length


def _varint(message, place):
    """Read a whole number, seven bits a byte, and say where it ends."""
    value, shift = 0, 0
    while message[place] & 0x80:
        value |= (message[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
    return value | message[place] << shift, place + 1


def prepare_digit(image):
    """Turn any image of one digit into what a network for MNIST takes.

    Grey as the eye sees it; made square by borders in the colour of the image's edge, so that nothing is
    squeezed or cut off; 28 x 28 pixels, each the mean of those it covers; divided by 255.
    Dark strokes stay dark: nothing is inverted, centred or sharpened.

    Parameters
    ----------
    image : path-like, or array of uint8, shape (height, width, 3)
        A file as `images.load_image` takes it (JPEG, PNG, ...; turned as the camera was held, transparent
        parts on white, the first image of an animation), or an image as it gives it.

    Returns
    -------
    array of float32, shape (28, 28, 1)
        Values 0..1.

    Raises
    ------
    CourseError
        If it is no image, larger than 50 million pixels, smaller than 8 x 8, more than 28 times as long as
        wide, or of one colour all over.
    """
    if isinstance(image, (str, os.PathLike)):
        image = images.read(validation.as_path(image, "the path of an image file"), side=LARGEST)
    image = images.check_photo(image)
    longer, shorter = max(image.shape[:2]), min(image.shape[:2])
    if longer > SHAPE[0] * shorter:
        found, remedy = f"{longer / shorter:.0f} times as long as wide", "Cut it out around the digit."
        raise CourseError(f"an image at most {SHAPE[0]} times as long as wide", found, remedy)
    if shorter < SMALLEST:
        remedy = "Take a larger image: a digit needs some pixels to be seen."
        found = f"{image.shape[1]} x {image.shape[0]}"
        raise CourseError(f"at least {SMALLEST} x {SMALLEST} pixels", found, remedy)
    gray = Image.fromarray(image).convert("L").reduce(max(1, longer // (2 * LARGEST)))
    values = np.asarray(gray)
    if np.ptp(values) <= 2:
        remedy = "Is its ink as light as its paper, or was it taken in the dark?"
        raise CourseError("an image with a digit on it", "one of a single colour", remedy)
    edge = int(np.median(np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])))
    square = ImageOps.pad(gray, (max(gray.size),) * 2, color=edge)
    small = square.resize(SHAPE[:2], Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32)[..., None] / 255


@validation.checked(folder=validation.path)
def load_own_digits(folder=None):
    """Load images of digits from a folder, prepared by `prepare_digit`.

    Parameters
    ----------
    folder : path-like, optional
        Files called after the digit and a style, such as `7_thin.png`; those of the course if left out.

    Returns
    -------
    images : array of float32, shape (N, 28, 28, 1)
        Values 0..1.
    table : pandas.DataFrame
        One row an image: `digit`, `style` and `path`, sorted by style, then digit.

    Raises
    ------
    CourseError
        If there is no such folder, no image in it, or an image's name does not begin with its digit.
    """
    if folder is None:
        bundled = [name for name in storage.checksums() if name.startswith("digits/")]
        files = [storage.checked(storage.DATA / name) for name in bundled]
    else:
        files, others = images.image_files(folder) if folder.is_dir() else ([], [])
        images.say_left_out(others, folder)
    rows = sorted((*_style_and_digit(path), path) for path in files)
    if not rows:
        remedy = "Put images in it that are called like 7_thin.png."
        raise CourseError("a folder with images of digits", f"none in {folder or OWN}", remedy)
    table = pd.DataFrame(rows, columns=["style", "digit", "path"])[["digit", "style", "path"]]
    return np.stack([prepare_digit(path) for path in table.path]), table


def _style_and_digit(path):
    digit, _, style = path.stem.partition("_")
    if digit not in map(str, range(10)):
        remedy = "Let the name begin with the digit that is seen, then an underscore: 7_thin.png."
        raise CourseError("a file named after its digit", path.name, remedy)
    return style or "own", int(digit)
