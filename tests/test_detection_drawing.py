"""Figures of object detection say in words what they show, and draw every box."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from helpers.detection import plots
from helpers.detection.boxes import Detections
from helpers.plotting.style import alt_text

IMAGE = np.zeros((96, 96), np.uint8)
TRUTH = Detections(
    np.array([[0, 0, 20, 30], [50, 50, 80, 90.0]]), np.array([3, 7]), np.ones(2), tuple("0123456789")
)
FOUND = Detections(
    np.array([[1, 0, 20, 30], [40, 0, 60, 20.0]]), np.array([3, 1]), np.array([0.9, 0.5]), TRUTH.class_names
)


@pytest.fixture(autouse=True)
def no_figure_stays():
    yield
    plt.close("all")


def boxes_in(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_detections_are_drawn_with_names_and_counted():
    ax = plots.show_detections(IMAGE, FOUND)
    assert len(boxes_in(ax)) == 2
    assert [text.get_text() for text in ax.texts] == ["3 90%", "1 50%"]
    assert ax.get_title() == "1 1, 1 3"
    assert alt_text(ax.figure) == "An image with boxes around what was found: 3 90%, 1 50%."
    assert "nothing" in alt_text(plots.show_detections(IMAGE, FOUND[:0]).figure)


def test_a_box_is_where_its_numbers_say():
    ax = plots.show_detections(IMAGE, FOUND[:1])
    (box,) = boxes_in(ax)
    assert box.get_bbox().bounds == (0.5, -0.5, 19, 30)  # pixel 1 begins at 0.5


def test_hits_false_alarms_and_misses_differ_without_color():
    axes = plots.hits_and_mistakes([IMAGE], [FOUND], [TRUTH])
    assert [box.get_linestyle() for box in boxes_in(axes.flat[0])] == ["-", "--", ":"]
    assert [text.get_text() for text in axes.flat[0].texts] == ["3", "1?", "(7)"]
    assert "1 right, 1 false alarms, 1 missed" in alt_text(axes.flat[0].figure)


def test_overlap_is_drawn_and_computed():
    ax = plots.overlap((0, 0, 10, 10), (5, 0, 15, 10))
    assert ax.get_title() == "intersection 50 / union 150 = IoU 0.33"
    assert plots.overlap((0, 0, 1, 1), (5, 5, 6, 6)).get_title() == "intersection 0 / union 2 = IoU 0.00"


def test_curves_and_grid_are_described():
    ax = plots.precision_recall_curve({"ours": ([FOUND], [TRUTH])})
    assert "ours ends at recall 0.5" in alt_text(ax.figure)
    assert "a seven" in alt_text(plots.grid_of_answers().figure)
