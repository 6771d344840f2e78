"""Larger detectors, from the internet. Offline, each function says so and what to do."""

import numpy as np
from PIL import Image

from helpers import online
from helpers.detection.boxes import Detections

RETINA = 800  # pixels, the side of KerasHub's images


def keras_hub_detector(preset="retinanet_resnet50_fpn_coco", score_threshold=0.5):
    """Load a detector of KerasHub (Apache 2.0), trained on MS COCO.

    Parameters
    ----------
    preset : str, default "retinanet_resnet50_fpn_coco"
        Its name at KerasHub; 130 MB are fetched on first use.
    score_threshold : float in 0..1, default 0.5
        Less sure boxes are dropped.

    Returns
    -------
    callable
        Takes a photo (height, width, 3) of uint8, gives `Detections` in its pixels.

    Raises
    ------
    CourseError
        If the package is missing or the network cannot be fetched.
    """
    hub = online.package("keras-hub")
    with online.fetching(f"the detector {preset}"):
        model = hub.models.ObjectDetector.from_preset(preset, bounding_box_format="xyxy")
    names = tuple(hub.utils.coco_id_to_name(number) or "unnamed" for number in range(91))

    def detect(photo):
        square = np.asarray(Image.fromarray(photo).resize((RETINA, RETINA)))
        answer = {name: np.asarray(part)[0] for name, part in model.predict(square[None], verbose=0).items()}
        kept = answer["confidence"] >= score_threshold  # what is padded has -1
        boxes = answer["boxes"][kept] * np.tile(np.shape(photo)[1::-1], 2) / RETINA
        return Detections(boxes, answer["labels"][kept].astype(int), answer["confidence"][kept], names)

    return detect


def ultralytics_detector(weights="yolo11n.pt", score_threshold=0.5):
    """Load a YOLO of Ultralytics (AGPL-3.0: mind what that means for what you build), trained on MS COCO.

    As `keras_hub_detector`; of the usual weights, 5 MB are fetched on first use.
    """
    yolo = online.package("ultralytics")
    with online.fetching(f"the weights {weights}"):
        model = yolo.YOLO(weights)
    names = tuple(model.names[number] for number in sorted(model.names))

    def detect(photo):
        blue_first = np.ascontiguousarray(photo[..., ::-1])  # arrays are taken for OpenCV's
        found = model.predict(blue_first, conf=score_threshold, verbose=False)[0].boxes
        boxes, labels, scores = (np.asarray(part) for part in (found.xyxy, found.cls, found.conf))
        return Detections(boxes.reshape(-1, 4), labels.astype(int), scores, names)

    return detect
