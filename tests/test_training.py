"""Progress, histories and saved fits."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import CourseError, plotting, storage, training
from helpers.histories import history_table

RNG = np.random.default_rng(0)
IMAGES, LABELS = RNG.random((12, 4), "float32"), RNG.integers(0, 2, 12)


@pytest.fixture
def places(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path / "mine")
    monkeypatch.setattr(storage, "SHIPPED_FITS", tmp_path / "shipped")
    return tmp_path


def small_model(loss="sparse_categorical_crossentropy", metrics=("accuracy",)):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", loss, metrics=list(metrics), run_eagerly=True)  # for so little, quicker
    return model


def fitted(epochs=2, callbacks=()):
    model, options = small_model(), {"validation_data": (IMAGES, LABELS), "verbose": 0}
    return model, model.fit(IMAGES, LABELS, batch_size=4, epochs=epochs, callbacks=[*callbacks], **options)


def shown_by(patch):
    """What a display shows from now on."""
    shown = []
    patch.setattr(training, "display", lambda *_, **__: SimpleNamespace(update=shown.append))
    return shown


def test_a_saved_fit_knows_the_facts_of_its_run(places):
    model, history = fitted(callbacks=[training.LiveProgress()])
    training.save_fit("tiny", model, history, train=(IMAGES, LABELS))
    facts = training.load_run("tiny").facts
    made = dict(optimizer="Adam", learning_rate=0.001, loss="sparse_categorical_crossentropy", epochs=2)
    made |= dict(parameters=10, planned_epochs=2, steps_per_epoch=3, steps=6, training_images=12)
    assert made.items() <= facts.items()
    assert {"wall_seconds", "cpu_seconds", "data_sha256"} <= set(facts)
    assert "validation_images" not in facts, "nobody said which"
    training.save_fit("tiny", model, history, train=(IMAGES + 1, LABELS))
    assert training.load_run("tiny").facts["data_sha256"] != facts["data_sha256"]


@pytest.mark.parametrize("pair", [IMAGES, (IMAGES, LABELS[:3]), (IMAGES, None), "images"])
def test_what_is_no_pair_of_images_and_labels_is_refused_before_anything_is_saved(places, pair):
    with pytest.raises(CourseError, match=r"train=\(x, y\)"):
        training.save_fit("tiny", small_model(), {"loss": [1.0]}, train=pair)
    assert not (places / "mine").exists()


@pytest.mark.parametrize(
    ("own", "shipped", "whose"),
    [(False, False, "the course's"), (True, False, "your own"), (True, True, "the course's")],
)
def test_the_own_fit_comes_first_unless_asked_for_the_shipped(places, capsys, own, shipped, whose):
    training.save_fit("tiny", small_model(), {"loss": [3.0] * 3}, folder=places / "shipped" / "tiny")
    if own:
        training.save_fit("tiny", small_model(), {"loss": [1.0]})
    _, history = training.load_fit("tiny", shipped=shipped)
    assert capsys.readouterr().out == f"Loaded {whose} fit tiny.\n"
    assert len(history) == (1 if whose == "your own" else 3)


def test_shipped_histories_come_as_tables_and_an_unknown_one_is_refused_with_their_names():
    history = training.load_history("model_intro")
    assert (history.index.name, list(history.index)) == ("epoch", list(range(1, 11)))
    assert set(training.load_history("sweep_dropout").rate) == {0.15, 0.3, 0.45, 0.6, 0.75}
    assert set(training.load_history("grid_optimizer").optimizer) == {"SGD", "RMSprop", "Adam"}
    with pytest.raises(CourseError, match="intro_long, .*sweep_dropout"):
        training.load_history("nothing")


def test_a_history_may_be_any_table_and_has_one_row_an_epoch_counted_from_one(places):
    training.save_fit("mine", small_model(), pd.DataFrame({"loss": [2.0, 1.0]}, index=[7, 8]))
    table = training.load_fit("mine")[1]
    assert (table.index.name, table.index.tolist(), table.loss.tolist()) == ("epoch", [1, 2], [2.0, 1.0])


def test_a_damaged_own_fit_gives_way_to_the_shipped_one_and_else_is_said_to_be_so(places, capsys):
    own = training.save_fit("tiny", small_model(), {"loss": [1.0]})
    own.write_bytes(own.read_bytes()[:100])
    with pytest.raises(CourseError, match="'tiny'; your own file cannot be used"):
        training.load_fit("tiny")
    training.save_fit("tiny", small_model(), {"loss": [1.0]}, folder=places / "shipped" / "tiny")
    training.load_fit("tiny")
    assert re.match("Loaded the course's fit tiny; your own file cannot be used: .", capsys.readouterr().out)
    (places / "shipped" / "model_intro").mkdir()
    with pytest.raises(CourseError, match="model_intro.*'nothing'"):
        training.load_fit("nothing")


def test_progress_draws_curves_with_axes_and_a_legend_which_stay_below_the_last_numbers(monkeypatch):
    shown = shown_by(monkeypatch)
    _, history = fitted(epochs=3, callbacks=[training.LiveProgress(seconds_between_updates=0)])
    last = repr(shown[-1])
    assert re.fullmatch(r"3 epochs of 3 steps in \d+\.\d s: .*", last)
    assert f"val_loss {history.history['val_loss'][-1]:.3f}" in last
    assert "epoch 3 of 3, about 0 s left" in shown[-2]._repr_html_()
    for chart in (page._repr_html_() for page in shown[-2:]):
        texts = re.findall("<text.*?>(.*?)</text>", chart)
        assert {"loss", "accuracy (share correct)", "epoch", "training", "validation", "1", "3"} <= {*texts}
        lines = re.findall(r'<polyline points="([^"]*)".*?(stroke-dasharray|/>)', chart)
        curves = [dashed for points, dashed in lines if len(points.split()) == 3]
        assert len(curves) == 4 and curves.count("stroke-dasharray") == 2, "validation is dashed"


# Whatever Keras gives
LOGGED = ["loss", "val_loss", "accuracy", "val_accuracy", "auc", "f1_score", "learning_rate", "<b>"]
ODD = [st.none(), st.text(max_size=3), st.lists(st.floats(), max_size=4), st.builds(object)]
LOGS = st.dictionaries(st.sampled_from(LOGGED), st.one_of(st.floats(), *ODD))
LOGS = st.lists(LOGS | st.none(), max_size=5)


@settings(deadline=None, max_examples=50)
@given(LOGS, st.sampled_from([None, 1, 3]), st.integers(0, 9))
def test_a_display_takes_any_logs(logs, steps, first):
    with pytest.MonkeyPatch.context() as patch:
        shown = shown_by(patch)
        progress = training.LiveProgress(seconds_between_updates=0)
        progress.set_params({"epochs": first + len(logs), "steps": steps})
        progress.on_train_begin()
        for epoch, measured in enumerate(logs, first):
            progress.on_epoch_begin(epoch)
            progress.on_train_batch_end(0)
            progress.on_epoch_end(epoch, measured)
        progress.on_train_end()
    assert progress.works, "nothing was to be left out"
    assert repr(shown[-1]).startswith(f"{len(logs)} epoch")
    for chart in (page._repr_html_() or "" for page in shown):
        assert "nan" not in re.sub(r"<(text|div).*?</\1>", "", chart) and "<b>" not in chart


BREAKS = SimpleNamespace(update=Mock(side_effect=RuntimeError("the front end is gone")))


@pytest.mark.parametrize(("display", "times_said"), [(None, 0), (BREAKS, 1)])
def test_no_display_or_one_that_breaks_ends_no_training(monkeypatch, capsys, display, times_said):
    monkeypatch.setattr(training, "display", lambda *_, **__: display)
    _, history = fitted(epochs=3, callbacks=[training.LiveProgress(seconds_between_updates=0)])
    assert len(history.history["loss"]) == 3
    assert capsys.readouterr().out.count("The training goes on without its display") == times_said


EVERY_SECOND = {"validation_data": True, "validation_freq": 2}
AT_TIMES = {"validation_data": True, "validation_freq": [1, 5]}
TRAININGS = {  # what is measured, how often Keras validates: after which of six epochs there is a number
    "a value per class": ([keras.metrics.F1Score()], {"validation_data": True}, [1, 2, 3, 4, 5, 6]),
    "the loss not first": (["accuracy", keras.metrics.AUC()], EVERY_SECOND, [2, 4, 6]),
    "twice the same": (["accuracy", "accuracy"], AT_TIMES, [1, 5]),
    "nothing": ([], {}, None),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TRAININGS)
def test_a_training_of_any_kind_is_shown_saved_and_drawn(places, monkeypatch, kind):
    shown, (metrics, options, epochs) = shown_by(monkeypatch), TRAININGS[kind]
    one_hot = np.eye(2, dtype="float32")[LABELS]
    options = options | ({"validation_data": (IMAGES, one_hot)} if options else {})
    model, progress = small_model("categorical_crossentropy", metrics), training.LiveProgress(0)
    history = model.fit(IMAGES, one_hot, epochs=6, verbose=0, callbacks=[progress], **options)
    chart = shown[-1]._repr_html_()
    assert progress.works and ">loss</text>" in chart and ">training</text>" in chart
    assert ("validation" in chart) == bool(options)
    training.save_fit("mine", model, history)
    table = training.load_fit("mine")[1]
    assert table.loss.tolist() == pytest.approx(history.history["loss"])
    if epochs:
        assert table.val_loss.dropna().index.tolist() == epochs
        assert table.val_loss.dropna().tolist() == pytest.approx(history.history["val_loss"])
    else:
        assert "val_loss" not in table
    if metrics:
        plotting.learning_curves(history)


@pytest.mark.parametrize(
    ("n_values", "places", "words"),
    [(6, [*range(1, 7)], ""), (3, [2, 4, 6], "every 2 epochs"), (1, None, "left out"), (5, None, "left out")],
)
def test_a_history_says_which_epochs_it_takes_a_column_for(capsys, n_values, places, words):
    table = history_table({"loss": [1.0] * 6, "val_loss": [2.0] * n_values})
    assert (table.val_loss.dropna().index.tolist() if "val_loss" in table else None) == places
    assert words in capsys.readouterr().out
