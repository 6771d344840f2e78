"""Step 7: let a model classify images, and keep images, labels and answers together."""

from dataclasses import dataclass

import numpy as np

from helpers import CourseError, arguments, takes


@dataclass(frozen=True, eq=False)
class Predictions:
    """Images, their labels and what a model says about them, all in the same order.

    Indexing like an array (with a mask, a slice or indices) gives the `Predictions` of those images.

    Attributes
    ----------
    images : ndarray of shape (N, height, width, channels)
        The images as the model saw them.
    labels : ndarray of int, shape (N,)
        The true classes, 0 .. n_classes - 1.
    probabilities : ndarray of float, shape (N, n_classes)
        The model's answers; every row sums to 1.
    """

    images: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, which):
        which = np.atleast_1d(np.arange(len(self))[which])
        return Predictions(self.images[which], self.labels[which], self.probabilities[which])

    @property
    def predicted(self):
        """The most probable class of each image: int, shape (N,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self):
        """The probability of that class: float in 0..1, shape (N,)."""
        return self.probabilities.max(axis=1)

    @property
    def correct(self):
        """Is the most probable class the true one? bool, shape (N,)."""
        return self.predicted == self.labels

    @property
    def accuracy(self):
        """Share of correct predictions: a fraction in 0..1, not a percentage."""
        return float(self.correct.mean())


@takes.checked(model=takes.model_that("predict_on_batch"), batch_size=takes.COUNT)
def predict(model, data, labels=None, batch_size=256):
    """Let a model classify images, and keep images, labels and answers together.

    All three come from one pass. Taking the labels from a second pass over a shuffled dataset pairs them
    with other images: even a perfect classifier then looks no better than chance.

    Parameters
    ----------
    model : keras.Model
        A classifier that gives probabilities.
    data : array-like of shape (N, height, width, channels), or tf.data.Dataset
        The images, prepared as for training; or a dataset of batches (images, labels), shuffled or not.
    labels : array-like of shape (N,), (N, 1) or (N, n_classes), optional
        The true classes as integers or one-hot encoded; only if `data` is an array.
    batch_size : int, default 256
        Images that go through the model at once; a dataset has its own batches.

    Returns
    -------
    Predictions

    Raises
    ------
    CourseError
        If images, labels and model do not fit together, or the dataset has no end, no batches or no labels.
    """
    batches = _array_batches(data, labels, batch_size) if hasattr(data, "shape") else _dataset_batches(data)
    parts = []
    for images, truth in batches:
        images = np.asarray(images)
        _check_shape(model, images)
        _check_range(model, images)
        probabilities = np.asarray(model.predict_on_batch(images))
        _check_probabilities(probabilities)
        parts.append((images, as_integers(truth, probabilities.shape[1]), probabilities))
    if not parts:
        raise CourseError("at least one image", "none", "Look at the shape of the data.")
    return Predictions(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _check_shape(model, images):
    wanted = getattr(model, "input_shape", None)
    if not isinstance(wanted, tuple):  # several inputs, or no Keras model
        return
    if not arguments.fits_shape(images.shape[1:], wanted[1:]):
        raise CourseError(
            f"images of shape {('N', *wanted[1:])}, as the model takes them",
            f"shape {images.shape}",
            "Resize them as those it was trained with: images.load_image(path, size=...).",
        )


def _array_batches(images, labels, batch_size):
    if len(images.shape) != 4:
        raise CourseError(
            "images of shape (N, height, width, channels)",
            f"an array of shape {tuple(images.shape)}",
            "A single image needs a first axis of length 1: image[None].",
        )
    if labels is None or not np.ndim(labels) or len(labels) != len(images):
        raise CourseError(
            "one label an image",
            f"{len(images)} images and {len(labels) if np.ndim(labels) else 'no'} labels",
            "Pass images and labels of the same set: predict(model, test_images, test_labels).",
        )
    for start in range(0, len(images), batch_size):
        yield images[start : start + batch_size], labels[start : start + batch_size]


def _dataset_batches(dataset):
    if hasattr(dataset, "cardinality") and int(dataset.cardinality()) == -1:
        raise CourseError("a dataset that ends", "one that repeats for ever", "Leave out .repeat().")
    if not np.iterable(dataset):
        raise CourseError("images, or a dataset of them", arguments.shown(dataset), "Pass test_images.")
    for batch in dataset:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise CourseError(
                "batches of (images, labels)", "something else", "Keep the labels in the dataset."
            )
        expected = "batches of images: (N, height, width, channels)"
        remedy = "Add .batch(256) to the dataset."
        images = arguments.array(batch[0], expected, remedy=remedy)
        if images.ndim != 4:
            raise CourseError(expected, f"shape {images.shape}", remedy)
        yield images, batch[1]


def _check_range(model, images):
    if images.max(initial=0) > 2 and not has_scaling(model):
        raise CourseError(
            "images with values in 0..1, as the model was trained",
            f"values up to {images.max():g}",
            'Prepare them in the same way as for training: images.astype("float32") / 255.',
        )


def has_scaling(model):
    """Say whether a model scales images itself, so that it takes values 0..255.

    Scaling after the first weights has to do with something else.
    """
    for layer in _parts(model):
        if type(layer).__name__ in ("Rescaling", "Normalization"):
            return True
        if getattr(layer, "weights", []):
            return False
    return False


def _parts(layer):
    """Give the layers of a model in order, also those of models within it."""
    inner = getattr(layer, "layers", None)
    return [layer] if inner is None else [part for one in inner for part in _parts(one)]


def _check_probabilities(probabilities):
    if probabilities.ndim != 2 or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3):
        raise CourseError(
            "one row of probabilities an image, which sums to 1",
            f"an output of shape {probabilities.shape} that does not",
            'The last layer of a classifier is Dense(n_classes, activation="softmax").',
        )


def as_integers(labels, n_classes):
    """Turn labels of any usual form into integers.

    Parameters
    ----------
    labels : array-like of shape (N,), (N, 1) or (N, n_classes)
        Integers, or one-hot rows.
    n_classes : int
        Number of classes.

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    CourseError
        If they are neither, or a label is not in 0 .. n_classes - 1.
    """
    n_classes = arguments.whole(n_classes, "n_classes", low=1)
    labels = np.atleast_1d(arguments.array(labels, "labels as numbers", kinds="buif"))
    if not labels.size:
        return np.zeros(0, dtype=int)
    if labels.ndim == 2 and labels.shape[1] == n_classes > 1:
        if not ((labels.max(axis=1) == 1) & (labels.sum(axis=1) == 1)).all():
            raise CourseError(
                "one-hot rows with a single 1", "other rows", "Was `to_categorical` called twice?"
            )
        return labels.argmax(axis=1)
    integers = labels.reshape(len(labels), -1)
    if integers.shape[1] != 1:
        raise CourseError(
            f"integers or one-hot rows of length {n_classes}",
            f"labels of shape {labels.shape}",
            "Model and labels must have the same number of classes.",
        )
    integers = integers[:, 0].astype(int)
    if (integers < 0).any() or (integers >= n_classes).any() or (integers != labels.reshape(-1)).any():
        raise CourseError(
            f"labels 0 .. {n_classes - 1}",
            f"values from {labels.min()} to {labels.max()}",
            "Count classes from 0, and use the model that belongs to these classes.",
        )
    return integers
