"""What one number sees of the image after each layer of `create_model_intro`."""

from matplotlib.patches import Rectangle

from helpers.plotting.style import BLUE, GREEN, INK, ORANGE, PALE, VERMILION, by, canvas, describe

LAYERS = (
    ("first convolution", 3, 1),
    ("first pooling", 2, 2),
    ("second convolution", 3, 1),
    ("second pooling", 2, 2),
)
COLORS, CELL, PIXELS = (BLUE, GREEN, ORANGE, VERMILION), 0.36, 10


def sees():
    """Compute how many pixels wide the receptive field is after each layer."""
    width, step, widths = 1, 1, []
    for _, size, stride in LAYERS:
        width, step = width + (size - 1) * step, step * stride
        widths.append(width)
    return widths


def draw():
    """Draw the fields inside each other on a cut-out of the image, and a line of text for each."""
    ax = canvas(8, 4.1)
    for place in range(PIXELS * PIXELS):
        corner = (0.3 + CELL * (place % PIXELS), 0.25 + CELL * (place // PIXELS))
        ax.add_patch(Rectangle(corner, CELL, CELL, facecolor=PALE, edgecolor="white", linewidth=1))
    top = 0.25 + CELL * PIXELS
    for number, ((name, *_), width, color) in enumerate(zip(LAYERS, sees(), COLORS, strict=True)):
        frame = {"fill": False, "edgecolor": color, "linewidth": 4, "zorder": 5 - number}
        ax.add_patch(Rectangle((0.3, top - CELL * width), CELL * width, CELL * width, **frame))
        y = top - 0.45 - 0.85 * number
        ax.add_patch(Rectangle((4.4, y - 0.14), 0.28, 0.28, fill=False, edgecolor=color, linewidth=4))
        ax.text(4.95, y, f"{name}: {by(width, width, gap=' ')}", va="center", size=14, color=INK)
        ax.text(
            0.3 + CELL * (width - 0.5), top - CELL * (width - 0.5), width, ha="center", va="center", size=13
        )
    listed = [f"{name} {width} by {width}" for (name, *_), width in zip(LAYERS, sees(), strict=True)]
    text = "Nested squares of pixels: what one number sees after each layer. "
    return describe(ax, f"{text}{', '.join(listed).capitalize()}.")
