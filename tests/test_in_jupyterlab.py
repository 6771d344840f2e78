"""Explorers in a real JupyterLab, driven by keyboard in a real browser; digits are drawn there too."""

import re

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import explorers
from tests.jupyterlab_browser import (
    SECONDS,
    TOKEN,
    browser,
    changed,
    jupyterlab,
    nameless,
    needs_chromium,
    notebook_page,
    output,
)
from tools import notebooks as tools

# Of each kind of control some; that each explorer follows all of its own is tested without a browser.
PIXELS, KERNELS, NEURON, OVERLAP, CONFUSION, QUIZ, DIGITS = range(7)
# "Networks" that make it seen what arrives in Python: where the ink is, by column and by row.
DRAWING = """
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
CELLS = (
    "from helpers import explorers, images\nexplorers.pixels(images.load_photo('cat'))",
    "explorers.kernels(images.load_photo('temple'))",
    "explorers.neuron()",
    "explorers.overlap()",
    "import numpy as np\n"
    "from helpers.evaluation import Predictions\n"
    "rows = [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.9, 0.1, 0.0], [0.7, 0.2, 0.1], [0.1, 0.2, 0.7]]\n"
    "some = Predictions(np.zeros((5, 4, 4, 3)), np.array([0, 0, 1, 1, 2]), np.array(rows))\n"
    "explorers.confusion(some, ('cat', 'dog', 'frog'))",
    "from helpers import quiz\nquiz.show('01-introduction')",
    DRAWING,
)
FIRST = {QUIZ: "radio", DIGITS: "application"}  # what is to be seen of a cell; else an image

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as address, browser() as chromium:
        yield chromium, address, folder


@pytest.fixture(scope="module")
def page(lab):
    with notebook_page(*lab, CELLS) as page:
        for cell in range(len(CELLS)):
            output(page, cell).get_by_role(FIRST.get(cell, "img")).first.wait_for()
        yield page


@pytest.mark.parametrize(
    ("role", "name", "key"), [("spinbutton", "B: left", "ArrowUp"), ("slider", "B: top", "ArrowRight")]
)
def test_keys_move_a_control_and_the_image_follows(page, role, name, key):
    image = output(page, OVERLAP).get_by_role("img")
    before = {name: image.get_attribute(name) for name in ("alt", "src")}
    output(page, OVERLAP).get_by_role(role, name=name, exact=True).press(key)
    assert "intersection over union" in changed(image, "alt", before["alt"])
    assert image.get_attribute("src") != before["src"]


DOGS_AS_CATS = "true dog, predicted cat: 2 images"
ANSWERS = [  # cell, role and name of a control, keys, what is said then
    (PIXELS, "spinbutton", "row", "ArrowUp Tab", "row 101, column 150: red"),
    (KERNELS, "combobox", "padding", "ArrowDown", "The result: 427 \N{MULTIPLICATION SIGN} 640 numbers"),
    (CONFUSION, "button", DOGS_AS_CATS, "Enter", f"T{DOGS_AS_CATS[1:]}."),
    (NEURON, "slider", "bias", "ArrowLeft", "The sum is \N{MINUS SIGN}0.60"),
]


@pytest.mark.parametrize(("cell", "role", "name", "keys", "words"), ANSWERS)
def test_keys_move_a_control_and_the_browser_answers_by_itself(page, cell, role, name, keys, words):
    output(page, cell).get_by_role(role, name=name, exact=True).focus()
    for key in keys.split():
        page.keyboard.press(key)
    output(page, cell).get_by_role("status").filter(has_text=words).wait_for()


@pytest.mark.parametrize("cell", range(len(CELLS)))
def test_every_control_and_image_has_a_name(page, cell):
    assert nameless(output(page, cell)) == []
    assert output(page, cell).get_by_role("img").count() == (cell != QUIZ)


def test_a_quiz_answers_the_keyboard(page):
    cell = output(page, QUIZ)
    cell.get_by_role("radio", name="48 pixels", exact=True).focus()
    page.keyboard.press("Space")
    cell.get_by_role("status").filter(has_text="✗ 48 is the height").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    cell.get_by_role("status").filter(has_text="✓ Right.").wait_for()


def test_at_first_the_contents_are_open_what_one_may_skip_is_folded_and_an_explorer_is_an_image(lab):
    chromium, address, folder = lab
    data, metadata = explorers.neuron()._repr_mimebundle_()
    stored = new_output("execute_result", data, metadata=metadata, execution_count=1)
    prose = "# Title|## Core|## More: an extra|the extra itself|## Core again|the core itself"
    title, *others = [new_markdown_cell(text) for text in prose.split("|")]
    notebook = new_notebook(cells=[title, new_code_cell(CELLS[NEURON], outputs=[stored]), *others])
    tools.write(tools.normalize(notebook, "first.ipynb"), folder / "first.ipynb")
    page = chromium.new_page(viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(SECONDS * 1000)
    page.goto(f"{address}/lab/tree/first.ipynb?token={TOKEN}")
    page.get_by_text("| Idle").wait_for()
    shown = page.locator(".jp-Notebook")
    shown.get_by_text("the core itself").last.wait_for()
    output(page, 0).get_by_role("img").wait_for()
    assert "Error" not in output(page, 0).text_content()
    page.locator(".jp-TableOfContents").get_by_text("More: an extra").first.wait_for()
    assert not shown.get_by_text("the extra itself").last.is_visible()
    page.locator(".jp-showHiddenCellsButton").click()
    shown.get_by_text("the extra itself").last.wait_for()
    page.close()


# A digit is drawn: with the mouse, with a finger, by keyboard


@pytest.fixture
def empty_field(page):
    """An empty field, light on dark, and the network that looks at columns."""
    output(page, DIGITS).get_by_role("combobox", name="network").select_option("columns")
    output(page, DIGITS).get_by_role("checkbox", name="dark on light").set_checked(False)
    output(page, DIGITS).get_by_role("button", name="Clear").click()
    says(page, "Nothing is drawn yet")


def field(page):
    return output(page, DIGITS).get_by_role("application")


def says(page, text):
    from playwright.sync_api import expect

    status = output(page, DIGITS).get_by_role("status").first
    expect(status).to_contain_text(re.compile(text), timeout=20_000)
    return status.text_content()


def percent(text):
    return float(re.search(r"\(([\d.]+)%\)", text)[1])


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


def spread_over_rows(page):
    """Expect one upright stroke and nothing else, so that no row has more than a fifth of the ink."""
    output(page, DIGITS).get_by_role("combobox", name="network").select_option("rows")
    says(page, r"It says [2-7] \(1\d\.")


def test_a_one_drawn_with_the_mouse_is_where_it_was_drawn(page, empty_field):
    assert "arrow keys move the pen" in field(page).get_attribute("aria-label")
    draw_a_one(page, 0.8)
    assert percent(says(page, "It says 7")) > 80
    page.mouse.move(*points(page, 0.1)[0])  # the button is up: this draws nothing
    spread_over_rows(page)


def test_a_one_drawn_with_a_finger_is_where_it_was_drawn(page, empty_field):
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


def test_a_one_drawn_by_keyboard_is_where_it_was_drawn(page, empty_field):
    def press(*keys):
        for key in keys:
            page.keyboard.press(key)

    field(page).focus()
    press(*["ArrowRight"] * 11)
    says(page, "Nothing is drawn yet")  # the pen is up
    press("Space", *["ArrowDown"] * 15, "Space")
    says(page, "It says 8")
    press(*["ArrowLeft"] * 12)  # the pen is up again
    spread_over_rows(page)
    field(page).press("Delete")
    says(page, "Nothing is drawn yet")


def test_dark_on_light_turns_the_image_round(page, empty_field):
    output(page, DIGITS).get_by_role("checkbox", name="dark on light").check()
    says(page, "Nothing is drawn yet")
    draw_a_one(page, 0.8)
    assert percent(says(page, "It says [0-689]")) < 20  # all is light but the stroke
