"""Figures of results show the numbers they are given, mark the best, and say the finding."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers import CourseError, evaluation, plotting
from helpers.evaluation import Predictions
from tests.refused import each_try_of
from tests.test_accessibility import contrast, said

NAMES = ("cat", "dog", "frog")


def predictions(probabilities, labels):
    return Predictions(np.zeros((len(labels), 4, 4, 3)), np.array(labels), np.array(probabilities))


FOUR = predictions([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.05, 0, 0.95]], [0, 2, 1, 0])


def answers(*groups):
    """100 answers for each (probability, share of right answers)."""
    probabilities, labels = [], []
    for sure, right in groups:
        probabilities += [[sure, 1 - sure, 0]] * 100
        labels += [0] * round(100 * right) + [1] * round(100 * (1 - right))
    return predictions(probabilities, labels)


def test_a_confusion_heatmap_prints_counts_that_can_be_read_and_names_the_worst_confusion():
    matrix = np.array([[50, 30, 0], [10, 80, 0], [0, 0, 30]])
    ax = plotting.confusion_heatmap(matrix, NAMES)
    assert [text.get_text() for text in ax.texts] == [str(count) for count in matrix.ravel()]
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("True class", "Predicted class")
    assert tuple(label.get_text() for label in ax.get_xticklabels() + ax.get_yticklabels()) == NAMES * 2
    assert said(ax).endswith("80% on the diagonal (right). Most confused: cat taken for dog (30).")
    for text, cell in zip(ax.texts, ax.collections[0].get_facecolors(), strict=True):
        assert contrast(text.get_color(), cell) > 4.5
    assert said(plotting.confusion_heatmap(np.eye(3), NAMES)).endswith("No class is confused with another.")


def test_mistakes_name_true_and_predicted_class_the_surest_first():
    axes = plotting.plot_mistakes(FOUR, class_names=NAMES)
    titles = [ax.get_title() for ax in axes.flat if ax.get_title()]
    assert titles == ["true: cat\nfrog? 95.0%", "true: frog\ndog? 70.0%"]
    assert "cat taken for frog (95.0%), frog taken for dog (70.0%)" in said(axes)
    assert "The 1 surest" in said(plotting.plot_mistakes(FOUR, 1, NAMES))
    nearly = predictions([[0.0002, 0.9998, 0]], [0])
    assert "dog? >99.9%" in plotting.plot_mistakes(nearly, class_names=NAMES).flat[0].get_title()


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
    some, given = answers(*groups), plt.subplots(2, 1)[1]
    axes = plotting.calibration_plot(evaluation.calibration(some), given, error=0.123)
    assert axes is given
    assert verdict in said(axes)
    drawn = axes[0].lines[1].get_ydata()  # the interval of the share in the first bin that holds any
    first = min(groups)[1]
    np.testing.assert_allclose(drawn, evaluation.accuracy_interval(round(100 * first), 100))
    (points,) = (line for line in axes[0].lines if line.get_marker() == "o")
    np.testing.assert_allclose(points.get_xydata(), sorted(groups))
    assert sum(bar.get_height() for bar in axes[1].patches) == len(some)
    assert "0.123" in axes[0].get_title()


def sweep(values, results, column="val_loss"):
    return plotting.plot_sweep(pd.DataFrame({"rate": values, column: results}), "rate", column)


def line_through_the_best(ax):
    return ax.lines[1].get_xydata().tolist()


def test_a_sweep_is_drawn_in_order_and_names_from_the_best_to_the_worst():
    ax = sweep([0.6, 0.2, 0.4], [0.9, 0.8, 0.7])
    assert line_through_the_best(ax) == [[0.2, 0.8], [0.4, 0.7], [0.6, 0.9]]
    assert ax.get_ylabel() == "Lowest validation loss" and "Best: 0.4." in said(ax)
    accuracy = sweep([0.6, 0.2, 0.4], [0.5, 0.6, 0.7], column="val_accuracy")
    assert [one.lines[2].get_xydata().tolist() for one in (ax, accuracy)] == [[[0.4, 0.7]]] * 2  # the ring
    assert accuracy.get_ylabel() == "Validation accuracy"
    ax = sweep(["Adam", "RMSprop", "SGD"], [0.9, 0.8, 0.7])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["SGD", "RMSprop", "Adam"]
    assert ax.lines[1].get_linestyle() == "None" and "Best: SGD." in said(ax)


def test_of_several_trainings_with_one_value_the_line_takes_the_best():
    ax = sweep([0.2, 0.2, 0.4, 0.4], [0.9, 0.8, 0.7, 0.95])
    assert line_through_the_best(ax) == [[0.2, 0.8], [0.4, 0.7]]
    assert len(ax.lines[0].get_xdata()) == 4
    assert line_through_the_best(sweep([0.2, 0.4], [np.nan, 0.7])) == [[0.4, 0.7]]  # the other one diverged


@pytest.mark.parametrize(("rates", "scale"), [([1e-4, 1e-2, 1e-1], "log"), ([0.2, 0.4, 0.6], "linear")])
def test_values_of_several_magnitudes_are_drawn_evenly(rates, scale):
    assert sweep(rates, [0.9, 0.8, 0.7]).get_xscale() == scale


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_setting_that_some_trainings_do_not_have_is_one_more_name(missing):
    assert "0.5: 1.100, none: 1.200" in said(sweep([missing, 0.5], [1.2, 1.1]))


CALIBRATION = evaluation.calibration(FOUR)
NO_COUNTS = (np.eye(2), np.ones((3, 2)), -np.eye(3), *(np.full((3, 3), odd) for odd in (0.0, "a", np.nan)))
REFUSED = [  # message, function, lists of arguments that it refuses
    ("70 % is 0.7", plotting.accuracy_intervals, [(70, (100,)), (0.7, ()), (0.7, (0, 100)), (-0.1, (100,))]),
    ("counts", plotting.confusion_heatmap, [(matrix, NAMES) for matrix in NO_COUNTS]),
    ("class_names=", plotting.plot_mistakes, [(FOUR, 0), (FOUR, NAMES)]),
    ("at least one wrong", plotting.plot_mistakes, [(FOUR[FOUR.correct], 12, NAMES)]),
    ("two axes", lambda: plotting.calibration_plot(CALIBRATION, plt.subplots()[1]), [()]),
    ("at least one image", plotting.calibration_plot, [(CALIBRATION.assign(images=0),)]),
    ("diverge", sweep, [([0.2], [np.nan])]),
    ("First what was varied", sweep, [([1.2, 1.1], ["adam", "sgd"], "optimizer")]),
    ("'depth'", plotting.plot_sweep, [(pd.DataFrame({"rate": [1], "val_loss": [1]}), "depth")]),
]


@each_try_of(REFUSED)
def test_what_cannot_be_drawn_is_refused(message, function, arguments):
    with pytest.raises(CourseError, match=message):
        function(*arguments)
