"""The web page in a real browser: it answers as Keras does, for everything that a visitor can give it."""

import base64
import contextlib
import functools
import io
import itertools
import json
import re
import shutil

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from helpers import data, images, mnist, sharing, training
from helpers.sharing import inside, web_page
from helpers.sharing._onnx import operators
from helpers.sharing.export import onnx_with_inner
from tests.jupyterlab_browser import browser, nameless, needs_chromium
from tests.site_browser import AXE, STILL, axe_script, served

pytest.importorskip("tf2onnx", reason="needs the extra `share`")
pytestmark = needs_chromium

DIGITS = [str(digit) for digit in range(10)]
NAMES = [f"<i>{name}</i>" for name in data.CLASS_NAMES]

ABOUT = "Right for 72 of 100 test images. Not for decisions about people."


@pytest.fixture(scope="module")
def model():
    return training.load_fit("model_dropout", shipped=True)[0]


@pytest.fixture(scope="module")
def digit_model():
    """A network for 28 x 28 images in grey; its weights are random, which shows any difference."""
    keras.utils.set_random_seed(1)
    first = [keras.Input((28, 28, 1)), layers.Conv2D(8, 5, activation="relu"), layers.MaxPooling2D(4)]
    return keras.Sequential([*first, layers.Flatten(), layers.Dense(10, activation="softmax")])


@functools.cache
def cifar_images():
    return data.load_cifar10()[1][0]


def odd_model():
    """A network with an operator that only ONNX Runtime knows."""
    keras.utils.set_random_seed(3)
    first = [keras.Input((32, 32, 3)), layers.Conv2D(4, 3, activation="softsign"), layers.Flatten()]
    return keras.Sequential([*first, layers.Dense(10, activation="softmax")])


SHIPPED = {"best": "model_best", "mnist": "mnist_augmented"}


@pytest.fixture(scope="module")
def networks(model):
    """What is on the pages: networks of the course, and one that needs the runtime."""
    shipped = {name: training.load_fit(fit, shipped=True)[0] for name, fit in SHIPPED.items()}
    return shipped | {"photos": model, "odd": odd_model()}


@pytest.fixture(scope="module")
def known():
    return data.normalize(cifar_images()[:400])


@pytest.fixture(scope="module")
def host(tmp_path_factory, networks, known, digit_model):
    """All pages in a sub-folder of a host."""
    folder = tmp_path_factory.mktemp("host")
    for name, network in networks.items():
        strangers = {"coffee": images.load_photo("coffee")}
        more = {} if name == "mnist" else {"known": known, "strangers": strangers}
        sharing.make_web_page(network, NAMES, folder / "my" / name, about=ABOUT, **more)
    samples = {"a <i>cat": images.load_photo("cat")}
    digits = {"title": "Which <digit>?", "samples": samples}
    sharing.make_web_page(digit_model, DIGITS, folder / "my" / "digits", **digits)
    return folder


@pytest.fixture(scope="module")
def site(host):
    with served(host) as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    with browser() as chromium:
        yield chromium


@contextlib.contextmanager
def opened(chromium, address, **options):
    """Open a page; in the end, nothing may have been fetched elsewhere, and no error written."""
    context = chromium.new_context(**options)
    page = context.new_page()
    faults, asked = [], []
    page.on("console", lambda message: faults.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_text("Ready.", exact=True).wait_for()
    yield page
    host = address.split("/my/")[0]
    assert [url for url in asked if not url.startswith((host, "blob:"))] == []
    assert faults == []
    context.close()


def answer(page):
    """Read what the page says now: {class: probability}, in the order of the page."""
    rows = page.locator("#bars tr")
    cells = rows.locator("td[data-probability]")
    values = cells.evaluate_all("cells => cells.map(c => Number(c.dataset.probability))")
    return dict(zip(rows.locator("th").all_text_contents(), values, strict=True))


@contextlib.contextmanager
def answered(page):
    """Do something that the page answers, and wait for that."""
    page.locator("#status").evaluate("status => { status.textContent = ''; }")
    yield
    page.locator("#status").get_by_text("It says").wait_for()


def give(page, content, name="image.png", kind="image/png"):
    """Choose a file, and return the answer."""
    with answered(page):
        page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})
    return answer(page)


def png(image, **options):
    file = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(file, "PNG", **options)
    return file.getvalue()


def assert_same(shown, model, image, names=NAMES, within=1e-3):
    expected = model.predict(sharing.image_input(image, model), verbose=0)[0]
    order = sorted(range(len(names)), key=lambda i: -expected[i])
    assert next(iter(shown)) == names[order[0]]
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    assert max(abs(shown[name] - p) for name, p in zip(names, expected, strict=True)) < within


@pytest.fixture(scope="module")
def page(chromium, site):
    with opened(chromium, f"{site.address}/my/photos/") as page:
        yield page


@pytest.fixture(scope="module")
def digit_page(chromium, site):
    with opened(chromium, f"{site.address}/my/digits/") as page:
        yield page


def test_the_page_answers_as_keras_does_on_test_images(page, model):
    for image in cifar_images()[:6]:
        assert_same(give(page, png(image)), model, image, within=1e-5)


def turned_and_transparent():
    """Files whose pixels are not what one sees: the camera was held upright, or the page shows through."""
    cat, exif = images.load_photo("cat"), Image.Exif()
    exif[0x0112] = 6
    alpha = np.linspace(0, 255, cat.shape[1]).astype(np.uint8)
    veiled = np.dstack([cat, np.broadcast_to(alpha, cat.shape[:2])])
    return {"turned": (png(cat, exif=exif), 1e-3), "transparent": (png(veiled), 0.01)}


NOISE = np.random.default_rng(1).integers(0, 256, (1500, 1100, 3), dtype=np.uint8)
SIZES = [(1, 1), (7, 500), (500, 7), (20, 31), (33, 32), (1500, 1100)]
GIVEN = {  # what a visitor gives: the file, and how near the page comes to Keras
    **{f"{rows} x {columns}": (png(NOISE[:rows, :columns]), 1e-5) for rows, columns in SIZES},
    **{photo: (images.photo_path(photo).read_bytes(), 1e-3) for photo in ("astronaut", "building", "temple")},
    **turned_and_transparent(),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_file_of_any_kind_and_size_becomes_the_same_input(page, model, tmp_path, name):
    content, within = GIVEN[name]
    (tmp_path / "image").write_bytes(content)
    kind = Image.open(tmp_path / "image").get_format_mimetype()
    assert_same(give(page, content, kind=kind), model, images.load_image(tmp_path / "image"), within=within)


HUGE = png(Image.new("1", (20_000, 20_000)))  # 50 kB that would take 1.6 GB
NO_IMAGES = [
    (b"no image", "cannot read <i>a.png as an image"),
    (HUGE, "has 400 million pixels: make it smaller"),
]


@pytest.mark.parametrize(("content", "words"), NO_IMAGES, ids=["text", "huge"])
def test_what_is_no_image_or_too_large_is_said_undecoded_and_the_next_one_works(page, model, content, words):
    page.evaluate("() => { window.decode ??= createImageBitmap; window.createImageBitmap = undefined; }")
    page.set_input_files("#file", {"name": "<i>a.png", "mimeType": "image/png", "buffer": content})
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert words in alert.text_content()
    assert page.locator("#file").input_value() == "", "the same file may come again"
    page.evaluate("() => { window.createImageBitmap = decode; }")
    image = cifar_images()[1]
    assert_same(give(page, png(image)), model, image)
    assert alert.count() == 0


SLOW = """() => { window.decode ??= createImageBitmap; window.createImageBitmap = async file => {
    window.createImageBitmap = decode;
    await new Promise(later => { window.goOn = later; });
    return decode(file); }; }"""


def test_of_two_images_given_in_a_hurry_the_later_one_is_answered(page, model):
    slow, image = cifar_images()[3:5]
    page.evaluate(SLOW)
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": png(slow)})
    page.wait_for_function("() => window.goOn")
    assert_same(give(page, png(image)), model, image)
    page.evaluate("window.goOn()")
    page.wait_for_timeout(300)  # for the answer that must not come
    assert_same(answer(page), model, image)


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_an_image_can_be_dropped_and_pasted(page, model, kind):
    image = cifar_images()[2]
    event = {"drop": ("DragEvent", "dataTransfer"), "paste": ("ClipboardEvent", "clipboardData")}[kind]
    script = """([kind, constructor, field, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], "p.png", { type: "image/png" }));
        const options = { bubbles: true, cancelable: true, [field]: transfer };
        document.body.dispatchEvent(new window[constructor](kind, options));
    }"""
    with answered(page):
        page.evaluate(script, [kind, *event, base64.b64encode(png(image)).decode()])
    assert_same(answer(page), model, image)


def test_a_screen_reader_hears_the_answer_and_everything_has_a_name(page):
    give(page, png(cifar_images()[0]))
    heard = page.get_by_role("status").text_content()
    (first, p), (second, q), *_ = answer(page).items()
    assert heard == f"It says {first}, {100 * p:.1f}%; then {second}, {100 * q:.1f}%."
    assert nameless(page.locator("body")) == []
    assert page.get_by_role("row").count() == 11  # the header too
    assert page.get_by_role("button", name="Choose an image").count() == 1


def test_the_page_says_what_it_cannot_do(page):
    text = page.locator("main").text_content()
    assert "always answers with one of its 10 classes" in text
    assert ABOUT in text
    assert "stays on your device" in text


def test_the_page_may_not_send_anything(chromium, site, tmp_path):
    page = chromium.new_page()
    page.goto(f"{site.address}/my/photos/")
    send = "(address) => fetch(address, { mode: 'no-cors' }).then(() => 'sent', () => 'blocked')"
    with served(tmp_path) as elsewhere:
        tried = page.evaluate(send, elsewhere.address)
        assert elsewhere.asked == []
    policy = page.locator("meta[http-equiv]").get_attribute("content")
    page.close()
    assert tried == "blocked"
    assert policy.startswith("default-src 'none'") and "unsafe-inline" not in policy and "http" not in policy


def test_the_keyboard_reaches_everything(chromium, site):
    with opened(chromium, f"{site.address}/my/photos/") as page:
        # Playwright takes over the dialogue from its first listener on; later can be too late.
        page.on("filechooser", lambda chooser: None)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "file"
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        image = {"name": "p.png", "mimeType": "image/png", "buffer": png(np.ones((9, 9, 3), np.uint8))}
        with answered(page):
            chooser.value.set_files(image)


def test_nothing_sticks_out_of_a_phone(chromium, site):
    phone = {"viewport": {"width": 640, "height": 320}, "has_touch": True, "is_mobile": True}
    with opened(chromium, f"{site.address}/my/digits/", **phone) as page:
        give(page, png(images.load_photo("cat")))
        page.set_viewport_size({"width": 320, "height": 640})  # it is turned
        page.wait_for_function("() => document.documentElement.scrollWidth <= 320")
        assert page.get_by_role("button", name="Take a photo").is_visible()
        assert not page.get_by_text("or drop it here").is_visible()


def test_opened_as_a_file_or_without_its_model_it_says_what_to_do(chromium, host, tmp_path):
    file = shutil.copytree(host / "my" / "photos", tmp_path / "page") / "index.html"
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_timeout(500)
    assert "python -m http.server" in page.get_by_role("status").text_content()
    assert not page.locator("#choose").is_visible()
    page.close()
    file.with_name("model.onnx").unlink()
    with served(tmp_path) as server:
        page = chromium.new_page()
        page.goto(f"{server.address}/page/")
        page.get_by_role("alert").wait_for()
        assert "model.onnx is missing" in page.get_by_role("alert").text_content()
        page.close()


def colors(canvas):
    """The pixels of a canvas: (height, width, 3)."""
    script = "seen => seen.getContext('2d').getImageData(0, 0, seen.width, seen.height).data.join(' ')"
    height = int(canvas.get_attribute("height"))
    return np.array(canvas.evaluate(script).split(), dtype=int).reshape(height, -1, 4)[..., :3]


# The board


def test_a_drawn_digit_is_centered_and_answered_as_keras_does(digit_page, digit_model):
    board = digit_page.locator("#board")
    place = board.bounding_box()
    with answered(digit_page):
        digit_page.mouse.move(place["x"] + 30, place["y"] + 20)
        digit_page.mouse.down()
        digit_page.mouse.move(place["x"] + 30, place["y"] + 120, steps=5)
        digit_page.mouse.up()
    seen = colors(digit_page.locator("#seen"))[..., 0]
    rows, columns = np.nonzero(seen > 20)
    assert abs(rows.mean() - 13.5) < 0.6 and abs(columns.mean() - 13.5) < 0.6
    assert 19 <= np.ptp(rows) + 1 <= 21
    expected = digit_model.predict(seen[None, ..., None] / np.float32(255), verbose=0)[0]
    shown = answer(digit_page)
    assert [shown[digit] for digit in DIGITS] == pytest.approx(expected, abs=1e-5)


def test_a_digit_can_be_drawn_by_keyboard_alone(chromium, site):
    with opened(chromium, f"{site.address}/my/digits/") as page:
        for _ in range(5):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "board":
                break
        page.keyboard.press("Space")
        assert "pen is down" in page.get_by_role("status").text_content()
        for _ in range(12):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.locator("#status").get_by_text("It says").wait_for()
        page.keyboard.press("Delete")
        assert page.get_by_role("status").text_content() == "The board is empty."


def test_a_finger_can_draw(chromium, site):
    with opened(chromium, f"{site.address}/my/digits/", has_touch=True) as page:
        place = page.locator("#board").bounding_box()
        with answered(page):
            page.touchscreen.tap(place["x"] + 60, place["y"] + 60)


def test_a_photo_for_a_network_in_gray_becomes_the_same_input(digit_page, digit_model):
    cat = images.load_photo("cat")
    assert_same(give(digit_page, png(cat)), digit_model, cat, DIGITS, within=1e-5)


def test_a_title_and_a_sample_stay_text(digit_page):
    assert digit_page.get_by_role("button", name="a <i>cat").count() == 1
    assert digit_page.get_by_role("heading", level=1).text_content() == "Which <digit>?"


# Inside the network
ASK = """async ([address, values]) => {
    const { load } = await import(`${address}classifier.js`);
    const { weighted } = await import(`${address}sum.js`);
    const network = await load();
    const { height, width, channels } = network.page.input;
    const data = Float32Array.from(values, v => v / network.page.divide_by);
    const scaled = { dims: [1, height, width, channels], data };
    const { probabilities, maps } = await network.classify(values);
    let largest = 0;
    for (const [i, facts] of network.page.layers.entries()) {
        if (!facts.kernel || !["", "ReLU"].includes(facts.activation)) continue;
        const [, rows, columns, filters] = maps[i].dims;
        for (let n = 0; n < 50; n++) {
            const pixel = { row: n * 7 % rows, column: n * 5 % columns, channel: n * 3 % filters };
            const source = facts.from < 0 ? scaled : maps[facts.from];
            const { total } = weighted(facts, source, await network.kernel(facts.kernel), pixel);
            const shown = maps[i].data[(pixel.row * columns + pixel.column) * filters + pixel.channel];
            largest = Math.max(largest, Math.abs(shown - (facts.activation ? Math.max(0, total) : total)));
        }
    }
    return [probabilities, maps.map(map => [map.dims, map.data.join(' ')]), largest]; // quicker than a list
}"""


@pytest.mark.parametrize("name", ["photos", "best", "mnist", "odd"])
def test_answers_maps_and_sums_are_those_of_keras(chromium, site, networks, name):
    network = networks[name]
    source = mnist.load_mnist()[1][0] if name == "mnist" else cifar_images()
    image = np.asarray(source[5]).reshape(network.input_shape[1:])
    shown = [output for _, output, _ in inside.layers_with_maps(network)]
    expected = keras.Model(network.inputs, [network.outputs[0], *shown])
    answer, *maps = (np.asarray(each) for each in expected(image[None] / np.float32(255), training=False))
    with opened(chromium, f"{site.address}/my/{name}/") as page:
        probabilities, given, largest = page.evaluate(ASK, [page.url, image.ravel().tolist()])
    assert probabilities == pytest.approx(answer[0], abs=1e-5)
    assert len(given) == len(maps) >= 1
    for (dims, values), layer in zip(given, maps, strict=True):
        assert tuple(dims) == layer.shape
        found = np.array(values.split(), dtype=float).reshape(dims)
        assert np.abs(found - layer).max() < 1e-5 * max(1, np.abs(layer).max())
    assert largest < 1e-4


def every_operator():
    """Two networks that use all operators that the page computes itself."""
    inputs = keras.Input((18, 18, 3))
    x = layers.Rescaling(2.0, -1.0)(inputs)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="swish")(x)
    x = layers.BatchNormalization(moving_mean_initializer="random_normal")(x)
    x = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="leaky_relu")(x)
    x = layers.AveragePooling2D(3, 2, padding="same")(layers.Activation("gelu")(x))
    x = layers.Activation("elu")(x)
    yield keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.Flatten()(x)))
    normal = layers.Normalization(mean=0.4, variance=0.1)(inputs)
    a = layers.Conv2D(5, 3, dilation_rate=2, activation="selu")(normal)
    b = layers.Conv2D(5, 5, activation="mish")(inputs)
    x = layers.Concatenate()([layers.Cropping2D(1)(a), layers.ReLU(6)(layers.Cropping2D(1)(b))])
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    both = layers.Add()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    both = layers.Concatenate()([both, layers.GlobalAveragePooling2D()(inputs)])
    yield keras.Model(inputs, layers.Dense(3, activation="softmax")(layers.Dense(4, activation="tanh")(both)))


def test_each_operator_of_the_page_computes_what_keras_computes(chromium, host, site, tmp_path):
    script = """async ([address, file, values]) => {
        const { readGraph } = await import(`${address}graph.js`);
        const { prepare, run, KNOWN } = await import(`${address}forward.js`);
        const graph = prepare(readGraph(Uint8Array.from(atob(file), c => c.charCodeAt(0))));
        const outputs = run(graph, { dims: [1, 18, 18, 3], data: Float32Array.from(values) });
        return [outputs.map(output => output.data.join(' ')), KNOWN]; }"""
    image = np.random.default_rng(2).random((1, 18, 18, 3), np.float32)
    seen = {"DequantizeLinear", "Identity"} | operators(host / "my" / "photos" / "model.onnx")
    with opened(chromium, f"{site.address}/my/photos/") as page:
        for number, network in enumerate(every_operator()):
            shown = [output for _, output, _ in inside.layers_with_maps(network)]
            file = onnx_with_inner(network, tmp_path / f"{number}.onnx", None, shown)
            seen |= operators(file)
            content = base64.b64encode(file.read_bytes()).decode()
            outputs, known = page.evaluate(script, [page.url, content, image.ravel().tolist()])
            whole = keras.Model(network.inputs, [network.outputs[0], *shown])
            for output, expected in zip(outputs, whole(image, training=False), strict=True):
                found = np.array(output.split(), dtype=float)
                np.testing.assert_allclose(found, np.ravel(expected), rtol=0, atol=1e-5)
    assert {*known} == {*web_page.OPERATORS.split()}
    assert {*known} - seen == set()


def test_the_runtime_comes_only_where_it_is_needed_and_pages_are_small(host):
    sizes = {page.name: sum(f.stat().st_size for f in page.iterdir()) for page in (host / "my").iterdir()}
    assert sizes["photos"] < 500_000 and sizes["odd"] > 3_600_000
    pages = {name: (host / "my" / name / "index.html").read_text(encoding="utf-8") for name in sizes}
    assert [name for name, html in pages.items() if "wasm" in html] == ["odd"]


@pytest.fixture
def maps(page, model):
    """What the first three layers make of the image that the page shows, as Keras computes it."""
    image = cifar_images()[1]
    give(page, png(image))
    shown = [output for _, output, _ in inside.layers_with_maps(model)[:3]]
    return [np.asarray(each[0]) for each in keras.Model(model.inputs, shown)(image[None] / np.float32(255))]


def test_maps_are_gray_from_zero_on_and_weights_orange_above_zero_and_blue_below(page, model, maps):
    canvas = page.locator("#layers canvas[role]").first
    tiles, side = colors(canvas), len(maps[0]) + 1  # with the gap behind it
    for number, expected in enumerate(np.moveaxis(255 * maps[0] / maps[0].max(), 2, 0)):
        row, column = divmod(number, 8)
        tile = tiles[row * side : (row + 1) * side - 1, column * side : (column + 1) * side - 1]
        assert np.abs(tile - expected[..., None]).max() <= 1
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.locator("#told").get_by_text("Map 2 of 16").wait_for()
    weights = inside.layers_with_maps(model)[0][0].kernel.numpy()[..., 1]  # (3, 3, channels)
    share = np.pad(weights / np.abs(weights).max(), ((0, 0), (0, 1), (0, 0)))  # with the gap
    share = share.transpose(0, 2, 1).reshape(3, -1)[:, :-1, None]
    ends = np.where(share > 0, [230, 159, 0], [0, 114, 178])
    found = colors(page.locator("#layers .kernel").first)
    inside_tiles = np.arange(found.shape[1]) % 4 < 3
    assert np.abs(found - (255 + (ends - 255) * np.abs(share)))[:, inside_tiles].max() <= 2


def test_of_a_layer_sixteen_maps_are_shown_and_all_on_demand(page, maps):
    canvas = page.locator("#layers canvas[role]").nth(2)
    for n_maps, button in ((16, "Show all 32 maps"), (32, "Show the first 16 maps")):
        assert f": {n_maps} maps of 13 x 13." in canvas.get_attribute("aria-label")
        page.locator("#layers li").nth(2).get_by_role("button", name=button).click()
    assert ": 16 maps of 13 x 13." in canvas.get_attribute("aria-label")


def test_dropout_passes_maps_on_and_no_more_layers_are_shown_than_a_phone_can():
    inputs = keras.Input((200, 200, 3))
    x = layers.Dropout(0.5)(layers.Conv2D(40, 1)(inputs))  # 1.6 million numbers
    x = layers.GlobalMaxPooling2D()(layers.Conv2D(60, 1)(x))
    found = inside.layers_with_maps(keras.Model(inputs, layers.Dense(2)(x)))
    assert [taken for *_, taken in found] == [inside.IMAGE, 0]
    assert inside.affordable(found) == found[:1]
    assert inside.affordable(found[1:]) == found[1:], "one at least"


def test_by_keyboard_from_a_layer_to_a_map_to_a_sum_and_back(page, model, maps):
    layer = page.locator("#layers canvas[role]").nth(2)
    layer.focus()
    page.evaluate("addEventListener('keydown', event => { window.scrolls = !event.defaultPrevented; })")
    page.keyboard.press("ArrowRight")
    assert not page.evaluate("window.scrolls")
    page.locator("#told").get_by_text("Map 2 of 32").wait_for()
    assert "3 x 3 weights for each of 16 channels" in page.locator("#told").text_content()
    page.keyboard.press("Enter")
    title = page.locator("#sum-title")
    before = title.text_content()
    page.keyboard.press("ArrowLeft" if "column 13" in before else "ArrowRight")
    changed = "before => document.getElementById('sum-title').textContent !== before"
    page.wait_for_function(changed, arg=before)
    assert page.locator("#sum table").count() == 6
    assert page.locator("#sum").get_by_text("10 other channels together").count() == 1
    top, left = (int(number) - 1 for number in re.findall("(?:Row|column) ([0-9]+)", title.text_content()))
    kernel = inside.layers_with_maps(model)[2][0].kernel.numpy()[..., 1]
    sums = np.abs((maps[1][top : top + 3, left : left + 3] * kernel).sum(axis=(0, 1)))
    captions = page.locator("#sum figcaption").all_text_contents()
    shown = [int(re.match("channel ([0-9]+)", caption)[1]) - 1 for caption in captions]
    assert shown == sorted(np.argsort(sums)[-6:]), "those that count most"
    page.keyboard.press("Escape")
    assert layer.evaluate("canvas => canvas === document.activeElement")


def test_a_click_on_a_map_shows_its_largest_number(page, maps):
    page.locator("#layers canvas[role]").first.click(position={"x": 5, "y": 5})
    title = page.locator("#neuron-title").text_content()
    assert title.startswith("Map 1 of layer 1. Convolution: 16 kernels")
    row, column = np.unravel_index(maps[0][..., 0].argmax(), maps[0].shape[:2])
    said = f"Row {row + 1}, column {column + 1}: {maps[0][..., 0].max():.2f}"
    assert page.locator("#sum-title").text_content() == said
    assert page.locator("#sum").get_by_text("ReLU turns that into").count() == 1
    page.get_by_role("button", name="Back to the layers").click()
    assert not page.locator("#neuron").is_visible()


def test_the_page_says_when_an_image_may_be_none_of_its_classes_and_how_weak_that_is(page, model, known):
    doubt = json.loads(page.evaluate("fetch('page.json').then(response => response.text())"))["doubt"]
    confidence = model.predict(known, verbose=0).max(axis=1)
    assert doubt["least"] == pytest.approx(np.quantile(confidence[::2], 0.05), abs=1e-6)
    refused = int((confidence[1::2] < doubt["least"]).sum())
    assert doubt["known"] == [200, refused] and doubt["noise"][0] == 200 and doubt["strangers"][0] == 1
    text = page.locator("main").text_content()
    assert f"refused {refused / 200:.1%} of 200 images of its classes" in text
    unsure, sure = (cifar_images()[i] for i in (confidence.argmin(), confidence.argmax()))
    give(page, png(unsure))
    assert page.locator("#status").get_by_text("Perhaps none of my classes.").count() == 1
    assert page.locator("#doubt").is_visible()
    give(page, png(sure))
    assert not page.locator("#doubt").is_visible()


HEARD = """() => new Promise(resolve => { // what a screen reader hears during ten images of the camera
    const said = [], [status, took] = ["status", "took"].map(id => document.getElementById(id));
    new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
    let seen = 0;
    new MutationObserver(() => ++seen === 10 && resolve(said)).observe(took, { childList: true }); })"""


@pytest.mark.parametrize("allowed", [True, False])
def test_the_camera_is_asked_for_and_answers_live(chromium, site, allowed):
    with opened(chromium, f"{site.address}/my/photos/", permissions=["camera"] if allowed else []) as page:
        page.get_by_role("button", name="Use the camera live").click()
        if allowed:
            page.locator("#status").get_by_text("It says").wait_for()
            assert page.locator("#film").is_visible() and page.locator("#layers canvas").first.is_visible()
            said = [words.split(",")[0] for words in page.evaluate(HEARD)]
            assert all(before != after for before, after in itertools.pairwise(said)), "only changes"
            page.evaluate(
                "() => { window.track = document.getElementById('film').srcObject.getTracks()[0]; }"
            )
            page.get_by_role("button", name="Stop the camera").click()
            assert page.evaluate("window.track.readyState") == "ended", "its light goes out"
            assert not page.locator("#film").is_visible()
            assert page.locator("#film").evaluate("film => film.srcObject") is None
        else:
            page.get_by_role("alert").get_by_text("does not let this page use a camera").wait_for()
            assert page.get_by_role("button", name="Use the camera live").is_visible()


def test_the_page_can_be_installed_and_answers_without_a_network(chromium, site, model):
    with opened(chromium, f"{site.address}/my/photos/") as page:
        page.evaluate("navigator.serviceWorker.ready")
        errors = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
        found = {error["errorId"] for error in errors["installabilityErrors"]}
        assert found <= {"in-incognito"}  # which the test's browser is
        page.context.set_offline(True)
        page.reload()
        page.get_by_text("Ready.", exact=True).wait_for()
        image = cifar_images()[3]
        assert_same(give(page, png(image)), model, image)


KEPT = """async title => {
    for (let tries = 0; tries < 200 && !(await (await caches.match("./"))?.text())?.includes(title); tries++)
        await new Promise(later => setTimeout(later, 50)); }"""


def test_without_a_network_the_page_is_the_one_last_made(chromium, digit_model, tmp_path):
    folder = tmp_path / "my" / "page"
    sharing.make_web_page(digit_model, DIGITS, folder, title="First page")
    with served(tmp_path) as server, opened(chromium, f"{server.address}/my/page/") as page:
        page.evaluate(KEPT, "First page")
        sharing.make_web_page(digit_model, DIGITS, folder, title="Second page")
        page.reload()
        page.evaluate(KEPT, "Second page")
        page.context.set_offline(True)
        page.reload()
        page.get_by_text("Ready.", exact=True).wait_for()
        assert page.get_by_role("heading", level=1).text_content() == "Second page"


def test_axe_finds_nothing_on_the_open_page_in_light_and_dark(chromium, site):
    with opened(chromium, f"{site.address}/my/photos/", bypass_csp=True) as page:
        page.add_style_tag(content=STILL)
        page.add_script_tag(path=axe_script())
        give(page, png(cifar_images()[1]))
        for step in ("layers", "sum"):
            if step == "sum":
                page.locator("#layers canvas[role]").nth(2).press("Enter")
                page.locator("#sum table").first.wait_for()
            for scheme, check in AXE.items():
                page.emulate_media(color_scheme=scheme)
                assert [found["id"] for found in page.evaluate(check)["violations"]] == [], (step, scheme)
