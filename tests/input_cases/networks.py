"""Everything that takes or makes a network: none is trained here."""

import keras
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from helpers import (
    augmentation,
    evaluation,
    model_files,
    models,
    online,
    pretrained,
    recipe,
    storage,
    training,
    tuning,
)
from helpers.detection import boxes, digit_detector, metrics, sliding_window, ssd, synthetic_scenes
from helpers.sharing import backends, bundle, export, server, web_page
from helpers.sharing.model_card import accuracy_sentence, model_card
from tests.input_cases import strategies as some

SHIPPED = storage.SHIPPED_FITS / "model_dropout"
SMALL_FILE = SHIPPED / "model_dropout.keras"
SETTINGS = st.just(
    {
        "network": "create_model_intro",
        "parameters": 10,
        "epochs": 1,
        "test_accuracy": 0.5,
        "test_interval_95": [0.4, 0.6],
        "test_images": 100,
    }
)
CARD = {key: st.just("as everybody knows") for key in ("intended_use", "data", "limits", "citation")}
CARD |= {"license": st.just("mit"), "class_names": some.WORDS}


def small(side, channels, classes, convolution=True):
    """A network that answers at once."""
    inputs = x = keras.Input((side, side, channels))
    if convolution:
        x = keras.layers.Conv2D(2, 3)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(classes, activation="softmax")(x))


IMAGE_MODEL = small(8, 3, 3)
DIGIT_MODEL = small(28, 1, 10)
WINDOW_MODEL = small(32, 3, 3)
BEST = models.create_model_best((2,), input_shape=(17, 17, 3))
NO_BIAS = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3, use_bias=False)])
SCENE_MODEL = digit_detector.create_model(filters=1)
NETWORK = pretrained.ImageNetModel(
    "small", IMAGE_MODEL, 8, pretrained.efficientnet_lite_scale, ("a", "b", "c")
)
PREPARED = some.fractions(3, 8, 8, 3)
PHOTOS = some.several(some.image(3))
SIDES = st.sampled_from([None, 8])
SHAPES = st.sampled_from([(32, 32, 3), (28, 28, 1), (40, 30, 3)])
BOTH = {"found": some.several(some.DETECTIONS), "truths": some.several(some.DETECTIONS)}
TABLE = st.just(pd.DataFrame({"run": [0, 0, 1], "val_loss": [1.0, 0.5, 0.7], "epoch": [1, 2, 1]}))
DATA = st.just((np.zeros((2, 8, 8, 3)), np.zeros((2, 3))))


class Untrained:
    """What `tuning.grid_search` needs of a model."""

    class optimizer:  # noqa: N801 - as Keras names it
        iterations = 0

    def fit(self, *data, **settings):
        return {"loss": [1.0], "val_loss": [1.0]}


GOOD = {
    recipe.start_as_identity: {"model": st.just(NO_BIAS)},
    recipe.whiten: {"model": st.just(BEST), "images": some.fractions(4, 17, 17, 3), "epsilon": some.RATES},
    recipe.compile_best: {
        "model": st.just(IMAGE_MODEL),
        "steps": some.FEW,
        "peak": some.RATES,
        "label_smoothing": some.RATES,
        "bias_factor": some.RATES,
    },
    recipe.predict_tta: {
        "model": st.just(IMAGE_MODEL),
        "images": PREPARED,
        "labels": st.just([0, 1, 2]),
        "batch_size": some.FEW,
    },
    models.create_model_best: {
        "widths": st.sampled_from([(2, 3), (4,)]),
        "activation": st.sampled_from(["silu", "relu"]),
        "input_shape": SHAPES,
        "n_classes": some.FEW,
    },
    augmentation.augment: {"images": some.fractions(2, 28, 28, 1), "labels": st.just(np.array([1, 2]))},
    metrics.match_detections: {
        "found": some.DETECTIONS,
        "truth": some.DETECTIONS,
        "iou_threshold": some.RATES,
    },
    metrics.precision_recall: BOTH,
    metrics.mean_average_precision: BOTH | {"iou_threshold": some.RATES},
    metrics.bootstrap_interval: BOTH | {"level": some.RATES, "n_draws": some.FEW, "seed": some.SEEDS},
    boxes.count_objects: {"found": some.DETECTIONS},
    boxes.iou: {"boxes": some.BOXES, "others": some.BOXES},
    boxes.non_max_suppression: {
        "found": some.DETECTIONS,
        "score_threshold": some.RATES,
        "iou_threshold": some.RATES,
    },
    digit_detector.create_model: {"filters": some.FEW},
    digit_detector.detect: {
        "model": st.just(SCENE_MODEL),
        "images": st.just(np.zeros((1, 96, 96), np.uint8)),
    },
    digit_detector.encode: {"truths": some.several(some.DETECTIONS)},
    digit_detector.prepare: {"images": st.just(np.zeros((1, 96, 96), np.uint8))},
    ssd.prepare: {"photo": some.image(3)},
    synthetic_scenes.make_scenes: {
        "images": st.just(np.full((3, 28, 28, 1), 200, np.uint8)),
        "labels": st.just([1, 2, 3]),
        "n_scenes": st.integers(1, 2),
        "most_digits": some.FEW,
        "n_clutter": some.FEW,
        "seed": some.SEEDS,
    },
    sliding_window.detect: {
        "model": st.just(WINDOW_MODEL),
        "image": some.image(3, 20),
        "scales": st.just((16,)),
        "step": st.floats(0.3, 1),
        "class_names": some.WORDS,
    },
    tuning.flatten_images: {"images": some.images()},
    model_files.load_model: {"path": st.just(SMALL_FILE)},
    model_files.check_file: {"path": st.just(SMALL_FILE)},
    models.create_model_intro: {
        "activation": st.sampled_from(["relu", "tanh", keras.ops.relu]),
        "input_shape": SHAPES,
        "n_classes": some.FEW,
    },
    models.create_model_dropout: {"rate": some.RATES, "input_shape": SHAPES, "n_classes": some.FEW},
    models.create_model_dense: {"input_shape": SHAPES, "n_classes": some.FEW},
    models.create_model_mnist: {"input_shape": SHAPES, "n_classes": some.FEW},
    online.keras_application: {"name": st.sampled_from(["NoSuchNet", "layers"])},
    evaluation.predict: {
        "model": st.just(IMAGE_MODEL),
        "data": PREPARED,
        "labels": st.just([0, 1, 2]),
        "batch_size": some.FEW,
    },
    pretrained.load_imagenet_model: {"name": st.just("NoSuchNet")},
    pretrained.run_in_batches: {
        "model": st.just(IMAGE_MODEL),
        "prepared": PREPARED,
        "batch_size": some.FEW,
    },
    NETWORK.prepare: {"images": PHOTOS, "side": SIDES, "share": some.RATES},
    NETWORK.predict: {"images": PHOTOS},
    NETWORK.top: {"image": some.image(3), "k": some.FEW},
    NETWORK.features: {"images": PHOTOS, "side": SIDES, "share": some.RATES},
    backends.predict_on_backend: {
        "backend": st.sampled_from(["numpy", "no such"]),
        "path": st.just(SMALL_FILE),
        "images": PREPARED,
    },
    export.export_litert: {"model": st.just(IMAGE_MODEL), "path": st.just("new.onnx")},
    export.export_onnx: {"model": st.just(IMAGE_MODEL), "path": st.just("new.tflite")},
    export.largest_difference: {
        "model": st.just(IMAGE_MODEL),
        "path": st.just("no.onnx"),
        "images": PREPARED,
    },
    export.predict_exported: {"path": st.sampled_from(["no.onnx", "text.txt"]), "images": PREPARED},
    bundle.load: {"folder": st.just(SHIPPED)},
    bundle.save: {
        "folder": st.just("my_model"),
        "model": st.just(IMAGE_MODEL),
        "history": some.HISTORIES,
        "settings": SETTINGS,
    }
    | CARD,
    accuracy_sentence: {"settings": SETTINGS},
    model_card: {"settings": SETTINGS, "name": st.just("mine"), "dataset": st.just("cifar10")} | CARD,
    server.serve: {"page": st.just("no such page")},
    web_page.make_web_page: {
        "model": st.just(DIGIT_MODEL),
        "class_names": some.WORDS,  # ten are needed: what is accepted is tested elsewhere
        "folder": st.just("page"),
        "title": st.just("Which?"),
        "about": st.just("Nothing."),
    },
    web_page.image_input: {"image": some.image(3), "model": st.just(IMAGE_MODEL)},
    training.save_fit: {
        "name": st.just("mine"),
        "model": st.just(IMAGE_MODEL),
        "history": some.HISTORIES,
        "folder": st.just("fits"),
    },
    tuning.best_epochs: {"histories": TABLE, "seconds": st.just([1.0, 2.0])},
    tuning.grid_search: {
        "build": st.just(lambda **setting: Untrained()),
        "settings": st.just([{"rate": 0.1}, {"rate": 0.2}]),
        "train": DATA,
        "validation": DATA,
        "epochs": some.FEW,
        "batch_size": some.FEW,
        "seed": some.SEEDS,
        "callbacks": st.just(()),
    },
    tuning.optuna_search: {
        "build": st.just(lambda **setting: Untrained()),
        "suggest": st.just(lambda trial: {"rate": trial.suggest_float("rate", 0, 1)}),
        "train": DATA,
        "validation": DATA,
        "n_trials": st.integers(1, 3),
        "seed": some.SEEDS,
    },
}
# Less often: each call builds a network, writes a model or answers for many images.
SLOW = {
    recipe.start_as_identity,
    recipe.whiten,
    recipe.compile_best,
    recipe.predict_tta,
    models.create_model_best,
    augmentation.augment,
    digit_detector.create_model,
    digit_detector.detect,
    model_files.load_model,
    model_files.check_file,
    models.create_model_intro,
    models.create_model_dropout,
    models.create_model_dense,
    models.create_model_mnist,
    NETWORK.features,
    NETWORK.predict,
    NETWORK.top,
    bundle.load,
    bundle.save,
    sliding_window.detect,
    training.save_fit,
    tuning.optuna_search,
    backends.predict_on_backend,
}
