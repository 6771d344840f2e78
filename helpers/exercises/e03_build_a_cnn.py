"""Exercises of episode 3: a neuron, a convolution, a summary, then the network itself."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import (
    FLATTEN,
    HIDDEN,
    OUTPUT,
    POOLING,
    convolution,
    learners_model,
    parameters_and_name,
    path,
    path_differences,
)
from helpers.exercises.parsing import array, call, compare_number, number

IMAGES = (None, 32, 32, 3)
PIXELS = [[1, 2, 0, 3, 1, 2], [0, 1, 5, 2, 4, 1], [2, 6, 3, 1, 0, 3], [1, 0, 2, 4, 9, 1]]  # of the exercise
PATCHES = {
    "dark": np.zeros((3, 3)),
    "bright patch": np.ones((3, 3)),
    "horizontal line": np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]]),
    "vertical line": np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]]),
    "half line": np.array([[0, 1, 0], [0, 1, 0], [0, 0, 0]]),
}
REPAIRED = (convolution(8), POOLING, convolution(16), POOLING, FLATTEN, OUTPUT)


@exercise("weights : array of shape (3, 3); bias : float")
def neuron(weights, bias):
    """Check a neuron with ReLU that responds to a vertical line and to no other patch."""
    w, b = array(weights, "weights").astype(float), number(bias, "bias")
    yield w.shape != (3, 3), f"weights has the shape {w.shape}: a 3 x 3 patch needs 3 x 3 weights."
    yield not np.isfinite([*w.flat, b]).all(), "One of the numbers is not finite: the neuron cannot add it."
    sums = {name: float((patch * w).sum() + b) for name, patch in PATCHES.items()}
    dark, line = sums["dark"] > 0, sums["vertical line"]
    yield dark, f"It responds to the dark patch: there all pixels are 0, and the bias of {b:g} is left."
    yield line <= 0, f"It stays silent at the vertical line: products and bias add up to {line:g}."
    more = sums["vertical line"] > sums["half line"]
    whole = f"the whole line gives {line:g}. Which bias puts 0 between the two?"
    for name, why in {
        "bright patch": "every weight counts there, so which of them pull the sum down?",
        "horizontal line": "the middle row of the weights counts there.",
        "half line": whole if more else "what does the lowest pixel of the whole line add?",
    }.items():
        yield sums[name] > 0, f"It responds to the {name} too, with {sums[name]:g}: {why}"
    return f"{line:g} for the vertical line, 0 for the others. A template is largest where the line is."


@exercise("total, output : float; image, kernel : array with two axes; bias : float")
def convolution_pixel(total, output, image, kernel, bias):
    """Check one pixel of a convolution: nine products added up, then bias and ReLU."""
    image, kernel = array(image, "image").astype(float), array(kernel, "kernel").astype(float)
    changed = not np.array_equal(image, PIXELS)
    yield changed, "image has changed: run its line again, and change only a .copy()."
    patch, b = image[1:4, :3], number(bias, "bias")
    right = float((patch * kernel).sum())
    yield np.size(total) > 1, "total is several numbers: add all nine products up to one."
    at = {(row, column): image[row : row + 3, column : column + 3] for row in (0, 1) for column in (0, 1)}
    near_misses = {
        "That is the first pixel of the top row: move the kernel down by one.": (at[0, 0] * kernel).sum(),
        "The kernel moved to the right: move it down instead.": (at[0, 1] * kernel).sum(),
        "The kernel moved down and to the right: move it down only.": (at[1, 1] * kernel).sum(),
        "That is a matrix product: multiply number by number, then add all nine.": (patch @ kernel).sum(),
        "The kernel is turned round: lay it on the image as it is.": (patch * kernel[::-1, ::-1]).sum(),
        "That is the mean of the nine products: add them, without dividing.": right / 9,
        "The kernel is left out: multiply each pixel by the weight on top of it.": patch.sum(),
        "The bias is in it already: total is the sum of the nine products alone.": right + b,
    }
    hint = "lay the kernel on the rows 1 to 3 and the columns 0 to 2, and add up nine products."
    yield from compare_number(total, "total", right, near_misses, hint)
    near_misses = {
        "ReLU is missing: what does it do to a negative number?": right + b,
        "ReLU does not drop the sign: what does it do to a negative number?": abs(right + b),
        "The bias is missing: add it to the total, with its sign, before ReLU.": max(right, 0),
        "The bias was subtracted: add it, with its own sign.": max(right - b, 0),
    }
    wanted = max(right + b, 0)
    yield from compare_number(output, "output", wanted, near_misses, "add the bias, then apply ReLU.")
    return f"{right:g}, then {right + b:g} with the bias, and ReLU makes it {wanted:g}."


@exercise("function : callable or keras.Model")
def create_model_intro(function):
    """Check the whole network: 79,530 parameters, named "cifar_model_intro"."""
    model = yield from learners_model(function, "keras.Model(inputs, outputs, name=...)")
    yield from _network_faults(model, (*HIDDEN, OUTPUT))
    yield from parameters_and_name(model, 79_530, "cifar_model_intro")
    again = [] if model is function else path(call(function))
    shared = any(step.layer is other.layer for step, other in zip(path(model), again, strict=False))
    yield shared, "Two calls share their layers, so training one model changes the other: make them inside."
    return "All layers are connected: 79,530 parameters, from 32 x 32 x 3 numbers to ten probabilities."


def _network_faults(model, wanted):
    """Yield what is wrong with a classifier of CIFAR-10."""
    yield model.input_shape != IMAGES, f"Its input has the shape {model.input_shape}: CIFAR-10's is {IMAGES}."
    steps = path(model)
    alone = bool(steps) and getattr(steps[-1].layer, "units", None) == 1
    yield alone, "The output has one neuron: each of the ten classes needs its own."
    yield from path_differences(steps, wanted)


@exercise("function : callable or keras.Model; n_parameters : int")
def repaired_model(function, n_parameters):
    """Check a repaired network of two blocks and an output, and its number of parameters."""
    yield callable(n_parameters), "First the function, then the number: the two are swapped."
    model = yield from learners_model(function)
    near_misses = {
        "n_parameters lacks the biases: count one for each kernel and each neuron.": 216 + 1_152 + 5_760,
        "n_parameters is that of the broken network: count what the plan says.": 448 + 36_010,
        "n_parameters: the second convolution sees the 8 maps of the first, not the 3 colours.": 6_442,
        "n_parameters: a kernel of the first convolution has weights for each of the three colours.": 7_018,
        "n_parameters lacks the first convolution.": 1_168 + 5_770,
        "n_parameters lacks the output layer.": 224 + 1_168,
    }
    hint = "add up both convolutions and the output: how many numbers does each of them read?"
    yield from compare_number(n_parameters, "n_parameters", 7_162, near_misses, hint)
    yield from _network_faults(model, REPAIRED)
    return "Repaired: the plan, your count and the summary agree on 7,162 parameters."
