"""Figures of episode 5 show the numbers they are given, and say the finding."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from helpers import CourseError, evaluation, plotting
from helpers.evaluation import Predictions
from helpers.plotting.style import alt_text

NAMES = ("cat", "dog", "frog")


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    plt.close("all")


def predictions(probabilities, labels):
    return Predictions(np.zeros((len(labels), 4, 4, 3)), np.array(labels), np.array(probabilities))


FOUR = predictions([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.05, 0, 0.95]], [0, 2, 1, 0])


def answers(*groups):
    """100 answers for each (probability, share of right answers)."""
    parts = [
        ([[sure, 1 - sure, 0]] * 100, [0] * round(100 * right) + [1] * round(100 * (1 - right)))
        for sure, right in groups
    ]
    return predictions(
        [row for rows, _ in parts for row in rows], [label for _, some in parts for label in some]
    )


def said(axes):
    return alt_text(np.ravel(axes)[0].figure)


def test_intervals_are_those_of_evaluation():
    ax = plotting.accuracy_intervals(0.7, sizes=(100, 10_000))
    drawn = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2]
    np.testing.assert_allclose(drawn[0], evaluation.accuracy_interval(70, 100))
    np.testing.assert_allclose(drawn[1], evaluation.accuracy_interval(7000, 10_000))
    assert "10,000 images: 0.691 to 0.709" in said(ax)


@pytest.mark.parametrize(("accuracy", "sizes"), [(70, (100,)), (0.7, ()), (0.7, (0, 100)), (-0.1, (100,))])
def test_what_is_no_accuracy_or_no_size_is_refused(accuracy, sizes):
    with pytest.raises(CourseError, match="70 % is 0.7"):
        plotting.accuracy_intervals(accuracy, sizes)


def test_mistakes_name_true_and_predicted_class_the_surest_first():
    axes = plotting.plot_mistakes(FOUR, class_names=NAMES)
    titles = [ax.get_title() for ax in axes.flat if ax.get_title()]
    assert titles == ["true: cat\nfrog? 95.0%", "true: frog\ndog? 70.0%"]
    assert "cat taken for frog (95.0%), frog taken for dog (70.0%)" in said(axes)


def test_a_mistake_is_never_said_to_be_certain():
    nearly = predictions([[0.0002, 0.9998, 0]], [0])
    assert "dog? >99.9%" in plotting.plot_mistakes(nearly, class_names=NAMES).flat[0].get_title()


def test_as_many_mistakes_are_shown_as_wanted():
    assert "The 1 surest" in said(plotting.plot_mistakes(FOUR, 1, NAMES))


@pytest.mark.parametrize("n", [0, NAMES])
def test_a_number_of_mistakes_that_is_none_is_refused(n):
    with pytest.raises(CourseError, match="class_names="):
        plotting.plot_mistakes(FOUR, n)


def test_without_a_mistake_there_is_nothing_to_show():
    with pytest.raises(CourseError, match="at least one wrong"):
        plotting.plot_mistakes(FOUR[FOUR.correct], class_names=NAMES)


@pytest.mark.parametrize(
    ("groups", "verdict"),
    [
        ([(0.95, 0.5)], ": too sure (overconfident) "),
        ([(0.55, 0.9)], ": not sure enough (underconfident) "),
        ([(0.75, 0.75)], ": close to the diagonal "),
        ([(0.95, 0.75), (0.55, 0.75)], ": too sure in some bins, not sure enough in others "),
    ],
)
def test_calibration_says_whether_the_network_is_too_sure(groups, verdict):
    some = answers(*groups)
    axes = plotting.calibration_plot(evaluation.calibration(some), error=0.123)
    assert verdict in said(axes)
    (points,) = (line for line in axes[0].lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xydata(), sorted(groups))
    assert sum(bar.get_height() for bar in axes[1].patches) == len(some)
    assert "0.123" in axes[0].get_title()


def test_each_share_of_right_answers_has_its_interval():
    axes = plotting.calibration_plot(evaluation.calibration(answers((0.95, 0.5))))
    interval = axes[0].lines[1].get_xydata()
    np.testing.assert_allclose(interval[:, 0], 0.95)
    np.testing.assert_allclose(interval[:, 1], evaluation.accuracy_interval(50, 100))


def test_calibration_is_drawn_on_two_given_axes_only():
    table = evaluation.calibration(FOUR)
    given = plt.subplots(2, 1)[1]
    assert plotting.calibration_plot(table, given) is given
    with pytest.raises(CourseError, match="two axes"):
        plotting.calibration_plot(table, given[0])


def test_an_empty_calibration_is_refused():
    with pytest.raises(CourseError, match="at least one image"):
        plotting.calibration_plot(evaluation.calibration(FOUR).assign(images=0))
