"""Exercises of the iris example."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import Wanted, is_tensor, path, path_differences
from helpers.exercises.parsing import WrongAnswerError, call, known, number, shown

FLOWERS, STEPS, BATCH_SIZE, EPOCHS = 112, 150, 32, 10
IRIS_LAYERS = (
    Wanted("Dense", {"units": 10}, "relu"),
    Wanted("Dense", {"units": 10}, "relu"),
    Wanted("Dense", {"units": 3}, "softmax"),
)


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
    model = function if hasattr(function, "layers") else call(function)
    yield is_tensor(model), "It returns a tensor: wrap it, keras.Model(inputs, outputs)."
    if not hasattr(model, "layers"):
        raise WrongAnswerError(f"It returns {shown(model)}: end with keras.Model(inputs, outputs).")
    yield (
        model.input_shape != (None, 4),
        f"Its input has shape {model.input_shape}: a flower has four measurements, keras.Input(shape=(4,)).",
    )
    steps = path(model)
    units = steps[-1].layer.units if steps and steps[-1].kind == "Dense" else None
    yield units == 1, "One neuron at the end gives one number: each of the three species needs its own."
    too_flat = len(steps) < 3 and units == 3
    yield too_flat, "A hidden layer is missing: the task asks for two of 10 neurons each."
    yield from path_differences(steps, IRIS_LAYERS)
    return "4 x 10 + 10, 10 x 10 + 10, 10 x 3 + 3: 193 parameters, a very small network."


@exercise("times : float")
def epochs_per_pass(times):
    """Check how often each of 112 flowers is seen in one "epoch" of 150 steps of 32 flowers, on average."""
    mistakes = {
        "That is the number of steps: each step sees 32 flowers.": STEPS,
        "That counts flowers: divide by how many different ones there are.": STEPS * BATCH_SIZE,
        "That is how many steps one pass takes: how many passes are in 150 steps?": FLOWERS / BATCH_SIZE,
        "That is for all ten epochs: the task asks for one.": STEPS * BATCH_SIZE * EPOCHS / FLOWERS,
        "The batch size is missing: a step sees 32 flowers, not one.": STEPS / FLOWERS,
    }
    right = STEPS * BATCH_SIZE / FLOWERS
    times = number(times, "times")
    times = right if abs(times - right) < 0.2 else times  # 43 is as good an answer
    yield from known(
        times, right, "The number of passes", mistakes, "flowers seen in 150 steps, divided by 112."
    )
    return "4,800 flowers seen, 112 different ones: about 43 passes in what fit calls one epoch."
