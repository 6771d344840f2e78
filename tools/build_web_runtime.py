"""Make data/web_runtime: what a web page needs to run a network, taken from packages of ONNX Runtime.

    python tools/build_web_runtime.py           # write the files
    python tools/build_web_runtime.py --check   # prove that they are those of the package

The npm package onnxruntime-web brings the program, of which the smallest part is taken that works everywhere:
one thread, no graphics card. The wheel of the same project brings the licence texts.
"""

import gzip
import sys

import packages

from helpers import storage

PROGRAM = "onnxruntime-web@1.30.0"
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
LICENSE = "onnxruntime==1.32.0"
FOLDER = storage.DATA / "web_runtime"
SCRIPT, WASM = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"


def program():
    """Fetch the npm package, give its two files."""
    with packages.npm_package(PROGRAM, SHA512) as package:
        return {name: package.extractfile(f"package/dist/{name}").read() for name in (SCRIPT, WASM)}


def licenses():
    """Fetch the wheel, give its licence texts."""
    texts = {"LICENSE.txt": "LICENSE", "ThirdPartyNotices.txt": "ThirdPartyNotices.txt"}
    with packages.wheel(LICENSE) as wheel:
        return {name: wheel.read(f"onnxruntime/{member}") for name, member in texts.items()}


def main():
    """Write the files, or compare them with the packages."""
    files = program() | licenses()
    for name, content in files.items():
        packed = name == WASM  # a quarter of the size; the page unpacks it
        path = FOLDER / (f"{name}.gz" if packed else name)
        if "--check" in sys.argv:
            stored = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
            if stored != content:
                sys.exit(f"{path.name} differs from the package.")
            print(f"{path.name}: as in the package")
            continue
        with storage.atomic_path(path) as temporary:
            temporary.write_bytes(gzip.compress(content, 9, mtime=0) if packed else content)
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
