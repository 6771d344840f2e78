"""Run a model outside this Python: where an exported one shall run, or on another backend of Keras."""

import importlib.util
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from helpers import CourseError, environment, model_files, validation
from helpers.sharing import apart

INSTALL = "Run in a cell: helpers.environment.install_missing('share') - then restart the kernel."
BACKENDS = ("jax", "tensorflow", "torch")
PATIENCE, PER_IMAGE = 60, 0.2  # seconds: to start and load, and for each image


@validation.checked(path=validation.path, images=validation.array())
def predict_exported(path, images):
    """Let an exported model classify images, in the program that it was exported for.

    That program runs beside this kernel, with a limit on its time and, except on Windows, on its memory: a
    damaged file can crash it, and does not end the kernel.

    Parameters
    ----------
    path : path-like
        A .onnx or .tflite file.
    images : array of float32, shape (N, height, width, channels)
        Prepared as for the model it was made from.

    Returns
    -------
    array of float32, shape (N, n_classes)
        Probabilities; every row sums to 1.

    Raises
    ------
    CourseError
        If the file is missing, of another kind, damaged or needs too much time or memory, or the program
        that runs it is not installed.
    """
    if path.suffix not in (".onnx", ".tflite") or not path.is_file():
        found = path.name if path.is_file() else f"{path.name}, which is not there"
        raise CourseError("a .onnx or .tflite file", found, "Export the model first: sharing.export_onnx.")
    if path.suffix == ".onnx" and importlib.util.find_spec("onnxruntime") is None:
        raise CourseError("the package onnxruntime", "a Python without it", INSTALL)
    answers, reason = _classify_apart(path, images.astype(np.float32))
    if answers is None:
        found = f"{path.name} and images {images.shape}: {reason}"
        raise CourseError("an exported model and images that fit it", found, "Export it again.")
    return answers


@validation.checked(model=validation.model, path=validation.path, images=validation.array())
def largest_difference(model, path, images):
    """Compare an exported model with the original: the largest difference of any probability.

    Parameters
    ----------
    model : keras.Model
        The original.
    path, images
        As in `predict_exported`.

    Returns
    -------
    float
        In 0..1. Rounding alone gives about 1e-6.
    """
    answer = predict_exported(path, images)
    return float(np.abs(answer - np.asarray(model(images, training=False))).max())


@validation.checked(images=validation.array())
def predict_on_backend(backend, path, images):
    """Load a model in another Python, where Keras computes with another backend, and let it classify.

    A backend is chosen once, before Keras is imported: so another one needs another Python.

    Parameters
    ----------
    backend : {"jax", "tensorflow", "torch"}
        What Keras computes with.
    path : path-like
        The model's .keras file.
    images : array of float32, shape (N, height, width, channels)
        Prepared as for training.

    Returns
    -------
    array of float32, shape (N, n_classes)
        Probabilities.

    Raises
    ------
    CourseError
        If there is no such backend, it is not installed, or the model cannot run on it; and if `load_model`
        would not take the file.
    """
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise CourseError(f"one of {', '.join(BACKENDS)}", repr(backend), "Keras 3 knows these backends.")
    if importlib.util.find_spec(backend) is None:  # each is called as its package
        raise CourseError(f"the package {backend}", "a Python without it", f"Run: pip install {backend}")
    path, *_ = model_files.check_file(path)
    answers, reason = _classify_apart(path, images, KERAS_BACKEND=backend)
    if answers is None:
        remedy = "Does sharing.load_model load this file? Some layers exist on one backend only."
        raise CourseError(f"a model that runs on {backend}", reason, remedy)
    return answers


def _classify_apart(path, images, **settings):
    """Return what a model says of images in another process, or None and why it says nothing."""
    seconds = PATIENCE + PER_IMAGE * len(images)
    settings = {"JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"} | settings
    with tempfile.TemporaryDirectory() as folder:
        given, answer = (Path(folder) / name for name in ("images.npy", "answer.npy"))
        np.save(given, images)
        command = [sys.executable, apart.__file__, path.absolute(), given, answer]
        try:
            code, printed, errors = environment.run(*command, seconds=seconds, **settings)
        except subprocess.TimeoutExpired:
            return None, f"no answer within {seconds:.0f} seconds"
        if code:
            return None, _last_words(code, [*printed, *errors])
        answers = np.load(answer)
        if answers.ndim < 1 or len(answers) != len(images):
            return None, f"an answer of shape {answers.shape}"
        return answers, ""


def _last_words(code, lines):
    if code < 0:
        return f"the program that runs it crashed ({signal.Signals(-code).name})"
    reason = lines[-1] if lines else f"the program that runs it stopped (code {code})"
    return re.sub(r"^[\w.]+(Error|Fail|Exception): ", "", reason)
