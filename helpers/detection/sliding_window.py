"""The naive detector: cut an image into windows, and let a classifier look at each of them."""

import numpy as np
from PIL import Image

from helpers import CourseError, validation
from helpers.data import CLASS_NAMES
from helpers.detection.boxes import Detections
from helpers.images import check_photo
from helpers.pretrained import run_in_batches

WINDOW = 32  # pixels, what the classifiers of the course take


@validation.checked(
    image=validation.through(check_photo),
    scales=validation.several(validation.count(1)),
    step=validation.within(0.01, 10),
)
def windows(image, scales=(64, 128, 256), step=0.25):
    """Cut square windows of several sizes out of an image, row by row, overlapping each other.

    Parameters
    ----------
    image : uint8 array, shape (height, width, 3)
    scales : sequence of int
        Sides of the windows in pixels; those larger than the image are left out.
    step : float, default 0.25
        How far to go from one window to the next, as part of its side.

    Returns
    -------
    images : array of uint8, shape (N, 32, 32, 3)
        The windows, brought to the classifier's size.
    boxes : array of int, shape (N, 4)
        Where they were: left, top, right, bottom.

    Raises
    ------
    CourseError
        If no window fits.
    """
    height, width = image.shape[:2]
    boxes = []
    for side in scales:
        stride = max(1, round(side * step))
        for top in range(0, height - side + 1, stride):
            for left in range(0, width - side + 1, stride):
                boxes.append((left, top, left + side, top + side))
    if not boxes:
        found = f"{width} x {height} pixels"
        raise CourseError(
            f"an image that a window of {min(scales)} pixels fits into", found, "Take a larger one."
        )
    whole = Image.fromarray(image)
    size = (WINDOW, WINDOW)
    cut = [np.asarray(whole.resize(size, Image.Resampling.BILINEAR, box=box)) for box in boxes]
    return np.stack(cut), np.array(boxes)


@validation.checked(model=validation.model, class_names=validation.names)
def detect(model, image, scales=(64, 128, 256), step=0.25, class_names=CLASS_NAMES):
    """Classify every window; each is a detection, because the classifier has no answer "nothing here".

    Parameters
    ----------
    model : keras.Model
        Takes float32 images (N, 32, 32, 3) in 0..1, gives probabilities.
    image, scales, step
        As in `windows`.
    class_names : sequence of str, optional
        Those of CIFAR-10 if not given.

    Returns
    -------
    Detections
        One a window.
    """
    images, boxes = windows(image, scales, step)
    probabilities = run_in_batches(model, images.astype(np.float32) / 255, batch_size=256)
    best = probabilities.argmax(axis=1)
    return Detections(boxes.astype(float), best, probabilities.max(axis=1), tuple(class_names))
