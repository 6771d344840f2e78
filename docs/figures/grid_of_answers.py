"""A detector without anchors: the cell with the centre of an object answers."""

from matplotlib.patches import PathPatch, Rectangle
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from helpers.plotting.style import INK, ORANGE, VERMILION, canvas, describe

CELLS, SIDE, LEFT, LOW = 24, 3.12, 0.2, 0.2  # of the grid
CELL = SIDE / CELLS


def draw():
    """Draw how a detector without anchors answers: the cell with the centre of an object tells its box."""
    ax = canvas(8, 3.6)
    for line in range(CELLS + 1):
        across, up = LEFT + CELL * line, LOW + CELL * line
        ax.plot([LEFT, LEFT + SIDE], [up, up], color="#BBBBBB", linewidth=0.6)
        ax.plot([across, across], [LOW, LOW + SIDE], color="#BBBBBB", linewidth=0.6)
    glyph = TextPath((0, 0), "7", size=1.6)
    extent = glyph.get_extents()
    glyph = glyph.transformed(Affine2D().translate(1.35 - extent.x0, 0.95 - extent.y0))
    box = glyph.get_extents()  # its box fits the digit, as those of the scenes do
    ax.add_patch(PathPatch(glyph, facecolor="#8A8A8A", edgecolor="none"))
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    column, row = int((x - LEFT) / CELL), int((y - LOW) / CELL)
    corner = LEFT + CELL * column, LOW + CELL * row
    ax.add_patch(Rectangle(corner, CELL, CELL, facecolor=ORANGE, edgecolor=INK, zorder=3))
    ax.add_patch(
        Rectangle((box.x0, box.y0), box.width, box.height, fill=False, edgecolor=VERMILION, linewidth=2.5)
    )
    ax.annotate(
        "",
        (corner[0] + CELL, corner[1] + CELL),
        (3.6, 2.9),
        arrowprops={"arrowstyle": "->", "color": INK, "shrinkB": 0},
        zorder=4,
    )
    ax.text(3.7, 2.9, "The cell with the centre answers", size=13, weight="bold", va="center")
    lines = ("10 probabilities: a 7", "2 numbers: where in the cell", "2 numbers: how wide, how high")
    for place, line in enumerate(lines, start=1):
        ax.text(3.7, 2.9 - 0.55 * place, line, size=13, va="center")
    text = "An image with a seven under 24 by 24 cells. The one cell with the centre of the digit answers: "
    words = "ten probabilities, where in the cell the centre is, how wide and how high the box is"
    return describe(ax, f"{text}{words}. The box fits the digit.")
