"""Explorers in a real JupyterLab, driven by keyboard in a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
CELLS = (
    "from helpers import explorers, images\nexplorers.pixels(images.load_photo('cat'))",
    "explorers.kernels(images.load_photo('temple'))",
    "explorers.neuron()",
)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (set CHROMIUM to its path)")


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory):
    """Start a server with one notebook and nothing of the user's own; give its address."""
    folder = tmp_path_factory.mktemp("lab")
    nbformat.write(
        new_notebook(cells=[new_code_cell(source) for source in CELLS], metadata=KERNEL), folder / "a.ipynb"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    private = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--IdentityProvider.token=secret", f"--ServerApp.root_dir={folder}"]
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | private, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/api?token=secret", server)
            yield f"http://127.0.0.1:{port}/lab/tree/a.ipynb?token=secret"
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(address, server, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"JupyterLab did not start at {address}")


@pytest.fixture(scope="module")
def page(jupyterlab):
    """Open the notebook in Chromium and run all its cells."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        page = browser.new_page(viewport={"width": 1200, "height": 2400})
        page.set_default_timeout(30_000)
        page.goto(jupyterlab)
        page.get_by_text("| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        picture(page, 2).wait_for()
        yield page
        browser.close()


def picture(page, cell):
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output img")


def alt_text_changes(page, cell, before):
    page.wait_for_function(
        "([cell, before]) => document.querySelectorAll('.jp-CodeCell')[cell]"
        ".querySelector('.jp-OutputArea-output img').alt !== before",
        arg=[cell, before],
    )
    return picture(page, cell).get_attribute("alt")


@pytest.mark.parametrize(
    ("cell", "role", "number", "keys", "now_in_alt_text"),
    [
        (0, "spinbutton", 0, "ArrowUp", "from row 101, column 150"),
        (0, "slider", 1, "ArrowRight", "from row 101, column 151"),
        (1, "combobox", 0, "Space ArrowDown Enter", "kernel 'vertical edges'"),
        (2, "slider", 6, "ArrowLeft", "the sum is -0.60"),
    ],
)
def test_keys_move_a_control_and_the_picture_follows(page, cell, role, number, keys, now_in_alt_text):
    shown = picture(page, cell)
    alt, source = shown.get_attribute("alt"), shown.get_attribute("src")
    control = (
        page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output").get_by_role(role).nth(number)
    )
    control.focus()
    for key in keys.split():
        page.keyboard.press(key)
    assert now_in_alt_text in alt_text_changes(page, cell, alt)
    assert picture(page, cell).get_attribute("src") != source


def test_every_number_and_every_list_has_a_name(page):
    outputs = page.locator(".jp-OutputArea-output")
    names = {
        role: outputs.get_by_role(role).evaluate_all(
            "fields => fields.map(field => [...field.labels].map(label => label.textContent).join())"
        )
        for role in ("spinbutton", "combobox", "textbox")
    }
    assert len(names["spinbutton"]) == 10
    assert len(names["combobox"]) == 4
    assert all(name.strip() for fields in names.values() for name in fields), names


def test_there_is_one_picture_for_each_explorer(page):
    assert [picture(page, cell).count() for cell in range(3)] == [1, 1, 1]
