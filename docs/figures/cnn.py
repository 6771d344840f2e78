"""The course's first convolutional network as a row of layers, with their shapes and parameters."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers.models import create_model_intro
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

MIDDLE, STEP = 2.5, 1.04  # height of the row of layers, and from one to the next
LOOKS = {
    "Input": (PALE_GREEN, GREEN),
    "Conv2D": (PALE_BLUE, BLUE),
    "MaxPool": (PALE, GRAY),
    "Flatten": (PALE, GRAY),
    "Dense": (PALE_ORANGE, ORANGE),
}


def draw():
    """Draw the layers from the image to the classes, the numbers as the network itself tells them."""
    model = create_model_intro()
    width = STEP * len(model.layers) + 0.1
    ax = canvas(width, 4.65)
    places = 0.55 + STEP * np.arange(len(model.layers))
    said = []
    for x, layer in zip(places, model.layers, strict=True):
        name, detail = _in_words(layer)
        shape = layer.output.shape[1:]
        size = by(*(f"{number:,}" for number in shape))
        (_sheets if len(shape) == 3 else _column)(ax, x, shape, *LOOKS[name])
        parameters = "parameters:" if name == "Input" else f"{layer.count_params():,}"
        style = {"ha": "center", "va": "center"}
        ax.text(x, 4.4, name, size=13, weight="bold", **style)
        for height, words in ((3.98, detail), (1.15, size), (0.8, parameters)):
            ax.text(x, height, words, size=12, **style)
        said.append(f"{name} {size}")
    for x in places[:-1]:
        arrow(ax, (x + 0.43, MIDDLE), (x + 0.61, MIDDLE), mutation_scale=13)
    total = f"{model.count_params():,} parameters in all"
    ax.text(width / 2, 0.2, total, ha="center", va="center", size=14, weight="bold")
    text = f"A convolutional network as a row of layers with their output shapes: {', '.join(said)}."
    return describe(ax, f"{text} {total}.")


def _in_words(layer):
    """Name a layer, and its most important setting."""
    kind = type(layer).__name__
    if kind == "Conv2D":
        return kind, f"{layer.filters} kernels\n{by(*layer.kernel_size)}"
    if kind == "MaxPooling2D":
        return "MaxPool", by(*layer.pool_size)
    if kind == "Dense":
        return kind, {"relu": "ReLU"}.get(layer.activation.__name__, layer.activation.__name__)
    return {"InputLayer": ("Input", "image"), "Flatten": ("Flatten", "one row")}[kind]


def _sheets(ax, x, shape, fill, edge):
    """Draw feature maps as a stack of sheets: their size shows height and width, their number the depth."""
    height, width, depth = shape
    count, tall, wide = min(depth, 2 + depth // 6), 0.14 + 0.5 * height / 32, 0.14 + 0.5 * width / 32
    for number in reversed(range(count)):
        shift = 0.06 * (number - (count - 1) / 2)
        corner = (x + shift * 0.8 - wide / 2, MIDDLE + shift - tall / 2)
        ax.add_patch(Rectangle(corner, wide, tall, facecolor=fill, edgecolor=edge, linewidth=1.3))


def _column(ax, x, shape, fill, edge):
    """Draw a row of numbers as a column of cells, as many as can be told apart."""
    count = min(shape[0], 10 if shape[0] <= 10 else 14 if shape[0] < 500 else 22)
    for number in range(count):
        corner = (x - 0.09, MIDDLE + 0.1 * (number - count / 2))
        ax.add_patch(Rectangle(corner, 0.18, 0.1, facecolor=fill, edgecolor=edge, linewidth=1.0))
