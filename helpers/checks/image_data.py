"""Exercises of episode 2 on images: the order of their axes, their values, what may be changed."""

import numpy as np

from helpers.checks.answers import array, assigned, sequence
from helpers.checks.machinery import exercise


@exercise
def image_shape(array_shape, pixel_index, target_size):
    """Check the order of height, width and channels, for a colour photo that PIL calls 640 x 480.

    Parameters
    ----------
    array_shape : tuple of int
        The shape of the photo as an array.
    pixel_index : tuple of int
        The first two indices, in the array, of the pixel 100 to the right of the corner and 20 below it.
    target_size : tuple of int
        What `load_img` needs to make an image that is 64 pixels wide and 32 high.

    Notes
    -----
    Mistakes it recognises:

    * a number instead of a shape
    * width and height swapped
    * the channels forgotten
    * the channels first
    * an axis for the number of images
    * another shape
    * right and down swapped
    * another pixel
    * width first in target_size
    * another target_size
    """
    shape = sequence(array_shape, "array_shape")
    yield (
        shape[:2] == (640, 480),
        "Width and height are swapped: PIL gives width first, an array height first.",
    )
    yield shape == (480, 640), "The third number is missing: a colour photo has 3 channels."
    yield shape[0] == 3, "The channels come last here: (height, width, channels)."
    yield len(shape) == 4, "This is one image, so there is no axis that counts images."
    yield shape != (480, 640, 3), f"The shape is not {shape}: write (height, width, channels)."
    pixel = sequence(pixel_index, "pixel_index")
    yield pixel == (100, 20), "Right and down are swapped: the first index counts rows, from the top down."
    yield (
        pixel != (20, 100),
        f"Pixel {pixel} lies elsewhere: the first index is the row, the second the column.",
    )
    size = sequence(target_size, "target_size")
    yield size == (64, 32), "target_size is (height, width): Keras says it as arrays do, not as PIL does."
    yield size != (32, 64), f"target_size {size} makes an image {size[-1]} wide: write (height, width)."
    return "PIL says (width, height), arrays and target_size say height first, and channels come last."


@exercise
def normalize(normalized, images):
    """Check images that were brought from 0..255 to 0..1.

    Parameters
    ----------
    normalised : array of float32, same shape as `images`
        The learner's images, values in 0..1.
    images : array of uint8
        The images as they were loaded, values in 0..255.

    Notes
    -----
    Mistakes it recognises:

    * values left as they were
    * the original images changed
    * another shape
    * normalised twice
    * whole numbers divided without a remainder
    * fractions rounded away
    * divided by 256
    * values from -1 to 1
    * each image stretched by itself
    * float64 images
    * other values
    """
    result, images = array(normalized, "normalised"), array(images, "images")
    yield (
        images.max() <= 1,
        "The original images were changed: load them again, and give the result its own name.",
    )
    yield (
        result.shape != images.shape,
        f"The shape changed from {images.shape} to {result.shape}: only divide.",
    )
    yield (
        np.array_equal(result, images),
        "The values still go up to 255: divide by the largest possible value.",
    )
    right = images / 255
    yield (
        np.allclose(result, right / 255, atol=1e-6),
        "The images are normalised twice: they are almost black.",
    )
    yield (
        np.array_equal(result, images // 255),
        "// throws the remainder away and leaves only 0 and 1: use /.",
    )
    yield np.array_equal(result, right.round()), "Only 0 and 1 are left: keep the fractions, do not round."
    yield (
        np.allclose(result, images / 256, atol=1e-6),
        "The largest value is 255, not 256: 0..255 are 256 values.",
    )
    yield result.min() < 0, "There are negative values: 0 stays 0, and 255 becomes 1."
    yield (
        not np.allclose(result, right, atol=1e-3) and np.isclose([result.min(), result.max()], [0, 1]).all(),
        "The images are stretched by their own darkest and brightest pixel: divide all of them by 255.",
    )
    yield not np.allclose(result, right, atol=1e-3), f"The values go to {result.max():.4g}: divide by 255."
    yield (
        getattr(normalized, "dtype", None) == np.float64,
        "float64 takes twice the memory for nothing: divide by np.float32(255).",
    )
    return f"0..255 became 0..1: the mean was {images.mean():.2f} and is {result.mean():.4f} now."


@exercise
def augmentation(answers):
    """Check which changes of an image leave its label true.

    Parameters
    ----------
    answers : dict of str to bool
        "cat, left and right swapped", "handwritten 6, turned by 180 degrees", "frog, slightly darker",
        "letter b, left and right swapped", "ripe tomato, turned green" and "truck, slightly larger":
        True where the label stays true.

    Notes
    -----
    Mistakes it recognises:

    * an image left out
    * an answer that is neither True nor False
    * a mirrored cat thought to be no cat
    * a turned 6 thought to be a 6
    * a darker frog thought to be no frog
    * a mirrored b thought to be a b
    * a green tomato thought to be ripe
    * a larger truck thought to be no truck
    """
    key = {
        "cat, left and right swapped": (True, "a cat that looks to the other side is a cat."),
        "handwritten 6, turned by 180 degrees": (False, "turn your head, and it is a 9."),
        "frog, slightly darker": (True, "in the shade it is the same frog."),
        "letter b, left and right swapped": (False, "it reads as a d now."),
        "ripe tomato, turned green": (False, "here the colour is what decides on the label."),
        "truck, slightly larger": (True, "a truck that comes closer stays a truck."),
    }
    yield from assigned(answers, key)
    return "Augment with changes that leave the label true: what they are depends on the images."
