"""Exercises of episode 1: fields and kinds of task, the ten steps, and what they print."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import number, shown, word

FIELDS = {"ai": "artificial intelligence", "ml": "machine learning", "dl": "deep learning"}
STEPS = (
    "formulate the problem",
    "identify inputs and outputs",
    "prepare data",
    "choose a pre-trained model or build one",
    "choose a loss function and optimizer, and compile",
    "train",
    "predict",
    "measure performance",
    "tune hyperparameters",
    "share",
)


@exercise("outer, middle, inner : str")
def ai_ml_dl(outer, middle, inner):
    """Check how artificial intelligence, machine learning and deep learning contain each other."""
    given = {"outer": outer, "middle": middle, "inner": inner}
    given = {at: FIELDS.get(str(field).strip().lower(), field) for at, field in given.items()}
    a, b, c = (word(field, at, list(FIELDS.values())) for at, field in given.items())
    ai, ml, dl = FIELDS.values()
    yield len({a, b, c}) < 3, "One field stands there twice: use each of the three once."
    yield (a, b, c) == (dl, ml, ai), "Inside out: `outer` is the field that contains the two others."
    yield a == dl, "Deep learning is not the largest field: it is one way of machine learning."
    yield (
        a == ml,
        "Machine learning is not the largest: rules written by hand can be artificial intelligence too.",
    )
    yield c == ml, "Machine learning is not the smallest: a decision tree learns too, without being deep."
    return "Deep learning is a part of machine learning, and that is a part of artificial intelligence."


@exercise("train_images, validation_images, test_images : int; third_axis, fourth_axis, test_labels : str")
def shapes(train_images, validation_images, test_images, third_axis, fourth_axis, test_labels):
    """Check what the printed shapes of the prepared data say."""
    train = number(train_images, "train_images")
    validation = number(validation_images, "validation_images")
    unsplit = train in (10_000, 50_000)
    yield unsplit, f"{train:.0f} is what there was before the split: 80 % of it is for training."
    swapped = train in (2_000, 10_000)
    yield swapped, "Training and validation are swapped: the network learns from the larger part."
    other = train not in (8_000, 40_000)
    yield other, f"Not {train:.0f} training images: read the first number of the shape."
    yield validation == 0, "The validation images are the 20 % that the split took from the training set."
    unequal = validation * 4 != train
    yield unequal, f"{train:.0f} + {validation:.0f} is not {train * 1.25:.0f}: read the shapes again."
    test = number(test_images, "test_images")
    other = test != (2_000 if train == 8_000 else 10_000)
    yield other, f"Not {test:.0f}: the split leaves the test set as it is."
    axes = ("height", "width", "channels")
    third, fourth = word(third_axis, "third_axis", axes), word(fourth_axis, "fourth_axis", axes)
    yield (third, fourth) == ("channels", "width"), "Swapped: it is (images, height, width, channels)."
    yield third == "height", "The height is the second number: an array counts rows first, then columns."
    yield third == "channels", "The third number is 32, and a colour image has only 3 channels."
    yield fourth != "channels", "The fourth number is 3: red, green and blue. No image is 3 pixels wide."
    label = word(test_labels, "test_labels", ("a", "b", "c"))
    yield label == "b", "The 1 does not count the classes: there are ten, and an image has one label."
    yield label == "c", "A probability lies in 0..1; the test labels are whole numbers 0..9: print a few."
    return "You can read shapes: images, height, width, channels - and one whole number a label."


@exercise("steps : int; on_new_images : str; accuracy_in_per_cent : int; loss_of_an_epoch : str")
def training_log(steps, on_new_images, accuracy_in_per_cent, loss_of_an_epoch):
    """Check how the log of a training is read."""
    steps = number(steps, "steps")
    yield steps == 8_000, "8000 is the number of images: how many batches of 32 are that?"
    yield steps == 32, "32 is the number of images in a batch: how many batches make 8000 images?"
    yield 312 <= steps <= 313, "Count the 8000 training images only: the validation's are not learned from."
    yield steps != 250, f"Not {steps:g}: a step is one batch of 32 out of 8000 images."
    entry = word(on_new_images, "on_new_images", ("accuracy", "loss", "val_accuracy", "val_loss"))
    yield entry == "accuracy", "`accuracy` is measured while learning: what begins with val_ is not."
    is_loss = "loss" in entry
    yield is_loss, f"`{entry}` says how far off the probabilities are, not how often the class is right."
    percent = number(accuracy_in_per_cent, "accuracy_in_per_cent")
    yield percent == 0.56, "0.56 is the fraction: 0.56 % would be one image in 180."
    yield not np.isclose(percent, 56), f"0.56 is not {percent:g} %: how many images of 100 are that?"
    how = word(loss_of_an_epoch, "loss_of_an_epoch", ("mean", "sum"))
    yield how == "sum", "A sum would grow with the number of batches: the log shows their mean."
    return "250 steps, right on 56 of 100 images, and what begins with val_ is measured on new ones."


@exercise("name : str; probabilities : array of float, shape (10,) or (1, 10); class_names : sequence of str")
def predicted_class(name, probabilities, class_names):
    """Check the name of the class that a network predicts for one image."""
    names = list(class_names)
    values = np.asarray(probabilities, dtype=float).ravel()
    several = values.size != len(names)
    yield several, f"{values.size} probabilities for {len(names)} classes: take one image's."
    if np.size(name) == 1:
        name = np.asarray(name).item()
    best = names[int(values.argmax())]
    if not isinstance(name, str):
        yield np.size(name) > 1, "That is more than one answer: only one class is the most probable."
        value = number(name, "The answer")
        yield value == int(value), f"{value:g} is a position: CLASS_NAMES has the name that stands there."
        yield True, f"{value:.3g} is a probability: argmax tells where the largest one stands."
    yield name not in names, f"{shown(name)} is none of the classes: {', '.join(names)}."
    yield name == names[int(values.argmin())], f'"{name}" is the least probable: use argmax, not argmin.'
    yield name != best, f'"{name}" is not the most probable: ask the network, not your eyes.'
    return f'The network says "{best}": its most probable class, at {values.max():.0%}.'


@exercise("steps : list of str")
def workflow(steps):
    """Check the order of the ten steps of the workflow."""
    yield not isinstance(steps, list | tuple), f"The answer is {shown(steps)}: write a list of ten steps."
    given = [word(step, "One of the steps", STEPS) for step in steps]
    missing = [step for step in STEPS if step not in given]
    yield missing, f"There is no {', '.join(map(repr, missing))} in your list."
    yield len(given) > len(STEPS), "A step stands there twice: each of the ten is taken once."
    _, _, prepare, build, compile_, train, predict, measure, tune, share = map(given.index, STEPS)
    yield given[0] != STEPS[0], "Start with the problem: without a question there is no use for data."
    yield share < 9, "Share what is finished: that step comes last."
    yield train < compile_, "Compile before you train: without a loss and an optimizer nothing can improve."
    yield build < prepare, "Prepare the data before you build: their shape decides the network's first layer."
    yield tune < measure, "Tuning compares networks, so measure first."
    yield measure < predict, "Performance is measured on predictions: predict first."
    wrong = next((at for at in range(10) if given[at] != STEPS[at]), None)
    yield wrong is not None, f"Look at number {(wrong or 0) + 1}: {given[wrong or 0]!r} comes later."
    return "These ten steps carry the whole course: each episode takes some of them."
