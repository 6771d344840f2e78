"""Explorer of the MNIST example: draw a digit and watch the ten probabilities."""

from functools import partial

import numpy as np
import traitlets
from matplotlib import pyplot as plt

from helpers import CourseError, mnist, plotting
from helpers.explorers.live import LiveExplorer

N_PIXELS = mnist.SHAPE[0] * mnist.SHAPE[1]
DIGITS = tuple(map(str, range(10)))
PAGE = "../try/digits"  # on the site, a page with the network that the course ships
EXAMPLE = "2_chalk.png"  # one of the bundled own digits, for places without widgets


def drawing(models):
    """Draw a digit with mouse, finger or keyboard and watch the ten probabilities.

    It asks one network for images (N, 28, 28, 1), or the chosen one of several by name. Where no widget
    works, an image of a drawn digit is shown.
    """
    models = models if isinstance(models, dict) else {getattr(models, "name", "network"): models}
    if not models or not all(map(callable, models.values())):
        raise CourseError("one network, or a dictionary of networks", repr(models)[:60], "Train one first.")
    return _DigitCanvas(models)


class _DigitCanvas(LiveExplorer):
    """A board to draw on, beside the answer of a network in the kernel; on the site, of the one at `page`.

    `pixels` holds what is drawn, 0..255, row by row; `probabilities` what the chosen network says about it.
    """

    pixels = traitlets.List(
        traitlets.Int(min=0, max=255), [0] * N_PIXELS, minlen=N_PIXELS, maxlen=N_PIXELS
    ).tag(sync=True)
    network = traitlets.Unicode().tag(sync=True)
    probabilities = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, models):
        self.models = models
        first, *_ = names = list(models)
        example = mnist.prepare_digit(mnist.OWN / EXAMPLE)
        still = partial(_draw_drawing, models[first], example)
        super().__init__("drawing", still, networks=names, page=PAGE)
        self.set_trait("network", first)

    @traitlets.observe("pixels", "network")
    def _answer(self, change):
        if self.network in self.models:
            image = np.array(self.pixels, dtype="float32").reshape(mnist.SHAPE) / 255
            self.probabilities = _ask(self.models[self.network], image).tolist()


def _ask(model, image):
    """Ten probabilities for one image, shape (28, 28, 1) in 0..1."""
    remedy = "Pass a network for digits, such as create_model_mnist() makes."
    takes_shape = getattr(model, "input_shape", (None, *image.shape))
    if takes_shape != (None, *image.shape):
        expected = f"a network that takes images of shape {image.shape}"
        raise CourseError(expected, f"one for {takes_shape[1:]}", remedy)
    given = np.asarray(model(image[None]), dtype=float)  # (1, 10)
    if given.shape != (1, 10):
        raise CourseError("a network that gives ten probabilities", f"shape {given.shape}", remedy)
    return given[0]


def _draw_drawing(model, image):
    """Draw an image of a digit beside what a network says about it."""
    axes = plt.subplots(1, 2, figsize=(8, 4.2), width_ratios=(1, 1.35), layout="constrained")[1]
    plotting.show_image(image, ax=axes[0], title="28 x 28 pixels")
    probabilities = _ask(model, image)
    plotting.probability_bars(probabilities, DIGITS, ax=axes[1])
    text = "A drawn digit as the network gets it, 28 by 28 pixels, beside ten probabilities: "
    return plotting.describe(axes, f"{text}it says {probabilities.argmax()} ({probabilities.max():.1%}).")
