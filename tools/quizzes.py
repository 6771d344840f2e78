"""Write the quizzes, and the exercises that are data, as files that learning platforms import.

    python -m tools.quizzes [FOLDER]     # into FOLDER, build/quizzes if not given

For each notebook: NAME.xml is Moodle XML, NAME-qti.zip is QTI 1.2 in the form that Canvas reads.
"""

import re
import tomllib
import zipfile
from html import escape
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from nbconvert.filters import markdown2html

from helpers import quiz, storage
from helpers.exercises import statements
from tools import notebooks as tools
from tools import shared

FOLDER = storage.ROOT / "build" / "quizzes"
QTI, PACKAGE = (
    "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
    "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
)
MOODLE = {"choice": "multichoice", "number": "numerical", "words": "shortanswer"}
CANVAS = {"choice": "multiple_choice", "number": "numerical", "words": "short_answer"}
BRACKETS = ("()", "[]", ("", ""))  # in which learners write a shape
RESPONSE = "response1"  # as Canvas calls it
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
    path = quiz.QUIZZES / f"{name}.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["question"] if path.exists() else []
    for entry in entries:
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


def _add(parent, tag, text=None, **attributes):
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def as_moodle(notebook, sets):
    """Write sets of questions as Moodle XML, each in a category of its own."""
    root = ElementTree.Element("quiz")
    for name, found in sets.items():
        category = _add(_add(root, "question", type="category"), "category")
        _add(category, "text", f"$course$/top/Image classification/{notebook}/{name}")
        for question in found:
            _add_to_moodle(root, question)
    return _as_bytes(root)


def _add_to_moodle(root, question):
    entry = _add(root, "question", type=MOODLE[question.kind])
    _add(_add(entry, "name"), "text", question.name)
    _add(_add(entry, "questiontext", format="html"), "text", question.text)
    if question.kind == "choice":
        for tag, value in (("single", "true"), ("shuffleanswers", "true"), ("answernumbering", "none")):
            _add(entry, tag, value)
    any_other = [Answer("*", question.hint)] if question.hint else []
    for answer in (*question.answers, *any_other):
        form = "html" if question.kind == "choice" else "moodle_auto_format"
        node = _add(entry, "answer", fraction="100" if answer.right else "0", format=form)
        _add(node, "text", answer.text)
        _add(_add(node, "feedback", format="html"), "text", answer.feedback)
        if question.kind == "number" and answer.text != "*":
            _add(node, "tolerance", _written(question.tolerance))


def as_qti(notebook, sets):
    """Write sets of questions as the files of a QTI package, path -> content: a quiz for each set."""
    manifest = ElementTree.Element("manifest", xmlns=PACKAGE, identifier=f"manifest-{notebook}")
    metadata = _add(manifest, "metadata")
    _add(metadata, "schema", "IMS Content")
    _add(metadata, "schemaversion", "1.1.3")
    _add(manifest, "organizations")
    resources, files = _add(manifest, "resources"), {}
    for name, found in sets.items():
        ident = f"{notebook}-{name}"
        resource = _add(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
        _add(resource, "file", href=f"{ident}/{ident}.xml")
        root = ElementTree.Element("questestinterop", xmlns=QTI)
        section = _add(
            _add(root, "assessment", ident=ident, title=f"{notebook}: {name}"), "section", ident="all"
        )
        for place, question in enumerate(found, start=1):
            _add_item(section, f"{ident}-{place}", question)
        files[f"{ident}/{ident}.xml"] = _as_bytes(root)
    return {"imsmanifest.xml": _as_bytes(manifest)} | files


def _add_item(section, ident, question):
    """Add one question; Canvas keeps feedback on wrong answers of a choice, and one for all others."""
    item = _add(section, "item", ident=ident, title=question.name)
    fields = _add(_add(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", f"{CANVAS[question.kind]}_question"), ("points_possible", "1")):
        field = _add(fields, "qtimetadatafield")
        _add(field, "fieldlabel", label)
        _add(field, "fieldentry", entry)
    presentation = _add(item, "presentation")
    _add_html(presentation, question.text)
    rules = _add(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    _add(_add(rules, "outcomes"), "decvar", **score)
    feedback = (_add_choice if question.kind == "choice" else _add_open)(presentation, rules, question)
    for name, text in feedback.items():
        _add_html(_add(_add(item, "itemfeedback", ident=name), "flow_mat"), text)


def _add_html(parent, html):
    _add(_add(parent, "material"), "mattext", html, texttype="text/html")


def _add_choice(presentation, rules, question):
    """Add the answers to choose from, what each of them shows, and which one is right."""
    lid = _add(presentation, "response_lid", ident=RESPONSE, rcardinality="Single")
    choices, feedback = _add(lid, "render_choice"), {}
    for number, answer in enumerate(question.answers, start=1):
        ident = f"{number}"
        _add_html(_add(choices, "response_label", ident=ident), answer.text)
        feedback[f"{ident}_fb"] = answer.feedback
        for shows in (f"{ident}_fb", None) if answer.right else (f"{ident}_fb",):
            _add(_add_rule(rules, shows), "varequal", ident, respident=RESPONSE)
    return feedback


def _add_rule(rules, shows=None):
    """Add what some answers lead to, a feedback or else the points; return the place for a test of them."""
    rule = _add(rules, "respcondition", **{"continue": "Yes" if shows else "No"})
    test = _add(rule, "conditionvar")
    if shows:
        _add(rule, "displayfeedback", feedbacktype="Response", linkrefid=shows)
    else:
        _add(rule, "setvar", "100", action="Set", varname="SCORE")
    return test


def _add_open(presentation, rules, question):
    """Add a field to write into, which answers are right, and one feedback for all that are wrong."""
    is_number = question.kind == "number"
    field = _add(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    field = _add(field, "render_fib", **({"fibtype": "Decimal"} if is_number else {}))
    _add(field, "response_label", ident="answer1")
    right = [answer for answer in question.answers if answer.right]
    test = None if is_number else _add_rule(rules)
    for answer in right:
        either = _add(_add_rule(rules), "or") if is_number else test
        _add(either, "varequal", answer.text, respident=RESPONSE)
        if is_number:
            both, value = _add(either, "and"), float(answer.text)
            _add(both, "vargte", _written(value - question.tolerance), respident=RESPONSE)
            _add(both, "varlte", _written(value + question.tolerance), respident=RESPONSE)
    wrong = {answer.feedback: answer.text for answer in reversed(question.answers) if not answer.right}
    listed = "".join(f"<li>{escape(text)}: {feedback}</li>" for feedback, text in reversed(wrong.items()))
    hint = f"<p>{question.hint}</p>" + (f"<ul>{listed}</ul>" if listed else "")
    return {"correct_fb": right[0].feedback, "general_incorrect_fb": hint}


def _as_bytes(root):
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


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
    parser = shared.parser(__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER")
    folder = parser.parse_args().folder
    write(folder)
    print(f"Written into {folder}: *.xml for Moodle, *-qti.zip for Canvas. See docs/teach/platforms.md.")


if __name__ == "__main__":
    main()
