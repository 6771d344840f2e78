"""Steps 3 and 7: bundled photos, and the learner's own image files."""

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
    return load_image(paths.checked(photo_path(name)))


def photo_path(name):
    """Find the file of a photo that comes with the course."""
    if not isinstance(name, str) or name not in PHOTOS:
        raise CourseError(f"one of the photos {', '.join(PHOTOS)}", repr(name), "Choose one of these names.")
    suffix = ".webp" if name in ("astronaut", "cat", "coffee") else ".jpg"
    return paths.DATA / "photos" / f"{name}{suffix}"


def load_image(path, size=None):
    """Read any image file as red, green and blue.

    Turned as the camera was held, transparent parts on white, 16-bit images scaled to 8 bits, the first
    image of an animation.

    Parameters
    ----------
    path : path-like
        A JPEG, PNG, WebP, GIF, BMP or TIFF file.
    size : (int, int), optional
        Width and height in pixels to which the image is resized, in Pillow's order. Its proportions change
        if the image has others.

    Returns
    -------
    array of uint8, shape (height, width, 3)
        Values 0..255.

    Raises
    ------
    CourseError
        If there is no such file, it is no image, damaged, or larger than 50 million pixels; or if `size` is
        no width and height.
    """
    if size is not None:
        _check_size(size)
    image = _to_rgb(_read(arguments.path(path, "the path of an image file")))
    if size is not None:
        image = image.resize(size, Image.Resampling.LANCZOS)
    return np.array(image)


def _check_size(size):
    pair = isinstance(size, (tuple, list)) and len(size) == 2 and all(isinstance(n, Integral) for n in size)
    if not pair or min(size) < 1 or size[0] * size[1] > MOST_PIXELS:
        expected = f"size as (width, height) in pixels, at most {MOST_PIXELS:,} of them"
        raise CourseError(expected, repr(size), "size=(32, 32) is the size of CIFAR-10's images.")


def _read(path):
    if not path.is_file():
        found = f"{path}, which is " + ("a folder" if path.is_dir() else "not there")
        raise CourseError("an image file", found, "Check name and folder.")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError(f"{image.width} x {image.height} pixels")
            return ImageOps.exif_transpose(image)
    except Image.DecompressionBombError as error:  # raised by Pillow too, for images larger still
        remedy = "Make it smaller with any image program first."
        expected = f"an image of at most {MOST_PIXELS:,} pixels"
        raise CourseError(expected, f"more in {path.name}: {error}", remedy) from None
    except Exception as error:  # Pillow's decoders fail in many ways
        remedy = "Open it in an image program and save it again as PNG or JPEG."
        raise CourseError("an image file", f"{path.name}, which cannot be read ({error})", remedy) from None


def _to_rgb(image):
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = _to_8_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _to_8_bits(image):
    """Scale grey values to 0..255; Pillow's own conversion would cut everything above."""
    values = np.asarray(image, dtype=np.float64)
    top = 1 if image.mode == "F" else 65535
    if image.mode == "I" and values.max() <= 255:
        top = 255  # 8-bit values in a 32-bit file
    if not ((values >= 0) & (values <= top)).all():
        found = f"{values.min():g} to {values.max():g}"
        raise CourseError(f"grey values from 0 to {top}", found, "Save the image as an 8-bit PNG first.")
    return Image.fromarray(np.rint(values * (255 / top)).astype(np.uint8))
