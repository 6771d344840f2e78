"""Exercises of the iris example."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import dense, learners_model, path, path_differences
from helpers.exercises.parsing import compare_number, shown

WINE = (dense(16), dense(3, "softmax"))


@exercise("test_data : tf.data.Dataset; flowers : array of shape (N, 4); species : array of shape (N,)")
def test_dataset(test_data, flowers, species):
    """Check a dataset for testing: each flower once, in order, one to a batch."""
    kind = shown(test_data)
    yield not hasattr(test_data, "element_spec"), f"test_data is {kind}: begin with tf.data.Dataset."
    parts = test_data.element_spec
    no_pair = not isinstance(parts, tuple) or len(parts) != 2
    yield no_pair, "test_data lacks the species: from_tensor_slices takes a pair, (x_test, y_test)."
    turned = len(parts[1].shape) > len(parts[0].shape)
    yield turned, "The species come first: from_tensor_slices takes the pair (x_test, y_test)."
    yield len(parts[0].shape) != 2, "test_data returns single flowers: put them into batches, of one each."
    batches = list(test_data.take(len(flowers) + 1).as_numpy_iterator())  # it may have no end
    size = len(batches[0][0]) if batches else 0
    yield size != 1, f"The batches of test_data hold {size} flowers: the exercise asks for one."
    given = np.concatenate([batch for batch, _ in batches]), np.concatenate([labels for _, labels in batches])
    flowers, species = np.asarray(flowers), np.asarray(species)
    known = np.isclose(given[0][:, None], flowers[None]).all(axis=2).any(axis=1).all()
    yield not known, "test_data holds other flowers: build it from x_test and y_test."
    longer = len(batches) > len(flowers)
    yield longer, "test_data goes on after the last flower: a test needs each flower once."
    changed = given[1].shape != (len(given[0]), *species.shape[1:])
    yield changed, "The species have a different shape from y_test: take them as they are."
    same = len(given[0]) == len(flowers) and np.allclose(np.sort(given[0], 0), np.sort(flowers, 0))
    yield not same, f"test_data holds {len(given[0])} of the {len(flowers)} flowers: take x_test as it is."
    ordered = np.allclose(given[0], flowers) and np.array_equal(given[1], species)
    yield not ordered, "The order of test_data is not that of x_test and y_test: which step changes it?"
    return "Each test flower once, in its order: no repeat and no shuffle where nothing is learned."


@exercise("function : callable or keras.Model; n_parameters : int")
def wine_network(function, n_parameters):
    """Check a repaired network, 13 - 16 - 3, and its number of parameters."""
    yield callable(n_parameters), "First the function, then the number: the two are swapped."
    model = yield from learners_model(function)
    near_misses = {
        "n_parameters lacks the biases: count one for each neuron.": 13 * 16 + 16 * 3,
        "n_parameters is that of the broken network: count what the plan says.": 14 * 16 + 17,
        "n_parameters lacks the output layer.": 14 * 16,
        "n_parameters counts the wines as inputs: the network gets one wine at a time.": 178 * 13 * 16 + 67,
    }
    hint = "each neuron has a weight for each of its inputs, and a bias; add up both layers."
    yield from compare_number(n_parameters, "n_parameters", 275, near_misses, hint)
    shape = model.input_shape
    yield shape != (None, 13), f"Its input has the shape {shape[1:]}: what does the network get for one wine?"
    steps = path(model)
    alone = bool(steps) and getattr(steps[-1].layer, "units", None) == 1
    yield alone, "The output has one neuron, and softmax turns a single number into 1, for every wine."
    yield from path_differences(steps, WINE)
    return "Repaired: (13 + 1) x 16 + (16 + 1) x 3 = 275 parameters, as in the summary."
