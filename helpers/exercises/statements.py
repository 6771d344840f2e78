"""Exercises that are data: statements, each with True or False, a word or a number; or numbers and shapes.

They stand in notebooks/exercises/<notebook>.toml, as the quizzes in notebooks/quizzes. A check of its own is
made of each: it takes the learner's dictionary, statement -> answer, or the numbers and shapes, one by one.
"""

import inspect
import tomllib
from typing import NamedTuple

import numpy as np

from helpers import CourseError, storage
from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, array, number, shown, word

FOLDER = storage.ROOT / "notebooks" / "exercises"


class _Statement(NamedTuple):
    """One entry of the dictionary: its key, the right answer, and what one reads after another answer."""

    text: str | float
    answer: bool | str | float
    feedback: str
    near: tuple = ()  # of a number, as in `Number`


class Number(NamedTuple):
    """One number, or several such as a shape: its name, the right answer, and what one reads after others."""

    name: str
    answer: float | list
    hint: str
    near: list  # tables with an answer, in which "*" stands for any number, and its feedback
    also: tuple = ()  # other right answers
    called: str | None = None  # in messages; as its name if not given
    tolerance: float = 1e-8


class Written(NamedTuple):
    """One exercise."""

    notebook: str
    about: str
    praise: str
    statements: tuple
    numbers: tuple


def load():
    """Read the exercises of all notebooks: name of the check -> what is written. Without notebooks: none."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
                is_of_numbers = "number" in table
                numbers = tuple(Number(**entry) for entry in table["number"]) if is_of_numbers else ()
                statements = () if is_of_numbers else tuple(_Statement(**one) for one in table["statement"])
                found[name] = Written(path.stem, table["about"], table["praise"], statements, numbers)
        except (OSError, ValueError, KeyError, TypeError) as error:
            got = f"{path.name}: {error}"
            raise CourseError("a file of exercises", got, "Get the course again.") from None
    return found


def register():
    """Make a check of each exercise."""
    for name, written in load().items():
        takes, body = (_of_numbers if written.numbers else _of_statements)(written)
        body.__name__ = body.__qualname__ = name
        body.__doc__ = written.about
        exercise(takes)(body)


def _of_statements(written):
    def body(answers):
        yield from _mistakes(answers, written.statements)
        return written.praise

    text, answer, *_ = written.statements[0]
    return f"answers : dict of {type(text).__name__} to {type(answer).__name__}", body


def _of_numbers(written):
    def body(*answers):
        for given, wanted in zip(answers, written.numbers, strict=True):
            yield from _other_numbers(given, wanted)
        return written.praise

    names = [number.name for number in written.numbers]
    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    body.__signature__ = inspect.Signature(parameters)
    several = [isinstance(number.answer, list) for number in written.numbers]
    kind = "several numbers each" if all(several) else "number, or several" if any(several) else "number"
    return f"{', '.join(names)} : {kind}", body


def _other_numbers(given, wanted):
    """Yield whether an answer is one of those with a known cause, then whether it is any other wrong one."""
    name, answers = wanted.called or wanted.name, (wanted.answer, *wanted.also)
    kinds = {isinstance(answer, list) for answer in answers}
    lengths = {len(answer) for answer in answers if isinstance(answer, list)}
    several = kinds == {True} or (isinstance(given, list | tuple) and len(given) in lengths)
    if isinstance(given, list | tuple) and len(given) in lengths and given[0] is None:
        raise WrongAnswerError(f"{name} begins with None: here the number is known.")
    given = _several(given, name) if several else [number(given, name)]
    is_right = any(_agree(given, answer, wanted.tolerance) for answer in answers)
    for miss in wanted.near:
        yield not is_right and _agree(given, miss["answer"], wanted.tolerance), miss["feedback"]
    shares = [answer for answer in answers if isinstance(answer, float) and 0 < answer < 1]
    percent = any(given[0] >= 1 and _agree([given[0] / 100], share, 0.005) for share in shares)
    yield not is_right and percent, f"{name} is a percentage: write a fraction, between 0 and 1."
    found = ", ".join(f"{value:g}" for value in given)
    found = shown(f"({found})", str) if several else found
    yield not is_right, f"{name} is not {found}: {wanted.hint}"


def _several(value, name):
    """Read a shape, or other numbers in brackets; of a batch's shape, the open size is left out."""
    if isinstance(value, np.ndarray) and value.size > 100:
        whole = f"the array itself, {value.size:,} numbers"
        raise WrongAnswerError(f"{name} is {whole}: the exercise asks for fewer.")
    if isinstance(value, list | tuple) and value[:1] in ([None], (None,)):
        value = value[1:]
    return array(value, name).ravel().tolist()


def _agree(given, answer, tolerance):
    wanted = answer if isinstance(answer, list) else [answer]
    pairs = zip(given, wanted, strict=False)
    same = (known == "*" or np.isclose(value, known, rtol=1e-5, atol=tolerance) for value, known in pairs)
    return len(given) == len(wanted) and all(same)


def _mistakes(answers, statements):
    other = not isinstance(answers, dict)
    yield other, f"The answers are {shown(answers)}: keep the dictionary from the exercise."
    known = [statement.text for statement in statements]
    unknown = [text for text in answers if text not in known]
    first, listed = unknown and shown(unknown[0]), ", ".join(map(repr, known))
    yield unknown, f"{first} is not in the exercise: its dictionary has the keys {listed}."
    missing = [text for text in known if text not in answers]
    listed = ", ".join(map(repr, missing))
    yield missing, f"There is no answer to {listed}: copy the questions from the exercise."
    choices = list(dict.fromkeys(statement.answer for statement in statements))
    for text, right, feedback, near in statements:
        if isinstance(right, bool | str):
            yield _chosen(answers[text], text, choices) != right, f"{text!r}: {feedback}"
        else:
            yield from _other_numbers(answers[text], Number(repr(text), right, feedback, near))


def _chosen(value, text, choices):
    if not isinstance(choices[0], bool):
        return word(value, f"The answer to {text!r}", choices)
    if not isinstance(value, bool | np.bool_):
        raise WrongAnswerError(f"The answer to {text!r} is {shown(value)}: write True or False.")
    return bool(value)
