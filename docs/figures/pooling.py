"""One step of max pooling: the largest number of a window is kept."""

import numpy as np

from helpers.plotting.diagrams import draw_grid, short
from helpers.plotting.style import INK, PALE_GREEN, arrow, canvas, describe

IMAGE = np.array([[1, 3, 2, 0], [5, 2, 1, 4], [0, 1, 8, 6], [2, 3, 7, 5]])
SIZE, CELL, LOW = 2, 0.6, 0.8  # of the window; of a number and of what stands below, in inches


def draw():
    """Draw input and output; lines between the windows show that they do not overlap."""
    side = len(IMAGE) // SIZE
    windows = IMAGE.reshape(side, SIZE, side, SIZE).swapaxes(1, 2)  # (row, column, SIZE, SIZE)
    output = windows.max(axis=(2, 3))
    high, middle = LOW + CELL * len(IMAGE), LOW + CELL * len(IMAGE) / 2
    left = (8 - CELL * (len(IMAGE) + side) - 1.8) / 2
    ax = canvas(8, high + 0.55)
    right = draw_grid(ax, IMAGE, left, middle, CELL, "Input", window=(0, 0, SIZE, SIZE))
    between = {"color": INK, "linewidth": 2, "zorder": 2}
    ax.hlines(high - CELL * SIZE * np.arange(side + 1), left, right, **between)
    ax.vlines(left + CELL * SIZE * np.arange(side + 1), LOW, high, **between)
    arrow(ax, (right + 0.25, middle), (right + 1.55, middle))
    ax.text(right + 0.9, middle + 0.25, "maximum", ha="center", size=13)
    draw_grid(ax, output, right + 1.8, middle, CELL, "Output", fill=PALE_GREEN, window=(0, 0, 1, 1))
    values = ", ".join(short(value) for value in windows[0, 0].flat)
    ax.text(4, 0.35, f"max({values}) = {short(output[0, 0])}", ha="center", va="center", size=14)
    text = (
        f"Max pooling with a {SIZE} x {SIZE} window turns {len(IMAGE)} x {len(IMAGE)} numbers into "
        f"{side} x {side} (rows x columns). Row 0, column 0: the largest of {values} is {output[0, 0]}."
    )
    return describe(ax, text)
