"""Figures: what is drawn, what is said about it in words, and what is refused."""

import itertools

import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.text import Text

from helpers import CourseError, plotting, storage
from helpers.evaluation import Predictions
from helpers.plotting.images import _text_color
from helpers.plotting.style import ORANGE
from tests.refused import each_try_of
from tests.test_accessibility import contrast, said

NAMES = ("cat", "dog", "frog")
PROBABILITIES = np.array([0.2, 0.7, 0.1])
HISTORY = {
    "loss": [2.0, 1.5, 1.0],
    "val_loss": [1.9, 1.6, 1.4],
    "accuracy": [0.25, 0.5, 0.75],
    "val_accuracy": [0.3, 0.5, 0.6],
}


def words(ax):
    return [text.get_text() for text in ax.texts]


def bars(label=None):
    return plotting.probability_bars(PROBABILITIES, NAMES, true_class=label)


def image(dtype="uint8"):
    values = np.linspace(0, 255, 72).reshape(4, 6, 3)
    return values.astype("uint8") if dtype == "uint8" else (values / 255).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_an_image_is_shown_with_its_own_values_and_full_range(dtype):
    pixels = image(dtype=dtype)
    ax = plotting.show_image(pixels, title="cat")
    np.testing.assert_array_equal(ax.images[0].get_array(), pixels)
    assert ax.get_title() == "cat"
    assert said(ax) == "An image 6 pixels wide and 4 high: cat."
    for gray, top in ((np.full((4, 4), 100, "uint8"), 255), (np.full((4, 4, 1), 0.5), 1)):
        shown = plotting.show_image(gray).images[0]  # else the darkest became black and the lightest white
        assert (shown.get_clim(), shown.get_cmap().name) == ((0, top), "gray")


def test_axes_that_are_given_are_drawn_on_and_returned():
    given = plt.subplots()[1]
    assert plotting.show_image(image(), ax=given) is given
    assert plotting.probability_bars(PROBABILITIES, NAMES, ax=given) is given
    assert plotting.pixel_grid(image(), ax=given) is given
    assert len(plt.get_fignums()) == 1


def test_a_grid_hides_the_places_left_over_and_takes_images_of_any_sizes():
    axes = plotting.show_images([np.zeros((32, 32, 3)), np.zeros((8, 16, 3)), np.zeros((9, 9))], columns=2)
    assert axes.shape == (2, 2) and not axes[1, 1].axison


def test_the_predicted_class_stands_out_by_color_hatch_and_bold_and_the_true_one_by_a_word():
    ax = bars("cat")
    assert [bar.get_hatch() for bar in ax.patches] == [None, "//", None]
    orange = [colors.to_hex(bar.get_facecolor()).upper() == ORANGE for bar in ax.patches]
    assert orange == [False, True, False]
    labels = ax.get_yticklabels()
    assert [label.get_weight() for label in labels] == ["normal", "bold", "normal"]
    assert [label.get_text() for label in labels] == ["cat (true)", "dog", "frog"]
    assert said(ax) == "Bars of 3 probabilities: dog is highest with 70.0%; the true class is cat."
    for label in ("frog", 2, np.uint8(2), np.array([2])):
        assert bars(label).get_yticklabels()[2].get_text() == "frog (true)"


@pytest.mark.parametrize("history", [HISTORY, pd.DataFrame(HISTORY), pd.DataFrame(HISTORY, index=[1, 2, 3])])
def test_learning_curves_draw_loss_and_metric_from_epoch_1(history):
    axes = plotting.learning_curves(history)
    for ax, column in zip(axes, ("loss", "accuracy"), strict=True):
        training, validation = ax.lines
        np.testing.assert_array_equal(training.get_xydata(), np.c_[[1, 2, 3], HISTORY[column]])
        np.testing.assert_array_equal(validation.get_xydata(), np.c_[[1, 2, 3], HISTORY[f"val_{column}"]])
        assert (training.get_linestyle(), training.get_marker()) == ("-", "o")
        assert (validation.get_linestyle(), validation.get_marker()) == ("--", "s")
        assert list(ax.get_xticks()) == [1, 2, 3]


def test_learning_curves_need_no_validation_and_find_the_metric_under_its_longer_name():
    axes = plotting.learning_curves({"loss": [1.0], "sparse_categorical_accuracy": [0.5]})
    assert [words(ax) for ax in axes] == [["training"]] * 2 and axes[1].get_title() == "Accuracy"


@pytest.mark.parametrize("number", [2, 7])
def test_names_at_the_line_ends_never_overlap(number):
    histories = {f"fit {n}": {"val_accuracy": [0.2, 0.5 + n * 1e-5]} for n in range(number)}
    ax = plotting.compare_histories(histories)
    ax.figure.canvas.draw()
    boxes = sorted((Text.get_window_extent(text) for text in ax.texts), key=lambda box: box.y0)  # no arrows
    assert len(boxes) == number
    assert all(lower.y1 <= upper.y0 for lower, upper in itertools.pairwise(boxes))


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_training_that_diverged_is_drawn_as_far_as_it_has_numbers(broken):
    losses = {"loss": [2.0] + 12 * [broken], "val_loss": [3.0, 1.0] + 11 * [broken]}
    axes = plotting.learning_curves(losses | {"accuracy": np.zeros(13)})
    axes[0].figure.canvas.draw()
    assert axes[1].get_xlim() == axes[0].get_xlim() == pytest.approx((0.4, 13.6)), "epochs are missing"
    ends = {text.get_text(): text.xy for text in axes[0].texts}
    assert ends == {"training": (1, 2.0), "validation": (2, 1.0)}
    assert "training from 2.00 to no finite number" in said(axes)


def test_pixels_show_their_numbers_in_reading_order():
    ax = plotting.pixel_grid(np.array([[0, 127], [128, 255]], "uint8"))
    assert words(ax) == ["0", "127", "128", "255"]
    assert [text.get_position() for text in ax.texts] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    for text, gray in zip(ax.texts, (0, 127, 128, 255), strict=True):
        assert contrast(text.get_color(), [gray / 255] * 3) > 4.5
    assert said(ax) == "2 rows and 2 columns of pixels with their numbers, from 0 to 255."
    ax = plotting.pixel_grid(np.array([[True, False]]))
    assert [text.get_color() for text in ax.texts] == [_text_color([1, 1, 1]), _text_color([0, 0, 0])]
    ax = plotting.pixel_grid(np.array([[[1.0, 0.5, 0.0]]]))
    assert words(ax) == ["1.00\n0.50\n0.00"] and "red, green and blue" in said(ax)
    wide = plotting.pixel_grid(np.zeros((2, 3)))
    labels = [[label.get_text() for label in axis.get_ticklabels()] for axis in (wide.yaxis, wide.xaxis)]
    assert labels == [["0", "1"], ["0", "1", "2"]]


def test_a_description_replaces_what_the_function_said_for_one_panel_and_for_several():
    for axes, words in ((plotting.show_image(image()), "A cat."), (plotting.learning_curves(HISTORY), "Up.")):
        assert plotting.describe(axes, words) is axes
        assert said(axes) == words


def test_the_numbers_of_a_logarithmic_axis_stay_formulas_in_a_described_figure():
    ax = plt.subplots()[1]
    ax.plot([1, 1000])
    ax.set_yscale("log")
    plotting.describe(ax, "A rising line.").figure.canvas.draw()
    labels = [label for label in ax.get_yticklabels() if label.get_text()]
    assert labels and all(label.get_parse_math() for label in labels)


def test_text_is_large_enough_and_only_the_axes_that_carry_numbers_are_drawn():
    ax = plt.subplots()[1]
    sizes = [ax.title, ax.xaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()]
    assert min(text.get_size() for text in sizes) >= 12
    assert not ax.spines["top"].get_visible() and not ax.spines["right"].get_visible()


@pytest.mark.thorough
def test_a_notebook_stores_alt_text_beside_each_image_and_shows_it_once(tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(storage.ROOT))
    cells = [
        "import numpy as np\nfrom helpers import plotting\nimage = np.zeros((4, 4, 3))",
        "plotting.show_image(image, title='night');",
        "plotting.describe(plotting.show_image(image), 'A black cat in a coal cellar.');",
        "from matplotlib import pyplot as plt\nplt.plot([1, 2]);",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    place = {"metadata": {"path": tmp_path}}
    nbclient.NotebookClient(notebook, kernel_name="python3", resources=place).execute()
    _, by_default, described, undescribed = (cell.outputs for cell in notebook.cells)
    assert [len(outputs) for outputs in (by_default, described, undescribed)] == [1, 1, 1]
    for (output,) in (by_default, described):
        assert output.data["image/png"].startswith("iVBORw0KGgo"), "no PNG"
    assert by_default[0].metadata["image/png"]["alt"] == "An image 4 pixels wide and 4 high: night."
    assert described[0].metadata["image/png"]["alt"] == "A black cat in a coal cellar."
    assert "alt" not in undescribed[0].metadata.get("image/png", {})


def predictions(probabilities, labels):
    return Predictions(np.zeros((len(labels), 4, 4, 3)), np.array(labels), np.array(probabilities))


FOUR = predictions([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.3, 0.6, 0.1], [0.05, 0, 0.95]], [0, 2, 1, 0])
FOUR_BY_FOUR = np.zeros((2, 4, 4, 3))
NO_IMAGES = [np.zeros(shape) for shape in ((2, 4, 4, 3), (4, 4, 4), (0, 4, 3))]
NO_IMAGES += [np.full((4, 4), value) for value in (200.0, -1, 256, np.nan, "a")]
NO_PROBABILITIES = (
    [0.5, 0.5], [[0.2, 0.7, 0.1]], [0.2, 0.7, 0.2], [1.2, -0.1, -0.1], [np.nan, 0.5, 0.5], ["a", "b", "c"],
)  # fmt: skip
NO_HISTORIES = (
    {}, {"loss": [], "accuracy": []}, {"accuracy": [0.5]}, {"loss": [0.5]}, {"loss": ["a"]}, "x.csv", None,
)  # fmt: skip
REFUSED = [  # message, function, values of its first argument that it refuses
    ("pixels|one image", plotting.show_image, NO_IMAGES),
    ("titles, one for each", lambda titles: plotting.show_images(FOUR_BY_FOUR, titles=titles), [["a"]]),
    ("columns", lambda columns: plotting.show_images(FOUR_BY_FOUR, columns=columns), [0]),
    ("at least one image", plotting.show_images, [FOUR_BY_FOUR[:0]]),
    ("show_image", plotting.show_images, [np.zeros((32, 32, 3))]),
    ("probabilities", lambda wrong: plotting.probability_bars(wrong, NAMES), NO_PROBABILITIES),
    ("class", bars, ["bear", 3, -1, 1.5, [0, 1, 0], np.nan, [None]]),
    ("history", plotting.learning_curves, NO_HISTORIES),
    ("histor", plotting.compare_histories, [{}, dict.fromkeys("abcdefgh", HISTORY), {"a": {"loss": [1.0]}}]),
    ("numbers can be read", plotting.pixel_grid, map(np.zeros, [(13, 4), (4, 13), (9, 4, 3)])),
    ("height, width, filters", plotting.feature_maps, [np.zeros((1, 4, 4, 8)), np.zeros((4, 4))]),
    ("height, width, filters", plotting.feature_maps, [np.full((4, 4, 2), np.nan)]),
    ("class_names=", lambda names: plotting.plot_mistakes(FOUR, names), [0, NAMES]),
    ("at least one wrong", lambda right: plotting.plot_mistakes(right, 12, NAMES), [FOUR[FOUR.correct]]),
]


@each_try_of([(message, draw, [(wrong,) for wrong in values]) for message, draw, values in REFUSED])
def test_what_cannot_be_drawn_is_refused(message, function, arguments):
    with pytest.raises(CourseError, match=message):
        function(*arguments)
    assert not [ax for number in plt.get_fignums() for ax in plt.figure(number).axes if ax.has_data()]


# What notebooks draw of their own trainings, and therefore compare with a wide tolerance


def test_mistakes_name_true_and_predicted_class_the_most_confident_first():
    axes = plotting.plot_mistakes(FOUR, class_names=NAMES)
    titles = [ax.get_title() for ax in axes.flat if ax.get_title()]
    assert titles == ["true: cat\nfrog? 95.0%", "true: frog\ndog? 70.0%"]
    assert "cat taken for frog (95.0%), frog taken for dog (70.0%)" in said(axes)
    assert "The 1 most confident" in said(plotting.plot_mistakes(FOUR, 1, NAMES))
    nearly = predictions([[0.0002, 0.9998, 0]], [0])
    assert "dog? >99.9%" in plotting.plot_mistakes(nearly, class_names=NAMES).flat[0].get_title()


def test_bars_are_as_long_as_the_probabilities_and_print_them():
    ax = bars()
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.2, 0.7, 0.1])
    assert words(ax) == ["20.0%", "70.0%", "10.0%"] and ax.get_xlim()[0] == 0
    top, bottom = ax.get_ylim()[::-1]
    assert top < 0 < 2 < bottom, "the first class stands on top"


@pytest.mark.parametrize(("label", "sign", "verdict"), [(1, "✓", "right"), (0, "✗", "wrong")])
def test_a_prediction_names_true_and_predicted_class(label, sign, verdict):
    axes = plotting.plot_prediction(image(), PROBABILITIES, NAMES, label)
    assert axes[0].figure.get_suptitle() == f"True class: {NAMES[label]}    Predicted: dog {sign}"
    assert len(axes) == 2 and axes[0].images and len(axes[1].patches) == 3
    beside = f"One image of class {NAMES[label]} beside its probabilities"
    assert said(axes) == f"{beside}: predicted dog with 70.0%, which is {verdict}."


def test_images_and_feature_maps_are_shown_in_order_and_maps_on_one_scale():
    maps = np.zeros((2, 4, 9))
    maps[..., 1], maps[..., 2:] = 5, 10
    axes = plotting.feature_maps(maps)
    assert {ax.images[0].get_clim() for ax in axes.flat[:9]} == {(0, 10)}
    titled = plotting.show_images(np.moveaxis(maps, 2, 0) / 10, titles=list("abcdefghi"))
    for shown, values in ((axes, [0, 5, 10]), (titled, [0, 0.5, 1])):
        assert [ax.images[0].get_array()[0, 0] for ax in shown.flat[:3]] == values
    assert [ax.get_title() for ax in titled.flat[:9]] == list("abcdefghi")


def test_compared_histories_are_named_where_they_end_and_differ_in_color_marker_and_dashes():
    ends = {"intro": (3, 0.6), "stopped": (2, 0.4), "dense": (3, 0.6)}
    stopped = {"val_accuracy": [0.3, 0.4]}
    ax = plotting.compare_histories({"intro": HISTORY, "stopped": stopped, "dense": HISTORY})
    assert {text.get_text(): text.xy for text in ax.texts} == ends
    assert said(ax).endswith("At the end: intro 0.60, stopped 0.40, dense 0.60.")
    for look in ("get_color", "get_marker", "get_linestyle"):
        assert len({getattr(line, look)() for line in ax.lines}) == 3
