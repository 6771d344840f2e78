"""Deep learning inside machine learning inside artificial intelligence, with an example of each."""

from helpers.plotting.style import BLUE, GRAY, ORANGE, PALE, PALE_BLUE, PALE_ORANGE, box, canvas, describe

FIELDS = (
    (
        "Artificial intelligence",
        "machines do what seems to need thought",
        "a chess program with hand-written rules",
    ),
    ("Machine learning", "rules are learned from examples", "a spam filter trained on sorted emails"),
    ("Deep learning", "neural networks with many layers", "a network that names what a photo shows"),
)


def draw():
    """Draw three boxes, each inside the one before."""
    ax = canvas(8, 5.1)
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
