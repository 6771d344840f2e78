"""The way of this course: imports where they are needed, pictures stay bytes until the batch, larger batches.

`benchmarks.old_way` has the same functions; data, split, labels and network are the same.
"""

import math

from helpers import data

EPOCHS = 4  # the learning rate reaches zero by the end of the last
BATCH_SIZE = 64
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
    """Train the network behind a layer that scales bytes, batch by batch.

    Recommended: values about 0 with a spread of about 1, larger batches, and a larger learning rate, which
    falls to zero by the last step. The setting "same batch" changes nothing but the form of the pictures.
    """
    import keras

    x_train, x_val, y_train, y_val = parts
    batch_size, rate, scaling = 32, 0.001, keras.layers.Rescaling(1 / 255)
    if setting == "recommended":
        batch_size = BATCH_SIZE
        steps = epochs * math.ceil(len(x_train) / batch_size)
        rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, decay_steps=steps)
        scaling = keras.layers.Rescaling(1 / 64, offset=-2)
    scaled = keras.Sequential([keras.Input(x_train.shape[1:]), scaling, model])
    scaled.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    scaled.fit(
        x_train,
        y_train,
        batch_size=batch_size,
        epochs=epochs,
        validation_data=(x_val, y_val),
        validation_batch_size=250,
        callbacks=callbacks,
        verbose=0,
    )
