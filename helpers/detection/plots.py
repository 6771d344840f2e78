"""Draw boxes: what was found, what overlaps, what was missed. Each function is one of `plotting`'s kind."""

from itertools import cycle

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Rectangle

from helpers import validation
from helpers.detection.boxes import count_objects, iou
from helpers.detection.metrics import FOUND, SEVERAL, match_detections, precision_recall
from helpers.plotting.images import check_image, show_image
from helpers.plotting.style import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION, describe, shorten

IMAGE = validation.through(check_image)
COLORS = (VERMILION, BLUE, GREEN, PURPLE, ORANGE, SKY)
MOST_NAMES = 12  # with more, nobody could read them


@validation.checked(image=IMAGE, found=FOUND)
def show_detections(image, found, ax=None, title=None):
    """Show an image with its boxes, each with name and score; of many boxes only the best of each class.

    Parameters
    ----------
    image : array, shape (H, W) or (H, W, 3)
        uint8 0..255 or float 0..1.
    found : Detections
    title : str, optional
        What stands above; the count of each class if not given.
    """
    height, width = np.shape(image)[:2]
    ax = ax or plt.subplots(figsize=(4.6, 4.6 * height / width + 0.4), layout="constrained")[1]
    show_image(image, ax=ax)
    ax.set_title(title if title is not None else count_objects(found))
    words = [f"{name} {score:.0%}" for name, score in zip(found.names, found.scores, strict=True)]
    classes = np.unique(found.labels).tolist()
    colors = [COLORS[classes.index(label) % len(COLORS)] for label in found.labels]
    for box, color in zip(found.boxes, colors, strict=True):
        _draw_box(ax, box, color)
    named = range(len(found))
    if len(found) > MOST_NAMES:
        named = [int(np.where(found.labels == label, found.scores, -1).argmax()) for label in classes]
    _write_names(ax, [(found.boxes[i], words[i], colors[i]) for i in named])
    counted = "" if len(found) <= MOST_NAMES else f" {len(found)} boxes, among them"
    text = ", ".join(words[i] for i in named) or "nothing"
    return describe(ax, f"An image with boxes around what was found:{counted} {text}.")


def _draw_box(ax, box, color, style="-"):
    left, top, right, bottom = box
    corner, size = (left - 0.5, top - 0.5), (right - left, bottom - top)  # a pixel reaches half to each side
    ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=color, linewidth=2.5, linestyle=style))


def _write_names(ax, names):
    """Write the name of each box - (box, name, color) - where it covers least of boxes and other names."""
    if not names:
        return
    ax.figure.draw_without_rendering()  # the layout decides how large a pixel is
    (left, right), (low, high) = sorted(ax.get_xlim()), sorted(ax.get_ylim())
    taken, per_point = [box for box, *_ in names], (right - left) / ax.get_window_extent().width
    pad = 0.04 * ax.figure.dpi * per_point
    for (x, y, x2, y2), name, color in names:
        plate = {"facecolor": "white", "edgecolor": color, "boxstyle": "square,pad=0.15", "linewidth": 1.5}
        text = ax.text(0, 0, shorten(name), bbox=plate, va="top", ha="left", size=9, color=INK, clip_on=True)
        size = text.get_window_extent()
        width, height = size.width * per_point + 2 * pad, size.height * per_point + 2 * pad
        rows, columns = (y - height, y2, y, y2 - height), (x, x2 - width)  # above, below, inside
        spots = [(column, row) for row in rows for column in columns] + [(x2, y), (x - width, y)]
        areas = [(a, b, a + width, b + height) for a, b in spots]
        outside = [width * height - _common(area, (left, low, right, high)) for area in areas]
        covered = [sum(_common(area, other) for other in taken) for area in areas]
        best = int(np.argmin(5 * np.array(outside) + covered))
        text.set_position((spots[best][0] + pad, spots[best][1] + pad))
        taken.append(areas[best])


def _common(area, other):
    """Area that two boxes have in common."""
    width, height = np.minimum(area[2:], other[2:]) - np.maximum(area[:2], other[:2])
    return max(width, 0) * max(height, 0)


@validation.checked(box=validation.numbers(4), other=validation.numbers(4))
def overlap(box, other, ax=None):
    """Draw two boxes, what they have in common, and their intersection over union."""
    value = iou(box, other)[0, 0]
    low, high = np.minimum(box[:2], other[:2]) - 8, np.maximum(box[2:], other[2:]) + 8
    ax = ax or plt.subplots(figsize=(5.4, 4.2), layout="constrained")[1]
    _draw_box(ax, box, BLUE)
    _draw_box(ax, other, VERMILION, "--")
    corner = np.maximum(box[:2], other[:2])
    size = np.minimum(box[2:], other[2:]) - corner  # negative if the boxes lie apart
    shared = size.prod() if (size > 0).all() else 0
    if shared:
        ax.add_patch(Rectangle(corner - 0.5, *size, facecolor="#DDDDDD", hatch="//", edgecolor=GRAY))
    ax.set(xlim=(low[0], high[0]), ylim=(high[1], low[1]), aspect="equal")
    ax.set(xlabel="x (pixels)", ylabel="y (pixels)")
    _write_names(ax, [(box, "A", BLUE), (other, "B", VERMILION)])
    union = np.prod(box[2:] - box[:2]) + np.prod(other[2:] - other[:2]) - shared
    ax.set_title(f"intersection {shared:g} / union {union:g} = IoU {value:.2f}")
    text = f"Two boxes, A {box.tolist()} and B {other.tolist()}: intersection {shared:g}, union {union:g}, "
    return describe(ax, f"{text}intersection over union {value:.2f}.")


@validation.checked(images=validation.several(IMAGE), found=SEVERAL, truths=SEVERAL, columns=validation.COUNT)
def hits_and_mistakes(images, found, truths, columns=3):
    """Draw images, so many in a row, with hits, false alarms and missed objects.

    For each image there are two `Detections`: what was found, and the truth.
    """
    columns = min(columns, len(images))
    rows, width = -(-len(images) // columns), 8 / columns
    height = width * max(np.shape(image)[0] / np.shape(image)[1] for image in images)
    size = (8, rows * height + 0.5)
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    figure.suptitle('solid: right    dashed, "?": false alarm    dotted, "( )": missed', size=12)
    for ax in axes.flat[len(images) :]:
        ax.axis("off")
    totals = np.zeros(3, dtype=int)
    for ax, image, here, truth in zip(axes.flat, images, found, truths, strict=False):
        show_image(image, ax=ax)
        hits, partners = match_detections(here, truth)
        missed = truth[~np.isin(np.arange(len(truth)), partners)]
        drawn = [
            (box, name, SKY, "-") if hit else (box, f"{name}?", VERMILION, "--")
            for box, name, hit in zip(here.boxes, here.names, hits, strict=True)
        ] + [(box, f"({name})", ORANGE, ":") for box, name in zip(missed.boxes, missed.names, strict=True)]
        for box, _, color, style in drawn:
            _draw_box(ax, box, color, style)
        _write_names(ax, [one[:3] for one in drawn])
        totals += hits.sum(), (~hits).sum(), len(missed)
    words = "{} right, {} false alarms, {} missed".format(*totals)
    return describe(axes, f"{len(images)} images with boxes around what was found: {words}.")


@validation.checked(curves=validation.DICT)
def precision_recall_curve(curves):
    """Draw precision against recall while the score threshold falls: name -> (found, truths), two lists."""
    found_and_truths = validation.pair("found, truths")
    curves = {name: found_and_truths(curve, "each of curves") for name, curve in curves.items()}
    ax = plt.subplots(figsize=(5.6, 4), layout="constrained")[1]
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
