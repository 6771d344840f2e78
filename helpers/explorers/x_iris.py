"""Explorer of the iris example: four measurements, and what a classifier answers everywhere around them."""

from functools import partial

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Explorer, Slider
from helpers.plotting.style import BLUE, GRAY, GREEN, INK, ORANGE, PALE_OF, shorten

LIMITS = {  # cm: what occurs in the data set, in its order, rounded
    "sepal length": (4.0, 8.0),
    "sepal width": (2.0, 4.5),
    "petal length": (1.0, 7.0),
    "petal width": (0.1, 2.5),
}
STYLE = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"))
FINE = 120  # points of the grid in each direction


@validation.checked(
    classify=validation.function,
    flowers=validation.numbers(None, 4),
    species=validation.array("ui", 1),
    names=validation.names,
)
def flower(classify, flowers, species, names):
    """Change four measurements of a flower; watch the answer, and where in the petal plane others begin.

    Parameters
    ----------
    classify : callable
        A Keras model, or scikit-learn's `predict_proba`: measurements in, three probabilities a flower out.
    flowers : array of float, shape (N, 4)
        Lengths and widths of sepals and petals in cm, in the order of the data set.
    species : array of int, shape (N,)
        0, 1 or 2.
    names : sequence of str, length 3
        Names of the species.
    """
    if species.shape != (len(flowers),) or len(names) != 3:
        found = f"{len(flowers)} flowers, species of shape {species.shape} and {len(names)} names"
        raise CourseError("one species a flower, and three names", found, "Take x_train and y_train.")
    sliders = {
        name.replace(" ", "_"): Slider(name, round(float(mean), 1), *limits, 0.1)
        for (name, limits), mean in zip(LIMITS.items(), flowers.mean(axis=0), strict=True)
    }
    return Explorer(partial(_draw, classify, flowers, species, names), **sliders)


def _draw(classify, flowers, species, names, **measurements):
    """Draw the probabilities for one flower, and its place in the petal plane of flowers with such sepals."""
    values = list(measurements.values())  # cm
    probabilities = _probabilities(classify, [values])[0]
    layout = {"width_ratios": (1, 1.5), "layout": "constrained", "gridspec_kw": {"wspace": 0.05}}
    axes = plt.subplots(1, 2, figsize=(9.2, 3.9), **layout)[1]
    plotting.probability_bars(probabilities, names, ax=axes[0])
    _draw_regions(axes[1], classify, values[:2])
    for number, (color, marker) in enumerate(STYLE):
        petals = flowers[species == number, 2:].T  # lengths, widths
        axes[1].plot(*petals, marker, color=color, mec=INK, mew=0.6, label=shorten(names[number]))
    axes[1].plot(*values[2:], "*", color="white", markeredgecolor=INK, markersize=22, label="this one")
    axes[1].legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=4, columnspacing=1, handletextpad=0.2)
    size = ", ".join(f"{name} {value:.1f}" for name, value in zip(LIMITS, values, strict=True))
    answers = ", ".join(f"{name} {value:.1%}" for name, value in zip(names, probabilities, strict=True))
    wrong = int((_probabilities(classify, flowers).argmax(axis=1) != species).sum())
    text = f"A flower with {size} cm. The answer: {answers}. Beside it, by petal length and width, "
    regions = f"{len(flowers)} measured flowers on the regions of the answers: {wrong} get a wrong one."
    return plotting.describe(axes, text + regions)


def _draw_regions(ax, classify, sepal):
    """Colour the petal plane by the species that a classifier names there, for sepals of this size."""
    lengths, widths = np.meshgrid(np.linspace(0.5, 7.5, FINE), np.linspace(0, 2.8, FINE))
    plane = np.column_stack([np.tile(sepal, (lengths.size, 1)), lengths.ravel(), widths.ravel()])
    # Logarithms differ by straight lines between the points of the grid, so that borders get no steps.
    scores = np.log(np.maximum(_probabilities(classify, plane), 1e-9)).reshape(FINE, FINE, 3)
    for number, (color, _) in enumerate(STYLE):
        ahead = scores[..., number] - np.delete(scores, number, axis=-1).max(axis=-1)
        if ahead.max() > 0:
            ax.contourf(lengths, widths, ahead, levels=(0, ahead.max() + 1), colors=PALE_OF[color])
        if ahead.min() < 0 < ahead.max():
            ax.contour(lengths, widths, ahead, levels=(0,), colors=GRAY, linewidths=1)
    ax.set(xlim=(0.5, 7.5), ylim=(0, 2.8), xlabel="Petal length (cm)", ylabel="Petal width (cm)")


def _probabilities(classify, flowers):
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
