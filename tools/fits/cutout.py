"""Images a part of which is covered: harder to memorise, for the largest network."""

from helpers import recipe  # first: it quietens TensorFlow

# isort: split
import numpy as np


class PartlyCovered(recipe.FlippedAndShifted):
    """Batches as the recipe has them, each image with a square of `side` pixels in the mean color of all.

    T. DeVries and G. W. Taylor, "Improved regularization of convolutional neural networks with Cutout",
    arXiv:1708.04552 (2017).
    """

    def __init__(self, images, *given, side, **settings):
        self.side = side
        super().__init__(images, *given, **settings)
        self.color = (images.mean((0, 1, 2)) / 255).astype("float32")

    def _draw(self):
        super()._draw()
        random = np.random.default_rng([self.seed, self.epoch, self.side])
        free = np.subtract(self.windows.shape[-2:], self.side) + 1
        self.squares = random.integers(0, free[:, None], (2, len(self.labels)))  # their upper left corners

    def __getitem__(self, batch):
        """Images float32 in 0..1, (batch_size, height, width, channels), and their labels."""
        images, labels = super().__getitem__(batch)
        corners = self.squares[:, self.order[batch * self.batch_size : (batch + 1) * self.batch_size]]
        rows, columns = (
            (corner[:, None] <= np.arange(size)) & (np.arange(size) < corner[:, None] + self.side)
            for corner, size in zip(corners, images.shape[1:3], strict=True)
        )
        square = rows[:, :, None] & columns[:, None, :]
        return np.where(square[..., None], self.color, images), labels
