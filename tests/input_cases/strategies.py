"""What arguments are drawn from: good ones of each kind, and everything that is none."""

import string
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers import evaluation
from helpers.detection.boxes import Detections

ODD_NUMBERS = st.sampled_from([0, -1, 10**9, 2**70, -0.5, 1e300, 1e-300, float("nan"), float("inf"), 1j])
DTYPES = [np.uint8, np.int64, np.float32, np.float64, np.bool_, np.complex64, "U3", "S3", "M8[s]", object]
ODD_ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays.arrays(
        dtype, arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4), elements=_any_of(dtype)
    )
)
# Nothing that leads out of the temporary folder in which the functions run.
TEXTS = st.text([letter for letter in string.printable if letter not in "/\\."], max_size=8)
ODD_PATHS = st.sampled_from(
    ["", ".", "no/such/place", "a\0b", "x" * 300, "\udcff", Path("folder"), "empty", "text.txt", "a folder/x"]
)


def _any_of(dtype):
    return st.sampled_from([None, "a", 1, (2, 3)]) if dtype is object else arrays.from_dtype(np.dtype(dtype))


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    ODD_NUMBERS,
    ODD_ARRAYS,
    TEXTS,
    ODD_PATHS,
    st.binary(max_size=4).filter(lambda some: not set(some) & set(b"/\\.")),
    st.lists(st.one_of(st.integers(-3, 300), TEXTS, st.lists(st.integers(), max_size=3))),
    st.dictionaries(TEXTS, st.integers(), max_size=3),
    st.builds(object),
    st.just(len),
    st.just(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})),
)

FEW = st.integers(1, 6)
SEEDS = st.integers(0, 99)
RATES = st.floats(0.01, 0.99)
FLAGS = st.booleans()


def images(n=None, channels=None, side=None):
    """Some images of one small size."""
    many = FEW if n is None else st.just(n)
    depth = st.sampled_from([1, 3]) if channels is None else st.just(channels)
    sides = FEW if side is None else st.just(side)
    return arrays.arrays(np.uint8, st.tuples(many, sides, sides if side else FEW, depth))


def image(channels=None, side=None):
    """One of them."""
    return images(1, channels, side).map(lambda some: some[0])


def numbers(low, high, *shape):
    """Decimal numbers of a given shape."""
    return arrays.arrays(np.float64, shape, elements=st.floats(low, high))


def fractions(*shape):
    """Prepared images: float32 in 0..1."""
    return arrays.arrays(np.float32, shape, elements=st.floats(0, 1, width=32))


LABELS = st.lists(st.integers(0, 9), min_size=1, max_size=6).map(np.array)
WORDS = st.lists(st.text(string.ascii_letters, min_size=1, max_size=8), min_size=3, max_size=3, unique=True)
SHARES = st.lists(st.integers(1, 99), min_size=3, max_size=3).map(lambda parts: np.array(parts) / sum(parts))
COUNTS = arrays.arrays(np.int64, (3, 3), elements=st.integers(0, 999))
HISTORIES = st.integers(1, 4).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            name: st.lists(st.floats(0, 5), min_size=n, max_size=n)
            for name in ("loss", "accuracy", "val_loss", "val_accuracy")
        }
    )
)
NAMED_HISTORIES = st.dictionaries(
    st.text(string.ascii_letters, min_size=1), HISTORIES, min_size=1, max_size=3
)
PREDICTIONS = st.integers(1, 8).flatmap(
    lambda n: st.builds(
        evaluation.Predictions,
        fractions(n, 2, 2, 3),
        arrays.arrays(np.int64, (n,), elements=st.integers(0, 2)),
        st.lists(SHARES, min_size=n, max_size=n).map(np.array),
    )
)
BOXES = arrays.arrays(np.float64, st.tuples(st.integers(0, 4), st.just(4)), elements=st.floats(0, 40)).map(
    lambda some: np.hstack([some[:, :2], some[:, :2] + some[:, 2:]])
)
DETECTIONS = BOXES.map(
    lambda boxes: Detections(
        boxes, np.arange(len(boxes)) % 3, np.linspace(0.9, 0.2, len(boxes)), ("a", "b", "c")
    )
)


def several(strategy, n=2):
    """A list of so many."""
    return st.lists(strategy, min_size=n, max_size=n)
