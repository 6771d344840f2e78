import keras
import numpy as np
import tensorflow as tf
from keras import Sequential, layers

from helpers import models
from tests.check_cases.forms import FUNCTION, answers, builds, chain, dense

INPUTS = keras.Input((32, 32, 3))
LINE, BIAS = np.array([[-1, 2, -1]] * 3), -5
IMAGE = np.array([[1, 2, 0, 3, 1, 2], [0, 1, 5, 2, 4, 1], [2, 6, 3, 1, 0, 3], [1, 0, 2, 4, 9, 1]])
KERNEL = np.array([[1, 0, -1], [2, 1, 0], [0, -1, 3]])


def patch_sum(row, column):
    return (IMAGE[row : row + 3, column : column + 3] * KERNEL).sum()


def pixel(total=11, output=0, bias=-15):
    return answers(total, output, IMAGE, KERNEL, bias)


def conv(filters=16, size=3, activation="relu", **more):
    return layers.Conv2D(filters, size, activation=activation, **more)


def pool(size=2, **more):
    return layers.MaxPooling2D(size, **more)


def hidden(first=16, second=32):
    return [conv(first), pool(), conv(second), pool(), layers.Flatten(), dense(64)]


def without(place):
    return hidden()[:place] + hidden()[place + 1 :]


def network(steps, name="cifar_model_intro", outputs=None, **options):
    """Make a learner's function that puts the output layer behind these layers."""
    return builds([*steps, outputs or dense(10, "softmax")], name, **options)


def lost(*steps):
    """Apply layers, and go on with the tensor that came in."""

    def apply(tensor):
        chain(steps, tensor)
        return tensor

    return apply


def build_with_functions():
    """Activations as functions and as layers of their own, a reshaping for Flatten, other names."""
    image = keras.layers.Input([32, 32, 3], name="photo")
    first = keras.activations.relu(keras.layers.Convolution2D(16, [3, 3], padding="VALID")(image))
    second = keras.layers.Conv2D(filters=32, kernel_size=3, activation=tf.nn.relu)(layers.MaxPool2D()(first))
    row = layers.Reshape((-1,))(layers.MaxPool2D((2, 2), strides=2)(second))
    neurons = keras.ops.maximum(layers.Dense(64)(row), 0)
    neurons = layers.Identity()(neurons)
    scores = layers.Activation(tf.nn.softmax)(layers.Dense(10, activation=lambda z: z)(neurons))
    return keras.Model([image], [scores], name="cifar_model_intro")


def build_sequential():
    steps = [*hidden(), layers.Dense(10), layers.Softmax()]
    return Sequential([keras.Input((32, 32, 3)), *steps], name="cifar_model_intro")


def build_in_two_parts():
    inputs = keras.Input((32, 32, 3))
    features = Sequential(hidden()[:5])
    x = layers.Dense(64, activation=keras.activations.relu)(features(inputs))
    outputs = keras.ops.softmax(layers.Dense(10)(x))
    return keras.Model(inputs=inputs, outputs=outputs, name="cifar_model_intro")


def build_and_forget_the_tensor():
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, activation="relu")
    x = layers.MaxPooling2D(2)(x)
    return keras.Model(inputs, x)


def build_with_an_unconnected_output():
    inputs = keras.Input((32, 32, 3))
    x = chain(hidden(), inputs)
    outputs = layers.Dense(10, activation="softmax")
    return keras.Model(inputs, outputs) if x is not None else None


def build_with_a_class():
    inputs = keras.Input((32, 32, 3))
    flat = layers.Flatten
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(flat))


def build_with_a_tensor_as_setting():
    inputs = keras.Input((32, 32, 3))
    return keras.Model(inputs, layers.Flatten(inputs))


def build_flat_too_early():
    inputs = keras.Input((32, 32, 3))
    x = layers.Flatten()(conv()(inputs))
    return keras.Model(inputs, pool()(x))


def build_from_two_inputs():
    inputs, images = keras.Input((32, 32, 3)), keras.Input((32, 32, 3))
    return keras.Model(inputs, dense(10, "softmax")(chain(hidden(), images)))


def build_with_two_outputs():
    inputs = keras.Input((32, 32, 3))
    x = chain(hidden(), inputs)
    return keras.Model(inputs, [x, dense(10, "softmax")(x)])


def build_with_a_sum():
    inputs = keras.Input((32, 32, 3))
    x = conv()(inputs)
    return keras.Model(inputs, layers.Add()([x, conv()(inputs)]))


def reused_pooling():
    shared = pool()
    return network([conv(), shared, conv(32), shared, layers.Flatten(), dense(64)])


def small(steps=None, **options):
    """Make a learner's function for the repaired network."""
    first, second = options.get("first", conv(8)), options.get("second", conv(16))
    steps = steps or [first, pool(), second, pool(), layers.Flatten()]
    return builds([*steps, options.get("outputs", dense(10, "softmax"))])


def repaired(function=None, n_parameters=7162):
    return answers((function or small()).values[0], n_parameters)


CASES = {
    "neuron": {
        "right": [
            answers(LINE / 10, -0.5),
            answers(LINE, BIAS),
            answers([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]], np.float32(-2.5)),
            answers(np.array([[0, 1, 0], [-9, 0, -9], [0, 1, 0]]), -1.5),
        ],
        "one row of weights": answers([-1, 2, -1], BIAS),
        "all nine weights in a row": answers(LINE.ravel(), BIAS),
        "a number that is none": answers(LINE, np.nan),
        "a positive bias": answers(LINE, 1),
        "a bias that nothing can overcome": answers(LINE, -10),
        "only positive weights": answers([[0, 1, 0]] * 3, -2),
        "a horizontal template": answers(LINE.T, BIAS),
        "the middle too strong": answers([[-1, 1, -1], [0, 9, 0], [-9, 1, -1]], BIAS),
        "one pixel of the line": answers([[0, 1, 0], [-9, 0, 0], [0, 0, 0]], 0),
        "a bias that lets half a line through": answers(LINE, -2),
        "not yet": [answers([[-1, ..., -1]] * 3, BIAS)],
    },
    "convolution_pixel": {
        "right": [pixel(), pixel(np.float32(11), np.array(0.0)), pixel(11, 7, -4)],
        "the image changed": answers(11, 0, IMAGE * 2, KERNEL, -15),
        "nine products not added": pixel(IMAGE[1:4, :3] * KERNEL),
        "the first pixel": pixel(patch_sum(0, 0)),
        "the kernel moved to the right": pixel(patch_sum(0, 1)),
        "the kernel moved down and to the right": pixel(patch_sum(1, 1)),
        "a matrix product": pixel((IMAGE[1:4, :3] @ KERNEL).sum()),
        "the kernel turned round": pixel((IMAGE[1:4, :3] * KERNEL[::-1, ::-1]).sum()),
        "the mean instead of the sum": pixel(11 / 9),
        "the kernel left out": pixel(IMAGE[1:4, :3].sum()),
        "the bias added too early": pixel(-4),
        "another total": pixel(-99),
        "a word": pixel("eleven"),
        "ReLU forgotten": pixel(output=-4),
        "the sign dropped instead of ReLU": pixel(output=4),
        "the bias forgotten": pixel(output=11),
        "the bias subtracted": pixel(output=26),
        "another output": pixel(output=17),
    },
    "create_model_intro": {
        "right": [
            models.create_model_intro,
            models.create_model_intro(),
            build_with_functions,
            build_sequential,
            build_in_two_parts,
        ],
        **FUNCTION,
        "a tensor instead of a model": lambda: chain(hidden(), INPUTS),
        "a list of layers instead of a model": hidden,
        "a model without an input": lambda: Sequential(hidden()),
        "a layer that is not connected": build_and_forget_the_tensor,
        "an output that is not connected": build_with_an_unconnected_output,
        "a class instead of a layer": build_with_a_class,
        "a tensor as the setting of a layer": build_with_a_tensor_as_setting,
        "flatten before pooling": build_flat_too_early,
        "two inputs": build_from_two_inputs,
        "two outputs": build_with_two_outputs,
        "one layer instead of a model": layers.Dense(10),
        "an earlier result handed to the model": network(hidden(), outputs=lost(dense(10, "softmax"))),
        "an image shape as the input": lambda: conv()((32, 32, 3)),
        "two ways": build_with_a_sum,
        "another input shape": network(hidden(), shape=(28, 28, 3)),
        "pooling forgotten": network(without(1)),
        "the second convolution forgotten": network(without(2)),
        "flatten forgotten": network(without(4)),
        "the dense layer forgotten": network(hidden()[:5]),
        "a pooling that leads nowhere": network([conv(), lost(pool()), *hidden()[2:]]),
        "the second block applied to the input": network([lost(conv(), pool()), *hidden()[2:]]),
        "the second convolution leads nowhere": network([*hidden()[:2], lost(conv(32)), *hidden()[3:]]),
        "the dense layer leads nowhere": network([*hidden()[:5], lost(dense(64))]),
        "one pooling layer used twice": reused_pooling(),
        "both convolutions before pooling": network([conv(), conv(32), pool(), pool(), *hidden()[4:]]),
        "the dense layer too early": network([conv(), dense(64), pool(), conv(32), pool(), layers.Flatten()]),
        "the numbers of filters swapped": network(hidden(32, 16)),
        "a layer too many": network([*hidden(), dense(64)]),
        "another layer too many": network([*hidden(), layers.Dropout(0.5)]),
        "another number of filters": network(hidden(second=64)),
        "a kernel without brackets": network([layers.Conv2D(16, 3, 3, activation="relu"), *hidden()[1:]]),
        "filters and kernel size swapped": network([conv(3, 16), *hidden()[1:]]),
        "another size of the kernel": network([conv(size=5), *hidden()[1:]]),
        "a kernel that jumps": network([conv(strides=2), *hidden()[1:]]),
        "a padded image": network([conv(padding="same"), *hidden()[1:]]),
        "an activation with a slope": network([conv(activation=None), layers.LeakyReLU(), *hidden()[1:]]),
        "the mean instead of the maximum": network([conv(), layers.AveragePooling2D(2), *hidden()[2:]]),
        "the maximum of the whole map": network([*hidden()[:3], layers.GlobalMaxPooling2D(), *hidden()[5:]]),
        "another size of the window": network([conv(), pool(3), *hidden()[2:]]),
        "windows that overlap": network([conv(), pool(strides=1), *hidden()[2:]]),
        "an activation forgotten": network([*hidden()[:5], dense(64, None)]),
        "softmax in a hidden layer": network([*hidden()[:5], dense(64, "softmax")]),
        "one neuron for all classes": network(hidden(), outputs=dense(1, "sigmoid")),
        "softmax forgotten": network(hidden(), outputs=dense(10, None)),
        "sigmoid instead of softmax": network(hidden(), outputs=dense(10, "sigmoid")),
        "softmax twice": network([*hidden(), dense(10, "softmax")], outputs=layers.Softmax()),
        "the biases left out": network([conv(use_bias=False), *hidden()[1:]]),
        "a dense layer without biases": network([*hidden()[:5], layers.Dense(64, "relu", use_bias=False)]),
        "a name forgotten": network(hidden(), name="my_model"),
        "layers made outside the function": network(hidden()),
    },
    "repaired_model": {
        "right": [repaired(), repaired(n_parameters=np.int64(7162)), answers(small().values[0](), 7162.0)],
        "function and number swapped": answers(7162, small().values[0]),
        "biases not counted": repaired(n_parameters=7128),
        "the broken network counted": repaired(n_parameters=36_458),
        "the colours counted in the second convolution": repaired(n_parameters=6_442),
        "the colours not counted": repaired(n_parameters=7_018),
        "the first convolution not counted": repaired(n_parameters=6_938),
        "the output not counted": repaired(n_parameters=1_392),
        "another number": repaired(n_parameters=10),
        "still applied to the input": repaired(
            small([lost(conv(8), pool()), conv(16), pool(), layers.Flatten()])
        ),
        "still no activation": repaired(small(second=conv(16, activation=None))),
        "still sigmoid at the end": repaired(small(outputs=dense(10, "sigmoid"))),
        "another first layer": repaired(small(first=conv(16))),
        "an error inside the function": answers(lambda: 1 / 0, 7162),
    },
}
