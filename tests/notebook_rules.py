"""The rules that every notebook of the course follows, one function each.

A rule takes a notebook (and its file name, if it needs it) and yields a sentence for each place where the
notebook breaks it. `RULES` lists them. What a cell's tags mean:

- `start`: the first code cell, the same everywhere; `tools/notebooks.py stamp` writes it.
- `exercise`: a scaffold that runs as it stands and ends with its check; the metadata `objective` holds the
  number of the learning objective that it belongs to.
- `solution`: the scaffold filled in, folded wherever it is shown, left out of the learner's edition. It
  stores no output; when the notebooks are tested, its check has to say ✓.
- `newcomer`: the lines for a newcomer, the same everywhere, from `tools/newcomer.md`.
- `main-result`: what it prints stands in the table of `make course`.

Tolerances in a cell's metadata are explained in `strict_outputs`.
"""

import ast
import builtins
import inspect
import itertools
import re

import nbformat

from helpers.exercises.progress import in_more, opens_more
from helpers.explorers import live
from tests.source_code import without_magics
from tools import notebooks as tools

STEPS = (
    "1 Formulate the problem",
    "2 Identify inputs and outputs",
    "3 Prepare data",
    "4 Choose a pre-trained model or build one",
    "5 Choose a loss function and optimizer, and compile",
    "6 Train",
    "7 Predict",
    "8 Measure performance",
    "9 Tune hyperparameters",
    "10 Share",
)
MOST_LINES, MOST_LINES_OF_A_MODEL, MOST_BYTES = 15, 25, 3_000_000
MOST_WORDS_ABOUT_MORE = 40  # one sentence on what there is to find
FORBIDDEN_IN_OUTPUTS = {
    "a path of one machine": r"/(?:home|root|tmp|work|Users|private|content)/|[A-Z]:\\",
    "log noise": r"\b[IWE]\d{4} |oneDNN|WARNING|Warning:|absl::",
    "a terminal's control characters": r"\x1b|\r(?!\n)|\x08",
}
SHOWN = {"image/png", "text/html", "text/plain", "text/markdown", "text/latex", live.STORED}
SCRIPT = re.compile(r"<(script|iframe|object|embed|link|meta)\b|\son\w+\s*=|javascript:", re.IGNORECASE)
OF_IPYTHON = {"display", "get_ipython"}
FORBIDDEN_IN_CELLS = re.compile(r"nbval[-_]|raises[-_]exception|PYTEST_VALIDATE", re.IGNORECASE)


def code_cells(notebook):
    """Code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook):
    """All prose of a notebook as one text."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def headings(notebook):
    """Headings as (level, text), in order."""
    prose = re.sub(r"```.*?```", "", markdown(notebook), flags=re.DOTALL)
    return [(len(marks), text) for marks, text in re.findall(r"^(#+) (.*)$", prose, re.MULTILINE)]


def start_of(cell):
    """Name a cell by how it begins."""
    return repr(cell.source[:40])


def outputs(notebook):
    """Every output: how its cell begins, and itself."""
    return [(start_of(cell), output) for cell in code_cells(notebook) for output in cell.outputs]


def texts_of(output):
    """What a reader of an output sees as text; where there is HTML, nobody sees its plain twin."""
    data = output.get("data", {})
    return output.get("text", ""), data.get("text/html") or data.get("text/plain", "")


def is_valid(notebook, name):
    """Valid nbformat 4.5 with the common metadata."""
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"not a valid notebook: {error.message}"
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not called python3"
    if len(nbformat.writes(notebook)) > MOST_BYTES:
        yield f"larger than {MOST_BYTES:,} bytes"


def begins_with_title_and_common_cell(notebook, name):
    """Title first, then the lines for newcomers; the start cell is the first code cell."""
    if not notebook.cells[0].source.startswith("# ") or notebook.cells[0].cell_type != "markdown":
        yield "the first cell is not the title"
    elif notebook.cells[0].source.splitlines()[0] != f"# {tools.title(name)}":
        yield f"the title does not fit the file name; {tools.title(name)!r} would: run the stamp command"
    greeting = [(cell.source, tools.tags(cell)) for cell in notebook.cells[1:2]]
    if greeting != [(tools.newcomers_text(), ["newcomer"])]:
        yield "the second cell is not the one for newcomers: run the stamp command"
    first = code_cells(notebook)[0]
    if "start" not in tools.tags(first) or first.source != tools.start_cell():
        yield "the first code cell is not the common one: run `make notebooks` or the stamp command"
    if sum("start" in tools.tags(cell) for cell in code_cells(notebook)) != 1:
        yield "there is more than one start cell"


def headings_are_in_order(notebook, name):
    """One title, no level left out, the ten steps spelt as everywhere."""
    levels = [level for level, _ in headings(notebook)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of level 1 instead of one"
    for (level, text), (next_level, next_text) in itertools.pairwise(headings(notebook)):
        if next_level > level + 1:
            yield f"a level is left out between {text!r} and {next_text!r}"
    for level, text in headings(notebook):
        if level > 1 and re.match(r"\d", text) and text not in STEPS:
            yield f"{text!r} is not one of the ten steps"


def episodes_open_and_close(notebook, name):
    """Episodes say what they answer, teach, take and need, and end with key points and a way on."""
    if not re.match(r"0\d-", name):
        return
    prose = markdown(notebook)
    for part in ("**Questions**", "**Objectives**", "**Time**", "**You need**"):
        if part not in prose:
            yield f"{part} is missing from the opening"
    last = prose.rsplit("## ", 1)[-1]
    if not last.startswith("Key points") or "**Where next**" not in last:
        yield "it does not end with '## Key points' and '**Where next**'"


def cells_are_short(notebook, name):
    """One idea a cell: 15 lines, 25 for exercises, solutions and whole models; none empty."""
    for cell in notebook.cells:
        lines = cell.source.count("\n") + 1
        roomy = {"exercise", "solution"} & {*tools.tags(cell)}
        if not cell.source.strip():
            yield "an empty cell"
        elif cell.cell_type != "code" or "start" in tools.tags(cell):  # nobody has to read that one
            continue
        elif lines > (MOST_LINES_OF_A_MODEL if roomy else MOST_LINES):
            yield f"a cell of {lines} lines, which begins {start_of(cell)}"


def prose_stands_between_code(notebook, name):
    """Never more than two code cells in a row."""
    kinds = "".join(cell.cell_type[0] for cell in notebook.cells)
    for found in re.finditer("ccc+", kinds):
        yield f"{len(found[0])} code cells in a row, from {start_of(notebook.cells[found.start()])} on"


def everything_is_executed_in_order(notebook, name):
    """Every code cell has run, from first to last, without an error and without a word on stderr.

    A solution has its turn, but does not store it.
    """
    counts = enumerate(code_cells(notebook), start=1)
    if any(count != cell.execution_count for count, cell in counts if "solution" not in tools.tags(cell)):
        yield "the cells were not run in order from a fresh kernel: run `make notebooks`"
    for where, output in outputs(notebook):
        if output.output_type == "error":
            yield f"an error is stored below {where}"
        if output.get("name") == "stderr":
            yield f"a message on stderr is stored below {where}"


def outputs_are_clean(notebook, name):
    """No paths of a machine, no log noise, no control characters."""
    for where, output in outputs(notebook):
        for what, pattern in FORBIDDEN_IN_OUTPUTS.items():
            if any(re.search(pattern, text) for text in texts_of(output)):
                yield f"{what} in the output of {where}"


def images_have_alt_text(notebook, name):
    """Every image says what it shows in whole sentences, without signs that a voice stumbles over."""
    for where, output in outputs(notebook):
        for mime in (mime for mime in output.get("data", {}) if mime.startswith("image/")):
            alt, of = output.metadata.get(mime, {}).get("alt", ""), f"the alt text of {where}"
            if len(alt) < 30 or re.fullmatch(r"\S+\.\w+", alt):
                yield f"no useful alt text for the image of {where}"
            if alt and alt[-1] not in ".?!":
                yield f"{of} does not end like a sentence"
            if re.match(r"(?i)(an? )?(image|figure|plot|screenshot) (of|showing)\b", alt):
                yield f"{of} says that it is an image, which everybody hears anyway"
            if re.search(r"[\n\t]|  |\w_\w+_\w|->|=>|[*#|\\]{2}", alt):
                yield f"{of} has signs that cannot be read aloud"
    if "![](" in markdown(notebook):
        yield "an image in the prose has no alt text"
    for tag in re.findall(r"<img[^>]*>", markdown(notebook)):
        if not re.search(r'alt="[^"]+"', tag):
            yield f"{tag} has no alt text"


def tables_have_headers(notebook, name):
    """Every column of a table says what it holds; only the corner above row names may be empty."""
    for header in re.findall(r"^(\|.*\|)\n\|[-:| ]+\|$", markdown(notebook), re.MULTILINE):
        if any(not column.strip() for column in header.strip("|").split("|")[1:]):
            yield f"a column without a header: {header}"
    for rows in re.findall(r"(?:^\|.*\n?)+", markdown(notebook), re.MULTILINE):
        if not re.match(r"\|.*\n\|[-:| ]+\|$", rows, re.MULTILINE):
            yield f"rows without a header, which are shown as text: {rows[:40]!r}"
    for where, output in outputs(notebook):
        for table in re.findall(r"<table.*?</table>", "\n".join(texts_of(output)), re.DOTALL):
            if "<th" not in table:
                yield f"a table without headers in the output of {where}"


def lists_are_meant(notebook, name):
    """A sum, a dash or a number that begins a line by chance is no list: ours are flat, of "-" or "1."."""
    for before, line in itertools.pairwise(markdown(notebook).split("\n")):
        within_text = before and not re.match(r"(?:-|\d+\.|  )", before)
        unlike_ours = re.match(r" *(?:\d+\)|[+*]) | +(?:-|\d+\.) ", line)
        if unlike_ours or (within_text and re.match(r"(?:-|\d+\.) ", line)):
            yield f"Markdown takes this line for an item of a list: {line[:40]!r}"


def color_is_never_the_only_sign(notebook, name):
    """Prose does not ask people to find something by its colour alone."""
    colors = r"(?:red|green|blue|orange|yellow|purple|grey)"
    things = r"(?:line|curve|bar|dot|point|box|area|arrow|cell|row|number|text)s?"
    for line in re.findall(rf"(?i)\bthe {colors} {things}\b", markdown(notebook)):
        yield f"{line!r} can only be found by those who see its colour: name its marker, place or label"


def outputs_run_no_scripts(notebook, name):
    """No stored output brings a script: whoever trusts the notebook would run it."""
    for where, output in outputs(notebook):
        for mime, content in output.get("data", {}).items():
            if mime not in SHOWN:
                yield f"an output of type {mime} below {where}"
            elif mime == "text/html" and SCRIPT.search(content):
                yield f"an output with a script or a foreign frame below {where}"
    if "widgets" in notebook.metadata:
        yield "the state of widgets is stored, with the names of modules to load"


def nothing_is_left_out_of_the_tests(notebook, name):
    """No cell asks nbval to skip or ignore it."""
    for cell in code_cells(notebook):
        if FORBIDDEN_IN_CELLS.search(cell.source + " ".join(tools.tags(cell))):
            yield f"a cell is kept from the tests: {start_of(cell)}"


def exercises_are_complete(notebook, name):
    """Heading and task, scaffold with its check, hint, solution with the same check."""
    for number, cell in enumerate(notebook.cells):
        if "exercise" in tools.tags(cell):
            yield from faults_of_exercise(notebook.cells, number)
    tags = [tag for cell in notebook.cells for tag in tools.tags(cell)]
    exercises, solutions = tags.count("exercise"), tags.count("solution")
    if exercises != solutions:
        yield f"{exercises} exercises, but {solutions} solutions"


def faults_of_exercise(cells, number):
    """Faults of the exercise whose scaffold is cell `number`."""
    scaffold, neighbors = cells[number], [*cells, *[nbformat.v4.new_raw_cell()] * 2]
    task, hint, solution = neighbors[number - 1], neighbors[number + 1], neighbors[number + 2]
    where = f"the exercise {start_of(scaffold)}"
    if not re.search(r"^### Exercise( \d+)?: ", task.source, re.MULTILINE):
        yield f"{where} has no heading '### Exercise: ...' before it"
    if "..." not in scaffold.source:
        yield f"{where} leaves nothing to fill in"
    if not re.search(r"<details>\s*<summary>Hint</summary>.*</details>", hint.source, re.DOTALL):
        yield f"{where} is not followed by a folded hint"
    if "solution" not in tools.tags(solution):
        yield f"{where} has no solution after its hint"
        return
    used = [re.findall(r"checks\.\w+\(", cell.source) for cell in (scaffold, solution)]
    if not used[0] or used[0] != used[1]:
        yield f"{where} and its solution do not end in the same check"
    if not tools.printed(scaffold.outputs).startswith("… Not yet"):
        yield f"{where} does not say 'Not yet', first of all, as it stands"


def every_objective_is_checked(notebook, name):
    """Each objective of an episode, by its number, has an exercise that says so in its metadata."""
    opening = markdown(notebook).partition("**Objectives**")[2].partition("**Time**")[0]
    objectives = {int(number) for number in re.findall(r"^(\d+)\. ", opening, re.MULTILINE)}
    exercises = (cell for cell in code_cells(notebook) if "exercise" in tools.tags(cell))
    checked = {cell.metadata.get("objective") for cell in exercises}
    for number in sorted(objectives - checked):
        yield f"objective {number} has no exercise"
    for number in checked - objectives:
        yield f"an exercise belongs to objective {number}, which is not in the opening"
    if re.match(r"0\d-", name) and not objectives:
        yield "the objectives are not numbered"


def solutions_are_folded(notebook, name):
    """JupyterLab and Colab hide a solution until it is asked for, and nothing below it tells the answer."""
    for cell in code_cells(notebook):
        folded = {key: cell.metadata.get(key) for key in tools.FOLDED} == tools.FOLDED
        if "solution" in tools.tags(cell) and not (folded and cell.source.startswith(tools.SOLUTION)):
            yield f"the solution {start_of(cell)} is not folded: run the stamp command"
        if "solution" in tools.tags(cell) and (cell.outputs or cell.execution_count):
            yield f"the solution {start_of(cell)} stores its output: run the stamp command"


def more_sections_are_folded(notebook, name):
    """What a class may skip is a section that JupyterLab folds: its cells are those below its heading."""
    for cell, more in zip(notebook.cells, in_more(notebook.cells), strict=True):
        if cell.cell_type != "markdown":
            continue
        later = re.sub(r"```.*?```", "", cell.source.partition("\n")[2], flags=re.DOTALL)
        if re.search("^#+ More: ", later, re.MULTILINE) or (
            more and re.search("^#{1,3} ", later, re.MULTILINE)
        ):
            yield (
                f"a heading inside the cell {start_of(cell)}: a More section, and what follows in it, "
                "begins a cell with each heading"
            )
        if opens_more(cell) and len(cell.source.split()) > MOST_WORDS_ABOUT_MORE:
            yield f"{start_of(cell)} holds text that stays open: only the cells below it are folded"
        if bool(cell.metadata.get(tools.FOLDED_SECTION)) != opens_more(cell):
            yield f"{start_of(cell)} is not folded as it should be: run the stamp command"


def core_needs_no_more(notebook, name):
    """No cell outside More needs what a cell in More made or changed: whoever skips More misses nothing."""
    known, of_more = {*OF_IPYTHON}, set()
    for cell, more in zip(notebook.cells, in_more(notebook.cells), strict=True):
        if cell.cell_type != "code" or (more and "solution" in tools.tags(cell)):
            continue
        here = {*of_more}
        for statement in ast.parse(without_magics(cell.source)).body:
            bound, changed, needed = tools.names_in(statement)
            if more:  # an import that core has too leaves its name as it was
                again = known if isinstance(statement, ast.Import | ast.ImportFrom) else set()
                here |= (bound | changed) - again
                continue
            for wanted in sorted(needed & here):
                yield f"{wanted!r} in the cell {start_of(cell)} comes from a More section"
            here -= bound
            known |= bound
        if more or "solution" not in tools.tags(cell):
            of_more = here


def runs_without_its_solutions(notebook, name):
    """What a cell needs comes from a cell that learners have too, and no scaffold leaves it as `...`.

    Read, not run; `make test-learner` runs the learner's editions.
    """
    known, unfinished = {*dir(builtins), *OF_IPYTHON}, set()
    for cell in code_cells(notebook):
        if "solution" in tools.tags(cell):
            continue
        left_here = set()  # in its own cell a scaffold may hand `...` on: the check says "Not yet"
        for statement in ast.parse(without_magics(cell.source)).body:
            bound, changed, needed = tools.names_in(statement)
            for missing in sorted(needed - known):
                yield f"{missing!r} in the cell {start_of(cell)} comes from no cell that learners have"
            for open_name in sorted(needed & unfinished - left_here):
                yield f"{open_name!r} in the cell {start_of(cell)} is still ... for a learner"
            known |= bound
            unfinished -= bound
            left_here -= bound
            if "exercise" in tools.tags(cell) and (leaves_a_gap(statement) or needed & left_here):
                left_here |= bound | changed
        unfinished |= left_here


def leaves_a_gap(statement):
    """Whether `...` stands for something in it; in `x[..., 0]` it is an index."""
    indexes = [node.slice for node in ast.walk(statement) if isinstance(node, ast.Subscript)]
    of_indexes = {id(node) for index in indexes for node in ast.walk(index)}
    gaps = (node for node in ast.walk(statement) if isinstance(node, ast.Constant) and node.value is ...)
    return any(id(node) not in of_indexes for node in gaps)


def tells_its_main_result(notebook, name):
    """One cell prints the line that stands for the notebook in the table of `make course`."""
    if not tools.main_result(notebook):
        yield "no cell tagged main-result prints anything"


# Every function above that takes a notebook and its name.
RULES = [
    function
    for function in list(vars().values())
    if inspect.isfunction(function) and [*inspect.signature(function).parameters] == ["notebook", "name"]
]
