"""Figures of episode 5: how sure an accuracy is, mistakes, calibration, settings compared."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError
from helpers.figures.pictures import show_pictures
from helpers.figures.style import BLUE, GREY, INK, ORANGE, PALE_BLUE, VERMILION, describe

# As Keras's names mean them: the slope of leaky relu, and the constants of selu (Klambauer and others, 2017).
ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def accuracy_intervals(accuracy, sizes=(100, 2000, 10_000), ax=None):
    """Draw the 95 % interval of an accuracy measured on test sets of several sizes.

    Parameters
    ----------
    accuracy : float in 0..1
        The measured accuracy, the same for all sizes.
    sizes : sequence of int
        Numbers of test pictures.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes
        Intervals as `evaluation.accuracy_interval` computes them.
    """
    from helpers import evaluation  # here, because scikit-learn takes longer to import than all the rest

    intervals = [evaluation.accuracy_interval(round(accuracy * n), n) for n in sizes]
    ax = ax or plt.subplots(figsize=(7, 0.7 * len(sizes) + 1.1), layout="constrained")[1]
    for row, (low, high) in enumerate(intervals):
        ax.plot([low, high], [row, row], "|-", color=BLUE, linewidth=3, markersize=16, markeredgewidth=3)
        ax.plot(accuracy, row, "o", color=ORANGE, mec=INK, markersize=9)
        ax.text(high + 0.006, row, f"{low:.3f} to {high:.3f}", va="center", size=12)
    ax.set_yticks(range(len(sizes)), [f"{n:,} pictures" for n in sizes])
    ax.set(ylim=(len(sizes) - 0.5, -0.5), xlabel="Accuracy")
    ax.margins(x=0.2)
    ax.grid(axis="x")
    found = "; ".join(
        f"{n:,} pictures: {low:.3f} to {high:.3f}" for n, (low, high) in zip(sizes, intervals, strict=True)
    )
    return describe(ax, f"The 95 % interval of a measured accuracy of {accuracy:g}. {found}.")


def mistakes(predictions, class_names, n=10):
    """Show the wrong predictions that the model was most sure of, with true and predicted class.

    Parameters
    ----------
    predictions : Predictions
        What `evaluation.predict` returned.
    class_names : sequence of str
        Names of the classes.
    n : int, default 10
        How many.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (rows, 5)

    Raises
    ------
    CourseError
        If there is no mistake to show.
    """
    from helpers import evaluation

    worst = evaluation.most_confident_mistakes(predictions, n)
    if not len(worst):
        raise CourseError("at least one wrong prediction", "none", "All pictures were classified correctly.")
    names = [
        (class_names[true], class_names[predicted])
        for true, predicted in zip(worst.labels, worst.predicted, strict=True)
    ]
    titles = [
        f"true: {true}\n{predicted}? {sure:.0%}"
        for (true, predicted), sure in zip(names, worst.confidence, strict=True)
    ]
    axes = show_pictures(worst.pictures, titles, columns=5, size=1.75)
    found = ", ".join(f"{true} taken for {predicted}" for true, predicted in names)
    return describe(axes, f"The {len(worst)} surest mistakes: {found}.")


def calibration_plot(table, error=None, ax=None):
    """Draw how often the model was right against how sure it was, and how often it was that sure.

    Parameters
    ----------
    table : pandas.DataFrame
        What `evaluation.calibration` returned.
    error : float, optional
        Expected calibration error, for the title.
    ax : array of matplotlib.axes.Axes, shape (2,), optional
        Where to draw; made if left out.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
    """
    if ax is None:
        ax = plt.subplots(2, 1, figsize=(5, 5.6), sharex=True, height_ratios=(3, 1), layout="constrained")[1]
    filled = table[table.pictures > 0]
    ax[0].plot([0, 1], [0, 1], "--", color=GREY)
    ax[0].text(0.015, 0.05, "calibrated", rotation=45, rotation_mode="anchor", color=GREY, size=12)
    ax[0].plot(filled.confidence, filled.accuracy, "o-", color=BLUE, mec=INK, markersize=8)
    ax[0].set(xlim=(0, 1), ylim=(0, 1), ylabel="Share of right answers")
    if error is not None:
        ax[0].set_title(f"Expected calibration error {error:.3f}")
    middle = (table.low + table.high) / 2
    ax[1].bar(middle, table.pictures, width=(table.high - table.low) * 0.9, color=PALE_BLUE, edgecolor=BLUE)
    ax[1].set(xlabel="Probability of the predicted class", ylabel="Pictures")
    gap = float(((filled.confidence - filled.accuracy) * filled.pictures).sum() / filled.pictures.sum())
    verdict = "close to the diagonal" if abs(gap) < 0.03 else "too sure" if gap > 0 else "not sure enough"
    return describe(
        ax,
        f"Share of right answers against the network's probability, in {len(filled)} bins: on the whole "
        f"{verdict} (mean probability minus accuracy {gap:+.2f}). Below, the number of pictures in each bin.",
    )


def activation_curves(names=tuple(ACTIVATIONS)):
    """Draw activation functions side by side.

    Parameters
    ----------
    names : sequence of str
        Some of "relu", "leaky_relu", "selu", "tanh" and "sigmoid".

    Returns
    -------
    array of matplotlib.axes.Axes, shape (len(names),)

    Raises
    ------
    CourseError
        If a name is unknown.
    """
    unknown = [name for name in names if name not in ACTIVATIONS]
    if unknown or not names:
        raise CourseError(f"names among {', '.join(ACTIVATIONS)}", repr(unknown or names), "Choose of these.")
    axes = plt.subplots(
        1, len(names), figsize=(1.9 * len(names) + 0.6, 2.4), sharey=True, squeeze=False, layout="constrained"
    )[1][0]
    x = np.linspace(-3, 3, 121)
    for ax, name in zip(axes, names, strict=True):
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.plot(x, ACTIVATIONS[name](x), color=BLUE, linewidth=3)
        ax.set(title=name.replace("_", " "), xlim=(-3, 3), ylim=(-2, 3.2), xticks=(-2, 0, 2))
    axes[0].set_ylabel("output")
    axes[len(names) // 2].set_xlabel("weighted sum")
    text = "relu is 0 below 0 and a straight line above; tanh and sigmoid are flat at both ends"
    return describe(axes, f"Curves of {', '.join(names)}. {text if set(names) == set(ACTIVATIONS) else ''}")


def parameter_sweep(table, parameter, value="val_loss", ax=None):
    """Draw a result against the hyperparameter that was varied, the best marked.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a training, as `tuning.best_epochs` returns it.
    parameter, value : str
        Columns: what was varied, and what came out, the lower the better.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the table has no such column.
    """
    missing = [column for column in (parameter, value) if column not in table]
    if missing:
        raise CourseError(f"a table with the column {missing[0]!r}", f"{list(table)}", "Choose one of these.")
    ordered = table.sort_values(parameter)
    best = ordered.loc[ordered[value].idxmin()]
    ax = ax or plt.subplots(figsize=(6, 3.6), layout="constrained")[1]
    ax.plot(ordered[parameter], ordered[value], "o-", color=BLUE, mec=INK, markersize=8)
    ax.plot(best[parameter], best[value], "o", color="none", mec=VERMILION, mew=2.5, markersize=18)
    ax.annotate(
        f"best: {best[parameter]:g}", (best[parameter], best[value]), (0, 24), textcoords="offset points",
        ha="center", size=13, weight="bold", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip
    ax.set_xticks(ordered[parameter])
    words = value.replace("val_", "validation ")
    ax.set(xlabel=parameter.replace("_", " ").capitalize(), ylabel=f"Lowest {words}")
    ax.grid(axis="y")
    found = ", ".join(f"{row[parameter]:g}: {row[value]:.3f}" for _, row in ordered.iterrows())
    return describe(ax, f"Lowest {words} for each {parameter}. {found}. Best: {best[parameter]:g}.")
