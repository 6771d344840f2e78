"""Steps 3 and 7: bundled photos, and the learner's own picture files."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from helpers import CourseError, paths

PHOTOS = ("astronaut", "cat", "coffee", "flower", "rocket", "temple")
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
    if name not in PHOTOS:
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
        If there is no such file, it is no picture, damaged, or larger than 50 million pixels.
    """
    picture = _to_rgb(_open(Path(path)))
    if size is not None:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _open(path):
    if not path.is_file():
        raise CourseError("a picture file", f"{path}, which is not there", "Check name and folder.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; the next lines refuse them
            picture = Image.open(path)
            if picture.width * picture.height > MOST_PIXELS:
                raise CourseError(
                    f"a picture of at most {MOST_PIXELS:,} pixels",
                    f"{picture.width} x {picture.height} pixels in {path.name}",
                    "Make it smaller with any picture program first.",
                )
            picture.load()
    except Image.DecompressionBombError:
        remedy = "Make it smaller with any picture program first."
        found = f"far more in {path.name}"
        raise CourseError(f"a picture of at most {MOST_PIXELS:,} pixels", found, remedy) from None
    except CourseError:
        raise
    except Exception as error:  # Pillow's decoders fail in many ways
        remedy = "Open it in a picture program and save it again as PNG or JPEG."
        raise CourseError("a picture file", f"{path.name}, which cannot be read ({error})", remedy) from None
    return picture


def _to_rgb(picture):
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        values = np.asarray(picture, dtype=np.float64)
        # 16-bit files hold 0..65535; Pillow's own conversion would cut everything above 255.
        scale = 255 if values.max(initial=0) <= 1 and picture.mode == "F" else 1 / 257
        picture = Image.fromarray(np.clip(np.rint(values * scale), 0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")
