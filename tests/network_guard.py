"""A plugin for pytest: nothing leaves this computer, and whatever wants to fails the test or the run.

Each worker of pytest-xdist has a log of its own, so that an attempt fails the test that made it.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests.no_network import sitecustomize as no_network

SEEN, WHOLE_RUN = pytest.StashKey(), pytest.StashKey()


def pytest_configure(config):
    """Begin a log, and let every process that is started from now on write into it."""
    if hasattr(config, "workerinput"):
        config.stash[WHOLE_RUN] = Path(os.environ[no_network.LOG])
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
    if not wanted:
        return
    if WHOLE_RUN in session.config.stash:  # only the process that started the workers can fail the run
        with session.config.stash[WHOLE_RUN].open("a", encoding="utf-8") as log:
            log.writelines(f"{line}\n" for line in wanted)
    else:
        print("\nWanted the network after the tests: " + "; ".join(wanted))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def new_attempts(config):
    """Give what was wanted from the network since the last call, a line each."""
    log, seen = config.stash[SEEN]
    attempts = log.read_text(encoding="utf-8").splitlines()
    config.stash[SEEN] = log, len(attempts)
    return attempts[seen:]
