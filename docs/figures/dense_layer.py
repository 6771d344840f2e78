"""A dense layer, the weights of its first neuron in bold, with the count of its parameters."""

from helpers.plotting.diagrams import connect, draw_node, node_places
from helpers.plotting.style import VERMILION, by, canvas, describe

INPUTS, NEURONS = 4, 3


def draw():
    """Draw inputs and neurons on the left, the count of the parameters on the right."""
    top = 0.85 * INPUTS + 0.4
    ax = canvas(8, top)
    inputs, neurons = node_places((INPUTS, NEURONS), top, left=0.7, right=3.5, low=0.0)
    connect(ax, inputs, neurons[1:], color="#BBBBBB")
    connect(ax, inputs, neurons[:1], color=VERMILION, linewidth=2.5)
    for row, (x, y) in enumerate(inputs):
        draw_node(ax, x, y, "input", f"$x_{row + 1}$")
    for row, (x, y) in enumerate(neurons):
        draw_node(ax, x, y, "hidden", linewidth=3 if row == 0 else 1.8)
    count = (INPUTS + 1) * NEURONS
    lines = (
        (f"The first neuron has {INPUTS} weights\nand 1 bias.", 0.85, "normal"),
        (f"All {NEURONS} neurons together:", 0.1, "normal"),
        (f"{by(f'({INPUTS} + 1)', NEURONS, gap=' ')} = {count} parameters", -0.3, "bold"),
    )
    for words, rise, weight in lines:
        ax.text(4.35, top / 2 + rise, words, va="center", size=14, weight=weight)
    text = (
        f"A dense layer: each of {NEURONS} neurons is joined to all {INPUTS} inputs; "
        f"({INPUTS} + 1) x {NEURONS} = {count} parameters."
    )
    return describe(ax, text, formulas=True)
