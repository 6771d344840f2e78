"""Step 8: measure how good predictions are. Numbers only; `plotting` draws them.

`predict` and what it returns live in `prediction` and can be had from here too.
"""

from statistics import NormalDist

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from helpers import CourseError, arguments, takes
from helpers.prediction import Predictions, predict

__all__ = [
    "Predictions",
    "accuracy_difference",
    "accuracy_interval",
    "calibration",
    "confusion",
    "expected_calibration_error",
    "most_confident_mistakes",
    "per_class",
    "predict",
]


def accuracy_interval(n_correct, n, level=0.95):
    """Interval that a measured accuracy leaves for the true one: Wilson's score interval.

    It speaks of the luck of drawing these test images, not of another seed or another kind of images.

    Parameters
    ----------
    n_correct : int
        Number of correct predictions.
    n : int
        Number of test images.
    level : float in 0..1, default 0.95
        Confidence level.

    Returns
    -------
    low, high : float
        Fractions in 0..1.

    Raises
    ------
    CourseError
        If the numbers are not 0 <= n_correct <= n with n > 0, or the level not between 0 and 1.

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
    n_correct, n = arguments.number(n_correct, "n_correct"), arguments.number(n, "n")
    if not (0 <= n_correct <= n and n > 0):
        raise CourseError(
            "0 <= n_correct <= n, with at least one image",
            f"{n_correct:g} of {n:g}",
            "Pass counts, not an accuracy: accuracy_interval(predictions.correct.sum(), len(predictions)).",
        )
    if not 0 < arguments.number(level, "level") < 1:
        raise CourseError("a level between 0 and 1", f"{level}", "95 % is level=0.95.")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = n_correct / n
    center = share + z**2 / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = (center - half) / (1 + z**2 / n), (center + half) / (1 + z**2 / n)
    return max(0.0, float(low)), min(1.0, float(high))


@takes.checked(level=takes.within(1e-9, 1 - 1e-9))
def accuracy_difference(first, second, level=0.95):
    """Interval for the difference of two accuracies that were measured on the same images.

    Most images are easy or hard for both models and say nothing about the difference. It hangs on those
    that one of them gets right and the other wrong, and is known better than two separate intervals suggest.

    Parameters
    ----------
    first, second : array of bool, shape (N,)
        Was each image classified correctly? (`Predictions.correct`), in the same order.
    level : float in 0..1, default 0.95
        Confidence level.

    Returns
    -------
    difference, low, high : float
        Accuracy of `second` minus that of `first`, and its interval: fractions in -1..1.

    Raises
    ------
    CourseError
        If the two do not belong to the same images.

    References
    ----------
    A. Agresti and Y. Min, Simple improved confidence intervals for comparing matched proportions, Statistics
    in Medicine 24 (2005) 729-740: Wald's interval after half an image is added to each of the four cases.
    """
    expected = "right or wrong for each image, as Predictions.correct"
    first, second = (arguments.array(answers, expected, "bui").astype(bool) for answers in (first, second))
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        found = f"shapes {first.shape} and {second.shape}"
        raise CourseError("two answers for each image", found, "Let both classify the same images.")
    won, lost = (second & ~first).sum(), (first & ~second).sum()
    n, gain, changed = len(first) + 2, won - lost, won + lost + 1
    half = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(changed - gain**2 / n) / n
    return float(gain / len(first)), float(gain / n - half), float(gain / n + half)


def confusion(predictions, class_names=None):
    """Count how often each true class (row) was taken for each class (column).

    Parameters
    ----------
    predictions : Predictions
        What `predict` returned.
    class_names : sequence of str, optional
        Names of the classes; their numbers if not given.

    Returns
    -------
    pandas.DataFrame of int, shape (n_classes, n_classes)
        Index "True", columns "Predicted"; each row sums to the number of images of that class.
    """
    names = _names(predictions, class_names)
    counts = confusion_matrix(predictions.labels, predictions.predicted, labels=range(len(names)))
    return pd.DataFrame(counts, pd.Index(names, name="True"), pd.Index(names, name="Predicted"))


def per_class(predictions, class_names=None):
    """Precision and recall of each class.

    Parameters
    ----------
    predictions, class_names
        As in `confusion`.

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
    n_classes = _checked(predictions).probabilities.shape[1]
    if class_names is None:
        return list(range(n_classes))
    return arguments.names(class_names, n_classes)


def _checked(predictions):
    remedy = "Call evaluation.predict(model, images, labels) first."
    return arguments.of_type(predictions, Predictions, "the predictions that `predict` returned", remedy)


def calibration(predictions, n_bins=10):
    """Compare how sure the model was with how often it was right.

    Parameters
    ----------
    predictions : Predictions
        What `predict` returned.
    n_bins : int, default 10
        Number of equally wide bins of confidence in 0..1.

    Returns
    -------
    pandas.DataFrame
        One row a bin: `low` and `high` (low < confidence <= high), `images`, and the means `confidence` and
        `accuracy` (NaN in an empty bin). A calibrated model has the same number in both.
    """
    _checked(predictions), arguments.whole(n_bins, "n_bins", low=1, high=1000)
    edges = np.linspace(0, 1, n_bins + 1)
    bins = np.clip(np.searchsorted(edges, predictions.confidence, side="left") - 1, 0, n_bins - 1)
    rows = pd.DataFrame({"confidence": predictions.confidence, "accuracy": predictions.correct.astype(float)})
    means = rows.groupby(bins).mean().reindex(range(n_bins))
    counts = np.bincount(bins, minlength=n_bins)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "images": counts}).join(means)


def expected_calibration_error(predictions, n_bins=10):
    """Mean distance of confidence and accuracy over the bins of `calibration`, weighted by their images.

    Parameters
    ----------
    predictions, n_bins
        As in `calibration`.

    Returns
    -------
    float
        In 0..1; 0 is a calibrated model.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, On calibration of modern neural networks, Proceedings
    of the 34th International Conference on Machine Learning (2017) 1321-1330.
    """
    table = calibration(predictions, n_bins)
    gaps = (table.confidence - table.accuracy).abs()
    return float((gaps * table.images).sum() / table.images.sum())


def most_confident_mistakes(predictions, n=9):
    """Select the wrong predictions that the model was most sure of.

    Parameters
    ----------
    predictions : Predictions
        What `predict` returned.
    n : int, default 9
        How many; fewer if there are fewer mistakes.

    Returns
    -------
    Predictions
        The surest mistake first.
    """
    n = arguments.whole(n, "n")
    mistakes = np.flatnonzero(~_checked(predictions).correct)
    order = np.argsort(-predictions.confidence[mistakes], kind="stable")
    return predictions[mistakes[order][:n]]
