"""The programs that run in a browser: reveal.js for slides, ONNX Runtime for web pages, from their packages.

Of ONNX Runtime the smallest part is taken that works everywhere: one thread, no graphics card. Its npm
package brings no licence texts; they are those of the wheel of the same project.
"""

import gzip

from helpers import storage
from tools.data import packages

NPM = {  # package, SHA-512: a file of data/ -> the file of the package; .gz is packed here
    (
        "reveal.js@6.0.2",
        "JYIg5D9aoxoaLeb84O+OvAwsKWdIavVgEDScxtYEXFCT6t6TQrhNtSgogcjdCpdLsWglhJn3zyE3fUOwiH5KEg==",
    ): {
        "slides/reveal.js": "dist/reveal.js",
        "slides/notes.js": "dist/plugin/notes.js",
        "slides/reveal.css": "dist/reveal.css",
        "slides/LICENSE.txt": "LICENSE",
    },
    (
        "onnxruntime-web@1.30.0",
        "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
    ): {
        "web_runtime/ort.wasm.bundle.min.mjs": "dist/ort.wasm.bundle.min.mjs",
        # Packed, it has a quarter of its size; the page unpacks it.
        "web_runtime/ort-wasm-simd-threaded.wasm.gz": "dist/ort-wasm-simd-threaded.wasm",
    },
}
WHEEL, TEXTS = "onnxruntime==1.32.0", ("LICENSE", "ThirdPartyNotices.txt")


def build():
    """Write the files."""
    for path, content in _originals():
        with storage.atomic_path(path) as temporary:
            temporary.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)


def check():
    """Prove that the files are those of the packages."""
    for path, content in _originals():
        stored = path.read_bytes()
        if (gzip.decompress(stored) if path.suffix == ".gz" else stored) != content:
            raise ValueError(f"{path.name} differs from the package.")
        print(f"{path.name}: as in the package")


def _originals():
    """Fetch the packages: each file's place here, and its content there."""
    for package, files in NPM.items():
        with packages.npm_package(*package) as archive:
            for name, source in files.items():
                yield storage.DATA / name, archive.extractfile(f"package/{source}").read()
    with packages.wheel(WHEEL) as wheel:
        for text in TEXTS:
            path = (storage.DATA / "web_runtime" / text).with_suffix(".txt")
            yield path, wheel.read(f"onnxruntime/{text}")
