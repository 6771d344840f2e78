"""Helpers of the course: one module per step of the workflow.

==============  =======  ======================================================================
module          step     what it holds
==============  =======  ======================================================================
`places`                 a folder for each learner that can be written to
`writing`                files and folders appear complete or not at all
`paths`                  where data and saved fits live
`arguments`              refuse what makes no sense, in words
`takes`                  say above a function what it takes
`environment`            the set-up check, and what Colab lacks
`restarts`               after a restart, which cells to run first
`data`          3        CIFAR-10, class names, `prepare_dataset`
`full_cifar10`  3        all 60,000 images, from Keras's server or npm
`images`        3, 7     bundled photos and the learner's own image files
`digits`        3, 7     MNIST, and images of your own digits
`augmentation`  3        images of digits, varied at random
`folders`       3        the learner's own images, one subfolder a class
`filters`       4        convolution by hand, kernels
`models`        4        the networks of the course
`recipe`        3 to 7   how the best network is trained
`pretrained`    4        networks trained on ImageNet, and their features
`detection`     4 to 8   where is what: boxes, detectors, average precision
`online`        3, 4     other networks and images, from the internet
`model_files`   6, 10    load a model, never the code that somebody hid in it
`model_parts`   6, 10    which layers and functions a file may name
`training`      5, 6     live progress, histories, saved fits
`prediction`    7        images, labels and probabilities from one pass
`evaluation`    8        numbers, no plots: intervals, confusion, calibration, mistakes
`tuning`        9        loops and searches over hyperparameters
`grid_search`   9        scikit-learn's grid search, on one machine or a cluster
`sharing`       10       a folder with its card, exports, the web page, other backends
`plotting`      all      images, curves, bars, confusion
`diagrams`      all      the concept figures, drawn by code
`figures`       all      what stands behind these two doors
`explorers`     all      widgets to play with, over the figures
`checks`        all      feedback on exercises, and which were passed
`exercises`     all      what the checks know, one file per notebook
`quiz`          all      questions at the end of an episode
==============  =======  ======================================================================

Importing the package is cheap: TensorFlow is only imported by the modules that train.
"""

import contextlib
import importlib.abc
import importlib.util
import os
import platform
import sys


class CourseError(ValueError):
    """An error that tells a beginner what to do.

    Parameters
    ----------
    expected : str
        What the function needs.
    got : str
        What it was given instead.
    remedy : str
        What to do now.

    Examples
    --------
    >>> raise CourseError("images of 32 x 32 pixels", "28 x 28", "Resize them first.")
    Traceback (most recent call last):
    helpers.CourseError: expected images of 32 x 32 pixels, but got 28 x 28. Resize them first.
    """

    def __init__(self, expected, got, remedy):
        expected, got, remedy = _plain(expected), _shortened(_plain(got)), _plain(remedy)
        super().__init__(f"expected {expected}, but got {got}. {remedy}")
        self.expected, self.got, self.remedy = expected, got, remedy

    def __reduce__(self):
        return type(self), (self.expected, self.got, self.remedy)

    def _render_traceback_(self):
        """Show only the message in a notebook: the way into our code helps no learner."""
        return [f"✗ Expected: {self.expected}", f"  Got:      {self.got}", f"  To do:    {self.remedy}"]


def _plain(text):
    """Leave no control character in a text, which may come from a file: it could repaint the screen."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def _shortened(text, most=300):
    """Leave out the middle of what is too long to be read, such as an array with all its numbers."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


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
        if spec is not None:
            load = spec.loader.exec_module
            spec.loader.exec_module = lambda module: _load_quietly(load, module)
        return spec


def _load_quietly(load, module):
    with _silent_stderr():
        load(module)
        module.config.list_physical_devices()  # the search for a GPU is noisy too
        # Without AVX-512, oneDNN complains once about whole numbers, in the middle of some training.
        module.function(module.transpose)(module.ones((2, 2), module.int32))


@contextlib.contextmanager
def _silent_stderr():
    """Send what C++ code writes to standard error nowhere; Python's exceptions pass."""
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


if "IPython" in sys.modules:
    from helpers import missing_cells

    missing_cells.watch()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # for TensorFlow before 2.21, and later messages
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # else ONNX Runtime tells its maker what it is used for
if platform.machine().lower() in ("x86_64", "amd64"):
    # Where a processor has no AVX-512, TensorFlow leaves oneDNN off, with which a CNN trains twice as fast.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
if "tensorflow" not in sys.modules:
    sys.meta_path.insert(0, _QuietTensorFlow())
