import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tests.check_cases.forms import answers, with_, without_first

FLOWERS = np.arange(24, dtype="float32").reshape(6, 4)
SPECIES = np.array([0, 1, 2, 0, 1, 2])
MEANING = {
    "the ten probabilities of an image add up to 1": True,
    "an image of a cat gets low probabilities everywhere": False,
    "an answer with 99 % is right": False,
    "a network with 98 % on MNIST's test digits gets 98 % on yours": False,
    "an inverted 7 needs another label": False,
    "what the training images never vary, the network need not learn": True,
}
WHY = {
    "a dense layer knows which pixels are neighbours": False,
    "a convolution assumes that neighbouring pixels belong together": True,
    "the shuffled images hold less information": False,
    "the network with more parameters is the better one": False,
    "for data without neighbours, such as iris, convolutions are no help": True,
    "a convolution uses the same weights at every place of the image": True,
}
COUNTS = {"first convolution": 12_544, "first pooling": 3_136, "flatten": 1_568}
ORDER = ["map", "cache", "shuffle", "batch", "prefetch"]


def flipped(statements, place):
    key = [*statements][place]
    return answers(with_(statements, key, not statements[key]))


def said(statements, word):
    return answers(with_(statements, next(iter(statements)), word))


def dataset(*values):
    return tf.data.Dataset.from_tensor_slices(values if len(values) > 1 else values[0])


def testing(made):
    return answers(made, FLOWERS, SPECIES)


def model(*hidden, shape=(4,)):
    """A model of these layers, made anew at each call, as a learner's function makes it."""
    return answers(lambda: keras.Sequential([keras.Input(shape), *[make() for make in hidden]]))


def dense(units, activation=None):
    return lambda: layers.Dense(units, activation=activation)


TEN, THREE = dense(10, "relu"), dense(3, "softmax")
WIDE, OUT = dense(512, "relu"), dense(10, "softmax")
PHOTO = (32, 32, 3)


def iris_model():
    inputs = keras.Input(shape=(4,))
    x = layers.Dense(10, activation="relu")(inputs)
    x = layers.Dense(10, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


def dense_model():
    inputs = keras.Input(shape=PHOTO)
    x = layers.Flatten()(inputs)
    x = layers.Dense(512, activation="relu")(x)
    x = layers.Dense(512, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def nothing(*_):
    keras.Input(shape=(4,))


def unfinished(*_):
    return ...


def shuffled(images, order):
    return images.reshape(-1, 32 * 32, 3)[:, order].reshape(images.shape)


def each_in_its_own_way(images, order):
    rng = np.random.default_rng(1)
    return np.stack([shuffled(image[None], rng.permutation(order))[0] for image in images])


CASES = {
    "epochs_per_pass": (
        [answers(150 * 32 / 112), answers(43), answers(42.9)],
        {
            "the steps": answers(150),
            "the flowers instead of the passes": answers(4800),
            "the steps of one pass": answers(3.5),
            "all ten epochs together": answers(48_000 / 112),
            "the batch size left out": answers(150 / 112),
            "another number": answers(7),
        },
        [answers(...)],
    ),
    "test_dataset": (
        [
            testing(dataset(FLOWERS, SPECIES).batch(1)),
            testing(dataset(FLOWERS, SPECIES).batch(1).prefetch(1)),
        ],
        {
            "no dataset": testing([1, 2]),
            "repeated without end": testing(dataset(FLOWERS, SPECIES).repeat().batch(1)),
            "the species left out": testing(dataset(FLOWERS).batch(1)),
            "not cut into batches": testing(dataset(FLOWERS, SPECIES)),
            "larger batches": testing(dataset(FLOWERS, SPECIES).batch(4)),
            "the flowers shuffled": testing(dataset(FLOWERS[::-1], SPECIES[::-1]).batch(1)),
            "other flowers": testing(dataset(FLOWERS + 1, SPECIES).batch(1)),
        },
        [testing(...)],
    ),
    "iris_network": (
        [answers(iris_model), answers(iris_model()), model(TEN, TEN, THREE)],
        {
            "nothing returned": answers(nothing),
            "a tensor instead of a model": answers(lambda: keras.Input(shape=(4,))),
            "another input": model(TEN, TEN, THREE, shape=(3,)),
            "a hidden layer forgotten": model(TEN, THREE),
            "another number of neurons": model(TEN, dense(5, "relu"), THREE),
            "the activation forgotten": model(TEN, dense(10), THREE),
            "one neuron for all species": model(TEN, TEN, dense(1, "softmax")),
            "softmax forgotten": model(TEN, TEN, dense(3)),
            "a layer too many": model(TEN, TEN, TEN, THREE),
        },
        [answers(...), answers(unfinished)],
    ),
    "pipeline_order": (
        [answers(ORDER), answers(tuple(ORDER))],
        {
            "no list": answers("map"),
            "an unknown step": answers(["normalize", *ORDER[1:]]),
            "a step left out": answers(ORDER[:4]),
            "a step twice": answers([*ORDER, "shuffle"]),
            "shuffled before cached": answers(["map", "shuffle", "cache", "batch", "prefetch"]),
            "normalised after caching": answers(["cache", "map", "shuffle", "batch", "prefetch"]),
            "batches shuffled instead of images": answers(["map", "cache", "batch", "shuffle", "prefetch"]),
            "prefetch not at the end": answers(["map", "cache", "shuffle", "prefetch", "batch"]),
        },
        [answers([...])],
    ),
    "numbers_between_layers": (
        [answers(COUNTS), answers({name: float(count) for name, count in COUNTS.items()})],
        {
            "no dictionary": answers([12_544, 3_136, 1_568]),
            "a layer left out": answers(without_first(COUNTS)),
            'padding taken for "valid"': answers(COUNTS | {"first convolution": 9_216}),
            "the filters forgotten": answers(COUNTS | {"first convolution": 784}),
            "pooling halves only one side": answers(COUNTS | {"first pooling": 6_272}),
            "the filters of the first convolution at the end": answers(COUNTS | {"flatten": 784}),
            "another number": answers(COUNTS | {"flatten": 1_000}),
        },
        [answers(dict.fromkeys(COUNTS, ...))],
    ),
    "invert": (
        [answers(lambda images: 1 - images), answers(lambda images: tf.constant(1.0) - images)],
        {
            "an error inside the function": answers(lambda images: images.invert()),
            "nothing returned": answers(nothing),
            "another shape": answers(lambda images: 1 - images[0]),
            "the range of whole numbers used": answers(lambda images: 255 - images),
            "negative numbers": answers(lambda images: -images),
            "turned upside down": answers(lambda images: images[:, ::-1]),
            "nothing changed": answers(lambda images: images),
            "something else": answers(lambda images: images / 2),
        },
        [answers(...), answers(unfinished)],
    ),
    "what_an_answer_means": (
        [answers(MEANING)],
        {
            "a statement left out": answers(without_first(MEANING)),
            "an answer that is neither True nor False": said(MEANING, "yes"),
            "the sum forgotten": flipped(MEANING, 0),
            "a cat thought to be refused": flipped(MEANING, 1),
            "a sure answer thought right": flipped(MEANING, 2),
            "a high test accuracy trusted on other images": flipped(MEANING, 3),
            "augmentation thought to need new labels": flipped(MEANING, 4),
            "the choice of training images thought harmless": flipped(MEANING, 5),
        },
        [answers(dict.fromkeys(MEANING, ...))],
    ),
    "dense_parameters": (
        [answers(1_573_376, 262_656, 5_130), answers(first=1_573_376, second=262_656, third=5_130)],
        {
            "the biases forgotten": answers(3_072 * 512, 512 * 512, 5_120),
            "the colours forgotten": answers(1_024 * 512 + 512, 262_656, 5_130),
            "a number of outputs instead of parameters": answers(512, 512, 10),
            "inputs and neurons added": answers(3_584, 1_024, 522),
            "another number in the first layer": answers(1_000, 262_656, 5_130),
            "another number in the second layer": answers(1_573_376, 1_000, 5_130),
            "another number in the third layer": answers(1_573_376, 262_656, 1_000),
        },
        [answers(..., ..., ...)],
    ),
    "create_model_dense": (
        [answers(dense_model), answers(dense_model()), model(layers.Flatten, WIDE, WIDE, OUT, shape=PHOTO)],
        {
            "nothing returned": answers(nothing),
            "a tensor instead of a model": answers(lambda: keras.Input(shape=PHOTO)),
            "another input": model(layers.Flatten, WIDE, WIDE, OUT, shape=(28, 28, 1)),
            "flatten forgotten": model(WIDE, WIDE, OUT, shape=PHOTO),
            "a hidden layer forgotten": model(layers.Flatten, WIDE, OUT, shape=PHOTO),
            "another number of neurons": model(layers.Flatten, WIDE, dense(256, "relu"), OUT, shape=PHOTO),
            "the activation forgotten": model(layers.Flatten, WIDE, dense(512), OUT, shape=PHOTO),
            "softmax forgotten": model(layers.Flatten, WIDE, WIDE, dense(10), shape=PHOTO),
            "a convolution too many": model(
                lambda: layers.Conv2D(3, 3), layers.Flatten, WIDE, WIDE, OUT, shape=PHOTO
            ),
        },
        [answers(...), answers(unfinished)],
    ),
    "shuffle_pixels": (
        [answers(shuffled), answers(lambda images, order: tf.constant(shuffled(images, order)))],
        {
            "an error inside the function": answers(lambda images, order: images[:, order]),
            "nothing returned": answers(nothing),
            "another shape": answers(lambda images, order: images.reshape(-1, 32 * 32, 3)[:, order]),
            "nothing moved": answers(lambda images, order: images),
            "the images change places": answers(lambda images, order: images[[3, 0, 1, 2]]),
            "each image in its own way": answers(each_in_its_own_way),
            "red, green and blue torn apart": answers(
                lambda images, order: images.reshape(4, -1)[
                    :, np.r_[order, order + 1024, order + 2048]
                ].reshape(images.shape)
            ),
            "whole rows moved": answers(lambda images, order: images[:, ::-1]),
            "another order": answers(lambda images, order: shuffled(images, np.argsort(order))),
        },
        [answers(...), answers(unfinished)],
    ),
    "why_convolutions": (
        [answers(WHY)],
        {
            "a statement left out": answers(without_first(WHY)),
            "an answer that is neither True nor False": said(WHY, "yes"),
            "a dense layer thought to see neighbours": flipped(WHY, 0),
            "the convolution thought blind to places": flipped(WHY, 1),
            "the shuffle thought to destroy information": flipped(WHY, 2),
            "more parameters thought better": flipped(WHY, 3),
            "the experiment taken for one about all data": flipped(WHY, 4),
            "weights thought different at each place": flipped(WHY, 5),
        },
        [answers(dict.fromkeys(WHY, ...))],
    ),
}
