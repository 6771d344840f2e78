"""Boxes: how much two of them overlap, which to keep of many, and how to count what they hold.

A box is (left, top, right, bottom) in pixels, right and bottom exclusive: its area is
(right - left) * (bottom - top).
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import CourseError, storage, validation

BY_HAND = storage.DATA / "photos" / "boxes.csv"
COLUMNS = ["photo", "class", "left", "top", "right", "bottom"]


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector found in one image, or what is really there.

    Indexing like an array (with a mask, a slice or indices) gives the `Detections` of those boxes.
    """

    boxes: np.ndarray  # (N, 4): left, top, right, bottom in pixels
    labels: np.ndarray  # (N,): positions in `class_names`
    scores: np.ndarray  # (N,): how confident the detector is, 0..1; 1 for the truth
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


def iou(boxes, others):
    """Intersection over union of each box, (N, 4) or (4,), with each other one, (M, 4) or (4,): float (N, M).

    It is 0 if they lie apart or both are empty, and 1 if they are the same.
    """
    a, b = _checked(boxes)[:, None], _checked(others)[None]  # (N, 1, 4) and (1, M, 4)
    size = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])  # of the common part
    common = size.clip(0).prod(axis=-1)
    union = _area(a) + _area(b) - common
    return np.divide(common, union, out=np.zeros_like(union), where=union > 0)


def _area(boxes):
    """Area of boxes: shape (..., 4) -> (...)."""
    return (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1)


def _checked(boxes):
    """Return boxes as an array of shape (N, 4), or explain what is wrong with them."""
    remedy = "Write (left, top, right, bottom)."
    boxes = validation.as_array(boxes, "boxes as numbers", "buif", remedy).astype(np.float64)
    if boxes.size == 0:
        return boxes.reshape(0, 4)
    boxes = np.atleast_2d(boxes)
    if boxes.ndim != 2 or boxes.shape[1] != 4 or not np.isfinite(boxes).all():
        raise CourseError("boxes of four finite numbers each", f"shape {boxes.shape}", remedy)
    reversed_ones = boxes[(boxes[:, 2:] < boxes[:, :2]).any(axis=1)]
    if len(reversed_ones):
        remedy = "Right and bottom come last: (left, top, right, bottom), not width and height."
        raise CourseError("left <= right and top <= bottom", f"{reversed_ones[0].tolist()}", remedy)
    return boxes


@validation.checked(photos=validation.names, class_names=validation.names)
def load_boxes(photos, class_names, path=None):
    """Load boxes that somebody drew by hand.

    Parameters
    ----------
    photos : sequence of str
        Names of photos, as they are in the table.
    class_names : sequence of str
        The classes of the detector.
    path : path-like, optional
        A CSV file with the columns photo, class, left, top, right, bottom: one row for each box, in pixels.
        That of the course if not given.

    Returns
    -------
    list of Detections, one for each photo
        Without a box for photos that the table does not name.

    Raises
    ------
    CourseError
        If there is no such table, or a class or box in it cannot be.
    """
    path = storage.checked(BY_HAND) if path is None else validation.as_path(path, "a CSV file of boxes")
    try:
        table = pd.read_csv(path)[COLUMNS]
        boxes = _checked(table[COLUMNS[2:]].to_numpy(float))
    except (OSError, ValueError, KeyError) as error:
        found, remedy = f"{path.name}: {error}", "The course's file, data/photos/boxes.csv, is an example."
        raise CourseError(f"a CSV file with the columns {', '.join(COLUMNS)}", found, remedy) from None
    unknown = sorted({*table["class"].astype(str)} - {*class_names})
    if unknown:
        expected = f"classes of the detector: {', '.join(class_names)}"
        raise CourseError(expected, unknown[0], "Spell it as the detector does.")
    labels, ones = np.array([class_names.index(name) for name in table["class"]], int), np.ones(len(table))
    drawn = Detections(boxes, labels, ones, tuple(class_names))
    return [drawn[(table.photo == name).to_numpy()] for name in photos]


@validation.checked(
    found=validation.a(Detections), score_threshold=validation.NUMBER, iou_threshold=validation.SHARE
)
def non_max_suppression(found, score_threshold=0.5, iou_threshold=0.5):
    """Drop detections with low scores, then those that overlap a better one of the same class.

    Parameters
    ----------
    found : Detections
    score_threshold : float in 0..1, default 0.5
        Detections with a lower score go.
    iou_threshold : float in 0..1, default 0.5
        A box goes if it overlaps a better one by more than this.

    Returns
    -------
    Detections
        The best first.
    """
    confident = found[found.scores >= score_threshold]
    left = np.argsort(-confident.scores, kind="stable")
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        overlaps = iou(confident.boxes[best], confident.boxes[left])[0]
        left = left[(overlaps <= iou_threshold) | (confident.labels[left] != confident.labels[best])]
    return confident[np.array(kept, dtype=int)]


@validation.checked(found=validation.a(Detections))
def count_objects(found):
    """Count the objects of each class in words: "4 persons, 2 cars, 1 stop sign", or "nothing"."""
    counts = sorted(Counter(found.names).items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number} {_plural(name.lower(), number)}" for name, number in counts) or "nothing"


def _plural(name, number):
    if number == 1 or name in ("cattle", "deer", "footwear", "high heels"):
        return name
    return f"{name}es" if name.endswith(("x", "s", "ch", "sh")) else f"{name}s"
