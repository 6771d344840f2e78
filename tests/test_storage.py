"""Files appear complete or not at all, and what is bundled is what was shipped."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from helpers import CourseError, storage


def test_file_appears_when_the_block_ends(tmp_path):
    with storage.atomic_path(tmp_path / "new" / "a.txt") as temporary:
        temporary.write_text("all of it", encoding="utf-8")
        assert not (tmp_path / "new" / "a.txt").exists()
        assert temporary.suffix == ".txt"
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "all of it"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


def test_place_that_cannot_be_written_to_is_explained(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(CourseError, match="can be written to.*COURSE_FIT_OUTPUTS"),
        storage.atomic_path(tmp_path / "file" / "below" / "a.txt"),
    ):
        pass


def test_a_folder_that_is_open_elsewhere_is_explained(tmp_path, monkeypatch):
    (tmp_path / "page").mkdir()
    refuse = Mock(side_effect=PermissionError(13, "open in another program"))
    monkeypatch.setattr(Path, "replace", refuse)  # as Windows does
    monkeypatch.setattr(storage, "PAUSE", 0)
    writer = storage.atomic_path(tmp_path / "page", over_folder=True)
    with pytest.raises(CourseError, match="Close the programs"), writer as temporary:
        temporary.mkdir()


def test_every_bundled_file_is_listed_and_intact():
    files = {path.relative_to(storage.DATA).as_posix() for path in storage.DATA.rglob("*") if path.is_file()}
    assert files - {"README.md", "CHECKSUMS"} == set(storage.checksums())
    for name in storage.checksums():
        storage.checked(storage.DATA / name)


@pytest.mark.parametrize("content", [None, b"0123", b"\xff\xfe", b"\n"])
def test_missing_or_damaged_list_of_checksums_is_explained(tmp_path, monkeypatch, content):
    monkeypatch.setattr(storage, "CHECKSUMS", tmp_path / "CHECKSUMS")
    if content:
        storage.CHECKSUMS.write_bytes(content)
    words = "CHECKSUMS.*damaged.*git checkout" if content else "clone the course again"
    with pytest.raises(CourseError, match=words):
        storage.checksums()
