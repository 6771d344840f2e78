"""Make data/web_runtime: what a web page needs to run a network, taken from packages of ONNX Runtime.

    python tools/build_web_runtime.py           # write the files
    python tools/build_web_runtime.py --check   # prove that they are those of the package

The npm package onnxruntime-web brings the program, of which the smallest part is taken that works everywhere:
one thread, no graphics card. The wheel of the same project brings the licence texts.
"""

import base64
import gzip
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from helpers import paths

PROGRAM = "onnxruntime-web@1.30.0"
INTEGRITY = "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
LICENCE = "onnxruntime==1.32.0"
FOLDER = paths.DATA / "web_runtime"
SCRIPT, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"


def program():
    """Fetch the npm package, check it against the digest that npm publishes, give its two files."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: it comes with Node.js.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", "--silent", PROGRAM], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        package = next(Path(folder).glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        if f"sha512-{digest}" != INTEGRITY:
            sys.exit(f"{PROGRAM} is not the package that was tested: sha512-{digest}")
        with tarfile.open(package) as archive:
            return {name: archive.extractfile(f"package/dist/{name}").read() for name in (SCRIPT, WASM)}


def licences():
    """Fetch the wheel, give its licence texts."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, LICENCE]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            texts = {"LICENSE.txt": "LICENSE", "ThirdPartyNotices.txt": "ThirdPartyNotices.txt"}
            return {name: wheel.read(f"onnxruntime/{member}") for name, member in texts.items()}


def main():
    """Write the files, or compare them with the packages."""
    files = program() | licences()
    for name, content in files.items():
        packed = name == WASM  # a quarter of the size; the page unpacks it
        path = FOLDER / (f"{name}.gz" if packed else name)
        if "--check" in sys.argv:
            stored = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
            if stored != content:
                sys.exit(f"{path.name} differs from the package.")
            print(f"{path.name}: as in the package")
            continue
        with paths.atomic_path(path) as temporary:
            temporary.write_bytes(gzip.compress(content, 9, mtime=0) if packed else content)
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
