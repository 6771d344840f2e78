"""Tables of what is refused: rows of a message, what refuses, and the tries of its arguments."""

import pytest

from helpers import CourseError


def each_try_of(table):
    """Run a test with the message, the function and the arguments of each try."""
    tries = [(message, function, arguments) for message, function, tries in table for arguments in tries]
    return pytest.mark.parametrize(("message", "function", "arguments"), tries)


def refuses(table):
    """Make a test: each try is refused with its message."""

    @each_try_of(table)
    def test(message, function, arguments):
        with pytest.raises(CourseError, match=message):
            function(*arguments)

    return test
