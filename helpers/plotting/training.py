"""How a training goes: learning curves, gradient descent, and what each idea of a recipe adds."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import MaxNLocator

from helpers import CourseError, validation
from helpers.histories import history_table
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALETTE, describe, minus, shorten

MARKERS = "os^DvPX"
DASHES = ("-", "--", "-.", ":")


def learning_curves(history, metric="accuracy"):
    """Draw loss and a metric over the epochs, for training and validation.

    Parameters
    ----------
    history : keras.callbacks.History, dict or pandas.DataFrame
        Columns as Keras names them: `loss`, `accuracy`, and `val_loss`, `val_accuracy` where there is
        validation data.
    metric : str
        The column beside the loss; "accuracy" also finds Keras's longer names, `categorical_accuracy` and
        `sparse_categorical_accuracy`, and where there is none the first other metric.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        Loss on the left, metric on the right.
    """
    table = history_table(history)
    columns = _find_column(table, "loss"), _metric(table, metric).removeprefix("val_")
    axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained", gridspec_kw={"wspace": 0.08})[1]
    found = [_curve_pair(ax, table, column) for ax, column in zip(axes, columns, strict=True)]
    epochs = f"{len(table)} epoch{'s' if len(table) > 1 else ''}"
    return describe(axes, f"Learning curves over {epochs}. {' '.join(found)}")


def _curve_pair(ax, table, column):
    """Draw one column for training and validation; say in words how it went."""
    name = column.replace("sparse_", "").replace("categorical_", "").replace("_", " ").capitalize()
    lines = {"training": (column, BLUE, "o-"), "validation": (f"val_{column}", ORANGE, "s--")}
    lines = {label: line for label, line in lines.items() if line[0] in table}
    measured = {label: _measured(table, key) for label, (key, *_) in lines.items()}
    for label, (_, color, style) in lines.items():
        _draw_line(ax, measured[label], style, color)
    _name_line_ends(ax, measured)
    ax.set_title(shorten(name, 40))
    _count_epochs(ax, len(table))
    went = [
        f"{label} from {_in_words(values.iloc[0])} to {_in_words(values.iloc[-1])}"
        for label, values in measured.items()
    ]
    return f"{name}: {', '.join(went)}."


def _measured(table, key):
    """Leave out epochs without validation: of those, what was measured in training is a number."""
    values = table[key]
    trained = table.get(key.removeprefix("val_"), values)
    some = values[values.notna() | trained.isna()]
    return some if len(some) else values


def _metric(table, name):
    """Find the column of a metric; where nobody asked for another, the first that is not the loss."""
    others = [column for column in table if column.removeprefix("val_") not in ("loss", "learning_rate")]
    accuracies = [column for column in others if "accuracy" in column]
    return others[0] if name == "accuracy" and others and not accuracies else _find_column(table, name)


def compare_histories(histories, column="val_accuracy"):
    """Draw one column of several histories in one chart, each with its own colour, marker and dashes.

    Parameters
    ----------
    histories : dict of str to history
        A name for each history; histories as `learning_curves` takes them.
    column : str
        Which column to compare.
    """
    validation.of_type(histories, dict, "histories by name", 'Write {"intro": history, ...}.')
    if not 1 <= len(histories) <= len(PALETTE):
        raise CourseError(f"1 to {len(PALETTE)} histories", len(histories), "Choose the ones that matter.")
    tables = {name: history_table(history) for name, history in histories.items()}
    series = {name: _measured(table, _find_column(table, column)) for name, table in tables.items()}
    ax = plt.subplots(figsize=(7, 4.2), layout="constrained")[1]
    for number, values in enumerate(series.values()):
        _draw_line(ax, values, MARKERS[number] + DASHES[number % len(DASHES)], PALETTE[number])
    _name_line_ends(ax, series)
    longest = max(values.index[-1] for values in series.values())
    words = column.replace("val_", "validation ").replace("_", " ")
    ax.set_ylabel(words.capitalize())
    _count_epochs(ax, longest)
    ends = ", ".join(f"{name} {_in_words(values.iloc[-1])}" for name, values in series.items())
    return describe(ax, f"Curves of {words} over up to {longest} epochs. At the end: {ends}.")


def _draw_line(ax, values, style, color):
    """Draw one line; of a long one not every epoch gets a marker."""
    every = 1 + len(values) // 25
    ax.plot(values.index, values, style, color=color, markevery=every, mec=INK, mew=0.6)


def _name_line_ends(ax, series):
    """Write each line's name to the right of its last point, moved apart where they would touch."""
    finite = {name: values[np.isfinite(values)] for name, values in series.items()}
    points = {name: (values.index[-1], values.iloc[-1]) for name, values in finite.items() if len(values)}
    order = sorted(points, key=lambda name: points[name][1])
    low, high = ax.get_ylim()
    heights = [(points[name][1] - low) / (high - low) for name in order]
    line_of_text = 18 / 72 * ax.figure.dpi / ax.bbox.height
    places = np.array(heights)
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + line_of_text)
    if order:  # centred on the line ends, but inside the axes
        wanted = np.mean(heights) - np.mean(places)
        places += np.clip(wanted, -places[0], max(1 - places[-1], -places[0]))
    last = max((epoch for epoch, _ in points.values()), default=0)
    for name, place in zip(order, places, strict=True):  # a long way to a name must not look like a curve
        ax.annotate(
            shorten(name), points[name], (1.04, place), textcoords="axes fraction", va="center", size=12,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GRAY, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 4,
                "relpos": (0, 0.5), "linestyle": ":" if points[name][0] < last else "-"},
        )  # fmt: skip


def _count_epochs(ax, last):
    """Let the axis reach from epoch 1 to the last one, with ticks at whole epochs."""
    ticks = MaxNLocator(10, integer=True, steps=(1, 2, 5, 10)).tick_values(1, last)
    margin = 0.05 * (last - 1) or 0.5
    ax.set(xlabel="Epoch", xlim=(1 - margin, last + margin), xticks=ticks[(ticks >= 1) & (ticks <= last)])
    ax.grid(axis="y")


def _in_words(value):
    return f"{value:.2f}" if np.isfinite(value) else "no finite number"


def _find_column(table, name):
    """Find a column of a history, also where Keras calls accuracy `categorical_accuracy`."""
    validation.of_type(name, str, "the name of a column", 'Write "loss", say.')
    start, base = ("val_", name[4:]) if name.startswith("val_") else ("", name)
    for candidate in (base, f"categorical_{base}", f"sparse_categorical_{base}"):
        if start + candidate in table:
            return start + candidate
    expected = f"a history with a column {name!r}"
    raise CourseError(expected, f"the columns {list(table)}", "Choose one of these.")


@validation.checked(rates=validation.several(validation.within(1e-9, 1000)))
def learning_rates(rates=(0.03, 0.3, 0.95)):
    """Draw gradient descent on the loss J(w) = (1 - w)² with up to 6 learning rates side by side.

    The usual ones are too small, good and too large.
    """
    if not 1 <= len(rates) <= 6:
        raise CourseError("1 to 6 learning rates", f"{len(rates)}", "Draw the others in another figure.")
    layout = {"figsize": (8.4, 3.3), "sharey": True, "layout": "constrained", "squeeze": False}
    axes = plt.subplots(1, len(rates), **layout)[1][0]
    for ax, rate in zip(axes, rates, strict=True):
        gradient_descent(rate, ax=ax)
        ax.label_outer()
    found = ", ".join(f"{rate:g} {_verdict(descend(rate))}" for rate in rates)
    return describe(
        axes, f"Gradient descent on the same curve with {len(rates)} learning rates: {found}.", formulas=True
    )


def gradient_descent(rate, start=-1.0, steps=12, ax=None):
    """Draw the steps of gradient descent on the loss J(w) = (1 - w)² from a weight between -1.8 and 3.8."""
    weights = descend(rate, start, steps)
    verdict = _verdict(weights)
    ax = ax or plt.subplots(figsize=(5, 3.8), layout="constrained")[1]
    w = np.linspace(-2, 4, 200)
    ax.plot(w, (1 - w) ** 2, color=GRAY)
    ax.plot(weights, (1 - weights) ** 2, "o--", color=BLUE, mec="white", linewidth=1.3, markersize=8)
    ax.plot(weights[0], (1 - weights[0]) ** 2, "s", color=ORANGE, mec=INK, markersize=10)
    ax.set(xlim=(-2, 4), ylim=(-0.4, 9), xticks=(-1, 1, 3), xlabel="weight $w$", ylabel="loss $J$")
    ax.set_title(f"R = {rate:g}: {verdict}")
    text = f"Gradient descent on a curve with its lowest point at w = 1. Learning rate {rate:g} from "
    return describe(
        ax, f"{text}w = {start:g}: {verdict}; after {steps} steps w = {weights[-1]:.3g}.", formulas=True
    )


def descend(rate, start=-1.0, steps=12):
    """Return the weights of gradient descent on J(w) = (1 - w)², shape (steps + 1,)."""
    # Each step multiplies the distance to the lowest point, w = 1, by 1 - 2 * rate.
    return 1 + (start - 1) * (1.0 - 2 * rate) ** np.arange(steps + 1)


def _verdict(weights):
    """Say in two words how the way to the lowest point went."""
    distance = np.abs(1 - weights)
    if distance[-1] > distance[0] * 1.001:
        return "diverges"
    if distance[-1] < 0.05 * max(distance[0], 0.01):
        return "converges"
    return "oscillates" if (weights[1] - 1) * (weights[0] - 1) < 0 else "too slow"


RUNGS = ("rung", "over", "accuracy", "low", "high", "gain", "gain_low", "gain_high", "cpu_seconds")


@validation.checked(table=validation.table(*RUNGS))
def plot_ablation(table):
    """Draw the accuracy of each rung with its interval, the first one at the bottom, and what it gained.

    The table is `training.load_history("ladder")`: one row a rung, accuracies and gains as fractions, with
    95% intervals, and the processor's seconds for the training.
    """
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
        ax.annotate(f"{row.cpu_seconds / 60:.0f} min", (1.38, place), **text)
    for column, title in ((1.16, "gain"), (1.38, "training")):
        ax.annotate(title, (column, 1.01), xycoords="axes fraction", ha="right", va="bottom", size=12)
