from collections import Counter
from functools import partial

import numpy as np

from helpers.detection.boxes import iou
from tests.check_cases.forms import FUNCTION, answers


def to_corners(box):
    return [*box[:2], box[0] + box[2], box[1] + box[3]]


def suppress(boxes, names, scores, iou_threshold=0.5, corners=to_corners, same=lambda a, b: a == b):
    def overlap(i, k):
        (left, top, right, bottom), other = corners(boxes[i]), corners(boxes[k])
        is_box = left < right and top < bottom and other[0] < other[2] and other[1] < other[3]
        return iou((left, top, right, bottom), other)[0, 0] if is_box else 0

    left, kept = sorted(range(len(boxes)), key=lambda i: -scores[i]), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [i for i in left if not same(names[i], names[best]) or overlap(i, best) <= iou_threshold]
    return kept


def counted(names, scores, threshold):
    return Counter(name for name, score in zip(names, scores, strict=True) if score >= threshold)


CASES = {
    "suppression": {
        "right": [["a", "c", "d"], ("D", "a", "c"), answers(kept_letters={"a", "c", "d"}), "a, c and d"],
        "not a list of letters": [0, 2, 3],
        "an unknown box": ["a", "f"],
        "nothing suppressed": ["a", "b", "c", "d", "e"],
        "only the best box kept": ["a"],
        "a suppressed box suppresses others": ["a", "d"],
        "a box that overlaps the best one kept": ["a", "b", "d"],
        "a box kept twice over": ["a", "c", "d", "e"],
        "a box that stands alone suppressed": ["a", "c"],
    },
    "repaired_suppression": {
        "right": [answers(suppress, 3), answers(lambda *a, **k: np.array(suppress(*a, **k)), n_kept=3.0)],
        "not yet": [answers(suppress, ...), answers(lambda *_: ..., 3)],
        "the same person counted twice": answers(suppress, 4),
        "the bicycle counted as suppressed": answers(suppress, 2),
        "another number of boxes": answers(suppress, 1),
        "width and height taken for corners": answers(partial(suppress, corners=lambda box: box), 3),
        "suppression across classes": answers(partial(suppress, same=lambda a, b: True), 3),
        "boxes instead of their places": answers(lambda boxes, *_: boxes[:1], 3),
        "nothing suppressed but one box": answers(lambda boxes, *_: [0, 1, 2], 3),
        "the threshold ignored": answers(lambda b, n, s, t=0.5: suppress(b, n, s), 3),
    },
    "objects_per_class": {
        "right": [counted, lambda n, s, t: dict(counted(n, s, t))],
        **FUNCTION,
        "an empty dictionary": lambda names, scores, threshold: {},
        "a total instead of a count a class": lambda n, s, t: sum(x >= t for x in s),
        "a list instead of a dictionary": lambda n, s, t: [*counted(n, s, t).items()],
        "the threshold ignored": lambda n, s, t: Counter(n),
        "a score equal to the threshold left out": lambda n, s, t: counted(n, s, t + 0.01),
        "classes with nothing counted as 0": lambda n, s, t: dict.fromkeys(n, 0) | counted(n, s, t),
        "ended at the first low score": lambda n, s, t: Counter(
            n[: next(i for i, x in enumerate(s) if x < t)]
        ),
        "any other count": lambda n, s, t: {"cat": 6},
    },
}
