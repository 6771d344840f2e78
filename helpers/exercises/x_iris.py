"""Exercises of the iris example."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import dense, learners_model, path, path_differences
from helpers.exercises.parsing import shown

LAYERS = (dense(10), dense(10), dense(3, "softmax"))


@exercise("dataset : tf.data.Dataset; flowers : array of shape (N, 4); species : array of shape (N,)")
def test_dataset(dataset, flowers, species):
    """Check a dataset for testing: each flower once, in order, one to a batch."""
    yield not hasattr(dataset, "cardinality"), f"{shown(dataset)} is no dataset: begin with tf.data.Dataset."
    yield int(dataset.cardinality()) == -1, "It has no end: a test sees each flower once, without repeat."
    parts = dataset.element_spec
    no_species = not isinstance(parts, tuple)
    yield no_species, "The species are missing: from_tensor_slices takes a pair, (x_test, y_test)."
    yield len(parts[0].shape) != 2, "It gives single flowers: add .batch(1)."
    batches = list(dataset.as_numpy_iterator())
    size = len(batches[0][0])
    yield size != 1, f"Its batches hold {size} flowers: the task asks for one, .batch(1)."
    given = np.concatenate([batch for batch, _ in batches]), np.concatenate([labels for _, labels in batches])
    flowers, species = np.asarray(flowers), np.asarray(species)
    same = len(given[0]) == len(flowers) and np.allclose(np.sort(given[0], 0), np.sort(flowers, 0))
    yield not same, f"It holds {len(given[0])} other flowers: build it from x_test and y_test."
    ordered = np.allclose(given[0], flowers) and np.array_equal(given[1], species)
    yield not ordered, "The flowers are shuffled: a test keeps their order, so that answers can be compared."
    return "Each test flower once, in its order: no repeat and no shuffle where nothing is learned."


@exercise("function : callable or keras.Model")
def iris_network(function):
    """Check the network 4 - 10 - 10 - 3: two hidden layers with relu, softmax at the end, 193 parameters."""
    model = yield from learners_model(function)
    shape = model.input_shape
    needs = "a flower has four measurements, keras.Input(shape=(4,))."
    yield shape != (None, 4), f"Its input has shape {shape}: {needs}"
    steps = path(model)
    units = steps[-1].layer.units if steps and steps[-1].kind == "Dense" else None
    yield units == 1, "One neuron at the end gives one number: each of the three species needs its own."
    too_flat = len(steps) < 3 and units == 3
    yield too_flat, "A hidden layer is missing: the task asks for two of 10 neurons each."
    yield from path_differences(steps, LAYERS)
    return "4 x 10 + 10, 10 x 10 + 10, 10 x 3 + 3: 193 parameters, a very small network."
