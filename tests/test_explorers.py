"""Explorers draw what their values say: values in, figure out."""

import functools
import warnings

import ipywidgets as widgets
import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt

from helpers import CourseError, explorers, images
from helpers.detection.boxes import Detections
from helpers.evaluation import Predictions
from helpers.explorers import controls
from helpers.explorers.e02_image_data import _draw_pixels
from helpers.explorers.e04_train_a_cnn import OUTPUTS, _dropped
from helpers.explorers.e05_evaluate_and_tune import _MatrixField
from helpers.explorers.x_mnist import _DigitCanvas
from tests.refused import refuses
from tests.test_accessibility import said

PHOTO = images.load_photo("cat")
SMALL = PHOTO[:8, 100:108] / np.float32(255)
HISTORIES = {
    "long": {
        "loss": [2.0, 1.5, 1.1, 0.8, 0.5, 0.3],
        "accuracy": [0.2, 0.4, 0.5, 0.6, 0.8, 0.9],
        "val_loss": [1.9, 1.6, 1.3, 1.35, 1.5, 1.8],
        "val_accuracy": [0.2, 0.4, 0.5, 0.5, 0.5, 0.5],
    },
    "short": {name: [1.0, 0.9, 0.8, 0.7, 0.6] for name in ("loss", "accuracy", "val_loss", "val_accuracy")},
}
ANIMALS = ("cat", "dog", "frog")
ANSWERS = Predictions(
    np.zeros((5, 4, 4, 3)),
    np.array([0, 0, 1, 1, 2]),
    np.array([[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.7, 0.2, 0.1], [0.9, 0.1, 0.0], [0.1, 0.2, 0.7]]),
)
FLOWERS = np.array([[5.0, 3.4, 1.5, 0.2], [6.0, 2.8, 4.3, 1.3], [6.5, 3.0, 5.5, 2.0], [6.4, 3.1, 5.0, 1.8]])
SPECIES = np.array([0, 1, 2, 1])
ABC = ("a", "b", "c")
CANDIDATES = Detections(
    np.array([[0, 0, 40, 40], [20, 0, 60, 40], [60, 10, 90, 50.0], [60, 60, 80, 80]]),
    np.array([0, 0, 1, 1]),
    np.array([0.9, 0.6, 0.45, 0.3]),
    ("cat", "dog"),
)


def texts(ax):
    return [text.get_text() for text in ax.texts]


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
    "augmentation": lambda: explorers.augmentation(PHOTO, side=24),
    "feature_maps": lambda: explorers.feature_maps(tiny_model(), SMALL),
    "learning_rate": explorers.learning_rate,
    "overfitting": lambda: explorers.overfitting(HISTORIES),
    "dropout": explorers.dropout,
    "confusion": lambda: explorers.confusion(ANSWERS, ANIMALS),
    "flower": lambda: explorers.flower(by_petal, FLOWERS, SPECIES, ABC),
    "overlap": explorers.overlap,
    "suppression": lambda: explorers.suppression(PHOTO, CANDIDATES),
}


@functools.cache
def made(name):
    """An explorer for tests that move none of its controls."""
    return MAKERS[name]()


def test_the_regions_of_a_flower_are_those_of_its_sepals():
    asked = []
    explorers.flower(lambda flowers: asked.append(flowers) or by_petal(flowers), FLOWERS, SPECIES, ABC)
    sepals = np.round(np.mean(FLOWERS, axis=0), 1)[:2]
    assert any(len(flowers) > 100 and np.allclose(flowers[:, :2], sepals) for flowers in map(np.array, asked))


@pytest.mark.parametrize("name", MAKERS)
def test_every_control_has_a_name_and_changes_the_image(name):
    explorer = MAKERS[name]()
    for control in explorer.controls.values():
        before = explorer.png
        if isinstance(control, controls.Again):
            control.click()
        elif isinstance(control, controls.Slider):
            control.value = control.children[0].min + 3 * control.step
        elif isinstance(control, _MatrixField):
            control.buttons[0, 0].click()
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
    ("confusion", {}, "True cat, predicted dog: 1 image, with probabilities 60.0%"),
    ("confusion", {"cell": (1, 0)}, "True dog, predicted cat: 2 images, with probabilities 90.0%, 70.0%"),
    ("confusion", {"cell": (2, 0)}, "no image"),
    ("overfitting", {"name": "short", "epochs": 6}, "up to epoch 5 of 5"),
]


@pytest.mark.parametrize(("name", "values", "words"), SAYS)
def test_an_explorer_says_what_its_controls_lead_to(name, values, words):
    at_first = {control: field.value for control, field in made(name).controls.items()}
    assert words in said(made(name).draw(**at_first | values))


# Episode 2


def test_the_still_of_a_window_shows_the_numbers_of_its_channels():
    axes = _draw_pixels(PHOTO)
    for number, ax in enumerate(axes[2:5]):
        assert texts(ax) == [str(value) for value in PHOTO[100:106, 150:156, number].flat]
    assert "6 x 6 pixels from row 100, column 150" in said(axes)
    for frame in axes[0].patches:  # around the window
        low, high = frame.get_bbox().min, frame.get_bbox().max
        np.testing.assert_allclose((low + high) / 2, (152.5, 102.5))
        assert (high - low >= 6).all()


STILL = {"flip": False, "rotation": 0.0, "zoom": 0.0, "brightness": 0.0, "draw": 0}


@pytest.fixture(scope="module")
def variants():
    """What an explorer of a small square draws."""
    explorer = explorers.augmentation(PHOTO[100:124, 100:124], side=24)

    def drawn(**values):
        images = [ax.images[0].get_array() for ax in explorer.draw(**STILL | values).flat]
        plt.close("all")
        return np.array(images)

    return drawn


STRENGTHS = [{}, {"flip": True}, {"rotation": 0.2}, {"zoom": 0.3}, {"brightness": 0.3}]


@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_strength_changes_variants_but_not_the_original(variants, strength):
    original, *others = drawn = variants(**strength)
    np.testing.assert_array_equal(original, PHOTO[100:124, 100:124])
    assert any((other != original).any() for other in others) == bool(strength)
    np.testing.assert_array_equal(variants(**strength), drawn)
    assert (variants(**strength, draw=1) != drawn).any() == bool(strength)


def test_mirrored_variants_are_turned_left_to_right_and_the_middle_is_cut_out_as_a_square(variants):
    original, *others = variants(flip=True)
    mirrored = [np.array_equal(other, original[:, ::-1]) for other in others]
    assert 0 < sum(mirrored) < 9
    assert all(m or np.array_equal(o, original) for m, o in zip(mirrored, others, strict=True))
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 255
    assert (explorers.augmentation(wide, side=10).draw(**STILL).flat[0].images[0].get_array() == 255).all()


def test_layers_do_not_share_their_random_numbers(monkeypatch):
    explorer, seeds = explorers.augmentation(PHOTO, side=8), []
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
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what Keras remarks would stand in the notebook
        warnings.filterwarnings("ignore", ".*ipykernel.comm.Comm")  # ipywidgets 7 uses it
        assert explorers.feature_maps(model, SMALL).controls["layer"].options == ("only",)


# Episode 4


OTHER_SIDE = ", but on its other side."
RATES = [(0.02, "too slow", 96, "."), (0.4, "converges", 20, ".")]
RATES += [(0.97, "oscillates", 94, OTHER_SIDE), (1.1, "diverges", 120, OTHER_SIDE)]


@pytest.mark.parametrize(("rate", "verdict", "left", "side"), RATES)
def test_a_learning_rate_is_said_to_do_what_its_curve_does(rate, verdict, left, side):
    axes = made("learning_rate").draw(rate=rate, start=-1.0, steps=12)
    assert f"{verdict};" in said(axes)
    words = f"leaves {left}% of the distance to the lowest point{side}"
    assert axes[0].figure.get_suptitle().endswith(words)
    losses = (2 * (1 - 2 * rate) ** np.arange(13)) ** 2  # each step multiplies the distance by 1 - 2 R
    np.testing.assert_allclose(axes[1].lines[0].get_ydata(), np.maximum(losses, 1e-6))


RISES = [1.9, 1.6, 1.3, 1.35, 1.5, 1.8]
JUDGED = [  # validation loss, epochs so far, verdict
    (RISES, 2, "still falls"),
    (RISES, 3, "still falls"),
    (RISES, 5, "More epochs will tell"),
    (RISES, 6, "risen since epoch 3: over"),
    ([1.0, 0.9, 0.9, 0.9, 0.9, 0.9], 6, "near its lowest value, that of epoch 2"),
    ([1.0, 0.9, 0.8, 0.7, 0.72, 0.69], 6, "still falls"),
    ([1.0, 0.8, 0.7, 0.9, 0.9, 0.7], 6, "near its lowest value, that of epoch 3"),
    ([float("nan")] * 2, 2, "diverged: try a smaller learning rate"),
]


@pytest.mark.parametrize(("val_loss", "end", "verdict"), JUDGED)
def test_a_training_is_judged_by_its_validation_loss_so_far(val_loss, end, verdict):
    history = {name: val_loss for name in HISTORIES["long"]}
    axes = explorers.overfitting({"mine": history}).draw(name="mine", epochs=end)
    assert verdict in axes[0].figure.get_suptitle()
    assert verdict in said(axes)


def test_the_curves_end_where_training_stops_and_their_gap_is_said():
    axes = made("overfitting").draw(name="long", epochs=4)
    for ax, column in zip(axes, ("loss", "accuracy"), strict=True):
        drawn = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
        assert drawn["training"] == HISTORIES["long"][column][:4]
        assert drawn["validation"] == HISTORIES["long"][f"val_{column}"][:4]
    assert axes[0].lines[-1].get_xydata().tolist() == [[3.0, 1.3]]  # the ring
    assert "validation minus training loss 0.55" in axes[0].figure.get_suptitle()


def test_dropout_follows_the_rule_of_keras():
    values = np.linspace(0.1, 2, 2000)
    kept = _dropped(values, 0.25, seed=3)
    layer = keras.layers.Dropout(0.25, seed=1)
    theirs = keras.ops.convert_to_numpy(layer(values[None].astype("float32"), training=True))[0]
    for result in (kept, theirs):
        np.testing.assert_allclose(result[result > 0], (values / 0.75)[result > 0], rtol=1e-5)
        assert 0.2 < (result == 0).mean() < 0.3
    assert not np.array_equal(kept, _dropped(values, 0.25, seed=4))


@pytest.mark.parametrize("training", [True, False])
def test_dropout_shows_its_numbers_before_and_after(training):
    axes = made("dropout").draw(rate=0.25, seed=3, training=training)
    after = _dropped(OUTPUTS, 0.25, seed=3) if training else OUTPUTS
    for ax, values in ((axes[1], OUTPUTS), (axes[2], after)):
        np.testing.assert_allclose([bar.get_width() for bar in ax.patches], values)
        assert ax.get_title().endswith(f"sum {values.sum():.1f}")
    assert ("changes nothing" in said(axes)) != training


# Episode 5


def test_lists_buttons_and_frame_of_a_confusion_matrix_agree():
    explorer = explorers.confusion(ANSWERS, ANIMALS)
    field, drawn = explorer.controls["cell"], []
    draw, explorer.draw = explorer.draw, lambda cell: drawn.append(cell) or draw(cell=cell)
    assert (field.true.label, field.predicted.label) == ("cat", "dog"), "a mistake of the first class"
    button = field.buttons[1, 0]
    assert (button.description, button.tooltip) == ("2", "true dog, predicted cat: 2 images")
    button.click()
    assert (field.true.label, field.predicted.label) == ("dog", "cat")
    field.true.value = 0
    layouts = {cell: button.layout for cell, button in field.buttons.items()}
    framed = [cell for cell, at in layouts.items() if getattr(at, "border_top", None) or at.border]
    assert framed == [(0, 0)]  # ipywidgets 8 has border_top, 7 only border
    assert drawn == [(1, 0), (0, 0)]  # each of them once


def test_of_many_images_the_most_confident_are_shown_and_the_title_above_a_single_one_fits():
    confidence = np.linspace(0.6, 0.95, 15)
    answers = Predictions(np.zeros((15, 8, 8, 3)), np.zeros(15, int), np.c_[1 - confidence, confidence])
    axes = explorers.confusion(answers, ("cat", "dog")).draw(cell=(0, 1))
    assert sum(bool(ax.images) for ax in axes.flat) == 12
    assert "15 images, the 12 most confident, with probabilities 95.0%, 92.5%" in said(axes)
    answers = Predictions(np.zeros((1, 8, 8, 3)), np.array([9]), np.eye(10)[[1]])
    figure = explorers.confusion(answers).draw(cell=(9, 1)).flat[0].figure
    figure.canvas.draw()
    place = figure._suptitle.get_window_extent()
    assert place.x0 >= 0 and place.x1 <= figure.bbox.width


def test_a_dollar_in_a_name_makes_no_formula():
    explorer = explorers.confusion(ANSWERS, ("$5_a$", r"$\no$", "frog"))
    assert explorer.alt.startswith(r"True $5_a$, predicted $\no$: 1 image")
    explorer.controls["cell"].value = (2, 1)
    assert (explorer.message.value, explorer.alt) == ("", r"True frog, predicted $\no$: no images.")
    assert explorers.overfitting({r"$\no$": HISTORIES["short"]}).alt.startswith(r"Training $\no$ up to")


# Examples


def uniform(images):
    return np.full((len(images), 10), 0.1)


def brightest(images):
    return np.eye(10)[[int(np.asarray(images).mean() > 0.5)]]


def test_what_is_drawn_reaches_the_chosen_network():
    canvas = _DigitCanvas({"first": uniform, "second": brightest})
    assert canvas.probabilities == [0.1] * 10
    canvas.network = "second"
    assert canvas.probabilities[0] == 1
    canvas.pixels = [255] * 784
    assert canvas.probabilities[1] == 1


def test_pixels_that_are_none_are_refused():
    canvas = _DigitCanvas({"first": uniform})
    for pixels in ([0] * 783, [256] * 784, [-1] * 784, [0.5] * 784):
        with pytest.raises(Exception, match="pixels"):
            canvas.pixels = pixels
        assert canvas.pixels == [0] * 784


def test_what_is_no_network_for_digits_is_refused():
    for models in ({}, {"name": 3}, 3):
        with pytest.raises(CourseError, match="one network"):
            explorers.drawing(models)
    with pytest.raises(CourseError, match="ten probabilities"):
        explorers.drawing(lambda images: np.full((len(images), 3), 1 / 3))


def test_the_image_for_places_without_widgets_says_what_is_seen():
    _, metadata = explorers.drawing({"first": brightest, "second": uniform})._repr_mimebundle_()
    assert metadata["image/png"]["alt"].endswith("it says 0 (100.0%).")


def test_regions_count_the_wrong_answers():
    asked = []
    explorer = explorers.flower(
        lambda flowers: asked.append(flowers) or by_petal(flowers), FLOWERS, SPECIES, ABC
    )
    plane = max(asked, key=len)  # its flowers have the sepals of the sliders
    assert np.unique(plane[:, :2], axis=0).ravel() == pytest.approx(FLOWERS[:, :2].mean(axis=0), abs=0.05)
    _, metadata = explorer._repr_mimebundle_()
    assert metadata["image/png"]["alt"].endswith("1 get a wrong one.")


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
    ("one species", explorers.flower, [(by_petal, FLOWERS, SPECIES[:2], ABC)]),
    ("flowers to be numbers", explorers.flower, [(by_petal, FLOWERS.astype(str), SPECIES, ABC)]),
    ("three probabilities a flower", answering, [(np.ones((4, 3)),), (np.ones((4, 2)) / 2,), (np.ones(4),)]),
    ("candidates of a detector", explorers.suppression, [(PHOTO, CANDIDATES[:0])]),
]

test_what_does_not_fit_is_refused_at_once = refuses(REFUSED)
