"""What happens in training: data set aside, a loss descended, neurons switched off."""

from numbers import Integral

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.network import checked_sizes, draw_network, node_places
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALE, PALE_BLUE, box, canvas, describe

PART_LOOKS = {
    "train": {"facecolor": PALE_BLUE, "edgecolor": BLUE},
    "validate": {"facecolor": ORANGE, "edgecolor": INK, "weight": "bold"},
    "test": {"facecolor": PALE, "edgecolor": GRAY, "linestyle": "--"},
}


def gradient_descent(rate, start=-1.0, steps=12, ax=None):
    """Draw gradient descent on the loss J(w) = (1 - w)², step by step.

    Parameters
    ----------
    rate : float
        Learning rate R of the update w <- w - R dJ/dw.
    start : float
        First weight, -1.8..3.8.
    steps : int
        Number of updates, 1..100.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the learning rate is not positive, or the start or the number of steps out of range.
    """
    rate, start = validation.as_number(rate, "rate"), validation.as_number(start, "start")
    if not (0 < rate < 1000 and -1.8 <= start <= 3.8 and isinstance(steps, Integral) and 1 <= steps <= 100):
        raise CourseError(
            "a learning rate above 0, a start from -1.8 to 3.8 and 1 to 100 steps",
            f"rate {rate:g}, start {start:g}, steps {validation.shown(steps)}",
            "Try rate=0.3, start=-1, steps=12.",
        )
    weights = descend(rate, start, steps)
    verdict = _verdict(weights)
    ax = ax or plt.subplots(figsize=(5, 3.8), layout="constrained")[1]
    w = np.linspace(-2, 4, 200)
    ax.plot(w, (1 - w) ** 2, color=GRAY)
    ax.plot(weights, (1 - weights) ** 2, "o--", color=BLUE, mec="white", linewidth=1.3, markersize=8)
    ax.plot(weights[0], (1 - weights[0]) ** 2, "s", color=ORANGE, mec=INK, markersize=10)
    ax.set(xlim=(-2, 4), ylim=(-0.4, 9), xticks=(-1, 1, 3), xlabel="weight $w$", ylabel="loss $J$")
    ax.set_title(f"R = {rate:g}: {verdict}")
    text = (
        f"Gradient descent on a curve with its lowest point at w = 1. Learning rate {rate:g} from "
        f"w = {start:g}: {verdict}; after {steps} steps w = {weights[-1]:.3g}."
    )
    return describe(ax, text)


@validation.checked(rate=validation.NUMBER, start=validation.NUMBER, steps=validation.count(0))
def descend(rate, start=-1.0, steps=12):
    """Compute the weights of gradient descent on J(w) = (1 - w)², shape (steps + 1,)."""
    weights = [start]
    for _ in range(steps):
        weights.append(weights[-1] + rate * 2 * (1 - weights[-1]))
    return np.array(weights)


def _verdict(weights):
    """Say in two words how the way to the lowest point went."""
    distance = np.abs(1 - weights)
    if distance[-1] > distance[0] * 1.001:
        return "flies off"
    if distance[-1] < 0.05 * max(distance[0], 0.01):
        return "settles"
    return "bounces" if (weights[1] - 1) * (weights[0] - 1) < 0 else "crawls"


def learning_rates(rates=(0.03, 0.3, 0.95), start=-1.0, steps=12):
    """Draw gradient descent with several learning rates side by side.

    Parameters
    ----------
    rates : sequence of float
        Learning rates; the defaults are too small, good and too large.
    start, steps
        As in `gradient_descent`.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (len(rates),)
    """
    rates = validation.as_array(rates, "learning rates").ravel().tolist()
    if not 1 <= len(rates) <= 6:
        raise CourseError("1 to 6 learning rates", f"{len(rates)}", "Draw the others in another figure.")
    axes = plt.subplots(1, len(rates), figsize=(8.4, 3.3), sharey=True, layout="constrained", squeeze=False)[
        1
    ][0]
    for ax, rate in zip(axes, rates, strict=True):
        gradient_descent(rate, start, steps, ax)
        ax.label_outer()
    found = ", ".join(f"{rate:g} {_verdict(descend(rate, start, steps))}" for rate in rates)
    return describe(axes, f"Gradient descent on the same curve with {len(rates)} learning rates: {found}.")


def dropout_diagram(seed=0, rate=0.5, layer_sizes=(4, 5, 5, 2)):
    """Draw a network in two training steps with dropout, and when it predicts.

    Parameters
    ----------
    seed : int
        Chooses the neurons that are switched off.
    rate : float
        Probability of each hidden neuron to be switched off, 0 <= rate < 1.
    layer_sizes : sequence of int
        As in `network_graph`.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (3,)

    Raises
    ------
    CourseError
        If the rate is out of range, or the network too large to draw.
    """
    seed = validation.as_whole(seed, "seed")
    if not 0 <= validation.as_number(rate, "dropout rate") < 1:
        raise CourseError("a dropout rate from 0 to below 1", repr(rate), "0.5 drops every second neuron.")
    sizes = checked_sizes(layer_sizes)
    generator = np.random.default_rng(seed)
    off = [_switched_off(generator, sizes, rate), _switched_off(generator, sizes, rate), ()]
    axes = plt.subplots(1, 3, figsize=(8.4, 3.9), layout="constrained")[1]
    top = 0.85 * max(sizes)
    for ax, crossed, title in zip(
        axes, off, ("Training step 1", "Training step 2", "Predicting"), strict=True
    ):
        canvas(4, top, ax)
        draw_network(ax, node_places(sizes, top, 0.4, 3.6, low=0), crossed)
        ax.set_title(
            f"{title}\n{f'{len(crossed)} of {sum(sizes[1:-1])} off' if crossed else 'all neurons work'}"
        )
    first, second, _ = map(len, off)
    text = (
        f"Dropout in a network of {'-'.join(map(str, sizes))} nodes: {first} hidden neurons are switched off "
        f"in one training step, {second} in the next; when it predicts, none is."
    )
    return describe(axes, text)


def _switched_off(generator, sizes, rate):
    hidden = ((layer, row) for layer in range(1, len(sizes) - 1) for row in range(sizes[layer]))
    return {node for node in hidden if generator.random() < rate}


def folds_diagram(k=5, ax=None):
    """Draw hold-out validation above k-fold validation; the test set stays apart in both.

    Parameters
    ----------
    k : int
        Number of folds, 2..6.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If k is out of range.
    """
    if not isinstance(k, Integral) or k not in range(2, 7):
        raise CourseError("2 to 6 folds", validation.shown(k), "5 is usual.")
    ax = canvas(8, 0.56 * k + 2.0, ax)
    top = ax.get_ylim()[1]
    ax.text(0.1, top - 0.3, "Hold-out: one split", size=14, weight="bold", va="center")
    _parts(ax, top - 1.05, [("train", 4.3), ("validate", 1.1)])
    box(ax, 6.75, top - 1.05, 1.15, 0.46, "test", **PART_LOOKS["test"])
    ax.text(0.1, top - 1.6, f"{k}-fold: each part validates once", size=14, weight="bold", va="center")
    lowest = top - 1.89 - 0.56 * k
    for fold in range(k):
        parts = [("validate" if part == fold else "train", 5.4 / k) for part in range(k)]
        _parts(ax, top - 2.35 - 0.56 * fold, parts, f"round {fold + 1}")
    box(ax, 6.75, lowest + 0.1, 1.15, 0.56 * k - 0.1, "test:\nset aside,\nused once", **PART_LOOKS["test"])
    text = (
        "Two ways to validate. Hold-out: one part of the data validates, the rest trains. "
        f"{k}-fold: {k} rounds, in each another of {k} parts validates. The test set stays apart."
    )
    return describe(ax, text)


def _parts(ax, low, parts, name=""):
    """Draw a row of data, cut into parts of (use, width)."""
    ax.text(0.1, low + 0.23, name, va="center", size=13)
    left = 1.1
    for use, width in parts:
        box(ax, left + 0.03, low, width - 0.06, 0.46, use, **PART_LOOKS[use])
        left += width
