"""Step 8: measure how good predictions are. Numbers only; `plotting` draws them."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support

from helpers import CourseError, model_input, validation


@dataclass(frozen=True, eq=False)
class Predictions:
    """Images, their labels and what a model says about them, all in the same order.

    Indexing like an array (with a mask, a slice or indices) gives the `Predictions` of those images.
    """

    images: np.ndarray  # (N, height, width, channels), as the model saw them
    labels: np.ndarray  # (N,): the true classes, 0 .. n_classes - 1
    probabilities: np.ndarray  # (N, n_classes): the model's answers; every row sums to 1
    pixels: str = "0..1"  # which values of the images stand for black and white

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, which):
        which = np.atleast_1d(np.arange(len(self))[which])
        return Predictions(self.images[which], self.labels[which], self.probabilities[which], self.pixels)

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


Z = NormalDist().inv_cdf(0.975)  # of 95% intervals
MOST_BYTES = 1e9  # of images from a dataset that does not say where it ends


@validation.checked(
    model=validation.model_that("predict_on_batch"),
    batch_size=validation.COUNT,
    pixels=validation.choice(model_input.PIXELS),
)
def predict(model, data, labels=None, batch_size=256, pixels=None):
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
    pixels : "0..1" or "0..255", optional
        Which values the model was trained on: needed for 0..255 where no layer of the model scales them, as
        `model_input` tells; else what its layers expect, or 0..1.

    Returns
    -------
    Predictions
    """
    batches = _array_batches(data, labels, batch_size) if hasattr(data, "shape") else _dataset_batches(data)
    pixels, parts = model_input.chosen_pixels(model, pixels), []
    for images, truth in batches:
        images = np.asarray(images)
        model_input.check_images(model, images, pixels)
        probabilities = np.asarray(model.predict_on_batch(images))
        if np.isnan(probabilities).any():
            found = "nan, which comes from the images" if np.isnan(images.sum()) else "nan, from its weights"
            remedy = "Look at the loss: a training that diverged leaves no numbers. Train it again."
            raise CourseError("answers that are numbers", found, remedy)
        if probabilities.ndim != 2 or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3):
            found = f"an output of shape {probabilities.shape} that does not"
            remedy = 'The last layer of a classifier is Dense(n_classes, activation="softmax").'
            raise CourseError("one row of probabilities an image, which sums to 1", found, remedy)
        parts.append((images, _as_integers(truth, probabilities.shape[1]), probabilities))
    if not parts:
        raise CourseError("at least one image", "none", "Look at the shape of the data.")
    return Predictions(*(np.concatenate(part) for part in zip(*parts, strict=True)), pixels)


def _array_batches(images, labels, batch_size):
    if len(images.shape) != 4:
        found = f"an array of shape {tuple(images.shape)}"
        remedy = "A single image needs a first axis of length 1: image[None]."
        raise CourseError("images of shape (N, height, width, channels)", found, remedy)
    labels = validation.as_array(labels, "one label an image")
    n_labels = len(labels) if labels.ndim else "no"  # None has no axes either
    if n_labels != len(images):
        remedy = "Pass images and labels of the same set: predict(model, test_images, test_labels)."
        raise CourseError("one label an image", f"{len(images)} images and {n_labels} labels", remedy)
    for start in range(0, len(images), batch_size):
        yield images[start : start + batch_size], labels[start : start + batch_size]


def _dataset_batches(dataset):
    if hasattr(dataset, "cardinality") and int(dataset.cardinality()) == -1:
        raise CourseError("a dataset that ends", "one that repeats for ever", "Leave out .repeat().")
    if not np.iterable(dataset):
        raise CourseError("images, or a dataset of them", validation.shown(dataset), "Pass test_images.")
    size = 0
    for batch in dataset:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            remedy = "Keep the labels in the dataset."
            raise CourseError("batches of (images, labels)", "something else", remedy)
        expected = "batches of images: (N, height, width, channels)"
        remedy = "Add .batch(256) to the dataset."
        images = validation.as_array(batch[0], expected, remedy=remedy)
        if images.ndim != 4:
            raise CourseError(expected, f"shape {images.shape}", remedy)
        size += images.nbytes
        if size > MOST_BYTES and not hasattr(dataset, "__len__"):
            found = f"more than {MOST_BYTES:.0e} bytes of images"
            raise CourseError("a dataset that ends", found, "Pass the batches you mean in a list.")
        yield images, batch[1]


def _as_integers(labels, n_classes):
    """Labels of any usual form - (N,), (N, 1), or one-hot (N, n_classes) - as integers (N,)."""
    labels = np.atleast_1d(validation.as_array(labels, "labels as numbers", kinds="buif"))
    if labels.ndim == 2 and labels.shape[1] == n_classes > 1:
        if not ((labels.max(axis=1) == 1) & (labels.sum(axis=1) == 1)).all():
            remedy = "Was `to_categorical` called twice?"
            raise CourseError("one-hot rows with a single 1", "other rows", remedy)
        return labels.argmax(axis=1)
    if labels.size != len(labels):
        expected, found = f"integers or one-hot rows of length {n_classes}", f"labels of shape {labels.shape}"
        raise CourseError(expected, found, "Model and labels must have the same number of classes.")
    integers = labels.ravel().astype(int)
    if (integers < 0).any() or (integers >= n_classes).any() or (integers != labels.ravel()).any():
        expected, found = f"labels 0 .. {n_classes - 1}", f"values from {labels.min()} to {labels.max()}"
        remedy = "Count classes from 0, and use the model that belongs to these classes."
        raise CourseError(expected, found, remedy)
    return integers


def accuracy_interval(n_correct, n):
    """95% interval that a measured accuracy leaves for the true one: Wilson's score interval.

    It covers the random choice of these test images, not another seed or another kind of images.

    Parameters
    ----------
    n_correct : int
        Number of correct predictions.
    n : int
        Number of test images.

    Returns
    -------
    low, high : float
        Fractions in 0..1.

    References
    ----------
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22 (1927) 209-212. Recommended over p +- z sqrt(p (1 - p) / n) by
    L. D. Brown, T. T. Cai and A. DasGupta, Interval estimation for a binomial proportion, Statistical
    Science 16 (2001) 101-133.

    Examples
    --------
    >>> low, high = accuracy_interval(1300, 2000)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.629 to 0.671
    """
    is_share = isinstance(n_correct, float | np.floating) and n_correct <= 1
    n_correct, n = validation.within()(n_correct, "n_correct"), validation.within()(n, "n")
    if not (0 <= n_correct <= n and n > 0) or n_correct % 1 or n % 1 or is_share:
        expected, found = "0 <= n_correct <= n, with at least one image", f"{n_correct:g} of {n:g}"
        counts = "accuracy_interval(predictions.correct.sum(), len(predictions))"
        raise CourseError(expected, found, f"Pass counts, not an accuracy: {counts}.")
    share, shrink = n_correct / n, 1 + Z**2 / n
    center = (share + Z**2 / (2 * n)) / shrink
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / shrink
    return max(0.0, float(center - half)), min(1.0, float(center + half))


def accuracy_difference(first, second):
    """95% interval for the difference of two accuracies that were measured on the same images.

    Most images are easy or hard for both models and say nothing about the difference. It depends on those
    that one of them gets right and the other wrong, and is known better than two separate intervals suggest.

    Parameters
    ----------
    first, second : array of bool, shape (N,)
        Was each image classified correctly? (`Predictions.correct`), in the same order.

    Returns
    -------
    difference, low, high : float
        Accuracy of `second` minus that of `first`, and its interval: fractions in -1..1.

    References
    ----------
    A. Agresti and Y. Min, Simple improved confidence intervals for comparing matched proportions, Statistics
    in Medicine 24 (2005) 729-740: Wald's interval after half an image is added to each of the four cases.
    """
    expected = "right or wrong for each image, as Predictions.correct"
    first, second = (
        validation.as_array(answers, expected, "b", "Pass first.correct, second.correct.")
        for answers in (first, second)
    )
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        found = f"shapes {first.shape} and {second.shape}"
        raise CourseError("two answers for each image", found, "Let both classify the same images.")
    won, lost = (second & ~first).sum(), (first & ~second).sum()
    n, gain, changed = len(first) + 2, won - lost, won + lost + 1
    half = Z * np.sqrt(changed - gain**2 / n) / n
    return float(gain / len(first)), float(gain / n - half), float(gain / n + half)


PREDICTIONS = validation.a(Predictions, "Call predict(model, images, labels) first.")


@validation.checked(predictions=PREDICTIONS)
def per_class(predictions, class_names=None):
    """Precision and recall of each class.

    Parameters
    ----------
    predictions : Predictions
        What `predict` returned.
    class_names : sequence of str, optional
        Names of the classes; their numbers if not given.

    Returns
    -------
    pandas.DataFrame
        One row a class: `precision` (of the images given this class, the share that belongs to it),
        `recall` (of its images, the share that was found), `f1` (their harmonic mean), all in 0..1 and
        NaN where there is nothing to divide by, and `images`, how many there are.
    """
    names = _names(predictions, class_names)
    columns = precision_recall_fscore_support(
        predictions.labels, predictions.predicted, labels=range(len(names)), zero_division=np.nan
    )
    names = pd.Index(names, name="class")
    return pd.DataFrame(dict(zip(("precision", "recall", "f1", "images"), columns, strict=True)), names)


def _names(predictions, class_names):
    n_classes = predictions.probabilities.shape[1]
    names = list(range(n_classes)) if class_names is None else validation.as_names(class_names, n_classes)
    if any("$" in str(name) for name in names):  # Jupyter would show the tables with formulas in them
        pd.options.display.html.use_mathjax = False
    return names


@validation.checked(predictions=PREDICTIONS, n=validation.count(0))
def most_confident_mistakes(predictions, n=9):
    """The `n` wrong `Predictions` that the model was most confident of, the most confident one first."""
    mistakes = np.flatnonzero(~predictions.correct)
    order = np.argsort(-predictions.confidence[mistakes], kind="stable")
    return predictions[mistakes[order][:n]]
