"""Explorers of episode 2: the pixels of a photo, and its random variants."""

from functools import partial

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle
from PIL import Image, ImageOps

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Again, Explorer, Slider, tick
from helpers.explorers.live import LiveExplorer, as_address, reduced
from helpers.plotting.images import brightest, check_image
from helpers.plotting.style import VERMILION, by

MOST_NUMBERS = 6  # pixels side by side whose numbers can be read
SIDE = 96  # pixels of an image that is changed
CHANNELS = {"Red": "#D62728", "Green": "#2CA02C", "Blue": "#1F77B4"}


def _color_image(image):
    pixels = check_image(image)
    if pixels.ndim != 3:
        remedy = "A grey image has no channels to take apart."
        raise CourseError("a colour image of shape (height, width, 3)", f"{pixels.shape}", remedy)
    return pixels


def pixels(image):
    """Zoom into an image, or a reduced one if it is large, until its pixels and their numbers show.

    Parameters
    ----------
    image : array, shape (H, W, 3)
        uint8 0..255 or float 0..1.

    Returns
    -------
    Explorer
    """
    image = _color_image(image)
    scale = 1 if brightest(image) == 255 else 1 / 255
    image = reduced((image if scale == 1 else np.rint(255 * image)).astype("uint8"))
    shown = image if scale == 1 else image * np.float32(scale)
    return LiveExplorer("pixels", partial(_draw_pixels, shown), photo=as_address(image), scale=scale)


def _draw_pixels(image):
    """Draw an image with a square window in it, the window enlarged, and the numbers of its channels."""
    row, column, size = image.shape[0] // 3, image.shape[1] // 3, min(MOST_NUMBERS, *image.shape[:2])
    row, column = min(row, image.shape[0] - size), min(column, image.shape[1] - size)
    window = image[row : row + size, column : column + size]
    figure = plt.figure(figsize=(7.6, 6.4))
    spacing = {"left": 0.01, "right": 0.99, "bottom": 0.01, "top": 0.94, "hspace": 0.2, "wspace": 0.15}
    axes = figure.subplot_mosaic("aaabbb;rrggll", height_ratios=(1.2, 1), gridspec_kw=spacing)
    plotting.show_image(image, ax=axes["a"], title="Image")
    plotting.show_image(window, ax=axes["b"], title=f"{by(size, size, gap=' ')} pixels, enlarged")
    _frame(axes["a"], row, column, size, image.shape[1])
    axes["b"].spines[:].set(color=VERMILION, linewidth=3)
    for number, (key, (name, color)) in enumerate(zip("rgl", CHANNELS.items(), strict=True)):
        plotting.pixel_grid(window[:, :, number], ax=axes[key])
        axes[key].set(title=name, xticks=[], yticks=[], xlabel="", ylabel="")  # the window's, not the image's
        axes[key].spines[:].set(color=color, linewidth=3)
    values = zip(CHANNELS, window[0, 0], strict=True)
    first = ", ".join(f"{name.lower()} {value:.3g}" for name, value in values)
    text = f"An image; a window of {size} x {size} pixels from row {row}, column {column}, enlarged;"
    return plotting.describe([*axes.values()], f"{text} its three channels. The first pixel: {first}.")


def _frame(ax, row, column, size, width):
    """Draw a frame around the window; around a tiny one it is larger, or nobody would see it."""
    side = max(size, width / 24)
    corner = column + (size - side) / 2 - 0.5, row + (size - side) / 2 - 0.5
    for color, linewidth in (("white", 5), (VERMILION, 2.5)):  # seen on dark and on light
        ax.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=color, linewidth=linewidth))


@validation.checked(image=validation.through(_color_image))
def augmentation(image):
    """Try how far an image, uint8 (H, W, 3), can be changed before its label is no longer true.

    Its middle is cut out as a square and resized first.
    """
    if image.dtype != np.uint8:
        raise CourseError("whole numbers 0..255 (uint8)", f"{image.dtype}", "Take the image as loaded.")
    small = np.asarray(ImageOps.fit(Image.fromarray(image), (SIDE, SIDE)))
    light = "RandomBrightness: as part of the range 0..255."
    return Explorer(
        partial(_draw_augmentation, small),
        flip=tick("mirror left and right", True, "RandomFlip: each variant is mirrored or not."),
        rotation=Slider("rotation", 0.1, 0.0, 0.5, 0.05, "RandomRotation: as part of a full turn."),
        zoom=Slider("zoom", 0.2, 0.0, 0.5, 0.05, "RandomZoom: as part of the image's size."),
        brightness=Slider("brightness", 0.2, 0.0, 0.5, 0.05, light),
        draw=Again("New draw", "Draw nine other variants of the same strengths."),
    )


def _draw_augmentation(image, flip, rotation, zoom, brightness, draw):
    """Draw an image and nine random variants of it, made by Keras's layers; others for another `draw`."""
    import keras
    from keras import layers

    # Seeds of their own: else an image that is turned far would always be zoomed and brightened much, too.
    steps = [
        layers.RandomRotation(rotation, seed=4 * draw),
        layers.RandomZoom(zoom, seed=4 * draw + 1),
        layers.RandomBrightness(brightness, value_range=(0, 255), seed=4 * draw + 2),
    ]
    if flip:
        steps.insert(0, layers.RandomFlip("horizontal", seed=4 * draw + 3))
    variants = np.repeat(image[None].astype("float32"), 9, axis=0)  # (9, H, W, 3)
    for layer in steps:
        variants = layer(variants, training=True)
    variants = keras.ops.convert_to_numpy(variants).clip(0, 255).astype("uint8")
    titles = ["original", *(f"variant {number}" for number in range(1, 10))]
    axes = plotting.show_images([image, *variants], titles=titles, columns=5, size=1.5)
    text = f"An image, nine random variants of it: turned by at most {rotation * 360:.0f} degrees, zoomed by "
    text += f"at most {zoom:.0%}, brightness changed by at most {brightness:.0%}"
    return plotting.describe(axes, f"{text}, {'some' if flip else 'none'} of them mirrored.")
