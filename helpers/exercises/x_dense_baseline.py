"""Exercises of the dense baseline."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import FLATTEN, OUTPUT, dense, learners_model, path, path_differences
from helpers.exercises.parsing import call_for_array

LAYERS = (FLATTEN, dense(512), dense(512), OUTPUT)


@exercise("function : callable or keras.Model")
def create_model_dense(function):
    """Check the network without convolutions: flatten, 512, 512, 10; 1,841,162 parameters."""
    model = yield from learners_model(function)
    shape = model.input_shape
    yield shape != (None, 32, 32, 3), f"Its input has shape {shape}: take keras.Input(shape=(32, 32, 3))."
    steps = path(model)
    kinds = [step.kind for step in steps]
    yield "Conv2D" in kinds, "There is a convolution in it: the baseline has none: that is the point of it."
    yield "Flatten" not in kinds, "Flatten is missing: a dense layer takes a row of numbers, not an image."
    yield from path_differences(steps, LAYERS)
    return "1,841,162 parameters, more than twenty times those of the CNN."


@exercise("function : callable")
def unshuffle_pixels(function):
    """Check a function that moves shuffled pixels back to where they were, in all images."""
    rng = np.random.default_rng(0)
    images, order = rng.random((4, 32, 32, 3)).astype("float32"), rng.permutation(32 * 32)
    pixels = images.reshape(4, -1, 3)[:, order]
    shuffled = pixels.reshape(images.shape)
    given = call_for_array(function, shuffled.copy(), order.copy()).astype("float32")
    yield given.shape != images.shape, f"It returns the shape {given.shape}: end with reshape(images.shape)."
    yield np.array_equal(given, shuffled), "The images came back as they were: still shuffled."
    again = np.array_equal(given, pixels[:, order].reshape(images.shape))
    yield again, "That shuffles a second time: order says where each pixel came from, so send it back there."
    kept = np.array_equal(np.sort(given.reshape(4, -1)), np.sort(images.reshape(4, -1)))
    yield not kept, "Some values got lost, or moved to another image: each image keeps all its pixels."
    elsewhere = not np.array_equal(given, images)
    yield elsewhere, "The pixels moved, but not to where they were before the shuffle."
    return "Every pixel is back in its place: the shuffle had lost nothing."
