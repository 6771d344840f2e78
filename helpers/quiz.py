"""A short quiz at the end of an episode, with feedback on every answer.

The questions are data: notebooks/quizzes/<notebook>.toml. In JupyterLab and Colab they are shown with radio
buttons; wherever no widget can work - on GitHub, on the web site - as a list of answers to unfold.
"""

import functools
import tomllib
from html import escape
from typing import NamedTuple

import ipywidgets as widgets

from helpers import CourseError, storage, validation

QUIZZES = storage.ROOT / "notebooks" / "quizzes"


class Answer(NamedTuple):
    """One answer to choose: its text, what one reads after choosing it, and whether it is right."""

    text: str
    feedback: str
    right: bool = False

    @property
    def verdict(self):
        """What one reads after choosing this answer."""
        return f"✓ Right. {self.feedback}" if self.right else f"✗ {self.feedback}"


class Question(NamedTuple):
    """A question and its answers, of which exactly one is right."""

    text: str
    answers: tuple


def load(name):
    """Read the questions of a notebook.

    Parameters
    ----------
    name : str
        The notebook's name, such as "01-introduction".

    Returns
    -------
    list of Question

    Raises
    ------
    CourseError
        If there is no quiz of that name.
    """
    try:
        data = tomllib.loads((QUIZZES / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a name that no file can have
        known = ", ".join(sorted(path.stem for path in QUIZZES.glob("*.toml")))
        raise CourseError(
            f"the name of a quiz ({known})", repr(name), "Choose one of these, or get the course again."
        ) from None
    return [
        Question(question["text"], tuple(Answer(**answer) for answer in question["answer"]))
        for question in data["question"]
    ]


def show(name):
    """Show the quiz of a notebook, such as "01-introduction"."""
    return Quiz(load(name))


class Quiz:
    """Questions to click on; where nothing can be clicked, to unfold.

    Parameters
    ----------
    questions : list of Question
        What to ask.
    """

    def __init__(self, questions):
        self.questions = questions
        self.fields = [_field(number, question) for number, question in enumerate(questions, start=1)]
        self.widget = widgets.VBox(self.fields)

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Give the live quiz to those who can show it, and the one to unfold to all others."""
        return {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.widget.model_id,
            },
            "text/html": as_html(self.questions),
            "text/plain": f"A quiz of {len(self.questions)} questions: run the cell to answer them.",
        }


@validation.checked(questions=validation.several(validation.a(Question)))
def as_html(questions):
    """Write questions as HTML without a script: an answer is unfolded to see what it says.

    Parameters
    ----------
    questions : list of Question

    Returns
    -------
    str
    """
    entries = "\n".join(f"<li><p>{_html(text)}</p>{_choices(answers)}</li>" for text, answers in questions)
    return f'<div class="quiz"><ol>\n{entries}\n</ol></div>'


def _choices(answers):
    return "".join(
        f"<details><summary>{_html(answer.text)}</summary><p>{_html(answer.verdict)}</p></details>"
        for answer in answers
    )


def _html(text):
    """Escape a text; what stands between backticks is code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if odd % 2 else piece for odd, piece in enumerate(pieces))


def _field(number, question):
    """Make question, radio buttons and feedback, below each other."""
    feedback = widgets.HTML()
    options = [(answer.text.replace("`", ""), place) for place, answer in enumerate(question.answers)]
    buttons = widgets.RadioButtons(options=options, value=None, layout={"width": "auto"})
    buttons.observe(functools.partial(_answer, question, feedback), names="value")
    title = widgets.HTML(f"<b>{number}. {_html(question.text)}</b>")
    return widgets.VBox([title, buttons, feedback], layout={"margin": "0 0 12px 0"})


def _answer(question, feedback, change):
    """Show what the chosen answer says; screen readers hear it too."""
    verdict = question.answers[change.new].verdict if change.new is not None else ""
    feedback.value = f'<p role="status">{_html(verdict)}</p>'
