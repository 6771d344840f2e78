"""The networks of the episodes, on CIFAR-10: single ones, the same from several seeds, a grid search."""

from helpers import data, evaluation, models, storage  # first: they quieten TensorFlow

# isort: split
import functools
import time
from dataclasses import dataclass, field, replace
from functools import partial

import keras
import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV

from tools.fits import frame, resumable

BATCH_SIZE = 32


@dataclass(frozen=True)
class Fit:
    """One training, or the same from several `seeds`: of those, only the histories are shipped.

    With `shuffled_pixels` those of all images change places first, all in the same way.
    """

    create: callable
    epochs: int
    settings: dict = field(default_factory=dict)
    ships_model: bool = True
    shuffled_pixels: bool = False
    seeds: tuple = ()


@dataclass(frozen=True)
class Grid:
    """A grid search with cross-validation over the training part; only the tables are shipped."""

    epochs: int
    folds: int
    optimizers: tuple


PLAN = {
    "model_intro": Fit(models.create_model_intro, epochs=10),
    "model_dropout": Fit(models.create_model_dropout, epochs=30, settings={"rate": 0.5}),
    "model_dense": Fit(models.create_model_dense, epochs=20),
    "intro_long": Fit(models.create_model_intro, epochs=30, ships_model=False),
    "shuffled_intro": Fit(models.create_model_intro, epochs=10, ships_model=False, shuffled_pixels=True),
    "shuffled_dense": Fit(models.create_model_dense, epochs=20, ships_model=False, shuffled_pixels=True),
    "seeds_intro": Fit(models.create_model_intro, epochs=10, seeds=(1, 2, 3, 4, 5)),
    "seeds_dropout": Fit(models.create_model_dropout, epochs=10, seeds=(1, 2, 3, 4, 5)),
    "grid_optimizer": Grid(epochs=10, folds=3, optimizers=("SGD", "RMSprop", "Adam")),
}


@dataclass(frozen=True)
class Parts:
    """CIFAR-10 as `prepare_dataset` splits it; test images prepared alike, their labels as integers."""

    train: tuple
    validation: tuple
    test: tuple
    workshop_test: tuple
    sha256: str


@functools.cache
def load_parts(size):
    """Load and prepare the data: `size` "full" or "workshop", as in `data.load_cifar10`."""
    raw = data.load_cifar10(size)
    digest = frame.sha256(raw)
    train_images, val_images, train_labels, val_labels = data.prepare_dataset(*raw[0])
    test = data.normalize(raw[1][0]), raw[1][1]
    return Parts((train_images, train_labels), (val_images, val_labels), test, workshop_test(), digest)


def workshop_test():
    """Load the bundled test images: a part of the full test set, measured beside it."""
    images, labels = data.load_cifar10()[1]
    return data.normalize(images), labels


def fit(name, options):
    """Train what `PLAN` calls `name` and ship it."""
    plan, parts = PLAN[name], load_parts(options.size)
    ship = _fit_grid if isinstance(plan, Grid) else _fit_seeds if plan.seeds else _fit_one
    ship(plan, parts, options.build / name, options.shipped / name)


def _fit_one(plan, parts, build, folder):
    """Train one network; ship its history and, if it is shipped, the model, measured as it is on disk."""
    if plan.shuffled_pixels:
        shuffled = ((shuffle_pixels(images), labels) for images, labels in (parts.train, parts.validation))
        parts = replace(parts, **dict(zip(("train", "validation"), shuffled, strict=True)))
    model, history = train(plan, parts, build)
    facts = _describe(plan, model, parts) | plan.settings | frame.cost(history)
    tables = {folder.name: frame.curves(history)}
    if plan.ships_model:
        frame.write_fit(folder, tables, facts, model, partial(measure, parts=parts))
        return
    facts |= {"shuffled_pixels": True} if plan.shuffled_pixels else {}
    facts |= {"validation_accuracy": float(history.val_accuracy.iloc[-1])}
    frame.write_fit(folder, tables, facts | {"validation_images": len(parts.validation[0])})


def shuffle_pixels(images):
    """Move the pixels of all images to other places, all in the same way, as the dense baseline does."""
    order = np.random.default_rng(frame.SEED).permutation(32 * 32)
    return images.reshape(-1, 32 * 32, 3)[:, order].reshape(images.shape)


def train(plan, parts, build, seed=frame.SEED):
    """Train one network, resumably."""
    decided = {"network": plan.create.__name__, "seed": seed, "shuffled_pixels": plan.shuffled_pixels}
    return resumable.train(
        partial(compiled, plan.create, plan.settings),
        partial(resumable.batches, *parts.train, BATCH_SIZE, seed),
        -(-len(parts.train[0]) // BATCH_SIZE),
        build,
        plan.epochs,
        decided | {"batch_size": BATCH_SIZE, "data": parts.sha256} | plan.settings,
        parts.validation,
        seed,
    )


def compiled(create, settings):
    """Create a network and compile it as episode 4 does."""
    model = create(**settings)
    model.compile(keras.optimizers.Adam(), keras.losses.CategoricalCrossentropy(), metrics=["accuracy"])
    return model


def measure(model, parts):
    """Measure a model on validation and test images; the only look at the test set."""
    found = {}
    for name in ("validation", "test", "workshop_test"):
        found |= frame.scores(name, evaluation.predict(model, *getattr(parts, name)))
    return found


def remeasure(model, settings, key="workshop_test_accuracy", most=0.005):
    """Measure a shipped model on the bundled test images, one view of each."""
    yield key, evaluation.predict(model, *workshop_test()).accuracy, settings[key], most


def _fit_seeds(plan, parts, build, folder):
    """Train once from each seed, each resumable by itself, and ship all epochs as one tidy table."""
    runs = []
    for seed in plan.seeds:
        print(f"{folder.name}: seed {seed}", flush=True)
        model, history = train(plan, parts, build / str(seed), seed)
        runs.append(({"seed": seed}, history))
    histories = frame.tidy(runs)
    facts = _describe(plan, model, parts) | {"seed": list(plan.seeds)} | frame.cost(histories)
    frame.write_fit(folder, {folder.name: frame.curves(histories)}, facts)


def _fit_grid(plan, parts, build, folder):
    """Search one candidate at a time, so that a killed search repeats one of them, and ship both tables."""
    results = []
    for candidate in plan.optimizers:
        files = [build / f"{candidate}-{kind}.csv" for kind in ("folds", "epochs")]
        if not all(file.exists() for file in files):
            for file, table in zip(files, search(candidate, plan, parts), strict=True):
                with storage.atomic_path(file) as temporary:
                    table.to_csv(temporary, index=False, lineterminator="\n")
        results.append([pd.read_csv(file) for file in files])
    table, histories = (pd.concat(tables, ignore_index=True) for tables in zip(*results, strict=True))
    table = table.sort_values("accuracy", ascending=False, ignore_index=True)
    facts = _describe(plan, models.create_model_intro(), parts) | {
        "optimizer": list(plan.optimizers),
        "learning_rate": "Keras's default of each",
        "folds": plan.folds,
        **frame.cost(plan.folds * table[["seconds", "cpu_seconds"]]),
    }
    tables = {folder.name: frame.curves(table), f"{folder.name}_histories": histories}
    frame.write_fit(folder, tables, facts)


def build_classifier(X, y, optimizer):  # noqa: N803 - as Keras's wrapper calls it, images as rows
    """Build and compile the network of the introduction with an optimizer, always from the same seed."""
    keras.utils.set_random_seed(frame.SEED)
    inputs = keras.Input(shape=(X.shape[1],))
    outputs = models.create_model_intro()(keras.layers.Reshape(models.IMAGE_SHAPE)(inputs))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


def accuracy(classifier, X, y):  # noqa: N803 - as scikit-learn's scorers
    """Share of correct answers, without the progress bar that the classifier's `predict` would print."""
    batches = np.array_split(X, -(-len(X) // 512))
    answers = [np.argmax(classifier.model_(batch, training=False), axis=1) for batch in batches]
    return float(np.mean(np.concatenate(answers) == np.ravel(y)))


def search(candidate, plan, parts):
    """Cross-validate one candidate with GridSearchCV; return its line of the table and its histories."""
    runs = []

    def score(classifier, X, y):  # noqa: N803 - as scikit-learn's scorers
        used = type(classifier.model_.optimizer).__name__  # the one that trained, not the one asked for
        history = resumable.history_table(classifier.history_.history)
        runs.append(({"optimizer": used, "fold": len(runs) + 1}, history))
        print(f"grid: {runs[-1][0]}", flush=True)
        return accuracy(classifier, X, y)

    classifier = keras.wrappers.SKLearnClassifier(build_classifier)
    options = {"cv": plan.folds, "scoring": score, "refit": False, "error_score": "raise"}
    searched = GridSearchCV(classifier, {"model_kwargs": [{"optimizer": candidate}]}, **options)
    start = time.process_time()
    images, labels = parts.train[0], parts.train[1].argmax(axis=1)
    rows = images.reshape(len(images), -1)
    searched.fit(rows, labels, epochs=plan.epochs, batch_size=BATCH_SIZE, verbose=0)
    found = searched.cv_results_
    table = pd.DataFrame({"optimizer": [candidate], "accuracy": found["mean_test_score"]})
    table["deviation"] = found["std_test_score"]
    for fold in range(plan.folds):
        table[f"fold_{fold + 1}"] = found[f"split{fold}_test_score"]
    table["seconds"] = found["mean_fit_time"]
    table["cpu_seconds"] = (time.process_time() - start) / plan.folds
    return table, frame.tidy(runs).drop(columns="run")


def _describe(plan, model, parts):
    learning = {"loss": "CategoricalCrossentropy", "batch_size": BATCH_SIZE, "epochs": plan.epochs}
    learned_from = {"training_images": len(parts.train[0]), "data_sha256": parts.sha256}
    return frame.how(model, **frame.ADAM, **learning, **learned_from)
