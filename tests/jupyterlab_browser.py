"""A real JupyterLab in a real browser, for tests of what learners click on.

    with jupyterlab(folder) as address, browser() as chromium:
        with notebook_page(chromium, address, folder, sources) as page:
            ...

Everything happens in `folder`: nothing of the user's own settings is read or changed. Nothing is fetched.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.storage import ROOT

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (set CHROMIUM to its path)")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
FLAGS += ["--use-fake-device-for-media-stream"]  # a camera that shows a moving figure
# What the browser asks its maker for by itself; whatever else a page wants is still noticed.
FLAGS += ["--host-resolver-rules=MAP *.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND"]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
TOOLS = ROOT / "tools"
WORKSPACE = "default-37a8.jupyterlab-workspace"  # JupyterLab's name for the file of what one sees first
TOKEN = "for-this-test-only"
SECONDS = 60  # for any single thing to happen, on a busy computer
NAMED_ROLES = ("button", "checkbox", "combobox", "img", "slider", "spinbutton", "textbox")


@contextlib.contextmanager
def jupyterlab(folder):
    """Run a JupyterLab server on a free port; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    private = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    private["COURSE_FIT_OUTPUTS"] = str(folder / "fit_outputs")
    shutil.copyfile(TOOLS / "jupyterlab_overrides.json", folder / "overrides.json")
    (folder / "workspaces").mkdir()
    shutil.copyfile(TOOLS / "jupyterlab_workspace.json", folder / "workspaces" / WORKSPACE)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    command += [f"--LabApp.app_settings_dir={folder}", f"--LabApp.workspaces_dir={folder / 'workspaces'}"]
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=os.environ | private, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", server, folder / "log.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=SECONDS)


def _wait_for(address, server, log):
    end = time.monotonic() + 2 * SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"JupyterLab did not start at {address}:\n{log.read_text(encoding='utf-8')[-2000:]}")


@contextlib.contextmanager
def browser():
    """Give a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


@contextlib.contextmanager
def notebook_page(chromium, address, folder, sources):
    """Open a notebook of cells with these sources in the server's `folder`, run all, and give the page."""
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), folder / "test.ipynb")
    page = chromium.new_page(viewport={"width": 1200, "height": 6000})  # high: all cells are rendered
    page.set_default_timeout(SECONDS * 1000)
    try:
        # In a workspace of its own: that of the course stays as one sees it first.
        page.goto(f"{address}/lab/workspaces/tests/tree/test.ipynb?token={TOKEN}")
        page.get_by_text("| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_function(
            "count => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
            ".filter(prompt => /\\d/.test(prompt.textContent)).length === count",
            arg=len(cells),
        )
        yield page
    finally:
        page.close()


def output(page, cell):
    """Find the output of the cell with this number."""
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-Cell-outputWrapper")


def changed(locator, attribute, before):
    """Wait until an element's attribute is no longer `before`; return what it is."""
    from playwright.sync_api import expect

    # A redrawn image is a new element: the locator looks for it anew each time.
    expect(locator).not_to_have_attribute(attribute, before, timeout=SECONDS * 1000)
    return locator.get_attribute(attribute)


def nameless(locator):
    """List the controls and images inside an element that have no name for a screen reader."""
    role = re.compile(rf"- '?({'|'.join(NAMED_ROLES)})\b")
    lines = [line.strip() for line in locator.aria_snapshot().splitlines()]
    return [line for line in lines if role.match(line) and '"' not in line.partition(":")[0]]
