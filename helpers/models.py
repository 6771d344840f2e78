"""Step 4: the networks of the course, all in Keras's functional API.

Each function returns a new, untrained and uncompiled model; shapes in the comments leave out the batch axis.
"""

import math

import keras
from keras import layers

from helpers import CourseError, validation

IMAGE_SHAPE = (32, 32, 3)
N_CLASSES = 10
MOST_NUMBERS = 1_000_000  # of an image: beyond, the first dense layer takes gigabytes
CLASSES, WIDTHS = validation.count(1, 100_000), validation.several(validation.count(1, 10_000))


def _shape(smallest):
    """An image's shape, of which the convolutions leave something."""

    def kind(value, name):
        sides = isinstance(value, tuple | list) and len(value) == 3
        sizes = [validation.count(1)(side, f"each of {name}") for side in value] if sides else []
        if not sides or min(sizes[:2]) < smallest or math.prod(sizes) > MOST_NUMBERS:
            expected = f"{name} as (height, width, channels), from {smallest} x {smallest} pixels on"
            found = validation.shown(value) + (f", or more than {MOST_NUMBERS:,} numbers" if sizes else "")
            raise CourseError(expected, found, "Write (32, 32, 3), say.")
        return tuple(sizes)

    return kind


def _activation(value, name):
    try:
        function = keras.activations.get(value)
        shape = (1, 2) if isinstance(function, layers.Layer) else function(keras.ops.zeros((1, 2))).shape
    except Exception:  # whatever a function does that is none of tensors
        shape = None
    if value is None or shape != (1, 2):
        remedy = 'Write "relu" or "tanh", or pass a function such as keras.ops.relu.'
        raise CourseError(f"{name} to be an activation function", validation.shown(value), remedy)
    return value


@validation.checked(activation=_activation, input_shape=_shape(10), n_classes=CLASSES)
def create_model_intro(activation="relu", input_shape=IMAGE_SHAPE, n_classes=N_CLASSES):
    """Build the small network of the introduction: 79,530 parameters for CIFAR-10.

    Parameters
    ----------
    activation : str or callable, default "relu"
        Activation of the hidden layers: a name, or a function of a tensor (not a shared layer instance).
    input_shape : tuple of int, default (32, 32, 3)
        Height, width and channels of an image.
    n_classes : int, default 10
        Number of classes.

    Returns
    -------
    keras.Model
        Takes float32 images (N, height, width, channels) in 0..1, gives probabilities (N, n_classes).
    """
    inputs = keras.Input(shape=input_shape)  # 32 x 32 x 3
    x = layers.Conv2D(16, (3, 3), activation=activation)(inputs)  # 30 x 30 x 16
    x = layers.MaxPooling2D((2, 2))(x)  # 15 x 15 x 16
    x = layers.Conv2D(32, (3, 3), activation=activation)(x)  # 13 x 13 x 32
    x = layers.MaxPooling2D((2, 2))(x)  # 6 x 6 x 32
    x = layers.Flatten()(x)  # 1,152
    x = layers.Dense(64, activation=activation)(x)  # 64
    outputs = layers.Dense(n_classes, activation="softmax")(x)  # 10
    return keras.Model(inputs, outputs, name="cifar_model_intro")


@validation.checked(rate=validation.SHARE, input_shape=_shape(18), n_classes=CLASSES)
def create_model_dropout(rate=0.5, input_shape=IMAGE_SHAPE, n_classes=N_CLASSES):
    """Build a deeper network with dropout: 33,834 parameters for CIFAR-10.

    It differs from `create_model_intro` in two ways, not one: a third convolution takes the place of
    the hidden dense layer, and dropout follows it.

    Parameters
    ----------
    rate : float in 0..1, default 0.5
        Share of the numbers that dropout sets to zero while training.
    input_shape, n_classes
        As in `create_model_intro`.
    """
    inputs = keras.Input(shape=input_shape)  # 32 x 32 x 3
    x = layers.Conv2D(16, (3, 3), activation="relu")(inputs)  # 30 x 30 x 16
    x = layers.MaxPooling2D((2, 2))(x)  # 15 x 15 x 16
    x = layers.Conv2D(32, (3, 3), activation="relu")(x)  # 13 x 13 x 32
    x = layers.MaxPooling2D((2, 2))(x)  # 6 x 6 x 32
    x = layers.Conv2D(64, (3, 3), activation="relu")(x)  # 4 x 4 x 64
    x = layers.Dropout(rate)(x)  # 4 x 4 x 64
    x = layers.Flatten()(x)  # 1,024
    outputs = layers.Dense(n_classes, activation="softmax")(x)  # 10
    return keras.Model(inputs, outputs, name="cifar_model_dropout")


@validation.checked(input_shape=_shape(1), n_classes=CLASSES)
def create_model_dense(input_shape=IMAGE_SHAPE, n_classes=N_CLASSES):
    """Build a network without convolutions, the baseline: 1,841,162 parameters for CIFAR-10.

    Parameters and result as in `create_model_intro`.
    """
    inputs = keras.Input(shape=input_shape)  # 32 x 32 x 3
    x = layers.Flatten()(inputs)  # 3,072
    x = layers.Dense(512, activation="relu")(x)  # 512
    x = layers.Dense(512, activation="relu")(x)  # 512
    outputs = layers.Dense(n_classes, activation="softmax")(x)  # 10
    return keras.Model(inputs, outputs, name="cifar_model_dense")


@validation.checked(widths=WIDTHS, input_shape=_shape(2), n_classes=CLASSES)
def create_model_best(widths=(64, 256, 256), input_shape=IMAGE_SHAPE, n_classes=N_CLASSES):
    """Build the network that reaches 94% of CIFAR-10: 1,973,944 parameters. `recipe` says how to train it.

    The architecture is that of K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU",
    arXiv:2404.00498 (2024).

    Parameters
    ----------
    widths : tuple of int, default (64, 256, 256)
        Filters of the two convolutions of each block; each block halves height and width.
    input_shape, n_classes
        As in `create_model_intro`.

    Returns
    -------
    keras.Model
        Takes float32 images (N, height, width, channels) in 0..1, gives probabilities (N, n_classes).
        Its first layer is frozen and random: the example "From 67% to 94%" sets it.
    """
    if min(input_shape[:2]) <= 2 ** len(widths):
        found = f"{len(widths)} blocks for {input_shape[0]} x {input_shape[1]} pixels"
        raise CourseError("a block for each halving of the image", found, "Leave some widths out.")
    n_filters = 2 * 2 * 2 * input_shape[-1]  # each of the 2 x 2 x channels patterns with both signs
    inputs = keras.Input(shape=input_shape)  # 32 x 32 x 3
    x = layers.Conv2D(n_filters, (2, 2), trainable=False, dtype="float32", name="whitening")(inputs)
    x = layers.Activation("gelu")(x)  # 31 x 31 x 24
    for width in widths:  # 15 x 15 x 64, 7 x 7 x 256, 3 x 3 x 256
        x = layers.Conv2D(width, (3, 3), padding="same", use_bias=False)(x)
        x = layers.MaxPooling2D((2, 2))(x)
        x = layers.BatchNormalization(momentum=0.6, scale=False)(x)
        x = layers.Activation("gelu")(x)
        x = layers.Conv2D(width, (3, 3), padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.6, scale=False)(x)
        x = layers.Activation("gelu")(x)
    x = layers.GlobalMaxPooling2D()(x)  # 256
    x = layers.Dense(n_classes, use_bias=False, dtype="float32")(x)  # 10
    x = layers.Rescaling(1 / 9, dtype="float32")(x)  # 10: the answers begin unsure
    outputs = layers.Activation("softmax", dtype="float32")(x)
    return keras.Model(inputs, outputs, name="cifar_model_best")
