"""Whatever goes wrong around the course: nothing half-written is read, nothing is silently wrong.

`fault_writers` does what needs a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from helpers import CourseError, model_files, sharing, storage, training
from helpers.sharing.model_card import Card
from helpers.storage import ROOT
from tests.fault_writers import tiny_model, version_of
from tests.programs import python, run

pytestmark = pytest.mark.slow

IN_A_NAMESPACE = ["unshare", "--mount", "--propagation", "private", "sh", "-ec"]
TRY = [*IN_A_NAMESPACE, 'mount -t tmpfs tmpfs "$0"', "/mnt"]
can_mount = shutil.which("unshare") and not subprocess.run(TRY, capture_output=True, check=False).returncode
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")


# Killed, starved, together
@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    """What `fault_writers` counted: {job: {kind: counts}}; Keras is imported once for all jobs."""
    folder, jobs, before = tmp_path_factory.mktemp("faults"), ["kill", "starve", "race"], []
    if can_mount:
        (folder / "fill").mkdir()
        mount = 'mount -t tmpfs -o size=16m tmpfs "$0"; exec "$@"'
        jobs, before = [*jobs, "fill"], [*IN_A_NAMESPACE, mount, folder / "fill"]
    command = [*before, sys.executable, "-m", "tests.fault_writers", folder, *jobs]
    return json.loads(run(*command, KERAS_BACKEND="numpy").stdout)


@forks
def test_whatever_is_killed_in_the_middle_of_writing_the_old_or_the_new_is_read(counts):
    assert sum(count["random kills"] for count in counts["kill"].values()) >= 40
    for name, count in counts["kill"].items():
        assert count["kills step by step"] >= 4, name
        assert count["in the middle"] >= 4, name


@forks
@pytest.mark.parametrize("job", ["starve", "fill"])
def test_a_full_disk_is_explained_and_leaves_the_old_file(counts, job):
    if job not in counts:
        pytest.skip("needs the right to mount a small disk")
    assert sum(count["errors"] for count in counts[job].values()) >= 20


@forks
def test_two_kernels_that_save_the_same_leave_one_whole(counts):
    assert all(count["reads"] >= 2 and count["versions seen"] >= 2 for count in counts["race"].values())


def test_the_table_beside_a_fit_counts_only_for_a_file_of_an_earlier_version(capsys):
    """Between its two files a save can be killed, or overtaken."""
    training.save_fit("tiny", tiny_model(1), {"loss": [1.0]})
    training.write_history(storage.FIT_OUTPUTS / "tiny.csv", {"loss": [2.0]})
    model, history = training.load_fit("tiny")
    assert (version_of(model), history.loss.tolist()) == (1, [1.0])
    with storage.atomic_path(storage.FIT_OUTPUTS / "tiny.keras") as temporary:
        tiny_model(1).save(temporary)
    assert training.load_fit("tiny")[1].loss.tolist() == [2.0]


def test_what_a_living_process_writes_is_not_cleared_away(tmp_path):
    with storage.atomic_path(tmp_path / "slow.txt") as slow:
        slow.write_text("slow", encoding="utf-8")
        other = tmp_path / f"{storage.BESIDE}{storage.HOST}-1-x"  # process 1 lives
        other.mkdir()
        code = "import sys; from helpers import storage as s\nwith s.atomic_path(sys.argv[1]) as p: p.touch()"
        python(code, tmp_path / "quick.txt")
    assert {path.name for path in tmp_path.iterdir()} == {"slow.txt", "quick.txt", other.name}


def test_a_file_does_not_take_the_place_of_a_folder(tmp_path):
    (tmp_path / "model.keras" / "mine").mkdir(parents=True)
    model = tmp_path / "model.keras"
    with pytest.raises(CourseError, match="to be replaced"), storage.atomic_path(model) as temporary:
        temporary.touch()
    assert list(tmp_path.iterdir()) == [model]
    assert (model / "mine").is_dir()


def test_a_file_that_somebody_holds_open_for_a_moment_is_replaced_afterwards(tmp_path, monkeypatch):
    """As on Windows, where a virus scanner does it."""
    refusals, replace = [PermissionError(13, "in use")] * 3, Path.replace

    def refuse_at_first(path, target):
        if refusals:
            raise refusals.pop()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse_at_first)
    with storage.atomic_path(tmp_path / "a.txt") as temporary:
        temporary.write_text("new", encoding="utf-8")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "new"


# Another clock
def test_a_clock_a_lifetime_ahead_changes_nothing(tmp_path, monkeypatch, capsys):
    now = 4_102_444_800.0  # the year 2100
    monkeypatch.setattr(time, "time", lambda: now)
    training.save_fit("tiny", tiny_model(3), {"loss": [3.0]})
    sharing.save(tmp_path / "shared", tiny_model(3), {"loss": [3.0]}, {}, Card("shared", {}, {}, "", ()))
    model_files.save_portable(tiny_model(3), tmp_path / "half.keras", half=True)
    for file in storage.FIT_OUTPUTS.iterdir():
        os.utime(file, (now, now))
    assert version_of(training.load_fit("tiny")[0]) == 3
    assert version_of(sharing.load_model(tmp_path / "shared" / "shared.keras")) == 3
    assert version_of(sharing.load_model(tmp_path / "half.keras")) == 3


def test_a_clock_that_has_lost_its_time_is_explained_and_the_old_fit_stays(tmp_path, monkeypatch, capsys):
    """As on a small computer without a battery and without a network: it begins in 1970."""
    training.save_fit("tiny", tiny_model(1), {"loss": [1.0]})
    monkeypatch.setattr(time, "time", lambda: 0.0)
    with pytest.raises(CourseError, match="clock .* the year 19(70|69).* Set its date and time"):
        training.save_fit("tiny", tiny_model(3), {"loss": [3.0]})
    for file in storage.FIT_OUTPUTS.iterdir():
        os.utime(file, (0, 0))
    model, history = training.load_fit("tiny")
    assert (version_of(model), history.loss.tolist()) == (1, [1.0])
    training.write_history(tmp_path / "h.csv", {"loss": [3.0]})  # is no archive


# Another place
@pytest.fixture
def installation(course):
    """The copy, as if nobody had used it before."""
    yield course
    shutil.rmtree(course / "build", ignore_errors=True)
    for path in (course / "fit_outputs").iterdir():
        if path.name != "shipped":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course without what learners have saved; its data is the data here."""
    folder = tmp_path_factory.mktemp("Käthes Kurs für 学生") / "cnn course"
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("helpers", "tools", "notebooks"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for name in ("model_intro", "model_dropout"):
        shutil.copytree(storage.SHIPPED_FITS / name, folder / "fit_outputs" / "shipped" / name)
    shutil.copytree(ROOT / "data", folder / "data", copy_function=linked)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def linked(source, target):
    """Give a file a second name where that is possible: quicker than a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


JOURNEY = """
import helpers
assert helpers.__file__.startswith(__COURSE__), helpers.__file__
import keras
from helpers import checks, data, full_cifar10, images, mnist, sharing, storage, training
from helpers.plotting.images import show_image
(photos, labels), _ = data.load_cifar10()
mnist.load_mnist(), images.load_photo("cat"), full_cifar10.cache_file()
shipped, history = training.load_fit("model_intro")
training.save_fit("mine", shipped, history)
again, _ = training.load_fit("mine")
if BACKEND:  # NumPy is slow at convolutions
    for answers in zip(again.predict(photos[:2]), shipped.predict(photos[:2]), strict=True):
        assert (answers[0] == answers[1]).all()
checks.shapes(x_train_shape=(9000, 32, 32, 3), y_val_shape=(1000, 10))
with storage.atomic_path(storage.FIT_OUTPUTS / "figure.png") as temporary:
    show_image(photos[0]).figure.savefig(temporary)
print("FITS", storage.FIT_OUTPUTS)
"""


def travel(course, code=JOURNEY, before=(), backend="numpy", **environment):
    """Run code in a copy of the course, as a learner who has set nothing; give what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "TMPDIR") if name in os.environ}
    code = code.replace("__COURSE__", repr(str(course))).replace("BACKEND", str(backend != "numpy"))
    kept |= {"KERAS_BACKEND": backend, "MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"}
    command = [*before, sys.executable, "-c", textwrap.dedent(code)]
    return run(*command, cwd=course, environ=kept, **environment).stdout


def test_a_home_with_spaces_and_letters_of_all_scripts(installation, tmp_path):
    more = """
    import tensorflow_datasets as tfds
    from tools import editions, notebooks
    tfds.load("mnist", split="test", data_dir=storage.DATA, download=False)
    sharing.export_litert(shipped, storage.FIT_OUTPUTS / "exports" / "model.tflite")
    first = notebooks.read(notebooks.find(["01"])[0])
    notebooks.write(editions.learners_edition(first), notebooks.BUILD / "learner" / "01-introduction.ipynb")
    """
    home = tmp_path / "Zoë Ångström 学生"
    home.mkdir()
    printed = travel(installation, JOURNEY + textwrap.dedent(more), backend="tensorflow", HOME=str(home))
    assert f"FITS {installation / 'fit_outputs'}" in printed
    assert (installation / "build" / "learner" / "01-introduction.ipynb").is_file()
    assert (installation / "fit_outputs" / "exports" / "model.tflite").stat().st_size > 100_000


READ_ONLY = 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; cd "$0"; exec "$@"'


@pytest.fixture
def read_only(installation):
    """Make the installation read-only; give what must stand before a command for that."""
    if can_mount:  # whoever is root may write whatever the permissions say
        yield [*IN_A_NAMESPACE, READ_ONLY, str(installation)]
        return
    if os.name == "nt" or os.getuid() == 0:
        pytest.skip("needs a folder that this user cannot write to")
    folders = [installation, *(path for path in installation.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    yield []
    for folder in folders:
        folder.chmod(0o755)


def test_beside_a_read_only_course_all_goes_to_the_home_which_is_said_once(installation, read_only, tmp_path):
    ann, bob = (tmp_path / name / "cnn-course" / "fit_outputs" for name in ("ann", "bob"))
    for place in (ann, bob):
        place.parents[1].mkdir()
    printed = travel(installation, before=read_only, HOME=str(ann.parents[1]))
    assert f"FITS {ann}" in printed
    assert printed.count(f"What you save goes to {ann}: ") == 1
    assert "Loaded your own fit mine." in printed and "Loaded the course's fit model_intro." in printed
    assert {path.name for path in ann.iterdir()} == {"mine.keras", "mine.csv", "figure.png", "progress"}
    assert {path.name for path in (installation / "fit_outputs").iterdir()} == {"shipped"}
    for place in (ann, bob):  # later, without a word, and somebody else
        code = "from helpers import storage\nprint(storage.FIT_OUTPUTS)"
        printed = travel(installation, code, before=read_only, HOME=str(place.parents[1]))
        assert printed.splitlines() == [str(place)]


# As on a server whose users have a number, but neither a name nor a home.
NOBODY = "import os, pwd\nos.environ.pop('HOME', None)\npwd.getpwuid = {}.__getitem__\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such users")
def test_without_a_home_a_read_only_course_uses_a_private_folder(installation, read_only, tmp_path):
    printed = travel(installation, NOBODY + JOURNEY, before=read_only, TMPDIR=str(tmp_path))
    place = tmp_path / f"cnn-course-{os.getuid()}" / "fit_outputs"
    assert f"FITS {place}" in printed
    assert "It lasts until this computer restarts." in printed
    assert place.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such users")
def test_without_a_home_the_course_works_as_ever(installation, tmp_path):
    code = NOBODY + "from helpers import storage\nprint(storage._home(), storage.FIT_OUTPUTS)"
    assert travel(installation, code).split(maxsplit=1) == ["None", f"{installation / 'fit_outputs'}\n"]
    printed = travel(installation, code, COURSE_FIT_OUTPUTS="~/mine")  # ~ means nothing here
    assert printed.split(maxsplit=1)[1] == f"{installation / 'fit_outputs'}\n"


def test_a_temporary_folder_that_is_somebody_elses_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_home", lambda: None)
    monkeypatch.setattr(storage.tempfile, "tempdir", str(tmp_path))
    own = storage._own_folder()[0]
    own.rmdir()
    (tmp_path / "elsewhere").mkdir()
    own.symlink_to(tmp_path / "elsewhere")
    assert storage._own_folder()[0] not in (own, tmp_path / "elsewhere")


# Half a clone

ALTER_EACH = """
import json, keras, numpy as np
from helpers import CourseError, data, images, mnist, pretrained, set_up, storage
from helpers.detection.boxes import load_boxes
from helpers.detection.photo_detectors import PhotoDetector
from helpers.sharing import web_page
inputs = keras.Input((8, 8, 1))
model = keras.Model(inputs, keras.layers.Dense(2, "softmax")(keras.layers.Flatten()(inputs)))
network = {"network": "model.onnx", "layers": [], "left_out": 0, "runtime": "needed"}
web_page._write_network = lambda model, folder, pixels, bits: network
page = lambda: web_page.make_web_page(model, ["cat", "dog"], storage.ROOT / "page")
loaders = {
    "digits/": mnist.load_own_digits,
    "mnist/3.0.1/mnist-": mnist.load_mnist,
    "pretrained/efficientnet": pretrained.load_imagenet_model,
    "pretrained/imagenet_classes": pretrained._imagenet_classes,
    "pretrained/photo_detector": PhotoDetector,
    "photos/boxes": lambda: load_boxes(["dog"], ["Dog"]),
    "web_runtime/": page,
}
def check_up():
    fault = set_up._data()
    if fault[2]:
        raise CourseError("data", *fault[1:])
def loader(name):
    if name.startswith("cifar10/"):
        part, sheet = name.split("/")[1:]
        data.CLASS_NAMES = sorted(data.CLASS_NAMES, key=lambda other: other not in sheet)  # the damaged first
        return lambda: data._read_sheets(part)
    if name.startswith("photos/") and not name.endswith((".txt", ".csv")):
        return lambda: images.load_photo(name.split("/")[1].split(".")[0])
    return next((load for start, load in loaders.items() if name.startswith(start)), check_up)
said = []
for name in storage.checksums():
    file = storage.DATA / name
    content = file.read_bytes()
    middle = len(content) // 2
    altered = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]
    for damaged in (None, content[:middle], altered):
        file.unlink(missing_ok=True)  # the name, not the file that it shares with the original
        if damaged is not None:
            file.write_bytes(damaged)
        try:
            loader(name)()
            said.append([name, "nothing was said"])
        except CourseError as error:
            if error.remedy != storage.REPAIR:
                said.append([name, str(error)])
    file.write_bytes(content)
for name in storage.checksums():
    loader(name)() if name.endswith(("LICENSE.txt", "cat.webp", "labels.txt")) else None
print(json.dumps([len(storage.checksums()), said]))
"""


def test_each_missing_truncated_or_altered_data_file_is_noticed_by_what_reads_it(installation, tmp_path):
    n_files, said = json.loads(travel(installation, ALTER_EACH, HOME=str(tmp_path)).splitlines()[-1])
    assert n_files == len(storage.checksums())
    assert said == []
    shutil.rmtree(installation / "page", ignore_errors=True)
    for name in storage.checksums():
        storage.checked(storage.DATA / name)  # the original has not been touched
