"""The way of the older lessons, from its description: all imports first, float64, arrays in batches of 32.

`benchmarks.our_way` has the same functions. Images are CIFAR-10's, labels are one-hot, the network is the
introduction's, with 79,530 parameters.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd  # noqa: F401 - the lessons import it first of all, and so pay for it
import seaborn as sns  # noqa: F401
import tensorflow as tf  # noqa: F401
from sklearn.model_selection import train_test_split
from tensorflow import keras

CLASS_NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
BATCH_SIZE = 32


def load(size="full", cache=None):
    """Load the data as `keras.datasets.cifar10.load_data` does, from the file `cache` if there is one."""
    if cache is None:
        return keras.datasets.cifar10.load_data()
    with np.load(cache) as arrays:
        return tuple((arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test"))


def first_image(path, size="full", cache=None):
    """Show the first image of the data with the name of its class."""
    (train_images, train_labels), _ = load(size, cache)
    plt.imshow(train_images[0])
    plt.title(CLASS_NAMES[train_labels[0, 0]])
    plt.savefig(path)


def prepare(images, labels):
    """Give x_train, x_val, y_train, y_val - and all images in float64, which a notebook keeps as well."""
    images = images / 255.0
    labels = keras.utils.to_categorical(labels, len(CLASS_NAMES))
    return *train_test_split(images, labels, test_size=0.2, random_state=42), images


def create_model():
    """Build the network of the introduction."""
    inputs = keras.Input(shape=(32, 32, 3))
    x = keras.layers.Conv2D(16, (3, 3), activation="relu")(inputs)
    x = keras.layers.MaxPooling2D((2, 2))(x)
    x = keras.layers.Conv2D(32, (3, 3), activation="relu")(x)
    x = keras.layers.MaxPooling2D((2, 2))(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(64, activation="relu")(x)
    outputs = keras.layers.Dense(10, activation="softmax")(x)
    return keras.Model(inputs=inputs, outputs=outputs, name="cifar_model_intro")


def train(model, parts, epochs, callbacks, setting="lesson"):
    """Compile with Adam and fit; there is one setting only."""
    x_train, x_val, y_train, y_val, _ = parts
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    model.fit(
        x_train,
        y_train,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation_data=(x_val, y_val),
        callbacks=callbacks,
        verbose=0,
    )
