"""Explorers of training: the learning rate, and when to stop."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import MaxNLocator

from helpers import CourseError, validation
from helpers.explorers.controls import Explorer, Slider, choice
from helpers.plotting.curves import history_table
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, VERMILION, describe
from helpers.plotting.training import descend, gradient_descent

LOSSES = ("0.0001", "0.01", "1", "100", "10000", "1000000")  # ticks
LOWEST = 1e-6  # loss that is still told apart from 0


@validation.checked(rate=validation.NUMBER, start=validation.NUMBER, steps=validation.count(1, 1000))
def draw_learning_rate(rate, start=-1.0, steps=12):
    """Draw gradient descent on J(w) = (1 - w)², beside the loss after each step, and say how it goes.

    Parameters
    ----------
    rate, start, steps
        As in `plotting.gradient_descent`.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
    """
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
    return describe(axes, text)


@validation.checked(rate=validation.within(0.01, 1.2))
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


@validation.checked(histories=validation.a(dict), name=validation.TEXT, epochs=validation.COUNT)
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
    table = history_table(histories[validation.as_choice(name, tuple(histories), "name")])
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
    verdict = verdict_on(table[:end])
    figure.suptitle(
        f"{name}, stopped after epoch {end} of {len(table)}: {gap}.\n{verdict}", size=14, linespacing=1.3
    )
    text = f"Training {name} up to epoch {end} of {len(table)}: {gap}. {verdict} Lowest validation loss: "
    return describe(axes, f"{text}{table.val_loss[best]:.2f} in epoch {best}.")


def _draw_so_far(ax, table, column, end):
    """Draw training and validation up to the epoch `end`, and palely what came later."""
    for label, key, color, style in (
        ("training", column, BLUE, "o-"),
        ("validation", f"val_{column}", ORANGE, "s--"),
    ):
        ax.plot(table.index, table[key], style[1:], color=color, alpha=0.3)
        shown = table[key][:end]
        ax.plot(shown.index, shown, style, color=color, mec=INK, mew=0.6, label=label)
    ax.axvline(end, color=GRAY, linewidth=1)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.set(xlabel="Epoch", title=column.capitalize(), xlim=(0.5, len(table) + 0.5))
    ax.grid(axis="y")


@validation.checked(table=validation.table("val_loss"))
def verdict_on(table):
    """Say in words what a training looks like at its end, from its validation loss alone.

    Single epochs go up and down by chance: only three in a row count.

    Parameters
    ----------
    table : pandas.DataFrame
        History as `training.history_table` gives it, with `val_loss`.

    Returns
    -------
    str
        A sentence.
    """
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


@validation.checked(histories=validation.a(dict))
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
        remedy = "Train with validation_data=(images, labels) and metrics=['accuracy']."
        raise CourseError("histories with val_loss and val_accuracy", f"{lacking or 'none'}", remedy)
    longest = max(map(len, tables.values()))
    return Explorer(
        lambda **values: draw_overfitting(tables, **values),
        name=choice("training", list(tables)),
        epochs=Slider("stop after", longest, 1, longest, tooltip="The epoch after which training ends."),
    )
