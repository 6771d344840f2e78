"""Train what the course ships in fit_outputs/shipped, on the full CIFAR-10.

    python tools/fits.py                   # everything, one after another
    python tools/fits.py model_intro       # one of them

Made for the background: a line an epoch, and whatever kills it costs one epoch at most. Call it again and it
goes on from build/fits; remove a folder there, or `make clean`, to train anew.
"""

# First of all, because it quietens TensorFlow.
from helpers import data, evaluation, models, storage, training, tuning
from helpers.sharing import portable

# isort: split
import argparse
import hashlib
import importlib.metadata
import os
import platform
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import resumable
from sklearn.model_selection import GridSearchCV

SEED = 42
BATCH_SIZE = 32


@dataclass(frozen=True)
class Fit:
    """One training: which network, with which settings, for how long; the model is shipped unless told.

    With `shuffled_pixels` the pixels of all images change places first, all in the same way.
    """

    create: callable
    epochs: int
    settings: dict = field(default_factory=dict)
    ships_model: bool = True
    shuffled_pixels: bool = False


@dataclass(frozen=True)
class Sweep:
    """The same training for several values of one setting, or seeds; only the histories are shipped."""

    create: callable
    epochs: int
    setting: str
    values: tuple


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
    "sweep_dropout": Sweep(models.create_model_dropout, 20, "rate", (0.15, 0.3, 0.45, 0.6, 0.75)),
    "sweep_activation": Sweep(
        models.create_model_intro, 10, "activation", ("relu", "sigmoid", "tanh", "selu", "leaky_relu")
    ),
    "seeds_intro": Sweep(models.create_model_intro, 10, "seed", (1, 2, 3, 4, 5)),
    "seeds_dropout": Sweep(models.create_model_dropout, 10, "seed", (1, 2, 3, 4, 5)),
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


def load_parts(size):
    """Load and prepare the data: `size` "full" or "workshop", as in `data.load_cifar10`."""
    raw = data.load_cifar10(size)
    digest = hashlib.sha256(b"".join(array.tobytes() for part in raw for array in part)).hexdigest()
    train_images, val_images, train_labels, val_labels = data.prepare_dataset(*raw[0])
    test, workshop_test = (
        (data.normalize(images), labels) for images, labels in (raw[1], data.load_cifar10()[1])
    )
    return Parts((train_images, train_labels), (val_images, val_labels), test, workshop_test, digest)


def ship(name, parts, build, shipped):
    """Train what `PLAN` calls `name` and write it to `shipped`, the settings file last."""
    kinds = {Fit: ship_fit, Sweep: ship_sweep, Grid: ship_grid}
    plan, folder = PLAN[name], shipped / name
    resumable.remove_unfinished(folder)
    facts = kinds[type(plan)](name, plan, parts, build / name, folder)
    resumable.write_json(folder / "settings.json", facts)
    print(f"{name}: in {folder}", flush=True)


def ship_fit(name, fit, parts, build, folder):
    """Train one network; write its history and, if it is shipped, the model, measured as it is on disk."""
    if fit.shuffled_pixels:
        train_part, val_part = ((shuffle_pixels(x), y) for x, y in (parts.train, parts.validation))
        parts = replace(parts, train=train_part, validation=val_part)
    model, history = train(fit, parts, build)
    scores = {
        "validation_accuracy": float(history.val_accuracy.iloc[-1]),
        "validation_images": len(parts.validation[0]),
    }
    write_table(folder / f"{name}.csv", training.history_table(history[curves(history)]))
    if fit.ships_model:
        portable.save(model, folder / f"{name}.keras")
        scores = measure(keras.saving.load_model(folder / f"{name}.keras"), parts)
    settings = fit.settings | ({"shuffled_pixels": True} if fit.shuffled_pixels else {})
    return {**facts_of(fit, model, parts), **settings, **cost(history), **scores}


def shuffle_pixels(images):
    """Move the pixels of all images to other places, all in the same way, as the dense baseline does."""
    order = np.random.default_rng(SEED).permutation(32 * 32)
    return images.reshape(-1, 32 * 32, 3)[:, order].reshape(images.shape)


def train(fit, parts, build, seed=SEED):
    """Train one network, resumably."""
    create = partial(compiled, fit.create, fit.settings)
    decided = {"network": fit.create.__name__, "seed": seed, "shuffled_pixels": fit.shuffled_pixels}
    decided |= {"batch_size": BATCH_SIZE, "data": parts.sha256} | fit.settings
    return resumable.train(
        create, parts.train, parts.validation, build, fit.epochs, BATCH_SIZE, seed, decided=decided
    )


def compiled(create, settings):
    """Create a network and compile it as episode 4 does."""
    model = create(**settings)
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.CategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    return model


def ship_sweep(name, sweep, parts, build, folder):
    """Train once for each value, each resumable by itself, and write all epochs as one tidy table."""
    runs = []
    for value in sweep.values:
        print(f"{name}: {sweep.setting} {value}", flush=True)
        setting = {sweep.setting: value}
        if sweep.setting == "seed":
            fit, seed = Fit(sweep.create, sweep.epochs), value
        else:
            fit, seed = Fit(sweep.create, sweep.epochs, setting), SEED
        model, history = train(fit, parts, build / str(value), seed)
        runs.append((setting, history))
    histories = tuning.tidy(runs)
    write_table(folder / f"{name}.csv", histories.drop(columns=["seconds", "cpu_seconds"]), index=False)
    return {**facts_of(sweep, model, parts), sweep.setting: list(sweep.values), **cost(histories)}


def ship_grid(name, grid, parts, build, folder):
    """Search one candidate at a time, so that a killed search repeats one of them, and write both tables."""
    results = []
    for candidate in tuning.parameter_grid(optimizer=list(grid.optimizers)):
        files = [build / f"{candidate['optimizer']}-{kind}.csv" for kind in ("folds", "epochs")]
        if not all(file.exists() for file in files):
            for file, table in zip(files, search(candidate, grid, parts), strict=True):
                write_table(file, table, index=False)
        results.append([pd.read_csv(file) for file in files])
    table, histories = (pd.concat(tables, ignore_index=True) for tables in zip(*results, strict=True))
    table = table.sort_values("accuracy", ascending=False, ignore_index=True)
    write_table(folder / f"{name}.csv", table.drop(columns=["seconds", "cpu_seconds"]), index=False)
    write_table(folder / f"{name}_histories.csv", histories, index=False)
    network = models.create_model_intro()
    return {
        **facts_of(grid, network, parts),
        "optimizer": list(grid.optimizers),
        "learning_rate": "Keras's default of each",
        "folds": grid.folds,
        **cost(grid.folds * table[["seconds", "cpu_seconds"]]),
    }


def search(candidate, grid, parts):
    """Cross-validate one candidate with GridSearchCV; return its line of the table and its histories."""
    runs = []

    def score(classifier, X, y):  # noqa: N803 - as scikit-learn's scorers
        used = type(classifier.model_.optimizer).__name__  # the one that trained, not the one asked for
        runs.append(({"optimizer": used, "fold": len(runs) + 1}, training.history_table(classifier.history_)))
        print(f"grid: {runs[-1][0]}", flush=True)
        return tuning.score_classifier(classifier, X, y)

    searched = GridSearchCV(
        keras.wrappers.SKLearnClassifier(tuning.build_classifier),
        {"model_kwargs": [candidate]},
        cv=grid.folds,
        scoring=score,
        refit=False,
        error_score="raise",
    )
    start = time.process_time()
    rows, labels = tuning.flatten_images(parts.train[0]), parts.train[1].argmax(axis=1)
    searched.fit(rows, labels, epochs=grid.epochs, batch_size=BATCH_SIZE, verbose=0)
    table = tuning.search_results(searched)
    table["cpu_seconds"] = (time.process_time() - start) / grid.folds
    return table, tuning.tidy(runs).drop(columns="run")


def curves(history):
    """Name the columns that Keras measured."""
    return [name for name in history.columns if not name.endswith("seconds")]


def facts_of(plan, model, parts):
    """Say how a fit was made."""
    return {
        "network": model.name,
        "parameters": model.count_params(),
        "optimizer": "Adam",
        "learning_rate": 0.001,
        "loss": "CategoricalCrossentropy",
        "batch_size": BATCH_SIZE,
        "epochs": plan.epochs,
        "seed": SEED,
        "training_images": len(parts.train[0]),
        "data_sha256": parts.sha256,
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")},
        },
        "cores": os.cpu_count(),
    }


def cost(history):
    """Sum up the time of training; on a busy machine the CPU seconds tell more than the clock."""
    return {
        name: round(float(history[column].sum()), 1)
        for name, column in (("wall_seconds", "seconds"), ("cpu_seconds", "cpu_seconds"))
    }


def measure(model, parts):
    """Measure a model on validation and test images; the only look at the test set."""
    scores = {}
    for name in ("validation", "test", "workshop_test"):
        scores |= scores_of(name, evaluation.predict(model, *getattr(parts, name)))
    return scores


def scores_of(part, predictions):
    """Sum up the predictions for one part of the data, as a settings file says it."""
    low, high = evaluation.accuracy_interval(predictions.correct.sum(), len(predictions))
    return {
        f"{part}_images": len(predictions),
        f"{part}_accuracy": predictions.accuracy,
        f"{part}_interval_95": [round(low, 4), round(high, 4)],
    }


def write_table(path, table, index=True):
    """Write a table, complete or not at all."""
    with storage.atomic_path(path) as temporary:
        table.to_csv(temporary, index=index, lineterminator="\n")


def options_parser(text):
    """Make a parser of the options that trainings on CIFAR-10 share; `text` begins with their purpose."""
    parser = argparse.ArgumentParser(description=text.split("\n")[0])
    parser.add_argument("--size", choices=("full", "workshop"), default="full", help="of CIFAR-10")
    parser.add_argument(
        "--build", type=Path, default=storage.ROOT / "build" / "fits", help="state while training"
    )
    parser.add_argument("--shipped", type=Path, default=storage.SHIPPED_FITS, help="where the results go")
    return parser


def main():
    """Train and ship what the command line names."""
    parser = options_parser(__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"{', '.join(PLAN)}; all if none is given")
    options = parser.parse_args()
    unknown = set(options.names) - set(PLAN)
    if unknown:
        parser.error(f"no fit is called {', '.join(sorted(unknown))}; there are {', '.join(PLAN)}")
    parts = load_parts(options.size)
    for name in options.names or PLAN:
        ship(name, parts, options.build, options.shipped)


if __name__ == "__main__":
    main()
