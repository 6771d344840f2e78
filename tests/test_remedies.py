"""Each remedy belongs to its fault: what people do, for real, and the sentence that they read."""

import functools
import json
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from helpers import CourseError, evaluation, images, mnist, model_files, sharing, storage

layers = keras.layers
MODEL = (storage.SHIPPED_FITS / "model_dropout" / "model_dropout.keras").read_bytes()
SHAPE = (8, 8, 3)
WHOLE = np.arange(2 * 8 * 8 * 3).reshape(2, *SHAPE).astype(np.uint8)
FRACTIONS = np.float32(WHOLE / 255)
PHOTO = WHOLE[0]
WORDS = np.full((2, *SHAPE), "a")


class Own(layers.Layer):
    def call(self, inputs):
        return inputs


@functools.cache
def network(own=False, last="softmax", shape=SHAPE):
    inputs = keras.Input(shape)
    features = layers.GlobalAveragePooling2D()(Own()(inputs) if own else inputs)
    return keras.Model(inputs, layers.Dense(2, activation=last)(features))


def of_nan():
    model = keras.models.clone_model(network())
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    return model


def put(content, name="model.keras"):
    Path(name).write_bytes(content)
    return Path(name)


def rewritten(change, without=()):
    """A model file with other descriptions, in which `change` alters a dictionary by the name of its part."""
    with zipfile.ZipFile(put(MODEL, "old.keras")) as old, zipfile.ZipFile("model.keras", "w") as new:
        for name in set(old.namelist()) - set(without):
            content = old.read(name)
            new.writestr(name, json.dumps(change(name, json.loads(content))) if ".json" in name else content)
    return Path("model.keras")


def said_by_layer(version, **values):
    """Another Keras wrote it, and says of the first layer after the input what no Keras here knows."""

    def change(name, content):
        if name == "metadata.json":
            return content | {"keras_version": version}
        content["config"]["layers"][1] |= values
        return content

    return change


def saved(name, model=None, weights=False):
    (model or network()).save_weights(name) if weights else (model or network()).save("saved.keras")
    return Path(name) if weights else Path("saved.keras").rename(name)


def flipped():
    content = bytearray(MODEL)
    content[len(content) // 2] ^= 0xFF
    return put(content)


def folder(name):
    Path(name).mkdir()
    return name


def page(model, names=("a", "b"), **samples):
    return sharing.make_web_page(model, names, "page", **samples)


load, predict = model_files.load_model, functools.partial(evaluation.predict, labels=[0, 1])
SITUATIONS = {
    # Files of models
    "no such file": lambda: load("model.keras"),
    "but got a folder": lambda: load(folder("model.keras")),
    "an empty file": lambda: load(put(b"")),
    "the rest is missing": lambda: load(put(MODEL[:100_000])),
    "undamaged, but got": lambda: load(flipped()),
    "another kind of file": lambda: load(put(b"\xff\xd8\xff\xe0 a photo")),
    "a pickle, which can run any code": lambda: load(put(b"\x80\x04.")),
    "HDF5 form, which can hide code": lambda: load(put(b"\x89HDF\r\n")),
    "a pointer of Git LFS": lambda: load(put(b"version https://git-lfs.github.com")),
    r"no config\.json": lambda: load(rewritten(lambda _, content: content, without=["config.json"])),
    "code that is not in the file: Own": lambda: load(saved("m.keras", network(own=True))),
    r"one of Keras 99\.1\.0, .*--upgrade": lambda: load(rewritten(said_by_layer("99.1.0", class_name="New"))),
    r"keras\.layers\.Conv7D, which is no part": lambda: load(
        rewritten(said_by_layer(keras.__version__, class_name="Conv7D"))
    ),
    "load_weights": lambda: load(saved("x.weights.h5", weights=True)),
    r"rename it to a\.keras\.": lambda: load(saved("a.keras.zip")),
    r"rename it to b\.keras\.": lambda: load(saved("b.zip")),
    # Exports, other backends, cards
    r"a name that ends in \.tflite.*Write m\.tflite": lambda: sharing.export_litert(network(), "m.onnx"),
    "a Keras model|a model that fits into": lambda: sharing.export_litert("no model", "m.tflite"),
    r"data\.normalize": lambda: sharing.export_litert(network(), "m.tflite", WHOLE),
    r"n\.onnx, which is not there": lambda: sharing.predict_exported("n.onnx", FRACTIONS),
    r"a \.onnx or \.tflite file, but got model\.keras": lambda: sharing.predict_exported(put(b""), FRACTIONS),
    r"an exported model.*Export it again": lambda: sharing.predict_exported(put(b"x", "m.tflite"), FRACTIONS),
    "one of jax, tensorflow, torch": lambda: sharing.predict_on_backend("theano", "m.keras", FRACTIONS),
    # The web page
    "does not sum to 1": lambda: page(network(last=None)),
    "images of one size": lambda: page(network(shape=(None, None, 3))),
    "a model with input": lambda: page(None),
    "1 names for an output": lambda: page(network(), ["a"]),
    r"1 names .*": lambda: page(network(), "ab"),
    "samples to be images": lambda: page(network(), samples=["cat"]),
    r"samples={": lambda: page(network(), samples={1: PHOTO}),
    "a colour image as loaded: ": lambda: page(network(), samples={"a cat": "cat.webp"}),
    r"a colour image.*images\.load_image": lambda: sharing.image_input(FRACTIONS[0], network()),
    r"a colour image.* \(8, 8\)": lambda: sharing.image_input(PHOTO[..., 0], network()),
    "a colour image.*but got ": lambda: sharing.image_input("cat.jpg", network()),
    # What a model takes
    "a training that diverged": lambda: predict(of_nan(), FRACTIONS),
    "/ 255": lambda: predict(network(), WHOLE),
    "Resize them": lambda: predict(network(), FRACTIONS[:, :5]),
    "grey ones coloured": lambda: predict(network(), FRACTIONS[..., :1]),
    r"image\[None\]": lambda: predict(network(), FRACTIONS[0]),
    "The last layer of a classifier": lambda: predict(network(last=None), FRACTIONS),
    r"\.dtype": lambda: predict(network(), WORDS),
    "Pass counts": lambda: evaluation.accuracy_interval(0.65, 2000),
    "right or wrong": lambda: evaluation.accuracy_difference([0, 1, 1], [3, 5, 1]),
    # Images
    "coffee.*'tea'": lambda: images.load_photo("tea"),
    r"no\.jpg, which is not there": lambda: images.load_image("no.jpg"),
    "which is a folder": lambda: images.load_image(folder("photos")),
    r"\(width, height\).*but got 32\..*32, 32": lambda: images.load_image("a.png", 32),
    r"at most 50,000,000 of them, but got \(10000, 5001\)": lambda: images.load_image("a", (10_000, 5_001)),
    "the path of an image file": lambda: images.load_image(None),
    "a colour image as loaded": lambda: mnist.prepare_digit(PHOTO[..., 0]),
    "whole numbers 0..255": lambda: mnist.prepare_digit(FRACTIONS[0]),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SITUATIONS)
def test_who_does_this_reads_that(sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match=sentence) as error:
        SITUATIONS[sentence]()
    assert error.value.remedy
    assert len(str(error.value)) < 1000
    assert not {"page", "m.onnx"} & {path.name for path in tmp_path.iterdir()}, "something was written"
