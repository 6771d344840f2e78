"""Settings of pytest for the whole repository."""

import pytest

from tests import strict_outputs
from tests.jupyterlab_browser import needs_chromium

pytest_plugins = ["tests.network_guard"]
# Measured seconds of the longest files, on two quiet cores; the others take less. Workers take a file at a
# time, in this order: a long one that began last would keep one worker busy while the others wait.
SECONDS = {
    "05-evaluate-and-tune.ipynb": 240,
    "04-train-a-cnn.ipynb": 200,
    "example-67-to-94.ipynb": 190,
    "example-object-detection.ipynb": 130,
}


@pytest.fixture(autouse=True)
def learners_place(tmp_path, monkeypatch):
    """Keep tests away from the fits and the progress of whoever runs them."""
    monkeypatch.setattr("helpers.storage.FIT_OUTPUTS", tmp_path / "learners_place")


def pytest_configure():
    """Compare notebooks more strictly than nbval does."""
    strict_outputs.install()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Count every test in a browser among the slow ones; begin with what takes longest."""
    for item in items:
        if needs_chromium.mark in item.iter_markers():
            item.add_marker("slow")
    items.sort(key=lambda item: -SECONDS.get(item.path.name, 0))  # stable: a file's tests stay in order
