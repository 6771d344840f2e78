"""Exercises of the example on the learner's own project."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import call, compare_number

SCENES = np.array([*"bbadbaaedeaca"])
TRAIN, TEST = np.array([0, 2, 7, 8, 9, 12]), np.array([1, 3, 4, 5, 6, 10, 11])


@exercise("function : callable that takes scenes, train and test and returns a number")
def leaked_photos(function):
    """Check a function that counts the test photos whose scene is also in the training photos."""
    counted = call(function, SCENES, TRAIN, TEST)
    near_misses = {
        "It returns a share: the exercise asks for a number of photos.": 6 / 7,
        "It counts scenes: two test photos of one leaked scene count twice.": 3,
        "It counts training photos: how many of the test photos have a scene that was learned?": 4,
        "It counts the test photos whose scene is new: turn it round.": 1,
        "It compares positions: compare the scenes at these positions.": 0,
        "It counts pairs: a test photo counts once, however many training photos share its scene.": 9,
        "It counts all test photos.": 7,
    }
    hint = "for each test photo, ask whether its scene is among those of the training photos."
    yield from compare_number(
        counted, "Of our seven test photos, the number that leaked", 6, near_misses, hint
    )
    whole = call(function, SCENES, np.array([0, 1, 3, 4, 8]), np.array([2, 5, 6]))
    yield from compare_number(whole, "In a split by scene, the number that leaked", 0, {}, hint)
    return "It finds the leak. A split by scene has none: 0 test photos."
