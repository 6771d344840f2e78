import tempfile
from pathlib import Path

import numpy as np

from tests.check_cases.evaluating import flipped, said
from tests.check_cases.forms import answers, with_, without_first

PARTS = {
    "the layers and their settings": True,
    "the parameters": True,
    "what the optimizer remembers": True,
    "the history of the training": False,
    "the training images": False,
}
TRUST = {
    "a .keras file of Keras's own layers, in safe mode": "load",
    "a .pkl file from a forum": "refuse",
    "a stranger's .keras file with a Lambda layer": "refuse",
    "a file with a custom layer whose code you have read and registered": "load",
    "a download that only loads with safe_mode=False": "refuse",
}
TEXTS = {
    "intended_use": "To learn how small networks work; not for decisions about people.",
    "limits": "It takes every third cat for something else, and knows ten classes only.",
    "licence": "mit",
}
LIMITS = {
    "it tells us when an image shows none of its classes": False,
    "it may go by the background instead of the object": True,
    "94 % in the laboratory are 94 % in every hospital": False,
    "it can be right on average and wrong for one group": True,
    "it knows what a cat is": False,
}
PRINCIPLES = {
    "who is missing in the training images?": "data",
    "what happens to somebody whom it takes for someone else?": "harm",
    "who can have a decision looked at by a human?": "appeal",
    "can others read how good it is and where it fails?": "openness",
    "do the visitors' photos leave their phones?": "privacy",
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
    return answers(with_(TEXTS, key, value))


GOOD = page("good")

CASES = {
    "saved_parts": (
        [answers(PARTS)],
        {
            "a thing left out": answers(without_first(PARTS)),
            "an answer that is neither True nor False": said(PARTS, 0, "yes"),
            "the settings of the layers forgotten": flipped(PARTS, 0),
            "the parameters forgotten": flipped(PARTS, 1),
            "the memory of the optimizer forgotten": flipped(PARTS, 2),
            "the history thought to be in it": flipped(PARTS, 3),
            "the images thought to be in it": flipped(PARTS, 4),
        },
        [answers(dict.fromkeys(PARTS, ...))],
    ),
    "loading_models": (
        [answers(TRUST), answers({key: value.upper() for key, value in TRUST.items()})],
        {
            "a situation left out": answers(without_first(TRUST)),
            "neither of the two words": said(TRUST, 0, "maybe"),
            "an ordinary file refused": said(TRUST, 0, "refuse"),
            "a pickle loaded": said(TRUST, 1, "load"),
            "a Lambda layer loaded": said(TRUST, 2, "load"),
            "code that was read refused": said(TRUST, 3, "refuse"),
            "the safe mode switched off": said(TRUST, 4, "load"),
        },
        [answers(dict.fromkeys(TRUST, ...))],
    ),
    "card_texts": (
        [answers(TEXTS), texts("licence", "cc-by-4.0")],
        {
            "a text left out": answers(without_first(TEXTS)),
            "something that is no text": texts("limits", 3),
            "the same text twice": texts("limits", TEXTS["intended_use"]),
            "a use of a few words": texts("intended_use", "To learn."),
            "no word on what it must not be used for": texts(
                "intended_use", "To learn how small networks classify images of ten classes."
            ),
            "limits of a few words": texts("limits", "Some."),
            "a licence described instead of named": texts("licence", "Free for everybody!"),
        },
        [answers(dict.fromkeys(TEXTS, ...))],
    ),
    "web_page": (
        [answers(GOOD), answers(str(GOOD)), answers(GOOD.parent)],
        {
            "something that is no path": answers(["index.html"]),
            "a page that is not there": answers("nowhere/index.html"),
            "the page moved away from its files": answers(page("alone", without=["model.onnx", "app.js"])),
            "the title of the template": answers(page("untitled", heading="Which class is it?")),
            "nothing said about the model": answers(page("silent", about="Nobody has said how good.")),
        },
        [answers(...)],
    ),
    "largest_difference": (
        [difference(0.02), difference(np.float32(0.02)), difference(np.abs(GAPS).max())],
        {
            "an array instead of one number": difference(np.abs(GAPS)),
            "the sign kept": difference(GAPS.max()),
            "the mean instead of the largest": difference(np.abs(GAPS).mean()),
            "the sum instead of the largest": difference(np.abs(GAPS).sum()),
            "the certainties compared instead of all probabilities": answers(
                0.004, ORIGINAL[1:], np.array([[0.09, 0.306, 0.604]])
            ),
            "another number": difference(0.5),
        },
        [difference(...)],
    ),
    "energy": (
        [answers(0.005, 0.0015, **TRAINING), answers(cost=0.0015, kilowatt_hours=5e-3, **TRAINING)],
        {
            "watt-seconds": answers(18_000, 0.0015, **TRAINING),
            "watt-hours": answers(5, 0.0015, **TRAINING),
            "minutes taken for hours": answers(0.3, 0.0015, **TRAINING),
            "another energy": answers(7, 0.0015, **TRAINING),
            "the price of a watt-hour": answers(0.005, 1.5, **TRAINING),
            "another cost": answers(0.005, 0.3, **TRAINING),
        },
        [answers(..., ..., **TRAINING)],
    ),
    "limits": (
        [answers(LIMITS)],
        {
            "a statement left out": answers(without_first(LIMITS)),
            "an answer that is neither True nor False": said(LIMITS, 0, "yes"),
            "softmax thought to know what it does not know": flipped(LIMITS, 0),
            "a short way round not seen": flipped(LIMITS, 1),
            "a new place thought like the old one": flipped(LIMITS, 2),
            "good on average taken for good for all": flipped(LIMITS, 3),
            "understanding seen in it": flipped(LIMITS, 4),
        },
        [answers(dict.fromkeys(LIMITS, ...))],
    ),
    "responsibility": (
        [answers(PRINCIPLES)],
        {
            "a question left out": answers(without_first(PRINCIPLES)),
            "none of the five words": said(PRINCIPLES, 0, "people"),
            "missing people not seen as a matter of data": said(PRINCIPLES, 0, "harm"),
            "a wrong alarm not seen as harm": said(PRINCIPLES, 1, "data"),
            "an objection not seen as an appeal": said(PRINCIPLES, 2, "openness"),
            "the model card not seen as openness": said(PRINCIPLES, 3, "appeal"),
            "sent photos not seen as a matter of privacy": said(PRINCIPLES, 4, "openness"),
        },
        [answers(dict.fromkeys(PRINCIPLES, ...))],
    ),
}
