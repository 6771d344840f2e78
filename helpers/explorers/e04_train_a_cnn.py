"""Explorers of episode 4: the learning rate, when to stop, and dropout."""

from functools import partial

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, plotting, validation
from helpers.explorers.live import LiveExplorer
from helpers.histories import history_table
from helpers.plotting.diagrams import draw_network, node_places
from helpers.plotting.style import BLUE, INK, PALE_BLUE, canvas, minus
from helpers.plotting.training import descend, gradient_descent

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")
OUTPUTS = np.array([0.9, 0.3, 0.6, 1.2, 0.2, 0.8, 0.5, 1.1])  # of a hidden layer, for dropout
OFF = (1, 6, 7)  # the neurons that the first batch of dropout.js switches off


def learning_rate():
    """Try learning rates of gradient descent."""
    return LiveExplorer("learning_rate", _draw_learning_rate)


def _draw_learning_rate(rate=0.1):
    """Draw gradient descent on J(w) = (1 - w)² beside the loss after each step."""
    layout = {"left": 0.08, "right": 0.99, "bottom": 0.16, "top": 0.8, "wspace": 0.3}
    axes = plt.subplots(1, 2, figsize=(8.4, 3.8), gridspec_kw=layout)[1]
    gradient_descent(rate, ax=axes[0])
    losses = (1 - descend(rate)) ** 2
    axes[1].plot(losses, "o-", color=BLUE, mec=INK)
    axes[1].set(yscale="log", xlabel="step", title="loss after each step", xticks=range(0, 13, 3))
    axes[1].grid(axis="y")
    words = f"Each step leaves {abs(1 - 2 * rate):.0%} of the distance to the lowest point."
    axes[0].figure.suptitle(words, size=14)
    text = f"{axes[0].alt_text} {words} The loss went from {losses[0]:.3g} to {losses[-1]:.3g}."
    return plotting.describe(axes, text)


@validation.checked(histories=validation.DICT)
def overfitting(histories):
    """Choose a training and move its end; `histories`, by name, are what `fit` with validation returned."""
    tables = {name: history_table(history) for name, history in histories.items()}
    lacking = [name for name, table in tables.items() if not {"val_loss", "val_accuracy"} <= set(table)]
    if lacking or not tables:
        remedy = "Train with validation_data=(images, labels) and metrics=['accuracy']."
        raise CourseError("histories with val_loss and val_accuracy", f"{lacking or 'none'}", remedy)
    numbers = {name: {key: _as_json(table[key]) for key in CURVES} for name, table in tables.items()}
    still = partial(plotting.learning_curves, next(iter(tables.values())))
    return LiveExplorer("overfitting", still, histories=numbers)


def _as_json(column):
    """List numbers; what is none is None, for JSON has no other word for it."""
    return [round(value, 5) if np.isfinite(value) else None for value in column]


def dropout():
    """Switch dropout on and off, and draw other neurons."""
    return LiveExplorer("dropout", _draw_dropout)


def _draw_dropout():
    """Draw a layer of eight neurons with dropout of 0.5, and its numbers before and after."""
    after = OUTPUTS / 0.5
    after[[*OFF]] = 0
    layout = {"left": 0.01, "right": 0.99, "bottom": 0.09, "top": 0.8, "wspace": 0.06}
    axes = plt.subplots(1, 3, figsize=(8.6, 5.2), gridspec_kw=layout)[1]
    canvas(3, 6.8, axes[0])
    off = {(1, row) for row in OFF}
    draw_network(axes[0], node_places((3, len(OUTPUTS), 2), 6.8, 0.4, 2.6, low=0), off)
    axes[0].set_title(f"{len(OFF)} of {len(OUTPUTS)} neurons off")
    _draw_numbers(axes[1], OUTPUTS, "before")
    _draw_numbers(axes[2], after, "after dropout")
    words = "Training: each output becomes 0 with probability 0.5,\n"
    words += minus("or is divided by 1 - 0.5 = 0.5, so that the sum stays the same on average.")
    axes[0].figure.suptitle(words, size=14, linespacing=1.3)
    text = words.replace("\n", " ")
    text += f" Here {len(OFF)} of {len(OUTPUTS)} neurons are off; the sum of the outputs is "
    text += f"{OUTPUTS.sum():.1f} before and {after.sum():.1f} after."
    return plotting.describe(axes, text, formulas=True)


def _draw_numbers(ax, values, title):
    """Draw the outputs of the neurons as bars, each at the height of its neuron."""
    ax.barh(range(len(values)), values, color=PALE_BLUE, edgecolor=BLUE)
    for row, value in enumerate(values):
        ax.text(value + 0.06, row, f"{value:.2g}", va="center", size=12)
    ax.set(xlim=(0, 2.8), ylim=(len(values) - 0.5, -0.5), yticks=[])
    ax.set_title(f"{title}: sum {values.sum():.1f}")
