"""The activation functions that episode 5 compares, as Keras computes them."""

import keras
import numpy as np
from matplotlib import pyplot as plt

from helpers.plotting.style import BLUE, GRAY, describe

IN_WORDS = {
    "relu": "0 below 0, a straight line above",
    "sigmoid": "flattens towards 0 and 1 at its ends",
    "tanh": "flattens towards -1 and 1 at its ends",
    "selu": "flattens towards -1.76 below 0, a straight line above",
    "leaky_relu": "a straight line above 0, a less steep one below",
}


def draw():
    """Draw the curves side by side."""
    count = len(IN_WORDS)
    size = (1.9 * count + 0.6, 2.6)
    axes = plt.subplots(1, count, figsize=size, sharey=True, layout="constrained")[1]
    x = np.linspace(-3, 3, 121, dtype="float32")
    for ax, name in zip(axes, IN_WORDS, strict=True):
        ax.axhline(0, color=GRAY, linewidth=0.8)
        ax.axvline(0, color=GRAY, linewidth=0.8)
        ax.plot(x, keras.ops.convert_to_numpy(keras.activations.get(name)(x)), color=BLUE, linewidth=3)
        ax.set(title=name, xlim=(-3, 3), ylim=(-2, 3.2), xticks=(-2, 0, 2))
    axes[0].set_ylabel("output")
    axes[count // 2].set_xlabel("weighted sum")
    return describe(axes, f"Curves. {'; '.join(f'{name}: {words}' for name, words in IN_WORDS.items())}.")
