"""Explorers of networks: one neuron, and what a trained network makes of an image."""

import math

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Explorer, Slider, choice
from helpers.plotting.network import ACTIVATIONS
from helpers.plotting.style import by, describe

COLUMNS = 8  # feature maps side by side


@validation.checked(inputs=validation.numbers(None), weights=validation.numbers(None), bias=validation.NUMBER)
def neuron(inputs=(1.0, 2.0, -1.0), weights=(0.5, -0.5, 1.0), bias=1.0):
    """Move the numbers of a neuron and see its output.

    Parameters
    ----------
    inputs, weights : sequence of float, equally many
        Values at the start.
    bias : float
        The same for the bias.

    Returns
    -------
    Explorer
    """
    limit = max(3.0, *map(abs, (*inputs, *weights, bias)))
    xs = {f"x{i}": Slider(f"input {i}", x, -limit, limit, 0.1) for i, x in enumerate(inputs, 1)}
    ws = {f"w{i}": Slider(f"weight {i}", w, -limit, limit, 0.1) for i, w in enumerate(weights, 1)}
    pairs = [pair for both in zip(xs.items(), ws.items(), strict=False) for pair in both]
    order = dict(pairs) | xs | ws  # each input beside its weight

    def draw(bias, activation, **values):
        return plotting.neuron([values[x] for x in xs], [values[w] for w in ws], bias, activation)

    return Explorer(
        draw,
        **order,
        bias=Slider("bias", bias, -limit, limit, 0.1),
        activation=choice("activation", sorted(ACTIVATIONS, key=lambda name: name != "relu")),
    )


@validation.checked(model=validation.model)
def layer_outputs(model):
    """Make a model that gives, for each layer that keeps height and width, what comes out of it.

    Parameters
    ----------
    model : keras.Model
        A model whose input shape is known.

    Returns
    -------
    keras.Model
        It shares its weights with `model`; its output is a dictionary: name of the layer -> (N, H, W, C).

    Raises
    ------
    CourseError
        If the model is not built, or no layer has such an output.
    """
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


@validation.checked(maps=validation.numbers(None, None, None), layer=validation.TEXT)
def draw_feature_maps(image, maps, layer):
    """Draw an image and what one layer makes of it.

    Parameters
    ----------
    image : array, shape (H, W, 3) or (H, W, 1)
        uint8 0..255 or float 0..1.
    maps : array, shape (h, w, C)
        The layer's output for this image.
    layer : str
        Name of the layer.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        The image, and all maps; their brightness has one scale, light is high.
    """
    rows = math.ceil(maps.shape[2] / COLUMNS)
    height = max(2.6, 0.75 * rows)
    figure = plt.figure(figsize=(7.6, height))
    left = figure.add_axes((0.015, 1 - 2.0 / height, 0.21, 1.6 / height))
    right = figure.add_axes((0.24, 1 - 0.75 * rows / height, 0.76, 0.75 * rows / height))
    plotting.show_image(image, ax=left, title="Image")
    left.set_xlabel(f"{layer}:\n{maps.shape[2]} maps of {by(*maps.shape[:2], gap=' ')}", size=12)
    _draw_maps(right, maps, rows)
    silent = int((maps.max(axis=(0, 1)) <= 0).sum())
    text = (
        f"An image and its {maps.shape[2]} feature maps in layer {layer}, {maps.shape[0]} by "
        f"{maps.shape[1]} numbers each; {silent or 'none'} of them without an answer anywhere."
    )
    return describe(np.array([left, right]), text)


def _draw_maps(ax, maps, rows):
    """Draw all maps on one pair of axes: with a pair for each of them it takes four times as long."""
    scale = {"vmin": maps.min(), "vmax": max(maps.max(), maps.min() + 1e-9)}
    for number in range(maps.shape[2]):
        row, column = divmod(number, COLUMNS)
        place = (column + 0.05, column + 0.95, row + 0.95, row + 0.05)
        ax.imshow(maps[:, :, number], extent=place, **scale)
    ax.set(xlim=(0, COLUMNS), ylim=(rows, 0))
    ax.axis("off")


@validation.checked(model=validation.model, image=validation.array())
def feature_maps(model, image):
    """See what a model makes of an image, layer by layer.

    Parameters
    ----------
    model : keras.Model
        A model that takes images like `image`.
    image : array, shape (H, W, C)
        One image, prepared for the model.

    Returns
    -------
    Explorer

    Raises
    ------
    CourseError
        If the model has no feature maps or takes images of another shape.
    """
    import keras

    part = layer_outputs(model)
    wanted = tuple(model.input_shape[1:])
    if not validation.fits_shape(image.shape, wanted):
        remedy = "Take one image out of a batch with images[0], and resize it if necessary."
        raise CourseError(f"one image of shape {wanted}", f"shape {image.shape}", remedy)

    def draw(layer):
        maps = keras.ops.convert_to_numpy(part(image[None])[layer])[0]
        return draw_feature_maps(image, maps, layer)

    return Explorer(draw, layer=choice("layer", list(part.output)))
