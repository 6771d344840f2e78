"""A detector without anchors: the cell with the centre of an object answers."""

from matplotlib.patches import Rectangle

from helpers.plotting.style import INK, ORANGE, VERMILION, canvas, describe


def draw():
    """Draw how a detector without anchors answers: the cell with the centre of an object tells its box."""
    ax = canvas(7.8, 3.6)
    for step in range(7):
        ax.plot([0.3, 3.3], [0.3 + 0.5 * step] * 2, color="#BBBBBB", linewidth=1)
        ax.plot([0.3 + 0.5 * step] * 2, [0.3, 3.3], color="#BBBBBB", linewidth=1)
    ax.text(2.05, 1.8, "7", size=64, ha="center", va="center", color="#5E5E5E")
    ax.add_patch(Rectangle((1.8, 1.8), 0.5, 0.5, facecolor=ORANGE, edgecolor=INK, alpha=0.8))
    ax.add_patch(Rectangle((1.5, 0.95), 1.1, 1.75, fill=False, edgecolor=VERMILION, linewidth=2.5))
    ax.plot(2.05, 1.9, "o", color=INK)
    ax.text(3.7, 2.9, "The cell with the centre answers", size=13, weight="bold")
    lines = ("10 probabilities: a 7", "2 numbers: where in the cell", "2 numbers: how wide, how high")
    for place, line in enumerate(lines, start=1):
        ax.text(3.7, 2.9 - 0.55 * place, line, size=13)
    text = "An image with a seven under a grid of cells. The one cell with the centre of the digit answers: "
    return describe(
        ax, f"{text}ten probabilities, where in the cell the centre is, how wide and how high the box is."
    )
