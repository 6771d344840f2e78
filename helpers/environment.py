"""Is this machine ready for the course? And: what Colab lacks."""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from helpers import CourseError, missing_cells, storage

GIGABYTE = 1e9
NEEDED_MEMORY = 2.5  # GB free for one kernel that trains
NEEDED_DISK = 1.0  # GB free where fits are saved


def set_up_check():
    """Print whether this machine is ready for the course, a line each with ✓ or what to do; True if it is."""
    checks = (_tensorflow, _keras, _memory, _disk, _data, _writable)
    rows = [_python(), *map(_package, _requirements()), *(check() for check in checks)]
    for name, found, remedy in rows:
        print(f"{'✗' if remedy else '✓'} {name:<13} {found}" + (f"\n  → {remedy}" if remedy else ""))
    n_faults = sum(remedy is not None for _, _, remedy in rows)
    print(f"To do: {n_faults}, see → above." if n_faults else "Ready: open notebooks/01-introduction.ipynb.")
    return not n_faults


# Each check gives a row: its name, what it found, and what to do about it, or None.


def _python():
    wanted = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return "Python", platform.python_version(), None if wanted else "Install Python 3.11, 3.12 or 3.13."


def _package(requirement):
    version = _installed_version(requirement)
    if version is None:
        return requirement.name, "not installed", f'Run: pip install "{requirement}"'
    fits = version in requirement.specifier
    remedy = None if fits else f'Too old or too new. Run: pip install "{requirement}"'
    return requirement.name, version, remedy


def _tensorflow():
    """Start TensorFlow, in a process of its own: it may crash, and it writes files into the home folder."""
    program = "import tensorflow as tf; print(len(tf.config.list_physical_devices('GPU')))"
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = {"KERAS_HOME": folder, "MPLCONFIGDIR": folder, "KERAS_BACKEND": "tensorflow"}
        code, printed, errors = _run(sys.executable, "-c", program, **elsewhere)
    if code:
        found = f"TensorFlow does not start: {errors[-1]}"
        return "processor", found, "Install it again: pip install -U tensorflow"
    gpus = "no GPU (none is needed)" if printed[-1] == "0" else f"{printed[-1]} GPU"
    return "processor", f"{os.cpu_count()} CPU cores, {gpus}", None


def _run(*command, **environ):
    """Run a program; give its exit code, and the lines of what it printed and of its errors."""
    texts = {"capture_output": True, "encoding": "utf-8", "errors": "replace"}
    done = subprocess.run(command, env=os.environ | environ, check=False, **texts)
    lines = [(text or "").strip().splitlines() or ["no answer"] for text in (done.stdout, done.stderr)]
    return done.returncode, *lines


def _keras():
    """What Keras will take from its settings: the course needs TensorFlow, and channels as the last axis."""
    file = Path(os.environ.get("KERAS_HOME") or storage.expanded("~/.keras") or ".keras") / "keras.json"
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # Keras writes a new file then, with what is usual
        said = {}
    said = said if isinstance(said, dict) else {}
    backend = os.environ.get("KERAS_BACKEND") or said.get("backend", "tensorflow")
    layout = said.get("image_data_format", "channels_last")
    found, remedy = f"runs on {backend}, {layout.replace('_', ' ')}", None
    if layout != "channels_last":
        remedy = f'Write "image_data_format": "channels_last" in {file}.'
    if backend != "tensorflow":
        where = "the environment variable KERAS_BACKEND" if os.environ.get("KERAS_BACKEND") else file
        remedy = f"Set the backend in {where} to tensorflow."
    return "backend", found, remedy


def _memory():
    memory = psutil.virtual_memory()
    free = memory.available / GIGABYTE
    remedy = None if free >= NEEDED_MEMORY else f"Close programs: {NEEDED_MEMORY} GB are needed."
    return "memory", f"{free:.1f} GB free of {memory.total / GIGABYTE:.1f} GB", remedy


def _disk():
    folder = _existing(storage.FIT_OUTPUTS)
    if not folder.exists():
        return "disk", f"no {folder}", "Set COURSE_FIT_OUTPUTS to a folder that can be made."
    free = shutil.disk_usage(folder).free / GIGABYTE
    remedy = None if free >= NEEDED_DISK else f"Make room: {NEEDED_DISK} GB are needed."
    return "disk", f"{free:.1f} GB free", remedy


def _existing(folder):
    """Give the nearest folder above that exists; the top one where a drive is missing."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _data():
    try:
        files = [storage.checked(storage.DATA / name) for name in storage.checksums()]
    except CourseError as error:
        return "data", error.got, error.remedy
    return "data", f"{len(files)} files intact", None


def _writable():
    try:  # a file that vanishes when it is closed, because permissions alone do not tell on every system
        tempfile.TemporaryFile(dir=_existing(storage.FIT_OUTPUTS)).close()
    except OSError as error:
        return "fit_outputs", error.strerror or str(error), storage.MOVE
    return "fit_outputs", f"can be written to{storage.elsewhere()}", None


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
    wanted = [(requirement, _installed_version(requirement)) for requirement in _requirements(extra)]
    missing = [str(r) for r, version in wanted if version is None or version not in r.specifier]
    if missing:
        code, _, errors = _run(sys.executable, "-m", "pip", "install", "--quiet", *missing)
        if code:
            remedy = "Check the network, then run the cell again."
            raise CourseError(f"pip to install {', '.join(missing)}", errors[-1], remedy)
    if "google.colab" in sys.modules:
        missing_cells.remember()
    return missing


def _requirements(extra=None):
    """Read from pyproject.toml what the course, or one of its extras, needs."""
    with (storage.ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    if extra is not None and extra not in extras:
        raise CourseError(f"one of the extras {', '.join(extras)}", repr(extra), "Choose one of these names.")
    return [Requirement(line) for line in (extras[extra] if extra else project["dependencies"])]


def _installed_version(requirement):
    try:
        return importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return None
