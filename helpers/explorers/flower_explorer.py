"""Explorer of the iris example: four measurements, and what a classifier makes of them."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, plotting, validation
from helpers.explorers.controls import Explorer, Slider
from helpers.plotting.iris import MEASUREMENTS, decision_regions, probabilities_of
from helpers.plotting.style import INK, describe

LIMITS = ((4.0, 8.0), (2.0, 4.5), (1.0, 7.0), (0.1, 2.5))  # cm: what occurs in the data set, rounded


@validation.checked(measurements=validation.numbers(4))
def draw_flower(classify, flowers, species, names, measurements):
    """Draw the probabilities for one flower, and its place among the measured ones.

    Parameters
    ----------
    classify, flowers, species, names
        As in `plotting.decision_regions`.
    measurements : sequence of float, length 4
        The flower, in cm.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        Bars, and the petal plane; its regions hold for sepals like this flower's.
    """
    probabilities = probabilities_of(classify, [measurements])[0]
    axes = plt.subplots(
        1, 2, figsize=(9.2, 3.9), width_ratios=(1, 1.5), layout="constrained", gridspec_kw={"wspace": 0.05}
    )[1]
    plotting.probability_bars(probabilities, names, ax=axes[0])
    decision_regions(classify, flowers, species, names, sepal=measurements[:2], ax=axes[1])
    axes[1].plot(*measurements[2:], "*", color="white", markeredgecolor=INK, markersize=22, label="this one")
    axes[1].legend(loc="upper left")
    size = ", ".join(f"{name} {value:.1f}" for name, value in zip(MEASUREMENTS, measurements, strict=True))
    answers = ", ".join(f"{name} {value:.1%}" for name, value in zip(names, probabilities, strict=True))
    return describe(axes, f"A flower with {size} cm. The answer: {answers}.")


@validation.checked(classify=validation.function, names=validation.names)
def flower(classify, flowers, species, names):
    """Change the four measurements of a flower and watch the answer move.

    Parameters
    ----------
    classify, flowers, species, names
        As in `plotting.decision_regions`.

    Returns
    -------
    Explorer

    Raises
    ------
    CourseError
        If the flowers do not have four measurements each, with one species.
    """
    flowers, species = np.asarray(flowers), np.asarray(species)
    if flowers.ndim != 2 or flowers.shape[1] != 4 or species.shape != (len(flowers),):
        remedy = "Take measurements and species of the same set: x_train, y_train."
        found = f"shapes {flowers.shape} and {species.shape}"
        raise CourseError("four measurements a flower and one species", found, remedy)
    sliders = {
        name.replace(" ", "_"): Slider(name, round(float(flowers[:, place].mean()), 1), *LIMITS[place], 0.1)
        for place, name in enumerate(MEASUREMENTS)
    }
    return Explorer(
        lambda **values: draw_flower(classify, flowers, species, names, list(values.values())), **sliders
    )
