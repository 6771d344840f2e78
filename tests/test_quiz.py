"""The quizzes: complete data, feedback on every answer, and the same questions with and without widgets."""

import pytest

from helpers import CourseError, quiz
from helpers.storage import ROOT
from tools import notebooks as tools

NAMES = sorted(path.stem for path in quiz.QUIZZES.glob("*.toml"))
TWO = [quiz.Question("One `x`?", (quiz.Answer("a < b", "No."), quiz.Answer("b", "Yes.", True)))]


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_one_right_answer_and_feedback_on_each(name):
    questions = quiz.load(name)
    assert len(questions) >= 4
    for text, answers in questions:
        assert text.endswith("?")
        assert [answer.right for answer in answers].count(True) == 1
        assert len(answers) >= 3
        assert len({answer.feedback for answer in answers}) == len(answers)
        assert all(len(answer.feedback) >= 15 and answer.feedback.endswith(".") for answer in answers)


@pytest.mark.parametrize("name", NAMES)
def test_the_right_answer_does_not_always_stand_at_the_same_place(name):
    assert len({[answer.right for answer in answers].index(True) for _, answers in quiz.load(name)}) > 1


def test_every_quiz_is_asked_once_by_its_own_notebook():
    for path in (ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES):
        calls = [cell.source for cell in tools.read(path).cells if "quiz.show" in cell.source]
        assert [f'quiz.show("{path.stem}")' in call for call in calls] == [True], path.stem


def test_what_is_stored_is_what_the_questions_say_now():
    for path in (ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES):
        cell = next(cell for cell in tools.read(path).cells if "quiz.show" in cell.source)
        assert cell.outputs[0].data["text/html"] == quiz.as_html(quiz.load(path.stem)), path.stem


def test_without_widgets_every_answer_unfolds_to_its_feedback():
    html = quiz.as_html(TWO)
    assert "One <code>x</code>?" in html
    assert "<details><summary>a &lt; b</summary><p>✗ No.</p></details>" in html
    assert "<details><summary>b</summary><p>✓ Right. Yes.</p></details>" in html


def test_a_click_gives_the_feedback_of_that_answer():
    _, buttons, feedback = quiz.Quiz(TWO).fields[0].children
    assert (buttons.value, feedback.value) == (None, "")
    buttons.value = 0
    assert feedback.value == '<p role="status">✗ No.</p>'
    buttons.value = 1
    assert "✓ Right. Yes." in feedback.value
    buttons.value = None
    assert "✓" not in feedback.value


def test_an_unknown_quiz_is_named_with_those_that_there_are():
    with pytest.raises(CourseError, match=r"01-introduction.*'07-nothing'"):
        quiz.load("07-nothing")
