"""The web page in a real browser: it answers as Keras does, for everything that a visitor can give it."""

import base64
import contextlib
import io

import keras
import numpy as np
import pytest
from PIL import Image

from helpers import data, images, sharing, training
from tests.jupyterlab_browser import browser, nameless, needs_chromium
from tests.site_browser import served

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
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(8, 5, activation="relu")(inputs)
    x = keras.layers.Flatten()(keras.layers.MaxPooling2D(4)(x))
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


@pytest.fixture(scope="module")
def site(tmp_path_factory, model, digit_model):
    """Both pages in a sub-folder of a host."""
    folder = tmp_path_factory.mktemp("host")
    sharing.make_web_page(model, NAMES, folder / "my" / "photos", about=ABOUT)
    samples = {"a <i>cat": images.load_photo("cat")}
    digits = {"title": "Which <digit>?", "samples": samples}
    sharing.make_web_page(digit_model, DIGITS, folder / "my" / "digits", **digits)
    with served(folder) as server:
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


def png(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def huge():
    """An image of 50 kB that would take 1.6 GB."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
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
    for image in data.load_cifar10()[1][0][:24]:
        assert_same(give(page, png(image)), model, image, within=1e-5)


@pytest.mark.parametrize("name", ["astronaut", "cat", "building", "temple"])
def test_the_page_answers_as_keras_does_on_large_photos(page, model, name):
    path = images.photo_path(name)
    kind = {".jpg": "image/jpeg", ".webp": "image/webp"}[path.suffix]
    shown = give(page, path.read_bytes(), path.name, kind)
    assert_same(shown, model, images.load_photo(name))


@pytest.mark.parametrize("size", [(1, 1), (7, 500), (500, 7), (20, 31), (33, 32), (1500, 1100)])
def test_images_of_any_size_become_the_same_input(page, model, size):
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    assert_same(give(page, png(noise)), model, noise, within=1e-5)


def test_a_photo_is_turned_as_the_camera_was_held(page, model, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.png"
    Image.fromarray(images.load_photo("cat")).save(path, exif=exif)
    shown = give(page, path.read_bytes())
    assert_same(shown, model, images.load_image(path))
    with pytest.raises(AssertionError):
        assert_same(shown, model, images.load_photo("cat"))


def test_transparent_parts_are_white(page, model, tmp_path):
    cat = images.load_photo("cat")
    alpha = np.linspace(0, 255, cat.shape[1]).astype(np.uint8)
    rgba = np.dstack([cat, np.broadcast_to(alpha, cat.shape[:2])])
    path = tmp_path / "transparent.png"
    Image.fromarray(rgba).save(path)
    assert_same(give(page, path.read_bytes()), model, images.load_image(path), within=0.01)
    with pytest.raises(AssertionError):
        assert_same(answer(page), model, cat, within=0.01)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no image", "cannot read <i>a.png as an image"), (huge(), "has 400 million pixels: make it smaller")],
)
def test_what_is_no_image_or_too_large_is_explained_undecoded_and_the_next_one_works(
    page, model, content, words
):
    page.evaluate("() => { window.decode ??= createImageBitmap; window.createImageBitmap = undefined; }")
    page.set_input_files("#file", {"name": "<i>a.png", "mimeType": "image/png", "buffer": content})
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert words in alert.text_content()
    page.evaluate("() => { window.createImageBitmap = decode; }")
    image = data.load_cifar10()[1][0][1]
    assert_same(give(page, png(image)), model, image)
    assert alert.count() == 0


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_an_image_can_be_dropped_and_pasted(page, model, kind):
    image = data.load_cifar10()[1][0][2]
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
    give(page, png(data.load_cifar10()[1][0][0]))
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_of_a_phone(chromium, site, scheme):
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    with opened(chromium, f"{site.address}/my/digits/", color_scheme=scheme, **phone) as page:
        give(page, png(images.load_photo("cat")))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.get_by_role("button", name="Take a photo").is_visible()
        assert not page.get_by_text("or drop it here").is_visible()


def test_opened_as_a_file_or_without_its_model_it_says_what_to_do(chromium, model, tmp_path):
    file = sharing.make_web_page(model, data.CLASS_NAMES, tmp_path / "page")
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


# The board
def drawing(page):
    """The pixels of the board's image, as the network's input is made of them."""
    script = "seen => seen.getContext('2d').getImageData(0, 0, seen.width, seen.height).data.join(' ')"
    text = page.locator("#seen").evaluate(script)
    return np.array(text.split(), dtype=np.uint8).reshape(28, 28, 4)[..., 0]


def test_a_drawn_digit_is_centered_and_answered_as_keras_does(digit_page, digit_model):
    board = digit_page.locator("#board")
    place = board.bounding_box()
    with answered(digit_page):
        digit_page.mouse.move(place["x"] + 30, place["y"] + 20)
        digit_page.mouse.down()
        digit_page.mouse.move(place["x"] + 30, place["y"] + 120, steps=5)
        digit_page.mouse.up()
    seen = drawing(digit_page)
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
