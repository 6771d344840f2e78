"""Step 9: find good hyperparameters. Validation decides, never the test set.

A setting is a dictionary of keyword arguments for a function that builds and compiles a network.
`grid_search` tries a list of them: all combinations, or random ones. `optuna_search` lets Optuna choose the
next one from the results so far. scikit-learn's own searches run through Keras's wrapper::

    search = GridSearchCV(
        SKLearnClassifier(tuning.build_classifier),
        {"model_kwargs": tuning.parameter_grid(optimizer=["SGD", "RMSprop", "Adam"])},
        cv=3, scoring=tuning.score_classifier, refit=False,
    )
    search.fit(images.reshape(len(images), -1), labels, epochs=5, batch_size=32, verbose=0)
    tuning.search_results(search)

Give `epochs` and the like to `search.fit`: scikit-learn clones the classifier for every fit, and Keras 3.15's
clone forgets the `fit_kwargs` of the original, so that it would train for one epoch. To tune the batch size
too, add a list of dictionaries under "fit_kwargs" beside "model_kwargs".

``with Client(address), joblib.parallel_config("dask"):`` runs `search.fit` on a Dask cluster, one fit a task.
A worker needs `helpers`, about 1 GB for TensorFlow and three times the size of the images. Give it one thread
(``dask worker ADDRESS --nthreads 1 --memory-limit 4GB``), because TensorFlow does its own threading, and tell
TensorFlow how many cores it may use (``TF_NUM_INTRAOP_THREADS=2 TF_NUM_INTEROP_THREADS=1``).
"""

import time
from numbers import Number

import keras
import numpy as np
import pandas as pd
from sklearn.model_selection import ParameterGrid

from helpers import CourseError, models, validation
from helpers.histories import history_table


def parameter_grid(**values):
    """List all combinations of the given values, what to try of each setting, which is a grid.

    Examples
    --------
    >>> parameter_grid(optimizer=["SGD", "Adam"])
    [{'optimizer': 'SGD'}, {'optimizer': 'Adam'}]
    >>> len(parameter_grid(learning_rate=[0.1, 0.01, 0.001], batch_size=[16, 32, 64]))
    9
    """
    return list(ParameterGrid(values))


AS_SETTING = validation.DICT  # the searches have an argument called validation
FIT_CHECKS = {  # what both searches pass on to `fit`
    "build": validation.function,
    "train": validation.pair("images, labels"),
    "validation": validation.pair("images, labels"),
    "epochs": validation.COUNT,
    "batch_size": validation.COUNT,
    "seed": validation.SEED,
    "callbacks": validation.several(validation.a(keras.callbacks.Callback)),
}


@validation.checked(settings=validation.several(validation.DICT), **FIT_CHECKS)
def grid_search(build, settings, train, validation, epochs=5, batch_size=32, seed=42, callbacks=()):
    """Train one network for each of several settings.

    Parameters
    ----------
    build : callable
        Takes a setting as keyword arguments, returns a new model, compiled with the metric "accuracy".
    settings : iterable of dict
        What to try: `parameter_grid`, or scikit-learn's ParameterSampler for a random search.
    train, validation : tuple of array
        (images, labels) to learn from, and to decide by.
    epochs, batch_size : int
        As in `fit`.
    seed : int, default 42
        Every training starts from this seed, so that the setting is all that differs.
    callbacks : sequence, default ()
        As in `fit`, for example ``[training.LiveProgress()]``.

    Returns
    -------
    table : pandas.DataFrame
        One row a setting, the best first: see `best_epochs`; and `seconds`, how long the training took.
    histories : pandas.DataFrame
        All epochs of all trainings: the setting, `epoch`, and what Keras measured. A setting that is called
        as one of these columns, `seconds` say, stands in `setting_seconds`.
    """
    fit = {"validation_data": validation, "epochs": epochs, "batch_size": batch_size, "callbacks": callbacks}
    return _tables([_train(build, setting, train, seed, fit) for setting in settings])


@validation.checked(suggest=validation.function, n_trials=validation.COUNT, **FIT_CHECKS)
def optuna_search(
    build, suggest, train, validation, n_trials=9, epochs=5, batch_size=32, seed=42, callbacks=()
):
    """Let Optuna choose each setting from the results so far (tree-structured Parzen estimator).

    A third of the trials is drawn at random, for a start.

    Parameters
    ----------
    suggest : callable
        Takes an Optuna trial, returns a setting, for example
        ``{"learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)}``.
    n_trials : int, default 9
        Number of trainings.
    seed : int, default 42
        Seed of Optuna and of every training.
    build, train, validation, epochs, batch_size, callbacks
        As in `grid_search`.

    Returns
    -------
    table, histories : pandas.DataFrame
        As `grid_search` returns them, `run` in the order of the trials.

    References
    ----------
    T. Akiba, S. Sano, T. Yanase, T. Ohta and M. Koyama, Optuna: a next-generation hyperparameter optimization
    framework, Proceedings of the 25th ACM SIGKDD Conference (2019) 2623-2631.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    # Optuna's default of ten random trials to start with would leave nothing to learn from so few.
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=max(1, n_trials // 3))
    study = optuna.create_study(sampler=sampler)
    fit = {"validation_data": validation, "epochs": epochs, "batch_size": batch_size, "callbacks": callbacks}
    runs = []
    for _ in range(n_trials):
        trial = study.ask()
        setting = AS_SETTING(suggest(trial), "what `suggest` returns")
        runs.append(_train(build, setting, train, seed, fit))
        study.tell(trial, runs[-1][1].val_loss.fillna(np.inf).min())  # Optuna refuses nan
    return _tables(runs)


def _train(build, setting, train, seed, fit):
    """Train one network: its setting, its history and the seconds it took."""
    start = time.perf_counter()
    keras.utils.set_random_seed(seed)
    model = build(**setting)
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or int(optimizer.iterations):
        found = "none" if model is None else "one that is not compiled or has been trained before"
        remedy = "Create the model and compile it inside `build`, and return it."
        raise CourseError("a new compiled model for every setting", found, remedy)
    history = model.fit(*train, **fit, verbose=0)
    return setting, history_table(history), time.perf_counter() - start


def _tables(runs):
    histories = tidy([(setting, history) for setting, history, _ in runs])
    return best_epochs(histories, [seconds for *_, seconds in runs]), histories


def tidy(runs):
    """Put pairs of setting and history into one long table: `run`, the settings, `epoch`, `loss`, ..."""
    if not runs:
        remedy = 'Pass a list such as [{"rate": 0.3}, {"rate": 0.6}].'
        raise CourseError("at least one setting", "none", remedy)
    tables = []
    for run, (setting, history) in enumerate(runs):
        taken = {"run", "epoch", "seconds", *history.columns}
        named = {
            f"setting_{name}" if name in taken else name: _cell(value) for name, value in setting.items()
        }
        ordered = ["run", *named, "epoch", *history.columns]
        tables.append(history.reset_index().assign(run=run, **named)[ordered])
    return pd.concat(tables, ignore_index=True)


def _cell(value):
    """Make of the value of a setting what fits into one cell of a table: a list would fill a column."""
    if value is None or isinstance(value, str | Number | np.generic):
        return value
    return getattr(value, "__name__", None) or str(value)


@validation.checked(histories=validation.table("run", "val_loss"))
def best_epochs(histories, seconds=None):
    """Take from each training the epoch with the lowest validation loss: a row each, the lowest first.

    The histories are epochs of all trainings, as `grid_search` returns them, with the seconds that each took.
    """
    losses = histories.val_loss.fillna(np.inf)  # of a training that diverged
    best = histories.loc[losses.groupby(histories.run).idxmin()]
    if seconds is not None:
        validation.numbers(len(best))(seconds, "seconds")
        best = best.assign(seconds=list(seconds))
    return best.sort_values("val_loss", kind="stable", ignore_index=True)


def build_classifier(
    X,  # noqa: N803 - the wrapper passes these names
    y,
    optimizer="Adam",
    learning_rate=None,
    create=models.create_model_intro,
    image_shape=models.IMAGE_SHAPE,
    seed=42,
    **settings,
):
    """Build and compile a network for `keras.wrappers.SKLearnClassifier`.

    Parameters
    ----------
    X, y : array
        Images as rows of numbers, because scikit-learn accepts nothing else, and their labels, which the
        wrapper has encoded one-hot.
    optimizer : str, default "Adam"
        Name of a Keras optimizer.
    learning_rate : float, optional
        Its learning rate; Keras's default for this optimizer if not given.
    create : callable
        Takes `input_shape`, `n_classes` and `settings`, returns a model.
    image_shape : tuple of int
        Height, width and channels.
    seed : int, default 42
        Set before building, so that every fit starts alike, whichever process it runs in.
    """
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(X.shape[1],))
    network = create(input_shape=image_shape, n_classes=y.shape[1], **settings)
    model = keras.Model(inputs, network(keras.layers.Reshape(image_shape)(inputs)))
    chosen = keras.optimizers.get(optimizer)
    if learning_rate is not None:
        chosen.learning_rate = learning_rate
    model.compile(optimizer=chosen, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def score_classifier(classifier, X, y):  # noqa: N803 - as scikit-learn's scorers
    """Share of correct predictions, without the progress bar that the classifier's `predict` would print."""
    batches = np.array_split(X, -(-len(X) // 512))
    answers = [np.argmax(classifier.model_(batch, training=False), axis=1) for batch in batches]
    return float(np.mean(classifier.classes_[np.concatenate(answers)] == np.ravel(y)))


def search_results(search):
    """Make a short table of what a scikit-learn search found: one row a candidate, the best first.

    It has the settings, `accuracy` (mean over the folds), `deviation` (standard deviation over the folds),
    the accuracy of each fold, and `seconds` a fit.
    """
    results = search.cv_results_
    settings = [{k: v for part in params.values() for k, v in part.items()} for params in results["params"]]
    summary = pd.DataFrame(settings)
    summary["accuracy"], summary["deviation"] = results["mean_test_score"], results["std_test_score"]
    for fold in range(search.n_splits_):
        summary[f"fold_{fold + 1}"] = results[f"split{fold}_test_score"]
    summary["seconds"] = results["mean_fit_time"]
    return summary.sort_values("accuracy", ascending=False, kind="stable", ignore_index=True)
