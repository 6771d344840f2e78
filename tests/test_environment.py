"""The set-up check, quiet start-up, and what Colab lacks."""

import importlib.metadata
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


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(environment.subprocess, "Popen", pytest.fail)
    assert environment.install_missing() == []
    assert capsys.readouterr().out == ""


@pytest.fixture
def commands(monkeypatch):
    """Every command that would install something; each is said to have done its work."""
    seen = []
    monkeypatch.setattr(environment, "_in_sight", lambda *command: seen.append(command) or (0, []))
    return seen


@pytest.mark.parametrize("wanted", ["no-such-package>=1", "psutil>=99"])
def test_only_what_is_missing_or_too_old_is_installed(commands, monkeypatch, capsys, wanted):
    monkeypatch.setattr(environment, "_requirements", needing("packaging>=1.0", wanted))
    assert environment.install_missing() == [wanted]
    assert commands[0][-1] == wanted
    printed = capsys.readouterr().out.splitlines()
    name = Requirement(wanted).name
    assert printed[:2] == [f"Installing {wanted}: a minute or two.", f"✓ Installed {name}."]
    assert ["Restart the kernel" in line for line in printed[2:]] == [True] * (name == "psutil")


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        (["ERROR: no network", "a note"], "got ERROR: no network. Check the network"),
        (["No module named pip"], "got No module named pip. Check"),
        (["error: externally-managed-environment", "hint"], "make an environment for the course"),
    ],
)
def test_failed_installation_is_explained(monkeypatch, printed, words):
    monkeypatch.setattr(environment, "_requirements", needing("no-such-package>=1"))
    monkeypatch.setattr(environment, "_in_sight", lambda *command: (1, printed))
    with pytest.raises(CourseError, match=words):
        environment.install_missing()


def test_large_downloads_are_shown_while_they_come(capsys):
    lines = ["Collecting a", "  Downloading https://b.org/a-1.whl.metadata (3 kB)"]
    lines += [
        "Downloading https://b.org/x/a_b-1.whl (9.5 MB)",
        "Downloading c-1.whl (9 kB)",
        "Downloading d (7MiB)",
    ]
    program = f"import sys; print({chr(10).join(lines)!r}); sys.exit(3)"
    assert environment._in_sight(sys.executable, "-c", program) == (
        3,
        ["no answer", *map(str.strip, lines)],
    )
    assert capsys.readouterr().out == "  a_b, 9.5 MB\n  d, 7MiB\n"


BUILDS = [  # distribution (None: only the module), version, what is said
    ("tensorflow", "2.18.0", "False"),
    ("tensorflow_cpu", "2.20.1", "False"),
    ("tensorflow_intel", "2.18.1", "False"),
    ("tf_nightly", "2.22.0.dev20260101", "False"),
    (None, "2.19.0", "False"),
    (None, "2.15.0", "expected TensorFlow >=2.18, but got 2.15.0."),
    ("tensorflow_intel", "2.15.0", "expected TensorFlow >=2.18, but got 2.15.0."),
]


@pytest.mark.parametrize("wanted", ["tensorflow>=2.18", "tensorflow-cpu>=2.18"])
@pytest.mark.parametrize(("build", "version", "answer"), BUILDS)
def test_any_build_of_tensorflow_is_tensorflow(tmp_path, wanted, build, version, answer):
    make_tensorflow(tmp_path, build, version)
    assert is_missing(tmp_path, wanted).startswith(answer)


@pytest.mark.parametrize("build", [None, "tensorflow"])
def test_what_an_uninstallation_left_is_not_tensorflow(tmp_path, build):
    make_tensorflow(tmp_path, build, "2.20.0")
    (tmp_path / "tensorflow" / "__init__.py").unlink()
    assert is_missing(tmp_path, "tensorflow>=2.18") == "True"


def make_tensorflow(folder, build, version):
    (folder / "tensorflow").mkdir()
    (folder / "tensorflow" / "__init__.py").write_text(f"__version__ = {version!r}")
    if build:
        (folder / f"{build}-{version}.dist-info").mkdir()
        about = folder / f"{build}-{version}.dist-info"
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {build}\nVersion: {version}\n")
        (about / "top_level.txt").write_text("tensorflow\n")


def is_missing(folder, wanted):
    code = f"""
import sys
from helpers import CourseError, environment
sys.path[:] = [{str(folder)!r}, *(place for place in sys.path if "site-packages" not in place)]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
try:
    print(environment._is_missing(environment.Requirement({wanted!r})))
except CourseError as error:
    print(error)
"""
    return run(code, PYTHONPATH=os.pathsep.join([str(folder), str(storage.ROOT)])).stdout.strip()


def test_a_working_tensorflow_is_pinned_with_what_it_is_built_on():
    pins = environment._foundations(["keras>=3.13.2"])
    names = {pin.partition("==")[0] for pin in pins}
    assert {"numpy", "protobuf"} < names
    assert any(name.startswith("tensorflow") for name in names)
    assert "keras" not in names
    assert f"numpy=={importlib.metadata.version('numpy')}" in pins


def test_an_extra_is_installed_where_it_is_asked_for(commands, monkeypatch):
    monkeypatch.setattr(environment, "_installed_version", lambda name: "0.1")
    installed = environment.install_missing("share")
    assert [Requirement(line).name for line in installed] == ["onnx", "onnxruntime", "tf2onnx"]
    assert list(commands[0][-3:]) == installed
    with pytest.raises(CourseError, match="one of the extras"):
        environment.install_missing("caviar")
