"""Step 3: folders of images, one subfolder a class: the usual form of one's own data."""

import numpy as np
from PIL import Image

from helpers import CourseError, arguments, paths, takes
from helpers.images import load_image

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


@takes.checked(folder=takes.path, fewest=takes.count(0))
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


@takes.checked(folder=takes.path, images=takes.several(takes.array("u", 2, 3)), class_names=takes.names)
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
    labels = arguments.array(labels, "one label an image").ravel()
    labels = [takes.count(0, len(class_names) - 1)(label, "each of labels") for label in labels]
    if len(labels) != len(images):
        found = f"{len(images)} images and {len(labels)} labels"
        raise CourseError("one label an image", found, "Take both from the same set.")
    count = {}
    for image, label in zip(images, labels, strict=True):
        number = count[label] = count.get(label, 0) + 1
        name = class_names[label]
        with paths.atomic_path(folder / name / f"{name}-{number:03}.png") as temporary:
            Image.fromarray(image).save(temporary)
    return folder
