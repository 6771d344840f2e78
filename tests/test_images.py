"""Bundled photos, and image files in every form in which learners bring them."""

import numpy as np
import pytest
from PIL import Image

from helpers import CourseError, images, storage


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
    assert photo.dtype == np.uint8
    assert photo.ndim == 3
    assert photo.shape[2] == 3
    assert photo.flags.writeable
    assert f"`photos/{images.photo_path(name).name}`" in (storage.DATA / "README.md").read_text(
        encoding="utf-8"
    )


def test_altered_photo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "DATA", tmp_path)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (451, 300)).save(tmp_path / "photos" / "cat.webp")
    with pytest.raises(CourseError, match="cat.webp.*altered.*git checkout"):
        images.load_photo("cat")


def test_unknown_photo_is_refused_with_the_names_there_are():
    with pytest.raises(CourseError, match="coffee.*'tea'"):
        images.load_photo("tea")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
def test_color_modes_give_the_same_image(save, mode):
    name = "a.tiff" if mode == "CMYK" else "a.png"
    image = images.load_image(save(half_red(mode), name))
    np.testing.assert_array_equal(image, np.asarray(half_red()))


@pytest.mark.parametrize(("mode", "value"), [("L", 200), ("LA", 200), ("1", 255)])
def test_gray_images_get_three_equal_channels(save, mode, value):
    image = images.load_image(save(Image.new("L", (3, 2), value).convert(mode)))
    assert image.shape == (2, 3, 3)
    assert (image == value).all()


def test_transparent_parts_become_white(save):
    image = images.load_image(save(Image.new("RGBA", (2, 2), (0, 0, 0, 0))))
    assert (image == 255).all()


def test_16_bit_gray_is_scaled_not_cut(save):
    values = np.array([[0, 257 * 100, 65535]], np.uint16)
    image = images.load_image(save(Image.fromarray(values)))
    assert image[0, :, 0].tolist() == [0, 100, 255]


@pytest.mark.parametrize(
    "values",
    [
        np.array([[0, 0.2, 1]], np.float32),
        np.array([[0, 51, 255]], np.int32),
        np.array([[0, 51 * 257, 65535]], np.int32),
    ],
)
def test_gray_values_of_32_bits_are_scaled(save, values):
    image = images.load_image(save(Image.fromarray(values), "a.tiff"))
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


def test_a_single_pixel_is_a_image(save):
    assert images.load_image(save(Image.new("RGB", (1, 1), "red"))).tolist() == [[[255, 0, 0]]]


def test_size_is_width_and_height(save):
    assert images.load_image(save(half_red()), size=(20, 10)).shape == (10, 20, 3)


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


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_file_that_is_no_image_is_named(tmp_path, content):
    (tmp_path / "notes.png").write_bytes(content)
    with pytest.raises(CourseError, match="notes.png, which cannot be read"):
        images.load_image(tmp_path / "notes.png")


def test_truncated_image_is_refused(save):
    path = save(Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(CourseError, match="save it again"):
        images.load_image(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="nothing.jpg, which is not there"):
        images.load_image(tmp_path / "nothing.jpg")


def test_folder_is_no_image(tmp_path):
    with pytest.raises(CourseError, match="which is a folder"):
        images.load_image(tmp_path)


@pytest.mark.parametrize("path", [None, 3, b"a.png", np.zeros((2, 2, 3))])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(CourseError, match="the path of an image file"):
        images.load_image(path)
