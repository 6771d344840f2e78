"""Quiet start-up, and what a machine lacks."""

import importlib.metadata
import platform
import shutil
import sys

import pytest
from packaging.requirements import Requirement

from helpers import CourseError, environment, storage
from tests.programs import python

SLOW = {"tensorflow", "keras", "pandas", "seaborn", "sklearn", "scipy"}


def test_importing_the_package_does_not_import_the_slow_libraries():
    program = "import sys, helpers; print(*sys.modules); import helpers.plotting; print(*sys.modules)"
    package, plotting = python(program).stdout.splitlines()
    assert not (SLOW | {"numpy", "matplotlib"}) & {*package.split()}
    assert not SLOW & {*plotting.split()}


CONVOLVE = """
import helpers, importlib.util, sys
if len(sys.argv) > 1:  # in a notebook
    from IPython.core.interactiveshell import InteractiveShell
    InteractiveShell.instance()
    importlib.util.find_spec("tensorflow")  # somebody asks whether it is there
import keras, numpy
inputs = keras.Input((32, 32, 3))
model = keras.Model(inputs, keras.layers.Conv2D(16, 3)(inputs))
answer = model.predict(numpy.zeros((8, 32, 32, 3), "float32"), verbose=0)
print(answer.shape, answer.dtype, keras.config.backend())
"""
OTHER = '{"image_data_format": "channels_first", "floatx": "float16"}'
STARTS = [  # arguments, what is asked of oneDNN, whether it convolves, what is said
    ([], None, True, ""),
    (["notebook"], "0", False, "Keras is set to run on torch. Here it runs as the course needs it"),
]


@pytest.mark.thorough
@pytest.mark.parametrize(("notebook", "wish", "used", "words"), STARTS)
def test_keras_starts_silently_and_fast_unless_a_learner_wants_otherwise_and_in_a_notebook_as_is_needed(
    notebook, wish, used, words, tmp_path
):
    (tmp_path / "keras.json").write_text(OTHER if notebook else "{}", encoding="utf-8")
    place = {"KERAS_HOME": tmp_path, "IPYTHONDIR": tmp_path, "KERAS_BACKEND": "torch" if notebook else None}
    result = python(CONVOLVE, *notebook, ONEDNN_VERBOSE="1", TF_ENABLE_ONEDNN_OPTS=wish, **place)
    *said, answer = [line for line in result.stdout.splitlines() if not line.startswith("onednn_verbose")]
    assert (answer, result.stderr) == ("(8, 30, 30, 16) float32 tensorflow", "")
    assert "\n".join(said).startswith(words) and len(said) == len(notebook)
    if platform.machine().lower() in ("x86_64", "amd64"):  # other processors differ
        assert ("convolution" in result.stdout) == used


def test_a_broken_tensorflow_still_tells_why(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise ImportError('a library is missing')", encoding="utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import helpers; import tensorflow"
    assert "a library is missing" in python(code, code=1).stderr


def needing(*requirements):
    return lambda extra=None: [Requirement(line) for line in requirements]


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
    monkeypatch.setattr(environment, "requirements", needing("packaging>=1.0", wanted))
    assert environment.install_missing() == [wanted]
    assert commands[0][-1] == wanted
    printed = capsys.readouterr().out.splitlines()
    name = Requirement(wanted).name
    assert printed[:2] == [f"Installing {wanted}: a minute or two.", f"✓ Installed {name}."]
    assert ["Restart the kernel" in line for line in printed[2:]] == [True] * (name == "psutil")


FAILED = [  # what pip printed, what is said
    (["ERROR: no network", "a note"], "got ERROR: no network. Check the network"),
    (["No module named pip"], "got No module named pip. Check"),
    (["error: externally-managed-environment", "hint"], "make an environment for the course"),
]


@pytest.mark.parametrize(("printed", "words"), FAILED)
def test_failed_installation_is_explained(monkeypatch, printed, words):
    monkeypatch.setattr(environment, "requirements", needing("no-such-package>=1"))
    monkeypatch.setattr(environment, "_in_sight", lambda *command: (1, printed))
    with pytest.raises(CourseError, match=words):
        environment.install_missing()


def test_large_downloads_are_shown_while_they_come(capsys):
    lines = ["Collecting a", "  Downloading https://b.org/a-1.whl.metadata (3 kB)"]
    lines += ["Downloading https://b.org/x/a_b-1.whl (9.5 MB)", "Downloading c-1.whl (9 kB)"]
    lines += ["Downloading d (7MiB)"]
    program = f"import sys; print({chr(10).join(lines)!r}); sys.exit(3)"
    found = environment._in_sight(sys.executable, "-c", program)
    assert found == (3, ["no answer", *map(str.strip, lines)])
    assert capsys.readouterr().out == "  a_b, 9.5 MB\n  d, 7MiB\n"


TOO_OLD = "expected TensorFlow >=2.18, but got 2.15.0."


def test_a_program_that_writes_much_leaves_its_last_words():
    program = "import sys; print('x' * 99_999); print('end', file=sys.stderr); sys.exit(3)"
    code, printed, errors = environment.run(sys.executable, "-c", program)
    assert (code, errors) == (3, ["end"])
    assert 0 < len(printed[0]) <= 10_000


BUILDS = [  # wanted, distribution (None: only the module), version, what is said
    ("tensorflow>=2.18", "tensorflow", "2.18.0", "False"),
    ("tensorflow-cpu>=2.18", "tensorflow", "2.18.0", "False"),
    ("tensorflow>=2.18", "tensorflow_cpu", "2.20.1", "False"),
    ("tensorflow>=2.18", "tf_nightly", "2.22.0.dev20260101", "False"),
    ("tensorflow-cpu>=2.18", None, "2.19.0", "False"),
    ("tensorflow>=2.18", None, "2.15.0", TOO_OLD),
    ("tensorflow>=2.18", "tensorflow_intel", "2.15.0", TOO_OLD),
]


# In each folder, a line: whether what is wanted is missing if there is no other package but those in it.
ARE_MISSING = """
import importlib, os, sys
from helpers import CourseError, environment
known = [place for place in sys.path if "site-packages" not in place]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
for wanted, folder in zip(sys.argv[1::2], sys.argv[2::2]):
    sys.path[:] = [folder, *known]
    os.environ["PYTHONPATH"] = folder
    importlib.invalidate_caches()
    try:
        print(environment._is_missing(environment.Requirement(wanted)))
    except CourseError as error:
        print(error)
"""


def test_any_build_of_tensorflow_is_one_and_what_an_uninstallation_left_is_not(tmp_path):
    asked, answers = [], []
    for number, (wanted, build, version, answer) in enumerate(BUILDS):
        whole, left = tmp_path / f"{number}", tmp_path / f"{number} uninstalled"
        (whole / "tensorflow").mkdir(parents=True)
        if build:
            about = whole / f"{build}-{version}.dist-info"
            about.mkdir()
            facts = f"Metadata-Version: 2.1\nName: {build}\nVersion: {version}\n"
            (about / "METADATA").write_text(facts, encoding="utf-8")
            (about / "top_level.txt").write_text("tensorflow\n", encoding="utf-8")
        shutil.copytree(whole, left)
        (whole / "tensorflow" / "__init__.py").write_text(f"__version__ = {version!r}", encoding="utf-8")
        asked += [wanted, whole, wanted, left]
        answers += [answer, "True"]
    found = python(ARE_MISSING, *asked, PYTHONPATH=storage.ROOT).stdout.splitlines()
    for number, (answer, wanted) in enumerate(zip(found, answers, strict=True)):
        assert answer.startswith(wanted), (BUILDS[number // 2], "uninstalled" * (number % 2))


def test_a_working_tensorflow_is_pinned_with_what_it_is_built_on():
    pins = environment._foundations(["keras>=3.13.2"])
    names = {pin.partition("==")[0] for pin in pins}
    assert {"numpy", "protobuf"} < names
    assert any(name.startswith("tensorflow") for name in names)
    assert "keras" not in names
    assert f"numpy=={importlib.metadata.version('numpy')}" in pins


def test_an_extra_is_installed_where_it_is_asked_for(commands, monkeypatch):
    monkeypatch.setattr(environment, "installed_version", lambda name: "0.1")
    installed = environment.install_missing("share")
    assert [Requirement(line).name for line in installed] == ["onnx", "onnxruntime", "tf2onnx"]
    assert list(commands[0][-3:]) == installed
    with pytest.raises(CourseError, match="one of the extras"):
        environment.install_missing("caviar")
