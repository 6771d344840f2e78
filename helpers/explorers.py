"""Pictures to play with: controls on top of what `plotting` and `diagrams` draw.

Each explorer is a pure function `draw_...` that turns values into a figure, and a function of the same name
that puts controls on it. Where no control can work - on GitHub, on a web page, in a notebook without
a kernel - the stored output shows the figure for the values at the start.
"""

import base64
import html
import io

import ipywidgets as widgets
import numpy as np
import traitlets
from matplotlib import pyplot as plt

from helpers import CourseError, diagrams, filters, plotting
from helpers.style import VERMILION, alt_text, describe

WIDE = widgets.Layout(width="460px", max_width="100%")
LABELS = {"description_width": "150px"}
DOTS_PER_INCH = 80  # enough for a screen, and quick


class Explorer:
    """A figure that follows its controls.

    Parameters
    ----------
    draw : callable
        Takes the values of the controls by name, returns axes with alt text.
    **controls : ipywidgets.Widget
        Controls with a `value`.
    """

    def __init__(self, draw, **controls):
        self.draw, self.controls = draw, controls
        # The picture is HTML, because ipywidgets' own Image has no alt text.
        self.picture, self.message = widgets.HTML(), widgets.HTML()
        for control in controls.values():
            control.observe(lambda change: self.redraw(), names="value")
        self.widget = widgets.VBox([*controls.values(), self.message, self.picture])
        self.redraw()

    def redraw(self):
        """Draw anew; what the values do not allow is said in words, and the last figure stays."""
        try:
            self.png, self.alt = png_and_alt(
                self.draw, {name: control.value for name, control in self.controls.items()}
            )
        except CourseError as error:
            self.message.value = f'<p role="alert">✗ {html.escape(str(error))}</p>'
            return
        self.message.value = ""
        source = f"data:image/png;base64,{self.png}"
        self.picture.value = f'<img alt="{html.escape(self.alt)}" src="{source}" style="max-width: 100%">'

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Give the controls to those who can show them, and the picture to all others."""
        bundle = self.widget._repr_mimebundle_()
        bundle |= {"text/plain": "An explorer: run the cell to use it.", "image/png": self.png}
        return bundle, {"image/png": {"alt": self.alt}}


def png_and_alt(draw, values):
    """Draw once: the figure as PNG in base64, and its alt text. No figure stays open."""
    open_before = set(plt.get_fignums())
    try:
        figure = np.ravel(draw(**values))[0].figure
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=DOTS_PER_INCH)
        return base64.b64encode(file.getvalue()).decode("ascii"), alt_text(figure)
    finally:
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)


class Slider(widgets.HBox):
    """A number field with a slider beside it: only the field has a name that screen readers read.

    Parameters
    ----------
    description : str
        The name.
    value, low, high, step : int or float
        Whole numbers if `step` is one.
    """

    value = traitlets.Any()

    def __init__(self, description, value, low, high, step=1):
        whole = isinstance(step, int)
        numbers = {"value": value, "min": low, "max": high, "step": step}
        field_kind, slider_kind = (
            (widgets.BoundedIntText, widgets.IntSlider)
            if whole
            else (widgets.BoundedFloatText, widgets.FloatSlider)
        )
        field = field_kind(**numbers, description=description, style=LABELS, layout={"width": "240px"})
        handle = slider_kind(**numbers, readout=False, layout={"width": "220px"})
        super().__init__([field, handle], layout={"flex_flow": "row wrap"}, value=value)
        widgets.link((field, "value"), (handle, "value"))
        widgets.link((field, "value"), (self, "value"))


def choice(description, options):
    """Make a list to choose from; the first option is chosen."""
    return widgets.Dropdown(options=list(options), description=description, style=LABELS, layout=WIDE)


def draw_pixels(image, row, column, size):
    """Draw a picture with a window in it, the window enlarged, and the numbers of its three channels.

    Parameters
    ----------
    image : array of uint8, shape (H, W, 3)
        A photo.
    row, column : int
        Upper left corner of the window; moved inwards if the window would not fit.
    size : int
        Width and height of the window in pixels; numbers are printed up to 6.

    Returns
    -------
    array of matplotlib.axes.Axes
    """
    row, column = min(row, image.shape[0] - size), min(column, image.shape[1] - size)
    window = image[row : row + size, column : column + size]
    figure = plt.figure(figsize=(8.2, 6.6))
    spacing = {"left": 0.01, "right": 0.99, "bottom": 0.01, "top": 0.94, "hspace": 0.2, "wspace": 0.3}
    axes = figure.subplot_mosaic("aaabbb;rrggll", height_ratios=(1.2, 1), gridspec_kw=spacing)
    plotting.show_picture(image, ax=axes["a"], title="The photo")
    middle = column + size / 2 - 0.5, row + size / 2 - 0.5
    frame = {"markersize": max(12, size * 0.7), "markeredgewidth": 3, "markerfacecolor": "none"}
    axes["a"].plot(*middle, "s", markeredgecolor="white", **(frame | {"markeredgewidth": 6}))
    axes["a"].plot(*middle, "s", markeredgecolor=VERMILION, **frame)
    plotting.show_picture(window, ax=axes["b"], title=f"{size} x {size} pixels of it")
    for number, (key, name) in enumerate(zip("rgl", ("Red", "Green", "Blue"), strict=True)):
        channel = window[:, :, number]
        if size <= 6:
            plotting.pixel_grid(channel, ax=axes[key])
        else:
            plotting.show_picture(channel, ax=axes[key])
        axes[key].set_title(name)
    corner = ", ".join(
        f"{name} {value}" for name, value in zip(("red", "green", "blue"), window[0, 0], strict=True)
    )
    text = (
        f"A photo; a window of {size} x {size} pixels from row {row}, column {column}, enlarged; its three "
    )
    return describe(list(axes.values()), f"{text}channels. The first pixel: {corner}.")


def pixels(image):
    """Zoom into a picture until its pixels and their numbers show.

    Parameters
    ----------
    image : array of uint8, shape (H, W, 3)
        A photo.

    Returns
    -------
    Explorer
    """
    height, width = image.shape[:2]
    return Explorer(
        lambda **values: draw_pixels(image, **values),
        row=Slider("row", height // 3, 0, height - 4),
        column=Slider("column", width // 3, 0, width - 4),
        size=Slider("pixels in the window", 6, 4, min(64, height, width)),
    )


def draw_filtered(picture, kernel, name, padding="valid"):
    """Draw a grey picture beside what a kernel makes of it.

    Parameters
    ----------
    picture : array, shape (H, W)
        Grey values 0..255.
    kernel : array, shape (h, w)
        If its weights add up to about 0, as those of edge filters do, middle grey stands for 0; otherwise
        black does.
    name : str
        Title of the result.
    padding : {"valid", "same"}, default "valid"
        As in `filters.convolve`.

    Returns
    -------
    array of matplotlib.axes.Axes
    """
    result = filters.convolve(picture, kernel, padding)
    axes = plt.subplots(
        1, 2, figsize=(8.2, 3.2), gridspec_kw={"left": 0, "right": 1, "bottom": 0, "wspace": 0.03}
    )[1]
    lowest = 0 if kernel.sum() > 0.5 else -255
    for ax, pixels, low, title in ((axes[0], picture, 0, "the photo"), (axes[1], result, lowest, name)):
        ax.imshow(pixels, cmap="gray", vmin=low, vmax=255)
        ax.set(xticks=[], yticks=[], title=f"{title}: {pixels.shape[0]} x {pixels.shape[1]}")
    seen = f"its numbers go from {result.min():.0f} to {result.max():.0f}"
    return describe(axes, f"A grey photo beside what the kernel '{name}' makes of it; {seen}.")


def draw_kernel(photo, name, typed, step, padding):
    """Draw what a kernel does to the corner of a photo, pixel by pixel, or to all of it.

    Parameters
    ----------
    photo : array of uint8, shape (H, W, 3)
        A photo; it is turned to grey.
    name : str
        A key of `filters.KERNELS`, or "typed" for the next one.
    typed : str
        A kernel as `filters.parse_kernel` reads it.
    step : {"whole picture", "first pixel", "second pixel"}
        What to draw.
    padding : {"valid", "same"}
        Whether zeros are put around the picture.

    Returns
    -------
    matplotlib.axes.Axes or array of Axes
    """
    kernel = filters.parse_kernel(typed) if name == "typed" else filters.KERNELS[name]
    picture = np.rint(filters.grey(photo))
    if step == "whole picture":
        return draw_filtered(picture, kernel, name, padding)
    if kernel.shape != (3, 3):
        raise CourseError(
            "a kernel of 3 x 3 to show a single step", f"{kernel.shape}", 'See "whole picture".'
        )
    corner = np.pad(picture, 1)[:6, :6] if padding == "same" else picture[:6, :6]
    return diagrams.kernel_step(
        corner, kernel.round(2), row=0, column=["first pixel", "second pixel"].index(step)
    )


def kernels(photo):
    """Slide kernels over a photo: chosen or typed, one pixel or all.

    Parameters
    ----------
    photo : array of uint8, shape (H, W, 3)
        A photo.

    Returns
    -------
    Explorer
    """
    typed = widgets.Textarea(
        "-1 -1 -1\n0 0 0\n1 1 1",
        description="your own kernel",
        style=LABELS,
        layout=WIDE,
        continuous_update=False,
    )
    return Explorer(
        lambda **values: draw_kernel(photo, **values),
        name=choice("kernel", [*list(filters.KERNELS)[1:], "unchanged", "typed"]),
        typed=typed,
        step=choice("show", ["whole picture", "first pixel", "second pixel"]),
        padding=choice("padding", ["valid", "same"]),
    )


def draw_augmentation(image, flip, rotation, zoom, brightness, variant):
    """Draw eight random variants of a picture.

    Parameters
    ----------
    image : array of uint8, shape (H, W, 3)
        A picture.
    flip : bool
        Whether it may be mirrored.
    rotation, zoom, brightness : float, 0..0.5
        Strengths, as Keras's layers of these names take them.
    variant : int
        Another number gives other variants.

    Returns
    -------
    array of matplotlib.axes.Axes
    """
    import keras
    from keras import layers

    steps = [
        layers.RandomRotation(rotation, seed=variant),
        layers.RandomZoom(zoom, seed=variant),
        layers.RandomBrightness(brightness, value_range=(0, 255), seed=variant),
    ]
    variants = np.repeat(image[None].astype("float32"), 8, axis=0)
    for layer in [layers.RandomFlip("horizontal", seed=variant), *steps] if flip else steps:
        variants = layer(variants, training=True)
    variants = keras.ops.convert_to_numpy(variants).clip(0, 255).astype("uint8")
    axes = plotting.show_pictures(variants, columns=4, size=1.9)
    text = (
        f"Eight random variants of one picture: turned by at most {rotation * 360:.0f} degrees, zoomed by at "
    )
    mirrored = "some of them mirrored" if flip else "none of them mirrored"
    return describe(
        axes, f"{text}most {zoom:.0%}, brightness changed by at most {brightness:.0%}, {mirrored}."
    )


def augmentation(image, side=96):
    """Try how far a picture can be changed before its label is no longer true.

    Parameters
    ----------
    image : array of uint8, shape (H, W, 3)
        A picture.
    side : int, default 96
        It is resized to this many pixels first.

    Returns
    -------
    Explorer
    """
    from PIL import Image

    small = np.asarray(Image.fromarray(image).resize((side, side)))
    return Explorer(
        lambda **values: draw_augmentation(small, **values),
        flip=widgets.Checkbox(True, description="mirror left and right", style=LABELS, layout=WIDE),
        rotation=Slider("rotation", 0.1, 0.0, 0.5, 0.05),
        zoom=Slider("zoom", 0.2, 0.0, 0.5, 0.05),
        brightness=Slider("brightness", 0.2, 0.0, 0.5, 0.05),
        variant=Slider("variant", 1, 1, 20),
    )


def neuron(inputs=(1.0, 2.0, -1.0), weights=(0.5, -0.5, 1.0), bias=1.0):
    """Move the numbers of a neuron and see its output.

    Parameters
    ----------
    inputs, weights : sequence of float, equally many
        Values at the start, in -3..3.
    bias : float
        The same for the bias.

    Returns
    -------
    Explorer
    """
    n = len(inputs)
    controls = {
        f"x{i + 1}": Slider(f"input {i + 1}", value, -3.0, 3.0, 0.1) for i, value in enumerate(inputs)
    }
    controls |= {
        f"w{i + 1}": Slider(f"weight {i + 1}", value, -3.0, 3.0, 0.1) for i, value in enumerate(weights)
    }
    controls["bias"] = Slider("bias", bias, -3.0, 3.0, 0.1)
    controls["activation"] = choice("activation", ["relu", "sigmoid", "tanh", "linear"])

    def draw(bias, activation, **values):
        x, w = ([values[f"{letter}{i + 1}"] for i in range(n)] for letter in "xw")
        return diagrams.neuron(x, w, bias, activation)

    return Explorer(draw, **controls)


def draw_feature_maps(model, image, layer):
    """Draw what one layer of a model makes of one picture.

    Parameters
    ----------
    model : keras.Model
        A model that takes pictures like `image`.
    image : array, shape (H, W, C)
        One picture, prepared for the model.
    layer : str
        Name of a layer whose output has height, width and channels.

    Returns
    -------
    array of matplotlib.axes.Axes
    """
    import keras

    part = keras.Model(model.inputs[0], model.get_layer(layer).output)
    maps = keras.ops.convert_to_numpy(part(image[None]))[0]
    axes = plotting.feature_maps(maps)
    return describe(
        axes, f"The {maps.shape[2]} feature maps of layer {layer}, {maps.shape[0]} x {maps.shape[1]} each."
    )


def feature_maps(model, image):
    """See what a model makes of a picture, layer by layer.

    Parameters
    ----------
    model : keras.Model
        A model that takes pictures like `image`.
    image : array, shape (H, W, C)
        One picture, prepared for the model.

    Returns
    -------
    Explorer
    """
    names = [layer.name for layer in model.layers[1:] if len(layer.output.shape) == 4]
    return Explorer(lambda layer: draw_feature_maps(model, image, layer), layer=choice("layer", names))
