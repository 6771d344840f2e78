"""How good predictions are: intervals of an accuracy, confusions, mistakes, calibration."""

from numbers import Integral

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.data import CLASS_NAMES
from helpers.plotting.images import show_images, text_color
from helpers.plotting.names import printable, shorten
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALE_BLUE, describe, percent


def accuracy_intervals(accuracy, sizes=(100, 2000, 10_000), ax=None):
    """Draw the 95 % interval of an accuracy measured on test sets of several sizes.

    Parameters
    ----------
    accuracy : float in 0..1
        The measured accuracy, the same for all sizes.
    sizes : sequence of int
        Numbers of test images.

    Returns
    -------
    matplotlib.axes.Axes
        Intervals as `evaluation.accuracy_interval` computes them.
    """
    from helpers import evaluation  # here, because scikit-learn takes longer to import than all the rest

    accuracy = validation.within()(accuracy, "accuracy")
    sizes = np.ravel(validation.as_array(sizes, "sizes", "uif")).tolist()
    sizes = [validation.count(0, 10**12)(int(validation.within()(n, "size")), "size") for n in sizes]
    if not (0 <= accuracy <= 1 and sizes and min(sizes) >= 1):
        got = f"accuracy {accuracy} and sizes {sizes}"
        raise CourseError("an accuracy in 0..1 and sizes of 1 or more", got, "70 % is 0.7.")
    intervals = [evaluation.accuracy_interval(round(accuracy * n), n) for n in sizes]
    ranges = [f"{low:.3f} to {high:.3f}" for low, high in intervals]
    ax = ax or plt.subplots(figsize=(7, 0.7 * len(sizes) + 1.1), layout="constrained")[1]
    for row, (low, high) in enumerate(intervals):
        ax.plot([low, high], [row, row], "|-", color=BLUE, linewidth=3, markersize=16, markeredgewidth=3)
        ax.plot(accuracy, row, "o", color=ORANGE, mec=INK, markersize=9)
        ax.annotate(ranges[row], (high, row), (8, 0), textcoords="offset points", va="center", size=12)
    ax.set_yticks(range(len(sizes)), [f"{n:,} images" for n in sizes])
    low, high = min(low for low, _ in intervals), max(high for _, high in intervals)
    room = high - low
    ax.set(ylim=(len(sizes) - 0.5, -0.5), xlim=(low - 0.1 * room, high + 0.45 * room), xlabel="Accuracy")
    ax.grid(axis="x")
    found = "; ".join(f"{n:,} images: {between}" for n, between in zip(sizes, ranges, strict=True))
    text = f"The 95 % interval of a measured accuracy of {accuracy:g}. {found}."
    return describe(ax, f"{text} The more images, the narrower.")


def confusion_heatmap(matrix, class_names, ax=None):
    """Draw a confusion matrix as a heatmap with its counts.

    Parameters
    ----------
    matrix : array of int, shape (n_classes, n_classes)
        Rows are true classes, columns predicted ones, as scikit-learn's `confusion_matrix` gives it.
    class_names : sequence of str, length n_classes
        Names in the order of rows and columns.
    """
    import seaborn as sns  # here, because it takes longer to import than all the rest

    names = validation.as_names(class_names)
    matrix = validation.as_array(matrix, f"a matrix of {len(names)} x {len(names)} counts")
    if matrix.shape != (len(names), len(names)):
        expected = f"a matrix of {len(names)} x {len(names)} counts, one row and column for each class name"
        remedy = "Use confusion_matrix(true, predicted) with whole-number labels."
        raise CourseError(expected, f"shape {matrix.shape}", remedy)
    if not np.issubdtype(matrix.dtype, np.number) or not (matrix >= 0).all() or not matrix.sum():
        raise CourseError("counts of 0 or more, not all 0", "other values", "Count images first.")
    side, names = 0.6 * len(names), [shorten(printable(name), 32) for name in names]
    room = 0.11 * max(0, *(len(name) - 10 for name in names))  # a longer name needs more of it
    ax = ax or plt.subplots(figsize=(side + 1.9 + room, side + 1.3 + room), layout="constrained")[1]
    form = "d" if np.issubdtype(matrix.dtype, np.integer) else ".2f"
    stand_ins = [name.replace("$", "S") for name in names]  # seaborn would read formulas
    sns.heatmap(
        matrix, annot=True, fmt=form, cmap="Blues", cbar=False, square=True, linewidths=1,
        xticklabels=stand_ins, yticklabels=stand_ins, annot_kws={"size": 12}, ax=ax,
    )  # fmt: skip
    ax.set(xlabel="Predicted class", ylabel="True class")
    ax.tick_params(length=0)
    ax.set_yticks(ax.get_yticks(), names, rotation=0)
    ax.set_xticks(ax.get_xticks(), names, rotation=40, ha="right", rotation_mode="anchor")
    for count, color in zip(ax.texts[-matrix.size :], ax.collections[-1].get_facecolors(), strict=True):
        count.set_color(text_color(color[:3]))
    return describe(ax, _confusion_in_words(matrix, names))


def _confusion_in_words(matrix, names):
    share = np.trace(matrix) / matrix.sum()
    text = f"Confusion matrix of {len(names)} classes: {share:.0%} on the diagonal (right)."
    wrong = matrix * (1 - np.eye(len(names)))
    if not wrong.any():
        return text + " No class is confused with another."
    true, predicted = np.unravel_index(wrong.argmax(), wrong.shape)
    return f"{text} Most confused: {names[true]} taken for {names[predicted]} ({matrix[true, predicted]:g})."


def plot_mistakes(predictions, n=10, class_names=CLASS_NAMES):
    """Show the wrong predictions that the model was most sure of, with true and predicted class.

    Parameters
    ----------
    predictions : Predictions
        What `evaluation.predict` returned.
    n : int, default 10
        How many; fewer if there are fewer mistakes.
    class_names : sequence of str, optional
        Names of the classes; those of CIFAR-10 if not given.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (rows, 5)
    """
    from helpers import evaluation

    if not isinstance(n, Integral) or n < 1:
        got = f"n={validation.shown(n)}"
        raise CourseError("a number of images, 1 or more", got, "Pass names as class_names=....")
    worst = evaluation.most_confident_mistakes(predictions, n)
    if not len(worst):
        raise CourseError("at least one wrong prediction", "none", "All images were classified correctly.")
    class_names = validation.as_names(class_names, worst.probabilities.shape[1])
    answers = [
        (shorten(class_names[true], 16), shorten(class_names[predicted], 16), percent(sure))
        for true, predicted, sure in zip(worst.labels, worst.predicted, worst.confidence, strict=True)
    ]
    titles = [f"true: {true}\n{predicted}? {sure}" for true, predicted, sure in answers]
    axes = show_images(worst.images, titles, columns=5, size=1.75)
    found = ", ".join(f"{true} taken for {predicted} ({sure})" for true, predicted, sure in answers)
    return describe(axes, f"The {len(worst)} surest mistakes, with their probabilities: {found}.")


@validation.checked(
    table=validation.table("low", "high", "images", "accuracy", "confidence"), error=validation.NUMBER
)
def calibration_plot(table, ax=None, error=None):
    """Draw how often the model was right against how sure it was, and how often it was that sure.

    Parameters
    ----------
    table : pandas.DataFrame
        What `evaluation.calibration` returned.
    ax : array of matplotlib.axes.Axes, shape (2,), optional
        Where to draw, diagram and bars; made if left out.
    error : float, optional
        Expected calibration error, for the title.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        Each share has its 95 % interval: that of few images is mostly luck.
    """
    filled = table[table.images > 0]
    if not len(filled):
        raise CourseError("a table with at least one image", "none", "Predict the test images first.")
    if ax is None:
        ax = plt.subplots(2, 1, figsize=(5, 5.6), sharex=True, height_ratios=(3, 1), layout="constrained")[1]
    elif np.size(ax) != 2:
        raise CourseError("two axes, for diagram and bars", f"{np.size(ax)}", "Use plt.subplots(2, 1).")
    _reliability(ax[0], filled)
    if error is not None:
        ax[0].set_title(f"Expected calibration error {error:.3f}")
    middle = (table.low + table.high) / 2
    ax[1].bar(middle, table.images, width=(table.high - table.low) * 0.9, color=PALE_BLUE, edgecolor=BLUE)
    ax[1].set(xlabel="Probability of the predicted class", ylabel="Images")
    text = f"Share of right answers against the network's probability, in {len(filled)} bins: "
    return describe(ax, f"{text}{_verdict(filled)}. Below, the number of images in each bin.")


def _reliability(ax, filled):
    """Draw the diagonal, and the share of right answers in each bin with its interval."""
    from helpers import evaluation

    ax.plot([0, 1], [0, 1], "--", color=GRAY)
    ax.text(0.015, 0.05, "calibrated", rotation=45, rotation_mode="anchor", color=GRAY, size=12)
    ax.text(0.97, 0.04, "too sure\n(overconfident)", ha="right", color=GRAY, size=12)
    ax.text(0.03, 0.96, "not sure enough\n(underconfident)", va="top", color=GRAY, size=12)
    for row in filled.itertuples():
        interval = evaluation.accuracy_interval(round(row.accuracy * row.images), row.images)
        ax.plot([row.confidence] * 2, interval, color=BLUE, linewidth=1.3)
    ax.plot(filled.confidence, filled.accuracy, "o-", color=BLUE, mec=INK, markersize=8)
    ax.set(xlim=(0, 1), ylim=(0, 1), ylabel="Share of right answers\nwith its 95 % interval")


def _verdict(filled):
    """Say whether the model is too sure; gaps of both kinds must not cancel out unseen."""
    share = filled.images / filled.images.sum()
    gaps = (filled.confidence - filled.accuracy) * share
    mean, size = gaps.sum(), gaps.abs().sum()
    if size < 0.05:
        verdict = "close to the diagonal"
    elif abs(mean) < size / 2:
        verdict = "too sure in some bins, not sure enough in others"
    else:
        verdict = "too sure (overconfident)" if mean > 0 else "not sure enough (underconfident)"
    return f"{verdict} (mean probability minus accuracy {mean:+.2f})"
