"""Build the web site from docs/ and the stored outputs of the notebooks. Nothing is executed or fetched.

    python -m tools.website [FOLDER]     # into FOLDER, build/site if not given

The site appears complete or not at all.
"""

import json
import re
import shutil
import sys
import tempfile
import tomllib
from html import escape
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image
from sphinx.cmd.build import main as sphinx_build

from helpers import storage
from helpers.evaluation import accuracy_interval
from helpers.exercises import mistakes
from helpers.explorers import live
from helpers.explorers.controls import EXPLORER
from tools import archive, browser_episode, cheat_sheet, editions, learners, measure, minutes, shared
from tools import notebooks as tools

DOCS = storage.ROOT / "docs"
SITE = storage.ROOT / "build" / "site"
LIVE = "try"  # the folder of the page on which a network classifies images in the visitor's browser
LIVE_FIT, LIVE_BITS = "model_best", 6
STRANGERS = ("apple", "astronaut", "building", "butterfly", "coffee", "fruits", "giraffe", "orange", "rocket")
STRANGERS += ("squirrel", "temple")  # what these photos show is none of the ten classes
DIGITS, DIGITS_FIT = f"{LIVE}/digits", "mnist_augmented"  # which example-mnist asks, too
IN_TEST_SET = ("ship", "airplane", "frog")
# tests/test_site.py measures that again.
ROUNDED = (
    "To make this page small, its weights are stored in 6 bits: of 2,000 test images, 13 get another answer, "
    "and 93.8% are classified correctly instead of 93.9%."
)
PHOTOS = {"cat": "cat", "coffee": "coffee (none of the ten)", "rocket": "rocket (none of the ten)"}
STILL = (
    '<p class="still"><b>A still image.</b> The controls work in the notebook: '
    '<a href="../welcome.html">how to run it</a>.</p>'
)


def _page_title(notebook):
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def course_map(found):
    """Group notebooks as docs/course.toml says, others last: (title, text, {file name: what one does})."""
    groups = tomllib.loads((DOCS / "course.toml").read_text(encoding="utf-8"))["group"]
    listed = {name for group in groups for name in group["notebooks"]}
    for group in groups:
        group["notebooks"] = {name: does for name, does in group["notebooks"].items() if name in found}
    groups[-1]["notebooks"] |= {name: "" for name in sorted(found.keys() - listed)}
    return [(group["title"], group["text"], group["notebooks"]) for group in groups]


def _map_as_markdown(found):
    """Write the map of the course: a list of cards that link to the notebooks, and the tables of contents."""
    parts = []
    for title, text, members in course_map(found):
        cards = "\n".join(card(name, found[name], does) for name, does in members.items())
        entries = "\n".join(f"{_page_title(found[name])} <notebooks/{name}>" for name in members)
        parts += [f'## {title}\n\n{text}\n\n<ul class="course-map">\n{cards}\n</ul>']
        parts += [f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{entries}\n```"]
    return "\n\n".join(parts)


def card(name, notebook, does):
    """Write one entry of the map."""
    kind, _, title = _page_title(notebook).rpartition(": ")  # "Episode 1: Introduction"
    label = f'<span class="card-number">{escape(kind)}</span>' if kind else ""
    link = f'<a href="notebooks/{escape(name)}.html">{escape(title)}</a>'
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in (time_planned(notebook), needs(notebook)) if fact)
    return f'<li>{label}{link}<p>{escape(does)}</p><ul class="facts">{facts}</ul></li>'


def _opening(notebook, part):
    """Read what a notebook's opening says after `part`, up to the end of the paragraph or the next part."""
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(rf"\*\*{part}\*\*\s*[-:]?\s*(.*?)(?=\n\s*\n|\n-|\*\*|\Z)", prose, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def time_planned(notebook):
    """Say how long a notebook takes with its exercises, as its opening plans it."""
    people = re.split("[;:]", _opening(notebook, "Time"))[0]  # behind it: the computer's time, or the parts
    minutes = sum(int(number) for number in re.findall(r"\d+", people))
    return f"{minutes} minutes" if minutes else people.removesuffix(" with the exercises").rstrip(".")


def needs(notebook):
    """Say in a few words what a notebook builds on: its episodes, or the first thing that it asks for."""
    words = re.sub(r"\]\([^)]*\)|[\[*]", "", _opening(notebook, "You need"))
    sentence = re.split(r"\.(?:\s|$)", words)[0]
    clauses = [clause for clause in sentence.split(";") if "helps" not in clause]
    found = re.findall(r"(?i)\bepisodes?\s+(\d(?:\s+to\s+\d)?)", ";".join(clauses))
    if not found:
        return f"needs {clauses[0].partition(':')[0]}" if sentence else ""
    episodes = " and ".join(dict.fromkeys(found))
    return f"after episode{'s' if len(episodes) > 1 else ''} {episodes}"


def prepared(notebook, name):
    """Prepare a notebook for the site: without what is for running it, solutions folded, buttons on top."""
    to_run = {"start", "newcomer"}
    notebook.cells = [cell for cell in notebook.cells if not to_run & {*tools.tags(cell)}]
    title, _, rest = tools.without_badge(notebook.cells[0].source).partition("\n")
    notebook.cells[0].source = f"{title}\n\n{buttons(name)}\n{rest}"
    made = [at for at, cell in enumerate(notebook.cells) if "sharing.make_web_page(" in cell.source]
    if made:
        notebook.cells.insert(made[0] + 1, nbformat.v4.new_markdown_cell(_embedded()))
    for cell in notebook.cells:
        if "solution" in tools.tags(cell):
            cell.metadata["tags"] = [*tools.tags(cell), "hide-cell"]
            cell.source = cell.source.removeprefix(tools.SOLUTION)
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output["data"]["text/html"] = _readable(output["data"]["text/html"])
        for output in [*cell.get("outputs", [])]:
            if output.get("data", {}).get("text/plain") == EXPLORER:
                html = _place_for(output.data.pop(live.STORED, None))
                cell.outputs.insert(0, nbformat.v4.new_output("display_data", {"text/html": html}))
    return notebook


def _place_for(stored):
    """Write what stands above the image of an explorer; if its data is stored, explorers.js starts it."""
    if not stored:
        return STILL
    data = escape(json.dumps(stored["data"]))
    return f'<div class="live-explorer" data-module="{stored["module"]}" data-start="{data}">{STILL}</div>'


def _embedded():
    """Write the fold that holds the live page; it is loaded when the fold is opened."""
    frame = f'<iframe src="../{LIVE}/index.html" title="The network at work" loading="lazy"></iframe>'
    link = f'<a href="../{LIVE}/index.html">on a page of its own</a>'
    words = "The course made this page, with ten classes and a larger network (94% of the test images right)."
    words += f" You can also open it {link}."
    return f'<details class="live"><summary>Try such a page here</summary><p>{words}</p>{frame}</details>'


def _readable(html):
    """Take colours for a white page and rules of other pages out of an HTML output."""
    html = re.sub(r"<style scoped>.*?</style>", "", html, flags=re.DOTALL)
    html = html.replace('<table border="1" class="dataframe">', '<table class="dataframe">')
    html = html.replace("<th></th>", "<td></td>")  # a header without a word is none
    if html.startswith("<pre"):
        html = re.sub(r"</?span[^>]*>", "", html)
        html = re.sub(r"<pre style=\"[^\"]*\">", '<pre class="summary">', html)
    return html


def buttons(name):
    """Links to take the notebook along, and to open it elsewhere once the repository has an address."""
    links = {
        "Download the notebook": f"../downloads/{name}.ipynb",
        "Without solutions": f"../downloads/learner/{name}.ipynb",
        "The whole course": f"../{archive.NAME}",
    }
    address, _ = tools.address_and_version()
    if address:
        place, path = address.removeprefix("https://github.com/"), f"notebooks/{name}.ipynb"
        links["Open in Colab"] = tools.colab_link(f"{name}.ipynb")
        links["JupyterLab on Binder"] = f"https://mybinder.org/v2/gh/{place}/HEAD?labpath={path}"
    entries = "".join(f'<li><a href="{escape(link)}">{text}</a></li>' for text, link in links.items())
    return f'<ul class="buttons" aria-label="This notebook">{entries}</ul>'


def _stage(folder):
    """Lay out all sources of the site in `folder`: docs, prepared notebooks, the data's README."""
    shutil.copytree(DOCS, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    shutil.copytree(live.WEB, folder / "_static" / "web")
    for mark, text in browser_episode.add(folder).items():
        _fill_in(folder / "browser.md", mark, text)
    found = {path.stem: tools.read(path) for path in tools.find()}
    _fill_in(folder / "index.md", "<!-- the map of the course -->", _map_as_markdown(found))
    teach, mark = folder / "teach", "*`make site` puts the measured {} here.*"
    _fill_in(teach / "index.md", mark.format("times"), measure.as_markdown())
    _fill_in(teach / "plans.md", mark.format("table of minutes"), minutes.table())
    _fill_in(teach / "classroom-server.md", mark.format("memory"), learners.as_markdown())
    shared.write_text(teach / "feedback.md", feedback())
    pages = {f"../notebooks/{name}.ipynb" for name in found} | {"../data/README.md"}
    for name, notebook in found.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = linked_to(pages, cell.source, "../notebooks/")
        tools.write(prepared(notebook, name), folder / "notebooks" / f"{name}.ipynb")
    readme = linked_to(pages, (storage.DATA / "README.md").read_text(encoding="utf-8"), "../data/")
    shared.write_text(folder / "data" / "README.md", f"---\norphan: true\n---\n\n{readme}")
    shared.write_text(folder / "cheat-sheet.md", cheat_sheet.page())


def linked_to(pages, source, place):
    """Keep the links in Markdown that lead to a page of the site or into the web; of others, the words."""

    def kept(link):
        words, target = link.groups()
        path = target.partition("#")[0]
        path = path if path.startswith("../") else f"{place}{path}"
        return link[0] if re.match(r"\w+:|#", target) or path in pages else words

    return re.sub(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)", kept, source)


def _fill_in(page, mark, text):
    before = page.read_text(encoding="utf-8")
    if mark not in before:
        raise ValueError(f"{page.name} has no place for {mark}")
    shared.write_text(page, before.replace(mark, text))


def feedback():
    """Read the page of what the checks say, notebook by notebook; tests/test_checks.py writes it."""
    return mistakes.LIST.read_text(encoding="utf-8")


def _add_downloads(folder):
    """Put the notebooks, both editions, and the cheat sheet where the pages link to."""
    for path in tools.find():
        tools.write(tools.read(path), folder / path.name)
        tools.write(editions.learners_edition(tools.read(path)), folder / "learner" / path.name)
    cheat_sheet.write_pdf(folder / "cheat-sheet.pdf")


def _add_live_page(folder):
    """Let the web page of episode 6 classify images on the site, with the best network of the course."""
    from helpers import data, sharing
    from helpers.images import load_photo
    from helpers.training import load_run

    model, _, facts = load_run(LIVE_FIT, shipped=True)
    n, share = facts["test_images"], facts["test_accuracy_one_view"]
    low, high = accuracy_interval(round(n * share), n)
    about = (
        f"{share:.1%} of {n:,} test images are classified correctly (95% confidence interval {low:.1%} to "
        f"{high:.1%}). {ROUNDED}"
    )
    known = data.normalize(data.load_cifar10()[1][0])  # it has learned from all others
    strangers = {name: load_photo(name) for name in STRANGERS}
    shown = {"samples": _samples(), "known": known, "strangers": strangers}
    title = "What does a network see?"
    sharing.make_web_page(model, data.CLASS_NAMES, folder, title, about, bits=LIVE_BITS, **shown)


def _add_page_for_digits(folder):
    """Let the MNIST network of the course read digits on the site; the explorer asks it, too."""
    from helpers import sharing
    from helpers.training import load_run

    model, _, facts = load_run(DIGITS_FIT, shipped=True)
    share, count = facts["test_accuracy"], facts["test_images"]
    about = f"It read {share:.1%} of {count:,} test digits of MNIST correctly."
    sharing.make_web_page(model, [*"0123456789"], folder, title="Which digit is it?", about=about)


def _samples():
    """Choose images to try: of the test set the first of some classes; photos, some of no class."""
    from helpers.data import CLASS_NAMES, load_cifar10
    from helpers.images import load_photo

    _, (images, labels) = load_cifar10()
    firsts = {name: images[(labels.ravel() == CLASS_NAMES.index(name)).argmax()] for name in IN_TEST_SET}
    photos = {name: np.asarray(Image.fromarray(load_photo(name)).reduce(2)) for name in PHOTOS}
    samples = {f"test image: {name}": image for name, image in firsts.items()}
    return samples | {f"photo: {PHOTOS[name]}": photo for name, photo in photos.items()}


def build(target):
    """Build the whole site into `target`, in place of what was there; return 0 if all went well."""
    with tempfile.TemporaryDirectory() as scratch:
        source, made = Path(scratch) / "source", Path(scratch) / "site"
        _stage(source)
        options = ["-q", "-W", "--keep-going", "-j", "auto", "-d", str(Path(scratch) / "doctrees")]
        if fault := sphinx_build([*options, str(source), str(made)]):
            return fault
        _add_downloads(made / "downloads")
        browser_episode.restrict(made / "browser.html")
        _add_live_page(made / LIVE)
        _add_page_for_digits(made / DIGITS)
        archive.write(made)
        (made / ".nojekyll").touch()  # else one well-known host leaves out folders with an underscore
        with storage.atomic_path(target, over_folder=True) as temporary:
            shutil.copytree(made, temporary)
    return 0


def main():
    """Build the site."""
    parser = shared.parser(__doc__)
    parser.add_argument("target", nargs="?", type=Path, default=SITE, metavar="FOLDER")
    return build(parser.parse_args().target)


if __name__ == "__main__":
    sys.exit(main())
