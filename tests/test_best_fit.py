"""The best network and the ladder that the course ships are what their settings say."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pandas as pd
import pytest

from helpers import data, evaluation, recipe, storage

TOOLS = storage.ROOT / "tools"
sys.path.insert(0, str(TOOLS))
import best_fit  # noqa: E402
import ladder  # noqa: E402

BEST, LADDER = storage.SHIPPED_FITS / "model_best", storage.SHIPPED_FITS / "ladder"
RECIPE = (*best_fit.decided(), "activation", "parameters", "seed")


def settings_of(folder):
    return json.loads((folder / "settings.json").read_text(encoding="utf-8"))


# What is shipped


def test_the_best_model_measures_what_its_settings_say():
    images, labels = data.load_cifar10()[1]
    model = keras.saving.load_model(BEST / "model_best.keras", safe_mode=True)
    predictions = evaluation.predict(model, data.normalize(images), labels)
    settings = settings_of(BEST)
    assert predictions.accuracy == pytest.approx(settings["workshop_test_accuracy_one_view"], abs=0.002)
    assert settings["workshop_test_accuracy"] >= settings["workshop_test_accuracy_one_view"] - 0.01
    assert model.count_params() == settings["parameters"] == 1_973_944
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}


def test_the_best_model_is_small_enough_to_be_cloned():
    assert sum(path.stat().st_size for path in BEST.iterdir()) <= 8e6
    assert not list(BEST.glob(".writing-*"))


def test_the_settings_of_the_best_model_say_how_it_was_made_and_what_decided():
    settings = settings_of(BEST)
    assert (settings["training_images"], settings["test_images"]) == (50_000, 10_000)
    assert settings["data_sha256"] == settings_of(storage.SHIPPED_FITS / "model_intro")["data_sha256"]
    assert (settings["epochs"], settings["batch_size"]) == (recipe.EPOCHS, recipe.BATCH_SIZE)
    n_correct = round(settings["test_accuracy"] * 10_000)
    interval = evaluation.accuracy_interval(n_correct, 10_000)
    assert settings["test_interval_95"] == pytest.approx(interval, abs=1e-4)
    validation = settings["validation"]
    assert (validation["training_images"], validation["validation_images"]) == (40_000, 10_000)
    assert abs(validation["validation_accuracy"] - settings["test_accuracy"]) < 0.02
    assert {key: validation[key] for key in RECIPE} == {key: settings[key] for key in RECIPE}
    history = pd.read_csv(BEST / "model_best.csv")
    assert history.epoch.tolist() == list(range(1, recipe.EPOCHS + 1))
    assert history.accuracy.iloc[-1] > history.accuracy.iloc[0]


def test_the_shipped_ladder_has_the_rungs_of_the_tool_and_its_gains_are_differences():
    table, curves = pd.read_csv(LADDER / "ladder.csv"), pd.read_csv(LADDER / "ladder_curves.csv")
    names = [name for name, _ in ladder.climb()]
    assert table.rung.tolist() == names
    assert list(settings_of(LADDER)["rungs"]) == names
    epochs = settings_of(LADDER)["epochs"]
    seen = curves.groupby("rung").epoch.apply(list).to_dict()
    assert seen == {name: [*range(1, epochs + 1)] for name in names}
    accuracy = table.set_index("rung").accuracy
    for row in table.iloc[1:].itertuples():
        assert row.gain == pytest.approx(accuracy[row.rung] - accuracy[row.over], abs=2e-5)
        assert row.gain_low < row.gain < row.gain_high
    assert dict(zip(table.rung, table.over, strict=True))[ladder.BESIDE] == "label smoothing"
    assert ((table.low < table.accuracy) & (table.accuracy < table.high)).all()
    for row in table.itertuples():
        interval = evaluation.accuracy_interval(round(row.accuracy * 10_000), 10_000)
        assert (row.low, row.high) == pytest.approx(interval, abs=2e-5)


# How it is made


def test_the_final_run_refuses_to_test_what_was_not_validated(tmp_path):
    with pytest.raises(FileNotFoundError, match="scores.json"):
        best_fit.final(None, tmp_path, tmp_path)


def test_the_final_run_refuses_to_test_another_recipe_than_the_validated_one(tmp_path):
    scores = tmp_path / "model_best_validation" / "scores.json"
    scores.parent.mkdir()
    scores.write_text(json.dumps(best_fit.decided() | {"momentum": 0.5}), encoding="utf-8")
    with pytest.raises(SystemExit, match="other settings: momentum"):
        best_fit.final(None, tmp_path, tmp_path)


def test_images_become_the_bytes_they_were_made_of():
    images = data.load_cifar10()[0][0][:50]
    np.testing.assert_array_equal(best_fit.as_bytes(data.normalize(images)), images)


def test_each_rung_changes_one_thing():
    climb = [rung for _, rung in ladder.climb()][2:-1]
    for before, after in itertools.pairwise(climb):
        changed = [key for key in vars(after) if getattr(after, key) != getattr(before, key)]
        assert len(changed) == 1


def small_run(folder):
    """Train a small network on 64 images by the recipe, in a process of its own."""
    program = f"""
import sys
sys.path.insert(0, {str(TOOLS)!r})
import best_fit
from functools import partial
from pathlib import Path
from helpers import data, models, recipe
recipe.BATCH_SIZE, best_fit.PRECISION = 16, "float32"
recipe.FlippedAndShifted = partial(recipe.FlippedAndShifted, batch_size=16)
models.create_model_best = partial(models.create_model_best, (8, 8, 8))
images, labels = data.load_cifar10()[0]
part = data.normalize(images[:64]), data.one_hot(labels[:64])
model, history = best_fit.train(part, Path({str(folder)!r}), epochs=6)
print("weights", sum(float(abs(w).sum()) for w in model.get_weights()))
"""
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=storage.ROOT)


@pytest.mark.slow
def test_a_killed_training_ends_as_one_that_was_never_killed(tmp_path):
    whole = small_run(tmp_path / "whole").communicate(timeout=300)[0]
    killed = small_run(tmp_path / "killed")
    while not (tmp_path / "killed" / "model.keras").exists():
        assert killed.poll() is None
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    resumed = small_run(tmp_path / "killed").communicate(timeout=300)[0]
    assert resumed.count("epoch") < whole.count("epoch")
    weights = [float(text.split("weights ")[1]) for text in (whole, resumed)]
    assert weights[0] == pytest.approx(weights[1], rel=1e-6)


def test_the_learning_rate_of_the_recipe_reaches_the_optimizer():
    images, _ = data.load_cifar10()[0]
    model = best_fit.create(data.normalize(images[:100]), steps=100)
    model.optimizer.iterations.assign(23)
    assert float(model.optimizer.learning_rate) == pytest.approx(recipe.PEAK_RATE)
