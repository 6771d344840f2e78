"""Exercises of the example on transfer learning: where to cut, what is learned, how to prepare."""

from helpers.checks.answers import WrongAnswerError, assigned, known, number, shown
from helpers.checks.machinery import exercise


@exercise
def feature_layer(name):
    """Check after which layer of EfficientNet-Lite0 the network is cut for feature vectors.

    Parameters
    ----------
    name : str
        Name of the layer whose output is the feature vector.

    Notes
    -----
    Mistakes it recognises:

    * not a name
    * a name that no layer has
    * the probabilities taken for features
    * the last feature maps taken for a vector
    * a layer in the middle
    * a layer at the beginning
    """
    if not isinstance(name, str):
        raise WrongAnswerError(f"{shown(name)} is no name: write it in quotation marks.")
    name = name.strip()
    known = name.startswith(("stem_", "block", "head_")) or name in ("avg_pool", "dropout", "predictions")
    yield not known, f"No layer is called {name!r}: copy a name from the list."
    yield (
        name == "predictions",
        "That layer gives 1,000 probabilities of ImageNet's classes: cut before it.",
    )
    yield (
        name.startswith("head_"),
        "Its output is 1,280 maps with a place for each part of the image, no vector yet.",
    )
    yield name.startswith("block"), "A block in the middle gives maps of simpler things: cut later."
    yield name.startswith("stem_"), "The first layers see edges and colours only: cut at the other end."
    return "1,280 numbers an image: everything but the last decision."


@exercise
def trained_numbers(n):
    """Check how many numbers a logistic regression learns for 1,280 features and seven classes.

    Parameters
    ----------
    n : int
        Weights and biases together.

    Notes
    -----
    Mistakes it recognises:

    * the biases forgotten
    * one bias for all
    * one class only
    * the probabilities of ImageNet taken for features
    * the whole network counted
    * any other number
    """
    n = number(n, "n")
    mistakes = {
        "One number is missing for each class: its bias.": 1280 * 7,
        "Each of the seven classes has a bias of its own.": 1280 * 7 + 1,
        "That is for one class: there are seven.": 1281,
        "The features are 1,280 numbers, not the 1,000 probabilities.": 1001 * 7,
        "The network stays as it is: only the logistic regression learns.": 4_694_024,
    }
    yield from known(
        n, 1281 * 7, "n", mistakes, "a weight for each feature and class, a bias for each class."
    )
    return "8,967 numbers learn from your images; 3.4 million bring their experience along."


@exercise
def own_preprocessing(answers):
    """Check what is true of images for a pre-trained network.

    Parameters
    ----------
    answers : dict of str to bool
        Five statements, each with True or False.

    Notes
    -----
    Mistakes it recognises:

    * a statement left out
    * an answer that is neither True nor False
    * another scaling thought harmless
    * swapped channels thought harmless
    * an error message expected
    * the training size thought compulsory
    * own classes thought to need a new preprocessing
    """
    key = {
        "images must be scaled as in the network's own training": (
            True,
            "its weights know only such numbers: look at the table again.",
        ),
        "with red and blue swapped the answer stays the same": (
            False,
            "its first layer knows which channel is red.",
        ),
        "with the wrong scaling Keras stops with an error": (
            False,
            "any numbers of the right shape give an answer; nobody warns.",
        ),
        "features can be taken from smaller images than it was trained on": (
            True,
            "we did, with 160 pixels: pooling makes 1,280 numbers of any size.",
        ),
        "new classes need a new preprocessing": (
            False,
            "it belongs to the network, whatever the classes are.",
        ),
    }
    yield from assigned(answers, key)
    return "Preprocessing belongs to the network: keep both together."
