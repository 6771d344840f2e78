"""The most confident mistakes are shown with what they are and what they were taken for."""

import numpy as np
import pytest

from helpers import CourseError, plotting
from helpers.evaluation import Predictions
from tests.refused import each_try_of
from tests.test_accessibility import said

NAMES = ("cat", "dog", "frog")


def predictions(probabilities, labels):
    return Predictions(np.zeros((len(labels), 4, 4, 3)), np.array(labels), np.array(probabilities))


FOUR = predictions([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.05, 0, 0.95]], [0, 2, 1, 0])


def test_mistakes_name_true_and_predicted_class_the_most_confident_first():
    axes = plotting.plot_mistakes(FOUR, class_names=NAMES)
    titles = [ax.get_title() for ax in axes.flat if ax.get_title()]
    assert titles == ["true: cat\nfrog? 95.0%", "true: frog\ndog? 70.0%"]
    assert "cat taken for frog (95.0%), frog taken for dog (70.0%)" in said(axes)
    assert "The 1 most confident" in said(plotting.plot_mistakes(FOUR, 1, NAMES))
    nearly = predictions([[0.0002, 0.9998, 0]], [0])
    assert "dog? >99.9%" in plotting.plot_mistakes(nearly, class_names=NAMES).flat[0].get_title()


REFUSED = [  # message, function, lists of arguments that it refuses
    ("class_names=", plotting.plot_mistakes, [(FOUR, 0), (FOUR, NAMES)]),
    ("at least one wrong", plotting.plot_mistakes, [(FOUR[FOUR.correct], 12, NAMES)]),
]


@each_try_of(REFUSED)
def test_what_cannot_be_drawn_is_refused(message, function, arguments):
    with pytest.raises(CourseError, match=message):
        function(*arguments)
