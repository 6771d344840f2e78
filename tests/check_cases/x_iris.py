import keras
import numpy as np
import tensorflow as tf

from tests.check_cases.forms import FUNCTION, answers, builds, dense

FLOWERS = np.arange(24, dtype="float32").reshape(6, 4)
SPECIES = np.array([0, 1, 2, 0, 1, 2])


def dataset(flowers=FLOWERS, species=SPECIES):
    return tf.data.Dataset.from_tensor_slices((flowers, species))


def testing(made):
    return answers(made, FLOWERS, SPECIES)


def wine(*layers, n_parameters=275, shape=(13,)):
    """Hand over a learner's network of these layers, with a number of parameters."""
    return answers(builds(layers, shape=shape).values[0], n_parameters)


def build():
    inputs = keras.Input(shape=(13,))
    return keras.Model(inputs, dense(3, "softmax")(dense(16)(inputs)))


def lost():
    inputs = keras.Input(shape=(13,))
    dense(16)(inputs)
    return keras.Model(inputs, dense(3, "softmax")(inputs))


HIDDEN, OUTPUT = dense(16), dense(3, "softmax")
CASES = {
    "test_dataset": {
        "right": [testing(dataset().batch(1)), testing(dataset().batch(1).prefetch(1))],
        "no dataset": testing([1, 2]),
        "repeated without end": testing(dataset().repeat().batch(1)),
        "the species left out": testing(tf.data.Dataset.from_tensor_slices(FLOWERS).batch(1)),
        "not cut into batches": testing(dataset()),
        "larger batches": testing(dataset().batch(4)),
        "the flowers shuffled": testing(dataset(FLOWERS[::-1], SPECIES[::-1]).batch(1)),
        "other flowers": testing(dataset(np.vstack([FLOWERS + 1] * 2), np.tile(SPECIES, 2)).batch(1)),
        "species before flowers": testing(dataset(SPECIES, FLOWERS).batch(1)),
        "species encoded": testing(dataset(species=np.eye(3)[SPECIES]).batch(1)),
        "flowers left out": testing(dataset().take(4).batch(1)),
    },
    "wine_network": {
        "right": [answers(build, 275), answers(build(), 275.0), wine(HIDDEN, OUTPUT)],
        "an error inside the function": answers(FUNCTION["an error inside the function"], 275),
        "nothing returned": answers(FUNCTION["nothing returned"], 275),
        "the two changed places": answers(275, build),
        "a tensor instead of a model": answers(lambda: keras.Input(shape=(13,)), 275),
        "the biases forgotten": wine(HIDDEN, OUTPUT, n_parameters=256),
        "the broken network counted": wine(HIDDEN, OUTPUT, n_parameters=241),
        "the output layer not counted": wine(HIDDEN, OUTPUT, n_parameters=224),
        "the wines counted as inputs": wine(HIDDEN, OUTPUT, n_parameters=178 * 13 * 16 + 16 + 51),
        "another number": wine(HIDDEN, OUTPUT, n_parameters=7),
        "still all wines in one input": wine(HIDDEN, OUTPUT, shape=(178, 13)),
        "still one neuron": wine(HIDDEN, dense(1, "softmax")),
        "still no activation": wine(dense(16, None), OUTPUT),
        "the hidden layer leads nowhere": answers(lost, 275),
        "another number of neurons": wine(dense(10), dense(3, "softmax")),
        "softmax forgotten": wine(HIDDEN, dense(3, None)),
        "a layer too many": wine(HIDDEN, dense(16), OUTPUT),
        "a layer without biases": wine(keras.layers.Dense(16, "relu", use_bias=False), OUTPUT),
    },
}
