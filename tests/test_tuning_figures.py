"""Figures that compare settings show the numbers they are given, and mark the best."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers import CourseError, plotting
from helpers.plotting.style import alt_text


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    plt.close("all")


def said(axes):
    return alt_text(np.ravel(axes)[0].figure)


def line_through_the_best(ax):
    return ax.lines[1].get_xydata().tolist()


def ring(ax):
    return ax.lines[2].get_xydata().tolist()


def test_a_sweep_is_drawn_in_order_with_its_best_value_marked():
    table = pd.DataFrame({"rate": [0.6, 0.2, 0.4], "val_loss": [0.9, 0.8, 0.7]})
    ax = plotting.plot_sweep(table, "rate")
    assert line_through_the_best(ax) == [[0.2, 0.8], [0.4, 0.7], [0.6, 0.9]]
    assert ring(ax) == [[0.4, 0.7]]
    assert ax.get_ylabel() == "Lowest validation loss"
    assert "Best: 0.4." in said(ax)


def test_the_highest_accuracy_is_the_best():
    table = pd.DataFrame({"rate": [0.6, 0.2, 0.4], "val_accuracy": [0.5, 0.6, 0.7]})
    ax = plotting.plot_sweep(table, "rate", "val_accuracy")
    assert ring(ax) == [[0.4, 0.7]]
    assert ax.get_ylabel() == "Validation accuracy"


def test_names_are_drawn_from_the_best_to_the_worst_without_a_line():
    table = pd.DataFrame({"optimizer": ["Adam", "RMSprop", "SGD"], "val_loss": [0.9, 0.8, 0.7]})
    ax = plotting.plot_sweep(table, "optimizer")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["SGD", "RMSprop", "Adam"]
    assert ax.lines[1].get_linestyle() == "None"
    assert "Best: SGD." in said(ax)


def test_of_several_trainings_with_one_value_the_line_takes_the_best():
    table = pd.DataFrame({"rate": [0.2, 0.2, 0.4, 0.4], "val_loss": [0.9, 0.8, 0.7, 0.95]})
    ax = plotting.plot_sweep(table, "rate")
    assert line_through_the_best(ax) == [[0.2, 0.8], [0.4, 0.7]]
    assert len(ax.lines[0].get_xdata()) == 4


@pytest.mark.parametrize(("rates", "scale"), [([1e-4, 1e-2, 1e-1], "log"), ([0.2, 0.4, 0.6], "linear")])
def test_values_of_several_magnitudes_are_drawn_evenly(rates, scale):
    table = pd.DataFrame({"learning_rate": rates, "val_loss": [0.9, 0.8, 0.7]})
    assert plotting.plot_sweep(table, "learning_rate").get_xscale() == scale


def test_a_training_that_diverged_is_left_out():
    table = pd.DataFrame({"rate": [0.2, 0.4], "val_loss": [np.nan, 0.7]})
    assert line_through_the_best(plotting.plot_sweep(table, "rate")) == [[0.4, 0.7]]
    with pytest.raises(CourseError, match="diverge"):
        plotting.plot_sweep(table[:1], "rate")


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_setting_that_some_trainings_do_not_have_is_one_more_name(missing):
    table = pd.DataFrame({"dropout": [missing, 0.5], "val_loss": [1.2, 1.1]})
    assert "0.5: 1.100, none: 1.200" in said(plotting.plot_sweep(table, "dropout"))


def test_a_result_that_is_no_number_is_refused():
    table = pd.DataFrame({"optimizer": ["adam", "sgd"], "val_loss": [1.2, 1.1]})
    with pytest.raises(CourseError, match="First what was varied"):
        plotting.plot_sweep(table, "val_loss", "optimizer")


def test_a_sweep_without_its_column_is_refused():
    with pytest.raises(CourseError, match="'depth'"):
        plotting.plot_sweep(pd.DataFrame({"rate": [1], "val_loss": [1]}), "depth")
