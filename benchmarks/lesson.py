"""The course's way: the cells of the introduction as they stand in its notebook.

Only what a measurement has to choose is exchanged: the images, the seed and the number of epochs; and a
callback joins the lesson's own, which takes the time. A cell that has changed its shape is refused.
"""

import hashlib
import json
import re
from pathlib import Path

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "01-introduction.ipynb"
EXPECTED = {"opening": 2, "3": 2, "4": 1, "5": 1, "6": 1}  # cells of code in each section
EXCHANGED = {
    r"load_cifar10\(\)": "given()",
    r"set_random_seed\(\d+\)": "set_random_seed(seed)",
    r"epochs=\d+": "epochs=epochs",
    r"LiveProgress\(\)": "LiveProgress(), watch()",
}


def cells():
    """Read the code of the notebook: the number of a section, or "opening" -> its cells."""
    section, found = "opening", {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found.setdefault(section, []).append(source)
        elif headings := re.findall(r"^## (\w+)", source, re.MULTILINE):
            section = headings[-1]
    for section, count in EXPECTED.items():
        if len(found.get(section, ())) != count:
            raise ValueError(f"{NOTEBOOK.name}, {section}: {count} cells of code expected")
    return {section: found[section] for section in EXPECTED}


def exchanged(code, changes):
    """Put other words in the place of some; each pattern must be found, and only once."""
    for pattern, words in changes.items():
        code, times = re.subn(pattern, words, code)
        if times != 1:
            raise ValueError(f"{NOTEBOOK.name}: {pattern!r} expected once, found {times} times")
    return code


def training(changes=()):
    """Give the code from the start to the end of step 6, ready for a measurement."""
    return exchanged(
        "\n".join(code for section in cells().values() for code in section), EXCHANGED | dict(changes)
    )


def digest():
    """Name the state of the cells: other numbers may be expected once it is another."""
    return hashlib.sha256(training().encode()).hexdigest()[:12]


def first_image(path, size=None, cache=None):
    """Start, import, load and draw as the first two cells do: the bundled images are enough."""
    run("\n".join(cells()["opening"]), {})
    import matplotlib.pyplot as plt

    plt.savefig(path)  # a notebook shows the figure by itself


def train(size, cache, n_images, epochs, seed, watch, changes=()):
    """Run the cells; give the network, and x_train, x_val, y_train, y_val."""

    def given():
        from helpers import data

        (images, labels), test = data.load_cifar10(size)
        return (images[:n_images], labels[:n_images]), test

    names = run(training(changes), {"given": given, "seed": seed, "epochs": epochs, "watch": watch})
    return names["model"], names["split"]


def run(code, names):
    """Run code as a notebook does, with these names known; give all names that there are then."""
    exec(compile(code, NOTEBOOK.name, "exec"), names)  # noqa: S102 - the course's own code
    return names
