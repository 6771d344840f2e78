"""Every tool says what it does when asked, and does nothing then."""

import importlib
import runpy
import sys

import keras
import pytest

from helpers import storage
from tools.data import __main__ as making

COMMANDS = [
    *("tools.fits", "tools.data", "tools.notebooks", "tools.website", "tools.front_image", "tools.archive"),
    *("tools.measure", "tools.editions", "tools.minutes", "tools.quizzes", "tools.slides"),
]


def files_of_the_course():
    folders = ("data", "docs", "fit_outputs", "notebooks", "tests/fixtures")
    files = [path for folder in folders for path in (storage.ROOT / folder).rglob("*") if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.suffix != ".pyc"}


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("argument", ["--help", "--hlep"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_tool_asked_for_help_or_misunderstood_does_nothing(name, argument, monkeypatch, capsys, tmp_path):
    before = files_of_the_course()
    monkeypatch.setattr(storage, "atomic_path", None)  # with which all tools write
    monkeypatch.setattr(keras.Model, "fit", None)
    monkeypatch.setattr(sys, "argv", [name, argument])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    printed = capsys.readouterr()
    assert stopped.value.code == (0 if argument == "--help" else 2)
    assert "usage: " in printed.out + printed.err
    assert files_of_the_course() == before


def test_every_module_that_can_be_started_is_asked_for_help():
    started = {
        ".".join(path.relative_to(storage.ROOT).with_suffix("").parts).removesuffix(".__main__")
        for path in (storage.ROOT / "tools").rglob("*.py")
        if "__main__" in path.read_text(encoding="utf-8")
    }
    assert started - set(COMMANDS) == set()


def test_everything_that_is_bundled_can_be_made_and_mostly_compared():
    modules = {path.stem for path in (storage.ROOT / "tools" / "data").glob("*.py")}
    assert modules - set(making.SOURCES) == {"__init__", "__main__", "packages", "torch_legacy"}
    found = {name: importlib.import_module(f"tools.data.{name}") for name in making.SOURCES}
    assert all(hasattr(module, "build") for module in found.values())
    not_compared = {name for name, module in found.items() if not hasattr(module, "check")}
    assert not_compared == {"digits", "photos", "imagenet_reference"}


@pytest.mark.parametrize("arguments", [[], ["nmist"], ["--check", "photos"]])
def test_what_cannot_be_made_or_compared_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        making.main(arguments)
    assert "NAME" in capsys.readouterr().err
