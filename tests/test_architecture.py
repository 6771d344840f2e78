"""The rooms of the package, and who imports whom, are as docs/architecture.md says."""

import ast
import functools
import re
from graphlib import TopologicalSorter

import pytest

from helpers.storage import ROOT

PACKAGE = ROOT / "helpers"
TABLE = re.findall(r"^\| (\d) \| (.+?) \|", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE)
LEVELS = {room: int(level) for level, rooms in TABLE for room in re.findall(r"`(\w+)`", rooms)}


def imports(source):
    """List the rooms that a module's text imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "helpers":
            yield from (name.name for name in node.names if name.name in LEVELS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("helpers."))


@functools.cache
def rooms():
    """Read the package: room -> the other rooms that it imports."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not room.startswith("_"):
            found.setdefault(room, set()).update(imports(path.read_text("utf-8")))
    return {room: {other for other in others - {room} if other[0] != "_"} for room, others in found.items()}


def climbing(graph):
    """List the imports that lead to a higher level."""
    return [(room, other) for room in graph for other in graph[room] if LEVELS[other] > LEVELS[room]]


def test_every_room_has_its_level():
    assert set(rooms()) == set(LEVELS)


def test_no_room_imports_a_higher_one():
    assert climbing(rooms()) == []


def test_no_imports_go_round_in_a_circle():
    tuple(TopologicalSorter(rooms()).static_order())  # raises CycleError


@pytest.mark.parametrize(
    "line",
    ["from helpers import plotting", "from helpers.plotting.style import INK", "import helpers.plotting"],
)
def test_a_climbing_import_is_seen_wherever_it_stands(line):
    assert climbing({"data": set(imports(f"def load():\n    {line}"))}) == [("data", "plotting")]
