"""What a learner has passed is kept, and keeping it never gets in the way."""

import re
import subprocess
import sys

import pytest

from helpers import checks, storage
from helpers.exercises import progress
from helpers.exercises.engine import CHECKS
from helpers.storage import ROOT

RIGHT = dict(outer="artificial intelligence", middle="machine learning", inner="deep learning")


def test_only_passed_checks_are_kept_and_they_stay(capsys):
    checks.ai_ml_dl(outer=..., middle=..., inner=...)
    checks.ai_ml_dl(**RIGHT | {"inner": "statistics"})
    assert progress.passed() == set()
    checks.ai_ml_dl(**RIGHT)
    checks.ai_ml_dl(**RIGHT | {"inner": "statistics"})
    assert progress.passed() == {"ai_ml_dl"}


def test_it_is_there_in_another_session(tmp_path):
    environment = {"COURSE_FIT_OUTPUTS": str(tmp_path / "mine"), "PATH": ""}
    for code in (f"checks.ai_ml_dl(**{RIGHT})", "checks.progress()"):
        command = [sys.executable, "-c", f"from helpers import checks; {code}"]
        result = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert re.search(r"01-introduction +1 of +\d+  next: classifier_or_predictor", result.stdout)


def test_progress_lists_every_exercise_of_the_notebooks_and_what_comes_next(capsys):
    plan = progress.exercises(CHECKS)
    assert plan["01-introduction"][:2] == ["ai_ml_dl", "classifier_or_predictor"]
    for name in plan["01-introduction"]:
        progress.record(name)
    checks.progress()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(plan) + 1
    assert lines[0].endswith("complete")
    assert lines[-1].startswith(f"Together: {len(plan['01-introduction'])} of ")


@pytest.mark.parametrize("place", ["a file", "a file/below"])
def test_a_place_that_cannot_be_written_to_does_not_stop_a_check(place, tmp_path, monkeypatch, capsys):
    (tmp_path / "a file").touch()
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path / place)
    checks.ai_ml_dl(**RIGHT)
    checks.progress()
    out = capsys.readouterr().out
    assert out.startswith("✓")
    assert "Together: 0 of" in out


def test_foreign_files_in_the_folder_are_no_progress():
    folder = storage.FIT_OUTPUTS / progress.FOLDER
    folder.mkdir(parents=True)
    (folder / "notes.txt").touch()
    (folder / "no_such_check.passed").touch()
    assert "Together: 0 of" in progress.report(CHECKS)


def test_tests_do_not_touch_the_learners_own_place():
    assert storage.FIT_OUTPUTS != ROOT / "fit_outputs"
