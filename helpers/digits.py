"""Step 3: handwritten digits.

MNIST: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", 1998.
data/README.md says how the bundled part was made.
"""

import io

import numpy as np
from PIL import Image

from helpers import paths

SHAPE = (28, 28, 1)  # height, width, channels
MNIST = paths.DATA / "mnist" / "3.0.1"


def load_mnist():
    """Load the bundled digits of MNIST as arrays.

    `tensorflow_datasets.load("mnist", data_dir=paths.DATA, download=False)` gives the same digits as
    `tf.data` pipelines; this function reads their files without TensorFlow.

    Returns
    -------
    (train_images, train_labels), (test_images, test_labels)
        Pictures: uint8 (N, 28, 28, 1), values 0..255, light strokes on black; N is 8,000 and 2,000.
        Labels: uint8 (N,), the digits 0..9.
        The classes are mixed, in the order of the files.

    Raises
    ------
    CourseError
        If a file is missing or damaged.
    """
    return _read_part("train"), _read_part("test")


def _read_part(part):
    content = paths.checked(MNIST / f"mnist-{part}.tfrecord-00000-of-00001").read_bytes()
    pairs = [_image_and_label(record) for record in _records(content)]
    images, labels = zip(*pairs, strict=True)
    return np.stack(images)[..., None], np.array(labels, dtype=np.uint8)


def _records(content):
    """Cut a TFRecord file: of each record 8 bytes length, 4 checksum, the record, 4 checksum."""
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 8], "little")
        yield content[place + 12 : place + 12 + length]
        place += length + 16


def _image_and_label(record):
    """Read a `tf.train.Example`: a map from names to lists, each with one entry here."""
    features = {}
    ((_, entries),) = _fields(record)
    for _, entry in _fields(entries):
        (_, name), (_, feature) = _fields(entry)
        ((_, values),) = _fields(feature)
        ((_, features[name]),) = _fields(values)
    with Image.open(io.BytesIO(features[b"image"])) as picture:
        return np.asarray(picture), features[b"label"][0]


def _fields(message):
    """Yield number and content of each field of a protocol-buffer message, all of them of the kind bytes."""
    place = 0
    while place < len(message):
        number = message[place] >> 3
        length, place = _varint(message, place + 1)
        yield number, message[place : place + length]
        place += length


def _varint(message, place):
    """Read a whole number, seven bits a byte, and say where it ends."""
    value, shift = 0, 0
    while message[place] & 0x80:
        value |= (message[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
    return value | message[place] << shift, place + 1
