"""Exercises of the MNIST example."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import (
    WrongAnswerError,
    batches,
    call,
    call_for_array,
    compare_number,
    shown,
    word,
)

BATCH, IMAGES = 128, 812  # of the pipeline to repair; batches enough that no order comes twice by chance
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
    yield too_late, "map after cache: every image is normalised again in every epoch, instead of once."
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
    yield given.min() < 0, f"It returns numbers down to {given.min():.3g}: images have 0 to 1."
    yield np.allclose(given, images), "It returns the images as they were."
    yield np.allclose(given, images[:, ::-1]), "They are upside down: change brightness, not places."
    yield not np.allclose(given, 1 - images, atol=1e-6), "0 has to become 1, 1 has to become 0, 0.75 -> 0.25."
    relative = not np.allclose(call_for_array(function, images / 2), 1 - images / 2, atol=1e-6)
    yield relative, "With darker images it goes wrong: white is 1, even where no pixel is white."
    return "1 minus the image: black becomes white, and light grey becomes dark grey."


@exercise("function : callable, n_batches : int")
def repaired_pipeline(function, n_batches):
    """Check a pipeline that has to differ in every epoch: what it gives in two epochs, image by image."""
    source, readings = _counted_source()
    (images, labels), (images_later, labels_later) = _two_epochs(call(function, source))
    yield images[0].ndim != 4, "There are no batches: augment needs them."
    yield max(map(np.max, images)) > 1.5, "The images are not normalised: their values go up to 255."
    size = max(map(len, labels))  # the last batch, which may come first, is smaller
    yield size != BATCH, f"A batch has {size} images: {BATCH} are asked for."
    order, order_later = np.concatenate(labels), np.concatenate(labels_later)
    lost = sorted(order) != list(range(IMAGES))
    yield lost, "Some images come twice in an epoch, or never."
    yield len(readings) > 1, "Nothing is kept: each epoch reads all the images again."
    same = (order == order_later).all()
    yield same, "Two epochs have the same order: does the mixing come before the cache?"
    together = [{frozenset(batch) for batch in epoch} for epoch in (labels, labels_later)]
    yield together[0] == together[1], "The batches change places, but the same images stay together."
    first = np.concatenate(images)[np.argsort(order)]
    later = np.concatenate(images_later)[np.argsort(order_later)]
    yield np.allclose(first, _dots() / 255, atol=1e-3), "The images are not varied: augment is missing."
    yield np.allclose(first, later), "Two epochs show the same variants: what is kept in the cache?"
    near_misses = {
        "That is the number of images in a batch.": 128,
        "That is for an epoch of 6,400 images: the exercise asks about 1,600.": 50,
        "The last batch is smaller, but it is a batch, too.": 12,
        "Batches come whole: the last one is smaller, and counts.": 12.5,
    }
    yield from compare_number(n_batches, "n_batches", 13, near_misses, "1,600 images, 128 at a time.")
    return "Read once; mixed, cut into batches and varied in every epoch."


def _dots():
    """Make images with a bright square each."""
    images = np.zeros((IMAGES, 28, 28, 1), np.uint8)
    images[:, 8:20, 8:20] = 255
    return images


def _counted_source():
    """Make a dataset like MNIST's, with numbers for labels, and a list that grows when it is read."""
    import tensorflow as tf

    readings = []

    def read():
        readings.append(1)
        yield _dots(), np.arange(IMAGES)  # all at once: much faster than one by one

    form = tf.TensorSpec((IMAGES, 28, 28, 1), tf.uint8), tf.TensorSpec((IMAGES,), tf.int64)
    return tf.data.Dataset.from_generator(read, output_signature=form).unbatch(), readings


def _two_epochs(dataset):
    """Return images and labels of each of two epochs, a list of batches each."""
    if not hasattr(dataset, "as_numpy_iterator"):
        raise WrongAnswerError(f"It returns {shown(dataset)}: return the dataset at the end.")
    return [tuple(zip(*batches(dataset, IMAGES), strict=True)) for _ in range(2)]
