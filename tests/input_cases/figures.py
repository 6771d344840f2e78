"""Everything that draws: plotting, diagrams, explorers."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from helpers import evaluation, explorers, plotting
from helpers.detection import plots
from helpers.plotting import images, tuning
from tests.input_cases import strategies as some
from tests.input_cases.networks import DIGIT_MODEL, IMAGE_MODEL, SMALL_FILE

FLOWERS = {
    "classify": st.just(lambda flowers: np.full((len(flowers), 3), 1 / 3)),
    "flowers": some.numbers(0.1, 7, 6, 4),
    "species": st.just(np.array([0, 0, 1, 1, 2, 2])),
    "names": some.WORDS,
}
SWEEP = st.just(pd.DataFrame({"rate": [0.1, 0.2], "val_loss": [1.0, 0.5], "val_accuracy": [0.4, 0.6]}))
LADDER = pd.DataFrame({name: [0.5, 0.6] for name in tuning.RUNG})
LADDER = LADDER.assign(rung=["a", "b"], over=[None, "a"])
RUNGS = {
    "table": st.just(LADDER),
    "curves": st.just(pd.DataFrame({"rung": ["a", "b"], "epoch": [1, 1], "accuracy": [0.5, 0.6]})),
}
TABLES = some.PREDICTIONS.map(lambda predictions: evaluation.calibration(predictions, 4))

GOOD = {
    plotting.plot_ablation: {"table": st.just(LADDER)},
    plotting.accuracy_intervals: {
        "accuracy": some.RATES,
        "sizes": st.lists(st.integers(1, 999), min_size=1, max_size=9),
    },
    plotting.calibration_plot: {"table": TABLES, "error": some.RATES},
    plotting.plot_channels: {"image": some.image()},
    plotting.concept: {"name": st.sampled_from(["folds", "cnn"])},
    plotting.compare_histories: {
        "histories": some.NAMED_HISTORIES,
        "column": st.sampled_from(["val_accuracy", "loss"]),
    },
    plotting.confusion_heatmap: {"matrix": some.COUNTS, "class_names": some.WORDS},
    plotting.decision_regions: FLOWERS | {"sepal": st.tuples(some.FEW, some.FEW)},
    plotting.digit_table: {
        "images": some.images(2),
        "probabilities": some.several(some.SHARES).map(np.array),
        "digits": st.sampled_from([[1, 2], [None, 0]]),
    },
    plotting.feature_maps: {"maps": some.numbers(-9, 9, 3, 3, 5)},
    plotting.file_sizes: {"sizes": st.dictionaries(some.TEXTS, st.integers(0, 999), min_size=1, max_size=4)},
    plotting.learning_curves: {"history": some.HISTORIES, "metric": st.sampled_from(["accuracy", "loss"])},
    plotting.plot_mistakes: {"predictions": some.PREDICTIONS, "n": some.FEW, "class_names": some.WORDS},
    plotting.plot_sweep: {
        "table": SWEEP,
        "parameter": st.just("rate"),
        "value": st.sampled_from(["val_loss", "val_accuracy"]),
    },
    plotting.pixel_grid: {"image": some.image()},
    plotting.plot_prediction: {
        "image": some.image(),
        "probabilities": some.SHARES,
        "class_names": some.WORDS,
        "true_class": st.integers(0, 2),
    },
    plotting.probability_bars: {
        "probabilities": some.SHARES,
        "class_names": some.WORDS,
        "true_class": st.integers(0, 2),
    },
    plotting.show_image: {"image": some.image()},
    plotting.show_images: {"images": some.images(), "columns": some.FEW, "size": st.floats(0.5, 2)},
    images.check_image: {"image": some.image()},
    plotting.keras_file: {"path": st.just(SMALL_FILE)},
    plotting.kernel_step: {
        "image": some.numbers(0, 9, 5, 5),
        "kernel": some.numbers(-1, 1, 3, 3),
        "row": st.integers(0, 2),
        "column": st.integers(0, 2),
    },
    plotting.learning_rates: {
        "rates": st.tuples(some.RATES, some.RATES),
        "start": st.floats(-2, 2),
        "steps": some.FEW,
    },
    plotting.network_graph: {"layer_sizes": st.lists(some.FEW, min_size=2, max_size=4)},
    plots.show_detections: {
        "image": some.image(3, 9),
        "found": some.DETECTIONS,
        "title": st.just("boxes"),
        "scores": some.FLAGS,
    },
    plots.overlap: {
        "box": st.tuples(*[st.floats(0, 9)] * 2, *[st.floats(9, 20)] * 2),
        "other": st.tuples(*[st.floats(0, 9)] * 2, *[st.floats(9, 20)] * 2),
    },
    plots.hits_and_mistakes: {
        "images": some.images(2, 1, 9),
        "found": some.several(some.DETECTIONS),
        "truths": some.several(some.DETECTIONS),
    },
    plots.precision_recall_curve: {
        "curves": st.dictionaries(
            some.TEXTS,
            st.tuples(some.several(some.DETECTIONS), some.several(some.DETECTIONS)),
            min_size=1,
            max_size=3,
        )
    },
    explorers.augmentation: {"image": some.image(3), "side": st.just(8)},
    explorers.confusion: {"predictions": some.PREDICTIONS, "class_names": some.WORDS},
    explorers.draw_filtered: {
        "image": some.numbers(0, 255, 6, 6),
        "kernel": st.just(np.eye(3)),
        "name": st.just("diagonal"),
        "padding": st.sampled_from(["valid", "same"]),
    },
    explorers.drawing: {"models": st.sampled_from([DIGIT_MODEL, {"mine": DIGIT_MODEL}])},
    explorers.dropout: {"rate": st.floats(0, 0.9)},
    explorers.feature_maps: {"model": st.just(IMAGE_MODEL), "image": some.fractions(8, 8, 3)},
    explorers.flower: FLOWERS,
    explorers.kernels: {"photo": some.image(3, 9)},
    explorers.ladder: RUNGS,
    explorers.learning_rate: {"rate": st.floats(0.01, 1.2)},
    explorers.neuron: {
        "inputs": st.just((1.0, 2.0)),
        "weights": st.just((0.5, -0.5)),
        "bias": st.floats(-2, 2),
    },
    explorers.overfitting: {"histories": some.NAMED_HISTORIES},
    explorers.pixels: {"image": some.image(3)},
    explorers.suppression: {"image": some.image(3, 9), "candidates": some.DETECTIONS},
}
# Less often: each call draws with Keras's layers, or makes a widget for every cell.
SLOW = {
    explorers.augmentation,
    explorers.confusion,
    explorers.drawing,
    explorers.feature_maps,
    explorers.flower,
    explorers.kernels,
    explorers.learning_rate,
    explorers.neuron,
    explorers.overfitting,
    explorers.suppression,
}
