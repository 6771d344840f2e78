"""Images full of handwritten digits, made by our own code: for a detector to find and read."""

import numpy as np
from PIL import Image

from helpers import CourseError, validation
from helpers.detection.boxes import Detections, iou

SIDE = 96  # pixels
DIGITS = tuple("0123456789")
SMALLEST, LARGEST = 16, 40  # height of a digit's square in pixels
MOST_DIGITS = 6  # of a scene: fewer where no more room is found
N_CLUTTER = 6  # pieces of strokes that are no digits
MOST_OVERLAP = 0.15  # IoU of two digits
STROKE = 0.25  # brightness, as part of the brightest, from which a pixel belongs to a digit


@validation.checked(
    images=validation.array("u"),
    labels=validation.array("ui"),
    n_scenes=validation.COUNT,
    seed=validation.SEED,
)
def make_scenes(images, labels, n_scenes, seed=0):
    """Scatter digits over images: several sizes, some overlap, pieces of strokes as clutter, and noise.

    Parameters
    ----------
    images : array of uint8, shape (N, 28, 28, 1)
        Light digits on black, as `mnist.load_mnist` gives them.
    labels : array of int, shape (N,)
        Which digits they are.
    n_scenes : int
        How many scenes, each with 1 to 6 digits.
    seed : int, default 0
        The same seed gives the same scenes.

    Returns
    -------
    images : array of uint8, shape (n_scenes, 96, 96)
        Values 0..255.
    truths : list of Detections, length n_scenes
        Where the digits are: tight boxes around their strokes.
    """
    labels = np.ravel(labels)
    if images.ndim not in (3, 4) or not images.size or len(images) != len(labels):
        found = f"images of shape {images.shape} and {len(labels)} labels"
        raise CourseError("digits with one label each", found, "Take both from load_mnist().")
    if images.ndim == 4 and images.shape[3] != 1:
        raise CourseError("digits in shades of grey", f"shape {images.shape}", "Take them from load_mnist().")
    if not images.reshape(len(images), -1).any(axis=1).all():
        raise CourseError("a digit on each image", "a black one", "Leave empty images out.")
    rng = np.random.default_rng(seed)
    scenes = [_scene(images, labels, rng) for _ in range(n_scenes)]
    return np.stack([image for image, _ in scenes]), [truth for _, truth in scenes]


def _scene(images, labels, rng):
    image = _background(rng)
    for _ in range(N_CLUTTER):
        _add_clutter(image, images[rng.integers(len(images))], rng)
    boxes, found = [], []
    for number in rng.integers(len(images), size=rng.integers(1, MOST_DIGITS + 1)):
        ink = _resized(images[number], int(rng.integers(SMALLEST, LARGEST + 1)))
        box = _place(ink, boxes, rng)
        if box is not None:
            _add(image, ink, box, rng.uniform(0.7, 1))
            boxes.append(box)
            found.append(labels[number])
    truth = Detections(np.array(boxes, dtype=float), np.array(found, dtype=int), np.ones(len(found)), DIGITS)
    return (image.clip(0, 1) * 255).astype(np.uint8), truth


def _background(rng):
    """A dark surface with a gradient and noise: float, values around 0 to 0.35."""
    across, down = rng.uniform(-0.1, 0.1, 2)
    ramp = np.linspace(-1, 1, SIDE)
    surface = rng.uniform(0.1, 0.25) + across * ramp[None] + down * ramp[:, None]
    return surface + rng.normal(0, 0.04, (SIDE, SIDE))


def _resized(image, height):
    """Resize a digit and cut it to its strokes: float, 0..1."""
    resized = Image.fromarray(np.squeeze(image)).resize((height, height), Image.Resampling.BILINEAR)
    ink = np.asarray(resized, dtype=float) / 255
    rows, columns = (np.flatnonzero((ink > STROKE * ink.max()).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _place(ink, boxes, rng, tries=20):
    """Find a place where a digit covers the others only a little: its box, or None."""
    height, width = ink.shape
    for _ in range(tries):
        left, top = rng.integers(SIDE - width + 1), rng.integers(SIDE - height + 1)
        box = (left, top, left + width, top + height)
        if not boxes or iou(box, boxes).max() <= MOST_OVERLAP:
            return box
    return None


def _add(scene, ink, box, brightness):
    left, top, right, bottom = box
    part = scene[top:bottom, left:right]
    np.maximum(part, ink * brightness + (1 - ink) * part, out=part)


def _add_clutter(scene, image, rng):
    """Add a piece of a digit, too small to be read."""
    ink = _resized(image, int(rng.integers(SMALLEST, LARGEST + 1)))
    row, column = (rng.integers(0, max(1, size - 6)) for size in ink.shape)
    piece = ink[row : row + 6, column : column + 6]
    left, top = rng.integers(SIDE - 6), rng.integers(SIDE - 6)
    _add(scene, piece, (left, top, left + piece.shape[1], top + piece.shape[0]), rng.uniform(0.4, 0.8))
