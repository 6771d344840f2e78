"""Make other editions of the notebooks.

    python -m tools.editions learner     # into build/learner: no solutions, no outputs
    python -m tools.editions core        # into build/core: without the sections called More
    python -m tools.editions codealong   # into build/codealong: of the core, with code to type live

The notebooks themselves stay as they are. In the code-along edition, what is worth typing is a sketch with
the finished cell folded below it.
"""

import ast
import io
import re
import sys
import tokenize

import nbformat

from helpers.exercises.progress import EDITION, in_more
from tools import notebooks as tools
from tools import shared

FOLDED_BELOW = tools.FOLDED | {"tags": ["finished"]}
FINISHED = "# @title The finished cell\n"
MOST_TO_TYPE = 10  # lines
TAUGHT = {"keras", "layers", "np", "pd", "model"}  # a cell that uses one of these is worth typing,
PLUMBING = {"plt", "sns"}  # unless it is about how something is drawn


def learners_edition(notebook):
    """Leave out solutions and outputs; everything else stays as it is."""
    notebook.cells = [cell for cell in notebook.cells if "solution" not in tools.tags(cell)]
    return without_outputs(notebook)


def without_outputs(notebook):
    """Leave out what cells printed and drew."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def core_edition(notebook):
    """Leave out the sections called More, and what the other cells say about them."""
    kept = zip(notebook.cells, in_more(notebook.cells), strict=True)
    notebook.cells = [cell for cell, more in kept if not more]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = silent_about_more(cell.source)
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        cell.execution_count = number if cell.execution_count else None
    notebook.metadata[EDITION] = "core"
    return notebook


def silent_about_more(source):
    """Leave out the objectives, and the sentences, that point to a section called More."""
    source = re.sub(r",(\n\d+\. [^\n]*(?:\*More\*|called \"More)[^\n]*)+$", ".", source, flags=re.MULTILINE)
    return re.sub(r"(?<=[.?!])\s[^.?!]*\bcalled\s+\"?More\b[^.?!]*[.?!]", "", source)


def codealong_edition(notebook):
    """Empty the cells that are worth typing, and fold each finished one below its scaffold."""
    notebook, cells, homework = without_outputs(core_edition(notebook)), [], False
    for cell in notebook.cells:
        homework |= cell.cell_type == "markdown" and "## Challenge" in cell.source
        cells.append(cell)
        if not homework and is_typed(cell):
            finished = {"metadata": FOLDED_BELOW, "id": f"{cell.id[:50]}-finished"}
            cells.append(nbformat.v4.new_code_cell(FINISHED + cell.source, **finished))
            cell.source = scaffold(cell.source)
    notebook.cells = cells
    return notebook


def is_typed(cell):
    """Whether a cell is worth typing: a few lines of what is taught, and harmless to run twice."""
    if cell.cell_type != "code" or {"start", "exercise", "solution"} & {*tools.tags(cell)}:
        return False
    tree = ast.parse(cell.source)
    lines = sum(node.end_lineno - node.lineno + 1 for node in tree.body if not _is_import(node))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return 2 <= lines <= MOST_TO_TYPE and used & TAUGHT and not used & PLUMBING and can_run_twice(tree)


def _is_import(node):
    return isinstance(node, ast.Import | ast.ImportFrom)


def can_run_twice(tree):
    """Whether code gives the same the second time: it changes nothing, and trains nothing, of other cells."""
    known = set()
    for statement in tree.body:
        bound, changed, needed = tools.names_in(statement)
        if (bound & needed | changed) - known:
            return False
        known |= bound
    trained = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "fit"
    ]
    return all(getattr(model, "id", None) in known for model in trained)


def scaffold(source):
    """Leave of some code its imports, its comments, and the names that it makes; it runs as it stands."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    lines = ["# Type it live; the finished cell is below."]
    for node in ast.parse(source).body:
        if _is_import(node):
            lines.append(ast.unparse(node))
        elif isinstance(node, ast.FunctionDef):
            lines.append(f"def {node.name}({ast.unparse(node.args)}):")
            lines += [f"    {_outline(inner, comments)}" for inner in node.body]
        else:
            lines.append(_outline(node, comments))
    return "\n".join(dict.fromkeys(lines) if "def " not in source else lines)  # "# print(...)" once is enough


def _outline(node, comments):
    """Sketch a statement in one line: the names that it makes, else how it begins; and its comments."""
    said = "  ".join(comments[line] for line in range(node.lineno, node.end_lineno + 1) if line in comments)
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    if isinstance(node, ast.Return):
        line = "return ..."
    elif all(isinstance(name, ast.Name) for name in names):
        line = f"{', '.join(name.id for name in names)} = {', '.join(['...'] * len(names))}"
    else:
        begin, call, _ = ast.unparse(node).partition("\n")[0].partition("(")
        line = f"# {begin}(...)" if call else f"# {begin}"
    return f"{line}  {said}".rstrip()


EDITIONS = {"learner": learners_edition, "core": core_edition, "codealong": codealong_edition}


def main():
    """Write the edition that the command line names."""
    parser = shared.parser(__doc__)
    parser.add_argument("edition", choices=EDITIONS)
    name = parser.parse_args().edition
    for path in tools.find():
        notebook = EDITIONS[name](tools.read(path))
        for cell in notebook.cells:
            if cell.cell_type == "markdown":  # an edition lies one folder deeper than the notebooks
                cell.source = cell.source.replace("](../", "](../../")
        tools.write(notebook, tools.BUILD / name / path.name)
        print(tools.BUILD / name / path.name)


if __name__ == "__main__":
    sys.exit(main())
