"""What the layers of a convolutional network do to numbers, drawn with the numbers."""

import numpy as np

from helpers import CourseError, validation
from helpers.plotting.number_grids import (
    check_place,
    checked_numbers,
    draw_cell,
    draw_grid,
    extent,
    in_brackets,
    short,
)
from helpers.plotting.style import INK, PALE_BLUE, PALE_GREEN, PALE_ORANGE, arrow, by, canvas, describe

STEP_IMAGE = np.array([[10, 10, 10, 0, 0]] * 3 + [[0, 0, 10, 10, 10]] * 3)
HORIZONTAL_EDGES = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
POOL_IMAGE = np.array([[1, 3, 2, 0], [5, 2, 1, 4], [0, 1, 8, 6], [2, 3, 7, 5]])
FLATTEN_MAPS = np.array([[[1, 5], [2, 6]], [[3, 7], [4, 8]]])


def kernel_step(image=STEP_IMAGE, kernel=HORIZONTAL_EDGES, row=0, column=0, ax=None):
    """Draw one step of a convolution: patch times kernel, element by element, added up to one pixel.

    Parameters
    ----------
    image : array of numbers, shape (H, W), at most 6 x 6
        One channel.
    kernel : array of numbers, shape (kh, kw), at most 3 x 3
        The weights.
    row, column : int
        Which pixel of the output, counted from 0.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes
        The output shows what has been computed so far of its (H - kh + 1, W - kw + 1) pixels.

    Raises
    ------
    CourseError
        If image or kernel have another shape, or the output has no such pixel.
    """
    image, kernel = checked_numbers(image, 6, "image"), checked_numbers(kernel, 3, "kernel")
    if (np.array(kernel.shape) > image.shape).any():
        raise CourseError(
            "a kernel no larger than the image", extent(kernel), f"The image is {extent(image)}."
        )
    patches = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    output = (patches * kernel).sum(axis=(2, 3))
    check_place(row, column, output)
    ax = _kernel_grids(ax, image, kernel, output, row, column)
    lines = _products(patches[row, column], kernel)
    for number, line in enumerate(reversed(lines)):
        ax.text(ax.get_xlim()[1] / 2, 0.3 + 0.35 * number, line, ha="center", va="center", size=14)
    text = (
        f"A kernel of {extent(kernel)} on an input of {extent(image)} gives an output of {extent(output)} "
        f"(rows x columns). Row {row}, column {column}: the products of patch and kernel add up to "
        f"{output[row, column]:g}."
    )
    return describe(ax, text)


def _kernel_grids(ax, image, kernel, output, row, column):
    """Draw input * kernel = output, with room below for one line of text for each row of the kernel."""
    columns = image.shape[1] + kernel.shape[1] + output.shape[1]
    cell, gap, low = 0.64, 0.55, 0.35 * len(kernel) + 0.4
    middle = low + cell * len(image) / 2
    sign = {"ha": "center", "va": "center", "size": 24}
    ax = canvas(cell * columns + 2 * gap + 0.2, cell * len(image) + low + 0.55, ax)
    right = draw_grid(ax, image, 0.1, middle, cell, "Input", window=(row, column, *kernel.shape))
    ax.text(right + gap / 2, middle, "\N{ASTERISK OPERATOR}", **sign)
    right = draw_grid(ax, kernel, right + gap, middle, cell, "Kernel", fill=PALE_BLUE)
    ax.text(right + gap / 2, middle, "=", **sign)
    done = {"fill": PALE_GREEN, "window": (row, column, 1, 1), "last": row * output.shape[1] + column}
    draw_grid(ax, output, right + gap, middle, cell, "Output", **done)
    return ax


def _products(patch, kernel):
    """Write the products of patch and kernel row by row, the sum at the end."""
    rows = [
        " + ".join(f"{short(pixel)}·{in_brackets(weight)}" for pixel, weight in zip(*row, strict=True))
        for row in zip(patch, kernel, strict=True)
    ]
    rows[1:] = [f"+ {row}" for row in rows[1:]]
    rows[-1] += f"  =  {short((patch * kernel).sum())}"
    return rows


def pooling_step(image=POOL_IMAGE, row=0, column=0, size=2, ax=None):
    """Draw one step of max pooling: the largest number of a window is kept.

    Parameters
    ----------
    image : array of numbers, shape (H, W), at most 6 x 6
        One feature map.
    row, column : int
        Which pixel of the output, counted from 0.
    size : int
        Width and height of the window, and how far it moves.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the image has another shape, or the output has no such pixel.
    """
    image = checked_numbers(image, 6, "image")
    size = validation.as_whole(size, "size", low=2, high=min(image.shape))
    rows, columns = np.array(image.shape) // size
    windows = image[: rows * size, : columns * size].reshape(rows, size, columns, size).swapaxes(1, 2)
    output = windows.max(axis=(2, 3))
    check_place(row, column, output)
    ax = _pooling_grids(ax, image, output, row, column, size)
    values = ", ".join(short(value) for value in windows[row, column].flat)
    ax.text(4, 0.35, f"max({values}) = {short(output[row, column])}", ha="center", va="center", size=14)
    text = (
        f"Max pooling with a {size} x {size} window turns {extent(image)} numbers into {extent(output)} "
        f"(rows x columns). Row {row}, column {column}: the largest of {values} is {output[row, column]:g}."
    )
    return describe(ax, text)


def _pooling_grids(ax, image, output, row, column, size):
    """Draw input and output; lines between the windows show that they do not overlap."""
    cell, low = 0.6, 0.8
    high, middle = low + cell * len(image), low + cell * len(image) / 2
    left = (8 - cell * (image.shape[1] + output.shape[1]) - 1.8) / 2
    ax = canvas(8, high + 0.55, ax)
    right = draw_grid(ax, image, left, middle, cell, "Input", window=(row * size, column * size, size, size))
    inside = {"color": INK, "linewidth": 2, "zorder": 2}
    ax.hlines(high - cell * size * np.arange(len(output) + 1), left, right, **inside)
    ax.vlines(left + cell * size * np.arange(output.shape[1] + 1), low, high, **inside)
    arrow(ax, (right + 0.25, middle), (right + 1.55, middle))
    ax.text(right + 0.9, middle + 0.25, "maximum", ha="center", size=13)
    done = {"fill": PALE_GREEN, "window": (row, column, 1, 1), "last": row * output.shape[1] + column}
    draw_grid(ax, output, right + 1.8, middle, cell, "Output", **done)
    return ax


def flatten_diagram(maps=FLATTEN_MAPS, ax=None):
    """Draw how Flatten writes feature maps as one row of numbers.

    Parameters
    ----------
    maps : array of numbers, shape (H, W, C), at most 12 numbers
        Feature maps, channels last as in Keras.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the shape is another one.
    """
    maps = validation.as_array(maps, "maps of shape (H, W, C), 12 numbers or fewer", "buif")
    if maps.ndim != 3 or not 1 <= maps.size <= 12 or maps.shape[2] > 3:
        raise CourseError("maps of shape (H, W, C), 12 numbers or fewer", f"shape {maps.shape}", "Use fewer.")
    maps = validation.as_numbers(maps, "maps", (3,), finite=True)
    height, width, count = maps.shape
    cell, low, fills = 0.6, 1.75, (PALE_BLUE, PALE_ORANGE, PALE_GREEN)
    ax = canvas(8, cell * height + low + 0.55, ax)
    step = width * cell + 0.8
    for number in range(count):
        left = 4 + (number - count / 2) * step + 0.4
        middle = low + cell * height / 2
        draw_grid(ax, maps[:, :, number], left, middle, cell, f"Map {number + 1}", fills[number])
    arrow(ax, (4, low - 0.15), (4, 1.15))
    for place, value in enumerate(maps.flat):
        left = 4 + (place - maps.size / 2) * cell
        draw_cell(ax, left, 0.45, cell, short(value), fills[place % count])
    words = f"{by(*maps.shape, gap=' ')} = {maps.size} numbers in one row"
    ax.text(4, 0.18, words, ha="center", va="center", size=13)
    text = (
        f"Flatten writes {count} maps of {height} x {width} as one row of {maps.size} numbers, pixel by "
        "pixel: every number is kept, the layout of rows and columns is lost."
    )
    return describe(ax, text)
