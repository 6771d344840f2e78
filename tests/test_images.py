"""Bundled photos, and image files and folders in every form in which learners bring them."""

import os
import struct
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, features

from helpers import CourseError, _decoding, images, storage
from helpers.images import load_folder, save_folder
from tests.programs import python


@pytest.fixture
def save(tmp_path):
    def write(image, name="a.png", **options):
        image.save(tmp_path / name, **options)
        return tmp_path / name

    return write


@pytest.mark.parametrize("name", images.PHOTOS)
def test_photos_are_color_images_with_a_card(name):
    photo = images.load_photo(name)
    assert (photo.dtype, photo.ndim, photo.shape[2]) == (np.uint8, 3, 3)
    assert photo.flags.writeable
    card = f"`photos/{images.photo_path(name).name}`"
    assert card in (storage.DATA / "README.md").read_text(encoding="utf-8")


def lab(image):
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(image, *profiles, outputMode="LAB")


MORE = {"save_all": True, "append_images": [Image.new("RGB", (32, 16), "green")]}  # images after the first
SCENE = Image.new("RGB", (32, 16), "red")
SCENE.paste("blue", (16, 0, 32, 16))


@pytest.mark.parametrize(
    ("form", "image", "options"),
    [
        *[("PNG", SCENE.convert(mode), {}) for mode in ("RGB", "RGBA", "P")],
        *[("TIFF", image, {}) for image in (SCENE.convert("CMYK"), SCENE.convert("YCbCr"), lab(SCENE))],
        *[("JPEG", SCENE.convert(mode), {"quality": 98}) for mode in ("RGB", "CMYK", "YCbCr")],
        ("JPEG", SCENE, {"quality": 98, "progressive": True}),
        *[(form, SCENE, MORE) for form in ("PNG", "GIF")],
        *[(form, SCENE, MORE | {"quality": 98}) for form in ("MPO", "WEBP")],
        *[(form, SCENE, {}) for form in ("BMP", "PPM", "GIF")],
        *[("AVIF", SCENE, {"quality": 98})] * features.check("avif"),
    ],
)  # fmt: skip
def test_color_modes_and_formats_give_the_same_image(tmp_path, form, image, options):
    image.save(tmp_path / "image", form, **options)
    found = images.load_image(tmp_path / "image").astype(int)
    # JPEG blurs the edge, and Lab lacks this blue.
    np.testing.assert_allclose(found[:, [2, -3]], np.asarray(SCENE)[:, [2, -3]].astype(int), atol=25)


@pytest.mark.parametrize("alpha", [[0, 0, 0], [0, 255, 90]])
def test_what_cannot_be_seen_on_white_is_refused(save, alpha):
    ink = np.full((1, 3, 4), 255, np.uint8)
    ink[0, :, 3] = alpha
    with pytest.raises(CourseError, match="a.png, of which nothing is seen on white.*white on a transparent"):
        images.load_image(save(Image.fromarray(ink)))


GRAY = np.array([[0, 51, 255]])
COLOR = np.stack([GRAY, GRAY, GRAY], axis=2)
PACKED = bytes([0x00, 0x03, 0x33, 0xFF, 0xF0, 0x00])  # 0, 819, 4095 and 0 in 12 bits each


def png_16(values, kind, *chunks):
    """A PNG of 16 bits a number; kind 0 is grey, 2 colour, 4 and 6 the same with transparency."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(header(values.shape[1], len(values), 16, kind), *chunks, (b"IDAT", zlib.compress(rows)))


def header(width, height, bits=8, kind=2):
    return struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)


def png(first, *chunks):
    whole = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", first), *chunks, (b"IEND", b"")):
        checksum = struct.pack(">I", zlib.crc32(name + content))
        whole += struct.pack(">I", len(content)) + name + content + checksum
    return whole


def tiff(content, bits, white=1, form=1, width=3, height=1):
    """A TIFF in grey; `white` 0 turns the meaning round, `form` 2 is signed, 3 decimal."""
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: white, 273: 134, 277: 1, 278: height}
    tags |= {279: len(content), 339: form}
    kinds = {key: 4 if key in (256, 257, 273, 278, 279) else 3 for key in tags}
    entries = b"".join(struct.pack("<HHII", key, kinds[key], 1, value) for key, value in tags.items())
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + content


def numbers(values, kind):
    return np.asarray(values).astype(kind).tobytes()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (png_16(GRAY * 257, 0), GRAY),
        (png_16(GRAY.T * 257 + [[128], [128], [0]], 0), GRAY.T),  # three strips
        (png_16(GRAY * 257 + [[128, 128, 0]], 0), GRAY),
        (png_16(GRAY * 257 - [[0, 128, 128]], 0), GRAY),  # rounded, not cut
        (png_16(GRAY, 0), GRAY),  # 8-bit values in a 16-bit file
        (png_16(GRAY * 257, 0, (b"tRNS", struct.pack(">H", 51 * 257))), [[0, 255, 255]]),
        (png_16(COLOR * 257, 2), GRAY),
        (png_16(COLOR[:, :, :2] * [257, 0] + [0, 65535], 4), GRAY),
        (tiff(numbers(GRAY * 257, "<u2"), 16), GRAY),
        (tiff(numbers(65535 - GRAY * 257, "<u2"), 16, white=0), GRAY),
        (tiff(PACKED, 12, width=4), [[0, 51, 255, 0]]),
        (tiff(numbers(GRAY * 257 // 2, "<i2"), 16, form=2), GRAY),
        (tiff(numbers(GRAY * 257, "<u4"), 32), GRAY),
        (tiff(numbers(GRAY, "<i4"), 32, form=2), GRAY),
        (tiff(numbers(GRAY / 255, "<f4"), 32, form=3), GRAY),
        (tiff(numbers(1 - GRAY / 255, "<f4"), 32, white=0, form=3), GRAY),
        (b"P5 3 1 4095\n" + numbers(GRAY * 4095 // 255, ">u2"), GRAY),
        (b"P5 3 1 65535\n" + numbers(GRAY * 257, ">u2"), GRAY),
    ],
)
def test_values_of_more_bits_are_scaled_not_cut(tmp_path, monkeypatch, content, expected):
    monkeypatch.setattr(_decoding, "STRIP", 1)
    (tmp_path / "deep").write_bytes(content)
    np.testing.assert_array_equal(images.load_image(tmp_path / "deep")[:, :, 0], expected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (png_16(GRAY * 16, 0), "at most 4080 in deep.* 12 bits"),
        (png_16(COLOR * 16, 2), "less than 4096 in deep.* 12 bits"),
        (png_16(COLOR, 2), "less than 4096 in deep.* 12 bits"),
        (tiff(numbers(GRAY * 257.0**3, "<u4"), 32), "from 0 to 65535.*8-bit PNG"),
        (tiff(numbers(-GRAY, "<i2"), 16, form=2), "-255 to 0 in deep"),
        *[
            (tiff(numbers([values], "<f4"), 32, form=3), "from 0 to 1.*8-bit PNG")
            for values in ([0, 51, 255], [-1, 0, 1], [0, np.nan, 1])
        ],
    ],
)
def test_values_of_unknown_range_are_refused(tmp_path, content, message):
    (tmp_path / "deep").write_bytes(content)
    with pytest.raises(CourseError, match=message):
        images.load_image(tmp_path / "deep")


FOREIGN = {"HEIC": b"\0\0\0\x18ftypheic", "JPEG 2000": b"\0\0\0\x0cjP  \r\n", "Photoshop": b"8BPS\0\1"}


@pytest.mark.parametrize("kind", [*FOREIGN, "camera's raw"])
def test_a_kind_of_image_that_cannot_be_read_is_named(tmp_path, kind):
    path = tmp_path / ("a.CR2" if kind == "camera's raw" else "a")
    path.write_bytes(FOREIGN.get(kind, tiff(numbers(GRAY, "u1"), 8)) + bytes(40))
    with pytest.raises(CourseError, match=f"a {kind} file.*as PNG or JPEG") as error:
        images.load_image(path)
    assert ("iPhone" in error.value.remedy) == (kind == "HEIC")


# Metadata

RGB_8 = header(32, 16)
IDAT = (b"IDAT", zlib.compress(b"".join(b"\0" + row.tobytes() for row in np.asarray(SCENE))))
BOMB = zlib.compress(bytes(4_000_000))  # of a text or a profile, Pillow unpacks one million at most


def exif(*entries):
    """Metadata of a photo that was held upright, and whatever else is said: (tag, type, count, value)."""
    entries = sorted([(0x0112, 3, 1, 6), *entries])
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(4)


BROKEN = {
    "nothing else": (),
    "an address beyond the end": ((0x010F, 2, 500, 60_000),),
    "a type that is none": ((0x9000, 99, 1, 1),),
    "a resolution of 0/0": ((0x011A, 5, 1, 38), (0x011B, 5, 1, 38), (0x0128, 3, 1, 2)),
    "a text of another type": ((0x0131, 3, 1, 7), (0x0132, 5, 1, 2)),
    "a folder that leads to itself": ((0x8769, 4, 1, 8), (0x8825, 4, 1, 8)),
    "a folder beyond the end": ((0x8769, 4, 1, 99_999), (0x8825, 4, 1, 99_999)),
}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("fault", BROKEN)
def test_a_good_orientation_counts_beside_broken_metadata(tmp_path, form, fault):
    SCENE.save(tmp_path / "image", form, exif=b"Exif\0\0" + exif(*BROKEN[fault]), quality=98)
    image = images.load_image(tmp_path / "image")
    assert image.shape == (32, 16, 3)
    assert image[2, 8, 0] > 200 > 50 > image[-3, 8, 0]


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"zTXt", b"a\0\0" + BOMB), IDAT],
        [IDAT, (b"zTXt", b"a\0\0" + BOMB)],
        [(b"iCCP", b"a\0\0" + BOMB), IDAT],
        [(b"iCCP", b"a\0\7x"), IDAT],
        [(b"pHYs", b"\0"), (b"gAMA", b""), (b"cHRM", b"\1"), IDAT],
        [(b"acTL", b"\0"), (b"fcTL", b"\1"), IDAT],
        [(b"eXIf", b"no metadata"), IDAT],
    ],
)
def test_broken_metadata_do_not_decide_about_healthy_pixels(tmp_path, chunks):
    (tmp_path / "image").write_bytes(png(RGB_8, *chunks))
    np.testing.assert_array_equal(images.load_image(tmp_path / "image"), np.asarray(SCENE))


@pytest.mark.parametrize("is_intact", [True, False])
def test_beside_broken_metadata_what_belongs_to_the_pixels_is_kept_if_it_is_intact(tmp_path, is_intact):
    clear = (b"tRNS", struct.pack(">HHH", 255, 0, 0))
    content = bytearray(png(RGB_8, (b"iCCP", b"a\0\0" + BOMB), clear, (b"eXIf", exif()), IDAT))
    content[content.index(b"tRNS") + 10] ^= not is_intact  # its checksum
    (tmp_path / "image").write_bytes(content)
    image = images.load_image(tmp_path / "image")
    assert image.shape == (32, 16, 3)
    assert image[0, 0].tolist() == ([255, 255, 255] if is_intact else [255, 0, 0])


def test_a_huge_file_is_not_read_again_without_its_metadata(tmp_path, monkeypatch):
    (tmp_path / "image").write_bytes(png(RGB_8, (b"iCCP", b"a\0\0" + BOMB), IDAT))
    monkeypatch.setattr(_decoding, "MOST_PIXELS", 600)
    with pytest.raises(CourseError, match="cannot be read"):
        images.load_image(tmp_path / "image")


ABSURD = [{"dpi": (1e6, 1e6)}, {"icc_profile": b"none"}, {"comment": b"x" * 60_000}]


@pytest.mark.parametrize("options", ABSURD, ids=str)
@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_absurd_metadata_do_not_decide_about_healthy_pixels(tmp_path, form, options):
    SCENE.save(tmp_path / "image", form, **options)
    assert images.load_image(tmp_path / "image").shape == (16, 32, 3)


MODES = {"JPEG": "L RGB CMYK", "PNG": "1 L LA P RGB RGBA", "TIFF": "1 L LA P RGBA CMYK", "WEBP": "RGB RGBA"}
SIDES = st.integers(1, 40)


@settings(deadline=None, max_examples=40)
@given(kind=st.sampled_from([(form, mode) for form in MODES for mode in MODES[form].split()]),
       size=st.tuples(SIDES, SIDES), turn=st.integers(1, 8), small=st.none() | st.tuples(SIDES, SIDES),
       strip=st.integers(1, 400))  # fmt: skip
def test_an_image_is_what_pillow_shows_upright_on_white(tmp_path_factory, kind, size, turn, small, strip):
    path, exif = tmp_path_factory.mktemp("image") / "image", Image.Exif()
    exif[0x0112] = turn
    noise = np.random.default_rng([*size, turn]).integers(0, 256, (3, 2, 4), np.uint8)
    Image.fromarray(noise).resize(size).convert(kind[1]).save(path, kind[0], exif=exif)
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    expected = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    expected = expected.resize(small, Image.Resampling.LANCZOS) if small else expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_decoding, "STRIP", strip)
        try:
            found = images.load_image(path, small)
        except CourseError as error:
            assert "nothing is seen on white" in str(error) and _decoding.is_uniform(np.array(expected))
        else:
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("size", [32, (32,), (32, 32, 3), (0, 0), (-1, 3), (2.5, 2), "ab", (10_000, 5_001)])
def test_size_that_is_no_width_and_height_is_refused(save, size):
    with pytest.raises(CourseError, match=r"\(width, height\).*32, 32"):
        images.load_image(save(SCENE), size)


def test_a_large_image_is_shrunk_while_it_is_read_as_it_would_be_afterwards(save, monkeypatch):
    """Whatever its kind: strip by strip, and by whole numbers of pixels at first."""
    photo = Image.fromarray(images.load_photo("coffee"))
    veiled = photo.convert("RGBA")
    veiled.putalpha(photo.convert("L"))
    deep = np.asarray(photo.convert("L"), np.uint16) * 257
    deep[:9] = 0  # the first strip does not tell what the others hold
    deep = Image.fromarray(deep)
    for number, image in enumerate((photo, veiled, photo.convert("P"), photo.convert("1"), deep)):
        path = save(image, f"{number}.png")
        for size in ((60, 40), (15, 50)):
            whole = Image.fromarray(images.load_image(path)).resize(size, Image.Resampling.LANCZOS)
            monkeypatch.setattr(_decoding, "LARGE", 1000)
            monkeypatch.setattr(_decoding, "STRIP", 3 * photo.width)
            found = images.load_image(path, size).astype(int)
            monkeypatch.undo()
            assert np.abs(found - np.asarray(whole)).mean() < 3, (number, size)


# Folders

IMAGES = [np.arange(144, dtype=np.uint8).reshape(6, 8, 3) + 20 * number for number in range(4)]
IMAGES = [image.astype(np.uint8) for image in IMAGES]
HIDDEN = (".DS_Store", "Thumbs.db", "desktop.ini", "._cat-001.png", "Icon\r")
HIDDEN_FOLDERS = ("__MACOSX", ".ipynb_checkpoints", "@eaDir")


@pytest.fixture
def folder(tmp_path):
    return save_folder(tmp_path / "mine", IMAGES, [0, 0, 1, 1], ("cat", "dog"))


def test_what_was_saved_is_read(folder, capsys):
    images, labels, names = load_folder(folder)
    np.testing.assert_array_equal(images, IMAGES)
    assert labels.tolist() == [0, 0, 1, 1]
    assert names == ("cat", "dog")
    assert capsys.readouterr().out == ""


def test_images_are_known_by_content_or_suffix_and_all_else_is_named(folder, capsys):
    mixed = ["PNG gray", "JPEG a.jfif", "WEBP b.WEBP", "GIF c.txt", "PPM d.ppm", "TIFF e.JPG"]
    for form, name in map(str.split, mixed):
        SCENE.save(folder / "cat" / name, form)
    for name in HIDDEN:
        (folder / "cat" / name).write_bytes(b"left by a system")
    for name in HIDDEN_FOLDERS:
        (folder / "dog" / name).mkdir()
        (folder / name).mkdir()
    for number in range(6):
        (folder / "cat" / f"notes{number}.txt").write_text("not an image", encoding="utf-8")
    (folder / "dog" / "broken link.jpg").symlink_to("nowhere")
    (folder / "dog" / "to itself").symlink_to("to itself")
    (folder / "dog" / "link.png").symlink_to(folder / "cat" / "cat-001.png")
    SCENE.save(folder / "at the top.png")
    images, labels, names = load_folder(folder)
    assert {image.shape[2] for image in images} == {3}
    assert np.bincount(labels).tolist() == [2 + len(mixed), 3]
    assert names == ("cat", "dog")
    said = capsys.readouterr().out
    assert said == (
        "Left out 9 files that are no images of a class: at the top.png, cat/notes0.txt, cat/notes1.txt, "
        "cat/notes2.txt, cat/notes3.txt and 4 more.\n"
    )


def put(name, content):
    return lambda folder: (folder / name).write_bytes(content) and None


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda path: path / "nowhere", "which is no folder"),
        (lambda path: path / "cat", "0 in .*cat"),
        (lambda path: path / "cat/cat-001.png", "which is no folder"),
        (lambda path: (path / "dog/dog-001.png").unlink(), "2 images or more in the class dog, but got 1"),
        (lambda path: (path / "empty").mkdir(), "class empty, but got 0"),
        (lambda path: (path / "a\nb").mkdir(), "classes that can be shown"),
        (lambda path: (path / "dog/puppies").mkdir(), "the folder dog/puppies"),
        (lambda path: (path / "dog/again").symlink_to(path), "the folder dog/again"),
        (lambda path: os.truncate(path / "dog/dog-002.png", 40), r"dog-002.png, .*in the folder dog"),
        (put("dog/huge", png(header(20_000, 20_000), IDAT)), "at most 50,000,000 pixels.*huge"),
        (put("dog/IMG_1.HEIC", FOREIGN["HEIC"]), "IMG_1.HEIC, a HEIC file, .*in the folder dog"),
        (lambda path: Image.fromarray(np.uint8(2 * np.eye(9))).save(path / "dog/a.png"), "a.png, of one co"),
        (lambda path: Image.new("RGB", (99, 99), "red").save(path / "dog/a.jpg"), "a.jpg, of one colour"),
        (lambda path: (path / "Dog").mkdir(), "stay apart on every computer, but got 'Dog' and 'dog'"),
    ],
)
def test_a_fault_is_named_with_its_place(folder, fault, message):
    with pytest.raises(CourseError, match=message):
        load_folder(fault(folder) or folder)


def test_classes_and_files_have_the_order_that_keras_gives_them(tmp_path):
    import keras

    names = ["zebra", "Ape", "ape 10", "ape 9", "Äffin", "_x", "猫", "emu"]
    save_folder(tmp_path / "a", IMAGES[:1] * 2 * len(names), list(range(len(names))) * 2, names)
    found = load_folder(tmp_path / "a")[2]
    assert list(found) == sorted(names)
    dataset = keras.utils.image_dataset_from_directory(tmp_path / "a", image_size=(6, 8), verbose=False)
    assert list(found) == dataset.class_names


def test_a_folder_that_was_saved_before_is_replaced_and_no_other(folder, capsys):
    (folder / ".DS_Store").touch()
    save_folder(folder, IMAGES[:3], [1, 1, 0], ("cow", "dog"))
    written = sorted(path.name for path in folder.rglob("*.png"))
    assert written == ["cow-001.png", "dog-001.png", "dog-002.png"] and not (folder / "cat").exists()
    SCENE.save(folder / "dog" / "my own.png")
    with pytest.raises(CourseError, match="or one that save_folder wrote, but got dog/my own.png"):
        save_folder(folder, IMAGES, [0, 0, 1, 1], ("cat", "dog"))
    assert len(list(folder.rglob("*.png"))) == 4


def test_more_images_than_three_digits_count_keep_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_remove_leftovers", lambda folder: None)  # quicker
    save_folder(tmp_path, IMAGES[:1] * 1001, [0] * 1001, ("cat", "dog"))
    names = sorted(path.stem for path in (tmp_path / "cat").iterdir())
    assert names == [f"cat-{number:04}" for number in range(1, 1002)]


UNFIT = [
    "", " ", ".", "..", "../x", "/abs/x", "n/a", "a\\b", "C:x", "CON", "nul.txt", "com1", "dot.", "space ",
    " lead", ".hidden", "Thumbs.db", "__MACOSX", "a\nb", "a\0b", "x" * 101, "猫" * 40, "what?",
    "<b>", 'a"b', "a|b", "\u200e",
]  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_a_class_name_that_is_no_folder_everywhere_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(CourseError, match='class names that can name a folder.*"n/a"'):
        save_folder(tmp_path / "new", IMAGES, [0, 0, 0, 0], ("cat", name))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("names", [("cat", "cat"), ("cat", "Cat"), ("é", "e\u0301"), ("straße", "STRASSE")])
def test_class_names_that_would_share_a_folder_are_refused(tmp_path, names):
    with pytest.raises(CourseError, match="stay apart on every computer"):
        save_folder(tmp_path / "new", IMAGES, [0, 0, 1, 1], names)
    assert not list(tmp_path.iterdir())


@settings(deadline=None, max_examples=25)
@given(names=st.lists(st.text(max_size=12), min_size=2, max_size=4), labels=st.permutations([0, 0, 1, 1]))
def test_whatever_classes_are_called_a_folder_is_as_asked_or_not_there(tmp_path_factory, names, labels):
    folder = tmp_path_factory.mktemp("saved") / "new"
    try:
        save_folder(folder, IMAGES, labels, names)
    except CourseError:
        assert not list(folder.parent.iterdir())
    else:
        found, numbers, classes = load_folder(folder)
        assert sorted(classes) == sorted(names[:2]) == list(classes)
        assert [classes[n] for n in numbers] == sorted(names[label] for label in labels)
        assert sorted(map(bytes, found)) == sorted(map(bytes, IMAGES))
        assert {path.parent.parent for path in folder.parent.rglob("*.png")} == {folder}


PROGRAM = """
import pathlib, sys
from helpers import images
def peak():
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024
def sizes(folder):
    found, _, _ = images.load_folder(folder, fewest=1)
    return len(found), max(max(image.shape) for image in found)
before = peak()
for folder in sys.argv[1:]:
    print(*sizes(folder), peak() - before)
"""


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory is counted in another way")
def test_forty_photos_of_a_phone_need_less_than_100_megabytes(tmp_path):
    photo = Image.fromarray(images.load_photo("coffee")).resize((4000, 3000))
    limits = {"jpg": (7, 70), "png": (2, 100)}  # of each form: how many photos, and megabytes
    for form, (number, _) in limits.items():
        places = [tmp_path / form / ("cat" if n % 2 else "dog") / f"{n}.{form}" for n in range(number)]
        for place in places:
            place.parent.mkdir(parents=True, exist_ok=True)
        photo.save(places[0], compress_level=1)
        for place in places[1:]:
            os.link(places[0], place)
    lines = python(PROGRAM, *(tmp_path / form for form in limits)).stdout.splitlines()
    for line, (number, most) in zip(lines, limits.values(), strict=True):
        count, side, megabytes = map(int, line.split())
        assert (count, side) == (number, 512)
        assert megabytes + 0.6 * (40 - number) < most  # each of those that are not there would be kept in 0.6
