"""Measure how much of its tolerance each cell needs when a processor rounds in another way.

    python -m tools.measure_spread [ONLY ...]

A training repeats neither on another processor nor, with tf.data or several threads, on the same one. Each
notebook runs once for each of `PROCESSORS`. A cell that needs more than half of what its metadata allows will
fail on somebody's computer one day: give it more, or make its result steadier.
"""

import copy
import os
import sys
from unittest import mock

from tests.strict_outputs import differences
from tools import notebooks as tools
from tools.measure_notebooks import chosen

PROCESSORS = {
    "as it is": {},
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "narrow registers": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
}
SHARES = [0, 0.25, 0.5, 0.75, 1]
WORTH_TELLING = 0.5


def share_needed(stored, new, metadata):
    """Find the share of a cell's tolerances at which its outputs still agree; infinity if at none."""
    for share in SHARES:
        allowed = {name: share * value for name, value in metadata.items() if name.endswith("tolerance")}
        if not differences(stored, new, allowed):
            return share
    return float("inf")


def measure(stored):
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


def main():
    """Print the cells that need more than half of what they allow; return whether there are none."""
    steady = True
    for path in tools.find(chosen(__doc__, None)):
        notebook = tools.read(path)
        needed = measure(notebook)
        tight = {number: s for number, s in needed.items() if max(s.values()) > WORTH_TELLING}
        steady = steady and not tight
        print(f"{path.stem}: {len(needed)} cells differ, {len(tight)} need more than half of what they allow")
        for number, shares in tight.items():
            print(f"  cell {number}, {notebook.cells[number].source.splitlines()[0]}")
            print("   ", ", ".join(f"{name} {share:.2f}" for name, share in shares.items()), flush=True)
    return steady


if __name__ == "__main__":
    sys.exit(not main())
