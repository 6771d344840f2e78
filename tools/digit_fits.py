"""Train the three networks of the MNIST example; ship the last of them in fit_outputs/shipped.

python tools/digit_fits.py

As the notebook trains them: on MNIST as it is, with inverted copies, and with strong augmentation on top, the
last for longer than a lesson allows. What each makes of the 45 own digits stands in settings.json.
"""

# First of all, because it quietens TensorFlow.
from helpers import augmentation, evaluation, mnist, models, storage, training

# isort: split
import importlib.metadata
import os
import time

import fits
import keras
import numpy as np
import resumable
import tensorflow as tf
from sklearn.model_selection import train_test_split

from helpers.sharing import portable

SEED, BATCH_SIZE = 42, 128
EPOCHS = {"as it is": 5, "inverted copies": 5, "strong augmentation": 40}
NAME = "mnist_augmented"


def invert_too(images, labels):
    """Add an inverted copy of each image."""
    return np.concatenate([images, 1 - images]), np.concatenate([labels, labels])


def pipeline(images, labels, augment=None):
    """Deliver mixed batches, augmented anew in each epoch."""
    data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(BATCH_SIZE)
    data = data.map(augment, num_parallel_calls=tf.data.AUTOTUNE) if augment else data
    return data.prefetch(tf.data.AUTOTUNE)


def train(kind, train_part, val_part):
    """Train one network; keep the weights of the epoch with the lowest validation loss."""
    keras.utils.set_random_seed(SEED)
    model = models.create_model_mnist()
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    augment = augmentation.augment if kind == "strong augmentation" else None
    best = keras.callbacks.EarlyStopping(patience=EPOCHS[kind], restore_best_weights=True)
    start = time.perf_counter()
    history = model.fit(
        pipeline(*train_part, augment),
        validation_data=tf.data.Dataset.from_tensor_slices(val_part).batch(BATCH_SIZE),
        epochs=EPOCHS[kind],
        callbacks=[best],
        shuffle=False,
        verbose=2,
    )
    return model, history, time.perf_counter() - start


def facts(kind, model, seconds, parts):
    """Say how good a network is: on MNIST and its inverted copies, and on the own digits by style."""
    own, table = mnist.load_own_digits()
    right = evaluation.predict(model, own, table.digit.to_numpy()).correct
    scores = {"epochs": EPOCHS[kind], "wall_seconds": round(seconds, 1)}
    for name, part in parts.items():
        predictions = evaluation.predict(model, *part)
        low, high = evaluation.accuracy_interval(predictions.correct.sum(), len(predictions))
        scores[f"{name}_images"] = len(predictions)
        scores[f"{name}_accuracy"] = predictions.accuracy
        scores[f"{name}_interval_95"] = [round(low, 4), round(high, 4)]
    by_style = {
        style: int(count) for style, count in table.assign(right=right).groupby("style").right.sum().items()
    }
    return scores | {"own_digits": len(own), "own_digits_right": int(right.sum()), "right_by_style": by_style}


def main():
    """Train all three, ship the last."""
    (images, labels), (test_images, test_labels) = mnist.load_mnist()
    images, test = images / np.float32(255), (test_images / np.float32(255), test_labels)
    x_train, x_val, y_train, y_val = train_test_split(images, labels, test_size=0.2, random_state=SEED)
    plain, inverted = (
        ((x_train, y_train), (x_val, y_val)),
        (invert_too(x_train, y_train), invert_too(x_val, y_val)),
    )
    found = {}
    for kind in EPOCHS:
        model, history, seconds = train(kind, *(plain if kind == "as it is" else inverted))
        if kind == "strong augmentation":
            portable.save(model, storage.SHIPPED_FITS / NAME / f"{NAME}.keras")
            fits.write_table(storage.SHIPPED_FITS / NAME / f"{NAME}.csv", training.history_table(history))
            model = keras.saving.load_model(storage.SHIPPED_FITS / NAME / f"{NAME}.keras")
        found[kind] = facts(kind, model, seconds, {"validation": inverted[1], "test": test})
        print(kind, found[kind], flush=True)
    general = {
        "network": model.name,
        "parameters": model.count_params(),
        "optimizer": "Adam",
        "learning_rate": 0.001,
        "loss": "SparseCategoricalCrossentropy",
        "batch_size": BATCH_SIZE,
        "seed": SEED,
        "training_images": len(x_train),
        "versions": {name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")},
        "cores": os.cpu_count(),
    }
    resumable.write_json(storage.SHIPPED_FITS / NAME / "settings.json", general | {"trainings": found})


if __name__ == "__main__":
    main()
