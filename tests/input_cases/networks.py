"""Everything that takes or makes a network: none is trained here."""

import keras
import numpy as np
from hypothesis import strategies as st

from helpers import (
    augmentation,
    evaluation,
    model_files,
    models,
    pretrained,
    recipe,
    storage,
    training,
)
from helpers.detection import boxes, digit_detector, metrics, photo_detectors, synthetic_scenes
from helpers.sharing import bundle, export, runtimes, server, web_page
from helpers.sharing.model_card import model_card
from tests.input_cases import strategies as some

SHIPPED = storage.SHIPPED_FITS / "model_dropout"
SMALL_FILE = SHIPPED / "model_dropout.keras"


def small(side, channels, classes):
    """A network that answers at once."""
    inputs = keras.Input((side, side, channels))
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(2, 3)(inputs))
    return keras.Model(inputs, keras.layers.Dense(classes, activation="softmax")(x))


IMAGE_MODEL = small(8, 3, 3)
DIGIT_MODEL = small(28, 1, 10)
SCENE_MODEL = digit_detector.create_model(filters=1)
NETWORK = pretrained.ImageNetModel(
    "small", IMAGE_MODEL, 8, pretrained.efficientnet_lite_scale, ("a", "b", "c")
)
ANSWERS = evaluation.Predictions(np.zeros((3, 8, 8, 3)), np.arange(3), np.eye(3))
CARD = dict(
    name="mine", model=IMAGE_MODEL, facts={}, predictions=ANSWERS, class_names=["a", "b", "c"], limits="All."
)
PREPARED = some.fractions(3, 8, 8, 3)
PHOTOS = some.several(some.image(3))
SIDES = st.sampled_from([None, 8])
SHAPED = dict(input_shape=st.sampled_from([(32, 32, 3), (28, 28, 1), (40, 30, 3)]), n_classes=some.FEW)
BOTH = dict(found=some.several(some.DETECTIONS), truths=some.several(some.DETECTIONS))


GOOD = {
    metrics.match_detections: dict(found=some.DETECTIONS, truth=some.DETECTIONS, iou_threshold=some.RATES),
    metrics.precision_recall: BOTH,
    metrics.mean_average_precision: BOTH,
    metrics.bootstrap_interval: BOTH,
    boxes.count_objects: dict(found=some.DETECTIONS),
    boxes.iou: dict(boxes=some.BOXES, others=some.BOXES),
    boxes.non_max_suppression: dict(
        found=some.DETECTIONS, score_threshold=some.RATES, iou_threshold=some.RATES
    ),
    boxes.load_boxes: dict(photos=some.WORDS, class_names=some.WORDS, path="text.txt"),
    digit_detector.encode: dict(truths=some.several(some.DETECTIONS)),
    digit_detector.prepare: dict(images=np.zeros((1, 96, 96), np.uint8)),
    photo_detectors.prepare: dict(photo=some.image(3)),
    synthetic_scenes.make_scenes: dict(
        images=np.full((3, 28, 28, 1), 200, np.uint8),
        labels=[1, 2, 3],
        n_scenes=st.integers(1, 2),
        seed=some.SEEDS,
    ),
    evaluation.predict: dict(model=IMAGE_MODEL, data=PREPARED, labels=[0, 1, 2], batch_size=some.FEW),
    pretrained.load_imagenet_model: dict(name="NoSuchNet"),
    pretrained.run_in_batches: dict(model=IMAGE_MODEL, prepared=PREPARED, batch_size=some.FEW),
    NETWORK.prepare: dict(images=PHOTOS, side=SIDES, share=some.RATES),
    export.export_litert: dict(model=IMAGE_MODEL, path="new.onnx"),
    export.export_onnx: dict(model=IMAGE_MODEL, path="new.tflite"),
    runtimes.largest_difference: dict(model=IMAGE_MODEL, path="no.onnx", images=PREPARED),
    runtimes.predict_exported: dict(path=st.sampled_from(["no.onnx", "text.txt"]), images=PREPARED),
    model_card: CARD,
    server.serve: dict(page="no such page"),
    web_page.make_web_page: dict(
        model=DIGIT_MODEL,
        class_names=some.WORDS,  # ten are needed: what is accepted is tested elsewhere
        folder="page",
        title="Which?",
        about="Nothing.",
    ),
    web_page.image_input: dict(image=some.image(3), model=IMAGE_MODEL),
}
# Less often: each call builds a network, writes a model or answers for many images.
SLOW = {
    recipe.predict_tta: dict(model=IMAGE_MODEL, images=PREPARED, labels=[0, 1, 2]),
    models.create_model_best: dict(widths=st.sampled_from([(2, 3), (4,)])) | SHAPED,
    augmentation.augment: dict(images=some.fractions(2, 28, 28, 1), labels=np.array([1, 2])),
    digit_detector.create_model: dict(filters=some.FEW),
    digit_detector.detect: dict(model=SCENE_MODEL, images=np.zeros((1, 96, 96), np.uint8)),
    model_files.load_model: dict(path=SMALL_FILE),
    model_files.check_file: dict(path=SMALL_FILE),
    models.create_model_intro: dict(activation=st.sampled_from(["relu", "tanh", keras.ops.relu])) | SHAPED,
    models.create_model_dropout: dict(rate=some.RATES) | SHAPED,
    models.create_model_dense: SHAPED,
    NETWORK.top: dict(image=some.image(3), k=some.FEW),
    runtimes.predict_on_backend: dict(
        backend=st.sampled_from(["numpy", "no such"]), path=SMALL_FILE, images=PREPARED
    ),
    bundle.save: dict(
        folder="mine", model=IMAGE_MODEL, history=some.HISTORIES, facts={}, card=model_card(**CARD)
    ),
    training.save_fit: dict(name="mine", model=IMAGE_MODEL, history=some.HISTORIES, folder="fits"),
}
