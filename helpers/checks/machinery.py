"""What all checks share: from a list of possible mistakes to one printed verdict.

A check is a generator decorated with `exercise`. It yields pairs (condition, message): the first condition
that holds is the mistake, and its message is what the learner reads. Because the pairs are made one after
the other, a condition may take for granted that the earlier ones did not hold. What the generator returns
at its end is the praise.
"""

import functools
import inspect
from typing import NamedTuple

from helpers.checks.answers import NotYetError, WrongAnswerError, blanks, shown
from helpers.checks.diary import record, report

MARKS = {"right": "✓", "wrong": "✗", "not yet": "…"}
_CHECKS = {}


class Verdict(NamedTuple):
    """What a check says about an answer.

    Attributes
    ----------
    status : {"right", "wrong", "not yet"}
        "not yet" means that the scaffold still has a gap.
    text : str
        The line that the learner reads; it starts with ✓, ✗ or ….
    """

    status: str
    text: str


def exercise(body):
    """Turn a generator of (condition, message) pairs into a check that prints one verdict."""

    @functools.wraps(body)
    def check(*answers, **named_answers):
        status, text = _judge(body, answers, named_answers)
        print(text)
        if status == "right":
            record(body.__name__)

    _CHECKS[body.__name__] = body
    return check


def verdict(name, *answers, **named_answers):
    """Judge an answer without printing.

    Parameters
    ----------
    name : str
        The name of a check, such as ``"shapes"``.
    *answers, **named_answers
        What the learner hands to the check.

    Returns
    -------
    Verdict
        The status ("right", "wrong" or "not yet") and the text.
    """
    return _judge(_CHECKS[name], answers, named_answers)


def catalogue():
    """List the mistakes that each check recognises, read from the docstrings.

    Returns
    -------
    dict of str to tuple of str
        Name of the check -> the mistakes, in the order in which they are looked for.
    """
    return {name: tuple(_mistakes(body)) for name, body in _CHECKS.items()}


def progress():
    """Print which exercises were passed so far, in this session or an earlier one, and what comes next.

    It is kept in `storage.FIT_OUTPUTS`, beside the saved fits; where nothing can be written, nothing is kept.
    """
    print(report(_CHECKS))


def _mistakes(body):
    lines = inspect.getdoc(body).partition("Notes\n-----\n")[2].splitlines()
    return [line.removeprefix("* ") for line in lines if line.startswith("* ")]


def _judge(body, answers, named_answers):
    try:
        arguments = inspect.signature(body).bind(*answers, **named_answers)
    except TypeError as error:
        return _say("wrong", f"checks.{body.__name__} {_wanted(body)}: {error}.")
    try:
        gaps = [gap for name, value in arguments.arguments.items() for gap in blanks(value, name)]
        if gaps:
            raise NotYetError(f"replace ... by your answer ({_listed(gaps)})")
        return _say("right", _first_mistake(body(*arguments.args, **arguments.kwargs)))
    except NotYetError as gap:
        return _say("not yet", f"Not yet: {gap}, then run the cell again.")
    except WrongAnswerError as mistake:
        return _say("wrong", str(mistake))
    except Exception as error:  # whatever was handed over, a learner gets a sentence, not a traceback
        problem = f"{type(error).__name__}: {shown(error, str)}"
        return _say("wrong", f"This answer cannot be checked ({problem}). The check {_wanted(body)}.")


def _first_mistake(pairs):
    while True:
        try:
            is_wrong, message = next(pairs)
        except StopIteration as end:
            return end.value
        if is_wrong:
            raise WrongAnswerError(message)


def _listed(gaps, most=4):
    gaps = list(dict.fromkeys(gaps))
    more = [f"{len(gaps) - most} more"] if len(gaps) > most else []
    return " and ".join([", ".join(gaps[:most]), *more])


def _say(status, text):
    return Verdict(status, f"{MARKS[status]} {text}")


def _wanted(body):
    """Say what a check takes, in the words of its docstring's list of parameters."""
    parameters = inspect.getdoc(body).partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    return "takes " + "; ".join(line for line in parameters.splitlines() if not line.startswith(" "))
