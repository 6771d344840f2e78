import tensorflow as tf

from helpers.augmentation import augment
from helpers.exercises import x_mnist
from tests.check_cases.forms import FUNCTION, answers

ORDER = [*x_mnist.PIPELINE]


def pipeline(*steps):
    """A function that puts a dataset through these steps."""
    known = {
        "map": lambda dataset: dataset.map(lambda image, label: (tf.cast(image, tf.float32) / 255, label)),
        "cache": lambda dataset: dataset.cache(),
        "shuffle": lambda dataset: dataset.shuffle(6400),
        "batch": lambda dataset: dataset.batch(128),
        "augment": lambda dataset: dataset.map(augment),
        "prefetch": lambda dataset: dataset.prefetch(tf.data.AUTOTUNE),
    }

    def my_pipeline(dataset):
        for step in steps:
            dataset = known[step](dataset) if step in known else step(dataset)
        return dataset

    return my_pipeline


def inverts_in_place(images):
    inverted = images.copy()
    inverted[...] = 1 - images


def unbatch(dataset):
    return dataset.unbatch()


REPAIRED = "map", "cache", "shuffle", "batch", "augment", "prefetch"


CASES = {
    "pipeline_order": {
        "right": [ORDER, tuple(ORDER)],
        "no list": "map",
        "an unknown step": ["normalize", *ORDER[1:]],
        "a step left out": ORDER[:4],
        "a step twice": [*ORDER, "shuffle"],
        "shuffled before cached": ["map", "shuffle", "cache", "batch", "prefetch"],
        "normalised after caching": ["cache", "map", "shuffle", "batch", "prefetch"],
        "batches shuffled instead of images": ["map", "cache", "batch", "shuffle", "prefetch"],
        "prefetch not at the end": ["map", "cache", "shuffle", "prefetch", "batch"],
        "not yet": [["map", ...]],
    },
    "invert": {
        "right": [lambda images: 1 - images, lambda images: tf.constant(1.0) - images],
        **FUNCTION,
        "another shape": lambda images: 1 - images[0],
        "the range of whole numbers used": lambda images: 255 - images,
        "negative numbers": lambda images: -images,
        "turned upside down": lambda images: images[:, ::-1],
        "nothing changed": lambda images: images,
        "something else": lambda images: images / 2,
        "white taken from the images": lambda images: images.max() - images,
        "an error beside dots in an index": lambda images: images[..., ::-1] * missing,  # noqa: F821
        "nothing returned after dots in an index": inverts_in_place,
    },
    "repaired_pipeline": {
        "right": [
            answers(pipeline(*REPAIRED), 13),
            answers(pipeline(*REPAIRED[:-1]), 13.0),
            answers(pipeline("map", "cache", "shuffle", "batch", "prefetch", "augment"), 13),
            answers(
                pipeline("map", lambda dataset: dataset.cache().shuffle(999, seed=1), "batch", "augment"), 13
            ),
        ],
        "no function": answers(7, 13),
        "no dataset": answers(lambda dataset: [1], 13),
        "no batches": answers(pipeline("map", "cache", "shuffle"), 13),
        "not normalised": answers(pipeline("cache", "shuffle", "batch"), 13),
        "other batches": answers(
            pipeline("map", "cache", "shuffle", lambda dataset: dataset.batch(32), "augment"),
            13,
        ),
        "each image twice": answers(
            pipeline("map", "cache", lambda dataset: dataset.repeat(2), *REPAIRED[2:]), 13
        ),
        "repeated without end": answers(
            pipeline("map", "cache", lambda dataset: dataset.repeat(), *REPAIRED[2:]), 13
        ),
        "nothing kept": answers(pipeline("map", "shuffle", "batch", "augment"), 13),
        "as it was": answers(pipeline("map", "shuffle", "batch", "augment", "cache", "prefetch"), 13),
        "batches shuffled": answers(pipeline("map", "cache", "batch", "augment", "shuffle"), 13),
        "not varied": answers(pipeline("map", "cache", "shuffle", "batch"), 13),
        "varied once": answers(
            pipeline("map", "batch", "augment", "cache", lambda d: d.unbatch(), "shuffle", "batch"),
            13,
        ),
        "the size of a batch": answers(pipeline(*REPAIRED), 128),
        "batches of 6,400 images": answers(pipeline(*REPAIRED), 50),
        "the last batch left out": answers(pipeline(*REPAIRED), 12),
        "half a batch": answers(pipeline(*REPAIRED), 1600 / 128),
        "another number of batches": answers(pipeline(*REPAIRED), 51),
        "not yet": [answers(pipeline(*REPAIRED), ...)],
    },
}
