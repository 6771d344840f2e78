"""Training and exercises in the browser: the numbers are those of Keras, the verdicts those of the checks."""

import ast
import shutil

import keras
import numpy as np
import pytest

from helpers import checks  # noqa: F401 - it registers the exercises
from helpers.exercises import engine
from helpers.storage import ROOT
from tests.jupyterlab_browser import browser, needs_chromium
from tests.site_browser import served
from tools import browser_episode

pytestmark = needs_chromium
# Odd sizes, one channel and three, more classes and fewer than four: every edge of the product of matrices.
NETWORKS = {
    "two convolutions": ((13, 12, 3), ["conv 5", "pool 2", "conv 6", "pool 2", "dense 7", "dense 10"]),
    "one channel, one class less than a block": ((7, 9, 1), ["conv 3", "pool 2", "dense 3"]),
    "no pooling": ((6, 5, 2), ["conv 4", "conv 1", "dense 5", "dense 2"]),
    "dense only": ((4, 4, 3), ["dense 9", "dense 4"]),
}
# Loss, gradients and probabilities of a network with these weights; then the weights after three steps.
MEASURE = """async ({shape, kinds, weights, images, labels}) => {
    const train = await import("/web/train.js");
    const layers = train.build(shape, kinds);
    const trained = layers.filter(layer => layer.weights);
    trained.forEach((layer, i) => layer.weights.set(weights[2 * i]));
    trained.forEach((layer, i) => layer.biases.set(weights[2 * i + 1]));
    const x = Float32Array.from(images);
    const probabilities = Array.from(train.predict(layers, x, labels.length));
    const {loss, right} = train.gradients(layers, x, labels);
    const gradients = trained.flatMap(layer => [Array.from(layer.dWeights), Array.from(layer.dBiases)]);
    const step = train.adam(layers, 0.01);
    for (let i = 0; i < 3; i++) { train.gradients(layers, x, labels); step(); }
    const after = trained.flatMap(layer => [Array.from(layer.weights), Array.from(layer.biases)]);
    return {probabilities, loss, right, gradients, after};
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """An empty page beside the modules, which lie as they do on the site."""
    folder = tmp_path_factory.mktemp("modules")
    shutil.copytree(ROOT / "helpers" / "web", folder / "web")
    shutil.copytree(ROOT / "docs" / "_static" / "browser", folder / "browser")
    with served(folder) as server, browser() as chromium:
        page = chromium.new_page()
        page.route("**/empty.html", lambda route: route.fulfill(body="", content_type="text/html"))
        page.goto(f"{server.address}/empty.html")
        yield page


def kinds_of(words):
    """Write layers as forward.js wants them: ReLU behind each layer with weights but the last."""
    pairs = [word.split() for word in words]
    names = {"conv": "filters", "pool": "size", "dense": "units"}
    kinds = [{"kind": kind, names[kind]: int(number), "relu": kind != "pool"} for kind, number in pairs]
    return [*kinds[:-1], kinds[-1] | {"relu": False}]


def in_keras(shape, kinds):
    inputs = x = keras.Input(shape)
    for kind in kinds:
        activation = "relu" if kind.get("relu") else None
        if kind["kind"] == "conv":
            x = keras.layers.Conv2D(kind["filters"], 3, activation=activation)(x)
        elif kind["kind"] == "pool":
            x = keras.layers.MaxPooling2D(2)(x)
        else:
            x = keras.layers.Dense(kind["units"], activation=activation)(keras.layers.Flatten()(x))
    return keras.Model(inputs, keras.layers.Softmax()(x))


@pytest.mark.parametrize("name", NETWORKS)
def test_probabilities_loss_gradients_and_steps_of_adam_are_those_of_keras(page, name):
    import tensorflow as tf

    shape, words = NETWORKS[name]
    kinds, rng = kinds_of(words), np.random.default_rng(len(name))
    keras.utils.set_random_seed(len(name))
    model = in_keras(shape, kinds)
    weights = [rng.normal(0, 0.4, weight.shape).astype("float32") for weight in model.get_weights()]
    model.set_weights(weights)
    images = rng.random((9, *shape), dtype="float32")
    labels = rng.integers(0, model.output_shape[1], 9)
    given = {"shape": shape, "kinds": kinds, "labels": labels.tolist(), "images": images.ravel().tolist()}
    found = page.evaluate(MEASURE, given | {"weights": [weight.ravel().tolist() for weight in weights]})

    answers = model.predict(images, verbose=0)
    np.testing.assert_allclose(found["probabilities"], answers.ravel(), atol=2e-6)
    assert found["right"] == (answers.argmax(axis=1) == labels).sum()
    loss = keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        value = loss(labels, model(images, training=True))
    gradients = tape.gradient(value, model.trainable_variables)
    assert found["loss"] == pytest.approx(float(value), rel=1e-5)
    for mine, theirs in zip(found["gradients"], gradients, strict=True):
        np.testing.assert_allclose(mine, np.ravel(theirs), atol=1e-5 * np.abs(theirs).max() + 1e-7)
    model.compile(keras.optimizers.Adam(0.01), loss)
    model.fit(images, labels, batch_size=9, epochs=3, shuffle=False, verbose=0)
    for mine, theirs in zip(found["after"], model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs.ravel(), atol=2e-4)


LEARN = """async () => {
    const train = await import("/web/train.js");
    const draw = train.random(1);
    const layers = train.build([8, 8, 1], [{kind: "conv", filters: 4, relu: true}, {kind: "pool"},
                                           {kind: "dense", units: 2}]);
    train.initialize(layers, draw);
    const images = Float32Array.from({length: 20 * 64}, draw);
    const labels = Uint8Array.from({length: 20}, (_, i) => i % 2);
    const step = train.adam(layers, 0.01);
    const epochs = [];
    for (let i = 0; i < 30; i++) epochs.push([...train.epoch(layers, step, images, labels, draw, 8)].at(-1));
    return {epochs, measured: train.evaluate(layers, images, labels)};
}"""


def test_twenty_images_are_memorised_and_a_second_run_does_exactly_the_same(page):
    found = page.evaluate(LEARN)
    first, last = found["epochs"][0], found["epochs"][-1]
    assert first["loss"] > 0.6 and last["loss"] < first["loss"] / 2
    assert found["measured"]["accuracy"] >= 0.9 and last["seen"] == 20
    assert page.evaluate(LEARN) == found


START = """async () => {
    const train = await import("/web/train.js");
    const layers = train.build([32, 32, 3], [{kind: "conv", filters: 16}, {kind: "dense", units: 64}]);
    train.initialize(layers, train.random(3));
    return layers.map(layer => Array.from(layer.weights));
}"""


def test_weights_start_in_the_range_of_glorot_and_the_random_numbers_are_spread_evenly(page):
    for weights, connections in zip(page.evaluate(START), (9 * (3 + 16), 900 * 16 + 64), strict=True):
        limit = (6 / connections) ** 0.5
        shares, _ = np.histogram(weights, bins=4, range=(-limit, limit))
        assert shares.sum() == len(weights)  # all of them are within the limits
        np.testing.assert_allclose(shares / len(weights), 0.25, atol=0.08)


VERDICTS = """async ([exercise, attempts]) => {
    const {verdict} = await import("/browser/exercises.js");
    return attempts.map(answers => verdict(exercise, answers));
}"""
X, Y = "(9000, 32, 32, 3)", "(1000, 10)"
SHAPES = [(X, Y), ("[9000, 32, 32, 3]", "(None, 1000, 10)"), ("9000, 32, 32, 3", "1000, 10")]
SHAPES += [(text, Y) for text in ("9000", "(9000,)", "(32, 32, 3)", "(8000, 32, 32, 3)", "(9000, 3, 32, 32)")]
SHAPES += [(text, Y) for text in ("(1000, 32, 32, 3)", "(10, 32, 32, 3)", "(9000, 32, 32, 1)", "(9.5, -1)")]
SHAPES += [(X, text) for text in ("(1000,)", "(1000, 1)", "(10, 1000)", "(9000, 10)", "(2000, 10)", "(7, 7)")]


def attempts_at(exercise):
    """Answer rightly; then each statement alone in every other way."""
    right = [one["answer"] for one in exercise["statements"]]
    yield right
    for place, answer in enumerate(right):
        for other in {*right} - {answer}:
            yield [*right[:place], other, *right[place + 1 :]]


@pytest.mark.parametrize("name", ["shapes", "different_results", "vision_tasks"])
def test_an_exercise_has_the_verdicts_of_its_check_word_for_word(page, name):
    exercise = browser_episode.exercises()[name]
    if name == "shapes":
        typed = SHAPES
        wanted = [engine.verdict(name, *map(ast.literal_eval, texts)).text for texts in typed]
    else:
        texts = [one["text"] for one in exercise["statements"]]
        attempts = [*attempts_at(exercise)]
        typed = [[str(one).lower() if name != "vision_tasks" else one for one in row] for row in attempts]
        wanted = [engine.verdict(name, dict(zip(texts, attempt, strict=True))).text for attempt in attempts]
    assert {text[0] for text in wanted} == {"✓", "✗"}
    assert page.evaluate(VERDICTS, [exercise, typed]) == wanted


def test_what_is_missing_or_no_shape_is_said_to_be(page):
    typed = [("", Y), ("...", Y), ("nine thousand", Y), ("(9,000, 32, 32, 3)", Y)]
    said = page.evaluate(VERDICTS, [browser_episode.exercises()["shapes"], typed])
    assert [text[0] for text in said] == ["…", "…", "✗", "✗"]
    assert "write numbers in brackets" in said[2] and "write numbers in brackets" in said[3]


def test_no_exercise_of_the_episode_that_is_data_is_left_out_of_the_page():
    page = (ROOT / "docs" / "browser.md").read_text(encoding="utf-8")
    assert [name for name in browser_episode.exercises() if f'data-exercise="{name}"' not in page] == []
