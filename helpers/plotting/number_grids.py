"""Numbers in cells: what kernels, pooling windows and Flatten are drawn on."""

from numbers import Integral

import numpy as np
from matplotlib.patches import Rectangle

from helpers import CourseError, validation
from helpers.plotting.style import GRAY, PALE, PALE_ORANGE, VERMILION, minus


def draw_grid(ax, values, left, middle, cell, title, fill="white", window=None, last=None):
    """Draw numbers in cells, a window outlined, none after the cell number `last`; return the right edge."""
    rows, columns = values.shape
    top = middle + cell * rows / 2
    ax.text(left + cell * columns / 2, top + 0.27, title, ha="center", va="center", size=14, weight="bold")
    for (row, column), value in np.ndenumerate(values):
        known = last is None or row * columns + column <= last
        lit = window is not None and _inside(row, column, window)
        color = PALE_ORANGE if lit else fill if known else PALE
        text = short(value) if known else ""
        draw_cell(ax, left + column * cell, top - (row + 1) * cell, cell, text, color)
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


def draw_cell(ax, left, low, cell, text, color):
    """Draw one number in a square."""
    ax.add_patch(Rectangle((left, low), cell, cell, facecolor=color, edgecolor=GRAY, linewidth=1))
    if text:
        ax.text(left + cell / 2, low + cell / 2, text, ha="center", va="center", size=12)


def checked_numbers(values, most, name):
    """Return a small table of numbers as floats, or explain what is wrong with it."""
    array = validation.as_array(values, f"a table of at most {most} x {most} numbers")
    if array.ndim != 2 or array.size == 0 or max(array.shape) > most or array.dtype.kind not in "buif":
        raise CourseError(
            f"an {name} of at most {most} x {most} numbers".replace("an k", "a k"),
            f"shape {array.shape} of {array.dtype}",
            "Cut a window out of one channel.",
        )
    return array.astype(float)


def check_place(row, column, output):
    """Refuse a pixel that the output does not have."""
    if not all(
        isinstance(place, Integral) and not isinstance(place, bool) for place in (row, column)
    ) or not (0 <= row < output.shape[0] and 0 <= column < output.shape[1]):
        raise CourseError(
            f"a row from 0 to {output.shape[0] - 1} and a column from 0 to {output.shape[1] - 1}",
            f"row {validation.shown(row)} and column {validation.shown(column)}",
            "The output is smaller than the input.",
        )


def short(value):
    """Write a number without decimals that do not matter."""
    whole = value == round(value) or abs(value) >= 100
    return minus(f"{value:.0f}" if whole else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}")


def in_brackets(value):
    """Write a factor, a negative one in brackets."""
    return f"({short(value)})" if value < 0 else short(value)


def extent(array):
    """Write rows x columns of an array."""
    return f"{array.shape[0]} x {array.shape[1]}"
