"""What the site does to pages on their way from Markdown to HTML.

- Figures get the alt text that the notebook stores beside them, which MyST-NB overlooks.
- Images get their size, so that nothing moves when they arrive: a link to a heading lands there.
- What stands in columns stays in columns, however narrow the screen.
- The first use of a glossary term on a notebook's page becomes a link to its entry.
- Formulas become MathML: no script, no font to fetch, readable by screen readers.
- What the theme and Sphinx leave nameless for screen readers gets its name.
"""

import base64
import hashlib
import io
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
from docutils import nodes
from docutils.utils.math import latex2mathml
from PIL import Image
from sphinx import addnodes

NUMBERS = re.compile(r"[-+\d\s./\u00d7x,%]+")
IN_COLUMNS = re.compile(r"\S {2,}\S|^ *\[", re.MULTILINE)
NO_LINKS_INSIDE = (nodes.title, nodes.literal, nodes.literal_block, nodes.reference, nodes.raw, nodes.math)
NO_LINKS_INSIDE += (addnodes.pending_xref, nodes.strong)


def alt_texts(notebook):
    """Alt text of each stored image, by the name that MyST-NB gives to its file."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for mime, content in output.get("data", {}).items():
                if mime == "image/png":
                    name = hashlib.sha256(base64.b64decode(content)).hexdigest()
                    found[name] = output.metadata.get(mime, {}).get("alt", "")
    return found


def describe_images(doctree, notebook):
    """Give every image of a notebook's page its alt text."""
    texts = alt_texts(notebook)
    for image in doctree.findall(nodes.image):
        text = texts.get(Path(image["uri"]).stem)
        if text:
            image["alt"] = text


def glossary_terms(source):
    """List the terms of the glossary page, longest first, so that no term hides in a longer one."""
    block = re.search(r"```\{glossary\}\n(.*?)\n```", source, re.DOTALL)[1]
    lines = [line for line in block.splitlines() if line.strip() and not line.startswith((" ", ":"))]
    return sorted(lines, key=len, reverse=True)


def pattern(term):
    """Match a term as a word of its own, in singular or plural, at the start of a sentence too."""
    return re.compile(rf"(?<![\w-]){re.escape(term)}(?:s|es)?(?![\w-])", re.IGNORECASE)


def link_first_uses(doctree, terms, docname):
    """Turn the first use of each term into a link to the glossary; not in headings, code and links."""
    left = {term: pattern(term) for term in terms}
    for text in list(doctree.findall(nodes.Text)):
        if not any(isinstance(parent, nodes.paragraph) for parent in ancestors(text)):
            continue
        if any(isinstance(parent, NO_LINKS_INSIDE) for parent in ancestors(text)):
            continue
        pieces = linked_pieces(str(text), left, docname)
        if len(pieces) > 1:
            text.parent.replace(text, pieces)


def ancestors(node):
    """Yield the elements that a node stands in, from the inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def linked_pieces(text, left, docname):
    """Split a text at the first uses of terms; terms that were found are taken out of `left`."""
    for term, wanted in left.items():
        found = wanted.search(text)
        if found:
            del left[term]
            before = linked_pieces(text[: found.start()], left, docname)
            after = linked_pieces(text[found.end() :], left, docname)
            return [*before, term_link(found[0], term, docname), *after]
    return [nodes.Text(text)] if text else []


def term_link(words, term, docname):
    """Make a link from `words` to the entry of `term`."""
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="term", reftarget=term, refexplicit=True, refdoc=docname, refwarn=True
    )
    link += nodes.inline(words, words, classes=["glossary-link"])
    return link


def keep_columns(doctree):
    """Mark tables' cells of numbers and printed arrays and tables, which lose their sense when they wrap."""
    for cell in doctree.findall(nodes.entry):
        if NUMBERS.fullmatch(cell.astext().strip()):
            cell["classes"].append("columns")
    for output in doctree.findall(nodes.container):
        if "stream" in output["classes"] and IN_COLUMNS.search(output.astext()):
            output["classes"].append("columns")


def improve_page(app, doctree):
    """Work on one page after it was read."""
    keep_columns(doctree)
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb":
        describe_images(doctree, nbformat.read(path, as_version=4))
        link_first_uses(doctree, app.config.course_glossary, app.env.docname)


def read_glossary(app, config):
    """Keep the terms in the configuration, so that a new one renews all pages."""
    path = Path(app.srcdir) / "glossary.md"
    config.course_glossary = glossary_terms(path.read_text(encoding="utf-8")) if path.exists() else []


def visit_math(translator, node):
    """Write a formula as MathML."""
    formula = latex2mathml.tex2mathml(node.astext(), as_block=isinstance(node, nodes.math_block))
    if isinstance(node, nodes.math_block):
        formula = f'<div class="formula">{formula}</div>'
    translator.body.append(formula)
    raise nodes.SkipNode


def sized(tag, files):
    """Give an image its size: a browser reserves the room before it fetches what comes into view."""
    width, height = image_size(re.search(r'src="([^"]*)"', tag)[1], files)
    if " width=" not in tag:
        tag = tag.replace("<img ", f'<img width="{width}" height="{height}" ', 1)
    return tag.replace("<img ", '<img loading="lazy" decoding="async" ', 1)


def image_size(source, files):
    """Read width and height in pixels from a file of the site, or from an address that holds the image."""
    if source.startswith("data:"):
        content = base64.b64decode(source.partition(",")[2])
    else:
        content = files[unquote(source.rpartition("/")[2])].read_bytes()
    if view := re.search(rb'<svg[^>]*viewBox="\S+ \S+ (\S+) (\S+)"', content):
        return tuple(round(float(number)) for number in view.groups())
    with Image.open(io.BytesIO(content)) as image:
        return image.size


def name_the_nameless(app, pagename, templatename, context, doctree):
    """Give captions in the navigation their level; a table's corner without a word is no header."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    if "body" in context:
        body = context["body"].replace('<th class="head"><p></p></th>', "<td></td>")
        files = {name: Path(app.srcdir) / uri for uri, name in app.builder.images.items()}
        body = re.sub(r"<img [^>]*>", lambda tag: sized(tag[0], files), body)
        # The text of a fold says what it hides; its label does not.
        context["body"] = body.replace(' aria-label="Toggle hidden content"', "")


def setup(app):
    """Register everything with Sphinx."""
    app.add_config_value("course_glossary", [], "env")
    app.add_html_math_renderer("course_mathml", (visit_math, None), (visit_math, None))
    app.connect("config-inited", read_glossary)
    app.connect("doctree-read", improve_page)
    app.connect("html-page-context", name_the_nameless, priority=900)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
