"""Explorers that the browser computes: right numbers, named controls, one text for a notebook's widget."""

import json

import numpy as np
import pytest

from helpers import explorers
from helpers.explorers import live
from helpers.plotting.network import ACTIVATIONS
from tests.jupyterlab_browser import browser, nameless, needs_chromium
from tests.site_browser import served

pytestmark = needs_chromium
RNG = np.random.default_rng(0)
MODULES = sorted(path.stem for path in live.WEB.glob("*.js"))
CALL = """async ([name, cases]) => {
    const [object, ...inner] = name.split(".");
    const functions = await import("/maths.js");
    const called = inner.reduce((found, key) => found[key], functions[object]);
    return cases.map(given => called(...given)).map(found => ArrayBuffer.isView(found) ? [...found] : found);
}"""
START = """async ([source, data]) => {
    const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
    const { default: module } = await import(url), el = document.querySelector("main");
    el.replaceChildren();
    module.render({ model: { get: name => ({ data })[name] }, el }); }"""
PAGE = '<!doctype html><html lang="en"><title>x</title><link rel="stylesheet" href="explorer.css"><main>'


@pytest.fixture(scope="module")
def page():
    """An empty page of the folder of the modules; an error on it fails the test."""
    with served(live.WEB) as server, browser() as chromium:
        page, errors = chromium.new_page(viewport={"width": 800, "height": 900}), []
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.route("**/page", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        page.goto(f"{server.address}/page")
        yield page
        assert errors == []


def numbers(*shape):
    return np.round(RNG.normal(0, 2, shape), 2)


# What is computed: a function of maths.js, some hundred lists of arguments, the same in Python


def neurons():
    for inputs in RNG.integers(1, 6, 300):
        yield numbers(inputs), numbers(inputs), numbers(1)[0]


COMPUTED = [("weightedSum", [*neurons()], lambda x, w, b: x @ w + b)]
COMPUTED += [(f"ACTIVATIONS.{name}", numbers(300, 1), function) for name, function in ACTIVATIONS.items()]


@pytest.mark.parametrize(("name", "cases", "expected"), COMPUTED, ids=[name for name, *_ in COMPUTED])
def test_the_browser_computes_what_python_computes(page, name, cases, expected):
    given = [[np.asarray(argument).tolist() for argument in case] for case in cases]
    for case, found in zip(cases, page.evaluate(CALL, [name, given]), strict=True):
        np.testing.assert_allclose(found, expected(*case), rtol=1e-9, atol=1e-9)


def test_there_are_the_same_activations_as_in_python(page):
    assert page.evaluate("async () => Object.keys((await import('/maths.js')).ACTIVATIONS)") == [*ACTIVATIONS]


# What is seen: each explorer as a widget runs it

EXPLORERS = {"neuron": lambda: explorers.neuron(inputs=(1.0, 2.0), weights=(3.0, -1.0), bias=0.5)}
NO_EXPLORER = {"maths", "ui"}


@pytest.fixture
def shown(page):
    """Start an explorer in the page, and give what it shows."""

    def start(name):
        explorer = EXPLORERS[name]()
        data = json.loads(json.dumps(explorer.data))
        page.evaluate(START, [live.as_one_module(explorer.module), data])
        page.get_by_role("status").filter(has_text=".").wait_for()
        return page.locator("main")

    return start


def test_every_module_is_tried():
    assert {make().module for make in EXPLORERS.values()} | NO_EXPLORER == set(MODULES)


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_has_a_name_and_changes_the_picture(shown, page, name):
    main = shown(name)
    assert nameless(main) == []
    for control in main.locator(".panel").locator("input, select, button").all():
        before = main.locator(".picture").inner_html()
        control.focus()
        kind = control.evaluate("control => control.type")
        for key in {"select-one": ["ArrowDown"], "checkbox": ["Space"]}.get(kind, ["ArrowDown", "Enter"]):
            page.keyboard.press(key)
        page.wait_for_function("b => document.querySelector('.picture').innerHTML !== b", arg=before)


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_fits_a_narrow_phone(shown, page, name):
    page.set_viewport_size({"width": 320, "height": 900})
    shown(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 800, "height": 900})


SAYS = [  # explorer, the controls that are set, what is said then
    ("neuron", {}, "The sum is 1.50 and the output 1.50."),
    ("neuron", {"bias": -2, "activation": "linear"}, "The sum is \N{MINUS SIGN}1.00 and the output"),
    ("neuron", {"bias": -2.04, "activation": "sigmoid"}, "\N{MINUS SIGN}1.00 and the output 0.27."),
]


@pytest.mark.parametrize(("name", "values", "words"), SAYS)
def test_an_explorer_says_what_its_controls_lead_to(shown, name, values, words):
    main = shown(name)
    for label, value in values.items():
        if isinstance(value, str):
            main.get_by_role("combobox", name=label).select_option(value)
        else:
            main.get_by_role("spinbutton", name=label).fill(str(value))
            main.get_by_role("spinbutton", name=label).blur()
    main.get_by_role("status").filter(has_text=words).wait_for(timeout=5000)
    assert words[4:20] in main.get_by_role("img").get_attribute("aria-label")
