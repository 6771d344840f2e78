"""The course's first convolutional network in one figure."""

from typing import NamedTuple

import numpy as np
from matplotlib.patches import Rectangle

from helpers import CourseError, validation
from helpers.plotting.network import dense_parameters
from helpers.plotting.style import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PALE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    arrow,
    by,
    canvas,
    describe,
)


class Stage(NamedTuple):
    """What one layer does and gives: name, detail, shape of its output, number of its parameters."""

    name: str
    detail: str
    shape: tuple
    parameters: int


MIDDLE = 2.5  # height of the row of layers
LOOKS = {
    "Input": (PALE_GREEN, GREEN),
    "Conv2D": (PALE_BLUE, BLUE),
    "MaxPool": (PALE, GRAY),
    "Flatten": (PALE, GRAY),
    "Dense": (PALE_ORANGE, ORANGE),
}


def cnn_stages(input_shape=(32, 32, 3), filters=(16, 32), kernel=3, pool=2, dense=64, classes=10):
    """Compute shapes and parameters of a network: convolution and pooling in turn, then two dense layers.

    Parameters
    ----------
    input_shape : tuple of int
        (height, width, channels) of an image.
    filters : sequence of int
        Number of filters of each convolution.
    kernel, pool : int
        Width and height of kernels ("valid" convolution) and of pooling windows.
    dense, classes : int
        Neurons of the hidden and of the output layer.

    Returns
    -------
    list of Stage
        (name, detail, shape, parameters) of each layer.

    Raises
    ------
    CourseError
        If the image is too small for so many layers.
    """
    sides = validation.as_array(input_shape, "input_shape as (height, width, channels)")
    if sides.shape != (3,):
        expected = "input_shape as (height, width, channels)"
        raise CourseError(expected, validation.shown(input_shape), "Write (32, 32, 3), say.")
    height, width, depth = (validation.as_whole(side, "side", low=1, high=10_000) for side in sides)
    kernel, pool, dense, classes = (
        validation.as_whole(value, name, low=1, high=100_000)
        for name, value in (("kernel", kernel), ("pool", pool), ("dense", dense), ("classes", classes))
    )
    filters = [
        validation.as_whole(count, "filters", low=1, high=10_000)
        for count in validation.as_array(filters, "a number of filters for each convolution").ravel()
    ]
    stages = [Stage("Input", "image", (height, width, depth), 0)]
    for count in filters:
        height, width = height - kernel + 1, width - kernel + 1
        parameters = (kernel * kernel * depth + 1) * count
        stages.append(Stage("Conv2D", f"{count} of {by(kernel, kernel)}", (height, width, count), parameters))
        height, width, depth = height // pool, width // pool, count
        stages.append(Stage("MaxPool", by(pool, pool), (height, width, depth), 0))
        if min(height, width) < 1:
            raise CourseError(
                "an image large enough for these layers", f"{input_shape}", "Use fewer filters."
            )
    flat = height * width * depth
    return [
        *stages,
        Stage("Flatten", "one row", (flat,), 0),
        Stage("Dense", "relu", (dense,), dense_parameters(flat, dense)),
        Stage("Dense", "softmax", (classes,), dense_parameters(dense, classes)),
    ]


def cnn_diagram(input_shape=(32, 32, 3), filters=(16, 32), kernel=3, pool=2, dense=64, classes=10, ax=None):
    """Draw a network from image to classes, with the shape and the parameters of each layer.

    Parameters
    ----------
    input_shape, filters, kernel, pool, dense, classes
        As in `cnn_stages`; the defaults are those of `create_model_intro`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    stages = cnn_stages(input_shape, filters, kernel, pool, dense, classes)
    width = 1.04 * len(stages) + 0.1
    ax = canvas(width, 4.4, ax)
    places = 0.55 + 1.04 * np.arange(len(stages))
    for x, stage in zip(places, stages, strict=True):
        _sheets(ax, x, stage, input_shape[0]) if len(stage.shape) == 3 else _column(ax, x, stage)
        _words(ax, x, stage)
    total = sum(stage.parameters for stage in stages)
    ax.text(width / 2, 0.2, f"{total:,} parameters in all", ha="center", va="center", size=14, weight="bold")
    for x in places[:-1]:
        arrow(ax, (x + 0.43, MIDDLE), (x + 0.61, MIDDLE), mutation_scale=13)
    layers = ", ".join(f"{stage.name} {by(*stage.shape)}" for stage in stages)
    text = f"A convolutional network as a row of layers with their output shapes: {layers}. "
    return describe(ax, text + f"{total:,} parameters in all.")


def _words(ax, x, stage):
    """Write name and detail above a layer, shape and parameters below."""
    style = {"ha": "center", "va": "center"}
    ax.text(x, 4.15, stage.name, size=13, weight="bold", **style)
    ax.text(x, 3.85, stage.detail, size=12, **style)
    ax.text(x, 1.15, by(*stage.shape), size=12, **style)
    parameters = "parameters:" if stage.name == "Input" else f"{stage.parameters:,}"
    ax.text(x, 0.8, parameters, size=12, **style)


def _sheets(ax, x, stage, full):
    """Draw feature maps as a stack of sheets: their size shows height and width, their number the depth."""
    height, width, depth = stage.shape
    fill, edge = LOOKS[stage.name]
    count, tall, wide = min(depth, 2 + depth // 6), 0.14 + 0.5 * height / full, 0.14 + 0.5 * width / full
    for number in reversed(range(count)):
        shift = 0.06 * (number - (count - 1) / 2)
        corner = (x + shift * 0.8 - wide / 2, MIDDLE + shift - tall / 2)
        ax.add_patch(Rectangle(corner, wide, tall, facecolor=fill, edgecolor=edge, linewidth=1.3))


def _column(ax, x, stage):
    """Draw a row of numbers as a column of cells, as many as can be told apart."""
    fill, edge = LOOKS[stage.name]
    count = min(stage.shape[0], 10 if stage.shape[0] <= 10 else 14 if stage.shape[0] < 500 else 22)
    for number in range(count):
        corner = (x - 0.09, MIDDLE + 0.1 * (number - count / 2))
        ax.add_patch(Rectangle(corner, 0.18, 0.1, facecolor=fill, edgecolor=edge, linewidth=1.0))
