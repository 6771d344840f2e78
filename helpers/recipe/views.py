"""How the best network answers: the mean of six views."""

import numpy as np

from helpers import CourseError, arguments, takes
from helpers.prediction import Predictions
from helpers.recipe.start import checked_images


@takes.checked(model=takes.model, batch_size=takes.COUNT)
def predict_views(model, images, labels, batch_size=500):
    """Classify six views of each image - in place and shifted, mirrored or not - and average the answers.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    images : array of float32, shape (N, height, width, channels)
        Values 0..1.
    labels : array of shape (N,) or (N, 1)
        True classes, as integers.
    batch_size : int, default 500
        Images at once.

    Returns
    -------
    helpers.evaluation.Predictions
        The images as they came.

    Raises
    ------
    CourseError
        If the images are not what the model takes, or there is not one label for each.
    """
    images = checked_images(images, model)
    labels = arguments.array(labels, "whole numbers as labels", "iu").ravel()
    if len(labels) != len(images):
        remedy = "Pass integer labels, one for each image, in the same order."
        raise CourseError(f"{len(images)} labels", f"{len(labels)}", remedy)
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    probabilities = 0
    for corner, weight in ((1, 0.25), (0, 0.125), (2, 0.125)):  # the image in place counts twice
        view = padded[:, corner : corner + height, corner : corner + width]
        for flipped in (view, view[:, :, ::-1]):
            probabilities += weight * model.predict(flipped, batch_size=batch_size, verbose=0)
    return Predictions(images, labels.astype(int), probabilities)
