"""The way of this course: imports where they are needed, pictures stay bytes until the batch, larger batches.

`benchmarks.old_way` has the same functions; data, split, labels and network are the same.
"""

import math

from helpers import data

EPOCHS = 4  # the learning rate reaches zero by the end of the last
BATCH_SIZE = 128
LEARNING_RATE = 0.003


def load(size="full", cache=None):
    """Load CIFAR-10, from where the course keeps it."""
    return data.load_cifar10(size)


def first_picture(path, size="full", cache=None):
    """Show the first picture of the data with the name of its class: the bundled pictures are enough."""
    from helpers import plotting

    (train_images, train_labels), _ = data.load_cifar10()
    ax = plotting.show_picture(train_images[0], title=data.CLASS_NAMES[train_labels[0, 0]])
    ax.figure.savefig(path)


def prepare(images, labels):
    """Give x_train, x_val, y_train, y_val: the split of `data.prepare_dataset`, but still uint8."""
    from sklearn.model_selection import train_test_split

    return train_test_split(images, data.one_hot(labels), test_size=0.2, random_state=42)


def create_model():
    """Build the network of the introduction."""
    from helpers import models

    return models.create_model_intro()


def train(model, parts, epochs, callbacks, setting="recommended"):
    """Train the network on pictures that stay bytes until their batch is made.

    Recommended: larger batches, a larger learning rate, which falls to zero by the last step, and values
    about 0 with a spread of about 1. The setting "same batch" changes nothing but the form of the pictures.
    """
    import keras

    x_train, x_val, y_train, y_val = parts
    train = unchanged(x_train, y_train, BATCH_SIZE if setting == "recommended" else 32)
    validation = unchanged(x_val, y_val, math.gcd(len(x_val), 500))  # none is left over
    network, rate = model, 0.001
    if setting == "recommended":
        network = keras.Sequential([keras.Input(model.input_shape[1:]), keras.layers.Rescaling(4, -2), model])
        rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, decay_steps=epochs * len(train))
    network.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    network.fit(
        train,
        epochs=epochs,
        shuffle=False,  # `train` does it
        validation_data=validation,
        callbacks=callbacks,
        verbose=0,
    )


def unchanged(images, labels, batch_size):
    """Batches of the recipe of the best network, but of pictures as they are."""
    from helpers import recipe

    return recipe.FlippedAndShifted(images, labels, batch_size, shift=0, flip=False)
