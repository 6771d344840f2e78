"""Bundled photos, and picture files in every form in which learners bring them."""

import numpy as np
import pytest
from PIL import Image

from helpers import CourseError, images, paths


@pytest.fixture
def save(tmp_path):
    def write(picture, name="a.png", **options):
        picture.save(tmp_path / name, **options)
        return tmp_path / name

    return write


def half_red(mode="RGB"):
    """A picture 4 wide and 2 high: its left half red, its right half blue."""
    pixels = np.zeros((2, 4, 3), np.uint8)
    pixels[:, :2, 0] = 255
    pixels[:, 2:, 2] = 255
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("name", images.PHOTOS)
def test_photos_are_colour_pictures_with_a_card(name):
    photo = images.load_photo(name)
    assert photo.dtype == np.uint8
    assert photo.ndim == 3
    assert photo.shape[2] == 3
    assert f"`photos/{images.photo_path(name).name}`" in (paths.DATA / "README.md").read_text(
        encoding="utf-8"
    )


def test_unknown_photo_is_refused_with_the_names_there_are():
    with pytest.raises(CourseError, match="coffee.*'tea'"):
        images.load_photo("tea")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
def test_colour_modes_give_the_same_picture(save, mode):
    name = "a.tiff" if mode == "CMYK" else "a.png"
    picture = images.load_picture(save(half_red(mode), name))
    np.testing.assert_array_equal(picture, np.asarray(half_red()))


@pytest.mark.parametrize(("mode", "value"), [("L", 200), ("LA", 200), ("1", 255)])
def test_grey_pictures_get_three_equal_channels(save, mode, value):
    picture = images.load_picture(save(Image.new("L", (3, 2), value).convert(mode)))
    assert picture.shape == (2, 3, 3)
    assert (picture == value).all()


def test_transparent_parts_become_white(save):
    picture = images.load_picture(save(Image.new("RGBA", (2, 2), (0, 0, 0, 0))))
    assert (picture == 255).all()


def test_16_bit_grey_is_scaled_not_cut(save):
    values = np.array([[0, 257 * 100, 65535]], np.uint16)
    picture = images.load_picture(save(Image.fromarray(values)))
    assert picture[0, :, 0].tolist() == [0, 100, 255]


def test_picture_is_turned_as_the_camera_was_held(save):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned to the right
    picture = images.load_picture(save(half_red(), "a.jpg", exif=exif, quality=100, subsampling=0))
    assert picture.shape == (4, 2, 3)
    assert picture[0, 0, 0] > 200 > 50 > picture[3, 0, 0]


def test_animation_gives_its_first_picture(save):
    later = Image.new("RGB", (4, 2), "green")
    picture = images.load_picture(save(half_red(), "a.gif", save_all=True, append_images=[later]))
    np.testing.assert_array_equal(picture, np.asarray(half_red()))


def test_a_single_pixel_is_a_picture(save):
    assert images.load_picture(save(Image.new("RGB", (1, 1), "red"))).tolist() == [[[255, 0, 0]]]


def test_size_is_width_and_height(save):
    assert images.load_picture(save(half_red()), size=(20, 10)).shape == (10, 20, 3)


@pytest.mark.parametrize("side", [8_000, 20_000])
def test_huge_picture_is_refused_before_it_fills_the_memory(save, side):
    path = save(Image.new("1", (side, side)), "huge.png")
    with pytest.raises(CourseError, match="at most 50,000,000 pixels.*huge.png"):
        images.load_picture(path)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_file_that_is_no_picture_is_named(tmp_path, content):
    (tmp_path / "notes.png").write_bytes(content)
    with pytest.raises(CourseError, match="notes.png, which cannot be read"):
        images.load_picture(tmp_path / "notes.png")


def test_truncated_picture_is_refused(save):
    path = save(Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(CourseError, match="save it again"):
        images.load_picture(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="nothing.jpg, which is not there"):
        images.load_picture(tmp_path / "nothing.jpg")
