"""The examples that are made for it run from top to bottom on a learner's own folder of photos."""

import itertools
import shutil

import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from helpers import CourseError, pretrained, sharing
from tests.notebook_rules import code_cells
from tools import notebooks as tools

FOLDERS = {  # class -> number of images
    "two classes of five": {"cat": 5, "dog": 5},
    "seven classes, very unbalanced": dict.fromkeys(["ärmel", "5", "my keys", "a_b", "Ship <b>"], 5)
    | {"dog": 40, "frog": 12},
}
SUFFIXES = ("jpg", "png", "webp", "gif", "bmp")


def make_photos(folder, counts):
    """Write images of every size and type: each class has a colour of its own, in stripes on noise."""
    rng = np.random.default_rng(0)
    for label, (name, count) in enumerate(counts.items()):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            height, width = rng.integers(24, 400, 2) if number else (2000, 40)
            pixels = rng.integers(0, 90, (height, width, 3), np.uint8)
            pixels[:: label + 2, :, label % 3] += 120
            image = Image.fromarray(pixels).convert("L" if number == 1 else "RGB")
            image.save(folder / name / f"photo {number}.{SUFFIXES[number % len(SUFFIXES)]}")


@pytest.fixture(autouse=True)
def small_network(monkeypatch):
    """Give the notebooks a network with the layers that they name, small enough to be trained at once."""
    inputs = keras.Input((None, None, 3))
    maps = keras.layers.Conv2D(8, 16, 16, name="block5c_add")(inputs)
    more = keras.layers.BatchNormalization()(keras.layers.Conv2D(8, 1, activation="relu")(maps))
    vector = keras.layers.GlobalAveragePooling2D(name="avg_pool")(more)
    model = keras.Model(inputs, keras.layers.Dense(1000, activation="softmax", name="predictions")(vector))
    scale, words = pretrained.efficientnet_lite_scale, tuple(map(str, range(1000)))
    network = pretrained.ImageNetModel("small", model, 224, scale, words)
    monkeypatch.setattr(pretrained, "load_imagenet_model", lambda: network)


def run_as_a_learner(example, folder):
    """Run what a learner runs of an example, with a folder of their own, quickly: all its names."""
    names = {"display": print}
    for cell in code_cells(tools.read(tools.NOTEBOOKS / f"example-{example}.ipynb")):
        if not {"start", "exercise", "solution"} & {*tools.tags(cell)}:
            source = cell.source.replace("MY_PHOTOS = None", f"MY_PHOTOS = {str(folder)!r}")
            exec(source.replace("QUICK = False", "QUICK = True"), names)
            plt.close("all")
    return names


@pytest.mark.slow
@pytest.mark.parametrize("counts", FOLDERS.values(), ids=FOLDERS)
def test_the_notebook_runs_on_a_folder_of_the_learners_own(counts, tmp_path, capsys):
    make_photos(tmp_path / "mine", counts)
    names = run_as_a_learner("transfer-learning", tmp_path / "mine")
    assert names["class_names"] == tuple(sorted(counts))
    assert {"from scratch", "logistic regression", "random forest", "fine-tuning"} < {*names["results"]}
    assert np.isfinite(names["table"].to_numpy()).all()
    assert set(names["y_val"]) == set(range(len(counts))), "every class has a validation image"
    left_out = not {*counts} <= {*names["KINDS"]}
    assert ("this rung is left out" in capsys.readouterr().out) == left_out


@pytest.mark.slow
def test_the_own_project_goes_from_a_folder_of_the_learners_own_to_the_page(tmp_path, monkeypatch):
    counts = {"cup": 5, "Ship <b>": 6, "ärmel": 12, "a_b": 5}
    make_photos(tmp_path, counts)
    for name, number in itertools.product(counts, (1, 2, 3)):  # in each class one scene of three shots
        shutil.copy(tmp_path / name / "photo 0.jpg", tmp_path / name / f"holiday ({number}).jpg")
    monkeypatch.setattr(sharing, "serve", lambda page: "here")
    names = run_as_a_learner("your-own-project", tmp_path)
    assert names["counts"].scenes.to_dict() == {name: n + 1 for name, n in counts.items()}
    scenes = {part: [*names["scenes"][numbers]] for part, numbers in names["split"].items()}
    assert not any({*scenes[one]} & {*scenes[other]} for one, other in itertools.combinations(scenes, 2))
    assert len({*scenes["test"]}) == len(scenes["test"]), "one photo a scene"
    assert "CIFAR" not in str(names["card"]), "a text of ours is not about their photos"
    assert names["sheet"].count("NOT WRITTEN YET") == 9
    assert names["page"].is_file()
    assert names["difference"] < 1e-3


def test_the_own_project_says_how_many_scenes_it_needs(tmp_path):
    make_photos(tmp_path, {"cup": 4, "keys": 9})
    with pytest.raises(CourseError, match="five scenes or more"):
        run_as_a_learner("your-own-project", tmp_path)
