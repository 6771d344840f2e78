"""Steps 3 and 7: handwritten digits, those of MNIST and your own.

MNIST: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998.
data/README.md says how the bundled part was made.
"""

import io
import os
import re

import numpy as np
import pandas as pd
from PIL import Image
from scipy import ndimage

from helpers import CourseError, images, ink, storage, validation

SHAPE = (28, 28, 1)  # height, width, channels
MNIST = storage.DATA / "mnist" / "3.0.1"
OWN = storage.DATA / "digits"
SMALLEST, LARGEST = 8, 512  # pixels: less is no image of a digit, and more is not needed for one
BOX = 20  # pixels: the longer side of a digit of MNIST
PENS = 2.2, 3.8  # pixels in the box: how wide the lines of most of MNIST's digits are


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


# In the TFRecord files, whose form their checksums guarantee: a whole image, and the byte of a label.
IMAGE = re.compile(rb"\x89PNG.+?IEND\xaeB`\x82", re.DOTALL)
LABEL = re.compile(rb"label\x12\x05\x1a\x03\n\x01(.)", re.DOTALL)


def _read_part(part):
    content = storage.checked(MNIST / f"mnist-{part}.tfrecord-00000-of-00001").read_bytes()
    images = [np.asarray(Image.open(io.BytesIO(image))) for image in IMAGE.findall(content)]
    labels = np.array([label[0] for label in LABEL.findall(content)], dtype=np.uint8)
    return np.stack(images)[..., None], labels


def prepare_digit(image):
    """Make an image of one digit look like MNIST's: `find_ink`, then `fit_into_box`, then `center`.

    Parameters
    ----------
    image : path-like, or array of uint8, shape (height, width, 3)
        A file as `images.load_image` takes it (JPEG, PNG, ...), or an image as it gives it.

    Returns
    -------
    array of float32, shape (28, 28, 1)
        Values 0..1: the digit light on black, its longer side 20 pixels, its centre of mass in the middle.

    Raises
    ------
    CourseError
        If it is no image, larger than 50 million pixels, smaller than 8 x 8, or more than 28 times as long as
        wide; if there is nothing on it that can be a digit, or several things.

    Notes
    -----
    As MNIST's digits were made: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning
    applied to document recognition", Proceedings of the IEEE, 1998, section III A. Finding ink is our own.
    """
    return center(fit_into_box(find_ink(image)))


def find_ink(image):
    """Find the lines of a digit, whatever the light, the colour of the paper, and what else is in view.

    Takes and refuses what `prepare_digit` does; returns ink from 0 to 1, (height, width), of the image made
    so large or small that its longer side has 200 to 400 pixels.
    """
    if isinstance(image, (str, os.PathLike)):
        image = images.read(validation.as_path(image, "the path of an image file"), side=LARGEST)
    image = images.check_photo(image)
    longer, shorter = max(image.shape[:2]), min(image.shape[:2])
    if longer > SHAPE[0] * shorter:
        found, remedy = f"{longer / shorter:.0f} times as long as wide", "Crop the photo around the digit."
        raise CourseError(f"an image at most {SHAPE[0]} times as long as wide", found, remedy)
    if shorter < SMALLEST:
        remedy = "Take a larger image: a digit needs some pixels to be seen."
        found = f"{image.shape[1]} x {image.shape[0]}"
        raise CourseError(f"at least {SMALLEST} x {SMALLEST} pixels", found, remedy)
    return ink.find_ink(image)


def _ink(values, name):
    """Return an argument that is ink, as `find_ink` gives it."""
    expected = f"{name} as find_ink gives it: (height, width), values 0..1, some of them above 0.5"
    values = validation.as_array(values, expected, "f")
    if values.ndim != 2 or not values.size or not (values >= 0).all() or not 0.5 < values.max() <= 1:
        raise CourseError(expected, f"shape {values.shape}", "Pass what find_ink returns.")
    return values


@validation.checked(ink=_ink)
def fit_into_box(ink):
    """Cut ink out, make lines wider or narrower where MNIST's are, and scale the longer side to 20 pixels.

    Takes what `find_ink` returns; returns at most 20 rows and columns, float from 0 to 1.
    """
    digit = _cut_out(ink)
    in_box = BOX / max(digit.shape)
    wider = round((np.clip(_pen(digit) * in_box, *PENS) / in_box - _pen(digit)) / 2)  # on each side of a line
    if wider:
        change = ndimage.grey_dilation if wider > 0 else ndimage.grey_erosion
        reach = abs(wider)
        disk = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) < reach + 0.5
        digit = _cut_out(change(np.pad(digit, reach + 1), footprint=disk))
    size = [max(1, round(BOX * length / max(digit.shape))) for length in digit.shape[::-1]]
    small = Image.fromarray((255 * digit).astype(np.uint8)).resize(size, Image.Resampling.BOX)
    return np.asarray(small) / 255


def _cut_out(ink):
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > 0.5) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink


def _pen(digit):
    """How wide the lines of a digit are, in its pixels: four times the mean distance of ink from its edge."""
    inked = np.pad(digit > 0.5, 1)
    return 4 * ndimage.distance_transform_edt(inked)[inked].mean()


@validation.checked(box=_ink)
def center(box):
    """Put ink into an image of MNIST's size, (28, 28, 1), so that its centre of mass is in the middle."""
    middle = (SHAPE[0] - 1) / 2 - np.array(ndimage.center_of_mass(box))
    top, left = np.round(middle).astype(int).clip(0, np.array(SHAPE[:2]) - box.shape)
    image = np.zeros(SHAPE, np.float32)
    image[top : top + len(box), left : left + box.shape[1], 0] = box
    return image


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
