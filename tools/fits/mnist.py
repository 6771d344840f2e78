"""The three networks of the MNIST example; the last of them is shipped.

As the notebook trains them: on MNIST as it is, with inverted copies, and with strong augmentation on top, the
last for longer than a lesson allows. What each makes of the 45 own digits stands in settings.json.
"""

from helpers import augmentation, evaluation, mnist, models  # first: they quieten TensorFlow

# isort: split
import time

import keras
import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split

from tools.fits import frame, resumable

BATCH_SIZE = 128
EPOCHS = {"as it is": 5, "inverted copies": 5, "strong augmentation": 40}
SHIPPED = "strong augmentation"


def fit(name, options):
    """Train all three, ship the last."""
    (images, labels), test = mnist.load_mnist()
    split = {"test_size": 0.2, "random_state": frame.SEED}
    x_train, x_val, y_train, y_val = train_test_split(_scaled(images), labels, **split)
    plain = (x_train, y_train), (x_val, y_val)
    inverted = tuple(_invert_too(*part) for part in plain)
    parts = {"validation": inverted[1], "test": (_scaled(test[0]), test[1])}
    found = {}
    for kind in EPOCHS:
        model, history, seconds = train(kind, *(plain if kind == "as it is" else inverted))
        found[kind] = {"epochs": EPOCHS[kind], "wall_seconds": round(seconds, 1)}
        if kind != SHIPPED:
            found[kind] |= _measure(model, parts)
            print(kind, found[kind], flush=True)
    learning = {"loss": "SparseCategoricalCrossentropy", "batch_size": BATCH_SIZE}
    facts = frame.how(model, **frame.ADAM, **learning, training_images=len(x_train))

    def results(shipped):
        return {"trainings": found | {SHIPPED: found[SHIPPED] | _measure(shipped, parts)}}

    frame.write_fit(options.shipped / name, {name: resumable.history_table(history)}, facts, model, results)


def _scaled(images):
    return images / np.float32(255)


def _invert_too(images, labels):
    return np.concatenate([images, 1 - images]), np.concatenate([labels, labels])


def train(kind, train_part, val_part):
    """Train one network; keep the weights of the epoch with the lowest validation loss."""
    keras.utils.set_random_seed(frame.SEED)
    model = models.create_model_mnist()
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    best = keras.callbacks.EarlyStopping(patience=EPOCHS[kind], restore_best_weights=True)
    start = time.perf_counter()
    history = model.fit(
        _pipeline(*train_part, augmentation.augment if kind == "strong augmentation" else None),
        validation_data=tf.data.Dataset.from_tensor_slices(val_part).batch(BATCH_SIZE),
        epochs=EPOCHS[kind],
        callbacks=[best],
        shuffle=False,
        verbose=2,
    )
    return model, history.history, time.perf_counter() - start


def _pipeline(images, labels, augment):
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(BATCH_SIZE)
    batches = batches.map(augment, num_parallel_calls=tf.data.AUTOTUNE) if augment else batches
    return batches.prefetch(tf.data.AUTOTUNE)


def _measure(model, parts):
    """Say how good a network is: on MNIST and its inverted copies, and on the own digits by style."""
    found = {}
    for part, images_and_labels in parts.items():
        found |= frame.scores(part, evaluation.predict(model, *images_and_labels))
    own, table = mnist.load_own_digits()
    right = evaluation.predict(model, own, table.digit.to_numpy()).correct
    counts = table.assign(right=right).groupby("style").right.sum()
    by_style = {style: int(count) for style, count in counts.items()}
    return found | {"own_digits": len(own), "own_digits_right": int(right.sum()), "right_by_style": by_style}


def remeasure(model, settings):
    """Measure the shipped network on the test digits and the own ones."""
    images, labels = mnist.load_mnist()[1]
    said, now = settings["trainings"][SHIPPED], _measure(model, {"test": (_scaled(images), labels)})
    for name, most in (("test_accuracy", 0.001), ("own_digits_right", 1)):
        yield name, now[name], said[name], most
