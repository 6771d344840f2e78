"""A kernel on a colour image: a grid of weights for each channel, one sum, one bias."""

import numpy as np

from helpers.plotting.diagrams import draw_cell, draw_grid, short
from helpers.plotting.style import PALE_BLUE, PALE_GREEN, arrow, canvas, describe

PATCHES = {
    "red": np.array([[2, 0, 1], [3, 1, 0], [0, 2, 1]]),
    "green": np.array([[1, 1, 0], [0, 2, 1], [1, 0, 3]]),
    "blue": np.array([[0, 3, 1], [1, 0, 2], [2, 1, 0]]),
}
KERNEL = np.array([[[-1, 0, 1]] * 3, [[0, 1, 0]] * 3, [[1, 0, -1]] * 3])
BIAS, CELL, STEP = 2, 0.42, 1.75


def draw():
    """Draw a patch and a grid of weights for each channel, one below the other, and what they add up to."""
    sums = [(patch * grid).sum() for patch, grid in zip(PATCHES.values(), KERNEL, strict=True)]
    height = STEP * 3 + 0.35
    ax = canvas(8.4, height)
    middle = height / 2 - 0.15
    for number, ((name, patch), grid) in enumerate(zip(PATCHES.items(), KERNEL, strict=True)):
        y = middle + STEP * (1 - number)
        right = draw_grid(ax, patch, 0.3, y, CELL, f"{name} channel")
        ax.text(right + 0.35, y, "\N{ASTERISK OPERATOR}", ha="center", va="center", size=20)
        right = draw_grid(ax, grid, right + 0.7, y, CELL, "weights", fill=PALE_BLUE)
        arrow(ax, (right + 0.15, y), (right + 1.0, y))
        ax.text(right + 1.3, y, short(sums[number]), ha="center", va="center", size=15)
        arrow(ax, (right + 1.6, y), (6.15, middle + 0.25 * (1 - number)))
    draw_cell(ax, 6.25, middle - 0.35, 0.7, "", PALE_GREEN)
    total = sum(sums) + BIAS
    ax.text(6.6, middle, short(total), ha="center", va="center", size=16, weight="bold")
    terms = " + ".join(f"({short(value)})" if value < 0 else short(value) for value in sums)
    ax.text(6.6, middle + 0.75, "one number", ha="center", va="center", size=14, weight="bold")
    ax.text(7.05, middle - 0.75, f"{terms} + bias {BIAS}", ha="center", va="center", size=14)
    ax.text(7.05, middle - 1.2, "27 weights, 1 bias", ha="center", va="center", size=14)
    text = "A 3 by 3 kernel on a colour image has 3 by 3 weights for each of the three channels. "
    said = ", ".join(map(str, sums))
    return describe(ax, f"{text}Three sums ({said}) and one bias ({BIAS}) make one number, {total}.")
