"""Figures of episode 5 show the numbers they are given, and say the finding."""

import keras
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers import CourseError, evaluation, plotting
from helpers.figures.evaluation_figures import ACTIVATIONS
from helpers.prediction import Predictions

NAMES = ("cat", "dog", "frog")


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    plt.close("all")


def predictions(probabilities, labels):
    return Predictions(np.zeros((len(labels), 4, 4, 3)), np.array(labels), np.array(probabilities))


FOUR = predictions([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.05, 0, 0.95]], [0, 2, 1, 0])


def said(axes):
    return plotting.alt_text(np.ravel(axes)[0].figure)


def test_intervals_are_those_of_evaluation():
    ax = plotting.accuracy_intervals(0.7, sizes=(100, 10_000))
    drawn = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2]
    np.testing.assert_allclose(drawn[0], evaluation.accuracy_interval(70, 100))
    np.testing.assert_allclose(drawn[1], evaluation.accuracy_interval(7000, 10_000))
    assert "10,000 pictures: 0.691 to 0.709" in said(ax)


def test_mistakes_name_true_and_predicted_class_the_surest_first():
    axes = plotting.mistakes(FOUR, NAMES)
    titles = [ax.get_title() for ax in axes.flat if ax.get_title()]
    assert titles == ["true: cat\nfrog? 95%", "true: frog\ndog? 70%"]
    assert "cat taken for frog, frog taken for dog" in said(axes)


def test_without_a_mistake_there_is_nothing_to_show():
    with pytest.raises(CourseError, match="at least one wrong"):
        plotting.mistakes(FOUR[FOUR.correct], NAMES)


@pytest.mark.parametrize(
    ("sure", "right", "verdict"),
    [(0.95, 0.5, "too sure"), (0.55, 0.9, "not sure enough"), (0.75, 0.75, "close to the diagonal")],
)
def test_calibration_says_whether_the_network_is_too_sure(sure, right, verdict):
    labels = [0] * round(100 * right) + [1] * round(100 * (1 - right))
    some = predictions([[sure, 1 - sure, 0]] * 100, labels)
    axes = plotting.calibration_plot(evaluation.calibration(some), error=0.123)
    assert verdict in said(axes)
    (point,) = (line for line in axes[0].lines if line.get_marker() == "o")
    np.testing.assert_allclose(point.get_xydata(), [[sure, right]])
    assert sum(bar.get_height() for bar in axes[1].patches) == 100
    assert "0.123" in axes[0].get_title()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_curves_are_those_of_keras(name):
    x = np.linspace(-3, 3, 25, dtype="float32")
    expected = keras.ops.convert_to_numpy(keras.activations.get(name)(x))
    np.testing.assert_allclose(ACTIVATIONS[name](x), expected, atol=1e-6)


def test_an_unknown_activation_is_refused():
    with pytest.raises(CourseError, match="leaky_relu.*'swoosh'"):
        plotting.activation_curves(["relu", "swoosh"])


def test_a_sweep_is_drawn_in_order_with_its_best_value_marked():
    table = pd.DataFrame({"rate": [0.6, 0.2, 0.4], "val_loss": [0.9, 0.8, 0.7]})
    ax = plotting.parameter_sweep(table, "rate")
    assert ax.lines[0].get_xdata().tolist() == [0.2, 0.4, 0.6]
    assert ax.lines[1].get_xydata().tolist() == [[0.4, 0.7]]
    assert "Best: 0.4." in said(ax)


def test_a_sweep_without_its_column_is_refused():
    with pytest.raises(CourseError, match="'depth'"):
        plotting.parameter_sweep(pd.DataFrame({"rate": [1], "val_loss": [1]}), "depth")
