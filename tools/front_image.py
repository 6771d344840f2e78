"""Draw the image of the front page: photos of the test set, and what the shipped network says about them.

    python -m tools.front_image     # writes docs/_static/front.webp and prints its alt text

The photos are the first ones of the bundled test set, in their order: nobody picked the nice ones.
"""

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from helpers import storage
from helpers.data import CLASS_NAMES, load_cifar10
from helpers.evaluation import predict
from helpers.plotting.style import BLUE, GRAY, INK, VERMILION
from helpers.training import load_fit
from tools import shared

TARGET = storage.ROOT / "docs" / "_static" / "front.webp"
COLUMNS, ROWS = 6, 2


def _draw(predictions):
    """Draw photos with the three most probable classes as bars: the true one blue and marked."""
    figure, axes = plt.subplots(2 * ROWS, COLUMNS, figsize=(12, 6.4), height_ratios=[3, 1.5] * ROWS)
    for place in range(len(predictions.labels)):
        row, column = divmod(place, COLUMNS)
        _draw_one(axes[2 * row, column], axes[2 * row + 1, column], predictions, place)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.99, bottom=0.01, hspace=0.08, wspace=0.12)
    return figure


def _draw_one(photo, bars, predictions, place):
    """Draw one photo, and below it its three most probable classes."""
    photo.imshow(predictions.images[place])
    photo.axis("off")
    probabilities, truth = predictions.probabilities[place], predictions.labels[place]
    for line, label in enumerate(probabilities.argsort()[::-1][:3]):
        right = label == truth
        color = BLUE if right else (VERMILION if line == 0 else GRAY)
        bars.barh(line, probabilities[label], color=color, height=0.28)
        mark = ("\N{CHECK MARK} " if right else "\N{BALLOT X} ") if line == 0 else ""
        text, weight = f"{mark}{CLASS_NAMES[label]} {probabilities[label]:.0%}", "normal" if line else "bold"
        bars.text(0, line - 0.42, text, size=11, color=INK, va="center", weight=weight)
    bars.set(xlim=(0, 1), ylim=(2.4, -0.8))
    bars.axis("off")


def _alt_text(predictions):
    names = (CLASS_NAMES[label] for label in predictions.labels)
    return (
        f"Twelve small photos - {', '.join(names)} - and below each the three most probable classes for the "
        f"course's network. It is right on {predictions.correct.sum()} of {len(predictions.labels)}."
    )


def main():
    """Write the image."""
    shared.parser(__doc__).parse_args()
    _, (images, labels) = load_cifar10()
    model, _ = load_fit("model_dropout", shipped=True)
    count = COLUMNS * ROWS
    predictions = predict(model, images[:count].astype("float32") / 255, labels[:count])
    figure = _draw(predictions)
    figure.set_dpi(100)
    figure.canvas.draw()
    with storage.atomic_path(TARGET) as target:
        image = Image.fromarray(np.asarray(figure.canvas.buffer_rgba()))
        image.convert("RGB").save(target, quality=82, method=6)
    print(_alt_text(predictions))


if __name__ == "__main__":
    main()
