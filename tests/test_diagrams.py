"""Diagrams: what can be read in each of them, and the numbers in those that compute."""

import base64
import functools
import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import Circle, Rectangle

from docs.figures import draw, receptive_field
from helpers import plotting
from helpers.explorers.e03_build_a_cnn import _draw_neuron as neuron
from helpers.models import create_model_intro
from helpers.plotting.images import DRAWINGS
from helpers.plotting.style import alt_text
from helpers.plotting.training import gradient_descent
from tests.notebook_rules import STEPS
from tests.refused import refuses
from tests.strict_outputs import image_difference
from tests.test_accessibility import faint_texts

mpl.use("agg")
MINUS = "\N{MINUS SIGN}"
IMAGE = np.arange(30).reshape(6, 5) ** 2 % 17
KERNEL = np.array([[0, -1, 2], [1, 5, -1], [3, -1, 0]])

FIGURES = {
    "neuron with 5 inputs": lambda: neuron([-1, 2, -3.25, 4, 5], [-1.5, 2, 3, -0.25, 5], -10),
    "neuron with 1 input": lambda: neuron([2], [0.5], 0),
    "4-1": lambda: plotting.network_graph((4, 1)),
    "4-3-3-1": lambda: plotting.network_graph((4, 3, 3, 1)),
    "8-8-8-8-8": lambda: plotting.network_graph((8,) * 5),
    "kernel_step": plotting.kernel_step,
    "kernel_step, large": lambda: plotting.kernel_step(np.full((6, 6), 255), np.full((3, 3), -1), 3, 3),
    "learning_rates": plotting.learning_rates,
} | {name: functools.partial(draw.axes, name) for name in draw.NAMES}


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("name", FIGURES)
def test_every_diagram_is_described_and_its_texts_are_large_apart_inside_and_clear(name):
    figure = np.ravel(FIGURES[name]())[0].figure
    figure.canvas.draw()
    shown = [text for ax in figure.axes for text in (*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label)]
    shown = [text for text in shown if text.get_text()]
    places = [text.get_window_extent() for text in shown]
    assert len(alt_text(figure)) > 60 and alt_text(figure).endswith(".")
    assert min(text.get_fontsize() for text in shown) >= 12
    pairs = itertools.combinations(zip(shown, places, strict=True), 2)
    assert [(a.get_text(), b.get_text()) for (a, one), (b, two) in pairs if one.overlaps(two)] == []
    frame = figure.bbox.padded(1)
    inside = [frame.contains(place.x0, place.y0) and frame.contains(place.x1, place.y1) for place in places]
    assert [text.get_text() for text, fits in zip(shown, inside, strict=True) if not fits] == []
    assert faint_texts(figure) == []


@pytest.mark.slow  # so that other versions of matplotlib, which draw in other ways, leave it out
@pytest.mark.parametrize("name", draw.NAMES)
def test_the_stored_drawing_of_a_concept_is_what_its_script_draws(name, tmp_path, monkeypatch):
    stored = plotting.concept(name)
    assert len(stored.data) < 60_000
    (tmp_path / f"{name}.png").write_bytes(draw.drawn(name))
    monkeypatch.setattr("helpers.plotting.images.DRAWINGS", tmp_path)
    drawn = plotting.concept(name)
    assert stored.metadata == drawn.metadata
    files = [base64.b64encode(image.data) for image in (stored, drawn)]
    assert image_difference(*files, {"image_tolerance": 2e-5}) is None, "a digit is enough to fail"


def test_every_stored_drawing_has_a_script_and_a_notebook_gets_its_alt_text():
    assert sorted(path.name for path in DRAWINGS.iterdir()) == [f"{name}.png" for name in draw.NAMES]
    _, metadata = plotting.concept("folds")._repr_mimebundle_()
    assert metadata["image/png"]["alt"].startswith("Two ways to validate. Hold-out: ")
    alt = plotting.concept("ten_steps").metadata["alt"]
    assert alt.startswith(f"The ten steps as a path: {', '.join(STEPS)}. From step 9,")


def test_symbols_are_written_as_formulas():
    for ax in (neuron([1], [2], -3), draw.axes("neuron"), plotting.network_graph((2, 1))):
        symbols = [text for text in ax.texts if "$" in text.get_text()]
        plotting.describe(ax, "The same, described once more, as explorers do it.")
        assert symbols and all(text.get_parse_math() for text in symbols)


def test_a_network_joins_each_node_to_the_whole_next_layer():
    ax = plotting.network_graph((4, 3, 1))
    assert (sum(isinstance(patch, Circle) for patch in ax.patches), len(ax.lines)) == (8, 15)


@pytest.mark.parametrize(("row", "column", "done"), [(0, 0, 1), (0, 2, 3), (3, 1, 11), (3, 2, 12)])
def test_a_kernel_step_writes_its_products_and_fills_the_output_up_to_its_pixel(row, column, done):
    total = np.sum(IMAGE[row : row + 3, column : column + 3] * KERNEL)
    ax = plotting.kernel_step(IMAGE, KERNEL, row, column)
    products = [text for text in texts(ax) if "·" in text]
    assert products[0].endswith(f"=  {total}".replace("-", MINUS))
    assert sum(text.count("·") for text in products) == 9
    assert f"add up to {total}." in alt_text(ax.figure) and "output of 4 x 3" in alt_text(ax.figure)
    kernels_and_inputs = 30 + 9 + 2 + 3 + 3  # numbers, two signs, three titles, three lines of products
    assert len(texts(ax)) == kernels_and_inputs + done
    frames = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    patch, pixel = (frame.get_bbox() for frame in frames)
    assert (patch.width, patch.height) == pytest.approx((3 * pixel.width,) * 2)
    assert patch.x0 - 0.1 == pytest.approx(column * pixel.width)


def test_gradient_descent_draws_every_update_and_several_rates_side_by_side():
    ax = gradient_descent(0.25, start=3, steps=3)
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[3, 4], [2, 1], [1.5, 0.25], [1.25, 0.0625]])
    axes = plotting.learning_rates((0.1, 0.9))
    assert len(axes) == 2 and alt_text(axes[0].figure).count("learning rates") == 1
    for rate, verdict in ((0.03, "too slow"), (0.3, "converges"), (0.95, "oscillates"), (1.05, "diverges")):
        ax = gradient_descent(rate)
        assert ax.get_title() == f"R = {rate}: {verdict}" and verdict in alt_text(ax.figure)


REFUSED = [  # message, function, lists of arguments that it refuses
    ("'ai_ml_dl', .*'ways_to_share'", plotting.concept, [("nothing",), ("../drawings/folds",), (None,)]),
    ("layers", plotting.network_graph, [[sizes] for sizes in ((4,), (4, 0), (9, 1), (2, 2.5), (1,) * 6)]),
    ("an image of at most 6 x 6", plotting.kernel_step, [(IMAGE[0], KERNEL), (np.zeros((7, 6)), KERNEL)]),
    ("an image of at most", plotting.kernel_step, [(IMAGE.astype(str), KERNEL)]),
    ("a kernel of at most 3 x 3", plotting.kernel_step, [(IMAGE, np.zeros((4, 4)))]),
    ("no larger than the image", plotting.kernel_step, [(IMAGE[:2], KERNEL)]),
    ("row to be .* from 0 to 3", plotting.kernel_step, [(IMAGE, KERNEL, 4, 0)]),
    ("column to be .* from 0 to 2", plotting.kernel_step, [(IMAGE, KERNEL, 0, -1)]),
    ("each of rates to be a number", plotting.learning_rates, [((0,),), ((0.1, 2000),)]),
]

test_what_cannot_be_drawn_is_refused = refuses(REFUSED)


def test_a_number_sees_as_many_pixels_as_the_drawing_of_the_receptive_field_says():
    model = create_model_intro()
    model.set_weights([np.ones(weights.shape) for weights in model.get_weights()])
    images = np.zeros((2, 32, 32, 3))
    for layer, width in zip(model.layers[1:5], receptive_field.sees(), strict=True):
        images[:] = 0
        images[0, width - 1, width - 1] = images[1, width, width] = 1  # the last inside, the first outside
        network = type(model)(model.input, layer.output)
        inside, outside, dark = network.predict(np.stack([*images, images[0] * 0]), verbose=0)[:, 0, 0, 0]
        assert inside > dark == outside
