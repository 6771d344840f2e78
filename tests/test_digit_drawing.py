"""A digit is drawn in a real JupyterLab: with the mouse, with a finger, by keyboard."""

import re

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_output

from helpers import CourseError, explorers
from helpers.explorers.x_mnist import _DigitCanvas
from tests.jupyterlab_browser import browser, jupyterlab, nameless, needs_chromium, notebook_page, output

# "Networks" that make it seen what arrives in Python: where the ink is, by column and by row.
CELL = """
import numpy as np
from helpers import explorers

def by(axis):
    def network(images):
        light = np.asarray(images)[0, :, :, 0].sum(axis=axis)
        tenths = np.array([part.sum() for part in np.array_split(light, 10)]) + 1e-9
        return (tenths / tenths.sum())[None]
    return network

field = explorers.drawing({"columns": by(0), "rows": by(1)})
field
"""


def uniform(images):
    return np.full((len(images), 10), 0.1)


def brightest(images):
    return np.eye(10)[[int(np.asarray(images).mean() > 0.5)]]


def test_what_is_drawn_reaches_the_chosen_network():
    canvas = _DigitCanvas({"first": uniform, "second": brightest})
    assert canvas.probabilities == [0.1] * 10
    canvas.network = "second"
    assert canvas.probabilities[0] == 1
    canvas.pixels = [255] * 784
    assert canvas.probabilities[1] == 1


@pytest.mark.parametrize("pixels", [[0] * 783, [256] * 784, [-1] * 784, [0.5] * 784])
def test_pixels_that_are_none_are_refused(pixels):
    canvas = _DigitCanvas({"first": uniform})
    with pytest.raises(Exception, match="pixels"):
        canvas.pixels = pixels
    assert canvas.pixels == [0] * 784


def test_what_is_no_network_for_digits_is_refused():
    for models in ({}, {"name": 3}, 3):
        with pytest.raises(CourseError, match="one network"):
            explorers.drawing(models)
    with pytest.raises(CourseError, match="ten probabilities"):
        explorers.drawing(lambda images: np.full((len(images), 3), 1 / 3))


def test_the_image_for_places_without_widgets_says_what_is_seen():
    _, metadata = explorers.drawing({"first": brightest, "second": uniform})._repr_mimebundle_()
    assert metadata["image/png"]["alt"].endswith("it says 0 (100.0%).")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as address, browser() as chromium:
        yield chromium, address, folder


@pytest.fixture(scope="module")
def opened(lab):
    with notebook_page(*lab, [CELL]) as page:
        field(page).wait_for()
        yield page


@pytest.fixture
def page(opened):
    """The page with an empty field, light on dark, and the network that looks at columns."""
    output(opened, 0).get_by_role("combobox", name="network").select_option("columns")
    output(opened, 0).get_by_role("checkbox", name="dark on light").set_checked(False)
    output(opened, 0).get_by_role("button", name="Clear").click()
    says(opened, "Nothing is drawn yet")
    return opened


def field(page):
    return output(page, 0).get_by_role("application")


def says(page, text):
    from playwright.sync_api import expect

    status = output(page, 0).get_by_role("status")
    expect(status).to_contain_text(re.compile(text), timeout=20_000)
    return status.text_content()


def percent(text):
    return float(re.search(r"\(([\d.]+) %\)", text)[1])


def points(page, x, first=0.2, last=0.8, steps=8):
    """Points from top to bottom at a share x of the field's width, in pixels of the page."""
    field(page).scroll_into_view_if_needed()
    box = field(page).bounding_box()
    heights = np.linspace(first, last, steps)
    return [(box["x"] + x * box["width"], box["y"] + height * box["height"]) for height in heights]


def draw_a_one(page, x):
    first, *others = points(page, x)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point)
    page.mouse.up()


@needs_chromium
def test_every_control_has_a_name_and_a_one_drawn_with_the_mouse_is_where_it_was_drawn(page):
    assert nameless(output(page, 0)) == []
    assert "arrows move the pen" in field(page).get_attribute("aria-label")
    draw_a_one(page, 0.8)
    assert percent(says(page, "It says 7")) > 80
    page.mouse.move(*points(page, 0.1)[0])  # the button is up: this draws nothing
    output(page, 0).get_by_role("combobox", name="network").select_option("rows")
    assert percent(says(page, r"It says [2-7] \(1\d\.")) < 20  # spread over the rows


@needs_chromium
def test_a_one_drawn_with_a_finger_is_where_it_was_drawn(page):
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    first, *others = points(page, 0.25)

    def touch(kind, *places):
        touches = [{"x": x, "y": y} for x, y in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", first)
    for point in others:
        touch("touchMove", point)
    touch("touchEnd")
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    assert percent(says(page, "It says 2")) > 80


@needs_chromium
def test_a_one_drawn_by_keyboard_is_where_it_was_drawn(page):
    def press(*keys):
        for key in keys:
            page.keyboard.press(key)

    field(page).focus()
    press(*["ArrowRight"] * 11)
    says(page, "Nothing is drawn yet")  # the pen is up
    press("Space", *["ArrowDown"] * 15, "Space")
    before = says(page, "It says 8")
    press(*["ArrowLeft"] * 12)  # the pen is up again
    assert says(page, "It says") == before
    page.keyboard.press("Delete")
    says(page, "Nothing is drawn yet")


@needs_chromium
def test_dark_on_light_turns_the_image_round(page):
    output(page, 0).get_by_role("checkbox", name="dark on light").check()
    says(page, "Nothing is drawn yet")
    draw_a_one(page, 0.8)
    assert percent(says(page, "It says [0-689]")) < 20  # all is light but the stroke


@needs_chromium
def test_a_stored_field_without_its_widget_is_an_image(lab):
    data, metadata = explorers.drawing(uniform)._repr_mimebundle_()
    del data["application/vnd.jupyter.widget-view+json"]  # as in the notebooks of the course
    stored = new_output("execute_result", data, metadata=metadata, execution_count=1)
    with notebook_page(*lab, [new_code_cell(CELL, outputs=[stored])], run=False) as page:
        output(page, 0).get_by_role("img").wait_for()
