"""Explorers that the browser computes: right numbers, named controls, one text for a notebook's widget."""

import functools
import json
import re

import numpy as np
import pytest
from PIL import Image
from scipy.signal import correlate2d
from scipy.special import softmax
from sklearn.metrics import confusion_matrix

from helpers import explorers
from helpers.evaluation import Predictions
from helpers.explorers import live
from helpers.explorers.e04_train_a_cnn import OFF, OUTPUTS
from helpers.images import load_photo
from helpers.plotting import KERNELS
from helpers.plotting.style import percent
from helpers.plotting.training import _verdict, descend
from tests.jupyterlab_browser import browser, nameless, needs_chromium
from tests.site_browser import served

pytestmark = needs_chromium
RNG = np.random.default_rng(0)
CALL = """async ([name, cases]) => {
    const [module, path] = name.split("/"), functions = await import(`/${module}.js`);
    const called = path.split(".").reduce((found, key) => found[key], functions);
    const plain = found => ArrayBuffer.isView(found) ? [...found] : found.data ? [...found.data] : found;
    return cases.map(given => plain(called(...given))); }"""
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


def pooled(rows, size, kind):
    height, width = np.array(rows.shape) // size * size
    windows = rows[:height, :width].reshape(height // size, size, width // size, size)
    return windows.max(axis=(1, 3)) if kind == "maximum" else windows.mean(axis=(1, 3))


def gray(rgba):
    return Image.fromarray(rgba.reshape(1, -1, 4)[:, :, :3].astype("uint8")).convert("L")


def picture(height, width):
    return {"data": numbers(height * width).tolist(), "height": int(height), "width": int(width)}


def slid(image, kernel, padding):
    return correlate2d(np.reshape(image["data"], (image["height"], image["width"])), kernel, padding)


def draws(low, high, count=300):
    return RNG.integers(low, high, count)


SLOPES = [*zip(RNG.uniform(0.01, 1.2, 300), RNG.uniform(-1.8, 3.8, 300), draws(1, 41), strict=True)]
KERNEL_SIDES = zip(2 * draws(0, 3) + 1, 2 * draws(0, 3) + 1, draws(0, 5), draws(0, 5), strict=True)  # odd
SHARPEN = [
    "0 -1 0\n-1 5 -1\n0 -1 0",
    "0,-1,0; -1, 5, -1; 0 -1 0",
    "\n0 -1 0;-1 5 -1;0 -1 0\n",
    "[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]",
    "[[ 0 -1  0]\n [-1  5 -1]\n [ 0 -1  0]]",
    "0 \N{MINUS SIGN}1 0; -1 10/2 -1; 0 -1 .0e1",
]
SHARES = (0.0, 1.0, 0.9994, 0.9996, 0.12345, *RNG.random(300))
ACTIVATIONS = {
    "ReLU": lambda z: np.maximum(z, 0),
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
}
COMPUTED = [  # module and function, some hundred lists of arguments, the same in Python
    (
        "maths/weightedSum",
        [(numbers(n), numbers(n), numbers(1)[0]) for n in draws(1, 6)],
        lambda x, w, b: x @ w + b,
    ),
    *[(f"maths/ACTIVATIONS.{name}", numbers(300, 1), function) for name, function in ACTIVATIONS.items()],
    ("maths/grayOf", [(RNG.integers(0, 256, 4 * n),) for n in draws(1, 50)], gray),
    (
        "maths/convolve",
        [
            (picture(h + more, w + wider), numbers(h, w), str(RNG.choice(["valid", "same"])))
            for h, w, more, wider in KERNEL_SIDES
        ],
        slid,
    ),
    (
        "maths/pool",
        [
            (numbers(h, w), int(RNG.integers(1, 4)), str(RNG.choice(["maximum", "average"])))
            for h, w in zip(draws(3, 8), draws(3, 8), strict=True)
        ],
        pooled,
    ),
    ("maths/descend", SLOPES, descend),
    ("maths/verdictOf", [(descend(*slope),) for slope in SLOPES], _verdict),
    (
        "maths/dropped",
        [(numbers(8), rate, RNG.random(8)) for rate in RNG.uniform(0, 0.9, 300)],
        lambda x, rate, random: np.where(random >= rate, x / (1 - rate), 0),
    ),
    (
        "maths/softmax",
        [(100 * numbers(n), float(RNG.uniform(0.1, 10))) for n in draws(1, 11)],
        lambda sums, temperature: softmax(sums / temperature),
    ),
    ("kernels/readKernel", [(text,) for text in SHARPEN], lambda text: KERNELS["sharpen"]),
    ("ui/percent", [(share,) for share in SHARES], percent),
]


@pytest.mark.parametrize(("name", "cases", "expected"), COMPUTED, ids=[name for name, *_ in COMPUTED])
def test_the_browser_computes_what_python_computes(page, name, cases, expected):
    given = [[np.asarray(argument).tolist() for argument in case] for case in cases]
    for case, found in zip(cases, page.evaluate(CALL, [name, given]), strict=True):
        wanted = expected(*case)
        if isinstance(wanted, str):
            assert found == wanted
        else:
            np.testing.assert_allclose(np.ravel(found), np.ravel(wanted), rtol=1e-9, atol=1e-9)


def test_there_are_the_same_activations_as_in_python(page):
    assert page.evaluate("async () => Object.keys((await import('/maths.js')).ACTIVATIONS)") == [*ACTIVATIONS]


RISES = [1.9, 1.6, 1.3, 1.35, 1.5, 1.8]
JUDGED = [  # validation loss, epochs so far, verdict
    (RISES, 2, "still falls"),
    (RISES, 3, "still falls"),
    (RISES, 5, "More epochs will tell"),
    (RISES, 6, "risen since epoch 3: over"),
    ([1.0, 0.9, 0.9, 0.9, 0.9, 0.9], 6, "near its lowest value, that of epoch 2"),
    ([1.0, 0.9, 0.8, 0.7, 0.72, 0.69], 6, "still falls"),
    ([1.0, 0.8, 0.7, 0.9, 0.9, 0.7], 6, "near its lowest value, that of epoch 3"),
    ([1.0, None], 2, "training has diverged. Try a smaller learning rate"),
]


def test_the_cells_of_a_confusion_matrix_have_as_many_images_as_it_says_and_those_of_their_classes(page):
    cases = [(*RNG.integers(0, size, (2, 50)), size) for size in draws(2, 12, 50)]
    given = [[labels.tolist(), predicted.tolist(), int(size)] for labels, predicted, size in cases]
    found = page.evaluate(CALL, ["maths/imagesByCell", given])
    for (labels, predicted, size), cells in zip(cases, found, strict=True):
        counts = [[len(images) for images in row] for row in cells]
        assert counts == confusion_matrix(labels, predicted, labels=range(size)).tolist()
        for row, images in enumerate(cells):
            assert all(labels[image] == row for cell in images for image in cell)


def test_a_training_is_judged_by_its_validation_loss_so_far(page):
    found = page.evaluate(CALL, ["maths/judge", [[losses[:end]] for losses, end, _ in JUDGED]])
    for (*_, words), judged in zip(JUDGED, found, strict=True):
        assert words in judged


def test_dropout_switches_off_as_many_as_its_rate_says_others_with_each_seed(page):
    draws = np.array(page.evaluate(CALL, ["maths/randomNumbers", [[seed, 8] for seed in range(3000)]]))
    assert 0.24 < (draws < 0.25).mean() < 0.26
    assert np.abs(np.corrcoef(draws.T) - np.eye(8)).max() < 0.08
    assert len(np.unique(draws, axis=0)) == 3000


# What is seen: each explorer as a widget runs it

PHOTO = load_photo("cat")
GRAY = np.asarray(Image.fromarray(PHOTO).convert("L"), dtype=float)
CONFIDENCE = np.linspace(0.9, 0.6, 40)  # of 40 images in nine cells, 15 of them dogs taken for cats
HISTORIES = {
    "long": {"loss": [2, 1.5, 1.1, 0.8, 0.5, 0.3], "accuracy": [0.2, 0.4, 0.5, 0.6, 0.8, 0.9]},
    "short": {"loss": [1, 0.9, 0.8, 0.7, 0.8, float("nan")], "accuracy": [0.5, 0.6, 0.7, 0.6, 0.7, 0.7]},
}
HISTORIES["long"] |= {"val_loss": RISES, "val_accuracy": [0.2, 0.4, 0.5, 0.5, 0.5, 0.5]}
HISTORIES["short"] |= {f"val_{key}": HISTORIES["short"][key] for key in ("loss", "accuracy")}


def answers():
    labels, predicted = np.arange(40) % 3, np.arange(40) // 3 % 3
    labels[25:], predicted[25:] = 1, 0
    rest = (1 - CONFIDENCE) / 2
    probabilities = np.where(np.eye(3)[predicted] > 0, CONFIDENCE[:, None], rest[:, None])
    return Predictions(np.zeros((40, 100, 70, 3)), labels, probabilities)


EXPLORERS = {
    "learning_rate": explorers.learning_rate,
    "overfitting": lambda: explorers.overfitting(HISTORIES),
    "dropout": explorers.dropout,
    "confusion": lambda: explorers.confusion(answers(), ("<b>cat", "dog", "frog")),
    "kernels": lambda: explorers.kernels(PHOTO),
    "neuron": lambda: explorers.neuron(inputs=(1.0, 2.0), weights=(3.0, -1.0), bias=0.5),
    "pixels": lambda: explorers.pixels(PHOTO),
    "pooling": explorers.pooling,
    "softmax": explorers.softmax,
}


@functools.cache
def made(name):
    return EXPLORERS[name]()


@pytest.fixture
def shown(page):
    """Start an explorer in the page, and give what it shows."""

    def start(name):
        explorer = made(name)
        data = json.loads(json.dumps(explorer.data, sort_keys=True))  # as a notebook stores it
        page.evaluate(START, [live._as_one_module(explorer.module), data])
        page.get_by_role("status").filter(has_text=".").wait_for()
        return page.locator("main")

    return start


def test_every_module_is_tried():
    modules = {
        path.stem for path in live.WEB.glob("*.js") if "export default { render }" in path.read_text("utf-8")
    }
    elsewhere = {"drawing"}  # needs a network: tests of JupyterLab and of the site draw
    assert modules - elsewhere == {made(name).module for name in EXPLORERS}


SEEN = """() => [document.querySelector(".picture").innerHTML,
    ...[...document.querySelectorAll("canvas")].map(canvas => canvas.toDataURL())].join()"""


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_has_a_name_and_changes_the_picture(shown, page, name):
    main = shown(name)
    assert nameless(main) == []
    for control in main.locator(".panel").locator("input:not([type=file]), select, button").all():
        before, value = page.evaluate(SEEN), control.evaluate("control => control.value")
        control.focus()
        kind = control.evaluate("control => control.type")
        page.keyboard.press(
            {"checkbox": "Space", "submit": "Enter", "button": "Enter"}.get(kind, "ArrowDown")
        )
        if kind in ("range", "number") and control.input_value() == value:  # it was at its lowest
            page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        page.wait_for_function(f"before => ({SEEN})() !== before", arg=before)


UNSHRUNK = """() => [...document.querySelectorAll("svg:not(svg *)")].every(
    drawn => drawn.width.baseVal.value < drawn.getBoundingClientRect().width + 1)"""


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_fits_a_narrow_phone_that_has_been_turned(shown, page, name):
    shown(name)
    page.set_viewport_size({"width": 320, "height": 900})
    try:
        page.wait_for_function(UNSHRUNK)  # drawn again: the letters are as large as before
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    finally:
        page.set_viewport_size({"width": 800, "height": 900})


BY, STEP = "\N{MULTIPLICATION SIGN}", "one pixel at a time"


def pixel(row, column):
    return "row {}, column {}: red {}, green {}, blue {}.".format(row, column, *PHOTO[row, column])


GAP = "validation minus training loss"
LEAVES = "of the distance to the lowest point"
SAYS = [  # explorer, the controls that are set, what is said then
    ("kernels", {}, f"The result: 298 {BY} 449 numbers from"),
    ("kernels", {"its numbers": "1 2 3; 4 5"}, "yours have 3, 2. Is a space or a comma missing"),
    ("kernels", {"its numbers": "0,-1,0; -1 5-1; 0,-1,0"}, '"5-1" is not a number.'),
    ("kernels", {"its numbers": "1/0"}, '"1/0" is not a number.'),
    ("kernels", {"its numbers": "nan"}, '"nan" is not a number.'),
    ("kernels", {"its numbers": "1 2; 3 4"}, "odd number of rows and columns; yours has 2 rows of 2"),
    ("kernels", {"its numbers": " ;"}, "A kernel needs numbers"),
    ("kernels", {"its numbers": 453 * "1 "}, "The kernel is larger than the image."),
    ("kernels", {"its numbers": "1", "padding": "same"}, f"300 {BY} 451 numbers from"),
    ("kernels", {"its numbers": "1", "show": STEP}, 'Choose "whole image"'),
    ("kernels", {"kernel": "blur", "show": STEP, "pixel": 6}, "Row 1, column 1 of the output: nine products"),
    ("pixels", {"row": 10, "column": 20, "window size": 2}, pixel(10, 20)),
    ("pixels", {"row": 299, "column": 450, "window size": 12}, pixel(288, 439)),
    ("pooling", {}, "The largest number of each window: 5, 4, 3, 8."),
    ("pooling", {"moved right": 1}, "As before the move: 2 of 4."),
    ("pooling", {"it keeps": "average", "moved right": 1}, "1.5, 2, 0.5, 4.75. As before the move: 0 of 4."),
    ("pooling", {"window": f"3 {BY} 3"}, "The largest number of each window: 8."),
    ("softmax", {}, "Softmax: cat 0.705, dog 0.259, frog 0.035."),
    ("softmax", {"sum of cat": 3, "sum of dog": 2, "sum of frog": 0}, "cat 0.705, dog 0.259, frog 0.035."),
    ("softmax", {"temperature": 10}, "Softmax: cat 0.378, dog 0.342, frog 0.280."),
    ("neuron", {}, "The sum is 1.50 and the output 1.50."),
    ("neuron", {"bias": -2, "activation": "linear"}, "The sum is \N{MINUS SIGN}1.00 and the output"),
    ("neuron", {"bias": -2.04, "activation": "sigmoid"}, "\N{MINUS SIGN}1.00 and the output 0.27."),
    ("learning_rate", {}, f"leaves 80% {LEAVES}. It is too slow: after 12 steps w ="),
    ("learning_rate", {"learning rate": 1.1}, f"leaves 120% {LEAVES}, but on its other"),
    ("overfitting", {}, f"{GAP} 1.50. Validation loss has risen since epoch 3"),
    ("overfitting", {"stop after": 4}, f"epoch 4 of 6: {GAP} 0.55."),
    ("overfitting", {"training": "short"}, f"epoch 6 of 6: {GAP} NaN. The loss is no longer a number"),
    ("dropout", {"rate": 0.25}, "probability 0.25, or is divided by 1 \N{MINUS SIGN} 0.25 = 0.75"),
    ("confusion", {}, "True <b>cat, predicted dog: 3 images"),
]


@pytest.mark.parametrize(("name", "values", "words"), SAYS)
def test_an_explorer_says_what_its_controls_lead_to(shown, name, values, words):
    main = shown(name)
    for label, value in values.items():
        control = main.get_by_label(label, exact=True).last  # of a slider, its number field
        if control.evaluate("control => control.matches('select')"):
            control.select_option(value)
        else:
            control.fill(str(value))
            control.blur()
    main.get_by_role("status").filter(has_text=words).wait_for(timeout=5000)


def test_the_step_of_a_kernel_adds_up_to_what_scipy_gives(shown):
    main = shown("kernels")
    main.get_by_label("show").select_option(STEP)
    for padding in ("valid", "same"):
        main.get_by_label("padding").select_option(padding)
        for pixel in (1, 2, 16):
            main.get_by_label("pixel", exact=True).last.fill(str(pixel))
            main.get_by_label("pixel", exact=True).last.blur()
            row, column = divmod(pixel - 1, 4)
            main.get_by_role("status").filter(has_text=f"Row {row}, column {column} ").wait_for()
            words = main.get_by_role("img").get_attribute("aria-label").replace("\N{MINUS SIGN}", "-")
            top, left = map(int, re.search(r"from row (\d+), column (\d+)", words).groups())
            side = 6 if padding == "valid" else 4
            cutout = GRAY[top : top + side, left : left + side]
            assert np.ptp(cutout) > 50
            expected = correlate2d(cutout, KERNELS["horizontal edges"], padding)[row, column]
            assert words.endswith(f"= {expected:g}.")


def test_a_photo_of_the_learners_takes_the_place_of_the_first_and_a_text_is_explained(shown, tmp_path):
    main = shown("kernels")
    Image.fromarray(PHOTO[:40, :60]).save(tmp_path / "mine.png")
    (tmp_path / "mine.txt").write_text("no image", encoding="utf-8")
    main.get_by_label("your photo").set_input_files(tmp_path / "mine.txt")
    main.get_by_role("status").filter(has_text="cannot read this file").wait_for()
    main.get_by_label("your photo").set_input_files(tmp_path / "mine.png")
    main.get_by_role("status").filter(has_text=f"38 {BY} 58 numbers").wait_for()


def test_choosing_a_kernel_fills_in_its_numbers_and_changing_them_makes_it_ones_own(shown):
    main = shown("kernels")
    assert main.get_by_label("kernel", exact=True).input_value() == "horizontal edges"
    name, numbers = main.get_by_label("kernel", exact=True), main.get_by_label("its numbers")
    name.select_option("blur")
    assert numbers.input_value().split() == ["1/9"] * 9
    numbers.fill("1 0 0; 0 1 0; 0 0 1")
    assert name.input_value() == "your own"
    numbers.fill("-1,-1,-1; 0,0,0; 1,1,1")
    assert name.input_value() == "horizontal edges"


SHADES = [  # numbers of a kernel, how bright its output is shown
    ("0 1 0", GRAY[:, 1:-1]),
    ("0 1 -1", (GRAY[:, 1:-1] - GRAY[:, 2:] + 255) / 2),
]


@pytest.mark.parametrize(("numbers", "shades"), SHADES, ids=["black is 0", "gray is 0"])
def test_zero_is_gray_where_the_weights_add_up_to_zero_and_else_black(shown, numbers, shades):
    main = shown("kernels")
    main.get_by_label("its numbers").fill(numbers)
    main.get_by_text(f", 300 {BY} 449").wait_for()
    script = "seen => seen.getContext('2d').getImageData(0, 0, seen.width, seen.height).data.join(' ')"
    text = main.locator("canvas").last.evaluate(script)  # 500,000 numbers: a list of them takes long
    found = np.array(text.split(), dtype=int).reshape(*shades.shape, 4)
    assert np.abs(found[..., 0] - shades).max() <= 1


def test_a_press_on_the_photo_moves_the_window_there(shown):
    main = shown("pixels")
    canvas = main.locator(".framed canvas")
    place = canvas.bounding_box()
    canvas.click(position={"x": place["width"] / 2, "y": place["height"] / 4})
    main.get_by_role("status").filter(has_text="row 72, column 223: ").wait_for()


def test_dropout_starts_as_its_still_image_and_averages_over_the_batches(shown):
    main = shown("dropout")
    neurons = main.locator("svg").first.locator(".blue, .off")
    off = neurons.evaluate_all("all => all.map(e => e.matches('.off'))")
    assert [row for row, is_off in enumerate(off) if is_off] == [*OFF]
    assert main.get_by_text(f"before: sum {OUTPUTS.sum():.1f}").count() == 1
    main.get_by_role("button", name="Next batch").click()
    main.get_by_role("status").filter(has_text="over 2 batches so far").wait_for()
    main.get_by_role("checkbox", name="training").uncheck()
    main.get_by_role("status").filter(has_text="Predicting: dropout changes nothing.").wait_for()
    assert main.get_by_text(f"after: sum {OUTPUTS.sum():.1f}").count() == 1


def test_a_cell_of_the_confusion_matrix_opens_its_images_by_mouse_and_by_keyboard(shown, page):
    main = shown("confusion")
    assert main.locator("table button[tabindex='0']").count() == 1, "one stop for the Tab key"
    main.get_by_role("button", name="true dog, predicted <b>cat: ").click()
    picture = main.get_by_role("img")
    main.get_by_role("status").filter(has_text="the 12 most confident").wait_for()
    cat = answers().labels, answers().predicted
    inside = np.flatnonzero((cat[0] == 1) & (cat[1] == 0))
    shown_shares = ", ".join(percent(share) for share in CONFIDENCE[inside][:12])
    assert picture.get_attribute("aria-label").endswith(f"with probabilities {shown_shares}.")
    assert picture.locator("canvas").count() == 12
    page.evaluate("addEventListener('keydown', event => { window.scrolls = !event.defaultPrevented; })")
    for key, leads_nowhere in (("ArrowRight", False), ("ArrowDown", False), ("ArrowDown", True)):
        page.keyboard.press(key)
        assert page.evaluate("window.scrolls") == leads_nowhere  # as arrow keys do elsewhere
    main.get_by_role("status").filter(has_text="True frog, predicted dog").wait_for()
    assert page.evaluate("document.activeElement.ariaPressed") == "true"
