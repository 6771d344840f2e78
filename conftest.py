"""Settings of pytest for the whole repository."""

import os
import tempfile
from pathlib import Path

import pytest

from tests import strict_outputs
from tests.jupyterlab_browser import needs_chromium
from tests.no_network import sitecustomize as no_network

SEEN = pytest.StashKey()


@pytest.fixture(autouse=True)
def learners_place(tmp_path, monkeypatch):
    """Keep tests away from the fits and the progress of whoever runs them."""
    monkeypatch.setattr("helpers.storage.FIT_OUTPUTS", tmp_path / "learners_place")


def pytest_configure(config):
    """Compare notebooks more strictly than nbval does, and let nothing leave this computer."""
    strict_outputs.install()
    log, name = tempfile.mkstemp(prefix="network-", suffix=".log")
    os.close(log)
    config.add_cleanup(Path(name).unlink)
    config.stash[SEEN] = Path(name), 0
    os.environ[no_network.LOG] = name
    guard = str(Path(no_network.__file__).parent)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [guard, os.environ.get("PYTHONPATH")]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Fail a test, or a notebook's cell, during which any process wants something from the network."""
    result = yield
    wanted = new_attempts(item.config)
    if wanted:
        pytest.fail("This wanted the network: " + "; ".join(wanted), pytrace=False)
    return result


def pytest_sessionfinish(session):
    """Fail the run if a process wanted the network when no test was running."""
    wanted = new_attempts(session.config)
    if wanted:
        print("\nWanted the network after the tests: " + "; ".join(wanted))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def new_attempts(config):
    """Give what was wanted from the network since the last call, a line each."""
    log, seen = config.stash[SEEN]
    attempts = log.read_text(encoding="utf-8").splitlines()
    config.stash[SEEN] = log, len(attempts)
    return attempts[seen:]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Count every test in a browser among the slow ones."""
    for item in items:
        if needs_chromium.mark in item.iter_markers():
            item.add_marker("slow")
