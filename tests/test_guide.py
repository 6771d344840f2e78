"""The instructor guide: plans that add up, measured times, and the check's own words."""

import json
import re

import pytest

from helpers.storage import ROOT
from tools import measure as measuring
from tools import minutes, website
from tools import notebooks as tools

TEACH = ROOT / "docs" / "teach"
EPISODES = [int(path.stem[:2]) for path in tools.find() if path.stem[0].isdigit()]


def test_every_plan_adds_up_and_has_a_break_at_least_every_two_hours():
    plans = (TEACH / "plans.md").read_text(encoding="utf-8").split("\n## ")[2:]
    assert len(plans) == 4
    for plan in plans:
        rows = re.findall(r"^\| (\d\d):(\d\d) \| (\d+) \| ([^|]*) \|", plan, re.MULTILINE)
        (end,) = re.findall(r"^Ends at (\d\d):(\d\d)", plan, re.MULTILINE)
        starts, since = [60 * int(hour) + int(minute) for hour, minute, *_ in [*rows, end]], 0
        for (_, _, length, what), start, following in zip(rows, starts[:-1], starts[1:], strict=True):
            assert start + int(length) == following, what
            since = 0 if what in ("Break", "Lunch") else since + int(length)
            assert since <= 120, what


PLANS = {
    "Three hours": 1,
    "One day": 1.15,
    "First half-day": 1.15,
    "Second half-day": 1.15,
}  # room for questions


@pytest.mark.parametrize(("title", "room"), PLANS.items())
def test_a_plan_holds_whole_cores_and_gives_each_its_planned_minutes(title, room):
    plan = (TEACH / "plans.md").read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| [\d:]+ \| (\d+) \| Episode (\d): core(.*?) \| (.*) \|$", plan, re.MULTILINE)
    half = len(EPISODES) // 2
    wanted = {"First half-day": EPISODES[:half], "Second half-day": EPISODES[half:]}.get(title, EPISODES)
    assert [int(number) for _, number, *_ in rows] == wanted
    for length, number, more, how in rows:
        needed, home = 0, how.partition("at home: ")[2]
        for section, seconds in minutes.planned(tools.find([f"0{number}-"])[0]):
            if section.more and section.title not in more:
                continue
            more = more.replace(section.title, "", 1)
            if section.questions and section.title.lower() in home:
                home = home.replace(section.title.lower(), "", 1)
                continue
            left_out = [(name, kind) for name, kind in section.exercises if name in home]
            for name, _ in left_out:
                home = home.replace(name, "", 1)
            needed += section.minutes(seconds) - sum(minutes.MINUTES[kind] for _, kind in left_out)
        assert (more + home).strip(" ,") == "", f"not in episode {number}: {more}{home}"
        assert needed * room <= int(length), f"episode {number}: {needed:.1f} minutes"


def test_measured_times_are_those_of_notebooks_that_there_are():
    rows = json.loads(measuring.TIMES.read_text(encoding="utf-8"))["notebooks"]
    assert rows.keys() == {path.stem for path in tools.find()}
    for row in rows.values():
        assert 0 < row["slowest_cell"] <= row["seconds"]


@pytest.mark.thorough
def test_a_measurement_says_where_the_slowest_cell_stands(tmp_path):
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = [new_markdown_cell("# Title"), new_code_cell("1"), new_markdown_cell("## Slow part\n\nWait.")]
    cells += [new_code_cell("import time; time.sleep(0.6)")]
    tools.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    row = measuring.time_of(tmp_path / "a.ipynb")
    assert row["heading"] == "Slow part"
    assert row["seconds"] >= row["slowest_cell"] > 0
    assert row["processor_seconds"] >= 0


def test_every_check_of_the_notebooks_is_explained_to_instructors():
    page = website.feedback()
    names = set(re.findall(r"^### `checks\.(\w+)`\n\n(?!###)\S", page, re.MULTILINE))
    for path in tools.find():
        used = re.findall(r"\bchecks\.(\w+)\(", path.read_text(encoding="utf-8"))
        assert set(used) - {"progress"} <= names, path.stem


@pytest.mark.parametrize("number", EPISODES)
def test_the_guide_speaks_of_every_episode(number):
    text = (TEACH / "episodes.md").read_text(encoding="utf-8")
    section = text.split(f"\n## Episode {number}: ")[1].split("\n## ")[0]
    assert all(
        part in section for part in ("**The one thing**", "They think", "**Questions that come up**", "late")
    )
