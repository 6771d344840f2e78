"""The quizzes: complete data, feedback on every answer, and the same questions with and without widgets."""

import pytest

from helpers import CourseError, quiz
from tools import notebooks as tools

NAMES = sorted(path.stem for path in quiz.QUIZZES.glob("*.toml"))
ANSWERS = [{"text": "a < b", "feedback": "No."}, {"text": "b", "feedback": "Yes.", "right": True}]


def stored(asked):
    return asked._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_one_right_answer_and_feedback_on_each(name):
    questions, places = quiz.show(name).questions, set()
    assert len(questions) >= (2 if name.endswith("review") else 4)
    for question in questions:
        assert question["text"].endswith("?")
        assert len(question["answer"]) >= 3
        (right,) = (place for place, answer in enumerate(question["answer"]) if answer.get("right"))
        places.add(right)
        feedback = [answer["feedback"] for answer in question["answer"]]
        assert len(set(feedback)) == len(feedback)
        assert all(len(words) >= 15 and words.endswith(".") for words in feedback)
        assert all(answer.keys() <= {"text", "feedback", "right"} for answer in question["answer"])
    assert len(places) > 1, "the right answer does not always stand at the same place"


@pytest.mark.parametrize("name", NAMES)
def test_a_quiz_is_asked_once_by_its_own_notebook_and_stored_as_it_is_now(name):
    (path,) = tools.find([name[:3] if name.endswith("-review") else name])
    cells = tools.read(path).cells
    (cell,) = (cell for cell in cells if f'quiz.show("{name}")' in cell.source)
    assert cell.outputs[0].data["text/html"] == stored(quiz.show(name))


def test_every_answer_has_its_feedback_unfolded_without_widgets_and_clicked_with_them():
    one_question = quiz._Quiz([{"text": "One `x`?", "answer": ANSWERS}])
    html = stored(one_question)
    assert "One <code>x</code>?" in html
    assert "<details><summary>a &lt; b</summary><p>✗ No.</p></details>" in html
    assert "<details><summary>b</summary><p>✓ Right. Yes.</p></details>" in html
    _, buttons, feedback = one_question.fields[0].children
    assert (buttons.value, feedback.value) == (None, "")
    buttons.value = 0
    assert feedback.value == '<p role="status">✗ No.</p>'
    buttons.value = 1
    assert "✓ Right. Yes." in feedback.value
    buttons.value = None
    assert "✓" not in feedback.value


@pytest.mark.parametrize("name", ["07-nothing", "x" * 300, "a\0b"])
def test_an_unknown_quiz_is_named_with_those_that_there_are(name):
    with pytest.raises(CourseError, match="01-introduction"):
        quiz.show(name)
