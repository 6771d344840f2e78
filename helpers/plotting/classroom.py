"""Where a class stands."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import validation
from helpers.plotting.style import BLUE, GRAY, ORANGE, PALE, describe


@validation.checked(table=validation.table("notebook", "passed", "stuck"), n_learners=validation.count(1))
def plot_class(table, n_learners, ax=None):
    """Draw who passed each exercise and who is stuck, one bar an exercise; `classroom.show` has the table."""
    ax = ax or plt.subplots(figsize=(8, 0.3 * len(table) + 1.2), layout="constrained")[1]
    tried, rows = table.passed + table.stuck, np.arange(len(table))
    stripes = {"color": ORANGE, "hatch": "//", "edgecolor": "white"}
    ax.barh(rows, table.passed, color=BLUE, label="passed")
    ax.barh(rows, table.stuck, left=table.passed, label="stuck", **stripes)
    ax.barh(rows, n_learners - tried, left=tried, color=PALE, label="not tried")
    for row in rows[table.stuck > 0]:
        ax.text(n_learners, row, f" {table.stuck.iloc[row]} stuck", va="center", size=11)
    notebooks = table.notebook.to_numpy()
    for row in rows[1:][notebooks[1:] != notebooks[:-1]]:
        ax.axhline(row - 0.5, color=GRAY, linewidth=1)
    ax.set_yticks(rows, table.index)
    ax.set(xlim=(0, n_learners), ylim=(len(table) - 0.5, -0.5), xlabel="learners")
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    worst = table.stuck.idxmax()
    text = f"Bars for {len(table)} exercises: how many of {n_learners} passed, are stuck, or have not tried. "
    return describe(ax, f"{text}Most are stuck at {worst}: {table.stuck[worst]}.")
