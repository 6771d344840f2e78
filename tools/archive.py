"""Pack what a learner needs into cnn-course.zip, with its checksum beside it.

    python -m tools.archive     # into build/

The same files give the same archive, byte for byte.
"""

import stat
import sys
import zipfile
from pathlib import Path

from helpers import storage
from tools import shared
from tools.notebooks import address_and_version

NAME = "cnn-course.zip"
TOP = "cnn-course"  # the one folder in it, also where somebody unpacks it by hand
# What the notebooks need, and with it what installs the course and opens JupyterLab.
CONTENTS = (
    *("notebooks/*.ipynb", "notebooks/*/*.toml", "helpers/**/*", "data/**/*", "fit_outputs/shipped/**/*"),
    *(
        "pyproject.toml",
        "requirements.lock",
        "environment.yml",
        "Makefile",
        "tools/*.json",
        "tools/*_config.py",
    ),
    *("README.md", "docs/_static/front.webp", "fit_outputs/README.md", "LICENSE*", "CITATION.cff"),
)
YEAR_ONE = (1980, 1, 1, 0, 0, 0)  # of ZIP


def contents():
    """Find the files that belong into the archive, in order; hidden ones and compiled code do not."""
    found = {path for pattern in CONTENTS for path in storage.ROOT.glob(pattern) if path.is_file()}
    return sorted(path.relative_to(storage.ROOT) for path in found if not _is_left_out(path))


def _is_left_out(path):
    parts = path.relative_to(storage.ROOT).parts
    return "__pycache__" in parts or any(part.startswith(".") for part in parts)


def write(folder):
    """Write archive and checksum into a folder, each complete or not at all; give the archive's path."""
    target = Path(folder) / NAME
    with storage.atomic_path(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name in contents():
            _add(archive, name.as_posix(), (storage.ROOT / name).read_bytes())
        _add(archive, "VERSION", f"{address_and_version()[1]}\n".encode())
    shared.write_text(target.with_name(f"{NAME}.sha256"), f"{storage.sha256(target)}  {NAME}\n")
    return target


def _add(archive, name, content):
    member = zipfile.ZipInfo(f"{TOP}/{name}", YEAR_ONE)
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    archive.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=9)


def main():
    """Write the archive, and say how large it is."""
    shared.parser(__doc__).parse_args()
    target = write(storage.ROOT / "build")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    sys.exit(main())
