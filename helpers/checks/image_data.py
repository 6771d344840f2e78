"""Exercises of episode 2 on pictures: the order of their axes, and what may be changed."""

from helpers.checks.answers import assigned, sequence
from helpers.checks.machinery import exercise


@exercise
def picture_shape(array_shape, pixel_index, target_size):
    """Check the order of height, width and channels, for a colour photo that PIL calls 640 x 480.

    Parameters
    ----------
    array_shape : tuple of int
        The shape of the photo as an array.
    pixel_index : tuple of int
        The first two indices, in the array, of the pixel 100 to the right of the corner and 20 below it.
    target_size : tuple of int
        What `load_img` needs to make a picture that is 64 pixels wide and 32 high.

    Notes
    -----
    Mistakes it recognises:

    * a number instead of a shape
    * width and height swapped
    * the channels forgotten
    * the channels first
    * an axis for the number of pictures
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
    yield len(shape) == 4, "This is one picture, so there is no axis that counts pictures."
    yield shape != (480, 640, 3), f"The shape is not {shape}: write (height, width, channels)."
    pixel = sequence(pixel_index, "pixel_index")
    yield pixel == (100, 20), "Right and down are swapped: the first index counts rows, from the top down."
    yield (
        pixel != (20, 100),
        f"Pixel {pixel} lies elsewhere: the first index is the row, the second the column.",
    )
    size = sequence(target_size, "target_size")
    yield size == (64, 32), "target_size is (height, width): Keras says it as arrays do, not as PIL does."
    yield size != (32, 64), f"target_size {size} makes a picture {size[-1]} wide: write (height, width)."
    return "PIL says (width, height), arrays and target_size say height first, and channels come last."


@exercise
def augmentation(answers):
    """Check which changes of a picture leave its label true.

    Parameters
    ----------
    answers : dict of str to bool
        "cat, left and right swapped", "handwritten 6, turned by 180 degrees", "frog, slightly darker",
        "letter b, left and right swapped", "ripe tomato, turned green" and "truck, slightly larger":
        True where the label stays true.

    Notes
    -----
    Mistakes it recognises:

    * a picture left out
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
    return "Augment with changes that leave the label true: what they are depends on the pictures."
