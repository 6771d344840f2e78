"""Shipped fits are what their settings say, and a killed fit ends as one that was never killed."""

import json
import os
import signal
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pandas as pd
import pytest

from helpers import data, evaluation, models, storage, tuning
from helpers.sharing import portable

TOOLS = storage.ROOT / "tools"
sys.path.insert(0, str(TOOLS))
import fits  # noqa: E402
import resumable  # noqa: E402

SHIPPED_MODELS = sorted(
    path.stem for path in storage.SHIPPED_FITS.glob("*/*.keras") if path.stem in fits.PLAN
)
SHIPPED_FITS = sorted(set(fits.PLAN) - {"grid_optimizer"})
EXACT = 1e-6  # a resumed fit repeats an uninterrupted one to the last digit; leave room for other machines


def settings_of(name):
    return json.loads((storage.SHIPPED_FITS / name / "settings.json").read_text(encoding="utf-8"))


def shipped_table(name):
    return pd.read_csv(storage.SHIPPED_FITS / name / f"{name}.csv")


# What is shipped


def test_everything_that_is_planned_is_shipped_and_nothing_half_written():
    assert SHIPPED_MODELS == ["model_dense", "model_dropout", "model_intro"]
    for name in fits.PLAN:
        assert {"settings.json", f"{name}.csv"} <= {
            path.name for path in (storage.SHIPPED_FITS / name).iterdir()
        }
    assert not list(storage.SHIPPED_FITS.rglob(".writing-*"))


@pytest.mark.parametrize("name", SHIPPED_MODELS)
def test_a_shipped_model_measures_what_its_settings_say(name):
    images, labels = data.load_cifar10()[1]
    model = keras.saving.load_model(storage.SHIPPED_FITS / name / f"{name}.keras", safe_mode=True)
    predictions = evaluation.predict(model, data.normalize(images), labels)
    settings = settings_of(name)
    assert predictions.accuracy == pytest.approx(settings["workshop_test_accuracy"], abs=0.005)
    low, high = settings["workshop_test_interval_95"]
    assert low <= predictions.accuracy <= high
    assert model.count_params() == settings["parameters"]
    assert model.name == settings["network"]


@pytest.mark.parametrize("name", SHIPPED_MODELS)
def test_the_settings_of_a_shipped_model_are_complete_and_agree_with_its_history(name):
    settings, history = settings_of(name), shipped_table(name)
    for part, n in (("validation", 10_000), ("test", 10_000), ("workshop_test", 2_000)):
        accuracy = settings[f"{part}_accuracy"]
        assert settings[f"{part}_images"] == n
        interval = evaluation.accuracy_interval(round(accuracy * n), n)
        assert settings[f"{part}_interval_95"] == pytest.approx(interval, abs=1e-4)
    assert history.val_accuracy.iloc[-1] == pytest.approx(settings["validation_accuracy"], abs=5e-4)


@pytest.mark.parametrize("name", fits.PLAN)
def test_the_settings_say_how_a_fit_was_made(name):
    settings = settings_of(name)
    assert settings["training_images"] == 40_000
    assert len(settings["data_sha256"]) == 64
    assert settings["data_sha256"] == settings_of("model_intro")["data_sha256"]
    assert set(settings["versions"]) == {"python", "keras", "tensorflow", "numpy"}
    assert settings["wall_seconds"] > 0 < settings["cpu_seconds"]
    seeds = [1, 2, 3, 4, 5] if name.startswith("seeds") else fits.SEED
    assert (settings["epochs"], settings["seed"]) == (fits.PLAN[name].epochs, seeds)
    assert (settings["batch_size"], settings["loss"]) == (32, "CategoricalCrossentropy")


@pytest.mark.parametrize("name", SHIPPED_FITS)
def test_a_shipped_history_has_every_epoch(name):
    plan, table = fits.PLAN[name], shipped_table(name)
    if isinstance(plan, fits.Sweep):
        assert list(table[plan.setting].unique()) == list(plan.values)
        runs = [run for _, run in table.groupby("run")]
    else:
        runs = [table]
    for run in runs:
        assert run.epoch.tolist() == list(range(1, plan.epochs + 1))
        assert run[["loss", "accuracy", "val_loss", "val_accuracy"]].notna().all(axis=None)


def test_the_same_training_gave_the_same_history_wherever_it_occurs():
    columns = ["loss", "accuracy", "val_loss", "val_accuracy"]
    intro = shipped_table("model_intro")[columns]
    sweep = shipped_table("sweep_activation")
    relu = sweep[sweep.activation == "relu"].reset_index(drop=True)[columns]
    pd.testing.assert_frame_equal(shipped_table("intro_long")[columns][:10], intro, atol=EXACT)
    pd.testing.assert_frame_equal(relu, intro, atol=EXACT)


def test_the_shipped_grid_search_trained_with_the_optimizers_it_names():
    table = shipped_table("grid_optimizer")
    histories = pd.read_csv(storage.SHIPPED_FITS / "grid_optimizer" / "grid_optimizer_histories.csv")
    assert sorted(table.optimizer) == sorted(fits.PLAN["grid_optimizer"].optimizers)
    counts = histories.groupby(["optimizer", "fold"]).size()
    assert counts.to_dict() == {(name, fold): 10 for name in table.optimizer for fold in (1, 2, 3)}
    assert table.accuracy.is_monotonic_decreasing
    last = histories[histories.epoch == 10].groupby("optimizer").accuracy.mean()
    assert last.idxmin() == table.optimizer.iloc[-1], "the worst in validation learned least"


# How a fit is made


def make(rate=0.5):
    return fits.compiled(models.create_model_dropout, {"rate": rate})


def some_data(n=192):
    rng = np.random.default_rng(1)
    labels = np.eye(10, dtype=np.float32)[rng.integers(0, 10, n)]
    return rng.random((n, 32, 32, 3), np.float32), labels


def train_here(folder, epochs=5):
    return resumable.train(make, some_data(), some_data(64), folder, epochs)


KILLED = """
import os, signal, sys
sys.path[:0] = [{tools!r}, {root!r}]
from tests.test_fits import keras, train_here
from pathlib import Path

if {while_writing}:
    complete = keras.Model.save

    def half(model, path):
        if int(model.optimizer.iterations) < 18:  # three epochs of six steps
            return complete(model, path)
        Path(path).write_bytes(b"half a model")
        os.kill(os.getpid(), signal.SIGKILL)

    keras.Model.save = half
train_here(Path({folder!r}), epochs=1000)
"""


def killed(folder, while_writing):
    """Train in a process of its own and kill it in its fourth epoch, or while it writes its third."""
    code = KILLED.format(
        tools=str(TOOLS), root=str(storage.ROOT), folder=str(folder), while_writing=while_writing
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8") as process:
        for line in process.stdout:
            if "epoch  3" in line:
                process.send_signal(signal.SIGKILL)
                break
    return process.returncode


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    return train_here(tmp_path_factory.mktemp("uninterrupted"), epochs=8)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("while_writing", [False, True])
def test_a_killed_and_resumed_fit_equals_an_uninterrupted_one(tmp_path, uninterrupted, while_writing):
    assert killed(tmp_path, while_writing) == -signal.SIGKILL
    kept = keras.saving.load_model(tmp_path / "model.keras")  # loads, so it is complete
    done = int(kept.optimizer.iterations) // 6
    assert done in ((2,) if while_writing else (3, 4, 5, 6, 7))
    assert len(resumable.read_history(tmp_path / "history.csv")) in (done, done + 1)
    expected_model, expected_history = uninterrupted
    model, history = train_here(tmp_path, epochs=8)
    for weights, expected in zip(model.get_weights(), expected_model.get_weights(), strict=True):
        np.testing.assert_allclose(weights, expected, atol=EXACT)
    measured = fits.curves(history)
    pd.testing.assert_frame_equal(history[measured], expected_history[measured], atol=EXACT)
    assert {path.name for path in tmp_path.iterdir()} == {"model.keras", "history.csv"}


@pytest.mark.slow
def test_a_finished_fit_is_not_trained_again_and_more_epochs_continue_it(tmp_path, uninterrupted):
    train_here(tmp_path, epochs=2)
    _, again = train_here(tmp_path, epochs=2)
    assert len(again) == 2
    _, more = train_here(tmp_path, epochs=3)
    assert more.val_loss.tolist() == pytest.approx(uninterrupted[1].val_loss[:3].tolist(), abs=EXACT)


def test_a_state_is_not_gone_on_with_by_other_settings(tmp_path):
    resumable.begin_with({"rate": 0.5}, tmp_path)
    resumable.begin_with({"rate": 0.3}, tmp_path)  # nothing has been trained yet
    (tmp_path / "model.keras").touch()
    resumable.begin_with({"rate": 0.3}, tmp_path)
    with pytest.raises(SystemExit, match="other settings"):
        resumable.begin_with({"rate": 0.5}, tmp_path)


def test_every_epoch_sees_every_image_once_in_another_order():
    numbers = np.arange(10)
    batches = resumable.batches(numbers, numbers, batch_size=4, seed=1, first_epoch=0).take(6)
    seen = np.concatenate([images.numpy() for images, labels in batches])
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(numbers)
    assert list(seen[:10]) != list(seen[10:])
    resumed = resumable.batches(numbers, numbers, batch_size=4, seed=1, first_epoch=1).take(3)
    assert list(np.concatenate([images.numpy() for images, _ in resumed])) == list(seen[10:])


@pytest.fixture
def parts():
    images, labels = some_data(64)
    test = images, labels.argmax(axis=1)
    return fits.Parts(some_data(), some_data(48), test, test, "0" * 64)


@pytest.fixture
def plan(monkeypatch):
    small = {
        "one": fits.Fit(models.create_model_intro, epochs=2),
        "long": fits.Fit(models.create_model_intro, epochs=2, ships_model=False),
        "sweep": fits.Sweep(models.create_model_dropout, 2, "rate", (0.2, 0.6)),
        "seeds": fits.Sweep(models.create_model_intro, 1, "seed", (1, 2)),
        "grid": fits.Grid(epochs=1, folds=2, optimizers=("SGD", "Adam")),
    }
    monkeypatch.setattr(fits, "PLAN", small)
    return small


@pytest.mark.slow
def test_shipping_writes_tables_models_and_settings(plan, parts, tmp_path):
    for name in plan:
        fits.ship(name, parts, tmp_path / "build", tmp_path / "shipped")
    written = {path.relative_to(tmp_path / "shipped").as_posix() for path in tmp_path.rglob("shipped/*/*")}
    assert written == {
        *("one/one.csv", "one/one.keras", "one/settings.json", "long/long.csv", "long/settings.json"),
        *("sweep/sweep.csv", "sweep/settings.json", "seeds/seeds.csv", "seeds/settings.json"),
        *("grid/grid.csv", "grid/grid_histories.csv", "grid/settings.json"),
    }
    sweep = pd.read_csv(tmp_path / "shipped/sweep/sweep.csv")
    assert sweep.groupby("rate").epoch.max().to_dict() == {0.2: 2, 0.6: 2}
    assert len(tuning.best_epochs(sweep)) == 2
    seeds = pd.read_csv(tmp_path / "shipped/seeds/seeds.csv")
    assert seeds.seed.tolist() == [1, 2]
    assert seeds.loss[0] != seeds.loss[1]
    histories = pd.read_csv(tmp_path / "shipped/grid/grid_histories.csv")
    assert histories.optimizer.tolist() == ["SGD", "SGD", "Adam", "Adam"]


@pytest.mark.slow
def test_a_grid_search_does_not_repeat_what_is_done(plan, parts, tmp_path, monkeypatch):
    fits.ship("grid", parts, tmp_path / "build", tmp_path / "shipped")
    first = (tmp_path / "shipped/grid/grid.csv").read_text(encoding="utf-8")
    monkeypatch.setattr(fits, "search", None)
    fits.ship("grid", parts, tmp_path / "build", tmp_path / "shipped")
    assert (tmp_path / "shipped/grid/grid.csv").read_text(encoding="utf-8") == first


@pytest.mark.slow
def test_the_test_set_is_looked_at_once(plan, parts, tmp_path, monkeypatch):
    looks = []
    predict = evaluation.predict

    def spy(model, images, labels):
        looks.append(images is parts.test[0])
        return predict(model, images, labels)

    monkeypatch.setattr(evaluation, "predict", spy)
    unlike = fits.Parts(parts.train, parts.validation, parts.test, (parts.test[0].copy(), parts.test[1]), "")
    fits.ship("one", unlike, tmp_path / "build", tmp_path / "shipped")
    assert looks.count(True) == 1


def test_a_name_that_is_not_planned_is_refused_with_those_that_are(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["fits.py", "model_inro"])
    with pytest.raises(SystemExit):
        fits.main()
    assert "model_inro; there are model_intro" in capsys.readouterr().err


# A model file for other versions of Keras


def test_a_portable_model_answers_as_before_and_can_be_evaluated_and_trained(tmp_path, recwarn):
    images, labels = some_data(32)
    model = make()
    model.fit(images, labels, verbose=0)
    portable.save(model, tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.predict(images, verbose=0), model.predict(images, verbose=0))
    expected = model.evaluate(images, labels, verbose=0)
    assert loaded.evaluate(images, labels, verbose=0) == pytest.approx(expected)
    assert int(loaded.optimizer.iterations) == 0
    loaded.fit(images, labels, verbose=0)
    assert not [str(w.message) for w in recwarn if "optimizer" in str(w.message)]


def test_a_portable_model_says_nothing_that_older_versions_of_keras_do_not_understand(tmp_path):
    portable.save(make(), tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as file:
        config = file.read("config.json").decode()
    for newcomer in ("input_axes", "output_axes", "quantization_config", "ragged"):
        assert newcomer not in config


def test_every_model_file_of_the_course_says_nothing_that_older_versions_of_keras_do_not_understand():
    files = [*storage.SHIPPED_FITS.rglob("*.keras"), *storage.DATA.rglob("*.keras")]
    assert files
    for path in files:
        with zipfile.ZipFile(path) as file:
            config = json.loads(file.read("config.json"))
        assert portable.without_newcomers(config) == config, path.name


def test_arguments_that_say_something_are_kept():
    layer = {"config": {"ragged": True, "use_bias": False, "seed": None, "shape": [None, 3]}, "name": None}
    kept = portable.without_newcomers([layer])
    assert kept == [{"config": {"ragged": True, "use_bias": False, "shape": [None, 3]}, "name": None}]


def test_shuffled_pixels_keep_their_colors_and_move_alike_in_all_images():
    images = np.random.default_rng(0).random((2, 32, 32, 3)).astype("float32")
    shuffled = fits.shuffle_pixels(images)
    order = np.random.default_rng(42).permutation(32 * 32)  # as the notebook of the dense baseline draws it
    for before, after in zip(images.reshape(2, -1, 3), shuffled.reshape(2, -1, 3), strict=True):
        np.testing.assert_array_equal(after, before[order])


def test_shuffling_costs_the_cnn_its_advantage_and_the_dense_network_nothing():
    names = ("model_dense", "shuffled_dense", "model_intro", "shuffled_intro")
    accuracy = {name: shipped_table(name).val_accuracy.iloc[-1] for name in names}
    assert abs(accuracy["model_dense"] - accuracy["shuffled_dense"]) < 0.02
    assert accuracy["model_intro"] - accuracy["shuffled_intro"] > 0.15
