"""What the best network sees: every image, a little different in every epoch."""

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers import CourseError, arguments

BATCH_SIZE = 1024


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
        batch_size, seed = arguments.whole(batch_size, "batch_size", 1), arguments.whole(seed, "seed")
        epoch = arguments.whole(epoch, "epoch")
        expected = f"images as whole numbers 0..255 (uint8), a label for each, at least {batch_size} of both"
        images, labels = arguments.array(images, expected), arguments.array(labels, expected)
        if (
            images.dtype != np.uint8
            or images.ndim != 4
            or labels.ndim < 1
            or not len(labels) == len(images) >= batch_size
        ):
            raise CourseError(
                expected,
                f"{arguments.shown(images)} and {arguments.shown(labels)}",
                "Take the images as load_cifar10 gives them, or a smaller batch_size.",
            )
        shift = arguments.whole(shift, "shift", 0, min(images.shape[1:3]) - 1)
        padding = ((0, 0), (shift, shift), (shift, shift), (0, 0))
        padded = np.pad(images, padding, mode="reflect") if shift else images  # without a shift no copy
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
        """Images float32 in 0..1, (batch_size, height, width, channels), and their labels."""
        rows = self.order[batch * self.batch_size : (batch + 1) * self.batch_size]
        batch_images = np.moveaxis(self.windows[rows, *self.corners[:, rows]], 1, -1)
        mirrored = self.mirrored[rows, None, None, None]
        batch_images = np.where(mirrored, batch_images[:, :, ::-1], batch_images)
        return batch_images.astype("float32") / 255, self.labels[rows]
