"""Exercises of the MNIST example."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import call_for_array, shown, word

PIPELINE = ("map", "cache", "shuffle", "batch", "prefetch")


@exercise("steps : list of str")
def pipeline_order(steps):
    """Check the order of the five steps of a training pipeline."""
    yield not isinstance(steps, list | tuple), f"{shown(steps)}: write the five steps in a list."
    steps = [word(step, "A step", PIPELINE) for step in steps]
    missing = [step for step in PIPELINE if step not in steps]
    yield missing, f"A step is missing: {', '.join(missing)}."
    yield len(steps) > len(PIPELINE), "A step is in the list twice: each is needed once."
    place = {step: steps.index(step) for step in PIPELINE}
    too_early = place["shuffle"] < place["cache"]
    yield too_early, "shuffle before cache: the order of the first epoch is kept, and every epoch repeats it."
    too_late = place["map"] > place["cache"]
    yield too_late, "map after cache: every image is normalised anew in every epoch, instead of once."
    too_early = place["batch"] < place["shuffle"]
    yield too_early, "batch before shuffle: whole batches change places, always with the same images in them."
    yield place["prefetch"] != 4, "prefetch belongs at the end: it gets the next finished batch ready."
    yield list(steps) != list(PIPELINE), "The order is not right yet: what happens once, what in every epoch?"
    return "Once: normalise and keep. In every epoch: mix, cut into batches, have the next one ready."


@exercise("function : callable")
def invert(function):
    """Check a function that turns light strokes on black into dark strokes on white."""
    images = np.zeros((2, 28, 28, 1), dtype="float32")
    images[0, 4:20, 10:14], images[1, 6:8] = 1, 0.75
    given = call_for_array(function, images.copy())
    yield given.shape != images.shape, f"It returns shape {given.shape}: keep {images.shape}."
    from_255 = np.allclose(given, 255 - images)
    yield from_255, "255 belongs to whole numbers: these images are normalised, 0 to 1."
    yield given.min() < 0, f"It gives numbers down to {given.min():.3g}: images have 0 to 1."
    yield np.allclose(given, images), "It returns the images as they were."
    yield np.allclose(given, images[:, ::-1]), "They stand on their heads: change light, not places."
    yield not np.allclose(given, 1 - images, atol=1e-6), "0 has to become 1, 1 has to become 0, 0.75 -> 0.25."
    return "1 minus the image: black becomes white, and what is in between changes sides."
