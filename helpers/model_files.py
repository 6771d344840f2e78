"""Load a model file that somebody else made: look at it first, and never run code that is in it.

A `.keras` file is a ZIP archive of three files: metadata.json (which Keras wrote it), config.json (the layers
and their settings) and model.weights.h5 (the numbers). The settings can name code, and the numbers can lie in
other files. So a model is a program; only what `_is_welcome` finds among Keras's own parts may be in it.
"""

import functools
import importlib.metadata
import io
import json
import operator
import stat
import sys
import zipfile
from pathlib import PurePosixPath

import h5py
import keras
from keras.src.models import Functional  # it has no public name, and most models are one
from packaging.version import Version

from helpers import CourseError, storage, validation

# Where Keras's own parts of models are; its other modules hold functions that read and write files.
_CLASSES_IN = (
    *("layers", "models", "optimizers", "optimizers.schedules", "losses", "metrics", "initializers"),
    *("regularizers", "constraints", "dtype_policies", "quantizers", "random"),
)
_FUNCTIONS_IN = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops")
_NO_MATHEMATICS = {"get", "serialize", "deserialize"}  # functions that make parts out of descriptions
_UNNAMED = ("keras", "builtins", None)  # the module of a part whose name says enough
_VALUES = {
    f"__{kind}__" for kind in ("bytes", "ellipsis", "keras_tensor", "numpy", "slice", "tensor", "tuple")
}
_LAMBDAS = ("Lambda", "__lambda__")
# Keras's own layers that open a file which the description names, or run code of another library.
_READERS = (
    *("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),
    *("StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization"),
)


def _refuse_code(config, name, made_by):
    """Refuse a model that is made of more than Keras's own parts and what was registered in this session."""
    waiting = [config]  # a list, because a file may be nested deeper than Python can call
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "class_name" in node and not _is_welcome(node):
                _refuse(node, name, made_by)
            node = list(node.values())
        if isinstance(node, list):
            waiting += node


def _is_welcome(part):
    """Whether Keras makes of a part of a description what the part says that it is, and that is harmless."""
    kind, module, registered = (part.get(key) for key in ("class_name", "module", "registered_name"))
    if not isinstance(kind, str):
        return False
    is_function = kind == "function"
    name = part.get("config") if is_function else kind
    if not isinstance(name, str):
        return False
    # Keras looks a function up by its own name alone, and a class by the name it is registered under.
    known = keras.saving.get_registered_object(name if is_function else registered)
    if known is not None:
        return is_function or known.__name__ == kind
    if kind in _VALUES:
        return True
    if registered not in (None, kind, name):
        return False
    found = _found(name, module, _FUNCTIONS_IN if is_function else _CLASSES_IN)
    return bool(found) and all(one in _allowed(is_function) or _is_operation(one) for one in found)


def _found(name, module, rooms):
    """Everything that a name may stand for in the module that a description names."""
    if module in _UNNAMED:
        places = [keras, *map(_room, rooms)]
    elif isinstance(module, str) and module.startswith("keras."):
        room = module.removeprefix("keras.")
        places = [_room(room) if room in rooms else sys.modules.get(module)]
    else:
        places = []
    return [vars(place)[name] for place in places if place and name in vars(place)]


def _room(name):
    return operator.attrgetter(name)(keras)


@functools.cache
def _allowed(is_function):
    """Keras's public functions, or classes, of which a model can be made."""
    if is_function:
        public = [item for room in _FUNCTIONS_IN for item in vars(_room(room)).items()]
        return {thing for name, thing in public if callable(thing) and name not in _NO_MATHEMATICS}
    public = [item for room in _CLASSES_IN for item in vars(_room(room)).items()]
    classes = {thing for name, thing in public if isinstance(thing, type) and name not in _READERS + _LAMBDAS}
    return classes | {Functional}


def _is_operation(thing):
    """Whether it is the class that stands in a model for a function of keras.ops, such as x + y."""
    is_class = isinstance(thing, type) and issubclass(thing, keras.Operation)
    return is_class and thing.__module__.startswith("keras.src.ops.")


def _refuse(part, name, made_by):
    kind, module = str(part["class_name"]), str(part.get("module") or "nowhere")
    if kind in _LAMBDAS:
        raise CourseError(
            f"{name} to be made of layers alone",
            "a Lambda layer: code of its author's, which would run on this computer",
            "Do not load it. Its author can write the same with Keras's layers or functions (keras.ops).",
        )
    if kind in _READERS:
        found, remedy = f"{kind}, which opens other files", "Do not load it: networks for images need none."
        raise CourseError(f"{name} to be made of layers alone", found, remedy)
    kind = str(part.get("config")) if kind == "function" else kind
    if module.startswith("keras."):
        _refuse_newer(made_by)
        found, remedy = f"{module}.{kind}, which is no part of a model", "Delete the file."
    else:
        found = f"code that is not in the file: {kind} of {module}"
        remedy = (
            "Ask its author for that code, read it, and register it with "
            "@keras.saving.register_keras_serializable() before you load the model."
        )
    raise CourseError(f"{name} to be made of what Keras brings", found, remedy)


MEMBERS = ("metadata.json", "config.json", "model.weights.h5")
LARGEST = 4e9  # bytes when unpacked: larger than any model of this course by far
LARGEST_TEXT = 50e6  # bytes of a description: that of a network with 1,000 layers has 1e6
STRANGERS = {  # what a file begins with that is no ZIP archive
    b"\x80": "a pickle, which can run any code while it is loaded. Do not open it with pickle either",
    b"\x89HDF": "a file in Keras's old HDF5 form, which can hide code",
    b"version https://git-lfs": "a pointer of Git LFS, not the file it points to",
}
ASK = "Ask for a file that model.save() of Keras 3 wrote, and load only files of people you trust."
COPY = "Copy or download it again."
HARM = "Delete the file: somebody built it to do harm."


def load_model(path):
    """Load a model from a `.keras` file, without running code that somebody put into it.

    The archive, the description of the layers and the places of the numbers are looked at first; then Keras
    loads it in `safe_mode`.

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
    path, made_by = check_file(path)
    return _load(path, made_by)


def check_file(path):
    """Look at a `.keras` file as `load_model` does, without loading it.

    Returns
    -------
    path : pathlib.Path
        The file.
    made_by : str
        The version of Keras that wrote it, as it says itself.
    """
    path = validation.as_path(path, "the path of a model file")
    storage.recovered(path.parent)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise CourseError(f"a model file at {path.name}", found, "Check name and folder: name.keras.")
    metadata, config = _look_inside(path)
    made_by = str(metadata.get("keras_version", "0"))
    _refuse_code(config, path.name, made_by)
    return path, made_by


def _look_inside(path):
    """Read the two descriptions in the archive, after a look at all of it."""
    if not zipfile.is_zipfile(path):
        raise CourseError(f"{path.name} to be a .keras file", _what_it_is(path), ASK)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist(), path.name)
            damaged = archive.testzip()
            descriptions = [json.loads(archive.read(name)) for name in MEMBERS[:2]]
            _check_weights(io.BytesIO(archive.read(MEMBERS[2])), path.name)
    except CourseError:
        raise
    except Exception as error:  # each of the compressions and HDF5 has errors of its own
        found = f"a damaged archive ({type(error).__name__}: {error})"
        raise CourseError(f"{path.name} undamaged", found, COPY) from None
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
        outside = not parts or parts[0].startswith("/") or ".." in parts or ":" in parts[0]
        if outside or stat.S_ISLNK(member.external_attr >> 16):
            found = f"a part called {member.filename!r}, which would be written outside of its folder"
            raise CourseError(f"{name} to hold a model only", found, HARM)
    names = [member.filename for member in members]
    missing = [part for part in MEMBERS if part not in names]
    if missing:
        raise CourseError(f"{name} to hold {', '.join(MEMBERS)}", f"no {' and no '.join(missing)}", ASK)
    if len(set(names)) < len(names):
        raise CourseError(f"each part of {name} once", "one of them twice", ASK)
    sizes = {member.filename: member.file_size for member in members}
    text = max(sizes[name] for name in MEMBERS[:2])
    if sum(sizes.values()) > LARGEST or text > LARGEST_TEXT:
        found = f"{sum(sizes.values()):.0e} when unpacked, {text:.0e} of them a description"
        raise CourseError(f"at most {LARGEST:.0e} bytes in {name}", found, ASK)


def _check_weights(file, name):
    """Refuse numbers that lie in other files, or that are more than the file holds."""
    with h5py.File(file, "r") as weights:
        groups, seen = [weights], set()
        while groups:
            group = groups.pop()
            if group.id in seen:
                raise CourseError(f"{name} undamaged", "a group of weights that holds itself", COPY)
            seen.add(group.id)
            for key in group:
                if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                    found = f"weights {key!r} that lie elsewhere: in another place or another file"
                    raise CourseError(f"{name} to hold its weights itself", found, HARM)
                if isinstance(group[key], h5py.Group):
                    groups.append(group[key])
                elif isinstance(group[key], h5py.Dataset):
                    _check_numbers(group[key], name)


def _check_numbers(numbers, name):
    if numbers.is_virtual or numbers.external:
        found = f"weights {numbers.name!r} that lie in another file"
        raise CourseError(f"{name} to hold its weights itself", found, HARM)
    if numbers.nbytes > numbers.id.get_storage_size():  # Keras does not compress them
        found = f"{numbers.nbytes:.0e} bytes of {numbers.name!r} that are not there"
        raise CourseError(f"{name} to hold its weights itself", found, ASK)


def _load(path, made_by):
    try:
        return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:  # Keras fails in many ways
        _refuse_newer(made_by)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        raise CourseError(f"{path.name} to fit Keras {_HERE}", f"what it refuses: {reason}", ASK) from None


_HERE = importlib.metadata.version("keras")


def _refuse_newer(made_by):
    """Say so if a file that cannot be loaded was made by a newer Keras."""
    if _version(made_by) > _version(_HERE):
        raise CourseError(
            f"a file of Keras {_HERE} or older",
            f"one of Keras {made_by}, which says things that {_HERE} does not know",
            "Run: pip install --upgrade keras - or ask its author to save it with sharing.save.",
        ) from None


def _version(text):
    try:
        return Version(text)
    except ValueError:
        return Version("0")
