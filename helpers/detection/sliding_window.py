"""The naive detector: cut an image into windows, and let a classifier look at each of them."""

import numpy as np
from PIL import Image

from helpers import CourseError, validation
from helpers.data import CLASS_NAMES
from helpers.detection.boxes import Detections
from helpers.images import check_photo
from helpers.pretrained import run_in_batches

SIDE = 32  # pixels, what the classifiers of the course take


@validation.checked(
    model=validation.model,
    image=validation.through(check_photo),
    scales=validation.several(validation.count(1)),
    step=validation.within(0.01, 10),
    class_names=validation.names,
)
def detect(model, image, scales=(64, 128, 256), step=0.25, class_names=CLASS_NAMES):
    """Classify square windows of several sizes, row by row, overlapping each other.

    Each window is a detection, because the classifier has no answer "nothing here".

    Parameters
    ----------
    model : keras.Model
        Takes float32 images (N, 32, 32, 3) in 0..1, gives probabilities.
    image : uint8 array, shape (height, width, 3)
    scales : sequence of int
        Sides of the windows in pixels; those larger than the image are left out.
    step : float, default 0.25
        How far to go from one window to the next, as part of its side.
    class_names : sequence of str, optional
        Those of CIFAR-10 if not given.

    Returns
    -------
    Detections
        One a window.
    """
    boxes = [box for side in scales for box in _places(*image.shape[:2], side, max(1, round(side * step)))]
    if not boxes:
        expected = f"an image that a window of {min(scales)} pixels fits into"
        found = f"{image.shape[1]} x {image.shape[0]} pixels"
        raise CourseError(expected, found, "Take a larger one.")
    whole = Image.fromarray(image)
    cut = [np.asarray(whole.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)) for box in boxes]
    windows = np.stack(cut).astype(np.float32) / 255  # (N, 32, 32, 3)
    probabilities = run_in_batches(model, windows, batch_size=256)  # (N, n_classes)
    labels, scores = probabilities.argmax(axis=1), probabilities.max(axis=1)
    return Detections(np.array(boxes, dtype=float), labels, scores, tuple(class_names))


def _places(height, width, side, stride):
    """Left, top, right, bottom of each window of one size."""
    for top in range(0, height - side + 1, stride):
        for left in range(0, width - side + 1, stride):
            yield left, top, left + side, top + side
