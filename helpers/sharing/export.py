"""Write a model in the forms that other programs run; `runtimes` runs them.

ONNX is read by ONNX Runtime (servers, browsers, C#, Java, ...), LiteRT - TensorFlow Lite until 2024 - by
phones and small devices. Both hold the computation only: neither can be trained on.
"""

import contextlib
import io
import logging
import warnings
from importlib import import_module

import numpy as np

from helpers import CourseError, storage, validation
from helpers._quiet_tensorflow import silent_stderr
from helpers.model_input import chosen_pixels
from helpers.sharing._onnx import write_onnx
from helpers.sharing.apart import BATCH, answers_to
from helpers.sharing.model_card import input_sentence
from helpers.sharing.runtimes import INSTALL

ROUNDING, QUANTIZED = 1e-3, 0.5  # by how much an answer may differ, of the largest one


@validation.checked(model=validation.model, path=validation.path)
def export_onnx(model, path, pixels=None):
    """Write a model as an ONNX file, which says in its `doc_string` what the model takes.

    Parameters
    ----------
    model : keras.Model
        A trained model with one input and one output.
    path : path-like
        The file to write, which must end in .onnx; complete or not at all.
    pixels : "0..1" or "0..255", optional
        As in `evaluation.predict`.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    CourseError
        If the packages of the extra `share` are missing, the name ends otherwise, or the file, which is
        loaded again and tried, does not answer as the model does.
    """
    return onnx_with_inner(model, path, pixels, [])


def onnx_with_inner(model, path, pixels, inner):
    """Write a model as ONNX that also gives these tensors of its graph, after its answer."""
    _need("tf2onnx", "onnx", "onnxruntime")
    takes = input_sentence(model, pixels)

    def write(file):
        import keras

        whole = keras.Model(model.inputs, [model.outputs[0], *inner]) if inner else model
        write_onnx(whole, file, takes)

    return _export(model, path, ".onnx", write)


@validation.checked(model=validation.model, path=validation.path, calibration=validation.array())
def export_litert(model, path, calibration=None, pixels=None):
    """Write a model as a LiteRT file, in float32 or with whole numbers of 8 bits.

    With `calibration` it is quantised after training: weights and what flows between the layers become int8,
    with a scale for each channel of a convolution. Input and output stay float32. The file's description says
    what the model takes.

    Parameters
    ----------
    model : keras.Model
        A trained model with one input and one output.
    path : path-like
        The file to write, which must end in .tflite; complete or not at all.
    calibration : array of float32, shape (N, height, width, channels), optional
        Some hundred training images, prepared as for training: they show which range of numbers flows
        through each layer.
    pixels : "0..1" or "0..255", optional
        As in `evaluation.predict`.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    CourseError
        If the name ends otherwise, the images for the calibration are not prepared, or the file, which is
        loaded again and tried, does not answer as the model does.

    References
    ----------
    B. Jacob and others, Quantization and training of neural networks for efficient integer-arithmetic-only
    inference, Conference on Computer Vision and Pattern Recognition (2018) 2704-2713.
    """
    if calibration is not None and calibration.dtype.kind != "f":
        remedy = "Prepare them as for training: data.normalize(images)."
        raise CourseError("calibration images as decimal numbers 0..1", f"{calibration.dtype}", remedy)

    takes = input_sentence(model, pixels)

    def write(file):
        import tensorflow as tf
        from tensorflow.lite.tools import flatbuffer_utils

        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        if calibration is not None:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.representative_dataset = lambda: ([image[None]] for image in np.float32(calibration))
        written = flatbuffer_utils.read_model_from_bytearray(converter.convert())
        written.description = takes
        file.write_bytes(flatbuffer_utils.convert_object_to_bytearray(written))

    return _export(model, path, ".tflite", write, calibration)


def _export(model, path, suffix, write, calibration=None):
    """Write a file, load it again, and hand it over only if it answers as the model does."""
    if path.suffix != suffix:
        raise CourseError(f"a name that ends in {suffix}", f"{path.name!r}", f"Write {path.stem}{suffix}.")
    with storage.atomic_path(path) as temporary:
        try:
            images = _noise(model) if calibration is None else np.float32(calibration[:BATCH])
            with _quiet():
                expected = np.asarray(model(images, training=False))
                write(temporary)
                differences = np.abs(answers_to(temporary, images) - expected)
        except Exception as error:  # converters and runtimes fail in many ways
            if storage.is_disk_full(error):
                raise
            remedy = "Build the model of Keras's own layers, with one input and one output."
            raise CourseError(f"a model that fits into {suffix}", _reason(error), remedy) from None
        if not np.isfinite(expected).all():
            remedy = "Look at its loss: a training that diverged leaves no numbers. Train it again."
            raise CourseError("a model that answers with numbers", "nan or inf", remedy)
        difference = differences.max() / max(1, np.abs(expected).max())
        if not difference <= (ROUNDING if calibration is None else QUANTIZED):
            found = f"a {suffix} file whose answers differ by {difference:.2g}"
            raise CourseError("an export that answers as the model does", found, "Use other layers.")
    return path


def _noise(model):
    """Make images to try an export with; where a model takes any size, of 64 pixels."""
    _, *shape = model.input_shape
    noise = np.random.default_rng(0).random([2, *(size or 64 for size in shape)], np.float32)
    return noise * 255 if chosen_pixels(model) == "0..255" else noise


def _reason(error):
    """Find the line of an error that says what is wrong: Keras begins with where it happened."""
    if isinstance(error, CourseError):
        return error.got
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line for line in lines if line and not line.startswith("Exception encountered")]
    return f"{type(error).__name__}: {(told or ['no reason given'])[0][:200]}"


def _need(*names):
    """Import packages of the extra `share`, or say how to get them."""
    try:
        with _quiet():
            return [import_module(name) for name in names]
    except ImportError:
        expected = f"the packages {', '.join(names)}, which ONNX needs"
        raise CourseError(expected, "a Python without them", INSTALL) from None


@contextlib.contextmanager
def _quiet():
    """Keep the converters' progress notes out of the notebook; errors pass."""
    with (
        warnings.catch_warnings(action="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        silent_stderr(),
    ):
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
