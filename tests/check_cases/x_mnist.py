import tensorflow as tf

from helpers.exercises import x_mnist
from tests.check_cases.forms import FUNCTION

ORDER = [*x_mnist.PIPELINE]


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
    },
}
