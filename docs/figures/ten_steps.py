"""The ten steps of the workflow as a path with a loop."""

from matplotlib.patches import Circle

from helpers.plotting.style import BLUE, INK, PALE_BLUE, VERMILION, arrow, box, canvas, describe

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


def draw():
    """Draw two columns of five steps, joined by arrows."""
    ax = canvas(9.1, 4.9)
    for index, name in enumerate(STEPS):
        left, low = _step_corner(index)
        _step(ax, left, low, index + 1, name)
        if index not in (4, 9):
            arrow(ax, (left + 0.35, low), (left + 0.35, low - 0.27))
    _turn(ax)
    _loop(ax)
    text = "The ten steps as a path: " + ", ".join(f"{i + 1} {name}" for i, name in enumerate(STEPS)) + ". "
    return describe(ax, text + "From step 9, the validation set leads back to step 4.")


def _step_corner(index):
    column, row = divmod(index, 5)
    return 0.1 + 5.2 * column, 4.1 - 0.98 * row


def _step(ax, left, low, number, name):
    """Draw one step: a box with its number in a circle."""
    box(ax, left, low, 3.7, 0.7, facecolor=PALE_BLUE)
    ax.add_patch(Circle((left + 0.35, low + 0.35), 0.24, facecolor="white", edgecolor=BLUE, linewidth=1.8))
    ax.text(left + 0.35, low + 0.34, number, ha="center", va="center", size=14, weight="bold", color=INK)
    words = name if len(name) < 30 else _two_lines(name)
    ax.text(left + 0.75, low + 0.35, words, va="center", size=14, linespacing=1.15)


def _two_lines(text):
    """Break a text at the space nearest to its middle."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def _turn(ax):
    """Draw the way from the foot of the left column to the head of the right one."""
    (left, low), (right, high) = _step_corner(4), _step_corner(5)
    gap = right - 0.3
    ax.plot([left + 3.7, gap, gap], [low + 0.35, low + 0.35, high + 0.35], color=INK, linewidth=1.8)
    arrow(ax, (gap, high + 0.35), (right, high + 0.35))


def _loop(ax):
    """Draw the way back from tuning to the choice of a model, and what decides about it."""
    (left, low), (right, _) = _step_corner(3), _step_corner(8)
    arrow(ax, (right, low + 0.35), (left + 3.7, low + 0.35), color=VERMILION, linestyle="--")
    ax.text(left + 4.25, low + 0.5, "validation\nset", ha="center", va="bottom", size=12.5, color=INK)
