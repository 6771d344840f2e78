"""The course's own code as trees, for tests that read it instead of running it."""

import ast
import functools

from helpers.storage import ROOT
from tools import notebooks

FOLDERS = ("helpers", "tools", "tests", "docs", "data", "benchmarks")


@functools.cache
def trees():
    """Every module, and every code cell of every notebook: {where it stands: its tree}."""
    files = [ROOT / "conftest.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}
    for path in notebooks.find():
        cells = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "code"]
        sources |= {f"{path.name}, code cell {n}": without_magics(cell) for n, cell in enumerate(cells, 1)}
    return {where: ast.parse(source) for where, source in sources.items()}


def without_magics(cell):
    """Leave out what only IPython understands."""
    return "\n".join("" if line.startswith(("%", "!")) else line for line in cell.splitlines())


def imports(tree):
    """Every module that a tree imports: (line, name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
            yield from ((node.lineno, name) for name in names)


def calls(tree):
    """Every call in a tree: (line, name of what is called, its node)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func), node


def dotted(node):
    """Name of what is called, such as `np.load`; what stands before the last point may be any expression."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "..."


def arguments(call):
    """Arguments given by name: {name: its source if it is a constant}; `**` for those in a dictionary."""
    return {
        keyword.arg or "**": repr(keyword.value.value) if isinstance(keyword.value, ast.Constant) else "..."
        for keyword in call.keywords
    }
