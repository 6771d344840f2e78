"""What a classifier answers: for one image, for a table of images, and where it was wrong."""

from numbers import Integral

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from helpers import CourseError, validation
from helpers.data import CLASS_NAMES
from helpers.plotting.images import brightest, check_image, show_image, show_images
from helpers.plotting.style import (
    BLUE,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    PALE_BLUE,
    VERMILION,
    describe,
    percent,
    shorten,
)

ROW, COLUMN = 0.46, 0.72  # of `digit_table`, in inches


def probability_bars(probabilities, class_names, true_class=None, ax=None):
    """Draw the probability of each class as a horizontal bar, the highest one hatched and in bold."""
    probabilities = _checked(probabilities, class_names)
    true_index = None if true_class is None else _class_index(true_class, class_names)
    winner, places = int(probabilities.argmax()), np.arange(len(class_names))
    ax = ax or plt.subplots(figsize=(5.5, 0.38 * len(places) + 0.9), layout="constrained")[1]
    bars = ax.barh(places, probabilities, height=0.72, facecolor=PALE_BLUE, edgecolor=BLUE)
    bars[winner].set(facecolor=ORANGE, edgecolor=INK, hatch="//")
    names = [
        f"{shorten(name)} (true)" if place == true_index else shorten(name)
        for place, name in enumerate(class_names)
    ]
    ax.set_yticks(places, names)
    ax.set(xlim=(0, 1.22), ylim=(len(places) - 0.4, -0.6), xlabel="Probability")
    ax.set_xticks((0, 0.25, 0.5, 0.75, 1))
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, 1)  # the room beyond is for the numbers
    ax.tick_params(axis="y", length=0)
    for place, value in enumerate(probabilities):
        weight = "bold" if place == winner else "normal"
        ax.text(value + 0.02, place, f"{value:.1%}", va="center", size=12, weight=weight)
        ax.get_yticklabels()[place].set_weight(weight)
    truth = "" if true_index is None else f"; the true class is {class_names[true_index]}"
    text = f"Bars of {len(places)} probabilities: {class_names[winner]} is highest with "
    return describe(ax, text + f"{probabilities[winner]:.1%}{truth}.")


def plot_prediction(image, probabilities, class_names, true_class):
    """Show an image beside its probabilities, with true and predicted class in the title.

    Parameters
    ----------
    image : array, shape (H, W) or (H, W, 3)
        The image, uint8 or float 0..1.
    probabilities : array of float, shape (n_classes,)
        What the network answered.
    class_names : sequence of str, length n_classes
        Names in the order of the probabilities.
    true_class : int or str
        The right answer.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (2,)
        The image's axes and those of the bars.
    """
    image, probabilities = check_image(image), _checked(probabilities, class_names)
    true_name = shorten(class_names[_class_index(true_class, class_names)])
    predicted = shorten(class_names[int(probabilities.argmax())])
    height = max(3.2, 0.36 * len(class_names) + 1.1)
    layout = {"width_ratios": (1, 1.35), "layout": "constrained", "gridspec_kw": {"wspace": 0.06}}
    figure, axes = plt.subplots(1, 2, figsize=(8, height), **layout)
    show_image(image, ax=axes[0])
    probability_bars(probabilities, class_names, true_class, ax=axes[1])
    sign, verdict = ("✓", "right") if predicted == true_name else ("✗", "wrong")
    figure.suptitle(f"True class: {true_name}    Predicted: {predicted} {sign}", size=15)
    text = f"One image of class {true_name} beside its probabilities: predicted {predicted} with "
    return describe(axes, f"{text}{probabilities.max():.1%}, which is {verdict}.")


def _digit(value, name):
    return None if value is None else validation.count()(value, name)


@validation.checked(
    images=validation.several(validation.through(check_image)),
    probabilities=validation.array(),
    digits=validation.several(_digit),
)
def digit_table(images, probabilities, digits):
    """Draw a row for each image, with a column for each class; the winner is green ✓ if right, else red ✗.

    Parameters
    ----------
    images : sequence of images
        Each as `show_image` takes it.
    probabilities : array of float, shape (N, n_classes)
        What a network answered.
    digits : sequence of int or None, length N
        What each image shows; None for an image of no digit, where every answer is wrong.
    """
    if probabilities.ndim != 2 or not len(images) == len(probabilities) == len(digits) > 0:
        found = f"{len(images)} images, probabilities of shape {probabilities.shape}, {len(digits)} digits"
        remedy = "Take all three from the same set."
        raise CourseError("a row of probabilities and a digit for each image", found, remedy)
    rows, classes = probabilities.shape
    ax = plt.subplots(figsize=(COLUMN * (classes + 1) + 0.2, ROW * (rows + 1)), layout="constrained")[1]
    ax.set(xlim=(-1.1, classes), ylim=(rows, -1), aspect="auto")
    ax.axis("off")
    for column in range(classes):
        ax.text(column + 0.5, -0.4, str(column), ha="center", va="center", weight="bold", color=INK)
    parts = zip(images, probabilities, digits, strict=True)
    right = [_draw_row(ax, row, *those) for row, those in enumerate(parts)]
    strangers = sum(digit is None for digit in digits)
    also = f"; {strangers} of them no digit, and yet answered" if strangers else ""
    text = f"Table of {rows} images and the probabilities of {classes} classes"
    return describe(ax, f"{text}: the most probable class is right for {sum(right)} of them{also}.")


def _draw_row(ax, row, image, probabilities, digit):
    """Draw one image and its probabilities; return whether the winner is right."""
    height, width = 0.88 * np.array(image.shape[:2]) / max(image.shape[:2]) * (1, ROW / COLUMN)
    place = (-0.5 - width / 2, -0.5 + width / 2, row + 0.5 + height / 2, row + 0.5 - height / 2)
    ax.imshow(image, vmin=0, vmax=brightest(image), extent=place, aspect="auto", interpolation="antialiased")
    ax.axhline(row, color=GRAY, linewidth=0.6)
    winner = int(probabilities.argmax())
    right = winner == digit
    place = (winner + 0.04, row + 0.08)
    ax.add_patch(Rectangle(place, 0.92, 0.84, facecolor=GREEN if right else VERMILION, edgecolor=INK))
    for column, value in enumerate(probabilities):
        if column == winner:
            words = {"s": f"{'✓' if right else '✗'} {value:.0%}", "color": "black", "weight": "bold"}
        else:
            words = {"s": f"{value:.0%}", "color": GRAY if value < 0.005 else INK}
        ax.text(column + 0.5, row + 0.52, ha="center", va="center", size=10, **words)
    return right


def _class_index(label, class_names):
    """Return the number of a class that is given by name or number."""
    names = validation.as_names(class_names)
    if isinstance(label, str) and label in names:
        return names.index(label)
    expected = f"a class name or a whole number from 0 to {len(names) - 1}"
    number = np.ravel(validation.as_array(label, expected))
    if number.size == 1 and number.dtype.kind in "uif" and number[0] in range(len(names)):
        return int(number[0])
    raise CourseError(expected, validation.shown(label), "A one-hot row becomes a number with .argmax().")


def _checked(probabilities, class_names):
    """Return probabilities as an array of shape (n_classes,), or explain what is wrong with them."""
    class_names = validation.as_names(class_names)
    try:
        values = np.asarray(probabilities, dtype="float64")  # bfloat16, too
    except (TypeError, ValueError):
        got = validation.shown(probabilities)
        raise CourseError("probabilities as numbers", got, "Pass what predict() gives.") from None
    if values.shape != (len(class_names),):
        expected = f"{len(class_names)} probabilities, one for each class name"
        got = f"an array of shape {values.shape}"
        raise CourseError(expected, got, "Take one image's row: probabilities[0].")
    if not ((values >= 0) & (values <= 1)).all() or abs(values.sum() - 1) > 0.01:
        got = f"values from {values.min():.3g} to {values.max():.3g} with sum {values.sum():.3g}"
        remedy = "Does the network's last layer have activation='softmax'?"
        raise CourseError("probabilities between 0 and 1 that add up to 1", got, remedy)
    return values


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
