"""Write files and folders so that a reader finds the old one or the new one, whatever happens meanwhile."""

import contextlib
import errno
import os
import platform
import re
import shutil
import tempfile
import time
from pathlib import Path

from helpers import CourseError

BESIDE, BEFORE = ".writing-", ".before"
HOST = re.sub(r"\W", "", platform.node())[:20] or "here"  # process numbers mean something on one machine only
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
MOVE = (
    "Name another folder, or set the environment variable COURSE_FIT_OUTPUTS to one and restart the kernel."
)
MAKE_ROOM = "Delete what you do not need (`python -m helpers` says how much is free), then run this again."
SET_CLOCK = "Set its date and time, then run this again."
TRIES, PAUSE = 20, 0.05  # seconds


@contextlib.contextmanager
def atomic_path(target, over_folder=False):
    """Give a temporary path that becomes `target` only if the block succeeds.

    A reader sees the old file or the complete new one, never half of it, even if the process is killed.
    What a killed process left behind is removed by the next one that writes in the same folder.

    Parameters
    ----------
    target : path-like
        The file (or folder) to write; its parent is made if it does not exist.
    over_folder : bool, default False
        Whether a folder that is written takes the place of an earlier one, whatever that holds.

    Yields
    ------
    pathlib.Path
        A path beside `target`, with the same suffix, on which nothing exists yet.

    Raises
    ------
    CourseError
        If `target` has no name, the folder cannot be made or written to, or the disk is full.
    """
    target = Path(target)
    if target.name in ("", ".."):
        raise CourseError(
            "the name of a file to write", repr(str(target)), 'Write it like "mine/history.csv".'
        )
    with _computer_explained(target), _place_beside(target) as beside:
        temporary = Path(beside) / target.name
        yield temporary
        _put(temporary, target, over_folder)


def _place_beside(target):
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent)
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
    """Return a path that is about to be read, after what a killed writer left was put in order.

    Parameters
    ----------
    path : path-like
        A file or folder, as `atomic_path` has written it.
    """
    path = Path(path)
    if not path.exists() and path.parent.is_dir():
        with contextlib.suppress(OSError):
            remove_leftovers(path.parent)
    return path


def remove_leftovers(folder):
    """Remove what killed processes were just writing in a folder; what only lacked its name gets it.

    Parameters
    ----------
    folder : path-like
        Where `atomic_path` has written. What living processes are writing stays.
    """
    for beside in Path(folder).glob(f"{BESIDE}{HOST}-*"):
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
