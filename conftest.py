"""Settings of pytest for the whole repository."""

import pytest

from tests import strict_outputs


@pytest.fixture(autouse=True)
def learners_place(tmp_path, monkeypatch):
    """Keep tests away from the fits and the progress of whoever runs them."""
    monkeypatch.setattr("helpers.paths.FIT_OUTPUTS", tmp_path / "learners_place")


def pytest_configure(config):
    """Compare notebooks more strictly than nbval does."""
    strict_outputs.install()
