"""Measure how long each notebook takes on two cores, and write the table of the instructor guide.

    python -m tools.measure_notebooks [ONLY ...]

Numbers of notebooks that are not measured now stay as they were.
"""

import json
import os
import platform
import sys
import time

from helpers import storage
from tools import notebooks as tools

TIMES = storage.ROOT / "docs" / "teach" / "measured.json"
CORES = 2
QUIET = 0.7  # a load below this is the machine's own


def measure(path):
    """Execute one notebook: seconds for all of it, its slowest cell, and where that one stands.

    Returns
    -------
    dict
        `seconds` from the start of the kernel to the last output; `processor_seconds`, which do not grow when
        other programs take a share of the cores; `slowest_cell` in seconds, and the last `heading` before it.
    """
    notebook, cells, started = tools.read(path), {}, {}

    def begin(cell, cell_index):
        started[cell_index] = time.perf_counter()

    def end(cell, cell_index, execute_reply):
        cells[cell_index] = time.perf_counter() - started[cell_index]

    used, start = processor_seconds(), time.perf_counter()
    tools.run(notebook, on_cell_execute=begin, on_cell_executed=end)
    slowest = max(cells, key=cells.get)
    return {
        "seconds": round(time.perf_counter() - start),
        "processor_seconds": round(processor_seconds() - used),
        "slowest_cell": round(cells[slowest]),
        "heading": heading_before(notebook, slowest),
    }


def processor_seconds():
    """Processor time of all kernels so far: user and system, over all cores."""
    times = os.times()
    return times.children_user + times.children_system


def other_load():
    """How many programs wanted a core in the last minute; 0 where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def heading_before(notebook, index):
    """Find the last heading above a cell, without its marks."""
    prose = "\n".join(cell.source for cell in notebook.cells[:index] if cell.cell_type == "markdown")
    return [line.lstrip("# ") for line in prose.splitlines() if line.startswith("#")][-1]


def processor():
    """Name of the processor, as far as the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
        return names[0]
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def write(times):
    """Write the measured times, complete or not at all."""
    with storage.atomic_path(TIMES) as temporary:
        temporary.write_text(
            json.dumps(times, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n"
        )


def as_markdown():
    """Write the table for the instructor guide."""
    times = json.loads(TIMES.read_text(encoding="utf-8"))
    lines = ["| Notebook | Whole notebook | Processor time | Slowest cell | It stands below |"]
    lines += ["|---|---|---|---|---|"]
    for name, row in sorted(times["notebooks"].items()):
        link = f"[{name}](../notebooks/{name}.ipynb)"
        times_of_it = f"{row['seconds']} s | {row['processor_seconds']} s | {row['slowest_cell']} s"
        lines.append(f"| {link} | {times_of_it} | {row['heading']} |")
    lines += ["", f"Measured on {times['cores']} cores of: {times['processor']}, Python {times['python']}."]
    loads = [row["load"] for row in times["notebooks"].values()]
    if max(loads, default=0) > QUIET:
        lines += [
            f"Other programs wanted the cores too (load at the start: {min(loads)} to {max(loads)}). "
            "On two free cores a notebook takes between half its processor time and all of it."
        ]
    return "\n".join(lines)


def main(only):
    """Measure, and keep the numbers."""
    cores = os.cpu_count()
    if hasattr(os, "sched_setaffinity"):
        cores = CORES
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    old = json.loads(TIMES.read_text(encoding="utf-8"))["notebooks"] if TIMES.exists() else {}
    there = {path.stem for path in tools.find()}
    rows = {name: row for name, row in old.items() if name in there}
    load = other_load()  # before the first: later, the one before counts as another program
    for path in tools.find(only):
        rows[path.stem] = measure(path) | {"load": load}
        print(path.stem, rows[path.stem], flush=True)
    machine = {"cores": cores, "processor": processor(), "python": platform.python_version()}
    write({"notebooks": rows} | machine)


if __name__ == "__main__":
    main(sys.argv[1:])
