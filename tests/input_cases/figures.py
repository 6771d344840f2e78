"""Everything that draws: plotting, diagrams, explorers."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from helpers import explorers, plotting
from helpers.detection import plots
from helpers.plotting import images, training
from tests.input_cases import strategies as some
from tests.input_cases.networks import DIGIT_MODEL, IMAGE_MODEL

FLOWERS = dict(
    classify=lambda flowers: np.full((len(flowers), 3), 1 / 3),
    flowers=some.numbers(0.1, 7, 6, 4),
    species=np.array([0, 0, 1, 1, 2, 2]),
    names=some.WORDS,
)
LADDER = pd.DataFrame({name: [0.5, 0.6] for name in training.RUNGS})
LADDER = LADDER.assign(rung=["a", "b"], over=[None, "a"])
RUNGS = dict(table=LADDER, curves=pd.DataFrame({"rung": ["a", "b"], "epoch": [1, 1], "accuracy": [0.5, 0.6]}))
BARS = dict(probabilities=some.SHARES, class_names=some.WORDS, true_class=st.integers(0, 2))
BOX = st.tuples(*[st.floats(0, 9)] * 2, *[st.floats(9, 20)] * 2)
TWO = some.several(some.DETECTIONS)

GOOD = {
    plotting.plot_ablation: dict(table=LADDER),
    plotting.concept: dict(name=st.sampled_from(["folds", "cnn"])),
    plotting.compare_histories: dict(
        histories=some.NAMED_HISTORIES, column=st.sampled_from(["val_accuracy", "loss"])
    ),
    plotting.digit_table: dict(
        images=some.images(2),
        probabilities=some.several(some.SHARES).map(np.array),
        digits=st.sampled_from([[1, 2], [None, 0]]),
    ),
    plotting.learning_curves: dict(history=some.HISTORIES, metric=st.sampled_from(["accuracy", "loss"])),
    plotting.plot_mistakes: dict(predictions=some.PREDICTIONS, n=some.FEW, class_names=some.WORDS),
    plotting.pixel_grid: dict(image=some.image()),
    plotting.plot_prediction: dict(image=some.image()) | BARS,
    plotting.probability_bars: BARS,
    plotting.show_image: dict(image=some.image()),
    plotting.show_images: dict(images=some.images(), columns=some.FEW, size=st.floats(0.5, 2)),
    images.check_image: dict(image=some.image()),
    plotting.learning_rates: dict(rates=st.tuples(some.RATES, some.RATES)),
    plotting.network_graph: dict(layer_sizes=st.lists(some.FEW, min_size=2, max_size=4)),
    plots.show_detections: dict(image=some.image(3, 9), found=some.DETECTIONS, title="boxes"),
    plots.overlap: dict(box=BOX, other=BOX),
    plots.hits_and_mistakes: dict(images=some.images(2, 1, 9), found=TWO, truths=TWO, columns=some.FEW),
    plots.precision_recall_curve: dict(
        curves=st.dictionaries(some.TEXTS, st.tuples(TWO, TWO), min_size=1, max_size=3)
    ),
    explorers.ladder: RUNGS,
}
# Less often: each call draws with Keras's layers, many axes or texts, or makes a widget for every cell.
SLOW = {
    plotting.feature_maps: dict(maps=some.numbers(-9, 9, 3, 3, 5)),
    plotting.kernel_step: dict(
        image=some.numbers(0, 9, 5, 5),
        kernel=some.numbers(-1, 1, 3, 3),
        row=st.integers(0, 2),
        column=st.integers(0, 2),
    ),
    explorers.augmentation: dict(image=some.image(3)),
    explorers.confusion: dict(predictions=some.PREDICTIONS, class_names=some.WORDS),
    explorers.drawing: dict(models=st.sampled_from([DIGIT_MODEL, {"mine": DIGIT_MODEL}])),
    explorers.feature_maps: dict(model=IMAGE_MODEL, image=some.fractions(8, 8, 3)),
    explorers.flower: FLOWERS,
    explorers.kernels: dict(photo=some.image(3, 9)),
    explorers.neuron: dict(inputs=(1.0, 2.0), weights=(0.5, -0.5), bias=st.floats(-2, 2)),
    explorers.pixels: dict(image=some.image(3)),
    explorers.overfitting: dict(histories=some.NAMED_HISTORIES),
    explorers.suppression: dict(image=some.image(3, 9), candidates=some.DETECTIONS),
}
