import numpy as np
from PIL import Image

from tests.check_cases.forms import FUNCTION, answers

FACTS = {
    "network": "dense", "parameters": 1_000, "training_images": 400, "epochs": 20, "test_accuracy": 0.48,
    "test_interval_95": [0.45, 0.51], "test_images": 1_000, "wall_seconds": 200.9,
}  # fmt: skip
CARD = {
    "network": "dense", "parameters": 1_000, "training images": 400, "epochs": 20,
    "accuracy on the test images": 0.48, "95% confidence interval": [0.45, 0.51], "test images": 1_000,
    "training time by the clock, in seconds": 200.9, "test images that it gets wrong": 520,
}  # fmt: skip
ORIGINAL = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
EXPORTED = np.array([[0.71, 0.21, 0.08], [0.1, 0.296, 0.604]])
GAPS = EXPORTED - ORIGINAL
SHAPE = (1, 32, 32, 3)


def repaired(without=(), **changes):
    names = {"seconds": "training time by the clock, in seconds", "wrong": "test images that it gets wrong"}
    names |= {"accuracy": "accuracy on the test images", "interval": "95% confidence interval"}
    changed = CARD | {names.get(key, key.replace("_", " ")): value for key, value in changes.items()}
    return answers({key: value for key, value in changed.items() if key not in without}, FACTS)


def difference(value):
    return answers(value, ORIGINAL, EXPORTED)


def prepares(cut=None, divide=255, batch=True, filter=Image.Resampling.BILINEAR):
    """A learner's function, and the shape that it should return."""

    def prepare(photo):
        height, width, _ = photo.shape
        side = min(height, width)
        top, left = {"corner": (0, 0)}.get(cut, ((height - side) // 2, (width - side) // 2))
        square = photo if cut == "none" else photo[top : top + side, left : left + side]
        image = np.asarray(Image.fromarray(square).resize((32, 32), filter), "float32") / divide
        return image[None] if batch else image

    return answers(prepare, SHAPE)


def functions(entries):
    return {name: answers(function, SHAPE) for name, function in entries.items() if name != "not yet"}


CASES = {
    "refused_files": {
        "right": [
            "bc",
            "C, B",
            ["b", "c"],
            {"c", "b"},
            "b and c",
            "b.c",
            "b + c",
            "b.keras, c.keras",
            answers(np.array(["b", "c"])),
        ],
        "a number": 3,
        "a letter of no file": "be",
        "nothing": "",
        "Keras's own layer too": "abc",
        "without the Lambda layer": "c",
        "without the layer of one's own": "b",
        "arithmetic too": "bcd",
    },
    "repaired_card": {
        "right": [answers(CARD, FACTS), repaired(accuracy=np.float32(0.4801), wrong=520.0)],
        "no dictionary": answers([1], FACTS),
        "other facts": answers(CARD, 3),
        "a number left out": repaired(without=["epochs"]),
        "another network": repaired(network="cnn"),
        "other images": repaired(training_images=500),
        "another accuracy": repaired(accuracy=0.47),
        "a percentage": repaired(accuracy=48.01),
        "another interval": repaired(interval=[0.4, 0.5]),
        "processor time": repaired(seconds=291.3),
        "those that it gets right": repaired(wrong=480),
        "a share": repaired(wrong=0.52),
        "another number of images": repaired(wrong=300),
        "not yet": [repaired(wrong=...)],
    },
    "largest_difference": {
        "right": [difference(0.02), difference(np.float32(0.02)), difference(np.abs(GAPS).max())],
        "an array instead of one number": difference(np.abs(GAPS)),
        "the sign kept": difference(GAPS.max()),
        "the mean instead of the largest": difference(np.abs(GAPS).mean()),
        "the sum instead of the largest": difference(np.abs(GAPS).sum()),
        "the confidences compared instead of all probabilities": answers(
            0.004, ORIGINAL[1:], np.array([[0.09, 0.306, 0.604]])
        ),
        "another number": difference(0.5),
    },
    "input_from_photo": {
        "right": [
            prepares(),
            prepares(filter=Image.Resampling.BICUBIC),
            prepares(filter=Image.Resampling.NEAREST),
            answers(prepares().values[0], [1, 32, 32, 3]),
        ],
        "no batch in the shape": answers(prepares().values[0], (32, 32, 3)),
        "more than one photo": answers(prepares().values[0], (200, 32, 32, 3)),
        "another size": answers(prepares().values[0], (1, 28, 28, 1)),
        "no batch axis": prepares(batch=False),
        "0..255": prepares(divide=1),
        "divided twice": prepares(divide=255**2),
        "divided without a rest": answers(lambda photo: prepares().values[0](photo) // 1, SHAPE),
        "squashed": prepares(cut="none"),
        "cut at a corner": prepares(cut="corner"),
        "upside down": answers(lambda photo: prepares().values[0](photo[::-1]), SHAPE),
        **functions(FUNCTION),
        "not yet": [answers(function, SHAPE) for function in FUNCTION["not yet"]],
    },
}
