"""The way of the older lessons, from its description: all imports first, float64, arrays in batches of 32.

`benchmarks.lesson` has the same functions. Images are CIFAR-10's, labels are one-hot, the network is the
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


def load(cache=None):
    """Load the data as `keras.datasets.cifar10.load_data` does, from the file `cache` if there is one."""
    if cache is None:
        return keras.datasets.cifar10.load_data()
    with np.load(cache) as arrays:
        return tuple((arrays[f"{part}_images"], arrays[f"{part}_labels"]) for part in ("train", "test"))


def first_image(path, size=None, cache=None):
    """Show the first image of the data with the name of its class."""
    (train_images, train_labels), _ = load(cache)
    plt.imshow(train_images[0])
    plt.title(CLASS_NAMES[train_labels[0, 0]])
    plt.savefig(path)


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


def train(size, cache, n_images, epochs, seed, watch):
    """Load, prepare and train; give the network, and x_train, x_val, y_train, y_val."""
    (images, labels), _test = load(cache)
    images = images[:n_images] / 255.0  # stays until the end, as it does in a notebook
    labels = keras.utils.to_categorical(labels[:n_images], len(CLASS_NAMES))
    split = train_test_split(images, labels, test_size=0.2, random_state=42)
    x_train, x_val, y_train, y_val = split
    keras.utils.set_random_seed(seed)
    model = create_model()
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    model.fit(
        x_train,
        y_train,
        batch_size=32,
        epochs=epochs,
        validation_data=(x_val, y_val),
        callbacks=[watch()],
        verbose=0,
    )
    return model, split
