"""Explorers of episode 3: one neuron, kernels on a photo, and the feature maps of a network."""

import math
import re
from fractions import Fraction
from functools import partial

import ipywidgets as widgets
import numpy as np
import traitlets
from matplotlib import pyplot as plt
from PIL import Image

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Explorer, choice, text_area
from helpers.explorers.live import LiveExplorer
from helpers.images import check_photo
from helpers.plotting import KERNELS, network
from helpers.plotting.convolution import draw_grid
from helpers.plotting.style import by, canvas, minus

OWN = "your own"
PADDINGS = ("valid", "same")  # none, or zeros around the image
STEPS = ("whole image", "first pixel", "second pixel")
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
    ax = network.draw_neuron(
        [minus(f"{x:.3g}") for x in inputs], [minus(f"{w:+.3g}") for w in weights],
        minus(f"bias {bias:+.3g}"), minus(f"$z$ = {total:.2f}"), "ReLU", minus(f"{output:.2f}"),
    )  # fmt: skip
    found = f"here the sum is {total:.2f} and the output {output:.2f}."
    return plotting.describe(ax, f"{ax.alt_text.removesuffix('.')}; {found}", formulas=True)


def kernels(photo):
    """Slide kernels over a photo (H, W, 3) in grey: chosen or typed, one pixel or all."""
    gray = np.asarray(Image.fromarray(check_photo(photo)).convert("L"), dtype=float)
    return Explorer(
        partial(_draw_kernel, gray),
        numbers=_KernelField(),
        step=choice("show", STEPS, "All steps of the kernel, or one of them in a cut-out of 6 x 6 pixels."),
        padding=choice("padding", PADDINGS, 'With "same", zeros are put around the image.'),
    )


class _KernelField(widgets.Box):
    """A list of kernels with the numbers of the chosen one, which can be changed; `value` is their text."""

    value = traitlets.Unicode()

    def __init__(self):
        first, *names = KERNELS  # the one that changes nothing comes last
        self.names = choice("kernel", [*names, first, OWN])
        tooltip = "Rows on lines of their own. The image follows when you leave the field (Tab)."
        self.numbers = text_area("its numbers", _as_text(KERNELS[names[0]]), tooltip)
        super().__init__([self.names, self.numbers], layout={"flex_flow": "row wrap"})
        self.value = self.numbers.value
        self.names.observe(self._fill_in, names="value")
        self.numbers.observe(self._read, names="value")

    def _fill_in(self, change):
        if change.new != OWN:
            self.numbers.value = _as_text(KERNELS[change.new])

    def _read(self, change):
        try:
            name = _name_of(_read_kernel(change.new))
        except CourseError:  # the explorer says what is wrong
            name = OWN
        self.names.value, self.value = name, change.new


def _read_kernel(text):
    """Read a kernel that somebody has typed, as rows of numbers like "0 -1 0; -1 5 -1; 0 -1 0" or a list."""
    text = re.sub(r"[];]", "\n", str(text)).replace("[", " ").replace("\N{MINUS SIGN}", "-")
    rows = [row.replace(",", " ").split() for row in text.splitlines()]
    rows = [[_number(word) for word in row] for row in rows if row]
    lengths = [len(row) for row in rows]
    if len(set(lengths)) != 1:
        found = "rows of " + ", ".join(map(str, lengths)) if rows else "nothing"
        raise CourseError("equally many numbers in each row", found, "Is a space or a comma missing?")
    if len(rows) % 2 == 0 or lengths[0] % 2 == 0:
        found = f"{len(rows)} rows of {lengths[0]}"
        raise CourseError("an odd number of rows and columns", found, "3 rows of 3 numbers are usual.")
    return np.array(rows)


def _number(word):
    numerator, slash, denominator = word.partition("/")
    try:
        value = float(numerator) / float(denominator) if slash else float(word)
    except (ValueError, ZeroDivisionError):
        value = np.nan
    if not np.isfinite(value):
        remedy = "Write numbers like 2, -1, 0.5 or 1/9, with a space or a comma between them."
        raise CourseError("numbers", repr(word), remedy)
    return value


def _name_of(kernel):
    same = (name for name, known in KERNELS.items() if np.array_equal(known, kernel))
    return next(same, OWN)


def _as_text(kernel):
    """Write a kernel as `_read_kernel` reads it: a line for each row, fractions as 1/9."""
    rows = [[str(Fraction(weight).limit_denominator(100)) for weight in row] for row in kernel]
    return "\n".join("  ".join(row) for row in rows)


def _convolved(image, kernel, padding="valid"):
    """Slide a kernel over a grey image (H, W), multiply number by number and add: as Keras's `Conv2D`."""
    if padding == "same":
        image = np.pad(image, [(side // 2, side // 2) for side in kernel.shape])
    if (np.array(kernel.shape) > image.shape).any():
        found = f"kernel {kernel.shape}, image {image.shape}"
        raise CourseError("a kernel no larger than the image", found, "Use a smaller kernel.")
    neighborhoods = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)  # (h, w, rows, columns)
    return np.einsum("hwrc,rc->hw", neighborhoods, kernel)


def _draw_kernel(image, numbers, step, padding):
    """Draw what a typed kernel does to a grey image, or its first or second step in a cut-out."""
    kernel = _read_kernel(numbers)
    if step == "whole image":
        return _draw_filtered(image, kernel, _name_of(kernel), padding)
    if kernel.shape != (3, 3):
        got = f"one of {kernel.shape[0]} x {kernel.shape[1]}"
        remedy = 'Choose "whole image" to see what it does.'
        raise CourseError("a 3 x 3 kernel to show a single step", got, remedy)
    return _draw_step(image, kernel, STEPS.index(step) - 1, padding)


def _draw_step(image, kernel, column, padding):
    """Draw one step of a kernel in a cut-out of the image, at its strongest edge: a sky is dull."""
    edges = np.abs(_convolved(image, KERNELS["horizontal edges"]))
    place = np.unravel_index(edges.argmax(), edges.shape)
    row, left = (min(max(0, p - 1), n - 6) for p, n in zip(place, image.shape, strict=True))
    cutout = image[row : row + 6, left : left + 6]
    if padding == "same":
        cutout = np.pad(cutout, 1)[:6, :6]
    ax = plotting.kernel_step(cutout, kernel, row=0, column=column)
    words = f"A cut-out of the photo from row {row}, column {left}"
    words += ", with zeros around it" if padding == "same" else ""
    width, height = ax.figure.get_size_inches()
    ax.figure.set_size_inches(width, height + 0.5)
    ax.set_ylim(0, height + 0.5)
    ax.text(0.1, height + 0.2, words, va="center", size=14)
    return plotting.describe(ax, f"{words}. {ax.alt_text}")


def _draw_filtered(image, kernel, name, padding):
    """Draw a grey image, a kernel and the result: 0 is middle grey if the weights add up to 0, else black."""
    result = _convolved(image, kernel, padding)
    below, above = 0.55, 0.35  # inches for the words
    height = 3.1 * image.shape[0] / image.shape[1] + below + above
    layout = {"width_ratios": (3.1, 1.4, 3.1), "left": 0, "right": 1, "wspace": 0.02}
    layout |= {"bottom": below / height, "top": 1 - above / height}
    axes = plt.subplots(1, 3, figsize=(7.6, height), gridspec_kw=layout)[1]
    about_zero = abs(kernel.sum()) < 0.5
    legend = "\ndark < 0, grey = 0, light > 0" if about_zero else ""
    panels = ((image, 0, "photo", ""), (result, -255 if about_zero else 0, name, legend))
    for ax, (pixels, black, title, words) in zip(axes[::2], panels, strict=True):
        ax.imshow(pixels, cmap="gray", vmin=black, vmax=255)
        ax.set(xticks=[], yticks=[], title=title)
        ax.set_xlabel(by(*pixels.shape, gap=" ") + words, size=12)
    _draw_kernel_numbers(axes[1], kernel)
    seen = f"which ranges from {result.min():.0f} to {result.max():.0f}"
    return plotting.describe(axes, f"A grey photo beside the output of the kernel '{name}', {seen}.")


def _draw_kernel_numbers(ax, kernel):
    """Write the kernel into the room between the images; of a larger one only the size."""
    canvas(1.4, 2, ax)
    rows, columns = kernel.shape
    if max(rows, columns) > 3:
        ax.text(0.7, 1, f"kernel\n{by(rows, columns, gap=' ')}", ha="center", va="center", size=14)
    else:
        draw_grid(ax, kernel, 0.7 - 0.4 * columns / 2, 1, 0.4, "Kernel")


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
