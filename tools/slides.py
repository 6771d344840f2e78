"""Make a deck of slides from each notebook's own cells: build/slides/X.html, one file that needs no network.

    python -m tools.slides [ONLY ...]     # with Chromium on the computer, X.pdf too

A slide shows headings, sentences with a bold term, questions, lists, formulas, tables, code and its outputs,
and exercises without their solutions. Whatever else a notebook says is for the speaker's window (key S): the
prose, hints, solutions, and what the checks say about common mistakes. A More section is a stack of slides.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import pairwise, zip_longest
from textwrap import wrap

from docutils.utils.math import latex2mathml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers import quiz, storage
from helpers.exercises import mistakes
from helpers.exercises.progress import in_more
from tools import notebooks as tools
from tools import shared

TRIES = 5  # to print a deck
FOLDER = tools.BUILD / "slides"
REVEAL = storage.DATA / "slides"
HERE = storage.ROOT / "tools"
WIDTH, LINE = 1168, 40  # pixels: of what a slide holds, and of one line of its text
CAPACITY, LETTERS, BIG = 13.6, 70, 5.5  # lines of a slide, letters of a line; with less, text is larger
LARGEST, READABLE, SMALLEST = 24, 18, 15  # pixels: how large code and outputs are written
MOST_LINES = 27  # of an output on one slide
MOST_MISTAKES = 6
LONGEST, AS_IS = 120, {"replace_whitespace": False, "drop_whitespace": False}  # letters of an output's line
# Code that need not be seen, because its figure says it.
DRAWING = re.compile(r"\A(?:plotting|explorers)\.\w+\(.*\)\Z|\b(?:plt|sns|axe?s?)\b")
FIGURE = 7.5  # lines that a figure needs, at least
LEADS = re.compile(r"^\*\*(Questions|Objectives|Where next)\*\*(?: - )?", re.MULTILINE)
SAID = re.compile(r"\*\*(Time|You need)\*\*")  # paragraphs that begin so need no slide
CLUMSY = re.compile(r"the exercise asks for|keep the dictionary|is not in the exercise|copy the questions|77")


def _math(text, options):
    return latex2mathml.tex2mathml(text, as_block=options["display_mode"])


MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, renderer=_math)


@dataclass
class Slide:
    """One slide: what it shows, and what the speaker says."""

    title: str
    more: bool
    items: list = field(default_factory=list)  # (kind, HTML)
    weak: bool = False  # it has nothing but a sentence that stands for its prose
    used: float = 0
    notes: list = field(default_factory=list)  # Markdown

    def html(self):
        """Write the slide as a section of reveal.js."""
        level = "h1" if not self.title.startswith(" ") else "h2"
        look = "exercise" if "Exercise:" in self.title else "title" if level == "h1" else "plain"
        look += " big" if {kind for kind, _ in self.items} == {"text"} and self.used <= BIG else ""
        shown = "".join(html for _, html in self.items)
        said = MARKDOWN.render("\n\n".join(self.notes))
        title = MARKDOWN.renderInline(self.title.strip())
        return (
            f'<section class="{look}"><{level}>{title}</{level}>{shown}'
            f'<aside class="notes">{said}</aside></section>'
        )


class Deck:
    """The slides of one notebook, filled from top to bottom."""

    def __init__(self, title):
        self.more, self.slides, self.section = False, [Slide(title, False)], title.partition(": ")[2]

    @property
    def slide(self):
        """The slide that is being filled."""
        return self.slides[-1]

    def begin(self, title=None):
        """Begin a slide; one with next to nothing on it gives its notes to it."""
        idle = len(self.slides) > 1 and (not self.slide.items or (title and self.slide.weak))
        before = self.slides.pop() if idle else self.slide
        self.slides.append(Slide(f" {title}" if title else before.title, self.more))
        self.slide.notes = before.notes if idle else []
        self.slide.used = 1.5 if len(self.slide.title) > 48 else 0  # a second line of the title

    def show(self, kind, html, lines):
        """Put something on the slide, or on a new one if there is no room, or code or a figure already."""
        again = kind != "text" and kind in {other for other, _ in self.slide.items}
        if self.slide.items and (again or self.slide.used + lines > CAPACITY):
            self.begin()
        self.slide.items.append((kind, html))
        self.slide.weak = False
        self.slide.used += lines

    def html(self):
        """Write all slides; those of a section called More as a stack, below its first."""
        parts, stacked = [], False
        for slide in (slide for slide in self.slides if slide.items or slide is self.slides[0]):
            first = slide.more and (slide.title.startswith(" More: ") and slide.title != stacked)
            if stacked and (first or not slide.more):
                parts, stacked = [*parts, "</section>"], False
            if first:
                parts, stacked = [*parts, "<section>"], slide.title
            parts.append(slide.html())
        return "\n".join([*parts, "</section>"] if stacked else parts)


def deck_of(notebook, name):
    """Put a notebook's cells on slides."""
    deck, wrong = Deck(tools.title(name)), common_mistakes()
    deck.slide.notes += what_people_think(name)
    for cell, more in zip(notebook.cells, in_more(notebook.cells), strict=True):
        deck.more, kinds = more, {*tools.tags(cell)}
        if kinds & {"start", "newcomer"}:
            continue
        if "solution" in kinds:
            deck.slide.notes += [
                f"**Solution**\n\n```python\n{cell.source.removeprefix(tools.SOLUTION)}\n```"
            ]
            for check in re.findall(r"checks\.(\w+)\(", cell.source)[:1]:
                deck.slide.notes += ["**Common mistakes**", *wrong.get(check, [])]
            deck.begin(deck.section)
        elif cell.cell_type == "markdown":
            tell(deck, tools.without_badge(cell.source))
            if "**Objectives**" in cell.source:
                deck.begin(tools.title(name).partition(": ")[2])
        elif asked := re.search(r'quiz\.show\("([\w-]+)"\)', cell.source):
            ask(deck, asked[1])
        else:
            run(deck, cell, "exercise" in kinds)
    return deck


def common_mistakes():
    """What the checks say about wrong answers, by check, as items of a list."""
    found = {}
    for check, known in mistakes.known().items():
        said = [f"- *{one}*: {says}" for one, says in known.sentences.items() if not CLUMSY.search(says)]
        found[check] = said[:MOST_MISTAKES]
    return found


def what_people_think(name):
    """What the guide says about an episode as a whole: the one thing to say, and what learners think."""
    guide = (storage.ROOT / "docs" / "teach" / "episodes.md").read_text(encoding="utf-8")
    part = re.search(
        rf"^## {re.escape(tools.title(name))}\n(.*?)\n\*\*Exercises", guide, re.MULTILINE | re.DOTALL
    )
    return [part[1]] if part else []


def tell(deck, source):
    """Show the key sentences of some prose, its lists, tables and formulas; the speaker says all of it."""
    source = re.sub(LEADS, r"## \1\n\n", source)
    for part in re.split(r"^(?=#+ )", source, flags=re.MULTILINE):
        heading = re.match(r"#+ (.*)\n*", part)
        if heading and not part.startswith("# "):
            deck.begin(heading[1])
            deck.section = deck.section if "Exercise:" in heading[1] else heading[1]
        text = part[heading.end() :] if heading else part
        deck.slide.notes += [re.sub(r"</?(?:details|summary)>", "\n\n", text)]
        _show_keys(deck, re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL), heading)


def _show_keys(deck, text, heading):
    whole = bool(heading) and "Exercise:" in heading[1]  # a task is shown as it is
    blocks = [(kind, block) for kind, block in _blocks(text) if not SAID.match(block)]
    if not heading and deck.slide.items and blocks and blocks[0][0] == "paragraph":
        blocks[0] = ("paragraph", _caption(deck, blocks[0][1]))
    shown = []
    for (kind, block), (following, _) in pairwise([*blocks, ("paragraph", "")]):
        keys = block
        if kind == "paragraph" and not whole:
            lists = following != "paragraph"
            keys = " ".join(
                s for s in _sentences(block) if "**" in s or s[-1:] == "?" or (lists and s[-1:] == ":")
            )
        shown += [(kind, *piece) for piece in _pieces(kind, keys) if piece[0]]
    if not heading and [kind for kind, *_ in shown] == ["paragraph"] and "**" not in shown[0][1]:
        return  # a lone question: the speaker asks it
    if not heading and shown and deck.slide.items:
        deck.begin()
    for kind, piece, lines in shown:
        if kind == "fence":
            code = "\n".join(piece.splitlines()[1:-1])
            _show_lines(deck, "code", _colored(code), _size(code))
        else:
            deck.show("table" if kind == "table" else "text", MARKDOWN.render(piece), lines)
    if heading and not shown and blocks:
        first = _sentences(blocks[0][1])[0]
        deck.show("text", MARKDOWN.render(first), len(first) / LETTERS + 1)
        deck.slide.weak = len(deck.slide.items) == 1


def _caption(deck, paragraph):
    """Put the sentence that says what an output shows below it, if there is room; return the others."""
    first, *others = _sentences(paragraph)
    lines = -(-len(first) // LETTERS) + 0.4
    fits = deck.slide.used + lines <= CAPACITY and len(first) < 2.5 * LETTERS and first[-1] in ".!"
    if deck.slide.items[-1][0] == "text" or not fits:
        return paragraph
    deck.show("text", f'<p class="reads">{MARKDOWN.renderInline(first)}</p>', lines)
    return " ".join(others)


def _blocks(text):
    """Split Markdown into (kind, source) of its blocks."""
    lines, found = text.splitlines(), []
    for token in MARKDOWN.parse(text):
        if token.level == 0 and token.map and token.nesting >= 0:
            found.append((token.type.removesuffix("_open"), "\n".join(lines[slice(*token.map)])))
    return found


def _sentences(text):
    return re.split(r"(?<=[.?!:])(?<!e\.g\.)\s+(?=[A-Z*`\[(\"$])", " ".join(text.split()))


def _pieces(kind, block):
    """Cut a block so that each piece fits on a slide: (Markdown, lines)."""
    if kind in ("bullet_list", "ordered_list"):
        items = [
            " ".join(item.split()) for item in re.split(r"^(?=- |\d+\. )", block, flags=re.MULTILINE) if item
        ]
        items = [_shortened(item) for item in items]
        return [(item, -(-len(item) // LETTERS) + 0.3) for item in items]
    if kind == "table":
        head, rows = block.splitlines()[:2], block.splitlines()[2:]
        cuts = [rows[at : at + 7] for at in range(0, len(rows), 7)]
        return [
            ("\n".join(head + cut), 1.5 + sum(1.2 * -(-len(row) // LETTERS) for row in cut)) for cut in cuts
        ]
    return [(block, -(-len(block) // LETTERS) + 0.4)]


def _shortened(item):
    mark, text = re.match(r"(- |\d+\. )(.*)", item).groups()
    return mark + (_sentences(text)[0] if len(text) > 2 * LETTERS else text)


def ask(deck, name):
    """Put each question of a quiz on a slide; what is said about the answers is for the speaker."""
    for question in quiz.show(name).questions:
        deck.begin(deck.section)
        deck.show("text", MARKDOWN.render(question["text"]), len(question["text"]) / LETTERS + 1)
        answers = "".join(
            f"<li>{MARKDOWN.renderInline(answer['text'])}</li>" for answer in question["answer"]
        )
        deck.show("text", f'<ol class="answers" type="A">{answers}</ol>', 2)
        for letter, answer in zip("ABCDEF", question["answer"], strict=False):
            deck.slide.notes += [f"**{letter}** {'✓' if answer.get('right') else '✗'} {answer['feedback']}"]


def run(deck, cell, exercise):
    """Show code, and what it printed and drew; of an exercise the scaffold alone."""
    code = re.sub(r"^(?:from|import) .*\n+", "", f"{cell.source.rstrip(';')}\n", flags=re.MULTILINE).rstrip()
    drawn = any("image/png" in output.get("data", {}) for output in cell.outputs)
    if drawn and DRAWING.search(code):
        deck.slide.notes += [f"```python\n{code}\n```"]
    elif code:
        _show_lines(deck, "code", _colored(code), _size(code))
    printed = []
    for output in [] if exercise else cell.outputs:
        data = output.get("data", {})
        if "image/png" in data:
            alt = escape(output.metadata.get("image/png", {}).get("alt", ""))
            source = f"data:image/png;base64,{data['image/png'].strip()}"
            deck.show("figure", f'<img class="figure" src="{source}" alt="{alt}">', FIGURE)
        elif "<table" in data.get("text/html", ""):
            _show_table(deck, data["text/html"])
        elif not (text := output.get("text") or _summary(data) or data.get("text/plain", "")).startswith(
            "… "
        ):
            printed += [part for line in text.rstrip().splitlines() for part in wrap(line, LONGEST, **AS_IS)]
    if printed:
        _show_lines(deck, "output", escape("\n".join(printed)), _size("\n".join(printed)))


def plain(html):
    """Give the words of some HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html)).strip("\n")


def _summary(data):
    return plain(data["text/html"]) if data.get("text/html", "").startswith("<pre") else ""


def _colored(code):
    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()


def _size(text):
    """How large code or an output can be written so that its longest line fits, in pixels."""
    longest = max(map(len, text.splitlines()), default=1)
    return max(SMALLEST, min(LARGEST, int(WIDTH / 0.62 / longest)))


def _fitting(deck, size, height):
    """Make a size smaller if that fits something on this slide, or else on a whole one."""
    here = int((CAPACITY - deck.slide.used - 0.4) * LINE / height)
    return min(size, here if here >= READABLE else max(SMALLEST, int(CAPACITY * LINE / height)))


def _show_lines(deck, kind, html, size):
    lines = html.splitlines()
    for at in range(0, len(lines), MOST_LINES):
        part = lines[at : at + MOST_LINES]
        fits = _fitting(deck, size, 1.35 * (len(part) + 0.6))
        text = "\n".join(part)
        block = f'<pre class="{kind}" style="font-size: {fits}px"><code>{text}</code></pre>'
        deck.show(kind, block, len(part) * fits * 1.35 / LINE + 0.7)


def _show_table(deck, html):
    html = re.sub(
        r"<style.*?</style>| (?:border|class|style|halign|valign)=\"[^\"]*\"", "", html, flags=re.DOTALL
    )
    html = re.search(r"<table.*</table>", html.replace("<th></th>", "<td></td>"), re.DOTALL)[0]
    rows = [
        [len(plain(cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in html.split("<tr")
    ]
    widths = [max(column) for column in zip_longest(*rows, fillvalue=0)]  # a line for each row
    letters = sum(widths) + 2 * len(widths)
    size = _fitting(deck, min(LARGEST, max(13, int(WIDTH / 0.62 / letters))), 1.6 * len(rows))
    deck.show("table", f'<div style="font-size: {size}px">{html}</div>', len(rows) * size * 1.6 / LINE)


def page(notebook, name):
    """Write a whole deck as one HTML file."""
    reveal = {
        file: (REVEAL / file).read_text(encoding="utf-8") for file in ("reveal.js", "notes.js", "reveal.css")
    }
    styles = {"": "a11y-light", "html[data-theme=dark] ": "a11y-dark"}
    colors = "".join(
        HtmlFormatter(style=style).get_style_defs(f"{where}pre") for where, style in styles.items()
    )
    programs = (reveal[file].replace("</script", "<\\/script") for file in ("reveal.js", "notes.js"))
    scripts = "".join(f"<script>{program}</script>" for program in programs)
    template = (HERE / "slides.html").read_text(encoding="utf-8")
    parts = {"title": escape(tools.title(name)), "style": reveal["reveal.css"] + colors, "scripts": scripts}
    parts["slides"] = deck_of(notebook, name).html()
    return re.sub(r"<!-- (\w+) -->", lambda mark: parts[mark[1]], template)


def print_pdf(deck):
    """Print a deck with Chromium; False if there is none."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        return False
    flags = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--virtual-time-budget=20000"]
    flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # it refuses root
    n_slides = deck.read_text(encoding="utf-8").count("<aside")
    with storage.atomic_path(deck.with_suffix(".pdf")) as temporary:
        command = [chromium, *flags, f"--print-to-pdf={temporary}", f"{deck.as_uri()}?view=print"]
        for _ in range(TRIES):  # on a busy computer it may print before the slides are laid out
            subprocess.run(command, check=True, capture_output=True)
            if len(re.findall(rb"/Type /Page\b", temporary.read_bytes())) == n_slides:
                break
        else:
            sys.exit(f"Chromium prints {deck.name} in another number of pages than its {n_slides} slides.")
    return True


def main():
    """Write the decks."""
    parser = shared.parser(__doc__)
    parser.add_argument("only", nargs="*")
    for path in tools.find(parser.parse_args().only):
        deck = FOLDER / f"{path.stem}.html"
        shared.write_text(deck, page(tools.read(path), path.name))
        print(deck, "and PDF" if print_pdf(deck) else "(no PDF: Chromium was not found)")


if __name__ == "__main__":
    sys.exit(main())
