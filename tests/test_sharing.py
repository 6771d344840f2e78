"""A shared model comes back as it was; what cannot be trusted stays out; exports and pages are whole."""

import importlib.util
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import urllib.error
import urllib.request

import keras
import numpy as np
import pytest
import yaml

from helpers import CourseError, data, evaluation, model_files, sharing, storage, training
from helpers.images import load_photo
from helpers.sharing import export
from helpers.sharing.model_card import model_card

TEXTS = dict(class_names=data.CLASS_NAMES, intended_use='To learn: it is "small".', limits="Photos only.")
TEXTS |= dict(data="CIFAR-10.", license="mit", citation="The course.", dataset="cifar10")
MODEL = storage.SHIPPED_FITS / "model_dropout" / "model_dropout.keras"
needs_onnx = pytest.mark.skipif(
    not importlib.util.find_spec("tf2onnx"), reason="needs the extra `share` (tf2onnx, onnx, onnxruntime)"
)


@pytest.fixture(scope="module")
def fit():
    return training.load_fit("model_dropout", shipped=True)


@pytest.fixture(scope="module")
def settings():
    return json.loads(MODEL.with_name("settings.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def images():
    return data.normalize(data.load_cifar10()[1][0][:200])


@pytest.fixture(scope="module")
def saved(tmp_path_factory, fit, settings):
    return sharing.save(tmp_path_factory.mktemp("saved") / "my_model", *fit, settings, **TEXTS)


@pytest.fixture
def folder(tmp_path, saved):
    """A copy that a test may spoil."""
    return shutil.copytree(saved, tmp_path / "my_model")


def failing(error):
    def fails(*_, **__):
        raise error

    return fails


# One folder
def test_a_shared_model_predicts_exactly_what_the_saved_one_did(saved, fit, images, settings):
    shared = sharing.load(saved)
    before, after = (model.predict(images, verbose=0) for model in (fit[0], shared.model))
    np.testing.assert_array_equal(after, before)
    assert shared.history.equals(fit[1])
    assert shared.settings == settings
    assert shared.card == (saved / "README.md").read_text(encoding="utf-8")


def test_a_shared_folder_holds_four_files_and_replaces_an_earlier_one(folder, fit, settings):
    wanted = {"README.md", "my_model.csv", "my_model.keras", "settings.json"}
    (folder / "left over").touch()
    sharing.save(folder, *fit, settings, **TEXTS)
    assert {path.name for path in folder.iterdir()} == wanted
    assert [path.name for path in folder.parent.iterdir()] == ["my_model"]


@pytest.mark.parametrize(("module", "step"), [(training, "write_history"), (model_files, "load_model")])
def test_a_save_that_fails_leaves_the_earlier_folder_as_it_was(
    folder, fit, settings, monkeypatch, module, step
):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(module, step, failing(CourseError("a disk", "the disk is full", "Buy one.")))
    with pytest.raises(CourseError, match="disk is full"):
        sharing.save(folder, *fit, settings, **TEXTS)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["my_model"]


def test_numbers_of_numpy_are_settings_too(folder, fit, settings):
    changed = settings | {"epochs": np.int64(3), "test_accuracy": np.float32(0.5)}
    sharing.save(folder, *fit, changed, **TEXTS)
    assert sharing.load(folder).settings["test_accuracy"] == 0.5


def test_a_folder_of_other_files_is_never_replaced(tmp_path, fit, settings):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="other files there"):
        sharing.save(tmp_path / "thesis", *fit, settings, **TEXTS)
    with pytest.raises(CourseError, match="other files there"):
        sharing.make_web_page(fit[0], data.CLASS_NAMES, tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter.txt").read_text(encoding="utf-8") == "mine"


def test_a_shipped_fit_loads_too_and_has_no_card():
    shared = sharing.load(storage.SHIPPED_FITS / "model_intro")
    assert (shared.card, shared.model.name) == ("", "cifar_model_intro")


def test_a_model_that_was_never_compiled_can_be_shared(tmp_path, settings):
    model = with_layer(keras.layers.ReLU())
    saved = sharing.save(tmp_path / "plain", model, {"loss": [1.0]}, settings, **TEXTS)
    ones = np.ones((1, 4), np.float32)
    np.testing.assert_array_equal(sharing.load(saved).model.predict(ones), model.predict(ones))


@pytest.mark.parametrize("gone", ["my_model.csv", "settings.json"])
def test_a_folder_that_lacks_a_part_is_explained(folder, gone):
    (folder / gone).unlink()
    with pytest.raises(CourseError, match="Copy the whole folder"):
        sharing.load(folder)


class Own(keras.layers.Layer):
    def call(self, inputs):
        return inputs


def with_layer(layer):
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(layer(inputs)))


@pytest.mark.parametrize("layer", [Own(), keras.layers.Lambda(lambda x: x * 2)])
def test_a_model_with_code_of_its_own_cannot_be_shared_as_a_file(tmp_path, settings, layer):
    with pytest.raises(CourseError):
        sharing.save(tmp_path / "own", with_layer(layer), {"loss": [1.0]}, settings, **TEXTS)
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
    model.compile(
        keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 9)), "categorical_crossentropy"
    )
    model.build((None, 8, 8, 3))
    model.save(tmp_path / "model.keras")
    assert sharing.load_model(tmp_path / "model.keras").count_params() == model.count_params()


# The card
def test_the_card_has_the_form_of_hugging_face(settings):
    _, head, body = model_card(settings, "my: model", **TEXTS).split("---\n", 2)
    facts = yaml.safe_load(head)
    wanted = {"license": "mit", "library_name": "keras", "pipeline_tag": "image-classification"}
    assert wanted.items() <= facts.items()
    (entry,) = facts["model-index"]
    (result,) = entry["results"]
    assert entry["name"] == "my: model"
    assert set(result) == {"task", "dataset", "metrics"}
    assert result["metrics"][0]["value"] == settings["test_accuracy"]
    sections = ["Intended use", "Data", "How good it is", "Limits", "Licence", "Citation"]
    headings = re.findall(r"^## (.*)$", body, re.MULTILINE)
    assert [heading for heading in headings if heading in sections] == sections


def test_the_card_takes_its_numbers_from_the_settings(settings):
    card = model_card(settings | {"test_accuracy": 0.4321}, "m", **TEXTS)
    assert "43.2% of 10,000 test images" in card and "(95 % interval 71.0% to 72.7%)" in card
    for fact in ("40,000", settings["data_sha256"], "33,834", "keras 3.15.1", TEXTS["intended_use"]):
        assert fact in card


@pytest.mark.parametrize("key", ["intended_use", "data", "limits", "license", "citation"])
@pytest.mark.parametrize("text", ["", "  ", ..., None])
def test_a_card_with_a_gap_is_refused(settings, key, text):
    with pytest.raises(CourseError, match="only you know it"):
        model_card(settings, "m", **(TEXTS | {key: text}))


# Exports
@pytest.fixture(scope="module")
def exported(tmp_path_factory, fit):
    folder = tmp_path_factory.mktemp("exports")
    calibration = data.normalize(data.load_cifar10()[0][0][:100])
    sharing.export_litert(fit[0], folder / "model.tflite")
    sharing.export_litert(fit[0], folder / "int8.tflite", calibration)
    if importlib.util.find_spec("tf2onnx"):
        sharing.export_onnx(fit[0], folder / "model.onnx")
    return folder


@pytest.mark.parametrize("name", [pytest.param("model.onnx", marks=needs_onnx), "model.tflite"])
def test_an_exported_model_answers_as_the_original(exported, fit, images, name):
    difference = sharing.largest_difference(fit[0], exported / name, images)
    print(f"{name}: largest difference of a probability on {len(images)} images: {difference:.1e}")
    assert difference < 1e-5


@pytest.mark.thorough
@needs_onnx
def test_an_exported_model_is_tried_without_telling_its_maker(exported, tmp_path):
    code = "import sys, numpy; from helpers import sharing\n"
    code += "sharing.predict_exported(sys.argv[1], numpy.zeros((1, 32, 32, 3)))"
    own = {name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "CI")}
    own |= {"HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    command = [sys.executable, "-c", code, exported / "model.onnx"]
    subprocess.run(command, cwd=storage.ROOT, env=own, check=True)
    # Whatever is sent carries a number for this computer, which ONNX Runtime keeps in a folder of its own.
    assert not list(tmp_path.rglob("*onnxruntime*"))


def test_eight_bits_take_a_third_of_the_size_and_cost_little(exported, fit):
    images, labels = data.load_cifar10()[1]
    original = evaluation.predict(fit[0], data.normalize(images), labels)
    answers = sharing.predict_exported(exported / "int8.tflite", original.images)
    _, low, _ = evaluation.accuracy_difference(original.correct, answers.argmax(axis=1) == original.labels)
    sizes = [(exported / name).stat().st_size for name in ("int8.tflite", "model.tflite")]
    assert sizes[0] < sizes[1] / 3
    assert low > -0.02
    assert 1e-3 < np.abs(answers - original.probabilities).max() < 0.3


def test_calibration_takes_prepared_images_of_any_precision(tmp_path, fit):
    images = data.load_cifar10()[1][0][:20]
    sharing.export_litert(fit[0], tmp_path / "a.tflite", images / 255)


@pytest.mark.parametrize(
    ("export", "name"),
    [pytest.param(sharing.export_onnx, "m.onnx", marks=needs_onnx), (sharing.export_litert, "m.tflite")],
)
def test_a_model_straight_from_its_file_can_be_exported(tmp_path, saved, images, export, name):
    model = sharing.load(saved).model  # never called, which Keras's own export refuses
    path = export(model, tmp_path / name)
    assert sharing.largest_difference(model, path, images[:2]) < 1e-5


def test_exports_make_no_noise(tmp_path, fit, capfd):
    sharing.export_litert(fit[0], tmp_path / "model.tflite")
    assert capfd.readouterr() == ("", "")


def test_without_the_extra_packages_it_says_how_to_get_them(tmp_path, fit, monkeypatch):
    monkeypatch.setattr(export, "import_module", failing(ImportError("no such package")))
    with pytest.raises(CourseError, match="install_missing"):
        sharing.export_onnx(fit[0], tmp_path / "model.onnx")


# Another backend
@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_same_model_answers_alike_on_another_backend(backend, saved, fit, images):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    answers = sharing.predict_on_backend(backend, saved / "my_model.keras", images[:50])
    np.testing.assert_allclose(answers, fit[0].predict(images[:50], verbose=0), atol=1e-5)


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


@pytest.mark.parametrize(("first", "second"), [([], []), ([True], [True, False]), ([[True]], [[True]])])
def test_answers_to_other_images_have_no_difference(first, second):
    with pytest.raises(CourseError, match="each image|same images"):
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
    """The status of an answer, and what it holds."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{address}{path}", headers=headers), timeout=5
        ) as a:
            return a.status, a.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def test_the_server_gives_away_nothing_but_the_page(tmp_path, capfd):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "page" / "inner").mkdir(parents=True)
    (tmp_path / "page" / "index.html").touch()
    (tmp_path / "page" / "link.txt").symlink_to(tmp_path / "secret.txt")
    address = sharing.serve(tmp_path / "page")
    port = int(address.rstrip("/").rpartition(":")[2])
    assert asked(address)[0] == 200
    assert asked(f"http://localhost:{port}/")[0] == 200
    assert [asked(address, path)[0] for path in ("link.txt", "inner/", "../secret.txt")] == [404] * 3
    assert asked(address, Host=f"elsewhere.example:{port}")[0] == 403
    with pytest.raises(OSError):  # reached where a server listens on all addresses
        socket.create_connection(("127.0.0.2", port), timeout=2)
    with socket.create_connection(("127.0.0.1", port)) as reset:
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reset.sendall(b"GET / HTTP/1.1")
    assert asked(address)[0] == 200
    assert capfd.readouterr().err == ""


# Writing a page
@needs_onnx
def test_a_model_that_scales_images_itself_gets_whole_numbers(tmp_path, fit):
    inputs = keras.Input((32, 32, 3))
    scaled = keras.Model(inputs, fit[0](keras.layers.Rescaling(1 / 255)(inputs)))
    sharing.make_web_page(scaled, data.CLASS_NAMES, tmp_path / "page")
    assert json.loads((tmp_path / "page" / "page.json").read_text(encoding="utf-8"))["divide_by"] == 1
    cat = load_photo("cat")
    mine, its = (m.predict(sharing.image_input(cat, m), verbose=0) for m in (scaled, fit[0]))
    assert mine == pytest.approx(its, abs=1e-5)


@needs_onnx
def test_a_page_replaces_an_earlier_one_unless_its_runtime_is_damaged(tmp_path, fit, monkeypatch):
    sharing.make_web_page(fit[0], data.CLASS_NAMES, tmp_path / "page", title="first")
    page = sharing.make_web_page(fit[0], data.CLASS_NAMES, tmp_path / "page", title="second")
    monkeypatch.setattr(storage, "checked", failing(CourseError("a file", "a damaged one", "Get it back.")))
    with pytest.raises(CourseError, match="a damaged one"):
        sharing.make_web_page(fit[0], data.CLASS_NAMES, tmp_path / "page", title="third")
    assert "second" in page.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
