"""Explorer of the iris example: four measurements, and what a classifier makes of them."""

from functools import partial

import numpy as np
from matplotlib import pyplot as plt

from helpers import plotting, validation
from helpers.explorers.controls import Explorer, Slider
from helpers.plotting.predictions import MEASUREMENTS
from helpers.plotting.style import INK

LIMITS = ((4.0, 8.0), (2.0, 4.5), (1.0, 7.0), (0.1, 2.5))  # cm: what occurs in the data set, rounded


@validation.checked(flowers=validation.numbers(None, 4))
def flower(classify, flowers, species, names):
    """Change four measurements of a flower and watch the answer; arguments as `decision_regions` has them."""
    means = [round(float(mean), 1) for mean in flowers.mean(axis=0)]
    sliders = {
        name.replace(" ", "_"): Slider(name, mean, low, high, 0.1)
        for name, mean, (low, high) in zip(MEASUREMENTS, means, LIMITS, strict=True)
    }
    return Explorer(partial(_draw_flower, classify, flowers, species, names), **sliders)


def _draw_flower(classify, flowers, species, names, **measurements):
    """Draw the probabilities for one flower, and its place in the petal plane of flowers with such sepals."""
    values = list(measurements.values())  # cm
    layout = {"width_ratios": (1, 1.5), "layout": "constrained", "gridspec_kw": {"wspace": 0.05}}
    axes = plt.subplots(1, 2, figsize=(9.2, 3.9), **layout)[1]
    plotting.decision_regions(classify, flowers, species, names, sepal=values[:2], ax=axes[1])
    probabilities = np.asarray(classify(np.float32([values])))[0]
    plotting.probability_bars(probabilities, names, ax=axes[0])
    axes[1].plot(*values[2:], "*", color="white", markeredgecolor=INK, markersize=22, label="this one")
    axes[1].legend(loc="upper left")
    size = ", ".join(f"{name} {value:.1f}" for name, value in zip(MEASUREMENTS, values, strict=True))
    answers = ", ".join(f"{name} {value:.1%}" for name, value in zip(names, probabilities, strict=True))
    return plotting.describe(axes, f"A flower with {size} cm. The answer: {answers}.")
