"""Measure how long each notebook takes on two cores, and write the table of the instructor guide.

    python -m tools.measure_notebooks [ONLY ...]

Numbers of notebooks that are not measured now stay as they were.
"""

import json
import os
import platform
import time

from helpers import storage
from tools import notebooks as tools
from tools import shared

TIMES = storage.ROOT / "docs" / "teach" / "measured.json"
CORES = 2
QUIET = 0.7  # a load below this is the machine's own


def measure(path):
    """Execute one notebook: seconds of all of it and of its slowest cell, the last heading before that.

    `processor_seconds` do not grow when other programs take a share of the cores.
    """
    notebook, cells, started = tools.read(path), {}, {}

    def begin(cell, cell_index):
        started[cell_index] = time.perf_counter()

    def end(cell, cell_index, execute_reply):
        cells[cell_index] = time.perf_counter() - started[cell_index]

    used, start = processor_seconds(), time.perf_counter()
    tools.run(notebook, on_cell_execute=begin, on_cell_executed=end)
    slowest = max(cells, key=cells.get)
    prose = "\n".join(cell.source for cell in notebook.cells[:slowest] if cell.cell_type == "markdown")
    return {
        "seconds": round(time.perf_counter() - start),
        "processor_seconds": round(processor_seconds() - used),
        "slowest_cell": round(cells[slowest]),
        "heading": [line.lstrip("# ") for line in prose.splitlines() if line.startswith("#")][-1],
    }


def chosen(text, arguments):
    """Read the command line of a measurement: beginnings of the names of notebooks, none for all."""
    parser = shared.parser(text)
    parser.add_argument("only", nargs="*", metavar="ONLY", help="notebooks, such as 01; all if none is given")
    return parser.parse_args(arguments).only


def processor_seconds():
    """Processor time of all kernels so far: user and system, over all cores."""
    times = os.times()
    return times.children_user + times.children_system


def other_load():
    """How many programs wanted a core in the last minute; 0 where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def machine():
    """Say what was measured on, as far as the system tells: cores, processor, Python."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            processor = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    return {"cores": os.cpu_count(), "processor": processor, "python": platform.python_version()}


def table(header, rows, found):
    """Write lines of Markdown: a table, and what its numbers were measured on."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in (header, *rows)]
    measured = f"Measured on {found['cores']} cores of: {found['processor']}, Python {found['python']}."
    return [lines[0], "|---" * len(header) + "|", *lines[1:], "", measured]


def as_markdown():
    """Write the table for the instructor guide."""
    times = json.loads(TIMES.read_text(encoding="utf-8"))
    rows = []
    for name, row in sorted(times["notebooks"].items()):
        seconds = (f"{row[key]} s" for key in ("seconds", "processor_seconds", "slowest_cell"))
        rows.append([f"[{name}](../notebooks/{name}.ipynb)", *seconds, row["heading"]])
    header = ["Notebook", "Whole notebook", "Processor time", "Slowest cell", "It stands below"]
    lines = table(header, rows, times)
    loads = [row["load"] for row in times["notebooks"].values()]
    if max(loads, default=0) > QUIET:
        lines.append(
            f"Other programs wanted the cores too (load at the start: {min(loads)} to {max(loads)}). "
            "On two free cores a notebook takes between half its processor time and all of it."
        )
    return "\n".join(lines)


def main(arguments=None):
    """Measure, and keep the numbers."""
    only = chosen(__doc__, arguments)
    facts = machine()
    if hasattr(os, "sched_setaffinity"):
        facts["cores"] = CORES
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    old = json.loads(TIMES.read_text(encoding="utf-8"))["notebooks"] if TIMES.exists() else {}
    rows = {path.stem: old[path.stem] for path in tools.find() if path.stem in old}
    load = other_load()  # before the first: later, the one before counts as another program
    for path in tools.find(only):
        rows[path.stem] = measure(path) | {"load": load}
        print(path.stem, rows[path.stem], flush=True)
    shared.write_json(TIMES, {"notebooks": rows} | facts, sort_keys=True)


if __name__ == "__main__":
    main()
