import numpy as np

from helpers.exercises import e01_introduction
from tests.check_cases.forms import answers

FIELDS = ("artificial intelligence", "machine learning", "deep learning")
STEPS = [step.capitalize() for step in e01_introduction.STEPS]
CLASSES = ("cat", "dog", "frog")
PROBABILITIES = np.array([[0.7, 0.2, 0.1]], dtype="float32")


def moved(step, place):
    rest = [other for other in STEPS if other != step]
    return [*rest[:place], step, *rest[place:]]


def shapes(train=8000, validation=2000, test=2000, third="width", fourth="channels", labels="a"):
    return answers(train, validation, test, third, fourth, labels)


def log(steps=250, entry="val_accuracy", percent=56, loss="mean"):
    return answers(steps, entry, percent, loss)


def named(name, probabilities=PROBABILITIES):
    return answers(name, probabilities, CLASSES)


CASES = {
    "ai_ml_dl": {
        "right": [
            answers(*FIELDS),
            answers("AI", "ML", "DL"),
            answers(inner="DL", middle=" ML", outer=FIELDS[0]),
        ],
        "a field that is not among the three": answers(FIELDS[0], FIELDS[1], "statistics"),
        "a field named twice": answers(FIELDS[0], FIELDS[1], FIELDS[1]),
        "the order turned inside out": answers(*FIELDS[::-1]),
        "deep learning as the largest field": answers("DL", "AI", "ML"),
        "machine learning as the largest field": answers("ML", "AI", "DL"),
        "machine learning as the smallest field": answers("AI", "DL", "ML"),
    },
    "shapes": {
        "right": [
            shapes(),
            shapes(40_000, 10_000, 10_000),
            shapes(np.int64(8000), 2000.0, 2000, "Width", "CHANNELS", "A"),
        ],
        "a number written as text": shapes(train="8000"),
        "all images counted as training images": shapes(train=10_000, validation=2_000),
        "training and validation swapped": shapes(2000, 8000),
        "another number of training images": shapes(train=32),
        "no validation images": shapes(validation=0),
        "parts that do not add up": shapes(validation=1000),
        "the test set split too": shapes(test=400),
        "width and channels swapped": shapes(third="channels", fourth="width"),
        "the third axis taken for the height": shapes(third="height"),
        "the third axis taken for the channels": shapes(third="channels"),
        "the fourth axis not the channels": shapes(fourth="width"),
        "the labels taken for a single class": shapes(labels="b"),
        "the labels taken for probabilities": shapes(labels="c"),
    },
    "training_log": {
        "right": [log(), log(250.0, "VAL_ACCURACY", 56.0, "Mean"), log(np.int64(250), percent=0.56 * 100)],
        "the number of images instead of steps": log(8000),
        "the batch size instead of steps": log(32),
        "the validation images counted too": log(10_000 / 32),
        "another number of steps": log(10),
        "the training accuracy taken for the validation's": log(entry="accuracy"),
        "a loss taken for an accuracy": log(entry="val_loss"),
        "an entry that is not in the log": log(entry="epoch"),
        "the accuracy left a fraction": log(percent=0.56),
        "another number of per cent": log(percent=5.6),
        "the loss called a sum": log(loss="sum"),
    },
    "predicted_class": {
        "right": [named("cat"), named(np.str_("cat"), PROBABILITIES[0].tolist()), named(np.array(["cat"]))],
        "the probabilities of several images": named("cat", np.vstack([PROBABILITIES] * 2)),
        "several answers": named(["cat", "dog"]),
        "a position instead of a name": named(0),
        "a probability instead of a name": named(np.float32(0.7)),
        "a name that is no class": named("tiger"),
        "the least probable class": named("frog"),
        "another class": named("dog"),
    },
    "workflow": {
        "right": [STEPS, tuple(step.lower() for step in STEPS)],
        "one text instead of a list": ", ".join(STEPS),
        "a step that is none of the ten": [*STEPS[:9], "Celebrate"],
        "a step missing": STEPS[:9],
        "a step twice": [*STEPS, "Share"],
        "the problem not at the start": moved("Formulate the problem", 1),
        "the end of the journey not at the end": moved("Share", 7),
        "training before compiling": moved("Train", 4),
        "the network built before the data are ready": moved("Prepare data", 3),
        "tuning before measuring": moved("Tune hyperparameters", 7),
        "measuring before predicting": moved("Predict", 7),
        "another order": moved("Identify inputs and outputs", 4),
        "not yet": [[*STEPS[:3], ..., *STEPS[4:]]],
    },
}
