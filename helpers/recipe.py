"""Steps 3 to 7: the recipe that takes `models.create_model_best` to 94 % of CIFAR-10.

Every piece is one idea of the example "From 67 % to 94 %", which shows what each adds. All of them together,
with their settings, come from K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv:2404.00498
(2024), written anew for Keras.
"""

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers import CourseError, arguments
from helpers.prediction import Predictions

EPOCHS = 14
BATCH_SIZE = 1024
PEAK_RATE = 1.5
MOMENTUM = 0.85
WEIGHT_DECAY = 0.0089
LABEL_SMOOTHING = 0.2
SERIALIZABLE = keras.saving.register_keras_serializable(package="course")


def whiten(model, images, epsilon=5e-4):
    """Set the frozen first layer: filters whose answers on small patches are uncorrelated and equally strong.

    The filters are the principal components of all 2 x 2 patches, each divided by its spread, and once more
    with the opposite sign, because what follows keeps mostly what is positive.

    Parameters
    ----------
    model : keras.Model
        With a Conv2D layer named "whitening", as `models.create_model_best` makes it.
    images : array of shape (N, height, width, channels)
        Training pictures, float in 0..1; a thousand are plenty.
    epsilon : float, default 5e-4
        Added to the variances, so that the rarest patterns are not blown up.
    """
    layer = model.get_layer("whitening")
    patches = sliding_window_view(images, layer.kernel_size, axis=(1, 2))  # N, y, x, channels, rows, columns
    patches = np.moveaxis(patches, 3, -1).reshape(-1, np.prod(layer.kernel.shape[:3]))
    variances, components = np.linalg.eigh(np.cov(patches, rowvar=False))  # components in columns
    filters = components / np.sqrt(variances + epsilon)
    filters = np.concatenate([filters, -filters], axis=1)
    layer.set_weights([filters.reshape(layer.kernel.shape), -patches.mean(axis=0) @ filters])


def start_as_identity(model):
    """Let every trainable convolution begin by passing on what it gets; only filters beyond that are random.

    Like a residual network, a network that starts so hands the picture down to its last layer from the first
    step on.

    Parameters
    ----------
    model : keras.Model
        With convolutions of odd kernel size and without biases.
    """
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.trainable:
            (kernel,) = layer.get_weights()  # rows, columns, channels in, filters
            rows, columns, channels, filters = kernel.shape
            same = np.arange(min(channels, filters))
            kernel[..., same] = 0
            kernel[rows // 2, columns // 2, same, same] = 1
            layer.set_weights([kernel])


@SERIALIZABLE
class TriangularRate(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises to its peak in a straight line and falls in another.

    Parameters
    ----------
    peak : float
        Highest learning rate.
    steps : int
        Steps of the whole training.
    peak_at : float in 0..1, default 0.23
        When the peak comes, as a fraction of all steps.
    start, end : float
        First and last learning rate, as fractions of the peak.
    """

    def __init__(self, peak, steps, peak_at=0.23, start=0.2, end=0.07):
        self.settings = {"peak": peak, "steps": steps, "peak_at": peak_at, "start": start, "end": end}

    def __call__(self, step):
        """Learning rate of a step."""
        peak, steps, peak_at, start, end = self.settings.values()
        done = keras.ops.cast(step, "float32") / steps
        rising = start + (1 - start) * done / peak_at
        falling = end + (1 - end) * (1 - done) / (1 - peak_at)
        return peak * keras.ops.minimum(rising, falling)

    def get_config(self):
        """Return what is needed to make it again."""
        return self.settings


class FlippedAndShifted(keras.utils.PyDataset):
    """Batches of pictures that differ a little in every epoch: for `fit`, with ``shuffle=False``.

    A picture is mirrored in every other epoch, so that two epochs in a row show both its sides, and shifted
    by up to two pixels. Pictures stay whole numbers, a byte each, until their batch is made. The same seed
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
        Whether pictures are mirrored.
    seed : int, default 0
        Starting point of the random numbers.
    epoch : int, default 0
        Epochs that are done already.
    """

    def __init__(self, images, labels, batch_size=BATCH_SIZE, shift=2, flip=True, seed=0, epoch=0):
        super().__init__()
        if images.dtype != np.uint8 or len(images) != len(labels) or len(images) < batch_size:
            raise CourseError(
                f"pictures as whole numbers 0..255 (uint8), a label for each, at least {batch_size} of both",
                f"{arguments.shown(images)} and {len(labels)} labels",
                "Take the pictures as load_cifar10 gives them, or a smaller batch_size.",
            )
        padding = ((0, 0), (shift, shift), (shift, shift), (0, 0))
        padded = np.pad(images, padding, mode="reflect")
        self.windows = sliding_window_view(
            padded, images.shape[1:3], axis=(1, 2)
        )  # N, y, x, channels, rows, columns
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
        """Pictures float32 in 0..1, (batch_size, height, width, channels), and their labels."""
        rows = self.order[batch * self.batch_size : (batch + 1) * self.batch_size]
        pictures = np.moveaxis(self.windows[rows, *self.corners[:, rows]], 1, -1)
        mirrored = self.mirrored[rows, None, None, None]
        pictures = np.where(mirrored, pictures[:, :, ::-1], pictures)
        return pictures.astype("float32") / 255, self.labels[rows]


@SERIALIZABLE
class QuickBiases(keras.optimizers.SGD):
    """Gradient descent that learns the biases of batch normalisation 64 times as fast as all else.

    They decide how often a feature is on, and would lag behind the kernels.
    """

    def update_step(self, gradient, variable, learning_rate):
        """Change one array of weights."""
        super().update_step(gradient, variable, learning_rate * (64 if variable.name == "beta" else 1))


class Lookahead(keras.callbacks.Callback):
    """Draw the weights back, every five steps and after each epoch, towards a slow average of themselves.

    What one batch pushes one way and the next another averages out. The average is loose at first and stiff
    at the end. M. R. Zhang and others, "Lookahead optimizer: k steps forward, 1 step back", NeurIPS 2019.

    Parameters
    ----------
    steps : int
        Steps of the whole training.
    """

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_begin(self, logs=None):
        """Begin with the weights as they are."""
        self.slow = self.model.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        """Take a step back now and then."""
        if (batch + 1) % 5 == 0 or batch + 1 == self.params["steps"]:
            stay = 0.95**5 * (int(self.model.optimizer.iterations) / self.steps) ** 3
            pairs = zip(self.slow, self.model.get_weights(), strict=True)
            self.slow = [stay * slow + (1 - stay) * weights for slow, weights in pairs]
            self.model.set_weights(self.slow)


def compile_best(model, steps, peak=PEAK_RATE, label_smoothing=LABEL_SMOOTHING):
    """Compile for a training of so many steps, with batches of 1,024.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    steps : int
        Steps of the whole training: epochs x batches.
    peak : float, default 1.5
        Highest learning rate. A thousand pictures a step agree well on the direction, so steps may be long.
    label_smoothing : float in 0..1, default 0.2
        How much of the target is shared out among all classes: the network need not be sure of anything.
    """
    optimizer = QuickBiases(
        TriangularRate(peak, steps), momentum=MOMENTUM, nesterov=True, weight_decay=WEIGHT_DECAY
    )
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])


def predict_views(model, images, labels, batch_size=500):
    """Classify six views of each picture - in place and shifted, mirrored or not - and average the answers.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    images : array of float32, shape (N, height, width, channels)
        Values 0..1.
    labels : array of shape (N,) or (N, 1)
        True classes, as integers.
    batch_size : int, default 500
        Pictures at once.

    Returns
    -------
    helpers.evaluation.Predictions
        The pictures as they came.
    """
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    probabilities = 0
    for corner, weight in ((1, 0.25), (0, 0.125), (2, 0.125)):  # the picture in place counts twice
        view = padded[:, corner : corner + height, corner : corner + width]
        for pictures in (view, view[:, :, ::-1]):
            probabilities += weight * model.predict(pictures, batch_size=batch_size, verbose=0)
    return Predictions(images, np.ravel(labels).astype(int), probabilities)
