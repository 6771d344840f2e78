import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers import checks
from helpers.exercises import progress
from helpers.exercises.engine import CHECKS
from tests.check_cases import (
    climbing,
    evaluating,
    examples,
    image_data,
    introduction,
    networks,
    pretrained,
    sharing,
    training,
)


def judge(name, answer):
    return checks.verdict(name, *answer.values, **answer.named)


MODULES = (introduction, image_data, networks, training, evaluating, sharing, examples, pretrained, climbing)
CASES = {name: case for module in MODULES for name, case in module.CASES.items()}


VERDICTS = Path(__file__).parent / "check_cases" / "verdicts.md"


def table_of_verdicts():
    """Write down, check by check, what a learner reads after the right answer and after each mistake."""
    lines = ["# What the checks say", "", "<!-- Written by `python -m tests.test_checks`. -->"]
    lines += ["What a learner reads after the right answer and after each mistake."]
    for notebook, names in progress.exercises(CHECKS).items():
        lines += ["", f"## {notebook}"]
        for name in names:
            right, wrong, _ = CASES[name]
            purpose = CHECKS[name].__doc__.splitlines()[0]
            lines += ["", f"### `checks.{name}`", "", purpose, "", "| answer | feedback |", "|---|---|"]
            for mistake, answer in {"right": right[0], **wrong}.items():
                text = re.sub(r"line \d+", "line N", judge(name, answer).text)
                lines.append(f"| {mistake} | {text} |")
    return "\n".join([*lines, ""])


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
            status, text = checks.verdict(name, *values)
            assert status == "wrong" or isinstance(right.values[place], bool), (place, text)


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


def test_every_check_has_cases_and_a_place_in_a_notebook():
    placed = [name for names in progress.exercises(CHECKS).values() for name in names]
    assert sorted(placed) == sorted(CHECKS) == sorted(CASES)


def test_every_mistake_gets_the_message_that_is_written_down():
    assert table_of_verdicts() == VERDICTS.read_text(encoding="utf-8"), (
        "python -m tests.test_checks rewrites it"
    )


def test_tab_completion_offers_every_check():
    assert set(dir(checks)) == {"progress", "verdict", *CHECKS}
    assert all(getattr(checks, name).__doc__.startswith("Check ") for name in CHECKS)


def test_a_misspelt_check_is_answered_with_the_nearest_name():
    with pytest.raises(AttributeError, match="Did you mean checks.one_hot?"):
        checks.onehot([[1, 0]])
    with pytest.raises(AttributeError, match="Copy the name"):
        checks.zzz(1)
    assert not hasattr(checks, "__path__")


def test_importing_the_checks_does_not_import_tensorflow():
    code = (
        "import sys; from helpers import checks; sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


if __name__ == "__main__":
    VERDICTS.write_text(table_of_verdicts(), encoding="utf-8", newline="\n")
