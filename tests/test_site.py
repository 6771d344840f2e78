"""The web site: complete, true to the notebooks, offline, light, and usable by everyone."""

import gzip
import importlib
import json
import re
import sys

import nbformat
import numpy as np
import onnxruntime
import pytest

from helpers import data, images
from helpers.explorers import controls
from helpers.storage import ROOT
from helpers.training import load_fit
from tests import notebook_rules as rules
from tests.jupyterlab_browser import browser, needs_chromium
from tests.site_browser import DESK, Page, broken_links, built, served, visit_all
from tools import browser_episode, cheat_sheet, editions, website
from tools import notebooks as tools

NOTEBOOKS = tools.find()
sys.path.insert(0, str(ROOT / "docs" / "_extensions"))
course = importlib.import_module("course")
pytestmark = pytest.mark.slow
MOST_BYTES = 2_000_000


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Build the site once: its folder, and its pages by name."""
    folder = tmp_path_factory.mktemp("site") / "site"
    return folder, built(folder)


@pytest.fixture(scope="session")
def pages(site):
    return site[1]


@pytest.fixture(scope="session")
def visits(site):
    """Visit every page once in a browser."""
    return visit_all(*site)


@pytest.fixture(scope="module")
def visitor(site):
    """Give a browser and the site's address."""
    with served(site[0]) as server, browser() as chromium:
        yield chromium, server.address


@pytest.fixture
def open_page(visitor):
    """Open a page of the site as somebody at a desk does."""
    chromium, address = visitor
    context = chromium.new_context(viewport=DESK, permissions=["clipboard-read", "clipboard-write"])

    def opened(name, page=None):
        page = page or context.new_page()
        page.goto(f"{address}/{name}")
        return page

    yield opened
    context.close()


def page_of(notebook, pages):
    return pages[f"notebooks/{notebook.stem}.html"]


# What Markdown writes between the words that a reader sees.
MARKS = re.compile(r"<[^>]*>|\$\$?[^$]*\$\$?|\]\([^)]*\)|[\n|`*_\[\]#]|^\s*(?:\d+\.|-) ", re.MULTILINE)
KEYBOARD = str.maketrans("\u201c\u201d\u2018\u2019\u2013\u2014", "\"\"''--") | {0x2026: "..."}


def squeezed(text):
    """Leave out all spaces and line ends, and let quotation marks and dashes be those of the keyboard."""
    return re.sub("-{2,3}", "-", "".join(text.translate(KEYBOARD).split()))


def missing_from(page, notebook):
    """List what a notebook holds - code, printed text, prose - and its page does not show."""
    text, lost = squeezed("".join(page.words)), []
    for cell in website.prepared(notebook, "x").cells:
        printed = [output.text for output in cell.get("outputs", []) if "text" in output]
        pieces = [piece.strip(" -:") for piece in MARKS.split(cell.source)]
        parts = pieces if cell.cell_type == "markdown" else [cell.source, *printed]
        lost += [part for part in parts if squeezed(part) not in text]
    return lost


def test_every_notebook_has_a_page_on_the_map_with_all_of_its_text_code_and_printed_outputs(pages):
    for path in NOTEBOOKS:
        assert f"notebooks/{path.stem}.html" in pages["index.html"].links
        assert missing_from(page_of(path, pages), tools.read(path)) == []


@pytest.mark.parametrize("kind", ["markdown", "code"])
def test_a_page_that_went_stale_is_noticed(pages, kind):
    notebook = tools.read(NOTEBOOKS[0])
    cell = [cell for cell in notebook.cells if cell.cell_type == kind][-1]
    cell.source += "\n\nsomething_new = 1"
    assert missing_from(page_of(NOTEBOOKS[0], pages), notebook) != []


def test_a_notebook_that_nobody_listed_is_on_the_map_and_one_that_is_gone_is_not():
    found = {path.stem: tools.read(path) for path in NOTEBOOKS[:1]} | {"new-one": tools.read(NOTEBOOKS[0])}
    members = [name for _, _, group in website.course_map(found) for name in group]
    assert members == [NOTEBOOKS[0].stem, "new-one"]


def test_links_to_what_is_no_page_of_the_site_become_words():
    source = "[a](https://b.org) [c](#d) [e](f.ipynb) [g](../data/README.md#h) [i](../LICENSE) ![j](k.png)"
    pages = {"../notebooks/f.ipynb", "../data/README.md"}
    assert website.linked_to(pages, source, "../notebooks/") == source.replace("[i](../LICENSE)", "i")


def test_every_link_and_asset_inside_the_site_resolves(site):
    count, broken = broken_links(*site)
    assert count > 500
    assert broken == []


def test_a_broken_link_or_anchor_is_noticed(site):
    page = Page('<a href="nothing.html">a</a><a href="glossary.html#nothing">b</a><img src="x.png">')
    _, broken = broken_links(site[0], site[1] | {"index.html": page})
    assert [link.split(" -> ")[1] for link in broken] == ["nothing.html", "glossary.html#nothing", "x.png"]


def test_the_glossary_shows_every_definition_whole(pages):
    source = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    shown = only_letters("".join(pages["glossary.html"].words))
    definitions = re.findall(r"(?:^ .*\n)+", source, re.MULTILINE)
    assert len(definitions) > 100
    assert [words for words in definitions if only_letters(words) not in shown] == []


def only_letters(text):
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_shows_figures_stills_words_and_solutions_of_its_notebook(pages, path):
    notebook, page = tools.read(path), page_of(path, pages)
    shown = [output for cell in rules.code_cells(notebook) for output in cell.outputs if "metadata" in output]
    alts = [output.metadata["image/png"]["alt"] for output in shown if "image/png" in output.data]
    assert alts == [image["alt"] for image in page.images] != []
    assert {image["loading"] for image in page.images} == {"lazy"}
    assert page.html.count(website.STILL) == json.dumps(notebook).count(controls.EXPLORER)
    terms = [link for link in page.links if "glossary.html#term" in link]
    assert len(terms) >= 5
    assert len(set(terms)) == len(terms), "the first use of a word leads to the glossary, the others do not"
    solutions = [cell for cell in notebook.cells if "solution" in tools.tags(cell)]
    assert page.html.count("Show the solution") == len(solutions)
    assert "google.colab" not in page.html, "the start cell is left out"


def test_pages_lead_on_and_back_and_formulas_are_mathml_without_a_script(pages):
    html = page_of(NOTEBOOKS[1], pages).html
    assert f'<a class="prev-page" href="{NOTEBOOKS[0].stem}.html">' in html
    assert '<a class="next-page" href="' in html
    html = pages["notebooks/04-train-a-cnn.html"].html
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in html
    assert "mathjax@" not in html.lower() and "mathjax.js" not in html.lower()


def test_every_image_of_the_site_says_how_large_it_is(pages):
    images = [image for name, page in pages.items() if website.LIVE not in name for image in page.images]
    assert len(images) > 50
    assert [image for image in images if not {"width", "height"} <= image.keys()] == []


def test_the_size_of_an_image_is_read_from_wherever_it_comes(tmp_path):
    (tmp_path / "a b.svg").write_text('<svg xmlns="x" viewBox="0 0 30.2 20">', encoding="utf-8")
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACADs="
    assert course.image_size("_images/a%20b.svg", {"a b.svg": tmp_path / "a b.svg"}) == (30, 20)
    assert course.image_size(dot, {}) == (1, 1)


TWO_TIMES = "50 minutes and 20 for exercises; the computer needs 3."
OPENINGS = [  # what an opening says of time and needs: what the map says
    (TWO_TIMES, "basic Python: lists. No more.", "70 minutes, needs basic Python"),
    ("about 38 minutes: 11 to read. More is extra.", "Episode 1.", "38 minutes, after episode 1"),
    ("an hour with the exercises; 2 minutes", "Episodes 1 to 4.", "an hour, after episodes 1 to 4"),
    ("5 minutes", "[Episode 1](01.ipynb), and [Episode 3](03.ipynb).", "5 minutes, after episodes 1 and 3"),
    ("5 minutes", "[Episode 1](01.ipynb); [Episode 2](02.ipynb) helps.", "5 minutes, after episode 1"),
]


@pytest.mark.parametrize(("time", "need", "facts"), OPENINGS)
def test_the_map_says_how_long_a_notebook_takes_and_what_it_needs(time, need, facts):
    cell = nbformat.v4.new_markdown_cell(f"**Time** - {time}\n\n**You need** - {need}\nNo net.")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert f"{website.time_planned(notebook)}, {website.needs(notebook)}" == facts
    for path in NOTEBOOKS:
        assert website.time_planned(tools.read(path)) and website.needs(tools.read(path))


def test_downloads_are_the_notebooks_and_the_learners_editions(site):
    downloads = site[0] / "downloads"
    for path in NOTEBOOKS:
        assert tools.read(downloads / path.name) == tools.read(path)
        assert tools.read(downloads / "learner" / path.name) == editions.learners_edition(tools.read(path))


def test_buttons_for_colab_and_binder_appear_with_the_address(monkeypatch):
    monkeypatch.setattr(tools, "address_and_version", lambda: ("", "1.2.3"))
    assert "Colab" not in website.buttons("01-introduction")
    monkeypatch.setattr(tools, "address_and_version", lambda: ("https://github.com/a/b", "1.2.3"))
    html = website.buttons("01-introduction")
    assert "github/a/b/blob/main/notebooks/01-introduction.ipynb" in html
    assert "gh/a/b/HEAD?labpath=notebooks/01-introduction.ipynb" in html


def test_the_cheat_sheet_is_one_page_of_a4(site):
    data = (site[0] / "downloads" / "cheat-sheet.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    assert b"/MediaBox [0 0 595.28 841.89]" in data


@pytest.mark.parametrize("row", [["a rather long label " * 2, "x"], ["x", "call() " * 20]])
def test_what_would_overlap_on_the_cheat_sheet_is_refused(row, tmp_path, monkeypatch):
    sheet = {"title": "Sheet", "section": [{"title": "A", "rows": [row]}]}
    monkeypatch.setattr(cheat_sheet, "read", lambda: sheet)
    with pytest.raises(ValueError, match="too long for the cheat sheet"):
        cheat_sheet.write_pdf(tmp_path / "sheet.pdf")


@needs_chromium
@pytest.mark.parametrize("what", ["console", "failed", "elsewhere", "misfits"])
def test_no_page_has_trouble_with(visits, what):
    assert {name: getattr(seen, what) for name, seen in visits.items() if getattr(seen, what)} == {}


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(visits, scheme):
    assert {name: seen.violations[scheme] for name, seen in visits.items() if seen.violations[scheme]} == {}


@needs_chromium
def test_no_page_weighs_too_much_when_it_opens(visits):
    pages = {name: seen.n_bytes for name, seen in visits.items() if not name.startswith(website.LIVE)}
    assert {name: n_bytes for name, n_bytes in pages.items() if not 0 < n_bytes < MOST_BYTES} == {}


# Where each heading of a page is when one comes by a link to it, and whether the page ends there.
LANDED = """async id => {
    const frame = () => new Promise(requestAnimationFrame);
    while (document.querySelector(".live-explorer:not([data-ready])")) await frame();
    await Promise.all([...document.images].map(i => { i.loading = "eager"; return i.decode(); }));
    const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    return [document.getElementById(id).getBoundingClientRect().top, end]; }"""


@needs_chromium
def test_a_link_to_a_heading_lands_there_also_after_the_images_came(pages, open_page):
    name = "notebooks/03-build-a-cnn.html"  # it has explorers, too
    headings = re.findall(r'<section[^>]* id="([^"]+)"', pages[name].html)
    assert len(headings) > 10
    for heading in (*headings[:: len(headings) // 3], headings[-1]):
        page = open_page(f"{name}#{heading}")  # a fresh one for each
        top, at_the_end = page.evaluate(LANDED, heading)
        assert 0 <= top <= 60 or (at_the_end and 0 <= top < DESK["height"]), (heading, top)
        page.close()


def test_what_stands_in_columns_is_told_from_sentences():
    numbers = ["-1 0 1", "1/9 1/9 1/9", "30,730", "3 x 3"]
    assert [cell for cell in numbers if not course.NUMBERS.fullmatch(cell)] == []
    assert not course.NUMBERS.fullmatch("2 kernels")
    assert all(course.IN_COLUMNS.search(text) for text in ("[[0 1]\n [2 3]]", "✓ a\nname  seconds"))
    assert not course.IN_COLUMNS.search("✗ Not yet: look at [0].")


@needs_chromium
def test_code_is_copied_by_a_button(open_page):
    page = open_page("notebooks/03-build-a-cnn.html")
    code = page.locator(".cell_input").first
    code.get_by_role("button", name="Copy").click()
    code.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == code.locator("pre").text_content().strip()


@needs_chromium
def test_an_explorer_is_alive_and_without_scripts_a_still_image_that_says_so(visitor, open_page):
    page = open_page("notebooks/03-build-a-cnn.html")
    explorers = page.locator(".cell_output:has(.live-explorer)")
    explorers.first.get_by_role("slider", name="bias").press("ArrowLeft")
    explorers.first.get_by_role("status").filter(has_text="The sum is \N{MINUS SIGN}0.60").wait_for()
    assert explorers.count() == 4 and explorers.get_by_text("A still image.").count() == 0
    assert not any(image.is_visible() for image in explorers.locator("img").all())
    context = visitor[0].new_context(java_script_enabled=False)
    page = open_page("notebooks/03-build-a-cnn.html", context.new_page())
    for explorer in page.locator(".cell_output:has(.live-explorer)").all():
        assert explorer.get_by_text("A still image.").is_visible() and explorer.locator("img").is_visible()
    context.close()


@needs_chromium
def test_a_sample_is_classified_with_a_click_and_the_cat_is_a_cat(open_page):
    page = open_page(f"{website.LIVE}/index.html")
    for name in (*website.IN_TEST_SET, "cat"):
        page.get_by_role("button", name=f": {name}").click()
        page.locator("#status").get_by_text(f"It says {name}").wait_for()
    fetched = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert [url for url in fetched if "127.0.0.1" not in url and not url.startswith("blob:")] == []


@needs_chromium
def test_a_network_learns_in_the_browser_episode_without_a_network_connection(open_page):
    page = open_page("browser.html")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.get_by_role("button", name="Load the images").click()
    page.locator("#guess-image").wait_for()
    page.context.set_offline(True)
    for _ in range(8):
        page.get_by_role("button", name="frog", exact=True).click()
    page.locator("#guess-said").get_by_text("of 8").wait_for()
    page.locator("#epochs").select_option("3")
    page.locator("#begin").click()
    page.locator("#progress-words").get_by_text("First make a guess").wait_for()
    page.locator("#guess-accuracy").fill("30")
    page.locator("#begin").click()
    page.locator("#progress-words").get_by_text("Done").wait_for(timeout=300_000)
    log = page.locator("#log tbody tr").all_inner_texts()
    accuracies = [float(row.split()[1]) for row in log]
    assert len(log) == 3 and 0.2 < accuracies[0] < accuracies[1] < accuracies[2]
    assert page.locator("#answers-right figure").count() == page.locator("#answers-wrong figure").count() == 6
    page.locator("#ask-raw").click()
    page.locator("#said-raw").get_by_text("1.00").wait_for()  # not prepared, and confident
    page.locator("#photo").set_input_files(ROOT / "data" / "photos" / "car.jpg")
    page.locator("#photo-said").get_by_text("It says").wait_for()
    page.locator("#go-on").click()
    page.locator("#stop").click()
    page.locator("#progress-words").get_by_text("Stopped").wait_for()
    assert complaints == []


@needs_chromium
def test_the_browser_episode_says_if_its_training_program_does_not_come(open_page):
    page = open_page("browser.html")
    page.context.route("**/web/matrix.js", lambda route: route.abort())
    page.get_by_role("button", name="Load the images").click()
    page.locator("#loaded").get_by_text("Not everything arrived").wait_for()
    page.context.unroute("**/web/matrix.js")
    page.get_by_role("button", name="Load the images").click()
    page.locator("#guess-image").wait_for()


@needs_chromium
def test_the_browser_episode_refuses_scripts_and_answers_from_elsewhere(open_page):
    page = open_page("browser.html")
    fetching = "fetch('https://example.org/a.json').then(() => 'came', () => 'refused')"
    assert page.evaluate(fetching) == "refused"
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}))")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.body.dataset.theme") == "auto"  # the theme's own line may run


def test_the_images_of_the_browser_episode_are_training_images_and_none_is_there_twice():
    images, labels = browser_episode.chosen()
    (train_images, train_labels), _ = data.load_cifar10()
    assert len(images) == browser_episode.N_TRAIN + browser_episode.N_VALIDATION == len(labels)
    assert (images == train_images[: len(images)]).all() and (labels == train_labels[: len(images), 0]).all()
    assert len({image.tobytes() for image in images}) == len(images)


@needs_chromium
def test_the_landing_page_answers_for_a_cat_at_once_and_for_the_visitors_photo(open_page):
    page = open_page("index.html")
    page.locator("#front-says").get_by_text("It says cat.").wait_for()
    page.set_input_files("#front-file", images.photo_path("eagle"))
    page.locator("#front-says").get_by_text("It says bird.").wait_for()
    assert page.locator("#front-bars li").count() == 3


def test_what_the_live_page_says_of_its_rounded_weights_is_so(site):
    folder, (test_images, labels) = site[0] / website.LIVE, data.load_cifar10()[1]
    packed, shown = (folder / "model.onnx.gz").read_bytes(), data.normalize(test_images)
    assert len(packed) < 1_300_000 and not (folder / "model.onnx").exists()
    assert json.loads((folder / "page.json").read_text(encoding="utf-8"))["runtime"] is None
    exact = load_fit(website.LIVE_FIT, shipped=True)[0].predict(shown, verbose=0)
    rounded = onnxruntime.InferenceSession(gzip.decompress(packed))
    answer, given = rounded.get_outputs()[0].name, rounded.get_inputs()[0].name  # further outputs are maps
    batches = [rounded.run([answer], {given: batch})[0] for batch in np.split(shown, 20)]
    answers = [exact.argmax(axis=1), np.concatenate(batches).argmax(axis=1)]
    before, after = (f"{(answer == labels.ravel()).mean():.1%}" for answer in answers)
    others = int((answers[0] != answers[1]).sum())
    assert f"of {len(labels):,} test images, {others} get another answer" in website.ROUNDED
    assert f"{after} are classified correctly instead of {before}" in website.ROUNDED


@needs_chromium
def test_search_finds_a_word_of_a_notebook(open_page):
    page = open_page("search.html?q=backpropagation")
    page.locator("#search-results a", has_text="Train a CNN").first.wait_for()


@needs_chromium
def test_trouble_on_a_page_is_seen(tmp_path):
    bad = '<!doctype html><html><body><h1>A</h1><img src="x.png"><p style="color:#999;width:500px">Pale</p>'
    bad += '<article style="width:500px">Wide</article><script src="https://example.org/a.js"></script>'
    bad += f'<div class="cell_input"><pre style="overflow:auto">{"class A(B)" * 99}</pre></div>'
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    seen = visit_all(tmp_path, ["bad.html"])["bad.html"]
    assert seen.elsewhere == ["https://example.org/a.js"]
    assert seen.failed and seen.console
    assert seen.misfits[:2] == ["class A(B)" * 99] * 2 and seen.misfits[2].endswith("pixels wide")
    rules_broken = " ".join(seen.violations["light"])
    assert all(rule in rules_broken for rule in ("image-alt", "color-contrast", "html-has-lang"))
