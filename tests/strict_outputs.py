"""Compare what a notebook gives now with what it stores, more strictly than nbval does.

nbval executes the cells. This module decides whether the new outputs keep the promise of the stored ones:

- Text, tables and alt text must be the same. Where results depend on how a processor rounds, a cell says
  in its metadata by how much numbers may differ:
  `"tolerance": 0.05` for decimal numbers, `"integer_tolerance": 20` for whole ones.
- Durations (`12.3 s`, `45 ms`, `3 min`) are never compared.
- Images must have the same size and look the same: their mean difference, between 0 (equal) and 1 (black
  against white), is at most 0.001, or what the cell states as `"image_tolerance"`.
- A display that is updated while a cell runs counts as it is at the end.
- Of an explorer the image counts, and which module and which data it has; its live controls are not stored,
  and what is in the data depends on how a processor rounds, as the image does. Of a training's live display
  the line of text counts, not the curves below it.
- An output that is missing, or that nobody stored, is a difference.
- A solution stores nothing, for it would give the answer away. Instead its check has to say ✓.
"""

import base64
import functools
import io
import json
import pathlib
import re
import tempfile

import nbformat
import nbval.kernel
import nbval.plugin
import numpy as np
from PIL import Image

from helpers.explorers import live
from tools import notebooks

IMAGE_TOLERANCE = 0.001
NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?")
DURATION = re.compile(r"\b\d+(?:\.\d+)? (?:µs|ms|s|min)\b")
CURVES = '<div class="training">'  # what `LiveProgress` leaves
WIDGET = "application/vnd.jupyter.widget-view+json"


def install():
    """Put the functions below in the place of nbval's methods; nbval offers no other way in."""
    nbval.plugin.IPyNbFile.setup = functools.partialmethod(setup, start=nbval.plugin.IPyNbFile.setup)
    nbval.plugin.IPyNbFile.teardown = functools.partialmethod(teardown, stop=nbval.plugin.IPyNbFile.teardown)
    nbval.plugin.IPyNbCell.compare_outputs = compare_outputs
    nbval.plugin.IPyNbFile.get_kernel_message = get_kernel_message
    nbval.kernel.RunningKernel.execute_cell_input = execute_cell_input


def setup(notebook, start):
    """Start the kernel with an empty place for saved fits: no notebook sees what another one left."""
    for cell in notebook.nb.cells:
        cell.execution_count = cell.get("execution_count") or 0  # of a cell without, nbval compares nothing
    folder = tempfile.TemporaryDirectory()
    notebook.config.add_cleanup(folder.cleanup)
    notebook.saved = folder.name
    with notebooks.learner_saves_to(folder.name):
        start(notebook)


def teardown(notebook, stop):
    """Stop the kernel. Whoever ran every cell, the solutions too, has answered nothing yet."""
    stop(notebook)
    passed = [path.stem for path in pathlib.Path(notebook.saved, "progress").glob("*.passed")]
    assert not passed, f"Run All counts as progress: {passed}"


def execute_cell_input(kernel, cell_input, allow_stdin=None):
    """Run a cell as Jupyter does: with a history, without which IPython overlooks the `;` at its end."""
    return kernel.kc.execute(cell_input, allow_stdin=allow_stdin, stop_on_error=False)


def compare_outputs(cell, test, ref, skip_compare=None):
    """Return whether a cell's outputs agree; if not, nbval prints `comparison_traceback`."""
    stored = cell.cell
    if "solution" not in notebooks.tags(stored):
        cell.comparison_traceback = differences(ref, test, stored.metadata)
    elif notebooks.is_solved(stored, test):
        cell.comparison_traceback = []
    else:
        cell.comparison_traceback = ["the solution's check does not say ✓", notebooks.printed(test)]
    return not cell.comparison_traceback


def get_kernel_message(notebook, timeout=None, stream="iopub"):
    """Get the next message; one that updates a display changes the earlier output instead."""
    displays = notebook.__dict__.setdefault("displays", {})
    while True:
        message = notebook.kernel.get_message(stream, timeout=timeout)
        content = message["content"]
        display_id = content.get("transient", {}).get("display_id")
        if message["msg_type"] != "update_display_data":
            if display_id is not None:
                # as notebook nodes, which nbval keeps instead of copying
                content |= {part: nbformat.from_dict(content[part]) for part in ("data", "metadata")}
                displays.setdefault(display_id, []).append(content)
            return message
        for earlier in displays.get(display_id, []):
            for part in ("data", "metadata"):
                earlier[part].clear()
                earlier[part].update(content[part])


def differences(stored, new, metadata):
    """Compare two lists of outputs.

    Parameters
    ----------
    stored, new : list of notebook outputs
        What the notebook file holds, and what executing the cell gave.
    metadata : dict
        The cell's metadata, with its tolerances.

    Returns
    -------
    list of str
        One line for each difference; empty if the promise is kept.
    """
    stored, new = comparable(stored), comparable(new)
    found = [f"{name}: stored, but no longer there" for name in stored if name not in new]
    found += [f"{name}: there now, but not stored" for name in new if name not in stored]
    for name in stored.keys() & new.keys():
        compare = image_difference if name.endswith("image/png") else text_difference
        difference = compare(stored[name], new[name], metadata)
        if difference:
            found.append(f"{name}: {difference}")
    return found


def comparable(outputs):
    """Give every part of the outputs a name: streams as a whole, displays by number and MIME type."""
    parts, number = {}, 0
    for output in outputs:
        if output["output_type"] == "stream":
            parts[output["name"]] = parts.get(output["name"], "") + output["text"]
            continue
        number += 1
        parts |= {
            f"output {number}, {mime}": repr([text["module"], *sorted(text["data"])])
            if mime == live.STORED
            else text
            for mime, text in output["data"].items()
            if mime != WIDGET and not str(text).startswith(CURVES)
        }
        for mime, described in output.get("metadata", {}).items():
            if isinstance(described, dict) and "alt" in described:
                parts[f"output {number}, {mime}, alt text"] = described["alt"]
    as_text = functools.partial(json.dumps, sort_keys=True)
    return {name: text if isinstance(text, str) else as_text(text) for name, text in parts.items()}


def text_difference(stored, new, metadata):
    """Say how two texts differ, or return None if they agree within the tolerances."""
    if metadata.get("tolerance") or metadata.get("integer_tolerance"):
        # numpy and pandas pad columns according to the numbers in them
        stored, new = (re.sub(r" +", " ", re.sub(r"-{3,}", "---", text)) for text in (stored, new))
    stored, new = (DURATION.sub("<duration>", text) for text in (stored, new))
    words = [re.sub(r"\s+\]", "]", NUMBER.sub("<number>", text)) for text in (stored, new)]
    if words[0] != words[1]:
        return f"the text differs\n  stored: {stored.strip()}\n  now:    {new.strip()}"
    for old, now in zip(NUMBER.findall(stored), NUMBER.findall(new), strict=True):
        whole = old.lstrip("+-").isdigit()
        allowed = metadata.get("integer_tolerance" if whole else "tolerance", 0)
        same_kind = whole == now.lstrip("+-").isdigit()
        if old != now and not (same_kind and abs(float(old) - float(now)) <= allowed * (1 + 1e-9)):
            return f"{old} is stored, {now} came; the cell allows a difference of {allowed}"
    return None


def image_difference(stored, new, metadata):
    """Say how two PNG images differ, or return None if they look the same."""
    stored, new = (Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB") for png in (stored, new))
    if stored.size != new.size:
        return f"the image was {stored.size} pixels, and is {new.size}"
    allowed = metadata.get("image_tolerance", IMAGE_TOLERANCE)
    old, now = (np.asarray(image.reduce(2), dtype=float) / 255 for image in (stored, new))
    difference = np.abs(old - now).mean()
    if difference > allowed:
        return f"the image differs by {difference:.4f}; the cell allows {allowed}"
    return None
