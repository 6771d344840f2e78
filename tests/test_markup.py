"""Names, titles and texts of other people stay text wherever HTML, SVG or Markdown is written."""

import warnings
from collections import Counter
from html.parser import HTMLParser
from string import Template
from types import SimpleNamespace

import ipywidgets
import keras
import markdown_it
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

from helpers import CourseError, plotting, quiz, training
from helpers.evaluation import Predictions
from helpers.explorers.controls import Explorer, Slider
from helpers.sharing import model_card, web_page
from helpers.sharing.model_card import _line
from tools import cheat_sheet, website

HOSTILE = ("<img src=x onerror=alert(1)>", '"><b>', "&amp;", "' onload='alert(1)", "\n```\n\n<b>\n\n# x")
DOORS = {}  # name -> function that writes a text into markup


def door(write):
    DOORS[write.__name__] = write
    return write


def in_widgets(widget):
    """All HTML below a widget."""
    if isinstance(widget, ipywidgets.HTML):
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from in_widgets(child)


@door
def the_error_of_an_explorer(text):
    def draw(size):
        if size == 2:
            raise CourseError(text, text, text)
        return plt.figure(figsize=(1, 1))

    explorer = Explorer(draw, size=Slider("size", 1, 1, 2, 1))
    explorer.controls["size"].value = 2
    return explorer.message.value


@door
def a_metric_in_the_live_curves(text):
    return training._curves_svg([{text: 0.5, f"val_{text}": 0.4}], 3)


@door
def a_quiz(text):
    answers = [{"text": text, "feedback": text, "right": True}, {"text": "b", "feedback": text}]
    asked = quiz._Quiz([{"text": text, "answer": answers}])
    return asked._repr_mimebundle_()["text/html"] + "".join(in_widgets(asked.widget))


@door
def a_web_page(text):
    page = Template((web_page.SITE / "index.html").read_text(encoding="utf-8"))
    facts = {"classes": [text, "dog"], "runtime": True}
    return page.substitute(web_page._texts(facts, text, text) | {"megabytes": 1})


def card_with(text):
    answers = Predictions(np.zeros((2, 1, 1, 1)), np.zeros(2, int), np.eye(2))
    run = {"parameters": 1, "network": text, "optimizer": text, "loss": text, "data_sha256": text}
    parts = ("intended_use", "not_for", "decisions", "limits", "data", "citation")
    own = dict.fromkeys(parts, f"Photos {text}")
    model = keras.Sequential(name="m")
    return model_card(text, model, run, answers, [text, "dog"], text, license=text, **own)


@door
def a_model_card(text):
    return markdown_it.MarkdownIt("commonmark").render(str(card_with(text)).split("---\n", 2)[2])


@door
def a_model_card_on_a_page(text):
    return card_with(text).html()


@door
def a_card_of_the_site(text):
    source = f"# {text}: {text}\n\n**Time**: {text}\n\n**You need**: {text}"
    notebook = SimpleNamespace(cells=[SimpleNamespace(source=source, cell_type="markdown")])
    return website.card(text, notebook, text) + website.buttons(text)


@door
def the_cheat_sheet(text):
    rows = [[text, text], [text, f"{text}, or {text}"]]
    sheet = {"title": "Cheat sheet", "section": [{"title": "A", "rows": rows}]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cheat_sheet, "read", lambda: sheet)
        return cheat_sheet.page()


class Elements(HTMLParser):
    """The elements of a page with the names of their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = Counter(), ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found[tag, tuple(name for name, _ in attributes)] += 1

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("write", DOORS.values(), ids=DOORS)
def test_a_text_makes_no_element_that_we_did_not_write(write, text):
    if "\n" in text and write not in (a_model_card, a_model_card_on_a_page):
        pytest.skip("only in Markdown do lines mean anything")
    harmless, hostile = Elements(write("cat")), Elements(write(text))
    assert "cat" in harmless.text
    assert hostile.found == harmless.found
    assert text.split()[0] in hostile.text


# Figures

NAMES = ["$5%", "$a%b$", "$x_{$", "\\$", "猫" * 40, "قط", "🐱", "แมว", "a\tb\0c"]
NAMES += ["\ud800", "\u202eabc", "x" * 200, " "]
ANSWERS = np.array([0.3, 0.7])
FIGURES = {
    "bars": lambda name: plotting.probability_bars(ANSWERS, [name, "dog"], name),
    "prediction": lambda name: plotting.plot_prediction(np.eye(8), ANSWERS, [name, "dog"], name),
    "images": lambda name: plotting.show_images([np.eye(8)] * 3, [name] * 3),
    "histories": lambda name: plotting.compare_histories({name: {"loss": [1.0, 2.0]}}, "loss"),
}


def drawn(figure, name):
    """Draw a figure and give its texts; a warning is an error."""
    with warnings.catch_warnings(action="error"):
        axes = np.ravel(FIGURES[figure](name))
        axes[0].figure.canvas.draw()
    texts = [text for text in axes[0].figure.findobj(Text) if text.get_text()]
    plt.close("all")
    return texts


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_drawn_as_text_in_every_figure(figure, name):
    texts = drawn(figure, name)
    assert all(len(line) < 110 for text in texts for line in text.get_text().split("\n"))
    assert "\u202e" not in "".join(text.get_text() for text in texts)
    if "$" in name:
        assert any(name in text.get_text() and not text.get_parse_math() for text in texts)


@settings(deadline=None, max_examples=25)
@given(name=st.text(min_size=1, max_size=30), figure=st.sampled_from(sorted(FIGURES)))
def test_whatever_a_name_is_a_figure_draws_it_without_a_warning(name, figure):
    drawn(figure, name)


@pytest.mark.parametrize("text", ["*a*", "`a`", "[a](b)", "![a](b)", "$a$", "~~a~~", "__a__", "a\\*"])
def test_a_class_in_a_model_card_is_no_markdown(text):
    assert markdown_it.MarkdownIt("commonmark").renderInline(_line(text)) == text
