"""A learner's network goes all the way: trained as in episode 4, named once in episode 6, on the page."""

import json
import re

import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt

from helpers import data, storage, training
from helpers.evaluation import per_class
from helpers.exercises.progress import in_more
from helpers.sharing import model_card
from tools import notebooks as tools

pytest.importorskip("tf2onnx", reason="needs the extra `share`")
NAME = 'name = "model_dropout"'
MINE = {"limits": "It hardly knows a thing, say its makers.", "license": "cc0-1.0"}


def trained():
    """Train a tiny network with the calls of episode 4, and save it under the name of the challenge."""
    (images, labels), _ = data.load_cifar10()
    x_train, x_val, y_train, y_val = data.prepare_dataset(images[:500], labels[:500])
    keras.utils.set_random_seed(1)
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(4, 3, activation="gelu")(inputs))
    my_model = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x), name="mine")
    my_model.compile(keras.optimizers.RMSprop(0.01), "categorical_crossentropy", metrics=["accuracy"])
    my_history = my_model.fit(
        x_train, y_train, batch_size=128, epochs=2, validation_data=(x_val, y_val),
        callbacks=[training.LiveProgress()], verbose=0,
    )  # fmt: skip
    my_history.cost["wall_seconds"] = 61.5  # told apart from the processor's on any computer
    training.save_fit("challenge", my_model, my_history, train=(x_train, y_train), validation=(x_val, y_val))
    return my_model


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Run the cells of episode 6 that a class runs, with the name changed, and give what they leave."""
    cells = tools.read(storage.ROOT / "notebooks" / "06-share.ipynb").cells
    core = [
        cell.source.replace(NAME, 'name = "challenge"').replace("your_texts = {}", f"your_texts = {MINE}")
        for cell, more in zip(cells, in_more(cells), strict=True)
        if cell.cell_type == "code"
        and not more
        and not {"start", "exercise", "solution"} & {*tools.tags(cell)}
    ]
    assert sum('name = "challenge"' in source for source in core) == 1
    found = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "FIT_OUTPUTS", tmp_path_factory.mktemp("fits"))
        found["trained"] = trained()
        for source in core:
            exec(source, found)
    plt.close("all")
    return found


def test_the_card_is_about_the_learners_run(own):
    text, found = str(own["card"]), own["predictions"]
    correct = int((own["trained"].predict(own["x_test"], verbose=0).argmax(1) == found.labels).sum())
    assert f"{correct / 2000:.1%} of 2,000 test images" in text and "95% confidence interval" in text
    for name, row in per_class(found, data.CLASS_NAMES).iterrows():
        assert f"- {name}: {row.recall * 200:.0f} of 200, {row.recall:.1%}" in text
    for fact in (
        "network: mine", "optimizer: RMSprop", "learning rate: 0.01", "loss: categorical\\_crossentropy",
        "trained for 2 epochs, as many as were planned", "from 400 images. 100 others", "cc0-1.0",
        f"parameters: {own['trained'].count_params():,}", "steps per epoch: 4", MINE["limits"][:30],
    ):  # fmt: skip
        assert fact.replace("\\_", "_") in text.replace("\\_", "_"), fact
    seconds = {part: float(re.search(rf"seconds {part}.*: ([\d.]+)", text)[1]) for part in ("by", "of")}
    assert seconds == {"by": 61.5, "of": own["facts"]["cpu_seconds"]} and seconds["of"] > 0
    assert "dropout" not in text and own["card"].missing == ()


def test_the_export_answers_as_the_learners_network(own):
    answers = own["trained"].predict(own["x_test"][:200], verbose=0)
    np.testing.assert_allclose(own["exported"], answers, atol=1e-5)


def test_the_page_is_about_the_learners_network(own):
    page = own["page"].read_text(encoding="utf-8")
    assert f"<h1>{own['title']}</h1>" in page
    assert own["card"].html() in page and "network: mine" in page
    classes = json.loads(own["page"].with_name("page.json").read_text(encoding="utf-8"))["classes"]
    assert classes == list(data.CLASS_NAMES)


def test_the_challenge_counts_what_is_ready_and_names_what_is_missing(own, capsys):
    ready = {what for what, done in own["points"].items() if done}
    assert "the network is one that you trained" in ready and "you wrote its limits" in ready
    missing = set(own["points"]) - ready - {"the limits name its weakest class"}
    assert missing == {"you wrote what it is for", "you wrote what it is not for"}


def test_a_fit_without_facts_has_a_card_with_gaps(tmp_path, monkeypatch, own):
    monkeypatch.setattr(storage, "FIT_OUTPUTS", tmp_path)
    own["trained"].save(tmp_path / "older.keras")
    training.write_history(tmp_path / "older.csv", {"loss": [1.0]})
    run = training.load_run("older")
    card = model_card("older", run.model, run.facts, own["predictions"], data.CLASS_NAMES)
    assert run.facts == {} and "was not recorded" in str(card) and "optimizer" in card.missing
