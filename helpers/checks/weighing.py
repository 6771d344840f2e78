"""Exercises of episode 6 with numbers and judgement: parity, energy, and what a network must not decide."""

import numpy as np

from helpers.checks.answers import array, assigned, known, number
from helpers.checks.machinery import exercise


@exercise
def largest_difference(difference, original, exported):
    """Check the largest difference between the probabilities of a model and of its export.

    Parameters
    ----------
    difference : float
        One number for all images and classes.
    original, exported : array of float, shape (N, n_classes)
        What both answer to the same images.

    Notes
    -----
    Mistakes it recognises:

    * an array instead of one number
    * the sign kept
    * the mean instead of the largest
    * the sum instead of the largest
    * the certainties compared instead of all probabilities
    * another number
    """
    original, exported = array(original, "original"), array(exported, "exported")
    difference, gaps = number(difference, "difference"), exported - original
    right = float(np.abs(gaps).max())
    mistakes = {
        "The sign is still in it: take np.abs before the maximum.": min(gaps.max(), (-gaps).max()),
        "That is the mean: one bad answer would drown in it. Take .max().": np.abs(gaps).mean(),
        "That is the sum: it grows with the number of images. Take .max().": np.abs(gaps).sum(),
        "Compare all probabilities, not only the largest of each image.": np.abs(
            exported.max(axis=1) - original.max(axis=1)
        ).max(),
    }
    for message, result in mistakes.items():
        close = np.isclose(difference, result, rtol=1e-3, atol=0)
        yield close and not np.isclose(result, right, rtol=1e-3, atol=0), message
    yield (
        not np.isclose(difference, right, rtol=1e-2, atol=1e-12),
        f"Not {difference:g}: subtract, take the absolute value, then the maximum over everything.",
    )
    return "One number for the worst case: that is what a parity test reports."


@exercise
def energy(kilowatt_hours, cost, seconds, watts, price):
    """Check the energy that a training took, and what it cost.

    Parameters
    ----------
    kilowatt_hours : float
        The energy.
    cost : float
        In the currency of the price.
    seconds, watts, price : float
        How long it took, the power of the computer, and the price of a kilowatt-hour.

    Notes
    -----
    Mistakes it recognises:

    * watt-seconds
    * watt-hours
    * minutes taken for hours
    * another energy
    * the price of a watt-hour
    * another cost
    """
    right = watts * seconds / 3.6e6
    mistakes = {
        "Those are watt-seconds (joules): an hour has 3,600 seconds, a kilowatt 1,000 watts.": watts
        * seconds,
        "Those are watt-hours: divide by 1,000.": 1000 * right,
        "An hour has 3,600 seconds, not 60.": 60 * right,
    }
    energy_hint = "power in watts times hours, divided by 1,000."
    yield from known(number(kilowatt_hours, "kilowatt_hours"), right, "The energy", mistakes, energy_hint)
    mistakes = {"The price is for a kilowatt-hour, not for a watt-hour.": 1000 * right * price}
    yield from known(number(cost, "cost"), right * price, "The cost", mistakes, "energy times price.")
    return "Little, for one training of a small network: a search repeats it a hundred times."


@exercise
def limits(answers):
    """Check what a convolutional network does and does not do.

    Parameters
    ----------
    answers : dict of str to bool
        Five statements, each with True or False.

    Notes
    -----
    Mistakes it recognises:

    * a statement left out
    * an answer that is neither True nor False
    * softmax thought to know what it does not know
    * a short way round not seen
    * a new place thought like the old one
    * good on average taken for good for all
    * understanding seen in it
    """
    key = {
        "it tells us when an image shows none of its classes": (False, "softmax shares 100 % out, always."),
        "it may go by the background instead of the object": (
            True,
            "whatever helps in training is learned: water behind ships, grass behind horses.",
        ),
        "94 % in the laboratory are 94 % in every hospital": (
            False,
            "another camera, another light, other people: measure anew in each place.",
        ),
        "it can be right on average and wrong for one group": (
            True,
            "an average hides the small groups in it.",
        ),
        "it knows what a cat is": (False, "it finds patterns of pixels; nothing in it knows of mice."),
    }
    yield from assigned(answers, key)
    return "It finds patterns that worked in training: whether they hold elsewhere, you must measure."


@exercise
def responsibility(answers):
    """Check which principle each question belongs to.

    Parameters
    ----------
    answers : dict of str to str
        Five questions, each with "data", "harm", "appeal", "openness" or "privacy".

    Notes
    -----
    Mistakes it recognises:

    * a question left out
    * none of the five words
    * missing people not seen as a matter of data
    * a wrong alarm not seen as harm
    * an objection not seen as an appeal
    * the model card not seen as openness
    * sent photos not seen as a matter of privacy
    """
    key = {
        "who is missing in the training images?": ("data", "what is not in the data cannot be learned."),
        "what happens to somebody whom it takes for someone else?": (
            "harm",
            "ask it of every kind of mistake.",
        ),
        "who can have a decision looked at by a human?": ("appeal", "a mistake must have a way back."),
        "can others read how good it is and where it fails?": (
            "openness",
            "that is what the model card is for.",
        ),
        "do the visitors' photos leave their phones?": ("privacy", "what is never sent cannot be lost."),
    }
    yield from assigned(answers, key)
    return "Five questions to ask before a model meets people - and again when it has."
