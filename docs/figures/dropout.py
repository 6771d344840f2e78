"""A network in two training steps with dropout, and when it predicts."""

import numpy as np
from matplotlib import pyplot as plt

from helpers.plotting.diagrams import draw_network, node_places
from helpers.plotting.style import canvas, describe

SIZES, RATE = (4, 5, 5, 2), 0.5


def draw():
    """Draw the network three times, the neurons that are switched off crossed out."""
    generator = np.random.default_rng(0)
    off = [_switched_off(generator), _switched_off(generator), ()]
    titles = ("Training step 1", "Training step 2", "Predicting")
    axes = plt.subplots(1, 3, figsize=(8.4, 3.9), layout="constrained")[1]
    top = 0.85 * max(SIZES)
    for ax, crossed, title in zip(axes, off, titles, strict=True):
        canvas(4, top, ax)
        draw_network(ax, node_places(SIZES, top, 0.4, 3.6, low=0), crossed)
        at_work = f"{len(crossed)} of {sum(SIZES[1:-1])} off" if crossed else "all neurons work"
        ax.set_title(f"{title}\n{at_work}")
    first, second, _ = map(len, off)
    text = (
        f"Dropout in a network of {'-'.join(map(str, SIZES))} nodes: {first} hidden neurons are switched off "
        f"in one training step, {second} in the next; when it predicts, none is."
    )
    return describe(axes, text, formulas=True)


def _switched_off(generator):
    hidden = ((layer, row) for layer in range(1, len(SIZES) - 1) for row in range(SIZES[layer]))
    return {node for node in hidden if generator.random() < RATE}
