"""The tests notice whatever wants the network, in each kind of process that they start."""

import os
import shutil
import socket
import subprocess
import sys
import textwrap

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.storage import ROOT
from tests.no_network import sitecustomize as no_network
from tools import notebooks

ELSEWHERE = "192.0.2.1"  # belongs to nobody: for documentation
CODE = f"""
import socket
try:
    socket.create_connection(("{ELSEWHERE}", 80), timeout=1)
except OSError as error:
    print(error)
"""


@pytest.fixture
def log(tmp_path, monkeypatch):
    """Let attempts be written down elsewhere than where they would fail this test."""
    monkeypatch.setenv(no_network.LOG, str(tmp_path / "attempts"))
    return tmp_path / "attempts"


ATTEMPTS = {
    "connect": lambda: socket.create_connection((ELSEWHERE, 80), timeout=1),
    "look up": lambda: socket.getaddrinfo("example.org", 443),
    "look up as long ago": lambda: socket.gethostbyname("example.org"),
    "datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"?", (ELSEWHERE, 53)),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_of_a_test_is_refused_and_noted(log, attempt):
    with pytest.raises(OSError, match="without a network"):
        attempt()
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1


def test_an_attempt_of_another_process_such_as_a_notebooks_is_noted(log):
    notebook = notebooks.run(new_notebook(cells=[new_code_cell(CODE)]))
    assert "without a network" in notebook.cells[0].outputs[0].text
    assert ELSEWHERE in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "", "0.0.0.0", b"localhost", None])
def test_this_computer_may_be_reached(host):
    assert no_network.is_here(host)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="Python for Windows has no such sockets")
def test_a_socket_in_the_file_system_may_be_reached(log, tmp_path):
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(FileNotFoundError):
        client.connect(str(tmp_path / "nobody"))
    assert not log.exists()


OFFLINE = ROOT / "tools" / "without_network.sh"
# A namespace of its own, also if these tests run in one: what is sent on purpose is not to be counted there.
ANEW = {name: value for name, value in os.environ.items() if name != "WITHOUT_NETWORK"}
works_here = (
    shutil.which("unshare")
    and shutil.which("ip")
    and subprocess.run([OFFLINE, "true"], env=ANEW, capture_output=True, check=False).returncode == 0
)


@pytest.mark.skipif(not works_here, reason="needs the right to make a network namespace")
def test_without_a_network_each_packet_that_any_program_sends_is_counted():
    datagram = f"import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'?', ('{ELSEWHERE[:-1]}9', 53))"
    for code, status in (("print('here')", 0), (datagram, 1)):
        command = [OFFLINE, sys.executable, "-I", "-c", code]  # -I: without the guard of these tests
        done = subprocess.run(command, env=ANEW, capture_output=True, encoding="utf-8", check=False)
        if "not counted" in done.stdout:
            pytest.skip("this system has no virtual network")
        assert done.returncode == status, done.stdout
        assert ("network: 0" in done.stdout) == (status == 0)


HIDDEN = f"""
import pytest

def attempt():
{textwrap.indent(CODE, "    ")}

@pytest.fixture(scope="session")
def ends_late():
    yield
    attempt()

def test_hidden():
    attempt()

def test_late(ends_late):
    pass
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("options", "ends"),
    [(["-k", "late"], ["1 passed"]), (["-n2"], ["This wanted the network", "1 failed, 1 passed"])],
    ids=["alone", "workers"],
)
def test_whoever_hides_an_attempt_in_a_test_or_after_it_fails_the_run(tmp_path, options, ends):
    (tmp_path / "test_it.py").write_text(HIDDEN, encoding="utf-8")
    (tmp_path / "no.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "tests.network_guard", "-p", "xdist.plugin", *options]
    command += ["--rootdir", tmp_path, "-c", tmp_path / "no.ini", tmp_path]
    quick = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quick, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    for words in (*ends, "Wanted the network after the tests", f"socket.connect {ELSEWHERE}"):
        assert words in done.stdout
