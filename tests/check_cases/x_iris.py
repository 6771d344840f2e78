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


def network(*hidden, outputs=None, shape=(4,)):
    """Make a learner's function that puts the output layer behind these layers."""
    return builds([*hidden, outputs or dense(3, "softmax")], shape=shape)


def build():
    inputs = keras.Input(shape=(4,))
    return keras.Model(inputs, dense(3, "softmax")(dense(10)(dense(10)(inputs))))


CASES = {
    "test_dataset": {
        "right": [testing(dataset().batch(1)), testing(dataset().batch(1).prefetch(1))],
        "no dataset": testing([1, 2]),
        "repeated without end": testing(dataset().repeat().batch(1)),
        "the species left out": testing(tf.data.Dataset.from_tensor_slices(FLOWERS).batch(1)),
        "not cut into batches": testing(dataset()),
        "larger batches": testing(dataset().batch(4)),
        "the flowers shuffled": testing(dataset(FLOWERS[::-1], SPECIES[::-1]).batch(1)),
        "other flowers": testing(dataset(FLOWERS + 1).batch(1)),
    },
    "iris_network": {
        "right": [build, build(), network(dense(10), dense(10))],
        **FUNCTION,
        "a tensor instead of a model": lambda: keras.Input(shape=(4,)),
        "another input": network(dense(10), dense(10), shape=(3,)),
        "a hidden layer forgotten": network(dense(10)),
        "another number of neurons": network(dense(10), dense(5)),
        "the activation forgotten": network(dense(10), dense(10, None)),
        "one neuron for all species": network(dense(10), dense(10), outputs=dense(1, "softmax")),
        "softmax forgotten": network(dense(10), dense(10), outputs=dense(3, None)),
        "a layer too many": network(dense(10), dense(10), dense(10)),
    },
}
