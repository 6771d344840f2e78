"""Let TensorFlow be imported without a word, with the faster of its convolutions, and Keras run on it."""

import contextlib
import importlib.abc
import importlib.util
import os
import platform
import sys


def prepare():
    """Set what TensorFlow and ONNX Runtime read when they are first imported; a learner's own wish wins."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # for TensorFlow before 2.21, and later messages
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # else ONNX Runtime tells its maker of its use
    if platform.machine().lower() in ("x86_64", "amd64"):
        # With oneDNN a CNN trains in two thirds of the time on processors that have AVX2, but no instructions
        # for neural networks (AVX-512 or AVX VNNI, AMX). On Linux, TensorFlow leaves it off there.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    sys.meta_path.insert(0, _AtFirstImport())


class _AtFirstImport(importlib.abc.MetaPathFinder):
    """Load TensorFlow and Keras in the course's own way when they are first imported."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in LOADERS or fullname in sys.modules:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)  # whoever only asks for the spec does not load it
        if spec and spec.loader:  # a folder that an uninstallation left has none
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda module: LOADERS[fullname](load, module)
        return spec


def _load_quietly(load, module):
    """Keep TensorFlow's hardware notes out of the notebook."""
    with silent_stderr():  # where 2.21 writes them, whatever TF_CPP_MIN_LOG_LEVEL says
        load(module)
        module.config.list_physical_devices()  # the search for a GPU is noisy too
        # Without AVX-512, oneDNN complains once about whole numbers, in the middle of some training.
        module.function(module.transpose)(module.ones((2, 2), module.int32))


def _load_as_needed(load, module):
    """In a notebook, let Keras run as the course needs whatever its settings say; a program may choose."""
    from helpers import CourseError, set_up

    in_notebook = "IPython" in sys.modules and sys.modules["IPython"].get_ipython()
    fault = set_up.settings_fault() if in_notebook else None
    if fault is None:
        return load(module)
    os.environ["KERAS_BACKEND"] = set_up.KERAS["backend"]
    try:
        load(module)
    except Exception as error:  # a file that Keras cannot read
        raise CourseError("settings of Keras that it can use", fault[0], fault[1]) from error
    module.config.set_image_data_format(set_up.KERAS["image_data_format"])
    module.config.set_floatx(set_up.KERAS["floatx"])
    print(f"Keras {fault[0]}. Here it runs as the course needs it; to change it for good: {fault[1]}")


LOADERS = {"tensorflow": _load_quietly, "keras": _load_as_needed}


@contextlib.contextmanager
def silent_stderr():
    """Send what C++ code writes to standard error nowhere; Python's exceptions pass."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)
