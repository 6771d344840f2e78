import itertools
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from helpers import CourseError, plotting
from helpers.plotting.style import BLUE, ORANGE, SKY, VERMILION, alt_text
from helpers.storage import SHIPPED_FITS

mpl.use("agg")
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"

WORKFLOW = [
    "Formulate the problem",
    "Identify inputs and outputs",
    "Prepare data",
    "Choose a pre-trained model or build one",
    "Choose a loss function and optimizer, and compile",
    "Train",
    "Predict",
    "Measure performance",
    "Tune hyperparameters",
    "Share",
]

FIGURES = {
    "nested_fields": plotting.nested_fields,
    "ten_steps": plotting.ten_steps,
    "ten_steps, one lit": lambda: plotting.ten_steps(current=5),
    "image_tasks": plotting.image_tasks,
    "neuron": plotting.neuron,
    "neuron with 5 inputs": lambda: plotting.neuron([-1, 2, -3.25, 4, 5], [-1.5, 2, 3, -0.25, 5], -10),
    "neuron with 1 input": lambda: plotting.neuron([2], [0.5], activation="tanh"),
    "keras_file": lambda: plotting.keras_file(SHIPPED_FITS / "model_intro" / "model_intro.keras"),
    "ways_to_people": plotting.ways_to_people,
    "4-1": plotting.logistic_regression_graph,
    "4-3-1": plotting.network_graph,
    "4-3-3-1": lambda: plotting.network_graph((4, 3, 3, 1)),
    "8-8-8-8-8": lambda: plotting.network_graph((8,) * 5),
    "dense_diagram": plotting.dense_diagram,
    "kernel_step": plotting.kernel_step,
    "kernel_step, large": lambda: plotting.kernel_step(np.full((6, 6), 255), np.full((3, 3), -1), 3, 3),
    "pooling_step": plotting.pooling_step,
    "flatten_diagram": plotting.flatten_diagram,
    "cnn_diagram": plotting.cnn_diagram,
    "gradient_descent": lambda: plotting.gradient_descent(0.3),
    "learning_rates": plotting.learning_rates,
    "dropout_diagram": plotting.dropout_diagram,
    "folds_diagram": plotting.folds_diagram,
    "2 folds": lambda: plotting.folds_diagram(2),
    "6 folds": lambda: plotting.folds_diagram(6),
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def circles(ax):
    return [patch for patch in ax.patches if isinstance(patch, Circle)]


def colors(patches):
    return [to_hex(patch.get_facecolor()).upper() for patch in patches]


def drawn(figure_name):
    """Draw a figure; return it with the places, in pixels, of all texts that show something."""
    figure = np.ravel(FIGURES[figure_name]())[0].figure
    figure.canvas.draw()
    shown = [text for ax in figure.axes for text in (*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label)]
    shown = [text for text in shown if text.get_text()]
    return figure, shown, [text.get_window_extent() for text in shown]


@pytest.mark.parametrize("name", FIGURES)
class TestEveryDiagram:
    def test_says_in_words_what_is_seen(self, name):
        figure = np.ravel(FIGURES[name]())[0].figure
        assert len(alt_text(figure)) > 60
        assert alt_text(figure).endswith(".")

    def test_has_no_text_smaller_than_12_points(self, name):
        _, shown, _ = drawn(name)
        assert min(text.get_fontsize() for text in shown) >= 12

    def test_has_no_text_over_another(self, name):
        _, shown, places = drawn(name)
        pairs = itertools.combinations(zip(shown, places, strict=True), 2)
        on_top = [(a.get_text(), b.get_text()) for (a, one), (b, two) in pairs if one.overlaps(two)]
        assert on_top == []

    def test_keeps_its_text_inside_the_figure(self, name):
        figure, shown, places = drawn(name)
        frame = figure.bbox.padded(1)
        outside = [
            text.get_text()
            for text, place in zip(shown, places, strict=True)
            if not (frame.contains(place.x0, place.y0) and frame.contains(place.x1, place.y1))
        ]
        assert outside == []


def test_diagrams_and_plotting_do_not_import_tensorflow():
    code = "import sys, helpers.plotting, helpers.plotting; print({'tensorflow', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "set()"


def test_axes_that_are_given_are_used():
    ax = plt.subplots()[1]
    assert plotting.nested_fields(ax) is ax
    assert plotting.kernel_step(ax=ax) is ax
    assert len(plt.get_fignums()) == 1


def test_each_field_lies_inside_the_one_before():
    ax = plotting.nested_fields()
    boxes = [patch.get_bbox() for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    assert len(boxes) == 3
    for outer, inner in itertools.pairwise(boxes):
        assert outer.x0 < inner.x0 < inner.x1 < outer.x1
        assert outer.y0 < inner.y0 < inner.y1 < outer.y1
    names = ("Artificial intelligence", "Machine learning", "Deep learning")
    assert [text for text in texts(ax) if text in names] == list(names)


class TestTenSteps:
    def test_shows_every_step_with_its_number(self):
        shown = [text.replace("\n", " ") for text in texts(plotting.ten_steps())]
        assert [text for text in shown if not text.isdigit()] == WORKFLOW
        assert [text for text in shown if text.isdigit()] == [str(n) for n in range(1, 11)]

    def test_lights_only_the_current_step(self):
        ax = plotting.ten_steps(current=3)
        boxes = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
        assert [number for number, color in enumerate(colors(boxes), 1) if color == BLUE] == [3]
        assert "Step 3 is highlighted" in alt_text(ax.figure)

    @pytest.mark.parametrize("step", [0, 11, "3", 2.5])
    def test_refuses_a_step_that_is_not(self, step):
        with pytest.raises(CourseError, match="step from 1 to 10"):
            plotting.ten_steps(current=step)


def test_each_image_task_draws_its_own_answer():
    axes = plotting.image_tasks().ravel()
    boxes = [sum(to_hex(p.get_edgecolor()).upper() == VERMILION for p in ax.patches) for ax in axes]
    assert boxes == [0, 1, 1, 3, 0, 0]
    flat = [set(colors(ax.patches)) & {BLUE, ORANGE, SKY} for ax in axes]
    assert flat[4:] == [{BLUE, ORANGE}, {BLUE, ORANGE, SKY}], "classes share a colour, objects do not"
    assert [ax.texts[0].get_text() for ax in axes[1:4]] == ["cat", "cat", "car"]


class TestNeuron:
    def test_computes_sum_and_output(self):
        ax = plotting.neuron([1, 2], [3, -1], 0.5)
        assert {"$z$ = 1.50", "1.50", "bias +0.5", "+3", MINUS + "1"} <= set(texts(ax))

    @pytest.mark.parametrize(
        ("activation", "output"),
        [("relu", "0.00"), ("linear", MINUS + "1.00"), ("sigmoid", "0.27"), ("tanh", MINUS + "0.76")],
    )
    def test_applies_the_activation(self, activation, output):
        assert output in texts(plotting.neuron([1], [-1], activation=activation))

    @pytest.mark.parametrize("numbers", [([1, 2], [1]), ([], []), ([1], None), (range(6), range(6))])
    def test_refuses_weights_that_do_not_fit(self, numbers):
        with pytest.raises(CourseError, match="as many weights"):
            plotting.neuron(*numbers)

    def test_refuses_an_unknown_activation(self):
        with pytest.raises(CourseError, match="relu"):
            plotting.neuron(activation="step")


class TestNetworks:
    @pytest.mark.parametrize(
        ("sizes", "nodes", "lines", "total"),
        [((4, 1), 5, 4, 5), ((4, 3, 1), 8, 15, 19), ((4, 3, 3, 1), 11, 24, 31)],
    )
    def test_joins_each_node_to_the_whole_next_layer(self, sizes, nodes, lines, total):
        ax = plotting.network_graph(sizes)
        assert (len(circles(ax)), len(ax.lines)) == (nodes, lines)
        assert f"{total} parameters" in alt_text(ax.figure)

    def test_counts_the_parameters_of_each_layer(self):
        counts = [text for text in texts(plotting.network_graph((4, 3, 3, 1))) if "parameters" in text]
        assert counts == ["15 parameters", "12 parameters", "4 parameters"]

    def test_logistic_regression_has_no_hidden_layer(self):
        ax = plotting.logistic_regression_graph(3)
        assert (len(circles(ax)), len(ax.lines)) == (4, 3)
        assert "hidden layer" not in texts(ax)

    def test_dense_layer_marks_the_weights_of_one_neuron(self):
        ax = plotting.dense_diagram(n_inputs=4, n_neurons=3)
        marked = [line for line in ax.lines if line.get_color() == VERMILION]
        assert (len(marked), len(ax.lines)) == (4, 12)
        assert len({tuple(line.get_xydata()[1]) for line in marked}) == 1, "all end in the same neuron"
        assert any("15 parameters" in text for text in texts(ax))

    @pytest.mark.parametrize("sizes", [(4,), (4, 0), (9, 1), (2, 2.5), (1,) * 6])
    def test_refuses_what_cannot_be_drawn(self, sizes):
        with pytest.raises(CourseError, match="layers"):
            plotting.network_graph(sizes)


def outlined(ax):
    """The windows with a thick outline, as (x, y, width, height) in cells of the drawing."""
    thick = [patch for patch in ax.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    return [patch.get_bbox() for patch in thick]


class TestKernelStep:
    image = np.arange(30).reshape(6, 5) ** 2 % 17
    kernel = np.array([[0, -1, 2], [1, 5, -1], [3, -1, 0]])

    @pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 2), (3, 1)])
    def test_writes_the_sum_of_the_products(self, row, column):
        patch = self.image[row : row + 3, column : column + 3]
        total = sum(int(patch[i, j]) * int(self.kernel[i, j]) for i in range(3) for j in range(3))
        ax = plotting.kernel_step(self.image, self.kernel, row, column)
        products = [text for text in texts(ax) if "·" in text]
        assert products[0].endswith(f"=  {total}".replace("-", MINUS))
        assert sum(text.count("·") for text in products) == 9
        assert f"add up to {total}." in alt_text(ax.figure)

    def test_fills_the_output_up_to_this_step(self):
        kernels_and_inputs = 30 + 9 + 2 + 3 + 3  # numbers, two signs, three titles, three lines of products
        counts = [
            len(texts(plotting.kernel_step(self.image, self.kernel, *at))) for at in ((0, 0), (1, 1), (3, 2))
        ]
        assert counts == [kernels_and_inputs + done for done in (1, 5, 12)]

    def test_says_that_6_by_5_and_3_by_3_give_4_by_3(self):
        assert "output of 4 x 3" in alt_text(plotting.kernel_step(self.image, self.kernel).figure)

    def test_outlines_patch_and_pixel(self):
        patch, pixel = outlined(plotting.kernel_step(self.image, self.kernel, 1, 2))
        cell = pixel.width
        assert (patch.width, patch.height) == pytest.approx((3 * cell, 3 * cell))
        assert patch.x0 - 0.1 == pytest.approx(2 * cell)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((image[0], kernel), "image of at most 6 x 6"),
            ((np.zeros((7, 6)), kernel), "image of at most 6 x 6"),
            ((image, np.zeros((4, 4))), "a kernel of at most 3 x 3"),
            ((image[:2], kernel), "no larger than the image"),
            ((image, kernel, 4, 0), "row from 0 to 3"),
            ((image, kernel, 0, -1), "column from 0 to 2"),
            ((image.astype(str), kernel), "image of at most"),
        ],
    )
    def test_refuses_what_does_not_fit(self, arguments, message):
        with pytest.raises(CourseError, match=message):
            plotting.kernel_step(*arguments)


class TestPoolingStep:
    def test_keeps_the_largest_of_the_window(self):
        image = np.arange(24)[::-1].reshape(4, 6)
        ax = plotting.pooling_step(image, row=1, column=2)
        assert "max(7, 6, 1, 0) = 7" in texts(ax)
        assert "turns 4 x 6 numbers into 2 x 3" in alt_text(ax.figure)

    def test_moves_by_whole_windows(self):
        first, second = (outlined(plotting.pooling_step(column=column))[0] for column in (0, 1))
        assert second.x0 == pytest.approx(first.x1)

    @pytest.mark.parametrize(
        "arguments", [{"row": 2}, {"column": 2}, {"size": 1}, {"size": 5}, {"image": [1, 2]}]
    )
    def test_refuses_what_does_not_fit(self, arguments):
        with pytest.raises(CourseError):
            plotting.pooling_step(**arguments)


class TestFlatten:
    def test_writes_the_numbers_in_the_order_of_keras(self):
        maps = np.arange(12).reshape(2, 2, 3) + 10
        ax = plotting.flatten_diagram(maps)
        lowest = min(text.get_position()[1] for text in ax.texts if text.get_text().isdigit())
        row = [text for text in ax.texts if text.get_text().isdigit() and text.get_position()[1] == lowest]
        in_order = sorted(row, key=lambda text: text.get_position()[0])
        assert [int(text.get_text()) for text in in_order] == maps.ravel().tolist()

    @pytest.mark.parametrize("shape", [(2, 2), (3, 3, 2), (1, 2, 4), (0, 2, 2)])
    def test_refuses_other_shapes(self, shape):
        with pytest.raises(CourseError, match="H, W, C"):
            plotting.flatten_diagram(np.zeros(shape))


class TestCnn:
    def test_shapes_and_parameters_are_those_of_the_course_network(self):
        from helpers.models import create_model_intro

        model = create_model_intro()
        for stage, layer in zip(plotting.cnn_stages(), model.layers, strict=True):
            assert layer.output.shape[1:] == stage.shape
            assert layer.count_params() == stage.parameters

    def test_shows_them(self):
        ax = plotting.cnn_diagram()
        assert {"448", "4,640", "73,792", "650", "1152"} <= set(texts(ax))
        shapes = [text.split(TIMES) for text in texts(ax) if text.count(TIMES) == 2]
        assert shapes == [
            ["32", "32", "3"],
            ["30", "30", "16"],
            ["15", "15", "16"],
            ["13", "13", "32"],
            ["6", "6", "32"],
        ]
        assert "79,530 parameters in all" in texts(ax)
        assert "79,530 parameters" in alt_text(ax.figure)

    def test_follows_other_arguments(self):
        assert [stage.shape for stage in plotting.cnn_stages((28, 28, 1), (8,), kernel=5, dense=16)][1:] == [
            (24, 24, 8), (12, 12, 8), (1152,), (16,), (10,),
        ]  # fmt: skip

    def test_refuses_a_image_that_is_too_small(self):
        with pytest.raises(CourseError, match="large enough"):
            plotting.cnn_diagram((8, 8, 3), (16, 32, 64))


class TestGradientDescent:
    def test_draws_every_update(self):
        ax = plotting.gradient_descent(0.25, start=3, steps=3)
        assert ax.lines[1].get_xydata() == pytest.approx(
            np.array([[3, 4], [2, 1], [1.5, 0.25], [1.25, 0.0625]])
        )

    @pytest.mark.parametrize(
        ("rate", "verdict"), [(0.03, "crawls"), (0.3, "settles"), (0.95, "bounces"), (1.05, "flies off")]
    )
    def test_says_how_it_went(self, rate, verdict):
        ax = plotting.gradient_descent(rate)
        assert ax.get_title() == f"R = {rate}: {verdict}"
        assert verdict in alt_text(ax.figure)

    def test_compares_rates_side_by_side(self):
        axes = plotting.learning_rates((0.1, 0.9))
        assert len(axes) == 2
        assert alt_text(axes[0].figure).count("learning rates") == 1

    @pytest.mark.parametrize("arguments", [{"rate": 0}, {"rate": 0.1, "start": 9}, {"rate": 0.1, "steps": 0}])
    def test_refuses_what_cannot_be_drawn(self, arguments):
        with pytest.raises(CourseError, match="learning rate above 0"):
            plotting.gradient_descent(**arguments)


class TestDropout:
    def test_crosses_out_neurons_in_training_only(self):
        axes = plotting.dropout_diagram(seed=1)
        crossed = [texts(ax).count(TIMES) for ax in axes]
        assert min(crossed[:2]) > 0
        assert crossed[2] == 0
        assert [ax.get_title().split("\n")[1] for ax in axes] == [
            f"{crossed[0]} of 10 off", f"{crossed[1]} of 10 off", "all neurons work",
        ]  # fmt: skip

    def test_cuts_the_connections_of_what_is_off(self):
        ax = plotting.dropout_diagram(seed=1)[0]
        off = {text.get_position() for text in ax.texts if text.get_text() == TIMES}
        ends = {tuple(point) for line in ax.lines for point in line.get_xydata()}
        assert not off & ends

    def test_rate_0_drops_nothing(self):
        assert [texts(ax).count(TIMES) for ax in plotting.dropout_diagram(rate=0)] == [0, 0, 0]

    def test_seed_chooses(self):
        panels = [plotting.dropout_diagram(seed)[0] for seed in (1, 1, 2)]
        marks = [[text.get_position() for text in ax.texts if text.get_text() == TIMES] for ax in panels]
        assert marks[0] == marks[1] != marks[2]

    @pytest.mark.parametrize("rate", [1, -0.1, float("nan")])
    def test_refuses_other_rates(self, rate):
        with pytest.raises(CourseError, match="dropout rate"):
            plotting.dropout_diagram(rate=rate)


class TestFolds:
    @pytest.mark.parametrize("k", [2, 5])
    def test_each_part_validates_once(self, k):
        ax = plotting.folds_diagram(k)
        validating = [text.get_position() for text in ax.texts if text.get_text() == "validate"][1:]
        assert len({x for x, _ in validating}) == len({y for _, y in validating}) == k
        assert texts(ax).count("train") == 1 + k * (k - 1)

    @pytest.mark.parametrize("k", [1, 7, 2.5])
    def test_refuses_other_numbers(self, k):
        with pytest.raises(CourseError, match="2 to 6 folds"):
            plotting.folds_diagram(k)


def test_the_parts_of_a_model_file_are_drawn_with_their_sizes(tmp_path):
    ax = plotting.keras_file(SHIPPED_FITS / "model_intro" / "model_intro.keras")
    drawn = [text.get_text() for text in ax.texts]
    assert {"metadata.json", "config.json", "model.weights.h5"} <= set(drawn)
    sizes = [float(text.split()[0].replace(",", "")) for text in drawn if text.endswith(" kB")]
    assert sizes == sorted(sizes) and sizes[-1] > 79_530 * 4 / 1000
    (tmp_path / "photo.keras").write_bytes(b"no archive")
    with pytest.raises(CourseError, match=r"a \.keras file"):
        plotting.keras_file(tmp_path / "photo.keras")
