"""Refuse arguments that make no sense, in words, before they cause an error deep inside.

A kind of argument is a function of (value, name), which returns the value, made ready for use, or raises a
`CourseError`. Above a function, `@checked(n_bins=count(1))` says what it takes.
"""

import functools
import inspect
import itertools
import os
from numbers import Integral, Real
from pathlib import Path
from unicodedata import category, normalize

import numpy as np

from helpers import CourseError, storage

# Spaces, line ends, marks of direction and of nothing: what is copied along with a path and not seen.
INVISIBLE = "".join(mark for mark in map(chr, range(2**16)) if mark.isspace() or category(mark) == "Cf")
MOST_ENTRIES = 100_000
QUOTES = ('""', "''", "``", "\u201c\u201d", "\u201e\u201c", "\u2018\u2019", "\u00ab\u00bb")


def checked(**kinds):
    """Make a decorator that looks at arguments, defaults excepted, before the function gets them."""

    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def careful(*args, **named):
            try:
                given = signature.bind(*args, **named)
            except TypeError as error:  # as Python says it, which knows the function's name
                raise TypeError(f"{function.__name__}() {error}") from None
            for name, kind in kinds.items():
                default = signature.parameters[name].default
                if given.arguments.get(name, default) is not default:
                    given.arguments[name] = kind(given.arguments[name], name)
            return function(*given.args, **given.kwargs)

        return careful

    return decorate


def shown(value, most=60):
    """Show a value in one short line: its type and the beginning of what Python prints of it."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    text = " ".join(repr(value).split())
    return f"{type(value).__name__} {text if len(text) <= most else text[: most - 1] + '…'}"


# Numbers


def count(low=0, high=None):
    """Say that an argument is a whole number in a range."""

    def kind(value, name):
        is_whole = isinstance(value, Integral) and not isinstance(value, bool)
        if is_whole and low <= value and (high is None or value <= high):
            return int(value)
        limits = f"of {low} or more" if high is None else f"from {low} to {high}"
        example = max(low, 1) if high is None else min(max(low, 1), high)
        wanted = f"{name} to be a whole number {limits}"
        raise CourseError(wanted, shown(value), f"Write {name}={example}, say.")

    return kind


def within(low=-np.inf, high=np.inf):
    """Say that an argument is a finite number in a range."""

    def kind(value, name):
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if is_number and low <= value <= high and np.isfinite(float(value)):
            return float(value)
        limits = "" if np.isinf([low, high]).all() else f" from {low:g} to {high:g}"
        raise CourseError(f"{name} to be a number{limits}", shown(value), "Numbers are written like 0.5.")

    return kind


COUNT, SEED, SHARE, NUMBER = count(1, 10**6), count(0, 2**32 - 1), within(0, 1), within(-1e9, 1e9)


# Arrays


def as_array(values, expected, kinds=None, remedy="All need the same shape."):
    """Return values as an array; `kinds` are the letters of NumPy's kinds of numbers that are welcome."""
    try:
        found = np.asarray(values)
    except Exception:  # lists of different lengths; whatever an object does that is asked for its array
        raise CourseError(expected, "entries of different shapes", remedy) from None
    if kinds is not None and found.dtype.kind not in kinds:
        raise CourseError(expected, f"values of type {found.dtype}: {shown(values)}", "Look at its .dtype.")
    return found


def array(kinds="buif", *axes):
    """Say that an argument is an array of numbers with so many axes: any if none is given."""

    def kind(value, name):
        found = as_array(value, f"{name} to be numbers", kinds)
        if axes and (found.ndim not in axes or not found.size):
            wanted = f"{name} to have {' or '.join(map(str, axes))} axes, and numbers in it"
            raise CourseError(wanted, f"shape {found.shape}", "Look at its .shape.")
        return found

    return kind


def numbers(*shape):
    """Say that an argument is finite numbers of a given shape, in which None fits any length."""

    def kind(value, name):
        found = array("buif", len(shape))(value, name)
        if not np.isfinite(found).all():
            raise CourseError(f"{name} to be finite", "nan or inf among them", "Did a training diverge?")
        if not fits_shape(found.shape, shape):
            raise CourseError(f"{name} of shape {shape}", f"shape {found.shape}", "None fits any length.")
        return found.astype(np.float64)

    return kind


def fits_shape(shape, wanted):
    """Whether a shape is the wanted one, in which None fits any length."""
    return len(shape) == len(wanted) and all(w in (None, n) for w, n in zip(wanted, shape, strict=True))


# Words and paths


def as_names(values, count=None):
    """Return names as a list of str, if there are `count` of them."""
    wanted = "a list of names" if count is None else f"{count} class names"
    is_list = hasattr(values, "__len__") and not isinstance(values, str | bytes | dict)
    if not is_list or as_array(values, wanted).ndim != 1:
        raise CourseError(wanted, shown(values), 'Write ["cat", "dog"], with a name for each class.')
    if count is not None and len(values) != count:
        raise CourseError(wanted, f"{len(values)}", "Use the names of the classes of this model.")
    return [str(value) for value in values]


def as_path(value, expected):
    """Return the path of a file or folder, if any can be called so."""
    remedy = 'Write it like "images/cat.jpg".'
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes) or "\0" in str(value):
        raise CourseError(expected, shown(value), remedy)
    try:
        found = _meant(os.fspath(value))
        os.fsencode(found)
        found.exists()  # fails where a name is too long, or a folder on the way is closed
    except (OSError, ValueError) as error:
        raise CourseError(expected, f"{shown(value)} ({error})", remedy) from None
    return found


def _meant(text):
    """Find the path that a text means which was copied: without quotes and invisible marks, ~ understood."""
    if Path(text).exists():
        return Path(text)
    while text != (bare := _unquoted(text.strip(INVISIBLE))):
        text = bare
    path = storage.expanded(text) or Path(text)
    if path.exists() or not path.parent.is_dir():
        return path
    alike = [other for other in path.parent.iterdir() if _looks(other.name) == _looks(path.name)]
    return alike[0] if len(alike) == 1 else path


def _unquoted(text):
    return text[1:-1] if len(text) > 1 and text[0] + text[-1] in QUOTES else text


def _looks(name):
    """Reduce a name to what is seen of it: an accent is one letter or two, a space may be of many kinds."""
    letters = normalize("NFC", name)
    return "".join(" " if mark.isspace() else mark for mark in letters if category(mark) != "Cf")


def path(value, name):
    """Return an argument that is the path of a file or folder."""
    return as_path(value, f"{name} to be a path")


# Kinds of objects


def of_type(value, kind, expected, remedy):
    """Return a value if it is of a class, or of one of several."""
    if not isinstance(value, kind):
        raise CourseError(expected, shown(value), remedy)
    return value


def _that(is_so, words, remedy):
    """Make a kind of a question to the value, and of words for what is wanted."""

    def kind(value, name):
        if not is_so(value):
            raise CourseError(f"{name} to be {words}", shown(value), remedy)
        return value

    return kind


def a(kind, remedy="See the help of this function."):
    """Say that an argument is an instance of a class; the error names the class."""
    words = " or ".join(f"a {one.__name__}" for one in (kind if isinstance(kind, tuple) else (kind,)))
    return _that(lambda value: isinstance(value, kind), words, remedy)


TEXT = a(str, 'Write it in quotation marks: "...".')
DICT = a(dict, 'Write {"name": value}.')


def choice(options):
    """Say that an argument is one of some words."""
    words = f"one of {', '.join(map(repr, options))}"
    return _that(lambda value: isinstance(value, str) and value in options, words, "Choose one of these.")


def pair(of):
    """Say that an argument is a pair of things, named in words such as "images, labels"."""
    remedy = f"Put both into brackets: ({of})."
    return _that(lambda value: isinstance(value, tuple | list) and len(value) == 2, f"({of})", remedy)


def model_that(method):
    """Say that an argument is a Keras model, or does the same as far as it is needed."""
    remedy = "Build one with keras.Model or the functions of helpers.models."
    return _that(lambda value: hasattr(value, method), "a Keras model", remedy)


model = model_that("layers")
function = _that(callable, "a function", "Pass its name without ().")


def table(*columns):
    """Say that an argument is a pandas.DataFrame that has these columns, and rows."""

    def kind(value, name):
        found = getattr(value, "columns", ())
        lacking = [column for column in columns if column not in found]
        if not hasattr(value, "groupby") or lacking:
            wanted = f"{name} to be a table" + (f" with {', '.join(columns)}" if columns else "")
            got = f"one with {', '.join(map(str, found))}" if len(found) else shown(value)
            raise CourseError(wanted, got, "Pass it as the function of the step before returned it.")
        if getattr(value, "empty", False):
            raise CourseError(f"{name} with rows in it", "no row", "Look at what came before: is it empty?")
        return value

    return kind


# Made of other kinds


def several(kind):
    """Say that an argument is a list, of which every entry is of one kind."""

    def every(value, name):
        if isinstance(value, str | bytes | dict) or not np.iterable(value) or hasattr(value, "groupby"):
            raise CourseError(f"{name} to be a list", shown(value), "Put a single one into [ ].")
        entries = list(itertools.islice(value, MOST_ENTRIES + 1))
        if len(entries) > MOST_ENTRIES:
            wanted = f"{name} to be at most {MOST_ENTRIES:,}"
            raise CourseError(wanted, "more, or no end", "Pass a list of those you mean.")
        return [kind(entry, f"each of {name}") for entry in entries]

    return every


def through(check):
    """Say that an argument is what a function makes of it that has words of its own for what is wrong."""
    return lambda value, name: check(value)


names = through(as_names)
