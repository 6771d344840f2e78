"""Exercises of the example on object detection: overlap, suppression, counting, precision and recall."""

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, call, compare_number, number, shown

NAMES = ("cat", "dog", "cat", "cup", "dog", "cat")
SCORES = (0.9, 0.8, 0.6, 0.55, 0.3, 0.2)


@exercise("intersection, union, iou : float")
def overlap(intersection, union, iou):
    """Check the overlap of the boxes (10, 10, 50, 50) and (30, 20, 70, 60)."""
    near_misses = {"An area is width times height, not their sum.": 50}
    hint = "it reaches from x = 30 to 50 and from y = 20 to 50."
    yield from compare_number(intersection, "intersection", 600, near_misses, hint)
    near_misses = {
        "Both areas hold the common part: take it away once.": 3200,
        "The common part belongs to the union too: take it away once, not twice.": 2000,
    }
    yield from compare_number(union, "union", 2600, near_misses, "both areas together, the common part once.")
    iou = number(iou, "iou")
    yield abs(iou - 2600 / 600) < 0.01, "That is union over intersection: turn it round."
    yield abs(iou - 100 * 600 / 2600) < 0.5, "A fraction, not a percentage: between 0 and 1."
    yield not abs(iou - 600 / 2600) <= 0.005, f"{iou:g} is not intersection divided by union."
    return "0.23: below the usual 0.5, so these two boxes would count as different objects."


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


@exercise("precision, recall : float")
def precision_and_recall(precision, recall):
    """Check precision and recall of a detector that draws 8 boxes, 6 of them right, where 10 objects are."""
    precision, recall = number(precision, "precision"), number(recall, "recall")
    yield precision > 1 or recall > 1, "Both are fractions between 0 and 1."
    swapped = (precision, recall) == (0.6, 0.75)
    yield swapped, "Swapped: precision is about the boxes, recall about the objects."
    near_misses = {"2 of 8 are the false alarms: precision counts the right ones.": 0.25}
    yield from compare_number(precision, "precision", 0.75, near_misses, "right boxes divided by all boxes.")
    near_misses = {"Not every box is a hit: 6 of the 10 objects were found.": 0.8}
    yield from compare_number(recall, "recall", 0.6, near_misses, "objects found divided by all objects.")
    return "Three of four boxes are right, and four of ten objects were missed."


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
