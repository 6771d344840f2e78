"""Exercises that are data: statements, each with True or False, or with one of a few words.

They stand in notebooks/exercises/<notebook>.toml, as the quizzes in notebooks/quizzes. A check of its own is
made of each: it takes the learner's dictionary, statement -> answer.
"""

import tomllib
from typing import NamedTuple

import numpy as np

from helpers import CourseError, storage
from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, shown, word

FOLDER = storage.ROOT / "notebooks" / "exercises"


class Statement(NamedTuple):
    """One entry of the dictionary: its key, the right answer, and what one reads after another answer."""

    text: str | float
    answer: bool | str
    feedback: str


class Statements(NamedTuple):
    """One exercise."""

    notebook: str
    about: str
    praise: str
    statements: tuple


def load():
    """Read the exercises of all notebooks: name of the check -> its statements. Without notebooks: none."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
                statements = tuple(Statement(**entry) for entry in table["statement"])
                found[name] = Statements(path.stem, table["about"], table["praise"], statements)
        except (OSError, ValueError, KeyError, TypeError) as error:
            got = f"{path.name}: {error}"
            raise CourseError("a file of exercises", got, "Get the course again.") from None
    return found


def register():
    """Make a check of each exercise."""
    for name, entry in load().items():
        text, answer, _ = entry.statements[0]
        exercise(f"answers : dict of {type(text).__name__} to {type(answer).__name__}")(_body(name, entry))


def _body(name, entry):
    def body(answers):
        yield from _mistakes(answers, entry.statements)
        return entry.praise

    body.__name__ = body.__qualname__ = name
    body.__doc__ = entry.about
    return body


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
    for text, right, feedback in statements:
        yield _chosen(answers[text], text, choices) != right, f"{text!r}: {feedback}"


def _chosen(value, text, choices):
    if not isinstance(choices[0], bool):
        return word(value, f"The answer to {text!r}", choices)
    if not isinstance(value, bool | np.bool_):
        raise WrongAnswerError(f"The answer to {text!r} is {shown(value)}: write True or False.")
    return bool(value)
