"""The other editions of the notebooks - learner's, core, code-along - and the minutes that sections take."""

import csv
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests import notebook_rules as rules
from tests.strict_outputs import differences
from tools import editions, minutes
from tools import notebooks as tools

NOTEBOOKS = tools.find()
by_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_learners_edition_differs_from_its_source_in_solutions_and_outputs_only():
    for path in NOTEBOOKS:
        source, edition = tools.read(path), editions.learners_edition(tools.read(path))
        kept = [cell for cell in source.cells if "solution" not in tools.tags(cell)]
        assert [(cell.cell_type, cell.source, cell.metadata) for cell in edition.cells] == [
            (cell.cell_type, cell.source, cell.metadata) for cell in kept
        ]
        assert not any(cell.outputs or cell.execution_count for cell in rules.code_cells(edition))
        nbformat.validate(edition)


@by_notebook
def test_the_core_keeps_the_rules_of_notebooks_and_never_speaks_of_more(path):
    core = editions.core_edition(tools.read(path))
    wanted = [rule for rule in rules.RULES if rule is not rules.tells_its_main_result]  # it may stand in More
    assert [fault for rule in wanted for fault in rule(core, path.name)] == []
    assert re.findall(r"\*More\*|called\s+\"?More|^#+ More: ", rules.markdown(core), re.MULTILINE) == []
    targets = re.findall(r"\]\((?!\w+:|#)([^)#]+)", rules.markdown(core))
    assert {*targets} <= {path.name for path in NOTEBOOKS}  # all of them are in build/core


def test_the_core_leaves_out_objectives_and_sentences_about_more():
    source = (
        '1. read a log,\n2. save,\n3. (under *More*) choose,\n4. pay (in the sections called "More").\n\n'
    )
    source += 'A minute. Sections called "More"\ncan be skipped. More data helps.'
    assert editions.silent_about_more(source) == "1. read a log,\n2. save.\n\nA minute. More data helps."


@pytest.mark.parametrize(
    ("source", "typed"),
    [
        ("x = np.ones(3)\ny = x + 1", True),
        ("x = np.ones(3)", False),  # a single line
        ("from helpers import data\nimages = data.load()\nimages.shape", False),  # nothing of a library
        ("x = np.ones(3)\nplt.plot(x)", False),  # how something is drawn
        ("x = x * 2\nnp.sum(x)", False),  # the second time, x would be another
        ("a[0] = 1\nnp.sum(a)", False),
        ("keras.utils.set_random_seed(1)\nmodel.fit(x)", False),  # trains on
        ("model = keras.Sequential()\nmodel.fit(x)", True),  # trains a new one
        ("\n".join(["np.ones(3)"] * 11), False),  # too long
    ],
)
def test_a_cell_is_typed_if_it_is_short_taught_and_harmless_to_run_twice(source, typed):
    assert bool(editions.is_typed(new_code_cell(source))) is typed
    assert not editions.is_typed(new_code_cell(source, metadata={"tags": ["exercise"]}))


def test_a_sketch_keeps_imports_comments_and_names_and_runs_as_it_stands():
    source = "import math\na, b = split(x)  # two halves\nprint(a)\nprint(b)\n\n\n"
    source += "def f(x):\n    y = math.sqrt(x)  # root\n    return y"
    lines = editions.scaffold(source).splitlines()[1:]
    assert lines == [
        *("import math", "a, b = ..., ...  # two halves", "# print(...)", "# print(...)"),
        *("def f(x):", "    y = ...  # root", "    return ..."),
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


@by_notebook
def test_each_sketch_parses_and_has_its_finished_cell_folded_below(path):
    core, edition = editions.core_edition(tools.read(path)), editions.codealong_edition(tools.read(path))
    sources = [cell.source for cell in core.cells]
    nbformat.validate(edition)
    for sketch, finished in zip(edition.cells, edition.cells[1:], strict=False):
        if "finished" in tools.tags(finished):
            compile(sketch.source, "sketch", "exec")
            assert finished.source.removeprefix(editions.FINISHED) in sources
            assert finished.metadata.jupyter.source_hidden
    left = [cell.source for cell in edition.cells if cell.source in sources]
    assert len(left) + sum("finished" in tools.tags(cell) for cell in edition.cells) == len(sources)


@pytest.mark.slow
def test_a_code_along_edition_runs_and_its_finished_cells_give_what_the_core_stores():
    (path,) = tools.find(["03-"])
    core = {cell.source: cell for cell in editions.core_edition(tools.read(path)).cells}
    for cell in tools.run(editions.codealong_edition(tools.read(path))).cells:
        stored = core.get(cell.source.removeprefix(editions.FINISHED))
        if stored and cell.cell_type == "code" and "solution" not in tools.tags(cell):
            assert differences(stored.outputs, cell.outputs, stored.metadata) == [], cell.source


@pytest.fixture
def small():
    """A notebook with a review, an exercise, and a section called More."""
    code, text = new_code_cell, new_markdown_cell
    cells = [text("# Title\n\nOne two."), code('quiz.show("02-review")'), text("## A\n\n" + "word " * 150)]
    cells += [text("More `words`.\n\n### Exercise: do it\n\n<details>not counted</details> [seen](not-seen)")]
    cells += [code("# @title Solution\ndef f(): pass", metadata={"tags": ["solution"]})]
    cells += [text("## B"), text("### More: Small"), text("### Exercise: of B"), text("## More: Big")]
    return new_notebook(cells=[*cells, text("## Challenge: Cat\n\nword")])


def test_sections_count_words_exercises_and_questions(small):
    found, place = minutes.sections(small)
    assert [(s.title, s.more, s.words, s.questions, s.exercises) for s in found] == [
        ("Title", False, 3, 3, []),
        ("A", False, 157, 0, [("do it", "write code")]),
        ("B", False, 2, 0, [("of B", "choose")]),
        ("More: Small", True, 2, 0, []),
        ("More: Big", True, 2, 0, []),
        ("Challenge: Cat", False, 3, 0, []),
    ]
    assert [section.title for section in place[:5]] == ["Title", "Title", "A", "A", "A"]
    assert found[1].minutes(seconds=60) == pytest.approx(157 / 150 + 8 + 1)
    assert found[-1].minutes(seconds=60) == 0


@pytest.mark.parametrize(
    ("title", "solution", "kind"),
    [
        ("find the fault", "x = 1", "find the mistake"),
        ("the first block", "x = layers.Flatten()(y)\nchecks.f(x)", "write code"),
        ("steps", "steps = 8000 / 64\nchecks.f(steps)", "compute"),
        ("shapes", "shape = (1, 2)\nchecks.f(shape)", "compute"),
        ("order", 'order = "abc"\nchecks.f(order)', "choose"),
        ("which", "answers = {'a': True, 'b': False}\nchecks.f(answers)", "choose"),
    ],
)
def test_the_kind_of_an_exercise_is_read_from_its_title_and_solution(title, solution, kind):
    assert minutes.kind(title, solution) == kind


def test_a_class_fills_in_the_form_and_its_minutes_stand_beside_the_plan(tmp_path, monkeypatch):
    monkeypatch.setattr(tools, "BUILD", tmp_path)
    assert "No class has been measured yet" in minutes.table(tmp_path)
    for name, took in (("one.csv", 20), ("two.csv", 30)):
        rows = list(csv.DictReader(minutes.form().open(encoding="utf-8")))
        rows[1]["minutes"] = took
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    minutes.form().unlink()
    (line,) = [line for line in minutes.table(tmp_path).splitlines() if line.endswith("| 25 (2) |")]
    assert line.startswith(f"| {rows[1]['section']} |")
