"""Steps 3 and 7: bundled photos, and the learner's own picture files."""

import warnings
from numbers import Integral

import numpy as np
from PIL import Image, ImageOps

from helpers import CourseError, arguments, paths

PHOTOS = ("astronaut", "cat", "coffee", "rocket", "temple")
# Pillow reads some 40 formats; one of them is a program that Ghostscript would run.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
MOST_PIXELS = 50_000_000  # a phone's photo has 12 to 48 million


def load_photo(name):
    """Load a photo that comes with the course.

    Parameters
    ----------
    name : str
        One of `PHOTOS`.

    Returns
    -------
    array of uint8, shape (height, width, 3)
        Values 0..255, channels red, green, blue.

    Raises
    ------
    CourseError
        If there is no photo of that name, or its file is missing or damaged.
    """
    return load_picture(paths.checked(photo_path(name)))


def photo_path(name):
    """Find the file of a photo that comes with the course."""
    if not isinstance(name, str) or name not in PHOTOS:
        raise CourseError(f"one of the photos {', '.join(PHOTOS)}", repr(name), "Choose one of these names.")
    suffix = ".webp" if name in ("astronaut", "cat", "coffee") else ".jpg"
    return paths.DATA / "photos" / f"{name}{suffix}"


def load_picture(path, size=None):
    """Read any picture file as red, green and blue.

    Turned as the camera was held, transparent parts on white, 16-bit pictures scaled to 8 bits, the first
    picture of an animation.

    Parameters
    ----------
    path : path-like
        A JPEG, PNG, WebP, GIF, BMP or TIFF file.
    size : (int, int), optional
        Width and height in pixels to which the picture is resized, in Pillow's order. Its proportions change
        if the picture has others.

    Returns
    -------
    array of uint8, shape (height, width, 3)
        Values 0..255.

    Raises
    ------
    CourseError
        If there is no such file, it is no picture, damaged, or larger than 50 million pixels; or if `size` is
        no width and height.
    """
    if size is not None:
        _check_size(size)
    picture = _to_rgb(_read(arguments.path(path, "the path of a picture file")))
    if size is not None:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return np.array(picture)


def _check_size(size):
    pair = isinstance(size, (tuple, list)) and len(size) == 2 and all(isinstance(n, Integral) for n in size)
    if not pair or min(size) < 1 or size[0] * size[1] > MOST_PIXELS:
        expected = f"size as (width, height) in pixels, at most {MOST_PIXELS:,} of them"
        raise CourseError(expected, repr(size), "size=(32, 32) is the size of CIFAR-10's pictures.")


def _read(path):
    if not path.is_file():
        found = f"{path}, which is " + ("a folder" if path.is_dir() else "not there")
        raise CourseError("a picture file", found, "Check name and folder.")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError(f"{picture.width} x {picture.height} pixels")
            return ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError as error:  # raised by Pillow too, for pictures larger still
        remedy = "Make it smaller with any picture program first."
        expected = f"a picture of at most {MOST_PIXELS:,} pixels"
        raise CourseError(expected, f"more in {path.name}: {error}", remedy) from None
    except Exception as error:  # Pillow's decoders fail in many ways
        remedy = "Open it in a picture program and save it again as PNG or JPEG."
        raise CourseError("a picture file", f"{path.name}, which cannot be read ({error})", remedy) from None


def _to_rgb(picture):
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        picture = _to_8_bits(picture)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def _to_8_bits(picture):
    """Scale grey values to 0..255; Pillow's own conversion would cut everything above."""
    values = np.asarray(picture, dtype=np.float64)
    top = 1 if picture.mode == "F" else 65535
    if picture.mode == "I" and values.max() <= 255:
        top = 255  # 8-bit values in a 32-bit file
    if not ((values >= 0) & (values <= top)).all():
        found = f"{values.min():g} to {values.max():g}"
        raise CourseError(f"grey values from 0 to {top}", found, "Save the picture as an 8-bit PNG first.")
    return Image.fromarray(np.rint(values * (255 / top)).astype(np.uint8))
