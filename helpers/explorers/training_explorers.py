"""Explorers of training: the learning rate, when to stop, dropout."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError
from helpers.explorers.controls import Again, Explorer, Slider, choice, tick
from helpers.figures.curves import history_table
from helpers.figures.network_diagrams import draw_network, node_places
from helpers.figures.style import BLUE, GREY, INK, ORANGE, PALE_BLUE, VERMILION, canvas, describe
from helpers.figures.training_diagrams import descend, gradient_descent

OUTPUTS = np.array([0.9, 0.3, 0.6, 1.2, 0.2, 0.8, 0.5, 1.1])  # of a hidden layer, for the dropout explorer


def draw_learning_rate(rate, start=-1.0, steps=12):
    """Draw gradient descent on J(w) = (1 - w)², beside the loss after each step.

    Parameters
    ----------
    rate, start, steps
        As in `diagrams.gradient_descent`.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
    """
    axes = plt.subplots(1, 2, figsize=(8.4, 3.6), layout="constrained")[1]
    gradient_descent(rate, start, steps, axes[0])
    losses = (1 - descend(rate, start, steps)) ** 2
    axes[1].plot(np.maximum(losses, 1e-6), "o-", color=BLUE, mec=INK)
    axes[1].set(
        yscale="log", ylim=(5e-7, max(20, losses.max() * 2)), xlabel="step", title="loss after each step"
    )
    axes[1].grid(axis="y")
    return describe(axes, f"{axes[0].alt_text} The loss went from {losses[0]:.3g} to {losses[-1]:.3g}.")


def learning_rate(rate=0.1):
    """Try learning rates of gradient descent.

    Parameters
    ----------
    rate : float, default 0.1
        Learning rate at the start, 0.01..1.2.

    Returns
    -------
    Explorer
    """
    return Explorer(
        draw_learning_rate,
        rate=Slider("learning rate", rate, 0.01, 1.2, 0.01, "How far a step goes for a given slope."),
        start=Slider("start", -1.0, -1.8, 3.8, 0.1, "The first weight."),
        steps=Slider("steps", 12, 1, 40, tooltip="How many steps."),
    )


def draw_overfitting(histories, name, epochs):
    """Draw the curves of one training up to an epoch, the rest of them pale, and say how it looks there.

    Parameters
    ----------
    histories : dict of str to history
        Histories with validation, as `training.history_table` takes them.
    name : str
        Which of them.
    epochs : int
        Where the training ends; its last epoch if it is shorter.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
    """
    table = history_table(histories[name])
    end = min(epochs, len(table))
    axes = plt.subplots(1, 2, figsize=(8.4, 3.9), layout="constrained")[1]
    for ax, column in zip(axes, ("loss", "accuracy"), strict=True):
        looks = {"training": (column, BLUE, "o-"), "validation": (f"val_{column}", ORANGE, "s--")}
        for label, (key, colour, style) in looks.items():
            ax.plot(table.index, table[key], style[1:], color=colour, alpha=0.25)
            shown = table[key][:end]
            ax.plot(shown.index, shown, style, color=colour, mec=INK, mew=0.6, label=label)
        ax.axvline(end, color=GREY, linewidth=1)
        ax.set(xlabel="Epoch", title=column.capitalize(), xlim=(0, len(table) + 1))
        ax.grid(axis="y")
    best = int(table.val_loss[:end].idxmin())
    axes[0].plot(best, table.val_loss[best], "o", color="none", mec=VERMILION, mew=2.5, markersize=15)
    axes[1].legend(loc="lower right")
    verdict = _verdict(table[:end], best)
    axes[0].figure.suptitle(f"{name}, stopped after epoch {end}: {verdict}", size=14)
    gap = table.val_loss[end] - table.loss[end]
    text = f"Training {name} up to epoch {end} of {len(table)}: {verdict}. Lowest validation loss in epoch "
    return describe(axes, f"{text}{best}; at the end validation minus training loss is {gap:.2f}.")


def _verdict(table, best):
    """Say in words what a training looks like at its end."""
    now, lowest = table.val_loss.iloc[-1], table.val_loss[best]
    if now > lowest * 1.03:
        return f"overfitting since epoch {best}"
    three_before = table.val_loss.iloc[max(0, len(table) - 4)]
    if len(table) < 4 or now < three_before * 0.97:
        return "validation loss still falls, train on"
    return "validation loss has levelled off, stop"


def overfitting(histories):
    """Choose a training and move its end.

    Parameters
    ----------
    histories : dict of str to history
        As in `draw_overfitting`.

    Returns
    -------
    Explorer

    Raises
    ------
    CourseError
        If there is no history, or one without validation.
    """
    tables = {name: history_table(history) for name, history in histories.items()}
    lacking = [name for name, table in tables.items() if not {"val_loss", "val_accuracy"} <= set(table)]
    if lacking or not tables:
        remedy = "Train with validation_data=(pictures, labels) and metrics=['accuracy']."
        raise CourseError("histories with val_loss and val_accuracy", f"{lacking or 'none'}", remedy)
    longest = max(map(len, tables.values()))
    return Explorer(
        lambda **values: draw_overfitting(tables, **values),
        name=choice("training", tables),
        epochs=Slider("stop after", longest, 1, longest, tooltip="The epoch after which training ends."),
    )


def draw_dropout(rate, training=True, draw=0):
    """Draw a layer of eight neurons with dropout, and its numbers before and after.

    Parameters
    ----------
    rate : float
        Probability of each neuron to be switched off, 0 <= rate < 1.
    training : bool
        Dropout works in training only.
    draw : int
        Chooses the neurons that are switched off.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (3,)
    """
    after = dropped(OUTPUTS, rate, draw) if training else OUTPUTS
    off = {(1, row) for row in np.flatnonzero(after == 0)}
    axes = plt.subplots(1, 3, figsize=(8.6, 4.4), width_ratios=(1, 1, 1), layout="constrained")[1]
    canvas(3, 6.8, axes[0])
    draw_network(axes[0], node_places((3, len(OUTPUTS), 2), 6.8, 0.4, 2.6, low=0), off)
    axes[0].set_title(f"{len(off)} of {len(OUTPUTS)} off" if training else "all neurons work")
    for ax, values, title in ((axes[1], OUTPUTS, "before"), (axes[2], after, "after dropout")):
        ax.barh(range(len(values)), values, color=PALE_BLUE, edgecolor=BLUE)
        for row, value in enumerate(values):
            ax.text(value + 0.05, row, f"{value:.2g}", va="center", size=12)
        ax.set(xlim=(0, max(2.8, 1.25 * after.max())), ylim=(len(values) - 0.4, -0.6), yticks=[])
        ax.set_title(f"{title}: sum {values.sum():.1f}")
    state = f"In training, {len(off)} of them are 0 and the others are divided by {1 - rate:.2g}"
    state = state if training else "In prediction nothing changes"
    text = (
        f"Dropout of {rate:g} on eight numbers with sum {OUTPUTS.sum():.1f}. {state}: sum {after.sum():.1f}."
    )
    return describe(axes, text)


def dropped(values, rate, draw):
    """Set a random part of the numbers to 0 and divide the others by 1 - rate, as Keras's Dropout does."""
    kept = np.random.default_rng(draw).random(values.shape) >= rate
    return np.where(kept, values / (1 - rate), 0.0)


def dropout(rate=0.5):
    """Switch dropout on and off, and draw other neurons.

    Parameters
    ----------
    rate : float, default 0.5
        Dropout rate at the start, 0..0.9.

    Returns
    -------
    Explorer
    """
    return Explorer(
        draw_dropout,
        rate=Slider("rate", rate, 0.0, 0.9, 0.05, "Probability of each neuron to be switched off."),
        draw=Again("Next batch", "Each step of training switches off other neurons."),
        training=tick("training", True, "Dropout works in training only."),
    )
