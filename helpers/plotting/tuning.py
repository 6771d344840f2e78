"""What each idea of a recipe adds."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import validation
from helpers.plotting.style import BLUE, GRAY, INK, describe, minus

RUNGS = ("rung", "over", "accuracy", "low", "high", "gain", "gain_low", "gain_high", "cpu_seconds_per_epoch")


@validation.checked(table=validation.table(*RUNGS))
def plot_ablation(table, ax=None):
    """Draw the accuracy of each rung with its interval, the first one at the bottom, and what it gained.

    The table is `training.load_history("ladder")`: one row a rung, accuracies and gains as fractions, with
    95% intervals, and the processor's seconds for an epoch.
    """
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
    ax.set_yticks(places, [_rung_name(*row) for row in zip(on_top, table.rung, table.over, strict=True)])
    _write_columns(ax, table, places)
    ax.set(xlabel="accuracy on the validation set", ylim=(-0.6, places[-1] + 0.6))
    ax.grid(axis="x")
    first, last, best = climb.iloc[0], climb.iloc[-1], climb.loc[climb.gain.idxmax()]
    text = f"A ladder of {len(climb)} rungs, from {first.rung} with an accuracy of {first.accuracy:.3f} to "
    text += f"{last.rung} with {last.accuracy:.3f}. "
    text += f"The largest gain, {best.gain:.3f}, comes from {best.rung}."
    return describe(ax, text)


def _rung_name(on_top, rung, over):
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
