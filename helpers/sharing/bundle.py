"""Save everything that belongs to a model in one folder, and get it back."""

import contextlib
import json
from pathlib import Path
from typing import NamedTuple

import keras
import pandas as pd

from helpers import CourseError, model_files, storage, training, validation
from helpers.sharing import portable
from helpers.sharing.model_card import as_json, model_card

MARK = "settings.json"  # what a folder of this module always holds


class Shared(NamedTuple):
    """What a shared folder holds.

    Attributes
    ----------
    model : keras.Model
        The trained model.
    history : pandas.DataFrame
        Loss and accuracy, one row an epoch.
    settings : dict
        How it was made and how good it is.
    card : str
        The model card in Markdown ("" if there is none).
    """

    model: keras.Model
    history: pd.DataFrame
    settings: dict
    card: str


@validation.checked(folder=validation.path, model=validation.model)
def save(folder, model, history, settings, **card):
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
    **card
        What else the card shall say: see `model_card`.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    CourseError
        If the folder holds something else, or the model needs code of its own.
    """
    folder = Path(folder)
    text = model_card(settings, name=folder.name, **card)
    with replaced_folder(folder, MARK) as new:
        _save_model(model, new / f"{folder.name}.keras")
        training.write_history(new / f"{folder.name}.csv", history)
        content = as_json(settings, indent=1)
        (new / MARK).write_text(f"{content}\n", encoding="utf-8", newline="\n")
        (new / "README.md").write_text(text, encoding="utf-8", newline="\n")
    return folder


def _save_model(model, path):
    try:
        portable.save(model, path)
        model_files.load_model(path)  # what others will do with it
    except CourseError:
        raise
    except Exception as error:  # a layer that cannot describe itself fails in its own way
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        remedy = "Build it of Keras's layers, or give others its code and a file by model.save()."
        raise CourseError(
            "a model that others can load", f"one that Keras cannot: {reason}", remedy
        ) from None


@validation.checked(folder=validation.path)
def load(folder):
    """Load what `save` wrote, or a fit that the course ships.

    Parameters
    ----------
    folder : path-like
        A folder `name` with name.keras, name.csv and settings.json, and perhaps a card.

    Returns
    -------
    Shared
        model, history, settings and card.

    Raises
    ------
    CourseError
        If a part is missing or damaged, or the model cannot be trusted: see `load_model`.
    """
    folder = Path(folder)
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
        raise CourseError(
            expected, f"none that can be read ({error})", "Copy the whole folder, not only the model."
        ) from None
    return Shared(model, history, settings, text)


@contextlib.contextmanager
def replaced_folder(folder, mark):
    """Give an empty folder that takes the place of `folder` if the block succeeds.

    Parameters
    ----------
    folder : path-like
        The folder to write. If it exists it must be empty, or hold the file `mark`, by which a folder of the
        same kind is known: nobody's other files are deleted.
    mark : str
        Name of a file.

    Yields
    ------
    pathlib.Path
        An empty folder beside it.

    Raises
    ------
    CourseError
        If the folder holds something else, or cannot be written.
    """
    folder = Path(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file()):
        remedy = "Choose the name of a folder that does not exist yet."
        raise CourseError(f"{folder.name} to be new or an earlier one", "other files there", remedy)
    with storage.atomic_path(folder, over_folder=True) as new:
        new.mkdir()
        yield new
