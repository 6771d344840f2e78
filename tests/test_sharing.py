"""A shared model comes back as it was; what cannot be trusted stays out; exports and pages are whole."""

import importlib.util
import json
import re
import shutil
import socket
import struct
import urllib.error
import urllib.request

import keras
import numpy as np
import pytest
import yaml

from helpers import CourseError, data, evaluation, sharing, storage, training
from helpers.images import load_photo
from helpers.sharing import export, web_page
from helpers.sharing.apart import answers_to
from helpers.sharing.model_card import model_card
from tests.programs import python

TEXTS = dict(intended_use='To learn: it is "small".', not_for="people.", limits="Photos only.")
TEXTS |= dict(decisions="We chose.", license="mit", citation="The course.", data="CIFAR-10.")
MODEL = storage.SHIPPED_FITS / "model_dropout" / "model_dropout.keras"


@pytest.fixture(scope="module")
def fit():
    return training.load_run("model_dropout", shipped=True)


@pytest.fixture(scope="module")
def images():
    return data.normalize(data.load_cifar10()[1][0][:200])


def card_of(model, facts, name="my_model", n_classes=10, **texts):
    """A card; what the model is said to have answered does not matter here."""
    labels = np.arange(200) % n_classes  # of the second and third class it finds none
    answers = np.eye(n_classes)[np.where(labels > 2, labels, 0)]
    predictions = evaluation.Predictions(np.zeros((200, 1, 1, 1)), labels, answers)
    names = data.CLASS_NAMES[:n_classes]
    return model_card(name, model, facts, predictions, names, "cifar10", **TEXTS | texts)


@pytest.fixture(scope="module")
def card(fit):
    return card_of(fit.model, fit.facts)


@pytest.fixture(scope="module")
def saved(tmp_path_factory, fit, card):
    return sharing.save(tmp_path_factory.mktemp("saved") / "my_model", *fit, card)


@pytest.fixture
def folder(tmp_path, saved):
    """A copy that a test may spoil."""
    return shutil.copytree(saved, tmp_path / "my_model")


def failing(error):
    def fails(*_, **__):
        raise error

    return fails


# One folder
def test_who_follows_the_card_gets_exactly_the_answers_of_the_saved_model(saved, fit, images, monkeypatch):
    code = re.search(r"```python\n(.*?)```", (saved / "README.md").read_text("utf-8"), re.DOTALL)[1]
    monkeypatch.chdir(saved)
    exec(code, found := {"images": images})
    np.testing.assert_array_equal(found["probabilities"], fit.model.predict(images, verbose=0))
    assert training.read_history(saved / "my_model.csv").equals(fit.history)
    assert json.loads((saved / "settings.json").read_text("utf-8")) == fit.facts


def test_a_shared_folder_holds_four_files_and_replaces_an_earlier_one(folder, fit, card):
    wanted = {"README.md", "my_model.csv", "my_model.keras", "settings.json"}
    (folder / "left over").touch()
    sharing.save(folder, *fit, card)
    assert {path.name for path in folder.iterdir()} == wanted
    assert [path.name for path in folder.parent.iterdir()] == ["my_model"]


def test_a_folder_of_other_files_is_never_replaced(tmp_path, fit):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="other files there"):
        sharing.save(tmp_path / "thesis", *fit, card_of(fit.model, fit.facts, "thesis"))
    with pytest.raises(CourseError, match="other files there"):
        sharing.make_web_page(fit.model, data.CLASS_NAMES, tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_is_called_as_its_card_says(tmp_path, fit, card):
    with pytest.raises(CourseError, match="'my_model'"):
        sharing.save(tmp_path / "other", *fit, card)


def test_a_model_that_was_never_compiled_can_be_shared(tmp_path):
    model = with_layer(keras.layers.ReLU())
    plain = card_of(model, {}, "plain", n_classes=2)
    saved = sharing.save(tmp_path / "plain", model, {"loss": [1.0]}, {"epochs": np.int64(1)}, plain)
    ones = np.ones((1, 4), np.float32)
    loaded = sharing.load_model(saved / "plain.keras")
    np.testing.assert_array_equal(loaded.predict(ones), model.predict(ones))


class Own(keras.layers.Layer):
    def call(self, inputs):
        return inputs


def with_layer(layer):
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(layer(inputs)))


# The last one is Keras's own, but its numbers look like those of a file that was built to do harm.
@pytest.mark.parametrize("layer", [Own(), keras.layers.Lambda(lambda x: x * 2), keras.layers.ReLU(10**6)])
def test_a_model_that_others_could_not_load_cannot_be_shared_as_a_file(tmp_path, layer):
    model = with_layer(layer)
    with pytest.raises(CourseError):
        sharing.save(tmp_path / "own", model, {"loss": [1.0]}, {}, card_of(model, {}, "own", n_classes=2))
    assert list(tmp_path.iterdir()) == []


# Files of others
def test_code_that_was_registered_in_this_session_is_welcome(tmp_path):
    with_layer(Own()).save(tmp_path / "model.keras")
    with keras.saving.CustomObjectScope({"Own": Own}), pytest.MonkeyPatch.context() as patch:
        patch.setitem(keras.saving.get_custom_objects(), "Own", Own)
        assert isinstance(sharing.load_model(tmp_path / "model.keras").layers[1], Own)


def test_every_kind_of_layer_in_the_course_is_known(tmp_path):
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.RandomFlip()(keras.layers.Rescaling(1 / 255)(inputs))
    x = keras.layers.Conv2D(4, 3, kernel_regularizer="l2", kernel_initializer="he_normal")(x)
    x = keras.layers.ReLU(max_value=6)(keras.layers.BatchNormalization()(x))
    x = keras.layers.DepthwiseConv2D(3)(x) * 2
    x = keras.ops.relu(keras.layers.GlobalAveragePooling2D()(x))
    model = keras.Sequential([keras.Model(inputs, x), keras.layers.Dense(2, activation="softmax")])
    rate = keras.optimizers.schedules.CosineDecay(0.1, 9)
    model.compile(keras.optimizers.SGD(rate), "categorical_crossentropy")
    model.build((None, 8, 8, 3))
    model.save(tmp_path / "model.keras")
    assert sharing.load_model(tmp_path / "model.keras").count_params() == model.count_params()


# The card
def test_the_card_has_the_form_of_hugging_face(fit):
    _, head, body = str(card_of(fit.model, fit.facts, "my: model", license="my: # 1")).split("---\n", 2)
    facts = yaml.safe_load(head)
    wanted = {"license": "my: # 1", "library_name": "keras", "pipeline_tag": "image-classification"}
    assert wanted.items() <= facts.items()
    (entry,) = facts["model-index"]
    (result,) = entry["results"]
    assert entry["name"] == "my: model"
    assert set(result) == {"task", "dataset", "metrics"}
    assert result["metrics"][0]["value"] == 0.8
    sections = ["Intended use", "Data", "How accurate it is", "Limits", "Licence", "Citation"]
    headings = re.findall(r"^## (.*)$", body, re.MULTILINE)
    assert [heading for heading in headings if heading in sections] == sections


def test_the_card_says_what_the_run_and_the_test_images_say(fit):
    card = card_of(fit.model, fit.facts)
    for fact in (
        "80.0% of 200 test images", "95% confidence interval 73.9% to 85.0%", "- bird: 0 of 20, 0.0%",
        "- cat: 20 of 20, 100.0%", "from 40,000 images. 10,000 others", "parameters: 33,834",
        fit.facts["data_sha256"],
        "for 30 epochs.", "clock: 340.1", "all cores together: 281.0", *TEXTS.values(),
    ):  # fmt: skip
        assert fact in str(card)
    assert card.missing == ()
    ended = card_of(fit.model, fit.facts | {"epochs": 7, "planned_epochs": 30})
    assert "Training ended after 7 of 30 planned epochs." in str(ended)


GAPS = [{"wall_seconds": None}, {"loss": ""}, {"validation_accuracy": "high"}, {"training_images": [3]}]


@pytest.mark.parametrize("gap", GAPS)
def test_what_nobody_recorded_or_wrote_is_said_to_be_missing(fit, gap):
    (key,) = gap
    card = card_of(fit.model, fit.facts | gap, limits="  ", license=...)
    assert card.missing == (key, "limits", "license")
    assert "## Limits\n\nNot stated." in str(card) and "not recorded" in str(card_of(fit.model, {}))


def test_a_text_of_another_name_or_kind_is_refused(fit):
    with pytest.raises(CourseError, match="'limit'"):
        card_of(fit.model, {}, limit="none")
    with pytest.raises(CourseError, match="limits to be a str"):
        card_of(fit.model, {}, limits=3)


# Exports
def test_exports_make_no_noise(tmp_path, capfd):
    """Before all others: some notes come once in a process."""
    for export_it, name in ((sharing.export_litert, "m.tflite"), (sharing.export_onnx, "m.onnx")):
        export_it(with_layer(keras.layers.ReLU()), tmp_path / name)
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def exported(tmp_path_factory, saved):
    """The model straight from its file: never called, which Keras's own export refuses."""
    folder = tmp_path_factory.mktemp("exports")
    calibration = data.load_cifar10()[0][0][:100] / 255  # float64
    sharing.export_litert(sharing.load_model(saved / "my_model.keras"), folder / "model.tflite")
    sharing.export_onnx(sharing.load_model(saved / "my_model.keras"), folder / "model.onnx")
    sharing.export_litert(sharing.load_model(saved / "my_model.keras"), folder / "int8.tflite", calibration)
    return folder


def test_an_export_answers_as_the_model_does(exported, fit, images):
    assert sharing.largest_difference(fit.model, exported / "model.onnx", images[:2]) < 1e-5
    assert answers_to(exported / "model.tflite", images[:2]) == pytest.approx(fit.model(images[:2]), abs=1e-5)


@pytest.mark.slow
def test_eight_bits_take_a_third_of_the_size_and_cost_little(exported, fit):
    images, labels = data.load_cifar10()[1]
    original = evaluation.predict(fit.model, data.normalize(images), labels)
    answers = sharing.predict_exported(exported / "int8.tflite", original.images)
    _, low, _ = evaluation.accuracy_difference(original.correct, answers.argmax(axis=1) == original.labels)
    sizes = [(exported / name).stat().st_size for name in ("int8.tflite", "model.tflite")]
    assert sizes[0] < sizes[1] / 3
    assert low > -0.02
    assert 1e-3 < np.abs(answers - original.probabilities).max() < 0.3


@pytest.mark.thorough
def test_an_exported_model_is_tried_without_telling_its_maker(exported, tmp_path):
    code = "import sys, helpers, onnxruntime; onnxruntime.InferenceSession(sys.argv[1])"
    own = {"HOME": tmp_path, "MPLCONFIGDIR": tmp_path / "mpl", "ORT_DISABLE_TELEMETRY": None, "CI": None}
    python(code, exported / "model.onnx", **own)
    # Whatever is sent carries a number for this computer, which ONNX Runtime keeps in a folder of its own.
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_without_the_extra_packages_it_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "import_module", failing(ImportError("no such package")))
    with pytest.raises(CourseError, match="install_missing"):
        sharing.export_onnx(with_layer(keras.layers.ReLU()), tmp_path / "model.onnx")


# Another backend
@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_same_model_answers_alike_on_another_backend(backend, saved, fit, images):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    answers = sharing.predict_on_backend(backend, saved / "my_model.keras", images[:50])
    np.testing.assert_allclose(answers, fit.model.predict(images[:50], verbose=0), atol=1e-5)


def test_a_backend_that_is_missing_is_explained(saved, images, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match="pip install torch"):
        sharing.predict_on_backend("torch", saved / "my_model.keras", images)


# The interval of a difference
def test_the_interval_of_a_difference_covers_it_as_often_as_promised():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(500):
        luck = rng.random(400)
        first, second = luck < 0.70, (luck < 0.66) | (luck > 0.93)  # 0.70 and 0.73, on the same images
        difference, low, high = evaluation.accuracy_difference(first, second)
        assert difference == pytest.approx(second.mean() - first.mean())
        covered += low <= 0.03 <= high
    assert 0.93 <= covered / 500 <= 0.985


NO_PAIRS = [([], []), ([True], [True, False]), ([[True]], [[True]]), ([0, 1], [0.0, 1.0])]


@pytest.mark.parametrize(("first", "second"), NO_PAIRS)
def test_answers_to_other_images_have_no_difference(first, second):
    with pytest.raises(CourseError, match="each image|same images|right or wrong"):
        evaluation.accuracy_difference(first, second)


# A page on this computer
def test_a_page_is_served_to_this_computer_alone(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("<h1>mine</h1>", encoding="utf-8")
    address = sharing.serve(tmp_path / "index.html")
    with urllib.request.urlopen(address, timeout=5) as answer:
        assert answer.read() == b"<h1>mine</h1>"
    assert address.startswith("http://127.0.0.1:")
    (tmp_path / "app.js").touch()
    # As other programs leave it on Windows.
    monkeypatch.setattr("mimetypes.guess_type", lambda *_, **__: ("text/plain", None))
    with urllib.request.urlopen(f"{address}app.js", timeout=5) as answer:
        assert answer.headers["Content-Type"] == "text/javascript"
    assert sharing.serve(tmp_path) == address
    with pytest.raises(CourseError, match=r"index\.html"):
        sharing.serve(tmp_path / "elsewhere")


def asked(address, path="", **headers):
    try:
        request = urllib.request.Request(f"{address}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_server_gives_away_nothing_but_the_page(tmp_path, capfd):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    for name in ("inner", "linked"):
        (tmp_path / "page" / name).mkdir(parents=True)
    (tmp_path / "page" / "linked" / "index.html").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "page" / "index.html").touch()
    (tmp_path / "page" / "link.txt").symlink_to(tmp_path / "secret.txt")
    address = sharing.serve(tmp_path / "page")
    port = int(address.rstrip("/").rpartition(":")[2])
    assert asked(address) == asked(f"http://localhost:{port}/") == 200
    for path in ("link.txt", "inner/", "linked/", "../secret.txt"):
        assert asked(address, path) == 404
    assert asked(address, Host=f"elsewhere.example:{port}") == 403
    with pytest.raises(OSError):  # reached where a server listens on all addresses
        socket.create_connection(("127.0.0.2", port), timeout=2)
    with socket.create_connection(("127.0.0.1", port)) as reset:
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reset.sendall(b"GET / HTTP/1.1")
    assert asked(address) == 200
    assert capfd.readouterr().err == ""


# Writing a page
def small():
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    return keras.Sequential([keras.Input((6, 6, 3)), *layers])


def test_a_model_that_scales_images_itself_gets_whole_numbers(tmp_path):
    inner, cat = small(), load_photo("cat")
    scaled = keras.Sequential([keras.Input((6, 6, 3)), keras.layers.Rescaling(1 / 255), *inner.layers])
    sharing.make_web_page(scaled, data.CLASS_NAMES, tmp_path / "page")
    assert json.loads((tmp_path / "page" / "page.json").read_text(encoding="utf-8"))["divide_by"] == 1
    mine, its = (m.predict(sharing.image_input(cat, m), verbose=0) for m in (scaled, inner))
    assert mine == pytest.approx(its, abs=1e-5)


def test_a_page_replaces_an_earlier_one_unless_its_runtime_is_damaged(tmp_path, monkeypatch):
    model = small()
    sharing.make_web_page(model, data.CLASS_NAMES, tmp_path / "page", title="first")
    page = sharing.make_web_page(model, data.CLASS_NAMES, tmp_path / "page", title="second")
    monkeypatch.setattr(storage, "checked", failing(CourseError("a file", "a damaged one", "Get it back.")))
    monkeypatch.setattr(web_page, "OPERATORS", "Conv")  # all others need the runtime
    with pytest.raises(CourseError, match="a damaged one"):
        sharing.make_web_page(model, data.CLASS_NAMES, tmp_path / "page", title="third")
    assert "second" in page.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
