"""Features in layers: edges make parts, parts make objects."""

import numpy as np
from matplotlib.patches import Circle, Polygon, Rectangle

from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALE, arrow, canvas, describe

TILE, MIDDLE = 0.62, 1.75
CAR = ((0, 0.35), (0, 0.8), (0.35, 0.85), (0.7, 1.25), (1.5, 1.25), (1.85, 0.85), (2.3, 0.75), (2.3, 0.35))
LEFT_WINDOW = ((0.55, 0.85), (0.78, 1.12), (1.05, 1.12), (1.05, 0.85))
RIGHT_WINDOW = ((1.15, 0.85), (1.15, 1.12), (1.42, 1.12), (1.65, 0.85))
BONNET = ((0, 0.05), (0, 0.48), (0.48, 0.38), (0.48, 0.05))


def draw():
    """Draw three groups, joined by arrows: edges, parts, an object."""
    ax = canvas(8.6, 3.5)
    for number in range(6):
        _edge(ax, 0.2 + 0.72 * (number % 3), MIDDLE + 0.05 - 0.72 * (number // 3), np.pi * number / 6)
    for x, y in ((3.3, MIDDLE + 0.05), (4.02, MIDDLE + 0.05), (3.3, MIDDLE - 0.67), (4.02, MIDDLE - 0.67)):
        ax.add_patch(Rectangle((x, y), TILE, TILE, facecolor=PALE, edgecolor=GRAY))
    _wheel(ax, 3.61, MIDDLE + 0.36, 0.22)
    _outline(ax, LEFT_WINDOW, 3.53, MIDDLE - 0.62, ORANGE)
    _outline(ax, RIGHT_WINDOW, 2.21, MIDDLE - 1.35, ORANGE)
    _outline(ax, BONNET, 4.09, MIDDLE - 0.62, BLUE)
    _car(ax, 5.9, MIDDLE - 0.75)
    for x in (2.55, 4.95):
        arrow(ax, (x, MIDDLE), (x + 0.6, MIDDLE))
    groups = ("first layer", "edges"), ("next layers", "parts"), ("last layers", "objects")
    for x, (layer, feature) in zip((1.23, 3.97, 7.05), groups, strict=True):
        ax.text(x, 3.05, layer, ha="center", va="center", size=14, weight="bold")
        ax.text(x, 0.35, feature, ha="center", va="center", size=14)
    text = "Features in layers: six edges, then parts made of edges (a wheel, two windows, "
    return describe(ax, f"{text}a bonnet), then an object made of parts (a car).")


def _edge(ax, x, y, angle):
    """Draw a tile that is dark on one side of a line through its middle and light on the other."""
    rows, columns = np.mgrid[-1:1:40j, -1:1:40j]
    light = np.sin(angle) * columns + np.cos(angle) * rows > 0
    ax.imshow(light, extent=(x, x + TILE, y, y + TILE), vmin=-0.4, vmax=1.2, origin="lower", zorder=2)
    ax.add_patch(Rectangle((x, y), TILE, TILE, fill=False, edgecolor=GRAY, zorder=3))


def _outline(ax, corners, x, y, color):
    places = np.add(corners, (x, y))
    ax.add_patch(Polygon(places, facecolor="white", edgecolor=color, linewidth=2, zorder=4))


def _wheel(ax, x, y, radius):
    ax.add_patch(Circle((x, y), radius, facecolor=INK, edgecolor=INK, zorder=4))
    ax.add_patch(Circle((x, y), radius / 2, facecolor="white", edgecolor=INK, zorder=5))


def _car(ax, x, y):
    ax.add_patch(Polygon(np.add(CAR, (x, y)), facecolor=PALE, edgecolor=BLUE, linewidth=2, zorder=3))
    for window in (LEFT_WINDOW, RIGHT_WINDOW):
        _outline(ax, window, x, y, ORANGE)
    for shift in (0.5, 1.8):
        _wheel(ax, x + shift, y + 0.35, 0.24)
