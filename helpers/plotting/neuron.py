"""One neuron: what goes in, what it computes, what comes out."""

import numpy as np

from helpers import CourseError, validation
from helpers.plotting.network import draw_node
from helpers.plotting.style import GRAY, VERMILION, arrow, box, canvas, describe, minus

ACTIVATIONS = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
}


def neuron(inputs=None, weights=None, bias=None, activation="relu", ax=None):
    """Draw a neuron: inputs, weights, weighted sum with bias, activation, output.

    Without numbers the drawing shows symbols; with numbers it shows what the neuron computes.

    Parameters
    ----------
    inputs, weights : sequence of float, optional
        Equally many, at most 5.
    bias : float, optional
        Added to the weighted sum; 0 if there are inputs but no bias.
    activation : {"relu", "sigmoid", "tanh", "linear"}
        Function applied to the sum.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If there are not as many weights as inputs, or the activation has another name.
    """
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise CourseError(f"one of {', '.join(ACTIVATIONS)}", repr(activation), "Choose one of these.")
    words = _symbols() if inputs is None else _numbers(inputs, weights, bias, activation)
    ax = canvas(8, 4.2, ax)
    _weighted_inputs(ax, words)
    box(ax, 2.75, 1.45, 2.0, 1.2, words["sum"], size=14)
    ax.text(3.75, 3.6, words["bias"], ha="center", va="center", size=14)
    _activation_box(ax, 5.25, 1.45, 1.25, 1.2, activation)
    draw_node(ax, 7.42, 2.05, "output", words["output"], radius=0.42)
    for start, end in (
        ((3.75, 3.35), (3.75, 2.65)),
        ((4.75, 2.05), (5.25, 2.05)),
        ((6.5, 2.05), (7.0, 2.05)),
    ):
        arrow(ax, start, end)
    names = ("inputs", "weights", "weighted sum", activation, "output")
    for x, name in zip((0.5, 1.8, 3.75, 5.87, 7.42), names, strict=True):
        ax.text(x, 0.12, name, ha="center", va="center", size=14, weight="bold")
    count = len(words["inputs"])
    text = (
        f"A neuron with {count} input{'s' if count > 1 else ''}: each is multiplied by its weight, the "
        f"products and the bias are added, and {activation} gives the output{words['result']}."
    )
    return describe(ax, text)


def _symbols():
    """What stands in the parts of a neuron in general."""
    return {
        "inputs": [f"$x_{i}$" for i in (1, 2, 3)],
        "weights": [f"$w_{i}$" for i in (1, 2, 3)],
        "bias": "bias $b$",
        "sum": r"$z = \sum x_i w_i + b$",
        "output": "$y$",
        "result": "",
    }


def _numbers(inputs, weights, bias, activation):
    """What stands in the parts of a neuron for given numbers, with what comes out."""
    inputs, weights = (
        np.atleast_1d(validation.as_array(values, f"{name} as a list of numbers", "buif")).astype(float)
        for name, values in (("inputs", inputs), ("weights", () if weights is None else weights))
    )
    bias = validation.as_number(0 if bias is None else bias, "bias")
    if inputs.shape != weights.shape or inputs.ndim != 1 or not 1 <= len(inputs) <= 5:
        raise CourseError(
            "1 to 5 inputs and as many weights",
            f"{inputs.size} inputs and {weights.size} weights",
            "Give each input its weight.",
        )
    total = float(inputs @ weights) + bias
    output = float(ACTIVATIONS[activation](total))
    return {
        "inputs": [minus(f"{x:.3g}") for x in inputs],
        "weights": [minus(f"{w:+.3g}") for w in weights],
        "bias": minus(f"bias {bias:+.3g}"),
        "sum": minus(f"$z$ = {total:.2f}"),
        "output": minus(f"{output:.2f}"),
        "result": f"; here the sum is {total:.2f} and the output {output:.2f}",
    }


def _weighted_inputs(ax, words):
    count = len(words["inputs"])
    places = 2.05 + min(1.05, 2.7 / max(1, count - 1)) * ((count - 1) / 2 - np.arange(count))
    for y, x_text, w_text in zip(places, words["inputs"], words["weights"], strict=True):
        start, end = (0.5, y), (2.75, 2.05 + (y - 2.05) * 0.35)
        arrow(ax, start, end)
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        height = np.interp(1.75, (start[0], end[0]), (start[1], end[1]))
        ax.text(1.75, height, w_text, ha="center", va="center", size=14, bbox=plate)
        draw_node(ax, *start, "input", x_text, radius=0.34)


def _activation_box(ax, x, y, width, height, activation):
    """Draw a box with the curve of the activation function in it."""
    box(ax, x, y, width, height)
    z = np.linspace(-3, 3, 61)
    curve = ACTIVATIONS[activation](z)
    low, high = min(curve.min(), 0), curve.max()
    left, right = x + 0.18, x + width - 0.18
    ax.plot(
        [left, right], [y + 0.25 + (0 - low) / (high - low) * (height - 0.5)] * 2, color=GRAY, linewidth=1
    )
    ax.plot(
        np.interp(z, (-3, 3), (left, right)), y + 0.25 + (curve - low) / (high - low) * (height - 0.5),
        color=VERMILION, linewidth=2.5,
    )  # fmt: skip
