"""Every notebook follows every rule, and the rules catch what they are there for."""

import base64
import io
import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from tests import notebook_rules as rules
from tools import editions
from tools import notebooks as tools

NOTEBOOKS = tools.find()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_follows_the_rule(path, rule):
    assert list(rule(tools.read(path), path.name)) == []


def test_links_between_notebooks_and_files_lead_somewhere():
    for path in NOTEBOOKS:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", rules.markdown(tools.read(path))):
            assert (path.parent / link).exists(), f"{path.name} links to {link}"


PNG = io.BytesIO()
Image.new("RGB", (8, 8)).save(PNG, "png")


def image(alt):
    data = {"image/png": base64.b64encode(PNG.getvalue()).decode()}
    return new_output("display_data", data, metadata={"image/png": {"alt": alt}})


def html(text, mime="text/html"):
    return new_output("display_data", {mime: text})


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def code(source, *outputs, **metadata):
    return new_code_cell(source, outputs=[*outputs], metadata=metadata)


@pytest.fixture
def good():
    """A small notebook that follows all rules; each test below breaks one."""
    opening = "**Questions**\n\n**Objectives**\n\n1. do one thing\n\n**Time**\n\n**You need**"
    hint = "<details><summary>Hint</summary>\n\nLook.\n\n</details>"
    cells = [
        new_markdown_cell("# Title\n\n" + opening),
        code("", tags=["start"]),
        new_markdown_cell("## 6 Train"),
        code("from course import checks, plot\nplot()", image("A black square of eight by eight pixels.")),
        new_markdown_cell("### Exercise: one\n\nDo it."),
        code("x = ...\nchecks.one(x)", printed("… Not yet: fill in x.\n"), tags=["exercise"], objective=1),
        new_markdown_cell(hint),
        code("x = 1\nchecks.one(x)", printed("✓ One.\n"), tags=["solution"]),
        new_markdown_cell("## More: one can skip this"),
        code("from course import plot\nprint(1)", printed("1"), tags=["main-result"]),
        new_markdown_cell("## Key points\n\n**Where next**"),
    ]
    notebook = new_notebook(cells=cells)
    for count, cell in enumerate(rules.code_cells(notebook), start=1):
        cell.execution_count = count
    return tools.normalize(notebook, "01-good.ipynb")


def broken(rule, notebook, name="01-good.ipynb"):
    return list(getattr(rules, rule)(notebook, name))


def test_a_good_notebook_breaks_no_rule(good):
    assert [fault for rule in rules.RULES for fault in rule(good, "01-good.ipynb")] == []


def cell(number, **changes):
    return lambda notebook: notebook.cells[number].update(changes)


def tagged(number, *tags):
    return lambda notebook: notebook.cells[number].metadata.update(tags=[*tags])


def shows(output):
    return lambda notebook: notebook.cells[4].outputs.append(output)


def exercise(scaffold="x = ...", solution="x = 1", later=""):
    """Write another exercise, and a cell after it."""

    def change(notebook):
        notebook.cells[6].source, notebook.cells[8].source = scaffold, solution
        notebook.cells.append(new_code_cell(later))

    return change


def skipped(more, later, *tags):
    """Write what a More section does, and a cell after it."""

    def change(notebook):
        notebook.cells[10].source = more
        notebook.cells.append(new_code_cell(later, metadata={"tags": [*tags]}))

    return change


def folded():
    return {tools.FOLDED_SECTION: True}


ERROR = new_output("error", ename="E", evalue="", traceback=[])
FAULTS = [
    ("is_valid", cell(4, execution_count="one"), "not a valid"),
    ("is_valid", lambda nb: nb.metadata.kernelspec.update(name="other"), "python3"),
    ("is_valid", cell(3, source="x" * 3_000_001), "larger"),
    ("begins_with_title_and_common_cell", lambda nb: nb.cells.pop(0), "title"),
    ("begins_with_title_and_common_cell", cell(2, source="import os"), "common"),
    ("begins_with_title_and_common_cell", lambda nb: nb.cells.insert(3, nb.cells[2]), "more than one"),
    ("begins_with_title_and_common_cell", cell(0, source="# Well"), "'Episode 1: Good' would"),
    ("begins_with_title_and_common_cell", cell(1, source="Welcome"), "newcomers"),
    ("begins_with_title_and_common_cell", lambda nb: nb.cells.pop(1), "newcomers"),
    ("headings_are_in_order", cell(3, source="# Second"), "2 headings"),
    ("headings_are_in_order", cell(3, source="#### Deep"), "left out"),
    ("headings_are_in_order", cell(3, source="## 6 Training"), "ten steps"),
    ("episodes_open_and_close", cell(0, source="# Title\n\n**Time**"), "Questions"),
    ("episodes_open_and_close", lambda nb: nb.cells.pop(), "Key points"),
    ("cells_are_short", cell(4, source="x = 1\n" * 15), "16 lines"),
    ("cells_are_short", cell(6, source="x = 1\n" * 25), "26 lines"),
    ("cells_are_short", cell(4, source=" \n"), "empty"),
    ("prose_stands_between_code", lambda nb: [nb.cells.pop(5), nb.cells.pop(6)], "3 code cells"),
    ("everything_is_executed_in_order", cell(4, execution_count=None), "in order"),
    ("everything_is_executed_in_order", cell(4, execution_count=9), "in order"),
    ("everything_is_executed_in_order", shows(ERROR), "error"),
    ("everything_is_executed_in_order", shows(printed("careful", "stderr")), "stderr"),
    ("outputs_run_no_scripts", shows(html("<script>")), "script"),
    ("outputs_run_no_scripts", shows(html("<p onclick=a()>")), "script"),
    ("outputs_run_no_scripts", shows(html("a()", "application/javascript")), "type application/javascript"),
    ("outputs_run_no_scripts", lambda nb: nb.metadata.update(widgets={}), "widgets"),
    ("images_have_alt_text", lambda nb: nb.cells[4].outputs[0].update(metadata={}), "alt text"),
    ("images_have_alt_text", shows(image("Figure")), "alt text"),
    ("images_have_alt_text", cell(3, source="![](a.png)"), "prose"),
    ("images_have_alt_text", cell(3, source='<img src="a.png">'), "img"),
    ("images_have_alt_text", shows(image("Loss falls, accuracy rises always")), "sentence"),
    ("images_have_alt_text", shows(image("An image of a square, eight by eight.")), "everybody hears"),
    ("images_have_alt_text", shows(image("The my_val_loss falls -> it learns.")), "aloud"),
    ("tables_have_headers", cell(3, source="| a | |\n|---|---|\n| 1 | 2 |"), "header"),
    ("tables_have_headers", cell(3, source="| a |\n|---|\n| 1 |\n\n| 2 |"), "shown as text"),
    ("tables_have_headers", shows(html("<table><tr><td>1</td></tr></table>")), "without headers"),
    ("lists_are_meant", cell(3, source="A layer has (10 +\n1) x 3 = 33 weights."), "for an item"),
    ("lists_are_meant", cell(3, source="The rate falls from\n- say - 0.1 to 0."), "for an item"),
    ("lists_are_meant", cell(3, source="- its mean is\n  1. So the next layer"), "for an item"),
    ("color_is_never_the_only_sign", cell(3, source="See the red line."), "colour"),
    ("nothing_is_left_out_of_the_tests", cell(4, source="# NBVAL_SKIP"), "kept"),
    ("nothing_is_left_out_of_the_tests", tagged(4, "nbval-ignore-output"), "kept"),
    ("exercises_are_complete", cell(5, source="Do it."), "heading"),
    ("exercises_are_complete", cell(6, source="checks.one(1)"), "nothing to fill"),
    ("exercises_are_complete", cell(7, source="Look."), "hint"),
    ("exercises_are_complete", tagged(8), "no solution"),
    ("exercises_are_complete", cell(8, source="checks.two(1)"), "same check"),
    ("exercises_are_complete", cell(6, outputs=[]), "Not yet"),
    ("exercises_are_complete", tagged(6), "0 exercises"),
    ("every_objective_is_checked", lambda nb: nb.cells[6].metadata.pop("objective"), "no exercise"),
    ("every_objective_is_checked", lambda nb: nb.cells[6].metadata.update(objective=2), "not in the opening"),
    ("every_objective_is_checked", cell(0, source="# Title"), "not numbered"),
    ("tells_its_main_result", cell(10, outputs=[]), "main-result"),
    ("solutions_are_folded", lambda nb: nb.cells[8].metadata.pop("jupyter"), "folded"),
    ("solutions_are_folded", lambda nb: nb.cells[8].metadata.pop("cellView"), "folded"),
    ("solutions_are_folded", cell(8, source="checks.one(1)"), "folded"),
    ("solutions_are_folded", cell(8, outputs=[printed("✓ One.")]), "stores its output"),
    ("solutions_are_folded", cell(8, execution_count=4), "stores its output"),
    ("more_sections_are_folded", lambda nb: nb.cells[9].metadata.clear(), "run the stamp command"),
    ("more_sections_are_folded", lambda nb: nb.cells[3].metadata.update(folded()), "run the stamp command"),
    ("more_sections_are_folded", cell(3, source="## 6 Train\n\n### More: inside"), "begins a cell"),
    ("more_sections_are_folded", cell(9, source="## More: a\n\n## 7 Predict"), "begins a cell"),
    ("more_sections_are_folded", cell(9, source="## More: a\n\n" + "word " * 40), "stays open"),
    ("core_needs_no_more", skipped("y = 1", "print(y)"), "'y' in the cell"),
    ("core_needs_no_more", skipped("y = 1", "y = y + 1"), "'y' in the cell"),
    ("core_needs_no_more", skipped("y = 1", "def f():\n    return y"), "'y' in the cell"),
    ("core_needs_no_more", skipped("import y", "y.f()"), "'y' in the cell"),
    ("core_needs_no_more", skipped("plot = 1", "plot()"), "'plot' in the cell"),
    ("core_needs_no_more", skipped("x[0] = 1", "print(x)"), "'x' in the cell"),
    ("core_needs_no_more", skipped("y = 1", "print(y)", "solution"), "'y' in the cell"),
    ("runs_without_its_solutions", exercise(solution="y = 1", later="print(y)"), "no cell that learners"),
    ("runs_without_its_solutions", exercise(solution="y = 1", later="y += 1"), "no cell that learners"),
    ("runs_without_its_solutions", exercise(solution="y = 1", later="y = [y]"), "no cell that learners"),
    ("runs_without_its_solutions", exercise(solution="y = 1", later="f = lambda: y"), "from no cell that"),
    ("runs_without_its_solutions", exercise(later="print(x)"), "still ..."),
    ("runs_without_its_solutions", exercise("x = {'a': ...}", later="print(x['a'])"), "still ..."),
    ("runs_without_its_solutions", exercise("x = ...\ny = f(x) + 1", later="print(y)"), "still ..."),
    ("runs_without_its_solutions", exercise("x = {}\nx['a'] = ...", later="print(x)"), "still ..."),
    ("runs_without_its_solutions", exercise("def x():\n    return ...", later="x()"), "still ..."),
    ("outputs_are_clean", shows(printed("/home/ann/course/a.png")), "a path of one machine"),
    ("outputs_are_clean", shows(printed("C:\\Users\\ann")), "a path of one machine"),
    ("outputs_are_clean", shows(printed("I0000 00:00:17 port.cc")), "log noise"),
    ("outputs_are_clean", shows(printed("oneDNN custom operations are on")), "log noise"),
    ("outputs_are_clean", shows(printed("UserWarning: old")), "log noise"),
    ("outputs_are_clean", shows(printed("\x1b[1mbold")), "control characters"),
    ("outputs_are_clean", shows(printed("10%\r20%")), "control characters"),
]


HARMLESS = [
    ("runs_without_its_solutions", exercise(later="x = 2\nprint(x)")),
    ("runs_without_its_solutions", exercise("x = ...\ny = 1", later="print(y)")),
    ("runs_without_its_solutions", exercise("y = plot[..., 0]\nx = ...", later="print(y)")),
    ("runs_without_its_solutions", exercise(solution="y = 1", later="y = 2\nprint([y for y in (y, y)])")),
    ("core_needs_no_more", skipped("y = 1", "y = 2\nprint(y)")),
    ("core_needs_no_more", skipped("from course import plot", "plot()")),
    ("core_needs_no_more", skipped("y = 1", "y = 2\nprint(y)", "solution")),
    ("core_needs_no_more", skipped("print(x)", "print(x)")),
]


@pytest.mark.parametrize(("rule", "changes"), HARMLESS)
def test_what_learners_can_run_without_solutions_or_more_breaks_no_rule(good, rule, changes):
    changes(good)
    assert broken(rule, good) == []


@pytest.mark.parametrize(("rule", "fault", "message"), FAULTS)
def test_rule_catches_the_fault(good, rule, fault, message):
    fault(good)
    assert any(message in sentence for sentence in broken(rule, good))


def test_every_rule_is_seen_to_fail():
    assert {rule for rule, *_ in FAULTS} == {rule.__name__ for rule in rules.RULES}


def test_examples_need_no_opening(good):
    good.cells[0].source = "# Title"
    assert broken("episodes_open_and_close", good, "example-iris.ipynb") == []


def test_what_was_printed_without_a_break_is_stored_as_one(good):
    outputs = [printed("1\n"), printed("2\n"), html("an image"), printed("3\n"), printed("4\n", "stderr")]
    good.cells.append(new_code_cell("...", outputs=outputs))
    stored = tools.normalize(good, "01-good.ipynb").cells[-1].outputs
    assert [output.get("text", "an image") for output in stored] == ["1\n2\n", "an image", "3\n", "4\n"]


# The outputs of a learner's edition are compared with nothing, so its networks need not learn anything.
SHORT_TRAININGS = """
import keras
full_fit = keras.Model.fit
def short_fit(model, x, y=None, **options):
    if isinstance(options.get("validation_data"), tuple):
        options["validation_data"] = tuple(part[:64] for part in options["validation_data"])
    if y is not None:
        return full_fit(model, x[:64], y[:64], **options)
    if hasattr(x, "cardinality") and x.cardinality() >= 0:
        return full_fit(model, x.take(1), **options)
    return full_fit(model, x, **options | {"steps_per_epoch": 1})
keras.Model.fit = short_fit
"""


@pytest.mark.learner
@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_learners_edition_runs_and_every_check_says_not_yet(path):
    edition = editions.learners_edition(tools.read(path))
    start = next(n for n, cell in enumerate(edition.cells) if "start" in tools.tags(cell))
    edition.cells.insert(start + 1, new_code_cell(SHORT_TRAININGS))
    exercises = [cell for cell in tools.run(edition).cells if "exercise" in tools.tags(cell)]
    verdicts = [tools.printed(cell.outputs) for cell in exercises]
    assert verdicts
    assert all(verdict.startswith("… Not yet") for verdict in verdicts), verdicts


@pytest.mark.thorough
def test_course_saves_nothing_for_the_learner_ends_with_a_table_and_tells_what_failed(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(tools, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(tools, "BUILD", tmp_path / "build")
    source = "from pathlib import Path\nfrom helpers import storage\n"
    source += "print('saves where it runs:', storage.FIT_OUTPUTS == Path.cwd().resolve())"
    tools.write(new_notebook(cells=[code(source, tags=["main-result"])]), tmp_path / "01-good.ipynb")
    assert tools.course([])
    assert re.search(r"✓ 01-good +\d+  saves where it runs: True", capsys.readouterr().out)
    tools.write(new_notebook(cells=[new_code_cell("1 / 0")]), tmp_path / "02-bad.ipynb")
    assert not tools.course(["02"])
    assert re.search(r"✗ 02-bad +\d+  ZeroDivisionError: division by zero", capsys.readouterr().out)


def test_unknown_notebook_is_named_in_a_command_that_fails(monkeypatch):
    monkeypatch.setattr("sys.argv", ["notebooks.py", "course", "07-nothing"])
    with pytest.raises(SystemExit, match="07-nothing"):
        tools.main()


def test_badge_stands_below_the_title_once_the_address_is_set(good, monkeypatch):
    monkeypatch.setattr(tools, "address_and_version", lambda: ("", "1.2.3"))
    tools.normalize(good, "01-good.ipynb")
    assert tools.BADGE not in good.cells[0].source
    monkeypatch.setattr(tools, "address_and_version", lambda: ("https://github.com/a/b", "1.2.3"))
    for _ in range(2):
        tools.normalize(good, "01-good.ipynb")
        assert good.cells[0].source.count(tools.BADGE) == 1
        assert "github/a/b/blob/main/notebooks/01-good.ipynb" in good.cells[0].source
    assert 'start(site="https://a.github.io/b", version="1.2.3")' in good.cells[2].source


@pytest.mark.parametrize(
    ("side", "allowed", "mode"), [(400, 0.02, "P"), (400, 0.01, "RGB"), (40, 0.02, "RGB")]
)
def test_large_photos_are_stored_in_256_colors_where_the_cell_allows_it(side, allowed, mode):
    content, noise = io.BytesIO(), [Image.effect_noise((side, side), 90) for _ in "RGB"]
    Image.merge("RGB", noise).save(content, "png")
    png = base64.b64encode(content.getvalue()).decode()
    stored = tools.smaller(png, allowed)
    assert Image.open(io.BytesIO(base64.b64decode(stored))).mode == mode
    assert tools.smaller(stored, allowed) == stored
