"""Every activation of Keras and every layer for images can be exported; the rest is refused in words."""

import contextlib
import importlib.util
import inspect
import re

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CourseError, evaluation, sharing, storage
from helpers.sharing import export

layers = keras.layers
needs_onnx = pytest.mark.skipif(not importlib.util.find_spec("tf2onnx"), reason="needs the extra `share`")
EXPORTS = [pytest.param(sharing.export_onnx, "m.onnx", marks=needs_onnx), (sharing.export_litert, "m.tflite")]
NO_ACTIVATION = {"get", "serialize", "deserialize"}
ACTIVATIONS = {
    name: layers.Activation(function)
    for name, function in inspect.getmembers(keras.activations, callable)
    if name not in NO_ACTIVATION
}
ACTIVATIONS["glu"] = keras.activations.glu  # it halves the channels, which Activation does not expect
ACTIVATIONS["threshold"] = lambda values: keras.activations.threshold(values, 0.1, 0.5)
LAYERS = [
    layers.Activation("relu"), layers.AveragePooling2D(2), layers.BatchNormalization(),
    layers.CenterCrop(4, 4),
    layers.Conv2D(4, 3, strides=2, padding="same"), layers.Conv2D(2, 3, dilation_rate=2),
    layers.Conv2DTranspose(4, 3, strides=2), layers.Cropping2D(), layers.Dense(4), layers.DepthwiseConv2D(3),
    layers.Dropout(0.5), layers.ELU(), layers.Flatten(), layers.GaussianNoise(0.1),
    layers.GlobalAveragePooling2D(), layers.GlobalMaxPooling2D(), layers.GroupNormalization(4),
    layers.Identity(), layers.LayerNormalization(), layers.LeakyReLU(), layers.MaxPooling2D(),
    layers.Normalization(mean=0.5, variance=0.2), layers.PReLU(), layers.Permute((3, 1, 2)),
    layers.RandomBrightness(0.1), layers.RandomContrast(0.1), layers.RandomFlip(), layers.RandomRotation(0.1),
    layers.RandomTranslation(0.1, 0.1), layers.RandomZoom(0.1), layers.ReLU(6.0), layers.Rescaling(2, -1),
    layers.Reshape((64, 8)), layers.Resizing(16, 16), layers.SeparableConv2D(4, 3), layers.Softmax(),
    layers.SpatialDropout2D(0.5), layers.UnitNormalization(), layers.UpSampling2D(interpolation="bilinear"),
    layers.ZeroPadding2D(),
]  # fmt: skip
FOR_TWO = [layers.Add(), layers.Average(), layers.Concatenate(), layers.Maximum(), layers.Multiply()]
NO_LAYER_OF_ITS_OWN = {"InputLayer", "Lambda", "Layer", "Something"}  # the last one is a placeholder


def branching(functions):
    """A network with a branch, and so an answer, for each function."""
    inputs = keras.Input((8, 8, 4))
    strong = keras.initializers.RandomNormal(stddev=2, seed=1)  # of both signs: an activation has two sides
    features = layers.Concatenate()([layers.Conv2D(4, 1, kernel_initializer=strong)(inputs), inputs])
    answers = [layers.Dense(1)(layers.Flatten()(function(features))) for function in functions]
    return keras.Model(inputs, layers.Concatenate()(answers))


BRANCHES = {
    "activations": list(ACTIVATIONS.values()),
    "layers": LAYERS + [lambda values, layer=layer: layer([values, values + 1]) for layer in FOR_TWO],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", BRANCHES)
@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_all_that_keras_has_for_images_can_be_exported(tmp_path, kind, write, name):
    model = branching(BRANCHES[kind])
    path = write(model, tmp_path / name)
    images = np.random.default_rng(1).random((3, 8, 8, 4), np.float32)
    expected = np.asarray(model(images, training=False))
    np.testing.assert_allclose(sharing.predict_exported(path, images), expected, rtol=1e-3, atol=1e-3)


def chain(shape, kinds):
    """A network of such layers, one after the other, without those that cannot follow what is before them."""
    inputs = features = keras.Input(shape)
    for kind in kinds:
        if len(features.shape) != 4:  # Keras notices only while it computes that these are images no more
            break
        with contextlib.suppress(ValueError):
            features = kind.from_config(kind.get_config() | {"name": None})(features)
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.Flatten()(features)))


@pytest.mark.slow
@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_any_chain_of_layers_answers_after_the_export_as_before(tmp_path, write, name):
    shapes = st.tuples(st.integers(5, 16), st.integers(5, 16), st.sampled_from([1, 3, 4]))

    @settings(deadline=None, max_examples=3, derandomize=True)
    @given(st.integers(0, 99), shapes, st.lists(st.sampled_from(LAYERS), min_size=2, max_size=7))
    def answers_agree(seed, shape, kinds):
        keras.utils.set_random_seed(seed)
        model = chain(shape, kinds)
        images = np.random.default_rng(seed).random((2, *shape), np.float32)
        found = sharing.predict_exported(write(model, tmp_path / name), images)
        np.testing.assert_allclose(found, np.asarray(model(images, training=False)), rtol=1e-3, atol=1e-3)

    answers_agree()


def test_every_layer_that_the_course_mentions_is_tried():
    texts = [path.read_text("utf-8") for path in (storage.ROOT / "notebooks").rglob("*.*") if path.is_file()]
    mentioned = {name for text in texts for name in re.findall(r"\blayers\.([A-Z]\w+)", text)}
    tried = {type(layer).__name__ for layer in LAYERS + FOR_TWO}
    assert mentioned - tried <= NO_LAYER_OF_ITS_OWN


class Unknown(layers.Layer):
    def call(self, inputs):
        import tensorflow as tf

        return tf.math.lgamma(inputs + 1)


def classifier(*middle):
    inputs = features = keras.Input((4, 4, 1))
    for layer in middle:
        features = layer(features)
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(layers.Flatten()(features)))


def of_nan():
    model = classifier()
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    return model


def of_two_inputs():
    inputs = [keras.Input((4, 4, 1)) for _ in range(2)]
    return keras.Model(inputs, layers.Flatten()(layers.Add()(inputs)))


REFUSED = {  # what cannot be exported: what the error says
    "an operator that ONNX lacks": (lambda: classifier(Unknown()), "a model that fits into .onnx"),
    "two inputs": (of_two_inputs, "one input"),
    "weights that are no numbers": (of_nan, "a training that diverged"),
}


def said_in_onnx(model, folder, **said):
    import onnx

    return onnx.load(sharing.export_onnx(model, folder / "m.onnx", **said)).doc_string


def said_in_litert(model, folder, **said):
    from tensorflow.lite.tools import flatbuffer_utils

    path = sharing.export_litert(model, folder / "m.tflite", **said)
    return flatbuffer_utils.read_model(str(path)).description.decode()


def said_in_card(model, folder, **said):
    answers = evaluation.Predictions(np.zeros((2, 1, 1, 1)), np.arange(2), np.eye(2))
    return str(sharing.model_card("m", model, {}, answers, ["a", "b"], **said))


@needs_onnx
@pytest.mark.parametrize("place", [said_in_onnx, said_in_litert, said_in_card])
def test_what_a_model_takes_is_said_beside_it(tmp_path, place):
    says = "float32, values {}, shape (N, 4, 4, 1)"
    learned = layers.Conv2D(1, 1)
    assert says.format("0..255") in place(classifier(layers.Rescaling(1 / 255), learned), tmp_path)
    assert says.format("0..1") in place(classifier(learned), tmp_path)
    assert says.format("0..255") in place(classifier(learned), tmp_path, pixels="0..255")
    with pytest.raises(CourseError, match="first layers of this model scale"):
        place(classifier(layers.Rescaling(1 / 255), learned), tmp_path, pixels="0..1")


@needs_onnx
@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_exported_is_refused_and_leaves_no_file(tmp_path, what):
    make, words = REFUSED[what]
    with pytest.raises(CourseError, match=re.escape(words)):
        sharing.export_onnx(make(), tmp_path / "m.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_an_export_that_answers_otherwise_is_not_handed_over(tmp_path, monkeypatch, write, name):
    right = export.answers_to
    monkeypatch.setattr(export, "answers_to", lambda *given: right(*given)[:, ::-1])
    with pytest.raises(CourseError, match="answers as the model does"):
        write(classifier(layers.Rescaling(9)), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@needs_onnx
def test_an_export_that_no_runtime_loads_is_not_handed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "write_onnx", lambda model, file, takes: file.write_bytes(b"of no use"))
    with pytest.raises(CourseError, match=r"a model that fits into \.onnx"):
        sharing.export_onnx(classifier(), tmp_path / "m.onnx")
    assert list(tmp_path.iterdir()) == []
