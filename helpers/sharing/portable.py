"""Write a trained model so that other versions of Keras can load it, and no larger than it must be."""

import io
import json
import zipfile

import h5py
import keras

from helpers import storage

# Arguments that came with later versions of Keras, with the values that change nothing.
NEWCOMERS = {"ragged": False, "renorm": False, "renorm_momentum": 0.99}


def save(model, path, half=False):
    """Save a model for others: any Keras from 3.6 on, with a fresh optimizer.

    Keras reads files of older versions, but not of newer ones: 3.14 refuses what 3.15 wrote, because it
    does not know arguments that were added since. They are left out where they have no effect. The
    optimizer's memory of past gradients would triple the file; it is zeros here, as in a new training.

    Parameters
    ----------
    model : keras.Model
        A trained model of Keras's own layers.
    path : path-like
        The .keras file to write, complete or not at all.
    half : bool, default False
        Whether kernels are written as float16: half the size. Keras makes float32 of them when it reads them.
    """
    fresh = type(model).from_config(model.get_config())
    fresh.set_weights(model.get_weights())
    if model.compiled:
        fresh.compile_from_config(model.get_compile_config())  # builds the optimizer too
    with storage.atomic_path(path) as temporary:
        newest = temporary.with_name(".newest.keras")
        fresh.save(newest)
        with (
            zipfile.ZipFile(newest) as source,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                content = source.read(name)
                if name == "config.json":
                    content = json.dumps(without_newcomers(json.loads(content)))
                if name.endswith(".h5") and half:
                    content = in_half_precision(content)
                # a part without a date of its own: one before 1980, from a wrong clock, would be an error
                target.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        written, meant = (as_json(m.get_config()) for m in (keras.saving.load_model(temporary), model))
        if written != meant:
            raise ValueError(f"{path} lost a setting: leave out fewer arguments.")


def in_half_precision(content):
    """Rewrite the bytes of a weights file with float16 for every array of two axes and more.

    Biases and what batch normalisation keeps are few and stay as they are: variances can be tiny.
    """
    file = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as source, h5py.File(file, "w") as target:

        def write(name, item):
            if isinstance(item, h5py.Group):
                written = target.require_group(name)
            else:
                numbers = item[()]
                written = target.create_dataset(
                    name, data=numbers.astype("f2") if numbers.ndim > 1 else numbers
                )
            written.attrs.update(item.attrs)

        target.attrs.update(source.attrs)
        source.visititems(write)
    return file.getvalue()


def as_json(config):
    """Turn tuples into lists, so that configurations from a file and from memory compare."""
    return json.loads(json.dumps(config))


def without_newcomers(node):
    """Leave out, everywhere in a model's configuration, arguments that say nothing.

    Parameters
    ----------
    node : dict, list or anything else that JSON knows
        The configuration or a part of it.

    Returns
    -------
    The same without arguments that are None, and without `NEWCOMERS`.
    """
    if isinstance(node, list):
        return [without_newcomers(part) for part in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("config"), dict):
        said = {k: v for k, v in node["config"].items() if v is not None and NEWCOMERS.get(k) != v}
        node = {**node, "config": said}
    return {key: without_newcomers(value) for key, value in node.items()}
