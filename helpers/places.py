"""Where a learner's own files go when nobody has said so: always a place that can be written to."""

import os
import tempfile
from pathlib import Path
from typing import NamedTuple

NAME = "cnn-course"


class Place(NamedTuple):
    """A folder, and what a learner should know about it.

    Attributes
    ----------
    folder : pathlib.Path
        An absolute path.
    note : str
        A sentence to show when something is first saved there; "" if it is where everybody expects it.
    """

    folder: Path
    note: str


def for_fits(course):
    """Choose the folder in which a learner's fits are kept.

    The environment variable COURSE_FIT_OUTPUTS decides. Without it, it is the course's own fit_outputs, or,
    where that cannot be written to (one installation for many), a folder in the learner's home.

    Parameters
    ----------
    course : pathlib.Path
        The folder of the course.

    Returns
    -------
    Place
    """
    said, usual = expanded(os.environ.get("COURSE_FIT_OUTPUTS")), course / "fit_outputs"
    if said:
        return Place(said.resolve(), "")
    if writable(usual) or (not usual.exists() and writable(course)):
        return Place(usual.resolve(), "")
    folder, kept = own_folder()
    note = f"What you save goes to {folder / 'fit_outputs'}: the course's own folder is read-only here."
    return Place(folder / "fit_outputs", note if kept else f"{note} It lasts until this computer restarts.")


def own_folder():
    """Find a folder that belongs to this user alone, and say whether it outlives a restart."""
    if home():
        return home() / NAME, True
    try:
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
        folder = Path(tempfile.gettempdir()).resolve() / f"{NAME}-{user}"
        folder.mkdir(mode=0o700, exist_ok=True)
        mine = not folder.is_symlink() and (not hasattr(os, "getuid") or folder.stat().st_uid == user)
        return folder if mine else Path(tempfile.mkdtemp(prefix=f"{NAME}-")), False
    except OSError:  # not even a temporary folder: saving will say so
        return Path(os.path.abspath(NAME)), True  # noqa: PTH100 - does not look at the disk


def home():
    """Give the home folder of this user if there is one that can be written to, else None."""
    folder = expanded("~")
    return folder if folder and writable(folder) else None


def expanded(text):
    """Make a path of a text that may begin with ~, or None of nothing, or where ~ has no meaning."""
    path = os.path.expanduser(text or "~")  # noqa: PTH111 - Path raises an error where there is no home
    return None if not text or path.startswith("~") else Path(path)


def writable(folder):
    """Whether files can be made in a folder that exists."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
