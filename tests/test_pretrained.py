"""The bundled ImageNet network is the original, and knows what is in the photos."""

import io
import json
import pickle
import subprocess
import zipfile
from functools import partial
from types import SimpleNamespace
from unittest.mock import Mock

import h5py
import keras
import nbformat
import numpy as np
import pytest

from helpers import CourseError, images, model_files, online, pretrained, storage
from helpers.images import load_folder, save_folder
from tools.data import torch_legacy

REFERENCE = json.loads((storage.ROOT / "tests/fixtures/imagenet_reference.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def network():
    return pretrained.load_imagenet_model()


def answer(network, photo):
    return pretrained.run_in_batches(network.model, network.prepare([photo]))[0]


@pytest.mark.parametrize("name", REFERENCE)
def test_logits_are_those_of_the_original_in_pytorch(network, name):
    logits = np.log(answer(network, images.load_photo(name)))
    classes, original = [int(number) for number in REFERENCE[name]], list(REFERENCE[name].values())
    ours = logits[classes]
    assert np.abs((ours - ours.mean()) - (original - np.mean(original))).max() < 0.05
    assert logits.argmax() == classes[int(np.argmax(original))]


def test_names_are_unique_and_in_imagenets_order(network):
    names = network.class_names
    assert len(names) == len(set(names)) == 1000
    assert [names[number] for number in (0, 134, 967)] == ["tench", "crane (class 134)", "espresso"]


NO_IMAGES = (np.zeros((4, 4)), np.zeros((4, 4, 3)), np.zeros((4, 4, 4), "u1"), np.zeros((0, 4, 3), "u1"))


@pytest.mark.parametrize("image", [*NO_IMAGES, "cat.png"])
def test_what_is_no_image_is_refused(network, image):
    with pytest.raises(CourseError, match="colour image as loaded"):
        network.top(image)


def test_no_images_are_refused(network):
    with pytest.raises(CourseError, match="at least one image"):
        network.prepare([])


# Networks of Keras


@pytest.fixture(scope="module")
def untrained():
    """MobileNet without its weights, which would be fetched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.applications, "MobileNet", partial(keras.applications.MobileNet, weights=None))
        return pretrained.load_imagenet_model("MobileNet")


@pytest.mark.slow
def test_a_network_of_keras_comes_with_its_own_size_and_preprocessing(untrained):
    assert untrained.side == 224
    assert untrained.prepare([np.zeros((8, 8, 3), np.uint8)]).min() == -1
    assert answer(untrained, images.load_photo("cat")).shape == (1000,)


def test_without_internet_a_network_of_keras_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.setattr("urllib.request.urlopen", Mock(side_effect=OSError("Name or service not known")))
    for module in ("keras.config", "keras.src.backend.config", "keras.src.utils.file_utils.config"):
        monkeypatch.setattr(f"{module}.keras_home", lambda: str(tmp_path), raising=False)
    with pytest.raises(CourseError, match=r"network from which the weights of MobileNet .*service not known"):
        pretrained.load_imagenet_model("MobileNet")


@pytest.mark.parametrize("name", ["ResNet51", "densenet", "", "__name__"])
def test_an_unknown_network_is_a_clear_error(name):
    with pytest.raises(CourseError, match="a network of keras.applications"):
        pretrained.load_imagenet_model(name)


# Other images


class FakeSets:
    """TensorFlow Datasets with one set, in which half of the photos are pizza."""

    @staticmethod
    def load(name, split, as_supervised, with_info):
        if name != "food101":
            raise ConnectionError("no route to host")
        label = SimpleNamespace(names=["pizza", "sushi", "waffles"])
        rows = [(np.full((5 + number, 6, 3), number + 1, np.uint8), number % 4 % 3) for number in range(12)]
        for photo, _ in rows:
            photo[0] = 255  # a photo of one colour all over is refused
        return rows, SimpleNamespace(features={"label": label})

    @staticmethod
    def as_numpy(rows):
        return rows


def test_images_of_a_tfds_set_are_taken_by_class(monkeypatch):
    monkeypatch.setattr(online, "package", lambda name: FakeSets)
    images, labels = online.tfds_images("food101", ["waffles", "pizza"], per_class=2)
    assert labels.tolist() == [0, 0, 1, 1]
    assert [image[-1].max() for image in images] == [3, 7, 1, 4]
    with pytest.raises(CourseError, match="classes of food101"):
        online.tfds_images("food101", ["soup"])
    with pytest.raises(CourseError, match="the data set other .*no route to host"):
        online.tfds_images("other", ["soup"])


def test_a_missing_package_says_how_to_install_it():
    with pytest.raises(CourseError, match="%pip install no-such-package"):
        online.package("no-such-package")


# How the file was made


def test_a_pickle_that_asks_for_code_is_refused():
    with pytest.raises(ValueError, match="asks for"):
        torch_legacy.read(io.BytesIO(pickle.dumps(subprocess.run)))


def test_half_precision_is_on_disk_only(tmp_path):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    model_files.save_portable(model, tmp_path / "half.keras", half=True)
    with zipfile.ZipFile(tmp_path / "half.keras") as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    stored = []
    file.visititems(lambda name, item: stored.append(item))
    types = {item.ndim: item.dtype for item in stored if isinstance(item, h5py.Dataset)}
    assert types == {2: np.float16, 1: np.float32}
    loaded = keras.saving.load_model(tmp_path / "half.keras")
    assert {weight.dtype for weight in loaded.weights} == {"float32"}
    np.testing.assert_allclose(loaded.get_weights()[0], model.get_weights()[0], rtol=1e-3)


# The cells of the notebook that need the internet


def run_cell(switch, names):
    notebook = nbformat.read(storage.ROOT / "notebooks" / "example-transfer-learning.ipynb", as_version=4)
    (cell,) = [cell.source for cell in notebook.cells if cell.source.startswith(f"{switch} = False")]
    exec(cell.replace(f"{switch} = False", f"{switch} = True"), names)


def test_the_cell_for_other_networks_runs(untrained, capsys):
    run_cell("ONLINE", {"load_imagenet_model": lambda name: untrained, "load_photo": images.load_photo})
    assert "MobileNet features: (None," in capsys.readouterr().out


def test_the_cell_for_food_runs(monkeypatch, capsys):
    monkeypatch.setattr(online, "package", lambda name: FakeSets)
    run_cell("FOOD", {"online": online, "storage": storage, "save_folder": save_folder})
    assert "12 photos" in capsys.readouterr().out
    assert load_folder(storage.FIT_OUTPUTS / "food")[2] == ("pizza", "sushi", "waffles")
