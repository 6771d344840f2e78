"""Results of training runs with other settings: searches, and what each idea of a recipe adds."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.style import BLUE, GRAY, INK, VERMILION, describe, minus

RUNGS = ("rung", "over", "accuracy", "low", "high", "gain", "gain_low", "gain_high", "cpu_seconds_per_epoch")


@validation.checked(table=validation.table(), parameter=validation.TEXT, value=validation.TEXT)
def plot_sweep(table, parameter, value="val_loss", ax=None):
    """Draw a result against the hyperparameter that was varied, the best marked.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a training, as `tuning.best_epochs` returns it. Where several trainings share a value of the
        parameter, the line goes through the best of them.
    parameter, value : str
        Columns: what was varied (numbers or names), and what came out. An accuracy is the better the higher,
        everything else the lower.
    """
    missing = [column for column in (parameter, value) if column not in table]
    if missing:
        raise CourseError(f"a table with the column {missing[0]!r}", f"{list(table)}", "Choose one of these.")
    if not _is_numeric(table[value]):
        remedy = "First what was varied, then what came out."
        raise CourseError(f"numbers in the column {value!r}", "something else", remedy)
    table = table[np.isfinite(table[value])]
    if not len(table):
        raise CourseError(f"finite numbers in {value!r}", "none", "Did every training diverge?")
    higher = "accuracy" in value
    given = table[parameter].notna()
    if not given.all():  # settings without it, or with None, are one more name
        table = table.assign(**{parameter: table[parameter].map(_name).where(given, "none")})
    results = table.groupby(parameter)[value].agg("max" if higher else "min")
    if not _is_numeric(results.index):
        results = results.sort_values(ascending=not higher)
    best = results.idxmax() if higher else results.idxmin()
    ax = ax or plt.subplots(figsize=(6, 3.6), layout="constrained")[1]
    _draw_sweep(ax, table[[parameter, value]], results, best, higher)
    words = value.replace("val_", "validation ").replace("_", " ")
    words = f"lowest {words}" if words.endswith("loss") else words
    ax.set(xlabel=parameter.replace("_", " ").capitalize(), ylabel=words.capitalize())
    found = ", ".join(f"{_name(key)}: {result:.3f}" for key, result in results.items())
    return describe(ax, f"{words.capitalize()} for each {parameter}. {found}. Best: {_name(best)}.")


def _draw_sweep(ax, rows, results, best, higher):
    """Draw every training pale, a line through the best of each value, and a ring around the best of all."""
    numbers = _is_numeric(results.index)
    places = {key: key if numbers else place for place, key in enumerate(results.index)}
    ax.plot([places[key] for key in rows.iloc[:, 0]], rows.iloc[:, 1], "o", color=BLUE, alpha=0.3)
    style = "o-" if numbers else "o"
    ax.plot(list(places.values()), results, style, color=BLUE, mec=INK, markersize=8)
    ax.plot(places[best], results[best], "o", color="none", mec=VERMILION, mew=2.5, markersize=18)
    ax.annotate(
        f"best: {best:.3g}" if numbers else "best", (places[best], results[best]), (0, 20 if higher else -20),
        textcoords="offset points", ha="center", va="center", size=13, weight="bold",
    )  # fmt: skip
    ax.margins(x=0.1, y=0.25)  # room for the word
    if numbers and results.index.min() > 0 and results.index.max() >= 50 * results.index.min():
        ax.set_xscale("log")
    if len(places) <= 8:
        ax.set_xticks(list(places.values()), [_name(key) for key in places])
        ax.set_xticks([], minor=True)
    ax.grid(axis="y")


def _name(key):
    return key if isinstance(key, str) else f"{key:g}" if _is_numeric(type(key)) else str(key)


def _is_numeric(kind):
    from pandas.api.types import is_numeric_dtype  # here, because an image needs none of pandas

    return is_numeric_dtype(kind)


@validation.checked(table=validation.table(*RUNGS))
def plot_ablation(table, ax=None):
    """Draw the accuracy of each rung with its interval, the first one at the bottom, and what it gained.

    The table is `training.load_history("ladder")`: one row a rung, accuracies and gains as fractions, with 95
    % intervals, and the processor's seconds for an epoch.
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
