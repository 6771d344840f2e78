"""Is this machine ready for the course? And: what Colab lacks."""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from helpers import CourseError, missing_cells, storage

TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tensorflow-intel", "tf-nightly")  # others are asked
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
    version = _installed_version(requirement.name)
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
    """Install the packages that this Python lacks or has too old, and say so; a TensorFlow stays as it is.

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
        If pip cannot install them, TensorFlow is too old, or there is no such extra.
    """
    needed = [requirement for requirement in _requirements(extra) if _is_missing(requirement)]
    names, wanted = [each.name for each in needed], [f"{each.name}{each.specifier}" for each in needed]
    if wanted:
        _install(wanted)
        print(f"✓ Installed {', '.join(names)}.")
    in_use = [name for name in names if name in sys.modules]
    if in_use:
        print(f"Restart the kernel, then run this cell again: an older {', '.join(in_use)} was in use.")
    if "google.colab" in sys.modules:
        missing_cells.remember()
    return wanted


def _is_missing(requirement):
    version = _installed_version(requirement.name)
    if version is None or requirement.specifier.contains(version, prereleases=True):
        return version is None
    if requirement.name in TENSORFLOWS:  # other work on this machine may depend on it
        remedy = "Make an environment for the course, as README.md says, or update TensorFlow yourself."
        raise CourseError(f"TensorFlow {requirement.specifier}", version, remedy)
    return True


def _install(wanted):
    """Let pip install packages, in sight; what TensorFlow is built on stays as it is."""
    print(f"Installing {', '.join(wanted)}: a minute or two.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept.txt"
        kept.write_text("\n".join(_foundations(wanted)), encoding="utf-8")
        code, lines = _in_sight(*_installer(), f"--constraint={kept}", *wanted)
    if code:
        error = next((line for line in reversed(lines) if line.lower().startswith("error")), lines[-1])
        remedy = "Check the network, then run the cell again."
        if "externally-managed" in error:
            remedy = "This Python is the system's: make an environment for the course, as README.md says."
        raise CourseError(f"pip to install {', '.join(wanted)}", error, remedy)


def _installer():
    if shutil.which("uv") and not importlib.util.find_spec("pip"):  # uv makes environments without pip
        return "uv", "pip", "install", f"--python={sys.executable}"
    return sys.executable, "-m", "pip", "install", "--progress-bar=off"


def _in_sight(*command):
    """Run pip, and print what large files it downloads; give its exit code and all its lines."""
    texts = {"encoding": "utf-8", "errors": "replace", "stderr": subprocess.STDOUT}
    lines = ["no answer"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, **texts) as pip:
        for line in filter(None, map(str.strip, pip.stdout)):
            lines.append(line)
            large = re.search(r"Downloading (?:\S*/)?([\w.]+)\S* \((.* ?Mi?B)\)", line)
            if large:
                print(f"  {large[1]}, {large[2]}", flush=True)
    return pip.returncode, lines


def _foundations(wanted):
    """Pin TensorFlow and what it needs, in the versions that are there, but for what is asked for."""
    names = set(importlib.metadata.packages_distributions().get("tensorflow", []))
    lines = [line for name in names for line in importlib.metadata.requires(name) or []]
    names |= {Requirement(line).name for line in lines} - {Requirement(line).name for line in wanted}
    versions = {name: _installed_version(name) for name in sorted(names)}
    return [f"{name}=={version}" for name, version in versions.items() if version]


def _requirements(extra=None):
    """Read from pyproject.toml what the course, or one of its extras, needs."""
    with (storage.ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    if extra is not None and extra not in extras:
        raise CourseError(f"one of the extras {', '.join(extras)}", repr(extra), "Choose one of these names.")
    requirements = map(Requirement, extras[extra] if extra else project["dependencies"])
    return [each for each in requirements if each.marker is None or each.marker.evaluate()]


def _installed_version(name):
    """Version of a package, None if it is not there; whatever brings the module is TensorFlow."""
    is_tensorflow = name in TENSORFLOWS
    if is_tensorflow and not getattr(importlib.util.find_spec("tensorflow"), "origin", None):
        return None  # its metadata may have been left behind
    for build in TENSORFLOWS if is_tensorflow else [name]:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(build)
    return _version_that_it_says() if is_tensorflow else None


def _version_that_it_says():
    code, printed, _ = _run(sys.executable, "-c", "import tensorflow; print(tensorflow.__version__)")
    return None if code else printed[-1]
