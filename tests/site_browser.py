"""Visit every page of the built site in a headless Chromium and write down what is seen.
Everything is served from this machine; a request to any other place is refused and recorded.
"""

import contextlib
import functools
import http.server
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from helpers.storage import ROOT
from tests.jupyterlab_browser import browser

DESK = {"width": 1200, "height": 900}
# Of texts in the same style on the same ground, axe looks at the colours of three: each takes time.
CONTRAST = """async () => {
    const kinds = new Map(), plain = ["rgba(0, 0, 0, 0)", "none", "1"];
    for (const part of document.querySelectorAll("body *")) {
        const said = [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!said || !part.checkVisibility({ visibilityProperty: true })) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(part), kind = [color, fontSize, fontWeight];
        for (let outer = part; outer; outer = outer.parentElement) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(outer);
            kind.push(...[backgroundColor, backgroundImage, opacity].filter(value => !plain.includes(value)));
        }
        kinds.set(kind.join(), [...(kinds.get(kind.join()) ?? []), part].slice(0, 3));
    }
    const only = { resultTypes: ["violations"], runOnly: ["color-contrast"] };
    return axe.run({ include: [...kinds.values()].flat() }, only);
}"""
REST = "axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } })"
# All rules in light; in dark, the one whose answer depends on colours.
ALL = f"""async () => {{
    const [rest, colors] = [await {REST}, await ({CONTRAST})()];
    return {{ violations: [...rest.violations, ...colors.violations] }};
}}"""
AXE = {"light": ALL, "dark": CONTRAST}
STILL = "* { transition: none !important; animation: none !important }"  # no colour is half-way
# Wider than the screen: how wide the page is, and what reaches beyond the edge.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [
    `${document.documentElement.scrollWidth} pixels wide`,
    ...[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 80))]"""
CUT_OFF = """() => [...document.querySelectorAll(".cell_input pre")]
    .filter(code => code.scrollWidth > code.clientWidth).map(code => code.textContent)"""
TORN = """() => [...document.querySelectorAll("td.columns, .columns pre")]
    .filter(box => getComputedStyle(box).whiteSpace !== "pre").map(box => box.textContent)"""
# Width of a laptop or a phone, and what may not be there: code cut off, columns torn, a page too wide.
WIDTHS = [(1366, CUT_OFF), (1280, CUT_OFF), (390, TORN), (320, WIDE)]
UNFOLD = "document.querySelectorAll('details').forEach(folded => { folded.open = true })"


@dataclass
class Visit:
    """What happened on one page."""

    console: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    elsewhere: list = field(default_factory=list)
    violations: dict = field(default_factory=dict)
    n_bytes: int = 0
    misfits: list = field(default_factory=list)


class Page(HTMLParser):
    """Links, anchors, visible text and figures of an HTML file."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html, self.links, self.anchors, self.words, self.images = html, [], set(), [], []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found[key] for key in ("id", "name") if found.get(key)}
        self.links += [found[key] for key in ("href", "src") if found.get(key)]
        self._hidden += tag in ("script", "style", "title", "svg")
        if tag == "img":
            self.images.append(found)

    def handle_endtag(self, tag):
        self._hidden -= tag in ("script", "style", "title", "svg")

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)


def built(folder):
    """Build the site into `folder`; give the HTML pages by their path in it.

    In a process of its own: Sphinx forks, which a process with TensorFlow's threads should not.
    """
    subprocess.run([sys.executable, "-m", "tools.website", str(folder)], cwd=ROOT, check=True)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return {name: Page((folder / name).read_text(encoding="utf-8")) for name in names}


def broken_links(folder, pages):
    """Check every link inside the site; return how many there are, and those that lead nowhere."""
    count, broken = 0, []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            target = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            target = target.resolve()
            key = target.relative_to(folder.resolve()).as_posix() if target.is_file() else None
            if key is None or (parts.fragment and key in pages and parts.fragment not in pages[key].anchors):
                broken.append(f"{name} -> {link}")
    return count, [link for link in broken if not link.endswith(" -> #")]  # "#" is the top of the page


@contextlib.contextmanager
def served(folder):
    """Serve a folder from a free port of this machine; give the server: its `address`, what was `asked`."""
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.address, server.asked = f"http://127.0.0.1:{server.server_port}", []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        self.server.asked.append(self.path)


def axe_script():
    """Path of axe-core, the accessibility checker that comes with a package of the test extra."""
    return Path(find_spec("axe_playwright_python").submodule_search_locations[0]) / "axe.min.js"


def visit(chromium, address, name):
    """Load one page as a visitor would, check it in light and dark, on a laptop and on a narrow phone."""
    seen = Visit()
    # A page that forbids scripts of others would forbid the checker too.
    context = chromium.new_context(viewport=DESK, color_scheme="light", bypass_csp=True)
    context.route("**/*", lambda route: _only_from(address, route, seen))
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and seen.console.append(message.text))
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.on("response", lambda response: _weigh(response, seen))
    page.goto(f"{address}/{name}", wait_until="load")
    loaded = seen.n_bytes  # what a fold loads when it is opened is not counted
    page.add_style_tag(content=STILL)
    page.add_script_tag(path=axe_script())
    page.evaluate(UNFOLD)
    for scheme, check in AXE.items():
        page.emulate_media(color_scheme=scheme)
        seen.violations[scheme] = _summary(page.evaluate(check))
    for width, wrong in WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        seen.misfits += page.evaluate(wrong)
    context.close()
    seen.n_bytes = loaded
    return seen


def _only_from(address, route, seen):
    if route.request.url.startswith((address, "data:", "blob:")):
        return route.continue_()
    seen.elsewhere.append(route.request.url)
    return route.abort()


def _weigh(response, seen):
    if response.status >= 400:
        seen.failed.append(response.url)
    else:
        seen.n_bytes += int(response.headers.get("content-length", 0))


def _summary(result):
    return [
        f"{found['id']}: {node['target']} {node['html'][:120]} {node['failureSummary'][:200]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def visit_all(folder, pages, workers=2):
    """Visit every page, in two browsers at once; return a dictionary of name -> Visit."""
    names = list(pages)
    with served(folder) as server, ThreadPoolExecutor(workers) as pool:
        shares = [names[first::workers] for first in range(workers)]
        rounds = pool.map(functools.partial(_visit_each, server.address), shares)
        visits = {name: seen for found in rounds for name, seen in found.items()}
    return {name: visits[name] for name in names}


def _visit_each(address, names):
    with browser() as chromium:
        return {name: visit(chromium, address, name) for name in names}
