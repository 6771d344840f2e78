"""Exercises of episode 6: what is handed over, whether it still works, and what it costs."""

import re
from pathlib import Path

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, array, compare_number, number, shown

SHORTEST = 40  # characters of a text that says something
PARTS_OF_A_PAGE = ("model.onnx", "page.json", "app.js")


@exercise("texts : dict of str to str")
def card_texts(texts):
    """Check the three texts of a model card that only its author can write."""
    yield not isinstance(texts, dict), f"The texts are {shown(texts)}: keep the dictionary of the task."
    for key in ("intended_use", "limits", "license"):
        yield key not in texts, f'"{key}" is missing: a card without it leaves its readers to guess.'
        no_text = not isinstance(texts[key], str)
        yield no_text, f'"{key}" is {shown(texts[key])}: write a text in quotation marks.'
    use, limits, license = (texts[key].strip() for key in ("intended_use", "limits", "license"))
    yield use == limits, "Use and limits are the same text: one says what for, the other where it fails."
    yield len(use) < SHORTEST, f"The intended use has {len(use)} characters: write a whole sentence."
    unlimited = not re.search(r"\b(not|never|nobody|only|no)\b", use.lower())
    yield unlimited, "The intended use does not say what the model must NOT be used for: add it."
    too_short = len(limits) < SHORTEST
    yield too_short, f"The limits have {len(limits)} characters: say where it fails, and for whom."
    no_license = not re.fullmatch(r"[a-z0-9][a-z0-9.+-]{1,30}", license)
    yield no_license, f'The licence is {shown(license)}: write an identifier, such as "mit" or "cc-by-4.0".'
    return "Use, limits and licence: now others can decide whether your model fits their question."


@exercise("difference : float; original, exported : array of float, shape (N, n_classes)")
def largest_difference(difference, original, exported):
    """Check the largest difference between the probabilities of a model and of its export."""
    original, exported = array(original, "original"), array(exported, "exported")
    difference, gaps = number(difference, "difference"), exported - original
    of_the_largest = np.abs(exported.max(axis=1) - original.max(axis=1)).max()
    near_misses = {
        "The sign is still in it: take np.abs before the maximum.": min(gaps.max(), (-gaps).max()),
        "That is the mean: one bad answer would drown in it. Take .max().": np.abs(gaps).mean(),
        "That is the sum: it grows with the number of images. Take .max().": np.abs(gaps).sum(),
        "Compare all probabilities, not only the largest of each image.": of_the_largest,
    }
    right, hint = np.abs(gaps).max(), "subtract, take the absolute value, then the maximum over everything."
    yield from compare_number(difference, "difference", right, near_misses, hint, rtol=0.01, atol=1e-12)
    return "One number for the worst case: that is what a parity test reports."


@exercise("page : path-like")
def web_page(page):
    """Check a web page that `sharing.make_web_page` wrote, with a title and a text of one's own."""
    if not isinstance(page, str | Path) or not str(page):
        raise WrongAnswerError(f"The page is {shown(page)}: hand over what make_web_page returned.")
    folder = Path(page).parent if str(page).endswith(".html") else Path(page)
    file = folder / "index.html"
    yield not file.is_file(), f"There is no page at {shown(str(page))}: call make_web_page first."
    missing = [name for name in PARTS_OF_A_PAGE if not (folder / name).is_file()]
    yield missing, f"Beside the page there is no {', no '.join(missing)}: a page needs its whole folder."
    text = file.read_text(encoding="utf-8")
    yield "<h1>Which class is it?</h1>" in text, "It still has the template's title: pass title=..."
    mute = "<p>Nobody has said" in text
    yield mute, "It says nothing about the model: pass about=..., how good it is and what not to use it for."
    return "The page is ready: one folder, which works on any web host."


@exercise("kilowatt_hours, cost, seconds, watts, price : float")
def energy(kilowatt_hours, cost, seconds, watts, price):
    """Check the energy that a training took, and what it cost."""
    joules = watts * seconds
    right = joules / 3.6e6
    near_misses = {
        "Those are watt-seconds (joules): an hour has 3,600 seconds, a kilowatt 1,000 watts.": joules,
        "Those are watt-hours: divide by 1,000.": 1000 * right,
        "An hour has 3,600 seconds, not 60.": 60 * right,
    }
    hint = "power in watts times hours, divided by 1,000."
    yield from compare_number(kilowatt_hours, "The energy", right, near_misses, hint)
    near_misses = {"The price is for a kilowatt-hour, not for a watt-hour.": 1000 * right * price}
    yield from compare_number(cost, "The cost", right * price, near_misses, "energy times price.")
    return "Little, for one training of a small network: a search repeats it a hundred times."
