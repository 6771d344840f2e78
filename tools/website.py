"""Build the web site from docs/ and the stored outputs of the notebooks. Nothing is executed or fetched.

    python -m tools.website [FOLDER]     # into FOLDER, build/site if not given
    python -m tools.website pot          # the English texts to translate, into build/gettext

The site appears complete or not at all.
"""

import re
import shutil
import sys
import tempfile
import tomllib
from html import escape
from pathlib import Path

import nbformat
from sphinx.cmd.build import main as sphinx_build

from helpers import storage
from tools import archive, cheat_sheet, measure_learners, measure_notebooks, shared
from tools import notebooks as tools

DOCS = storage.ROOT / "docs"
SITE = storage.ROOT / "build" / "site"
LIVE = "try"  # the folder of the live web page of episode 6
TRANSLATED = {"de": "welcome"}  # language -> the page that it begins with


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
        parts.append(f'## {title}\n\n{text}\n\n<ul class="course-map">\n{cards}\n</ul>')
        entries = "\n".join(f"{_page_title(found[name])} <notebooks/{name}>" for name in members)
        parts.append(f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{entries}\n```")
    return "\n\n".join(parts)


def card(name, notebook, does):
    """Write one entry of the map."""
    kind, _, title = _page_title(notebook).rpartition(": ")  # "Episode 1: Introduction"
    label = f'<span class="card-number">{escape(kind)}</span>' if kind else ""
    link = f'<a href="notebooks/{escape(name)}.html">{escape(title)}</a>'
    return f"<li>{label}{link}<p>{escape(does)}</p></li>"


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
    return notebook


def _embedded():
    """Write the fold that holds the live page; it is loaded when the fold is opened."""
    frame = f'<iframe src="../{LIVE}/index.html" title="The network at work" loading="lazy"></iframe>'
    link = f'<a href="../{LIVE}/index.html">on a page of its own</a>'
    return f'<details class="live"><summary>Try it here</summary>{frame}<p>Or {link}.</p></details>'


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
    found = {path.stem: tools.read(path) for path in tools.find()}
    _fill_in(folder / "index.md", "<!-- the map of the course -->", _map_as_markdown(found))
    teach, mark = folder / "teach", "*`make site` puts the measured {} here.*"
    _fill_in(teach / "index.md", mark.format("times"), measure_notebooks.as_markdown())
    _fill_in(teach / "classroom-server.md", mark.format("memory"), measure_learners.as_markdown())
    shared.write_text(teach / "feedback.md", feedback())
    pages = {f"../notebooks/{name}.ipynb" for name in found} | {"../data/README.md"}
    for name, notebook in found.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = linked_to(pages, cell.source, "../notebooks/")
        tools.write(prepared(notebook, name), folder / "notebooks" / f"{name}.ipynb")
    readme = linked_to(pages, (storage.DATA / "README.md").read_text(encoding="utf-8"), "../data/")
    shared.write_text(folder / "data" / "README.md", f"---\norphan: true\n---\n\n{readme}")
    cheat_sheet.write_page(folder / "cheat-sheet.md")


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
    return (storage.ROOT / "tests" / "check_cases" / "verdicts.md").read_text(encoding="utf-8")


def _add_downloads(folder):
    """Put the notebooks, both editions, and the cheat sheet where the pages link to."""
    for path in tools.find():
        tools.write(tools.read(path), folder / path.name)
        tools.write(tools.learners_edition(tools.read(path)), folder / "learner" / path.name)
    cheat_sheet.write_pdf(folder / "cheat-sheet.pdf")


def _add_live_page(folder):
    """Let the web page of episode 6 classify images on the site, with the network of episode 4."""
    from helpers import sharing
    from helpers.data import CLASS_NAMES
    from helpers.training import load_fit

    model, _ = load_fit("model_dropout", shipped=True)
    about = "It is right on about 72 of 100 small photos of these ten things. It knows nothing else."
    sharing.make_web_page(model, CLASS_NAMES, folder, title="What does a small network see?", about=about)


def build(target):
    """Build the whole site into `target`, in place of what was there; return 0 if all went well."""
    with tempfile.TemporaryDirectory() as scratch:
        source, made = Path(scratch) / "source", Path(scratch) / "site"
        _stage(source)
        fault = _sphinx(source, made)
        for language, page in TRANSLATED.items():
            only = [f"-D root_doc={page}", f"-D language={language}", f"-D include_patterns={page}.md"]
            fault = fault or _sphinx(source, made / language, *" ".join(only).split())
        if fault:
            return fault
        _add_downloads(made / "downloads")
        _add_live_page(made / LIVE)
        archive.write(made)
        (made / ".nojekyll").touch()  # else one well-known host leaves out folders with an underscore
        with storage.atomic_path(target, over_folder=True) as temporary:
            shutil.copytree(made, temporary)
    return 0


def _sphinx(source, target, *options):
    scratch = source.parent / f"doctrees-{target.name}"
    usual = ["-q", "-W", "--keep-going", "-j", "auto", "-d", str(scratch)]
    return sphinx_build([*usual, *options, str(source), str(target)])


def _write_pot(target):
    """Extract the texts of the pages that are translated, for a translator's tool."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        _stage(source)
        pages = ",".join(f"{page}.md" for page in set(TRANSLATED.values()))
        options = ["-b", "gettext", "-D", f"include_patterns={pages}", "-D", "root_doc=welcome"]
        return _sphinx(source, target, *options)


def main():
    """Build the site, or write the texts to translate."""
    parser = shared.parser(__doc__)
    parser.add_argument("target", nargs="?", default=SITE, metavar="FOLDER", help="or the word pot")
    target = parser.parse_args().target
    return _write_pot(storage.ROOT / "build" / "gettext") if target == "pot" else build(Path(target))


if __name__ == "__main__":
    sys.exit(main())
