"""Write the quizzes, and the exercises that are data, as files that learning platforms import.

    python -m tools.quizzes     # into build/quizzes

For each notebook: NAME.xml is Moodle XML, NAME-qti.zip is QTI 1.2 in the form that Canvas reads.
"""

import re
import zipfile
from html import escape
from typing import NamedTuple

from nbconvert.filters import markdown2html

from helpers import quiz, storage
from helpers.exercises import statements
from tools import notebooks as tools
from tools import shared

FOLDER = tools.BUILD / "quizzes"
BRACKETS = ("()", "[]", ("", ""))  # in which learners write a shape
LINE_OF_SCAFFOLD = re.compile(r"^.*\.\.\.|^answers = \{$|^checks\.", re.MULTILINE)


class Answer(NamedTuple):
    """One answer: of a choice in HTML, else plain text; `feedback` is HTML."""

    text: str
    feedback: str
    right: bool = False


class Question(NamedTuple):
    """One question, in HTML; `hint` is for an answer of which nothing is known."""

    kind: str
    name: str
    text: str
    answers: list
    hint: str = ""
    tolerance: float = 0

    @property
    def all_hints(self):
        """Say all that is known about wrong answers in one text, for platforms that have but one."""
        wrong = {one.feedback: one.text for one in reversed(self.answers) if not one.right}
        listed = "".join(f"<li>{escape(text)}: {feedback}</li>" for feedback, text in reversed(wrong.items()))
        return f"<p>{self.hint}</p>" + (f"<ul>{listed}</ul>" if listed else "")


def questions(notebook):
    """Collect the questions of a notebook: name of a set -> list of Question; empty ones are left out."""
    number, written = notebook[:3], statements.load().items()
    sets = {
        "quiz": [*_of_quiz(notebook)],
        "review": [*_of_quiz(f"{number}review")],
        "exercises": [
            question
            for name, exercise in written
            if exercise.notebook == notebook
            for question in _of_exercise(_task(notebook, name), exercise)
        ],
    }
    return {name: found for name, found in sets.items() if found}


def _of_quiz(name):
    for entry in quiz.show(name).questions if (quiz.QUIZZES / f"{name}.toml").exists() else []:
        answers = [
            Answer(quiz._html(one["text"]), quiz._html(one["feedback"]), one.get("right", False))
            for one in entry["answer"]
        ]
        yield Question("choice", entry["text"], quiz._html(entry["text"]), answers)


def _sentence(text):
    """Write feedback that follows a name in the notebook as a sentence of its own; a variable stays small."""
    starts_with_a_word = re.match("a |[a-z]{2,}[ ,]", text)
    return quiz._html(text[0].upper() + text[1:] if starts_with_a_word else text)


def _task(notebook, check):
    """Read what the notebook asks for before a check, and the code that it shows, as HTML."""
    cells, task = tools.read(tools.NOTEBOOKS / f"{notebook}.ipynb").cells, ""
    for cell in cells:
        if cell.cell_type == "markdown" and "### Exercise" in cell.source:
            task = cell.source.rpartition("### Exercise")[2].partition("\n")[2]
        if cell.cell_type == "code" and f"checks.{check}(" in cell.source:
            code = LINE_OF_SCAFFOLD.split(cell.source, maxsplit=1)[0].strip()
            shown = f"<pre><code>{escape(code)}</code></pre>" if code else ""
            return re.sub(r"\$([^$\n]+)\$", r"\\(\1\\)", markdown2html(task)).strip() + shown
    raise ValueError(f"checks.{check} has no place in {notebook}.")


def _of_exercise(task, exercise):
    numbers = [*exercise.numbers]
    choices = sorted({one.answer for one in exercise.statements}, key=str, reverse=True)  # True before False
    for text, right, feedback, near in exercise.statements:
        if isinstance(right, bool | str):
            answers = [Answer(escape(str(one)), _sentence(feedback), one == right) for one in choices]
            yield Question("choice", text, f"{task}<p><strong>{quiz._html(text)}</strong></p>", answers)
        else:
            numbers.append(statements.Number(text, right, feedback, near))
    for number in numbers:
        praise = exercise.praise if len(numbers) == 1 else "Right."  # else it speaks of the others too
        yield _of_number(task, number, praise)


def _of_number(task, number, praise):
    """Ask for a number, or for several in brackets; near misses with a gap cannot be told from others."""
    several = isinstance(number.answer, list)
    known = [(one, praise, True) for one in (number.answer, *number.also)]
    known += [
        (miss["answer"], miss["feedback"], False) for miss in number.near if "*" not in str(miss["answer"])
    ]
    answers = [
        Answer(form, _sentence(feedback), right)
        for one, feedback, right in known
        if isinstance(one, list) == several
        for form in _forms(one)
    ]
    text = f"{task}<p><strong>{escape(number.called or number.name)}</strong> = ?</p>"
    tolerance = 0 if several else max(number.tolerance, 1e-5 * abs(number.answer))
    kind = "words" if several else "number"
    return Question(kind, number.name, text, answers, _sentence(number.hint), tolerance)


def _forms(value):
    """List the ways to write a number, or several."""
    if not isinstance(value, list):
        return [_written(value)]
    lists = [gap.join(map(_written, value)) for gap in (", ", ",")]
    return [f"{left}{some}{right}" for left, right in BRACKETS for some in lists]


def _written(number):
    return f"{number:.10g}"


def as_moodle(notebook, sets):
    """Write sets of questions as Moodle XML, each in a category of its own."""
    return shared.filled("moodle.xml", notebook=notebook, sets=sets).encode()


def as_qti(notebook, sets):
    """Write sets of questions as the files of a QTI package, path -> content: a quiz for each set."""
    files = {"imsmanifest.xml": shared.filled("imsmanifest.xml", notebook=notebook, sets=sets)}
    for name, found in sets.items():
        content = shared.filled("qti.xml", notebook=notebook, name=name, questions=found)
        files[f"{notebook}-{name}/{notebook}-{name}.xml"] = content
    return {path: text.encode() for path, text in files.items()}


def write(folder):
    """Write both files of each notebook into a folder."""
    for path in tools.find():
        if sets := questions(path.stem):
            with storage.atomic_path(folder / f"{path.stem}.xml") as temporary:
                temporary.write_bytes(as_moodle(path.stem, sets))
            with (
                storage.atomic_path(folder / f"{path.stem}-qti.zip") as temporary,
                zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as package,
            ):
                for name, content in as_qti(path.stem, sets).items():
                    package.writestr(name, content)


def main():
    """Write the files."""
    shared.parser(__doc__).parse_args()
    write(FOLDER)
    print(f"Written into {FOLDER}: *.xml for Moodle, *-qti.zip for Canvas. See docs/teach/platforms.md.")


if __name__ == "__main__":
    main()
