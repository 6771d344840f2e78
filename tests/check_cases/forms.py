"""What cases are made of."""

from types import SimpleNamespace
from typing import NamedTuple

import keras
import numpy as np

from helpers.exercises import statements


def answers(*values, **named):
    """Keep what a learner hands to a check."""
    return SimpleNamespace(values=values, named=named)


class Case(NamedTuple):
    """Answers to one check: right ones, {mistake: such an answer}, and scaffolds that are not done yet."""

    right: list
    wrong: dict
    untouched: list

    def gaps(self):
        """Lay out all scaffolds: those of the case, and the first right answer with one gap or all."""
        values = self.right[0].values
        yield from self.untouched
        yield answers(*map(_emptied, values), **self.right[0].named)
        for place in range(len(values)):
            for gap in (..., None):
                yield answers(*values[:place], gap, *values[place + 1 :], **self.right[0].named)


def case(entries):
    """Sort the entries of a check: "right" answers, scaffolds that are "not yet" any, and named mistakes.

    What is not made by `answers` is the check's only answer.
    """
    wrong = {
        name: _as_answers(answer) for name, answer in entries.items() if name not in ("right", "not yet")
    }
    return Case([*map(_as_answers, entries["right"])], wrong, [*map(_as_answers, entries.get("not yet", []))])


def _as_answers(value):
    return value if isinstance(value, SimpleNamespace) else answers(value)


def _emptied(value):
    return dict.fromkeys(value, ...) if isinstance(value, dict) else ...


def broken(*_):
    raise KeyError("gone")


def forgetful(*_):
    len("computed, but not returned")


def unfinished(*_):
    return ...


UNFINISHED = (unfinished, lambda *_: ...)
# What can happen to every function that a learner writes.
FUNCTION = {
    "an error inside the function": broken,
    "nothing returned": forgetful,
    "a value instead of a function": 3.5,
    "not yet": UNFINISHED,
}


def chain(steps, tensor):
    """Apply layers one after the other."""
    for step in steps:
        tensor = step(tensor)
    return tensor


def dense(units, activation="relu"):
    return keras.layers.Dense(units, activation=activation)


def builds(steps, name=None, shape=(32, 32, 3)):
    """Make a learner's function that builds a network of these layers."""

    def build():
        inputs = keras.Input(shape)
        return keras.Model(inputs, chain(steps, inputs), name=name)

    return answers(build)


def _in_another_form(answer):
    if isinstance(answer, str):
        return f" {answer.upper()}"
    return np.bool_(answer) if isinstance(answer, bool) else np.float64(answer)


def of_statements(exercise):
    """Make the cases of an exercise that is data: each statement answered wrongly, and what fits none."""
    key = {statement.text: statement.answer for statement in exercise.statements}
    choices = list(dict.fromkeys(key.values()))
    others = {
        statement.text: [miss["answer"] for miss in statement.near]
        or [choices[choices.index(statement.answer) - 1]]
        for statement in exercise.statements
    }
    first, *rest = key
    other_form = {text: _in_another_form(answer) for text, answer in key.items()}
    return {
        "right": [key, other_form],
        "no dictionary": list(key.values()),
        "one left out": {text: key[text] for text in rest},
        "one that is not in the task": key | {"something else": key[first]},
        "none of the words": key | {first: "perhaps"},
        **{f"{text}: {wrong!s}": key | {text: wrong} for text in key for wrong in others[text]},
        "not yet": [key | {first: ...}],
    }


def of_numbers(exercise):
    """Make the cases of an exercise that is data: each number replaced by each near miss, and by another."""
    right = [number.answer for number in exercise.numbers]
    entries = {"right": [answers(*right), answers(*map(np.float64, right))]}
    entries["a word"] = answers("many", *right[1:])
    for place, number in enumerate(exercise.numbers):
        before, after = right[:place], right[place + 1 :]
        entries["right"] += [answers(*before, other, *after) for other in number.also]
        other = np.full(np.shape(number.answer), 77).tolist()
        for wrong in (*(miss["answer"] for miss in number.near), other):
            written = str(wrong).replace("'*'", "?")
            given = [7 if part == "*" else part for part in wrong] if isinstance(wrong, list) else wrong
            entries[f"{number.name}: {written}"] = answers(*before, given, *after)
    return entries


GENERATED = {
    name: of_statements(exercise) if exercise.statements else of_numbers(exercise)
    for name, exercise in statements.load().items()
}
