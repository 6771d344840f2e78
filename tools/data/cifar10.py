"""A fifth of CIFAR-10: of each class the first 1,000 training and 200 test images of the original."""

import hashlib

import numpy as np
from PIL import Image

from helpers import data, storage
from tools import shared

PER_CLASS = {"train": 1_000, "test": 200}
SAMPLE = storage.ROOT / "tests" / "fixtures" / "cifar10_original.json"


def build():
    """Write the sheets and the labels, and for the tests digests of some images."""
    digests = {}
    for part, chosen in _selection():
        _write(part, *chosen[:2])
        digests[part] = _sample_digests(*chosen)
    shared.write_json(SAMPLE, digests)


def check():
    """Compare every image with the full set."""
    bundled = dict(zip(PER_CLASS, data.load_cifar10(), strict=True))
    for part, (images, labels, _) in _selection():
        np.testing.assert_array_equal(bundled[part][0], images)
        np.testing.assert_array_equal(bundled[part][1], labels)
        print(f"{part}: {len(images)} images equal to the original")


def _selection():
    """Choose from the full set: for each part its name, and images, labels and their positions there."""
    full = data.load_cifar10(size="full")
    for (part, n), (images, labels) in zip(PER_CLASS.items(), full, strict=True):
        kept = [np.flatnonzero(labels.ravel() == label)[:n] for label in range(len(data.CLASS_NAMES))]
        positions = np.sort(np.concatenate(kept))
        yield part, (images[positions], labels[positions], positions)


def _write(part, images, labels):
    folder = storage.DATA / "cifar10" / part
    for label, name in enumerate(data.CLASS_NAMES):
        sheet = Image.fromarray(paste_sheet(images[labels.ravel() == label]))
        with storage.atomic_path(folder / f"{name}.webp") as temporary:
            sheet.save(temporary, lossless=True, quality=100, method=6, exact=True)
    shared.write_text(folder / "labels.txt", "".join(map(str, labels.ravel())) + "\n")


def paste_sheet(images):
    """Put images (N, 32, 32, 3) into one sprite sheet (rows * 32, 40 * 32, 3), row by row."""
    side, columns = data.SIDE, data.COLUMNS
    rows = images.reshape(-1, columns, side, side, 3).swapaxes(1, 2)  # rows, 32, columns, 32, 3
    return rows.reshape(-1, columns * side, 3)


def _sample_digests(images, labels, positions):
    """Digests of every 97th image, by its position in the original: what the tests compare with."""
    return {
        str(position): [int(label), hashlib.sha256(image.tobytes()).hexdigest()]
        for image, label, position in zip(images[::97], labels[::97, 0], positions[::97], strict=True)
    }
