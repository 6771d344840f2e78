"""What each idea adds: the ladder of the example "From 67 % to 94 %"."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError
from helpers.figures.style import BLUE, GREY, INK, ORANGE, describe, minus

COLUMNS = ("rung", "accuracy", "low", "high", "gain", "gain_low", "gain_high", "cpu_seconds_per_epoch")


def check_ladder(table):
    """Return the table if it holds what `ladder` draws, one row a rung, or say what is missing."""
    missing = [column for column in COLUMNS if column not in table]
    if missing or not len(table):
        raise CourseError(
            f"a table with the columns {', '.join(COLUMNS)} and a row for each rung",
            f"no {missing[0]}" if missing else "no row",
            'Read the shipped one: load_history("ladder").',
        )
    return table


def ladder(table, ax=None):
    """Draw the accuracy of each rung with its interval, the first one at the bottom, and what it gained.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a rung, as `training.load_history("ladder")` gives it: accuracies and gains as fractions, with
        95 % intervals, and the processor's seconds for an epoch.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If a column is missing or there is no row.
    """
    check_ladder(table)
    ax = ax or plt.subplots(figsize=(9, 0.42 * len(table) + 1.2), layout="constrained")[1]
    places = np.arange(len(table))
    spread = np.abs(table[["low", "high"]].to_numpy().T - table.accuracy.to_numpy())
    ax.plot(table.accuracy, places, color=GREY, linewidth=1)
    ax.errorbar(table.accuracy, places, xerr=spread, fmt="o", color=BLUE, mec=INK, capsize=3, elinewidth=2)
    names = [f"+ {name}" if place else name for place, name in enumerate(table.rung)]
    ax.set_yticks(places, names)
    for place, row in enumerate(table.itertuples()):
        sure = row.gain_low > 0 or row.gain_high < 0
        words = minus(f"{100 * row.gain:+.1f}") if place else ""
        ax.annotate(words, (1.02, place), xycoords=("axes fraction", "data"), va="center",
                    weight="bold" if sure else "normal", color=INK if sure else GREY)  # fmt: skip
        ax.annotate(f"{row.cpu_seconds_per_epoch:.0f} s", (1.2, place), xycoords=("axes fraction", "data"),
                    va="center", ha="right")  # fmt: skip
    for column, title in ((1.02, "gain"), (1.2, "an epoch")):
        ax.annotate(title, (column, 1.01), xycoords="axes fraction", ha="right" if column > 1.1 else "left",
                    va="bottom", size=12)  # fmt: skip
    ax.set(xlabel="accuracy on the validation set", ylim=(-0.6, len(table) - 0.4))
    ax.grid(axis="x")
    first, last = table.iloc[0], table.iloc[-1]
    best = table.iloc[1:].sort_values("gain").iloc[-1] if len(table) > 1 else first
    return describe(
        ax,
        f"A ladder of {len(table)} rungs, from {first.rung} with an accuracy of {first.accuracy:.3f} to "
        f"{last.rung} with {last.accuracy:.3f}. The largest gain, {best.gain:+.3f}, comes from {best.rung}.",
    )


def compare_rungs(table, curves, first, second):
    """Draw how two rungs learn, epoch by epoch, and say how they differ in accuracy and time.

    Parameters
    ----------
    table : pandas.DataFrame
        As in `ladder`.
    curves : pandas.DataFrame
        Columns rung, epoch and accuracy: that of the training pictures while they were learned from.
    first, second : str
        Names of rungs.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = check_ladder(table).set_index("rung")
    unknown = [name for name in (first, second) if name not in rows.index]
    if unknown:
        raise CourseError(f"rungs among {', '.join(rows.index)}", repr(unknown[0]), "Choose two of these.")
    ax = plt.subplots(figsize=(8.4, 4.2), layout="constrained")[1]
    for name, colour, style in ((first, BLUE, "o-"), (second, ORANGE, "s--")):
        learned = curves[curves.rung == name]
        ax.plot(learned.epoch, learned.accuracy, style, color=colour, mec=INK, label=f"{name}, training")
        ring = {"color": "none", "mec": colour, "mew": 2.5, "markersize": 12}
        end = learned.epoch.max() + 0.25
        ax.plot(end, rows.accuracy[name], style[0], **ring, label=f"{name}, validation")
    gain = rows.accuracy[second] - rows.accuracy[first]
    times = rows.cpu_seconds_per_epoch[second] / rows.cpu_seconds_per_epoch[first]
    words = minus(f"{second} against {first}: {100 * gain:+.1f} points, {times:.1f} times the time")
    ax.set(xlabel="Epoch", ylabel="Accuracy", ylim=(0.3, 1))
    ax.set_xticks(sorted(curves.epoch.unique()))
    ax.set_title(words, size=13)
    ax.legend(loc="lower right")
    ax.grid(axis="y")
    return describe(ax, f"Accuracy by epoch of two trainings. {words}.")
