"""Explorer of episode 5: a confusion matrix whose cells open their images."""

import math
from collections import Counter
from functools import partial

import numpy as np
from PIL import Image

from helpers import plotting, validation
from helpers.data import CLASS_NAMES
from helpers.evaluation import Predictions
from helpers.explorers.live import LiveExplorer, as_address
from helpers.plotting.style import percent, shorten

MOST_IMAGES = 12  # of one cell
LARGEST = 64  # pixels of an image on the sheet


@validation.checked(predictions=validation.a(Predictions), class_names=validation.names)
def confusion(predictions, class_names=CLASS_NAMES):
    """Press a cell of the confusion matrix and see the images in it.

    It takes what `evaluation.predict` returned, and begins with the most frequent mistake of the first class.
    """
    names = validation.as_names(class_names, predictions.probabilities.shape[1])
    ordered = predictions[np.argsort(-predictions.confidence, kind="stable")]
    seen, shown = Counter(), []  # of each cell, the images of the most confident answers
    for place, cell in enumerate(zip(ordered.labels.tolist(), ordered.predicted.tolist(), strict=True)):
        seen[cell] += 1
        shown += [place] if seen[cell] <= MOST_IMAGES else []
    start = max(range(1, len(names)), key=lambda other: seen[0, other], default=0)
    return LiveExplorer(
        "confusion",
        partial(_draw_cell, ordered, [shorten(name) for name in names], (0, start)),
        classes=[name.encode("utf-8", "replace").decode() for name in names],  # a file's name may be no text
        labels=_as_text(ordered.labels),
        predicted=_as_text(ordered.predicted),
        most=MOST_IMAGES,
        confidence=_as_text(ordered[shown].confidence.round(5)),
        sheet=_sheet(ordered[shown]),
    )


def _as_text(numbers):
    """Write numbers with spaces between them: a stored notebook gives each entry of a list a line."""
    return " ".join(map(str, numbers.tolist()))


def _sheet(predictions):
    """Put images side by side into one, small: about 400 bytes each."""
    top = 255 if predictions.pixels == "0..1" else 1
    pixels = np.rint(np.asarray(predictions.images) * float(top)).clip(0, 255).astype(np.uint8)
    step = math.ceil(max(pixels.shape[1:3]) / LARGEST)
    images = [Image.fromarray(one.squeeze()).reduce(step) for one in pixels]
    (width, height), columns = images[0].size, math.ceil(math.sqrt(len(images)))
    sheet = Image.new("RGB", (columns * width, math.ceil(len(images) / columns) * height))
    for place, image in enumerate(images):
        sheet.paste(image, (place % columns * width, place // columns * height))
    url = as_address(np.asarray(sheet), quality=80)
    return {"url": url, "columns": columns, "width": width, "height": height}


def _draw_cell(predictions, class_names, cell):
    """Draw the images in one cell of the confusion matrix, the most confident answer first."""
    true, predicted = cell
    name = f"{class_names[true]}, predicted {class_names[predicted]}"
    inside = predictions[(predictions.labels == true) & (predictions.predicted == predicted)]
    count = f"{len(inside) or 'no'} image{'' if len(inside) == 1 else 's'}"
    if not len(inside):
        ax = plotting.style.canvas(6, 1)
        ax.text(0.1, 0.5, f"true {name}: {count}", size=14, va="center")
        return plotting.describe(ax, f"True {name}: {count}.")
    first = inside[:MOST_IMAGES]
    confidences = [percent(value) for value in first.confidence]
    axes = plotting.show_images(first.images, confidences, columns=6, size=1.35)
    count += f", the {MOST_IMAGES} most confident" if len(inside) > MOST_IMAGES else ""
    figure = axes.flat[0].figure
    figure.set_figwidth(max(figure.get_figwidth(), 4.5))  # room for the title above one image, too
    figure.suptitle(f"true {name}: {count}", size=14)
    return plotting.describe(axes, f"True {name}: {count}, with probabilities {', '.join(confidences)}.")
