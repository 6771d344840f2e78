"""A short quiz at the end of an episode, with feedback on every answer.

The questions are data: notebooks/quizzes/<notebook>.toml. In JupyterLab and Colab they are shown with radio
buttons; wherever no widget can work - on GitHub, on the web site - as a list of answers to unfold.
"""

import functools
import tomllib
from html import escape

import ipywidgets as widgets

from helpers import CourseError, storage

QUIZZES = storage.ROOT / "notebooks" / "quizzes"


def show(name):
    """Show the quiz of a notebook, by its name, such as "01-introduction"."""
    try:
        questions = tomllib.loads((QUIZZES / f"{name}.toml").read_text(encoding="utf-8"))["question"]
    except (OSError, ValueError):  # a name that no file can have
        known = ", ".join(sorted(path.stem for path in QUIZZES.glob("*.toml")))
        remedy = "Choose one of these, or get the course again."
        raise CourseError(f"the name of a quiz ({known})", repr(name), remedy) from None
    return _Quiz(questions)


class _Quiz:
    """Questions, each with `text` and a list `answer` of `text`, `feedback` and perhaps `right = true`."""

    def __init__(self, questions):
        self.questions = questions
        self.fields = [_field(number, question) for number, question in enumerate(questions, start=1)]
        self.widget = widgets.VBox(self.fields)

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Give the live quiz to those who can show it, and the one to unfold to all others."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": _as_html(self.questions),
            "text/plain": f"A quiz of {len(self.questions)} questions: run the cell to answer them.",
        }


def _field(number, question):
    """Make question, radio buttons and feedback, below each other."""
    feedback = widgets.HTML()
    options = [(answer["text"].replace("`", ""), place) for place, answer in enumerate(question["answer"])]
    buttons = widgets.RadioButtons(options=options, value=None, layout={"width": "auto"})
    buttons.observe(functools.partial(_answer, question, feedback), names="value")
    title = widgets.HTML(f"<b>{number}. {_html(question['text'])}</b>")
    return widgets.VBox([title, buttons, feedback], layout={"margin": "0 0 12px 0"})


def _answer(question, feedback, change):
    """Show what the chosen answer says; screen readers hear it too."""
    verdict = _verdict(question["answer"][change.new]) if change.new is not None else ""
    feedback.value = f'<p role="status">{verdict}</p>'


def _as_html(questions):
    """Write questions as HTML without a script: an answer is unfolded to see what it says."""
    entries = []
    for question in questions:
        answers = "".join(
            f"<details><summary>{_html(answer['text'])}</summary><p>{_verdict(answer)}</p></details>"
            for answer in question["answer"]
        )
        entries.append(f"<li><p>{_html(question['text'])}</p>{answers}</li>")
    return '<div class="quiz"><ol>\n{}\n</ol></div>'.format("\n".join(entries))


def _verdict(answer):
    mark = "✓ Right. " if answer.get("right") else "✗ "
    return mark + _html(answer["feedback"])


def _html(text):
    """Escape a text; what stands between backticks is code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if odd % 2 else piece for odd, piece in enumerate(pieces))
