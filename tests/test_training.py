"""Progress, histories and saved fits."""

import re
from types import SimpleNamespace

import keras
import numpy as np
import pandas as pd
import pytest

from helpers import CourseError, storage, training

RNG = np.random.default_rng(0)
IMAGES, LABELS = RNG.random((12, 4), "float32"), RNG.integers(0, 2, 12)


@pytest.fixture
def places(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path / "mine")
    monkeypatch.setattr(storage, "SHIPPED_FITS", tmp_path / "shipped")
    return tmp_path


def fitted(epochs=2, callbacks=()):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    options = {"batch_size": 4, "epochs": epochs, "validation_data": (IMAGES, LABELS), "verbose": 0}
    return model, model.fit(IMAGES, LABELS, callbacks=list(callbacks), **options)


def test_saved_fit_comes_back_with_the_same_answers_and_history(places):
    model, history = fitted()
    training.save_fit("tiny", model, history)
    loaded, table = training.load_fit("tiny")
    np.testing.assert_array_equal(loaded.predict(IMAGES, verbose=0), model.predict(IMAGES, verbose=0))
    assert table["loss"].tolist() == pytest.approx(history.history["loss"])


@pytest.mark.parametrize(
    ("own", "shipped", "whose"),
    [(False, False, "the course's"), (True, False, "your own"), (True, True, "the course's")],
)
def test_the_own_fit_comes_first_unless_asked_for_the_shipped(places, capsys, own, shipped, whose):
    training.save_fit("tiny", *fitted(epochs=3), folder=places / "shipped" / "tiny")
    if own:
        training.save_fit("tiny", *fitted(epochs=1))
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
    training.save_fit("mine", fitted()[0], pd.DataFrame({"loss": [2.0, 1.0]}, index=[7, 8]))
    table = training.load_fit("mine")[1]
    assert (table.index.name, table.index.tolist(), table.loss.tolist()) == ("epoch", [1, 2], [2.0, 1.0])


def test_a_fit_that_is_there_and_cannot_be_read_is_said_to_be_so(places):
    storage.FIT_OUTPUTS.mkdir(exist_ok=True)
    (storage.FIT_OUTPUTS / "mine.keras").write_bytes(b"no archive")
    with pytest.raises(CourseError, match="'mine'; your own file cannot be used"):
        training.load_fit("mine")


def test_damaged_own_fit_gives_way_to_the_shipped_one(places, capsys):
    model, history = fitted()
    training.save_fit("tiny", model, history, folder=places / "shipped" / "tiny")
    own = training.save_fit("tiny", model, history)
    own.write_bytes(own.read_bytes()[:100])
    training.load_fit("tiny")
    assert re.match("Loaded the course's fit tiny; your own file cannot be used: .", capsys.readouterr().out)


def test_a_model_that_carries_code_of_its_own_is_not_loaded(places):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x)])
    training.save_fit("hostile", model, {"loss": [1.0]})
    with pytest.raises(CourseError):
        training.load_fit("hostile")


def test_unknown_fit_is_refused_with_the_names_there_are(places):
    (places / "shipped" / "model_intro").mkdir(parents=True)
    with pytest.raises(CourseError, match=r"model_intro.*'nothing'"):
        training.load_fit("nothing")


def test_failed_save_leaves_the_earlier_fit_as_it_was(places):
    model, history = fitted()
    own = training.save_fit("tiny", model, history)
    before = own.read_bytes()

    class Breaks:
        def save(self, path):
            path.write_bytes(b"half a file")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        training.save_fit("tiny", Breaks(), history)
    assert own.read_bytes() == before
    assert sorted(path.name for path in own.parent.iterdir()) == ["tiny.csv", "tiny.keras"]


def test_progress_draws_curves_and_ends_in_one_line_of_text_with_the_last_numbers(monkeypatch):
    shown = []
    monkeypatch.setattr(training, "display", lambda *_, **__: SimpleNamespace(update=shown.append))
    _, history = fitted(epochs=3, callbacks=[training.LiveProgress(seconds_between_updates=0)])
    last = repr(shown[-1])
    assert re.fullmatch(r"3 epochs of 3 steps in \d+\.\d s: .*", last)
    assert f"val_loss {history.history['val_loss'][-1]:.3f}" in last
    chart = shown[-2].data
    assert "epoch 3 of 3" in chart
    assert (chart.count("<polyline"), chart.count("stroke-dasharray")) == (4, 2), "validation is dashed"
    assert all(len(points.split()) == 3 for points in re.findall(r'points="([^"]*)"', chart))


def test_training_works_where_nothing_can_be_displayed(monkeypatch):
    monkeypatch.setattr(training, "display", lambda *args, **kwargs: None)
    _, history = fitted(callbacks=[training.LiveProgress()])
    assert len(history.history["loss"]) == 2
