"""What a search says it tried is what it trained with; validation decides; a cluster changes nothing."""

import os
from functools import partial

import keras
import numpy as np
import pandas as pd
import pytest
from keras.wrappers import SKLearnClassifier
from sklearn.model_selection import GridSearchCV

from helpers import CourseError, tuning
from helpers.histories import history_table

pytestmark = pytest.mark.slow  # each test trains
SHAPE = (4, 4, 3)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 90)
    images = np.zeros((90, *SHAPE), np.float32)
    images[range(90), labels, labels] = 1  # a white pixel says which class it is
    images += rng.random(images.shape, np.float32) / 4
    return images, labels


@pytest.fixture
def parts(data):
    images, labels = data
    return (images[:60], labels[:60]), (images[60:], labels[60:])


def tiny(input_shape=SHAPE, n_classes=3, rate=0.0):
    inputs = keras.Input(input_shape)
    x = keras.layers.Dropout(rate)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(n_classes, activation="softmax")(x))


class Builder:
    """Build and compile a tiny network, and remember which."""

    def __init__(self):
        self.models = []

    def __call__(self, rate=0.0, learning_rate=0.01):
        model, optimizer = tiny(rate=rate), keras.optimizers.Adam(learning_rate)
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        self.models.append(model)
        return model


def test_a_grid_trains_with_each_value_and_keeps_every_history(parts):
    build, seen = Builder(), []
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    grid = tuning.parameter_grid(rate=[0.0, 0.6])
    table, histories = tuning.grid_search(build, [*grid, grid[1]], *parts, epochs=3, callbacks=[note])
    assert seen == [0, 1, 2] * 3, "callbacks see every training"
    assert [model.layers[2].rate for model in build.models] == [0.0, 0.6, 0.6]
    assert histories.groupby("run").epoch.apply(list).tolist() == [[1, 2, 3]] * 3
    for run, model in enumerate(build.models):
        loss, accuracy = model.evaluate(*parts[1], verbose=0)
        last = histories[(histories.run == run) & (histories.epoch == 3)].iloc[0]
        assert (last.val_loss, last.val_accuracy) == pytest.approx((loss, accuracy), abs=1e-5)
    assert set(table.rate) == {0.0, 0.6}
    assert (table.seconds > 0).all()
    second, third = (histories[histories.run == run].drop(columns="run") for run in (1, 2))
    pd.testing.assert_frame_equal(second.reset_index(drop=True), third.reset_index(drop=True))


def test_the_lowest_validation_loss_decides_and_a_training_that_diverged_comes_last():
    losses = {"diverged": [np.nan] * 3, "worse": [1.0, 0.8, 0.9], "better": [0.9, 0.7, 0.8]}
    runs = [
        ({"name": name}, history_table({"val_loss": loss, "val_accuracy": [0.1, 0.2, 0.9]}))
        for name, loss in losses.items()
    ]
    table = tuning.best_epochs(tuning.tidy(runs), seconds=[5, 6, 7])
    assert table.name.tolist() == ["better", "worse", "diverged"]
    assert table.epoch.tolist()[:2] == [2, 2]
    assert table.seconds.tolist() == [7, 6, 5], "the seconds stay with their run"


def test_what_is_no_setting_and_what_build_must_return_is_said(parts):
    with pytest.raises(CourseError, match="at least one setting"):
        tuning.grid_search(Builder(), [], *parts)
    with pytest.raises(CourseError, match="what `suggest` returns to be a dict"):
        tuning.optuna_search(Builder(), lambda trial: 0.3, *parts)
    for fault, made in {"got none": None, "not compiled": tiny(), "trained before": Builder()()}.items():
        with pytest.raises(CourseError, match=f"a new compiled model.*{fault}"):
            tuning.grid_search(lambda rate, made=made: made, [{"rate": 0.1}, {"rate": 0.2}], *parts, epochs=1)


def test_optuna_trains_with_what_it_suggests_and_learns_from_few_trials(parts, monkeypatch):
    optuna = pytest.importorskip("optuna")
    build, suggested, told, at_random = Builder(), [], [], []
    sampler, study = optuna.samplers.RandomSampler, optuna.Study
    draw, tell = sampler.sample_independent, study.tell
    monkeypatch.setattr(sampler, "sample_independent", lambda *given: at_random.append(1) or draw(*given))
    monkeypatch.setattr(study, "tell", lambda *given: told.append(given[2]) or tell(*given))

    def suggest(trial):
        suggested.append(trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True))
        return {"learning_rate": suggested[-1]}

    table, histories = tuning.optuna_search(build, suggest, *parts, n_trials=6, epochs=2)
    assert len(at_random) == 2, "a third of the trials; the others follow from their results"
    assert [float(model.optimizer.learning_rate) for model in build.models] == pytest.approx(suggested)
    assert histories.groupby("run").learning_rate.first().tolist() == suggested
    assert (len(table), len(histories)) == (6, 12)
    assert table.val_loss.tolist() == sorted(told), "the best first, and Optuna was told of each"
    again, _ = tuning.optuna_search(Builder(), suggest, *parts, n_trials=6, epochs=2)
    assert again.learning_rate.tolist() == table.learning_rate.tolist(), "Optuna is seeded"


def searched(data, scoring, settings):
    classifier = SKLearnClassifier(partial(tuning.build_classifier, create=tiny, image_shape=SHAPE))
    how = {"cv": 3, "scoring": scoring, "refit": False, "error_score": "raise"}
    search = GridSearchCV(classifier, {"model_kwargs": settings}, **how)
    images, labels = data
    return search.fit(images.reshape(len(images), -1), labels, epochs=2, batch_size=16, verbose=0)


def test_each_candidate_is_trained_with_the_settings_it_is_named_after(data):
    trained = []

    def score(classifier, X, y):  # noqa: N803
        model = classifier.model_
        used = type(model.optimizer).__name__, round(float(model.optimizer.learning_rate), 6)
        asked = classifier.model_kwargs["optimizer"], classifier.model_kwargs["learning_rate"]
        trained.append((asked == used, model.layers[2].layers[2].rate, int(model.optimizer.iterations)))
        return 0.0

    grid = tuning.parameter_grid(optimizer=["SGD", "RMSprop"], learning_rate=[0.5, 0.01], rate=[0.25])
    searched(data, score, grid)
    steps = 2 * 4  # 2 epochs of 60 images in batches of 16: no candidate fell back to one epoch
    assert trained == [(True, 0.25, steps)] * 12


def test_the_score_is_the_accuracy_and_prints_nothing(data, capsys):
    scores = []

    def both(classifier, X, y):  # noqa: N803
        capsys.readouterr()
        scores.append(tuning.score_classifier(classifier, X, y))
        assert capsys.readouterr().out == ""
        scores.append(classifier.score(X, y))
        return 0.0

    images, labels = data
    searched((images, labels + 5), both, [{"optimizer": "Adam", "learning_rate": 0.1}])
    assert scores[::2] == pytest.approx(scores[1::2])
    assert max(scores) > 0.5, "labels that do not start at 0 are understood"


def test_the_table_shows_settings_and_folds_best_first(data):
    settings = tuning.parameter_grid(optimizer=["SGD", "Adam"], learning_rate=[0.05])
    search = searched(data, tuning.score_classifier, settings)
    table = tuning.search_results(search)
    assert table.accuracy.is_monotonic_decreasing
    for row in table.itertuples():
        named = {"optimizer": row.optimizer, "learning_rate": 0.05}
        at = search.cv_results_["params"].index({"model_kwargs": named})
        assert row.accuracy == search.cv_results_["mean_test_score"][at]
        assert row.accuracy == pytest.approx(np.mean([row.fold_1, row.fold_2, row.fold_3]))


def accuracy_part_and_process(classifier, X, y):  # noqa: N803
    return {"score": tuning.score_classifier(classifier, X, y), "part": np.sum(X), "process": os.getpid()}


def test_the_same_search_runs_on_a_dask_cluster_of_two_processes(data):
    distributed = pytest.importorskip("distributed")
    import joblib

    settings = tuning.parameter_grid(optimizer=["SGD", "Adam"], learning_rate=[0.1])
    here = searched(data, accuracy_part_and_process, settings).cv_results_
    two = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with (
        distributed.LocalCluster(**two) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        there = searched(data, accuracy_part_and_process, settings).cv_results_
    assert there["params"] == here["params"]
    processes = set()
    for fold in ("split0", "split1", "split2"):
        np.testing.assert_array_equal(there[f"{fold}_test_part"], here[f"{fold}_test_part"])
        # a fold has 30 images, and another process rounds in another way
        np.testing.assert_allclose(there[f"{fold}_test_score"], here[f"{fold}_test_score"], atol=0.3)
        processes |= set(there[f"{fold}_test_process"])
    assert len(processes) == 2 and os.getpid() not in processes


SETTINGS = [  # a setting, the name of its column, what stands there
    ({"widths": (4, 4, 4)}, "widths", "(4, 4, 4)"),
    ({"widths": [4, 8]}, "widths", "[4, 8]"),
    ({"scales": np.array([1, 2])}, "scales", "[1 2]"),
    ({"activation": keras.ops.relu}, "activation", "relu"),
    ({"kind": {"a": 1}}, "kind", "{'a': 1}"),
    ({"seconds": 3}, "setting_seconds", 3),
    ({"loss": "mse"}, "setting_loss", "mse"),
    ({"run": 7}, "setting_run", 7),
]


@pytest.mark.parametrize(("setting", "column", "cell"), SETTINGS)
def test_a_setting_of_any_kind_and_name_has_its_cell(setting, column, cell):
    history = history_table({"loss": [2.0, 1.0], "val_loss": [2.0, 1.0]})
    table = tuning.tidy([(setting, history), (setting, history)])
    assert table[column].tolist() == [cell] * 4
    assert table.run.tolist() == [0, 0, 1, 1] and table.loss.tolist() == [2.0, 1.0] * 2
    best = tuning.best_epochs(table, [5.0, 6.0])
    assert best.seconds.tolist() == [5.0, 6.0] and best[column].tolist() == [cell] * 2
