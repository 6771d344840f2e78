import tensorflow as tf

from helpers.exercises import x_mnist
from tests.check_cases.forms import FUNCTION

COUNTS = x_mnist.SIZES
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
    "numbers_between_layers": {
        "right": [COUNTS, {name: float(count) for name, count in COUNTS.items()}],
        "no dictionary": [*COUNTS.values()],
        "a layer left out": {"flatten": 1_568},
        'padding taken for "valid"': COUNTS | {"first convolution": 9_216},
        "the filters forgotten": COUNTS | {"first convolution": 784},
        "pooling halves only one side": COUNTS | {"first pooling": 6_272},
        "the filters of the first convolution at the end": COUNTS | {"flatten": 784},
        "another number": COUNTS | {"flatten": 1_000},
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
