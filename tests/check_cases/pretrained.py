from collections import Counter

import numpy as np

from tests.check_cases.forms import answers, with_, without_first

PREPROCESSING = {
    "images must be scaled as in the network's own training": True,
    "with red and blue swapped the answer stays the same": False,
    "with the wrong scaling Keras stops with an error": False,
    "features can be taken from smaller images than it was trained on": True,
    "new classes need a new preprocessing": False,
}


def flipped(place):
    key = [*PREPROCESSING][place]
    return answers(with_(PREPROCESSING, key, not PREPROCESSING[key]))


def counted(names, scores, threshold):
    return Counter(name for name, score in zip(names, scores, strict=True) if score >= threshold)


CASES = {
    "feature_layer": (
        [answers("avg_pool"), answers(" dropout")],
        {
            "not a name": answers(70),
            "a name that no layer has": answers("flatten"),
            "the probabilities taken for features": answers("predictions"),
            "the last feature maps taken for a vector": answers("head_relu"),
            "a layer in the middle": answers("block6d_add"),
            "a layer at the beginning": answers("stem_conv"),
        },
        [answers(...)],
    ),
    "trained_numbers": (
        [answers(8967), answers(n=8967.0), answers(np.int64(8967))],
        {
            "the biases forgotten": answers(8960),
            "one bias for all": answers(8961),
            "one class only": answers(1281),
            "the probabilities of ImageNet taken for features": answers(7007),
            "the whole network counted": answers(4_694_024),
            "any other number": answers(7),
        },
        [answers(...)],
    ),
    "own_preprocessing": (
        [answers(PREPROCESSING)],
        {
            "a statement left out": answers(without_first(PREPROCESSING)),
            "an answer that is neither True nor False": answers(
                with_(PREPROCESSING, next(iter(PREPROCESSING)), "yes")
            ),
            "another scaling thought harmless": flipped(0),
            "swapped channels thought harmless": flipped(1),
            "an error message expected": flipped(2),
            "the training size thought compulsory": flipped(3),
            "own classes thought to need a new preprocessing": flipped(4),
        },
        [answers(dict.fromkeys(PREPROCESSING, ...))],
    ),
    "overlap": (
        [answers(600, 2600, 600 / 2600), answers(intersection=600, union=2600, iou=0.23)],
        {
            "sides added instead of multiplied": answers(50, 2600, 0.23),
            "another intersection": answers(400, 2600, 0.23),
            "the common part counted twice": answers(600, 3200, 0.19),
            "the common part left out altogether": answers(600, 2000, 0.3),
            "another union": answers(600, 1600, 0.38),
            "union over intersection": answers(600, 2600, 4.33),
            "a percentage": answers(600, 2600, 23),
            "another quotient": answers(600, 2600, 0.5),
        },
        [answers(..., ..., ...), answers(600, 2600, ...)],
    ),
    "suppression": (
        [answers(["a", "c", "d"]), answers(("D", "a", "c")), answers(kept={"a", "c", "d"}), answers("acd")],
        {
            "not a list of letters": answers([0, 2, 3]),
            "an unknown box": answers(["a", "f"]),
            "nothing suppressed": answers(["a", "b", "c", "d", "e"]),
            "only the best box kept": answers(["a"]),
            "a suppressed box suppresses others": answers(["a", "d"]),
            "a box that overlaps the best one kept": answers(["a", "b", "d"]),
            "a box kept twice over": answers(["a", "c", "d", "e"]),
            "a box that stands alone suppressed": answers(["a", "c"]),
        },
        [answers(...)],
    ),
    "objects_per_class": (
        [answers(counted), answers(lambda n, s, t: dict(counted(n, s, t)))],
        {
            "an empty function": answers(lambda names, scores, threshold: {}),
            "a total instead of a count a class": answers(lambda n, s, t: sum(x >= t for x in s)),
            "a list instead of a dictionary": answers(lambda n, s, t: [*counted(n, s, t).items()]),
            "the threshold ignored": answers(lambda n, s, t: Counter(n)),
            "a score equal to the threshold left out": answers(lambda n, s, t: counted(n, s, t + 0.01)),
            "classes with nothing counted as 0": answers(lambda n, s, t: {"mouse": 0} | counted(n, s, t)),
            "any other count": answers(lambda n, s, t: {"cat": 6}),
        },
        [answers(...), answers(lambda names, scores, threshold: ...)],
    ),
    "precision_and_recall": (
        [answers(0.75, 0.6), answers(precision=6 / 8, recall=6 / 10)],
        {
            "percentages instead of fractions": answers(75, 60),
            "the two swapped": answers(0.6, 0.75),
            "false alarms instead of hits": answers(0.25, 0.6),
            "boxes counted as hits": answers(0.75, 0.8),
            "another precision": answers(0.5, 0.6),
            "another recall": answers(0.75, 0.5),
        },
        [answers(..., ...)],
    ),
}
