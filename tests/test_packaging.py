"""pyproject.toml, the lock and the conda environment say the same; the map of the package is complete."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import helpers
from helpers.storage import ROOT
from tests.programs import python

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = [Requirement(line) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()]


def test_lock_has_one_exact_version_of_everything_that_pyproject_asks_for():
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    pins = {}
    for pin in LOCK:
        (specifier,) = pin.specifier
        assert specifier.operator == "==", pin
        pins[canonicalize_name(pin.name)] = specifier.version
    assert len(pins) == len(LOCK)
    for line in PROJECT["dependencies"] + extras:
        requirement = Requirement(line)
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier, line


def test_conda_and_binder_install_what_make_lab_installs():
    """A file among pip's lines (the lock) makes Binder's repo2docker copy the whole repository first."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, just_pip, pip = environment["dependencies"]
    assert re.fullmatch(r"python=3\.1[123]", python)  # as repo2docker reads it
    assert just_pip == "pip"
    assert pip["pip"] == ["--constraint requirements.lock", "--editable .[lab,share]"]
    assert {"lab", "share"} <= PROJECT["optional-dependencies"].keys()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert ".venv/lab: EXTRAS := lab,share\n" in makefile
    assert '-c requirements.lock -e ".[$(EXTRAS)]"' in makefile


def test_every_machine_gets_one_tensorflow_without_what_only_gpus_need():
    linux = {"sys_platform": "linux", "platform_machine": "x86_64"}
    others = [("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]
    machines = [linux, *({"sys_platform": system, "platform_machine": kind} for system, kind in others)]
    for lines in (map(Requirement, PROJECT["dependencies"]), LOCK):
        builds = [each for each in lines if each.name in ("tensorflow", "tensorflow-cpu")]
        chosen = [[build.name for build in builds if build.marker.evaluate(each)] for each in machines]
        assert chosen == [["tensorflow-cpu"], *[["tensorflow"]] * 3]


def test_for_binder_nothing_takes_precedence_over_that_environment_or_comes_after_it():
    others = "binder .binder Dockerfile Pipfile Project.toml default.nix runtime.txt postBuild start apt.txt"
    assert not [name for name in others.split() if (ROOT / name).exists()]


def test_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]


def test_readme_maps_every_notebook():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    notebooks = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert re.findall(r"\]\(notebooks/([^)]*)\)", readme) == notebooks


def test_package_docstring_lists_every_module():
    modules = {path.stem for path in (ROOT / "helpers").glob("*") if not path.name.startswith("_")}
    assert set(re.findall(r"^`(\w+)`", helpers.__doc__, re.MULTILINE)) == modules


def test_a_wheel_holds_every_package_and_every_file_that_is_no_python():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    sources = [path.relative_to(ROOT) for path in (ROOT / "helpers").rglob("*") if path.is_file()]
    sources = [path for path in sources if "__pycache__" not in path.parts]
    packages = {".".join(path.parent.parts) for path in sources if path.suffix == ".py"}
    assert packages == set(build["packages"])
    named = {
        path.relative_to(ROOT)
        for package, patterns in build["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    assert {path for path in sources if path.suffix != ".py"} == named


# What trains, or loads a network.
WITH_KERAS = {"_model_descriptions", "_run_facts", "augmentation", "model_files", "models", "recipe"}
WITH_KERAS |= {"training", "sharing", "detection.digit_detector"}


@pytest.mark.thorough
def test_only_what_trains_imports_tensorflow():
    paths = [path.relative_to(ROOT / "helpers") for path in (ROOT / "helpers").rglob("*.py")]
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths}
    others = {name for name in names if not {name, name.split(".")[0]} & WITH_KERAS and "__" not in name}
    assert others >= {"data", "evaluation", "exercises", "explorers", "plotting", "pretrained"}
    code = f"""
import importlib, sys
for name in {sorted(others)}:
    importlib.import_module(f"helpers.{{name}}")
    assert not {{"keras", "tensorflow"}} & set(sys.modules), name
sys.modules["helpers.data"].load_cifar10(), sys.modules["helpers.mnist"].load_mnist()
assert not {{"keras", "tensorflow"}} & set(sys.modules), "the loaders"
"""
    python(code)
