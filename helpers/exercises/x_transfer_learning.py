"""Exercises of the example on transfer learning: where to cut, what is learned, how to prepare."""

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, compare_number, shown


@exercise("name : str")
def feature_layer(name):
    """Check after which layer of EfficientNet-Lite0 the network is cut for feature vectors."""
    if not isinstance(name, str):
        raise WrongAnswerError(f"{shown(name)} is no name: write it in quotation marks.")
    name = name.strip()
    known = name.startswith(("stem_", "block", "head_")) or name in ("avg_pool", "dropout", "predictions")
    yield not known, f"No layer is called {name!r}: copy a name from the list."
    yield name == "predictions", "That layer gives 1,000 probabilities of ImageNet's classes: cut before it."
    no_vector = name.startswith("head_")
    yield no_vector, "Its output is 1,280 maps with a place for each part of the image, no vector yet."
    yield name.startswith("block"), "A block in the middle gives maps of simpler things: cut later."
    yield name.startswith("stem_"), "The first layers see edges and colours only: cut at the other end."
    return "1,280 numbers an image: everything but the last decision."


@exercise("n : int")
def trained_numbers(n):
    """Check how many numbers a logistic regression learns for 1,280 features and seven classes."""
    near_misses = {
        "One number is missing for each class: its bias.": 1280 * 7,
        "Each of the seven classes has a bias of its own.": 1280 * 7 + 1,
        "That is for one class: there are seven.": 1281,
        "The features are 1,280 numbers, not the 1,000 probabilities.": 1001 * 7,
        "The network stays as it is: only the logistic regression learns.": 4_694_024,
    }
    hint = "a weight for each feature and class, a bias for each class."
    yield from compare_number(n, "n", 1281 * 7, near_misses, hint)
    return "8,967 numbers learn from your images; 3.4 million bring their experience along."
