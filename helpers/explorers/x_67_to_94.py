"""Explorer of the example "From 67 % to 94 %": two rungs of the ladder side by side."""

from functools import partial

from helpers.explorers.controls import Explorer, choice
from helpers.plotting.ablation import check_ladder, compare_rungs


def ladder(table, curves):
    """Choose two rungs of the ladder and compare how they learn.

    Parameters
    ----------
    table, curves : pandas.DataFrame
        As in `plotting.ablation.compare_rungs`.

    Returns
    -------
    Explorer

    Raises
    ------
    CourseError
        If a column is missing or there is no row.
    """
    names = list(check_ladder(table).rung)
    lower = choice("lower rung", names, "The training that is compared with.")
    upper = choice("upper rung", names[::-1], "The training that is compared.")
    return Explorer(partial(compare_rungs, table, curves), first=lower, second=upper)
