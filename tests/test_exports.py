"""Every activation of Keras and every layer for images can be exported; the rest is refused in words."""

import functools
import inspect
import re

import keras
import numpy as np
import pytest

from helpers import CourseError, evaluation, sharing, storage
from helpers.sharing import export

layers = keras.layers
EXPORTS = [(sharing.export_onnx, "m.onnx"), (sharing.export_litert, "m.tflite")]
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


def one_after_the_other(values):
    """A network in a row, with neighbours that exporters join into one operator."""
    row = [layers.Conv2D(6, 3, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(6.0)]
    row += [layers.DepthwiseConv2D(3), layers.LeakyReLU(), layers.Dropout(0.5), layers.AveragePooling2D(2)]
    row += [layers.ZeroPadding2D(), layers.Conv2D(4, 3, activation="elu"), layers.GlobalMaxPooling2D()]
    return functools.reduce(lambda features, layer: layer(features), row, values)


BRANCHES = {
    "activations": list(ACTIVATIONS.values()),
    "layers": [*LAYERS, *(lambda values, layer=layer: layer([values, values + 1]) for layer in FOR_TWO)],
}
BRANCHES["layers"].append(one_after_the_other)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BRANCHES)
@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_all_that_keras_has_for_images_can_be_exported(tmp_path, kind, write, name):
    model = branching(BRANCHES[kind])
    path = write(model, tmp_path / name)
    images = np.random.default_rng(1).random((3, 8, 8, 4), np.float32)
    expected = np.asarray(model(images, training=False))
    np.testing.assert_allclose(export.answers_to(path, images), expected, rtol=1e-3, atol=1e-3)


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


@pytest.mark.parametrize("place", [said_in_onnx, said_in_litert, said_in_card])
def test_what_a_model_takes_is_said_beside_it(tmp_path, place):
    says = "float32, values {}, shape (N, 4, 4, 1)"
    scaling = classifier(layers.Rescaling(1 / 255), layers.Conv2D(1, 1))
    assert says.format("0..255") in place(scaling, tmp_path)
    assert says.format("0..255") in place(classifier(), tmp_path, pixels="0..255")
    with pytest.raises(CourseError, match="first layers of this model scale"):
        place(scaling, tmp_path, pixels="0..1")


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


def test_an_export_that_no_runtime_loads_is_not_handed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "write_onnx", lambda model, file, takes: file.write_bytes(b"of no use"))
    with pytest.raises(CourseError, match=r"a model that fits into \.onnx"):
        sharing.export_onnx(classifier(), tmp_path / "m.onnx")
    assert list(tmp_path.iterdir()) == []
