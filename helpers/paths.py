"""Where the course finds its data and keeps what learners save."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from helpers import CourseError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
CHECKSUMS = DATA / "CHECKSUMS"
REPAIR = "Get it back with `git checkout -- data`, or clone the course again."
SHIPPED_FITS = ROOT / "fit_outputs" / "shipped"

# On a shared read-only installation every learner needs a place of their own.
FIT_OUTPUTS = Path(os.environ.get("COURSE_FIT_OUTPUTS") or ROOT / "fit_outputs").expanduser().resolve()


@contextlib.contextmanager
def atomic_path(target):
    """Give a temporary path that becomes `target` only if the block succeeds.

    A reader sees the old file or the complete new one, never half of it, even if the process is killed.

    Parameters
    ----------
    target : path-like
        The file (or folder) to write; its parent is made if it does not exist.

    Yields
    ------
    pathlib.Path
        A path beside `target`, with the same suffix, on which nothing exists yet.

    Raises
    ------
    CourseError
        If the folder cannot be made or written to.
    """
    target = Path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(dir=target.parent, prefix=".writing-")
    except OSError as error:
        raise CourseError(
            f"a folder that can be written to: {target.parent}",
            error.strerror or str(error),
            "Set the environment variable COURSE_FIT_OUTPUTS to a folder of your own and restart the kernel.",
        ) from None
    with scratch as folder:
        temporary = Path(folder) / target.name
        yield temporary
        temporary.replace(target)


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
