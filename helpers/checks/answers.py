"""Read an answer whatever it is: find gaps, take numbers, words and functions, show values in messages."""

import inspect
import reprlib
import traceback

import numpy as np


class WrongAnswerError(Exception):
    """The answer is wrong in a way that stops the check; the text says what is wrong and where to look."""


class NotYetError(Exception):
    """The scaffold is still untouched; the text says where."""


def blanks(value, name):
    """Yield the name of every gap that is left: `...` anywhere, or None in place of an answer.

    A None inside a tuple is no gap: it is how Keras writes a shape whose batch size is open.
    """
    if value is None or value is ...:
        yield name
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from blanks(item, repr(key))
    elif isinstance(value, np.ndarray) and value.dtype == object:
        yield from blanks(value.ravel().tolist(), name)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            if item is not None:
                yield from blanks(item, name)


def shown(value, write=repr):
    """Write a value in a message: short, on one line, and also if it cannot write itself."""
    try:
        text = " ".join(write(value).split())
    except Exception:
        return f"a {type(value).__name__}"
    short = reprlib.Repr()
    short.maxstring = short.maxother = 200
    return text if len(text) <= 200 else short.repr1(text, 1).strip("'\"")


def number(value, name):
    """Return the answer as a float, or say that it is no number."""
    if isinstance(value, str):
        raise WrongAnswerError(f"{name} is the text {shown(value)}: write a number, without quotation marks.")
    if isinstance(value, bool | np.bool_) or np.ndim(value) > 0:
        raise WrongAnswerError(f"{name} is {shown(value)}: the task asks for one number.")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise WrongAnswerError(f"{name} is {shown(value)}: the task asks for one number.") from None


def word(value, name, choices):
    """Return the answer as one of the choices, whatever its capitals, or list them."""
    text = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(text, str) or text not in choices:
        listed = ", ".join(f'"{choice}"' for choice in choices)
        raise WrongAnswerError(f"{name} is {shown(value)}: choose one of {listed}.")
    return text


def call(function, *arguments):
    """Call the learner's function; turn its error, or an empty return, into a message.

    Parameters
    ----------
    function : callable
        What the learner wrote.
    *arguments
        What to call it with.

    Returns
    -------
    object
        What it returned.
    """
    if not inspect.isroutine(function):
        raise WrongAnswerError(
            f"The check takes the function itself, not {shown(function)}: "
            "write its name without brackets, so that the check can call it."
        )
    code, name = getattr(function, "__code__", None), getattr(function, "__name__", "The function")
    gap = NotYetError(f"complete the function {name}")
    try:
        result = function(*arguments)
    except (Exception, SystemExit) as error:
        if code and ... in code.co_consts:
            raise gap from None
        raise WrongAnswerError(f"{name} stops{_place(error, code)} with {_described(error)}.") from None
    if any(blanks(result, name)) and code and (... in code.co_consts or not code.co_names):
        raise gap
    if result is None:
        raise WrongAnswerError(
            f"{name} returns nothing. End it with a line that says return and what it made."
        )
    return result


def _described(error):
    return f"{type(error).__name__}: {shown(error, str)}".rstrip(". ")


def _place(error, code):
    lines = [frame.f_lineno for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code is code]
    return f" in line {lines[-1]} of the cell" if lines else ""
