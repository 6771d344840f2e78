"""Exercises of the example on transfer learning: where to cut."""

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, shown


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
