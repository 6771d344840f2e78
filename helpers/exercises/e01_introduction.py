"""Exercises of episode 1: shapes, the training log, a prediction, and the order of the steps."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import FLOORED, array, number, shown, word
from helpers.histories import history_table


@exercise("steps, right_images : number; history : what fit returned")
def training_log(steps, right_images, history):
    """Check the number of steps in an epoch, and how many validation images were right at the end."""
    steps = number(steps, "steps")
    yield steps == 250, "250 is the number of steps in batches of 32. Larger batches need fewer."
    yield steps == 8000, "8,000 is the number of images: how many batches of 64 is that?"
    yield steps == 64, "64 is the number of images in one batch: how many batches make 8,000 images?"
    yield steps == 10_000 / 64, "Validation images take no part in the steps: count the training images only."
    yield steps == 1250, "That is ten epochs: the question asks about one."
    yield steps != 125, f"steps is not {steps:g}: a step is one batch of 64, and there are 8,000 images."
    last = history_table(history).iloc[-1]
    right, given = last["val_accuracy"] * 2000, number(right_images, "right_images")
    yield np.isclose(given, last["val_accuracy"], atol=0.006), "That is the fraction: of how many images?"
    is_percentage = np.isclose(given, right / 20, atol=0.6)
    yield is_percentage, "That is a percentage: how many of the 2,000 images is that?"
    if not abs(given - right) <= 20:  # first, because a near miss may be just as near
        yield np.isclose(given, 2000 - right, atol=20), "That is how many were wrong. How many were right?"
        other = "That is from the column of the training images: which one has the validation images?"
        yield np.isclose(given, last["accuracy"] * 2000, atol=20), other
        yield np.isclose(given, right * 4, atol=48), "Take the fraction of the 2,000 validation images."
        yield np.isclose(given, right * 5, atol=60), "Take the fraction of 2,000 images, not of 10,000."
        yield True, f"Not {given:g}: take val_accuracy in the last row of your log."
    return f"125 steps, and about {round(right):,} of the 2,000 validation images."


@exercise(
    "name : str; probability : float; model : your trained network; "
    "image : array of 0..255, shape (32, 32, 3)"
)
def predicted_class(name, probability, model, image):
    """Check the class that a network predicts for one image, and its probability."""
    from helpers.data import CLASS_NAMES

    yield np.max(image) <= 1, CHANGED
    prepared = np.reshape(image, (-1, 32, 32, 3))[:1].astype("float32") / 255
    values = np.asarray(model.predict(prepared, verbose=0), dtype=float)[0]
    best = CLASS_NAMES[int(values.argmax())]
    if np.size(name) == 1:
        name = np.asarray(name).item()
    if not isinstance(name, str):
        names = np.asarray(name).dtype.kind in "UO" and np.size(name) > 2
        yield names, "name holds several names: which one belongs to the largest probability?"
        yield np.size(name) == len(values), "name holds the probabilities: which class has the largest?"
        yield np.size(name) > 1, "That is more than one answer: one class is the most probable."
        value = number(name, "name")
        yield value == int(value), f"{value:g} is a position: CLASS_NAMES has the name that belongs to it."
        yield True, f"{value:.3g} is a probability: argmax finds the position of the largest one."
    name = name.strip().lower()
    yield name not in CLASS_NAMES, f"{shown(name)} is not one of the classes: {', '.join(CLASS_NAMES)}."
    least = CLASS_NAMES[int(values.argmin())]
    yield name == least != best, f'"{name}" is the least probable class: that is what argmin finds.'
    raw = np.asarray(model.predict(prepared * 255, verbose=0), dtype=float)[0]
    unprepared = name == CLASS_NAMES[int(raw.argmax())] != best
    yield unprepared, f'"{name}" is the answer to an image that was not prepared: divide it by 255.'
    yield name != best, f'Your network does not say "{name}": ask it about this image, divided by 255 once.'
    yield np.size(probability) > 1, f"probability holds {np.size(probability)} numbers: take the largest one."
    given, right = number(np.ravel(probability)[0], "probability"), values.max()
    position = np.asarray(probability).dtype.kind in "iu" and given == values.argmax()
    why = "is the position of the largest probability: take the number that stands there"
    yield position, f"{given:g} {why}."
    unprepared = np.isclose(given, raw.max(), atol=0.005) and not np.isclose(given, right, atol=0.005)
    why = "for an image that was not prepared: divide it by 255"
    yield unprepared and raw.max() < 0.995, f"{given:.3g} is the probability {why}."
    yield unprepared, f"1 is the sum of all ten, or the probability {why}."
    yield np.isclose(given, right * 100, atol=1), "That is a percentage: a probability lies between 0 and 1."
    yield not np.isclose(given, right, atol=0.01), f'{given:.3g} is not the probability of "{best}".'
    return f'Your network says "{best}", with a probability of {right:.0%}.'


CHANGED = "test_images no longer goes up to 255: run the cell with load_cifar10 again."


@exercise("repaired : array, shape (5, 32, 32, 3); images : the images as they were")
def same_preparation(repaired, images):
    """Check that images were prepared like the training images."""
    values, images = array(repaired, "repaired"), np.asarray(images)
    yield values.shape == images.shape[1:], "That is one image: the colleague has five."
    yield values.shape != images.shape, f"The shape is {values.shape}, but five images have {images.shape}."
    yield images.max() <= 1, CHANGED
    right, top = images / 255, float(values.max())
    unchanged = np.array_equal(values, images)
    yield unchanged, f"The values still go up to {top:g}. How high do they go in x_train?"
    yield np.allclose(values, right / 255), "Everything is almost 0: these values were divided twice."
    floored = np.array_equal(values, images // 255)
    yield floored, FLOORED
    about_zero = np.allclose(values, right * 2 - 1, atol=1e-3)
    yield about_zero, "-1 to 1 is another way to normalise, but x_train runs from 0 to 1."
    yield values.min() < 0, "x_train has no negative values."
    yield top > 1, f"The largest value is {top:g}: compare it with the largest one in x_train."
    close = np.allclose(values, right, atol=0.005)
    yield not close, "The values are between 0 and 1, but not the ones that x_train would have."
    return "Now the images look to the network like those it learned from."


LINES = {
    "a": "fit",
    "b": "evaluate",
    "c": "dividing by 255",
    "d": "create_model_intro",
    "e": "train_test_split",
    "f": "comparing val_accuracy",
    "g": "compile",
    "h": "save",
}
ORDER = (
    ("c", "e", "c comes after e, so x_train and x_val keep their values from 0 to 255"),
    ("e", "a", "a needs x_train, which does not exist yet"),
    ("d", "g", "g needs a model, and there is none yet"),
    ("g", "a", "a stops with an error: without a loss and an optimizer nothing can be trained"),
    ("a", "f", "f compares a number that fit has not measured yet"),
    ("f", "b", "b opens the test set before the decision in f, which it could then influence"),
    ("a", "h", "h gives away a network that has learned nothing"),
    ("f", "h", "h gives a network away before you know whether it is the best"),
)


@exercise("order : str of eight letters")
def workflow(order):
    """Check an order of the lines of a project: every order that works is right."""
    order = order.tolist() if isinstance(order, np.ndarray) else order
    letters = "".join(order) if isinstance(order, list | tuple) and {*map(type, order)} == {str} else order
    no_text = not isinstance(letters, str)
    yield no_text, f'order is {shown(order)}: write the letters as one string, such as "abcdefgh".'
    letters = [letter for letter in letters.lower() if letter not in " ,;->→'\"\n"]
    unknown = [letter for letter in dict.fromkeys(letters) if letter not in LINES]
    yield unknown, f"There is no line {', '.join(unknown)}: the lines are a to h."
    twice = [letter for letter in LINES if letters.count(letter) > 1]
    yield twice, f"Line {', '.join(twice)} is there more than once."
    missing = [letter for letter in LINES if letter not in letters]
    yield missing, f"Line {', '.join(missing)} ({LINES[(missing or 'a')[0]]}) is missing."
    for before, after, why in ORDER:
        yield letters.index(before) > letters.index(after), f"In your order, line {why}."
    return "Prepare, split, build, compile, train, choose on validation data, and only then test or share."


@exercise("training_images, best_epoch, wrong_at_the_end, gap_in_points : number; after_epoch_20 : str")
def unexplained_log(training_images, best_epoch, wrong_at_the_end, gap_in_points, after_epoch_20):
    """Check five answers about the log `intro_long`, and score them."""
    ways = ("nothing", "for new images", "memorise")
    fine = {
        "training_images": abs(number(training_images, "training_images") - 40_000) <= 32,
        "best_epoch": number(best_epoch, "best_epoch") == 9,
        "wrong_at_the_end": abs(number(wrong_at_the_end, "wrong_at_the_end") - 3395) <= 10,
        "gap_in_points": abs(number(gap_in_points, "gap_in_points") - 22.4) <= 0.5,
        "after_epoch_20": word(after_epoch_20, "after_epoch_20", ways) == ways[2],
    }
    again = [name for name, is_right in fine.items() if not is_right]
    yield again, f"Score: {len(fine) - len(again)} of 5. Look again at {', '.join(again)}."
    return "Score: 5 of 5. You can read a log that nobody explained."
