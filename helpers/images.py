"""Steps 3 and 7: bundled photos, and the learner's own image files."""

import warnings
from numbers import Integral

import numpy as np
from PIL import Image, ImageOps

from helpers import CourseError, storage, validation

PHOTOS = ("astronaut", "cat", "coffee", "rocket", "temple")
# Pillow reads some 40 formats; one of them is a program that Ghostscript would run.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
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
    return load_image(storage.checked(photo_path(name)))


def photo_path(name):
    """Find the file of a photo that comes with the course."""
    if not isinstance(name, str) or name not in PHOTOS:
        raise CourseError(f"one of the photos {', '.join(PHOTOS)}", repr(name), "Choose one of these names.")
    suffix = ".webp" if name in ("astronaut", "cat", "coffee") else ".jpg"
    return storage.DATA / "photos" / f"{name}{suffix}"


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
    image = _to_rgb(_read(validation.as_path(path, "the path of an image file")))
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


@validation.checked(folder=validation.path, fewest=validation.count(0))
def load_folder(folder, fewest=2):
    """Read a folder of images that has one subfolder a class.

    Parameters
    ----------
    folder : path-like
        Its subfolders are the classes, in alphabetical order; other files than images are passed over.
    fewest : int, default 2
        How many images a class must have at least: one to learn from, and one to check.

    Returns
    -------
    images : list of uint8 arrays, each of shape (height, width, 3)
        Each in its own size.
    labels : array of int, shape (N,)
        Positions in `class_names`.
    class_names : tuple of str
        The names of the subfolders.

    Raises
    ------
    CourseError
        If there is no such folder or fewer than two classes, a class has too few images or holds folders,
        or an image cannot be read; it names the place.
    """
    classes = sorted(path for path in folder.glob("*/") if not path.name.startswith("."))
    if len(classes) < 2:
        found = f"{len(classes)} in {folder}" if folder.is_dir() else f"{folder}, which is no folder"
        remedy = "Make a subfolder for each class, named as the class, and put its images into it."
        raise CourseError("a folder with a subfolder for each of two or more classes", found, remedy)
    images, labels = [], []
    for label, path in enumerate(classes):
        files = _image_files(path, fewest)
        images += [_read_with_class(file) for file in files]
        labels += [label] * len(files)
    return images, np.array(labels), tuple(path.name for path in classes)


def _image_files(folder, fewest):
    deeper = [path for path in sorted(folder.glob("*/")) if not path.name.startswith(".")]
    if deeper:
        found = f"the folder {folder.name}/{deeper[0].name}"
        raise CourseError(f"images in the class {folder.name}", found, "Move its images one level up.")
    visible = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    files = [path for path in visible if path.suffix.lower() in SUFFIXES]
    if len(files) < fewest:
        remedy = "Add images (JPEG, PNG, WebP, GIF, BMP or TIFF), or remove the folder."
        raise CourseError(f"{fewest} images or more in the class {folder.name}", f"{len(files)}", remedy)
    return files


def _read_with_class(file):
    try:
        return load_image(file)
    except CourseError as error:
        found = f"{error.got}, in the folder {file.parent.name}"
        raise CourseError(error.expected, found, error.remedy) from None


@validation.checked(
    folder=validation.path,
    images=validation.several(validation.array("u", 2, 3)),
    class_names=validation.names,
)
def save_folder(folder, images, labels, class_names):
    """Write images as PNG files, one subfolder a class: what `load_folder` reads.

    Parameters
    ----------
    folder : path-like
        Made if it does not exist; files of the same name are replaced, others stay.
    images : sequence of uint8 arrays, each of shape (height, width, 3)
    labels : sequence of int
        Positions in `class_names`.
    class_names : sequence of str

    Returns
    -------
    pathlib.Path
        The folder.
    """
    labels = validation.as_array(labels, "one label an image").ravel()
    labels = [validation.count(0, len(class_names) - 1)(label, "each of labels") for label in labels]
    if len(labels) != len(images):
        found = f"{len(images)} images and {len(labels)} labels"
        raise CourseError("one label an image", found, "Take both from the same set.")
    count = {}
    for image, label in zip(images, labels, strict=True):
        number = count[label] = count.get(label, 0) + 1
        name = class_names[label]
        with storage.atomic_path(folder / name / f"{name}-{number:03}.png") as temporary:
            Image.fromarray(image).save(temporary)
    return folder


def check_photo(image):
    """Return an image as an array if it is one as `load_image` gives it, or explain what is wrong with it."""
    expected = "a colour image as loaded: (height, width, 3), whole numbers 0..255 (uint8)"
    remedy = "Take it from images.load_image; where several are expected, write a single one as [image]."
    image = validation.as_array(image, expected, remedy=remedy)
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        raise CourseError(expected, f"shape {image.shape} of type {image.dtype}", remedy)
    return image
