import keras
import numpy as np
from keras import Sequential, layers

from helpers import models
from tests.check_cases.forms import answers, with_, without_first

INPUTS = keras.Input((32, 32, 3))
X, W, BIAS = [2.0, -1.0, 3.0], [0.5, 1.0, -1.0], 1.5  # -3 without, -1.5 with the bias
POSITIVE = ([1.0, 2.0], [1.0, 0.5], 0.5)  # 2.5
IMAGE = np.array([[1, 2, 0, 3, 1, 2], [0, 1, 5, 2, 4, 1], [2, 6, 3, 1, 0, 3], [1, 0, 2, 4, 9, 1]])
KERNEL = np.array([[1, 0, -1], [2, 1, 0], [0, -1, 3]])
EFFECTS = {"A": "horizontal edges", "B": "vertical edges", "C": "sharpen", "D": "blur", "E": "nothing"}
JOBS = {
    "Conv2D": "looks for patterns in small neighbourhoods",
    "MaxPooling2D": "keeps the largest number of each window",
    "Flatten": "lays all numbers out in a row",
    "Dense": "combines all numbers",
    "Dense with softmax": "gives a probability for each class",
}


def conv(filters=16, size=3, activation="relu", **more):
    return layers.Conv2D(filters, size, activation=activation, **more)


def pool(**more):
    return layers.MaxPooling2D(**more)


def flat(units=64, activation="relu"):
    """A dense layer applied to numbers in a row."""
    return layers.Dense(units, activation=activation)(keras.Input((1152,)))


def hidden(first=16, second=32):
    return [conv(first), pool(), conv(second), pool(), layers.Flatten(), layers.Dense(64, activation="relu")]


def without(at, chain=None):
    chain = chain or hidden()
    return chain[:at] + chain[at + 1 :]


def chain(steps, x=INPUTS):
    for step in steps:
        x = step(x)
    return x


def pooling_beside():
    x = conv()(INPUTS)
    pool()(x)
    return chain([conv(32), pool(), layers.Flatten(), layers.Dense(64, activation="relu")], x)


def one_pooling_twice():
    shared = pool()
    return chain([conv(), shared, conv(32), shared, layers.Flatten(), layers.Dense(64, activation="relu")])


def with_functions():
    """Activations as functions and as layers of their own."""
    x = keras.activations.relu(layers.Conv2D(16, 3)(INPUTS))
    x = layers.MaxPool2D(2)(x)
    x = layers.Activation("relu")(layers.Conv2D(32, (3, 3))(x))
    x = layers.ReLU()(layers.Dense(64)(layers.Flatten()(layers.MaxPool2D()(x))))
    return x


def network(steps=None, name="cifar_model_intro", shape=(32, 32, 3)):
    inputs = keras.Input(shape)
    steps = [*hidden(), layers.Dense(10, activation="softmax")] if steps is None else steps
    return keras.Model(inputs, chain(steps, inputs), name=name)


def builds(*arguments, **named):
    """A learner's function without arguments."""
    return answers(lambda: network(*arguments, **named))


def builds_with(steps):
    return builds([*steps, layers.Dense(10, activation="softmax")])


def build():
    return network()


def build_sequential():
    steps = [*hidden(), layers.Dense(10), layers.Softmax()]
    return Sequential([keras.Input((32, 32, 3)), *steps], name="cifar_model_intro")


def build_in_two_parts():
    inputs = keras.Input((32, 32, 3))
    features = Sequential(hidden()[:5])
    x = layers.Dense(64, activation=keras.activations.relu)(features(inputs))
    outputs = keras.ops.softmax(layers.Dense(10)(x))
    return keras.Model(inputs=inputs, outputs=outputs, name="cifar_model_intro")


def build_stops():
    raise ValueError("16 what?")


def build_returns_nothing():
    network()


def build_returns_a_tensor():
    return chain(hidden())


def build_on_the_wrong_tensor():
    inputs = keras.Input((32, 32, 3))
    x = conv()(inputs)
    pool()(x)
    steps = [conv(32), pool(), layers.Flatten(), layers.Dense(64, activation="relu")]
    outputs = layers.Dense(10, activation="softmax")(chain(steps, x))
    return keras.Model(inputs, outputs, name="cifar_model_intro")


def build_untouched(): ...


def build_half_done():
    inputs = keras.Input((32, 32, 3))
    x = ...
    return keras.Model(inputs, x)


OUTSIDE = hidden()


def neuron(weighted_sum=-1.5, output=0.0, data=(X, W, BIAS)):
    return answers(weighted_sum, output, *data)


def pixels(first=None, second=None):
    right = [float((IMAGE[:3, at : at + 3] * KERNEL).sum()) for at in (0, 1)]
    return answers(
        right[0] if first is None else first, right[1] if second is None else second, IMAGE, KERNEL
    )


def sizes(valid=(60, 44, 8), same=(64, 48, 8), pooled=(30, 22, 8)):
    return answers(valid, same, pooled)


def parameters(first=448, second=4640, pooling=0, dense=73_792, output=650):
    return answers(first, second, pooling, dense, output)


CASES = {
    "neuron": (
        [neuron(), neuron(np.float32(-1.5), 0), neuron(2.5, np.array(2.5), POSITIVE)],
        {
            "the products not added": neuron([1, -1, -3]),
            "the bias forgotten": neuron(-3),
            "the bias subtracted": neuron(-4.5),
            "the weights forgotten": neuron(5.5),
            "everything counted as positive": neuron(6.5),
            "another sum": neuron(17),
            "relu forgotten": neuron(output=-1.5),
            "the sign dropped instead of relu": neuron(output=1.5),
            "sigmoid instead of relu": neuron(output=1 / (1 + np.exp(1.5))),
            "a step instead of relu": neuron(2.5, 1, POSITIVE),
            "another output": neuron(output=17),
        },
        [neuron(..., ...), neuron(output=...)],
    ),
    "parameters": (
        [parameters(), parameters(448.0, np.int64(4640))],
        {
            "the biases of the first convolution forgotten": parameters(432),
            "the colours forgotten": parameters(160),
            "one kernel counted": parameters(28),
            "a bias for each channel of a kernel": parameters(480),
            "the first convolution taken for a dense layer": parameters(3073 * 16),
            "another number in the first convolution": parameters(16),
            "the biases of the second convolution forgotten": parameters(second=4608),
            "the channels forgotten": parameters(second=320),
            "the colours of the image in the second convolution": parameters(second=896),
            "another number in the second convolution": parameters(second=32),
            "pooling that learns": parameters(pooling=4),
            "the biases of the dense layer forgotten": parameters(dense=73_728),
            "one bias for all neurons": parameters(dense=73_729),
            "another number in the dense layer": parameters(dense=64),
            "the biases of the output forgotten": parameters(output=640),
            "another number in the output": parameters(output=10),
        },
        [parameters(*[...] * 5), parameters(output=...)],
    ),
    "match_layers": (
        [answers(JOBS), answers({layer: job.upper() for layer, job in JOBS.items()})],
        {
            "a layer left out": answers(without_first(JOBS)),
            "a job that is not in the list": answers(with_(JOBS, "Dense", "learns")),
            "another job for Conv2D": answers(with_(JOBS, "Conv2D", "combines all numbers")),
            "another job for MaxPooling2D": answers(with_(JOBS, "MaxPooling2D", JOBS["Conv2D"])),
            "another job for Flatten": answers(with_(JOBS, "Flatten", "combines all numbers")),
            "another job for Dense": answers(with_(JOBS, "Dense", JOBS["Dense with softmax"])),
            "another job for the output": answers(with_(JOBS, "Dense with softmax", JOBS["Dense"])),
        },
        [answers(dict.fromkeys(JOBS, ...)), answers(with_(JOBS, "Dense", ...))],
    ),
    "convolution_pixels": (
        [pixels(), pixels(np.float32((IMAGE[:3, :3] * KERNEL).sum()))],
        {
            "nine products not added": pixels(IMAGE[:3, :3] * KERNEL),
            "a matrix product": pixels((IMAGE[:3, :3] @ KERNEL).sum()),
            "the kernel turned round": pixels((IMAGE[:3, :3] * KERNEL[::-1, ::-1]).sum()),
            "the mean instead of the sum": pixels((IMAGE[:3, :3] * KERNEL).mean()),
            "the kernel left out": pixels(IMAGE[:3, :3].sum()),
            "another first pixel": pixels(-99),
            "the kernel moved down": pixels(second=(IMAGE[1:4, :3] * KERNEL).sum()),
            "the kernel moved by its own width": pixels(second=(IMAGE[:3, 3:] * KERNEL).sum()),
            "the first pixel again": pixels(second=(IMAGE[:3, :3] * KERNEL).sum()),
            "another second pixel": pixels(second=-99),
        },
        [pixels(..., ...), pixels(second=...)],
    ),
    "output_shape": (
        [sizes(), sizes((None, 60, 44, 8), [64, 48, 8], np.array([30, 22, 8]))],
        {
            "a number instead of a shape": sizes(60),
            "the number of filters forgotten": sizes((60, 44)),
            "the channels of the image kept": sizes((60, 44, 3)),
            "width and height swapped": sizes((44, 60, 8)),
            "the image kept at its size without padding": sizes((64, 48, 8)),
            "the kernel's whole size taken off": sizes((59, 43, 8)),
            "the kernel's size taken off on both sides": sizes((56, 40, 8)),
            "another shape without padding": sizes((62, 46, 8)),
            "padding that does not help": sizes(same=(60, 44, 8)),
            "another shape with padding": sizes(same=(68, 52, 8)),
            "pooling that takes two pixels off": sizes(pooled=(58, 42, 8)),
            "pooling that halves the channels": sizes(pooled=(30, 22, 4)),
            "another shape after pooling": sizes(pooled=(32, 24, 8)),
        },
        [sizes(..., ..., ...), sizes(pooled=(30, ..., 8))],
    ),
    "kernels": (
        [answers(EFFECTS), answers({name: effect.title() for name, effect in EFFECTS.items()})],
        {
            "a kernel left out": answers(without_first(EFFECTS)),
            "an effect that is not in the list": answers(with_(EFFECTS, "C", "darken")),
            "horizontal edges not seen": answers(with_(EFFECTS, "A", "vertical edges")),
            "vertical edges not seen": answers(with_(EFFECTS, "B", "horizontal edges")),
            "sharpening not seen": answers(with_(EFFECTS, "C", "blur")),
            "blurring not seen": answers(with_(EFFECTS, "D", "sharpen")),
            "a kernel thought to change the image": answers(with_(EFFECTS, "E", "sharpen")),
        },
        [answers(dict.fromkeys(EFFECTS, ...)), answers(with_(EFFECTS, "E", ...))],
    ),
    "input_layer": (
        [
            answers(INPUTS),
            answers(keras.Input(batch_shape=(None, 32, 32, 3), name="images")),
            answers(layers.InputLayer(shape=(32, 32, 3))),
        ],
        {
            "the shape alone": answers((32, 32, 3)),
            "the class instead of a layer": answers(layers.InputLayer),
            "another layer": answers(conv()),
            "the channels forgotten": answers(keras.Input((32, 32))),
            "the channels first": answers(keras.Input((3, 32, 32))),
            "the number of images in the shape": answers(keras.Input((8000, 32, 32, 3))),
            "the size of a batch fixed": answers(keras.Input((32, 32, 3), batch_size=32)),
            "images already flat": answers(keras.Input((3072,))),
            "grey images": answers(keras.Input((32, 32, 1))),
            "images of another size": answers(keras.Input((28, 28, 3))),
            "whole numbers as the type": answers(keras.Input((32, 32, 3), dtype="uint8")),
        },
        [answers(...), answers(None)],
    ),
    "convolution": (
        [
            answers(conv()),
            answers(conv()(INPUTS)),
            answers(conv(activation=keras.activations.relu)(INPUTS)),
            answers(layers.ReLU()(layers.Convolution2D(16, kernel_size=(3, 3))(INPUTS))),
            answers(keras.ops.relu(layers.Conv2D(16, 3, padding="VALID")(INPUTS))),
            answers([layers.Conv2D(16, 3), layers.Activation("relu")]),
            answers(conv(activation=layers.ReLU())),
        ],
        {
            "the class instead of a layer": answers(layers.Conv2D),
            "another kind of layer": answers(layers.Dense(16, activation="relu")(INPUTS)),
            "filters and kernel size swapped": answers(conv(3, 16)(INPUTS)),
            "another number of filters": answers(conv(32)(INPUTS)),
            "another size of the kernel": answers(conv(size=(5, 5))),
            "a kernel that jumps": answers(conv(strides=2)),
            "a padded image": answers(conv(padding="same")(INPUTS)),
            "the activation forgotten": answers(conv(activation=None)(INPUTS)),
            "another activation": answers(conv(activation="sigmoid")),
            "applied to the wrong tensor": answers(conv()(pool()(INPUTS))),
        },
        [answers(...), answers(None)],
    ),
    "pooling": (
        [answers(pool()), answers(pool()(conv()(INPUTS))), answers(layers.MaxPool2D((2, 2), strides=2))],
        {
            "the class instead of a layer": answers(layers.MaxPooling2D),
            "the mean instead of the maximum": answers(layers.AveragePooling2D(2)(conv()(INPUTS))),
            "the maximum of the whole image": answers(layers.GlobalMaxPooling2D()(conv()(INPUTS))),
            "another kind of layer": answers(conv()(INPUTS)),
            "another size of the window": answers(pool(pool_size=3)),
            "windows that overlap": answers(pool(strides=1)),
            "an activation after it": answers(layers.ReLU()(pool()(conv()(INPUTS)))),
            "applied to the wrong tensor": answers(pool()(INPUTS)),
            "applied twice": answers(pool()(pool()(conv()(INPUTS)))),
        },
        [answers(...), answers(None)],
    ),
    "flatten": (
        [answers(layers.Flatten()), answers(layers.Flatten()(pool()(conv()(INPUTS))))],
        {
            "the class instead of a layer": answers(layers.Flatten),
            "a reshape by hand": answers(layers.Reshape((1152,))),
            "a mean of each channel": answers(layers.GlobalAveragePooling2D()(conv()(INPUTS))),
            "a dense layer": answers(layers.Dense(1152)),
            "another kind of layer": answers(pool()(conv()(INPUTS))),
            "applied to the input": answers(layers.Flatten()(INPUTS)),
            "an activation after it": answers(layers.ReLU()(layers.Flatten()(conv()(INPUTS)))),
        },
        [answers(...), answers(None)],
    ),
    "dense": (
        [
            answers(layers.Dense(64, "relu")),
            answers(flat()),
            answers(layers.Activation("relu")(flat(activation=None))),
        ],
        {
            "the class instead of a layer": answers(layers.Dense),
            "another kind of layer": answers(conv(64)),
            "another number of neurons": answers(flat(10)),
            "the activation forgotten": answers(flat(activation=None)),
            "softmax inside the network": answers(flat(activation="softmax")),
            "another activation": answers(flat(activation="tanh")),
            "applied to images that are not flat": answers(layers.Dense(64, activation="relu")(INPUTS)),
        },
        [answers(...), answers(None)],
    ),
    "output_layer": (
        [
            answers(layers.Dense(10, activation="softmax")),
            answers(flat(10, "softmax")),
            answers(layers.Softmax()(flat(10, None))),
            answers(keras.activations.softmax(flat(10, None))),
        ],
        {
            "the class instead of a layer": answers(layers.Dense),
            "another kind of layer": answers(layers.Softmax()(conv()(INPUTS))),
            "one neuron for all classes": answers(flat(1, "softmax")),
            "another number of classes": answers(flat(64, "softmax")),
            "softmax forgotten": answers(flat(10, None)),
            "sigmoid instead of softmax": answers(flat(10, "sigmoid")),
            "relu instead of softmax": answers(flat(10)),
            "softmax twice": answers(layers.Softmax()(flat(10, "softmax"))),
            "applied to images that are not flat": answers(layers.Dense(10, activation="softmax")(INPUTS)),
        },
        [answers(...), answers(None)],
    ),
    "hidden_layers": (
        [
            answers(chain(hidden())),
            answers(hidden()),
            answers(with_functions()),
            answers(Sequential([keras.Input((32, 32, 3)), *hidden()])),
            answers(Sequential(hidden())(INPUTS)),
        ],
        {
            "the second convolution forgotten": answers(chain(without(2))),
            "pooling forgotten": answers(chain(without(1))),
            "flatten forgotten": answers(chain(without(4))),
            "the dense layer forgotten": answers(chain(hidden()[:5])),
            "a layer applied to the wrong tensor": answers(pooling_beside()),
            "one pooling layer used twice": answers(one_pooling_twice()),
            "the numbers of filters swapped": answers(chain(hidden(32, 16))),
            "an activation forgotten": answers(chain([conv(activation=None), *hidden()[1:]])),
            "the output layer included": answers(chain([*hidden(), layers.Dense(10, activation="softmax")])),
            "a layer too many": answers(chain([*hidden()[:5], layers.Dropout(0.5), *hidden()[5:]])),
        },
        [answers(...), answers(None), answers([*hidden()[:3], ...])],
    ),
    "create_model_intro": (
        [
            answers(build),
            answers(models.create_model_intro),
            answers(network()),
            answers(build_sequential),
            answers(build_in_two_parts),
        ],
        {
            "an error inside the function": answers(build_stops),
            "nothing returned": answers(build_returns_nothing),
            "a tensor instead of a model": answers(build_returns_a_tensor),
            "a list of layers instead of a model": answers(hidden),
            "no input shape": answers(lambda: Sequential(hidden())),
            "another input shape": builds(shape=(28, 28, 3)),
            "pooling forgotten": builds_with(without(1)),
            "flatten forgotten": builds_with(without(4)),
            "a layer applied to the wrong tensor": answers(build_on_the_wrong_tensor),
            "a layer too many": builds_with([*hidden(), layers.Dense(64, activation="relu")]),
            "another number of filters": builds_with(hidden(second=64)),
            "the activation forgotten": builds_with([*hidden()[:5], layers.Dense(64)]),
            "softmax forgotten": builds([*hidden(), layers.Dense(10)]),
            "the biases left out": builds_with([conv(use_bias=False), *hidden()[1:]]),
            "a name forgotten": builds(name="my_model"),
            "layers made outside the function": builds_with(OUTSIDE),
        },
        [answers(build_untouched), answers(build_half_done), answers(...)],
    ),
}
