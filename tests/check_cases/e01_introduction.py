from types import SimpleNamespace

import numpy as np

from tests.check_cases.forms import answers

HISTORY = {"accuracy": [0.26, 0.67], "val_accuracy": [0.43, 0.571], "val_loss": [1.6, 1.28]}
RIGHT_IMAGES = 0.571 * 2000
IMAGE = np.full((32, 32, 3), 200, dtype="uint8")
IMAGES = np.arange(5 * 32 * 32 * 3, dtype="uint32").reshape(5, 32, 32, 3).astype("uint8")
PREPARED = IMAGES.astype("float32") / 255


def predict(images, verbose="auto"):
    """Say cat to a prepared image, ship to one of 0..255, and never frog."""
    if images.shape != (1, 32, 32, 3):
        raise ValueError(f"a batch of images expected, not {images.shape}")
    prepared = images.max() <= 1
    probabilities = np.full((1, 10), 0.05, dtype="float32")
    probabilities[0, [3 if prepared else 8, 6]] = 0.6 if prepared else 1, 0
    return probabilities


def named(name, probability=0.6):
    return answers(name, probability, SimpleNamespace(predict=predict), IMAGE)


def log(steps=125, right_images=RIGHT_IMAGES):
    return answers(steps, right_images, HISTORY)


def prepared(images):
    return answers(images, IMAGES)


def unexplained(images=40_000, best=9, wrong=3395, gap=22.4, later="memorise"):
    return answers(images, best, wrong, gap, later)


CASES = {
    "training_log": {
        "right": [
            log(),
            log(8000 / 64, 1142),
            log(np.int64(125), np.float32(1140)),
            answers(125, 1042, {"accuracy": [0.529], "val_accuracy": [0.521], "val_loss": [1.3]}),
            answers(125, 1000, {"accuracy": [0.5], "val_accuracy": [0.5], "val_loss": [1.4]}),
        ],
        "steps of batches of 32": log(250),
        "the number of images instead of steps": log(8000),
        "the batch size instead of steps": log(64),
        "the validation images counted too": log(10_000 / 64),
        "the steps of ten epochs": log(1250),
        "another number of steps": log(10),
        "a number as text": log("125"),
        "the fraction": log(right_images=0.571),
        "a percentage": log(right_images=57.1),
        "the wrong ones": log(right_images=2000 - RIGHT_IMAGES),
        "the accuracy on training images": log(right_images=0.67 * 2000),
        "a fraction of the training images": log(right_images=0.571 * 8000),
        "a fraction of 10,000 images": log(right_images=5710),
        "the first epoch": log(right_images=0.43 * 2000 + 100),
    },
    "predicted_class": {
        "right": [
            named("cat"),
            named(np.str_("cat"), np.float32(0.6)),
            named(["cat"], [0.6]),
            named("cat", 0.595),
            named(" Cat ", np.array([[0.6]])),
            answers("cat", 0.6, SimpleNamespace(predict=predict), IMAGE[None]),
        ],
        "the probabilities": named(np.full(10, 0.1)),
        "all names": named(["cat", "dog", "ship"]),
        "several answers": named(["cat", "dog"]),
        "a position instead of a name": named(3),
        "a probability instead of a name": named(np.float32(0.7)),
        "a name that is no class": named("tiger"),
        "the least probable class": named("frog"),
        "the answer to an image that was not prepared": named("ship"),
        "another class": named("dog"),
        "the probability of an image that was not prepared": named("cat", 1.0),
        "the position of the largest probability": named("cat", 3),
        "photos that were changed before": answers("cat", 0.6, SimpleNamespace(predict=predict), IMAGE / 255),
        "all probabilities": named("cat", np.full(10, 0.1)),
        "a percentage as probability": named("cat", 60),
        "another probability": named("cat", 0.05),
    },
    "same_preparation": {
        "right": [
            prepared(PREPARED),
            prepared(IMAGES / 255),
            prepared((IMAGES / 255).tolist()),
            prepared(IMAGES / 256),
        ],
        "images that were changed before": answers(PREPARED / 255, PREPARED),
        "nothing changed": prepared(IMAGES),
        "another type of number": prepared(IMAGES[:, ::-1].astype("float32")),
        "divided twice": prepared(PREPARED / 255),
        "whole numbers": prepared(IMAGES // 255),
        "-1 to 1": prepared(PREPARED * 2 - 1),
        "centred": prepared(PREPARED - 0.5),
        "one image": prepared(PREPARED[0]),
        "fewer images": prepared(PREPARED[:2]),
        "divided by 100": prepared(IMAGES / 100),
        "other images": prepared(1 - PREPARED),
        "a text": prepared("normalised"),
    },
    "workflow": {
        "right": [
            answers("cedgafbh"),
            "dgceafbh",
            "C, E, D, G, A, F, B, H",
            [*"cdegafhb"],
            answers(np.array([*"cdegafhb"])),
            "c -> e -> d -> g -> a -> f -> b -> h",
            "c-e-d-g-a-f-h-b",
        ],
        "a number": answers(12345678),
        "a line that does not exist": "cedgafbx",
        "a line twice": "cedgafbha",
        "a line missing": "cedgafb",
        "divided after the split": "ecdgafbh",
        "fit before the split": "cdgaefbh",
        "compiled before there is a model": "cegdafbh",
        "compiled after fit": "cedagfbh",
        "compared before the training": "cedgfabh",
        "the test set opened before the choice": "cedgabfh",
        "saved before the training": "cedghafb",
        "saved before the choice": "cedgahfb",
    },
    "unexplained_log": {
        "right": [
            unexplained(),
            unexplained(1250 * 32, 9.0, (1 - 0.66) * 10_000 - 5, 22, "Memorise"),
        ],
        "everything else": unexplained(1250, 15, 6605, 0.22, "for new images"),
        "the images of one batch": unexplained(images=32),
        "the epoch of the best accuracy": unexplained(best=15),
        "the right ones": unexplained(wrong=6605),
        "a fraction": unexplained(gap=0.224),
        "an opinion": unexplained(later="nothing"),
        "none of the three": unexplained(later="well"),
    },
}
