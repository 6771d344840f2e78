"""What `fit` measured, as a table: the form that training, tuning and plotting share."""

import contextlib
from collections.abc import Mapping

import numpy as np

from helpers import CourseError


def scalars(logs):
    """Give what was measured after an epoch as plain numbers: of a value per class, each gets its number."""
    found = {}
    for name, value in (logs or {}).items():
        with contextlib.suppress(Exception):  # no number: whatever a metric of one's own returns
            values = np.asarray(value, dtype=np.float64)
            names = [str(name)] if values.ndim == 0 else [f"{name}_{part}" for part in range(values.size)]
            found |= dict(zip(names, values.ravel().tolist(), strict=True))
    return found


def history_table(history):
    """Turn what `fit` returned, its `history` attribute, or a table read from a file into a pandas.DataFrame.

    It has one row an epoch, columns as Keras names them (`loss`, `accuracy`, `val_loss`, ...), and the index
    `epoch`, counted from 1. A metric with a value for each class has a column for each: `f1_score_0`,
    `f1_score_1`, ... Where Keras validated after some epochs only, the others have NaN.
    """
    import pandas as pd  # here, because an image needs none of it

    epochs = getattr(history, "measured", None)  # what LiveProgress saw, where it watched
    history = getattr(history, "history", history)
    table = pd.DataFrame()
    if isinstance(epochs, list):
        table = pd.DataFrame(epochs)
    elif isinstance(history, Mapping):  # lists, too, would become a table, without names
        table = pd.DataFrame(_epochs(history))
    elif isinstance(history, pd.DataFrame):
        table = history.select_dtypes("number").reset_index(drop=True)
    if table.empty:
        found = f"{type(history).__name__} without numbers"
        remedy = "Pass what model.fit() returns, or its .history."
        raise CourseError("a training history with at least one epoch", found, remedy)
    table.index = pd.RangeIndex(1, len(table) + 1, name="epoch")
    return table


def _epochs(history):
    """Turn lists by name into a dictionary for each epoch; say what is left out."""
    lists = {
        name: values for name, values in history.items() if isinstance(values, list | tuple | np.ndarray)
    }
    lists = {name: values for name, values in lists.items() if np.ndim(values) != 0}
    rows = [{} for _ in range(max(map(len, lists.values()), default=0))]
    for name, values in lists.items():
        places = _measured(len(values), len(rows))
        if len(values) < len(rows):
            taken = (
                f"taken as every {places.step} epochs"
                if places
                else "left out, because nobody recorded which"
            )
            print(f"{name} was measured after {len(values)} of {len(rows)} epochs: {taken}.")
        for place, value in zip(places, values, strict=False):
            rows[place] |= scalars({name: value})
    return rows


def _measured(n_values, n_epochs):
    """Find after which epochs something was measured, if one `validation_freq` alone can be meant."""
    steps = [step for step in range(1, n_epochs + 1) if n_epochs // step == n_values]
    return range(steps[0] - 1, n_epochs, steps[0]) if len(steps) == 1 else range(0)
