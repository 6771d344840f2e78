"""Binder builds an image from environment.yml with repo2docker: what its documentation asks of a repository.

No image is built here; these are the rules that can be read off the files.
"""

import re
import tomllib

import pytest
import yaml

from helpers.storage import ROOT

ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PIP = next(entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict))


def test_nothing_takes_precedence_over_the_environment():
    others = ("binder", ".binder", "Dockerfile", "Pipfile", "Project.toml", "default.nix", "runtime.txt")
    assert not [name for name in others if (ROOT / name).exists()]


def test_the_version_of_python_is_written_as_repo2docker_reads_it():
    python = next(entry for entry in ENVIRONMENT["dependencies"] if str(entry).startswith("python"))
    version = re.match(r"python\s*=+\s*(3\.\d+)$", python)[1]
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    low, high = re.match(r">=3\.(\d+),<3\.(\d+)", supported["requires-python"]).groups()
    assert int(low) <= int(version.split(".")[1]) < int(high)


def test_pip_comes_before_what_it_installs():
    names = [entry if isinstance(entry, str) else "pip:" for entry in ENVIRONMENT["dependencies"]]
    assert "pip" in names[: names.index("pip:")]


def test_the_whole_repository_is_there_when_pip_runs():
    """A local file among pip's lines makes repo2docker copy everything first; without one, only this file."""
    assert any(line.startswith(("-c", "-r", "--constraint", "--requirement")) for line in PIP)


def test_what_pip_is_pointed_to_exists():
    words = {word for line in PIP for word in line.split()[1:]}
    files = {word for word in words if not word.startswith(".")}
    assert files
    assert all((ROOT / name).is_file() for name in files)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (here,) = words - files
    assert here.partition("[")[0] == "."
    assert set(re.findall(r"[a-z]+", here)) <= set(extras["optional-dependencies"])


@pytest.mark.parametrize("name", ["postBuild", "start", "apt.txt"])
def test_no_script_is_needed_after_the_installation(name):
    assert not (ROOT / name).exists()
