"""Explorers of episode 4: the learning rate, when to stop, and dropout."""

from functools import partial

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import MaxNLocator

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Again, Explorer, Slider, choice, tick
from helpers.histories import history_table
from helpers.plotting.network import draw_network, node_places
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALE_BLUE, VERMILION, canvas, minus
from helpers.plotting.training import descend, gradient_descent

LOSSES = ("0.0001", "0.01", "1", "100", "10000", "1000000")  # ticks
LOWEST = 1e-6  # loss that is still told apart from 0
OUTPUTS = np.array([0.9, 0.3, 0.6, 1.2, 0.2, 0.8, 0.5, 1.1])  # of a hidden layer, for dropout


def learning_rate():
    """Try learning rates of gradient descent."""
    return Explorer(
        _draw_learning_rate,
        rate=Slider("learning rate", 0.1, 0.01, 1.2, 0.01, "How far a step goes for a given slope."),
        start=Slider("start", -1.0, -1.8, 3.8, 0.1, "The first weight."),
        steps=Slider("steps", 12, 1, 40, tooltip="How many steps."),
    )


def _draw_learning_rate(rate, start, steps):
    """Draw gradient descent on J(w) = (1 - w)² beside the loss after each step, and say how it goes."""
    layout = {"left": 0.08, "right": 0.99, "bottom": 0.16, "top": 0.8, "wspace": 0.3}
    axes = plt.subplots(1, 2, figsize=(8.4, 3.8), gridspec_kw=layout)[1]
    gradient_descent(rate, start, steps, axes[0])
    losses = (1 - descend(rate, start, steps)) ** 2
    axes[1].plot(np.maximum(losses, LOWEST), "o-", color=BLUE, mec=INK)
    axes[1].set(yscale="log", xlabel="step", title="loss after each step")
    axes[1].set_yticks([float(tick) for tick in LOSSES], LOSSES)
    axes[1].set_yticks([], minor=True)  # drawing them would take half of the time
    axes[1].set_ylim(LOWEST / 2, max(20, losses.max() * 2))
    axes[1].xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes[1].grid(axis="y")
    side = ", but on its other side" if rate > 0.5 else ""
    words = f"Each step leaves {abs(1 - 2 * rate):.0%} of the distance to the lowest point{side}."
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
    longest = max(map(len, tables.values()))
    return Explorer(
        partial(_draw_overfitting, tables),
        name=choice("training", list(tables)),
        epochs=Slider("stop after", longest, 1, longest, tooltip="The epoch after which training ends."),
    )


def _draw_overfitting(tables, name, epochs):
    """Draw the curves of one training run up to an epoch, the rest pale, and say how it looks there."""
    table = tables[name]
    end = min(epochs, len(table))
    layout = {"left": 0.07, "right": 0.99, "bottom": 0.24, "top": 0.77, "wspace": 0.18}
    axes = plt.subplots(1, 2, figsize=(8.4, 4.4), gridspec_kw=layout)[1]
    for ax, column in zip(axes, ("loss", "accuracy"), strict=True):
        _draw_so_far(ax, table, column, end)
    best = int(table.val_loss[:end].fillna(np.inf).idxmin())
    ring = {"color": "none", "mec": VERMILION, "mew": 2.5, "markersize": 15}
    axes[0].plot(best, table.val_loss[best], "o", **ring, label="lowest validation loss")
    figure, (handles, labels) = axes[0].figure, axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=3)
    gap = f"validation minus training loss {table.val_loss[end] - table.loss[end]:.2f}"
    verdict = _verdict(table[:end])
    title = f"{name}, stopped after epoch {end} of {len(table)}: {gap}.\n{verdict}"
    figure.suptitle(title, size=14, linespacing=1.3)
    text = f"Training {name} up to epoch {end} of {len(table)}: {gap}. {verdict} Lowest validation loss: "
    return plotting.describe(axes, f"{text}{table.val_loss[best]:.2f} in epoch {best}.")


def _draw_so_far(ax, table, column, end):
    """Draw training and validation up to the epoch `end`, and palely what came later."""
    lines = ("training", column, BLUE, "o-"), ("validation", f"val_{column}", ORANGE, "s--")
    for label, key, color, style in lines:
        ax.plot(table.index, table[key], style[1:], color=color, alpha=0.3)
        shown = table[key][:end]
        ax.plot(shown.index, shown, style, color=color, mec=INK, mew=0.6, label=label)
    ax.axvline(end, color=GRAY, linewidth=1)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.set(xlabel="Epoch", title=column.capitalize(), xlim=(0.5, len(table) + 0.5))
    ax.grid(axis="y")


def _verdict(table):
    """Judge a training run from its validation loss alone. Single epochs go up and down by chance."""
    losses = table.val_loss
    now, lowest, last_three = losses.iloc[-1], losses.min(), losses[-3:].min()
    if not np.isfinite(now):
        return "The loss is no number any more, the training diverged: try a smaller learning rate."
    if last_three > 1.03 * lowest:
        return f"Validation loss has risen since epoch {losses.idxmin()}: overfitting."
    if now > 1.03 * lowest:
        return "Validation loss rose. Chance, or overfitting? More epochs will tell."
    if now <= 1.01 * lowest and (len(losses) < 4 or last_three < 0.99 * losses[:-3].min()):
        return "Validation loss still falls: keep training."
    return f"Validation loss is near its lowest value, that of epoch {losses.idxmin()}."


def dropout():
    """Switch dropout on and off, and draw other neurons."""
    return Explorer(
        _draw_dropout,
        rate=Slider("rate", 0.5, 0.0, 0.9, 0.05, "Probability of each neuron to be switched off."),
        seed=Again("Next batch", "Each step of training switches off other neurons."),
        training=tick("training", True, "Dropout works in training only."),
    )


def _draw_dropout(rate, seed, training):
    """Draw a layer of eight neurons with dropout, and its numbers before and after."""
    after = _dropped(OUTPUTS, rate, seed) if training else OUTPUTS
    off = {(1, row) for row in np.flatnonzero(after == 0)}
    layout = {"left": 0.01, "right": 0.99, "bottom": 0.09, "top": 0.8, "wspace": 0.06}
    axes = plt.subplots(1, 3, figsize=(8.6, 5.2), gridspec_kw=layout)[1]
    canvas(3, 6.8, axes[0])
    draw_network(axes[0], node_places((3, len(OUTPUTS), 2), 6.8, 0.4, 2.6, low=0), off)
    axes[0].set_title(f"{len(off)} of {len(OUTPUTS)} neurons off" if off else "all neurons on")
    _draw_numbers(axes[1], OUTPUTS, "before", 2.8)
    _draw_numbers(axes[2], after, "after dropout" if training else "after", max(2.8, 1.25 * after.max()))
    words = "Predicting: dropout changes nothing."
    if training:
        words = f"Training: each output becomes 0 with probability {rate:g},\n"
        words += f"or is divided by 1 - {rate:g} = {1 - rate:.2g}, so that the sum stays the same on average."
    axes[0].figure.suptitle(minus(words), size=14, linespacing=1.3)
    words = words.replace("\n", " ")
    text = f"{words} Here {len(off)} of {len(OUTPUTS)} neurons are off; the sum of the outputs is "
    text += f"{OUTPUTS.sum():.1f} before and {after.sum():.1f} after."
    return plotting.describe(axes, text, formulas=True)


def _draw_numbers(ax, values, title, most):
    """Draw the outputs of the neurons as bars, each at the height of its neuron."""
    ax.barh(range(len(values)), values, color=PALE_BLUE, edgecolor=BLUE)
    for row, value in enumerate(values):
        ax.text(value + 0.02 * most, row, f"{value:.2g}", va="center", size=12)
    ax.set(xlim=(0, most), ylim=(len(values) - 0.5, -0.5), yticks=[])
    ax.set_title(f"{title}: sum {values.sum():.1f}")


def _dropped(values, rate, seed):
    """Set a random part of the numbers to 0 and divide the others by 1 - rate, as Keras's Dropout does."""
    kept = np.random.default_rng(seed).random(values.shape) >= rate
    return np.where(kept, values / (1 - rate), 0.0)
