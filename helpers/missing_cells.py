"""After a restart of the kernel, or a skipped cell: say in one sentence what to run first.

`make`, or `python -m helpers.missing_cells` for those who use conda, lets every kernel of the environment
load this when it starts; in any other it begins with `import helpers`. Errors that have nothing to do with
the course's notebooks are shown as ever.
"""

import difflib
import json
import linecache
import os
import re
import shutil
import symtable
import sys
from pathlib import Path
from typing import NamedTuple

COURSE = Path(__file__).resolve().parent.parent
NOTEBOOKS = COURSE / "notebooks"
ALIKE = 0.6  # how much of a cell must be left as it was to be known again
STARTUP = """\
# Written by the course: after a restart it is found again, and says which cells to run first.
import importlib.util as _util, sys as _sys
_sys.path.insert(0, {course!r})
if _util.find_spec("helpers"):
    import helpers as _helpers
"""


class _Cell(NamedTuple):
    section: str | None  # the heading (##) that it stands below; None before the first one
    source: str


def _shell():
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def load_ipython_extension(shell):
    """Let IPython, if it runs, explain a name that an earlier cell makes; the rest it shows as before."""
    if shell:
        shell.set_custom_exc((NameError,), _show)


def _show(shell, kind, error, traceback, tb_offset=None):
    try:
        sentence = _explanation(error, _running_cell(traceback, shell.user_ns))
    except Exception:  # whatever is wrong with the notebooks, the error itself must be seen
        sentence = None
    if sentence:
        shell._showtraceback(kind, error, [sentence])
    else:
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)


def _running_cell(traceback, names):
    """Give the source of the cell in which an error arose."""
    while traceback and traceback.tb_frame.f_globals is not names:
        traceback = traceback.tb_next
    return "".join(linecache.getlines(traceback.tb_frame.f_code.co_filename)) if traceback else ""


def _explanation(error, source):
    """Say what to run before a cell that raised a NameError; None if no earlier cell makes that name."""
    cells, position = _find_cell(source)
    makers = [cell for cell in cells[:position] if error.name in _names_made(cell.source)]
    if not makers:
        return None
    section = makers[-1].section
    where = f"in the section “{section}”" if section else "at the top of this notebook"
    menu = "Runtime > Run before" if "google.colab" in sys.modules else "Run > Run All Above Selected Cell"
    return (
        f"✗ The name {error.name} is made {where}, and that has not run since the kernel was started: "
        f"run all cells above this one (menu {menu}), then this one again."
    )


def _find_cell(source):
    """Find a cell, changed or not: all code cells of its notebook, and its place among them."""
    open_now = Path(os.environ.get("JPY_SESSION_NAME", "")).name  # Jupyter says which notebook it is
    files = [NOTEBOOKS / open_now] if (NOTEBOOKS / open_now).is_file() else sorted(NOTEBOOKS.glob("*.ipynb"))
    found = [(cells, place) for cells in map(_read_cells, files) for place in range(len(cells))]
    texts = [cells[place].source for cells, place in found]
    wanted = source.strip()
    if wanted not in texts:
        wanted = next(iter(difflib.get_close_matches(wanted, texts, n=1, cutoff=ALIKE)), None)
    return found[texts.index(wanted)] if wanted else ([], 0)


def _read_cells(path):
    """Read the code cells of a notebook."""
    cells, section = [], None
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append(_Cell(section, source.strip()))
        else:
            section = ([section, *re.findall(r"^## (.*)$", source, re.MULTILINE)])[-1]
    return cells


def _names_made(source):
    """Names that exist after a cell has run."""
    try:
        symbols = symtable.symtable(re.sub(r"^[%!].*$", "", source, flags=re.MULTILINE), "cell", "exec")
    except SyntaxError:
        return set()
    return {name.get_name() for name in symbols.get_symbols() if name.is_assigned() or name.is_imported()}


def remember():
    """Let the kernels that IPython starts from now on find the course: on Colab, where nothing else does."""
    if _shell():
        file = Path(_shell().profile_dir.startup_dir) / "course.py"
        file.write_text(STARTUP.format(course=str(COURSE)), encoding="utf-8", newline="\n")


def _set_up_kernels():
    """Let all kernels of this environment load this module when they start; say whether they do now."""
    if sys.prefix == sys.base_prefix and not (Path(sys.prefix) / "conda-meta").is_dir():
        print("✗ This Python belongs to the system: use the one of the course's environment.")
        return False
    source = COURSE / "tools" / "ipython_kernel_config.py"
    target = Path(sys.prefix) / "etc" / "ipython" / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    print("✓ Kernels of this environment say from now on which cells to run first when some were skipped.")
    return True


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # Windows would not write a check mark into a file
    sys.exit(0 if _set_up_kernels() else 1)
