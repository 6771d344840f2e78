"""Exercises of episode 1 on the ten steps and on what they print: shapes, a log, probabilities."""

import numpy as np

from helpers.checks.answers import number, shown, word
from helpers.checks.machinery import exercise

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


@exercise
def workflow(steps):
    """Check the order of the ten steps of the workflow.

    Parameters
    ----------
    steps : list of str
        The ten steps, the first one first.

    Notes
    -----
    Mistakes it recognises:

    * one text instead of a list
    * a step that is none of the ten
    * a step missing
    * a step twice
    * the problem not at the start
    * the end of the journey not at the end
    * training before compiling
    * the network built before the data are ready
    * tuning before measuring
    * measuring before predicting
    * another order
    """
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


@exercise
def shapes(train_images, validation_images, test_images, third_axis, fourth_axis, test_labels):
    """Check what the printed shapes of the prepared data say.

    Parameters
    ----------
    train_images : int
        Number of images that the network learns from.
    validation_images : int
        Number of images that are set aside for watching the training.
    test_images : int
        Number of images for the last measurement.
    third_axis : str
        "height", "width" or "channels": what the third number of the images' shape counts.
    fourth_axis : str
        The same for the fourth number.
    test_labels : str
        Why the shape of the test labels ends in 1: "a" (one number an image: its class, not encoded),
        "b" (there is one class) or "c" (one probability an image).

    Notes
    -----
    Mistakes it recognises:

    * a number written as text
    * all images counted as training images
    * training and validation swapped
    * another number of training images
    * no validation images
    * parts that do not add up
    * the test set split too
    * width and channels swapped
    * the third axis taken for the height
    * the third axis taken for the channels
    * the fourth axis not the channels
    * the labels taken for a single class
    * the labels taken for probabilities
    """
    train, validation = (
        number(train_images, "train_images"),
        number(validation_images, "validation_images"),
    )
    yield (
        train in (10_000, 50_000),
        f"{train:.0f} is what there was before the split: 80 % of it is for training.",
    )
    yield (
        train in (2_000, 10_000),
        "Training and validation are swapped: the network learns from the larger part.",
    )
    yield (
        train not in (8_000, 40_000),
        f"Not {train:.0f} training images: read the first number of the shape.",
    )
    yield validation == 0, "The validation images are the 20 % that the split took from the training set."
    yield (
        validation * 4 != train,
        f"{train:.0f} + {validation:.0f} is not {train * 1.25:.0f}: read the shapes again.",
    )
    test = number(test_images, "test_images")
    yield (
        test != (2_000 if train == 8_000 else 10_000),
        f"Not {test:.0f}: the split leaves the test set as it is.",
    )
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


@exercise
def training_log(steps, on_new_images, accuracy_in_per_cent, loss_of_an_epoch):
    """Check how the log of a training is read.

    Parameters
    ----------
    steps : int
        Steps an epoch with 8,000 training images and a batch size of 32.
    on_new_images : str
        The entry of the log that says how often the network is right on images it does not learn from.
    accuracy_in_per_cent : int
        What an accuracy of 0.56 is in per cent.
    loss_of_an_epoch : str
        "mean" or "sum": how the losses of the batches become one number an epoch.

    Notes
    -----
    Mistakes it recognises:

    * the number of images instead of steps
    * the batch size instead of steps
    * the validation images counted too
    * another number of steps
    * the training accuracy taken for the validation's
    * a loss taken for an accuracy
    * an entry that is not in the log
    * the accuracy left a fraction
    * another number of per cent
    * the loss called a sum
    """
    steps = number(steps, "steps")
    yield steps == 8_000, "8000 is the number of images: how many batches of 32 are that?"
    yield steps == 32, "32 is the number of images in a batch: how many batches make 8000 images?"
    yield 312 <= steps <= 313, "Count the 8000 training images only: the validation's are not learned from."
    yield steps != 250, f"Not {steps:g}: a step is one batch of 32 out of 8000 images."
    entry = word(on_new_images, "on_new_images", ("accuracy", "loss", "val_accuracy", "val_loss"))
    yield entry == "accuracy", "`accuracy` is measured while learning: what begins with val_ is not."
    yield (
        "loss" in entry,
        f"`{entry}` says how far off the probabilities are, not how often the class is right.",
    )
    percent = number(accuracy_in_per_cent, "accuracy_in_per_cent")
    yield percent == 0.56, "0.56 is the fraction: 0.56 % would be one image in 180."
    yield not np.isclose(percent, 56), f"0.56 is not {percent:g} %: how many images of 100 are that?"
    how = word(loss_of_an_epoch, "loss_of_an_epoch", ("mean", "sum"))
    yield how == "sum", "A sum would grow with the number of batches: the log shows their mean."
    return "250 steps, right on 56 of 100 images, and what begins with val_ is measured on new ones."


@exercise
def predicted_class(name, probabilities, class_names):
    """Check the name of the class that a network predicts for one image.

    Parameters
    ----------
    name : str
        The answer: the name of the most probable class.
    probabilities : array of float, shape (10,) or (1, 10)
        What the network gave for the image, each in 0..1.
    class_names : sequence of str
        The names of the classes, in the order of the probabilities.

    Notes
    -----
    Mistakes it recognises:

    * the probabilities of several images
    * several answers
    * a position instead of a name
    * a probability instead of a name
    * a name that is no class
    * the least probable class
    * another class
    """
    names = list(class_names)
    values = np.asarray(probabilities, dtype=float).ravel()
    yield (
        values.size != len(names),
        f"{values.size} probabilities for {len(names)} classes: take one image's.",
    )
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
