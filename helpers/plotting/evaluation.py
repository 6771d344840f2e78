"""Which predictions were wrong."""

from numbers import Integral

from helpers import CourseError, validation
from helpers.data import CLASS_NAMES
from helpers.plotting.images import show_images
from helpers.plotting.names import shorten
from helpers.plotting.style import describe, percent


def plot_mistakes(predictions, n=10, class_names=CLASS_NAMES):
    """Show the wrong predictions that the model was most confident of, with true and predicted class.

    Parameters
    ----------
    predictions : Predictions
        What `evaluation.predict` returned.
    n : int, default 10
        How many; fewer if there are fewer mistakes.
    class_names : sequence of str, optional
        Names of the classes; those of CIFAR-10 if not given.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (rows, 5)
    """
    from helpers import evaluation

    if not isinstance(n, Integral) or n < 1:
        got = f"n={validation.shown(n)}"
        raise CourseError("a number of images, 1 or more", got, "Pass names as class_names=....")
    worst = evaluation.most_confident_mistakes(predictions, n)
    if not len(worst):
        raise CourseError("at least one wrong prediction", "none", "All images were classified correctly.")
    class_names = validation.as_names(class_names, worst.probabilities.shape[1])
    answers = [
        (shorten(class_names[true], 16), shorten(class_names[predicted], 16), percent(confidence))
        for true, predicted, confidence in zip(worst.labels, worst.predicted, worst.confidence, strict=True)
    ]
    titles = [f"true: {true}\n{predicted}? {share}" for true, predicted, share in answers]
    axes = show_images(worst.images, titles, columns=5, size=1.75)
    found = ", ".join(f"{true} taken for {predicted} ({share})" for true, predicted, share in answers)
    return describe(axes, f"The {len(worst)} most confident mistakes, with their probabilities: {found}.")
