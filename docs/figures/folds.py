"""Hold-out validation and k-fold validation; the test set stays apart in both."""

from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALE, PALE_BLUE, box, canvas, describe

K = 5
PART_LOOKS = {
    "train": {"facecolor": PALE_BLUE, "edgecolor": BLUE},
    "validate": {"facecolor": ORANGE, "edgecolor": INK, "weight": "bold"},
    "test": {"facecolor": PALE, "edgecolor": GRAY, "linestyle": "--"},
}


def draw():
    """Draw the one split of hold-out validation above the rounds of k-fold validation."""
    ax = canvas(8, 0.56 * K + 2.0)
    top = ax.get_ylim()[1]
    ax.text(0.1, top - 0.3, "Hold-out: one split", size=14, weight="bold", va="center")
    _row(ax, top - 1.05, [("train", 4.3), ("validate", 1.1)])
    box(ax, 6.75, top - 1.05, 1.15, 0.46, "test", **PART_LOOKS["test"])
    ax.text(
        0.1,
        top - 1.6,
        f"{K}-fold: each part is used for validation once",
        size=14,
        weight="bold",
        va="center",
    )
    for fold in range(K):
        parts = [("validate" if part == fold else "train", 5.4 / K) for part in range(K)]
        _row(ax, top - 2.35 - 0.56 * fold, parts, f"round {fold + 1}")
    lowest = top - 1.89 - 0.56 * K
    box(ax, 6.75, lowest + 0.1, 1.15, 0.56 * K - 0.1, "test:\nset aside,\nused once", **PART_LOOKS["test"])
    text = (
        "Two ways to validate. Hold-out: one part of the data is used for validation, the rest for training. "
        f"{K}-fold: {K} rounds, in each, a different one of the {K} parts is used for validation. "
        "The test set stays apart."
    )
    return describe(ax, text)


def _row(ax, low, parts, name=""):
    """Draw a row of data, cut into parts of (use, width)."""
    ax.text(0.1, low + 0.23, name, va="center", size=13)
    left = 1.1
    for use, width in parts:
        box(ax, left + 0.03, low, width - 0.06, 0.46, use, **PART_LOOKS[use])
        left += width
