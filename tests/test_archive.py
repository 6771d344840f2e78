"""The archive holds what a learner needs and nothing else, and is the same for the same files."""

import os
import re
import shutil
import zipfile

import pytest

from helpers import storage
from tests.programs import python, run
from tools import archive
from tools import notebooks as tools

MOST_BYTES = 66_000_000


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The archive, and the folder that comes out of it."""
    packed = archive.write(tmp_path_factory.mktemp("archive"))
    shutil.unpack_archive(packed, packed.parent)
    return packed, packed.parent / archive.TOP


@pytest.mark.thorough
def test_the_archive_is_small_and_its_digest_and_version_are_right(unpacked):
    packed, course = unpacked
    assert packed.stat().st_size <= MOST_BYTES
    digest, name = packed.with_name(f"{archive.NAME}.sha256").read_text(encoding="utf-8").split()
    assert (digest, name) == (storage.sha256(packed), archive.NAME)
    assert (course / "VERSION").read_text(encoding="utf-8") == tools.address_and_version()[1] + "\n"
    with zipfile.ZipFile(packed) as members:  # the limits of the start cell, with room for more
        assert sum(member.file_size for member in members.infolist()) < 150_000_000
        assert len(members.infolist()) < 2_500


@pytest.mark.thorough
def test_the_archive_runs_by_itself_with_data_and_fits(unpacked, tmp_path):
    program = """if True:
        from helpers import data, set_up, storage
        print(storage.ROOT, len(data.load_cifar10()[1][0]), set_up._data()[1:])
    """
    done = python(program, cwd=tmp_path, PYTHONPATH=unpacked[1])
    n_files = len(storage.checksums())
    assert done.stdout == f"{unpacked[1].resolve()} 2000 ('{n_files} files intact', None)\n"


def test_what_git_tracks_is_packed_and_what_lies_about_is_not():
    folders = ["notebooks", "helpers", "data", "fit_outputs"]
    listed = run("git", "ls-files", *folders, code=None)
    if listed.returncode:
        pytest.skip("this copy of the course is no git repository")
    tracked = {name for name in listed.stdout.splitlines() if not name.endswith(".gitkeep")}
    packed = {name.as_posix() for name in archive.contents()}
    assert {name for name in packed if name.partition("/")[0] in folders} == tracked


def test_what_make_lab_needs_is_packed():
    packed = {name.as_posix() for name in archive.contents()}
    makefile = (storage.ROOT / "Makefile").read_text(encoding="utf-8")
    (needed,) = re.findall(r"^\.venv/lab \.venv/site.*: (.*) \|", makefile, re.MULTILINE)
    assert {*needed.split(), "Makefile", "environment.yml", "README.md", "LICENSE", "LICENSE-TEXT"} <= packed


def test_the_same_files_give_the_same_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "ROOT", tmp_path)
    monkeypatch.setattr(archive, "address_and_version", lambda: ("", "1.2.3"))
    (tmp_path / "helpers" / "__pycache__").mkdir(parents=True)
    for name in ("b.py", "a.py", ".hidden", "__pycache__/a.pyc"):
        (tmp_path / "helpers" / name).write_text("x = 1\n" * 100, encoding="utf-8")
    first = archive.write(tmp_path / "one").read_bytes()
    os.utime(tmp_path / "helpers" / "a.py", (1e9, 1e9))
    (tmp_path / "helpers" / "b.py").chmod(0o600)
    second = archive.write(tmp_path / "two")
    assert second.read_bytes() == first
    names = [f"cnn-course/{name}" for name in ("helpers/a.py", "helpers/b.py", "VERSION")]
    assert zipfile.ZipFile(second).namelist() == names
