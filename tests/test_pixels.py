"""Which values of pixels a model takes is read from what its layers do, or said; never guessed in silence."""

import itertools
import re

import keras
import numpy as np
import pytest

from helpers import CourseError, evaluation, model_input, sharing

layers, ops = keras.layers, keras.ops
SHAPE = (8, 8, 3)
LABELS = [0, 1]
RNG = np.random.default_rng(0)
WHOLE = RNG.integers(0, 256, (2, *SHAPE), np.uint8)
FRACTIONS = np.float32(WHOLE / 255)


def through(*first):
    """A classifier with these layers or functions before the first one that learns."""
    inputs = features = keras.Input(SHAPE)
    for layer in first:
        features = layer(features)
    features = layers.Flatten()(layers.Conv2D(2, 3)(features))
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(features))


def adapted(images):
    layer = layers.Normalization()
    layer.adapt(images)
    return layer


def batch_normalized(mean, variance):
    layer = layers.BatchNormalization()
    layer.build((None, *SHAPE))
    layer.set_weights([np.ones(3), np.zeros(3), np.full(3, mean), np.full(3, variance)])
    return layer


def nested(*first):
    inputs = keras.Input(SHAPE)
    inner = keras.Model(inputs, through()(keras.Sequential(list(first))(inputs)))
    return keras.Sequential([keras.Input(SHAPE), inner])


LAST = [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, "softmax")]
MODELS = {
    "nothing": (lambda: through(), None),
    "no scaling": (lambda: through(layers.RandomFlip(), layers.ZeroPadding2D(2)), None),
    "Rescaling(1 / 255)": (lambda: through(layers.Rescaling(1 / 255)), "0..255"),
    "Rescaling(1 / 127.5, -1)": (lambda: through(layers.Rescaling(1 / 127.5, offset=-1)), "0..255"),
    "Rescaling to -1..1 of 0..1": (lambda: through(layers.Rescaling(2, offset=-1)), "0..1"),
    "Rescaling(255)": (lambda: through(layers.Rescaling(255)), "0..1"),
    "Normalization on 0..255": (lambda: through(adapted(WHOLE)), "0..255"),
    "Normalization on 0..1": (lambda: through(adapted(FRACTIONS)), "0..1"),
    "BatchNormalization on 0..255": (lambda: through(batch_normalized(120, 4000)), "0..255"),
    "arithmetic": (lambda: through(lambda x: (x - 127.0) / 128.0), "0..255"),
    "arithmetic for 0..1": (lambda: through(lambda x: (x - 0.5) * 2), "0..1"),
    "functions of keras.ops": (lambda: through(lambda x: ops.subtract(ops.divide(x, 127.5), 1)), "0..255"),
    "inverted": (lambda: through(lambda x: 1 - x / 255), "0..255"),
    "preprocess_input, tf": (lambda: through(keras.applications.mobilenet_v2.preprocess_input), "0..255"),
    "preprocess_input, caffe": (lambda: through(keras.applications.resnet50.preprocess_input), "0..255"),
    "preprocess_input, torch": (lambda: through(keras.applications.densenet.preprocess_input), "0..255"),
    "models within a model": (lambda: nested(layers.Rescaling(1 / 255)), "0..255"),
    "padding first": (lambda: through(layers.ZeroPadding2D(1), layers.Rescaling(1 / 255)), "0..255"),
    "a Sequential": (lambda: keras.Sequential([keras.Input(SHAPE), *LAST]), "0..255"),
    "scaling after weights": (lambda: through(layers.Conv2D(3, 1), layers.Rescaling(1 / 255)), None),
}  # fmt: skip


@pytest.mark.parametrize("kind", MODELS)
def test_what_a_model_takes_is_read_from_what_its_layers_do(kind):
    make, expected = MODELS[kind]
    model = make()
    before = model(np.float32(WHOLE), training=False)
    assert model_input._expected_pixels(model) == expected
    np.testing.assert_array_equal(model(np.float32(WHOLE), training=False), before)  # it is as it was
    right, wrong = (WHOLE, FRACTIONS) if expected == "0..255" else (FRACTIONS, WHOLE)
    predicted = evaluation.predict(model, right, LABELS)
    assert predicted.pixels == predicted[:1].pixels == (expected or "0..1")
    with pytest.raises(CourseError, match=rf"values in {re.escape(predicted.pixels)}"):
        evaluation.predict(model, wrong, LABELS)
    photo = np.full((9, 9, 3), 200, np.uint8)
    brightest = 200 if expected == "0..255" else 200 / 255
    assert sharing.image_input(photo, model).max() == pytest.approx(brightest)


@pytest.mark.parametrize("seed", range(6))
def test_however_pixels_are_scaled_in_front_what_goes_in_is_read(seed):
    """Both ranges are brought to one around zero, in one to three steps of any kind."""
    chance = np.random.default_rng(seed)
    low, high = -chance.uniform(0, 3), chance.uniform(0.5, 3)
    for expected, top in (("0..255", 255), ("0..1", 1)):
        slope, offset, steps = (high - low) / top, low, []
        for kind in chance.permutation(3)[: chance.integers(1, 4)]:  # each does a part, the last one the rest
            part, shift = chance.uniform(0.5, 2), chance.uniform(-1, 1)
            steps.append((kind, part, shift))
            slope, offset = slope / part, offset - shift * slope / part
        layer = layers.Rescaling(slope, offset)
        found = model_input._expected_pixels(through(*[step(*how) for how in steps], layer))
        assert found == expected, (steps, slope, offset)


def step(kind, part, shift):
    """One way in which a network can compute x * part + shift."""
    if kind == 0:
        return layers.Rescaling(part, shift)
    if kind == 1:
        return lambda x: x * part + shift
    return layers.Normalization(mean=-shift / part, variance=1 / part**2)


def test_what_no_layer_tells_can_be_said_and_what_they_tell_cannot_be_denied():
    unscaled = through()
    assert evaluation.predict(unscaled, WHOLE, LABELS, pixels="0..255").pixels == "0..255"
    assert sharing.image_input(WHOLE[0], unscaled, pixels="0..255").max() > 1
    with pytest.raises(CourseError, match="fractions of 1"):
        evaluation.predict(unscaled, FRACTIONS, LABELS, pixels="0..255")
    with pytest.raises(CourseError, match="first layers of this model scale"):
        evaluation.predict(through(layers.Rescaling(1 / 255)), FRACTIONS, LABELS, pixels="0..1")
    with pytest.raises(CourseError, match="pixels to be one of"):
        evaluation.predict(unscaled, WHOLE, LABELS, pixels="255")


def test_a_little_more_than_one_comes_from_augmentation_and_is_welcome():
    bright = layers.RandomContrast(0.9, value_range=(0, 1), seed=1)(FRACTIONS, training=True) * 1.3
    assert len(evaluation.predict(through(), np.asarray(bright), LABELS)) == 2


class Endless(keras.utils.PyDataset):
    """As Keras's own: it has a length, and gives more than that if it is asked."""

    def __len__(self):
        return 2

    def __getitem__(self, number):
        assert number < 2
        return FRACTIONS, np.array(LABELS)


def test_a_dataset_of_keras_is_gone_through_once_and_one_without_end_is_refused(monkeypatch):
    assert len(evaluation.predict(through(), Endless())) == 4
    monkeypatch.setattr(evaluation, "MOST_BYTES", 10_000)
    with pytest.raises(CourseError, match="a dataset that ends"):
        evaluation.predict(through(), itertools.repeat((FRACTIONS, LABELS)))
    assert len(evaluation.predict(through(), [(FRACTIONS, LABELS)] * 10)) == 20
