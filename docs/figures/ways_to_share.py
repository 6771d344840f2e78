"""Which ways lead from a trained model to the people who will use it."""

from helpers.plotting.style import GREEN, ORANGE, PALE_GREEN, PALE_ORANGE, arrow, box, canvas, describe


def draw():
    """Draw a model, the three forms it is shared in, and whom each form reaches."""
    ax = canvas(8.4, 4.0)
    box(ax, 0.1, 1.55, 1.75, 0.9, "your model\nin Keras", facecolor=PALE_ORANGE, edgecolor=ORANGE, size=12.5)
    ways = (
        (3.0, "folder: .keras,\nhistory, card", "colleagues, a model hub:\nlook, measure, keep training"),
        (1.55, "ONNX", "web page, server:\na small program runs it"),
        (0.1, "LiteRT", "phone, small device:\nLiteRT runs it"),
    )
    for bottom, form, people in ways:
        box(ax, 2.7, bottom, 2.1, 0.9, form, size=12.5)
        box(ax, 5.5, bottom, 2.8, 0.9, people, facecolor=PALE_GREEN, edgecolor=GREEN, size=12)
        arrow(ax, (1.87, 2.0), (2.67, bottom + 0.45))
        arrow(ax, (4.82, bottom + 0.45), (5.47, bottom + 0.45))
    return describe(
        ax,
        "Three ways from a Keras model to people: as a folder with history and card to colleagues, who "
        "can go on training it; as ONNX to web pages, servers and other languages; as LiteRT to phones.",
    )
