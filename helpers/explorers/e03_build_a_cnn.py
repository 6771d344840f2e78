"""Explorers of episode 3: one neuron, kernels on a photo, and the feature maps of a network."""

import base64
import math
from fractions import Fraction
from functools import partial

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Explorer, choice
from helpers.explorers.live import LiveExplorer, as_address, reduced
from helpers.images import check_photo
from helpers.plotting import KERNELS, diagrams
from helpers.plotting.diagrams import draw_grid
from helpers.plotting.style import by, canvas, minus

COLUMNS = 8  # feature maps side by side


@validation.checked(inputs=validation.numbers(None), weights=validation.numbers(None), bias=validation.NUMBER)
def neuron(inputs=(1.0, 2.0, -1.0), weights=(0.5, -0.5, 1.0), bias=1.0):
    """Move the numbers of a neuron and see its output; it starts with these."""
    if len(inputs) != len(weights) or not 1 <= len(inputs) <= 5:
        got = f"{len(inputs)} inputs and {len(weights)} weights"
        raise CourseError("1 to 5 inputs and as many weights", got, "Give each input its weight.")
    numbers = {"inputs": [*map(float, inputs)], "weights": [*map(float, weights)], "bias": float(bias)}
    limit = max(3.0, *map(abs, (*inputs, *weights, bias)))
    return LiveExplorer("neuron", partial(_draw_neuron, **numbers), **numbers, limit=float(limit))


def _draw_neuron(inputs, weights, bias):
    """Draw a neuron with its numbers, and what it computes from them."""
    total = float(np.dot(inputs, weights)) + bias
    output = max(total, 0.0)
    ax = diagrams.draw_neuron(
        [minus(f"{x:.3g}") for x in inputs], [minus(f"{w:+.3g}") for w in weights],
        minus(f"bias {bias:+.3g}"), minus(f"$z$ = {total:.2f}"), minus(f"{output:.2f}"),
    )  # fmt: skip
    found = f"here the sum is {total:.2f} and the output {output:.2f}."
    return plotting.describe(ax, f"{ax.alt_text.removesuffix('.')}; {found}", formulas=True)


def kernels(photo):
    """Slide kernels over a photo (H, W, 3) in grey: chosen or typed, one pixel or all."""
    gray = np.asarray(Image.fromarray(reduced(check_photo(photo))).convert("L"))
    if min(gray.shape) < 3:
        raise CourseError("a photo of at least 3 x 3 pixels", f"{gray.shape}", "Choose a larger one.")
    unchanged, *names = KERNELS  # the one that changes nothing comes last
    texts = [(name, _as_text(KERNELS[name])) for name in (*names, unchanged)]
    return LiveExplorer(
        "kernels", partial(_draw_filtered, gray, names[0]), photo=as_address(gray), kernels=texts
    )


def _as_text(kernel):
    """Write a kernel as one types it: a line for each row, fractions as 1/9."""
    rows = [[str(Fraction(weight).limit_denominator(100)) for weight in row] for row in kernel]
    return "\n".join("  ".join(row) for row in rows)


def _draw_filtered(image, name):
    """Draw a grey image, a kernel that finds edges and the result, where middle grey is 0."""
    kernel = KERNELS[name]
    neighborhoods = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)  # (h, w, rows, columns)
    result = np.einsum("hwrc,rc->hw", neighborhoods, kernel)
    below, above = 0.55, 0.35  # inches for the words
    height = 3.1 * image.shape[0] / image.shape[1] + below + above
    layout = {"width_ratios": (3.1, 1.4, 3.1), "left": 0, "right": 1, "wspace": 0.02}
    layout |= {"bottom": below / height, "top": 1 - above / height}
    axes = plt.subplots(1, 3, figsize=(7.6, height), gridspec_kw=layout)[1]
    panels = ((image, 0, "photo", ""), (result, -255, name, "\ndark < 0, grey = 0, light > 0"))
    for ax, (pixels, black, title, words) in zip(axes[::2], panels, strict=True):
        ax.imshow(pixels, cmap="gray", vmin=black, vmax=255)
        ax.set(xticks=[], yticks=[], title=title)
        ax.set_xlabel(by(*pixels.shape, gap=" ") + words, size=12)
    canvas(1.4, 2, axes[1])
    draw_grid(axes[1], kernel, 0.1, 1, 0.4, "Kernel")
    seen = f"which ranges from {result.min():.0f} to {result.max():.0f}"
    return plotting.describe(axes, f"A grey photo beside the output of the kernel '{name}', {seen}.")


def pooling():
    """Pool a table of numbers, by maximum or average, and move it."""
    concept = plotting.concept("pooling")
    still = base64.b64encode(concept.data).decode("ascii"), concept.metadata["alt"]
    return LiveExplorer("pooling", still, numbers=[[1, 3, 2, 0], [5, 2, 1, 4], [0, 1, 8, 6], [2, 3, 7, 5]])


def softmax():
    """Move weighted sums, and a temperature, and see the probabilities that softmax computes from them."""
    names, sums = ("cat", "dog", "frog"), [2.0, 1.0, -1.0]
    powers = np.exp(sums)
    draw = partial(plotting.probability_bars, powers / powers.sum(), names)
    return LiveExplorer("softmax", draw, names=names, sums=sums)


@validation.checked(model=validation.model, image=validation.array())
def feature_maps(model, image):
    """See what a model makes of one image (H, W, C), prepared for it, layer by layer."""
    import keras

    part = _layer_outputs(model)
    wanted = tuple(model.input_shape[1:])
    if not validation.fits_shape(image.shape, wanted):
        remedy = "Take one image out of a batch with images[0], and resize it if necessary."
        raise CourseError(f"one image of shape {wanted}", f"shape {image.shape}", remedy)

    def draw(layer):
        maps = keras.ops.convert_to_numpy(part(image[None])[layer])[0]
        return _draw_feature_maps(image, maps, layer)

    return Explorer(draw, layer=choice("layer", list(part.output)))


def _layer_outputs(model):
    """Model that gives the maps (N, h, w, C) of each layer that has some, by the layer's name."""
    import keras

    if not model.built:
        remedy = "Begin it with keras.Input(shape=(32, 32, 3)), or train it first."
        raise CourseError("a model that knows the shape of its input", "one that is not built", remedy)
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    outputs = {layer.name: layer.output for layer in layers if len(layer.output.shape) == 4}
    if not outputs:
        remedy = "Only layers that keep the layout of an image have maps to look at."
        raise CourseError("a model with a convolutional layer", f"{model.name} without one", remedy)
    return keras.Model(model.inputs[0], outputs)


def _draw_feature_maps(image, maps, layer):
    """Draw an image beside the maps (h, w, C) of one layer; all share one grey scale, light is high."""
    rows = math.ceil(maps.shape[2] / COLUMNS)
    height = max(2.6, 0.75 * rows)
    figure = plt.figure(figsize=(7.6, height))
    left = figure.add_axes((0.015, 1 - 2.0 / height, 0.21, 1.6 / height))
    right = figure.add_axes((0.24, 1 - 0.75 * rows / height, 0.76, 0.75 * rows / height))
    plotting.show_image(image, ax=left, title="Image")
    left.set_xlabel(f"{layer}:\n{maps.shape[2]} maps of {by(*maps.shape[:2], gap=' ')}", size=12)
    _draw_maps(right, maps, rows)
    silent = int((maps.max(axis=(0, 1)) <= 0).sum())
    text = f"An image and its {maps.shape[2]} feature maps in layer {layer}, {maps.shape[0]} by "
    text += f"{maps.shape[1]} numbers each; " + (
        f"{silent} are 0 everywhere." if silent else "each responds somewhere."
    )
    return plotting.describe(np.array([left, right]), text)


def _draw_maps(ax, maps, rows):
    """Draw all maps on one pair of axes: with a pair for each of them it takes four times as long."""
    scale = {"vmin": maps.min(), "vmax": max(maps.max(), maps.min() + 1e-9)}
    for number in range(maps.shape[2]):
        row, column = divmod(number, COLUMNS)
        place = (column + 0.05, column + 0.95, row + 0.95, row + 0.05)
        ax.imshow(maps[:, :, number], extent=place, **scale)
    ax.set(xlim=(0, COLUMNS), ylim=(rows, 0))
    ax.axis("off")
