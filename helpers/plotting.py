"""Charts of probabilities, learning curves and confusion matrices, beside those of `helpers.pictures`.

Every function takes axes or makes its own, returns them, and describes them in words (alt text).
"""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.ticker import MaxNLocator

from helpers import CourseError
from helpers.pictures import channels, check_picture, feature_maps, pixel_grid, show_picture, show_pictures
from helpers.style import BLUE, GREY, INK, ORANGE, PALE_BLUE, PALETTE, alt_text, describe

__all__ = [
    "alt_text",
    "channels",
    "compare_histories",
    "confusion_heatmap",
    "describe",
    "feature_maps",
    "learning_curves",
    "pixel_grid",
    "prediction",
    "probability_bars",
    "show_picture",
    "show_pictures",
]

MARKERS = "os^DvPX"
DASHES = ("-", "--", "-.", ":")


def probability_bars(probabilities, class_names, true_class=None, ax=None):
    """Draw the probability of each class as a horizontal bar, the highest one hatched and in bold.

    Parameters
    ----------
    probabilities : array of float, shape (n_classes,)
        One probability a class, 0..1, adding up to 1.
    class_names : sequence of str, length n_classes
        Names in the order of the probabilities.
    true_class : int or str, optional
        The right answer, marked with "(true)".
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the numbers are no probabilities, or there is not one for each name.
    """
    probabilities = check_probabilities(probabilities, class_names)
    true_index = None if true_class is None else class_index(true_class, class_names)
    winner, places = int(probabilities.argmax()), np.arange(len(class_names))
    ax = ax or plt.subplots(figsize=(5.5, 0.38 * len(places) + 0.9), layout="constrained")[1]
    bars = ax.barh(places, probabilities, height=0.72, facecolor=PALE_BLUE, edgecolor=BLUE)
    bars[winner].set(facecolor=ORANGE, edgecolor=INK, hatch="//")
    names = [f"{name} (true)" if place == true_index else name for place, name in enumerate(class_names)]
    ax.set_yticks(places, names)
    ax.set(
        xlim=(0, 1.22), ylim=(len(places) - 0.4, -0.6), xlabel="Probability", xticks=(0, 0.25, 0.5, 0.75, 1)
    )
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    for place, value in enumerate(probabilities):
        weight = "bold" if place == winner else "normal"
        ax.text(value + 0.02, place, f"{value:.1%}", va="center", size=12, weight=weight)
        ax.get_yticklabels()[place].set_weight(weight)
    truth = "" if true_index is None else f"; the true class is {class_names[true_index]}"
    return describe(ax, f"Bars of {len(places)} probabilities: {class_names[winner]} is highest with "
                        f"{probabilities[winner]:.1%}{truth}.")  # fmt: skip


def prediction(image, probabilities, class_names, true_class):
    """Show a picture beside its probabilities, with true and predicted class in the title.

    Parameters
    ----------
    image : array, shape (H, W) or (H, W, 3)
        The picture, uint8 or float 0..1.
    probabilities : array of float, shape (n_classes,)
        What the network answered.
    class_names : sequence of str, length n_classes
        Names in the order of the probabilities.
    true_class : int or str
        The right answer.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        The picture's axes and those of the bars.
    """
    image, probabilities = check_picture(image), check_probabilities(probabilities, class_names)
    true_name = class_names[class_index(true_class, class_names)]
    predicted = class_names[int(probabilities.argmax())]
    height = max(3.2, 0.36 * len(class_names) + 1.1)
    figure, axes = plt.subplots(
        1, 2, figsize=(8, height), width_ratios=(1, 1.35), layout="constrained", gridspec_kw={"wspace": 0.06}
    )
    show_picture(image, ax=axes[0])
    probability_bars(probabilities, class_names, true_class, ax=axes[1])
    sign = "✓" if predicted == true_name else "✗"
    figure.suptitle(f"True class: {true_name}    Predicted: {predicted} {sign}", size=15)
    verdict = "right" if predicted == true_name else "wrong"
    return describe(axes, f"A picture of class {true_name} beside its probabilities: predicted {predicted} "
                          f"with {probabilities.max():.1%}, which is {verdict}.")  # fmt: skip


def learning_curves(history, metric="accuracy", axes=None):
    """Draw loss and a metric over the epochs, for training and validation.

    Parameters
    ----------
    history : keras.callbacks.History, dict or pandas.DataFrame
        Columns as Keras names them: `loss`, `accuracy`, and `val_loss`, `val_accuracy` where there is
        validation data.
    metric : str
        The column beside the loss; "accuracy" also finds Keras's longer names, `categorical_accuracy` and
        `sparse_categorical_accuracy`.
    axes : array of matplotlib.axes.Axes, shape (2,), optional
        Where to draw; made if left out.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        Loss on the left, metric on the right.

    Raises
    ------
    CourseError
        If the history is empty or has no such column.
    """
    table = history_table(history)
    metric = find_column(table, metric)
    if axes is None:
        axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained", gridspec_kw={"wspace": 0.08})[1]
    found = [_curve_pair(ax, table, column) for ax, column in zip(axes, ("loss", metric), strict=True)]
    return describe(axes, f"Learning curves over {_epochs(table)}. " + " ".join(found))


def _curve_pair(ax, table, column):
    """Draw one column for training and validation; say in words how it went."""
    name = column.replace("sparse_", "").replace("categorical_", "").replace("_", " ").capitalize()
    lines = {"training": (column, BLUE, "o-"), "validation": (f"val_{column}", ORANGE, "s--")}
    lines = {label: line for label, line in lines.items() if line[0] in table}
    for key, colour, style in lines.values():
        ax.plot(table.index, table[key], style, color=colour, markeredgecolor=INK, markeredgewidth=0.6)
    ends = {label: table[key].iloc[-1] for label, (key, *_) in lines.items()}
    _name_line_ends(ax, table.index[-1], ends)
    ax.set(title=name, xlabel="Epoch")
    _count_epochs(ax)
    went = [
        f"{label} from {table[key].iloc[0]:.2f} to {ends[label]:.2f}" for label, (key, *_) in lines.items()
    ]
    return f"{name}: {', '.join(went)}."


def compare_histories(histories, column="val_accuracy", ax=None):
    """Draw one column of several histories in one chart, each with its own colour, marker and dashes.

    Parameters
    ----------
    histories : dict of str to history
        A name for each history; histories as `learning_curves` takes them.
    column : str
        Which column to compare.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If there is nothing to compare, or more than can be told apart.
    """
    if not 1 <= len(histories) <= len(PALETTE):
        raise CourseError(f"1 to {len(PALETTE)} histories", len(histories), "Choose the ones that matter.")
    tables = {name: history_table(history) for name, history in histories.items()}
    series = {name: table[find_column(table, column)] for name, table in tables.items()}
    ax = ax or plt.subplots(figsize=(7, 4.2), layout="constrained")[1]
    for number, values in enumerate(series.values()):
        style = {
            "marker": MARKERS[number],
            "linestyle": DASHES[number % len(DASHES)],
            "color": PALETTE[number],
        }
        ax.plot(values.index, values, **style, markeredgecolor=INK, markeredgewidth=0.6)
    longest = max(values.index[-1] for values in series.values())
    _name_line_ends(ax, longest, {name: values.iloc[-1] for name, values in series.items()})
    words = column.replace("val_", "validation ").replace("_", " ")
    ax.set(xlabel="Epoch", ylabel=words.capitalize())
    _count_epochs(ax)
    ends = ", ".join(f"{name} {values.iloc[-1]:.2f}" for name, values in series.items())
    return describe(ax, f"Curves of {words} over up to {longest} epochs. At the end: {ends}.")


def confusion_heatmap(matrix, class_names, ax=None):
    """Draw a confusion matrix as a heatmap with its counts.

    Parameters
    ----------
    matrix : array of int, shape (n_classes, n_classes)
        Rows are true classes, columns predicted ones, as scikit-learn's `confusion_matrix` gives it.
    class_names : sequence of str, length n_classes
        Names in the order of rows and columns.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the matrix is not square, has negative counts or does not fit the names.
    """
    matrix, names = np.asarray(matrix), list(class_names)
    if matrix.shape != (len(names), len(names)):
        raise CourseError(
            f"a matrix of {len(names)} x {len(names)} counts, one row and column for each class name",
            f"shape {matrix.shape}",
            "Use confusion_matrix(true, predicted) with whole-number labels.",
        )
    if not np.issubdtype(matrix.dtype, np.number) or (matrix < 0).any() or not matrix.sum():
        raise CourseError("counts of 0 or more, not all 0", "other values", "Count pictures first.")
    ax = ax or plt.subplots(figsize=(8, 6.8), layout="constrained")[1]
    form = "d" if np.issubdtype(matrix.dtype, np.integer) else ".2f"
    sns.heatmap(
        matrix, annot=True, fmt=form, cmap="Blues", cbar=False, square=True, linewidths=1,
        xticklabels=names, yticklabels=names, annot_kws={"size": 12}, ax=ax,
    )  # fmt: skip
    ax.set(xlabel="Predicted class", ylabel="True class")
    ax.tick_params(length=0)
    ax.set_xticks(ax.get_xticks(), names, rotation=40, ha="right", rotation_mode="anchor")
    return describe(ax, _confusion_in_words(matrix, names))


def _confusion_in_words(matrix, names):
    """The share of right answers, and the most frequent confusion."""
    share = np.trace(matrix) / matrix.sum()
    text = f"Confusion matrix of {len(names)} classes: {share:.0%} on the diagonal (right)."
    wrong = matrix * (1 - np.eye(len(names)))
    if not wrong.any():
        return text + " No class is confused with another."
    true, predicted = np.unravel_index(wrong.argmax(), wrong.shape)
    return f"{text} Most confused: {names[true]} taken for {names[predicted]} ({matrix[true, predicted]:g})."


def _name_line_ends(ax, last, ends, gap=0.085):
    """Write each line's name to the right of its last point, moved apart where they would touch."""
    low, high = ax.get_ylim()
    order = sorted(ends, key=ends.get)
    places = [(ends[name] - low) / (high - low) for name in order]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + gap)
    shift = np.mean(places) - np.mean([(ends[name] - low) / (high - low) for name in order])
    for name, place in zip(order, places, strict=True):
        point, label = (last, ends[name]), (1.04, place - shift)
        ax.annotate(
            name, point, label, textcoords="axes fraction", va="center", size=12, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 4},
        )  # fmt: skip


def _count_epochs(ax):
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.grid(axis="y")


def _epochs(table):
    return f"{len(table)} epoch{'s' if len(table) > 1 else ''}"


def history_table(history):
    """Turn what `fit` returned, or a table read from a file, into a DataFrame with epochs 1, 2, ..."""
    history = getattr(history, "history", history)
    try:
        table = pd.DataFrame(history).select_dtypes("number").reset_index(drop=True)
    except (TypeError, ValueError):
        table = pd.DataFrame()
    if table.empty:
        raise CourseError(
            "a training history with at least one epoch",
            f"{type(history).__name__} without numbers",
            "Pass what model.fit() returns, or its .history.",
        )
    table.index = pd.RangeIndex(1, len(table) + 1, name="epoch")
    return table


def find_column(table, name):
    """Find a column of a history, also where Keras calls accuracy `categorical_accuracy`."""
    start, base = ("val_", name[4:]) if name.startswith("val_") else ("", name)
    for candidate in (base, f"categorical_{base}", f"sparse_categorical_{base}"):
        if start + candidate in table:
            return candidate if not start else start + candidate
    raise CourseError(
        f"a history with a column {name!r}", f"the columns {list(table)}", "Choose one of these."
    )


def check_probabilities(probabilities, class_names):
    """Return probabilities as an array of shape (n_classes,), or explain what is wrong with them."""
    values = np.asarray(probabilities, dtype="float64")
    if values.shape != (len(class_names),):
        raise CourseError(
            f"{len(class_names)} probabilities, one for each class name",
            f"an array of shape {values.shape}",
            "Take one picture's row: probabilities[0].",
        )
    if not ((values >= 0) & (values <= 1)).all() or abs(values.sum() - 1) > 0.01:
        raise CourseError(
            "probabilities between 0 and 1 that add up to 1",
            f"values from {values.min():.3g} to {values.max():.3g} with sum {values.sum():.3g}",
            "Does the network's last layer have activation='softmax'?",
        )
    return values


def class_index(label, class_names):
    """Return the number of a class that is given by name or number."""
    names = list(class_names)
    if isinstance(label, str) and label in names:
        return names.index(label)
    if not isinstance(label, str) and np.size(label) == 1:
        number = np.ravel(label)[0]
        if number == int(number) and 0 <= number < len(names):
            return int(number)
    raise CourseError(
        f"a class name or a whole number from 0 to {len(names) - 1}",
        repr(label),
        "A one-hot row becomes a number with .argmax().",
    )
