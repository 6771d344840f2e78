"""Step 3: folders of pictures, one subfolder a class: the usual form of one's own data."""

import numpy as np
from PIL import Image

from helpers import CourseError, arguments, paths, takes
from helpers.images import load_picture

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


@takes.checked(folder=takes.path, fewest=takes.count(0))
def load_folder(folder, fewest=2):
    """Read a folder of pictures that has one subfolder a class.

    Parameters
    ----------
    folder : path-like
        Its subfolders are the classes, in alphabetical order; other files than pictures are passed over.
    fewest : int, default 2
        How many pictures a class must have at least: one to learn from, and one to check.

    Returns
    -------
    pictures : list of uint8 arrays, each of shape (height, width, 3)
        Each in its own size.
    labels : array of int, shape (N,)
        Positions in `class_names`.
    class_names : tuple of str
        The names of the subfolders.

    Raises
    ------
    CourseError
        If there is no such folder or fewer than two classes, a class has too few pictures or holds folders,
        or a picture cannot be read; it names the place.
    """
    classes = sorted(path for path in folder.glob("*/") if not path.name.startswith("."))
    if len(classes) < 2:
        found = f"{len(classes)} in {folder}" if folder.is_dir() else f"{folder}, which is no folder"
        remedy = "Make a subfolder for each class, named as the class, and put its pictures into it."
        raise CourseError("a folder with a subfolder for each of two or more classes", found, remedy)
    pictures, labels = [], []
    for label, path in enumerate(classes):
        files = _picture_files(path, fewest)
        pictures += [_read_with_class(file) for file in files]
        labels += [label] * len(files)
    return pictures, np.array(labels), tuple(path.name for path in classes)


def _picture_files(folder, fewest):
    deeper = [path for path in sorted(folder.glob("*/")) if not path.name.startswith(".")]
    if deeper:
        found = f"the folder {folder.name}/{deeper[0].name}"
        raise CourseError(f"pictures in the class {folder.name}", found, "Move its pictures one level up.")
    visible = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    files = [path for path in visible if path.suffix.lower() in SUFFIXES]
    if len(files) < fewest:
        remedy = "Add pictures (JPEG, PNG, WebP, GIF, BMP or TIFF), or remove the folder."
        raise CourseError(f"{fewest} pictures or more in the class {folder.name}", f"{len(files)}", remedy)
    return files


def _read_with_class(file):
    try:
        return load_picture(file)
    except CourseError as error:
        found = f"{error.got}, in the folder {file.parent.name}"
        raise CourseError(error.expected, found, error.remedy) from None


@takes.checked(folder=takes.path, pictures=takes.several(takes.array("u", 2, 3)), class_names=takes.names)
def save_folder(folder, pictures, labels, class_names):
    """Write pictures as PNG files, one subfolder a class: what `load_folder` reads.

    Parameters
    ----------
    folder : path-like
        Made if it does not exist; files of the same name are replaced, others stay.
    pictures : sequence of uint8 arrays, each of shape (height, width, 3)
    labels : sequence of int
        Positions in `class_names`.
    class_names : sequence of str

    Returns
    -------
    pathlib.Path
        The folder.
    """
    labels = arguments.array(labels, "one label a picture").ravel()
    labels = [takes.count(0, len(class_names) - 1)(label, "each of labels") for label in labels]
    if len(labels) != len(pictures):
        found = f"{len(pictures)} pictures and {len(labels)} labels"
        raise CourseError("one label a picture", found, "Take both from the same set.")
    count = {}
    for picture, label in zip(pictures, labels, strict=True):
        number = count[label] = count.get(label, 0) + 1
        name = class_names[label]
        with paths.atomic_path(folder / name / f"{name}-{number:03}.png") as temporary:
            Image.fromarray(picture).save(temporary)
    return folder
