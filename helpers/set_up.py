"""Is this machine ready for the course? `python -m helpers` asks."""

import functools
import json
import os
import platform
import re
import shutil
import signal
import sys
import tempfile

import psutil

from helpers import CourseError, environment, storage

GIGABYTE = 1e9
NEEDED_MEMORY = 2.5  # GB free for one kernel that trains
NEEDED_DISK = 1.0  # GB free where fits are saved
PIP = f'"{sys.executable}" -m pip install'
COLAB = "Use Google Colab (README.md, Start) or another computer."
NO_WHEEL = (
    f"TensorFlow is no longer made for Intel Macs. {COLAB} (With Apple silicon: a Python made for that.)"
)
HOME = "USERPROFILE" if os.name == "nt" else "HOME"
KERAS = {"backend": "tensorflow", "image_data_format": "channels_last", "floatx": "float32"}
# TensorFlow first and by itself: `helpers` would keep away what it writes when it crashes.
TRIAL = """
print("tensorflow", flush=True)
import sys, tensorflow
from helpers import _trial
_trial.take_steps(sys.argv[1])
"""
STEPS = {
    "tensorflow": "TensorFlow does not start",
    "keras": "does not start",
    "convolution": "starts, but cannot run a convolution",
    "fit": "starts, but cannot save or load a fit",
}
SIGNS = {  # in how TensorFlow ends when it does not start
    "DLL load failed": "Install the Visual C++ Redistributable (x64) from Microsoft's site.",
    "aren't available on your machine": f"This processor is too old for TensorFlow. {COLAB}",
    "Illegal instruction": f"This processor is too old for TensorFlow. {COLAB}",
    "Killed": "Close programs: the memory was full.",
}
ILLEGAL_INSTRUCTION = 0xC000001D  # as Windows says it


def set_up_check():
    """Print whether this machine is ready for the course, a line each with ✓ or what to do; True if it is."""
    about = "Looking at this computer; nothing on it is changed. Starting Keras takes some ten seconds."
    print(about, flush=True)
    n_faults = 0
    for check in _checks():
        name, found, remedy = check()
        to_do = f"\n  → {remedy}" if remedy else ""
        print(f"{'✗' if remedy else '✓'} {name:<19} {found}{to_do}", flush=True)
        n_faults += remedy is not None
    print(f"To do: {n_faults}, see → above." if n_faults else "Ready: open notebooks/01-introduction.ipynb.")
    return not n_faults


# Each check gives a row: its name, what it found, and what to do about it, or None.


def _checks():
    is_intel_mac = (platform.system(), platform.machine()) == ("Darwin", "x86_64")
    if is_intel_mac and environment.installed_version("tensorflow") is None:
        found = "a Mac with an Intel processor, or a Python made for one"
        return [lambda: ("processor", found, NO_WHEEL)]  # whatever else there is to do would be for nothing
    packages = [functools.partial(_package, requirement) for requirement in environment.requirements()]
    can_start = environment.installed_version("tensorflow") and environment.installed_version("keras")
    return [_python, *packages, *[_keras] * bool(can_start), _memory, _writable, _disk, _home, _data]


def _python():
    wanted = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return "Python", platform.python_version(), None if wanted else "Install Python 3.11, 3.12 or 3.13."


def _package(requirement):
    name, version = requirement.name, environment.installed_version(requirement.name)
    if version and requirement.specifier.contains(version, prereleases=True):
        return name, version, None
    remedy = f'Run: {PIP} "{name}{requirement.specifier}"'
    if version:
        return name, version, f"Too old or too new. {remedy}"
    return name, "not installed", _reinstall(name) if environment.distribution(name)[1] else remedy


def _keras():
    """Start Keras with this machine's settings, in a process of its own; whatever it writes is removed."""
    fault = settings_fault()
    if fault:
        return "Keras", *fault
    place = None if _refused(storage.FIT_OUTPUTS) else _existing(storage.FIT_OUTPUTS)
    folder = functools.partial(tempfile.TemporaryDirectory, prefix=".trial-")
    with folder() as home, folder(dir=place) as fits:
        if _keras_file().is_file():
            shutil.copy(_keras_file(), home)
        settings = {"KERAS_HOME": home, "MPLCONFIGDIR": home, "PYTHONIOENCODING": "utf-8"}
        program = sys.executable, "-c", TRIAL, fits
        code, printed, errors = environment.run(*program, cwd=storage.ROOT, **settings)
    if code:
        step = next((line for line in reversed(printed) if line in STEPS), "tensorflow")
        end = _end(code, errors)
        return "Keras", f"{STEPS[step]}: {end}", _remedy(step, "\n".join([*errors, end]))
    gpus = "no GPU (none is needed)" if printed[-1] == "0" else f"{printed[-1]} GPU"
    return "Keras", f"convolves, saves and loads on {os.cpu_count()} CPU cores, {gpus}", None


def _end(code, errors):
    """How a program ended: its last words, and the signal that stopped it, if one did."""
    words = errors[-1] if errors else "no answer"
    if code < 0 or code == ILLEGAL_INSTRUCTION:
        stopped = signal.strsignal(-code) if code < 0 else "Illegal instruction"
        return f"{stopped} ({words})"
    return words


def _remedy(step, errors):
    """What to do when the trial ended at a step."""
    if step == "fit":
        return storage.MOVE
    if re.search(r"keras.(src.backend.config|backend)\.py", errors):  # both read Keras's settings
        return f"Delete {_keras_file()}: Keras makes a new one."
    known = (remedy for sign, remedy in SIGNS.items() if sign in errors)
    return next(known, _reinstall("keras" if step == "keras" else "tensorflow"))


def _reinstall(name):
    known = "==".join(filter(None, environment.distribution(name)))
    return f'Install it again: {PIP} --force-reinstall --no-deps "{known}"'


def settings_fault():
    """Say which of its settings keep Keras from running as the course needs, and what to do; else None."""
    file, variable = _keras_file(), os.environ.get("KERAS_BACKEND")
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:  # Keras writes a new file then, with what is usual
        said = {}
    except (OSError, ValueError):
        said = None
    if not isinstance(said, dict):
        return f"has settings that cannot be read: {file}", f"Delete {file}: Keras makes a new one."
    if variable and variable != KERAS["backend"]:
        remedy = "Take away the environment variable KERAS_BACKEND, or set it to tensorflow."
        return f"is set to run on {variable}", remedy
    for key, wanted in KERAS.items():
        if said.get(key, wanted) != wanted and not (key == "backend" and variable):
            return f"is set to {key} = {said[key]!r}", f'Write "{key}": "{wanted}" in {file}.'
    return None


def _keras_file():
    return storage.keras_home() / "keras.json"


def _memory():
    memory = psutil.virtual_memory()
    free = memory.available / GIGABYTE
    remedy = None if free >= NEEDED_MEMORY else f"Close programs: {NEEDED_MEMORY} GB are needed."
    return "memory", f"{free:.1f} GB free of {memory.total / GIGABYTE:.1f} GB", remedy


def _disk():
    folder = _existing(storage.FIT_OUTPUTS)
    if not folder.exists():
        return "disk", f"no {folder}", "Set COURSE_FIT_OUTPUTS to a folder that can be made."
    disk = shutil.disk_usage(folder)  # of what is no disk, such as /proc, the size is 0
    enough = disk.free >= NEEDED_DISK * GIGABYTE or not disk.total
    remedy = None if enough else f"Make room: {NEEDED_DISK} GB are needed."
    return "disk", f"{disk.free / GIGABYTE:.1f} GB free", remedy


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
    refused = _refused(storage.FIT_OUTPUTS)
    if refused:
        return "fit_outputs", f"cannot be written to: {refused}", storage.MOVE
    place = f": {storage.FIT_OUTPUTS}" if storage.NOTE else ""  # where nobody would look
    return "fit_outputs", f"can be written to{place}", None


def _home():
    home = storage.expanded("~")
    refused = "there is none" if home is None else _refused(home)
    found = f"cannot be written to: {refused}" if refused else "can be written to"
    remedy = f"JupyterLab keeps files there: make it writable, or set {HOME} to a folder that is."
    return "home folder", found, remedy if refused else None


def _refused(folder):
    """Why nothing can be written into a folder, or the nearest above it that exists; None if it can."""
    try:  # a file that vanishes when it is closed, because permissions alone do not tell on every system
        tempfile.TemporaryFile(dir=_existing(folder)).close()
    except OSError as error:
        return error.strerror or str(error)
