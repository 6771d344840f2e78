"""Explorers follow their controls, say what went wrong, and leave an image where no control works."""

import base64
import gc
import io

import ipywidgets as widgets
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib import pyplot as plt
from PIL import Image

from helpers import CourseError, explorers
from helpers.explorers import controls
from helpers.plotting.style import describe


def draw(number=1, **others):
    if number == 3:
        raise CourseError("another number", "<3>", "Take 4.")
    if number == 5:
        raise RuntimeError("no <luck>")
    ax = plt.subplots(figsize=(2 + number / 10, 1))[1]
    return describe(ax, f'The number "{number}" & {others}.')


@pytest.fixture
def explorer():
    return controls.Explorer(draw, number=controls.Slider("a number", 1, 0, 9))


def shown(explorer):
    return explorer.png, explorer.alt, explorer.image.value, explorer._repr_mimebundle_()[0]["image/png"]


def test_a_changed_control_changes_image_and_description(explorer):
    before = shown(explorer)
    assert 'width="210" height="100"' in explorer.image.value  # known before the image is decoded
    explorer.controls["number"].value = 2
    after = shown(explorer)
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert explorer.png in explorer.image.value
    assert 'alt="The number &quot;2&quot; &amp; {}."' in explorer.image.value


def test_the_figure_is_drawn_once_for_each_change(explorer):
    numbers = []
    explorer.draw = lambda number: numbers.append(number) or draw(number)
    explorer.controls["number"].value = 2
    explorer.controls["number"].value = 2
    explorer.controls["number"].children[1].value = 4
    assert numbers == [2, 4]


FAILURES = [
    (3, "Expected another number, but got &lt;3&gt;. Take 4."),
    (5, "could not be drawn (RuntimeError: no &lt;luck&gt;)"),
]


@pytest.mark.parametrize(("number", "sentence"), FAILURES)
def test_what_cannot_be_drawn_is_said_and_the_image_stays(explorer, number, sentence):
    before = shown(explorer)
    explorer.controls["number"].value = number
    assert sentence in explorer.message.value
    assert 'role="alert"' in explorer.message.value
    assert shown(explorer) == before
    explorer.controls["number"].value = 4
    assert explorer.message.value == ""
    with pytest.raises(CourseError, match="another number"):  # at the start, it is an error of the cell
        controls.Explorer(draw, number=controls.Slider("a number", 3, 0, 9))


def test_without_controls_there_is_an_image_with_alt_text(explorer):
    bundle, metadata = explorer._repr_mimebundle_()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view == {"version_major": 2, "version_minor": 0, "model_id": explorer.widget.model_id}
    assert Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))).size == (210, 100)
    assert metadata == {"image/png": {"alt": explorer.alt}}
    assert "run the cell" in bundle["text/plain"]


def test_a_live_explorer_is_stored_with_its_image_by_ipywidgets_7_too(monkeypatch):
    monkeypatch.setattr(widgets.Widget, "_ipython_display_", pytest.fail, raising=False)  # 7 has it, 8 not
    explorer = explorers.softmax()
    bundle, metadata = DisplayFormatter().format(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["image/png"] == explorer.png
    assert metadata["image/png"] == {"alt": explorer.alt}


def test_no_figure_stays_others_are_left_alone_and_the_collector_stays_on(explorer):
    mine = plt.figure()
    gc.collect()
    for number in (2, 5):
        explorer.controls["number"].value = number
        assert plt.get_fignums() == [mine.number]
        assert gc.isenabled()
        assert [thing for thing in gc.get_objects() if isinstance(thing, plt.Figure)] == [mine]


@pytest.mark.parametrize("part", [0, 1, None])
def test_field_slider_and_value_agree(part):
    slider = controls.Slider("weight", 1.0, -3.0, 3.0, 0.1)
    for typed, agreed in ((-0.4999999, -0.5), (0.123, 0.1)):
        (slider if part is None else slider.children[part]).value = typed
        assert [control.value for control in (slider, *slider.children)] == [agreed] * 3


def test_whole_numbers_stay_whole_and_a_button_counts():
    slider = controls.Slider("row", 3, 0, 10)
    slider.children[1].value = 5
    assert (slider.value, type(slider.value)) == (5, int)
    slider.children[0].value = 99
    assert slider.value == 10
    explorer = controls.Explorer(draw, again=controls.Again("Again", "Once more"))
    before = shown(explorer)
    explorer.controls["again"].click()
    assert explorer.controls["again"].value == 1 and shown(explorer) != before


NAMED = [
    controls.Slider("name", 1, 0, 9, tooltip="hint").children[0],
    controls.choice("name", ["a"], "hint"),
    controls.tick("name", True, "hint"),
    controls.Again("name", "hint"),
]


def test_controls_have_a_name_in_plain_text_and_a_tooltip_where_ipywidgets_has_them(monkeypatch):
    for control in NAMED:
        assert control.description == "name"
        if hasattr(widgets.DOMWidget, "tooltip") or isinstance(control, controls.Again):
            assert control.tooltip == "hint"
        assert not getattr(control, "description_allow_html", False)
    monkeypatch.setattr(widgets, "DOMWidget", object)  # as in ipywidgets 7
    assert getattr(controls.choice("name", ["a"], "hint"), "tooltip", None) is None
