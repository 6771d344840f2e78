"""Slides: nothing overflows, solutions are for the speaker alone, and everybody can read them."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.jupyterlab_browser import browser, needs_chromium
from tests.site_browser import AXE, STILL, axe_script
from tools import notebooks as tools
from tools import slides

NOTEBOOKS = tools.find()
SCREEN = {"width": 1280, "height": 720}
# Of each slide: what reaches beyond its edge, code that is too small to read, a figure that is squeezed.
FAULTS = """() => Reveal.getSlides().flatMap(slide => {
    const {h, v} = Reveal.getIndices(slide), where = slide.querySelector("h1, h2").textContent;
    Reveal.slide(h, v);
    return [...slide.querySelectorAll(":not(aside, aside *)")].flatMap(part => {
        const box = part.getBoundingClientRect(), size = parseFloat(getComputedStyle(part).fontSize);
        return [
            box.width && (box.bottom > 716 || box.right > 1270) && `${where}: ${part.outerHTML.slice(0, 60)}`,
            size < 13 && part.matches("pre, td, th, p, li") && `${where}: ${size} pixels`,
            part.matches("img.figure") && box.height < 150 && `${where}: a figure of ${box.height} pixels`,
        ].filter(Boolean);
    });
})"""
# What reaches beyond the edge of a printed page, or touches its left one.
CUT_OFF = """() => [...document.querySelectorAll(".pdf-page")].flatMap(page => {
    const edge = page.getBoundingClientRect();
    return [...page.querySelectorAll("section:not(.stack) > :not(aside)")].filter(part => {
        const box = part.getBoundingClientRect();
        return box.bottom > edge.bottom || box.left < edge.left + 20;
    }).map(part => part.outerHTML.slice(0, 60));
})"""
SOLUTION = "# @title Solution\nanswer = 42\nchecks.shapes(answer)"


def shown(deck):
    """What the audience sees of each slide, as HTML."""
    return [re.sub("<aside.*?</aside>", "", slide.html(), flags=re.DOTALL) for slide in deck.slides]


def solved(cell):
    return "solution" in tools.tags(cell)


@pytest.fixture
def deck():
    """The slides of a small notebook with prose, an exercise and a section called More."""
    text, code = new_markdown_cell, new_code_cell
    task = text("### Exercise: try it\n\nFind the answer.")
    hint = text("<details><summary>Hint</summary>\n\nsecret hint\n\n</details>")
    output = new_output("stream", name="stdout", text="printed")
    cells = [text("# T"), text("## One\n\nPlain talk. A **term** is this. More talk.\n\n- first\n- second")]
    cells += [code("import os\nx = 1\nprint(x)", outputs=[output]), text("It prints. Long talk.")]
    cells += [task, code("answer = ...", metadata={"tags": ["exercise"]}), hint]
    cells += [
        code(SOLUTION, metadata={"tags": ["solution"]}),
        text("After it, 42 again."),
        text("## More: two"),
    ]
    return slides.deck_of(
        new_notebook(cells=[*cells, text("Deep **end**."), text("## Three\n\nLast.")]), "01-t.ipynb"
    )


def test_a_slide_shows_key_sentences_lists_code_and_outputs_and_the_speaker_says_the_rest(deck):
    first = " ".join(shown(deck)[1].split())
    for part in ("<h2>One</h2>", "A <strong>term</strong> is this.", "first", "printed", "It prints."):
        assert part in first
    assert not re.search("talk|import", first)
    assert "Plain talk." in deck.slides[1].notes[0]


def test_hints_solutions_and_common_mistakes_are_for_the_speaker(deck):
    (exercise,) = [slide for slide in deck.slides if "Exercise" in slide.title]
    assert "Find the answer." in exercise.html()
    assert not [html for html in shown(deck) if re.search("42|secret", html)]
    notes = "\n".join(exercise.notes)
    assert "answer = 42" in notes and "secret hint" in notes and "The channels come last" in notes


def test_a_section_called_more_is_a_stack_that_one_may_pass_by(deck):
    html = re.sub("<aside.*?</aside>", "", deck.html(), flags=re.DOTALL)
    (stack,) = re.findall(r"<section>\s*(<section.*?</section>)\s*</section>", html, re.DOTALL)
    assert "More: two" in stack and "Three" not in stack


def test_no_solution_of_the_course_is_on_a_slide():
    for path in NOTEBOOKS:
        notebook = tools.read(path)
        codes = re.findall("<pre.*?</pre>", "".join(shown(slides.deck_of(notebook, path.name))), re.DOTALL)
        seen = {line.strip() for code in codes for line in slides.plain(code).splitlines()}
        known = {
            line.strip() for cell in notebook.cells if not solved(cell) for line in cell.source.split("\n")
        }
        own = {line.strip() for cell in notebook.cells if solved(cell) for line in cell.source.split("\n")}
        assert (own - known) & seen == set(), path.stem


@pytest.fixture(scope="module")
def open_deck(tmp_path_factory):
    """Open a notebook's slides in a browser, offline, as an audience sees them or as they are printed."""
    folder = tmp_path_factory.mktemp("slides")

    def opened(path, view=""):
        file = folder / f"{path.stem}.html"
        file.write_text(slides.page(tools.read(path), path.name), encoding="utf-8")
        page = context.new_page()
        page.goto(f"{file.as_uri()}{view}")
        page.wait_for_function("Reveal.isReady()")
        return page

    with browser() as chromium:
        context = chromium.new_context(viewport=SCREEN, offline=True)
        yield opened


@needs_chromium
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_slide_overflows(path, open_deck):
    page = open_deck(path)
    assert page.evaluate("Reveal.getTotalSlides()") > 20
    assert page.evaluate(FAULTS) == []
    page.close()


@needs_chromium
@pytest.mark.parametrize("path", NOTEBOOKS[:12:4], ids=lambda path: path.stem)
def test_everybody_can_read_the_slides_in_light_and_in_dark(path, open_deck):
    page = open_deck(path, "?view=print")  # every slide at once
    page.wait_for_function("document.querySelectorAll('.pdf-page').length > 20")
    assert page.evaluate(CUT_OFF) == []
    page.add_style_tag(content=STILL)
    page.add_script_tag(path=axe_script())
    for theme, check in AXE.items():
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert [fault["id"] for fault in page.evaluate(check)["violations"]] == [], theme
    page.close()


@needs_chromium
def test_a_deck_is_printed_a_page_a_slide(tmp_path):
    deck = tmp_path / "iris.html"
    (path,) = tools.find(["iris"])
    deck.write_text(slides.page(tools.read(path), path.name), encoding="utf-8")
    assert slides.print_pdf(deck)
    pages = re.findall(rb"/Type /Page\b", deck.with_suffix(".pdf").read_bytes())
    assert len(pages) == deck.read_text(encoding="utf-8").count("<aside")


def test_without_chromium_there_is_no_pdf(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert not slides.print_pdf(tmp_path / "x.html")
