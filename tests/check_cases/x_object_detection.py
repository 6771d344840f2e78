from collections import Counter

from tests.check_cases.forms import FUNCTION, answers


def counted(names, scores, threshold):
    return Counter(name for name, score in zip(names, scores, strict=True) if score >= threshold)


CASES = {
    "overlap": {
        "right": [answers(600, 2600, 600 / 2600), answers(intersection=600, union=2600, iou=0.23)],
        "sides added instead of multiplied": answers(50, 2600, 0.23),
        "another intersection": answers(400, 2600, 0.23),
        "the common part counted twice": answers(600, 3200, 0.19),
        "the common part left out altogether": answers(600, 2000, 0.3),
        "another union": answers(600, 1600, 0.38),
        "union over intersection": answers(600, 2600, 4.33),
        "a percentage": answers(600, 2600, 23),
        "another quotient": answers(600, 2600, 0.5),
    },
    "suppression": {
        "right": [["a", "c", "d"], ("D", "a", "c"), answers(kept={"a", "c", "d"}), "acd"],
        "not a list of letters": [0, 2, 3],
        "an unknown box": ["a", "f"],
        "nothing suppressed": ["a", "b", "c", "d", "e"],
        "only the best box kept": ["a"],
        "a suppressed box suppresses others": ["a", "d"],
        "a box that overlaps the best one kept": ["a", "b", "d"],
        "a box kept twice over": ["a", "c", "d", "e"],
        "a box that stands alone suppressed": ["a", "c"],
    },
    "precision_and_recall": {
        "right": [answers(0.75, 0.6), answers(precision=6 / 8, recall=6 / 10)],
        "percentages instead of fractions": answers(75, 60),
        "the two swapped": answers(0.6, 0.75),
        "false alarms instead of hits": answers(0.25, 0.6),
        "boxes counted as hits": answers(0.75, 0.8),
        "another precision": answers(0.5, 0.6),
        "another recall": answers(0.75, 0.5),
    },
    "objects_per_class": {
        "right": [counted, lambda n, s, t: dict(counted(n, s, t))],
        **FUNCTION,
        "an empty dictionary": lambda names, scores, threshold: {},
        "a total instead of a count a class": lambda n, s, t: sum(x >= t for x in s),
        "a list instead of a dictionary": lambda n, s, t: [*counted(n, s, t).items()],
        "the threshold ignored": lambda n, s, t: Counter(n),
        "a score equal to the threshold left out": lambda n, s, t: counted(n, s, t + 0.01),
        "classes with nothing counted as 0": lambda n, s, t: {"mouse": 0} | counted(n, s, t),
        "any other count": lambda n, s, t: {"cat": 6},
    },
}
