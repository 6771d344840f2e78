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
    yield "Conv2D" in kinds, "There is a convolution in it: the baseline has none, that is its point."
    yield "Flatten" not in kinds, "Flatten is missing: a dense layer takes a row of numbers, not an image."
    yield kinds.count("Dense") < 3, "A hidden layer is missing: the task asks for two of 512 neurons."
    yield from path_differences(steps, LAYERS)
    return "1,841,162 parameters, more than twenty times those of the convolutional network."


@exercise("function : callable")
def shuffle_pixels(function):
    """Check a function that moves the pixels of all images to other places, all in the same way."""
    rng = np.random.default_rng(0)
    images, order = rng.random((4, 32, 32, 3)).astype("float32"), rng.permutation(32 * 32)
    given = call_for_array(function, images.copy(), order.copy()).astype("float32")
    yield given.shape != images.shape, f"It returns shape {given.shape}: end with reshape(images.shape)."
    right = images.reshape(4, -1, 3)[:, order].reshape(images.shape)
    yield np.array_equal(given, images), "The images came back as they were."
    kept = np.array_equal(np.sort(given.reshape(4, -1)), np.sort(images.reshape(4, -1)))
    yield not kept, "Images have changed places or got pixels of others: shuffle within each image."
    colors = _sorted_pixels(given) == _sorted_pixels(images)
    yield not colors, "Red, green and blue of a pixel are torn apart: reshape to (-1, 32 * 32, 3) first."
    rows = np.array_equal(np.sort(given, axis=1), np.sort(images, axis=1))
    yield rows, "Whole rows have moved: all 1,024 pixels have to change places."
    where = [_order_of(image, other) for image, other in zip(images, given, strict=True)]
    own = any(not np.array_equal(where[0], other) for other in where)
    yield own, "Each image is shuffled in its own way: use the one order for all of them."
    yield not np.array_equal(given, right), "The pixels went elsewhere: place i gets pixel order[i]."
    return "The same pixels in new places, the same way in every image."


def _sorted_pixels(images):
    return [sorted(map(tuple, image.reshape(-1, 3).tolist())) for image in images]


def _order_of(before, after):
    """Find where each pixel of an image came from; its colours occur once."""
    place = {tuple(pixel): number for number, pixel in enumerate(before.reshape(-1, 3).tolist())}
    return [place[tuple(pixel)] for pixel in after.reshape(-1, 3).tolist()]
