"""What a learner has passed, and which mistakes were met: kept between sessions in the learner's place."""

import collections
import contextlib
import json
import linecache
import re
import sys
from pathlib import Path

from helpers import storage
from helpers.exercises import mistakes, progress_code

# One file a check, empty or with a line for each mistake: two kernels cannot overwrite each other's news.
FOLDER, SUFFIX, MET = "progress", ".passed", ".met"
EDITION = "course_edition"  # key in the metadata of a notebook from tools/editions.py that leaves out More
SOLUTION = "# @title Solution\n"  # how the cell of a solution begins


def record(name):
    """Remember what a learner's own cell passed."""
    _add(f"{name}{SUFFIX}")


def record_mistake(name, text):
    """Remember which mistake a learner's own cell met, by its name."""
    _add(f"{name}{MET}", mistakes.name_of(name, text) + "\n")


def _add(file, line=""):
    """Add a line to a file. A place that cannot be written to is no reason to stop."""
    if _in_a_solution():
        return
    with contextlib.suppress(OSError):
        folder = storage.FIT_OUTPUTS / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / file).open("a", encoding="utf-8", newline="\n") as opened:
            opened.write(line)


def _in_a_solution():
    """Whether a solution's cell is running: IPython keeps the source of every cell, for its tracebacks."""
    frame = sys._getframe()
    while frame:
        if frame.f_globals.get("__name__") == "__main__":
            source = "".join(linecache.getlines(frame.f_code.co_filename))
            if source.startswith(SOLUTION):
                return True
        frame = frame.f_back
    return False


def passed():
    """Names of the checks that were passed, as a set; empty if nothing can be read."""
    try:
        return {path.name.removesuffix(SUFFIX) for path in (storage.FIT_OUTPUTS / FOLDER).glob(f"*{SUFFIX}")}
    except OSError:
        return set()


def met():
    """Find the mistake met most at each check, check -> its name, as far as it can be read."""
    found = {}
    with contextlib.suppress(OSError):
        for path in (storage.FIT_OUTPUTS / FOLDER).glob(f"*{MET}"):
            names = collections.Counter(path.read_text(encoding="utf-8", errors="replace").splitlines())
            found |= {path.name.removesuffix(MET): name for name, _ in names.most_common(1)}
    return found


def opens_more(cell):
    """Whether a cell begins with a heading such as "## More: padding": it opens a section one may skip."""
    return cell["cell_type"] == "markdown" and re.match("#+ More: ", "".join(cell["source"])) is not None


def in_more(cells):
    """Say of each cell whether a More section holds it: until the next heading of its level or above."""
    level, found = None, []
    for cell in cells:
        heading = re.match("#+(?= )", "".join(cell["source"])) if cell["cell_type"] == "markdown" else None
        if heading and (level is None or len(heading[0]) <= level):
            level = len(heading[0]) if opens_more(cell) else None
        found.append(level is not None)
    return found


def exercises(known):
    """List the checks of each notebook in their order: its name -> {known check: whether More holds it}."""
    found = {}
    for path in sorted((storage.ROOT / "notebooks").glob("*.ipynb")):
        cells, checks = _cells(path), {}
        for cell, more in zip(cells, in_more(cells), strict=True):
            code = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
            for name in re.findall(r"\bchecks\.(\w+)\(", code):
                checks.setdefault(name, more)
        found[path.stem] = {name: more for name, more in checks.items() if name in known}
    return {notebook: names for notebook, names in found.items() if names}


def _cells(path):
    """Read the cells of a notebook; if a shorter edition of it lies where the kernel runs, its cells."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        beside = json.loads((Path.cwd() / path.name).read_text(encoding="utf-8"))
        if EDITION in beside["metadata"]:
            return beside["cells"]
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def report(known):
    """Write the progress, one line a notebook, with the exercise that comes next; those in More apart."""
    done, lines, every = passed(), [], {}
    for notebook, names in exercises(known).items():
        left = [name for name, more in names.items() if not more and name not in done]
        next_one = f"next: {left[0]}" if left else "complete"
        lines.append(f"{notebook:<30} {_counted(names, done, '2d')}  {next_one}")
        every |= names
    lines.append(f"Together: {_counted(every, done)}. Solutions do not count.\n")
    lines.append("A code for your instructor. It holds no name, and nothing sends it but you:")
    return "\n".join([*lines, code()])


def code():
    """Write the learner's code: what was passed, and the mistake met most at each check."""
    return progress_code.write(passed(), met())


def _counted(names, done, width=""):
    core, extra = ([name for name, more in names.items() if more == wanted] for wanted in (False, True))
    text = f"{sum(name in done for name in core):{width}} of {len(core):{width}}"
    return text + (f", and {sum(name in done for name in extra)} of {len(extra)} under More" if extra else "")
