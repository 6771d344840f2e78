"""What the course needs of other packages, and how a machine gets what it lacks."""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from helpers import CourseError, missing_cells, storage

TENSORFLOWS = ("tensorflow", "tensorflow-cpu", "tensorflow-intel", "tf-nightly")  # others are asked


def install_missing(extra=None):
    """Install the packages that this Python lacks or has too old, and say so; a TensorFlow stays as it is.

    With the name of an extra, such as "share", what that needs instead. It returns the requirements that were
    installed, and raises a `CourseError` if pip cannot install them or TensorFlow is too old.
    """
    needed = [requirement for requirement in requirements(extra) if _is_missing(requirement)]
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
    version = installed_version(requirement.name)
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
        kept.write_text("\n".join(_foundations(wanted)), encoding="utf-8", newline="\n")
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
    versions = {name: installed_version(name) for name in sorted(names)}
    return [f"{name}=={version}" for name, version in versions.items() if version]


def requirements(extra=None):
    """Read from pyproject.toml what the course, or one of its extras, needs."""
    with (storage.ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    if extra is not None and extra not in extras:
        raise CourseError(f"one of the extras {', '.join(extras)}", repr(extra), "Choose one of these names.")
    requirements = map(Requirement, extras[extra] if extra else project["dependencies"])
    return [each for each in requirements if each.marker is None or each.marker.evaluate()]


def installed_version(name):
    """Version of a package, None if it is not there; whatever brings the module is TensorFlow."""
    if name in TENSORFLOWS and not getattr(importlib.util.find_spec("tensorflow"), "origin", None):
        return None  # its metadata may have been left behind
    version = distribution(name)[1]
    if version is None and name in TENSORFLOWS:  # a build under a name of its own
        code, printed, _ = run(sys.executable, "-c", "import tensorflow; print(tensorflow.__version__)")
        version = None if code else printed[-1]
    return version


def distribution(name):
    """Name and version under which pip knows a package, whole or not; no version if it does not."""
    for build in TENSORFLOWS if name in TENSORFLOWS else [name]:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return build, importlib.metadata.version(build)
    return name, None


def run(*command, seconds=None, cwd=None, **environ):
    """Run a program; give its exit code, and the last lines of what it printed and of its errors."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:  # it may write without end
        outputs = {"stdin": subprocess.DEVNULL, "stdout": printed, "stderr": errors}
        settings = {"env": os.environ | environ, "cwd": cwd, "timeout": seconds, "check": False}
        done = subprocess.run(command, **outputs, **settings)
        return done.returncode, _last_lines(printed), _last_lines(errors)


def _last_lines(file, most=10_000):
    file.seek(max(0, file.seek(0, os.SEEK_END) - most))
    return file.read().decode(errors="replace").strip().splitlines()
