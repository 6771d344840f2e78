import keras
import numpy as np
from keras import Sequential, layers

from helpers import models
from tests.check_cases.forms import FUNCTION, answers, builds, chain, dense

INPUTS = keras.Input((32, 32, 3))
X, W, BIAS = [2.0, -1.0, 3.0], [0.5, 1.0, -1.0], 1.5  # -3 without, -1.5 with the bias
POSITIVE = ([1.0, 2.0], [1.0, 0.5], 0.5)  # 2.5
IMAGE = np.array([[1, 2, 0, 3, 1, 2], [0, 1, 5, 2, 4, 1], [2, 6, 3, 1, 0, 3], [1, 0, 2, 4, 9, 1]])
KERNEL = np.array([[1, 0, -1], [2, 1, 0], [0, -1, 3]])
FIRST, SECOND = (float((IMAGE[:3, left : left + 3] * KERNEL).sum()) for left in (0, 1))


def conv(filters=16, size=3, activation="relu", **more):
    return layers.Conv2D(filters, size, activation=activation, **more)


def pool(**more):
    return layers.MaxPooling2D(**more)


def flat(units=64, activation="relu"):
    """A dense layer applied to numbers in a row."""
    return dense(units, activation)(keras.Input((1152,)))


def hidden(first=16, second=32):
    return [conv(first), pool(), conv(second), pool(), layers.Flatten(), dense(64)]


def without(place):
    return hidden()[:place] + hidden()[place + 1 :]


def through(steps):
    return answers(chain(steps, INPUTS))


def network(steps, name="cifar_model_intro", outputs=None, **options):
    """Make a learner's function that puts the output layer behind these layers."""
    return builds([*steps, outputs or dense(10, "softmax")], name, **options)


def pooling_beside(tensor):
    """Apply a convolution, and to its result a pooling whose own result is lost."""
    x = conv()(tensor)
    pool()(x)
    return x


def one_pooling_twice():
    shared = pool()
    return through([conv(), shared, conv(32), shared, layers.Flatten(), dense(64)])


def with_functions():
    """Activations as functions and as layers of their own."""
    x = keras.activations.relu(layers.Conv2D(16, 3)(INPUTS))
    x = layers.MaxPool2D(2)(x)
    x = layers.Activation("relu")(layers.Conv2D(32, (3, 3))(x))
    return layers.ReLU()(layers.Dense(64)(layers.Flatten()(layers.MaxPool2D()(x))))


def build_sequential():
    steps = [*hidden(), layers.Dense(10), layers.Softmax()]
    return Sequential([keras.Input((32, 32, 3)), *steps], name="cifar_model_intro")


def build_in_two_parts():
    inputs = keras.Input((32, 32, 3))
    features = Sequential(hidden()[:5])
    x = layers.Dense(64, activation=keras.activations.relu)(features(inputs))
    outputs = keras.ops.softmax(layers.Dense(10)(x))
    return keras.Model(inputs=inputs, outputs=outputs, name="cifar_model_intro")


def neuron(weighted_sum=-1.5, output=0.0, data=(X, W, BIAS)):
    return answers(weighted_sum, output, *data)


def pixels(first=FIRST, second=SECOND):
    return answers(first, second, IMAGE, KERNEL)


def sizes(valid=(60, 44, 8), same=(64, 48, 8), pooled=(30, 22, 8)):
    return answers(valid, same, pooled)


def parameters(first=448, second=4640, pooling=0, dense=73_792, output=650):
    return answers(first, second, pooling, dense, output)


CASES = {
    "neuron": {
        "right": [neuron(), neuron(np.float32(-1.5), 0), neuron(2.5, np.array(2.5), POSITIVE)],
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
    "convolution_pixels": {
        "right": [pixels(), pixels(np.float32(FIRST))],
        "nine products not added": pixels(IMAGE[:3, :3] * KERNEL),
        "a matrix product": pixels((IMAGE[:3, :3] @ KERNEL).sum()),
        "the kernel turned round": pixels((IMAGE[:3, :3] * KERNEL[::-1, ::-1]).sum()),
        "the mean instead of the sum": pixels((IMAGE[:3, :3] * KERNEL).mean()),
        "the kernel left out": pixels(IMAGE[:3, :3].sum()),
        "another first pixel": pixels(-99),
        "the kernel moved down": pixels(second=(IMAGE[1:4, :3] * KERNEL).sum()),
        "the kernel moved by its own width": pixels(second=(IMAGE[:3, 3:] * KERNEL).sum()),
        "the first pixel again": pixels(second=FIRST),
        "another second pixel": pixels(second=-99),
    },
    "output_shape": {
        "right": [sizes(), sizes((None, 60, 44, 8), [64, 48, 8], np.array([30, 22, 8]))],
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
        "not yet": [sizes(pooled=(30, ..., 8))],
    },
    "input_layer": {
        "right": [
            INPUTS,
            keras.Input(batch_shape=(None, 32, 32, 3), name="images"),
            layers.InputLayer(shape=(32, 32, 3)),
        ],
        "the shape alone": (32, 32, 3),
        "the class instead of a layer": layers.InputLayer,
        "another layer": conv(),
        "the channels forgotten": keras.Input((32, 32)),
        "the channels first": keras.Input((3, 32, 32)),
        "the number of images in the shape": keras.Input((8000, 32, 32, 3)),
        "the size of a batch fixed": keras.Input((32, 32, 3), batch_size=32),
        "images already flat": keras.Input((3072,)),
        "grey images": keras.Input((32, 32, 1)),
        "images of another size": keras.Input((28, 28, 3)),
        "whole numbers as the type": keras.Input((32, 32, 3), dtype="uint8"),
    },
    "convolution": {
        "right": [
            conv(),
            conv()(INPUTS),
            conv(activation=keras.activations.relu)(INPUTS),
            layers.ReLU()(layers.Convolution2D(16, kernel_size=(3, 3))(INPUTS)),
            keras.ops.relu(layers.Conv2D(16, 3, padding="VALID")(INPUTS)),
            [layers.Conv2D(16, 3), layers.Activation("relu")],
            conv(activation=layers.ReLU()),
        ],
        "the class instead of a layer": layers.Conv2D,
        "another kind of layer": dense(16)(INPUTS),
        "filters and kernel size swapped": conv(3, 16)(INPUTS),
        "another number of filters": conv(32)(INPUTS),
        "another size of the kernel": conv(size=(5, 5)),
        "a kernel that jumps": conv(strides=2),
        "a padded image": conv(padding="same")(INPUTS),
        "the activation forgotten": conv(activation=None)(INPUTS),
        "another activation": conv(activation="sigmoid"),
        "applied to the wrong tensor": conv()(pool()(INPUTS)),
    },
    "pooling": {
        "right": [pool(), pool()(conv()(INPUTS)), layers.MaxPool2D((2, 2), strides=2)],
        "the class instead of a layer": layers.MaxPooling2D,
        "the mean instead of the maximum": layers.AveragePooling2D(2)(conv()(INPUTS)),
        "the maximum of the whole image": layers.GlobalMaxPooling2D()(conv()(INPUTS)),
        "another kind of layer": conv()(INPUTS),
        "another size of the window": pool(pool_size=3),
        "windows that overlap": pool(strides=1),
        "an activation after it": layers.ReLU()(pool()(conv()(INPUTS))),
        "applied to the wrong tensor": pool()(INPUTS),
        "applied twice": pool()(pool()(conv()(INPUTS))),
    },
    "dense": {
        "right": [layers.Dense(64, "relu"), flat(), layers.Activation("relu")(flat(activation=None))],
        "the class instead of a layer": layers.Dense,
        "another kind of layer": conv(64),
        "another number of neurons": flat(10),
        "the activation forgotten": flat(activation=None),
        "softmax inside the network": flat(activation="softmax"),
        "another activation": flat(activation="tanh"),
        "applied to images that are not flat": dense(64)(INPUTS),
    },
    "flatten": {
        "right": [layers.Flatten(), layers.Flatten()(pool()(conv()(INPUTS)))],
        "the class instead of a layer": layers.Flatten,
        "a reshape by hand": layers.Reshape((1152,)),
        "a mean of each channel": layers.GlobalAveragePooling2D()(conv()(INPUTS)),
        "a dense layer": layers.Dense(1152),
        "another kind of layer": pool()(conv()(INPUTS)),
        "applied to the input": layers.Flatten()(INPUTS),
        "an activation after it": layers.ReLU()(layers.Flatten()(conv()(INPUTS))),
    },
    "hidden_layers": {
        "right": [
            through(hidden()),
            hidden(),
            with_functions(),
            Sequential([keras.Input((32, 32, 3)), *hidden()]),
            Sequential(hidden())(INPUTS),
        ],
        "the second convolution forgotten": through(without(2)),
        "pooling forgotten": through(without(1)),
        "flatten forgotten": through(without(4)),
        "the dense layer forgotten": through(hidden()[:5]),
        "a layer applied to the wrong tensor": through([pooling_beside, *hidden()[2:]]),
        "one pooling layer used twice": one_pooling_twice(),
        "the numbers of filters swapped": through(hidden(32, 16)),
        "an activation forgotten": through([conv(activation=None), *hidden()[1:]]),
        "the output layer included": through([*hidden(), dense(10, "softmax")]),
        "a layer too many": through([*hidden()[:5], layers.Dropout(0.5), *hidden()[5:]]),
        "not yet": [[*hidden()[:3], ...]],
    },
    "output_layer": {
        "right": [
            *(dense(10, "softmax"), flat(10, "softmax")),
            *(layers.Softmax()(flat(10, None)), keras.activations.softmax(flat(10, None))),
        ],
        "the class instead of a layer": layers.Dense,
        "another kind of layer": layers.Softmax()(conv()(INPUTS)),
        "one neuron for all classes": flat(1, "softmax"),
        "another number of classes": flat(64, "softmax"),
        "softmax forgotten": flat(10, None),
        "sigmoid instead of softmax": flat(10, "sigmoid"),
        "relu instead of softmax": flat(10),
        "softmax twice": layers.Softmax()(flat(10, "softmax")),
        "applied to images that are not flat": dense(10, "softmax")(INPUTS),
    },
    "create_model_intro": {
        "right": [
            models.create_model_intro,
            models.create_model_intro(),
            build_sequential,
            build_in_two_parts,
        ],
        **FUNCTION,
        "a tensor instead of a model": lambda: chain(hidden(), INPUTS),
        "a list of layers instead of a model": hidden,
        "no input shape": lambda: Sequential(hidden()),
        "another input shape": network(hidden(), shape=(28, 28, 3)),
        "pooling forgotten": network(without(1)),
        "flatten forgotten": network(without(4)),
        "a layer applied to the wrong tensor": network([pooling_beside, *hidden()[2:]]),
        "a layer too many": network([*hidden(), dense(64)]),
        "another number of filters": network(hidden(second=64)),
        "the activation forgotten": network([*hidden()[:5], dense(64, None)]),
        "softmax forgotten": network(hidden(), outputs=dense(10, None)),
        "the biases left out": network([conv(use_bias=False), *hidden()[1:]]),
        "a name forgotten": network(hidden(), name="my_model"),
        "layers made outside the function": network(hidden()),
    },
    "parameters": {
        "right": [parameters(), parameters(448.0, np.int64(4640))],
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
}
