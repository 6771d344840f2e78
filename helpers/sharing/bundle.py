"""Save everything that belongs to a model in one folder, and get it back."""

import contextlib
import json
from typing import NamedTuple

import keras
import pandas as pd

from helpers import CourseError, model_files, storage, training, validation
from helpers.sharing.model_card import as_json, input_sentence, model_card

MARK = "settings.json"  # what a folder of this module always holds


class Shared(NamedTuple):
    """What a shared folder holds: `load` says more."""

    model: keras.Model
    history: pd.DataFrame
    settings: dict
    card: str


@validation.checked(folder=validation.path, model=validation.model)
def save(folder, model, history, settings, pixels=None, **card):
    """Save a model with its history, its settings and its card: complete or not at all.

    The folder `name` then holds name.keras, name.csv, settings.json and README.md, which is where the Hugging
    Face Hub looks for a model card. Any Keras from 3.6 on can load the model. The optimizer's memory is left
    out: it would triple the file, and nobody needs it to predict.

    Parameters
    ----------
    folder : path-like
        Where to save; an earlier folder of this kind is replaced.
    model : keras.Model
        A trained model of Keras's own layers.
    history : keras.callbacks.History, dict of lists or pandas.DataFrame
        What `fit` returned.
    settings : dict
        How it was made and how good it is, as in the settings.json of a shipped fit.
    pixels : "0..1" or "0..255", optional
        As in `evaluation.predict`; the card says it.
    **card
        What else the card should say: see `model_card.model_card`.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    CourseError
        If the folder holds something else, or the model needs code of its own.
    """
    takes = {"input": input_sentence(model, pixels)}
    text = model_card(settings | takes, name=folder.name, **card)
    with _replaced_folder(folder, MARK) as new:
        _save_model(model, new / f"{folder.name}.keras")
        training.write_history(new / f"{folder.name}.csv", history)
        (new / MARK).write_text(f"{as_json(settings, indent=1)}\n", encoding="utf-8", newline="\n")
        (new / "README.md").write_text(text, encoding="utf-8", newline="\n")
    return folder


def _save_model(model, path):
    try:
        model_files.save_portable(model, path)
        model_files.load_model(path)  # what others will do with it
    except CourseError:
        raise
    except Exception as error:  # a layer that cannot describe itself fails in its own way
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        remedy = "Build it of Keras's layers, or give others its code and a file by model.save()."
        found = f"one that Keras cannot: {reason}"
        raise CourseError("a model that others can load", found, remedy) from None


@contextlib.contextmanager
def _replaced_folder(folder, mark):
    """Give an empty folder that takes the place of `folder` if the block succeeds."""
    # One that exists must hold the file by which its kind is known: nobody's other files are deleted.
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file()):
        remedy = "Choose the name of a folder that does not exist yet."
        raise CourseError(f"{folder.name} to be new or an earlier one", "other files there", remedy)
    with storage.atomic_path(folder, over_folder=True) as new:
        new.mkdir()
        yield new


@validation.checked(folder=validation.path)
def load(folder):
    """Load what `save` wrote, or a fit that the course ships.

    The folder `name` must hold name.keras, name.csv and settings.json, and may hold a card.

    Returns
    -------
    model : keras.Model
    history : pandas.DataFrame
        Loss and accuracy, one row an epoch.
    settings : dict
        How it was made and how good it is.
    card : str
        The model card in Markdown ("" if there is none).
    """
    while True:
        before = _state(folder)
        try:
            shared = _read(folder)
        except CourseError:
            if _state(folder) == before:
                raise
        else:
            if _state(folder) == before:  # else another process has replaced it meanwhile
                return shared


def _state(folder):
    """Tell a folder from another one that takes its place."""
    with contextlib.suppress(OSError):
        return folder.stat().st_ino, folder.stat().st_ctime_ns
    return None


def _read(folder):
    model = model_files.load_model(folder / f"{folder.name}.keras")
    card = folder / "README.md"
    try:
        history = training.read_history(folder / f"{folder.name}.csv")
        settings = json.loads((folder / MARK).read_text(encoding="utf-8"))
        text = card.read_text(encoding="utf-8") if card.is_file() else ""
    except (OSError, ValueError) as error:
        expected = f"history and settings beside {folder.name}.keras"
        found = f"none that can be read ({error})"
        raise CourseError(expected, found, "Copy the whole folder, not only the model.") from None
    return Shared(model, history, settings, text)
