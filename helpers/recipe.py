"""Steps 3 to 7: the recipe that takes `models.create_model_best` to 94% of CIFAR-10.

What the network sees, how it starts, how it steps and how it answers, in this order. Every piece is one idea
of the example "From 67% to 94%", which shows what each adds. Most of them and their settings come from
K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv:2404.00498 (2024), Muon from his airbench
of the same year; all are written anew for Keras.
"""

import dataclasses
import time
import timeit

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers import CourseError, evaluation, validation

BATCH_SIZE = 1024
EPOCHS = 12
PEAK_RATE = 1.5
MOMENTUM = 0.85
WEIGHT_DECAY = 0.0089
LABEL_SMOOTHING = 0.2


class FlippedAndShifted(keras.utils.PyDataset):
    """Batches of images that differ a little in every epoch: for `fit`, with ``shuffle=False``.

    An image is mirrored in every other epoch, so that two epochs in a row show both its sides, and shifted
    by up to two pixels. Images stay whole numbers, a byte each, until their batch is made. The same seed
    and epoch give the same batches.

    Parameters
    ----------
    images : array of uint8, shape (N, height, width, channels)
        Values 0..255.
    labels : array of shape (N, n_classes)
        One-hot labels.
    batch_size : int, default 1024
        What is left over at the end of an epoch waits for another one.
    shift : int, default 2
        Most pixels in each direction; the edge is filled by reflection.
    flip : bool, default True
        Whether images are mirrored.
    seed : int, default 0
        Starting point of the random numbers.
    epoch : int, default 0
        Epochs that are done already.
    """

    def __init__(self, images, labels, batch_size=BATCH_SIZE, shift=2, flip=True, seed=0, epoch=0):
        super().__init__()
        batch_size = validation.count(1)(batch_size, "batch_size")
        seed, epoch = validation.count()(seed, "seed"), validation.count()(epoch, "epoch")
        expected = f"images as whole numbers 0..255 (uint8), a label for each, at least {batch_size} of both"
        images, labels = validation.as_array(images, expected), validation.as_array(labels, expected)
        fit = labels.ndim and len(labels) == len(images) >= batch_size
        if images.dtype != np.uint8 or images.ndim != 4 or not fit:
            found = f"{validation.shown(images)} and {validation.shown(labels)}"
            remedy = "Take the images as load_cifar10 gives them, or a smaller batch_size."
            raise CourseError(expected, found, remedy)
        height, width = images.shape[1:3]
        shift = validation.count(0, min(height, width) - 1)(shift, "shift")
        padding = ((0, 0), (shift, shift), (shift, shift), (0, 0))
        padded = np.pad(images, padding, mode="reflect") if shift else images  # without a shift no copy
        # Of shape N, y, x, channels, rows, columns.
        self.windows = sliding_window_view(padded, (height, width), axis=(1, 2))
        self.labels, self.batch_size, self.shift, self.flip = labels, batch_size, shift, flip
        self.seed, self.epoch = seed, epoch
        self.mirrored_first = np.random.default_rng(seed).random(len(labels)) < 0.5
        self._draw()

    def __len__(self):
        """Batches of an epoch."""
        return len(self.labels) // self.batch_size

    def on_epoch_end(self):
        """Draw a new order and new shifts."""
        self.epoch += 1
        self._draw()

    def _draw(self):
        random = np.random.default_rng([self.seed, self.epoch])
        self.order = random.permutation(len(self.labels))
        self.corners = random.integers(0, 2 * self.shift + 1, (2, len(self.labels)))
        self.mirrored = (self.mirrored_first ^ bool(self.epoch % 2)) & self.flip

    def __getitem__(self, batch):
        """Images float32 in 0..1, (batch_size, height, width, channels), and their labels."""
        rows = self.order[batch * self.batch_size : (batch + 1) * self.batch_size]
        batch_images = np.moveaxis(self.windows[rows, *self.corners[:, rows]], 1, -1)
        mirrored = self.mirrored[rows, None, None, None]
        batch_images = np.where(mirrored, batch_images[:, :, ::-1], batch_images)
        return batch_images.astype("float32") / 255, self.labels[rows]


@keras.saving.register_keras_serializable(package="course")
class Muon(keras.optimizers.SGD):
    """Gradient descent that evens out what it does to the kernels of convolutions.

    A kernel is a matrix with a column a filter. Its length is set anew before each step: only its direction
    is learned, and the rate says by how much of it. Everything else learns as in `keras.optimizers.SGD`.
    K. Jordan and others, "Muon: an optimizer for hidden layers in neural networks" (2024).

    Parameters
    ----------
    kernel_factor : float, default 0.11
        How many times as fast as all else the kernels of convolutions learn.
    kernel_momentum : float, default 0.6
        Momentum of these kernels.
    learning_rate, **settings
        As in `keras.optimizers.SGD`; what is not given is as in the recipe. `momentum` must not be 0.
    """

    def __init__(self, learning_rate=PEAK_RATE, *, kernel_factor=0.11, kernel_momentum=0.6, **settings):
        ours = {"momentum": MOMENTUM, "nesterov": True, "weight_decay": WEIGHT_DECAY}
        super().__init__(learning_rate, **ours | settings)
        self.kernel_factor, self.kernel_momentum = kernel_factor, kernel_momentum

    def update_step(self, gradient, variable, learning_rate):
        """Change the weights of one layer."""
        if len(variable.shape) != 4:
            super().update_step(gradient, variable, learning_rate)
            return
        average = self.momentums[self._get_variable_index(variable)]
        self.assign(average, self.kernel_momentum * average + gradient)
        gradient = gradient + self.kernel_momentum * average  # Nesterov: where the next step would see it
        kernel, gradient = (keras.ops.reshape(x, (-1, variable.shape[-1])) for x in (variable, gradient))
        kernel = kernel * variable.shape[-1] ** 0.5 / keras.ops.norm(kernel)  # a filter: 1, on average
        kernel = kernel - learning_rate * self.kernel_factor * _orthogonal(gradient)
        self.assign(variable, keras.ops.reshape(kernel, variable.shape))

    def get_config(self):
        """Settings with which Keras makes it again."""
        own = {"kernel_factor": self.kernel_factor, "kernel_momentum": self.kernel_momentum}
        return super().get_config() | own


def _orthogonal(matrix, steps=3):
    """Bring the singular values of a matrix near to 1 by Newton-Schulz steps.

    Each takes every singular value s to 3.4445 s - 4.7750 s^3 + 2.0315 s^5, without computing any. Three
    leave what was above 2% of the matrix's length between 0.68 and 1.21; smaller values grow to less.
    """
    matrix = matrix / (keras.ops.norm(matrix) + 1e-7)  # none above 1
    for _ in range(steps):
        squares = keras.ops.transpose(matrix) @ matrix
        matrix = 3.4445 * matrix + matrix @ (2.0315 * squares @ squares - 4.7750 * squares)
    return matrix


def faster_precision():
    """Time a small training step with 32 and with 16 bits; say which is faster, and return its name.

    Processors with instructions for 16 bits (bfloat16) take about half as long with them, others a multiple.
    It takes about a second. It counts the seconds of all cores together, which other programs disturb less.
    Give what it returns, "float32" or "mixed_bfloat16", to `keras.mixed_precision.set_global_policy` before
    you build a network.
    """
    names = {32: "float32", 16: "mixed_bfloat16"}
    steps = [_small_step(name) for name in names.values()]
    rounds = [[_seconds(step) for step in steps] for _ in range(3)]
    seconds = dict(zip(names, np.min(rounds, axis=0), strict=True))  # the first round is never the fastest
    chosen, other = (16, 32) if seconds[16] < 0.9 * seconds[32] else (32, 16)  # rounding must be worth it
    print(f"{chosen} bits: a small step takes {seconds[chosen]:.3f} s; with {other}, {seconds[other]:.3f} s.")
    return names[chosen]


def _seconds(step):
    try:
        return timeit.timeit(step, timer=time.process_time, number=1)  # whatever else the computer does
    except Exception:  # some devices cannot calculate with 16 bits, and each says so in its own way
        return np.inf


def _small_step(precision):
    """Build a network of one convolution; return a function that trains it for one step."""
    images, labels = np.ones((128, 16, 16, 64), "float32"), np.zeros((128, 10), "float32")
    inputs = keras.Input(images.shape[1:])
    x = keras.layers.Conv2D(64, (3, 3), padding="same", dtype=precision)(inputs)
    x = keras.layers.GlobalMaxPooling2D(dtype=precision)(x)
    model = keras.Model(inputs, keras.layers.Dense(10, dtype="float32")(x))
    model.compile("sgd", "mse", run_eagerly=True)  # to compile a graph would take longer than to train
    return lambda: model.train_on_batch(images, labels)


def predict_tta(model, images, labels):
    """Classify six views of each image - in place and shifted, mirrored or not - and average the answers.

    It takes what `evaluation.predict` takes, and gives `Predictions` of the images as they came.
    """
    plain = evaluation.predict(model, images, labels)
    height, width = plain.images.shape[1:3]
    padded = np.pad(plain.images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    probabilities = 0
    for corner, weight in ((1, 0.25), (0, 0.125), (2, 0.125)):  # the image in place counts twice
        view = padded[:, corner : corner + height, corner : corner + width]
        for flipped in (view, view[:, :, ::-1]):
            probabilities += weight * evaluation.predict(model, flipped, plain.labels).probabilities
    return dataclasses.replace(plain, probabilities=probabilities)
