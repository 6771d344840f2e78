"""Image files that were damaged, misnamed, or built to fill the memory: an image, or an error in words."""

import functools
import io
import random
import struct
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from helpers import CourseError, images
from tests.programs import python
from tests.test_images import header, png, tiff

FLIPPED, CUT = 22, 8  # mutated files of each kind of image
ROOM = 500  # MB for one image of at most 50 million pixels, in four channels and in three, and Python


def scene():
    """A small photo, so that every format has something to compress."""
    with Image.open(images.photo_path("cat")) as photo:
        return photo.convert("RGB").resize((48, 36))


def written(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def animated(form):
    frames = [scene().rotate(90 * turn) for turn in range(3)]
    return written(frames[0], form, save_all=True, append_images=frames[1:])


@functools.cache
def kinds():
    """Name of each kind of image -> (suffix, content of the file)."""
    transparent = scene().convert("P")
    transparent.info["transparency"] = 3
    veiled = scene().convert("RGBA")
    veiled.putalpha(100)
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    deep = Image.fromarray(np.asarray(scene().convert("L"), dtype=np.uint16) * 257)
    return {
        "JPEG": (".jpg", written(scene(), "JPEG")),
        "JPEG, progressive": (".jpg", written(scene(), "JPEG", progressive=True)),
        "JPEG for printing (CMYK)": (".jpg", written(scene().convert("CMYK"), "JPEG")),
        "JPEG, turned": (".jpg", written(scene(), "JPEG", exif=turned)),
        "PNG": (".png", written(scene(), "PNG")),
        "PNG, 16 bits": (".png", written(deep, "PNG")),
        "PNG, black and white": (".png", written(scene().convert("1"), "PNG")),
        "PNG, palette with a hole": (".png", written(transparent, "PNG")),
        "PNG, veiled": (".png", written(veiled, "PNG")),
        "PNG, animated": (".png", animated("PNG")),
        "WebP": (".webp", written(scene(), "WEBP")),
        "WebP, lossless": (".webp", written(veiled, "WEBP", lossless=True)),
        "WebP, animated": (".webp", animated("WEBP")),
        "GIF": (".gif", written(scene(), "GIF")),
        "GIF, animated": (".gif", animated("GIF")),
        "BMP": (".bmp", written(scene(), "BMP")),
        "TIFF": (".tif", written(scene(), "TIFF")),
        "TIFF, packed": (".tif", written(scene(), "TIFF", compression="tiff_deflate")),
    }


def mutated(content, seed):
    """Files like `content`, each with some bytes changed, taken out, doubled or cut off."""
    chance = random.Random(seed)
    for number in range(FLIPPED):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 2, 8))):  # half of them in the header, where it says what is what
            place = chance.randrange(min(len(damaged), 64) if number % 2 else len(damaged))
            damaged[place] = chance.choice((0, 1, 127, 255, chance.randrange(256)))
        if number % 7 == 6:
            place = chance.randrange(len(damaged))
            damaged[place : place + 9] = b"" if number % 2 else damaged[place : place + 99]
        yield bytes(damaged)
    for _ in range(CUT):
        yield content[: chance.randrange(len(content))]


def is_an_image(pixels):
    height, width, channels = pixels.shape
    return pixels.dtype == np.uint8 and channels == 3 and 0 < height * width <= images.MOST_PIXELS


@pytest.mark.filterwarnings("error")  # a warning would be read by a learner
@pytest.mark.parametrize("kind", list(kinds()))
def test_a_damaged_image_is_read_or_refused_in_words(kind, tmp_path, capfd):
    suffix, content = kinds()[kind]
    refused, path = 0, tmp_path / f"image{suffix}"
    for damaged in mutated(content, kind):
        path.write_bytes(damaged)
        try:
            assert is_an_image(images.load_image(path))
        except CourseError as error:
            assert error.remedy and len(str(error)) < 1000
            refused += 1
    assert refused >= CUT / 2, "half an image is none"
    assert capfd.readouterr().out == ""


def gif(screen, frame):
    """A GIF whose first frame is larger than its screen."""
    start = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes(6)
    return start + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\x00;"


def webp(width, height):
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp(width, height):
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 154, 0, 0, 54) + header + bytes(100)


def jpeg(width, height):
    start = written(scene(), "JPEG")
    place = start.index(b"\xff\xc0") + 5
    return start[:place] + struct.pack(">HH", height, width) + start[place + 4 :]


def bombs():
    """Name of each small file that asks for much memory -> (its content, what is said of it)."""
    zeros = zlib.compress(bytes(300_000_000), 1)
    some = (b"IDAT", zeros[:1000])
    return {
        "50,000 x 50,000 in a PNG": (png(header(50_000, 50_000), some), "more in"),
        "2**31 x 2**31 in a PNG": (png(header(2**31 - 1, 2**31 - 1)), ""),
        "8,000 x 8,000 in a PNG": (png(header(8_000, 8_000), some), "more in"),
        "49 million absent pixels": (png(header(7000, 7000), some), "cannot be read"),
        "a text of 300 MB in a PNG": (png(header(4, 4), (b"zTXt", b"a\0\0" + zeros)), "cannot be read"),
        "a profile of 300 MB in a PNG": (png(header(4, 4), (b"iCCP", b"a\0\0" + zeros)), "cannot be read"),
        "a huge frame in a tiny GIF": (gif((2, 2), (65_535, 65_535)), "more in"),
        "a huge screen in a GIF": (gif((65_535, 65_535), (2, 2)), "more in"),
        "a huge canvas in a WebP": (webp(16_384, 16_384), ""),
        "a huge BMP": (bmp(60_000, -60_000), "more in"),
        "a huge TIFF": (tiff(bytes(100), 8, width=60_000, height=60_000), "more in"),
        "a huge JPEG": (jpeg(65_000, 65_000), "more in"),
        "49 million pixels in a JPEG of 2 kB": (jpeg(7000, 7000), ""),
    }


PROGRAM = """
import pathlib, sys
from helpers import CourseError, images
for path in sys.argv[1:]:
    try:
        print(images.load_image(path).shape)
    except CourseError as error:
        print(repr(str(error)))
# not getrusage: its maximum counts what the parent held before it started this program
status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory is counted in another way")
def test_bombs_are_refused_before_they_fill_the_memory(tmp_path):
    paths, files = [], bombs()
    for content, _ in files.values():
        paths.append(tmp_path / f"bomb {len(paths)}")
        paths[-1].write_bytes(content)
    result = python(PROGRAM, *paths, options=("-W", "error"))
    *answers, megabytes = result.stdout.splitlines()
    for (kind, (_, words)), answer in zip(files.items(), answers, strict=True):
        assert words in answer, kind
        assert "expected an image" in answer or kind.startswith("49 million"), answer
    assert int(megabytes) < ROOM
    assert not result.stderr


STRANGERS = {
    "nothing": b"",
    "a text": b"a cat sits on a mat\n" * 100,
    "a web page": b"<!DOCTYPE html><title>404</title>",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "a program for a printer": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00.",
    "an archive": b"PK\x03\x04" + bytes(60),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_what_is_no_image_is_refused_by_name(kind, tmp_path):
    for name in ("cat.jpg", "cat.png", "cat"):
        (tmp_path / name).write_bytes(STRANGERS[kind])
        with pytest.raises(CourseError, match=r"cat.*cannot be read \(cannot identify") as error:
            images.load_image(tmp_path / name)
        assert "PNG or JPEG" in error.value.remedy
