"""Measure what instructors and authors of the course want to know, and write the tables of the guide.

    python -m tools.measure notebooks [ONLY ...]   # how long each takes on two cores
    python -m tools.measure learners [N [M]]       # memory of N at once, of M with TensorFlow (Linux)
    python -m tools.measure spread [ONLY ...]      # how much of its tolerance each cell needs

A training repeats neither on another processor nor, with tf.data or several threads, on the same one: for the
spread each notebook runs once for each of `PROCESSORS`. A cell that needs more than half of what its metadata
allows will fail on somebody's computer one day: give it more, or make its result steadier.
"""

import copy
import json
import os
import sys
import time
from unittest import mock

from tools import learners, shared
from tools import notebooks as tools
from tools.minutes import TIMES, sections

CORES = 2
PROCESSORS = {
    "as it is": {},
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "narrow registers": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
}
SHARES = [0, 0.25, 0.5, 0.75, 1]
WORTH_TELLING = 0.5


def time_of(path):
    """Execute one notebook: seconds of all of it and of its slowest cell, and where that stands.

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
    _, place = sections(notebook)
    times = {}
    for number, seconds in cells.items():
        times[place[number].title] = times.get(place[number].title, 0) + seconds
    return {
        "seconds": round(time.perf_counter() - start),
        "processor_seconds": round(processor_seconds() - used),
        "slowest_cell": round(cells[slowest]),
        "heading": place[slowest].title,
        "sections": {title: round(seconds, 1) for title, seconds in times.items()},
    }


def processor_seconds():
    """Processor time of all kernels so far: user and system, over all cores."""
    return sum(os.times()[2:4])


def as_markdown():
    """Write the table of times for the instructor guide."""
    times, rows = json.loads(TIMES.read_text(encoding="utf-8")), []
    for name, row in sorted(times["notebooks"].items()):
        seconds = (f"{row[key]} s" for key in ("seconds", "processor_seconds", "slowest_cell"))
        rows.append([f"[{name}](../notebooks/{name}.ipynb)", *seconds, row["heading"]])
    header = ["Notebook", "Whole notebook", "Processor time", "Slowest cell", "In section"]
    return shared.measured_table(header, rows, times) + (
        " Other programs that want the cores make a notebook slower, and leave its processor time as it is: "
        "on two free cores it takes between half of that and all of it."
    )


def notebooks(only):
    """Measure the time of notebooks, and keep the numbers."""
    facts = shared.machine()
    if hasattr(os, "sched_setaffinity"):
        facts["cores"] = CORES
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    old = json.loads(TIMES.read_text(encoding="utf-8"))["notebooks"] if TIMES.exists() else {}
    rows = {path.stem: old[path.stem] for path in tools.find() if path.stem in old}
    for path in tools.find(only):
        rows[path.stem] = time_of(path)
        print(path.stem, rows[path.stem], flush=True)
    shared.write_json(TIMES, {"notebooks": rows} | facts, sort_keys=True)


def share_needed(stored, new, metadata):
    """Find the share of a cell's tolerances at which its outputs still agree; infinity if at none."""
    from tests.strict_outputs import differences

    for share in SHARES:
        allowed = {name: share * value for name, value in metadata.items() if name.endswith("tolerance")}
        if not differences(stored, new, allowed):
            return share
    return float("inf")


def shares_of(stored):
    """Execute a stored notebook as each of `PROCESSORS`: {cell that needed a share: {processor: share}}."""
    needed = {}
    for processor, variables in PROCESSORS.items():
        with mock.patch.dict(os.environ, variables):
            new = tools.run(copy.deepcopy(stored))
        for number, (old, now) in enumerate(zip(stored.cells, new.cells, strict=True)):
            if old.cell_type == "code" and "solution" not in tools.tags(old):
                share = share_needed(old.outputs, now.outputs, old.metadata)
                needed.setdefault(number, {})[processor] = share
    return {number: shares for number, shares in needed.items() if any(shares.values())}


def spread(only):
    """Print the cells that need more than half of what they allow; return how many there are."""
    count = 0
    for path in tools.find(only):
        notebook = tools.read(path)
        needed = shares_of(notebook)
        tight = {number: s for number, s in needed.items() if max(s.values()) > WORTH_TELLING}
        count += len(tight)
        print(f"{path.stem}: {len(needed)} cells differ, {len(tight)} need more than half of what they allow")
        for number, shares in tight.items():
            print(f"  cell {number}, {notebook.cells[number].source.splitlines()[0]}")
            print("   ", ", ".join(f"{name} {share:.2f}" for name, share in shares.items()), flush=True)
    return count


def main(arguments=None):
    """Measure what the command line names."""
    parser = shared.parser(__doc__)
    jobs = {
        "notebooks": notebooks,
        "learners": lambda counts: learners.measure(*map(int, counts)),
        "spread": spread,
    }
    parser.add_argument("what", choices=jobs)
    parser.add_argument("of", nargs="*", help="notebooks, such as 01, or numbers of learners")
    options = parser.parse_args(arguments)
    return jobs[options.what](options.of)


if __name__ == "__main__":
    sys.exit(main())
