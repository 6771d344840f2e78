"""Explorers of object detection: two boxes, and the two thresholds of a detector."""

from functools import partial

from helpers import CourseError, plotting, validation
from helpers.detection import plots
from helpers.detection.boxes import Detections, count_objects, non_max_suppression
from helpers.explorers.controls import Explorer, Slider
from helpers.plotting.images import check_image

BOX = (20, 20, 80, 80)  # left, top, right, bottom of box A, in pixels


def overlap():
    """Move and stretch a box over another one and watch their intersection over union."""
    return Explorer(
        _draw_overlap,
        left=Slider("B: left", 40, 0, 100, tooltip="Where box B begins, in pixels from the left."),
        top=Slider("B: top", 30, 0, 60, tooltip="Where it begins, in pixels from the top."),
        width=Slider("B: width", 60, 5, 60, tooltip="How wide it is, in pixels."),
        height=Slider("B: height", 60, 5, 60, tooltip="How high it is, in pixels."),
    )


def _draw_overlap(left, top, width, height):
    """Draw the fixed box A and a box B, with their intersection over union."""
    ax = plots.overlap(BOX, (left, top, left + width, top + height))
    ax.set(xlim=(-2, 162), ylim=(122, -2))  # a frame that stands still
    return ax


@validation.checked(image=validation.through(check_image), candidates=validation.a(Detections))
def suppression(image, candidates):
    """Move a detector's two thresholds and see which `candidates`, its boxes before any threshold, stay."""
    if not len(candidates):
        raise CourseError("candidates of a detector", "none", "Take them before any threshold.")
    return Explorer(
        partial(_draw_suppression, image, candidates),
        score_threshold=Slider("score from", 0.4, 0.05, 0.95, 0.05, "Boxes with lower scores go."),
        iou_threshold=Slider("IoU up to", 0.5, 0.0, 1.0, 0.05, "Of two of a class beyond it, one goes."),
    )


def _draw_suppression(image, candidates, score_threshold, iou_threshold):
    """Draw what is left of a detector's candidates after both thresholds."""
    high = int((candidates.scores >= score_threshold).sum())
    kept = non_max_suppression(candidates, score_threshold, iou_threshold)
    ax = plots.show_detections(image, kept, title=f"{high} score high enough, {len(kept)} kept")
    limits = f"Scores from {score_threshold:.2f}, IoU up to {iou_threshold:.2f}"
    words = f"{limits}: {high} candidates score high enough, {len(kept)} are kept: {count_objects(kept)}."
    return plotting.describe(ax, words)
