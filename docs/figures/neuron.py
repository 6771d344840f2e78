"""One neuron: what goes in, what it computes, what comes out."""

from helpers.plotting.diagrams import draw_neuron


def draw():
    """Draw a neuron of three inputs with symbols."""
    xs, ws = [f"$x_{i}$" for i in (1, 2, 3)], [f"$w_{i}$" for i in (1, 2, 3)]
    return draw_neuron(xs, ws, "bias $b$", r"$z = \sum x_i w_i + b$", "$y$")
