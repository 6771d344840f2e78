"""Exercises of episode 5 on tuning."""

from itertools import pairwise

import numpy as np

from helpers.checks.answers import assigned, known, number, shown
from helpers.checks.machinery import exercise
from helpers.plotting.curves import history_table


@exercise
def tuning_data(answers):
    """Check which part of the data decides what.

    Parameters
    ----------
    answers : dict of str to str
        "the weights", "the dropout rate", "the number of epochs" and "the accuracy in your report", each
        with "training", "validation" or "test".

    Notes
    -----
    Mistakes it recognises:

    * a decision left out
    * none of the three parts
    * the weights learned elsewhere
    * the rate chosen by the test set
    * the epochs chosen by the test set
    * the report on images that chose the model
    """
    key = {
        "the weights": ("training", "fit changes them with the training images only."),
        "the dropout rate": ("validation", "a setting is chosen on images the weights did not learn from."),
        "the number of epochs": ("validation", "that is a setting too: early stopping watches val_loss."),
        "the accuracy in your report": ("test", "only images that chose nothing can judge."),
    }
    yield from assigned(answers, key)
    return "Training learns, validation chooses, the test set judges."


@exercise
def grid_size(trainings):
    """Check how many trainings a grid of 3 learning rates and 3 batch sizes takes with cv=3 and refit.

    Parameters
    ----------
    trainings : int
        How often `fit` runs in all.

    Notes
    -----
    Mistakes it recognises:

    * added instead of multiplied
    * the folds forgotten
    * the folds of one hyperparameter only
    * the last training forgotten
    * another number
    """
    mistakes = {
        "Combinations multiply: each of 3 learning rates goes with each of 3 batch sizes.": 6,
        "Each combination is trained once for each of the 3 folds.": 9,
        "Both hyperparameters and the folds multiply: 3 x 3 x 3.": 18,
        "Nearly: with refit=True the best setting is trained once more, on all the data.": 27,
    }
    hint = "combinations times folds, and one more."
    yield from known(number(trainings, "trainings"), 28, "The number", mistakes, hint)
    return "3 x 3 settings x 3 folds, and the best once more: 28 trainings. A grid is soon expensive."


@exercise
def activation_loop(histories):
    """Check a loop that trains a new network for each of relu, sigmoid and tanh, and keeps the histories.

    Parameters
    ----------
    histories : dict of str to history
        Name of the activation -> what `fit` returned, or its table.

    Notes
    -----
    Mistakes it recognises:

    * no dictionary
    * only the last history kept
    * an activation left out
    * one history under all names
    * the activation never used
    * one network trained on and on
    """
    yield not isinstance(histories, dict), f"{shown(histories)}: collect the histories in a dictionary."
    names = ["relu", "sigmoid", "tanh"]
    missing = [name for name in names if name not in histories]
    yield (
        len(histories) == 1 and missing,
        "Only one history is left: write histories[activation] = ... inside the loop.",
    )
    yield missing, f"There is no history for {', '.join(missing)}."
    tables = {name: history_table(histories[name]) for name in names}
    losses = [table.loss.to_numpy() for table in tables.values()]
    same = len({id(histories[name]) for name in names}) < len(names)
    yield same, "The same history stands under two names: keep the one that each fit returns."
    equal = any(np.array_equal(a, b) for a, b in pairwise(losses))
    yield equal, "Two histories are equal to the last digit: does the network get the activation?"
    continued = losses[1][0] < losses[0][-1] and losses[2][0] < losses[1][-1]
    yield continued, "Each training starts where the one before ended: make a new network in the loop."
    return "Three new networks, three histories: now they can be compared."


@exercise
def real_gain(answers):
    """Check which gains are larger than luck.

    Parameters
    ----------
    answers : dict of str to bool
        Four comparisons, each with True (a gain) or False (it may be luck).

    Notes
    -----
    Mistakes it recognises:

    * a comparison left out
    * an answer that is neither True nor False
    * two single runs trusted
    * a clear gain not trusted
    * a gain within the spread trusted
    * the best of twenty trusted
    """
    key = {
        "one run with 0.655, another with 0.662": (
            False,
            "two runs of the same network differ by as much, only because of the seed.",
        ),
        "0.655, 0.651, 0.660 against 0.681, 0.678, 0.684": (
            True,
            "every run of the second is above every run of the first, by far more than they differ.",
        ),
        "0.655, 0.640, 0.668 against 0.659, 0.650, 0.661": (
            False,
            "the means differ by 0.002, the runs of one setting by ten times as much.",
        ),
        "the best of 20 random settings against the one before": (
            False,
            "the best of many is partly luck: train it again with other seeds.",
        ),
    }
    yield from assigned(answers, key)
    return "Compare several runs: trust a gain that stands out from their spread, or returns in every pair."
