"""Figures that compare settings: activation functions, and results of a search."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.style import BLUE, INK, VERMILION, describe


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
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the table has no such column, or no finite result.
    """
    missing = [column for column in (parameter, value) if column not in table]
    if missing:
        raise CourseError(f"a table with the column {missing[0]!r}", f"{list(table)}", "Choose one of these.")
    if not _is_numeric(table[value]):
        raise CourseError(
            f"numbers in the column {value!r}", "something else", "First what was varied, then what came out."
        )
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
