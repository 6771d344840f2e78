"""The first cell of every notebook: it fetches the course in Colab and does nothing elsewhere."""

import re
import subprocess
import sys

import pytest

from helpers.storage import ROOT
from tools import notebooks as tools

# A fresh Colab machine: google.colab is there, this repository is not, however it was installed here.
COLAB = """
import sys, types
sys.modules["google.colab"] = types.ModuleType("google.colab")
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in getattr(finder, "__module__", "")
                    and "__editable__" not in repr(finder)]
sys.path[:] = [place for place in sys.path if place not in ("", {root!r})]
"""
REPORT = "\nprint(helpers.__file__)\nfrom helpers import data\nprint(len(data.load_cifar10()[1][0]))\n"


@pytest.fixture(scope="module")
def public_copy(tmp_path_factory):
    """Make a clone that stands in for the public repository, with the tag of this version."""
    folder = tmp_path_factory.mktemp("public") / "repository"
    version = tools.address_and_version()[1]
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "tag", "--force", f"v{version}"], check=True)
    return folder


def run_cell(folder, before="", after="", address=""):
    cell = re.sub(r'REPOSITORY, VERSION = ".*?"', f"REPOSITORY, VERSION = {address!r}", tools.first_cell())
    code = before.format(root=str(ROOT)) + cell + "\n" + after
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.thorough
def test_colab_fetches_the_course_at_its_own_version_and_uses_it(tmp_path, public_copy):
    for _ in range(2):  # the second time it finds the course there
        result = run_cell(tmp_path, COLAB, REPORT, address=public_copy.as_uri())
        assert result.returncode == 0, result.stderr
        location, n_images = result.stdout.splitlines()[-2:]
        assert location == str(tmp_path.resolve() / "course" / "helpers" / "__init__.py")
        assert n_images == "2000"


def test_the_course_is_really_out_of_reach_in_the_pretended_colab(tmp_path):
    code = COLAB.format(root=str(ROOT)) + "\nimport helpers"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert "No module named 'helpers'" in result.stderr


def test_unreachable_repository_is_explained(tmp_path):
    result = run_cell(tmp_path, COLAB, address=(tmp_path / "nothing").as_uri())
    assert result.returncode != 0
    assert "cannot be reached. Check the network" in result.stderr


def test_missing_address_is_explained(tmp_path):
    result = run_cell(tmp_path, COLAB)
    assert "does not know its public address" in result.stderr


def test_elsewhere_it_does_nothing_but_import(tmp_path, public_copy):
    result = run_cell(tmp_path, after="print(helpers.__name__)", address=public_copy.as_uri())
    assert result.stdout == "helpers\n"
    assert list(tmp_path.iterdir()) == []
