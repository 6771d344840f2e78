"""What networks do, drawn: convolutions with the numbers in cells, neurons and layers as graphs."""

import itertools
from numbers import Integral

import numpy as np
from matplotlib.patches import Circle, Rectangle

from helpers import CourseError, validation
from helpers.plotting.style import (
    GRAY,
    LAYER_COLORS,
    PALE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_OF,
    PALE_ORANGE,
    VERMILION,
    arrow,
    box,
    canvas,
    describe,
    minus,
)

STEP_IMAGE = np.array([[10, 10, 10, 0, 0]] * 3 + [[0, 0, 10, 10, 10]] * 3)
KERNELS = {
    "unchanged": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "horizontal edges": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "vertical edges": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "blur": np.full((3, 3), 1 / 9),
    "Sobel, horizontal edges": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "Sobel, vertical edges": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
}


def kernel_step(image=STEP_IMAGE, kernel=KERNELS["horizontal edges"], row=0, column=0):
    """Draw one step of a convolution: patch times kernel, element by element, added up to one pixel.

    Parameters
    ----------
    image : array of numbers, shape (H, W), at most 6 x 6
        One channel.
    kernel : array of numbers, shape (kh, kw), at most 3 x 3
        The weights.
    row, column : int
        Which pixel of the output, counted from 0.

    Returns
    -------
    matplotlib.axes.Axes
        The output shows what has been computed so far of its (H - kh + 1, W - kw + 1) pixels.
    """
    image, kernel = _checked(image, 6, "an image"), _checked(kernel, 3, "a kernel")
    if (np.array(kernel.shape) > image.shape).any():
        remedy = f"The image is {_extent(image)}."
        raise CourseError("a kernel no larger than the image", _extent(kernel), remedy)
    patches = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)  # (rows, columns, kh, kw)
    output = (patches * kernel).sum(axis=(2, 3))
    row = validation.count(0, output.shape[0] - 1)(row, "row")
    column = validation.count(0, output.shape[1] - 1)(column, "column")
    ax = _kernel_grids(image, kernel, output, row, column)
    for number, line in enumerate(reversed(_products(patches[row, column], kernel))):
        ax.text(ax.get_xlim()[1] / 2, 0.3 + 0.35 * number, line, ha="center", va="center", size=14)
    text = f"A kernel of {_extent(kernel)} on an input of {_extent(image)} gives an output of "
    text += f"{_extent(output)} (rows x columns). Row {row}, column {column}: the products of patch "
    return describe(ax, f"{text}and kernel add up to {output[row, column]:g}.")


def _checked(values, most, name):
    array = validation.as_array(values, f"a table of at most {most} x {most} numbers")
    if array.ndim != 2 or array.size == 0 or max(array.shape) > most or array.dtype.kind not in "buif":
        expected, got = f"{name} of at most {most} x {most} numbers", f"shape {array.shape} of {array.dtype}"
        raise CourseError(expected, got, "Cut a window out of one channel.")
    return array.astype(float)


def _extent(array):
    return f"{array.shape[0]} x {array.shape[1]}"


def _kernel_grids(image, kernel, output, row, column):
    """Draw input * kernel = output, with room below for one line of text for each row of the kernel."""
    columns = image.shape[1] + kernel.shape[1] + output.shape[1]
    cell, gap, low = 0.64, 0.55, 0.35 * len(kernel) + 0.4
    middle = low + cell * len(image) / 2
    sign = {"ha": "center", "va": "center", "size": 24}
    ax = canvas(cell * columns + 2 * gap + 0.2, cell * len(image) + low + 0.55)
    right = draw_grid(ax, image, 0.1, middle, cell, "Input", window=(row, column, *kernel.shape))
    ax.text(right + gap / 2, middle, "\N{ASTERISK OPERATOR}", **sign)
    right = draw_grid(ax, kernel, right + gap, middle, cell, "Kernel", fill=PALE_BLUE)
    ax.text(right + gap / 2, middle, "=", **sign)
    done = {"fill": PALE_GREEN, "window": (row, column, 1, 1), "last": row * output.shape[1] + column}
    draw_grid(ax, output, right + gap, middle, cell, "Output", **done)
    return ax


def _products(patch, kernel):
    """Write the products of patch and kernel row by row, the sum at the end."""
    rows = []
    for pixels, weights in zip(patch, kernel, strict=True):
        factors = [f"({short(weight)})" if weight < 0 else short(weight) for weight in weights]
        rows.append(" + ".join(f"{short(x)}·{w}" for x, w in zip(pixels, factors, strict=True)))
    rows[1:] = [f"+ {row}" for row in rows[1:]]
    rows[-1] += f"  =  {short((patch * kernel).sum())}"
    return rows


def draw_grid(ax, values, left, middle, cell, title, fill="white", window=None, last=None):
    """Draw numbers in cells, a window outlined, none after the cell number `last`; return the right edge."""
    rows, columns = values.shape
    top = middle + cell * rows / 2
    row, column, height, width = window or (0, 0, 0, 0)
    ax.text(left + cell * columns / 2, top + 0.27, title, ha="center", va="center", size=14, weight="bold")
    for (y, x), value in np.ndenumerate(values):
        known = last is None or y * columns + x <= last
        inside = row <= y < row + height and column <= x < column + width
        color = PALE_ORANGE if inside else fill if known else PALE
        draw_cell(ax, left + x * cell, top - (y + 1) * cell, cell, short(value) if known else "", color)
    if window is not None:
        corner = (left + column * cell, top - (row + height) * cell)
        frame = {"fill": False, "edgecolor": VERMILION, "linewidth": 3.5, "zorder": 3}
        ax.add_patch(Rectangle(corner, width * cell, height * cell, **frame))
    return left + cell * columns


def draw_cell(ax, left, low, cell, text, color):
    """Draw one number in a square."""
    ax.add_patch(Rectangle((left, low), cell, cell, facecolor=color, edgecolor=GRAY, linewidth=1))
    if text:
        ax.text(left + cell / 2, low + cell / 2, text, ha="center", va="center", size=12)


def short(value):
    """Write a number without decimals that do not matter."""
    whole = value == round(value) or abs(value) >= 100
    return minus(f"{value:.0f}" if whole else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}")


MOST_NODES = 8


def draw_neuron(inputs, weights, bias, total, output):
    """Draw a neuron with ReLU, with a text in each of its parts; of the activation, the curve."""
    ax = canvas(8, 4.2)
    _weighted_inputs(ax, inputs, weights)
    box(ax, 2.75, 1.45, 2.0, 1.2, total, size=14)
    ax.text(3.75, 3.6, bias, ha="center", va="center", size=14)
    _activation_box(ax, 5.25, 1.45, 1.25, 1.2)
    draw_node(ax, 7.42, 2.05, "output", output, radius=0.42)
    arrow(ax, (3.75, 3.35), (3.75, 2.65))
    arrow(ax, (4.75, 2.05), (5.25, 2.05))
    arrow(ax, (6.5, 2.05), (7.0, 2.05))
    names = ("inputs", "weights", "weighted sum", "ReLU", "output")
    for x, name in zip((0.5, 1.8, 3.75, 5.87, 7.42), names, strict=True):
        ax.text(x, 0.12, name, ha="center", va="center", size=14, weight="bold")
    text = f"A neuron with {len(inputs)} input{'s' if len(inputs) > 1 else ''}: each is multiplied by its "
    text += "weight, the products and the bias are added, and ReLU gives the output."
    return describe(ax, text, formulas=True)


def _weighted_inputs(ax, inputs, weights):
    """Draw an arrow with its weight from each input to the sum."""
    count = len(inputs)
    places = 2.05 + min(1.05, 2.7 / max(1, count - 1)) * ((count - 1) / 2 - np.arange(count))
    plate = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for y, x_text, w_text in zip(places, inputs, weights, strict=True):
        end = 2.05 + (y - 2.05) * 0.35
        arrow(ax, (0.5, y), (2.75, end))
        height = np.interp(1.75, (0.5, 2.75), (y, end))
        ax.text(1.75, height, w_text, ha="center", va="center", size=14, bbox=plate)
        draw_node(ax, 0.5, y, "input", x_text, radius=0.34)


def _activation_box(ax, x, y, width, height):
    """Draw a box with the curve of ReLU, and its zero line, in it."""
    box(ax, x, y, width, height)
    z = np.linspace(-3, 3, 61)
    bottom, scale = y + 0.25, (height - 0.5) / z.max()
    across = np.interp(z, (-3, 3), (x + 0.18, x + width - 0.18))
    ax.plot(across[[0, -1]], [bottom] * 2, color=GRAY, linewidth=1)
    ax.plot(across, bottom + np.maximum(z, 0) * scale, color=VERMILION, linewidth=2.5)


def network_graph(layer_sizes=(4, 3, 1)):
    """Draw a network of dense layers as a graph, with the number of parameters of each layer.

    The sizes are the number of inputs, then of neurons in each layer: at most 8 each, at most 5 layers.
    """
    sizes = tuple(itertools.islice(layer_sizes, 6)) if np.iterable(layer_sizes) else (layer_sizes,)
    whole = all(isinstance(size, Integral) and 1 <= size <= MOST_NODES for size in sizes)
    if not (whole and 2 <= len(sizes) <= 5):
        remedy = "Draw a smaller network of the same kind."
        raise CourseError(f"2 to 5 layers of 1 to {MOST_NODES} nodes", validation.shown(sizes), remedy)
    ax = canvas(8, max(3.2, 0.85 * max(sizes) + 1.0))
    left = 2.2 if len(sizes) == 2 else 0.9
    columns = node_places(sizes, ax.get_ylim()[1], left, 8 - left)
    draw_network(ax, columns)
    parameters = [(before + 1) * size for before, size in itertools.pairwise(sizes)]
    counts = [f"{sizes[0]} number{'s' if sizes[0] > 1 else ''}", *(f"{n} parameters" for n in parameters)]
    n_hidden = len(sizes) - 2
    kinds = ["input", *["hidden"] * n_hidden, "output"]
    for places, kind, count in zip(columns, kinds, counts, strict=True):
        ax.text(places[0][0], 0.55, f"{kind} layer", ha="center", va="center", size=14, weight="bold")
        ax.text(places[0][0], 0.22, count, ha="center", va="center", size=13)
    hidden = f"with {n_hidden} hidden layer{'s' if n_hidden > 1 else ''}"
    if not n_hidden:
        hidden = "without a hidden layer"
    text = f"A network of {'-'.join(map(str, sizes))} nodes {hidden}: each node is joined to every node of "
    return describe(ax, f"{text}the next layer; {sum(parameters)} parameters.", formulas=True)


def node_places(sizes, top, left, right, low=0.85):
    """Place each node: one list of (x, y) a layer, first node on top."""
    middle, columns = (top + low) / 2, np.linspace(left, right, len(sizes))
    return [
        [(x, middle + 0.85 * ((size - 1) / 2 - row)) for row in range(size)]
        for x, size in zip(columns, sizes, strict=True)
    ]


def draw_node(ax, x, y, kind, text="", radius=0.3, **style):
    """Draw a neuron or an input as a circle."""
    color = LAYER_COLORS[kind]
    look = {"facecolor": PALE_OF[color], "edgecolor": color, "linewidth": 1.8, "zorder": 3} | style
    ax.add_patch(Circle((x, y), radius, **look))
    if text:
        ax.text(x, y, text, ha="center", va="center", size=13, zorder=4)


def draw_network(ax, columns, off=()):
    """Draw the layers of nodes at `columns`; nodes (layer, row) of `off` are crossed out and unconnected."""
    on = [
        [place for row, place in enumerate(places) if (layer, row) not in off]
        for layer, places in enumerate(columns)
    ]
    for before, after in itertools.pairwise(on):
        connect(ax, before, after)
    for layer, places in enumerate(columns):
        kind = "input" if layer == 0 else "output" if layer == len(columns) - 1 else "hidden"
        for row, (x, y) in enumerate(places):
            if (layer, row) in off:
                crossed_out = {"facecolor": "white", "edgecolor": GRAY, "linestyle": ":"}
                draw_node(ax, x, y, kind, "\N{MULTIPLICATION SIGN}", **crossed_out)
            else:
                draw_node(ax, x, y, kind, f"$x_{row + 1}$" if kind == "input" else "")


def connect(ax, before, after, color=GRAY, linewidth=1.3):
    """Draw a line from each place of a layer to each place of the next one."""
    for x0, y0 in before:
        for x1, y1 in after:
            ax.plot([x0, x1], [y0, y1], color=color, linewidth=linewidth, zorder=1)
