"""What stands in an image file, as red, green and blue: right, or refused in words."""

import contextlib
import io
import re
import warnings
import zlib

import numpy as np
from PIL import Image

from helpers import CourseError

# Pillow reads some 40 formats; one of them is a program that Ghostscript would run.
FORMATS = ("AVIF", "BMP", "GIF", "HEIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
# Meant as images, whatever is in them.
SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
FOREIGN = {  # how files begin that are images, but perhaps not for Pillow
    rb"....ftyp(hei|hev|mif1|msf1)": "HEIC",
    rb"....ftypavi": "AVIF",
    rb"\0\0\0\x0cjP  ": "JPEG 2000",
    rb"\xff\x0a|\0\0\0\x0cJXL ": "JPEG XL",
    rb"8BPS": "Photoshop",
}
RAW = {".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"}  # of cameras
MOST_PIXELS = 50_000_000  # a phone's photo has 12 to 48 million
LARGE = 4_000_000  # pixels: more of them are not decoded where a small image is wanted
ORIENTATION = 0x0112  # in EXIF: how the camera was held
TURNS = {  # how the camera was held -> a view of the upright image that lies as the file has it
    1: np.asarray,
    2: np.fliplr,
    3: lambda upright: np.rot90(upright, 2),
    4: np.flipud,
    5: lambda upright: upright.swapaxes(0, 1),
    6: np.rot90,
    7: lambda upright: np.rot90(upright, 2).swapaxes(0, 1),
    8: lambda upright: np.rot90(upright, 3),
}
STRIP = 500_000  # pixels that are converted at once


def read(path, side=None, of=max):
    """Read a file as uint8 (height, width, 3).

    Of a large image, if `side` is given, not many more pixels than that many along the longer side, or along
    the shorter one if `of` is `min`.
    """
    if not path.is_file():
        found = f"{path}, which is " + ("a folder" if path.is_dir() else "not there")
        raise CourseError("an image file", found, "Check name and folder.")
    try:
        with warnings.catch_warnings(action="ignore"):
            return _pixels(path, side, of)
    except CourseError:
        raise
    except Image.DecompressionBombError as error:  # raised by Pillow too, for images larger still
        refuse_large(f"more in {path.name}: {error}")
    except Exception as error:  # Pillow's decoders fail in many ways
        kind = _foreign(path)
        found = f"{path.name}, {f'a {kind} file, ' if kind else ''}which cannot be read ({error})"
        remedy = "Open it in an image program and save it again as PNG or JPEG."
        iphone = " An iPhone takes JPEG after Settings > Camera > Formats > Most Compatible."
        raise CourseError("an image file", found, remedy + iphone * (kind == "HEIC")) from None


def refuse_large(found):
    remedy = "Make it smaller with any image program first."
    raise CourseError(f"an image of at most {MOST_PIXELS:,} pixels", found, remedy) from None


def _pixels(path, *wanted):
    if path.suffix.lower() in RAW:
        raise ValueError("Pillow would find a small preview only")
    try:
        return _decoded(path, path.name, *wanted)
    except (CourseError, Image.DecompressionBombError):
        raise
    except Exception:  # because of the pixels, or of a text or colour profile beside them?
        bare = _without_metadata(path)
        if bare is None:
            raise
        return _decoded(io.BytesIO(bare), path.name, *wanted)


def _opened(file):
    Image.init()  # know all formats, among them those that an add-on has registered
    return Image.open(file, formats=[name for name in FORMATS if name in Image.OPEN])


def _decoded(file, name, side, of):
    """Decode an image; convert, shrink and turn it some rows at a time, because a copy can take 200 MB."""
    with _opened(file) as image:
        n_pixels, factor = image.width * image.height, 1
        if n_pixels > MOST_PIXELS:
            raise Image.DecompressionBombError(f"{image.width} x {image.height} pixels")
        if side and n_pixels > LARGE:
            image.draft(None, (2 * side, 2 * side))  # JPEG can leave out detail while it is decoded
            factor = max(1, of(image.size) // (2 * side))
        deep = ";16" in str(image.tile)
        image.load()
        turn, to_rgb = _turn(image), _to_rgb(image, name, deep)
        shape = [-(-length // factor) for length in reversed(image.size)]
        pixels = np.empty((*(shape[::-1] if turn > 4 else shape), 3), np.uint8)
        as_held = TURNS[turn](pixels)  # the same memory
        for top, strip in _strips(image, factor):
            rows = np.asarray(to_rgb(strip).reduce(factor))
            as_held[top // factor :][: len(rows)] = rows
        if image.has_transparency_data and is_uniform(pixels) and _is_veiled(image):
            remedy = "Is its ink white on a transparent page? Save it on a dark one."
            found = f"{name}, of which nothing is seen on white"
            raise CourseError("an image that shows something", found, remedy)
    return pixels


def _strips(image, factor=1):
    """Cut an image into strips of whole rows; give where each begins, and the strip."""
    n_rows = factor * max(1, STRIP // (image.width * factor))
    for top in range(0, image.height, n_rows):
        yield top, image.crop((0, top, image.width, min(top + n_rows, image.height)))


def _turn(image):
    """How the camera was held, 1 to 8 as in EXIF; metadata that cannot be read say nothing."""
    with contextlib.suppress(Exception):
        turn = image.getexif().get(ORIENTATION)
        return turn if turn in TURNS else 1
    return 1


def _without_metadata(path):
    """Give the content of a PNG without what is damaged or does not belong to its pixels; else None."""
    content = path.read_bytes() if path.stat().st_size < 4 * MOST_PIXELS else b""
    if not content.startswith(b"\x89PNG"):
        return None
    kept, place = [content[:8]], 8
    while place < len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        intact = zlib.crc32(content[place + 4 : end - 4]) == int.from_bytes(content[end - 4 : end], "big")
        name = content[place + 4 : place + 8]
        if name in (b"IHDR", b"PLTE", b"IDAT", b"IEND") or (name in (b"tRNS", b"eXIf") and intact):
            kept.append(content[place:end])
        place = end
    return b"".join(kept)


def _foreign(path):
    """Say what kind of image a file is that Pillow may not know, or None."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        start = file.read(16)
        kinds = (kind for form, kind in FOREIGN.items() if re.match(form, start, re.DOTALL))
        return "camera's raw" if path.suffix.lower() in RAW else next(kinds, None)


def is_uniform(pixels):
    """Whether an image has one colour all over, but for the noise of JPEG."""
    return bool((np.ptp(pixels, axis=(0, 1)) <= 2).all())


def _to_rgb(image, name, deep):
    """Give the function that makes strips of this image red, green and blue."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _to_8_bits(image, name)
    if deep and max(high for _, high in image.getextrema()[:3]) < 16:  # Pillow keeps the higher byte only
        _refuse_unknown_range(name, "less than 4096")
    return _on_white if image.has_transparency_data else lambda strip: strip.convert("RGB")


def _on_white(strip):
    strip = strip.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip).convert("RGB")


def _is_veiled(image):
    alphas = (strip.convert("RGBA").getchannel("A").getextrema() for _, strip in _strips(image))
    return min(low for low, _ in alphas) < 255


def _to_8_bits(image, name):
    """Give the function that scales grey values to 0..255; Pillow's own would cut what is above."""
    ends = [(strip.min(), strip.max()) for strip in (np.asarray(strip) for _, strip in _strips(image))]
    (low, _), (_, high) = np.min(ends, axis=0), np.max(ends, axis=0)
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(258, (16,))[0]
    signed = bits == 16 and tags.get(339) == (2,)
    top = 1 if image.mode == "F" else 2 ** (15 if signed else min(bits, 16)) - 1
    if top == 65535 and high <= 255:
        top = 255  # 8-bit values in a deeper file
    if top == 65535 and high < 4096:
        _refuse_unknown_range(name, f"at most {high}")
    if not 0 <= low <= high <= top:  # written so that NaN is refused too
        found = f"{low:g} to {high:g} in {name}"
        raise CourseError(f"grey values from 0 to {top}", found, "Save the image as an 8-bit PNG first.")

    def scaled(strip):
        values = np.asarray(strip)
        gray = np.rint(values * (255 / top)).astype(np.uint8)
        if tags.get(262) == 0:  # in this TIFF, 0 is white; Pillow minds it in 8 bits only
            gray = 255 - gray
        if isinstance(image.info.get("transparency"), int):
            gray[values == image.info["transparency"]] = 255
        return Image.fromarray(gray).convert("RGB")

    return scaled


def _refuse_unknown_range(name, found):
    """Refuse 16-bit values that are either very dark or those of a camera of 12 bits."""
    remedy = "Is it dark, or are 12 bits all it has? Save it as an 8-bit PNG, as bright as it should be."
    raise CourseError("values up to 65535 in a 16-bit image", f"{found} in {name}", remedy)


def is_image(path):
    if path.suffix.lower() in SUFFIXES or _foreign(path):
        return True
    try:
        with warnings.catch_warnings(action="ignore"), _opened(path):
            return True
    except Exception as error:  # whatever Pillow does with what is no image
        return isinstance(error, Image.DecompressionBombError)
