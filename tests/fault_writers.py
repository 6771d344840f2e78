"""What the course writes in more than one step, small and quick, to be killed or starved in the middle of it.

    KERAS_BACKEND=numpy python -m tests.fault_writers folder {kill,starve,fill,race} ...

prints what happened as JSON. It is a process of its own because it forks: Keras computes with NumPy here,
without threads, and a child is there in milliseconds. A version is a number, to be found in every part of
what is written; `read` returns it, or fails an assertion if parts are of different versions.
"""

import contextlib
import functools
import io
import json
import os
import random
import signal
import sys
import time
import types
import unittest.mock
from pathlib import Path

import keras
import numpy as np

from helpers import CourseError, model_files, storage, training
from helpers.images import load_folder, save_folder
from helpers.sharing import bundle
from helpers.sharing.model_card import Card

SEED = 20


def tiny_model(version):
    inputs = keras.Input((8, 8, 1))
    model = keras.Model(inputs, keras.layers.Dense(2, "softmax")(keras.layers.Flatten()(inputs)), name="tiny")
    model.layers[-1].bias.assign(np.full(2, version))
    return model


@functools.cache
def resumable():
    """Import a tool that asks for TensorFlow, though not to write."""
    with unittest.mock.patch.dict(sys.modules, tensorflow=types.ModuleType("tensorflow")):
        from tools.fits import resumable
    return resumable


def version_of(model):
    return int(np.asarray(model.get_weights()[-1])[0])


def same(*versions):
    (version,) = set(versions)
    return version


class Fit:
    def write(self, version):
        training.save_fit("tiny", tiny_model(version), {"loss": [version] * 3}, folder=storage.FIT_OUTPUTS)

    def read(self):
        with contextlib.redirect_stdout(io.StringIO()):
            model, history = training.load_fit("tiny")
        return same(version_of(model), *history.loss.astype(int))


class SharedFolder:
    folder = property(lambda self: storage.FIT_OUTPUTS / "shared")

    def write(self, version):
        card = Card("shared", {}, {}, f"version {version}.", ())
        facts = {"version": version, "filling": "x" * 100_000}
        bundle.save(self.folder, tiny_model(version), {"loss": [version]}, facts, card)

    def read(self):
        while True:  # another one may take its place meanwhile
            before = storage.recovered(self.folder).stat().st_ino
            try:
                history = training.read_history(self.folder / "shared.csv")
                facts = json.loads((self.folder / "settings.json").read_text(encoding="utf-8"))
                model = model_files.load_model(self.folder / "shared.keras")
            except (CourseError, OSError):
                if self.folder.is_dir() and self.folder.stat().st_ino == before:
                    raise
                continue
            if self.folder.stat().st_ino == before:
                return same(version_of(model), int(history.loss.iloc[0]), facts["version"])


class TrainingState:
    folder = property(lambda self: storage.FIT_OUTPUTS / "training")

    def write(self, version):
        keeper = resumable().KeepEveryEpoch(self.folder, seed=1)
        keeper.set_model(tiny_model(version))
        keeper.on_epoch_begin(version)
        with contextlib.redirect_stdout(io.StringIO()):
            keeper.on_epoch_end(version, {"loss": float(version)})

    def read(self):
        version = version_of(keras.saving.load_model(self.folder / "model.keras"))
        rows = resumable().read_history(self.folder / "history.csv")
        assert [row["loss"] for row in rows[: version + 1]] == list(range(version + 1))
        return version


class Images:
    def write(self, version):
        image = np.full((64, 64, 3), version % 256, np.uint8)
        image[32:] = 255 - image[32:]  # one colour all over would be refused
        save_folder(storage.FIT_OUTPUTS / "own", [image] * 4, [0, 0, 1, 1], ("cat", "dog"))

    def read(self):
        images, labels, _ = load_folder(storage.FIT_OUTPUTS / "own")
        assert labels.tolist() == [0, 0, 1, 1]
        found = [same(*{int(n) for n in (*image[:32].flat, *(255 - image[32:]).flat)}) for image in images]
        assert found == sorted(found, reverse=True), found  # each is whole; the first are written first
        return max(found)


KINDS = Fit, SharedFolder, TrainingState, Images


def leftovers():
    return [path for path in storage.FIT_OUTPUTS.rglob(".writing-*")]


def in_child(action):
    """Run an action in a copy of this process; return its process number."""
    process = os.fork()
    if process:
        return process
    try:
        os._exit(action() or 0)
    except BaseException as error:  # nothing of the child may go on
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(99)


def wait(process):
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill(kind, times=12):
    """Kill a writer at random moments, then once at each step of one write; return what was counted."""
    kind.write(0)
    start = time.perf_counter()
    kind.write(1)
    duration, version, chance = time.perf_counter() - start, 1, random.Random(SEED)
    count = {"random kills": 0, "kills step by step": 0, "in the middle": 0}

    def killed(action, moment=None):
        nonlocal version
        process = in_child(action)
        if moment is not None:
            time.sleep(moment)
            os.kill(process, signal.SIGKILL)
        code = wait(process)
        assert code in (0, -signal.SIGKILL), (kind, code)
        count["in the middle"] += bool(leftovers())
        found = kind.read()
        assert found is None or version <= found <= version + 50, (kind, version, found)
        version = version if found is None else found
        return code != 0

    def write_on():
        for number in range(version + 1, version + 40):
            kind.write(number)

    def write_and_die():
        die_at(count["kills step by step"], lambda: kind.write(version + 1))

    for _ in range(times):
        count["random kills"] += killed(write_on, moment=chance.uniform(0, 3 * duration))
    while killed(write_and_die):
        count["kills step by step"] += 1
    kind.write(version + 1)
    assert kind.read() == version + 1
    assert not leftovers(), leftovers()
    return count


def die_at(step, action):
    """Do something, but die before the step-th time that it changes or opens something below the folder."""
    events = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "os.truncate")
    seen, place = 0, str(storage.FIT_OUTPUTS)

    def hook(event, arguments):
        nonlocal seen
        if event in events and place in str(arguments[0]):
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    sys.addaudithook(hook)
    action()


@contextlib.contextmanager
def small_files(size):
    """Let a limit on the size of files stand in for a full disk."""

    def limited(action):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return action()

    yield limited


@contextlib.contextmanager
def full_disk(size):
    """Fill the disk, a small one of its own, but for some room."""
    free = os.statvfs(storage.FIT_OUTPUTS).f_bavail * os.statvfs(storage.FIT_OUTPUTS).f_frsize
    ballast = storage.FIT_OUTPUTS / "ballast"
    ballast.write_bytes(bytes(free - size // 4096 * 4096))
    yield lambda action: action()
    ballast.unlink()


def starve(kind, little_room=small_files, times=8):
    """Write with less and less room on the disk; return what was counted."""
    kind.write(0)
    largest = max(path.stat().st_size for path in storage.FIT_OUTPUTS.rglob("*") if path.is_file())
    count, chance = {"full disks": 0, "errors": 0}, random.Random(SEED)

    def attempt():
        try:
            kind.write(1)
        except CourseError as error:
            assert "room on the disk" in error.expected, error
            assert "free" in error.remedy, error
            return 1

    for room in sorted({0, 1, largest - 1, *(chance.randrange(largest) for _ in range(times - 3))}):
        with little_room(room) as limited:
            code = wait(in_child(lambda: limited(attempt)))
        assert code in (0, 1), (kind, room, code)
        count["full disks"] += 1
        count["errors"] += code
        assert kind.read() in ((0, 1, None) if code == 0 else (0, None)), (kind, room)
        assert not leftovers(), leftovers()
        kind.write(0)
    assert count["errors"] >= 3, (kind, count)
    return count


def fill(kind):
    """Write on a disk that is really full."""
    return starve(kind, full_disk)


def race(kind, enough=10, most_seconds=120):
    """Let two processes write the same thing while this one reads it; return what was counted."""
    kind.write(0)
    flag = storage.FIT_OUTPUTS.parent / f"stop-{type(kind).__name__}"
    until = time.monotonic() + most_seconds

    def writer(first):
        version = first
        while not flag.exists():
            kind.write(version)
            version = version + 2 if version < 200 else first

    processes = [in_child(lambda first=first: writer(first)) for first in (1, 2)]
    reads, seen = 0, set()
    while time.monotonic() < until and (reads < enough or len(seen) < 3):
        seen.add(kind.read())
        reads += 1
    flag.touch()
    assert [wait(process) for process in processes] == [0, 0], kind
    kind.read()
    assert not leftovers(), leftovers()
    return {"reads": reads, "versions seen": len(seen)}


def main():
    sys.modules["tensorflow"] = None  # else Keras looks for it
    results = {}
    for name in sys.argv[2:]:
        job, results[name] = {"kill": kill, "starve": starve, "fill": fill, "race": race}[name], {}
        for kind in KINDS if job is not race else (Fit, SharedFolder):
            storage.FIT_OUTPUTS = Path(sys.argv[1]) / name / kind.__name__
            storage.FIT_OUTPUTS.mkdir(parents=True)
            results[name][kind.__name__] = job(kind())
    print(json.dumps(results))


if __name__ == "__main__":
    main()
