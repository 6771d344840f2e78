"""Load a model file that somebody else made, without running code that is in it; and save one for others.

A `.keras` file is a ZIP archive of three files: metadata.json (which Keras wrote it), config.json (the layers
and their settings) and model.weights.h5 (the numbers). The settings can name code, and the numbers can lie in
other files. So a model is a program, and is looked at first: `_model_descriptions` says which settings are
welcome, and how large they may be.
"""

import io
import json
import zipfile

import h5py
import keras

from helpers import CourseError, _model_descriptions, storage, validation

MEMBERS = ("metadata.json", "config.json", "model.weights.h5")
HISTORY, FACTS = "history.csv", "settings.json"  # what `save_fit` adds
LARGEST = 2e9  # bytes when unpacked: larger than any model of this course by far
RATIO = 5  # unpacked to packed, from 0.1 GB on: learned numbers hardly shrink, a new optimizer to a third
LARGEST_TEXT = 3e6  # bytes of all but the weights, 50 times as large once read; 1,000 layers take 1e6
MOST_GROUPS = 20_000  # of weights, with the arrays in them: a network with 1,000 layers has 10,000
STRANGERS = {  # what a file begins with that is no ZIP archive
    b"\x80": "a pickle, which can run any code while it is loaded. Do not open it with pickle either",
    b"\x89HDF": "a file in Keras's old HDF5 form, which can hide code",
    b"PK": "the beginning of one: the rest is missing",
    b"version https://git-lfs": "a pointer of Git LFS, not the file it points to",
}
ASK = "Ask for a file that model.save() of Keras 3 wrote, and load only files of people you trust."
COPY = "Copy or download it again."
HARM = "Delete the file: somebody built it to do harm."
# Arguments of later versions of Keras, which older ones refuse, with the values that change nothing.
NEWCOMERS = {"ragged": False, "renorm": False, "renorm_momentum": 0.99}


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
    path, made_by, n_numbers = check_file(path)
    try:
        with _model_descriptions.bounded(path.name, n_numbers):
            return keras.saving.load_model(path, safe_mode=True)
    except CourseError:
        raise
    except Exception as error:  # Keras fails in many ways
        _model_descriptions.refuse_newer(made_by)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
        expected = f"{path.name} to fit Keras {_model_descriptions.HERE}"
        raise CourseError(expected, f"what it refuses: {reason}", ASK) from None


def check_file(path):
    """Look at a `.keras` file; give its path, which Keras it says it is of, and how many weights it has."""
    path = validation.as_path(path, "the path of a model file")
    storage.recovered(path.parent)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise CourseError(f"a model file at {path.name}", found, "Check name and folder: name.keras.")
    metadata, config, n_numbers = _look_inside(path)
    made_by = str(metadata.get("keras_version", "0"))
    _model_descriptions.refuse(config, path.name, made_by, n_numbers)
    return path, made_by, n_numbers


def _look_inside(path):
    """Read the two descriptions in the archive, after a look at all of it; and count the weights."""
    if path.name.endswith(".weights.h5"):
        remedy = "Build the network with the code that it was trained with, then model.load_weights(path)."
        raise CourseError(f"a whole model in {path.name}", "weights alone, without the layers", remedy)
    if not zipfile.is_zipfile(path):
        raise CourseError(f"{path.name} to be a .keras file", _what_it_is(path), ASK)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive.infolist(), path.name)
            descriptions = [json.loads(archive.read(name)) for name in MEMBERS[:2]]
            n_numbers = _check_weights(archive.read(MEMBERS[2]), path.name)
    except CourseError:
        raise
    except Exception as error:  # each of the compressions and HDF5 has errors of its own
        found = f"a damaged archive ({type(error).__name__}: {error})"
        raise CourseError(f"{path.name} undamaged", found, COPY) from None
    if not all(isinstance(description, dict) for description in descriptions):
        raise CourseError(f"{path.name} to describe a model", "a description of something else", ASK)
    if path.suffix != ".keras":
        remedy = (
            f"Keras knows its files by their name: rename it to {path.stem.removesuffix('.keras')}.keras."
        )
        raise CourseError("a name that ends in .keras", path.name, remedy)
    return *descriptions, n_numbers


def _what_it_is(path):
    with path.open("rb") as file:
        start = file.read(64)
    known = (what for beginning, what in STRANGERS.items() if start.startswith(beginning))
    return next(known, "another kind of file") if start else "an empty file"


def _check_members(members, name):
    """Refuse an archive that holds something else than a model, or explodes when unpacked."""
    names = [member.filename for member in members]
    missing = [part for part in MEMBERS if part not in names]
    if missing:
        raise CourseError(f"{name} to hold {', '.join(MEMBERS)}", f"no {' and no '.join(missing)}", ASK)
    if len(set(names)) < len(names):
        raise CourseError(f"each part of {name} once", "one of them twice", ASK)
    sizes = {member.filename: member.file_size for member in members}
    whole = sum(sizes.values())
    text = whole - sizes[MEMBERS[2]]
    most = min(LARGEST, max(1e8, RATIO * sum(member.compress_size for member in members)))
    if whole > most or text > LARGEST_TEXT:
        found = f"{whole:.0e} when unpacked, {text:.0e} of them descriptions"
        raise CourseError(f"at most {most:.0e} bytes in {name}", found, ASK)
    others = [part for part in names if part not in (*MEMBERS, HISTORY, FACTS)]
    if others:  # Keras would unpack them into a folder
        raise CourseError(f"{name} to hold a model only", f"a part called {others[0]!r}", ASK)
    if not {member.compress_type for member in members} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise CourseError(f"{name} packed as Keras does", "another way of packing", ASK)


def _check_weights(content, name):
    """Refuse numbers that lie in other files or are not there at all; return how many there are."""
    with h5py.File(io.BytesIO(content), "r") as weights:
        waiting, seen, n_entries, n_numbers, n_bytes = [weights], set(), 0, 0, 0
        while waiting:
            group = waiting.pop()
            if group.id in seen:
                raise CourseError(f"{name} undamaged", "a group of weights that holds itself", COPY)
            seen.add(group.id)
            n_entries += len(group)
            if n_entries > MOST_GROUPS:
                raise CourseError(f"at most {MOST_GROUPS:,} groups of weights in {name}", "more", ASK)
            for key in group:
                if not isinstance(group.get(key, getlink=True), h5py.HardLink):
                    found = f"weights {key!r} that lie elsewhere: in another place or another file"
                    raise CourseError(f"{name} to hold its weights itself", found, HARM)
                item = group[key]
                if isinstance(item, h5py.Group):
                    waiting.append(item)
                elif isinstance(item, h5py.Dataset):
                    _check_numbers(item, name)
                    n_numbers, n_bytes = n_numbers + (item.size or 0), n_bytes + item.nbytes
        if n_bytes > len(content):
            raise CourseError(f"{name} to hold its weights itself", f"{n_bytes:.0e} bytes that are not", ASK)
    return n_numbers


def _check_numbers(numbers, name):
    if numbers.is_virtual or numbers.external:
        found = f"weights {numbers.name!r} that lie in another file"
        raise CourseError(f"{name} to hold its weights itself", found, HARM)
    # Keras compresses nothing: to unpack, HDF5 would look for a library. And texts can be of any length.
    if numbers.dtype.hasobject or numbers.id.get_create_plist().get_nfilters():
        found = f"{numbers.name!r}, which is packed, or no numbers"
        raise CourseError(f"plain numbers as weights of {name}", found, ASK)
    if numbers.nbytes > numbers.id.get_storage_size():
        found = f"{numbers.nbytes:.0e} bytes of {numbers.name!r} that are not there"
        raise CourseError(f"{name} to hold its weights itself", found, ASK)


def save_portable(model, path, half=False):
    """Save a model for others: any Keras from 3.6 on, with a fresh optimizer; `half`: kernels as float16."""
    # The optimizer's memory of past gradients would triple the file; it is zeros here, as in a new training.
    fresh = type(model).from_config(model.get_config())
    fresh.set_weights(model.get_weights())
    if model.compiled:
        fresh.compile_from_config(model.get_compile_config())  # builds the optimizer too
    with storage.atomic_path(path) as temporary:
        newest = temporary.with_name(".newest.keras")
        fresh.save(newest)
        with zipfile.ZipFile(newest) as source, zipfile.ZipFile(temporary, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "config.json":
                    content = json.dumps(_without_newcomers(json.loads(content)))
                if name.endswith(".h5") and half:
                    content = _in_half_precision(content)
                # a part without a date of its own: one before 1980, from a wrong clock, would be an error
                target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        configs = [m.get_config() for m in (keras.saving.load_model(temporary), model)]
        written, meant = (json.loads(json.dumps(config)) for config in configs)  # tuples become lists
        if written != meant:
            raise ValueError(f"{path} lost a setting: leave out fewer arguments.")


def _in_half_precision(content):
    """Rewrite the bytes of a weights file with float16 for every array of two axes and more."""
    file = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as source, h5py.File(file, "w") as target:

        def write(name, item):
            if isinstance(item, h5py.Group):
                written = target.require_group(name)
            else:
                numbers = item[()]  # those of one axis are few, and the variances among them can be tiny
                half = numbers.astype("f2") if numbers.ndim > 1 else numbers
                written = target.create_dataset(name, data=half)
            written.attrs.update(item.attrs)

        target.attrs.update(source.attrs)
        source.visititems(write)
    return file.getvalue()


def _without_newcomers(node):
    """Leave out of a model's configuration all arguments that are None, and newcomers without effect."""
    if isinstance(node, list):
        return [_without_newcomers(part) for part in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("config"), dict):
        said = {k: v for k, v in node["config"].items() if v is not None and NEWCOMERS.get(k) != v}
        node = {**node, "config": said}
    return {key: _without_newcomers(value) for key, value in node.items()}
