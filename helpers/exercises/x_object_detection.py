"""Exercises of the example on object detection: suppression and counting."""

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, call, shown

NAMES = ("cat", "dog", "cat", "cup", "dog", "cat")
SCORES = (0.9, 0.8, 0.6, 0.55, 0.3, 0.2)


@exercise("kept : list of str")
def suppression(kept):
    """Check which of the boxes a to e non-maximum suppression keeps at an IoU threshold of 0.5."""
    if not isinstance(kept, list | tuple | set | str) or not all(isinstance(name, str) for name in kept):
        raise WrongAnswerError(f'kept is {shown(kept)}: write letters in a list, such as ["a", "b"].')
    names = {name.strip().lower() for name in kept}
    yield names - set("abcde"), f"There is no box {sorted(names - set('abcde'))}: they are called a to e."
    yield len(names) == 5, "Nothing is suppressed: a and b overlap by more than 0.5."
    yield names == {"a"}, "d is far from a: suppression compares boxes, and does not stop after the first."
    yield names == {"a", "d"}, "c overlaps b, but b is gone by then: a suppressed box suppresses nobody."
    yield "b" in names, "b overlaps a, which is surer, by more than 0.5: it goes."
    yield {"d", "e"} <= names, "d and e overlap by more than 0.5: the less sure one goes."
    yield names != set("acd"), "Take the surest box that is left, drop what overlaps it, and so on."
    return "a, then c, then d: the surest first, and only boxes that stay can suppress."


@exercise("function : callable")
def objects_per_class(function):
    """Check a function that counts the detections of each class from a score on."""
    names, scores = list(NAMES), list(SCORES)
    counts = call(function, names, scores, 0.55)
    yield isinstance(counts, int | float), "It returns one number: count each class by itself."
    no_dict = not isinstance(counts, dict)
    yield no_dict, f"It returns a {type(counts).__name__}: the task asks for a dictionary."
    unfiltered = counts == {"cat": 3, "dog": 2, "cup": 1}
    yield unfiltered, "It counts every box: leave out those below the threshold."
    yield counts == {"cat": 2, "dog": 1}, "A score equal to the threshold counts: use >=, not >."
    yield not all(counts.values()), "It lists classes of which nothing is left: leave them out."
    right = {"cat": 2, "dog": 1, "cup": 1}
    yield dict(counts) != right, f"For {names} with {scores} and 0.55 it gives {counts}, not {right}."
    return "2 cats, 1 dog, 1 cup: that is what the detector would report."
