"""Say above a function what it takes, in a line; whatever else comes is refused in words.

    @takes.checked(found=takes.a(Detections), iou_threshold=takes.SHARE)
    def match(found, truth, iou_threshold=0.5): ...

What stands behind such a name is a function of a value and of what the argument is called: it returns the
value in the form that is needed, or raises a CourseError. An argument that was left out, or is None where
None is the default, is not looked at.
"""

import functools
import inspect

import numpy as np

from helpers import CourseError, arguments

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
    return lambda value, name: arguments.whole(value, name, low, high)


def within(low, high):
    """A number in a range."""
    return lambda value, name: arguments.number(value, name, low, high)


COUNT, SEED, SHARE, NUMBER = count(), count(0, SEEDS), within(0, 1), within(-1e9, 1e9)


def a(kind, remedy="See the help of this function."):
    """An instance of a class; the error names the class."""
    return lambda value, name: arguments.of_type(value, kind, f"{name} to be {_named(kind)}", remedy)


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
    return lambda value, name: arguments.choice(value, options, name)


def function(value, name):
    """Something that can be called."""
    if not callable(value):
        raise CourseError(f"{name} to be a function", arguments.shown(value), "Pass its name without ().")
    return value


def model_that(method):
    """A Keras model, or what does the same as far as it is needed."""

    def kind(value, name):
        if not hasattr(value, method):
            remedy = "Build one with keras.Model or the functions of helpers.models."
            raise CourseError(f"{name} to be a Keras model", arguments.shown(value), remedy)
        return value

    return kind


model = model_that("layers")


def path(value, name):
    """The path of a file or folder."""
    return arguments.path(value, f"{name} to be a path")


def names(value, name):
    """A list of names."""
    return arguments.names(value)


def array(kinds="buif", *axes):
    """An array of numbers with so many axes: any if none is given."""

    def kind(value, name):
        found = arguments.array(value, f"{name} to be numbers", kinds)
        if axes and (found.ndim not in axes or not found.size):
            wanted = f"{name} to have {' or '.join(map(str, axes))} axes, and numbers in it"
            raise CourseError(wanted, f"shape {found.shape}", "Look at its .shape.")
        return found

    return kind


def numbers(*shape):
    """Finite numbers of a given shape, as float64; None fits any length."""

    def kind(value, name):
        found = arguments.numbers(value, name, (len(shape),), finite=True)
        if not arguments.fits_shape(found.shape, shape):
            raise CourseError(f"{name} of shape {shape}", f"shape {found.shape}", "None fits any length.")
        return found

    return kind


def several(kind):
    """A list, of which every entry is of one kind."""

    def every(value, name):
        if isinstance(value, str | bytes | dict) or not np.iterable(value) or hasattr(value, "groupby"):
            raise CourseError(f"{name} to be a list", arguments.shown(value), "Put a single one into [ ].")
        return [kind(entry, f"each of {name}") for entry in value]

    return every


def by_name(kind):
    """A dictionary, of which every value is of one kind."""

    def every(value, name):
        arguments.of_type(value, dict, f"{name} to be a dictionary", 'Write {"name": value}.')
        return {key: kind(entry, f"each of {name}") for key, entry in value.items()}

    return every


def table(*columns):
    """A pandas.DataFrame that has these columns."""

    def kind(value, name):
        found = getattr(value, "columns", ())
        lacking = [column for column in columns if column not in found]
        if not hasattr(value, "groupby") or lacking:
            wanted = f"{name} to be a table" + (f" with {', '.join(columns)}" if columns else "")
            got = f"one with {', '.join(map(str, found))}" if len(found) else arguments.shown(value)
            raise CourseError(wanted, got, "Pass it as the function of the step before returned it.")
        return value

    return kind
