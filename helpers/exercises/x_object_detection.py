"""Exercises of the example on object detection: suppression by hand, a broken one, counting."""

import re

import numpy as np

from helpers.detection.boxes import Detections, non_max_suppression
from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, array, call, number, shown

NAMES = ("dog", "cat", "cat", "mouse", "cup", "dog", "cat")
SCORES = (0.3, 0.9, 0.2, 0.1, 0.55, 0.8, 0.6)
RIDER = np.array([(130, 10, 40, 80), (125, 20, 50, 75), (132, 12, 40, 80), (190, 20, 20, 60)])
RIDER_NAMES = ["Person", "Bicycle", "Person", "Person"]


@exercise("kept_letters : list of str")
def suppression(kept_letters):
    """Check which of the boxes a to e non-maximum suppression keeps at an IoU threshold of 0.5."""
    letters = kept_letters if isinstance(kept_letters, list | tuple | set | str) else [kept_letters]
    no_letters = not all(isinstance(name, str) for name in letters)
    yield no_letters, f'kept_letters is {shown(kept_letters)}: write letters in a list, such as ["a", "b"].'
    names = {*re.sub(r"and|[\W_]", "", "".join(map(str, letters)).lower())}
    unknown = ", ".join(sorted(names - set("abcde")))
    yield unknown, f"There is no box {unknown}: they are called a to e."
    yield len(names) == 5, "Nothing is suppressed: a and b overlap by more than 0.5."
    yield names == {"a"}, "d is far from a: suppression compares boxes, and does not stop after the first."
    yield names == {"a", "d"}, "c overlaps b, but b is gone by then: a suppressed box suppresses nothing."
    yield "b" in names, "b overlaps a, whose score is higher, by more than 0.5: it goes."
    yield {"d", "e"} <= names, "d and e overlap by more than 0.5: the one with the lower score goes."
    other = names != set("acd")
    yield other, "Take the box with the highest score that is left, drop what overlaps it, and so on."
    return "a, then c, then d: the highest score first, and only boxes that stay can suppress."


@exercise("function : callable, n_kept : int")
def repaired_suppression(function, n_kept):
    """Check two repairs of a suppression, and how many of four boxes should stay."""
    yield number(n_kept, "n_kept") == 4, "n_kept: the two people at x = 130 and 132 are one and the same."
    yield n_kept == 2, "n_kept: a rider and a bicycle are two things, however much they overlap."
    yield n_kept != 3, f"n_kept is not {n_kept:g}: sketch the four boxes, and say what each of them shows."
    kept = _places(call(function, RIDER.tolist(), RIDER_NAMES, [0.9, 0.8, 0.7, 0.6]))
    yield kept == {0, 1, 2, 3}, "The same person is kept twice: which form of boxes does my_iou expect?"
    yield kept == {0, 3}, "The rider removes the bicycle: only boxes of one class may suppress each other."
    yield kept != {0, 1, 3}, f"Of the four boxes it keeps {sorted(kept)}, and not 0, 1 and 3."
    rng = np.random.default_rng(0)
    boxes = np.hstack([rng.integers(0, 50, (40, 2)), rng.integers(20, 60, (40, 2))])
    labels, scores = rng.integers(0, 2, 40), rng.permutation(40) / 40
    corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]]).astype(float)
    right = non_max_suppression(Detections(corners, labels, scores, ("a", "b")), 0, 0.3)
    kept = _places(call(function, boxes.tolist(), [str(label) for label in labels], scores.tolist(), 0.3))
    other = kept != {*np.flatnonzero(np.isin(scores, right.scores))}
    yield other, "Right for the rider, but not for 40 other boxes: look at scores, names and iou_threshold."
    return "The same object is kept once, and a rider no longer makes the bicycle disappear."


def _places(kept):
    """Return the positions that a suppression keeps as a set of int."""
    values = array(kept, "What it returns")
    if values.ndim != 1 or (values != np.round(values)).any():
        raise WrongAnswerError(f"It returns {shown(kept)}: return the positions of the boxes that stay.")
    return {int(value) for value in values}


@exercise("function : callable")
def objects_per_class(function):
    """Check a function that counts the detections of each class from a threshold on."""
    names, scores = list(NAMES), list(SCORES)
    counts = call(function, names, scores, 0.55)
    yield isinstance(counts, int | float), "It returns one number: count each class by itself."
    no_dict = not isinstance(counts, dict)
    yield no_dict, f"It returns a {type(counts).__name__}: the task asks for a dictionary."
    unfiltered = counts == {"cat": 3, "dog": 2, "cup": 1, "mouse": 1}
    yield unfiltered, "It counts every box: leave out those below the threshold."
    yield counts == {"cat": 2, "dog": 1}, "A score equal to the threshold counts: use >=, not >."
    yield not all(counts.values()), "It lists classes with a count of 0: leave them out."
    right = {"cat": 2, "dog": 1, "cup": 1}
    yield dict(counts) != right, f"For {names} with {scores} and 0.55 it returns {counts}, not {right}."
    return "2 cats, 1 dog, 1 cup: that is what the detector would report."
