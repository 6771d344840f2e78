"""What a classifier of iris flowers answers everywhere in the plane of the two petal measurements."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap

from helpers import CourseError, validation
from helpers.plotting.style import (
    BLUE,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    describe,
)

MEASUREMENTS = ("sepal length", "sepal width", "petal length", "petal width")  # cm, as in the data set
SPECIES_STYLE = ((BLUE, "o", PALE_BLUE), (ORANGE, "s", PALE_ORANGE), (GREEN, "^", PALE_GREEN))
FINE = 120  # points of the grid in each direction


@validation.checked(
    classify=validation.function,
    flowers=validation.numbers(None, 4),
    species=validation.array("ui", 1),
    names=validation.names,
    sepal=validation.numbers(2),
)
def decision_regions(classify, flowers, species, names, sepal=None, ax=None):
    """Draw flowers in the petal plane, and which species a classifier would name at every place of it.

    Parameters
    ----------
    classify : callable
        A Keras model, or scikit-learn's `predict_proba`: measurements in, three probabilities a flower out.
    flowers : array of float, shape (N, 4)
        Measurements in cm, in the order of `MEASUREMENTS`.
    species : array of int, shape (N,)
        0, 1 or 2.
    names : sequence of str, length 3
        Names of the species.
    sepal : (float, float), optional
        Length and width of the sepals for which the regions hold; the means of `flowers` if left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If the flowers do not fit each other, or the classifier answers with something else.
    """
    if species.shape != (len(flowers),) or len(names) != 3:
        found = f"{len(flowers)} flowers, species of shape {species.shape} and {len(names)} names"
        raise CourseError("one species a flower, and three names", found, "Take x_train and y_train.")
    sepal = flowers[:, :2].mean(axis=0) if sepal is None else np.asarray(sepal)
    ax = ax or plt.subplots(figsize=(7, 4.6), layout="constrained")[1]
    lengths, widths = np.meshgrid(np.linspace(0.5, 7.5, FINE), np.linspace(0, 2.8, FINE))
    plane = np.column_stack([np.tile(sepal, (lengths.size, 1)), lengths.ravel(), widths.ravel()])
    answers = probabilities_of(classify, plane).argmax(axis=1).reshape(lengths.shape)
    pale = ListedColormap([style[2] for style in SPECIES_STYLE])
    ax.pcolormesh(lengths, widths, answers, cmap=pale, vmin=0, vmax=2, shading="nearest", rasterized=True)
    ax.contour(lengths, widths, answers, levels=(0.5, 1.5), colors=GRAY, linewidths=1)
    for number, (color, marker, _) in enumerate(SPECIES_STYLE):
        shown = flowers[species == number]
        ax.plot(
            shown[:, 2], shown[:, 3], marker, color=color, markeredgecolor=INK, markeredgewidth=0.6,
            label=names[number],
        )  # fmt: skip
    ax.set(xlim=(0.5, 7.5), ylim=(0, 2.8), xlabel="petal length (cm)", ylabel="petal width (cm)")
    ax.legend(loc="upper left", title="measured flowers")
    wrong = int((probabilities_of(classify, flowers).argmax(axis=1) != species).sum())
    regions = ", ".join(name for number, name in enumerate(names) if (answers == number).any())
    text = (
        f"{len(flowers)} flowers by petal length and width, on regions where a classifier answers "
        f"{regions}, for sepals of {sepal[0]:.1f} x {sepal[1]:.1f} cm. With all four measurements "
        f"{wrong} of these flowers get a wrong answer."
    )
    return describe(ax, text)


def probabilities_of(classify, flowers):
    """Return the probabilities, shape (N, 3), that a classifier computes for flowers of shape (N, 4)."""
    try:
        answer = np.asarray(classify(np.asarray(flowers, dtype="float32")))
    except Exception as error:  # every library fails in its own way
        reason = str(error).strip().splitlines()[0][:100] if str(error) else type(error).__name__
        remedy = "Pass the Keras model, or predict_proba."
        raise CourseError("a classifier of four measurements", f"an error ({reason})", remedy) from None
    if answer.shape != (len(flowers), 3) or not np.allclose(answer.sum(axis=1), 1, atol=1e-3):
        raise CourseError(
            "three probabilities a flower, which add up to 1",
            f"an answer of shape {answer.shape}",
            "Pass the Keras model itself, or a scikit-learn classifier's predict_proba.",
        )
    return answer
