"""Where data and a learner's own files are; what is written is complete or not there at all."""

import contextlib
import errno
import functools
import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
from pathlib import Path

from helpers import CourseError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
CHECKSUMS = DATA / "CHECKSUMS"
SHIPPED_FITS = ROOT / "fit_outputs" / "shipped"

REPAIR = "Get it back with `git checkout -- data`, or clone the course again."
MOVE = (
    "Name another folder, or set the environment variable COURSE_FIT_OUTPUTS to one and restart the kernel."
)
MAKE_ROOM = "Delete what you do not need (`python -m helpers` says how much is free), then run this again."
SET_CLOCK = "Set its date and time, then run this again."

# A place that can be written to


def _place_for_fits(course):
    """Choose the folder of a learner's fits, and what to say when something is first saved there."""
    said, usual = expanded(os.environ.get("COURSE_FIT_OUTPUTS")), course / "fit_outputs"
    if said:
        return said.resolve(), ""
    if _is_writable(usual) or (not usual.exists() and _is_writable(course)):
        return usual.resolve(), ""
    folder, kept = _own_folder()  # one installation for many
    note = f"What you save goes to {folder / 'fit_outputs'}: the course's own folder is read-only here."
    return folder / "fit_outputs", note if kept else f"{note} It lasts until this computer restarts."


def _own_folder():
    """Find a folder that belongs to this user alone, and say whether it outlives a restart."""
    name = "cnn-course"
    if _home():
        return _home() / name, True
    try:
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
        folder = Path(tempfile.gettempdir()).resolve() / f"{name}-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        mine = not folder.is_symlink() and (not hasattr(os, "getuid") or folder.stat().st_uid == user)
        return folder if mine else Path(tempfile.mkdtemp(prefix=f"{name}-")), False
    except OSError:  # not even a temporary folder: saving will say so
        return Path(os.path.abspath(name)), True  # noqa: PTH100 - does not look at the disk


def _home():
    """Give the home folder of this user if there is one that can be written to, else None."""
    folder = expanded("~")
    return folder if folder and _is_writable(folder) else None


def keras_home():
    """Give the folder where Keras keeps settings and data, as Keras chooses it."""
    return Path(os.environ.get("KERAS_HOME") or (_home() or Path(tempfile.gettempdir())) / ".keras")


def expanded(text):
    """Make a path of a text that may begin with ~, or None of nothing, or where ~ has no meaning."""
    path = os.path.expanduser(text or "~")  # noqa: PTH111 - Path raises an error where there is no home
    return None if not text or path.startswith("~") else Path(path)


def _is_writable(folder):
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


FIT_OUTPUTS, NOTE = _place_for_fits(ROOT)


# Complete or not at all

BESIDE, BEFORE = ".writing-", ".before"
HOST = re.sub(r"\W", "", platform.node())[:20] or "here"  # process numbers mean something on one machine only
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
TRIES, PAUSE = 20, 0.05  # seconds
_say_once = functools.cache(print)


@contextlib.contextmanager
def atomic_path(target, over_folder=False):
    """Give a temporary path that becomes `target` only if the block succeeds.

    A reader sees the old file or the complete new one, never half of it, even if the process is killed. What
    a killed process left behind is removed by the next one that writes in the same folder. With `over_folder`
    a folder that is written takes the place of an earlier one, whatever that holds.
    """
    target = Path(target)
    if target.name in ("", ".."):
        wanted = "the name of a file to write"
        raise CourseError(wanted, repr(str(target)), 'Write it like "mine/history.csv".')
    with _computer_explained(target), _place_beside(target) as beside:
        temporary = Path(beside) / target.name
        yield temporary
        _put(temporary, target, over_folder)
    if NOTE and FIT_OUTPUTS in target.absolute().parents:  # the first time, say where it went
        _say_once(NOTE)


def _place_beside(target):
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target.parent)
        prefix = f"{BESIDE}{HOST}-{os.getpid()}-"
        return tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix, ignore_cleanup_errors=True)
    except OSError as error:
        if is_disk_full(error):
            raise
        found = error.strerror or str(error)
        raise CourseError(f"a folder that can be written to: {target.parent}", found, MOVE) from None


def _put(new, target, over_folder):
    """Move what is complete to its place: one step for a file, two for a folder over another."""
    for attempt in range(TRIES):
        try:
            new.replace(target)
            return
        except OSError as error:
            failure = error
        if over_folder and target.is_dir():
            try:
                target.replace(new.with_name(f"{BEFORE}-{attempt}"))
            except FileNotFoundError:  # another process was quicker
                pass
            except PermissionError:  # on Windows, while anybody has a file in it open
                time.sleep(PAUSE)
        elif isinstance(failure, PermissionError):  # on Windows, while anybody has it open
            time.sleep(PAUSE)
        else:
            break
    remedy = "Close the programs that have it open, or use another name."
    raise CourseError(f"{target} to be replaced", failure.strerror or str(failure), remedy) from failure


@contextlib.contextmanager
def _computer_explained(target):
    try:
        yield
    except Exception as error:  # libraries wrap the system's error in their own ways
        if is_disk_full(error):
            raise CourseError(f"room on the disk for {target}", "a full disk", MAKE_ROOM) from None
        if "before 1980" in str(error):  # .keras and .npz are ZIP archives, whose time begins then
            year = f"the year {time.localtime(time.time()).tm_year}"
            raise CourseError("the clock of this computer to be right", year, SET_CLOCK) from None
        raise


def is_disk_full(error):
    """Whether an error comes from a full disk, a used-up quota or a limit on the size of files."""
    while error is not None:
        texts = (os.strerror(number) for number in FULL)
        if getattr(error, "errno", None) in FULL or any(text in str(error) for text in texts):
            return True
        error = error.__cause__ or error.__context__
    return False


def recovered(path):
    """Return a path that is about to be read, after what a killed writer left was put in order."""
    if not path.exists() and path.parent.is_dir():
        with contextlib.suppress(OSError):
            _remove_leftovers(path.parent)
    return path


def _remove_leftovers(folder):
    """Remove what killed processes were just writing in a folder; what only lacked its name gets it."""
    for beside in folder.glob(f"{BESIDE}{HOST}-*"):
        if _is_abandoned(beside):
            _finish(beside)
            shutil.rmtree(beside, ignore_errors=True)


def _is_abandoned(beside):
    import psutil

    process = beside.name.removeprefix(f"{BESIDE}{HOST}-").partition("-")[0]
    return process.isdigit() and int(process) != os.getpid() and not psutil.pid_exists(int(process))


def _finish(beside):
    """Put a folder in its place whose writer was killed after the earlier one had been moved away."""
    if any(beside.glob(f"{BEFORE}-*")):
        for new in beside.iterdir():
            if not new.name.startswith(f"{BEFORE}-") and not (beside.parent / new.name).exists():
                with contextlib.suppress(OSError):
                    new.replace(beside.parent / new.name)


# What the course ships


def checked(path):
    """Return the path of a file below data/ if the file is the one that data/CHECKSUMS describes."""
    if not path.is_file():
        raise CourseError(f"the file {path}", "no such file", REPAIR)
    if sha256(path) != checksums().get(path.relative_to(DATA).as_posix()):
        raise CourseError(f"{path} as the course ships it", "a damaged or altered file", REPAIR)
    return path


def checksums():
    """Read data/CHECKSUMS as a dictionary: path below data/ -> SHA-256."""
    if not CHECKSUMS.is_file():
        raise CourseError(f"the file {CHECKSUMS}", "no such file", REPAIR)
    try:
        lines = CHECKSUMS.read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except ValueError:
        raise CourseError(f"{CHECKSUMS} as the course ships it", "a damaged file", REPAIR) from None


def sha256(path):
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
