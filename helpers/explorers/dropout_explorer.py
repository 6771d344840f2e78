"""Explorer of dropout: a layer, and its numbers before and after."""

import numpy as np
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.explorers.controls import Again, Explorer, Slider, tick
from helpers.plotting.network import draw_network, node_places
from helpers.plotting.style import BLUE, PALE_BLUE, canvas, describe, minus

OUTPUTS = np.array([0.9, 0.3, 0.6, 1.2, 0.2, 0.8, 0.5, 1.1])  # of a hidden layer


@validation.checked(rate=validation.NUMBER, seed=validation.SEED, training=validation.FLAG)
def draw_dropout(rate=0.5, seed=0, training=True):
    """Draw a layer of eight neurons with dropout, and its numbers before and after.

    Parameters
    ----------
    rate : float
        Probability of each neuron to be switched off, 0 <= rate < 1.
    seed : int
        Chooses the neurons that are switched off.
    training : bool
        Dropout works in training only.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (3,)

    Raises
    ------
    CourseError
        If the rate is out of range.
    """
    after = dropped(OUTPUTS, rate, seed) if training else OUTPUTS
    off = {(1, row) for row in np.flatnonzero(after == 0)}
    layout = {"left": 0.01, "right": 0.99, "bottom": 0.09, "top": 0.8, "wspace": 0.06}
    axes = plt.subplots(1, 3, figsize=(8.6, 5.2), gridspec_kw=layout)[1]
    canvas(3, 6.8, axes[0])
    draw_network(axes[0], node_places((3, len(OUTPUTS), 2), 6.8, 0.4, 2.6, low=0), off)
    axes[0].set_title(f"{len(off)} of {len(OUTPUTS)} neurons off" if off else "all neurons on")
    _draw_numbers(axes[1], OUTPUTS, "before", 2.8)
    _draw_numbers(axes[2], after, "after dropout" if training else "after", max(2.8, 1.25 * after.max()))
    words = "Predicting: dropout changes nothing."
    if training:
        words = f"Training: each output becomes 0 with probability {rate:g},\n"
        words += f"or is divided by 1 - {rate:g} = {1 - rate:.2g}, so that the sum stays the same on average."
    axes[0].figure.suptitle(minus(words), size=14, linespacing=1.3)
    words = words.replace("\n", " ")
    text = f"{words} Here {len(off)} of {len(OUTPUTS)} neurons are off; the sum of the outputs is "
    return describe(axes, f"{text}{OUTPUTS.sum():.1f} before and {after.sum():.1f} after.")


def _draw_numbers(ax, values, title, most):
    """Draw the outputs of the neurons as bars, each at the height of its neuron."""
    ax.barh(range(len(values)), values, color=PALE_BLUE, edgecolor=BLUE)
    for row, value in enumerate(values):
        ax.text(value + 0.02 * most, row, f"{value:.2g}", va="center", size=12)
    ax.set(
        xlim=(0, most), ylim=(len(values) - 0.5, -0.5), yticks=[], title=f"{title}: sum {values.sum():.1f}"
    )


@validation.checked(values=validation.array(), rate=validation.NUMBER, seed=validation.SEED)
def dropped(values, rate, seed):
    """Set a random part of the numbers to 0 and divide the others by 1 - rate, as Keras's Dropout does."""
    if not 0 <= rate < 1:
        raise CourseError("a dropout rate from 0 to below 1", repr(rate), "0.5 drops every second neuron.")
    kept = np.random.default_rng(seed).random(values.shape) >= rate
    return np.where(kept, values / (1 - rate), 0.0)


@validation.checked(rate=validation.within(0, 0.9))
def dropout(rate=0.5):
    """Switch dropout on and off, and draw other neurons.

    Parameters
    ----------
    rate : float, default 0.5
        Dropout rate at the start, 0..0.9.

    Returns
    -------
    Explorer
    """
    return Explorer(
        draw_dropout,
        rate=Slider("rate", rate, 0.0, 0.9, 0.05, "Probability of each neuron to be switched off."),
        seed=Again("Next batch", "Each step of training switches off other neurons."),
        training=tick("training", True, "Dropout works in training only."),
    )
