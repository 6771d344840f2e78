import numpy as np

from tests.check_cases.forms import answers, with_, without_first

FIELDS = ("artificial intelligence", "machine learning", "deep learning")
KINDS = {
    "tomorrow's temperature": "predictor",
    "spam or not": "classifier",
    "species in a photo": "classifier",
    "price of a house": "predictor",
}
TASKS = {
    "What is in the image?": "image classification",
    "What is the one object, and where?": "classification + localisation",
    "Where are all the objects?": "object detection",
    "Which class has each pixel?": "semantic segmentation",
    "Which pixels belong to which object?": "instance segmentation",
}
CAUSES = {
    "random initial weights": True,
    "order of the batches": True,
    "another processor": True,
    "the names of the classes": False,
    "the same seed on the same machine": False,
}
STEPS = [
    "Formulate the problem",
    "Identify inputs and outputs",
    "Prepare data",
    "Choose a pre-trained model or build one",
    "Choose a loss function and optimizer, and compile",
    "Train",
    "Predict",
    "Measure performance",
    "Tune hyperparameters",
    "Share",
]
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


# check -> (right answers, {mistake as the docstring names it: such an answer}, untouched scaffolds)
CASES = {
    "ai_ml_dl": (
        [
            answers(*FIELDS),
            answers("AI", "ML", "DL"),
            answers(inner=FIELDS[2], middle=" ML", outer=FIELDS[0]),
        ],
        {
            "a field that is not among the three": answers(FIELDS[0], FIELDS[1], "statistics"),
            "a field named twice": answers(FIELDS[0], FIELDS[1], FIELDS[1]),
            "the order turned inside out": answers(*FIELDS[::-1]),
            "deep learning as the largest field": answers("DL", "AI", "ML"),
            "machine learning as the largest field": answers("ML", "AI", "DL"),
            "machine learning as the smallest field": answers("AI", "DL", "ML"),
        },
        [answers(..., ..., ...), answers("AI", ..., "DL")],
    ),
    "classifier_or_predictor": (
        [answers(KINDS), answers({question: kind.upper() for question, kind in KINDS.items()})],
        {
            "a list instead of the dictionary": answers(list(KINDS.values())),
            "a question left out": answers(without_first(KINDS)),
            "neither classifier nor predictor": answers(with_(KINDS, "spam or not", "filter")),
            "the temperature given to a classifier": answers(
                with_(KINDS, "tomorrow's temperature", "classifier")
            ),
            "spam given to a predictor": answers(with_(KINDS, "spam or not", "predictor")),
            "the species given to a predictor": answers(with_(KINDS, "species in a photo", "predictor")),
            "the price given to a classifier": answers(with_(KINDS, "price of a house", "classifier")),
        },
        [answers(dict.fromkeys(KINDS, ...)), answers(with_(KINDS, "spam or not", ...)), answers(...)],
    ),
    "vision_tasks": (
        [answers(TASKS), answers({question: f" {task.title()}" for question, task in TASKS.items()})],
        {
            "a question left out": answers(without_first(TASKS)),
            "a task that is not in the figure": answers(
                with_(TASKS, "Where are all the objects?", "counting")
            ),
            "localisation where no place is asked for": answers(
                with_(TASKS, "What is in the image?", "classification + localisation")
            ),
            "detection where there is one object": answers(
                with_(TASKS, "What is the one object, and where?", "object detection")
            ),
            "localisation where there are many objects": answers(
                with_(TASKS, "Where are all the objects?", "classification + localisation")
            ),
            "instances where only the class of a pixel counts": answers(
                with_(TASKS, "Which class has each pixel?", "instance segmentation")
            ),
            "semantic segmentation where objects must be told apart": answers(
                with_(TASKS, "Which pixels belong to which object?", "semantic segmentation")
            ),
        },
        [answers(dict.fromkeys(TASKS, ...)), answers(with_(TASKS, "What is in the image?", ...))],
    ),
    "different_results": (
        [answers(CAUSES), answers({cause: np.bool_(true) for cause, true in CAUSES.items()})],
        {
            "a cause left out": answers(without_first(CAUSES)),
            "an answer that is neither True nor False": answers(with_(CAUSES, "another processor", "yes")),
            "the initial weights thought harmless": answers(with_(CAUSES, "random initial weights", False)),
            "the order of the batches thought harmless": answers(
                with_(CAUSES, "order of the batches", False)
            ),
            "the processor thought harmless": answers(with_(CAUSES, "another processor", False)),
            "the names thought to matter": answers(with_(CAUSES, "the names of the classes", True)),
            "a seed thought to make results differ": answers(
                with_(CAUSES, "the same seed on the same machine", True)
            ),
        },
        [answers(dict.fromkeys(CAUSES, ...)), answers(with_(CAUSES, "another processor", ...))],
    ),
    "workflow": (
        [answers(STEPS), answers(tuple(step.lower() for step in STEPS))],
        {
            "one text instead of a list": answers(", ".join(STEPS)),
            "a step that is none of the ten": answers([*STEPS[:9], "Celebrate"]),
            "a step missing": answers(STEPS[:9]),
            "a step twice": answers([*STEPS, "Share"]),
            "the problem not at the start": answers(moved("Formulate the problem", 1)),
            "the end of the journey not at the end": answers(moved("Share", 7)),
            "training before compiling": answers(moved("Train", 4)),
            "the network built before the data are ready": answers(moved("Prepare data", 3)),
            "tuning before measuring": answers(moved("Tune hyperparameters", 7)),
            "measuring before predicting": answers(moved("Predict", 7)),
            "another order": answers(moved("Identify inputs and outputs", 4)),
        },
        [answers([...] * 10), answers([*STEPS[:3], ..., *STEPS[4:]])],
    ),
    "shapes": (
        [
            shapes(),
            shapes(40_000, 10_000, 10_000),
            shapes(np.int64(8000), 2000.0, 2000, "Width", "CHANNELS", "A"),
        ],
        {
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
        [shapes(*[...] * 6), shapes(labels=...)],
    ),
    "training_log": (
        [log(), log(250.0, "VAL_ACCURACY", 56.0, "Mean"), log(np.int64(250), percent=0.56 * 100)],
        {
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
        [log(..., ..., ..., ...), log(loss=...)],
    ),
    "predicted_class": (
        [named("cat"), named(np.str_("cat"), PROBABILITIES[0].tolist()), named(np.array(["cat"]))],
        {
            "the probabilities of several images": named("cat", np.vstack([PROBABILITIES] * 2)),
            "several answers": named(["cat", "dog"]),
            "a position instead of a name": named(0),
            "a probability instead of a name": named(np.float32(0.7)),
            "a name that is no class": named("tiger"),
            "the least probable class": named("frog"),
            "another class": named("dog"),
        },
        [named(...), named(..., ...)],
    ),
}
