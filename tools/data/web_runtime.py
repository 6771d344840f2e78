"""What a web page needs to run a network, taken from packages of ONNX Runtime.

The npm package onnxruntime-web brings the program, of which the smallest part is taken that works everywhere:
one thread, no graphics card. The wheel of the same project brings the licence texts.
"""

import gzip

from helpers import storage
from tools.data import packages

PROGRAM = "onnxruntime-web@1.30.0"
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
LICENSE = "onnxruntime==1.32.0"
FOLDER = storage.DATA / "web_runtime"
SCRIPT, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"


def build():
    """Write the files."""
    for path, content in _originals().items():
        packed = gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content
        with storage.atomic_path(path) as temporary:
            temporary.write_bytes(packed)
        print(f"{path.name}: {len(packed):,} bytes")


def check():
    """Prove that the files are those of the packages."""
    for path, content in _originals().items():
        stored = path.read_bytes()
        if (gzip.decompress(stored) if path.suffix == ".gz" else stored) != content:
            raise ValueError(f"{path.name} differs from the package.")
        print(f"{path.name}: as in the package")


def _originals():
    """Fetch both packages: for each file its place here, and its content there."""
    # Packed, the program has a quarter of its size; the page unpacks it.
    programs = {SCRIPT: SCRIPT, f"{WASM}.gz": WASM}
    with packages.npm_package(PROGRAM, SHA512) as package:
        found = {name: package.extractfile(f"package/dist/{file}").read() for name, file in programs.items()}
    texts = {"LICENSE.txt": "LICENSE", "ThirdPartyNotices.txt": "ThirdPartyNotices.txt"}
    with packages.wheel(LICENSE) as wheel:
        found |= {name: wheel.read(f"onnxruntime/{member}") for name, member in texts.items()}
    return {FOLDER / name: content for name, content in found.items()}
