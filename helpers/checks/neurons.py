"""Exercises of episode 3 by hand: a neuron, numbers of parameters, what each layer does."""

import numpy as np

from helpers.checks.answers import array, assigned, known, number
from helpers.checks.machinery import exercise


@exercise
def neuron(weighted_sum, output, inputs, weights, bias):
    """Check a neuron with relu, calculated by hand.

    Parameters
    ----------
    weighted_sum : float
        The sum of inputs times weights, plus the bias.
    output : float
        What relu makes of it.
    inputs, weights : sequence of float
        Two numbers or more, equally many of each.
    bias : float
        The neuron's bias.

    Notes
    -----
    Mistakes it recognises:

    * the products not added
    * the bias forgotten
    * the bias subtracted
    * the weights forgotten
    * everything counted as positive
    * another sum
    * relu forgotten
    * the sign dropped instead of relu
    * sigmoid instead of relu
    * a step instead of relu
    * another output
    """
    x, w, b = array(inputs, "inputs"), array(weights, "weights"), number(bias, "bias")
    total = float(x @ w + b)
    yield np.ndim(weighted_sum) > 0, "weighted_sum is several numbers: add them up, then add the bias."
    mistakes = {
        "The bias is missing: add it to the sum of the products.": x @ w,
        "The bias was subtracted: add it, with its own sign.": x @ w - b,
        "The weights are missing: multiply each input by its weight before you add.": x.sum() + b,
        "All products count as positive: minus times plus is minus.": abs(x * w).sum() + b,
    }
    hint = "each input times its weight, all of them added, and the bias at the end."
    yield from known(number(weighted_sum, "weighted_sum"), total, "weighted_sum", mistakes, hint)
    mistakes = {
        "relu is missing: it makes 0 of every negative number.": total,
        "relu does not drop the sign: it makes 0 of every negative number.": abs(total),
        "That is what sigmoid gives: relu keeps a positive number and makes 0 of the others.": _sigmoid(
            total
        ),
        "relu is no switch: a positive number stays what it is.": float(total > 0),
    }
    hint = "relu keeps a positive number as it is, and makes 0 of a negative one."
    yield from known(number(output, "output"), max(total, 0), "output", mistakes, hint)
    return f"{total:g} after weights and bias, {max(total, 0):g} after relu: that is all a neuron does."


def _sigmoid(value):
    return 1 / (1 + np.exp(-value))


@exercise
def parameters(first_convolution, second_convolution, pooling, dense, output):
    """Check the numbers of parameters in the layers of `create_model_intro`.

    Parameters
    ----------
    first_convolution : int
        Of ``Conv2D(16, (3, 3))`` for 3 channels.
    second_convolution : int
        Of ``Conv2D(32, (3, 3))`` for 16 channels.
    pooling : int
        Of ``MaxPooling2D((2, 2))``.
    dense : int
        Of ``Dense(64)`` for 1,152 numbers.
    output : int
        Of ``Dense(10)`` for 64 numbers.

    Notes
    -----
    Mistakes it recognises:

    * the biases of the first convolution forgotten
    * the colours forgotten
    * one kernel counted
    * a bias for each channel of a kernel
    * the first convolution taken for a dense layer
    * another number in the first convolution
    * the biases of the second convolution forgotten
    * the channels forgotten
    * the colours of the image in the second convolution
    * another number in the second convolution
    * pooling that learns
    * the biases of the dense layer forgotten
    * one bias for all neurons
    * another number in the dense layer
    * the biases of the output forgotten
    * another number in the output
    """
    for_kernels = "(height x width of the kernel x channels it sees + 1) x number of kernels."
    for_neurons = "(numbers that come in + 1) x number of neurons."
    mistakes = {
        "The biases are missing in the first convolution: one for each of the 16 kernels.": 432,
        "The 3 colours are missing: each kernel has 3 x 3 weights for each of them.": 160,
        "That is one kernel, and there are 16.": 28,
        "Each kernel has one bias, not one for each colour.": 480,
        "That is a dense layer's formula: a kernel sees 3 x 3 pixels, not the whole image.": 3073 * 16,
    }
    first = number(first_convolution, "first_convolution")
    yield from known(first, 448, "first_convolution", mistakes, for_kernels)
    mistakes = {
        "The biases are missing in the second convolution: one for each of the 32 kernels.": 4_608,
        "The channels are missing: each kernel has 3 x 3 weights for each of the 16.": 320,
        "It does not see the 3 colours but the 16 channels that the first convolution made.": 896,
    }
    second = number(second_convolution, "second_convolution")
    yield from known(second, 4_640, "second_convolution", mistakes, for_kernels)
    yield number(pooling, "pooling") != 0, "Pooling takes the largest number: there is nothing to learn."
    mistakes = {
        "The biases are missing in the dense layer: one for each of the 64 neurons.": 73_728,
        "One bias for all 64 neurons is too few: each has its own.": 73_729,
    }
    yield from known(number(dense, "dense"), 73_792, "dense", mistakes, for_neurons)
    mistakes = {"The biases are missing in the output: one for each of the 10 neurons.": 640}
    yield from known(number(output, "output"), 650, "output", mistakes, for_neurons)
    return "448 + 4,640 + 0 + 73,792 + 650 = 79,530: nearly all of them are in the dense layer."


@exercise
def layer_jobs(answers):
    """Check what each kind of layer does.

    Parameters
    ----------
    answers : dict of str to str
        "Conv2D", "MaxPooling2D", "Flatten", "Dense" and "Dense with softmax", each with
        "looks for patterns in small neighbourhoods", "keeps the largest number of each window",
        "lays all numbers out in a row", "combines all numbers" or "gives a probability for each class".

    Notes
    -----
    Mistakes it recognises:

    * a layer left out
    * a job that is not in the list
    * another job for Conv2D
    * another job for MaxPooling2D
    * another job for Flatten
    * another job for Dense
    * another job for the output
    """
    key = {
        "Conv2D": (
            "looks for patterns in small neighbourhoods",
            "think of a kernel of 3 x 3 that slides along.",
        ),
        "MaxPooling2D": ("keeps the largest number of each window", "its name says what it keeps."),
        "Flatten": (
            "lays all numbers out in a row",
            "it calculates nothing: look at the shapes before and after.",
        ),
        "Dense": ("combines all numbers", "each of its neurons is connected to everything that comes in."),
        "Dense with softmax": ("gives a probability for each class", "what makes ten numbers add up to 1?"),
    }
    yield from assigned(answers, key)
    return "Look for patterns, shrink, look again, lay out in a row, combine, decide: that is a CNN."
