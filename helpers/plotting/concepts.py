"""The concept figures of the course, drawn by code.

Every function returns axes with alt text. The figures of one subject live in a module of their own
(`helpers.plotting.network`, ...); all of them can be called from here.
"""

from numbers import Integral

from matplotlib.patches import Circle

from helpers import CourseError, validation
from helpers.plotting.style import (
    BLUE,
    GRAY,
    INK,
    ORANGE,
    PALE,
    PALE_BLUE,
    PALE_ORANGE,
    arrow,
    box,
    canvas,
    describe,
)

STEPS = (
    "Formulate the problem",
    "Identify inputs and outputs",
    "Prepare data",
    "Choose a pre-trained model or build one",
    "Choose a loss function and optimizer, and compile",
    "Train",
    "Predict",
    "Measure performance",
    "Tune hyperparameters",
    "Share",
)

FIELDS = (
    (
        "Artificial intelligence",
        "machines do what seems to need thought",
        "a chess program of hand-written rules",
    ),
    ("Machine learning", "rules are learned from examples", "a spam filter trained on sorted mail"),
    ("Deep learning", "neural networks of many layers", "a network that names what a photo shows"),
)


def nested_fields(ax=None):
    """Draw deep learning inside machine learning inside artificial intelligence, with an example in each.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = canvas(8, 5.1, ax)
    looks = ((PALE, GRAY), (PALE_BLUE, BLUE), (PALE_ORANGE, ORANGE))
    for depth, ((name, idea, example), (fill, edge)) in enumerate(zip(FIELDS, looks, strict=True)):
        left, top, low = 0.1 + 0.55 * depth, 5.0 - 1.5 * depth, 0.1 + 0.17 * depth
        width = 7.8 - 0.75 * depth
        box(ax, left, low, width, top - low, facecolor=fill, edgecolor=edge, linewidth=2.2)
        ax.text(left + 0.25, top - 0.4, name, size=17, weight="bold", va="center")
        ax.text(left + 0.25, top - 0.8, idea, size=14, va="center")
        ax.text(left + 0.25, top - 1.15, f"Example: {example}", size=13, va="center", style="italic")
    return describe(
        ax,
        "Three nested sets: deep learning lies inside machine learning, which lies inside artificial "
        f"intelligence. Examples: {'; '.join(example for *_, example in FIELDS)}.",
    )


def ten_steps(current=None, ax=None):
    """Draw the ten steps of the workflow as a path, the current one highlighted.

    Parameters
    ----------
    current : int, optional
        Number of the step to highlight, 1..10.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If there is no such step.
    """
    if current is not None and not (isinstance(current, Integral) and 1 <= current <= len(STEPS)):
        raise CourseError("a step from 1 to 10", validation.shown(current), "Leave it out to highlight none.")
    ax = canvas(8, 4.9, ax)
    for index, name in enumerate(STEPS):
        left, low = _step_corner(index)
        _step(ax, left, low, index + 1, name, highlighted=index + 1 == current)
        if index not in (4, 9):
            arrow(ax, (left + 0.35, low), (left + 0.35, low - 0.27))
    _turn(ax)
    text = "The ten steps as a path: " + ", ".join(f"{i + 1} {name}" for i, name in enumerate(STEPS)) + "."
    if current is not None:
        text += f" Step {current} is highlighted."
    return describe(ax, text)


def _step_corner(index):
    column, row = divmod(index, 5)
    return 0.1 + 4.1 * column, 4.1 - 0.98 * row


def _step(ax, left, low, number, name, highlighted):
    """Draw one step: a box with its number in a circle."""
    fill, ink = (BLUE, "white") if highlighted else (PALE_BLUE, INK)
    box(ax, left, low, 3.7, 0.7, facecolor=fill)
    ax.add_patch(Circle((left + 0.35, low + 0.35), 0.24, facecolor="white", edgecolor=BLUE, linewidth=1.8))
    ax.text(left + 0.35, low + 0.34, number, ha="center", va="center", size=14, weight="bold", color=INK)
    words = name if len(name) < 30 else _two_lines(name)
    weight = "bold" if highlighted else "normal"
    ax.text(left + 0.75, low + 0.35, words, va="center", size=14, color=ink, weight=weight, linespacing=1.15)


def _two_lines(text):
    """Break a text at the space nearest to its middle."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def _turn(ax):
    """Draw the way from the foot of the left column to the head of the right one."""
    (left, low), (right, high) = _step_corner(4), _step_corner(5)
    gap = (left + 3.7 + right) / 2
    ax.plot([left + 3.7, gap, gap], [low + 0.35, low + 0.35, high + 0.35], color=INK, linewidth=1.8)
    arrow(ax, (gap, high + 0.35), (right, high + 0.35))
