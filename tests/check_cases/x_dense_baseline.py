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


def sent_back(images, order):
    pixels = images.reshape(len(images), -1, 3)
    restored = np.empty_like(pixels)
    restored[:, order] = pixels
    return restored.reshape(images.shape)


def lost(images, order):
    restored = np.zeros_like(images)
    restored[:, :16] = sent_back(images, order)[:, :16]
    return restored


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
    "unshuffle_pixels": {
        "right": [
            *(sent_back, lambda images, order: tf.constant(sent_back(images, order))),
            lambda images, order: shuffled(images, np.argsort(order)),
        ],
        **FUNCTION,
        "another shape": lambda images, order: images.reshape(-1, 32 * 32, 3)[:, np.argsort(order)],
        "nothing moved": lambda images, order: images,
        "shuffled again": shuffled,
        "half of the pixels lost": lost,
        "moved to other places": lambda images, order: images[:, ::-1],
    },
}
