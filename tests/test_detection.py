"""Boxes, suppression and average precision agree with references; detectors find what is there."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import nbformat
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from matplotlib.patches import Rectangle

from helpers import CourseError, images, mnist, online, storage
from helpers.detection import boxes, digit_detector, metrics, photo_detectors, plots, synthetic_scenes
from helpers.detection.boxes import Detections, count_objects, iou, non_max_suppression
from tests.refused import refuses
from tests.test_accessibility import said


def random_boxes(rng, n):
    corners = rng.uniform(0, 80, (n, 2))
    return np.hstack([corners, corners + rng.uniform(1, 40, (n, 2))])


def detections(*rows, names=("cat", "dog", "cup")):
    """Make detections from rows of (box, label, score)."""
    some, labels, scores = zip(*rows, strict=True) if rows else ((), (), ())
    boxes = np.array(some, dtype=float).reshape(-1, 4)
    return Detections(boxes, np.array(labels, dtype=int), np.array(scores, dtype=float), names)


CAT = detections(((0, 0, 9, 9), 0, 1))


# Boxes


def test_overlap_counts_pixels():
    rng = np.random.default_rng(0)
    some = rng.integers(0, 12, (40, 2, 2)).astype(float)
    some = np.concatenate([some.min(axis=1), some.max(axis=1) + 1], axis=1)
    masks = np.zeros((40, 14, 14), bool)
    for mask, (left, top, right, bottom) in zip(masks, some.astype(int), strict=True):
        mask[top:bottom, left:right] = True
    common = (masks[:, None] & masks[None]).sum(axis=(2, 3))
    union = (masks[:, None] | masks[None]).sum(axis=(2, 3))
    np.testing.assert_allclose(iou(some, some), common / union)
    assert iou((3, 3, 3, 3), (3, 3, 3, 3)).tolist() == [[0]]  # without area


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.8])
def test_suppression_is_that_of_tensorflow(threshold):
    rng = np.random.default_rng(1)
    for _ in range(25):
        some, scores = random_boxes(rng, 60), rng.permutation(60) / 60
        found = Detections(some, np.zeros(60, int), scores, ("cat",))
        theirs = tf.image.non_max_suppression(some[:, [1, 0, 3, 2]], scores, 60, threshold).numpy()
        ours = non_max_suppression(found, score_threshold=0, iou_threshold=threshold)
        np.testing.assert_array_equal(ours.boxes, some[theirs])


def test_suppression_leaves_other_classes_alone():
    same = (0, 0, 9, 9)
    found = detections((same, 0, 0.9), (same, 1, 0.95), ((0, 0, 9, 8), 0, 0.8), ((0, 0, 1, 1), 2, 0.1))
    kept = non_max_suppression(found, 0.5)
    assert kept.names == ["dog", "cat"]
    assert kept.scores.tolist() == [0.95, 0.9]
    assert len(non_max_suppression(detections())) == 0


@pytest.mark.parametrize(
    ("labels", "words"),
    [([], "nothing"), ([1, 0, 1, 2], "2 dogs, 1 cat, 1 cup"), ([3, 3, 4, 4], "2 boxes, 2 cattle")],
)
def test_objects_are_counted_in_words(labels, words):
    rows = [((0, 0, 1, 1), label, 1) for label in labels]
    assert count_objects(detections(*rows, names=("cat", "dog", "cup", "Box", "Cattle"))) == words


# Average precision


def test_average_precision_by_hand():
    truth = detections(((0, 0, 10, 10), 0, 1), ((20, 0, 30, 10), 0, 1), ((40, 0, 50, 10), 0, 1))
    found = detections(
        ((0, 0, 10, 10), 0, 0.9),  # hit
        ((0, 0, 10, 9), 0, 0.8),  # the same object again: a false alarm
        ((20, 0, 30, 10), 1, 0.7),  # the wrong class
        ((21, 0, 31, 10), 0, 0.6),  # hit, IoU 0.82
        ((46, 0, 56, 10), 0, 0.5),  # IoU 0.25: a false alarm
    )
    hits, partners = metrics.match_detections(found, truth)
    assert hits.tolist() == [True, False, False, True, False]
    assert partners.tolist() == [0, -1, -1, 1, -1]
    precision, recall = metrics.precision_recall([found], [truth])
    assert precision == pytest.approx([1, 1 / 2, 1 / 3, 2 / 4, 2 / 5])
    assert recall == pytest.approx([1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    # Of the cats alone, whose precision is 1, 1/2, 2/3, 2/4, and levelled 1, 2/3, 2/3, 2/4.
    assert metrics.mean_average_precision([found], [truth]) == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)
    assert metrics.mean_average_precision([truth], [truth]) == 1
    assert metrics.mean_average_precision([detections()], [truth]) == 0
    assert metrics.mean_average_precision([truth, found], [truth, truth]) < 1
    dog = detections(((0, 0, 9, 9), 1, 1))  # without any demand on overlap the class still counts
    assert not metrics.match_detections(CAT, dog, iou_threshold=0)[0].any()


def test_the_bootstrap_interval_holds_the_score_and_repeats():
    rng = np.random.default_rng(3)
    truths = [detections(((0, 0, 9, 9), 0, 1), ((20, 20, 30, 30), 1, 1)) for _ in range(30)]
    found = [truth[rng.random(2) < 0.8] for truth in truths]
    low, high = metrics.bootstrap_interval(found, truths)
    assert low < metrics.mean_average_precision(found, truths) < high
    assert (low, high) == metrics.bootstrap_interval(found, truths)
    few = [CAT, CAT[:0], CAT[:0]]  # images without objects do not spoil the interval
    assert metrics.bootstrap_interval(few, few) == (1, 1)


# Scenes, and the detector for them


@pytest.fixture(scope="module")
def digit_images():
    return mnist.load_mnist()


def test_scenes_hold_digits_where_their_boxes_are(digit_images, monkeypatch):
    monkeypatch.setattr(synthetic_scenes, "N_CLUTTER", 0)
    images, truths = synthetic_scenes.make_scenes(*digit_images[0], 20, seed=5)
    again, _ = synthetic_scenes.make_scenes(*digit_images[0], 20, seed=5)
    np.testing.assert_array_equal(images, again)
    assert images.shape == (20, 96, 96) and images.dtype == np.uint8
    for image, truth in zip(images, truths, strict=True):
        assert 1 <= len(truth) <= 6
        assert truth.boxes.min() >= 0 and truth.boxes.max() <= 96
        overlaps = iou(truth.boxes, truth.boxes) - np.eye(len(truth))
        assert overlaps.max(initial=0) <= synthetic_scenes.MOST_OVERLAP
        inside = np.zeros((96, 96), bool)
        for left, top, right, bottom in truth.boxes.astype(int):
            inside[top:bottom, left:right] = True
            assert image[top:bottom, left:right].max() > 140
        assert image[~inside].max() < 160


def test_what_is_encoded_comes_back(digit_images):
    images, truths = synthetic_scenes.make_scenes(*digit_images[0], 30, seed=6)
    grids = digit_detector.encode(truths)

    class Perfect:
        layers = ()

        def __call__(self, batch, training):
            return grids

    for back, truth in zip(digit_detector.detect(Perfect(), images), truths, strict=True):
        hits, _ = metrics.match_detections(back, truth, iou_threshold=0.95)
        assert hits.sum() >= len(truth) - 1  # two centres may share a cell
        assert back.scores[hits].min() > 0.99


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        (np.s_[..., :-4], lambda classes: classes * 0.01),  # digits missed
        (np.s_[..., :-4], lambda classes: classes.clip(0.9)),  # digits everywhere
        (np.s_[..., -4:], lambda boxes: boxes + 0.5),
    ],
    ids=["missed", "false alarms", "boxes elsewhere"],
)
def test_every_kind_of_mistake_has_its_loss(digit_images, part, fault):
    truth = digit_detector.encode(synthetic_scenes.make_scenes(*digit_images[0], 4, seed=7)[1])
    worse, better = truth.copy(), truth.copy()
    worse[part] = fault(truth[part])
    better[part] = (worse[part] + truth[part]) / 2
    losses = [digit_detector.detection_loss(truth, answer) for answer in (worse, better, truth)]
    assert np.all(losses[0] > losses[1]) and np.all(losses[1] > losses[2])
    other = truth.copy()
    other[..., -4:] += truth[..., :-4].max(axis=-1, keepdims=True) < 1  # boxes where no centre is
    np.testing.assert_array_equal(digit_detector.detection_loss(truth, other), losses[2])


def detect_digits(scenes):
    return digit_detector.detect(digit_detector.create_model(filters=1), scenes)


DARK = np.zeros((4, 28, 28, 3), np.uint8)
NO_SCENES = (np.zeros((2, 28, 28), np.uint8), np.zeros((96, 96), np.uint8), np.zeros((1, 96, 96)))
REFUSED = [  # message, function, lists of arguments that it refuses
    ("boxes as numbers", iou, [("box", (0, 0, 1, 1))]),
    ("four finite numbers", iou, [((1, 2, 3), (0, 0, 1, 1)), ((0, 0, np.nan, 1), (0, 0, 1, 1))]),
    ("left <= right", iou, [((5, 5, 1, 1), (0, 0, 1, 1))]),
    ("from 0 to 1", non_max_suppression, [(CAT, 0.5, 50)]),
    (r"Put a single one into \[ \]", metrics.mean_average_precision, [(CAT, CAT)]),
    ("one truth an image", metrics.precision_recall, [([CAT, CAT], [CAT])]),
    ("at least one true object", metrics.bootstrap_interval, [([CAT[:0]] * 2, [CAT[:0]] * 2)]),
    ("grey", synthetic_scenes.make_scenes, [(DARK, np.arange(4), 1)]),
    ("black one", synthetic_scenes.make_scenes, [(DARK[..., :1], np.arange(4), 1)]),
    ("one label each", synthetic_scenes.make_scenes, [(DARK[..., :1], np.arange(3), 1)]),
    ("scenes", detect_digits, [(scenes,) for scenes in NO_SCENES]),
]

test_what_does_not_fit_is_refused = refuses(REFUSED)


# Photos


@pytest.fixture(scope="module")
def detector():
    return photo_detectors.PhotoDetector()


def test_things_in_photos_are_found_and_in_photos_of_other_things_nothing(detector):
    for name, thing, box in (
        ("cat", "Cat", (3, 1, 424, 300)),
        ("coffee", "Coffee cup", (171, 21, 420, 324)),
        ("astronaut", "Person", (21, 17, 363, 507)),
    ):
        found = detector.detect(images.load_photo(name), score_threshold=0.5)
        assert found.names[0] == thing
        assert iou(found.boxes[0], box)[0, 0] > 0.95
    for name in ("rocket", "temple"):
        assert len(detector.detect(images.load_photo(name), score_threshold=0.4)) == 0, name


def test_boxes_drawn_by_hand_lie_in_their_photos_and_most_are_found(detector):
    names = sorted(set(pd.read_csv(boxes.BY_HAND).photo))
    photos = [images.load_photo(name) for name in names]
    truths = boxes.load_boxes(names, detector.class_names)
    for photo, truth in zip(photos, truths, strict=True):
        assert len(truth) and (truth.boxes >= 0).all() and (truth.scores == 1).all()
        assert (truth.boxes[:, 2:] <= photo.shape[1::-1]).all()
    found = [detector.detect(photo, 0.35) for photo in photos]
    hits = [metrics.match_detections(*pair)[0].sum() for pair in zip(found, truths, strict=True)]
    assert sum(hits) >= 11 and sum(map(len, truths)) == 14


def test_own_boxes_are_read_photo_by_photo(tmp_path):
    rows = "b,dog,1,2,3,4\na,cat,0,0,5,5\nb,cat,5,6,7,8.5"
    (tmp_path / "own.csv").write_text(HEAD + rows, encoding="utf-8")
    none, some = boxes.load_boxes(["c", "b"], ("cat", "dog"), tmp_path / "own.csv")
    assert (len(none), some.names, some.boxes.tolist()) == (0, ["dog", "cat"], [[1, 2, 3, 4], [5, 6, 7, 8.5]])


HEAD = "photo,class,left,top,right,bottom\n"
NO_TABLES = [  # content of a file, what is said of it
    (None, "columns photo, class"),
    ("photo,class,left,top,right\na,cat,1,2,3", "bottom"),
    (f"{HEAD}a,cat,1,2,x,4", "could not convert"),
    (f"{HEAD}a,cup,1,2,3,4", "cup"),
    (f"{HEAD}a,cat,10,20,5,5", "not width and height"),
]


@pytest.mark.parametrize(("content", "message"), NO_TABLES)
def test_tables_of_boxes_that_cannot_be_are_refused(tmp_path, content, message):
    if content:
        (tmp_path / "own.csv").write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        boxes.load_boxes(["a"], ("cat", "dog"), tmp_path / "own.csv")


# Detectors from the internet, and the cells of the notebooks that use them


class FakeObjectDetector:
    @classmethod
    def from_preset(cls, preset, bounding_box_format):
        return cls()

    def predict(self, square, verbose):
        assert square.shape == (1, 800, 800, 3)
        boxes = [[[0, 0, 400, 800], [400, 0, 800, 400], [-1, -1, -1, -1]]]
        return {"boxes": boxes, "confidence": [[0.9, 0.3, -1]], "labels": [[17, 1, -1]]}


class FakeYolo:
    names = {0: "person", 1: "cat"}  # noqa: RUF012

    def __init__(self, weights):
        pass

    def predict(self, image, conf, verbose):
        assert image[0, 0].tolist() == [3, 2, 1]  # blue first
        return [SimpleNamespace(boxes=SimpleNamespace(xyxy=[[0, 0, 5, 8]], cls=[1.0], conf=[0.9]))]


FAKE_HUB = SimpleNamespace(
    models=SimpleNamespace(ObjectDetector=FakeObjectDetector),
    utils=SimpleNamespace(coco_id_to_name={17: "cat", 1: "person"}.get),
)
FAKES = {"keras-hub": FAKE_HUB, "ultralytics": SimpleNamespace(YOLO=FakeYolo)}
PHOTO = np.full((8, 10, 3), (1, 2, 3), np.uint8)


@pytest.mark.parametrize("load", [photo_detectors.keras_hub_detector, photo_detectors.ultralytics_detector])
def test_a_detector_from_the_internet_gives_boxes_in_pixels_of_the_photo(monkeypatch, load):
    monkeypatch.setattr(online, "package", FAKES.get)
    found = load()(PHOTO)
    assert found.names == ["cat"]
    assert found.boxes.tolist() == [[0, 0, 5, 8]]
    offline = Mock(side_effect=OSError("Could not resolve host"))
    monkeypatch.setattr(FakeObjectDetector, "from_preset", offline)
    monkeypatch.setattr(FAKES["ultralytics"], "YOLO", offline)
    with pytest.raises(
        CourseError, match="from which the (detector ret|weights yolo).*Could not resolve host"
    ):
        load()


@pytest.mark.parametrize("hub", ["KerasHub", "Ultralytics"])
def test_the_cell_for_detectors_from_the_internet_runs(monkeypatch, capsys, hub):
    monkeypatch.setattr(online, "package", FAKES.get)
    notebook = nbformat.read(storage.ROOT / "notebooks" / "example-object-detection.ipynb", as_version=4)
    (cell,) = (cell.source for cell in notebook.cells if re.search("^ONLINE = ", cell.source, re.MULTILINE))
    exec(cell.replace('ONLINE = ""', f'ONLINE = "{hub}"'), {"photos": {"cat": PHOTO}})
    assert capsys.readouterr().out == "cat: 1 cat\n"


# Figures

IMAGE = np.zeros((96, 96), np.uint8)
DIGITS = tuple("0123456789")
TRUTH = detections(((0, 0, 20, 30), 3, 1), ((50, 50, 80, 90), 7, 1), names=DIGITS)
FOUND = detections(((1, 0, 20, 30), 3, 0.9), ((40, 0, 60, 20), 1, 0.5), names=DIGITS)


def boxes_in(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def test_hits_false_alarms_and_misses_differ_without_color():
    axes = plots.hits_and_mistakes([IMAGE], [FOUND], [TRUTH])
    assert [box.get_linestyle() for box in boxes_in(axes.flat[0])] == ["-", "--", ":"]
    assert [text.get_text() for text in axes.flat[0].texts] == ["3", "1?", "(7)"]
    assert "1 right, 1 false alarms, 1 missed" in said(axes.flat[0])


def test_detections_are_drawn_where_they_are_with_names_and_counted():
    ax = plots.show_detections(IMAGE, FOUND)
    assert boxes_in(ax)[0].get_bbox().bounds == (0.5, -0.5, 19, 30)  # pixel 1 begins at 0.5
    assert len(boxes_in(ax)) == 2
    assert [text.get_text() for text in ax.texts] == ["3 90%", "1 50%"]
    assert ax.get_title() == "1 1, 1 3"
    assert said(ax) == "An image with boxes around what was found: 3 90%, 1 50%."
    assert "nothing" in said(plots.show_detections(IMAGE, FOUND[:0]))
    ax = plots.precision_recall_curve({"ours": ([FOUND], [TRUTH])})
    assert "ours ends at recall 0.5" in said(ax)
    assert ax.get_title() == "" and (ax.lines[0].get_xdata() <= 0.5).all()


def test_names_cover_no_box_and_no_other_name():
    ax = plots.hits_and_mistakes([IMAGE], [FOUND[:1]], [TRUTH]).flat[0]
    ax.figure.draw_without_rendering()
    to_pixels = ax.transData.inverted()
    names = [text.get_window_extent().transformed(to_pixels) for text in ax.texts]
    written = [[name.x0, min(name.y0, name.y1), name.x1, max(name.y0, name.y1)] for name in names]
    assert len(written) == 2
    assert iou(written, TRUTH.boxes).max() == 0
    assert iou(*written).max() == 0
    assert np.min(written) >= 0 and np.max(written) <= 96


def test_of_many_boxes_only_the_best_of_each_class_is_named():
    rows = [((x, 10, x + 20, 40), x % 2, (x + 1) / 50) for x in range(40)]
    ax = plots.show_detections(IMAGE, detections(*rows))
    assert len(boxes_in(ax)) == 40
    assert [text.get_text() for text in ax.texts] == ["cat 78%", "dog 80%"]
    assert "40 boxes, among them cat 78%, dog 80%" in said(ax)
