"""Where the course finds its data and keeps what learners save."""

import contextlib
import functools
import hashlib
from pathlib import Path

from helpers import CourseError, places, writing

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
CHECKSUMS = DATA / "CHECKSUMS"
REPAIR = "Get it back with `git checkout -- data`, or clone the course again."
SHIPPED_FITS = ROOT / "fit_outputs" / "shipped"

_PLACE = places.for_fits(ROOT)
FIT_OUTPUTS = _PLACE.folder


@contextlib.contextmanager
def atomic_path(target, over_folder=False):
    """Give a temporary path that becomes `target` only if the block succeeds: see `writing.atomic_path`.

    The first time that something is saved in an unexpected place, it says where.
    """
    with writing.atomic_path(target, over_folder) as temporary:
        yield temporary
    if _PLACE.note and _PLACE.folder in Path(target).absolute().parents:
        _say_once(_PLACE.note)


def elsewhere():
    """Say where a learner's fits go, if that is not where everybody expects them."""
    return f": {FIT_OUTPUTS}" if _PLACE.note else ""


@functools.cache
def _say_once(sentence):
    print(sentence)


def sha256(path):
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked(path):
    """Return `path` if it is the file that data/CHECKSUMS describes.

    Parameters
    ----------
    path : path-like
        A file below data/.

    Raises
    ------
    CourseError
        If the file is missing or differs from what the course ships.
    """
    path = Path(path)
    if not path.is_file():
        raise CourseError(f"the file {path}", "no such file", REPAIR)
    if sha256(path) != checksums().get(path.relative_to(DATA).as_posix()):
        raise CourseError(f"{path} as the course ships it", "a damaged or altered file", REPAIR)
    return path


def checksums():
    """Read data/CHECKSUMS as a dictionary: path below data/ -> SHA-256."""
    if not CHECKSUMS.is_file():
        raise CourseError(f"the file {CHECKSUMS}", "no such file", REPAIR)
    try:
        lines = CHECKSUMS.read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except ValueError:
        raise CourseError(f"{CHECKSUMS} as the course ships it", "a damaged file", REPAIR) from None


def write_checksums():
    """Write data/CHECKSUMS, in the form of the `sha256sum` command, for all that is bundled."""
    hidden = {CHECKSUMS.name, "README.md"}
    files = sorted(path for path in DATA.rglob("*") if path.is_file() and path.name not in hidden)
    with atomic_path(CHECKSUMS) as temporary:
        lines = [f"{sha256(path)}  {path.relative_to(DATA).as_posix()}\n" for path in files]
        temporary.write_text("".join(lines), encoding="utf-8", newline="\n")
