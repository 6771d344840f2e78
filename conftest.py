"""Settings of pytest for the whole repository."""

import os
import sys

import pytest

from tests import strict_outputs
from tests.jupyterlab_browser import needs_chromium

pytest_plugins = ["tests.network_guard"]
# Seconds of the longest files, on two quiet cores; the others take less. Workers take a file at a time, in
# this order: a long one that began last would keep one worker busy while the others wait.
SECONDS = {
    "example-67-to-94.ipynb": 190,
    "example-object-detection.ipynb": 130,
    "05-evaluate-and-tune.ipynb": 110,
    "test_fits.py": 100,
    "example-dense-baseline.ipynb": 90,
    "04-train-a-cnn.ipynb": 80,
    "test_site.py": 80,
    "test_faults.py": 80,
    "test_sharing.py": 80,
    "test_any_input.py": 70,
    "test_checks.py": 70,
    "test_hostile_exports.py": 70,
    "example-mnist.ipynb": 60,
    "example-transfer-learning.ipynb": 60,
    "test_in_jupyterlab.py": 50,
    "example-iris.ipynb": 45,
    "example-your-own-project.ipynb": 45,
    "01-introduction.ipynb": 45,
    "02-image-data.ipynb": 45,
    "test_set_up.py": 40,
    "test_environment.py": 35,
    "06-share.ipynb": 30,
    "test_explorers.py": 30,
    "test_learners.py": 15,
    "03-build-a-cnn.ipynb": 15,
}


@pytest.fixture(autouse=True)
def learners_place(tmp_path, monkeypatch):
    """Keep tests away from the fits and the progress of whoever runs them."""
    monkeypatch.setattr("helpers.storage.FIT_OUTPUTS", tmp_path / "learners_place")


@pytest.fixture(autouse=True)
def close_figures():
    """Leave no figure open for the next test."""
    yield
    if "matplotlib.pyplot" in sys.modules:  # most tests draw nothing, and need not wait for its import
        sys.modules["matplotlib.pyplot"].close("all")


def pytest_configure(config):
    """Compare notebooks more strictly than nbval does; let the workers share the processor's cores."""
    strict_outputs.install()
    if hasattr(config, "workerinput"):  # else each TensorFlow would take all cores, and wait for the others'
        cores = max(1, (os.cpu_count() or 1) // config.workerinput["workercount"])
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(cores))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Count every test in a browser among the slow ones; begin with what takes longest."""
    for item in items:
        if needs_chromium.mark in item.iter_markers():
            item.add_marker("slow")
    items.sort(key=lambda item: -SECONDS.get(item.path.name, 0))  # stable: a file's tests stay in order
