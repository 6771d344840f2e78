"""What a convolution does to numbers, drawn with the numbers in cells."""

import numpy as np
from matplotlib.patches import Rectangle

from helpers import CourseError, validation
from helpers.plotting.style import (
    GRAY,
    PALE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    VERMILION,
    canvas,
    describe,
    minus,
)

STEP_IMAGE = np.array([[10, 10, 10, 0, 0]] * 3 + [[0, 0, 10, 10, 10]] * 3)
KERNELS = {
    "unchanged": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "horizontal edges": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "vertical edges": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "blur": np.full((3, 3), 1 / 9),
    "Sobel, horizontal edges": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "Sobel, vertical edges": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
}


def kernel_step(image=STEP_IMAGE, kernel=KERNELS["horizontal edges"], row=0, column=0, ax=None):
    """Draw one step of a convolution: patch times kernel, element by element, added up to one pixel.

    Parameters
    ----------
    image : array of numbers, shape (H, W), at most 6 x 6
        One channel.
    kernel : array of numbers, shape (kh, kw), at most 3 x 3
        The weights.
    row, column : int
        Which pixel of the output, counted from 0.

    Returns
    -------
    matplotlib.axes.Axes
        The output shows what has been computed so far of its (H - kh + 1, W - kw + 1) pixels.
    """
    image, kernel = _checked(image, 6, "an image"), _checked(kernel, 3, "a kernel")
    if (np.array(kernel.shape) > image.shape).any():
        remedy = f"The image is {_extent(image)}."
        raise CourseError("a kernel no larger than the image", _extent(kernel), remedy)
    patches = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)  # (rows, columns, kh, kw)
    output = (patches * kernel).sum(axis=(2, 3))
    row = validation.count(0, output.shape[0] - 1)(row, "row")
    column = validation.count(0, output.shape[1] - 1)(column, "column")
    ax = _kernel_grids(ax, image, kernel, output, row, column)
    for number, line in enumerate(reversed(_products(patches[row, column], kernel))):
        ax.text(ax.get_xlim()[1] / 2, 0.3 + 0.35 * number, line, ha="center", va="center", size=14)
    text = f"A kernel of {_extent(kernel)} on an input of {_extent(image)} gives an output of "
    text += f"{_extent(output)} (rows x columns). Row {row}, column {column}: the products of patch "
    return describe(ax, f"{text}and kernel add up to {output[row, column]:g}.")


def _checked(values, most, name):
    array = validation.as_array(values, f"a table of at most {most} x {most} numbers")
    if array.ndim != 2 or array.size == 0 or max(array.shape) > most or array.dtype.kind not in "buif":
        expected, got = f"{name} of at most {most} x {most} numbers", f"shape {array.shape} of {array.dtype}"
        raise CourseError(expected, got, "Cut a window out of one channel.")
    return array.astype(float)


def _extent(array):
    return f"{array.shape[0]} x {array.shape[1]}"


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
    rows = []
    for pixels, weights in zip(patch, kernel, strict=True):
        factors = [f"({short(weight)})" if weight < 0 else short(weight) for weight in weights]
        rows.append(" + ".join(f"{short(x)}·{w}" for x, w in zip(pixels, factors, strict=True)))
    rows[1:] = [f"+ {row}" for row in rows[1:]]
    rows[-1] += f"  =  {short((patch * kernel).sum())}"
    return rows


def draw_grid(ax, values, left, middle, cell, title, fill="white", window=None, last=None):
    """Draw numbers in cells, a window outlined, none after the cell number `last`; return the right edge."""
    rows, columns = values.shape
    top = middle + cell * rows / 2
    row, column, height, width = window or (0, 0, 0, 0)
    ax.text(left + cell * columns / 2, top + 0.27, title, ha="center", va="center", size=14, weight="bold")
    for (y, x), value in np.ndenumerate(values):
        known = last is None or y * columns + x <= last
        inside = row <= y < row + height and column <= x < column + width
        color = PALE_ORANGE if inside else fill if known else PALE
        draw_cell(ax, left + x * cell, top - (y + 1) * cell, cell, short(value) if known else "", color)
    if window is not None:
        corner = (left + column * cell, top - (row + height) * cell)
        frame = {"fill": False, "edgecolor": VERMILION, "linewidth": 3.5, "zorder": 3}
        ax.add_patch(Rectangle(corner, width * cell, height * cell, **frame))
    return left + cell * columns


def draw_cell(ax, left, low, cell, text, color):
    """Draw one number in a square."""
    ax.add_patch(Rectangle((left, low), cell, cell, facecolor=color, edgecolor=GRAY, linewidth=1))
    if text:
        ax.text(left + cell / 2, low + cell / 2, text, ha="center", va="center", size=12)


def short(value):
    """Write a number without decimals that do not matter."""
    whole = value == round(value) or abs(value) >= 100
    return minus(f"{value:.0f}" if whole else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}")
