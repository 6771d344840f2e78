"""Execute the notebooks, and write what is the same in all of them.

    python tools/notebooks.py execute [ONLY ...]   # in place: their stored outputs are new
    python tools/notebooks.py course [ONLY ...]    # into build/, with a table of results
    python tools/notebooks.py stamp                # the public address into start cells and badges

ONLY is a part of a notebook's name, such as 01 or iris.
"""

import argparse
import ast
import base64
import io
import os
import re
import symtable
import sys
import tempfile
import time
import tomllib
from unittest import mock

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

from helpers import storage
from helpers.exercises.progress import SOLUTION, opens_more

NOTEBOOKS = storage.ROOT / "notebooks"
BUILD = storage.ROOT / "build"
SECONDS_A_CELL = 600
BADGE = "[![Open in Colab]"
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # by JupyterLab, by Colab
WIDGET = "application/vnd.jupyter.widget-view+json"
LARGE_IMAGE, PALETTE_TOLERANCE = 270_000, 0.02  # characters in base 64; what a palette may change
FOLDED_SECTION = "jp-MarkdownHeadingCollapsed"  # JupyterLab's name for it


def tags(cell):
    """Tags of a cell, as a list of str."""
    return cell.metadata.get("tags", [])


def find(only=()):
    """Notebooks in the order of the course; with `only`, those whose name contains one of these texts."""
    found = sorted(NOTEBOOKS.glob("*.ipynb"))
    chosen = [path for path in found if not only or any(part in path.stem for part in only)]
    if not chosen:
        sys.exit(f"No notebook is called like {' or '.join(only)}: {', '.join(path.stem for path in found)}")
    return chosen


def read(path):
    """Read a notebook in nbformat 4."""
    return nbformat.read(path, as_version=4)


def write(notebook, path):
    """Write a notebook, complete or not at all."""
    nbformat.validate(notebook)
    with storage.atomic_path(path) as temporary:
        nbformat.write(notebook, temporary)


def normalize(notebook, name):
    """Give a notebook its common cells and metadata, fold solutions and More sections; change it in place."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {"name": "python"}  # the kernel would add its own version
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": language})
    for cell in notebook.cells:
        if {"start", "solution"} & {*tags(cell)}:
            cell.metadata |= nbformat.from_dict(FOLDED)
        if "start" in tags(cell):
            cell.source = start_cell()
        if "solution" in tags(cell):
            cell.source = SOLUTION + cell.source.removeprefix(SOLUTION)
            cell.outputs, cell.execution_count = [], None  # they would give the answer away
        if cell.cell_type == "markdown":
            cell.metadata.pop(FOLDED_SECTION, None)  # an author who opened or folded one decides nothing
            cell.metadata |= {FOLDED_SECTION: True} if opens_more(cell) else {}
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            # A stored widget is dead: without it, Jupyter shows the image until the cell is run.
            output.get("data", {}).pop(WIDGET, None)
            if "image/png" in output.get("data", {}):
                allowed = cell.metadata.get("image_tolerance", 0)
                output.data["image/png"] = smaller(output.data["image/png"], allowed)
    first = notebook.cells[0]
    if title(name):
        first.source = re.sub("^# .*", f"# {title(name)}", first.source, count=1)
    first.source = with_badge(first.source, name)
    greet_newcomers(notebook)
    return notebook


def smaller(png, allowed):
    """Store a large image, such as a figure of photos, in 256 colours, if the cell allows the difference."""
    image = Image.open(io.BytesIO(base64.b64decode(png)))
    if image.mode == "P" or len(png) < LARGE_IMAGE or allowed < PALETTE_TOLERANCE:
        return png
    small = io.BytesIO()
    image.convert("RGB").quantize(dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def title(name):
    """Give the title that fits a file name of the course: what one saw in the list. None for others."""
    known = re.fullmatch(r"(0\d|example)-(.+)\.ipynb", name)
    if known is None:
        return None
    words = re.sub(r"\b(cnn|mnist)\b", lambda word: word[0].upper(), known[2].replace("-", " "))
    words = re.sub(r"\d+", r"\g<0>%", words)
    kind = "Example" if known[1] == "example" else f"Episode {int(known[1])}"
    return f"{kind}: {words[0].upper()}{words[1:]}"


def greet_newcomers(notebook):
    """Put the lines for newcomers below the title, in place of those that are there."""
    there = [cell for cell in notebook.cells if "newcomer" in tags(cell)]
    there += [nbformat.v4.new_markdown_cell(id="newcomer", metadata={"tags": ["newcomer"]})]
    there[0].source = newcomers_text()
    notebook.cells = [cell for cell in notebook.cells if "newcomer" not in tags(cell)]
    notebook.cells.insert(1, there[0])


def newcomers_text():
    """What a newcomer needs to know, in every notebook the same."""
    return (storage.ROOT / "tools" / "newcomer.md").read_text(encoding="utf-8").rstrip()


def joined(outputs):
    """Put together what was printed without a break: where it is cut depends on the computer's speed."""
    whole = []
    for output in outputs:
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def start_cell():
    """Source of the first code cell, with the site's address and the version in it."""
    template = (storage.ROOT / "tools" / "start_cell.py").read_text(encoding="utf-8").rstrip()
    call = f'start(site="{site_address()}", version="{address_and_version()[1]}")'
    return re.sub(r"^start\(.*", lambda _: call, template, count=1, flags=re.MULTILINE)


def with_badge(title_cell, name):
    """Put the Colab badge below the title, or take it away while there is no public address."""
    lines = without_badge(title_cell).splitlines()
    if colab_link(name):
        badge = "https://colab.research.google.com/assets/colab-badge.svg"
        lines[1:1] = ["", f"{BADGE}({badge})]({colab_link(name)})"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def without_badge(title_cell):
    """Take the Colab badge out of a title cell."""
    return "\n".join(line for line in title_cell.splitlines() if not line.startswith(BADGE))


def colab_link(name):
    """Where Colab opens a notebook, "" while there is no public address."""
    address, _ = address_and_version()
    place = address.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{place}/blob/main/notebooks/{name}" if address else ""


def _project():
    return tomllib.loads((storage.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def address_and_version():
    """Read the public address ("" until it is set) and the version from pyproject.toml."""
    project = _project()
    return project.get("urls", {}).get("Repository", "").removesuffix("/"), project["version"]


def site_address():
    """Where the site is: Homepage in pyproject.toml, else the GitHub Pages of the repository, else ""."""
    address, _ = address_and_version()
    owner, _, name = address.removeprefix("https://github.com/").removesuffix(".git").partition("/")
    host = f"{owner.lower()}.github.io"
    pages = f"https://{host}" + (f"/{name}" if name.lower() != host else "")
    return _project().get("urls", {}).get("Homepage", pages if address else "").removesuffix("/")


def run(notebook, **hooks):
    """Execute a notebook in place, in a fresh kernel and in a folder that is not its own.

    What it saves goes to a temporary place, so that it neither finds nor replaces a learner's fits.
    `hooks` go to nbclient, for example `on_cell_executed`.
    """
    with tempfile.TemporaryDirectory() as folder, learner_saves_to(folder):
        resources = {"metadata": {"path": folder}}
        options = {"timeout": SECONDS_A_CELL, "kernel_name": "python3", "record_timing": False}
        options["extra_arguments"] = ["--IPKernelApp.log_level=ERROR"]  # its notes on encryption
        NotebookClient(notebook, resources=resources, **options, **hooks).execute()
    return notebook


def learner_saves_to(folder):
    """Let kernels that start in this block save fits in `folder`."""
    return mock.patch.dict(os.environ, COURSE_FIT_OUTPUTS=str(folder))


def main_result(notebook):
    """Find what the cell tagged `main-result` printed, in one line."""
    cells = [cell for cell in notebook.cells if "main-result" in tags(cell)]
    return " ".join("".join(printed(cell.outputs) for cell in cells).split())


def printed(outputs):
    """What a cell printed, as one text."""
    return "".join(output.get("text", "") for output in outputs)


def is_solved(cell, outputs):
    """Whether the check in a solution says ✓, and none says anything else; fine too if it calls no check."""
    marks = [line[0] for line in printed(outputs).splitlines() if line[:2] in ("✓ ", "✗ ", "… ")]
    return {*marks} == {"✓"} if "checks." in cell.source else True


def unsolved(notebook):
    """Describe the first solution of an executed notebook that its check refuses; "" if there is none."""
    for cell in notebook.cells:
        if "solution" in tags(cell) and not is_solved(cell, cell.outputs):
            lines = cell.source.splitlines()
            return f"a solution is not solved: {lines[-1]} says {printed(cell.outputs).strip()!r}"
    return ""


def names_in(statement):
    """Global names that a statement binds, that it changes an element of, and that it needs beforehand."""
    top = symtable.symtable(ast.unparse(statement), "cell", "exec")
    tables, needed = [top], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        used = (symbol for symbol in table.get_symbols() if symbol.is_referenced())
        needed |= {symbol.get_name() for symbol in used if table is top or symbol.is_global()}
    bound = {name.get_name() for name in top.get_symbols() if name.is_assigned() or name.is_imported()}
    stored = (node for node in ast.walk(statement) if isinstance(getattr(node, "ctx", None), ast.Store))
    changed = {node.value.id for node in stored if isinstance(getattr(node, "value", None), ast.Name)}
    if isinstance(statement, ast.AugAssign):
        needed |= bound
    return bound, changed, needed if isinstance(statement, ast.Assign | ast.AugAssign) else needed - bound


def execute(only):
    """Execute notebooks in place; return whether every solution passes its check."""
    return all([_executed(path, path)[-1] for path in find(only)])


def course(only):
    """Execute notebooks into build/ and print a table; return whether all went well."""
    rows = [_executed(path, BUILD / path.name) for path in find(only)]
    width = max(len(row[0]) for row in rows)
    print(f"\n  {'notebook':<{width}}  seconds  main result")
    for name, seconds, result, fine in rows:
        print(f"{'✓' if fine else '✗'} {name:<{width}}  {seconds:7.0f}  {result}")
    return all(fine for *_, fine in rows)


def _executed(path, target):
    """Execute a notebook and write it: its name, seconds, main result or fault, and whether it went well.

    One that stops in the middle is written into build/: what is stored of it stays.
    """
    print(f"{path.stem} ...", end=" ", flush=True)
    start, notebook = time.perf_counter(), normalize(read(path), path.name)
    try:
        fault = unsolved(run(notebook))
    except CellExecutionError as error:
        fault, target = f"{error.ename}: {error.evalue}", BUILD / path.name
    write(normalize(notebook, path.name), target)
    seconds = time.perf_counter() - start
    print(f"{seconds:.0f} s", fault, flush=True)
    return path.stem, seconds, fault or main_result(notebook), not fault


def stamp(only):
    """Write address, version and badge into notebooks; their outputs stay."""
    for path in find(only):
        write(normalize(read(path), path.name), path)


def main():
    """Do what the command line says."""
    sys.stdout.reconfigure(encoding="utf-8")  # Windows would not write a check mark into a file
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    jobs = {"execute": execute, "course": course, "stamp": stamp}
    parser.add_argument("job", choices=jobs)
    parser.add_argument("only", nargs="*")
    arguments = parser.parse_args()
    sys.exit(jobs[arguments.job](arguments.only) is False)


if __name__ == "__main__":
    main()
