"""Networks of dense layers, drawn as graphs."""

import itertools
from numbers import Integral

import numpy as np
from matplotlib.patches import Circle

from helpers import CourseError, validation
from helpers.plotting.style import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    VERMILION,
    by,
    canvas,
    describe,
)

LOOKS = {"input": (PALE_GREEN, GREEN), "hidden": (PALE_BLUE, BLUE), "output": (PALE_ORANGE, ORANGE)}
MOST_NODES = 8


def network_graph(layer_sizes=(4, 3, 1), ax=None):
    """Draw a network of dense layers as a graph, with the number of parameters of each layer.

    Parameters
    ----------
    layer_sizes : sequence of int
        Number of inputs, then of neurons in each layer; at most 8 each, at most 5 layers.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If there are too many to draw, or fewer than two layers.
    """
    sizes = checked_sizes(layer_sizes)
    ax = canvas(8, max(3.2, 0.85 * max(sizes) + 1.0), ax)
    left = 2.2 if len(sizes) == 2 else 0.9
    columns = node_places(sizes, ax.get_ylim()[1], left, 8 - left)
    draw_network(ax, columns)
    kinds = ["input"] + ["hidden"] * (len(sizes) - 2) + ["output"]
    for number, (places, kind) in enumerate(zip(columns, kinds, strict=True)):
        count = dense_parameters(*sizes[number - 1 : number + 1]) if number else sizes[0]
        below = f"{count} {'parameters' if number else 'numbers' if count > 1 else 'number'}"
        ax.text(places[0][0], 0.55, f"{kind} layer", ha="center", va="center", size=14, weight="bold")
        ax.text(places[0][0], 0.22, below, ha="center", va="center", size=13)
    total = sum(dense_parameters(*pair) for pair in itertools.pairwise(sizes))
    hidden = f"{len(sizes) - 2} hidden layer{'' if len(sizes) == 3 else 's'}"
    text = (
        f"A network of {'-'.join(map(str, sizes))} nodes with {hidden}: each node is joined to every node of "
        f"the next layer; {total} parameters."
    )
    return describe(ax, text)


def logistic_regression_graph(n_inputs=4, ax=None):
    """Draw logistic regression as the smallest network: inputs and one output neuron.

    Parameters
    ----------
    n_inputs : int
        Number of inputs, at most 8.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = network_graph((n_inputs, 1), ax)
    text = (
        f"Logistic regression as a network: {n_inputs} inputs joined to one output neuron; "
        f"{dense_parameters(n_inputs, 1)} parameters, no hidden layer."
    )
    return describe(ax, text)


def dense_diagram(n_inputs=4, n_neurons=3, ax=None):
    """Draw a dense layer, the weights of its first neuron in bold, with the count of its parameters.

    Parameters
    ----------
    n_inputs, n_neurons : int
        How many numbers come in, how many neurons the layer has; at most 8 each.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    sizes = checked_sizes((n_inputs, n_neurons))
    ax = canvas(8, max(3.4, 0.85 * max(sizes) + 0.4), ax)
    top = ax.get_ylim()[1]
    inputs, neurons = node_places(sizes, top, left=0.7, right=3.5, low=0.0)
    _connect(ax, inputs, neurons[1:], color="#BBBBBB")
    _connect(ax, inputs, neurons[:1], color=VERMILION, linewidth=2.5)
    for row, (x, y) in enumerate(inputs):
        draw_node(ax, x, y, "input", f"$x_{row + 1}$")
    for row, (x, y) in enumerate(neurons):
        draw_node(ax, x, y, "hidden", linewidth=3 if row == 0 else 1.8)
    count = dense_parameters(n_inputs, n_neurons)
    lines = (
        (f"The first neuron has {n_inputs} weights\nand 1 bias.", 0.85),
        (f"All {n_neurons} neurons together:", 0.1),
        (f"{by(f'({n_inputs} + 1)', n_neurons, gap=' ')} = {count} parameters", -0.3),
    )
    for text, rise in lines:
        ax.text(4.35, top / 2 + rise, text, va="center", size=14, weight="bold" if "=" in text else "normal")
    text = (
        f"A dense layer: each of {n_neurons} neurons is joined to all {n_inputs} inputs; "
        f"({n_inputs} + 1) x {n_neurons} = {count} parameters."
    )
    return describe(ax, text)


@validation.checked(n_inputs=validation.count(0), n_neurons=validation.count(0))
def dense_parameters(n_inputs, n_neurons):
    """Count the parameters of a dense layer: a weight for each input and a bias, in each neuron."""
    return (n_inputs + 1) * n_neurons


def checked_sizes(layer_sizes):
    """Return layer sizes as a tuple if a graph of them can be read, else explain."""
    sizes = tuple(layer_sizes) if np.iterable(layer_sizes) else (layer_sizes,)
    if not 2 <= len(sizes) <= 5 or not all(
        isinstance(size, Integral) and 1 <= size <= MOST_NODES for size in sizes
    ):
        raise CourseError(
            f"2 to 5 layers of 1 to {MOST_NODES} nodes",
            validation.shown(sizes),
            "Draw a smaller network of the same kind.",
        )
    return sizes


def node_places(sizes, top, left, right, low=0.85):
    """Place each node: one list of (x, y) a layer, first node on top."""
    middle, columns = (top + low) / 2, np.linspace(left, right, len(sizes))
    return [
        [(x, middle + 0.85 * ((size - 1) / 2 - row)) for row in range(size)]
        for x, size in zip(columns, sizes, strict=True)
    ]


def draw_node(ax, x, y, kind, text="", radius=0.3, **style):
    """Draw a neuron or an input as a circle."""
    fill, edge = LOOKS[kind]
    look = {"facecolor": fill, "edgecolor": edge, "linewidth": 1.8, "zorder": 3} | style
    ax.add_patch(Circle((x, y), radius, **look))
    if text:
        ax.text(x, y, text, ha="center", va="center", size=13, zorder=4)


def draw_network(ax, columns, off=()):
    """Draw nodes and the connections between neighbouring layers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    columns : list of list of (x, y)
        Places of the nodes of each layer, as `node_places` gives them.
    off : collection of (layer, row)
        Nodes that are switched off: pale, crossed out, without connections.
    """
    on = [
        [place for row, place in enumerate(places) if (layer, row) not in off]
        for layer, places in enumerate(columns)
    ]
    for before, after in itertools.pairwise(on):
        _connect(ax, before, after)
    for layer, places in enumerate(columns):
        kind = "input" if layer == 0 else "output" if layer == len(columns) - 1 else "hidden"
        for row, (x, y) in enumerate(places):
            if (layer, row) in off:
                draw_node(ax, x, y, kind, by("", ""), facecolor="white", edgecolor=GRAY, linestyle=":")
            else:
                draw_node(ax, x, y, kind, f"$x_{row + 1}$" if kind == "input" else "")


def _connect(ax, before, after, color=GRAY, linewidth=1.3):
    for x0, y0 in before:
        for x1, y1 in after:
            ax.plot([x0, x1], [y0, y1], color=color, linewidth=linewidth, zorder=1)
