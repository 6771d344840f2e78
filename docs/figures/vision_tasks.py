"""What five tasks of computer vision answer about an image: classification and its neighbours."""

from matplotlib import pyplot as plt
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Polygon, Rectangle

from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, SKY, VERMILION, describe

WIDTH, HEIGHT, HORIZON = 10, 7.6, 4.2  # of the scene, in units of its own
CAR, LARGE_CAT, SMALL_CAT = (7.5, 3.75, 1.0), (2.9, 0.5, 1.25), (5.35, 0.45, 0.95)  # x, foot, size
BOXES = {
    "image": (0, 0, WIDTH, HEIGHT),
    "car": (5.25, 3.6, 4.5, 2.35),
    "large cat": (1.0, 0.4, 3.35, 5.0),
    "small cat": (3.9, 0.35, 2.5, 3.8),
}
WINDOWS = (
    ((-1.0, 1.3), (-0.7, 1.85), (-0.1, 1.85), (-0.1, 1.3)),
    ((0.1, 1.3), (0.1, 1.85), (0.6, 1.85), (1.0, 1.3)),
)
SKY_COLOR, GRASS_COLOR = "#E3EFF7", "#CFE0C3"


def draw():
    """Draw a lone cat with the answers of two tasks, then two cats and a car with those of three."""
    panels = (
        ("Classification", "What is in the image?", _classify),
        ("Classification\n+ localisation", "What is it, and where?", _localize),
        ("(a second\nimage)", "two cats and a car", _scene),
        ("Object\ndetection", "Where is each object?", _detect),
        ("Semantic\nsegmentation", "Which class does\neach pixel belong to?", _segment_classes),
        ("Instance\nsegmentation", "Which object does\neach pixel belong to?", _segment_objects),
    )
    axes = plt.subplots(2, 3, figsize=(8, 5.9), layout="constrained")[1]
    for ax, (title, question, answer) in zip(axes.flat, panels, strict=True):
        answer(ax)
        ax.set_title(title, weight="bold")
        ax.set_xlabel(question, size=12.5, labelpad=6)
    return describe(
        axes,
        "Six panels. An image of one cat: classification gives it one name, cat; classification + "
        "localisation gives one name and one box. Then an image of two cats and a car, first by itself and "
        "then with three answers: object detection puts a named box around each cat and the car; in semantic "
        "segmentation the two cats form one patch of the class cat; in instance segmentation each cat and "
        "the car has its own colour.",
    )


def _classify(ax):
    _scene(ax, lone_cat=True)
    _object_box(ax, "image", "cat", linewidth=6)


def _localize(ax):
    _scene(ax, lone_cat=True)
    _object_box(ax, "large cat", "cat")


def _detect(ax):
    _scene(ax)
    _object_box(ax, "car", "car")
    _object_box(ax, "small cat", "cat", side="right")
    _object_box(ax, "large cat", "cat")


def _segment_classes(ax):
    _scene(ax, car=ORANGE, large_cat=BLUE, small_cat=BLUE)
    for x, y, name in ((3.9, 1.6, "cat"), (7.5, 4.6, "car"), (1.2, 6.7, "sky"), (8.4, 1.2, "grass")):
        _label(ax, x, y, name)


def _segment_objects(ax):
    _scene(ax, car=ORANGE, large_cat=BLUE, small_cat=SKY)
    for x, y, name in ((2.9, 1.6, "cat 1"), (5.6, 1.2, "cat 2"), (7.5, 4.6, "car 1")):
        _label(ax, x, y, name)


def _object_box(ax, which, name, side="left", linewidth=2.5):
    """Draw a box around an object, its name in white hanging from an upper corner."""
    x, y, width, height = BOXES[which]
    ax.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=VERMILION, linewidth=linewidth))
    corner = x + 0.14 if side == "left" else x + width - 0.14
    plate = {"facecolor": INK, "edgecolor": "none", "boxstyle": "square,pad=0.15"}
    style = {"size": 12, "weight": "bold", "color": "white", "ha": side, "va": "top", "bbox": plate}
    ax.text(corner, y + height - 0.14, name, **style)


def _label(ax, x, y, name):
    plate = {"facecolor": "white", "edgecolor": "none", "boxstyle": "round,pad=0.15", "alpha": 0.9}
    ax.text(x, y, name, size=12, ha="center", va="center", bbox=plate)


def _scene(ax, car=None, large_cat=None, small_cat=None, lone_cat=False):
    """Draw sky, grass, the car and the two cats; an object that is given a colour becomes a flat shape."""
    ax.add_patch(Rectangle((0, 0), WIDTH, HEIGHT, color=SKY_COLOR, linewidth=0))
    ax.add_patch(Rectangle((0, 0), WIDTH, HORIZON, color=GRASS_COLOR, linewidth=0))
    if not lone_cat:
        _car(ax, *CAR, car)
        _cat(ax, *SMALL_CAT, "#6B6F76", small_cat)
    _cat(ax, *LARGE_CAT, "#B07A3C", large_cat)
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal", xticks=(), yticks=())
    ax.spines[:].set(visible=True, color=GRAY)


def _cat(ax, x, foot, size, fur, flat=None):
    """Draw a sitting cat, seen from the front, in its fur or as a flat shape."""
    look = {"facecolor": flat or fur, "edgecolor": flat or INK, "linewidth": 0 if flat else 1.0}
    head = foot + 2.55 * size
    ax.add_patch(Ellipse((x - 1.0 * size, foot + 0.75 * size), 0.4 * size, 1.5 * size, angle=25, **look))
    ax.add_patch(Ellipse((x, foot + 1.05 * size), 1.9 * size, 2.1 * size, **look))
    for side in (-1, 1):
        ear = ((0.12, 0.6), (0.75, 0.3), (0.66, 1.2))
        ax.add_patch(Polygon([(x + side * a * size, head + b * size) for a, b in ear], **look))
    ax.add_patch(Circle((x, head), 0.82 * size, **look))
    if not flat:
        _face(ax, x, head, size)


def _face(ax, x, head, size):
    for side in (-1, 1):
        ax.add_patch(
            Ellipse((x + side * 0.33 * size, head + 0.15 * size), 0.24 * size, 0.34 * size, color="white")
        )
        ax.add_patch(Ellipse((x + side * 0.33 * size, head + 0.15 * size), 0.1 * size, 0.3 * size, color=INK))
        for slope in (-0.12, 0.08):
            ends = (x + side * 0.25 * size, x + side * 1.05 * size)
            ax.plot(ends, (head - 0.28 * size, head + (slope - 0.28) * size), color=INK, linewidth=0.8)
    nose = ((-0.12, -0.15), (0.12, -0.15), (0, -0.3))
    ax.add_patch(Polygon([(x + a * size, head + b * size) for a, b in nose], color="#F2B8B5"))


def _car(ax, x, foot, size, flat=None):
    """Draw a car from the side, in its paint or as a flat shape."""
    look = {"facecolor": flat or "#C0392B", "edgecolor": flat or INK, "linewidth": 0 if flat else 1.0}
    cabin = ((-1.3, 1.2), (-0.8, 2.05), (0.7, 2.05), (1.35, 1.2))
    ax.add_patch(Polygon([(x + a * size, foot + b * size) for a, b in cabin], **look))
    corner = (x - 2.1 * size, foot + 0.4 * size)
    rounded = f"round,pad=0,rounding_size={0.3 * size}"
    ax.add_patch(FancyBboxPatch(corner, 4.2 * size, 0.9 * size, boxstyle=rounded, **look))
    if not flat:
        for window in WINDOWS:
            ax.add_patch(Polygon([(x + a * size, foot + b * size) for a, b in window], color="#DDEBF3"))
    for wheel in (-1.2, 1.2):
        tyre = look if flat else look | {"facecolor": "#333333"}
        ax.add_patch(Circle((x + wheel * size, foot + 0.42 * size), 0.45 * size, **tyre))
        if not flat:
            ax.add_patch(Circle((x + wheel * size, foot + 0.42 * size), 0.18 * size, color="#CCCCCC"))
