"""Explorer of the example "From 67% to 94%": two rungs of the ladder side by side."""

from functools import partial

from matplotlib import pyplot as plt

from helpers import validation
from helpers.explorers.controls import Explorer, choice
from helpers.plotting.style import BLUE, INK, ORANGE, describe, minus
from helpers.plotting.training import RUNGS


@validation.checked(table=validation.table(*RUNGS), curves=validation.table("rung", "epoch", "accuracy"))
def ladder(table, curves):
    """Choose two rungs of the ladder, a table as for `plotting.plot_ablation`, and compare how they learn.

    The curves have columns rung, epoch and accuracy: that of the training images while they were learned
    from.
    """
    best_first = table.sort_values("accuracy", ascending=False)
    lower = choice("lower rung", list(table.rung), "The training that is compared with.")
    upper = choice("upper rung", list(best_first.rung), "The training that is compared.")
    return Explorer(partial(_draw_rungs, table, curves), first=lower, second=upper)


def _draw_rungs(table, curves, first, second):
    """Draw how two rungs learn, epoch by epoch, and say how they differ in accuracy and time."""
    rows = table.set_index("rung")
    ax = plt.subplots(figsize=(8.4, 4.2), layout="constrained")[1]
    for name, color, style in ((first, BLUE, "o-"), (second, ORANGE, "s--")):
        learned = curves[curves.rung == name]
        ax.plot(learned.epoch, learned.accuracy, style, color=color, mec=INK, label=f"{name}, training")
        ring = {"color": "none", "mec": color, "mew": 2.5, "markersize": 12, "label": f"{name}, validation"}
        ax.plot(learned.epoch.max() + 0.25, rows.accuracy[name], style[0], **ring)
    gain = rows.accuracy[second] - rows.accuracy[first]
    times = rows.cpu_seconds[second] / rows.cpu_seconds[first]
    words = minus(f"{second} against {first}: {100 * gain:+.1f} points, {times:.1f} times the time")
    ax.set(xlabel="Epoch", ylabel="Accuracy", ylim=(0.3, 1))
    ax.set_xticks(sorted(curves.epoch.unique()))
    ax.set_title(words, size=13)
    ax.legend(loc="lower right")
    ax.grid(axis="y")
    return describe(ax, f"Accuracy by epoch of two training runs. {words}.")
