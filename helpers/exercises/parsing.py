"""Read an answer whatever it is: gaps, numbers, words, arrays, functions; compare it with the right one."""

import dis
import inspect
import re
import traceback

import numpy as np

PARTS_OF_AN_INDEX = ("LOAD", "BUILD", "UNARY", "COPY", "SWAP", "DUP", "ROT", "CACHE", "EXTENDED")
FLOORED = "// rounds down, so nearly everything is 0. Divide with /."  # of images


class WrongAnswerError(Exception):
    """The answer is wrong in a way that stops the check; the text says what is wrong and where to look."""


class NotYetError(Exception):
    """The scaffold is still untouched; the text says where."""


def blanks(value, name):
    """Yield the name of every gap that is left: `...` anywhere, or None in place of an answer."""
    if value is None or value is ...:
        yield name
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from blanks(item, repr(key))
    elif isinstance(value, np.ndarray) and value.dtype == object:
        yield from blanks(value.ravel().tolist(), name)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            if item is not None:  # no gap here: in a shape it is Keras's open batch size
                yield from blanks(item, name)


def shown(value, write=repr):
    """Write a value in a message: short, on one line, and also if it cannot write itself."""
    try:
        text = " ".join(re.sub(r"\x1b\[[\d;]*m", "", write(value)).split())  # without colours of a terminal
    except Exception:
        return _kind(value)
    if len(text) > 150 and write is repr:
        return _kind(value)
    return text if len(text) <= 150 else f"{text[:145].rsplit(' ', 1)[0]} …"


def _kind(value):
    """Name the type of a value: a list, an ndarray."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' or name == 'ndarray' else 'a'} {name}"


def number(value, name):
    """Return the answer as a float, also if it is the only one in an array, or say that it is no number."""
    if hasattr(value, "shape") and np.size(value) == 1:
        value = np.ravel(value)[0]
    if isinstance(value, str):
        remedy = "write a number, without quotation marks."
        raise WrongAnswerError(f"{name} is the string {str(value)!r}: {remedy}")
    if isinstance(value, tuple) and len(value) == 2 and {*map(type, value)} == {int}:
        comma = "a comma separates two numbers in Python. Write 1152 for 1,152, and 0.6 for 0,6."
        raise WrongAnswerError(f"{name} is {shown(value)}: {comma}")
    if isinstance(value, bool | np.bool_) or np.ndim(value) > 0:
        raise WrongAnswerError(f"{name} is {shown(value)}: the exercise asks for one number.")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise WrongAnswerError(f"{name} is {shown(value)}: the exercise asks for one number.") from None


def word(value, name, choices):
    """Return the choice that the answer means, whatever its capitals, signs and spelling, or list them."""
    meant = {_folded(choice): choice for choice in choices}
    if not isinstance(value, str) or _folded(value) not in meant:
        listed = ", ".join(f'"{choice}"' for choice in sorted(choices))  # not in the order of the answers
        raise WrongAnswerError(f"{name} is {shown(value)}: choose one of {listed}.")
    return meant[_folded(value)]


def _folded(text):
    """Leave capitals, signs and "and" out of a text, and spell it as the British do."""
    return re.sub(r"\W+|\band\b", "", text.lower().replace("iz", "is"))


def call(function, *arguments, explain=lambda error, code: "", **settings):
    """Call the learner's function; turn its error, in the words of `explain`, or no result into a message."""
    if not callable(function) or inspect.isclass(function):
        remedy = "write its name without brackets, so that the check can call it."
        raise WrongAnswerError(f"The check takes the function itself, not {shown(function)}: {remedy}")
    code, name = getattr(function, "__code__", None), getattr(function, "__name__", "The function")
    gap = NotYetError(f"complete the function {name}")
    try:
        result = function(*arguments, **settings)
    except (Exception, SystemExit) as error:
        if code and _has_gap(code):
            raise gap from None
        why = explain(error, code)
        problem = f": {why}" if why else f" with {type(error).__name__}: {shown(error, str)}".rstrip(". …")
        raise WrongAnswerError(f"{name} stops{_place(error, code)}{problem}.") from None
    if result is not None:
        if any(blanks(result, name)):
            raise gap
        return result
    if code and (_has_gap(code) or len(code.co_code) <= len((lambda: None).__code__.co_code)):
        raise gap
    raise WrongAnswerError(f"{name} returns nothing. End it with a line that returns the result.")


def _has_gap(code):
    """Tell whether `...` stands in for something, and is not an index as in x[..., 0]."""
    steps = list(dis.get_instructions(code))
    for place, step in enumerate(steps):
        if step.argval is ...:
            use = next((s for s in steps[place + 1 :] if not s.opname.startswith(PARTS_OF_AN_INDEX)), step)
            is_index = step.opname == "LOAD_CONST" and ("SUBSCR" in use.opname or use.argrepr == "[]")
            if not is_index:
                return True
    return False


def batches(dataset, most):
    """Collect a data set's batches, (images, labels) as arrays; stop at one that never ends."""
    collected, n_images = [], 0
    for images, labels in dataset:
        collected.append((np.asarray(images), np.atleast_1d(labels)))
        n_images += len(collected[-1][1])
        if n_images > 2 * most:
            found = f"The check has {most} images, and this data set more than {2 * most}"
            raise WrongAnswerError(f"{found}: leave out repeat.")
    return collected


def call_for_array(function, *arguments):
    """Call the learner's function, which shall return an array of numbers."""
    return array(call(function, *arguments), "What it returns").astype(float)


def _place(error, code):
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code is code]
    return f" on line {lines[-1]} of the cell" if lines else ""


def array(value, name):
    """Return the answer as an array of numbers, or say that it is none."""
    if isinstance(value, str):
        remedy = "write numbers, without quotation marks."
        raise WrongAnswerError(f"{name} is the string {shown(value)}: {remedy}")
    if isinstance(value, dict | set) or callable(value):
        raise WrongAnswerError(f"{name} is {shown(value)}: the exercise asks for an array of numbers.")
    try:
        values = np.asarray(value)
    except Exception:
        mixed = isinstance(value, list | tuple) and any(np.isscalar(item) for item in value)
        remedy = "write all numbers in one pair of brackets" if mixed else "its rows must be equally long"
        raise WrongAnswerError(f"{name} is {shown(value)}: {remedy}.") from None
    if values.ndim == 0 or values.size == 0:
        raise WrongAnswerError(f"{name} is {shown(value)}: the exercise asks for several numbers.")
    if values.dtype.kind not in "biuf":
        entries = value if isinstance(value, list | tuple) else values.ravel().tolist()
        found = shown(next((entry for entry in entries if isinstance(entry, str)), entries[0]))
        raise WrongAnswerError(f"{name} has entries that are not numbers, such as {found}.")
    return values


def compare_number(value, name, right, near_misses, hint, rtol=1e-5, atol=1e-8):
    """Yield a number's mistakes: those with known causes (message -> its result) first, then any other."""
    value = number(value, name)
    wrong = not np.isclose(value, right, rtol, atol)
    causes = [message for message, result in near_misses.items() if np.isclose(value, result, rtol, atol)]
    yield wrong and causes, " Or: ".join(causes)
    yield wrong, f"{name} is not {value:g}: {hint}"


def compare_array(given, right, near_misses, hint):
    """Yield an array's mistakes, in the same order."""
    for message, result in near_misses.items():
        yield np.allclose(given, result), message
    yield not np.allclose(given, right), hint
