"""Settings of pytest for the whole repository."""

import os
import sys

import pytest

from tests import strict_outputs
from tests.jupyterlab_browser import needs_chromium

pytest_plugins = ["tests.network_guard"]
# Seconds of the longest files, on two cores at 2.5 GHz without 16-bit instructions; the others take less.
# Workers take a file at a time, in this order: a long one that began last would keep one worker busy while
# the others wait.
SECONDS = {
    "test_site.py": 380,
    "example-67-to-94.ipynb": 220,
    "test_fits.py": 210,
    "05-evaluate-and-tune.ipynb": 200,
    "04-train-a-cnn.ipynb": 180,
    "example-dense-baseline.ipynb": 150,
    "test_faults.py": 140,
    "example-object-detection.ipynb": 130,
    "example-transfer-learning.ipynb": 115,
    "example-mnist.ipynb": 100,
    "test_checks.py": 80,
    "example-iris.ipynb": 80,
    "test_slides.py": 80,
    "test_web_page.py": 75,
    "example-your-own-project.ipynb": 65,
    "01-introduction.ipynb": 60,
    "02-image-data.ipynb": 60,
    "test_recipe.py": 60,
    "test_hostile_exports.py": 55,
    "test_own_photos.py": 55,
    "test_exports.py": 55,
    "06-share.ipynb": 50,
    "test_sharing.py": 50,
    "test_in_jupyterlab.py": 50,
    "test_learners.py": 40,
    "test_any_input.py": 35,
    "test_editions.py": 35,
    "test_browser_training.py": 30,
    "test_portability.py": 30,
    "03-build-a-cnn.ipynb": 25,
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
