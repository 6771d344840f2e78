"""Refuse arguments that make no sense, in words, before they cause an error deep inside."""

import functools
import inspect
import os
from numbers import Integral, Real
from pathlib import Path

import numpy as np

from helpers import CourseError


def as_whole(value, name, low=0, high=None):
    """Return a whole number as int, or explain what is wrong with it.

    Parameters
    ----------
    value : object
        What was given.
    name : str
        What it is called, for example "n_bins".
    low, high : int, optional
        The smallest and the largest number that makes sense; without `high` there is no largest.

    Returns
    -------
    int

    Raises
    ------
    CourseError
        If it is no whole number, or out of range.
    """
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if is_whole and low <= value and (high is None or value <= high):
        return int(value)
    limits = f"of {low} or more" if high is None else f"from {low} to {high}"
    example = max(low, 1) if high is None else min(max(low, 1), high)
    raise CourseError(f"{name} to be a whole number {limits}", shown(value), f"Write {name}={example}, say.")


def fits_shape(shape, wanted):
    """Whether a shape is the wanted one, in which None fits any length."""
    return len(shape) == len(wanted) and all(w in (None, n) for w, n in zip(wanted, shape, strict=True))


def as_number(value, name, low=-np.inf, high=np.inf):
    """Return a number as float, or explain what is wrong with it.

    Parameters
    ----------
    value, name
        As in `as_whole`.
    low, high : float, optional
        Limits; both are allowed.

    Returns
    -------
    float

    Raises
    ------
    CourseError
        If it is no finite number, or out of range.
    """
    if (
        isinstance(value, Real)
        and not isinstance(value, bool)
        and low <= value <= high
        and np.isfinite(float(value))
    ):
        return float(value)
    limits = "" if np.isinf([low, high]).all() else f" from {low:g} to {high:g}"
    raise CourseError(f"{name} to be a number{limits}", shown(value), "Numbers are written like 0.5.")


def as_array(values, expected, kinds=None, remedy="All need the same shape."):
    """Return values as a NumPy array, or explain what is wrong with them.

    Parameters
    ----------
    values : object
        What was given.
    expected : str
        What is needed, for the error.
    kinds : str, optional
        Letters of NumPy's kinds of numbers that are welcome, for example "uif"; any if not given.
    remedy : str, optional
        What to do about entries of different shapes.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    CourseError
        If entries differ in shape, or are of another kind.
    """
    try:
        found = np.asarray(values)
    except Exception:  # lists of different lengths; whatever an object does that is asked for its array
        raise CourseError(expected, "entries of different shapes", remedy) from None
    if kinds is not None and found.dtype.kind not in kinds:
        raise CourseError(expected, f"values of type {found.dtype}: {shown(values)}", "Look at its .dtype.")
    return found


def as_numbers(values, what, axes, finite=False):
    """Return numbers as an array of float64 with so many axes, or explain what is wrong with them.

    Parameters
    ----------
    values : object
        What was given.
    what : str
        What it is, for the error, for example "a kernel".
    axes : tuple of int
        Numbers of axes that make sense.
    finite : bool, default False
        Whether infinite numbers and those that are none are refused.

    Returns
    -------
    array of float64

    Raises
    ------
    CourseError
        If there are no numbers, or they have another number of axes.
    """
    found = as_array(values, f"{what} of numbers", "buif", "Every row needs equally many numbers.")
    if found.ndim not in axes or not found.size:
        wanted = f"{what} with {' or '.join(map(str, axes))} axes"
        raise CourseError(wanted, f"shape {found.shape}", "Look at its .shape.")
    if finite and not np.isfinite(found).all():
        raise CourseError(f"{what} of finite numbers", "nan or inf among them", "Did a training diverge?")
    return found.astype(np.float64)


def as_choice(value, options, name):
    """Return a word if it is one of those there are, or list them."""
    if not isinstance(value, str) or value not in options:
        expected = f"{name} to be one of {', '.join(map(repr, options))}"
        raise CourseError(expected, shown(value), "Choose one of these.")
    return value


def as_names(values, count=None):
    """Return names as a list of str, or explain what is wrong with them.

    Parameters
    ----------
    values : sequence of str
        What was given.
    count : int, optional
        How many there must be.

    Returns
    -------
    list of str

    Raises
    ------
    CourseError
        If there is no list of names, or there are not so many.
    """
    wanted = "a list of names" if count is None else f"{count} class names"
    remedy = 'Write ["cat", "dog"], with a name for each class.'
    if isinstance(values, str | bytes | dict) or not hasattr(values, "__len__"):
        raise CourseError(wanted, shown(values), remedy)
    if as_array(values, wanted).ndim != 1:
        raise CourseError(wanted, shown(values), remedy)
    if count is not None and len(values) != count:
        raise CourseError(wanted, f"{len(values)}", "Use the names of the classes of this model.")
    return [str(value) for value in values]


def of_type(value, kind, expected, remedy):
    """Return `value` if it is of a kind, or say what was expected and what to do.

    Parameters
    ----------
    value : object
        What was given.
    kind : type or tuple of type
        What it must be.
    expected, remedy : str
        For the error.

    Returns
    -------
    The value.

    Raises
    ------
    CourseError
        If it is of another kind.
    """
    if not isinstance(value, kind):
        raise CourseError(expected, shown(value), remedy)
    return value


def shown(value, most=60):
    """Show a value in one short line: its type and the beginning of what Python prints of it."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    text = " ".join(repr(value).split())
    return f"{type(value).__name__} {text if len(text) <= most else text[: most - 1] + '…'}"


def as_path(value, expected):
    """Return the path of a file or folder, or explain why it can be none.

    Parameters
    ----------
    value : object
        What was given.
    expected : str
        What is needed, for the error.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    CourseError
        If it is no text and no path, or one that no file can have.
    """
    remedy = 'Write it like "images/cat.jpg".'
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes):
        raise CourseError(expected, shown(value), remedy)
    try:
        found = Path(value)
        os.fsencode(found)
        found.exists()  # fails where a name is too long, or a folder on the way is closed
    except (OSError, ValueError) as error:
        raise CourseError(expected, f"{shown(value)} ({error})", remedy) from None
    if "\0" in str(value):
        raise CourseError(expected, shown(value), remedy)
    return found


MOST = 10**6  # of anything that is counted
SEEDS = 2**32 - 1


def checked(**kinds):
    """Make a decorator that looks at arguments before the function gets them.

    Parameters
    ----------
    **kinds : callable
        For each argument a function of (value, name).
    """

    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def careful(*args, **named):
            given = signature.bind(*args, **named)
            for name, kind in kinds.items():
                default = signature.parameters[name].default
                if given.arguments.get(name, default) is not default:
                    given.arguments[name] = kind(given.arguments[name], name)
            return function(*given.args, **given.kwargs)

        return careful

    return decorate


def count(low=1, high=MOST):
    """A whole number in a range."""
    return lambda value, name: as_whole(value, name, low, high)


def within(low, high):
    """A number in a range."""
    return lambda value, name: as_number(value, name, low, high)


COUNT, SEED, SHARE, NUMBER = count(), count(0, SEEDS), within(0, 1), within(-1e9, 1e9)


def a(kind, remedy="See the help of this function."):
    """An instance of a class; the error names the class."""
    return lambda value, name: of_type(value, kind, f"{name} to be {_named(kind)}", remedy)


def _named(kind):
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(f"a {one.__name__}" for one in kinds)


TEXT = a(str, 'Write it in quotation marks: "...".')
FLAG = a((bool, np.bool_), "Write True or False.")


def through(check):
    """What a function makes of it that has words of its own for what is wrong."""
    return lambda value, name: check(value)


def one_of(options):
    """One of some words."""
    return lambda value, name: as_choice(value, options, name)


def function(value, name):
    """Something that can be called."""
    if not callable(value):
        raise CourseError(f"{name} to be a function", shown(value), "Pass its name without ().")
    return value


def model_that(method):
    """A Keras model, or what does the same as far as it is needed."""

    def kind(value, name):
        if not hasattr(value, method):
            remedy = "Build one with keras.Model or the functions of helpers.models."
            raise CourseError(f"{name} to be a Keras model", shown(value), remedy)
        return value

    return kind


model = model_that("layers")


def path(value, name):
    """The path of a file or folder."""
    return as_path(value, f"{name} to be a path")


def names(value, name):
    """A list of names."""
    return as_names(value)


def array(kinds="buif", *axes):
    """An array of numbers with so many axes: any if none is given."""

    def kind(value, name):
        found = as_array(value, f"{name} to be numbers", kinds)
        if axes and (found.ndim not in axes or not found.size):
            wanted = f"{name} to have {' or '.join(map(str, axes))} axes, and numbers in it"
            raise CourseError(wanted, f"shape {found.shape}", "Look at its .shape.")
        return found

    return kind


def numbers(*shape):
    """Finite numbers of a given shape, as float64; None fits any length."""

    def kind(value, name):
        found = as_numbers(value, name, (len(shape),), finite=True)
        if not fits_shape(found.shape, shape):
            raise CourseError(f"{name} of shape {shape}", f"shape {found.shape}", "None fits any length.")
        return found

    return kind


def several(kind):
    """A list, of which every entry is of one kind."""

    def every(value, name):
        if isinstance(value, str | bytes | dict) or not np.iterable(value) or hasattr(value, "groupby"):
            raise CourseError(f"{name} to be a list", shown(value), "Put a single one into [ ].")
        return [kind(entry, f"each of {name}") for entry in value]

    return every


def by_name(kind):
    """A dictionary, of which every value is of one kind."""

    def every(value, name):
        of_type(value, dict, f"{name} to be a dictionary", 'Write {"name": value}.')
        return {key: kind(entry, f"each of {name}") for key, entry in value.items()}

    return every


def table(*columns):
    """A pandas.DataFrame that has these columns."""

    def kind(value, name):
        found = getattr(value, "columns", ())
        lacking = [column for column in columns if column not in found]
        if not hasattr(value, "groupby") or lacking:
            wanted = f"{name} to be a table" + (f" with {', '.join(columns)}" if columns else "")
            got = f"one with {', '.join(map(str, found))}" if len(found) else shown(value)
            raise CourseError(wanted, got, "Pass it as the function of the step before returned it.")
        return value

    return kind
