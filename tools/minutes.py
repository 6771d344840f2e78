"""How many minutes each section takes: the plan, made from the notebooks, beside what classes took.

    python -m tools.minutes     # print the tables of the guide; write build/minutes.csv, a form for a class

Put a form that a class filled in into docs/teach/taught/, and the guide shows its minutes beside the plan.
"""

import csv
import io
import json
import re
import statistics
import sys
from dataclasses import dataclass, field

from helpers import quiz, storage
from helpers.exercises.progress import in_more
from tools import notebooks as tools
from tools import shared

TIMES = storage.ROOT / "docs" / "teach" / "measured.json"
FORMS = storage.ROOT / "docs" / "teach" / "taught"  # forms that classes filled in
EPISODES = ["Core of", "Words", "Reading", "Exercises", "Computer", "Minutes together", "More, on top"]
SECTIONS = ["Section", "Words", "Exercises", "Computer", "Minutes (plan)", "Minutes (measured)"]
WORDS_A_MINUTE, MINUTES_OF_A_QUESTION = 150, 1
# Minutes of an exercise, by what learners do in it.
MINUTES = {"choose": 3, "compute": 5, "find the mistake": 8, "write code": 8}


@dataclass
class Section:
    """What stands below one heading, its exercises included."""

    title: str
    more: bool
    words: int = 0
    questions: int = 0
    exercises: list = field(default_factory=list)  # (name, kind)

    def minutes(self, seconds=0):
        """Planned minutes: reading, questions, exercises, waiting for the computer; a challenge has none."""
        if self.title.startswith("Challenge"):
            return 0
        waited = seconds / 60 + MINUTES_OF_A_QUESTION * self.questions
        return self.words / WORDS_A_MINUTE + waited + sum(MINUTES[kind] for _, kind in self.exercises)


def sections(notebook):
    """Sections of a notebook in order, and for each cell the one that it ends in."""
    found, place = [Section(notebook.cells[0].source.splitlines()[0].lstrip("# "), False)], []
    for cell, more in zip(notebook.cells, in_more(notebook.cells), strict=True):
        here = next((section for section in reversed(found) if section.more == more), found[-1])
        prose = cell.source if cell.cell_type == "markdown" and "newcomer" not in tools.tags(cell) else ""
        for part in re.split(r"^(?=##+ )", prose, flags=re.MULTILINE):
            title = re.match(r"##+ (Exercise: )?(.*)", part)
            if title and title[1]:
                here.exercises.append((title[2], "choose"))
            elif title:
                here = Section(title[2], more)
                found.append(here)
            here.words += words(part)
        place.append(here)
        if "solution" in tools.tags(cell) and here.exercises:
            name, _ = here.exercises.pop()
            here.exercises.append((name, kind(name, cell.source)))
        for name in re.findall(r'quiz\.show\("([\w-]+)"\)', cell.source):
            here.questions += len(quiz.show(name).questions)
    return found, place


def words(markdown):
    """Count the words of prose that one reads: no folded hint or answer, no address of a link."""
    markdown = re.sub(r"<details>.*?</details>|```.*?```|\]\([^)]*\)", " ", markdown, flags=re.DOTALL)
    return len(re.findall(r"\b[\w'-]*[A-Za-z]{2,}[\w'-]*|\b[AaI]\b", markdown))


def kind(title, solution):
    """What learners do in an exercise, by its title and the code of its solution."""
    if re.search(r"\b(mistakes?|fault|repair|grid that)\b", title):
        return "find the mistake"
    if re.search(r"^def |\blayers\.|\bkeras\.", solution, re.MULTILINE):
        return "write code"
    return "compute" if re.search(r"= *[\[(]*-?[\d(]|\w\(", solution.partition("checks.")[0]) else "choose"


def planned(path):
    """Sections of a notebook, each with the seconds that its cells were measured to take."""
    measured = json.loads(TIMES.read_text(encoding="utf-8"))["notebooks"].get(path.stem, {})
    found, _ = sections(tools.read(path))
    return [(section, measured.get("sections", {}).get(section.title, 0)) for section in found]


def real_minutes(folder):
    """Minutes that classes took, from the forms in a folder: {(notebook, section): [minutes, ...]}."""
    found = {}
    for form in sorted(folder.glob("*.csv")):
        with form.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["minutes"].strip():
                    found.setdefault((row["notebook"], row["section"]), []).append(float(row["minutes"]))
    return found


def table(folder=FORMS):
    """Write the tables of minutes for the guide: all episodes, then each by section, plan beside measured."""
    real, episodes = real_minutes(folder), [path for path in tools.find() if path.stem[0].isdigit()]
    summary, details = [], []
    for path in episodes:
        rows = planned(path)
        summary.append([f"[{tools.title(path.name)}](../notebooks/{path.name})", *_totals(rows)])
        details += [
            f"### {tools.title(path.name)}",
            shared.table(SECTIONS, [_row(path, real, *row) for row in rows]),
        ]
    every = [row for path in episodes for row in planned(path)]
    summary.append(["**Together**", *_totals(every)])
    return "\n\n".join([shared.table(EPISODES, summary), _told(real), *details])


def _totals(rows):
    """Words of the core, its minutes: reading, exercises and questions, computer, all; minutes of More."""
    more = sum(section.minutes(seconds) for section, seconds in rows if section.more)
    core = [row for row in rows if not row[0].more and not row[0].title.startswith("Challenge")]
    n_words, waited = sum(s.words for s, _ in core), sum(seconds for _, seconds in core) / 60
    together = sum(section.minutes(seconds) for section, seconds in core)
    read = n_words / WORDS_A_MINUTE
    minutes = (read, together - read - waited, waited, together, more)
    return [f"{n_words:,}", *(f"{number:.0f}" for number in minutes)]


def _row(path, real, section, seconds):
    done = ", ".join(f"{name} ({kind})" for name, kind in section.exercises)
    asked = f"{section.questions} questions" if section.questions else ""
    took = real.get((path.stem, section.title), [])
    measured = f"{statistics.median(took):g} ({len(took)})" if took else "-"
    plan = f"{section.minutes(seconds):.1f}" if not section.title.startswith("Challenge") else "homework"
    return [section.title, f"{section.words:,}", done or asked or "-", f"{seconds:.0f} s", plan, measured]


def _told(real):
    if not real:
        return "No class has been measured yet: every number of minutes is a plan."
    return "*Measured* is the median of the classes that reported; in brackets, how many they are."


def form():
    """Write a form for a class: every section with its plan, and an empty column for the real minutes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["notebook", "section", "planned", "minutes"])
    for path in tools.find():
        for section, seconds in planned(path):
            writer.writerow([path.stem, section.title, round(section.minutes(seconds), 1), ""])
    shared.write_text(tools.BUILD / "minutes.csv", text.getvalue())
    return tools.BUILD / "minutes.csv"


def main():
    """Print the tables, and write the form."""
    shared.parser(__doc__).parse_args()
    print(table(), form(), sep="\n\n")


if __name__ == "__main__":
    sys.exit(main())
