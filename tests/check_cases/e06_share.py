import tempfile
from pathlib import Path

import numpy as np

from tests.check_cases.forms import answers

TEXTS = {
    "intended_use": "To learn how small networks work; not for decisions about people.",
    "limits": "It takes every third cat for something else, and knows ten classes only.",
    "license": "mit",
}
ORIGINAL = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
EXPORTED = np.array([[0.71, 0.21, 0.08], [0.1, 0.296, 0.604]])
GAPS = EXPORTED - ORIGINAL
TRAINING = {"seconds": 360, "watts": 50, "price": 0.3}  # 5 watt-hours
FOLDERS = tempfile.TemporaryDirectory()


def page(name, heading="My page", about="72 of 100 are right.", without=()):
    folder = Path(FOLDERS.name) / name
    folder.mkdir()
    for part in {"model.onnx", "page.json", "app.js"} - set(without):
        (folder / part).touch()
    text = f"<h1>{heading}</h1><p>{about}</p>"
    (folder / "index.html").write_text(text, encoding="utf-8")
    return folder / "index.html"


def difference(value):
    return answers(value, ORIGINAL, EXPORTED)


def texts(key, value):
    return answers(TEXTS | {key: value})


GOOD = page("good")

CASES = {
    "card_texts": {
        "right": [TEXTS, texts("license", "cc-by-4.0")],
        "a text left out": {"limits": TEXTS["limits"]},
        "something that is no text": texts("limits", 3),
        "the same text twice": texts("limits", TEXTS["intended_use"]),
        "a use of a few words": texts("intended_use", "To learn."),
        "no word on what it must not be used for": texts(
            "intended_use", "To learn how " + "very " * 9 + "well."
        ),
        "limits of a few words": texts("limits", "Some."),
        "a licence described instead of named": texts("license", "Free for everybody!"),
    },
    "largest_difference": {
        "right": [difference(0.02), difference(np.float32(0.02)), difference(np.abs(GAPS).max())],
        "an array instead of one number": difference(np.abs(GAPS)),
        "the sign kept": difference(GAPS.max()),
        "the mean instead of the largest": difference(np.abs(GAPS).mean()),
        "the sum instead of the largest": difference(np.abs(GAPS).sum()),
        "the certainties compared instead of all probabilities": answers(
            0.004, ORIGINAL[1:], np.array([[0.09, 0.306, 0.604]])
        ),
        "another number": difference(0.5),
    },
    "web_page": {
        "right": [GOOD, str(GOOD), GOOD.parent],
        "something that is no path": ["index.html"],
        "a page that is not there": "nowhere/index.html",
        "the page moved away from its files": page("alone", without=["model.onnx", "app.js"]),
        "the title of the template": page("untitled", heading="Which class is it?"),
        "nothing said about the model": page("silent", about="Nobody has said how good."),
    },
    "energy": {
        "right": [answers(0.005, 0.0015, **TRAINING), answers(cost=0.0015, kilowatt_hours=5e-3, **TRAINING)],
        "watt-seconds": answers(18_000, 0.0015, **TRAINING),
        "watt-hours": answers(5, 0.0015, **TRAINING),
        "minutes taken for hours": answers(0.3, 0.0015, **TRAINING),
        "another energy": answers(7, 0.0015, **TRAINING),
        "the price of a watt-hour": answers(0.005, 1.5, **TRAINING),
        "another cost": answers(0.005, 0.3, **TRAINING),
    },
}
