"""Ways from few images to a classifier, with more and more images: the curve of the example on transfer."""

from helpers import data, models, storage  # first: they quieten TensorFlow

# isort: split
import math
import time

import keras
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from helpers.pretrained import load_imagenet_model
from tools.fits import frame

(KINDS,) = frame.defined_in("example-transfer-learning", "KINDS")  # class -> its kinds in ImageNet
DRAWS = {  # of each way: images per class -> how often other images are drawn
    "no training": {10: 1, 30: 1, 100: 1, 400: 1},
    "from scratch": {30: 3, 100: 3, 400: 2},
    "logistic regression": {10: 3, 30: 3, 100: 3, 400: 2},
    "random forest": {10: 3, 30: 3, 100: 3, 400: 2},
    "fine-tuning": {30: 3, 100: 3, 400: 2},
}
BLOCK, TEST, SIDE = 100, 100, 160  # images per class, test images per class, pixels
CUT, FEATURES = "block5c_add", "avg_pool"  # the last frozen layer, and where the features are
HEAD_EPOCHS, EPOCHS, RATE = 30, 3, 1e-4  # the new last layer alone, then with blocks 6 and 7
SCRATCH_EPOCHS, SCRATCH_STEPS = 40, 1_000  # at least as many of both
N_CLASSES = len(KINDS)


def images_of(part, start, end):
    """Take the images `start` to `end` of each class, class after class: (images, labels)."""
    images, labels = data.load_cifar10("workshop")[part]
    rows = [np.flatnonzero(labels == data.CLASS_NAMES.index(name))[start:end] for name in KINDS]
    return images[np.concatenate(rows)], np.repeat(np.arange(N_CLASSES), end - start)


def outputs_of(network, layer, part, start, end, folder):
    """Give what a layer returns for the images `start` to `end` of each class; a block is computed once."""
    blocks = [
        _block(network, layer, part, first, folder) for first in range(start // BLOCK * BLOCK, end, BLOCK)
    ]
    whole = np.concatenate([block.reshape(N_CLASSES, BLOCK, *block.shape[1:]) for block in blocks], axis=1)
    first = start % BLOCK
    return whole[:, first : first + end - start].reshape(-1, *whole.shape[2:]).astype(np.float32)


def _block(network, layer, part, first, folder):
    file = folder / f"{layer}-{('train', 'test')[part]}-{first}.npy"
    if not file.exists():
        if layer == CUT:
            images = network.prepare(list(images_of(part, first, first + BLOCK)[0]), SIDE, 1)
            model = keras.Model(network.model.input, network.model.get_layer(CUT).output)
        else:
            images, model = _block(network, CUT, part, first, folder), rest_of(network)
        with storage.atomic_path(file) as temporary, temporary.open("wb") as opened:
            np.save(opened, model.predict(images, verbose=0).astype(np.float16))
    return np.load(file)


def rest_of(network):
    """Copy the layers between the frozen ones and the last: what may learn."""
    rest = keras.Model(network.model.get_layer(CUT).output, network.model.get_layer(FEATURES).output)
    copy = keras.models.clone_model(rest)
    copy.set_weights(rest.get_weights())
    return copy


def no_training(network, train, test, seed):
    """Learn nothing: add up ImageNet's probabilities of all kinds of a class."""
    probabilities = np.asarray(network.model.layers[-1](test["features"]))
    return np.stack([probabilities[:, list(kinds)].sum(axis=1) for kinds in KINDS.values()], axis=1)


def from_scratch(network, train, test, seed):
    """Train the network with dropout on the images as they are, 32 x 32 pixels."""
    keras.utils.set_random_seed(seed)
    model = models.create_model_dropout(n_classes=N_CLASSES)
    model.compile("adam", "sparse_categorical_crossentropy")
    epochs = max(SCRATCH_EPOCHS, math.ceil(SCRATCH_STEPS / math.ceil(len(train["labels"]) / 32)))
    model.fit(data.normalize(train["images"]), train["labels"], epochs=epochs, verbose=0)
    return model.predict(data.normalize(test["images"]), verbose=0)


def on_features(classifier):
    """Make a way that trains a classifier of scikit-learn on features."""

    def way(network, train, test, seed):
        return classifier.fit(train["features"], train["labels"]).predict_proba(test["features"])

    return way


def fine_tuning(network, train, test, seed):
    """Train a new last layer alone, then with blocks 6 and 7 at a tenth of the usual learning rate."""
    keras.utils.set_random_seed(seed)
    head = keras.layers.Dense(N_CLASSES, activation="softmax")
    alone = keras.Sequential([keras.Input(train["features"].shape[1:]), head])
    alone.compile("adam", "sparse_categorical_crossentropy")
    alone.fit(train["features"], train["labels"], epochs=HEAD_EPOCHS, verbose=0)
    inputs = keras.Input(train["maps"].shape[1:])
    model = keras.Model(inputs, head(rest_of(network)(inputs, training=False)))
    model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")
    model.fit(train["maps"], train["labels"], epochs=EPOCHS, verbose=0)
    return model.predict(test["maps"], verbose=0)


WAYS = {
    "no training": no_training,
    "from scratch": from_scratch,
    "logistic regression": on_features(LogisticRegression(max_iter=2000)),
    "random forest": on_features(RandomForestClassifier(300, random_state=42)),
    "fine-tuning": fine_tuning,
}


def measure(network, way, per_class, draw, folder):
    """Train one way on images that no other draw has, and count how many test images it gets right."""
    start, parts = time.process_time(), []
    for part, first, last in ((0, draw * per_class, (draw + 1) * per_class), (1, 0, TEST)):
        images, labels = images_of(part, first, last)
        maps, features = (outputs_of(network, layer, part, first, last, folder) for layer in (CUT, FEATURES))
        parts.append({"images": images, "labels": labels, "maps": maps, "features": features})
    correct = int((WAYS[way](network, *parts, seed=draw).argmax(axis=1) == parts[1]["labels"]).sum())
    row = {"way": way, "images_per_class": per_class, "draw": draw, "correct": correct}
    row["accuracy"] = correct / len(parts[1]["labels"])
    return pd.DataFrame([row | {"cpu_seconds": round(time.process_time() - start, 1)}])


def fit(name, options):
    """Measure each way with each number of images; a run that is done is not repeated."""
    network, folder = load_imagenet_model(), options.build / name
    runs = [
        (way, n, draw) for way, sizes in DRAWS.items() for n, draws in sizes.items() for draw in range(draws)
    ]
    rows = []
    for way, per_class, draw in runs:
        file = folder / f"{way}-{per_class}-{draw}.csv"
        row = frame.once(file, None, measure, network, way, per_class, draw, folder)
        print(f"{name}: {way}, {per_class} images, draw {draw}: {row.accuracy[0]:.3f}", flush=True)
        rows.append(row)
    table = pd.concat(rows, ignore_index=True)
    facts = frame.how(network.model, classes=[*KINDS], draws=DRAWS, side=SIDE, last_frozen=CUT)
    facts |= {"test_images": TEST * N_CLASSES, "head_epochs": HEAD_EPOCHS, "epochs": EPOCHS}
    facts |= {"learning_rate": RATE, "scratch_epochs": SCRATCH_EPOCHS, "scratch_steps": SCRATCH_STEPS}
    raw = data.load_cifar10("workshop")
    facts |= {"data_sha256": frame.sha256(raw), "cpu_seconds": round(float(table.cpu_seconds.sum()), 1)}
    frame.write_fit(options.shipped / name, {name: table.drop(columns="cpu_seconds")}, facts)
