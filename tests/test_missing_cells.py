"""After a restart, run from any heading: the right result, or one sentence on what to run first."""

import json
import re
import sys
from types import SimpleNamespace

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from helpers import missing_cells
from helpers.storage import ROOT
from tests.programs import python
from tests.strict_outputs import text_difference
from tools import notebooks as tools

NOTEBOOKS = tools.find()
STORED = {path.stem: tools.read(path) for path in NOTEBOOKS}
SENTENCE = re.compile(
    r"✗ The name (\w+) is made (?:in the section “(.+)”|(at the top of this notebook)), and that has not run "
    r"since the kernel was started: run all cells above this one \(menu Run > Run All Above Selected Cell\), "
    r"then this one again\."
)
# In a shell without a name that a fresh kernel would not have, run cells until one fails.
RUN_FROM = """
import contextlib, functools, io, json, sys
import matplotlib
matplotlib.use("agg")
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
HistoryManager.enabled = False
shell = InteractiveShell.instance()
shell.ast_node_interactivity = "none"  # what is printed counts, not what is shown
from helpers import missing_cells
missing_cells._read_cells = functools.cache(missing_cells._read_cells)
shell._showtraceback = lambda kind, error, lines: said.append("\\n".join(lines))
results = []
for cells in json.load(sys.stdin):
    shell.user_ns.clear()
    shell.init_user_ns()
    said, printed = [], []
    for source in cells:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            fine = shell.run_cell(source, store_history=False).success
        if not fine:
            break
        printed.append(out.getvalue())
    results.append([printed, said])
print(json.dumps(results), file=sys.__stdout__)
"""


def headings(notebook):
    """Give (heading, position of its first code cell among all code cells), for ## and ### alike."""
    number = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            number += 1
        else:
            yield from ((text, number) for text in re.findall(r"^##+ (.*)$", cell.source, re.MULTILINE))


@pytest.fixture(scope="module")
def attempts():
    """Restart at every heading of every notebook; run from there until something fails."""
    starts = []
    for path in NOTEBOOKS:
        cells = missing_cells._read_cells(path)
        starts += [(path.stem, text, cells, first) for text, first in headings(STORED[path.stem])]
    runs = json.dumps([[cell.source for cell in cells[first:]] for _, _, cells, first in starts])
    results = json.loads(python(RUN_FROM, text=runs).stdout.splitlines()[-1])
    return [(*start, *result) for start, result in zip(starts, results, strict=True)]


@pytest.mark.thorough
def test_from_any_heading_comes_a_result_or_one_sentence_that_names_where_the_name_is_made(attempts):
    assert len(attempts) >= 197
    for name, heading, cells, first, printed, said in attempts:
        assert len(said) == (first + len(printed) < len(cells)), (name, heading, said)
        for sentence in said:
            match = SENTENCE.fullmatch(sentence)
            assert match, (name, heading, sentence)
            missing, section, _ = match.groups()
            above = cells[: first + len(printed)]
            makers = {cell.section for cell in above if missing in missing_cells._names_made(cell.source)}
            assert section in makers, (name, heading, missing)


@pytest.mark.thorough
def test_what_is_printed_before_the_sentence_is_what_is_stored(attempts):
    """A result that needs nothing from above is the right one."""
    compared = 0
    for name, heading, _, first, printed, _ in attempts:
        stored = [cell for cell in STORED[name].cells if cell.cell_type == "code"][first:]
        for cell, text in zip(stored, printed, strict=False):
            if streams := tools.printed(cell.outputs):
                assert text_difference(streams, text, cell.metadata) is None, (name, heading)
                compared += 1
    assert compared


def test_a_kernel_that_has_run_nothing_explains_it_too():
    """As after Restart: no cell has imported anything, and nobody said which notebook it is."""
    cells = missing_cells._read_cells(NOTEBOOKS[1])
    notebook = new_notebook(cells=[new_code_cell(cells[10].source)])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    (output,) = notebook.cells[0].outputs
    assert SENTENCE.fullmatch("\n".join(output["traceback"]))
    assert output["ename"] == "NameError"


def explained(source, name="augment"):
    return missing_cells._explanation(NameError("not defined", name=name), source)


def test_a_cell_that_a_learner_has_changed_is_known_again_and_other_names_are_shown_as_ever(monkeypatch):
    cells = missing_cells._read_cells(NOTEBOOKS[1])
    source = next(c.source for c in cells if "checks.read_folder(read_folder, in_both)" in c.source)
    assert "..." in source
    changed = source.replace("...", "0.5 * 120  # mine") + "\nprint(in_both)"
    assert explained(changed) == explained(source)
    assert "in the section “3 Prepare data”" in explained(source)
    assert explained(source, name="agument") is None
    assert explained("import this\nmine = yours + something", name="something") is None
    monkeypatch.setitem(sys.modules, "google.colab", sys)  # which has another menu
    assert "Runtime > Run before" in explained(source)


def test_jupyter_says_which_notebook_is_open(monkeypatch):
    source = missing_cells._read_cells(NOTEBOOKS[0])[0].source  # the same in all notebooks
    monkeypatch.setenv("JPY_SESSION_NAME", f"notebooks/{NOTEBOOKS[2].name}")
    assert missing_cells._find_cell(source)[0] == missing_cells._read_cells(NOTEBOOKS[2])
    monkeypatch.setenv("JPY_SESSION_NAME", "notes/Untitled.ipynb")
    assert missing_cells._find_cell(source)[0] == missing_cells._read_cells(NOTEBOOKS[0])


def test_names_that_a_cell_makes_and_half_a_cell_does_not():
    for made in ("%matplotlib inline\n!ls\nx = 1", "import x", "def x(): ...", "for x in 'ab': pass"):
        assert missing_cells._names_made(made) == {"x"}
    assert missing_cells._names_made("x = (") == set()


def test_kernels_are_set_up_in_an_environment_of_their_own_only(tmp_path, monkeypatch):
    config = tmp_path / "etc" / "ipython" / "ipython_kernel_config.py"
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert not missing_cells._set_up_kernels()
    assert not config.exists()
    (tmp_path / "conda-meta").mkdir()
    assert missing_cells._set_up_kernels()
    assert "helpers.missing_cells" in config.read_text(encoding="utf-8")


def test_on_colab_a_restarted_kernel_finds_the_course_again(tmp_path, monkeypatch):
    shell = SimpleNamespace(profile_dir=SimpleNamespace(startup_dir=str(tmp_path)))
    monkeypatch.setattr(missing_cells, "_shell", lambda: shell)
    missing_cells.remember()
    code = (
        "import sys; sys.meta_path = [f for f in sys.meta_path if 'editable' not in repr(f)]\n"
        f"exec(open({str(tmp_path / 'course.py')!r}).read()); print(_helpers.__file__)"
    )
    assert python(code, cwd=tmp_path).stdout.strip() == str(ROOT / "helpers" / "__init__.py")


def test_in_any_order_no_notebook_reads_what_another_one_wrote_unless_it_says_so():
    """Fits may be a learner's own of an earlier notebook: `load_fit` says which it took. Files may not."""
    written = {}
    for name, notebook in STORED.items():
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            for file in re.findall(r'FIT_OUTPUTS / "([^"]+)"', cell.source):
                assert written.setdefault(file, name) == name, file
            if re.search(r"\bload_fit\((?!.*shipped=True)", cell.source):
                assert "Loaded the course's fit" in tools.printed(cell.outputs), (name, cell.source)
    assert len(written) >= 5
