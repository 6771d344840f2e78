"""The set-up check: each thing that can be wrong with a machine has a remedy of its own."""

import os
import platform
import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import environment, set_up, storage
from tests.programs import run

FAULTS = [  # where something is put that does not suit the course, its name, it
    (environment, "requirements", lambda: [Requirement("no-such-package>=1"), Requirement("numpy>=99")]),
    (set_up, "NEEDED_MEMORY", 10_000),
    (set_up, "NEEDED_DISK", 1_000_000),
    (storage, "checksums", lambda: {"README.md": "0" * 64}),
    (storage, "FIT_OUTPUTS", Path(__file__) / "below"),
]
REMEDIES = [  # for each of them, in the order of the check
    ("✗ no-such-package ", 'pip install "no-such-package>=1"'),
    ("✗ numpy ", 'pip install "numpy>=99"'),
    ("✗ memory ", "Close programs"),
    ("✗ fit_outputs ", "COURSE_FIT_OUTPUTS"),
    ("✗ disk ", "Make room"),
    ("✗ data ", "git checkout"),
]


def test_set_up_check_says_of_each_fault_what_to_do(capsys, monkeypatch):
    monkeypatch.setattr(set_up, "_keras", lambda: ("Keras", "was started by another test", None))
    for fault in FAULTS:
        monkeypatch.setattr(*fault)
    assert not set_up.set_up_check()
    check_remedies(capsys.readouterr().out, REMEDIES)


def check_remedies(printed, remedies):
    told = re.findall(r"^✗.*\n  → .*$", printed, re.MULTILINE)
    for fault, (found, remedy) in zip(told, remedies, strict=True):
        assert found in fault and remedy in fault
    assert f"To do: {len(remedies)}" in printed


def test_a_package_of_tomorrow_is_new_enough(monkeypatch):
    monkeypatch.setattr(environment, "installed_version", lambda name: "2.22.0.dev20260101")
    assert set_up._package(Requirement("tensorflow>=2.18"))[2] is None


def test_set_up_check_ends_where_a_drive_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path / "fits")
    monkeypatch.setattr(Path, "exists", lambda path: False)
    assert set_up._disk()[2].startswith("Set COURSE_FIT_OUTPUTS")


def tree(*folders):
    """All folders below some, and all files with the time of their last change."""
    found = (path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {path: path.is_dir() or path.lstat().st_mtime_ns for path in found}


@pytest.mark.thorough
def test_set_up_check_passes_here_and_writes_nothing(tmp_path):
    """In an empty home; and it leaves its environment and the course alone."""
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    environ = dict.fromkeys(("HOME", "USERPROFILE"), str(tmp_path / "home"))
    environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path / "tmp"))
    prefix = Path(sys.prefix)
    folders = [tmp_path, prefix / "etc", prefix / "share", storage.ROOT / "fit_outputs", storage.DATA]
    before = tree(*folders)
    done = check("-B", **environ, COURSE_FIT_OUTPUTS=str(tmp_path / "home" / "not yet there"))
    _, *found, last = done.stdout.splitlines()
    assert last.startswith("Ready") and all(line.startswith("✓") for line in found), done.stdout
    assert done.returncode == 0 and "✓ fit_outputs" in done.stdout
    assert tree(*folders) == before


# What keras.json says, and the variable KERAS_BACKEND: what is said of it, and what to do; None if it suits.
SETTINGS = [
    (None, "torch", "is set to run on torch", "the environment variable KERAS_BACKEND"),
    (None, "tensorflwo", "is set to run on tensorflwo", "set it to tensorflow"),
    ('{"backend": "jax"}', "", "backend = 'jax'", 'Write "backend": "tensorflow" in '),
    ('{"image_data_format": "channels_first"}', "", "'channels_first'", '"channels_last" in '),
    ('{"floatx": "float16"}', "", "floatx = 'float16'", 'Write "floatx": "float32" in '),
    ("half a f", "", "cannot be read", "Delete "),
    ("[]", "", "cannot be read", "Delete "),
    (None, "tensorflow", None, None),
    ('{"backend": "jax", "epsilon": 1e-7}', "tensorflow", None, None),  # the variable wins over the file
]


@pytest.mark.parametrize(("said", "backend", "found", "remedy"), SETTINGS)
def test_settings_of_keras_that_do_not_suit_have_a_remedy(
    said, backend, found, remedy, tmp_path, monkeypatch
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_BACKEND", backend)
    if said:
        (tmp_path / "keras.json").write_text(said, encoding="utf-8")
    if found is None:
        assert set_up.settings_fault() is None
    else:
        _, said, to_do = set_up._keras()
        assert found in said and remedy in to_do


# Situations, made for real: what the environment says, and for each fault what is said and what to do.
SITUATIONS = [({"EPSILON": "1"}, [("Keras", "Delete ")])]  # with such a keras.json it does not start
if sys.platform == "linux":  # which has a folder that refuses even an administrator
    faults = [("✗ fit_outputs", storage.MOVE), ("✗ home folder", "set HOME to a folder")]
    SITUATIONS += [({"HOME": "/proc", "COURSE_FIT_OUTPUTS": "/proc/fits"}, faults)]


@pytest.mark.thorough
@pytest.mark.parametrize(("environ", "remedies"), SITUATIONS)
def test_set_up_check_has_a_remedy_for_each_situation(environ, remedies, tmp_path):
    (tmp_path / "keras.json").write_text('{"epsilon": 1}' if "EPSILON" in environ else "{}", encoding="utf-8")
    done = check("-B", KERAS_HOME=str(tmp_path), **environ)
    assert done.returncode == 1, done.stderr
    check_remedies(done.stdout, remedies)


def check(*options, **environ):
    return run(sys.executable, *options, "-m", "helpers", code=None, **{"KERAS_BACKEND": ""} | environ)


STARTS = [  # what TensorFlow does instead of starting, what is found, what to do
    ("raise ImportError('lib_cc.so.2')", "ImportError: lib_cc.so.2", "--force-reinstall"),
    ("raise ImportError('DLL load failed while importing')", "DLL load failed", "Visual C++"),
    ("import os; os.write(2, b'no answer'); os.abort()", "(no answer)", "--force-reinstall"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "Illegal instruction", "too old"),
    ("import sys; sys.modules['keras'] = None", "does not start: ", "keras=="),
]


@pytest.mark.parametrize(("start", "found", "remedy"), STARTS)
@pytest.mark.skipif(os.name == "nt", reason="programs are not ended by signals there")
def test_set_up_check_survives_a_tensorflow_that_does_not_start(start, found, remedy, tmp_path, monkeypatch):
    (tmp_path / "tensorflow.py").write_text(start, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    _, said, to_do = set_up._keras()
    assert found in said
    assert remedy in to_do


def test_a_python_without_the_packages_is_told_where_they_are():
    done = check("-S")
    assert done.returncode == 1
    assert "make .venv/lab" in done.stdout


def test_an_intel_mac_without_tensorflow_is_told_at_once(capsys, monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(environment, "installed_version", lambda name: None)
    assert not set_up.set_up_check()
    first, *rest = capsys.readouterr().out.splitlines()[1:]
    assert first.startswith("✗ processor")
    assert "Colab" in rest[0]
    assert len(rest) == 2


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_set_up_check_knows_the_pythons_of_the_course(version, monkeypatch):
    assert set_up._python()[2] is None
    monkeypatch.setattr(sys, "version_info", version)
    assert "3.11, 3.12 or 3.13" in set_up._python()[2]
