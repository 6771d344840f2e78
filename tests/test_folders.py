"""A folder of images is read whatever is in it, or the error names the place."""

import numpy as np
import pytest
from PIL import Image

from helpers import CourseError
from helpers.images import load_folder, save_folder

IMAGES = [np.full((6, 8, 3), 40 * number, np.uint8) for number in range(4)]


@pytest.fixture
def folder(tmp_path):
    return save_folder(tmp_path / "mine", IMAGES, [0, 0, 1, 1], ("cat", "dog"))


def test_what_was_saved_is_read(folder):
    images, labels, names = load_folder(folder)
    np.testing.assert_array_equal(images, IMAGES)
    assert labels.tolist() == [0, 0, 1, 1]
    assert names == ("cat", "dog")


def test_sizes_modes_and_formats_may_be_mixed(folder):
    Image.new("L", (30, 20), 9).save(folder / "cat" / "grey.JPG")
    Image.new("RGBA", (3, 5)).save(folder / "cat" / "clear.webp")
    Image.new("P", (4, 4)).save(folder / "dog" / "palette.gif")
    (folder / "cat" / "notes.txt").write_text("not an image", encoding="utf-8")
    (folder / ".cache").mkdir()
    images, labels, _ = load_folder(folder)
    assert {image.shape[2] for image in images} == {3}
    assert np.bincount(labels).tolist() == [4, 3]


def test_what_a_mac_hides_beside_a_image_is_no_image(folder):
    (folder / "cat" / "._cat-001.png").write_bytes(b"Mac OS X")
    assert len(load_folder(folder)[0]) == 4


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda folder: folder / "nowhere", "which is no folder"),
        (lambda folder: folder / "cat", "0 in .*cat"),
        (
            lambda folder: remove(folder / "dog" / "dog-001.png"),
            "2 images or more in the class dog, but got 1",
        ),
        (lambda folder: (folder / "empty").mkdir(), "class empty, but got 0"),
        (lambda folder: (folder / "dog" / "puppies").mkdir(), "the folder dog/puppies"),
        (lambda folder: damage(folder / "dog" / "dog-002.png"), r"dog-002.png, .*in the folder dog"),
    ],
)
def test_a_fault_is_named_with_its_place(folder, fault, message):
    with pytest.raises(CourseError, match=message):
        load_folder(fault(folder) or folder)


def remove(path):
    path.unlink()


def damage(path):
    path.write_bytes(path.read_bytes()[:40])
