"""Show images, their pixels and feature maps, and the drawings that docs/figures makes."""

import math
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.style import GRAY, INK, describe, shorten

DRAWINGS = Path(__file__).parent / "drawings"


def show_image(image, ax=None, title=None):
    """Show one image.

    Parameters
    ----------
    image : array, shape (H, W), (H, W, 1) or (H, W, 3)
        uint8 0..255 or float 0..1.
    title : str, optional
        Text above the image, e.g. its class.
    """
    pixels = check_image(image)
    ax = ax or plt.subplots(figsize=(3.2, 3.4), layout="constrained")[1]
    _draw(ax, pixels)
    if title is not None:
        ax.set_title(_short_lines(title, 40))
    size = f"{pixels.shape[1]} pixels wide and {pixels.shape[0]} high"
    return describe(ax, f"An image {size}{f': {title}' if title else ''}.")


@validation.checked(columns=validation.count(1), size=validation.within(0.1, 100))
def show_images(images, titles=None, columns=5, size=1.45):
    """Show images in a grid, in reading order.

    Parameters
    ----------
    images : sequence of images
        Each as `show_image` takes it; an array of shape (N, H, W, 3) is one.
    titles : sequence of str, optional
        One for each image, e.g. class names.
    columns : int
        How many images stand side by side.
    size : float
        Width of an image in inches.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (rows, columns)
    """
    shape = getattr(images, "shape", ())  # a list may hold images of several sizes
    if len(shape) == 3 and shape[-1] in (1, 3):
        raise CourseError("several images", f"one of shape {shape}", "Show it with show_image.")
    images = validation.several(validation.through(check_image))(images, "images")
    if not images:
        raise CourseError("at least one image", "none", "Add some.")
    titles = validation.several(lambda title, _: str(title))([] if titles is None else titles, "titles")
    if len(titles) not in (0, len(images)):
        remedy = "Cut both alike: images[:25], titles[:25]."
        raise CourseError(f"{len(images)} titles, one for each image", f"{len(titles)}", remedy)
    axes = _grid(len(images), columns, size, size + (0.32 if titles else 0))
    for ax, image in zip(axes.flat, images, strict=False):
        _draw(ax, image)
    for ax, title in zip(axes.flat, titles, strict=False):
        ax.set_title(_short_lines(title, 28), size=12, pad=4)
    named = f": {', '.join(titles)}" if titles else ""
    return describe(axes, f"Grid of {len(images)} image{'s' if len(images) > 1 else ''}{named}.")


def pixel_grid(image, ax=None):
    """Show a small image, uint8 or float 0..1, with its numbers, rows and columns counted from 0.

    One channel of at most 12 x 12 pixels, or a colour image of at most 8 x 8: each of its pixels shows three
    numbers, red, green and blue from top to bottom.
    """
    pixels = check_image(image)
    height, width = pixels.shape[:2]
    most, cell = (12, 0.52) if pixels.ndim == 2 else (8, 0.74)
    if max(height, width) > most:
        remedy = f"Cut a window: image[:{most}, :{most}]."
        expected = f"at most {most} x {most} pixels, whose numbers can be read"
        raise CourseError(expected, f"{height} x {width}", remedy)
    ax = ax or plt.subplots(figsize=(max(2, cell * width), max(2, cell * height)), layout="constrained")[1]
    _draw(ax, pixels)
    ax.set(xticks=range(width), yticks=range(height), xlabel="column", ylabel="row")
    ax.tick_params(length=0)
    ax.hlines(np.arange(1, height) - 0.5, -0.5, width - 0.5, color=GRAY, linewidth=0.8)
    ax.vlines(np.arange(1, width) - 0.5, -0.5, height - 0.5, color=GRAY, linewidth=0.8)
    form = ".2f" if pixels.dtype.kind == "f" else "d"
    for row, column in np.ndindex(height, width):
        values = np.ravel(pixels[row, column])
        color = _text_color(np.broadcast_to(values / brightest(pixels), 3))
        numbers = "\n".join(format(value, form) for value in values)
        ax.text(column, row, numbers, ha="center", va="center", size=12, color=color, linespacing=1.1)
    what = "numbers" if pixels.ndim == 2 else "numbers for red, green and blue"
    between = f"from {format(pixels.min(), form)} to {format(pixels.max(), form)}"
    return describe(ax, f"{height} rows and {width} columns of pixels with their {what}, {between}.")


def feature_maps(maps):
    """Show what the filters of a layer compute from one image, (H, W, C): grey images, light is high."""
    maps = validation.as_array(maps, "numbers of shape (height, width, filters)", "buif")
    if maps.ndim != 3 or maps.size == 0 or not np.isfinite(maps).all():
        wanted = "finite numbers of shape (height, width, filters)"
        raise CourseError(wanted, f"shape {maps.shape}", "Take one image: maps[0].")
    height, width, count = maps.shape
    axes = _grid(count, 8, 1, height / width)
    low, high = maps.min(), max(maps.max(), maps.min() + 1e-9)
    for ax, one in zip(axes.flat, np.moveaxis(maps, 2, 0), strict=False):
        _draw(ax, one, low, high)
        ax.spines[:].set(color=GRAY)
    silent = int((maps.max(axis=(0, 1)) <= 0).sum())
    answer = "every filter answers somewhere" if not silent else f"{silent} of them answer nowhere"
    return describe(axes, f"{count} feature maps, {width} by {height} numbers each; {answer}.")


def check_image(image):
    """Return an image as an array of shape (H, W) or (H, W, 3), or explain what is wrong with it.

    Whole numbers 0..255 or fractions 0..1 are shown truthfully; everything else matplotlib would change.
    """
    expected = "one image of shape (height, width) or (height, width, 3)"
    pixels = validation.as_array(image, expected)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.size == 0 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3):
        batch = "Take one image out of a batch with images[0]."
        remedy = batch if pixels.ndim == 4 else "Look at its .shape."
        raise CourseError(expected, f"shape {pixels.shape}", remedy)
    if pixels.dtype.kind not in "buif":
        raise CourseError("pixels as numbers", f"dtype {pixels.dtype}", "Convert the image with np.asarray.")
    top = 1 if pixels.dtype.kind == "f" else 255
    if not (pixels.min() >= 0 and pixels.max() <= top):  # written so that NaN is refused too
        low, high = pixels.min(), pixels.max()
        found = f"{pixels.dtype} values from {low:.4g} to {high:.4g}"
        remedy = "Divide fractions by 255, once." if high > top else "Bring the values into this range."
        raise CourseError("pixels from 0 to 255 as whole numbers, or from 0 to 1 as fractions", found, remedy)
    return pixels


def brightest(pixels):
    """Return the number that stands for white in an image of this type."""
    return 1 if pixels.dtype.kind in "fb" else 255


def _text_color(background):
    """Choose black or white, whichever is easier to read on a background of (red, green, blue) 0..1."""
    rgb = np.asarray(background)  # below, the relative luminance of WCAG 2: a contrast of 4.5 or more
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "white"


def _draw(ax, pixels, low=0, high=None):
    """Draw pixels without an axis; left alone, matplotlib would stretch the darkest to black."""
    ax.imshow(pixels, vmin=low, vmax=brightest(pixels) if high is None else high)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color=INK, linewidth=0.8)


def _short_lines(title, most):
    return "\n".join(shorten(line, most) for line in str(title).split("\n")[:4])


def _grid(count, columns, width, height):
    """Make axes for `count` images, the places left over invisible; shape (rows, columns)."""
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    size = (columns * width, rows * height)
    axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)[1]
    for ax in axes.flat[count:]:
        ax.axis("off")
    return axes


def concept(name):
    """Show the drawing of a concept, such as "vision_tasks", with its alt text; an unknown name lists all."""
    from IPython.display import Image
    from PIL import Image as PngFile

    names = sorted(path.stem for path in DRAWINGS.glob("*.png"))
    path = DRAWINGS / f"{validation.choice(names)(name, 'name')}.png"
    with PngFile.open(path) as file:
        alt = file.text["Description"]
    return Image(data=path.read_bytes(), format="png", metadata={"alt": alt})
