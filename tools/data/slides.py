"""What a deck of slides needs: reveal.js and its window for speakers, from the npm package."""

from helpers import storage
from tools.data import packages

PROGRAM = "reveal.js@6.0.2"
SHA512 = "JYIg5D9aoxoaLeb84O+OvAwsKWdIavVgEDScxtYEXFCT6t6TQrhNtSgogcjdCpdLsWglhJn3zyE3fUOwiH5KEg=="
FOLDER = storage.DATA / "slides"
FILES = {"reveal.js": "dist/reveal.js", "notes.js": "dist/plugin/notes.js", "reveal.css": "dist/reveal.css"}
FILES |= {"LICENSE.txt": "LICENSE"}


def build():
    """Write the files."""
    for name, content in _originals().items():
        with storage.atomic_path(FOLDER / name) as temporary:
            temporary.write_bytes(content)


def check():
    """Prove that the files are those of the package."""
    for name, content in _originals().items():
        if (FOLDER / name).read_bytes() != content:
            raise ValueError(f"{name} differs from the package.")
        print(f"{name}: as in the package")


def _originals():
    with packages.npm_package(PROGRAM, SHA512) as package:
        return {name: package.extractfile(f"package/{file}").read() for name, file in FILES.items()}
