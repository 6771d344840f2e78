"""What the layers of a convolutional network do to numbers, drawn with the numbers."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers import CourseError
from helpers.style import (
    GREY,
    INK,
    PALE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    VERMILION,
    arrow,
    canvas,
    describe,
    minus,
)

STEP_IMAGE = np.array([[10, 10, 10, 0, 0]] * 3 + [[0, 0, 10, 10, 10]] * 3)
HORIZONTAL_EDGES = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
POOL_IMAGE = np.array([[1, 3, 2, 0], [5, 2, 1, 4], [0, 1, 8, 6], [2, 3, 7, 5]])
FLATTEN_MAPS = np.array([[[1, 5], [2, 6]], [[3, 7], [4, 8]]])


def kernel_step(image=STEP_IMAGE, kernel=HORIZONTAL_EDGES, row=0, column=0, ax=None):
    """Draw one step of a convolution: patch times kernel, element by element, added up to one pixel.

    Parameters
    ----------
    image : array of numbers, shape (H, W), at most 7 x 7
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
    image, kernel = _numbers(image, 7, "image"), _numbers(kernel, 3, "kernel")
    if (np.array(kernel.shape) > image.shape).any():
        raise CourseError(
            "a kernel no larger than the image", f"{_size(kernel)} on {_size(image)}", "Swap them?"
        )
    output = (np.lib.stride_tricks.sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))
    _check_place(row, column, output)
    widths = image.shape[1] + kernel.shape[1] + output.shape[1]
    cell, height = min(0.52, 6.4 / widths), image.shape[0]
    gap = (7.8 - cell * widths) / 2
    low = 0.35 * len(kernel) + 0.75
    middle = low + cell * height / 2
    ax = canvas(8, cell * height + low + 0.55, ax)
    right = _grid(ax, image, 0.1, middle, cell, "Input", window=(row, column, *kernel.shape))
    ax.text(right + gap / 2, middle, "×", ha="center", va="center", size=22)
    right = _grid(ax, kernel, right + gap, middle, cell, "Kernel", fill=PALE_BLUE)
    ax.text(right + gap / 2, middle, "=", ha="center", va="center", size=22)
    _grid(
        ax,
        output,
        right + gap,
        middle,
        cell,
        "Output",
        PALE_GREEN,
        (row, column, 1, 1),
        row * output.shape[1] + column,
    )
    patch = image[row : row + kernel.shape[0], column : column + kernel.shape[1]]
    for number, text in enumerate(_products(patch, kernel)):
        ax.text(4, low - 0.45 - 0.35 * number, text, ha="center", va="center", size=14)
    return describe(
        ax,
        f"A kernel of {_size(kernel)} on an input of {_size(image)} gives an output of {_size(output)} (rows x "
        f"columns). Row {row}, column {column}: the products of patch and kernel add up to {output[row, column]:g}.",
    )


def _products(patch, kernel):
    """Write the products of patch and kernel row by row, the sum at the end."""
    lines = [
        " + ".join(f"{_short(p)}·{_signed(k)}" for p, k in zip(*pair, strict=True))
        for pair in zip(patch, kernel, strict=True)
    ]
    lines = [f"+ {line}" if number else line for number, line in enumerate(lines)]
    lines[-1] += f"  =  {_short((patch * kernel).sum())}"
    return lines


def pooling_step(image=POOL_IMAGE, row=0, column=0, size=2, ax=None):
    """Draw one step of max pooling: the largest number of a window is kept.

    Parameters
    ----------
    image : array of numbers, shape (H, W), at most 7 x 7
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
    image = _numbers(image, 7, "image")
    if size not in range(2, min(image.shape) + 1):
        raise CourseError(f"a window of 2 to {min(image.shape)} pixels", repr(size), "Usual is 2.")
    rows, columns = np.array(image.shape) // size
    windows = image[: rows * size, : columns * size].reshape(rows, size, columns, size)
    output = windows.max(axis=(1, 3))
    _check_place(row, column, output)
    cell, low = 0.6, 0.8
    middle = low + cell * image.shape[0] / 2
    ax = canvas(8, cell * image.shape[0] + low + 0.55, ax)
    left = (8 - cell * (image.shape[1] + columns) - 1.8) / 2
    right = _grid(ax, image, left, middle, cell, "Input", window=(row * size, column * size, size, size))
    for line in range(rows + 1):  # the other windows, so that one sees that they do not overlap
        _line(ax, (left, right), [middle + cell * (image.shape[0] / 2 - line * size)] * 2)
    for line in range(columns + 1):
        _line(ax, [left + cell * line * size] * 2, (low, middle * 2 - low))
    arrow(ax, (right + 0.25, middle), (right + 1.55, middle))
    ax.text(right + 0.9, middle + 0.25, "maximum", ha="center", size=13)
    _grid(
        ax,
        output,
        right + 1.8,
        middle,
        cell,
        "Output",
        PALE_GREEN,
        (row, column, 1, 1),
        row * columns + column,
    )
    values = ", ".join(_short(value) for value in windows[row, :, column].ravel())
    ax.text(4, 0.35, f"max({values}) = {_short(output[row, column])}", ha="center", va="center", size=14)
    return describe(
        ax,
        f"Max pooling with a {size} x {size} window turns {_size(image)} numbers into {_size(output)} (rows x "
        f"columns). Row {row}, column {column}: the largest of {values} is {output[row, column]:g}.",
    )


def _line(ax, x, y):
    ax.plot(x, y, color=INK, linewidth=2, zorder=2)


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
    maps = np.asarray(maps)
    if maps.ndim != 3 or not 1 <= maps.size <= 12 or maps.shape[2] > 3:
        raise CourseError("maps of shape (H, W, C), 12 numbers or fewer", f"shape {maps.shape}", "Use fewer.")
    height, width, count = maps.shape
    cell, fills = 0.6, (PALE_BLUE, PALE_ORANGE, PALE_GREEN)
    low = 1.75
    middle = low + cell * height / 2
    ax = canvas(8, cell * height + low + 0.55, ax)
    step = width * cell + 0.8
    left = (8 - count * step + 0.8) / 2
    for number in range(count):
        _grid(ax, maps[:, :, number], left + number * step, middle, cell, f"Map {number + 1}", fills[number])
    arrow(ax, (4, low - 0.15), (4, 1.15))
    start = 4 - maps.size * cell / 2
    for place, value in enumerate(maps.ravel()):
        _cell(ax, start + place * cell, 0.45, cell, _short(value), fills[place % count])
    shape = " × ".join(map(str, maps.shape))
    ax.text(4, 0.18, f"{shape} = {maps.size} numbers in one row", ha="center", va="center", size=13)
    return describe(
        ax,
        f"Flatten writes {count} maps of {height} x {width} as one row of {maps.size} numbers, pixel by pixel: "
        "every number is kept, the layout of rows and columns is lost.",
    )


def _grid(ax, values, left, middle, cell, title, fill="white", window=None, last=None):
    """Draw numbers in cells, a window outlined, none after the cell number `last`; return the right edge."""
    rows, columns = values.shape
    top = middle + cell * rows / 2
    ax.text(left + cell * columns / 2, top + 0.27, title, ha="center", va="center", size=14, weight="bold")
    for (row, column), value in np.ndenumerate(values):
        known = last is None or row * columns + column <= last
        lit = window is not None and _inside(row, column, window)
        colour = PALE_ORANGE if lit else fill if known else PALE
        text = _short(value) if known else ""
        _cell(ax, left + column * cell, top - (row + 1) * cell, cell, text, colour)
    if window is not None:
        row, column, height, width = window
        corner = (left + column * cell, top - (row + height) * cell)
        ax.add_patch(
            Rectangle(
                corner, width * cell, height * cell, fill=False, edgecolor=VERMILION, linewidth=3.5, zorder=3
            )
        )
    return left + cell * columns


def _inside(row, column, window):
    return window[0] <= row < window[0] + window[2] and window[1] <= column < window[1] + window[3]


def _cell(ax, left, low, cell, text, colour):
    ax.add_patch(Rectangle((left, low), cell, cell, facecolor=colour, edgecolor=GREY, linewidth=1))
    if text:
        ax.text(left + cell / 2, low + cell / 2, text, ha="center", va="center", size=13)


def _numbers(values, most, name):
    array = np.asarray(values)
    if array.ndim != 2 or array.size == 0 or max(array.shape) > most or array.dtype.kind not in "buif":
        raise CourseError(
            f"an {name} of at most {most} x {most} numbers".replace("an k", "a k"),
            f"shape {array.shape} of {array.dtype}",
            "Cut a window out of one channel.",
        )
    return array.astype(float)


def _check_place(row, column, output):
    if row not in range(output.shape[0]) or column not in range(output.shape[1]):
        raise CourseError(
            f"a row from 0 to {output.shape[0] - 1} and a column from 0 to {output.shape[1] - 1}",
            f"row {row} and column {column}",
            "The output is smaller than the input.",
        )


def _short(value):
    return minus(f"{value:.3g}")


def _signed(value):
    return f"({_short(value)})" if value < 0 else _short(value)


def _size(array):
    return f"{array.shape[0]} x {array.shape[1]}"
