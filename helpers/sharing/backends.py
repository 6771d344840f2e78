"""The same model on another Keras backend: TensorFlow, JAX or PyTorch."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from helpers import CourseError, model_files, storage, validation

BACKENDS = ("jax", "tensorflow", "torch")
# A backend is chosen once, before Keras is imported: so another one needs another Python.
PROGRAM = """
import sys
import keras
import numpy as np
model = keras.saving.load_model(sys.argv[1], safe_mode=True)
assert keras.backend.backend() == sys.argv[4]
np.save(sys.argv[3], model.predict(np.load(sys.argv[2]), verbose=0))
"""


@validation.checked(images=validation.array())
def predict_on_backend(backend, path, images):
    """Load a model in another Python, where Keras computes with another backend, and let it classify.

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
    path, _ = model_files.check_file(path)
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "images.npy", Path(folder) / "answer.npy"
        np.save(given, images)
        settings = {"KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, "-c", PROGRAM, path.absolute(), given, answer, backend]
        kept = {"capture_output": True, "encoding": "utf-8", "errors": "replace", "check": False}
        result = subprocess.run(command, env=os.environ | settings, cwd=storage.ROOT, **kept)
        if not answer.is_file():
            reason = (result.stderr.strip().splitlines() or ["no answer"])[-1]
            remedy = "Does sharing.load_model load this file? Some layers exist on one backend only."
            raise CourseError(f"a model that runs on {backend}", reason, remedy)
        return np.load(answer)
