"""Shipped fits are what their settings say; a new one is complete or does not appear."""

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from unittest.mock import Mock

import keras
import numpy as np
import pandas as pd
import pytest

from helpers import data, evaluation, model_files, models, recipe, storage, tuning
from tools import shared
from tools.fits import __main__ as command
from tools.fits import ablation, best, cifar10, frame, resumable

MODELS = sorted(path.stem for path in storage.SHIPPED_FITS.glob("*/*.keras"))
OF_EPISODES = ["model_dense", "model_dropout", "model_intro"]
COLUMNS = ["loss", "accuracy", "val_loss", "val_accuracy"]
EXACT = 1e-6  # a resumed fit repeats an uninterrupted one to the last digit; leave room for other machines


def settings_of(name):
    return json.loads((storage.SHIPPED_FITS / name / "settings.json").read_text(encoding="utf-8"))


def shipped_table(name, table=None):
    return pd.read_csv(storage.SHIPPED_FITS / name / f"{table or name}.csv")


# What is shipped


def test_everything_that_can_be_trained_is_shipped_and_nothing_half_written():
    assert {path.name for path in storage.SHIPPED_FITS.glob("*/")} == set(command.SHIPPED)
    assert set(command.FAMILIES["cifar10"]) == set(cifar10.PLAN)
    assert {"mnist_augmented", "digit_detector", "model_best", *OF_EPISODES} == set(MODELS)
    assert not list(storage.SHIPPED_FITS.rglob(".writing-*"))
    assert sum(path.stat().st_size for path in (storage.SHIPPED_FITS / "model_best").iterdir()) <= 8e6


@pytest.mark.thorough
@pytest.mark.parametrize("name", command.SHIPPED)
def test_a_shipped_fit_is_complete_and_measures_what_its_settings_say(name, capsys):
    assert command.main(["--check", name]) == 0, capsys.readouterr().out


def test_a_fit_that_measures_otherwise_or_lacks_a_file_is_found_out(tmp_path, capsys):
    folder = shutil.copytree(storage.SHIPPED_FITS / "model_intro", tmp_path / "model_intro")
    changed = settings_of("model_intro") | {"workshop_test_accuracy": 0.7, "parameters": 7}
    shared.write_json(folder / "settings.json", changed)
    check = ["--check", "model_intro", "--shipped", str(tmp_path)]
    assert command.main(check) == 1
    assert "parameters is 7.953e+04, not 7; workshop_test_accuracy is 0.6" in capsys.readouterr().out
    (folder / "model_intro.csv").unlink()
    assert command.main(check) == 1
    assert "model_intro.csv is missing" in capsys.readouterr().out


def is_interval(low_and_high, accuracy, n=10_000, within=1e-4):
    """Whether these are the ends of the interval of an accuracy on n images."""
    interval = evaluation.accuracy_interval(round(accuracy * n), n)
    return tuple(low_and_high) == pytest.approx(interval, abs=within)


@pytest.mark.parametrize("name", OF_EPISODES)
def test_the_settings_of_a_shipped_model_are_complete_and_agree_with_its_history(name):
    settings, history = settings_of(name), shipped_table(name)
    for part, n in (("validation", 10_000), ("test", 10_000), ("workshop_test", 2_000)):
        assert settings[f"{part}_images"] == n
        assert is_interval(settings[f"{part}_interval_95"], settings[f"{part}_accuracy"], n)
    assert history.val_accuracy.iloc[-1] == pytest.approx(settings["validation_accuracy"], abs=5e-4)


@pytest.mark.parametrize("name", cifar10.PLAN)
def test_the_settings_say_how_a_fit_was_made(name):
    settings = settings_of(name)
    assert settings["training_images"] == 40_000
    assert len(settings["data_sha256"]) == 64
    assert settings["data_sha256"] == settings_of("model_intro")["data_sha256"]
    assert set(settings["versions"]) == {"python", "keras", "tensorflow", "numpy"}
    assert settings["wall_seconds"] > 0 < settings["cpu_seconds"]
    seeds = [1, 2, 3, 4, 5] if name.startswith("seeds") else frame.SEED
    assert (settings["epochs"], settings["seed"]) == (cifar10.PLAN[name].epochs, seeds)
    assert (settings["batch_size"], settings["loss"]) == (32, "CategoricalCrossentropy")


@pytest.mark.parametrize("name", sorted(set(cifar10.PLAN) - {"grid_optimizer"}))
def test_a_shipped_history_has_every_epoch(name):
    plan, table = cifar10.PLAN[name], shipped_table(name)
    runs = [("the only one", table)]
    if isinstance(plan, cifar10.Sweep):
        assert list(table[plan.setting].unique()) == list(plan.values)
        runs = table.groupby("run")
    for _, run in runs:
        assert run.epoch.tolist() == list(range(1, plan.epochs + 1))
    assert table[COLUMNS].notna().all(axis=None)


def test_the_same_training_gave_the_same_history_wherever_it_occurs():
    intro, sweep = shipped_table("model_intro")[COLUMNS], shipped_table("sweep_activation")
    relu = sweep[sweep.activation == "relu"].reset_index(drop=True)[COLUMNS]
    pd.testing.assert_frame_equal(shipped_table("intro_long")[COLUMNS][:10], intro, atol=EXACT)
    pd.testing.assert_frame_equal(relu, intro, atol=EXACT)


def test_the_shipped_grid_search_trained_with_the_optimizers_it_names():
    table = shipped_table("grid_optimizer")
    histories = shipped_table("grid_optimizer", "grid_optimizer_histories")
    assert sorted(table.optimizer) == sorted(cifar10.PLAN["grid_optimizer"].optimizers)
    counts = histories.groupby(["optimizer", "fold"]).size()
    assert counts.to_dict() == {(name, fold): 10 for name in table.optimizer for fold in (1, 2, 3)}
    assert table.accuracy.is_monotonic_decreasing
    last = histories[histories.epoch == 10].groupby("optimizer").accuracy.mean()
    assert last.idxmin() == table.optimizer.iloc[-1], "the worst in validation learned least"


def test_shuffling_costs_the_cnn_its_advantage_and_the_dense_network_nothing():
    names = ("model_dense", "shuffled_dense", "model_intro", "shuffled_intro")
    accuracy = {name: shipped_table(name).val_accuracy.iloc[-1] for name in names}
    assert abs(accuracy["model_dense"] - accuracy["shuffled_dense"]) < 0.02
    assert accuracy["model_intro"] - accuracy["shuffled_intro"] > 0.15


def test_each_training_on_mnist_reads_more_of_the_own_digits():
    read = [training["own_digits_right"] for training in settings_of("mnist_augmented")["trainings"].values()]
    assert read == sorted(read)


def test_the_settings_of_the_best_model_say_how_it_was_made_and_what_decided():
    settings = settings_of("model_best")
    assert (settings["training_images"], settings["test_images"]) == (50_000, 10_000)
    assert settings["data_sha256"] == settings_of("model_intro")["data_sha256"]
    assert (settings["epochs"], settings["batch_size"]) == (recipe.EPOCHS, recipe.BATCH_SIZE)
    assert is_interval(settings["test_interval_95"], settings["test_accuracy"])
    assert settings["workshop_test_accuracy"] >= settings["workshop_test_accuracy_one_view"] - 0.01
    validation = settings["validation"]
    assert (validation["training_images"], validation["validation_images"]) == (40_000, 10_000)
    assert abs(validation["validation_accuracy"] - settings["test_accuracy"]) < 0.02
    alike = (*best.decided(), "activation", "parameters", "seed")
    assert {key: validation[key] for key in alike} == {key: settings[key] for key in alike}
    model = keras.saving.load_model(storage.SHIPPED_FITS / "model_best" / "model_best.keras")
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}
    history = shipped_table("model_best")
    assert history.epoch.tolist() == list(range(1, recipe.EPOCHS + 1))
    assert history.accuracy.iloc[-1] > history.accuracy.iloc[0]


def test_the_shipped_ladder_has_the_rungs_of_the_tool_and_its_gains_are_differences():
    table, curves = shipped_table("ladder"), shipped_table("ladder", "ladder_curves")
    settings, climb = settings_of("ladder"), list(ablation.climb())
    assert table.rung.tolist() == list(settings["rungs"]) == climb
    seen = curves.groupby("rung").epoch.apply(list).to_dict()
    assert seen == {name: [*range(1, settings["epochs"] + 1)] for name in climb}
    accuracy = table.set_index("rung").accuracy
    for row in table.iloc[1:].itertuples():
        assert row.gain == pytest.approx(accuracy[row.rung] - accuracy[row.over], abs=2e-5)
        assert row.gain_low < row.gain < row.gain_high
    assert dict(zip(table.rung, table.over, strict=True))[ablation.BESIDE] == "label smoothing"
    for row in table.itertuples():
        assert is_interval((row.low, row.high), row.accuracy, within=2e-5)


def test_a_name_that_cannot_be_trained_is_refused_with_those_that_can(capsys):
    with pytest.raises(SystemExit):
        command.main(["ladder", "model_inro"])
    assert f"no fit is called model_inro; there are {', '.join(command.FAMILY)}" in capsys.readouterr().err


# How a fit is made


def contents(folder):
    return {path: storage.sha256(path) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def parts(monkeypatch):
    images, labels = some_data(64)
    test = images, labels.argmax(axis=1)
    made = cifar10.Parts(some_data(), some_data(48), test, (images.copy(), test[1]), "0" * 64)
    monkeypatch.setattr(cifar10, "load_parts", lambda size: made)
    return made


@pytest.fixture
def ship(parts, tmp_path):
    """Train as the command line would, in a folder of the test's own; give the folder of what is shipped."""

    def run(family, name):
        options = argparse.Namespace(size="full", build=tmp_path / "build", shipped=tmp_path / "shipped")
        family.fit(name, options)
        return options.shipped / name

    return run


@pytest.fixture
def plan(monkeypatch):
    small = {
        "one": cifar10.Fit(models.create_model_intro, epochs=2),
        "long": cifar10.Fit(models.create_model_intro, epochs=2, ships_model=False),
        "sweep": cifar10.Sweep(models.create_model_dropout, 2, "rate", (0.2, 0.6)),
        "seeds": cifar10.Sweep(models.create_model_intro, 1, "seed", (1, 2)),
        "grid": cifar10.Grid(epochs=1, folds=2, optimizers=("SGD", "Adam")),
    }
    monkeypatch.setattr(cifar10, "PLAN", small)
    return small


def some_data(n=192):
    rng = np.random.default_rng(1)
    labels = np.eye(10, dtype=np.float32)[rng.integers(0, 10, n)]
    return rng.random((n, 32, 32, 3), np.float32), labels


@pytest.mark.slow
def test_shipping_writes_tables_models_and_settings(plan, ship, monkeypatch):
    folders = {name: ship(cifar10, name) for name in plan}
    written = {name: {path.name for path in folder.iterdir()} for name, folder in folders.items()}
    assert written == {
        "one": {"one.csv", "one.keras", "settings.json"},
        **{name: {f"{name}.csv", "settings.json"} for name in ("long", "sweep", "seeds")},
        "grid": {"grid.csv", "grid_histories.csv", "settings.json"},
    }
    sweep = pd.read_csv(folders["sweep"] / "sweep.csv")
    assert sweep.groupby("rate").epoch.max().to_dict() == {0.2: 2, 0.6: 2}
    assert len(tuning.best_epochs(sweep)) == 2
    assert pd.read_csv(folders["long"] / "long.csv").columns[0] == "epoch"
    seeds = pd.read_csv(folders["seeds"] / "seeds.csv")
    assert seeds.seed.tolist() == [1, 2] and seeds.loss[0] != seeds.loss[1]
    histories = pd.read_csv(folders["grid"] / "grid_histories.csv")
    assert histories.optimizer.tolist() == ["SGD", "SGD", "Adam", "Adam"]
    first = contents(folders["grid"])
    monkeypatch.setattr(cifar10, "search", None)  # a grid search does not repeat what is done
    assert contents(ship(cifar10, "grid")) == first


@pytest.mark.slow
def test_the_test_set_is_looked_at_once(plan, parts, ship, monkeypatch):
    spy = Mock(wraps=evaluation.predict)
    monkeypatch.setattr(evaluation, "predict", spy)
    ship(cifar10, "one")
    looks = [images is parts.test[0] for (_, images, _), _ in spy.call_args_list]
    assert looks.count(True) == 1


def test_what_fails_in_the_middle_leaves_the_old_fit_whole(tmp_path):
    folder, table = tmp_path / "fit", pd.DataFrame({"loss": [1.0]})
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="small")
    frame.write_fit(folder, {"fit": table, "more": table}, {"network": "old"}, model, lambda shipped: {})
    before = contents(folder)
    for tables, facts, measure in (
        ({"fit": table + 1, "more": None}, {}, None),  # while the tables are written
        ({"fit": table + 1}, {}, None),  # while the model is measured
        ({"fit": table + 1}, {"network": object()}, lambda shipped: {}),  # while the settings are written
    ):
        with pytest.raises((AttributeError, TypeError)):
            frame.write_fit(folder, tables, facts, model, measure)
        assert contents(tmp_path) == before
    frame.write_fit(folder, {"fit": table}, {"network": "new"})
    assert {path.name for path in folder.iterdir()} == {"fit.csv", "settings.json"}, "nothing old remains"


def test_shuffled_pixels_keep_their_colors_and_move_alike_in_all_images():
    images = np.random.default_rng(0).random((2, 32, 32, 3)).astype("float32")
    shuffled = cifar10.shuffle_pixels(images)
    order = np.random.default_rng(42).permutation(32 * 32)  # as the notebook of the dense baseline draws it
    np.testing.assert_array_equal(shuffled.reshape(2, -1, 3), images.reshape(2, -1, 3)[:, order])


# The best network and the ladder


def test_the_final_run_refuses_to_test_what_was_not_validated(parts, ship, tmp_path):
    with pytest.raises(SystemExit, match=r"scores.json. Train best_validation first"):
        ship(best, "model_best")
    scores = best.decided() | {"momentum": 0.5}
    shared.write_json(tmp_path / "build" / "model_best_validation" / "scores.json", scores)
    with pytest.raises(SystemExit, match="other settings: momentum"):
        ship(best, "model_best")


@pytest.mark.slow
def test_a_validated_recipe_is_trained_tested_and_shipped(parts, ship, monkeypatch):
    monkeypatch.setattr(recipe, "BATCH_SIZE", 16)
    monkeypatch.setattr(recipe, "FlippedAndShifted", partial(recipe.FlippedAndShifted, batch_size=16))
    monkeypatch.setattr(models, "create_model_best", partial(models.create_model_best, (8, 8, 8)))
    monkeypatch.setattr(best.train, "__defaults__", (1,))
    ship(best, "best_validation")
    folder = ship(best, "model_best")
    assert {path.name for path in folder.iterdir()} == {"model_best.csv", "model_best.keras", "settings.json"}
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert (settings["training_images"], settings["validation"]["training_images"]) == (240, 192)
    assert {"test_accuracy", "workshop_test_accuracy", "test_accuracy_one_view"} <= set(settings)


@pytest.mark.slow
def test_the_ladder_is_climbed_and_not_climbed_again(parts, ship, monkeypatch):
    few = {name: rung for name, rung in ablation.climb().items() if rung.create or name == ablation.BESIDE}
    few = {"label smoothing": ablation.Rung(widths=(8, 8, 8), precision="mixed_bfloat16"), **few}
    few[ablation.BESIDE] = few["label smoothing"]
    monkeypatch.setattr(ablation, "climb", lambda: few)
    monkeypatch.setattr(ablation, "EPOCHS", 1)
    first = contents(ship(ablation, "ladder"))
    assert {path.name for path in first} == {"ladder.csv", "ladder_curves.csv", "settings.json"}
    assert keras.mixed_precision.global_policy().name == "float32", "what follows is trained as usual"
    monkeypatch.setattr(ablation, "train", None)
    assert contents(ship(ablation, "ladder")) == first


def test_each_rung_changes_one_thing():
    climb = list(ablation.climb().values())[2:-1]
    for before, after in itertools.pairwise(climb):
        changed = [key for key in vars(after) if getattr(after, key) != getattr(before, key)]
        assert len(changed) == 1


def test_images_become_the_bytes_they_were_made_of_and_the_optimizer_gets_the_rate_of_the_recipe():
    images = data.load_cifar10()[0][0][:100]
    np.testing.assert_array_equal(best.as_bytes(data.normalize(images)), images)
    model = best.create(data.normalize(images), steps=100)
    model.optimizer.iterations.assign(23)
    assert float(model.optimizer.learning_rate) == pytest.approx(recipe.PEAK_RATE)


# A killed training goes on


def train_here(folder, epochs=5):
    create = partial(cifar10.compiled, models.create_model_dropout, {"rate": 0.5})
    make_batches = partial(resumable.batches, *some_data(), 32, 42)
    return resumable.train(create, make_batches, 6, folder, epochs, some_data(64))


KILLED = """
import os, signal
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


def started(code):
    options = {"stdout": subprocess.PIPE, "encoding": "utf-8", "cwd": storage.ROOT}
    return subprocess.Popen([sys.executable, "-c", code], **options)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    return train_here(tmp_path_factory.mktemp("uninterrupted"), epochs=8)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("while_writing", [False, True])
def test_a_killed_and_resumed_fit_equals_an_uninterrupted_one(tmp_path, uninterrupted, while_writing):
    with started(KILLED.format(folder=str(tmp_path), while_writing=while_writing)) as process:
        for line in process.stdout:
            if "epoch  3" in line:  # in its fourth epoch, or it kills itself while it writes its third
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    kept = keras.saving.load_model(tmp_path / "model.keras")  # loads, so it is complete
    done = int(kept.optimizer.iterations) // 6
    assert done in ((2,) if while_writing else (3, 4, 5, 6, 7))
    assert len(resumable.read_history(tmp_path / "history.csv")) in (done, done + 1)
    expected_model, expected_history = uninterrupted
    model, history = train_here(tmp_path, epochs=8)
    for weights, expected in zip(model.get_weights(), expected_model.get_weights(), strict=True):
        np.testing.assert_allclose(weights, expected, atol=EXACT)
    pd.testing.assert_frame_equal(frame.curves(history), frame.curves(expected_history), atol=EXACT)
    assert {path.name for path in tmp_path.iterdir()} == {"model.keras", "history.csv"}


@pytest.mark.slow
def test_a_finished_fit_is_not_trained_again_and_more_epochs_continue_it(tmp_path, uninterrupted):
    train_here(tmp_path, epochs=2)
    _, again = train_here(tmp_path, epochs=2)
    assert len(again) == 2
    _, more = train_here(tmp_path, epochs=3)
    assert more.val_loss.tolist() == pytest.approx(uninterrupted[1].val_loss[:3].tolist(), abs=EXACT)


BY_THE_RECIPE = """
from functools import partial
from pathlib import Path
from helpers import data, models, recipe
from tools.fits import best
recipe.BATCH_SIZE, best.PRECISION = 16, "float32"
recipe.FlippedAndShifted = partial(recipe.FlippedAndShifted, batch_size=16)
models.create_model_best = partial(models.create_model_best, (8, 8, 8))
images, labels = data.load_cifar10()[0]
part = data.normalize(images[:64]), data.one_hot(labels[:64])
model, history = best.train(part, Path({folder!r}), epochs=6)
print("weights", sum(float(abs(w).sum()) for w in model.get_weights()))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_training_by_the_recipe_ends_as_one_that_was_never_killed(tmp_path):
    whole = started(BY_THE_RECIPE.format(folder=str(tmp_path / "whole"))).communicate(timeout=300)[0]
    code = BY_THE_RECIPE.format(folder=str(tmp_path / "killed"))
    process = started(code)
    while not (tmp_path / "killed" / "model.keras").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.communicate()
    resumed = started(code).communicate(timeout=300)[0]
    assert resumed.count("epoch") < whole.count("epoch")
    weights = [float(text.split("weights ")[1]) for text in (whole, resumed)]
    assert weights[0] == pytest.approx(weights[1], rel=1e-6)


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


# A model file for other versions of Keras


@pytest.mark.thorough
def test_a_portable_model_answers_as_before_and_can_be_evaluated_and_trained(tmp_path, recwarn):
    images, labels = some_data(32)
    model = cifar10.compiled(models.create_model_dropout, {"rate": 0.5})
    model.fit(images, labels, verbose=0)
    model_files.save_portable(model, tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded.predict(images, verbose=0), model.predict(images, verbose=0))
    expected = model.evaluate(images, labels, verbose=0)
    assert loaded.evaluate(images, labels, verbose=0) == pytest.approx(expected)
    assert int(loaded.optimizer.iterations) == 0
    loaded.fit(images, labels, verbose=0)
    assert not [str(w.message) for w in recwarn if "optimizer" in str(w.message)]


def test_no_model_file_says_anything_that_older_versions_of_keras_do_not_understand(tmp_path):
    model_files.save_portable(models.create_model_dropout(), tmp_path / "model.keras")
    files = [*storage.SHIPPED_FITS.rglob("*.keras"), *storage.DATA.rglob("*.keras")]
    assert files
    for path in (tmp_path / "model.keras", *files):
        with zipfile.ZipFile(path) as file:
            config = file.read("config.json").decode()
        assert model_files._without_newcomers(json.loads(config)) == json.loads(config), path.name
        for newcomer in ("input_axes", "output_axes", "quantization_config", "ragged"):
            assert newcomer not in config, path.name


def test_arguments_that_say_something_are_kept():
    layer = {"config": {"ragged": True, "use_bias": False, "seed": None, "shape": [None, 3]}, "name": None}
    kept = {"config": {"ragged": True, "use_bias": False, "shape": [None, 3]}, "name": None}
    assert model_files._without_newcomers([layer]) == [kept]
