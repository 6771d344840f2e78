"""Which checks a learner has passed, kept between sessions in the learner's own place."""

import contextlib
import re

from helpers import storage

# One empty file a check: nothing to damage, and two kernels cannot overwrite each other's news.
FOLDER, SUFFIX = "progress", ".passed"


def record(name):
    """Remember that a check was passed. A place that cannot be written to is no reason to stop."""
    with contextlib.suppress(OSError):
        folder = storage.FIT_OUTPUTS / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}{SUFFIX}").touch()


def passed():
    """Names of the checks that were passed, as a set; empty if nothing can be read."""
    try:
        return {path.name.removesuffix(SUFFIX) for path in (storage.FIT_OUTPUTS / FOLDER).glob(f"*{SUFFIX}")}
    except OSError:
        return set()


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
    """List the checks of each notebook in their order: name of the notebook -> those of the known names."""
    found = {}
    for path in sorted((storage.ROOT / "notebooks").glob("*.ipynb")):
        names = re.findall(r"\bchecks\.(\w+)\(", path.read_text(encoding="utf-8"))
        found[path.stem] = [name for name in dict.fromkeys(names) if name in known]
    return {notebook: names for notebook, names in found.items() if names}


def report(known):
    """Write the progress, one line a notebook, with the exercise that comes next."""
    done, lines = passed(), []
    plan = exercises(known)
    for notebook, names in plan.items():
        left = [name for name in names if name not in done]
        next_one = f"next: {left[0]}" if left else "complete"
        lines.append(f"{notebook:<30} {len(names) - len(left):2d} of {len(names):2d}  {next_one}")
    total = {name for names in plan.values() for name in names}
    return "\n".join([*lines, f"Together: {len(total & done)} of {len(total)} exercises passed."])
