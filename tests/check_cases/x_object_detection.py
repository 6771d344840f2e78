from collections import Counter

from tests.check_cases.forms import FUNCTION, answers


def counted(names, scores, threshold):
    return Counter(name for name, score in zip(names, scores, strict=True) if score >= threshold)


CASES = {
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
