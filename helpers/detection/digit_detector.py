"""A small detector of our own, without anchor boxes: every cell of a grid says what is there, and how large.

The idea is that of X. Zhou, D. Wang and P. Kraehenbuehl, "Objects as points", 2019 (CenterNet), made small.
"""

import keras
import numpy as np
from keras import layers, ops

from helpers import CourseError, validation
from helpers.detection.boxes import Detections
from helpers.detection.synthetic_scenes import DIGITS, SIDE
from helpers.pretrained import run_in_batches

STRIDE = 4  # pixels a cell
CELLS = SIDE // STRIDE  # cells a side
N_CLASSES = len(DIGITS)
UNIT = 24  # pixels: the sizes that the network gives are parts of this


@validation.checked(filters=validation.count(1, 1000))
def create_model(filters=16):
    """Build the detector: an image in, a grid of answers out.

    It takes float32 images (N, 96, 96, 1) in 0..1, and gives (N, 24, 24, 14): for each cell the probability
    of each of the ten digits having its centre here, then the place of the centre in the cell (x, y) and the
    size of its box (width, height). The first convolution has so many `filters`, the deeper ones twice and
    four times as many.
    """
    inputs = keras.Input(shape=(SIDE, SIDE, 1))  # 96 x 96 x 1
    x = _convolution(inputs, filters, strides=2)  # 48 x 48
    x = _convolution(x, 2 * filters, strides=2)  # 24 x 24
    fine = _convolution(x, 2 * filters)  # 24 x 24
    x = _convolution(fine, 4 * filters, strides=2)  # 12 x 12, to see more of the surroundings
    x = _convolution(x, 4 * filters)
    x = _convolution(x, 2 * filters)
    x = layers.UpSampling2D(2)(x)  # 24 x 24
    x = layers.Add()([x, fine])
    x = _convolution(x, 4 * filters)
    # Rare events: begin with a probability of 1%, or the many empty cells rule the first epochs.
    rare = keras.initializers.Constant(-4.6)
    classes = layers.Conv2D(N_CLASSES, 1, activation="sigmoid", bias_initializer=rare)(x)
    outputs = layers.Concatenate()([classes, layers.Conv2D(4, 1)(x)])  # 24 x 24 x 14
    return keras.Model(inputs, outputs, name="digit_detector")


def _convolution(x, filters, strides=1):
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


@validation.checked(truths=validation.several(validation.a(Detections)))
def encode(truths):
    """Turn the true boxes of images, a list of `Detections`, into grids that the network should answer with.

    They are float32 (N, 24, 24, 14), as `create_model` describes it; a class has 1 at the centre of each
    object and less around it, sizes are 0 in cells without a centre.
    """
    grids = np.zeros((len(truths), CELLS, CELLS, N_CLASSES + 4), dtype=np.float32)
    rows, columns = np.mgrid[:CELLS, :CELLS]
    for grid, truth in zip(grids, truths, strict=True):
        for (left, top, right, bottom), label in zip(truth.boxes, truth.labels, strict=True):
            x, y = (left + right) / 2 / STRIDE, (top + bottom) / 2 / STRIDE
            column, row = min(int(x), CELLS - 1), min(int(y), CELLS - 1)
            nearness = np.exp(-((columns - column) ** 2 + (rows - row) ** 2) / 1.5)
            grid[..., label] = np.maximum(grid[..., label], nearness)
            size = (right - left) / UNIT, (bottom - top) / UNIT
            grid[row, column, N_CLASSES:] = (x - column, y - row, *size)
    return grids


@keras.saving.register_keras_serializable("cnn_course")
def detection_loss(truth, answer):
    """Add up how wrong the classes are in all cells, and the boxes in the cells with a centre.

    The first is the focal loss of "Objects as points", which lets the many easy empty cells count little; the
    second the absolute difference; both are means over the objects of an image. It takes what should be and
    what is answered, (N, 24, 24, 14), and gives (N,).
    """
    wanted, p = truth[..., :-4], ops.clip(answer[..., :-4], 1e-4, 1 - 1e-4)
    center = ops.cast(wanted > 0.999, p.dtype)
    hit = center * (1 - p) ** 2 * ops.log(p)
    quiet = (1 - center) * (1 - wanted) ** 4 * p**2 * ops.log(1 - p)
    objects = ops.maximum(ops.sum(center, axis=(1, 2, 3)), 1)
    has_center = ops.max(center, axis=-1, keepdims=True)
    boxes = ops.abs(truth[..., -4:] - answer[..., -4:]) * has_center
    return (5 * ops.sum(boxes, axis=(1, 2, 3)) - ops.sum(hit + quiet, axis=(1, 2, 3))) / objects


@validation.checked(model=validation.model)
def detect(model, images):
    """Find digits in scenes, uint8 (N, 96, 96), with what `create_model` builds, trained.

    It gives a list of `Detections`: one box a peak with a score above 0.05, before any suppression, in
    pixels.
    """
    expected = f"scenes (N, {SIDE}, {SIDE}) of whole numbers 0..255 (uint8)"
    remedy = "Take them from make_scenes; a single one is images[:1]."
    images = validation.as_array(images, expected, remedy=remedy)
    if images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
        raise CourseError(expected, f"shape {images.shape} of type {images.dtype}", remedy)
    return [_decode(grid) for grid in run_in_batches(model, prepare(images), batch_size=64)]


def _decode(grid):
    """Turn the network's answer for one image, shape (24, 24, 14), into boxes."""
    scores, labels = grid[..., :N_CLASSES].max(axis=-1), grid[..., :N_CLASSES].argmax(axis=-1)  # (24, 24)
    # A cell counts if none of its eight neighbours is more confident: most double boxes never appear.
    around = np.lib.stride_tricks.sliding_window_view(np.pad(scores, 1), (3, 3)).max(axis=(2, 3))
    rows, columns = np.nonzero((scores == around) & (scores > 0.05))
    x, y, width, height = grid[rows, columns, N_CLASSES:].T
    x, y = (columns + x) * STRIDE, (rows + y) * STRIDE
    width, height = width.clip(0) * UNIT / 2, height.clip(0) * UNIT / 2
    boxes = np.stack([x - width, y - height, x + width, y + height], axis=1).clip(0, SIDE)
    return Detections(boxes, labels[rows, columns], scores[rows, columns], DIGITS)


@validation.checked(images=validation.array("u", 3))
def prepare(images):
    """Bring scenes (N, 96, 96) of uint8 into the network's form: float32 (N, 96, 96, 1), 0..1."""
    return np.asarray(images)[..., None].astype(np.float32) / 255
