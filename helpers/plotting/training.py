"""Gradient descent on a loss of one weight."""

from numbers import Integral

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, describe


def learning_rates(rates=(0.03, 0.3, 0.95), start=-1.0, steps=12):
    """Draw gradient descent on the loss J(w) = (1 - w)² with several learning rates side by side.

    Parameters
    ----------
    rates : sequence of float
        Learning rates; the defaults are too small, good and too large.
    start : float
        First weight, -1.8..3.8.
    steps : int
        Number of updates w <- w - rate dJ/dw, 1..100.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (len(rates),)
    """
    rates = validation.as_array(rates, "learning rates").ravel().tolist()
    if not 1 <= len(rates) <= 6:
        raise CourseError("1 to 6 learning rates", f"{len(rates)}", "Draw the others in another figure.")
    layout = {"figsize": (8.4, 3.3), "sharey": True, "layout": "constrained", "squeeze": False}
    axes = plt.subplots(1, len(rates), **layout)[1][0]
    for ax, rate in zip(axes, rates, strict=True):
        gradient_descent(rate, start, steps, ax)
        ax.label_outer()
    found = ", ".join(f"{rate:g} {_verdict(descend(rate, start, steps))}" for rate in rates)
    return describe(
        axes, f"Gradient descent on the same curve with {len(rates)} learning rates: {found}.", formulas=True
    )


def gradient_descent(rate, start=-1.0, steps=12, ax=None):
    """Draw the steps of gradient descent on the loss J(w) = (1 - w)² from a weight between -1.8 and 3.8."""
    rate, start = validation.within()(rate, "rate"), validation.within()(start, "start")
    if not (0 < rate < 1000 and -1.8 <= start <= 3.8 and isinstance(steps, Integral) and 1 <= steps <= 100):
        expected = "a learning rate above 0, a start from -1.8 to 3.8 and 1 to 100 steps"
        got = f"rate {rate:g}, start {start:g}, steps {validation.shown(steps)}"
        raise CourseError(expected, got, "Try rate=0.3, start=-1, steps=12.")
    weights = descend(rate, start, steps)
    verdict = _verdict(weights)
    ax = ax or plt.subplots(figsize=(5, 3.8), layout="constrained")[1]
    w = np.linspace(-2, 4, 200)
    ax.plot(w, (1 - w) ** 2, color=GRAY)
    ax.plot(weights, (1 - weights) ** 2, "o--", color=BLUE, mec="white", linewidth=1.3, markersize=8)
    ax.plot(weights[0], (1 - weights[0]) ** 2, "s", color=ORANGE, mec=INK, markersize=10)
    ax.set(xlim=(-2, 4), ylim=(-0.4, 9), xticks=(-1, 1, 3), xlabel="weight $w$", ylabel="loss $J$")
    ax.set_title(f"R = {rate:g}: {verdict}")
    text = f"Gradient descent on a curve with its lowest point at w = 1. Learning rate {rate:g} from "
    return describe(
        ax, f"{text}w = {start:g}: {verdict}; after {steps} steps w = {weights[-1]:.3g}.", formulas=True
    )


def descend(rate, start=-1.0, steps=12):
    """Return the weights of gradient descent on J(w) = (1 - w)², shape (steps + 1,)."""
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
