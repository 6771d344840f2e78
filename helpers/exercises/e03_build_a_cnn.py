"""Exercises of episode 3: a neuron and a convolution by hand, then each layer up to the whole network.

A layer's check takes the layer, or what it gives when it is applied to a tensor; an activation may be an
argument, a layer of its own or a function.
"""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import (
    CONVOLUTION,
    DENSE,
    FLATTEN,
    HIDDEN,
    OUTPUT,
    POOLING,
    applied,
    differences,
    is_tensor,
    learners_model,
    parameters_and_name,
    path,
    path_differences,
)
from helpers.exercises.parsing import array, call, compare_number, number, sequence, shown

IMAGES = (None, 32, 32, 3)


@exercise("weighted_sum, output : float; inputs, weights : sequence of float; bias : float")
def neuron(weighted_sum, output, inputs, weights, bias):
    """Check a neuron with relu, calculated by hand."""
    x, w, b = array(inputs, "inputs"), array(weights, "weights"), number(bias, "bias")
    total = float(x @ w + b)
    sigmoid = 1 / (1 + np.exp(-total))
    yield np.ndim(weighted_sum) > 0, "weighted_sum is several numbers: add them up, then add the bias."
    near_misses = {
        "The bias is missing: add it to the sum of the products.": x @ w,
        "The bias was subtracted: add it, with its own sign.": x @ w - b,
        "The weights are missing: multiply each input by its weight before you add.": x.sum() + b,
        "All products count as positive: minus times plus is minus.": abs(x * w).sum() + b,
    }
    hint = "each input times its weight, all of them added, and the bias at the end."
    yield from compare_number(weighted_sum, "weighted_sum", total, near_misses, hint)
    near_misses = {
        "relu is missing: it makes 0 of every negative number.": total,
        "relu does not drop the sign: it makes 0 of every negative number.": abs(total),
        "That is what sigmoid gives: relu keeps a positive number and makes 0 of the others.": sigmoid,
        "relu is no switch: a positive number stays what it is.": float(total > 0),
    }
    hint = "relu keeps a positive number as it is, and makes 0 of a negative one."
    yield from compare_number(output, "output", max(total, 0), near_misses, hint)
    return f"{total:g} after weights and bias, {max(total, 0):g} after relu: that is all a neuron does."


@exercise("first, second : float; image : array, two axes; kernel : array of shape (3, 3)")
def convolution_pixels(first, second, image, kernel):
    """Check the first two pixels of an image after a 3 x 3 kernel, calculated by hand."""
    image, kernel = array(image, "image").astype(float), array(kernel, "kernel").astype(float)
    yield np.size(first) > 1, "first is several numbers: add all nine products up to one."
    patch, right_of_it = image[:3, :3], image[:3, 1:4]
    pixel, product = float((patch * kernel).sum()), (patch @ kernel).sum()
    near_misses = {
        "That comes from a matrix product: multiply number by number, then add all nine.": product,
        "The kernel is turned round: lay it on the image as it is.": (patch * kernel[::-1, ::-1]).sum(),
        "That is the mean of the nine products: add them, without dividing.": pixel / 9,
        "The kernel is left out: multiply each number by the kernel's number above it.": patch.sum(),
    }
    hint = "lay the kernel on the top left corner and add up nine products."
    yield from compare_number(first, "first", pixel, near_misses, hint)
    near_misses = {
        "The kernel moved down: the second pixel is to the right.": (image[1:4, :3] * kernel).sum(),
        "The kernel moved by three pixels: move it by one.": (image[:3, 3:6] * kernel).sum(),
        "That is the first pixel again: move the kernel to the right by one.": pixel,
    }
    hint = "move the kernel to the right by one and add up nine products."
    yield from compare_number(second, "second", (right_of_it * kernel).sum(), near_misses, hint)
    return "Multiply nine numbers by nine numbers, add them, move on by one: that is a convolution."


@exercise("valid, same, pooled : tuple of int")
def output_shape(valid, same, pooled):
    """Check the shapes behind a convolution with 8 kernels of 5 x 5, for images of 64 x 48 x 3."""
    shape, padded, small = (
        _without_batch(value, name) for value, name in ((valid, "valid"), (same, "same"), (pooled, "pooled"))
    )
    yield len(shape) == 2, "The third number is missing: the result has a channel for each kernel."
    yield shape[-1] == 3, "The 3 colours are gone: each kernel sums over them, and 8 kernels give 8 channels."
    yield shape == (44, 60, 8), "Width and height are swapped: height first."
    yield shape == (64, 48, 8), "Without padding the kernel stays inside: how often does a 5 fit into 64?"
    yield shape == (59, 43, 8), "A 5 fits into a 5 once, not never: 64 - 5 + 1."
    yield shape == (56, 40, 8), "Half a kernel is lost at each edge, 2 pixels of 5, not 4."
    yield shape != (60, 44, 8), f"valid is not {shape}: height - 5 + 1, width - 5 + 1, one channel a kernel."
    yield padded == shape, "padding='same' adds a border, so that the image keeps its height and width."
    other = padded != (64, 48, 8)
    yield other, f"same is not {padded}: the image keeps its size, the channels are the kernels."
    yield small == (58, 42, 8), "Pooling keeps one of each 2 x 2 numbers: it halves height and width."
    yield small == (30, 22, 4), "Pooling works on each channel by itself, so their number stays."
    yield small != (30, 22, 8), f"pooled is not {small}: half the height, half the width, the same channels."
    return (
        "valid loses the kernel's size less one, same keeps it, pooling halves it; a channel for each kernel."
    )


def _without_batch(value, name):
    shape = sequence(value, name)
    return shape[1:] if len(shape) == 4 and shape[0] is None else shape


@exercise("inputs : keras.KerasTensor")
def input_layer(inputs):
    """Check the input of the network: colour images of 32 x 32 pixels."""
    only_shape = isinstance(inputs, list | tuple)
    yield only_shape, f"{shown(inputs)} is only a shape: hand it to keras.Input(shape=...)."
    steps = path(inputs)
    yield steps, f"The answer is {steps and steps[-1].kind}, not the input: use keras.Input."
    given = tuple(getattr(inputs, "batch_shape", None) or inputs.shape)
    batch, shape = given[0], given[1:]
    yield shape == (32, 32), "The channels are missing: a colour image has height, width and 3 channels."
    yield shape == (3, 32, 32), "The channels come last here: height, width, channels."
    yield len(shape) == 4, "Leave the number of images out: shape is the shape of one image."
    yield shape == (3072,), "These images are flat already: a convolution needs height, width and channels."
    yield shape == (32, 32, 1), "One channel is a grey image: red, green and blue are 3."
    yield shape != (32, 32, 3), f"The shape is {shape}, that of one CIFAR-10 image is another: print it."
    fixed = batch is not None
    yield fixed, f"This network takes exactly {batch} images at a time: leave the batch size open."
    whole_numbers = "float" not in str(inputs.dtype)
    yield whole_numbers, f"dtype is {inputs.dtype}: prepared images hold fractions, so leave it out."
    return "The network takes colour images of 32 x 32 pixels, any number at a time."


@exercise("layer : keras.Layer or keras.KerasTensor")
def convolution(layer):
    """Check a convolution with 16 kernels of 3 x 3 and relu, applied to the input."""
    *before, last = applied(layer)
    yield from differences(last, CONVOLUTION)
    yield before, f"It was applied to the result of {before and before[-1].kind}: apply it to inputs."
    return "16 kernels of 3 x 3 look for 16 patterns: 30 x 30 x 16 numbers come out, none of them negative."


@exercise("layer : keras.Layer or keras.KerasTensor")
def pooling(layer):
    """Check a maximum pooling over windows of 2 x 2, applied to the convolution."""
    *before, last = applied(layer)
    yield last.kind == "AveragePooling2D", "This pooling takes the mean of each window: use MaxPooling2D."
    yield last.kind == "GlobalMaxPooling2D", "This takes one maximum of the whole image: use MaxPooling2D."
    yield from differences(last, POOLING)
    at_the_start = is_tensor(layer) and not before
    yield at_the_start, "It was applied to the input: apply it to the convolution's result."
    yield before and before[-1].kind == "MaxPooling2D", "It was applied twice: once makes 15 x 15 of 30 x 30."
    return "Each window of 2 x 2 keeps its largest number: 30 x 30 becomes 15 x 15, the 16 channels stay."


@exercise("layer : keras.Layer or keras.KerasTensor")
def dense(layer):
    """Check a dense layer of 64 neurons with relu."""
    *_, last = applied(layer)
    too_early = last.activation == "softmax"
    yield too_early, "softmax belongs to the output: inside the network the task asks for relu."
    yield from differences(last, DENSE)
    shape = tuple(layer.shape) if is_tensor(layer) else ()
    yield len(shape) > 2, f"It was applied to a block of numbers and gave {shape}: flatten the block first."
    return "64 neurons, each connected to every number that comes in."


@exercise("layer : keras.Layer or keras.KerasTensor")
def flatten(layer):
    """Check the layer that lays out all numbers of an image in one row."""
    *before, last = applied(layer)
    yield last.kind == "Reshape", "Reshape needs the number counted by hand: Flatten finds it out itself."
    yield "Global" in last.kind, f"{last.kind} keeps one number a channel: Flatten keeps them all."
    yield from differences(last, FLATTEN)
    at_the_start = is_tensor(layer) and not before
    yield at_the_start, "It was applied to the input: apply it to the last pooling's result."
    return "Every number is kept, in one long row; which of them were neighbours is forgotten."


@exercise("x : keras.KerasTensor, keras.Sequential or list of keras.Layer")
def hidden_layers(x):
    """Check the hidden part: convolutions with 16 and 32 filters, pooling, flatten, dense."""
    yield from path_differences(path(x), HIDDEN)
    return "Two rounds of convolution and pooling, then 1,152 numbers in a row and 64 neurons."


@exercise("outputs : keras.Layer or keras.KerasTensor")
def output_layer(outputs):
    """Check the output: one probability for each of the ten classes."""
    *_, last = applied(outputs)
    units = getattr(last.layer, "units", None)
    yield units == 1, "One neuron gives one number: each of the ten classes needs its own."
    one_by_one = last.activation == "sigmoid"
    yield one_by_one, "sigmoid rates each class for itself: softmax makes the ten add up to 1."
    twice = last.activation == "softmax, then softmax"
    yield twice, "softmax is applied twice: that blurs the probabilities."
    yield from differences(last, OUTPUT)
    shape = tuple(outputs.shape) if is_tensor(outputs) else ()
    yield len(shape) > 2, f"It gives {shape}, ten numbers for each position: flatten before the dense layers."
    return "Ten numbers between 0 and 1 that add up to 1: a probability for each class."


@exercise("function : callable or keras.Model")
def create_model_intro(function):
    """Check the whole network: 79,530 parameters, named "cifar_model_intro"."""
    model = yield from learners_model(function, "keras.Model(inputs, outputs, name=...)")
    steps = path(model)
    yield not model.built, "The model does not know the shape of its images: begin with keras.Input."
    yield model.input_shape != IMAGES, f"Its input has shape {model.input_shape}: CIFAR-10's is {IMAGES}."
    yield from path_differences(steps, (*HIDDEN, OUTPUT))
    yield from parameters_and_name(model, 79_530, "cifar_model_intro")
    again = [] if model is function else path(call(function))
    shared = any(step.layer is other.layer for step, other in zip(steps, again, strict=False))
    yield shared, "Two calls share their layers, so training one model changes the other: make them inside."
    return "The whole network stands: 79,530 parameters, from 32 x 32 x 3 numbers to ten probabilities."


@exercise("first_convolution, second_convolution, pooling, dense, output : int")
def parameters(first_convolution, second_convolution, pooling, dense, output):
    """Check the numbers of parameters in the layers of `create_model_intro`."""
    for_kernels = "(height x width of the kernel x channels it sees + 1) x number of kernels."
    for_neurons = "(numbers that come in + 1) x number of neurons."
    near_misses = {
        "The biases are missing in the first convolution: one for each of the 16 kernels.": 432,
        "The 3 colours are missing: each kernel has 3 x 3 weights for each of them.": 160,
        "That is one kernel, and there are 16.": 28,
        "Each kernel has one bias, not one for each colour.": 480,
        "That is a dense layer's formula: a kernel sees 3 x 3 pixels, not the whole image.": 3073 * 16,
    }
    yield from compare_number(first_convolution, "first_convolution", 448, near_misses, for_kernels)
    near_misses = {
        "The biases are missing in the second convolution: one for each of the 32 kernels.": 4_608,
        "The channels are missing: each kernel has 3 x 3 weights for each of the 16.": 320,
        "It does not see the 3 colours but the 16 channels that the first convolution made.": 896,
    }
    yield from compare_number(second_convolution, "second_convolution", 4_640, near_misses, for_kernels)
    yield number(pooling, "pooling") != 0, "Pooling takes the largest number: there is nothing to learn."
    near_misses = {
        "The biases are missing in the dense layer: one for each of the 64 neurons.": 73_728,
        "One bias for all 64 neurons is too few: each has its own.": 73_729,
    }
    yield from compare_number(dense, "dense", 73_792, near_misses, for_neurons)
    near_misses = {"The biases are missing in the output: one for each of the 10 neurons.": 640}
    yield from compare_number(output, "output", 650, near_misses, for_neurons)
    return "448 + 4,640 + 0 + 73,792 + 650 = 79,530: nearly all of them are in the dense layer."
