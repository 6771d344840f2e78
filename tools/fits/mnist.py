"""The three networks of the MNIST example, all trained for the same number of epochs; one is shipped.

On MNIST as it is, with inverted copies, and with strong augmentation on top. How many own digits and
generated photos each reads, resized or prepared as MNIST was, stands in two tables beside the model.
"""

from helpers import augmentation, evaluation, images, mnist, storage  # first: they quieten TensorFlow

# isort: split
import itertools

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split

from benchmarks import digit_photos
from tools.fits import frame, resumable

BATCH_SIZE, EPOCHS = 128, 40
KINDS = ("as it is", "inverted copies", "strong augmentation")
SEEDS = (frame.SEED, 1, 2)
SHIPPED = ("strong augmentation", frame.SEED)
(create_model_mnist,) = frame.defined_in("example-mnist", "create_model_mnist")


def fit(name, options):
    """Train all that an earlier call has not; measure them; ship one."""
    data, state = _data(), options.build / "mnist"
    fits = {run: train(*run, data, state) for run in itertools.product(KINDS, SEEDS)}
    own, photos = _tables({run: model for run, (model, _) in fits.items()})
    model, history = fits[SHIPPED]
    learning = {"loss": "SparseCategoricalCrossentropy", "batch_size": BATCH_SIZE, "epochs": EPOCHS}
    facts = frame.how(model, **frame.ADAM, **learning, training_images=len(data["training"][0]))

    def results(shipped):
        runs = [
            {"network": kind, "seed": seed} | _accuracies(model, data)
            for (kind, seed), (model, _) in fits.items()
        ]
        return _accuracies(shipped, data) | {"trainings": runs}

    tables = {name: history, "own_digits": own, "photos": photos}
    frame.write_fit(options.shipped / name, tables, facts, model, results)


def _data():
    (images, labels), (test_images, test_labels) = mnist.load_mnist()
    split = {"test_size": 0.2, "random_state": frame.SEED}
    x_train, x_val, y_train, y_val = train_test_split(_scaled(images), labels, **split)
    test = _scaled(test_images), test_labels
    return {"training": (x_train, y_train), "validation": (x_val, y_val), "test": test}


def _scaled(images):
    return images / np.float32(255)


def _invert_too(images, labels):
    return np.concatenate([images, 1 - images]), np.concatenate([labels, labels])


def train(kind, seed, data, folder):
    """Train one network, or read it if an earlier call has: (model, history)."""
    file = f"{kind.replace(' ', '_')}-{seed}"
    model_file, history_file = folder / f"{file}.keras", folder / f"{file}.csv"
    if model_file.exists():
        return keras.saving.load_model(model_file), pd.read_csv(history_file, index_col="epoch")
    keras.utils.set_random_seed(seed)
    model = create_model_mnist()
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    parts = data["training"], data["validation"]
    train_part, val_part = parts if kind == "as it is" else (_invert_too(*part) for part in parts)
    history = model.fit(
        _pipeline(*train_part, augmentation.augment if kind == "strong augmentation" else None),
        validation_data=tf.data.Dataset.from_tensor_slices(val_part).batch(BATCH_SIZE),
        epochs=EPOCHS,
        callbacks=[keras.callbacks.EarlyStopping(patience=EPOCHS, restore_best_weights=True)],
        shuffle=False,
        verbose=2,
    )
    table = resumable.history_table(history.history)
    with storage.atomic_path(history_file) as temporary:
        table.to_csv(temporary, lineterminator="\n")
    with storage.atomic_path(model_file) as temporary:  # last: it says that the run is complete
        model.save(temporary)
    return model, table


def _pipeline(images, labels, augment):
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(BATCH_SIZE)
    batches = batches.map(augment, num_parallel_calls=tf.data.AUTOTUNE) if augment else batches
    return batches.prefetch(tf.data.AUTOTUNE)


def _accuracies(model, data):
    """Measure a network on MNIST as it is."""
    parts = ("validation", "test")
    found = [frame.scores(part, evaluation.predict(model, *data[part])) for part in parts]
    return found[0] | found[1]


def _tables(networks):
    """Say which own digits, and how many photos of each kind, each network reads: resized and prepared."""
    _, files = mnist.load_own_digits()
    originals = [images.load_image(path) for path in files.path]
    own = {
        "resized": np.stack([digit_photos.resized(image) for image in originals]),
        "prepared": np.stack([mnist.prepare_digit(image) for image in originals]),
    }
    photos, ways = digit_photos.prepared()
    own_rows, photo_rows = [], []
    for (kind, seed), model in networks.items():
        run = {"network": kind, "seed": seed}
        own_rows.append(files[["digit", "style"]].assign(**run, **_right(model, own, files.digit)))
        right = photos[["kind"]].assign(photos=1, **_right(model, ways, photos.digit))
        right["prepared"] &= photos.refused == ""
        photo_rows.append(right.groupby("kind", sort=False).sum().reset_index().assign(**run))
    return pd.concat(own_rows, ignore_index=True), pd.concat(photo_rows, ignore_index=True)


def _right(model, ways, digits):
    found = {way: evaluation.predict(model, given, digits.to_numpy()).correct for way, given in ways.items()}
    return {way: right.astype(int) for way, right in found.items()}


def remeasure(model, settings):
    """Measure the shipped network on the test digits and the own ones."""
    digits, labels = mnist.load_mnist()[1]
    predictions = evaluation.predict(model, _scaled(digits), labels)
    yield "test_accuracy", predictions.accuracy, settings["test_accuracy"], 0.001
    own, table = mnist.load_own_digits()
    said = pd.read_csv(storage.SHIPPED_FITS / "mnist_augmented" / "own_digits.csv")
    said = said[(said.network == SHIPPED[0]) & (said.seed == SHIPPED[1])].prepared.sum()
    yield "own digits read", evaluation.predict(model, own, table.digit.to_numpy()).correct.sum(), said, 1
