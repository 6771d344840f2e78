"""The set-up check, quiet start-up, and what Colab lacks."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import CourseError, environment, storage


def run(code, **environ):
    command = [sys.executable, "-c", code]
    environ = {key: value for key, value in {**os.environ, **environ}.items() if value is not None}
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=environ)


def test_importing_the_package_does_not_import_the_slow_libraries():
    loaded = run("import helpers, sys; print(*sys.modules)").stdout.split()
    assert not {"tensorflow", "keras", "numpy", "matplotlib", "pandas", "sklearn"} & set(loaded)


@pytest.mark.thorough
def test_tensorflow_starts_without_a_word():
    result = run("import helpers, keras, tensorflow as tf; print(int(tf.constant(1) + 1))")
    assert result.stdout == "2\n"
    assert result.stderr == ""


CONVOLVE = """
import helpers, keras, numpy
inputs = keras.Input((32, 32, 3))
model = keras.Model(inputs, keras.layers.Conv2D(16, 3)(inputs))
model.predict(numpy.zeros((8, 32, 32, 3), "float32"), verbose=0)
"""


@pytest.mark.thorough
@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="other processors differ")
@pytest.mark.parametrize(("wish", "used"), [(None, True), ("0", False)])
def test_convolutions_are_the_fast_ones_unless_a_learner_wants_otherwise(wish, used):
    printed = run(CONVOLVE, ONEDNN_VERBOSE="1", TF_ENABLE_ONEDNN_OPTS=wish).stdout
    assert ("convolution" in printed) == used


def test_a_broken_tensorflow_still_tells_why(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('a library is missing')", encoding="utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import helpers; import tensorflow"
    with pytest.raises(subprocess.CalledProcessError) as error:
        run(code)
    assert "a library is missing" in error.value.stderr


def needing(*requirements):
    return lambda extra=None: [Requirement(line) for line in requirements]


@pytest.mark.thorough
def test_set_up_check_passes_here(capsys):
    assert environment.set_up_check()
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("Ready")
    assert all(line.startswith("✓") for line in lines[:-1])


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("module", "name", "value", "line"),
    [
        (environment, "_requirements", needing("no-such-package>=1"), "no-such-package not installed"),
        (environment, "_requirements", needing("numpy>=99"), 'pip install "numpy>=99"'),
        (environment, "NEEDED_MEMORY", 10_000, "✗ memory"),
        (environment, "NEEDED_DISK", 1_000_000, "✗ disk"),
        (storage, "checksums", lambda: {"README.md": "0" * 64}, "git checkout"),
        (storage, "FIT_OUTPUTS", Path(__file__) / "below", "COURSE_FIT_OUTPUTS"),
    ],
)
def test_set_up_check_says_what_to_do(module, name, value, line, capsys, monkeypatch):
    monkeypatch.setattr(module, name, value)
    assert not environment.set_up_check()
    printed = capsys.readouterr().out
    assert line in printed
    assert "→" in printed
    assert "To do: 1" in printed


def test_set_up_check_ends_where_a_drive_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path / "fits")
    monkeypatch.setattr(Path, "exists", lambda path: False)
    assert environment._disk()[2].startswith("Set COURSE_FIT_OUTPUTS")


def tree(*folders):
    """All folders below some, and all files with the time of their last change."""
    found = (path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {path: path.is_dir() or path.lstat().st_mtime_ns for path in found}


@pytest.mark.thorough
def test_set_up_check_writes_nothing(tmp_path):
    """In an empty home; and it leaves its environment and the course alone."""
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    environ = dict.fromkeys(("HOME", "USERPROFILE"), str(tmp_path / "home"))
    environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path / "tmp"))
    prefix = Path(sys.prefix)
    folders = [tmp_path, prefix / "etc", prefix / "share", storage.ROOT / "fit_outputs", storage.DATA]
    for place in (None, str(tmp_path / "home" / "not yet there")):
        before = tree(*folders)
        command = [sys.executable, "-B", "-m", "helpers"]
        environ = {**os.environ, **environ, "COURSE_FIT_OUTPUTS": place or ""}
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environ, cwd=storage.ROOT)
        assert "✓ fit_outputs" in done.stdout, done.stderr
        assert tree(*folders) == before


@pytest.mark.parametrize(
    ("said", "backend", "remedy"),
    [
        ('{"image_data_format": "channels_first"}', None, "channels_last"),
        ('{"backend": "jax"}', None, "keras.json"),
        ('{"backend": "jax"}', "tensorflow", None),
        ("{}", "torch", "KERAS_BACKEND"),
        ("[]", None, None),
        ("half a f", None, None),
        (None, None, None),
    ],
)
def test_set_up_check_reads_what_keras_will_do(said, backend, remedy, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    if backend:
        monkeypatch.setenv("KERAS_BACKEND", backend)
    if said:
        (tmp_path / "keras.json").write_text(said, encoding="utf-8")
    given = environment._keras()[2]
    assert remedy in given if remedy else given is None


def test_set_up_check_survives_a_tensorflow_that_crashes(tmp_path, monkeypatch):
    crash = "import os, sys; sys.stderr.write('Illegal instruction'); sys.stderr.flush(); os.abort()"
    (tmp_path / "tensorflow.py").write_text(crash, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    _, found, remedy = environment._tensorflow()
    assert found == "TensorFlow does not start: Illegal instruction"
    assert "pip install" in remedy


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_set_up_check_knows_the_pythons_of_the_course(version, monkeypatch):
    assert environment._python()[2] is None
    monkeypatch.setattr(sys, "version_info", version)
    assert "3.11, 3.12 or 3.13" in environment._python()[2]


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch):
    monkeypatch.setattr(environment.subprocess, "run", pytest.fail)
    assert environment.install_missing() == []


@pytest.fixture
def commands(monkeypatch):
    """Every program that the package would start; each is said to have done its work."""
    seen, done = [], subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(environment.subprocess, "run", lambda command, **_: seen.append(command) or done)
    return seen


@pytest.mark.parametrize("wanted", ["no-such-package>=1", "numpy>=99"])
def test_only_what_is_missing_or_too_old_is_installed(commands, monkeypatch, wanted):
    monkeypatch.setattr(environment, "_requirements", needing("packaging>=1.0", wanted))
    assert environment.install_missing() == [wanted]
    assert commands[0][-1] == wanted


def test_failed_installation_is_explained(monkeypatch):
    monkeypatch.setattr(environment, "_requirements", needing("no-such-package>=1"))
    failed = subprocess.CompletedProcess([], 1, stderr="ERROR: no network\n")
    monkeypatch.setattr(environment.subprocess, "run", lambda command, **_: failed)
    with pytest.raises(CourseError, match="no network"):
        environment.install_missing()


def test_an_extra_is_installed_where_it_is_asked_for(commands, monkeypatch):
    monkeypatch.setattr(environment, "_installed_version", lambda requirement: "0.1")
    installed = environment.install_missing("share")
    assert [Requirement(line).name for line in installed] == ["onnx", "onnxruntime", "tf2onnx"]
    assert list(commands[0][-3:]) == installed
    with pytest.raises(CourseError, match="one of the extras"):
        environment.install_missing("caviar")
