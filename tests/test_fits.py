"""Shipped fits are what their settings say; a new one is complete or does not appear."""

import argparse
import contextlib
import itertools
import json
import re
import shutil
import zipfile
from dataclasses import replace
from functools import partial
from unittest.mock import Mock

import keras
import numpy as np
import pandas as pd
import pytest

from helpers import data, evaluation, model_files, models, recipe, storage
from tools import shared
from tools.fits import __main__ as command
from tools.fits import ablation, best, cifar10, comparisons, frame, resumable, transfer

MODELS = sorted(path.stem for path in storage.SHIPPED_FITS.glob("*/*.keras"))
OF_EPISODES = ["model_dense", "model_dropout", "model_intro"]
COLUMNS = ["loss", "accuracy", "val_loss", "val_accuracy"]
EXACT = 1e-6  # a resumed fit repeats an uninterrupted one to the last digit; leave room for other machines


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def settings_of(name):
    return read_json(storage.SHIPPED_FITS / name / "settings.json")


def shipped_table(name, table=None):
    return pd.read_csv(storage.SHIPPED_FITS / name / f"{table or name}.csv")


# What is shipped


def test_everything_that_can_be_trained_is_shipped_and_nothing_half_written():
    assert {path.name for path in storage.SHIPPED_FITS.glob("*/")} == set(command.FAMILY)
    assert set(command.FAMILIES["cifar10"]) == set(cifar10.PLAN)
    assert {"mnist_augmented", "digit_detector", "model_best", *OF_EPISODES} == set(MODELS)
    assert not list(storage.SHIPPED_FITS.rglob(".writing-*"))
    assert sum(path.stat().st_size for path in (storage.SHIPPED_FITS / "model_best").iterdir()) <= 8e6


@pytest.mark.thorough
@pytest.mark.parametrize("name", command.FAMILY)
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


@pytest.mark.parametrize("name", cifar10.PLAN)
def test_settings_and_history_of_a_shipped_fit_are_those_of_its_plan(name):
    plan, settings, table = cifar10.PLAN[name], settings_of(name), shipped_table(name)
    made = {"training_images": 40_000, "data_sha256": settings_of("model_intro")["data_sha256"]}
    made |= {"epochs": plan.epochs, "batch_size": 32, "loss": "CategoricalCrossentropy"}
    made["seed"] = [1, 2, 3, 4, 5] if name.startswith("seeds") else frame.SEED
    assert made.items() <= settings.items()
    assert len(settings["data_sha256"]) == 64
    assert set(settings["versions"]) == {"python", "keras", "tensorflow", "numpy"}
    assert settings["wall_seconds"] > 0 < settings["cpu_seconds"]
    runs = [("the only one", table)]
    if name.startswith("seeds"):
        assert list(table.seed.unique()) == list(plan.seeds)
        runs = table.groupby("run")
    if not isinstance(plan, cifar10.Grid):  # a grid has a row a candidate; its histories are looked at below
        assert all(run.epoch.tolist() == [*range(1, plan.epochs + 1)] for _, run in runs)
        assert table[COLUMNS].notna().all(axis=None)


def is_interval(low_and_high, accuracy, n=10_000, within=1e-4):
    """Whether these are the ends of the interval of an accuracy on n images."""
    interval = evaluation.accuracy_interval(round(accuracy * n), n)
    return tuple(low_and_high) == pytest.approx(interval, abs=within)


@pytest.mark.parametrize("name", OF_EPISODES)
def test_what_the_settings_of_a_shipped_model_measure_is_complete_and_agrees_with_its_history(name):
    settings = settings_of(name)
    for part, n in (("validation", 10_000), ("test", 10_000), ("workshop_test", 2_000)):
        assert settings[f"{part}_images"] == n
        assert is_interval(settings[f"{part}_interval_95"], settings[f"{part}_accuracy"], n)
    last = shipped_table(name).val_accuracy.iloc[-1]
    assert last == pytest.approx(settings["validation_accuracy"], abs=5e-4)


def test_the_same_training_gave_the_same_history_wherever_it_occurs():
    long, intro = shipped_table("intro_long")[COLUMNS][:10], shipped_table("model_intro")[COLUMNS]
    pd.testing.assert_frame_equal(long, intro, atol=EXACT)


def test_the_shipped_grid_search_trained_with_the_optimizers_it_names():
    table, histories = (shipped_table("grid_optimizer", f"grid_optimizer{of}") for of in ("", "_histories"))
    assert sorted(table.optimizer) == sorted(cifar10.PLAN["grid_optimizer"].optimizers)
    counts = histories.groupby(["optimizer", "fold"]).size()
    assert counts.to_dict() == {(name, fold): 10 for name in table.optimizer for fold in (1, 2, 3)}
    assert table.accuracy.is_monotonic_decreasing
    last = histories[histories.epoch == 10].groupby("optimizer").accuracy.mean()
    assert last.idxmin() == table.optimizer.iloc[-1], "the worst in validation learned least"


def test_shipped_results_show_what_the_examples_say_of_them():
    names = ("model_dense", "shuffled_dense", "model_intro", "shuffled_intro")
    dense, shuffled_dense, cnn, shuffled_cnn = (shipped_table(name).val_accuracy.iloc[-1] for name in names)
    assert abs(dense - shuffled_dense) < 0.02, "shuffled pixels cost the dense network nothing"
    assert cnn - shuffled_cnn > 0.15, "and the CNN its advantage"
    own, photos = (shipped_table("mnist_augmented", table) for table in ("own_digits", "photos"))
    read = own.groupby(["seed", "network"])[["resized", "prepared"]].sum()  # in the order of the names
    better = read.resized.groupby("seed").is_monotonic_increasing
    assert len(better) == 3 and better.all(), (
        "with every seed, more training reads more of the resized digits"
    )
    assert (read.prepared >= 44).all(), "and preparation makes up for the difference"
    counts = photos.groupby(["network", "seed"])[["photos", "resized", "prepared"]].sum()
    assert (counts.photos == 320).all() and (counts.prepared >= 300).all() and (counts.resized < 300).all()


@pytest.mark.parametrize("name", comparisons.PLAN)
def test_a_shipped_comparison_has_every_change_from_every_seed(name):
    plan, settings, table = comparisons.PLAN[name], settings_of(name), shipped_table(name)
    runs = table.groupby([plan.setting, "seed"], sort=False)
    assert [*runs.groups] == list(itertools.product(plan.changes, plan.seeds))
    assert all(run.epoch.tolist() == [*range(1, plan.epochs + 1)] for _, run in runs)
    made = {"training_images": plan.images, "validation_images": 2000, "epochs": plan.epochs}
    assert made.items() <= settings.items()


def test_what_episode_4_says_of_one_change_at_a_time_holds_for_every_seed():
    runs = shipped_table("one_change").groupby(["change", "seed"], sort=False)
    lowest = runs.val_loss.min().unstack()
    assert (runs.val_loss.last().unstack().loc["none"] > lowest.loc["none"] + 0.1).all(), "it overfits"
    final = runs.val_accuracy.last().unstack()
    assert (final.loc["augmentation"] > final.loc["none"]).all()
    assert (final.loc[["L2 0.01", "L1 0.001"]] < final.loc["none"]).all(axis=None), "too strong"


def test_what_the_example_says_of_transfer_holds_for_every_draw():
    table = shipped_table("transfer").set_index(["way", "images_per_class", "draw"]).accuracy
    assert [*table.index.unique("way")] == [*transfer.WAYS]
    none, features = table["no training"].max(), table["logistic regression"].unstack("draw")
    assert (features.loc[10] > none).all(), "ten images per class beat no training"
    assert features.loc[30].min() > features.loc[10].max()
    assert features.loc[100].min() > features.loc[30].max()
    assert abs(features.loc[100].mean() - 0.85) < 0.005 and abs(features.loc[400].mean() - 0.87) < 0.005
    assert table["from scratch"].max() < min(none, 0.6), "from scratch, 400 images per class are too few"
    low, high = evaluation.accuracy_interval(35, 70)
    assert table["from scratch"][30].between(low, high).all()
    forest, tuned = table["random forest"], table["fine-tuning"]
    assert all(forest[key] <= table["logistic regression"][key] for key in forest.index)
    assert all(tuned[400] < table["logistic regression"][400]), "it does not pay"
    assert (tuned.groupby(level=0).mean() < features.mean(axis=1)[[30, 100, 400]]).all()


def test_what_episode_4_says_of_two_networks_and_of_dropout_holds_at_every_epoch():
    runs = [
        shipped_table(f"seeds_{name}").pivot(index="epoch", columns="seed", values="val_accuracy")
        for name in ("intro", "dropout")
    ]
    gain = runs[1] - runs[0]
    assert (gain.loc[9:] > 0).all(axis=None)
    assert (gain.loc[:5] < 0).sum(axis=None) >= 23


def test_what_episodes_4_and_5_say_of_dropout_rates_holds_for_the_shipped_runs():
    runs = shipped_table("sweep_dropout").groupby(["epoch", "rate", "seed"])
    loss, lost = (runs[name].first().unstack("rate") for name in ("loss", "val_loss"))
    means = loss.groupby("epoch").mean()
    assert (means.diff(axis=1).iloc[:, 1:] > 0).all(axis=None), "the higher the rate, the higher"
    assert lost.loc[3].mean().idxmin() in (0.15, 0.3) and lost.loc[20].mean().idxmin() == 0.6
    assert (lost.loc[20][0.15] > lost.loc[20].drop(columns=0.15).max(axis=None)).all(), "0.15 overfits"
    assert lost.loc[20][0.45].min() < lost.loc[20][0.6].max(), "these two overlap"


def test_what_episode_5_says_of_activations_holds_for_every_seed():
    runs = shipped_table("sweep_activation").pivot(index="epoch", columns=["activation", "seed"])
    assert set(runs.columns.unique("activation")) == {"relu", "leaky_relu", "selu", "tanh", "sigmoid"}
    third, last = (runs.val_loss.loc[epoch].unstack("seed") for epoch in (3, 12))
    lowest, accuracy = runs.val_loss.min().unstack("seed"), runs.val_accuracy.loc[12].unstack("seed")
    others, three = lowest.drop("sigmoid"), ["relu", "leaky_relu", "tanh"]
    assert lowest.loc["sigmoid"].min() > others.max(axis=None) + 0.3, "sigmoid is far behind"
    assert (lowest.loc["sigmoid"] == last.loc["sigmoid"]).all(), "and still learning"
    assert third.loc["selu"].between(third.loc[three].min(axis=None), third.loc[three].max(axis=None)).all()
    assert lowest.loc["selu"].min() > lowest.loc[three].max(axis=None)
    assert ((last - lowest).idxmax() == "selu").all(), "SELU overfits most"
    assert accuracy.loc["selu"].max() < accuracy.loc[three].min(axis=None)
    ranges = lowest.loc[three].agg(["min", "max"], axis=1)
    assert ranges["min"].max() < ranges["max"].min(), "the other three overlap"
    assert (accuracy.idxmax() == "leaky_relu").all() and (last.idxmin() == "relu").all()


def test_the_settings_of_the_best_model_say_how_it_was_made_and_what_decided():
    settings, seeds = settings_of("model_best"), shipped_table("model_best", "seeds").set_index("seed")
    made = {"training_images": 50_000, "test_images": 10_000, "seed": frame.SEED}
    made |= {"data_sha256": settings_of("model_intro")["data_sha256"]}
    made |= {"epochs": recipe.EPOCHS, "batch_size": recipe.BATCH_SIZE, "widths": list(ablation.WIDE)}
    assert made.items() <= settings.items()
    assert is_interval(settings["test_interval_95"], settings["test_accuracy"])
    assert settings["workshop_test_accuracy"] >= settings["workshop_test_accuracy_one_view"] - 0.01
    assert seeds.accuracy.mean() >= 0.94 and seeds.low.min() > 0.93, "as the example says"
    assert (seeds.accuracy > seeds.accuracy_one_view).all(), "six views see more than one"
    assert seeds.index.tolist() == [*best.SEEDS]
    assert seeds.accuracy[frame.SEED] == pytest.approx(settings["test_accuracy"], abs=5e-4)
    for row in (*seeds.itertuples(), argparse.Namespace(**settings["validation"])):
        assert is_interval((row.low, row.high), row.accuracy) and min(row.cpu_seconds, row.wall_seconds) > 0
    ladder = shipped_table("ladder").set_index("rung")
    assert ladder.accuracy[ablation.RECIPE] == settings["validation"]["accuracy"], "it is that rung"
    model = keras.saving.load_model(storage.SHIPPED_FITS / "model_best" / "model_best.keras")
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}
    history = shipped_table("model_best")
    assert history.epoch.tolist() == [*range(1, recipe.EPOCHS + 1)]
    assert history.accuracy.iloc[-1] > 0.97, "it knows its training images better than new ones"


def measured(name, seed):
    with np.load(ablation.MEASURED / f"{name.replace(' ', '_')}_{seed}.npz") as arrays:
        return dict(arrays)


def test_each_idea_left_out_or_added_has_a_row_per_seed_with_what_was_measured():
    table = shipped_table("leave_one_out")
    rungs = ablation.changed({ablation.NARROW_RECIPE: {}} | ablation.LEFT_OUT | ablation.NOT_KEPT)
    assert [*zip(table.seed, table.recipe, strict=True)] == [*itertools.product(ablation.SEEDS, rungs)]
    for row in table.itertuples():
        kept = measured(ablation._training(row.recipe, rungs[row.recipe]), row.seed)
        correct = kept["correct" if rungs[row.recipe].views else "correct_one_view"]
        assert row.accuracy == pytest.approx(correct.mean(), abs=1e-5)
        assert row.accuracy_one_view == pytest.approx(kept["correct_one_view"].mean(), abs=1e-5)


@pytest.mark.parametrize(("column", "spread"), [("accuracy_one_view", 0.16), ("accuracy", 0.27)])
def test_what_the_example_says_of_ideas_left_out_or_added_holds(column, spread):
    runs = 100 * shipped_table("leave_one_out").pivot(index="recipe", columns="seed", values=column)
    assert runs.drop("without six views").var(axis=1).mean() ** 0.5 == pytest.approx(spread, abs=0.005)
    change = (runs - runs.loc[ablation.NARROW_RECIPE]).mean(axis=1)
    for idea in ("with half of the width", "without whitening", "without Muon"):
        assert change[idea] < -1
    some = ["without mirroring", "without shifting", "without start as identity", "rising rate"]
    few = ["without GELU", "quick biases", "lookahead", "without label smoothing"]
    assert change[few].between(-2 * spread, 0).all()
    assert change[some].between(-0.6, -2 * spread if column == "accuracy_one_view" else 0).all()


def test_the_shipped_ladder_has_the_rungs_of_the_tool_and_its_gains_are_differences():
    table, curves = shipped_table("ladder"), shipped_table("ladder", "ladder_curves")
    rungs, settings = ablation.climb(), settings_of("ladder")
    every = rungs | ablation.changed(ablation.BESIDE)
    rows = table.set_index("rung")
    assert rows.index.tolist() == [ablation.LOWEST, *rungs, *ablation.BESIDE]
    assert set(settings["trainings"]) == {*rungs, *ablation.BESIDE}
    assert settings["trainings"][ablation.RECIPE]["epochs"] == recipe.EPOCHS
    epochs = {name: made["epochs"] for name, made in settings["trainings"].items()} | {ablation.LOWEST: 10}
    assert curves.groupby("rung").epoch.apply(list).to_dict() == {
        rung: [*range(1, n + 1)] for rung, n in epochs.items()
    }
    for name, row in rows.iterrows():
        assert is_interval((row.low, row.high), row.accuracy, within=2e-5)
        if name != ablation.LOWEST:
            training = ablation._training(name, every[name])
            one_view = measured(training, settings["trainings"][name]["seed"])["correct_one_view"]
            assert row.accuracy_one_view == pytest.approx(one_view.mean(), abs=1e-5)
            assert row.gain == pytest.approx(row.accuracy - rows.accuracy[row.over], abs=2e-5)
            assert row.gain_low < row.gain < row.gain_high
    below = dict(itertools.pairwise(rungs)) | {ablation.LOWEST: "six convolutions"}
    assert rows.over.dropna().to_dict() == {after: before for before, after in below.items()} | dict.fromkeys(
        ablation.BESIDE, ablation.NARROW_RECIPE
    )


def test_in_its_example_the_recipe_beats_the_network_of_episode_1_by_20_points():
    text = (storage.ROOT / "notebooks" / "example-67-to-94.ipynb").read_text(encoding="utf-8")
    plain, ours = map(float, re.findall(r'"5 epochs .* val_accuracy ([\d.]+)', text))
    assert ours - plain > 0.2


def test_each_rung_changes_one_thing_but_for_muon_and_the_largest_network():
    with_muon = {"optimizer", "rate", "learning_rate", "batch_size", "kernel_factor", "kernel_momentum"}
    together = {"Muon": with_muon | {"momentum", "nesterov", "weight_decay"}}
    together |= {ablation.LARGEST: {"widths", "epochs"}}
    for (_, before), (name, after) in itertools.pairwise(ablation.climb().items()):
        before, after = ablation.described(before), ablation.described(after)
        changed = {key for key in before | after if before.get(key) != after.get(key)}
        assert changed == together[name] if name in together else len(changed) == 1


def test_a_name_that_cannot_be_trained_is_refused_with_those_that_can(capsys):
    with pytest.raises(SystemExit):
        command.main(["ladder", "model_inro"])
    assert f"no fit is called model_inro; there are {', '.join(command.FAMILY)}" in capsys.readouterr().err


# How a fit is made


def some_data(n=192):
    rng = np.random.default_rng(1)
    labels = np.eye(10, dtype=np.float32)[rng.integers(0, 10, n)]
    return rng.random((n, 32, 32, 3), np.float32), labels


def contents(folder):
    return {path: storage.sha256(path) for path in folder.rglob("*") if path.is_file()}


def names_in(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def parts(monkeypatch):
    images, labels = some_data(64)
    test = images, labels.argmax(axis=1)
    made = cifar10.Parts(some_data(), some_data(48), test, (images.copy(), test[1]), "0" * 64)
    monkeypatch.setattr(cifar10, "load_parts", lambda size: made)
    return made


@pytest.fixture
def ship(parts, tmp_path, monkeypatch):
    """Train as the command line would, in a folder of the test's own; give the folder of what is shipped."""
    monkeypatch.setattr(ablation, "MEASURED", tmp_path / "measured")

    def run(family, name):
        options = argparse.Namespace(size="full", build=tmp_path / "build", shipped=tmp_path / "shipped")
        family.fit(name, options)
        return options.shipped / name

    return run


@pytest.fixture
def small_recipe(monkeypatch):
    """The recipe with a narrow network, small batches and as many bits as the tests' own computer likes."""
    monkeypatch.setattr(recipe, "faster_precision", lambda: "mixed_bfloat16")
    monkeypatch.setattr(recipe, "BATCH_SIZE", 16)
    monkeypatch.setattr(models, "create_model_best", partial(models.create_model_best, (8, 8, 8)))
    small = {name: replace(rung, widths=(8, 8, 8), epochs=1) for name, rung in ablation.climb().items()}
    monkeypatch.setattr(ablation, "climb", lambda: small)


PLAN = {
    "one": cifar10.Fit(models.create_model_intro, epochs=2),
    "long": cifar10.Fit(models.create_model_intro, epochs=2, ships_model=False),
    "seeds": cifar10.Fit(models.create_model_intro, epochs=2, seeds=(1, 2)),
    "grid": cifar10.Grid(epochs=1, folds=2, optimizers=("SGD", "Adam")),
}


@pytest.mark.slow
def test_shipping_writes_tables_models_and_settings_and_looks_at_the_test_set_once(parts, ship, monkeypatch):
    monkeypatch.setattr(cifar10, "PLAN", PLAN)
    spy = Mock(wraps=evaluation.predict)
    monkeypatch.setattr(evaluation, "predict", spy)
    folders = {name: ship(cifar10, name) for name in PLAN}
    assert [images is parts.test[0] for (_, images, _), _ in spy.call_args_list].count(True) == 1
    assert {name: names_in(folder) for name, folder in folders.items()} == {
        "one": {"one.csv", "one.keras", "settings.json"},
        **{name: {f"{name}.csv", "settings.json"} for name in ("long", "seeds")},
        "grid": {"grid.csv", "grid_histories.csv", "settings.json"},
    }
    read = lambda name, table=None: pd.read_csv(folders[name] / f"{table or name}.csv")  # noqa: E731
    assert read("long").columns[0] == "epoch"
    assert read("seeds").seed.tolist() == [1, 1, 2, 2] and read("seeds").loss[0] != read("seeds").loss[2]
    assert read("grid", "grid_histories").optimizer.tolist() == ["SGD", "SGD", "Adam", "Adam"]
    first = contents(folders["grid"])
    monkeypatch.setattr(cifar10, "search", None)  # a grid search does not repeat what is done
    assert contents(ship(cifar10, "grid")) == first


@pytest.mark.slow
def test_one_change_at_a_time_is_trained_and_shipped(ship, monkeypatch):
    few = {name: comparisons.CHANGES[name] for name in ("L2 0.01", "augmentation", "batches of 128")}
    plan = replace(comparisons.PLAN["one_change"], changes=few, images=64, epochs=1, seeds=(1,))
    monkeypatch.setitem(comparisons.PLAN, "one_change", plan)
    prepare = data.prepare_dataset
    monkeypatch.setattr(data, "prepare_dataset", lambda *raw: [part[:64] for part in prepare(*raw)])
    folder = ship(comparisons, "one_change")
    table = pd.read_csv(folder / "one_change.csv")
    assert table.columns.tolist() == ["run", "change", "seed", "epoch", "accuracy", "loss", *COLUMNS[:1:-1]]
    assert table.change.tolist() == [*few]
    assert table.val_loss.max() < 3, "without the penalty"
    first = contents(folder)
    monkeypatch.setattr(comparisons, "train", None)  # what is done is not repeated
    assert contents(ship(comparisons, "one_change")) == first


def test_a_compared_setting_reaches_the_network():
    for rate, settings in comparisons.RATES.items():
        assert comparisons.PLAN["sweep_dropout"].create(**settings).get_layer(index=6).rate == rate
    for name, settings in comparisons.ACTIVATIONS.items():
        used = {layer.get_config().get("activation") for layer in comparisons.create(**settings).layers}
        assert used - {None, "linear"} == {name, "softmax"}


@pytest.mark.slow
def test_ways_of_transfer_learning_are_measured_and_shipped(ship, monkeypatch):
    draws = {way: 1 if way in ("from scratch", "fine-tuning") else 2 for way in transfer.WAYS}
    small = {"DRAWS": {way: {2: n} for way, n in draws.items()}, "BLOCK": 4, "TEST": 2, "SIDE": 64}
    small |= {"HEAD_EPOCHS": 1, "EPOCHS": 1, "SCRATCH_EPOCHS": 1, "SCRATCH_STEPS": 1}
    for name, value in small.items():
        monkeypatch.setattr(transfer, name, value)
    folder = ship(transfer, "transfer")
    table = pd.read_csv(folder / "transfer.csv")
    assert table.way.tolist() == [way for way, n in draws.items() for _ in range(n)]
    assert table.accuracy.between(0, 1).all() and (table.accuracy == table.correct / 14).all()
    monkeypatch.setattr(transfer, "measure", None)  # what is done is not repeated
    first = contents(folder)
    assert contents(ship(transfer, "transfer")) == first


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
    assert names_in(folder) == {"fit.csv", "settings.json"}, "nothing old remains"


def test_shuffled_pixels_keep_their_colors_and_move_alike_in_all_images():
    images = np.random.default_rng(0).random((2, 32, 32, 3)).astype("float32")
    order = np.random.default_rng(42).permutation(32 * 32)  # as the notebook of the dense baseline draws it
    moved = cifar10.shuffle_pixels(images).reshape(2, -1, 3)
    np.testing.assert_array_equal(moved, images.reshape(2, -1, 3)[:, order])


@pytest.mark.slow
def test_the_recipe_is_validated_trained_from_each_seed_and_shipped(parts, ship, small_recipe, tmp_path):
    folder = ship(best, "model_best")
    assert names_in(folder) == {"model_best.csv", "model_best.keras", "seeds.csv", "settings.json"}
    settings, seeds = read_json(folder / "settings.json"), pd.read_csv(folder / "seeds.csv")
    assert (settings["training_images"], settings["validation"]["training_images"]) == (240, 192)
    assert {"test_accuracy", "workshop_test_accuracy", "test_accuracy_one_view"} <= set(settings)
    assert seeds.seed.tolist() == [*best.SEEDS] and (seeds.images == len(parts.test[0])).all()
    files = [tmp_path / "measured" / f"{name}_42.npz" for name in (ablation.RECIPE, "model_best")]
    validated, tested = (json.loads(str(np.load(file)["decided"])) for file in files)
    assert validated == tested | {"images": 192}, "what is tested is what was validated"
    model = keras.saving.load_model(folder / "model_best.keras")
    assert {layer.dtype_policy.name for layer in model.layers} == {"float32"}, "whatever trained it"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "key", "one_view"),
    [("ladder", "rung", "GELU"), ("leave_one_out", "recipe", "without six views")],
)
def test_ideas_are_measured_and_not_measured_again(
    name, key, one_view, ship, small_recipe, monkeypatch, tmp_path
):
    rungs = ablation.climb()
    few = {rung: rungs[rung] for rung in ("label smoothing", "GELU", ablation.NARROW_RECIPE, ablation.RECIPE)}
    monkeypatch.setattr(ablation, "climb", lambda: few)
    monkeypatch.setattr(ablation, "SEEDS", (1,))
    monkeypatch.setattr(ablation, "NOT_KEPT", {})
    left_out = {name: ablation.LEFT_OUT[name] for name in ("without Muon", "without six views")}
    monkeypatch.setattr(ablation, "LEFT_OUT", left_out)
    monkeypatch.setattr(cifar10, "PLAN", {"model_intro": cifar10.Fit(models.create_model_intro, epochs=1)})
    folder = ship(ablation, name)
    first, settings = contents(folder), read_json(folder / "settings.json")
    assert {one["precision"] for one in settings["trainings"].values()} == {"mixed_bfloat16"}, "as trained"
    tables = {f"{name}.csv", "settings.json"} | ({"ladder_curves.csv"} if name == "ladder" else set())
    assert {path.name for path in first} == tables
    assert keras.mixed_precision.global_policy().name == "float32", "what follows is trained as usual"
    measured = tmp_path / "measured"
    kept = np.load(measured / "six_views_1.npz")
    shown = pd.read_csv(folder / f"{name}.csv").set_index(key).accuracy
    for row, correct in ((one_view, "correct_one_view"), (ablation.NARROW_RECIPE, "correct")):
        assert shown[row] == pytest.approx(kept[correct].mean(), abs=1e-5)
    assert not [*measured.glob(f"{one_view.replace(' ', '_')}*")], "an answer from one view takes no training"
    monkeypatch.setattr(ablation, "train", Mock(side_effect=Stopped))
    assert contents(ship(ablation, name)) == first
    monkeypatch.setattr(recipe, "PEAK_RATE", 2.0)
    with pytest.raises(SystemExit, match="measured with other settings"):
        ship(ablation, name)


def test_every_change_of_the_recipe_changes_the_training():
    trainings = ablation.changed({"none": {}} | ablation.LEFT_OUT | ablation.NOT_KEPT | ablation.BESIDE)
    assert len(set(trainings.values())) == len(trainings)
    optimizers = {name: ablation._optimizer(training, 100) for name, training in trainings.items()}
    kinds = {name: type(optimizer).__name__ for name, optimizer in optimizers.items()}
    assert (kinds["none"], kinds["without Muon"], kinds["quick biases"]) == ("Muon", "SGD", "QuickBiases")
    assert kinds["rising rate"] == "Muon"
    peaks = {name: optimizers[name].learning_rate for name in ("none", "without Muon")}
    assert {float(rate) for rate in peaks.values()} == {recipe.PEAK_RATE}
    optimizers["rising rate"].iterations.assign(23)
    assert float(optimizers["rising rate"].learning_rate) == pytest.approx(recipe.PEAK_RATE)


def test_images_become_the_bytes_that_they_were_made_of():
    images = data.load_cifar10()[0][0][:100]
    np.testing.assert_array_equal(ablation._as_bytes(data.normalize(images)), images)


# An interrupted training goes on; tests/test_faults.py kills it while it writes


def train_as_in_episodes(folder, epochs=4):
    create = partial(cifar10.compiled, models.create_model_dropout, {"rate": 0.5})
    make_batches = partial(resumable.batches, *some_data(), 32, 42)
    return resumable.train(create, make_batches, 6, folder, epochs, {}, some_data(64))


def train_by_the_recipe(folder, epochs=4):
    rung = replace(ablation.climb()[ablation.RECIPE], epochs=epochs)
    return ablation.train(rung, some_data(96), folder, "float32")


@pytest.mark.slow
def test_a_state_of_other_settings_or_of_more_epochs_is_not_taken(tmp_path, small_recipe, monkeypatch):
    train_by_the_recipe(tmp_path / "recipe", epochs=1)
    train_as_in_episodes(tmp_path / "episodes", epochs=2)
    with pytest.raises(SystemExit, match="2 epochs, not 1"):
        train_as_in_episodes(tmp_path / "episodes", epochs=1)
    monkeypatch.setattr(recipe, "PEAK_RATE", 2.0)
    with pytest.raises(SystemExit, match="other settings"):
        train_by_the_recipe(tmp_path / "recipe", epochs=1)


class Stopped(Exception):  # noqa: N818
    """Somebody stopped the training."""


@contextlib.contextmanager
def stopped(step=None, while_saving=None):
    """Stop a training at a step, or when it has written its history and not yet its model."""

    def after(keeper, batch, logs=None):
        if int(keeper.model.optimizer.iterations) == step:
            raise Stopped

    def save(model, path, complete=keras.Model.save):
        if int(model.optimizer.iterations) == while_saving:
            path.write_bytes(b"half a model")
            raise Stopped
        complete(model, path)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(resumable.KeepEveryEpoch, "on_train_batch_end", after, raising=False)
        patch.setattr(keras.Model, "save", save)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("train", [train_as_in_episodes, train_by_the_recipe])
def test_an_interrupted_training_ends_as_one_that_was_never_interrupted(train, tmp_path, small_recipe):
    expected_model, expected = train(tmp_path / "whole")
    folder = tmp_path / "interrupted"
    if train is train_as_in_episodes:  # the recipe's rate follows a plan for all epochs
        train(folder, epochs=1)
    for when, n_epochs in (({"step": 15}, 2), ({"while_saving": 18}, 3)):
        with stopped(**when):
            train(folder)
        kept = keras.saving.load_model(folder / "model.keras")  # loads, so it is complete
        assert int(kept.optimizer.iterations) == 12
        assert len(resumable.read_history(folder / "history.csv")) == n_epochs
    model, history = train(folder)
    for weights, others in zip(model.get_weights(), expected_model.get_weights(), strict=True):
        np.testing.assert_allclose(weights, others, atol=EXACT)
    pd.testing.assert_frame_equal(frame.curves(history), frame.curves(expected), atol=EXACT)
    assert names_in(folder) - {"decided.json"} == {"model.keras", "history.csv"}
    pd.testing.assert_frame_equal(train(folder)[1], history)  # done is done


def test_a_state_is_not_gone_on_with_by_other_settings(tmp_path):
    resumable.begin_with({"rate": 0.5}, tmp_path)
    resumable.begin_with({"rate": 0.3}, tmp_path)  # nothing has been trained yet
    (tmp_path / "model.keras").touch()
    resumable.begin_with({"rate": 0.3}, tmp_path)
    with pytest.raises(SystemExit, match="other settings"):
        resumable.begin_with({"rate": 0.5}, tmp_path)


def test_every_epoch_sees_every_image_once_in_another_order():
    def seen(first_epoch, n):
        numbers = np.arange(10)
        batches = resumable.batches(numbers, numbers, batch_size=4, seed=1, first_epoch=first_epoch).take(n)
        return np.concatenate([images.numpy() for images, _ in batches]).tolist()

    first, second = seen(0, 6)[:10], seen(0, 6)[10:]
    assert sorted(first) == sorted(second) == [*range(10)]
    assert first != second == seen(1, 3)


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
