"""How good is a detector? Hits and misses, precision and recall, average precision with an interval."""

import numpy as np

from helpers import CourseError, validation
from helpers.detection.boxes import Detections, iou

FOUND = validation.a(Detections)
SEVERAL = validation.several(FOUND)
N_DRAWS = 200  # of `bootstrap_interval`


@validation.checked(found=SEVERAL, truths=SEVERAL)
def mean_average_precision(found, truths):
    """Mean, over the classes that occur in `truths`, of the area under the precision-recall curve.

    Parameters
    ----------
    found, truths : sequence of Detections
        One of each an image; a box is a hit if it overlaps the object as `match_detections` demands.

    Returns
    -------
    float
        0..1; 1 if every object is found and nothing else.

    References
    ----------
    M. Everingham and others, The PASCAL visual object classes challenge: a retrospective, International
    Journal of Computer Vision 111 (2015) 98-136; the area, as from 2010 on.
    """
    return float(np.mean([_average_precision(rows) for rows in _matched_by_class(found, truths)]))


@validation.checked(found=SEVERAL, truths=SEVERAL)
def bootstrap_interval(found, truths):
    """95% interval that a measured mean average precision leaves for the true one, by resampling images.

    Parameters
    ----------
    found, truths : sequence of Detections
        One of each an image.

    Returns
    -------
    low, high : float

    References
    ----------
    B. Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7 (1979) 1-26.
    """
    rng = np.random.default_rng(0)
    matched = _matched_by_class(found, truths)
    values = []
    while len(values) < N_DRAWS:
        drawn = rng.integers(len(truths), size=len(truths))
        resampled = ([rows[place] for place in drawn] for rows in matched)
        scores = [_average_precision(rows) for rows in resampled if any(row[2] for row in rows)]
        if scores:  # a draw without any object has no average precision
            values.append(np.mean(scores))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


@validation.checked(found=SEVERAL, truths=SEVERAL)
def precision_recall(found, truths):
    """Precision and recall, of all classes together: an entry a detection, the most confident first."""
    return _curve(_matched(found, truths))


@validation.checked(found=FOUND, truth=FOUND, iou_threshold=validation.SHARE)
def match_detections(found, truth, iou_threshold=0.5):
    """Say of each detection whether it is a hit: right class, enough overlap, and the object not taken yet.

    Parameters
    ----------
    found, truth : Detections
        Of one image. More confident detections choose first.
    iou_threshold : float in 0..1, default 0.5

    Returns
    -------
    hits : array of bool, shape (len(found),)
    partners : array of int, shape (len(found),)
        The true object that a hit belongs to; -1 for others.
    """
    hits, partners = np.zeros(len(found), bool), np.full(len(found), -1)
    overlaps = iou(found.boxes, truth.boxes)
    for place in np.argsort(-found.scores, kind="stable"):
        free = (truth.labels == found.labels[place]) & ~np.isin(np.arange(len(truth)), partners)
        candidates = np.where(free, overlaps[place], -1)
        if len(candidates) and candidates.max() >= iou_threshold:
            hits[place], partners[place] = True, candidates.argmax()
    return hits, partners


def _average_precision(rows):
    """Area under the precision-recall curve, after each dip of precision is levelled out."""
    precision, recall = _curve(rows)
    level = np.maximum.accumulate(precision[::-1])[::-1]  # the best precision at this recall or more
    return np.sum(np.diff(recall, prepend=0) * level)


def _curve(rows):
    hits, scores, n_objects = zip(*rows, strict=True)
    order = np.argsort(-np.concatenate(scores), kind="stable")
    right = np.cumsum(np.concatenate(hits)[order])
    return right / np.arange(1, len(right) + 1), right / max(sum(n_objects), 1)


def _matched_by_class(found, truths):
    labels = {int(label) for truth in truths for label in truth.labels}
    if not labels:
        raise CourseError("at least one true object", "none", "Pass images that hold some.")
    return [_matched(found, truths, label) for label in sorted(labels)]


def _matched(found, truths, label=None):
    """Of each image: hits, scores, and how many objects there are (of one class, if `label` is given)."""
    if not len(found) == len(truths) > 0:
        raise CourseError("one truth an image", f"{len(found)} and {len(truths)}", "Cut both alike.")
    rows = []
    for here, truth in zip(found, truths, strict=True):
        if label is not None:
            here, truth = here[here.labels == label], truth[truth.labels == label]
        rows.append((match_detections(here, truth)[0], here.scores, len(truth)))
    return rows
