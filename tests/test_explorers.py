"""Explorers draw what their values say: values in, figure out."""

import base64
import functools
import io
import warnings
from unittest.mock import Mock

import ipywidgets as widgets
import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from helpers import explorers, images
from helpers.detection.boxes import Detections
from helpers.explorers import controls
from helpers.explorers.e02_image_data import _draw_pixels
from helpers.explorers.x_iris import _draw_regions
from tests.refused import refuses
from tests.test_accessibility import said

PHOTO = images.load_photo("cat")
SMALL = PHOTO[:8, 100:108] / np.float32(255)
FLOWERS = np.array([[5.0, 3.4, 1.5, 0.2], [6.0, 2.8, 4.3, 1.3], [6.5, 3.0, 5.5, 2.0], [6.4, 3.1, 5.0, 1.8]])
SPECIES = np.array([0, 1, 2, 1])
ABC = ("a", "b", "c")
CANDIDATES = Detections(
    np.array([[0, 0, 40, 40], [20, 0, 60, 40], [60, 10, 90, 50.0], [60, 60, 80, 80]]),
    np.array([0, 0, 1, 1]),
    np.array([0.9, 0.6, 0.45, 0.3]),
    ("cat", "dog"),
)


def tiny_model():
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, name="first")(inputs)
    x = keras.layers.MaxPooling2D(name="second")(x)
    return keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(x)))


def by_petal(flowers):
    """Answer with near certainty by the length of the petals; the sepals make it a little less sure."""
    places = np.searchsorted([2.5, 4.9], flowers[:, 2])
    doubt = 0.01 * flowers[:, 0] + 0.01 * flowers[:, 1] + 0.01 * flowers[:, 3]
    return np.eye(3)[places] * (1 - doubt[:, None]) + doubt[:, None] / 3


MAKERS = {
    "augmentation": lambda: explorers.augmentation(PHOTO),
    "feature_maps": lambda: explorers.feature_maps(tiny_model(), SMALL),
    "flower": lambda: explorers.flower(by_petal, FLOWERS, SPECIES, ABC),
    "overlap": explorers.overlap,
    "suppression": lambda: explorers.suppression(PHOTO, CANDIDATES),
}


@functools.cache
def made(name):
    """An explorer for tests that move none of its controls."""
    return MAKERS[name]()


@pytest.mark.parametrize("name", MAKERS)
def test_every_control_has_a_name_and_changes_the_image(name):
    explorer = MAKERS[name]()
    for control in explorer.controls.values():
        before = explorer.png
        if isinstance(control, controls.Again):
            control.click()
        elif isinstance(control, controls.Slider):
            control.value = control.children[0].min + 3 * control.step
        else:
            control.value = not control.value if control.value in (True, False) else control.options[-1]
        assert explorer.message.value == ""
        assert explorer.png != before
    fields = list(explorer.controls.values())
    for field in fields:  # grows while it is read: after the controls come their parts
        fields += getattr(field, "children", ())
        has_to_have_a_name = not hasattr(field, "children") and not hasattr(field, "readout")
        assert not has_to_have_a_name or field.description or isinstance(field, widgets.HTML)


FLOWER = {"sepal_length": 5.0, "sepal_width": 3.0, "petal_length": 6.0, "petal_width": 2.0}
SAYS = [  # explorer, what its controls are set to, what its alt text says then
    ("overlap", {"left": 20, "top": 20}, "intersection over union 1.00"),
    ("overlap", {"left": 90, "top": 20}, "intersection 0, union 7200, intersection over union 0.00"),
    ("suppression", {}, "3 candidates score high enough, 3 are kept: 2 cats, 1 dog"),
    ("suppression", {"iou_threshold": 0.3}, "3 candidates score high enough, 2 are kept: 1 cat, 1 dog"),
    ("suppression", {"score_threshold": 0.95}, "0 are kept: nothing"),
    ("flower", FLOWER, "petal length 6.0, petal width 2.0 cm. The answer: a 3.3%, b 3.3%, c 93.3%."),
    ("feature_maps", {}, "4 feature maps in layer first, 6 by 6"),
]


@pytest.mark.parametrize(("name", "values", "words"), SAYS)
def test_an_explorer_says_what_its_controls_lead_to(name, values, words):
    at_first = {control: field.value for control, field in made(name).controls.items()}
    assert words in said(made(name).draw(**at_first | values))


# Episode 2


@pytest.mark.parametrize("make", [explorers.pixels, explorers.kernels])
def test_a_large_photo_is_reduced_before_it_travels_with_a_notebook(make):
    _, content = make(np.zeros((50, 4000, 3), np.uint8)).data["photo"].split(",")
    assert Image.open(io.BytesIO(base64.b64decode(content))).size == (800, 10)


@pytest.mark.parametrize("whole", [np.int64, np.int32, np.uint16])
def test_whole_numbers_of_any_type_have_the_colors_of_bytes(whole):
    assert explorers.pixels(PHOTO.astype(whole)).data == explorers.pixels(PHOTO).data


def test_the_still_of_a_window_shows_the_numbers_of_its_channels():
    axes = _draw_pixels(PHOTO)
    for number, ax in enumerate(axes[2:5]):
        values = PHOTO[100:106, 150:156, number].flat
        assert [text.get_text() for text in ax.texts] == [*map(str, values)]
    assert "6 x 6 pixels from row 100, column 150" in said(axes)
    for frame in axes[0].patches:  # around the window
        low, high = frame.get_bbox().min, frame.get_bbox().max
        np.testing.assert_allclose((low + high) / 2, (152.5, 102.5))
        assert (high - low >= 6).all()


SQUARE = PHOTO[100:196, 100:196]  # of the size that the explorer makes
STILL = {"flip": False, "rotation": 0.0, "zoom": 0.0, "brightness": 0.0, "draw": 0}


@pytest.fixture(scope="module")
def variants():
    """What an explorer of a square draws."""
    explorer = explorers.augmentation(SQUARE)

    def drawn(**values):
        images = [ax.images[0].get_array() for ax in explorer.draw(**STILL | values).flat]
        plt.close("all")
        return np.array(images)

    return drawn


STRENGTHS = [{}, {"flip": True}, {"rotation": 0.2}, {"zoom": 0.3}, {"brightness": 0.3}]


@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_strength_changes_variants_but_not_the_original(variants, strength):
    original, *others = drawn = variants(**strength)
    np.testing.assert_array_equal(original, SQUARE)
    assert any((other != original).any() for other in others) == bool(strength)
    np.testing.assert_array_equal(variants(**strength), drawn)
    assert (variants(**strength, draw=1) != drawn).any() == bool(strength)


def test_mirrored_variants_are_turned_left_to_right_and_the_middle_is_cut_out_as_a_square(variants):
    original, *others = variants(flip=True)
    mirrored = [np.array_equal(other, original[:, ::-1]) for other in others]
    assert 0 < sum(mirrored) < 9
    assert all(m or np.array_equal(o, original) for m, o in zip(mirrored, others, strict=True))
    wide = np.zeros((96, 288, 3), np.uint8)
    wide[:, 96:192] = 255
    assert (explorers.augmentation(wide).draw(**STILL).flat[0].images[0].get_array() == 255).all()


def test_layers_do_not_share_their_random_numbers(monkeypatch):
    explorer, seeds = explorers.augmentation(PHOTO), []
    for name in ("RandomFlip", "RandomRotation", "RandomZoom", "RandomBrightness"):
        layer = getattr(keras.layers, name)
        noting = lambda *given, layer=layer, **more: seeds.append(more["seed"]) or layer(*given, **more)  # noqa: E731
        monkeypatch.setattr(keras.layers, name, noting)
    for draw in (0, 1):
        explorer.draw(flip=True, rotation=0.1, zoom=0.1, brightness=0.1, draw=draw)
    assert len(set(seeds)) == 8


# Episode 3


def test_feature_maps_are_those_of_the_layer_and_follow_a_model_that_is_trained_on():
    model = tiny_model()
    explorer = explorers.feature_maps(model, SMALL)
    assert explorer.controls["layer"].options == ("first", "second")
    expected = np.asarray(model.get_layer("first")(SMALL[None]))[0]
    shown = [image.get_array() for image in explorer.draw(layer="first")[1].images]
    np.testing.assert_allclose(np.stack(shown, axis=2), expected, atol=1e-5)
    before = explorer.png
    model.get_layer("first").set_weights([np.zeros((3, 3, 3, 4)), np.arange(-2.0, 2)])
    explorer.redraw()
    assert explorer.png != before
    assert "3 are 0 everywhere" in explorer.alt


def test_feature_maps_of_a_sequential_model_begin_with_its_first_layer():
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3, name="only")])
    with warnings.catch_warnings(action="error"):  # what Keras remarks would stand in the notebook
        warnings.filterwarnings("ignore", ".*ipykernel.comm.Comm")  # ipywidgets 7 uses it
        assert explorers.feature_maps(model, SMALL).controls["layer"].options == ("only",)


# Examples


def uniform(images):
    return np.full((len(images), 10), 0.1)


def brightest(images):
    return np.eye(10)[[int(np.asarray(images).mean() > 0.5)]]


def test_what_is_drawn_reaches_the_chosen_network_and_pixels_that_are_none_do_not():
    canvas = explorers.drawing({"first": uniform, "second": brightest})
    assert canvas.alt.endswith("it says 0 (10.0%).")  # of the bundled digit, for places without widgets
    assert canvas.probabilities == [0.1] * 10
    canvas.network = "second"
    assert canvas.probabilities[0] == 1
    canvas.pixels = drawn = [255] * 784
    assert canvas.probabilities[1] == 1
    for pixels in ([0] * 783, [256] * 784, [-1] * 784, [0.5] * 784):
        with pytest.raises(Exception, match="pixels"):
            canvas.pixels = pixels
        assert canvas.pixels == drawn


def test_regions_count_the_wrong_answers():
    classify = Mock(wraps=by_petal)
    explorer = explorers.flower(classify, FLOWERS, SPECIES, ABC)
    plane = max((flowers for (flowers,), _ in classify.call_args_list), key=len)
    sepals = FLOWERS[:, :2].mean(axis=0)  # as the sliders have them
    assert np.unique(plane[:, :2], axis=0).ravel() == pytest.approx(sepals, abs=0.05)
    assert explorer.alt.endswith("1 get a wrong one.")


def by_linear_scores(flowers):
    scores = np.exp([100, 0, -200] + flowers @ np.array([[0, 0, 0], [0, 0, 0], [-20, 10, 30], [-30, 0, 40]]))
    return scores / scores.sum(axis=1, keepdims=True)


def test_borders_between_linear_scores_are_drawn_straight():
    figure = plt.figure()
    _draw_regions(figure.subplots(), by_linear_scores, (5.8, 3.0))
    lines = [artist.allsegs[0] for artist in figure.axes[0].collections if not artist.filled]
    assert [len(segments) for segments in lines] == [1, 2, 1], "the species in the middle has two borders"
    for lengths, widths in (segment.T for segments in lines for segment in segments):
        straight = np.polyval(np.polyfit(widths, lengths, 1), widths)
        assert lengths == pytest.approx(straight, abs=1e-3)


def answering(answer):
    return explorers.flower(lambda flowers: answer[: len(flowers)], FLOWERS, SPECIES, ABC)


UNBUILT = keras.Sequential([keras.layers.Conv2D(2, 3)])
DENSE = keras.Sequential([keras.Input((192,)), keras.layers.Dense(2)])
REFUSED = [  # message, function, lists of arguments that it refuses
    ("colour image", explorers.pixels, [(PHOTO[:, :, 0],)]),
    ("colour image", explorers.augmentation, [(PHOTO[:, :, 0],)]),
    ("images.0.", explorers.pixels, [(PHOTO[None],)]),
    ("images.0.", explorers.augmentation, [(PHOTO[None],)]),
    ("0 to 1 as fractions", explorers.pixels, [(PHOTO * 1.0,)]),
    ("0 to 1 as fractions", explorers.augmentation, [(PHOTO * 1.0,)]),
    ("as many weights", explorers.neuron, [((1.0, 2.0), (1.0,)), ([1.0] * 6, [1.0] * 6)]),
    ("a colour image as loaded", explorers.kernels, [(PHOTO[:, :, 0],), (PHOTO / 255,)]),
    ("at least 3 x 3", explorers.kernels, [(PHOTO[:2],)]),
    ("shape .8, 8, 3.*images.0.", explorers.feature_maps, [(tiny_model(), SMALL[None])]),
    ("shape .8, 8, 3.", explorers.feature_maps, [(tiny_model(), SMALL[:7])]),
    ("not built", explorers.feature_maps, [(UNBUILT, SMALL)]),
    ("convolutional", explorers.feature_maps, [(DENSE, SMALL)]),
    ("val_loss", explorers.overfitting, [({"no validation": {"loss": [1.0], "accuracy": [0.1]}},)]),
    ("one network", explorers.drawing, [({},), ({"name": 3},), (3,)]),
    ("ten probabilities", explorers.drawing, [(lambda images: np.full((len(images), 3), 1 / 3),)]),
    ("one species", explorers.flower, [(by_petal, FLOWERS, SPECIES[:2], ABC)]),
    ("flowers to be numbers", explorers.flower, [(by_petal, FLOWERS.astype(str), SPECIES, ABC)]),
    ("three probabilities a flower", answering, [(np.ones((4, 3)),), (np.ones((4, 2)) / 2,), (np.ones(4),)]),
    ("candidates of a detector", explorers.suppression, [(PHOTO, CANDIDATES[:0])]),
]

test_what_does_not_fit_is_refused_at_once = refuses(REFUSED)
