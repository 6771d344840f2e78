import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.check_cases.forms import FUNCTION, builds, dense

PHOTO = (32, 32, 3)


def network(*hidden, outputs=None, shape=PHOTO):
    """Make a learner's function that puts the output layer behind these layers."""
    return builds([*hidden, outputs or dense(10, "softmax")], shape=shape)


def build():
    inputs = keras.Input(shape=PHOTO)
    x = dense(512)(dense(512)(layers.Flatten()(inputs)))
    return keras.Model(inputs, dense(10, "softmax")(x))


def shuffled(images, order):
    return images.reshape(-1, 32 * 32, 3)[:, order].reshape(images.shape)


def each_in_its_own_way(images, order):
    rng = np.random.default_rng(1)
    return np.stack([shuffled(image[None], rng.permutation(order))[0] for image in images])


def tearing_colors_apart(images, order):
    places = np.r_[order, order + 1024, order + 2048]
    return images.reshape(4, -1)[:, places].reshape(images.shape)


CASES = {
    "create_model_dense": {
        "right": [build, build(), network(layers.Flatten(), dense(512), dense(512))],
        **FUNCTION,
        "a tensor instead of a model": lambda: keras.Input(shape=PHOTO),
        "another input": network(layers.Flatten(), dense(512), dense(512), shape=(28, 28, 1)),
        "flatten forgotten": network(dense(512), dense(512)),
        "a hidden layer forgotten": network(layers.Flatten(), dense(512)),
        "another number of neurons": network(layers.Flatten(), dense(512), dense(256)),
        "the activation forgotten": network(layers.Flatten(), dense(512), dense(512, None)),
        "softmax forgotten": network(layers.Flatten(), dense(512), dense(512), outputs=dense(10, None)),
        "a convolution too many": network(layers.Conv2D(3, 3), layers.Flatten(), dense(512), dense(512)),
    },
    "shuffle_pixels": {
        "right": [shuffled, lambda images, order: tf.constant(shuffled(images, order))],
        **FUNCTION,
        "another shape": lambda images, order: images.reshape(-1, 32 * 32, 3)[:, order],
        "nothing moved": lambda images, order: images,
        "the images change places": lambda images, order: images[[3, 0, 1, 2]],
        "each image in its own way": each_in_its_own_way,
        "red, green and blue torn apart": tearing_colors_apart,
        "whole rows moved": lambda images, order: images[:, ::-1],
        "another order": lambda images, order: shuffled(images, np.argsort(order)),
    },
}
