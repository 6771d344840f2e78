"""Exercises of episode 3 on single layers: input, convolution, pooling, flatten.

Each takes a layer, or what the layer gives when it is applied to a tensor; an activation may be an argument,
a layer of its own or a function.
"""

from helpers.checks.answers import shown
from helpers.checks.machinery import exercise
from helpers.checks.networks import CONVOLUTION, FLATTEN, POOLING, applied, differences, is_tensor, path


@exercise
def input_layer(inputs):
    """Check the input of the network: colour images of 32 x 32 pixels.

    Parameters
    ----------
    inputs : keras.KerasTensor
        What `keras.Input` gives.

    Notes
    -----
    Mistakes it recognises:

    * the shape alone
    * the class instead of a layer
    * another layer
    * the channels forgotten
    * the channels first
    * the number of images in the shape
    * the size of a batch fixed
    * images already flat
    * grey images
    * images of another size
    * whole numbers as the type
    """
    yield (
        isinstance(inputs, list | tuple),
        f"{shown(inputs)} is only a shape: hand it to keras.Input(shape=...).",
    )
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
    yield (
        batch is not None,
        f"This network takes exactly {batch} images at a time: leave the batch size open.",
    )
    yield (
        "float" not in str(inputs.dtype),
        f"dtype is {inputs.dtype}: prepared images hold fractions, so leave it out.",
    )
    return "The network takes colour images of 32 x 32 pixels, any number at a time."


@exercise
def convolution(layer):
    """Check a convolution with 16 kernels of 3 x 3 and relu, applied to the input.

    Parameters
    ----------
    layer : keras.Layer or keras.KerasTensor
        ``Conv2D(16, (3, 3), activation="relu")``, or what it gives for the input.

    Notes
    -----
    Mistakes it recognises:

    * the class instead of a layer
    * another kind of layer
    * filters and kernel size swapped
    * another number of filters
    * another size of the kernel
    * a kernel that jumps
    * a padded image
    * the activation forgotten
    * another activation
    * applied to the wrong tensor
    """
    *before, last = applied(layer)
    yield from differences(last, CONVOLUTION)
    yield (
        before,
        f"It was applied to the result of {before and before[-1].kind}: apply it to inputs.",
    )
    return "16 kernels of 3 x 3 look for 16 patterns: 30 x 30 x 16 numbers come out, none of them negative."


@exercise
def pooling(layer):
    """Check a maximum pooling over windows of 2 x 2, applied to the convolution.

    Parameters
    ----------
    layer : keras.Layer or keras.KerasTensor
        ``MaxPooling2D((2, 2))``, or what it gives for the convolution's result.

    Notes
    -----
    Mistakes it recognises:

    * the class instead of a layer
    * the mean instead of the maximum
    * the maximum of the whole image
    * another kind of layer
    * another size of the window
    * windows that overlap
    * an activation after it
    * applied to the wrong tensor
    * applied twice
    """
    *before, last = applied(layer)
    yield last.kind == "AveragePooling2D", "This pooling takes the mean of each window: use MaxPooling2D."
    yield last.kind == "GlobalMaxPooling2D", "This takes one maximum of the whole image: use MaxPooling2D."
    yield from differences(last, POOLING)
    yield (
        is_tensor(layer) and not before,
        "It was applied to the input: apply it to the convolution's result.",
    )
    yield before and before[-1].kind == "MaxPooling2D", "It was applied twice: once makes 15 x 15 of 30 x 30."
    return "Each window of 2 x 2 keeps its largest number: 30 x 30 becomes 15 x 15, the 16 channels stay."


@exercise
def flatten(layer):
    """Check the layer that lays out all numbers of an image in one row.

    Parameters
    ----------
    layer : keras.Layer or keras.KerasTensor
        ``Flatten()``, or what it gives for the result of the last pooling.

    Notes
    -----
    Mistakes it recognises:

    * the class instead of a layer
    * a reshape by hand
    * a mean of each channel
    * a dense layer
    * another kind of layer
    * applied to the input
    * an activation after it
    """
    *before, last = applied(layer)
    yield last.kind == "Reshape", "Reshape needs the number counted by hand: Flatten finds it out itself."
    yield "Global" in last.kind, f"{last.kind} keeps one number a channel: Flatten keeps them all."
    yield from differences(last, FLATTEN)
    yield (
        is_tensor(layer) and not before,
        "It was applied to the input: apply it to the last pooling's result.",
    )
    return "Every number is kept, in one long row; which of them were neighbours is forgotten."
