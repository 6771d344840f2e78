"""Explorer of the example "From 67 % to 94 %": two rungs of the ladder side by side."""

from functools import partial

from helpers import validation
from helpers.explorers.controls import Explorer, choice
from helpers.plotting.tuning import compare_rungs, ladder_table


@validation.checked(table=ladder_table, curves=validation.table("rung", "epoch", "accuracy"))
def ladder(table, curves):
    """Choose two rungs of the ladder and compare how they learn.

    Parameters
    ----------
    table : pandas.DataFrame
        As in `plotting.plot_ablation`.
    curves : pandas.DataFrame
        Columns rung, epoch and accuracy: that of the training images while they were learned from.
    """
    names = list(table.rung)
    lower = choice("lower rung", names, "The training that is compared with.")
    upper = choice("upper rung", names[::-1], "The training that is compared.")
    return Explorer(partial(compare_rungs, table, curves), first=lower, second=upper)
