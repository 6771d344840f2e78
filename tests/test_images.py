"""Bundled photos, and image files and folders in every form in which learners bring them."""

import os

import numpy as np
import pytest
from PIL import Image

from helpers import CourseError, images, storage
from helpers.images import load_folder, save_folder


@pytest.fixture
def save(tmp_path):
    def write(image, name="a.png", **options):
        image.save(tmp_path / name, **options)
        return tmp_path / name

    return write


def half_red(mode="RGB"):
    """An image 4 wide and 2 high: its left half red, its right half blue."""
    pixels = np.zeros((2, 4, 3), np.uint8)
    pixels[:, :2, 0] = 255
    pixels[:, 2:, 2] = 255
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("name", images.PHOTOS)
def test_photos_are_color_images_with_a_card(name):
    photo = images.load_photo(name)
    assert (photo.dtype, photo.ndim, photo.shape[2]) == (np.uint8, 3, 3)
    assert photo.flags.writeable
    card = f"`photos/{images.photo_path(name).name}`"
    assert card in (storage.DATA / "README.md").read_text(encoding="utf-8")


def test_unknown_photo_is_refused_with_the_names_there_are():
    with pytest.raises(CourseError, match="coffee.*'tea'"):
        images.load_photo("tea")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
def test_color_modes_give_the_same_image(save, mode):
    name = "a.tiff" if mode == "CMYK" else "a.png"
    image = images.load_image(save(half_red(mode), name))
    np.testing.assert_array_equal(image, np.asarray(half_red()))


@pytest.mark.parametrize(
    ("image", "value"),
    [
        (Image.new("L", (3, 2), 200), 200),
        (Image.new("LA", (3, 2), (200, 255)), 200),
        (Image.new("1", (3, 2), 1), 255),
        (Image.new("RGBA", (3, 2), (0, 0, 0, 0)), 255),  # transparent parts become white
    ],
)
def test_gray_and_transparent_images_get_three_channels(save, image, value):
    pixels = images.load_image(save(image))
    assert pixels.shape == (2, 3, 3)
    assert (pixels == value).all()


WIDE = [0, 51 * 257, 65535]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [(WIDE, np.uint16), ([0, 0.2, 1], np.float32), ([0, 51, 255], np.int32), (WIDE, np.int32)],
)
def test_gray_values_of_more_bits_are_scaled_not_cut(save, values, dtype):
    image = images.load_image(save(Image.fromarray(np.array([values], dtype)), "a.tiff"))
    assert image[0, :, 0].tolist() == [0, 51, 255]


@pytest.mark.parametrize("values", [[0, 51, 255], [-1, 0, 1], [0, np.nan, 1]])
def test_gray_values_of_unknown_range_are_refused(save, values):
    path = save(Image.fromarray(np.array([values], np.float32)), "a.tiff")
    with pytest.raises(CourseError, match="from 0 to 1.*8-bit PNG"):
        images.load_image(path)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tiff", "a.webp"])
def test_image_is_turned_as_the_camera_was_held(save, name):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned to the right
    image = images.load_image(save(half_red().resize((16, 8)), name, exif=exif))
    assert image.shape == (16, 8, 3)
    assert image[0, 0, 0] > 200 > 50 > image[-1, 0, 0]


def test_animation_gives_its_first_image(save):
    later = Image.new("RGB", (4, 2), "green")
    image = images.load_image(save(half_red(), "a.gif", save_all=True, append_images=[later]))
    np.testing.assert_array_equal(image, np.asarray(half_red()))


def test_size_is_width_and_height(save):
    assert images.load_image(save(half_red()), size=(20, 10)).shape == (10, 20, 3)
    assert images.load_image(save(Image.new("RGB", (1, 1), "red"))).tolist() == [[[255, 0, 0]]]


@pytest.mark.parametrize(
    "size", [32, (32,), (32, 32, 3), (0, 0), (-1, 3), (2.5, 2), ("a", "b"), "ab", (10_000, 5_001)]
)
def test_size_that_is_no_width_and_height_is_refused(save, size):
    with pytest.raises(CourseError, match=r"\(width, height\).*32, 32"):
        images.load_image(save(half_red()), size)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("side", [8_000, 10_000, 20_000])
def test_huge_image_is_refused_before_it_fills_the_memory(save, side):
    path = save(Image.new("1", (side, side)), "huge.png")
    with pytest.raises(CourseError, match="at most 50,000,000 pixels.*huge.png"):
        images.load_image(path)


@pytest.mark.parametrize(("name", "found"), [("no.jpg", "no.jpg, which is not there"), ("", "a folder")])
def test_missing_file_and_folder_are_no_image(tmp_path, name, found):
    with pytest.raises(CourseError, match=found):
        images.load_image(tmp_path / name)


@pytest.mark.parametrize("path", [None, 3, b"a.png", np.zeros((2, 2, 3))])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(CourseError, match="the path of an image file"):
        images.load_image(path)


# Folders

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
    Image.new("L", (30, 20), 9).save(folder / "cat" / "gray.JPG")
    Image.new("RGBA", (3, 5)).save(folder / "cat" / "clear.webp")
    Image.new("P", (4, 4)).save(folder / "dog" / "palette.gif")
    (folder / "cat" / "notes.txt").write_text("not an image", encoding="utf-8")
    (folder / "cat" / "._cat-001.png").write_bytes(b"Mac OS X hides this beside an image")
    (folder / ".cache").mkdir()
    images, labels, _ = load_folder(folder)
    assert {image.shape[2] for image in images} == {3}
    assert np.bincount(labels).tolist() == [4, 3]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda path: path / "nowhere", "which is no folder"),
        (lambda path: path / "cat", "0 in .*cat"),
        (lambda path: (path / "dog/dog-001.png").unlink(), "2 images or more in the class dog, but got 1"),
        (lambda path: (path / "empty").mkdir(), "class empty, but got 0"),
        (lambda path: (path / "dog/puppies").mkdir(), "the folder dog/puppies"),
        (lambda path: os.truncate(path / "dog/dog-002.png", 40), r"dog-002.png, .*in the folder dog"),
    ],
)
def test_a_fault_is_named_with_its_place(folder, fault, message):
    with pytest.raises(CourseError, match=message):
        load_folder(fault(folder) or folder)
