"""Whatever a learner hands over: a correct result, or an error that says expected, got and what to do.

Hypothesis draws the arguments. `GOOD` says what a public function takes, a value or a strategy for values; in
most examples one argument is replaced: another type, another shape, nan, nothing, far too much.
A function that is new in `helpers` must get a line in tests/input_cases, or a reason in `SPARED`.
"""

import contextlib
import importlib
import inspect
import itertools
import pkgutil

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import helpers
from helpers import CourseError, evaluation, mnist, training, validation
from helpers.detection import digit_detector, metrics
from helpers.images import save_folder
from tests.input_cases import figures, networks, numbers_and_files
from tests.input_cases.strategies import ANYTHING

EXAMPLES, EXAMPLES_OF_SLOW = 20, 6  # of each function
REPLACED = 4  # so many times as often as nothing
SLOW = numbers_and_files.SLOW | networks.SLOW | figures.SLOW
GOOD = {
    function: {
        name: good if isinstance(good, st.SearchStrategy) else st.just(good) for name, good in cases.items()
    }
    for function, cases in (numbers_and_files.GOOD | networks.GOOD | figures.GOOD | SLOW).items()
}
SPARED = {  # module or function -> why nobody needs to be protected from it
    "exercises": "tests/test_checks.py hands them whatever a learner may write",
    "plotting.style": "parts of all figures; tests/test_markup.py draws any text",
    "images.image_files": "called with a folder that `load_folder` or `load_own_digits` has checked",
    "ink": "called with an image that `mnist.find_ink` has checked",
    "images.say_left_out": "a part of `load_folder` and `load_own_digits`",
    "plotting.training.gradient_descent": "a part of `learning_rates` and an explorer, which are tried",
    "explorers.controls": "parts of explorers; what a control can give is limited by the control",
    "explorers.live": "parts of explorers, called with images that these have checked",
    "full_cifar10": "reads what Keras or npm have downloaded, and compares it with known checksums",
    "sharing.model_card.input_sentence": "a part of `sharing.save` and the exports",
    "sharing.export.onnx_with_inner": "a part of `make_web_page`, which has checked the model",
    "sharing.inside": "parts of `make_web_page`, which has checked the model",
    "storage": "called with the course's own paths; tests/test_storage.py injects the faults",
    "missing_cells": "called by IPython and the set-up check; tests/test_missing_cells.py",
    "validation": "what refuses: the course's own words go in, and it is tried by all the others",
    "environment": "reads the course's own list of packages, and runs pip; tests/test_environment.py",
    "online.tfds_images": "needs the internet; its errors are those of a download",
    "online.package": "gets the names of packages from this package alone",
    "online.fetching": "no value, but a block of code; tests/test_pretrained.py",
    "detection.digit_detector.detection_loss": "called by Keras with its own tensors",
    "sharing.apart": "a program that `runtimes` starts; tests/test_hostile_exports.py",
    "histories.scalars": "called by Keras's callbacks; tests/test_training.py gives it any logs",
    "model_input": "called with what `predict` and the page have checked; tests/test_pixels.py",
    "model_files.save_portable": "called by `sharing.save`, which loads what it wrote",
    "pretrained.efficientnet_lite_scale": "a part of the bundled network",
}
PARTS = {
    "diagrams": (
        *("draw_grid", "draw_cell", "short", "connect"),
        *("draw_network", "draw_node", "node_places", "draw_neuron"),
    ),
    "images": ("brightest",),
    "training": ("descend",),
}
SPARED |= {f"plotting.{module}.{part}": "a part of figures" for module in PARTS for part in PARTS[module]}


def name_of(function):
    return f"{function.__module__}.{function.__qualname__}".removeprefix("helpers.")


def cases(number):
    """So many examples, always the same. One that fails is shown as it is: making it small takes long."""
    return settings(
        max_examples=number,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    numbers_and_files.files(folder)
    return folder


@pytest.mark.thorough
@pytest.mark.parametrize("function", GOOD, ids=name_of)
@pytest.mark.filterwarnings("ignore")  # numpy warns of what nan and inf do
def test_result_or_explanation(function, place, monkeypatch):
    monkeypatch.chdir(place)
    explanations = 0

    def some(draw):
        nonlocal explanations
        arguments = {name: draw.draw(good, name) for name, good in GOOD[function].items()}
        replaced = draw.draw(st.sampled_from([None, *REPLACED * [*arguments]]), "replaced")
        if replaced:
            arguments[replaced] = draw.draw(ANYTHING, "by")
        try:
            function(**arguments)
        except CourseError as error:
            assert error.expected and error.got and error.remedy
            assert len(str(error)) < 1000, "nobody reads so long a message"
            explanations += 1
        finally:
            plt.close("all")

    for number in (EXAMPLES_OF_SLOW, EXAMPLES) if function in SLOW else (EXAMPLES,):
        if not explanations:  # a few may all have been good ones, by chance
            cases(number)(given(st.data())(some))()
    assert explanations, "nothing was refused"


def endless(entry):
    """Repeat what never ends; whoever goes on and on fails the test."""
    yield from itertools.repeat(entry, validation.MOST_ENTRIES + 1)
    pytest.fail("it goes on for ever")


@pytest.mark.thorough
@pytest.mark.parametrize("function", GOOD, ids=name_of)
@pytest.mark.filterwarnings("ignore")
def test_nothing_goes_on_for_ever(function, place, monkeypatch):
    monkeypatch.chdir(place)

    def some(draw):
        arguments = {name: draw.draw(good, name) for name, good in GOOD[function].items()}
        for name, value in arguments.items():
            entry = next(iter(value), None) if np.iterable(value) else value
            with contextlib.suppress(CourseError):
                function(**arguments | {name: endless(entry)})

    cases(1)(given(st.data())(some))()
    plt.close("all")


RAGGED = [[1, 2], [], "L"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: training.write_history("", {"loss": [1.0]}),
        lambda: training.history_table([[2.0, 1.0], [3.0]]),
        lambda: digit_detector.detect(None, RAGGED),
        lambda: evaluation.predict(networks.IMAGE_MODEL, [(RAGGED, [1])]),
        lambda: evaluation.predict(networks.IMAGE_MODEL, np.zeros((3, 8, 8, 3)), RAGGED),
        lambda: mnist.prepare_digit(RAGGED),
        lambda: save_folder("new", [np.zeros((9, 9, 3), np.uint8)], RAGGED, ["cat"]),
        lambda: metrics.bootstrap_interval([], []),
    ],
)
def test_what_once_slipped_through_is_refused(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError) as error:
        call()
    assert len(str(error.value)) < 1000
    assert not list(tmp_path.iterdir())


def public_functions():
    """Name of each function of `helpers` that takes something."""
    for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
        found = vars(importlib.import_module(module.name)) if "._" not in module.name else {}
        for name, value in found.items():
            ours = inspect.isfunction(value) and value.__module__ == module.name
            if ours and not name.startswith("_") and inspect.signature(value).parameters.keys() - {"ax"}:
                yield name_of(value)


def test_every_public_function_is_tried_or_spared_for_a_reason():
    names = set(public_functions())
    unknown = names - set(map(name_of, GOOD))
    for spared, reason in SPARED.items():
        covered = {name for name in names if f"{name}.".startswith(f"{spared}.")}
        assert covered and reason, f"{spared} is not there, or spared without a reason"
        unknown -= covered
    assert not unknown, "add them to tests/input_cases, or say in SPARED why not"
