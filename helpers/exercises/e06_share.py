"""Exercises of episode 6: what may be loaded, what a card says, whether an export and a page still work."""

import re

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import FLOORED, array, call_for_array, compare_number, number, shown

FILES = {  # letter -> (whether Keras refuses it in safe mode, where to look)
    "a": (False, "it holds one of Keras's own layers and its setting, 2.0. Whose code would have to run?"),
    "b": (True, "what does a Lambda layer hold: numbers, or code?"),
    "c": (True, "the file holds the name of the layer. Where is its code?"),
    "d": (False, "which operation doubles the inputs here, and who wrote it?"),
}
CLAIMS = {  # on the draft of a card -> where the fact of the run is
    "network": "network",
    "parameters": "parameters",
    "training images": "training_images",
    "epochs": "epochs",
    "accuracy on the test images": "test_accuracy",
    "95% confidence interval": "test_interval_95",
    "test images": "test_images",
    "training time by the clock, in seconds": "wall_seconds",
}
INPUT = (1, 32, 32, 3)
WRONG = "test images that it gets wrong"


@exercise("refused : str of letters, or a list of them")
def refused_files(refused):
    """Check which of four model files Keras refuses to load in safe mode."""
    refused = refused.tolist() if hasattr(refused, "tolist") else refused
    several = isinstance(refused, list | tuple | set) and all(isinstance(one, str) for one in refused)
    given = "".join(refused) if several else refused
    no_text = not isinstance(given, str)
    yield no_text, f'refused is {shown(refused)}: write the letters as one string, such as "ad".'
    letters = [*re.sub(r"and|\.keras|[\W_]", "", given.lower())]
    unknown = [letter for letter in letters if letter not in FILES]
    yield unknown, f"There is no file {shown(unknown and unknown[0])}: the files are a, b, c and d."
    yield not letters, "No letter is left: at least one of the files is refused."
    for letter, (is_refused, look) in FILES.items():
        yield (letter in letters) != is_refused, f"File {letter}: {look}"
    return "Keras loads names and numbers of its own layers. It runs nobody else's code."


@exercise("draft : dict; facts : dict")
def repaired_card(draft, facts):
    """Check the draft of a card against the facts of the run."""
    yield not isinstance(draft, dict), f"The draft is {shown(draft)}: keep the dictionary of the exercise."
    yield not isinstance(facts, dict), "The facts are those that load_run returned: leave them as they are."
    missing = [claim for claim in (*CLAIMS, WRONG) if claim not in draft]
    yield missing, f"{shown(missing and missing[0])} is missing: repair the card, but leave nothing out."
    for claim, key in CLAIMS.items():
        given, fact = draft[claim], facts[key]
        are_numbers = isinstance(fact, float) and isinstance(given, float | int)
        percent = are_numbers and np.isclose(given, 100 * fact, 1e-3)
        yield percent, f'"{claim}" is a percentage: write fractions, as in the facts.'
        yield _differs(claim, given, fact), f'"{claim}" is not what the run says: {_where(claim)}'
    n, right = facts["test_images"], round(facts["test_images"] * (1 - facts["test_accuracy"]))
    near_misses = {
        f'"{WRONG}" counts those that it gets right.': n - right,
        f'"{WRONG}" is a share: how many images is that?': 1 - facts["test_accuracy"],
    }
    hint = "the share that is wrong, times the number of test images."
    yield from compare_number(draft[WRONG], f'"{WRONG}"', right, near_misses, hint, atol=5)
    return "Each number now says what it is called, and anyone can check it against the run."


def _differs(claim, given, fact):
    """Whether a claim is not the fact; a text is compared as it is, numbers to three digits."""
    if isinstance(fact, str):
        return str(given).strip() != fact
    read = array if isinstance(fact, list) else number
    given = read(given, f'"{claim}"')
    return np.shape(given) != np.shape(fact) or not np.allclose(given, fact, rtol=1e-3, atol=0)


def _where(claim):
    if "time" in claim:
        return "which time passes on the clock, and which one adds up the work of all cores?"
    if "accuracy" in claim:
        return "on which images was this number measured?"
    return "look for the fact of this kind in the list above."


@exercise("difference : float; original, exported : array of float, shape (N, n_classes)")
def largest_difference(difference, original, exported):
    """Check the largest difference between the probabilities of a model and of its export."""
    original, exported = array(original, "original"), array(exported, "exported")
    difference, gaps = number(difference, "difference"), exported - original
    of_the_largest = np.abs(exported.max(axis=1) - original.max(axis=1)).max()
    with_sign = min(gaps.max(), -gaps.min())
    near_misses = {
        "The sign is still in it: a large negative difference counts as well.": with_sign,
        "That is the mean: one bad answer would be hidden in it. Take .max().": np.abs(gaps).mean(),
        "That is the sum: it grows with the number of images. Take .max().": np.abs(gaps).sum(),
        "Compare all probabilities, not only the largest of each image.": of_the_largest,
    }
    right, hint = np.abs(gaps).max(), "look at all 2,000 differences: which one is furthest from 0?"
    yield from compare_number(difference, "difference", right, near_misses, hint, rtol=0.01, atol=1e-12)
    return "One number for the worst case: that is what a parity test reports."


@exercise("function : callable; shape : tuple of four int")
def input_from_photo(function, shape):
    """Check a function that prepares a photo for the network; wide and tall photos are tried."""
    shape = tuple(array(shape, "shape").ravel().tolist())
    yield len(shape) != 4, f"shape has {len(shape)} entries: the network expects a batch of images."
    yield shape[0] != 1, f"shape begins with {shape[0]}: how many photos are in this batch?"
    yield shape != INPUT, f"shape is {shape}: look at the shape of the training images."
    for height, width in ((64, 64), (96, 160), (150, 90)):
        photo = _slope(height, width)
        values = call_for_array(function, photo)
        other = values.shape != INPUT
        yield other, f"It returns an array of shape {values.shape}: compare it with your answer."
        top = values.max()
        yield top > 2, f"Its values go up to {top:.0f}: which values did the network learn from?"
        yield top == 0, FLOORED
        yield top < 0.1, f"Its values go up to {top:.3f} only: divide once."
        is_square, size = height == width, f"The photo of {height} x {width} pixels"
        squashed = not is_square and _alike(values, _resized(photo))
        yield squashed, f"{size} is squashed: cut out a square first."
        corner = _resized(photo[: min(height, width), : min(height, width)])
        yield not is_square and _alike(values, corner), f"{size} is cut at a corner: take the middle."
        yield not _alike(values, _middle(photo)), f"{size} does not arrive as it should: look at the image."
    return "A square from the middle, 32 x 32 pixels, values from 0 to 1: what the network learned from."


def _slope(height, width):
    """Make a photo without details, which says where each pixel came from: any way of shrinking will do."""
    rows, columns = np.linspace(0, 180, height), np.linspace(0, 180, width)
    channels = np.broadcast_arrays(rows[:, None], columns[None], 180 - columns[None])
    return np.stack(channels, axis=2).astype(np.uint8)


def _middle(photo):
    height, width, _ = photo.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return _resized(photo[top : top + side, left : left + side])


def _resized(photo):
    from PIL import Image

    return np.asarray(Image.fromarray(photo).resize((32, 32)), float)[None] / 255


def _alike(values, right):
    return np.abs(values - right).mean() < 0.015
