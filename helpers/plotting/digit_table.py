"""A table with images: what a network says about each digit."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from helpers import CourseError, validation
from helpers.plotting.images import check_image
from helpers.plotting.style import GRAY, GREEN, INK, VERMILION, describe

ROW, COLUMN = 0.46, 0.72  # inches


def _digit(value, name):
    return None if value is None else validation.as_whole(value, name)


@validation.checked(
    images=validation.several(validation.through(check_image)),
    probabilities=validation.array(),
    digits=validation.several(_digit),
)
def digit_table(images, probabilities, digits, ax=None):
    """Draw a row for each image, with a column for each class; the winner is green ✓ if right, else red ✗.

    Parameters
    ----------
    images : sequence of images
        Each as `show_image` takes it.
    probabilities : array of float, shape (N, n_classes)
        What a network answered.
    digits : sequence of int or None, length N
        What each image shows; None for an image of no digit, where every answer is wrong.
    ax : matplotlib.axes.Axes, optional
        Where to draw; made if left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CourseError
        If there is not one row of probabilities and one digit for each image.
    """
    if probabilities.ndim != 2 or not len(images) == len(probabilities) == len(digits) > 0:
        raise CourseError(
            "a row of probabilities and a digit for each image",
            f"{len(images)} images, probabilities of shape {probabilities.shape}, {len(digits)} digits",
            "Take all three from the same set.",
        )
    rows, classes = probabilities.shape
    ax = ax or plt.subplots(figsize=(COLUMN * (classes + 1) + 0.2, ROW * (rows + 1)), layout="constrained")[1]
    ax.set(xlim=(-1.1, classes), ylim=(rows, -1), aspect="auto")
    ax.axis("off")
    for column in range(classes):
        ax.text(column + 0.5, -0.4, str(column), ha="center", va="center", weight="bold", color=INK)
    right = [
        _draw_row(ax, row, *parts)
        for row, parts in enumerate(zip(images, probabilities, digits, strict=True))
    ]
    strangers = sum(digit is None for digit in digits)
    also = f"; {strangers} of them no digit, and yet answered" if strangers else ""
    text = f"Table of {rows} images and the probabilities of {classes} classes"
    return describe(ax, f"{text}: the most probable class is right for {sum(right)} of them{also}.")


def _draw_row(ax, row, image, probabilities, digit):
    """Draw one image and its probabilities; return whether the winner is right."""
    top = 1 if image.dtype.kind in "fb" else 255
    height, width = 0.88 * np.array(image.shape[:2]) / max(image.shape[:2]) * (1, ROW / COLUMN)
    place = (-0.5 - width / 2, -0.5 + width / 2, row + 0.5 + height / 2, row + 0.5 - height / 2)
    ax.imshow(image, vmin=0, vmax=top, extent=place, aspect="auto", interpolation="antialiased")
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
