"""Load a model file that somebody else made: look at it first, and never run code that is in it.

A `.keras` file is a ZIP archive of three files: metadata.json (which Keras wrote it), config.json (the layers
and their settings) and model.weights.h5 (the numbers). The settings can name code. So a model is a program.
"""

import importlib.metadata
import json
import re
import zipfile
from pathlib import Path, PurePosixPath

import keras
from packaging.version import Version

from helpers import CourseError, writing

MEMBERS = ("metadata.json", "config.json", "model.weights.h5")
LARGEST = 20e9  # bytes when unpacked: larger than any model of this course by far
# Where the parts of a model come from. Keras's other modules hold functions that read and write files.
KNOWN = {
    *("activations", "constraints", "dtype_policies", "initializers", "layers", "losses", "metrics"),
    *("models", "ops", "optimizers", "quantizers", "random", "regularizers"),
}
STRANGERS = {  # what a file begins with that is no ZIP archive
    b"\x80": "a pickle, which can run any code while it is loaded. Do not open it with pickle either",
    b"\x89HDF": "a file in Keras's old HDF5 form, which can hide code",
    b"version https://git-lfs": "a pointer of Git LFS, not the file it points to",
}
ASK = "Ask for a file that model.save() of Keras 3 wrote, and load only files of people you trust."
COPY = "Copy or download it again."


def load_model(path):
    """Load a model from a `.keras` file, without running code that somebody put into it.

    The archive and the description of the layers are looked at first; then Keras loads it in `safe_mode`.

    Parameters
    ----------
    path : path-like
        A file that `model.save("name.keras")` or `sharing.save` wrote.

    Returns
    -------
    keras.Model

    Raises
    ------
    CourseError
        If the file is missing, truncated, damaged, of another form, dangerous, made by a newer Keras, or if
        it needs code that is not part of Keras and was not registered with it.
    """
    path = Path(path)
    writing.recovered(path.parent)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise CourseError(f"a model file at {path.name}", found, "Check name and folder: name.keras.")
    metadata, config = _look_inside(path)
    for part in _parts(config):
        _refuse_code(part, path.name)
    return _load(path, str(metadata.get("keras_version", "0")))


def _look_inside(path):
    """Read the two descriptions in the archive, after a look at all of it."""
    if not zipfile.is_zipfile(path):
        raise CourseError(f"{path.name} to be a .keras file", _what_it_is(path), ASK)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist(), path.name)
            damaged = archive.testzip()
            texts = [archive.read(name) for name in MEMBERS[:2]]
        descriptions = [json.loads(text) for text in texts]
    except (OSError, RuntimeError, ValueError, zipfile.BadZipFile, EOFError) as error:
        if isinstance(error, CourseError):
            raise
        raise CourseError(f"{path.name} undamaged", f"a damaged archive ({error})", COPY) from None
    if damaged:
        raise CourseError(f"{path.name} undamaged", f"its part {damaged} is damaged", COPY)
    if not all(isinstance(description, dict) for description in descriptions):
        raise CourseError(f"{path.name} to describe a model", "a description of something else", ASK)
    if path.suffix != ".keras":
        remedy = f"Keras knows its files by their name: rename it to {path.stem}.keras."
        raise CourseError("a name that ends in .keras", path.name, remedy)
    return descriptions


def _what_it_is(path):
    with path.open("rb") as file:
        start = file.read(64)
    if not start:
        return "an empty file"
    for beginning, what in STRANGERS.items():
        if start.startswith(beginning):
            return what
    return "the beginning of one: the rest is missing" if start.startswith(b"PK") else "another kind of file"


def _check_members(members, name):
    """Refuse an archive that reaches outside its folder, is no model, or explodes when unpacked."""
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if not parts or parts[0].startswith("/") or ".." in parts or ":" in parts[0]:
            raise CourseError(
                f"{name} to hold a model only",
                f"a part called {member.filename!r}, which would be written outside of its folder",
                "Delete the file: somebody built it to do harm.",
            )
    missing = [part for part in MEMBERS if part not in {member.filename for member in members}]
    if missing:
        raise CourseError(f"{name} to hold {', '.join(MEMBERS)}", f"no {' and no '.join(missing)}", ASK)
    size = sum(member.file_size for member in members)
    if size > LARGEST:
        raise CourseError(f"at most {LARGEST:.0e} bytes in {name}", f"{size:.0e} when unpacked", ASK)


def _parts(node):
    """Walk through everything in a model's description that names a class or a function."""
    if isinstance(node, dict):
        if "class_name" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _parts(child)


def _refuse_code(part, name):
    """Refuse what is not Keras's own, unless its code has been registered in this session."""
    kind, module = str(part["class_name"]), part.get("module") and str(part["module"])
    if kind in ("Lambda", "__lambda__"):
        raise CourseError(
            f"{name} to be made of layers alone",
            "a Lambda layer: code of its author's, which would run on this computer",
            "Do not load it. Its author can write the same with Keras's layers or functions (keras.ops).",
        )
    if part.get("registered_name") in keras.saving.get_custom_objects():
        return
    if module in ("keras", "builtins", None):
        return
    if re.sub(r"^keras\.(src\.)?", "", module).split(".")[0] in KNOWN and module.startswith("keras."):
        return
    if module.startswith("keras."):
        found, remedy = f"{module}.{kind}, which is no part of a model", "Delete the file."
    else:
        found = f"code that is not in the file: {kind} of {module}"
        remedy = (
            "Ask its author for that code, read it, and register it with "
            "@keras.saving.register_keras_serializable() before you load the model."
        )
    raise CourseError(f"{name} to be made of what Keras brings", found, remedy)


def _load(path, made_by):
    here = importlib.metadata.version("keras")
    try:
        return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:  # Keras fails in many ways
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        if _version(made_by) > _version(here):
            raise CourseError(
                f"a file of Keras {here} or older",
                f"one of Keras {made_by}, which says things that {here} does not know",
                "Run: pip install --upgrade keras - or ask its author to save it with sharing.save.",
            ) from None
        raise CourseError(f"{path.name} to fit Keras {here}", f"what it refuses: {reason}", ASK) from None


def _version(text):
    try:
        return Version(text)
    except ValueError:
        return Version("0")
