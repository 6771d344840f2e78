"""What needs the internet: other networks and other images. Offline, each function says so and what to do.

Nothing here is needed by a notebook of the course as it stands.
"""

import contextlib
import importlib
import socket

import numpy as np

from helpers import CourseError, validation

PATIENCE = 20  # seconds to wait for each answer of a server


@validation.checked(dataset=validation.TEXT, class_names=validation.names, per_class=validation.COUNT)
def tfds_images(dataset, class_names, per_class=40):
    """Take some training images of some classes from a data set of TensorFlow Datasets.

    Parameters
    ----------
    dataset : str
        A set of single images with one label each, such as "food101" (4.7 GB when downloaded).
    class_names : sequence of str
        The classes to take, as the set names them.
    per_class : int, default 40
        How many images of each.

    Returns
    -------
    images : list of uint8 arrays, each of shape (height, width, 3)
    labels : array of int, shape (N,)
        Positions in `class_names`.

    Raises
    ------
    CourseError
        If the set cannot be fetched, or has no such class.
    """
    tfds = package("tensorflow-datasets")
    with fetching(f"the data set {dataset}"):
        rows, info = tfds.load(dataset, split="train", as_supervised=True, with_info=True)
    known = info.features["label"].names
    unknown = [name for name in class_names if name not in known]
    if unknown:
        few = ", ".join(known[:5])
        raise CourseError(f"classes of {dataset} ({few}, ...)", f"{unknown}", "Look at info.features.")
    taken = {name: [] for name in class_names}
    for image, label in tfds.as_numpy(rows):
        chosen = taken.get(known[label])
        if chosen is not None and len(chosen) < per_class:
            chosen.append(image)
        if all(len(images) == per_class for images in taken.values()):
            break
    labels = np.repeat(np.arange(len(taken)), [len(images) for images in taken.values()])
    return [image for images in taken.values() for image in images], labels


def package(name):
    """Import a package that is not among the course's own, or say how to install it."""
    try:
        return importlib.import_module(name.replace("-", "_"))
    except ImportError as error:
        remedy = f"Install it with `%pip install {name}`, restart the kernel and run this cell again."
        raise CourseError(f"the package {name}", f"{type(error).__name__}: {error}", remedy) from None


@contextlib.contextmanager
def fetching(what):
    """Turn every way in which a download fails into one clear error."""
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    except Exception as error:  # Keras, TFDS and the hubs each have their own, down to a bare Exception
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        remedy = "Go online and try again, or stay with what the course bundles."
        raise CourseError(f"a network from which {what} can be fetched", reason, remedy) from None
    finally:
        socket.setdefaulttimeout(patience)
