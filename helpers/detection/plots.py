"""Draw boxes: what was found, what overlaps, what was missed. Each function is one of `plotting`'s kind."""

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from helpers import validation
from helpers.detection.boxes import count_objects, iou
from helpers.detection.metrics import FOUND, SEVERAL, match_detections, precision_recall
from helpers.plotting.images import check_image, show_image
from helpers.plotting.names import shorten
from helpers.plotting.style import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION, describe

IMAGE = validation.through(check_image)
COLORS = (VERMILION, BLUE, GREEN, PURPLE, ORANGE, SKY)


@validation.checked(image=IMAGE, found=FOUND, scores=validation.FLAG)
def show_detections(image, found, ax=None, title=None, scores=True):
    """Show an image with its boxes, each with name and score.

    Parameters
    ----------
    image : array, shape (H, W) or (H, W, 3)
        uint8 0..255 or float 0..1.
    found : Detections
    title : str, optional
        What stands above; the count of each class if not given.
    scores : bool, default True
        Whether scores follow the names.
    """
    height, width = np.shape(image)[:2]
    ax = ax or plt.subplots(figsize=(4.6, 4.6 * height / width + 0.4), layout="constrained")[1]
    show_image(image, ax=ax)
    words = [f"{name} {score:.0%}" for name, score in zip(found.names, found.scores, strict=True)]
    classes = list(dict.fromkeys(found.labels.tolist()))  # in the order in which they were found
    for box, label, text in zip(found.boxes, found.labels, words if scores else found.names, strict=True):
        _draw_box(ax, box, text, COLORS[classes.index(label) % len(COLORS)])
    ax.set_title(title if title is not None else count_objects(found))
    return describe(ax, f"An image with boxes around what was found: {', '.join(words) or 'nothing'}.")


def _draw_box(ax, box, text, color, style="-"):
    """Draw one box with its name on a plate at the upper left corner."""
    left, top, right, bottom = box
    corner, size = (left - 0.5, top - 0.5), (right - left, bottom - top)  # a pixel reaches half to each side
    ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=color, linewidth=2.5, linestyle=style))
    plate = {"facecolor": "white", "edgecolor": color, "boxstyle": "square,pad=0.15", "linewidth": 1.5}
    inside = {"va": "top", "ha": "left", "size": 10, "color": INK, "clip_on": True}
    ax.text(left + 1, top + 1, shorten(text), bbox=plate, **inside)


@validation.checked(box=validation.numbers(4), other=validation.numbers(4))
def overlap(box, other, ax=None):
    """Draw two boxes, what they have in common, and their intersection over union."""
    value = iou(box, other)[0, 0]
    low, high = np.minimum(box[:2], other[:2]) - 8, np.maximum(box[2:], other[2:]) + 8
    ax = ax or plt.subplots(figsize=(5.4, 4.2), layout="constrained")[1]
    _draw_box(ax, box, "A", BLUE)
    _draw_box(ax, other, "B", VERMILION, "--")
    corner = np.maximum(box[:2], other[:2])
    size = np.minimum(box[2:], other[2:]) - corner  # negative if the boxes lie apart
    shared = size.prod() if (size > 0).all() else 0
    if shared:
        ax.add_patch(Rectangle(corner - 0.5, *size, facecolor="#DDDDDD", hatch="//", edgecolor=GRAY))
    ax.set(xlim=(low[0], high[0]), ylim=(high[1], low[1]), aspect="equal")
    ax.set(xlabel="x (pixels)", ylabel="y (pixels)")
    union = np.prod(box[2:] - box[:2]) + np.prod(other[2:] - other[:2]) - shared
    ax.set_title(f"intersection {shared:g} / union {union:g} = IoU {value:.2f}")
    text = f"Two boxes, A {box.tolist()} and B {other.tolist()}: intersection {shared:g}, union {union:g}, "
    return describe(ax, f"{text}intersection over union {value:.2f}.")


@validation.checked(images=validation.several(IMAGE), found=SEVERAL, truths=SEVERAL)
def hits_and_mistakes(images, found, truths):
    """Draw scenes, three in a row, with hits, false alarms and missed objects.

    For each image there are two `Detections`: what was found, and the truth.
    """
    rows = -(-len(images) // 3)
    size = (3 * 2.3, rows * 2.3 + 0.5)
    figure, axes = plt.subplots(rows, 3, figsize=size, layout="constrained", squeeze=False)
    for ax in axes.flat[len(images) :]:
        ax.axis("off")
    totals = np.zeros(3, dtype=int)
    for ax, image, here, truth in zip(axes.flat, images, found, truths, strict=False):
        show_image(image, ax=ax)
        hits, partners = match_detections(here, truth)
        missed = truth[~np.isin(np.arange(len(truth)), partners)]
        for box, name, hit in zip(here.boxes, here.names, hits, strict=True):
            _draw_box(ax, box, name if hit else f"{name}?", SKY if hit else VERMILION, "-" if hit else "--")
        for box, name in zip(missed.boxes, missed.names, strict=True):
            _draw_box(ax, box, f"({name})", ORANGE, ":")
        totals += hits.sum(), (~hits).sum(), len(missed)
    figure.suptitle('solid: right    dashed, "?": false alarm    dotted, "( )": missed', size=12)
    words = "{} right, {} false alarms, {} missed".format(*totals)
    return describe(axes, f"{len(images)} scenes with boxes around digits: {words}.")


@validation.checked(curves=validation.by_name(validation.pair("found, truths")))
def precision_recall_curve(curves, ax=None):
    """Draw precision against recall while the score threshold falls: name -> (found, truths), two lists."""
    ax = ax or plt.subplots(figsize=(5.6, 4), layout="constrained")[1]
    words = []
    for (name, (found, truths)), style in zip(curves.items(), cycle(("-", "--", ":", "-.")), strict=False):
        precision, recall = precision_recall(found, truths)
        ax.plot(recall, precision, style, label=shorten(name))
        words.append(f"{name} ends at recall {recall.max(initial=0):.1f}")
    ax.set(xlabel="recall: share of the objects found", ylabel="precision: share of the boxes right")
    ax.set(xlim=(0, 1.02), ylim=(0, 1.02))
    if len(curves) > 1:
        ax.legend(loc="lower left")
    return describe(ax, f"Precision falls as recall rises: {'; '.join(words)}.")
