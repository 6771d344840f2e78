"""Quizzes for Moodle and Canvas, read back as these platforms read them: the same answers and feedback.

Neither PyPI nor npm has a maintained package with a schema or a parser for both. The readers below follow
Moodle's question/format/xml and Canvas's qti_exporter, and share no line with what writes.
"""

import html
import re
import tomllib
import zipfile
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import quiz
from helpers.exercises import statements
from tools import notebooks as tools
from tools import quizzes

NAMES = [path.stem for path in tools.find() if quizzes.questions(path.stem)]
WRITTEN = statements.load()
KINDS = {
    "multichoice": "choice",
    "numerical": "number",
    "shortanswer": "words",
    "multiple_choice_question": "choice",
    "numerical_question": "number",
    "short_answer_question": "words",
}


def parsed(content):
    """Parse XML of our own, without its name spaces."""
    return ElementTree.fromstring(re.sub(rb' xmlns="[^"]*"', b"", content))  # noqa: S314


def entries(name):
    """Read a quiz as it is written."""
    path = quiz.QUIZZES / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["question"] if path.exists() else []


def plain(text):
    """Take the marks of HTML away."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", text or "")).split())


def said(text):
    """Reduce a text of the course to its words, however a sentence begins."""
    return plain(quiz._html(text)).lower()


class OnMoodle(SimpleNamespace):
    """A question as Moodle imports it."""

    def judge(self, given):
        """Compare with one answer after the other; the first that fits counts."""
        for answer in self.answers:
            wanted = answer.findtext("text")
            if self.kind == "number" and wanted != "*":
                fits = abs(float(given) - float(wanted)) <= float(answer.findtext("tolerance")) * (1 + 1e-9)
            else:
                fits = plain(wanted) == plain(given) or wanted == "*"
            if fits:
                return answer.get("fraction") == "100", plain(answer.findtext("feedback/text"))
        return False, ""


class OnCanvas(SimpleNamespace):
    """A question as Canvas imports it."""

    def judge(self, given):
        """Follow the rules; of open questions, one feedback belongs to all that is wrong."""
        if self.kind == "choice":
            texts = {plain(label.findtext("material/mattext")): label.get("ident") for label in self.labels}
            given = texts[plain(given)]
        right, shown = False, []
        for rule in self.rules:
            if self.fits(rule.find("conditionvar"), given):
                right = right or rule.findtext("setvar") == "100"
                shown += [self.feedback[link.get("linkrefid")] for link in rule.iterfind("displayfeedback")]
        return right, shown[0] if shown else self.feedback["correct_fb" if right else "general_incorrect_fb"]

    def fits(self, test, given):
        if test.find("or") is None:
            return given in [equal.text for equal in test.iterfind("varequal")]
        low, high = (float(test.findtext(f"or/and/{edge}")) for edge in ("vargte", "varlte"))
        return low <= float(given) * (1 + 1e-9) and float(given) <= high * (1 + 1e-9)


def moodle(content):
    """Read Moodle XML: category -> questions."""
    found = {}
    for entry in parsed(content):
        if entry.get("type") == "category":
            questions = found.setdefault(entry.findtext("category/text").rpartition("/")[2], [])
            continue
        text, answers = entry.findtext("questiontext/text"), entry.findall("answer")
        questions.append(OnMoodle(kind=KINDS[entry.get("type")], text=text, answers=answers))
        assert 0 < len(entry.findtext("name/text")) < 256  # Moodle cuts off the rest
        assert entry.findtext("shuffleanswers", "true") == "true"
        assert sum(answer.get("fraction") == "100" for answer in answers) == 1 or entry.find("single") is None
    return found


def canvas(files):
    """Read the files of a QTI package: quiz -> questions."""
    found = {}
    resources = parsed(files["imsmanifest.xml"]).findall("resources/resource")
    assert {resource.get("type") for resource in resources} == {"imsqti_xmlv1p2"}
    paths = [resource.find("file").get("href") for resource in resources]
    assert {"imsmanifest.xml", *paths} == set(files)
    for path in paths:
        assessment = parsed(files[path]).find("assessment")
        items = assessment.findall("section/item")
        assert {choice.get("shuffle") for choice in assessment.iter("render_choice")} <= {"yes"}
        assert len({item.get("ident") for item in items}) == len(items)
        found[assessment.get("title").partition(": ")[2]] = [*map(from_item, items)]
    return found


def from_item(item):
    fields = {one.findtext("fieldlabel"): one.findtext("fieldentry") for one in item.iter("qtimetadatafield")}
    feedback = item.iter("itemfeedback")
    return OnCanvas(
        kind=KINDS[fields["question_type"]],
        text=item.findtext("presentation/material/mattext"),
        labels=item.findall("presentation/response_lid/render_choice/response_label"),
        rules=item.findall("resprocessing/respcondition"),
        feedback={one.get("ident"): plain(one.findtext("flow_mat/material/mattext")) for one in feedback},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("quizzes")
    quizzes.write(place)
    return place


@pytest.fixture(params=["Moodle", "Canvas"])
def read(request, folder):
    """Read what was written about a notebook, as one of the platforms does."""

    def read(name):
        if request.param == "Moodle":
            return moodle((folder / f"{name}.xml").read_bytes())
        with zipfile.ZipFile(folder / f"{name}-qti.zip") as package:
            return canvas({path: package.read(path) for path in package.namelist()})

    return read


@pytest.mark.parametrize("name", NAMES)
def test_a_quiz_has_the_same_answers_and_feedback_on_a_platform(name, read):
    asked = read(name)
    for part, source in (("quiz", name), ("review", f"{name[:3]}review")):
        questions, written = asked.get(part, []), entries(source)
        assert [said(one["text"]) for one in written] == [plain(one.text).lower() for one in questions]
        for question, entry in zip(questions, written, strict=True):
            for answer in entry["answer"]:
                wanted = answer.get("right", False), plain(quiz._html(answer["feedback"]))
                assert question.judge(quiz._html(answer["text"])) == wanted


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_says_on_a_platform_what_it_says_in_the_notebook(name, read):
    questions = iter(read(name).get("exercises", []))
    for exercise in (one for one in WRITTEN.values() if one.notebook == name):
        choices = {statement.answer for statement in exercise.statements}
        for text, right, feedback, near in exercise.statements:
            question = next(questions)
            assert said(text) in plain(question.text).lower()
            if near:
                check_numbers(question, right, (), near, feedback)
            for choice in () if near else choices:
                is_right, says = question.judge(str(choice))
                assert (is_right, says.lower()) == (choice == right, said(feedback))
        for number in exercise.numbers:
            check_numbers(next(questions), number.answer, number.also, number.near, number.hint)
    assert next(questions, None) is None


def check_numbers(question, answer, also, near, hint):
    """Give the right answers, the near misses, and another one."""
    several = isinstance(answer, list)
    for one in (answer, *also):
        if isinstance(one, list) == several:
            assert question.judge(str(one))[0]
            assert not several or question.judge(f"({str(one)[1:-1].replace(' ', '')})")[0]
    for miss in near:
        if isinstance(miss["answer"], list) == several and "*" not in str(miss["answer"]):
            is_right, says = question.judge(str(miss["answer"]))
            assert not is_right
            assert said(miss["feedback"]) in says.lower()
    is_right, says = question.judge("[77, 77]" if several else "77777")
    assert not is_right
    assert said(hint) in says.lower()


SIGNS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)


@settings(deadline=None)
@given(SIGNS, st.lists(SIGNS, min_size=2, max_size=4, unique_by=plain))
def test_any_sign_is_kept(text, choices):
    answers = [quizzes.Answer(html.escape(one), html.escape(f"{one}!"), one == choices[0]) for one in choices]
    sets = {"quiz": [quizzes.Question("choice", "name", html.escape(text), answers)]}
    for found in (moodle(quizzes.as_moodle("a", sets)), canvas(quizzes.as_qti("a", sets))):
        (question,) = found["quiz"]
        assert html.unescape(question.text) == text
        assert all(question.judge(html.escape(one))[0] == (one == choices[0]) for one in choices)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("04-train-a-cnn", r"\(x = 1.5\)"),
        ("03-build-a-cnn", "<pre><code>inputs = keras.Input(shape=(64, 48, 3))  # 64 high, 48 wide\nx = "),
        ("01-introduction", "<code>x_train</code>"),
    ],
)
def test_code_and_formulas_of_a_task_are_kept(name, kept, read):
    assert any(kept in question.text for question in read(name)["exercises"])


def test_every_question_of_the_course_is_written(read):
    count = sum(len(questions) for name in NAMES for questions in read(name).values())
    quizzes_too = sum(len(entries(path.stem)) for path in quiz.QUIZZES.glob("*.toml"))
    assert count == quizzes_too + sum(len(one.statements) + len(one.numbers) for one in WRITTEN.values())
