import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import checks


def answers(*values, **named):
    """Keep what a learner hands to a check."""
    return SimpleNamespace(values=values, named=named)


def judge(name, answer):
    return checks.verdict(name, *answer.values, **answer.named)


FIELDS = ("artificial intelligence", "machine learning", "deep learning")
KINDS = {
    "tomorrow's temperature": "predictor",
    "spam or not": "classifier",
    "species in a photo": "classifier",
    "price of a house": "predictor",
}
TASKS = {
    "What is in the picture?": "image classification",
    "What is the one object, and where?": "classification + localisation",
    "Where are all the objects?": "object detection",
    "Which class has each pixel?": "semantic segmentation",
    "Which pixels belong to which object?": "instance segmentation",
}
CAUSES = {
    "random initial weights": True,
    "order of the batches": True,
    "another processor": True,
    "the names of the classes": False,
    "the same seed on the same machine": False,
}
STEPS = [
    "Formulate the problem",
    "Identify inputs and outputs",
    "Prepare data",
    "Choose a pre-trained model or build one",
    "Choose a loss function and optimizer, and compile",
    "Train",
    "Predict",
    "Measure performance",
    "Tune hyperparameters",
    "Share",
]
CLASSES = ("cat", "dog", "frog")
PROBABILITIES = np.array([[0.7, 0.2, 0.1]], dtype="float32")


def without_first(dictionary):
    return dict(list(dictionary.items())[1:])


def with_(dictionary, key, value):
    return dictionary | {key: value}


def moved(step, place):
    rest = [other for other in STEPS if other != step]
    return [*rest[:place], step, *rest[place:]]


def shapes(train=8000, validation=2000, test=2000, third="width", fourth="channels", labels="a"):
    return answers(train, validation, test, third, fourth, labels)


def log(steps=250, entry="val_accuracy", percent=56, loss="mean"):
    return answers(steps, entry, percent, loss)


def named(name, probabilities=PROBABILITIES):
    return answers(name, probabilities, CLASSES)


# check -> (right answers, {mistake as the docstring names it: such an answer}, untouched scaffolds)
INTRODUCTION = {
    "nested_sets": (
        [
            answers(*FIELDS),
            answers("AI", "ML", "DL"),
            answers(inner=FIELDS[2], middle=" ML", outer=FIELDS[0]),
        ],
        {
            "a field that is not among the three": answers(FIELDS[0], FIELDS[1], "statistics"),
            "a field named twice": answers(FIELDS[0], FIELDS[1], FIELDS[1]),
            "the order turned inside out": answers(*FIELDS[::-1]),
            "deep learning as the largest field": answers("DL", "AI", "ML"),
            "machine learning as the largest field": answers("ML", "AI", "DL"),
            "machine learning as the smallest field": answers("AI", "DL", "ML"),
        },
        [answers(..., ..., ...), answers("AI", ..., "DL")],
    ),
    "classifier_or_predictor": (
        [answers(KINDS), answers({question: kind.upper() for question, kind in KINDS.items()})],
        {
            "a question left out": answers(without_first(KINDS)),
            "neither classifier nor predictor": answers(with_(KINDS, "spam or not", "filter")),
            "the temperature given to a classifier": answers(
                with_(KINDS, "tomorrow's temperature", "classifier")
            ),
            "spam given to a predictor": answers(with_(KINDS, "spam or not", "predictor")),
            "the species given to a predictor": answers(with_(KINDS, "species in a photo", "predictor")),
            "the price given to a classifier": answers(with_(KINDS, "price of a house", "classifier")),
        },
        [answers(dict.fromkeys(KINDS, ...)), answers(with_(KINDS, "spam or not", ...)), answers(...)],
    ),
    "neighbours": (
        [answers(TASKS), answers({question: f" {task.title()}" for question, task in TASKS.items()})],
        {
            "a question left out": answers(without_first(TASKS)),
            "a task that is not in the figure": answers(
                with_(TASKS, "Where are all the objects?", "counting")
            ),
            "localisation where no place is asked for": answers(
                with_(TASKS, "What is in the picture?", "classification + localisation")
            ),
            "detection where there is one object": answers(
                with_(TASKS, "What is the one object, and where?", "object detection")
            ),
            "localisation where there are many objects": answers(
                with_(TASKS, "Where are all the objects?", "classification + localisation")
            ),
            "instances where only the class of a pixel counts": answers(
                with_(TASKS, "Which class has each pixel?", "instance segmentation")
            ),
            "semantic segmentation where objects must be told apart": answers(
                with_(TASKS, "Which pixels belong to which object?", "semantic segmentation")
            ),
        },
        [answers(dict.fromkeys(TASKS, ...)), answers(with_(TASKS, "What is in the picture?", ...))],
    ),
    "different_results": (
        [answers(CAUSES), answers({cause: np.bool_(true) for cause, true in CAUSES.items()})],
        {
            "a cause left out": answers(without_first(CAUSES)),
            "an answer that is neither True nor False": answers(with_(CAUSES, "another processor", "yes")),
            "the initial weights thought harmless": answers(with_(CAUSES, "random initial weights", False)),
            "the order of the batches thought harmless": answers(
                with_(CAUSES, "order of the batches", False)
            ),
            "the processor thought harmless": answers(with_(CAUSES, "another processor", False)),
            "the names thought to matter": answers(with_(CAUSES, "the names of the classes", True)),
            "a seed thought to make results differ": answers(
                with_(CAUSES, "the same seed on the same machine", True)
            ),
        },
        [answers(dict.fromkeys(CAUSES, ...)), answers(with_(CAUSES, "another processor", ...))],
    ),
    "workflow": (
        [answers(STEPS), answers(tuple(step.lower() for step in STEPS))],
        {
            "one text instead of a list": answers(", ".join(STEPS)),
            "a step that is none of the ten": answers([*STEPS[:9], "Celebrate"]),
            "a step missing": answers(STEPS[:9]),
            "a step twice": answers([*STEPS, "Share"]),
            "the problem not at the start": answers(moved("Formulate the problem", 1)),
            "the end of the journey not at the end": answers(moved("Share", 7)),
            "training before compiling": answers(moved("Train", 4)),
            "the network built before the data are ready": answers(moved("Prepare data", 3)),
            "tuning before measuring": answers(moved("Tune hyperparameters", 7)),
            "measuring before predicting": answers(moved("Predict", 7)),
            "another order": answers(moved("Identify inputs and outputs", 4)),
        },
        [answers([...] * 10), answers([*STEPS[:3], ..., *STEPS[4:]])],
    ),
    "shapes": (
        [
            shapes(),
            shapes(40_000, 10_000, 10_000),
            shapes(np.int64(8000), 2000.0, 2000, "Width", "CHANNELS", "A"),
        ],
        {
            "a number written as text": shapes(train="8000"),
            "all pictures counted as training pictures": shapes(train=10_000, validation=2_000),
            "training and validation swapped": shapes(2000, 8000),
            "another number of training pictures": shapes(train=32),
            "no validation pictures": shapes(validation=0),
            "parts that do not add up": shapes(validation=1000),
            "the test set split too": shapes(test=400),
            "width and channels swapped": shapes(third="channels", fourth="width"),
            "the third axis taken for the height": shapes(third="height"),
            "the third axis taken for the channels": shapes(third="channels"),
            "the fourth axis not the channels": shapes(fourth="width"),
            "the labels taken for a single class": shapes(labels="b"),
            "the labels taken for probabilities": shapes(labels="c"),
        },
        [shapes(*[...] * 6), shapes(labels=...)],
    ),
    "training_log": (
        [log(), log(250.0, "VAL_ACCURACY", 56.0, "Mean"), log(np.int64(250), percent=0.56 * 100)],
        {
            "the number of pictures instead of steps": log(8000),
            "the batch size instead of steps": log(32),
            "the validation pictures counted too": log(10_000 / 32),
            "another number of steps": log(10),
            "the training accuracy taken for the validation's": log(entry="accuracy"),
            "a loss taken for an accuracy": log(entry="val_loss"),
            "an entry that is not in the log": log(entry="epoch"),
            "the accuracy left a fraction": log(percent=0.56),
            "another number of per cent": log(percent=5.6),
            "the loss called a sum": log(loss="sum"),
        },
        [log(..., ..., ..., ...), log(loss=...)],
    ),
    "predicted_class": (
        [named("cat"), named(np.str_("cat"), PROBABILITIES[0].tolist()), named(np.array(["cat"]))],
        {
            "the probabilities of several pictures": named("cat", np.vstack([PROBABILITIES] * 2)),
            "several answers": named(["cat", "dog"]),
            "a position instead of a name": named(0),
            "a probability instead of a name": named(np.float32(0.7)),
            "a name that is no class": named("tiger"),
            "the least probable class": named("frog"),
            "another class": named("dog"),
        },
        [named(...), named(..., ...)],
    ),
}
CASES = INTRODUCTION


def listed(kind):
    """Lay out the answers of one kind: "right", "wrong" or "untouched"."""
    params = []
    for name, case in CASES.items():
        group = case[("right", "wrong", "untouched").index(kind)]
        pairs = group.items() if isinstance(group, dict) else enumerate(group)
        for label, answer in pairs:
            params.append(pytest.param(name, answer, id=f"{name}-{label}"))
    return params


class Hostile:
    """An object that answers every question with an error."""

    def __getattr__(self, name):
        raise RuntimeError("no attribute")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no text")

    def __len__(self):
        raise RuntimeError("no length")


def stops(*_):
    raise SystemExit("stopped by the learner's code")


GARBAGE = [
    "text",
    "",
    -1,
    3.5,
    float("nan"),
    float("inf"),
    1j,
    b"bytes",
    True,
    [],
    {},
    {"a": 1},
    [[1], [2, 3]],
    {1, 2},
    object(),
    Hostile(),
    Hostile,
    np.zeros((2, 3)),
    np.array(["a", "b"]),
    np.array([1, "a"], dtype=object),
    stops,
    len,
    lambda: 1 / 0,
    (n for n in range(3)),
    sys,
]


@pytest.mark.parametrize(("name", "answer"), listed("right"))
def test_right_answer_is_recognised_in_every_form(name, answer):
    status, text = judge(name, answer)
    assert status == "right", text
    assert text.startswith("✓ ") and text.endswith(".")


@pytest.mark.parametrize(("name", "answer"), listed("wrong"))
def test_wrong_answer_gets_an_explanation(name, answer):
    status, text = judge(name, answer)
    assert status == "wrong", text
    assert text.startswith("✗ ") and "cannot be checked" not in text and "\n" not in text


@pytest.mark.parametrize(("name", "answer"), listed("untouched"))
def test_untouched_scaffold_is_not_yet_an_answer(name, answer):
    status, text = judge(name, answer)
    assert status == "not yet", text
    assert text.startswith("… Not yet: ")


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_has_its_own_message(name):
    texts = [judge(name, answer).text for answer in CASES[name][1].values()]
    assert len(texts) >= 5
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", CASES)
def test_no_answer_makes_a_check_raise(name):
    right = CASES[name][0][0]
    for value in GARBAGE:
        for place in range(len(right.values)):
            values = [*right.values[:place], value, *right.values[place + 1 :]]
            assert checks.verdict(name, *values).status == "wrong", (place, type(value))


@pytest.mark.parametrize("name", CASES)
def test_a_check_prints_one_line_and_returns_nothing(name, capsys):
    right = CASES[name][0][0]
    assert getattr(checks, name)(*right.values, **right.named) is None
    assert capsys.readouterr().out.splitlines() == [judge(name, right).text]


@pytest.mark.parametrize("name", CASES)
def test_a_call_without_answers_says_what_is_missing(name):
    status, text = checks.verdict(name)
    assert status == "wrong"
    assert f"checks.{name} takes " in text


def test_the_table_of_cases_covers_every_check_and_every_mistake_in_the_docstrings():
    covered = {name: tuple(wrong) for name, (_, wrong, _) in CASES.items()}
    assert checks.catalogue() == covered


def test_every_check_is_public_and_documented():
    for name in checks.catalogue():
        assert name in checks.__all__
        assert "Parameters\n" in getattr(checks, name).__doc__


def test_importing_the_checks_does_not_import_tensorflow():
    code = (
        "import sys; from helpers import checks; sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
