"""What a learner has passed is kept, and keeping it never gets in the way."""

import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers import checks, storage
from helpers.exercises import progress
from helpers.exercises.engine import CHECKS
from helpers.storage import ROOT
from tests.programs import python
from tools import editions
from tools import notebooks as tools

RIGHT = dict(x_train_shape=(9000, 32, 32, 3), y_val_shape=(1000, 10))


def test_only_passed_checks_are_kept_and_they_stay_in_the_tests_own_place(capsys):
    assert storage.FIT_OUTPUTS != ROOT / "fit_outputs"
    checks.shapes(x_train_shape=..., y_val_shape=...)
    checks.shapes(**RIGHT | {"y_val_shape": (10, 1000)})
    assert progress.passed() == set()
    assert checks.shapes(**RIGHT) is None
    checks.shapes(**RIGHT | {"y_val_shape": (10, 1000)})
    assert progress.passed() == {"shapes"}
    assert [line[0] for line in capsys.readouterr().out.splitlines()] == [*"…✗✓✗"]


def test_progress_lists_every_exercise_of_the_notebooks_and_what_comes_next(capsys):
    plan = progress.exercises(CHECKS)
    assert [*plan["01-introduction"]][:2] == ["training_log", "predicted_class"]
    for name in plan["01-introduction"]:
        progress.record(name)
    checks.progress()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(plan) + 4
    assert lines[0].endswith("complete")
    assert lines[-4].startswith(f"Together: {list(plan['01-introduction'].values()).count(False)} of ")


CALL = f"checks.shapes(**{RIGHT})"
CELLS = {  # what a cell may look like -> whether passing in it counts
    f"# @title Solution\n{CALL}": False,
    f"\n# @title Solution\nanswer = 1\n\n{CALL}": False,
    "# @title Solution\nown()": False,  # calls a function of the learner's
    f"# @title Solution\nexec({CALL!r})": False,
    CALL: True,
    f"# my solution\n{CALL}": True,
    f"# @title Start\n{CALL}": True,
    f"%time {CALL}": True,
    f"%%time\n{CALL}": True,
}
RUN = """
import json, sys
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
HistoryManager.enabled = False
from helpers.exercises import progress
shell = InteractiveShell.instance(user_module=sys.modules["__main__"])
shell.run_cell(f"from helpers import checks\\ndef own():\\n    {sys.argv[2]}")
counted = []
for cell in json.loads(sys.argv[1]):
    assert shell.run_cell(cell).success
    counted.append(progress.passed() != set())
    for path in (progress.storage.FIT_OUTPUTS / progress.FOLDER).glob("*"):
        path.unlink()
print("\\n" + json.dumps(counted))
"""


def test_only_the_learners_own_cells_count(tmp_path):
    result = python(RUN, json.dumps([*CELLS]), CALL, COURSE_FIT_OUTPUTS=tmp_path / "mine")
    assert json.loads(result.stdout.splitlines()[-1]) == [*CELLS.values()]


def test_what_stands_under_more_is_counted_apart(monkeypatch, tmp_path):
    headings = {"core": "## A", "extra": "## More: b", "part": "### Part of b", "last": "## C"}
    cells = []
    for name, heading in headings.items():
        cells += [new_markdown_cell(heading), new_code_cell(f"checks.{name}(...)")]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(new_notebook(cells=cells), tmp_path / "notebooks" / "a.ipynb")
    monkeypatch.setattr(storage, "ROOT", tmp_path)
    for name in ("core", "extra"):
        progress.record(name)
    assert re.sub(" +", " ", progress.report(headings)).splitlines()[:2] == [
        "a 1 of 2, and 1 of 2 under More next: last",
        "Together: 1 of 2, and 1 of 2 under More. Solutions do not count.",
    ]


def test_in_a_core_edition_only_its_own_exercises_count(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where a kernel starts: beside its notebook
    plan = progress.exercises(CHECKS)
    name = next(name for name, names in plan.items() if {*names.values()} == {True, False})
    notebook = tools.read(ROOT / "notebooks" / f"{name}.ipynb")
    tools.write(notebook, tmp_path / f"{name}.ipynb")
    assert progress.exercises(CHECKS) == plan
    tools.write(editions.core_edition(notebook), tmp_path / f"{name}.ipynb")
    assert progress.exercises(CHECKS) == plan | {
        name: {one: more for one, more in plan[name].items() if not more}
    }
    (tmp_path / f"{name}.ipynb").write_text("half a file", encoding="utf-8")
    assert progress.exercises(CHECKS) == plan


@pytest.mark.parametrize("place", ["a file", "a file/below"])
def test_a_place_that_cannot_be_written_to_does_not_stop_a_check(place, tmp_path, monkeypatch, capsys):
    (tmp_path / "a file").touch()
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path / place)
    checks.shapes(**RIGHT)
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
