"""Stored outputs are a promise: what differs by more than a cell allows fails, in both directions."""

import base64
import io
import re
import sys

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image, ImageDraw

from helpers.storage import ROOT
from helpers.training import _Shown
from tests.programs import run
from tests.strict_outputs import differences
from tools.measure import share_needed


def printed(text):
    return [new_output("stream", name="stdout", text=text)]


def table(html):
    return [new_output("display_data", {"text/html": html, "text/plain": "a table"})]


def image(drawn, alt="Ten bars, the longest for cat, 0.51."):
    png = io.BytesIO()
    drawn.save(png, "png")
    data = {"image/png": base64.b64encode(png.getvalue()).decode(), "text/plain": "<Figure>"}
    return [new_output("display_data", data, metadata={"image/png": {"alt": alt}})]


def bar_chart(lengths, label="cat"):
    """A chart like those of the course: one bar to a class, and a word."""
    image = Image.new("RGB", (600, 400), "white")
    draw = ImageDraw.Draw(image)
    for row, length in enumerate(lengths):
        draw.rectangle((100, 20 + 70 * row, 100 + 400 * length, 60 + 70 * row), fill="#0072B2")
    draw.text((20, 30), label, fill="black", font_size=24)
    return image


SAME = [
    ("accuracy 0.556\n", "accuracy 0.556\n", {}),
    ("trained in 12.3 s\n", "trained in 9.8 s\n", {}),
    ("45 ms a step, 3 min in all\n", "52 ms a step, 4 min in all\n", {}),
    ("accuracy 0.556\n", "accuracy 0.541\n", {"tolerance": 0.02}),
    ("[0.   0.51 0.29]\n", "[0.01 0.5  0.3 ]\n", {"tolerance": 0.02}),
    ("57 of 200\n", "61 of 200\n", {"integer_tolerance": 5}),
    ("-0.01\n", "0.01\n", {"tolerance": 0.02}),
    ("loss 1.5e-03\n", "loss 1.6e-03\n", {"tolerance": 0.001}),
]

DIFFERENT = [
    ("accuracy 0.556\n", "accuracy 0.557\n", {}),
    ("accuracy 0.556\n", "accuracy 0.535\n", {"tolerance": 0.02}),
    ("accuracy 0.556\n", "precision 0.556\n", {"tolerance": 0.02}),
    ("predicted: cat 0.5\n", "predicted: dog 0.5\n", {"tolerance": 0.5}),
    ("57 of 200\n", "58 of 200\n", {"tolerance": 5}),
    ("57 of 200\n", "63 of 200\n", {"integer_tolerance": 5}),
    ("loss 1.3\n", "loss nan\n", {"tolerance": 10}),
    ("loss 1.3\n", "loss 1.3 1.3\n", {"tolerance": 10}),
    ("8000\n", "8000.0\n", {}),
    ("took 3 rounds\n", "took 4 rounds\n", {}),
]


@pytest.mark.parametrize(("stored", "now", "metadata"), SAME)
def test_texts_within_the_tolerance_agree(stored, now, metadata):
    assert differences(printed(stored), printed(now), metadata) == []


@pytest.mark.parametrize(("stored", "now", "metadata"), DIFFERENT)
def test_texts_beyond_the_tolerance_differ(stored, now, metadata):
    assert differences(printed(stored), printed(now), metadata)


def test_numbers_in_tables_are_compared_and_missing_and_additional_outputs_differ():
    stored, now = table("<td>1</td><td>0.556</td>"), table("<td>1</td><td>0.541</td>")
    assert differences(stored, now, {"tolerance": 0.02}) == []
    assert differences(stored, now, {"tolerance": 0.01})
    for stored, now in ((printed("a"), []), ([], printed("a")), (printed("a"), table("a"))):
        assert differences(stored, now, {"tolerance": 9})


LIVE = [
    {"application/vnd.jupyter.widget-view+json": {"model_id": "12ab"}},
    {"text/html": _Shown("3 epochs in 1.2 s: loss 0.7", "<svg></svg>")._repr_html_()},
]


@pytest.mark.parametrize("live", LIVE, ids=["controls", "curves of a training"])
def test_what_is_live_is_not_compared_but_what_stands_beside_it_is(live):
    def output(text, **more):
        return [new_output("display_data", {"text/plain": text, **more})]

    assert differences(output("An explorer"), output("An explorer", **live), {}) == []
    assert differences(output("An explorer"), output("Another one", **live), {})
    assert differences(output("An explorer"), [], {})


def test_an_image_equals_itself_and_one_with_other_edges_and_no_other():
    chart = bar_chart([0.5, 0.3])
    noise = np.random.default_rng(0).integers(-1, 2, (400, 600, 3))
    smoothed = Image.fromarray(np.clip(np.asarray(chart) + noise, 0, 255).astype(np.uint8))
    for same in (chart, smoothed):
        assert differences(image(chart), image(same), {}) == []
    others = [bar_chart([0.5, 0.35]), bar_chart([0.3, 0.5]), bar_chart([0.5, 0.3], label="frog")]
    for other in (*others, chart.resize((601, 400)), Image.new("RGB", (600, 400), "white")):
        assert differences(image(chart), image(other), {})
    longer = image(bar_chart([0.5, 0.33]))
    assert differences(image(chart), longer, {})
    assert differences(image(chart), longer, {"image_tolerance": 0.02}) == [], "what the cell allows"


def test_alt_text_is_compared_like_text():
    chart = bar_chart([0.5])
    stored, now = image(chart, "The longest bar: cat, 0.51."), image(chart, "The longest bar: cat, 0.53.")
    assert differences(stored, now, {"tolerance": 0.05}) == []
    assert differences(stored, now, {})
    assert differences(stored, image(chart, "The longest bar: dog, 0.51."), {"tolerance": 0.05})
    without = [new_output("display_data", stored[0].data)]
    assert differences(stored, without, {})


def shown(text):
    return [new_output("display_data", {"text/plain": text})]


CELLS = {
    "print(1 + 1)": (printed("2\n"), "PASSED"),
    "print(2 + 2)": (printed("5\n"), "FAILED"),
    "print('new')": ([], "FAILED"),
    "'shown';": ([], "PASSED"),
    "raise ValueError": ([], "FAILED"),
    "live = display('start', display_id=True); live.update('end')": (shown("'end'"), "PASSED"),
    "live = display('start', display_id=True); live.update('other')": (shown("'start'"), "FAILED"),
}
CHECK = "from helpers import checks; checks.shapes"
SOLUTIONS = {
    f"{CHECK}((9000, 32, 32, 3), (1000, 10))": "PASSED",
    f"{CHECK}((9000, 32, 32, 3), (10, 1000))": "FAILED",
    f"{CHECK}((9000, 32, 32, 3), ...)": "FAILED",
    "from helpers import checks; print('✓')  # checks.": "FAILED",
    "print('no check')": "PASSED",
    "raise TypeError": "FAILED",
}


@pytest.mark.slow
def test_nbval_with_our_comparison_fails_and_passes_cell_by_cell(tmp_path):
    notebook = new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "", "language": ""}})
    for count, (source, (outputs, _)) in enumerate(CELLS.items(), start=1):
        notebook.cells.append(new_code_cell(source, outputs=outputs, execution_count=count))
    for source in SOLUTIONS:
        notebook.cells.append(new_code_cell(source, metadata={"tags": ["solution"]}))
    nbformat.write(notebook, tmp_path / "sample.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "-rA", "-p", "no:cacheprovider", "--color=no"]
    command += ["-c", str(ROOT / "pyproject.toml"), f"--confcutdir={ROOT}", "-p", "conftest"]
    command += [str(tmp_path / "sample.ipynb")]
    result = run(*command, code=None)
    expected = {source: word for source, (_, word) in CELLS.items()} | SOLUTIONS
    for number, (source, word) in enumerate(expected.items()):
        said = re.findall(rf"^(PASSED|FAILED) .*Cell {number}\b", result.stdout, re.MULTILINE)
        assert set(said) == {word}, f"{source} should have {word}:\n{result.stdout}"
    assert "Run All counts as progress: ['shapes']" in result.stdout


SHARES = [("0.500", 0), ("0.510", 0.25), ("0.530", 0.75), ("0.540", 1), ("0.541", np.inf), ("a", np.inf)]


@pytest.mark.parametrize(("new", "share"), SHARES)
def test_the_share_of_the_tolerance_that_an_output_needs_is_found(new, share):
    metadata = {"tolerance": 0.04, "tags": ["main-result"]}
    assert share_needed(printed("accuracy 0.500\n"), printed(f"accuracy {new}\n"), metadata) == share
    both = {"tolerance": 0.1, "integer_tolerance": 10}  # the one that runs out first decides
    assert share_needed(printed("50 of 100, 0.5\n"), printed("57 of 100, 0.51\n"), both) == 0.75
