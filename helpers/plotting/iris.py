"""What a classifier of iris flowers answers everywhere in the plane of the two petal measurements."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import ListedColormap

from helpers import CourseError, validation
from helpers.plotting.names import shorten
from helpers.plotting.style import BLUE, GRAY, GREEN, INK, ORANGE, PALE_OF, describe

MEASUREMENTS = ("sepal length", "sepal width", "petal length", "petal width")  # cm, as in the data set
SPECIES_STYLE = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"))
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
    """
    if species.shape != (len(flowers),) or len(names) != 3:
        found = f"{len(flowers)} flowers, species of shape {species.shape} and {len(names)} names"
        raise CourseError("one species a flower, and three names", found, "Take x_train and y_train.")
    sepal = flowers[:, :2].mean(axis=0) if sepal is None else np.asarray(sepal)
    ax = ax or plt.subplots(figsize=(7, 4.6), layout="constrained")[1]
    lengths, widths = np.meshgrid(np.linspace(0.5, 7.5, FINE), np.linspace(0, 2.8, FINE))
    plane = np.column_stack([np.tile(sepal, (lengths.size, 1)), lengths.ravel(), widths.ravel()])
    answers = probabilities_of(classify, plane).argmax(axis=1).reshape(lengths.shape)
    pale = ListedColormap([PALE_OF[color] for color, _ in SPECIES_STYLE])
    ax.pcolormesh(lengths, widths, answers, cmap=pale, vmin=0, vmax=2, shading="nearest", rasterized=True)
    ax.contour(lengths, widths, answers, levels=(0.5, 1.5), colors=GRAY, linewidths=1)
    for number, (color, marker) in enumerate(SPECIES_STYLE):
        petals = flowers[species == number, 2:].T  # lengths, widths
        ax.plot(*petals, marker, color=color, mec=INK, mew=0.6, label=shorten(names[number]))
    ax.set(xlim=(0.5, 7.5), ylim=(0, 2.8), xlabel="petal length (cm)", ylabel="petal width (cm)")
    ax.legend(loc="upper left", title="measured flowers")
    wrong = int((probabilities_of(classify, flowers).argmax(axis=1) != species).sum())
    regions = ", ".join(name for number, name in enumerate(names) if (answers == number).any())
    text = f"{len(flowers)} flowers by petal length and width, on regions where a classifier answers "
    text += f"{regions}, for sepals of {sepal[0]:.1f} x {sepal[1]:.1f} cm. With all four measurements "
    return describe(ax, f"{text}{wrong} of these flowers get a wrong answer.")


def probabilities_of(classify, flowers):
    """Return the probabilities, shape (N, 3), that a classifier computes for flowers of shape (N, 4)."""
    try:
        answer = np.asarray(classify(np.asarray(flowers, dtype="float32")))
    except Exception as error:  # every library fails in its own way
        reason = str(error).strip().splitlines()[0][:100] if str(error) else type(error).__name__
        remedy = "Pass the Keras model, or predict_proba."
        raise CourseError("a classifier of four measurements", f"an error ({reason})", remedy) from None
    if answer.shape != (len(flowers), 3) or not np.allclose(answer.sum(axis=1), 1, atol=1e-3):
        got = f"an answer of shape {answer.shape}"
        remedy = "Pass the Keras model itself, or a scikit-learn classifier's predict_proba."
        raise CourseError("three probabilities a flower, which add up to 1", got, remedy)
    return answer
