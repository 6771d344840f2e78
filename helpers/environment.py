"""Is this machine ready for the course? And: what Colab lacks."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
import tomllib

import psutil
from packaging.requirements import Requirement

from helpers import CourseError, missing_cells, storage

GIGABYTE = 1e9
NEEDED_MEMORY = 2.5  # GB free for one kernel that trains
NEEDED_DISK = 1.0  # GB free where fits are saved


def set_up_check():
    """Print whether this machine is ready for the course, a line each with ✓ or what to do.

    Returns
    -------
    bool
        True if everything is ready.
    """
    rows = [
        _python(),
        *map(_package, requirements()),
        _tensorflow(),
        _memory(),
        _disk(),
        _data(),
        _writable(),
    ]
    for name, found, remedy in rows:
        print(f"{'✗' if remedy else '✓'} {name:<13} {found}" + (f"\n  → {remedy}" if remedy else ""))
    n_faults = sum(remedy is not None for _, _, remedy in rows)
    print(
        "Ready: open notebooks/01-introduction.ipynb." if not n_faults else f"To do: {n_faults}, see → above."
    )
    return not n_faults


def requirements(extra=None):
    """Read what the course needs from pyproject.toml.

    Parameters
    ----------
    extra : str, optional
        The name of an extra, such as "share", to get what that needs instead.

    Returns
    -------
    list of packaging.requirements.Requirement
        The run-time packages with their version ranges.
    """
    with (storage.ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    if extra is not None and extra not in extras:
        raise CourseError(f"one of the extras {', '.join(extras)}", repr(extra), "Choose one of these names.")
    return [Requirement(line) for line in (extras[extra] if extra else project["dependencies"])]


def installed_version(requirement):
    """Version of an installed package, or None if it is not installed."""
    try:
        return importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return None


def install_missing(extra=None):
    """Install the packages that this Python lacks or has too old: what a Colab machine needs.

    Parameters
    ----------
    extra : str, optional
        The name of an extra, such as "share", to install what that needs instead.

    Returns
    -------
    list of str
        The requirements that were installed; empty if all were there.

    Raises
    ------
    CourseError
        If pip cannot install them, or there is no such extra.
    """
    missing = [str(r) for r in requirements(extra) if not (v := installed_version(r)) or v not in r.specifier]
    if missing:
        command = [sys.executable, "-m", "pip", "install", "--quiet", *missing]
        result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
        if result.returncode:
            raise CourseError(
                f"pip to install {', '.join(missing)}",
                (result.stderr.strip().splitlines() or ["no answer"])[-1],
                "Check the network, then run the cell again.",
            )
    if "google.colab" in sys.modules:
        missing_cells.remember()
    return missing


def _python():
    wanted = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return "Python", platform.python_version(), None if wanted else "Install Python 3.11, 3.12 or 3.13."


def _package(requirement):
    version = installed_version(requirement)
    if version is None:
        return requirement.name, "not installed", f'Run: pip install "{requirement}"'
    remedy = (
        None if version in requirement.specifier else f'Too old or too new. Run: pip install "{requirement}"'
    )
    return requirement.name, version, remedy


def _tensorflow():
    try:
        import tensorflow as tf
    except Exception as error:  # a broken installation can fail in any way
        return (
            "processor",
            f"TensorFlow does not start: {error}",
            "Install it again: pip install -U tensorflow",
        )
    gpus = tf.config.list_physical_devices("GPU")
    found = f"{os.cpu_count()} CPU cores, " + (f"{len(gpus)} GPU" if gpus else "no GPU (none is needed)")
    return "processor", found, None


def _memory():
    memory = psutil.virtual_memory()
    free = memory.available / GIGABYTE
    found = f"{free:.1f} GB free of {memory.total / GIGABYTE:.1f} GB"
    return (
        "memory",
        found,
        None if free >= NEEDED_MEMORY else f"Close programs: {NEEDED_MEMORY} GB are needed.",
    )


def _disk():
    folder = storage.FIT_OUTPUTS
    while not folder.exists() and folder != folder.parent:  # a drive may be missing
        folder = folder.parent
    if not folder.exists():
        return "disk", f"no {folder}", "Set COURSE_FIT_OUTPUTS to a folder that can be made."
    free = shutil.disk_usage(folder).free / GIGABYTE
    return (
        "disk",
        f"{free:.1f} GB free",
        None if free >= NEEDED_DISK else f"Make room: {NEEDED_DISK} GB are needed.",
    )


def _data():
    try:
        files = [storage.checked(storage.DATA / name) for name in storage.checksums()]
    except CourseError as error:
        return "data", error.got, error.remedy
    return "data", f"{len(files)} files intact", None


def _writable():
    try:
        with storage.atomic_path(storage.FIT_OUTPUTS / ".set-up-check") as temporary:
            temporary.touch()
        (storage.FIT_OUTPUTS / ".set-up-check").unlink()
    except CourseError as error:
        return "fit_outputs", error.got, error.remedy
    return "fit_outputs", f"can be written to{storage.elsewhere()}", None
