"""Boxes: how much two of them overlap, which to keep of many, and how to count what they hold.

A box is (left, top, right, bottom) in pixels, right and bottom exclusive: its area is
(right - left) * (bottom - top).
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from helpers import CourseError, validation


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector found in one image, or what is really there.

    Indexing like an array (with a mask, a slice or indices) gives the `Detections` of those boxes.

    Attributes
    ----------
    boxes : array of float, shape (N, 4)
        Left, top, right, bottom in pixels.
    labels : array of int, shape (N,)
        Positions in `class_names`.
    scores : array of float, shape (N,)
        How sure the detector is, 0..1; 1 for the truth.
    class_names : tuple of str
        Names of the classes.
    """

    boxes: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    class_names: tuple
    __iter__ = None  # else one image's boxes would pass for a list of images

    def __len__(self):
        return len(self.boxes)

    def __getitem__(self, which):
        which = np.atleast_1d(np.arange(len(self))[which])
        return Detections(self.boxes[which], self.labels[which], self.scores[which], self.class_names)

    @property
    def names(self):
        """The class of each box by name."""
        return [self.class_names[label] for label in self.labels]


def check_boxes(boxes):
    """Return boxes as an array of shape (N, 4), or explain what is wrong with them."""
    try:
        boxes = np.asarray(boxes, dtype=np.float64)
    except (TypeError, ValueError):
        raise CourseError("boxes as numbers", repr(boxes)[:60], "Write (left, top, right, bottom).") from None
    if boxes.size == 0:
        return boxes.reshape(0, 4)
    if boxes.ndim == 1:
        boxes = boxes[None]
    if boxes.ndim != 2 or boxes.shape[1] != 4 or not np.isfinite(boxes).all():
        raise CourseError(
            "boxes of four finite numbers each", f"shape {boxes.shape}", "Write (left, top, right, bottom)."
        )
    if (boxes[:, 2:] < boxes[:, :2]).any():
        wrong = boxes[(boxes[:, 2:] < boxes[:, :2]).any(axis=1)][0].tolist()
        remedy = "Right and bottom come last: (left, top, right, bottom), not width and height."
        raise CourseError("left <= right and top <= bottom", f"{wrong}", remedy)
    return boxes


def iou(boxes, others):
    """Intersection over union of each box with each other one.

    Parameters
    ----------
    boxes : array-like of float, shape (N, 4) or (4,)
    others : array-like of float, shape (M, 4) or (4,)

    Returns
    -------
    array of float, shape (N, M)
        0 (apart) to 1 (the same box); 0 if both are empty.

    Raises
    ------
    CourseError
        If these are no boxes.
    """
    a, b = check_boxes(boxes)[:, None], check_boxes(others)[None]
    size = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])  # of the common part
    common = size.clip(0).prod(axis=-1)
    union = area(a) + area(b) - common
    return np.divide(common, union, out=np.zeros_like(union), where=union > 0)


@validation.checked(boxes=validation.array())
def area(boxes):
    """Area of boxes: shape (..., 4) -> (...)."""
    if not boxes.ndim or boxes.shape[-1] != 4:
        raise CourseError("boxes of four numbers each", f"shape {boxes.shape}", "Look at its .shape.")
    return (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1)


@validation.checked(iou_threshold=validation.SHARE)
def kept_boxes(boxes, scores, iou_threshold=0.5):
    """Keep of boxes that overlap much only the one with the highest score.

    Parameters
    ----------
    boxes : array-like of float, shape (N, 4)
    scores : array-like of float, shape (N,)
    iou_threshold : float in 0..1, default 0.5
        A box goes if it overlaps a better one by more than this.

    Returns
    -------
    array of int
        Which boxes stay, the best first.

    Raises
    ------
    CourseError
        If there is not one score a box, or the threshold is not in 0..1.
    """
    boxes, scores = check_boxes(boxes), np.ravel(validation.as_array(scores, "scores as numbers", "buif"))
    if len(boxes) != len(scores):
        raise CourseError(
            "one score a box", f"{len(boxes)} boxes and {len(scores)} scores", "Cut both alike."
        )
    if not 0 <= iou_threshold <= 1:
        raise CourseError("a threshold from 0 to 1", f"{iou_threshold}", "0.5 is usual.")
    left = np.argsort(-scores, kind="stable")
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        left = left[iou(boxes[best], boxes[left])[0] <= iou_threshold]
    return np.array(kept, dtype=int)


@validation.checked(
    found=validation.a(Detections), score_threshold=validation.NUMBER, iou_threshold=validation.SHARE
)
def non_max_suppression(found, score_threshold=0.5, iou_threshold=0.5):
    """Drop unsure detections, then those that overlap a better one of the same class.

    Parameters
    ----------
    found : Detections
    score_threshold, iou_threshold : float in 0..1
        As in `kept_boxes`.

    Returns
    -------
    Detections
        The best first.
    """
    sure = found[found.scores >= score_threshold]
    kept = []
    for label in np.unique(sure.labels):
        places = np.flatnonzero(sure.labels == label)
        kept += places[kept_boxes(sure.boxes[places], sure.scores[places], iou_threshold)].tolist()
    kept = np.array(kept, dtype=int)
    return sure[kept[np.argsort(-sure.scores[kept], kind="stable")]]


@validation.checked(found=validation.a(Detections))
def count_objects(found):
    """Count the objects of each class in words: "4 persons, 2 cars, 1 stop sign", the most frequent first.

    Parameters
    ----------
    found : Detections

    Returns
    -------
    str
        "nothing" if nothing was found.
    """
    counts = sorted(Counter(found.names).items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number} {_plural(name, number)}" for name, number in counts) or "nothing"


def _plural(name, number):
    name = name.lower()
    if number == 1 or name in ("cattle", "deer", "footwear", "high heels"):
        return name
    if name[-1] in "0123456789":
        return f"{name}s"
    return f"{name}es" if name.endswith(("x", "s", "ch", "sh")) else f"{name}s"
