"""No shell, no pickle: what could run somebody else's code is kept out, and stays out.

Ruff's rules S see most of it, in notebooks too; here is what they do not see.
"""

import ast
import re
import tomllib

import pytest
import yaml

from helpers.storage import ROOT
from tests.source_code import arguments, calls, imports, trees

# Each rule of S that is left out is a decision; a new one is to be written down here.
LEFT_OUT = {"S603", "S101", "S102", "S104", "S105", "S108", "S301", "S310", "S311", "S607"}
RUN_CODE_FROM_FILES = {"joblib", "dill", "cloudpickle", "shelve", "marshal", "jsonpickle"}
UNSAFE = {"allow_pickle": "True", "safe_mode": "False", "shell": "True", "weights_only": "False"}
UNSAFE_CALLS = (
    r"(.*\.)?(enable_unsafe_deserialization|read_pickle|getstatusoutput|getoutput)|os\.(popen|system)"
)
UNSAFE_CALLS += r"|(c?[pP]ickle|joblib|torch)\.loads?|yaml\.(unsafe_|full_)?load|eval|exec"
# Tests run code that the notebooks show, ask Joblib for its cluster, and prove what a harmful file would do.
ALLOWED = {
    f"tests/test_{name}.py: exec"
    for name in ("detection", "own_network", "own_photos", "pretrained", "sharing")
}
ALLOWED |= {"tools/fits/frame.py: exec", "benchmarks/lesson.py: exec"}  # of cells of our own notebooks
ALLOWED |= {"05-evaluate-and-tune.ipynb, code cell 39: joblib", "tests/test_hostile_models.py: pickle.loads"}


def dangers(tree):
    """Find what runs code that came as data."""
    yield from (name for _, name in imports(tree) if name.split(".")[0] in RUN_CODE_FROM_FILES)
    for _, name, call in calls(tree):
        given = arguments(call)
        yield from (f"{key}={value}" for key, value in UNSAFE.items() if given.get(key) == value)
        if re.fullmatch(UNSAFE_CALLS, name):
            yield name
        texts = call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
        if texts and re.fullmatch(r"(.*\.)?(Popen|check_call|check_output)|subprocess\.(run|call)", name):
            yield f"{name} with a text instead of a list"


def test_nothing_runs_code_that_came_as_data():
    found = {f"{where}: {danger}" for where, tree in trees().items() for danger in dangers(tree)}
    assert found == ALLOWED


DANGERS = """
import joblib; from dill import loads
pickle.load(file); pd.read_pickle(path); np.load(path, allow_pickle=True)
keras.saving.load_model(path, safe_mode=False); keras.config.enable_unsafe_deserialization()
torch.load(path, weights_only=False); yaml.load(text, yaml.Loader); eval(text); exec(text)
subprocess.run(command, shell=True); subprocess.run(f'rm {path}'); subprocess.run('ls'); os.system('ls')
os.popen('ls')
"""


def test_a_danger_is_found():
    for statement in ast.parse(DANGERS).body:
        assert list(dangers(statement)), ast.unparse(statement)


def test_the_linter_looks_for_shells_and_pickles_everywhere():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    ignored = [*lint["ignore"], *(rule for rules in lint["per-file-ignores"].values() for rule in rules)]
    assert {rule for rule in ignored if re.fullmatch(r"S\d*", rule)} == LEFT_OUT
    places = {place for place, rules in lint["per-file-ignores"].items() if any(r in LEFT_OUT for r in rules)}
    assert places == {"tests/*"}


# The workflow

WORKFLOWS = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob(".github/workflows/*.yml")}
PUBLISH = yaml.safe_load(WORKFLOWS["site"])["jobs"]["publish"]
JOBS = yaml.safe_load(WORKFLOWS["tests"])["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_take_fixed_actions_and_may_do_nothing_but_read(name):
    workflow = yaml.safe_load(WORKFLOWS[name])
    assert workflow["permissions"] == {"contents": "read"}
    jobs = [job for job in workflow["jobs"].values() if job != PUBLISH]
    assert not any("permissions" in job or "secrets" in str(job) for job in jobs)
    assert "pull_request_target" not in WORKFLOWS[name]
    uses = re.findall(r"uses: (.*)", WORKFLOWS[name])
    assert uses
    for action in uses:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", action), action
    steps = [step for job in jobs for step in job["steps"]]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == len(jobs)
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)
    for step in steps:  # nothing from outside becomes part of a command
        assert set(re.findall(r"\$\{\{\s*(.*?)\s*\}\}", step.get("run", ""))) <= {"matrix.versions"}


def test_what_publishes_the_site_runs_nothing_and_takes_what_make_site_built():
    assert PUBLISH["permissions"] == {"pages": "write", "id-token": "write"}
    assert [step["uses"].partition("@")[0] for step in PUBLISH["steps"]] == ["actions/deploy-pages"]
    *_, make, upload = yaml.safe_load(WORKFLOWS["site"])["jobs"]["build"]["steps"]
    assert make["run"] == "make site"
    assert upload["with"] == {"path": "build/site"}


def test_the_workflow_runs_on_every_system_and_python_that_the_course_promises():
    matrix = JOBS["quick"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["system"]} == {"ubuntu", "macos", "windows"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in makefile


def test_commands_that_run_on_windows_are_not_those_of_one_shell():
    for run in (step["run"] for step in JOBS["quick"]["steps"] if "run" in step):
        assert run.startswith("python "), run
        assert not re.search(r"[$'\\;&|<>`]|\n", run), run


def test_every_target_that_the_workflow_makes_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {step["run"].split()[1] for step in STEPS if step.get("run", "").startswith("make ")}
    versions = JOBS["other-versions"]["strategy"]["matrix"]["versions"]
    assert versions == ["oldest", "newest"]
    assert targets == {"test", "test-learner", "test-${{"}
    assert re.search(r"^test-learner: .*##", makefile, re.MULTILINE)
    assert all(re.search(rf"^test-{name}: .*##", makefile, re.MULTILINE) for name in versions)
