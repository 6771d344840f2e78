"""Let TensorFlow be imported without a word, with the faster of its convolutions."""

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
        # Without AVX-512, TensorFlow leaves oneDNN off, with which a CNN trains twice as fast.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _QuietTensorFlow())


class _QuietTensorFlow(importlib.abc.MetaPathFinder):
    """Keep TensorFlow's hardware notes out of the notebook when it is first imported.

    TensorFlow 2.21 writes them to file descriptor 2 whatever TF_CPP_MIN_LOG_LEVEL says.
    """

    def find_spec(self, fullname, path=None, target=None):
        if fullname != "tensorflow" or fullname in sys.modules:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            sys.meta_path.insert(0, self)  # whoever only asks for the spec does not load it
        if spec and spec.loader:  # a folder that an uninstallation left has none
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda module: _load_quietly(load, module)
        return spec


def _load_quietly(load, module):
    with silent_stderr():
        load(module)
        module.config.list_physical_devices()  # the search for a GPU is noisy too
        # Without AVX-512, oneDNN complains once about whole numbers, in the middle of some training.
        module.function(module.transpose)(module.ones((2, 2), module.int32))


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
