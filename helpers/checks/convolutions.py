"""Exercises of episode 3 by hand: pixels of a convolution, its shape, what kernels do."""

import numpy as np

from helpers.checks.answers import array, assigned, known, number, sequence
from helpers.checks.machinery import exercise


@exercise
def convolution_pixels(first, second, image, kernel):
    """Check the first two pixels of an image after a 3 x 3 kernel, calculated by hand.

    Parameters
    ----------
    first : float
        The pixel at the top left of the result.
    second : float
        The pixel to the right of it.
    image : array of shape (height, width)
        The numbers of the image, at least 4 x 6.
    kernel : array of shape (3, 3)
        The kernel.

    Notes
    -----
    Mistakes it recognises:

    * nine products not added
    * a matrix product
    * the kernel turned round
    * the mean instead of the sum
    * the kernel left out
    * another first pixel
    * the kernel moved down
    * the kernel moved by its own width
    * the first pixel again
    * another second pixel
    """
    image, kernel = array(image, "image").astype(float), array(kernel, "kernel").astype(float)
    yield np.size(first) > 1, "first is several numbers: add all nine products up to one."
    patch, right_of_it = image[:3, :3], image[:3, 1:4]
    pixel = float((patch * kernel).sum())
    mistakes = {
        "That comes from a matrix product: multiply number by number, then add all nine.": (
            patch @ kernel
        ).sum(),
        "The kernel is turned round: lay it on the image as it is.": (patch * kernel[::-1, ::-1]).sum(),
        "That is the mean of the nine products: add them, without dividing.": pixel / 9,
        "The kernel is left out: multiply each number by the kernel's number above it.": patch.sum(),
    }
    hint = "lay the kernel on the top left corner and add up nine products."
    yield from known(number(first, "first"), pixel, "first", mistakes, hint)
    mistakes = {
        "The kernel moved down: the second pixel is to the right.": (image[1:4, :3] * kernel).sum(),
        "The kernel moved by three pixels: move it by one.": (image[:3, 3:6] * kernel).sum(),
        "That is the first pixel again: move the kernel to the right by one.": pixel,
    }
    hint = "move the kernel to the right by one and add up nine products."
    yield from known(number(second, "second"), (right_of_it * kernel).sum(), "second", mistakes, hint)
    return "Multiply nine numbers by nine numbers, add them, move on by one: that is a convolution."


@exercise
def output_shape(valid, same, pooled):
    """Check the shapes behind a convolution with 8 kernels of 5 x 5, for images of 64 x 48 with 3 channels.

    Parameters
    ----------
    valid : tuple of int
        Height, width and channels behind the convolution with ``padding="valid"``.
    same : tuple of int
        The same with ``padding="same"``.
    pooled : tuple of int
        The same for ``valid``, behind a maximum pooling with windows of 2 x 2.

    Notes
    -----
    Mistakes it recognises:

    * a number instead of a shape
    * the number of filters forgotten
    * the channels of the image kept
    * width and height swapped
    * the image kept at its size without padding
    * the kernel's whole size taken off
    * the kernel's size taken off on both sides
    * another shape without padding
    * padding that does not help
    * another shape with padding
    * pooling that takes two pixels off
    * pooling that halves the channels
    * another shape after pooling
    """
    shape, padded, small = (
        _without_batch(value, name) for value, name in ((valid, "valid"), (same, "same"), (pooled, "pooled"))
    )
    yield len(shape) == 2, "The third number is missing: the result has a channel for each kernel."
    yield shape[-1] == 3, "The 3 colours are gone: each kernel sums over them, and 8 kernels give 8 channels."
    yield shape == (44, 60, 8), "Width and height are swapped: height first."
    yield shape == (64, 48, 8), "Without padding the kernel stays inside: how often does a 5 fit into 64?"
    yield shape == (59, 43, 8), "A 5 fits into a 5 once, not never: 64 - 5 + 1."
    yield shape == (56, 40, 8), "Half a kernel is lost at each edge, 2 pixels of 5, not 4."
    yield shape != (60, 44, 8), f"valid is not {shape}: height - 5 + 1, width - 5 + 1, one channel a kernel."
    yield padded == shape, "padding='same' adds a border, so that the image keeps its height and width."
    yield (
        padded != (64, 48, 8),
        f"same is not {padded}: the image keeps its size, the channels are the kernels.",
    )
    yield small == (58, 42, 8), "Pooling keeps one of each 2 x 2 numbers: it halves height and width."
    yield small == (30, 22, 4), "Pooling works on each channel by itself, so their number stays."
    yield small != (30, 22, 8), f"pooled is not {small}: half the height, half the width, the same channels."
    return (
        "valid loses the kernel's size less one, same keeps it, pooling halves it; a channel for each kernel."
    )


def _without_batch(value, name):
    shape = sequence(value, name)
    return shape[1:] if len(shape) == 4 and shape[0] is None else shape


@exercise
def kernels(answers):
    """Check which kernel does what.

    Parameters
    ----------
    answers : dict of str to str
        "A" [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], "B" [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        "C" [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "D" nine times 1/9 and
        "E" [[0, 0, 0], [0, 1, 0], [0, 0, 0]], each with "horizontal edges", "vertical edges", "sharpen",
        "blur" or "nothing".

    Notes
    -----
    Mistakes it recognises:

    * a kernel left out
    * an effect that is not in the list
    * horizontal edges not seen
    * vertical edges not seen
    * sharpening not seen
    * blurring not seen
    * a kernel thought to change the image
    """
    key = {
        "A": (
            "horizontal edges",
            "the row below minus the row above is large where it gets brighter downwards.",
        ),
        "B": (
            "vertical edges",
            "the column on the right minus the one on the left: which edges change that way?",
        ),
        "C": ("sharpen", "its sum is 1, and the middle grows by what it differs from its neighbours."),
        "D": ("blur", "this is the mean of nine pixels: what does a mean do to details?"),
        "E": ("nothing", "only the middle counts, and it counts once."),
    }
    yield from assigned(answers, key)
    return "A sum of 0 finds changes, a sum of 1 keeps the brightness: you can read kernels."
