"""Step 3: images of digits, varied as photos of handwriting vary."""

import keras
import tensorflow as tf
from keras import layers

from helpers import CourseError, validation

# Digits are no cats: mirrored, a 2 is no 2 any more; turned by half a circle, a 6 is a 9.
# With seeds of their own, the layers draw the same whenever they were made.
PLACES = keras.Sequential(
    [
        layers.RandomRotation(0.08, fill_mode="nearest", seed=1),  # of a full turn: up to 29 degrees
        layers.RandomTranslation(0.2, 0.2, fill_mode="nearest", seed=2),
        layers.RandomZoom((-0.2, 0.6), fill_mode="nearest", seed=3),  # negative: larger
    ]
)


def _images(value, name):
    """Refuse what the steps below would cut off or cannot compute; in a pipeline, too."""
    shape = getattr(value, "shape", ())
    if len(shape) != 4 or getattr(value, "dtype", None) != "float32":
        found = f"shape {shape} of type {getattr(value, 'dtype', validation.shown(value))}"
        remedy = "Divide them by 255 first, and give batches: map(normalize), batch(128), map(augment)."
        raise CourseError("a batch of images 0..1: float32 (N, height, width, channels)", found, remedy)
    return value


@tf.autograph.experimental.do_not_convert  # it would wrap our error in one of its own
@validation.checked(images=_images)
def augment(images, labels):
    """Change each image of a batch at random: place, size, slope, focus, light and grain; for `map`.

    Images are float32 (N, 28, 28, 1) in 0..1; labels are passed on: a digit stays what it is.
    """
    images = _out_of_focus(PLACES(images, training=True))
    darkest, lightest = _each(images, 0, 0.4), _each(images, 0.6, 1)
    images = darkest + images * (lightest - darkest)
    grain = tf.random.normal(tf.shape(images), stddev=0.05)
    return tf.clip_by_value(images + grain, 0, 1), labels


def _out_of_focus(images):
    """Mix each image with its mean over 3 x 3 pixels, in a share of its own."""
    padded = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="SYMMETRIC")  # (N, 30, 30, 1)
    blurred = tf.nn.avg_pool2d(padded, 3, strides=1, padding="VALID")
    share = _each(images, 0, 1)
    return (1 - share) * images + share * blurred


def _each(images, low, high):
    """Draw one random number an image."""
    return tf.random.uniform((tf.shape(images)[0], 1, 1, 1), low, high)
