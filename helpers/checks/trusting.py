"""Exercises of episode 5 on how far a number can be trusted: test sets and certainty."""

from helpers.checks.answers import assigned, number
from helpers.checks.machinery import exercise


@exercise
def test_set_size(n):
    """Check how many test images an accuracy of 0.7 needs for an interval of plus or minus 0.01.

    Parameters
    ----------
    n : int
        Number of images, from 1.96 sqrt(p (1 - p) / n) = 0.01.

    Notes
    -----
    Mistakes it recognises:

    * the square forgotten
    * the factor 1.96 forgotten
    * the whole width taken for 0.01
    * a tenth of a point
    * too few
    * far too many
    """
    n = number(n, "n")
    needed = 1.96**2 * 0.7 * 0.3 / 0.01**2
    mistakes = {
        "The root is still in it: square both sides of the equation.": needed**0.5,
        "The factor 1.96 is missing: without it the interval holds only 68 %.": needed / 1.96**2,
        "Now the whole interval is 0.01 wide: the task asks for 0.01 to either side.": 4 * needed,
        "That is for plus or minus 0.001: one point of a hundred is 0.01.": 100 * needed,
    }
    for message, result in mistakes.items():
        yield abs(n / result - 1) < 0.03, message
    yield n < 7_900, f"{n:,.0f} images leave a wider interval: solve the equation for n."
    yield not n <= 8_600, f"{n:,.0f} are more than it takes: solve the equation for n."
    return "About 8,000: which is why CIFAR-10 comes with 10,000 test images."


@exercise
def test_set_rules(answers):
    """Check what is true of a test set.

    Parameters
    ----------
    answers : dict of str to bool
        Six statements, each with True or False.

    Notes
    -----
    Mistakes it recognises:

    * a statement left out
    * an answer that is neither True nor False
    * seen images thought harmless
    * tuning on the test set
    * another preparation thought harmless
    * images of other classes demanded
    * classes thought dispensable
    * repeated use thought harmless
    """
    key = {
        "no image of it was used for training": (True, "the network may know such an image by heart."),
        "it chooses the dropout rate": (
            False,
            "whatever chooses a setting can no longer judge it: that is the work of the validation set.",
        ),
        "it is prepared in the same way as the training images": (
            True,
            "a network that learned from 0..1 is lost with 0..255.",
        ),
        "it must hold images of none of the classes": (
            False,
            "it stands for the images that the network is made for.",
        ),
        "every class occurs in it": (True, "nothing can be said of a class that does not occur."),
        "one looks at its accuracy after every change": (
            False,
            "the best of many looks is partly luck: use it once, at the end.",
        ),
    }
    yield from assigned(answers, key)
    return "Unseen, complete, prepared alike, and used once, at the end."


@exercise
def certainty(answers):
    """Check what a probability from softmax says.

    Parameters
    ----------
    answers : dict of str to bool
        Five statements, each with True or False.

    Notes
    -----
    Mistakes it recognises:

    * a statement left out
    * an answer that is neither True nor False
    * calibration misunderstood
    * softmax thought to know what it does not know
    * a sure answer thought right
    * overfitting thought harmless for certainty
    * accuracy and calibration mixed up
    """
    key = {
        "calibrated: of the answers with 80 %, about 80 % are right": (True, "that is the definition."),
        "for an image of none of the classes all probabilities are low": (
            False,
            "they always add up to 1: look at the cup of coffee again.",
        ),
        "an answer with 99 % is right": (False, "look at the surest mistakes again."),
        "networks that overfit are often too sure": (
            True,
            "compare the mean certainty of both networks with their accuracy.",
        ),
        "a network with a higher accuracy is always better calibrated": (
            False,
            "accuracy counts right answers, calibration compares them with the promise.",
        ),
    }
    yield from assigned(answers, key)
    return "A probability is a promise: check it on data, and never expect one for strange images."
