"""Save everything that belongs to a model in one folder."""

import contextlib
import json

from helpers import CourseError, model_files, storage, training, validation
from helpers.sharing.model_card import Card

MARK = "settings.json"  # what a folder of this module always holds


@validation.checked(
    folder=validation.path, model=validation.model, facts=validation.DICT, card=validation.a(Card)
)
def save(folder, model, history, facts, card):
    """Save a model with its history, the facts of its run and its card: complete or not at all.

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
    facts : dict
        What `training.load_run` returned.
    card : Card
        What `model_card` returned, for the name of the folder.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    CourseError
        If the folder holds something else, or the model needs code of its own.
    """
    if card.name != folder.name:  # the card says which file to load
        remedy = f"Call it {card.name}, or write the card again."
        raise CourseError(f"a folder with the name on the card, {card.name!r}", repr(folder.name), remedy)
    with _replaced_folder(folder, MARK) as new:
        _save_model(model, new / f"{folder.name}.keras")
        training.write_history(new / f"{folder.name}.csv", history)
        _write(
            new / MARK,
            json.dumps(facts, indent=1, ensure_ascii=False, default=lambda number: number.tolist()),
        )
        _write(new / "README.md", str(card))
    return folder


def _write(path, text):
    path.write_text(text, encoding="utf-8", newline="\n")


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
