"""The way of this course: imports where they are needed, images stay bytes until the batch, larger batches.

`benchmarks.old_way` has the same functions; data, split, labels and network are the same.
"""

import math

from helpers import data

EPOCHS = 4  # the learning rate reaches zero by the end of the last
BATCH_SIZE = 128
LEARNING_RATE = 0.003
STEPS_PER_EXECUTION = 10  # between two returns to Python


def load(size="full", cache=None):
    """Load CIFAR-10, from where the course keeps it."""
    return data.load_cifar10(size)


def first_image(path, size="full", cache=None):
    """Show the first image of the data with the name of its class: the bundled images are enough."""
    from helpers import plotting

    (train_images, train_labels), _ = data.load_cifar10()
    ax = plotting.show_image(train_images[0], title=data.CLASS_NAMES[train_labels[0, 0]])
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
    """Train the network on images that stay bytes until their batch is made: its first layer scales them.

    Recommended: larger batches, a larger learning rate, which falls to zero by the last step, and values
    about 0 with a spread of about 1. The setting "same batch" changes nothing but the form of the images.
    """
    import keras

    x_train, x_val, y_train, y_val = parts
    batch_size, rate, network, options = 32, 0.001, scaled(model, 1 / 255, 0), {}
    if setting == "recommended":
        batch_size, network = BATCH_SIZE, scaled(model)
        steps = epochs * math.ceil(len(x_train) / batch_size)
        rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, decay_steps=steps)
        options = {"steps_per_execution": STEPS_PER_EXECUTION}
    network.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        **options,
    )
    network.fit(
        x_train,
        y_train,
        batch_size=batch_size,
        epochs=epochs,
        validation_data=(x_val, y_val),
        callbacks=callbacks,
        verbose=0,
    )


def scaled(model, factor=4 / 255, offset=-2):
    """Put a layer in front that turns bytes into numbers: -2 to 2 if nothing else is said."""
    import keras

    first = [keras.Input(model.input_shape[1:]), keras.layers.Rescaling(factor, offset)]
    return keras.Sequential([*first, model])
