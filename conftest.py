"""Settings of pytest for the whole repository."""

import pytest

from tests import strict_outputs
from tests.jupyterlab_browser import needs_chromium


@pytest.fixture(autouse=True)
def learners_place(tmp_path, monkeypatch):
    """Keep tests away from the fits and the progress of whoever runs them."""
    monkeypatch.setattr("helpers.paths.FIT_OUTPUTS", tmp_path / "learners_place")


def pytest_configure(config):
    """Compare notebooks more strictly than nbval does."""
    strict_outputs.install()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Count every test in a browser among the slow ones."""
    for item in items:
        if needs_chromium.mark in item.iter_markers():
            item.add_marker("slow")
