"""The bundled digits are those of MNIST, for TensorFlow Datasets and for NumPy alike."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from helpers import CourseError, digits, paths

BY_CLASS = {
    "train": [801, 902, 793, 826, 784, 690, 811, 856, 755, 782],
    "test": [200, 225, 198, 206, 196, 173, 203, 214, 189, 196],
}
# SHA-256 of all pictures and then all labels, in the order of the files.
DIGESTS = {
    "train": "6f2a37afc361d808d048ba3535dd77e34d44134f6757c14be3bc54d751c99faf",
    "test": "5ba5786e7a1700edaa08b2c4d08ef4e09b64ffa146ff7ecccad5b1992bec004e",
}


@pytest.fixture(scope="module")
def mnist():
    return dict(zip(("train", "test"), digits.load_mnist(), strict=True))


@pytest.mark.parametrize("part", ["train", "test"])
def test_digits_have_the_promised_form_and_number(mnist, part):
    images, labels = mnist[part]
    assert images.shape == (len(labels), 28, 28, 1)
    assert images.dtype == labels.dtype == np.uint8
    assert np.bincount(labels).tolist() == BY_CLASS[part]
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() == DIGESTS[part]


def test_no_digit_is_in_both_parts(mnist):
    train, test = ({image.tobytes() for image in images} for images, _ in mnist.values())
    assert len(train) == 8_000 and len(test) == 2_000
    assert not train & test


def test_digits_look_like_their_labels(mnist):
    """Each test digit is compared with the mean training digit of each class."""
    images, labels = mnist["train"]
    means = np.stack([images[labels == digit].mean(axis=0).ravel() for digit in range(10)])
    rows = mnist["test"][0].reshape(2_000, -1).astype(float)
    distances = ((rows[:, None] - means) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) == mnist["test"][1]).mean() > 0.75


def test_tensorflow_datasets_reads_the_same_digits(mnist):
    import tensorflow_datasets as tfds

    (_, test), info = tfds.load(
        "mnist", split=["train", "test"], as_supervised=True, with_info=True, data_dir=paths.DATA,
        download=False,
    )  # fmt: skip
    assert {name: split.num_examples for name, split in info.splits.items()} == {
        "train": 8_000,
        "test": 2_000,
    }
    images, labels = zip(*test.as_numpy_iterator(), strict=True)
    np.testing.assert_array_equal(images, mnist["test"][0])
    np.testing.assert_array_equal(labels, mnist["test"][1])


def test_loading_digits_does_not_import_tensorflow():
    code = (
        "import sys; from helpers import digits; digits.load_mnist(); sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_damaged_digits_are_refused(tmp_path, monkeypatch):
    for file in digits.MNIST.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-1])
    monkeypatch.setattr(paths, "DATA", tmp_path)
    monkeypatch.setattr(digits, "MNIST", tmp_path)
    with pytest.raises(CourseError, match="damaged or altered"):
        digits.load_mnist()


def test_tensorflow_stays_quiet_after_somebody_asked_whether_it_is_there():
    code = "import helpers, importlib.util as u; u.find_spec('tensorflow'); import tensorflow"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr == ""
