"""Step 9: scikit-learn's searches on images, through Keras's own wrapper; on one machine or on a cluster.

The whole search, visibly::

    search = GridSearchCV(
        SKLearnClassifier(grid_search.build_classifier),
        {"model_kwargs": tuning.candidates(optimizer=["SGD", "RMSprop", "Adam"])},
        cv=3,
        scoring=grid_search.accuracy,
        refit=False,
    )
    search.fit(grid_search.rows(images), labels, epochs=5, batch_size=32, verbose=0)
    grid_search.table(search)

Give `epochs` and the like to `search.fit`: scikit-learn clones the classifier for every fit, and Keras 3.15's
clone forgets the `fit_kwargs` of the original, so that it would train for one epoch. To tune the batch size
too, add a list of dictionaries under "fit_kwargs" beside "model_kwargs".

On a Dask cluster the same search runs unchanged, one fit a task::

    with Client(address), joblib.parallel_config("dask"):
        search.fit(...)

A worker needs about 1 GB for TensorFlow and three times the size of the images. Give it one thread
(``dask worker ADDRESS --nthreads 1 --memory-limit 4GB``), because TensorFlow does its own threading, and tell
TensorFlow how many cores it may use (``TF_NUM_INTRAOP_THREADS=2 TF_NUM_INTEROP_THREADS=1``). `helpers` must
be installed on every worker.
"""

import keras
import numpy as np
import pandas as pd

from helpers import models, takes


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
    X : array of shape (N, height * width * channels)
        Images as rows: see `rows`.
    y : array of shape (N, n_classes)
        Labels, which the wrapper has encoded one-hot.
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
    **settings
        Passed on to `create`.

    Returns
    -------
    keras.Model
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


@takes.checked(images=takes.array("buif", 4))
def rows(images):
    """Flatten every image to a row of numbers: scikit-learn accepts nothing else.

    Parameters
    ----------
    images : ndarray of shape (N, height, width, channels)

    Returns
    -------
    ndarray of shape (N, height * width * channels)
    """
    return images.reshape(len(images), -1)


def accuracy(classifier, X, y):  # noqa: N803 - as scikit-learn's scorers
    """Score a fitted Keras classifier, without the progress bar that its `predict` would print.

    Parameters
    ----------
    classifier : keras.wrappers.SKLearnClassifier
    X, y : array
        As given to the search.

    Returns
    -------
    float
        Share of correct predictions.
    """
    batches = np.array_split(X, -(-len(X) // 512))
    answers = [np.argmax(classifier.model_(batch, training=False), axis=1) for batch in batches]
    return float(np.mean(classifier.classes_[np.concatenate(answers)] == np.ravel(y)))


def table(search):
    """Make a short table of what a scikit-learn search found.

    Parameters
    ----------
    search : GridSearchCV or RandomizedSearchCV
        After its `fit`.

    Returns
    -------
    pandas.DataFrame
        One row a candidate, the best first: its settings, `accuracy` (mean over the folds), `deviation`
        (standard deviation over the folds), the accuracy of each fold, and `seconds` a fit.
    """
    results = search.cv_results_
    settings = [{k: v for part in params.values() for k, v in part.items()} for params in results["params"]]
    summary = pd.DataFrame(settings)
    summary["accuracy"], summary["deviation"] = results["mean_test_score"], results["std_test_score"]
    for fold in range(search.n_splits_):
        summary[f"fold_{fold + 1}"] = results[f"split{fold}_test_score"]
    summary["seconds"] = results["mean_fit_time"]
    return summary.sort_values("accuracy", ascending=False, kind="stable", ignore_index=True)
