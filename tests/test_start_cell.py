"""The start cell makes `helpers` importable: each way, twice, and with archives that are not ours."""

import io
import os
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest

from helpers.storage import ROOT
from tests.programs import python
from tests.site_browser import served
from tools import archive
from tools import notebooks as tools

# A Python that has the packages but not the course, however it was installed here.
ELSEWHERE = f"""
import sys, types
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")
                    and "__editable__" not in repr(finder)]
sys.path[:] = [place for place in sys.path if place != {str(ROOT)!r}]
"""
COLAB = f"""{ELSEWHERE}
import shutil
files = types.SimpleNamespace(  # it writes what it uploads beside the notebook, too
    upload=lambda: {{name: open(shutil.copy("../" + name, name), "rb").read() for name in UPLOADED}}
)
sys.modules["google"] = types.ModuleType("google")
sys.modules["google.colab"] = types.SimpleNamespace(files=files)
"""
HERE = "✓ The course's files are here."
MISSING = (
    "The course's files are missing. Put cnn-course.zip beside this notebook and run the cell again. "
    "Or install the course with two commands: python -m zipfile -e cnn-course.zip . "
    "and python -m pip install -e ./cnn-course"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An archive like the course's, without notebooks and data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "CONTENTS", ["helpers/**/*.py", "pyproject.toml"])
        return archive.write(tmp_path_factory.mktemp("small"))


@pytest.fixture
def folder(tmp_path):
    """Where a lone notebook is."""
    place = tmp_path / "notebooks"
    place.mkdir()
    return place


def run(folder, before=ELSEWHERE, site="", times=1, program=(sys.executable, "-c")):
    """Run the start cell in a fresh Python; give what was printed, line by line, and the last error."""
    cell = tools.start_cell().replace('site=""', f'drive="Drive", site="{site}"')
    code = "\n".join([before, *[cell] * times, "print(helpers.__file__)"])
    done = subprocess.run([*program, code], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return done.stdout.splitlines(), (done.stderr.splitlines() or [""])[-1].partition("Error: ")[2]


def unpacked(small, place):
    place.parent.mkdir(exist_ok=True)
    shutil.unpack_archive(small, place.parent / "unpacking")
    (place.parent / "unpacking" / archive.TOP).rename(place)


def copied(small, place):
    place.parent.mkdir(exist_ok=True)
    shutil.copy(small, place)


WAYS = {  # what is there: where the course is found, and what is said of it the first time
    "cnn-course/helpers": ("cnn-course", "in the folder cnn-course"),
    "course/helpers": ("course", "in the folder course"),
    "cnn-course.zip": ("course", "in the folder course, unpacked from cnn-course.zip"),
    "cnn-course (1).zip": ("course", "in the folder course, unpacked from cnn-course (1).zip"),
    "Drive/cnn-course/helpers": ("Drive/cnn-course", "in the folder cnn-course of your Drive"),
    "Drive/cnn-course.zip": ("course", "in the folder course, unpacked from cnn-course.zip in your Drive"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("there", WAYS)
def test_the_course_is_found_twice_in_one_kernel_and_in_the_next(folder, small, there):
    place, words = WAYS[there]
    before = COLAB if there == "Drive/cnn-course.zip" else ELSEWHERE  # the last way before an upload
    target = (folder / there).parent if there.endswith("helpers") else folder / there
    (unpacked if there.endswith("helpers") else copied)(small, target)
    course = str(folder / place / "helpers" / "__init__.py")
    before = before.replace("UPLOADED", "[]")
    assert run(folder, before, times=2) == ([f"✓ The course's files are {words}.", HERE, course], "")
    if there.endswith(".zip"):
        assert run(folder, before) == (["✓ The course's files are in the folder course.", course], "")
    assert not list(folder.glob("tmp*"))


def test_the_folder_above_comes_before_archives(folder, small):
    unpacked(small, folder / "here")
    (folder / "here" / "notebooks").mkdir()
    copied(small, folder / "here" / "notebooks" / "cnn-course.zip")
    printed, _ = run(folder / "here" / "notebooks")
    course = str(folder / "here" / "helpers" / "__init__.py")
    assert printed == ["✓ The course's files are in the folder above.", course]


def test_where_the_course_is_installed_the_line_is_the_stored_one(folder):
    printed, _ = run(folder, before="")
    assert printed == [HERE, str(ROOT / "helpers" / "__init__.py")]
    assert list(folder.iterdir()) == []
    for path in tools.find():
        (start,) = [cell for cell in tools.read(path).cells if "start" in tools.tags(cell)]
        assert [output.text for output in start.outputs] == [HERE + "\n"]


def test_another_package_called_helpers_is_passed_over(folder, small):
    (folder / "helpers").mkdir()
    (folder / "helpers" / "__init__.py").touch()
    copied(small, folder / "cnn-course.zip")
    printed, _ = run(folder, before=ELSEWHERE + "import helpers\n")
    assert printed[-1] == str(folder / "course" / "helpers" / "__init__.py")


def test_the_site_s_archive_is_fetched_without_a_tag_and_checked(folder, small):
    with served(small.parent) as site:
        printed, _ = run(folder, site=site.address, times=2)
    address = f"{site.address}/cnn-course.zip"
    assert printed[:2] == [
        f"Fetching {address}, about 65 MB ...",
        f"✓ The course's files are in the folder course, unpacked from {address}.",
    ]
    assert printed[2:] == [HERE, str(folder / "course" / "helpers" / "__init__.py")]
    assert site.asked == ["/cnn-course.zip.sha256", "/cnn-course.zip"]


FAULTS = {"no address": "", "no network": "refused", "no archive there": "404", "another digest": "damaged."}
UPLOAD = COLAB.replace("UPLOADED", "['cnn-course.zip']")


@pytest.mark.parametrize("fault", FAULTS)
def test_without_any_archive_two_commands_are_named(folder, small, fault):
    public = folder.parent / "public"
    copied(small, public / "cnn-course.zip")
    if fault != "no archive there":
        (public / "cnn-course.zip.sha256").write_text("0" * 64 + "  cnn-course.zip\n", encoding="utf-8")
    with served(public) as server:
        if fault == "no network":
            server.shutdown()
            server.server_close()
        site = "" if fault == "no address" else server.address
        printed, error = run(folder, site=site)
    assert error == MISSING
    assert len(printed) == (2 if site else 0)
    assert FAULTS[fault] in "".join(printed)
    assert list(folder.iterdir()) == []


def test_colab_asks_for_an_upload(folder, small):
    copied(small, folder.parent / "cnn-course.zip")
    assert run(folder, UPLOAD, times=2)[0] == [
        "Choose the file cnn-course.zip on your computer:",
        "✓ The course's files are in the folder course, unpacked from cnn-course.zip.",
        HERE,
        str(folder / "course" / "helpers" / "__init__.py"),
    ]


def test_nothing_uploaded_is_said(folder):
    assert run(folder, COLAB.replace("UPLOADED", "[]"))[1] == MISSING


def member(name, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def with_members(*infos, holding=b"/etc/passwd"):
    def spoil(content):
        file = io.BytesIO(content)
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
            for info in infos:
                packed.writestr(info, holding, zipfile.ZIP_DEFLATED)
        return file.getvalue()

    return spoil


def flipped(content):
    return content[:3_000] + bytes([content[3_000] ^ 255]) + content[3_001:]


OUTSIDE = "it reaches out of its folder"
SPOILED = {  # how an archive is spoiled: (what becomes of it, what is said)
    "cut off": (lambda content: content[:-500], "File is not a zip file"),
    "a web page": (lambda content: b"<html>Not found</html>", "File is not a zip file"),
    "empty": (lambda content: b"", "File is not a zip file"),
    "altered": (flipped, ""),
    "another": (lambda content: with_members(member("slides/1.txt"))(b""), "it is another archive"),
    "climbs": (with_members(member("../evil.txt")), OUTSIDE),
    "climbs within": (with_members(member("cnn-course/../../evil.txt")), OUTSIDE),
    "absolute": (with_members(member("/tmp/evil.txt")), OUTSIDE),
    "backslashes": (with_members(member("..\\evil.txt")), OUTSIDE),
    "a drive": (with_members(member("C:evil.txt")), OUTSIDE),
    "a link": (with_members(member("cnn-course/link", stat.S_IFLNK | 0o777)), OUTSIDE),
    "huge": (with_members(member("zeros"), holding=bytes(301_000_000)), "it is too large"),
    "many": (with_members(*(member(f"cnn-course/{n}") for n in range(5_001))), "it is too large"),
}


IN_EACH = f"""{ELSEWHERE}
import os
for place in sys.argv[2:]:
    os.chdir(place)
    try:
        exec(sys.argv[1], {{}})
    except Exception as error:
        print(error)
"""


def test_what_is_not_the_course_is_refused_in_a_sentence_and_leaves_nothing(tmp_path, small):
    for how, (spoil, _) in SPOILED.items():
        (tmp_path / how).mkdir()
        (tmp_path / how / "cnn-course.zip").write_bytes(spoil(small.read_bytes()))
    told = python(IN_EACH, tools.start_cell(), *(tmp_path / how for how in SPOILED)).stdout.splitlines()
    for (how, (_, why)), sentence in zip(SPOILED.items(), told, strict=True):
        assert sentence.startswith(f"cnn-course.zip cannot be used: {why}"), how
        assert sentence.endswith(". Download cnn-course.zip again, then run the cell again.")
        assert [path.name for path in (tmp_path / how).rglob("*")] == ["cnn-course.zip"]
    assert {path.name for path in tmp_path.iterdir()} == {*SPOILED}


def test_an_uploaded_archive_is_looked_at_as_closely_and_not_met_again(folder, small, tmp_path):
    (tmp_path / "cnn-course.zip").write_bytes(SPOILED["climbs"][0](small.read_bytes()))
    _, error = run(folder, UPLOAD)
    assert error.startswith(f"cnn-course.zip cannot be used: {OUTSIDE}")
    assert list(folder.iterdir()) == []


def test_a_later_download_is_taken_before_a_damaged_one(folder, small):
    for name in ("cnn-course.zip", "cnn-course (2).zip"):
        (folder / name).write_bytes(b"half an archive")
        os.utime(folder / name, (1e9, 1e9))
    copied(small, folder / "cnn-course (1).zip")
    assert "unpacked from cnn-course (1).zip." in run(folder)[0][0]


def test_something_else_in_the_course_s_place_stays(folder, small):
    copied(small, folder / "cnn-course.zip")
    (folder / "course").write_text("my notes", encoding="utf-8")
    assert run(folder)[1] == "Something else is called course here. Rename it and run the cell again."
    assert (folder / "course").read_text(encoding="utf-8") == "my notes"


def test_another_version_is_named(folder, small):
    unpacked(small, folder / "course")
    (folder / "course" / "VERSION").write_text("9.9\n", encoding="utf-8")
    line = "This notebook is of another version, {}: open the one in course/notebooks instead."
    assert run(folder)[0][1] == line.format(tools.address_and_version()[1])


def test_a_learner_sees_the_sentence_alone(folder):
    program = (sys.executable, "-m", "IPython", "--colors=NoColor", "-c")
    printed, _ = run(folder, program=program)
    assert printed == [f"✗ {MISSING}"]
