"""Whatever a learner hands over: a correct result, or an error that says expected, got and what to do.

Hypothesis draws the arguments. `GOOD` says what a public function takes; in every example one of its
arguments, or none, is replaced by something else: another type, another shape, nan, nothing, far too much.
"""

import string

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers import CourseError, data, diagrams, evaluation, filters, images, plotting, prediction, training
from helpers.figures import curves

EXAMPLES = 60  # of each function
ODD_NUMBERS = st.sampled_from([0, -1, 10**9, 2**70, -0.5, 1e300, 1e-300, float("nan"), float("inf"), 1j])
DTYPES = [np.uint8, np.int64, np.float32, np.float64, np.bool_, np.complex64, "U3", "S3", "M8[s]", object]
ODD_ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays.arrays(
        dtype, arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4), elements=_any_of(dtype)
    )
)


def _any_of(dtype):
    return st.sampled_from([None, "a", 1, (2, 3)]) if dtype is object else arrays.from_dtype(np.dtype(dtype))


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    ODD_NUMBERS,
    ODD_ARRAYS,
    st.text(string.printable, max_size=8),
    st.binary(max_size=4),
    st.lists(st.one_of(st.integers(-3, 300), st.text(max_size=3), st.lists(st.integers(), max_size=3))),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
    st.builds(object),
    st.just(len),
    st.just(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})),
)


FEW = st.integers(1, 6)
RATES = st.floats(0.01, 0.99)


def pictures(n=None, channels=None):
    """Some pictures of one small size."""
    many = FEW if n is None else st.just(n)
    depth = st.sampled_from([1, 3]) if channels is None else st.just(channels)
    return arrays.arrays(np.uint8, st.tuples(many, FEW, FEW, depth))


def numbers(low, high, *shape):
    """Decimal numbers of a given shape."""
    return arrays.arrays(np.float64, shape, elements=st.floats(low, high))


ONE_PICTURE = pictures().map(lambda some: some[0])
LABELS = st.lists(st.integers(0, 9), min_size=1, max_size=6).map(np.array)
WORDS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=8), min_size=3, max_size=3, unique=True)
SHARES = st.lists(st.integers(1, 99), min_size=3, max_size=3).map(lambda parts: np.array(parts) / sum(parts))
COUNTS = arrays.arrays(np.int64, (3, 3), elements=st.integers(0, 999))
HISTORIES = st.integers(1, 4).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            name: st.lists(st.floats(0, 5), min_size=n, max_size=n)
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
        }
    )
)
PREDICTIONS = st.integers(1, 8).flatmap(
    lambda n: st.builds(
        prediction.Predictions,
        arrays.arrays(np.float32, (n, 2, 2, 3), elements=st.floats(0, 1, width=32)),
        arrays.arrays(np.int64, (n,), elements=st.integers(0, 2)),
        st.lists(SHARES, min_size=n, max_size=n).map(np.array),
    )
)

GOOD = {
    data.normalise: {"images": pictures()},
    data.one_hot: {"labels": LABELS, "n_classes": st.integers(10, 12)},
    data.prepare_dataset: {
        "images": pictures(6),
        "labels": st.lists(st.integers(0, 9), min_size=6, max_size=6),
        "validation_share": st.floats(0.2, 0.8),
        "seed": st.integers(0, 99),
        "n_classes": st.integers(10, 12),
    },
    data.load_cifar10: {"size": st.just("medium")},
    images.load_photo: {"name": st.sampled_from(images.PHOTOS)},
    images.load_picture: {
        "path": st.sampled_from([images.photo_path(name) for name in ("cat", "rocket")]),
        "size": st.tuples(FEW, FEW),
    },
    filters.convolve: {
        "image": ONE_PICTURE,
        "kernel": st.sampled_from([*filters.KERNELS.values()]),
        "padding": st.sampled_from(["valid", "same"]),
    },
    filters.grey: {"image": pictures(channels=3).map(lambda some: some[0])},
    filters.parse_kernel: {"text": st.text("0123456789 -.,;/[]\n", max_size=30)},
    prediction.as_integers: {"labels": LABELS, "n_classes": st.integers(1, 12)},
    evaluation.accuracy_interval: {
        "n_correct": st.integers(0, 50),
        "n": st.integers(50, 99),
        "level": RATES,
    },
    evaluation.confusion: {"predictions": PREDICTIONS, "class_names": WORDS},
    evaluation.per_class: {"predictions": PREDICTIONS, "class_names": WORDS},
    evaluation.calibration: {"predictions": PREDICTIONS, "n_bins": FEW},
    evaluation.expected_calibration_error: {"predictions": PREDICTIONS, "n_bins": FEW},
    evaluation.most_confident_mistakes: {"predictions": PREDICTIONS, "n": FEW},
    curves.history_table: {"history": HISTORIES},
    training.load_fit: {"name": st.text(max_size=8)},
    training.load_history: {"name": st.sampled_from(["model_intro", "sweep_dropout", "model", ""])},
    plotting.accuracy_intervals: {"accuracy": RATES, "sizes": st.lists(st.integers(1, 999), min_size=1)},
    plotting.channels: {"image": ONE_PICTURE},
    plotting.compare_histories: {
        "histories": st.dictionaries(
            st.text(string.ascii_letters, min_size=1), HISTORIES, min_size=1, max_size=3
        ),
        "column": st.sampled_from(["val_accuracy", "loss"]),
    },
    plotting.confusion_heatmap: {"matrix": COUNTS, "class_names": WORDS},
    plotting.feature_maps: {"maps": numbers(-9, 9, 3, 3, 5), "columns": FEW},
    plotting.learning_curves: {"history": HISTORIES, "metric": st.sampled_from(["accuracy", "loss"])},
    plotting.mistakes: {"predictions": PREDICTIONS, "n": FEW, "class_names": WORDS},
    plotting.pixel_grid: {"image": ONE_PICTURE},
    plotting.prediction: {
        "image": ONE_PICTURE,
        "probabilities": SHARES,
        "class_names": WORDS,
        "true_class": st.integers(0, 2),
    },
    plotting.probability_bars: {
        "probabilities": SHARES,
        "class_names": WORDS,
        "true_class": st.integers(0, 2),
    },
    plotting.show_picture: {"image": ONE_PICTURE},
    plotting.show_pictures: {"images": pictures(), "columns": FEW},
    diagrams.cnn_diagram: {"filters": st.tuples(FEW, FEW), "dense": FEW, "classes": FEW},
    diagrams.dense_diagram: {"n_inputs": FEW, "n_neurons": FEW},
    diagrams.dropout_diagram: {"seed": st.integers(0, 9), "rate": RATES},
    diagrams.flatten_diagram: {"maps": numbers(-9, 9, 2, 2, 2)},
    diagrams.folds_diagram: {"k": st.integers(2, 8)},
    diagrams.gradient_descent: {"rate": RATES, "start": st.floats(-2, 2), "steps": FEW},
    diagrams.kernel_step: {
        "image": numbers(0, 9, 5, 5),
        "kernel": numbers(-1, 1, 3, 3),
        "row": st.integers(0, 2),
    },
    diagrams.learning_rates: {"rates": st.tuples(RATES, RATES), "steps": FEW},
    diagrams.logistic_regression_graph: {"n_inputs": FEW},
    diagrams.network_graph: {"layer_sizes": st.lists(FEW, min_size=2, max_size=4)},
    diagrams.neuron: {"inputs": numbers(-2, 2, 3), "weights": numbers(-2, 2, 3), "bias": st.floats(-2, 2)},
    diagrams.pooling_step: {"image": numbers(0, 9, 4, 4), "row": st.integers(0, 1), "size": st.just(2)},
    diagrams.ten_steps: {"current": st.integers(1, 10)},
}


@pytest.mark.parametrize("function", GOOD, ids=lambda function: f"{function.__module__}.{function.__name__}")
@pytest.mark.filterwarnings("ignore")  # numpy warns of what nan and inf do
def test_result_or_explanation(function):
    tried = {"results": 0, "explanations": 0}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def some(draw):
        arguments = {name: draw.draw(good, name) for name, good in GOOD[function].items()}
        replaced = draw.draw(st.sampled_from([None, *arguments]), "replaced")
        if replaced:
            arguments[replaced] = draw.draw(ANYTHING, "by")
        try:
            function(**arguments)
        except CourseError as error:
            assert error.expected and error.got and error.remedy
            assert len(str(error)) < 1000, "nobody reads so long a message"
            tried["explanations"] += 1
        else:
            tried["results"] += 1
        finally:
            plt.close("all")

    some()
    assert tried["explanations"], "nothing was refused"
