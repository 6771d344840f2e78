"""Exercises of episode 3 that lead from dense layers to the whole network.

Each takes a layer, or what the layer gives when it is applied to a tensor; an activation may be an argument,
a layer of its own or a function.
"""

from helpers.checks.answers import call
from helpers.checks.machinery import exercise
from helpers.checks.networks import (
    DENSE,
    HIDDEN,
    OUTPUT,
    applied,
    differences,
    is_tensor,
    path,
    path_differences,
)

IMAGES = (None, 32, 32, 3)


@exercise
def dense(layer):
    """Check a dense layer of 64 neurons with relu.

    Parameters
    ----------
    layer : keras.Layer or keras.KerasTensor
        ``Dense(64, activation="relu")``, or what it gives for flat numbers.

    Notes
    -----
    Mistakes it recognises:

    * the class instead of a layer
    * another kind of layer
    * another number of neurons
    * the activation forgotten
    * softmax inside the network
    * another activation
    * applied to images that are not flat
    """
    *_, last = applied(layer)
    yield (
        last.activation == "softmax",
        "softmax belongs to the output: inside the network the task asks for relu.",
    )
    yield from differences(last, DENSE)
    shape = tuple(layer.shape) if is_tensor(layer) else ()
    yield len(shape) > 2, f"It was applied to a block of numbers and gave {shape}: flatten the block first."
    return "64 neurons, each connected to every number that comes in."


@exercise
def output_layer(outputs):
    """Check the output: one probability for each of the ten classes.

    Parameters
    ----------
    outputs : keras.Layer or keras.KerasTensor
        ``Dense(10, activation="softmax")``, or what it gives for the last hidden layer.

    Notes
    -----
    Mistakes it recognises:

    * the class instead of a layer
    * another kind of layer
    * one neuron for all classes
    * another number of classes
    * softmax forgotten
    * sigmoid instead of softmax
    * relu instead of softmax
    * softmax twice
    * applied to images that are not flat
    """
    *_, last = applied(outputs)
    units = getattr(last.layer, "units", None)
    yield units == 1, "One neuron gives one number: each of the ten classes needs its own."
    yield (
        last.activation == "sigmoid",
        "sigmoid rates each class for itself: softmax makes the ten add up to 1.",
    )
    yield (
        last.activation == "softmax, then softmax",
        "softmax is applied twice: that blurs the probabilities.",
    )
    yield from differences(last, OUTPUT)
    shape = tuple(outputs.shape) if is_tensor(outputs) else ()
    yield len(shape) > 2, f"It gives {shape}, ten numbers for each position: flatten before the dense layers."
    return "Ten numbers between 0 and 1 that add up to 1: a probability for each class."


@exercise
def hidden_layers(x):
    """Check the hidden part: convolutions with 16 and 32 filters, pooling, flatten, dense.

    Parameters
    ----------
    x : keras.KerasTensor, keras.Sequential or list of keras.Layer
        What the last hidden layer gives, or the layers in their order.

    Notes
    -----
    Mistakes it recognises:

    * the second convolution forgotten
    * pooling forgotten
    * flatten forgotten
    * the dense layer forgotten
    * a layer applied to the wrong tensor
    * one pooling layer used twice
    * the numbers of filters swapped
    * an activation forgotten
    * the output layer included
    * a layer too many
    """
    yield from path_differences(path(x), HIDDEN)
    return "Two rounds of convolution and pooling, then 1,152 numbers in a row and 64 neurons."


@exercise
def create_model_intro(function):
    """Check the whole network: 79,530 parameters, named "cifar_model_intro".

    Parameters
    ----------
    function : callable or keras.Model
        The learner's function without arguments, or the model that it returns.

    Notes
    -----
    Mistakes it recognises:

    * an error inside the function
    * nothing returned
    * a tensor instead of a model
    * a list of layers instead of a model
    * no input shape
    * another input shape
    * pooling forgotten
    * flatten forgotten
    * a layer applied to the wrong tensor
    * a layer too many
    * another number of filters
    * the activation forgotten
    * softmax forgotten
    * the biases left out
    * a name forgotten
    * layers made outside the function
    """
    model = function if hasattr(function, "layers") else call(function)
    yield (
        is_tensor(model),
        "It returns a tensor: wrap it, keras.Model(inputs, outputs, name=...).",
    )
    steps = path(model)
    yield (
        not hasattr(model, "layers"),
        "It returns no model: end with keras.Model(inputs, outputs, name=...).",
    )
    yield not model.built, "The model does not know the shape of its images: begin with keras.Input."
    yield model.input_shape != IMAGES, f"Its input has shape {model.input_shape}: CIFAR-10's is {IMAGES}."
    yield from path_differences(steps, (*HIDDEN, OUTPUT))
    parameters = model.count_params()
    yield (
        parameters != 79_530,
        f"It has {parameters:,} parameters, not 79,530: does each layer have its biases?",
    )
    yield (
        model.name != "cifar_model_intro",
        f'Its name is "{model.name}": add name="cifar_model_intro" to keras.Model.',
    )
    again = [] if model is function else path(call(function))
    shared = any(step.layer is other.layer for step, other in zip(steps, again, strict=False))
    yield shared, "Two calls share their layers, so training one model changes the other: make them inside."
    return "The whole network stands: 79,530 parameters, from 32 x 32 x 3 numbers to ten probabilities."
