"""Steps 3 and 7: bundled photos, and the learner's own image files."""

import contextlib
import re
import unicodedata
from numbers import Integral

import numpy as np
from PIL import Image

from helpers import CourseError, storage, validation
from helpers._decoding import MOST_PIXELS, is_image, is_uniform, read, refuse_large

WEBP_PHOTOS = ("astronaut", "cat", "coffee")
JPEG_PHOTOS = (
    *("apple", "building", "butterfly", "car", "chicky", "dog", "eagle", "fruits", "giraffe"),
    *("horses", "orange", "person", "rocket", "squirrel", "temple"),
)
PHOTOS = tuple(sorted(WEBP_PHOTOS + JPEG_PHOTOS))
LARGEST = 512  # pixels: the longer side of an image from a folder
HIDDEN = {"$recycle.bin", "@eadir", "__macosx", "desktop.ini", "ehthumbs.db", "icon\r", "thumbs.db"}
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}


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
    suffix = ".webp" if name in WEBP_PHOTOS else ".jpg"
    return storage.DATA / "photos" / f"{name}{suffix}"


def load_image(path, size=None):
    """Read any image file as red, green and blue.

    Turned as the camera was held, transparent parts on white, 16-bit images scaled to 8 bits, the first
    image of an animation.

    Parameters
    ----------
    path : path-like
        A JPEG, PNG, WebP, GIF, BMP, TIFF, PPM or (where Pillow reads it) AVIF file, whatever its suffix.
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
        If there is no such file, it is no image, damaged, or larger than 50 million pixels; if its numbers
        can mean several things, or nothing is seen on white; or if `size` is no width and height.
    """
    path = validation.as_path(path, "the path of an image file")
    if size is None:
        return read(path)
    _check_size(size)
    image = Image.fromarray(read(path, max(size), min))
    return np.array(image.resize(size, Image.Resampling.LANCZOS))


def _check_size(size):
    pair = isinstance(size, (tuple, list)) and len(size) == 2 and all(isinstance(n, Integral) for n in size)
    if not pair or min(size) < 1 or size[0] * size[1] > MOST_PIXELS:
        expected = f"size as (width, height) in pixels, at most {MOST_PIXELS:,} of them"
        raise CourseError(expected, repr(size), "size=(32, 32) is the size of CIFAR-10's images.")


# Folders


@validation.checked(folder=validation.path, fewest=validation.count(0))
def load_folder(folder, fewest=2):
    """Read a folder of images that has one subfolder a class.

    A file is an image by its content or its suffix. Hidden files, and what Windows, macOS and Jupyter leave
    in folders, are passed over; all other files that are left out are counted and named. An image with more
    than 512 pixels along its longer side is made smaller while it is read, in proportion.

    Parameters
    ----------
    folder : path-like
        Its subfolders are the classes, in the order of their names, capital letters first, as Keras has them;
        the images lie directly in them.
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
        If there is no such folder or fewer than two classes, a class has too few images, holds folders or
        has the name of another on other computers, or an image cannot be read or shows nothing; it names the
        place.
    """
    inside = _visible(folder) if folder.is_dir() else []
    classes = [path for path in inside if path.is_dir()]
    if len(classes) < 2:
        found = f"{len(classes)} in {folder}" if folder.is_dir() else f"{folder}, which is no folder"
        remedy = "Make a subfolder for each class, named as the class, and put its images into it."
        raise CourseError("a folder with a subfolder for each of two or more classes", found, remedy)
    names = tuple(path.name for path in classes)
    for name in names:
        if not name.isprintable():
            raise CourseError("names of classes that can be shown", ascii(name), "Rename the folder.")
    _check_distinct(names)
    images, labels, left_out = [], [], [path for path in inside if path not in classes]
    for label, path in enumerate(classes):
        files, others = _files_of_class(path, fewest)
        images += [_read_with_class(file) for file in files]
        labels += [label] * len(files)
        left_out += others
    say_left_out(left_out, folder)
    return images, np.array(labels), names


def _visible(folder):
    """List what is in a folder and not hidden, in the same order on every system."""
    try:
        paths = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise CourseError("a folder that can be read", f"{folder} ({error.strerror})", "Copy it.") from None
    return [path for path in paths if not path.name.startswith(".") and path.name.lower() not in HIDDEN]


def image_files(folder):
    """List the images in a folder, known by suffix or content, and everything else that is not hidden."""
    inside = _visible(folder)
    files = [path for path in inside if path.is_file() and is_image(path)]
    return files, [path for path in inside if path not in files]


def say_left_out(paths, folder):
    """Count and name in one sentence what was not read."""
    if paths:
        names = [_printable(path.relative_to(folder).as_posix()) for path in paths]
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        files = "1 file that is no image" if len(names) == 1 else f"{len(names)} files that are no images"
        print(f"Left out {files} of a class: {', '.join(names[:5])}{more}.")


def _printable(name):
    return name.encode("utf-8", "backslashreplace").decode() if name.isprintable() else ascii(name)


def _files_of_class(folder, fewest):
    files, others = image_files(folder)
    deeper = [path.name for path in others if path.is_dir()]
    if deeper:
        found = f"the folder {folder.name}/{deeper[0]}"
        raise CourseError(f"images in the class {folder.name}", found, "Move its images one level up.")
    if len(files) < fewest:
        remedy = "Add images (JPEG, PNG, WebP, GIF, BMP or TIFF), or remove the folder."
        found = f"{len(files)}" + (f", and {len(others)} other files" if others else "")
        raise CourseError(f"{fewest} images or more in the class {folder.name}", found, remedy)
    return files, others


def _read_with_class(file):
    try:
        image = read(file, LARGEST)
        if is_uniform(image):
            found = f"{file.name}, of one colour all over"
            remedy = "Was it taken in the dark, or is it an empty page? Replace or delete it."
            raise CourseError("an image that shows something", found, remedy)
    except CourseError as error:
        found = f"{error.got}, in the folder {file.parent.name}"
        raise CourseError(error.expected, found, error.remedy) from None
    image = Image.fromarray(image)
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    return np.array(image)


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
        Made if it does not exist; what an earlier call wrote there is replaced.
    images : sequence of uint8 arrays, each of shape (height, width, 3)
    labels : sequence of int
        Positions in `class_names`.
    class_names : sequence of str
        Each can be the name of a folder, whatever the computer.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    CourseError
        If labels, names or images do not fit, or the folder holds anything else.
    """
    labels = validation.as_array(labels, "one label an image").ravel()
    labels = [validation.count(0, len(class_names) - 1)(label, "each of labels") for label in labels]
    if len(labels) != len(images):
        found = f"{len(images)} images and {len(labels)} labels"
        raise CourseError("one label an image", found, "Take both from the same set.")
    for name in class_names:
        _check_name(name)
    _check_distinct(class_names)
    stale = _written_before(folder)
    images, count = [_as_image(image) for image in images], {}
    digits = max(3, len(str(len(images))))
    for image, label in zip(images, labels, strict=True):
        number = count[label] = count.get(label, 0) + 1
        file = folder / class_names[label] / f"{class_names[label]}-{number:0{digits}}.png"
        with storage.atomic_path(file) as temporary:
            image.save(temporary)
        stale.discard(file)
    for file in stale:
        file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others are still in it
            file.parent.rmdir()
    return folder


def _as_image(values):
    expected = "images of type uint8 and shape (height, width, 3)"
    if values.dtype != np.uint8 or (values.ndim == 3 and values.shape[2] not in (1, 3)):
        raise CourseError(expected, validation.shown(values), "Take them as load_cifar10 gives them.")
    return Image.fromarray(values[:, :, 0] if values.shape[2:] == (1,) else values)


def _written_before(folder):
    """Find the images that an earlier `save_folder` left; nobody's other files are mixed up with them."""
    if folder.exists() and not folder.is_dir():
        raise CourseError("the name of a folder", f"the file {folder}", "Choose another name.")
    inside = _visible(folder) if folder.is_dir() else []
    files = [file for path in inside for file in (_visible(path) if path.is_dir() else [path])]
    for file in files:
        name = re.escape(file.parent.name)
        if file.parent == folder or file.is_dir() or not re.fullmatch(rf"{name}-\d+\.png", file.name):
            found = f"{_printable(file.relative_to(folder).as_posix())} in {folder}"
            remedy = "Choose the name of a folder that does not exist yet."
            raise CourseError("a new folder, or one that save_folder wrote", found, remedy)
    return set(files)


def _check_name(name):
    """Refuse a name that is not that of one folder on every system, or that `load_folder` passes over."""
    plain = name.isprintable() and not re.search(r'[<>:"/\\|?*]|^[. ]|[. ]$', name)
    usual = name and name.lower() not in HIDDEN and name.lower().partition(".")[0].strip() not in RESERVED
    if not (plain and usual and len(name.encode("utf-8", "replace")) <= 100):
        remedy = 'Use letters, digits, "-" and "_", such as "not-available" for "n/a".'
        raise CourseError("class names that can name a folder", validation.shown(name), remedy)


def _check_distinct(names):
    """Refuse names that some systems take for one: the same but for capital letters or kinds of accents."""
    known = {}
    for name in names:
        form = unicodedata.normalize("NFC", name.casefold())
        if known.setdefault(form, name) != name or names.count(name) > 1:
            found = f"{known[form]!r} and {name!r}"
            raise CourseError("class names that stay apart on every computer", found, "Rename one of them.")


def check_photo(image):
    """Return an image as an array if it is one as `load_image` gives it, or explain what is wrong with it."""
    expected = "a colour image as loaded: (height, width, 3), whole numbers 0..255 (uint8)"
    remedy = "Take it from images.load_image; where several are expected, write a single one as [image]."
    image = validation.as_array(image, expected, remedy=remedy)
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        raise CourseError(expected, f"shape {image.shape} of type {image.dtype}", remedy)
    if image.shape[0] * image.shape[1] > MOST_PIXELS:
        refuse_large(f"shape {image.shape}")
    return image
