import functools
import re
import sys

import numpy as np
import pytest

from helpers import CourseError, checks
from helpers.exercises import mistakes, progress, statements
from helpers.exercises.engine import CHECKS
from tests.check_cases import CASES


def judge(name, answer):
    return checks.verdict(name, *answer.values, **answer.named)


@functools.cache
def mistakes_of(name):
    return {mistake: judge(name, answer) for mistake, answer in CASES[name].wrong.items()}


def table_of_verdicts():
    """Write down, check by check, what a learner reads after the right answer and after each mistake."""
    lines = ["# What the checks say", "", "<!-- Written by `python -m tests.test_checks`. -->"]
    lines += ["What a learner reads after the right answer and after each mistake."]
    for notebook, names in progress.exercises(CHECKS).items():
        lines += ["", f"## {notebook}"]
        for name in names:
            purpose = CHECKS[name].__doc__.splitlines()[0]
            lines += ["", f"### `checks.{name}`", "", purpose, "", "| answer | feedback |", "|---|---|"]
            for mistake, verdict in {"right": judge(name, CASES[name].right[0]), **mistakes_of(name)}.items():
                text = re.sub(r"(line |2d_)\d+", r"\1N", verdict.text)
                lines.append(f"| {mistake} | {text} |")
    return "\n".join([*lines, ""])


class Hostile:
    """An object that answers every question with an error."""

    def fails(self, *_):
        raise RuntimeError("no answer")

    __getattr__ = __eq__ = __repr__ = __len__ = fails
    __hash__ = None


def stops(*_):
    raise SystemExit("stopped by the learner's code")


GARBAGE = [
    *("text", "", -1, 3.5, float("nan"), float("inf"), 1j, b"bytes", True),
    *([], {}, {"a": 1}, [[1], [2, 3]], {1, 2}, object(), Hostile(), Hostile),
    *(np.zeros((2, 3)), np.array(["a", "b"]), np.array([1, "a"], dtype=object)),
    *(stops, len, lambda: 1 / 0, (n for n in range(3)), sys),
]


@pytest.mark.parametrize("name", CASES)
def test_right_and_unfinished_answers_are_told_from_mistakes_which_are_known_by_their_names(name):
    for answer in CASES[name].right:
        status, text = judge(name, answer)
        assert (status, text[:2], text[-1]) == ("right", "✓ ", "."), text
    for answer in CASES[name].gaps():
        status, text = judge(name, answer)
        assert status == "not yet" and text.startswith("… Not yet: "), text
    for mistake, (status, text) in mistakes_of(name).items():
        assert status == "wrong" and text.startswith("✗ ") and "\n" not in text, (mistake, text)
        assert "cannot be checked" not in text, (mistake, text)
        assert mistakes.name_of(name, text) == mistake
    assert len(CASES[name].wrong) >= 5


@pytest.mark.parametrize("name", CASES)
def test_no_answer_makes_a_check_raise(name):
    status, text = checks.verdict(name)
    assert status == "wrong" and f"checks.{name} takes " in text
    right = CASES[name].right[0]
    for place in range(len(right.values)):
        runs = place and callable(right.values[0])  # the learner's function, for each value
        for value in GARBAGE[::5] if runs else GARBAGE:
            values = [*right.values[:place], value, *right.values[place + 1 :]]
            status, text = checks.verdict(name, *values)
            assert status == "wrong" or isinstance(right.values[place], bool), (place, text)


def test_a_number_may_be_rounded_as_on_paper_and_a_percentage_is_named():
    assert checks.verdict("gradient_step", -2.4, 1.04, 0.19)[0] == "right"
    assert checks.verdict("photos_for_an_interval", 245)[0] == "wrong", "rounded down"
    assert checks.verdict("cat_flap", 47, 32, 62)[1] == (
        "✗ share_of_cats is a percentage: write a fraction, between 0 and 1."
    )


def test_every_check_has_cases_and_a_place_in_a_notebook():
    placed = [name for names in progress.exercises(CHECKS).values() for name in names]
    assert sorted(placed) == sorted(CHECKS) == sorted(CASES)


def test_every_mistake_gets_the_message_that_is_written_down():
    assert table_of_verdicts() == mistakes.LIST.read_text(encoding="utf-8"), (
        "python -m tests.test_checks rewrites it"
    )


def test_an_exercise_stands_in_the_file_of_the_notebook_that_uses_it():
    written = {name: check.__module__.rpartition(".")[2] for name, check in CHECKS.items()}
    data = {name: exercise.notebook for name, exercise in statements.load().items()}
    for notebook, names in progress.exercises(CHECKS).items():
        file = re.sub("^(?=0)", "e", notebook.replace("example-", "x-")).replace("-", "_")
        assert {data.get(name, notebook) for name in names} == {notebook}
        assert {written[name] for name in names} <= {file, "statements"}


def test_tab_completion_offers_every_check():
    assert set(dir(checks)) == {"progress", "verdict", *CHECKS}
    assert all(getattr(checks, name).__doc__.startswith("Check ") for name in CHECKS)


def test_a_misspelt_check_is_answered_with_the_nearest_name():
    with pytest.raises(AttributeError, match="Did you mean checks.read_folder?"):
        checks.readfolder(1, 2)
    with pytest.raises(AttributeError, match="Copy the name"):
        checks.zzz(1)
    assert not hasattr(checks, "__path__")


@pytest.mark.parametrize("content", ["[losses", "[losses]\nabout = 1", "losses = 1"])
def test_a_damaged_file_of_statements_is_named(content, tmp_path, monkeypatch):
    (tmp_path / "04-train.toml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(statements, "FOLDER", tmp_path)
    with pytest.raises(CourseError, match="04-train.toml"):
        statements.load()


def test_a_package_without_notebooks_still_has_the_checks_that_are_code(tmp_path, monkeypatch):
    monkeypatch.setattr(statements, "FOLDER", tmp_path / "nowhere")
    assert statements.load() == {}


if __name__ == "__main__":
    mistakes.LIST.write_text(table_of_verdicts(), encoding="utf-8", newline="\n")
