"""Feedback on the exercises: each check prints ✓, or ✗ with what is wrong and where to look, or "Not yet".

A check never raises and returns nothing, so that it can stand in the last line of any cell. The checks are
written in `helpers.exercises`, one file per notebook; this module is the door to all of them.

Examples
--------
>>> from helpers import checks
>>> checks.shapes((9000, 32, 32, 3), ...)
… Not yet: replace ... with your answer (y_val_shape), then run the cell again.
"""

import difflib

import helpers.exercises  # noqa: F401 - registers them
from helpers import CourseError
from helpers.exercises.engine import CHECKS, verdict
from helpers.exercises.progress import report

__all__ = ["progress", "verdict"]


class NoSuchCheckError(CourseError, AttributeError):
    """There is no check of this name; `hasattr` and tab completion understand it too."""


def progress():
    """Print which exercises were passed so far, in this session or an earlier one, and what comes next.

    The code below is for an instructor: it holds what was passed and the mistake met most at each exercise.
    `classroom.show` reads it, a learner's own too. All is kept in `storage.FIT_OUTPUTS`, beside the saved
    fits; where nothing can be written, nothing is kept.
    """
    print(report(CHECKS))


def __getattr__(name):
    if name in CHECKS:
        return CHECKS[name]
    near = difflib.get_close_matches(name, __dir__(), n=1)
    hint = f"Did you mean checks.{near[0]}?" if near else "Copy the name from the notebook's cell."
    raise NoSuchCheckError("the name of a check", repr(name), hint)


def __dir__():
    return sorted([*__all__, *CHECKS])
