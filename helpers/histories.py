"""What `fit` measured, as a table: the form that training, tuning and plotting share."""

import contextlib
from collections.abc import Mapping

from helpers import CourseError


def history_table(history):
    """Turn what `fit` returned into a table with one row an epoch.

    Parameters
    ----------
    history : keras.callbacks.History, dict of lists or pandas.DataFrame
        What `fit` returned, its `history` attribute, or a table read from a file.

    Returns
    -------
    pandas.DataFrame
        Columns as Keras names them (`loss`, `accuracy`, `val_loss`, ...), index `epoch` counted from 1.

    Raises
    ------
    CourseError
        If it is something else, or there is no epoch in it.
    """
    import pandas as pd  # here, because an image needs none of it

    history = getattr(history, "history", history)
    table = pd.DataFrame()
    if isinstance(history, (Mapping, pd.DataFrame)):  # lists, too, would become a table, without names
        with contextlib.suppress(TypeError, ValueError):
            table = pd.DataFrame(history).select_dtypes("number").reset_index(drop=True)
    if table.empty:
        found = f"{type(history).__name__} without numbers"
        remedy = "Pass what model.fit() returns, or its .history."
        raise CourseError("a training history with at least one epoch", found, remedy)
    table.index = pd.RangeIndex(1, len(table) + 1, name="epoch")
    return table
