"""Kernels, and a convolution written out with NumPy."""

import re

import numpy as np

from helpers import CourseError, validation

PADDINGS = ("valid", "same")  # none, or zeros around the image

KERNELS = {
    "unchanged": np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "horizontal edges": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "vertical edges": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "blur": np.full((3, 3), 1 / 9),
    "Sobel, horizontal edges": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "Sobel, vertical edges": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
}


@validation.checked(
    image=validation.array("buif", 2, 3),
    kernel=validation.array("buif", 2),
    padding=validation.choice(PADDINGS),
)
def convolve(image, kernel, padding="valid"):
    """Slide a kernel over an image, (H, W) or (H, W, C): multiply element by element and add, float64.

    This is what Keras's `Conv2D` computes. Mathematicians call it cross-correlation: for their convolution
    they turn the kernel by 180 degrees first. With "same", zeros around the image keep its size.
    """
    if not all(side % 2 for side in kernel.shape):
        expected = "a kernel with odd sides, such as 3 x 3"
        raise CourseError(expected, f"shape {kernel.shape}", "Add a row of 0.")
    if padding == "same":
        margins = [(side // 2, side // 2) for side in kernel.shape] + [(0, 0)] * (image.ndim - 2)
        image = np.pad(image, margins)
    if image.shape[0] < kernel.shape[0] or image.shape[1] < kernel.shape[1]:
        found = f"kernel {kernel.shape}, image {image.shape}"
        raise CourseError("a kernel no larger than the image", found, "Use a smaller kernel.")
    # The neighbourhood of each pixel of the result, (..., h, w): multiply it by the kernel, and add.
    neighborhoods = np.lib.stride_tricks.sliding_window_view(image, kernel.shape, axis=(0, 1))
    return np.einsum("...hw,hw->...", neighborhoods, kernel.astype(float))


@validation.checked(image=validation.array("buif", 3))
def gray(image):
    """Turn a colour image (H, W, 3) into grey (H, W), float64, by the brightness that people see (BT.601)."""
    if image.shape[2] != 3:
        raise CourseError("three channels: red, green, blue", f"{image.shape[2]}", "Is it grey already?")
    return image @ np.array([0.299, 0.587, 0.114])


def parse_kernel(text):
    """Read a kernel that somebody has typed, as rows of numbers like "0 -1 0; -1 5 -1; 0 -1 0" or a list."""
    text = re.sub(r"[];]", "\n", str(text)).replace("[", " ").replace("\N{MINUS SIGN}", "-")
    rows = [row.replace(",", " ").split() for row in text.splitlines()]
    rows = [[_number(word) for word in row] for row in rows if row]
    lengths = [len(row) for row in rows]
    if len(set(lengths)) != 1:
        found = "rows of " + ", ".join(map(str, lengths)) if rows else "nothing"
        raise CourseError("equally many numbers in each row", found, "Is a space or a comma missing?")
    if len(rows) % 2 == 0 or lengths[0] % 2 == 0:
        found = f"{len(rows)} rows of {lengths[0]}"
        raise CourseError("an odd number of rows and columns", found, "3 rows of 3 numbers are usual.")
    return np.array(rows)


def _number(word):
    numerator, slash, denominator = word.partition("/")
    try:
        value = float(numerator) / float(denominator) if slash else float(word)
    except (ValueError, ZeroDivisionError):
        value = np.nan
    if not np.isfinite(value):
        remedy = "Write numbers like 2, -1, 0.5 or 1/9, with a space or a comma between them."
        raise CourseError("numbers", repr(word), remedy)
    return value
