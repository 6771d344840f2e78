"""Exercises of the example on the learner's own project."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import call, compare_number

SCENES = np.array(["a", "a", "a", "b", "b", "c", "d", "d", "e", "c", "d", "a"])
TRAIN, TEST = np.array([0, 1, 3, 6, 8, 11]), np.array([2, 4, 5, 7, 9, 10])


@exercise("function : callable that takes scenes, train and test and returns a number")
def leaked_photos(function):
    """Check a function that counts the test photos whose scene is also in the training photos."""
    counted = call(function, SCENES, TRAIN, TEST)
    near_misses = {
        "It returns a share: the exercise asks for a number of photos.": 4 / 6,
        "It counts scenes: two test photos of one leaked scene count twice.": 3,
        "It counts training photos: how many of the test photos have a scene that was learned?": 5,
        "It counts the test photos whose scene is new: turn it round.": 2,
        "It compares positions: compare the scenes at these positions.": 0,
        "It counts all test photos.": 6,
    }
    hint = "for each test photo, ask whether its scene is among those of the training photos."
    yield from compare_number(counted, "Of our six test photos, the number that leaked", 4, near_misses, hint)
    whole = call(function, SCENES, TRAIN[:2], TEST[1:])
    yield from compare_number(whole, "In a split by scene, the number that leaked", 0, {}, hint)
    return "It finds the leak. A split by scene has none: 0 test photos."
