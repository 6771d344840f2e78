"""How Flatten writes feature maps as one row of numbers."""

import numpy as np

from helpers.plotting.diagrams import draw_cell, draw_grid, short
from helpers.plotting.style import PALE_BLUE, PALE_ORANGE, arrow, by, canvas, describe

MAPS = np.array([[[1, 5], [2, 6]], [[3, 7], [4, 8]]])  # (height, width, maps), channels last as in Keras
CELL, LOW, FILLS = 0.6, 1.75, (PALE_BLUE, PALE_ORANGE)


def draw():
    """Draw two maps above the row that becomes of them."""
    height, width, count = MAPS.shape
    ax = canvas(8, CELL * height + LOW + 0.55)
    for number in range(count):
        left = 4 + (number - count / 2) * (width * CELL + 0.8) + 0.4
        middle = LOW + CELL * height / 2
        draw_grid(ax, MAPS[:, :, number], left, middle, CELL, f"Map {number + 1}", FILLS[number])
    arrow(ax, (4, LOW - 0.15), (4, 1.15))
    for place, value in enumerate(MAPS.flat):
        draw_cell(ax, 4 + (place - MAPS.size / 2) * CELL, 0.45, CELL, short(value), FILLS[place % count])
    words = f"{by(*MAPS.shape, gap=' ')} = {MAPS.size} numbers in one row"
    ax.text(4, 0.18, words, ha="center", va="center", size=13)
    text = (
        f"Flatten writes {count} maps of {height} x {width} as one row of {MAPS.size} numbers, pixel by "
        "pixel: every number is kept, the layout of rows and columns is lost."
    )
    return describe(ax, text)
