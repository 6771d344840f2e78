"""Detectors for photos: a bundled one, for 23 kinds of everyday things, and larger ones from the internet.

The bundled network is an SSD (W. Liu and others, "SSD: Single shot multibox detector", ECCV 2016) on
MobileNetV2 (M. Sandler and others, CVPR 2018), trained on Open Images V4 (A. Kuznetsova and others,
International Journal of Computer Vision 128, 2020). data/README.md says where it comes from. Offline, the
functions for larger ones say so and what to do.
"""

import functools

import numpy as np
from PIL import Image

from helpers import online, storage
from helpers.detection.boxes import Detections, non_max_suppression
from helpers.images import check_photo
from helpers.pretrained import FOLDER

SIDE = 300  # pixels
STRIDES = (16, 32, 64, 128, 256, 512)  # of the six grids of anchor boxes
SMALLEST, LARGEST = 0.2, 0.95  # scales of the anchors, as part of the image
SCALE_XY, SCALE_WH = 10, 5  # the network's offsets are this many times too large


class PhotoDetector:
    """A detector that finds 23 kinds of things in a photo; `class_names` lists them."""

    def __init__(self):
        import keras

        self.model = keras.saving.load_model(storage.checked(FOLDER / "photo_detector.keras"))
        names = storage.checked(FOLDER / "photo_detector_classes.txt").read_text(encoding="utf-8")
        self.class_names = tuple(names.splitlines()[1:])  # the first is the background

    def candidates(self, photo):
        """Give all 1,917 boxes in a photo (height, width, 3) of uint8, each with its most probable class."""
        offsets, scores = (np.asarray(output)[0] for output in self.model(prepare(photo), training=False))
        scores = scores[:, 1:]  # without the background: (1917, 23)
        boxes = _decode(offsets, _anchors()) * np.tile(np.shape(photo)[1::-1], 2)
        return Detections(boxes, scores.argmax(axis=1), scores.max(axis=1), self.class_names)

    def detect(self, photo, score_threshold=0.5):
        """Find things in a photo (height, width, 3) of uint8.

        It gives `Detections` in its pixels, the most confident first. The threshold is that of
        `boxes.non_max_suppression`.
        """
        return non_max_suppression(self.candidates(photo), score_threshold)


def prepare(photo):
    """Stretch a photo to 300 x 300 pixels and scale it to -1..1: float32, shape (1, 300, 300, 3)."""
    image = Image.fromarray(check_photo(photo)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.float32)[None] / 127.5 - 1


@functools.cache
def _anchors():
    """Boxes from which the answers are counted: centre x and y, width, height, as parts of the image."""
    scales = [*np.linspace(SMALLEST, LARGEST, len(STRIDES)), 1.0]
    grids = []
    for number, stride in enumerate(STRIDES):
        scale, between = scales[number], np.sqrt(scales[number] * scales[number + 1])
        shapes = [(0.1, 1), (scale, 2), (scale, 1 / 2)]  # three a place in the finest grid, six in others
        if number:
            shapes = [(scale, ratio) for ratio in (1, 2, 1 / 2, 3, 1 / 3)] + [(between, 1)]
        sizes = [(size * np.sqrt(ratio), size / np.sqrt(ratio)) for size, ratio in shapes]
        steps = -(-SIDE // stride)
        y, x = np.divmod(np.arange(steps**2), steps)
        centers = np.stack([x + 0.5, y + 0.5], axis=1) / steps
        grids.append(np.hstack([np.repeat(centers, len(sizes), axis=0), np.tile(sizes, (steps**2, 1))]))
    return np.concatenate(grids)  # (1917, 4)


def _decode(offsets, anchors):
    """Turn offsets (N, 4) into boxes (N, 4): left, top, right, bottom as parts of the image."""
    # Counted from the anchor in units of its size, y before x; sizes as logarithms.
    centers, sizes = anchors[:, :2], anchors[:, 2:]
    centers = centers + offsets[:, 1::-1].astype(float) / SCALE_XY * sizes
    halves = np.exp(offsets[:, :1:-1].astype(float) / SCALE_WH) * sizes / 2
    return np.hstack([centers - halves, centers + halves]).clip(0, 1)


HUB_PRESET, YOLO_WEIGHTS = "retinanet_resnet50_fpn_coco", "yolo11n.pt"
SURE = 0.5  # less confident boxes of these two are dropped
RETINA = 800  # pixels, the side of KerasHub's images


def keras_hub_detector():
    """Load a RetinaNet of KerasHub (Apache 2.0), trained on MS COCO; 130 MB are fetched on first use.

    Returns
    -------
    callable
        Takes a photo (height, width, 3) of uint8, gives `Detections` in its pixels, scores from 0.5 on.

    Raises
    ------
    CourseError
        If the package is missing or the network cannot be fetched.
    """
    hub = online.package("keras-hub")
    with online.fetching(f"the detector {HUB_PRESET}"):
        model = hub.models.ObjectDetector.from_preset(HUB_PRESET, bounding_box_format="xyxy")
    names = tuple(hub.utils.coco_id_to_name(number) or "unnamed" for number in range(91))

    def detect(photo):
        square = np.asarray(Image.fromarray(photo).resize((RETINA, RETINA)))
        answer = {name: np.asarray(part)[0] for name, part in model.predict(square[None], verbose=0).items()}
        kept = answer["confidence"] >= SURE  # what is padded has -1
        boxes = answer["boxes"][kept] * np.tile(np.shape(photo)[1::-1], 2) / RETINA
        return Detections(boxes, answer["labels"][kept].astype(int), answer["confidence"][kept], names)

    return detect


def ultralytics_detector():
    """Load a YOLO of Ultralytics (AGPL-3.0: mind what that means for what you build), trained on MS COCO.

    As `keras_hub_detector`; 5 MB are fetched on first use.
    """
    yolo = online.package("ultralytics")
    with online.fetching(f"the weights {YOLO_WEIGHTS}"):
        model = yolo.YOLO(YOLO_WEIGHTS)
    names = tuple(model.names[number] for number in sorted(model.names))

    def detect(photo):
        blue_first = np.ascontiguousarray(photo[..., ::-1])  # arrays are taken for OpenCV's
        found = model.predict(blue_first, conf=SURE, verbose=False)[0].boxes
        boxes, labels, scores = (np.asarray(part) for part in (found.xyxy, found.cls, found.conf))
        return Detections(boxes.reshape(-1, 4), labels.astype(int), scores, names)

    return detect
