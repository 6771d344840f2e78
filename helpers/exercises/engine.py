"""From a list of possible mistakes to one printed verdict.

A check is a generator decorated with `exercise`. It yields pairs (condition, message): the first condition
that holds is the mistake, and its message is what the learner reads. Because the pairs are made one after
the other, a condition may take for granted that the earlier ones did not hold. What the generator returns
at its end is the praise.
"""

import functools
import inspect
from typing import NamedTuple

from helpers.exercises.parsing import NotYetError, WrongAnswerError, blanks, shown
from helpers.exercises.progress import record, record_mistake

CHECKS = {}  # name -> the check, filled by `exercise`
MARKS = {"right": "✓", "wrong": "✗", "not yet": "…"}


class _Verdict(NamedTuple):
    """What a check says about an answer."""

    status: str  # "right", "wrong", or "not yet": the scaffold still has a gap
    text: str  # the line that the learner reads; it starts with ✓, ✗ or …


def exercise(takes):
    """Turn a generator of pairs into a check that prints one verdict; `takes` says in words what it takes."""

    def decorate(body):
        @functools.wraps(body)
        def check(*answers, **named_answers):
            status, text = verdict(body.__name__, *answers, **named_answers)
            print(text)
            if status == "right":
                record(body.__name__)
            elif status == "wrong":
                record_mistake(body.__name__, text)

        check.takes = f"takes {takes}"
        check.__doc__ += f"\n\nIt {check.takes}."
        CHECKS[body.__name__] = check
        return check

    return decorate


def verdict(name, *answers, **named_answers):
    """Judge an answer without printing: what the check `name` says to it, and in which words."""
    check = CHECKS[name]
    body = check.__wrapped__
    try:
        arguments = inspect.signature(body).bind(*answers, **named_answers)
    except TypeError as error:
        return _say("wrong", f"checks.{name} {check.takes}: {error}.")
    try:
        gaps = [gap for name, value in arguments.arguments.items() for gap in blanks(value, name)]
        if gaps:
            raise NotYetError(f"replace ... with your answer ({_listed(gaps)})")
        return _say("right", _first_mistake(body(*arguments.args, **arguments.kwargs)))
    except NotYetError as gap:
        return _say("not yet", f"Not yet: {gap}, then run the cell again.")
    except WrongAnswerError as mistake:
        return _say("wrong", str(mistake))
    except Exception as error:  # whatever was handed over, a learner gets a sentence, not a traceback
        problem = f"{type(error).__name__}: {shown(error, str)}"
        return _say("wrong", f"This answer cannot be checked ({problem}). The check {check.takes}.")


def _first_mistake(pairs):
    """Raise the first mistake whose condition holds; return the praise if there is none."""
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
    return _Verdict(status, f"{MARKS[status]} {text}")
