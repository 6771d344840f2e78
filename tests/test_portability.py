"""Nothing in the course takes Linux for granted: texts, line ends, names of files, modules, paths."""

import ast
import re
import shutil
import sys
from collections import Counter
from pathlib import PureWindowsPath

import pytest

from helpers.storage import CHECKSUMS, ROOT
from tests.programs import run
from tests.source_code import arguments, calls, dotted, imports, trees

MOST_CHARACTERS = 150  # below a home folder and the course's own, Windows allows 260 in all
ONE_SYSTEM_ONLY = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "msvcrt", "winreg", "posix"}
ATTEMPT = r"contextlib\.suppress\(.*ImportError"
PLACE = r"/(tmp|dev|proc|home|usr)\b|[A-Z]:\\"  # in a file system of one kind
SHIPPED = ("helpers/", "tools/")
needs_git = pytest.mark.skipif(
    not (shutil.which("git") and (ROOT / ".git").exists()), reason="needs git and a clone"
)


def git_files(*options):
    """What git says of each file, a row each."""
    return run("git", "ls-files", "-z", *options).stdout.rstrip("\0").split("\0")


# Texts
def careless_texts(tree, writes_files_for_others=True):
    """Find where a text is read or written in the encoding, or with the line ends, of one machine."""
    for line, name, call in calls(tree):
        given, kind = arguments(call), name.rpartition(".")[2]
        if "**" in given or name in ("write_text", "shared.write_text"):  # ours, which says both
            continue
        positional = [node.value for node in call.args if isinstance(node, ast.Constant)]
        mode = given.get("mode", "").strip("'\"") or next(
            (text for text in positional if re.fullmatch("[rwaxb+t]{1,3}", str(text))), "r"
        )
        opens = name == "open" or (kind == "open" and ("mode" in given or mode != "r" or not call.args))
        reads = kind == "read_text" or (opens and "b" not in mode)
        writes = kind == "write_text" or (opens and re.search("[wax]", mode) and "b" not in mode)
        if (reads or writes) and "encoding" not in given and not (kind == "read_text" and positional):
            yield f"line {line}: {kind} without an encoding"
        if "encoding" not in given and "True" in (given.get("text"), given.get("universal_newlines")):
            yield f"line {line}: a program's output without an encoding"
        if writes_files_for_others and writes and "newline" not in given:
            yield f"line {line}: {kind} without line ends"
        if writes_files_for_others and kind == "to_csv" and "lineterminator" not in given:
            yield f"line {line}: to_csv without line ends"


def test_texts_are_utf_8_and_lines_end_alike_on_every_system():
    found = {where: list(careless_texts(tree, where.startswith(SHIPPED))) for where, tree in trees().items()}
    assert {where: faults for where, faults in found.items() if faults} == {}


CARELESS = """
path.read_text(); path.open(); open('a.txt'); table.to_csv(path); subprocess.run(command, text=True)
path.write_text(text, newline=''); path.open('w', newline=''); open('a.txt', mode='a', newline='')
path.write_text(text, encoding='utf-8'); path.open('w', encoding='utf-8')
"""
CAREFUL = """
path.read_text(encoding='utf-8'); path.read_bytes(); path.open('rb'); Image.open(path)
subprocess.run(command, encoding='utf-8'); path.write_text(text, encoding='utf-8', newline='\\n')
table.to_csv(path, lineterminator='\\n')
"""


def test_a_careless_text_is_found_and_a_careful_one_left_alone():
    for statement in ast.parse(CARELESS).body:
        assert list(careless_texts(statement)), ast.unparse(statement)
    assert list(careless_texts(ast.parse(CAREFUL))) == []


@needs_git
def test_git_hands_out_texts_with_the_same_line_ends_everywhere():
    for row in git_files("--eol"):
        facts, path = row.split("\t", 1)
        stored, _, *attributes = facts.split()
        assert stored in ("i/lf", "i/-text", "i/none"), f"{path} is stored with other line ends: {stored}"
        wanted = [["attr/-text"]]
        if not path.startswith("data/"):  # what has a checksum is never rewritten
            wanted.append(["attr/text=auto", "eol=lf"])
        assert attributes in wanted, f"{path}: {attributes}"


# Names of files
def trouble_with_names(names):
    """Find names that Windows or macOS cannot hold: forbidden, devices, too long, or equal but for case."""
    part = r"(?!(con|prn|aux|nul|com\d|lpt\d)(\.|/|$))[\w.-]*[\w-]"
    whole = re.compile(rf"{part}(/{part})*", re.IGNORECASE | re.ASCII)  # an umlaut has two spellings
    folders = {"/".join(name.split("/")[:depth]) for name in names for depth in range(1, name.count("/") + 2)}
    spelled = Counter(name.lower() for name in folders)
    return [
        name
        for name in folders
        if not whole.fullmatch(name) or len(name) > MOST_CHARACTERS or spelled[name.lower()] > 1
    ]


@needs_git
def test_every_system_can_hold_the_names_of_all_files():
    assert trouble_with_names(git_files()) == []


def test_a_name_that_not_every_system_can_hold_is_found():
    alone = ("a:b", "what?.md", "notes.", "notes /a", "data/aux.csv", "NUL", "a" * 151, "für.md")
    for names in [*((name,) for name in alone), ("A.md", "a.md"), ("Data/a", "data/b")]:
        assert trouble_with_names(names), names
    assert not trouble_with_names(["data/a.md", "data/auxiliary.csv", "docs/.b.md"])


# Paths and systems
def tied_to_one_system(tree):
    """Find modules that one system lacks, and paths that only one has, unless nothing needs them."""
    found = [(line, f"import {name}") for line, name in imports(tree) if name in ONE_SYSTEM_ONLY]
    attempts = set()  # lines of what is done where it can be: `with contextlib.suppress(ImportError, ...)`
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and re.match(ATTEMPT, ast.unparse(node.items[0])):
            attempts |= {*range(node.lineno, node.end_lineno + 1)}
        if isinstance(node, ast.Attribute) and dotted(node) in ("os.fork", "os.uname", "signal.SIGKILL"):
            found.append((node.lineno, dotted(node)))
        if isinstance(node, ast.Constant) and re.match(PLACE, str(node.value)):
            found.append((node.lineno, node.value))
        text_of = [node.value] if isinstance(node, ast.FormattedValue) else []
        text_of += node.args if isinstance(node, ast.Call) and dotted(node.func) == "str" else []
        if any(isinstance(of, ast.Call) and dotted(of.func).endswith(".relative_to") for of in text_of):
            found.append((node.lineno, "a path in a text, with the slashes of one system"))
    return [f"line {line}: {what}" for line, what in found if line not in attempts]


def test_the_helpers_run_on_every_system():
    helpers = {where: tree for where, tree in trees().items() if where.startswith("helpers/")}
    found = {where: tied_to_one_system(tree) for where, tree in helpers.items()}
    assert {where: faults for where, faults in found.items() if faults} == {}


TIED = r"""
import fcntl; from resource import getrusage; os.fork()
place = '/tmp/a'; place = 'C:\\Users'; str(path.relative_to(root)); f"{path.relative_to(root)}"
"""


def test_what_one_system_lacks_is_found_where_it_is_needed():
    for statement in ast.parse(TIED).body:
        assert tied_to_one_system(statement), ast.unparse(statement)
    assert not tied_to_one_system(ast.parse("with contextlib.suppress(ImportError):\n import fcntl"))


def test_checksums_name_files_as_every_system_can_read_them():
    names = [line.split("  ", 1)[1] for line in CHECKSUMS.read_text(encoding="utf-8").splitlines()]
    assert all(PureWindowsPath(name).as_posix() == name for name in names)
    assert b"\r" not in CHECKSUMS.read_bytes()


# A system whose texts are not UTF-8

LITTLE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
READS = """
import runpy, sys, warnings
warnings.filterwarnings("error", category=EncodingWarning, module="helpers")
from helpers import checks, data, environment, images, mnist, quiz, storage
assert not sys.flags.utf8_mode and open(0).encoding.lower() != "utf-8"
data.load_cifar10(), mnist.load_own_digits(), mnist.load_mnist(), images.load_photo("cat")
dir(checks), environment.requirements(), storage.checksums(), quiz.show("01-introduction")
print("all read", flush=True)
runpy.run_module("helpers", run_name="__main__")  # the set-up check can be written into a file
"""


@pytest.mark.thorough
def test_where_texts_are_not_utf_8_by_default_all_can_be_read_and_the_set_up_check_be_written():
    done = run(sys.executable, "-X", "warn_default_encoding", "-c", READS, code=None, **LITTLE)
    assert "all read\n" in done.stdout and "\n✓ Python" in done.stdout, done.stderr
