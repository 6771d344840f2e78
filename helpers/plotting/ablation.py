"""What each idea adds: the ladder of the example "From 67 % to 94 %"."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, describe, minus

COLUMNS = (
    "rung",
    "over",
    "accuracy",
    "low",
    "high",
    "gain",
    "gain_low",
    "gain_high",
    "cpu_seconds_per_epoch",
)


@validation.checked(table=validation.table())
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


def plot_ablation(table, ax=None):
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
    if ax is None:
        margins = {"left": 0.38, "right": 0.8, "top": 0.95, "bottom": 0.09}
        ax = plt.subplots(figsize=(9.8, 0.42 * len(table) + 1), gridspec_kw=margins)[1]
    on_top = np.r_[True, table.over.to_numpy()[1:] == table.rung.to_numpy()[:-1]]
    climb, places = table[on_top], np.arange(len(table)) + 0.6 * ~on_top
    ax.plot(climb.accuracy, places[on_top], color=GRAY, linewidth=1)
    spread = np.abs(table[["low", "high"]].to_numpy().T - table.accuracy.to_numpy())
    whiskers = {"linestyle": "none", "color": BLUE, "capsize": 3, "elinewidth": 2}
    ax.errorbar(table.accuracy, places, xerr=spread, **whiskers)
    ax.scatter(table.accuracy, places, s=60, color=np.where(on_top, BLUE, "white"), edgecolors=INK, zorder=3)
    ax.set_yticks(places, [_name(*row) for row in zip(on_top, table.rung, table.over, strict=True)])
    _write_columns(ax, table, places)
    ax.set(xlabel="accuracy on the validation set", ylim=(-0.6, places[-1] + 0.6))
    ax.grid(axis="x")
    first, last, best = climb.iloc[0], climb.iloc[-1], climb.loc[climb.gain.idxmax()]
    return describe(
        ax,
        f"A ladder of {len(climb)} rungs, from {first.rung} with an accuracy of {first.accuracy:.3f} to "
        f"{last.rung} with {last.accuracy:.3f}. The largest gain, {best.gain:.3f}, comes from {best.rung}.",
    )


def _name(on_top, rung, over):
    """Name a row: what is added has a plus, what is tried beside the ladder stands in brackets."""
    if not on_top:
        return f"({over} + {rung})"
    return f"+ {rung}" if isinstance(over, str) else rung


def _write_columns(ax, table, places):
    """Write gain and time of each rung to its right; a gain that may be none is not bold."""
    text = {"xycoords": ("axes fraction", "data"), "va": "center", "ha": "right"}
    for place, row in zip(places, table.itertuples(), strict=True):
        if isinstance(row.over, str):
            weight = "bold" if row.gain_low > 0 or row.gain_high < 0 else "normal"
            ax.annotate(minus(f"{100 * row.gain:+.1f}"), (1.16, place), weight=weight, **text)
        ax.annotate(f"{row.cpu_seconds_per_epoch:.0f} s", (1.38, place), **text)
    for column, title in ((1.16, "gain"), (1.38, "an epoch")):
        ax.annotate(title, (column, 1.01), xycoords="axes fraction", ha="right", va="bottom", size=12)


@validation.checked(
    curves=validation.table("rung", "epoch", "accuracy"), first=validation.TEXT, second=validation.TEXT
)
def compare_rungs(table, curves, first, second):
    """Draw how two rungs learn, epoch by epoch, and say how they differ in accuracy and time.

    Parameters
    ----------
    table : pandas.DataFrame
        As in `ladder`.
    curves : pandas.DataFrame
        Columns rung, epoch and accuracy: that of the training images while they were learned from.
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
    for name, color, style in ((first, BLUE, "o-"), (second, ORANGE, "s--")):
        learned = curves[curves.rung == name]
        ax.plot(learned.epoch, learned.accuracy, style, color=color, mec=INK, label=f"{name}, training")
        ring = {"color": "none", "mec": color, "mew": 2.5, "markersize": 12}
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
