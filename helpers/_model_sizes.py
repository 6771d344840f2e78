"""How much a model file may ask for: time and memory are bounded before Keras builds anything.

A description of two lines can ask for a layer of a terabyte, for a billion steps, or for layers that wait for
each other. What it asks for is compared with the numbers that the file holds.
"""

import contextlib
import math

import keras

from helpers import CourseError

MOST_LAYERS, MOST_CALLS = 2_000, 5_000  # of layers: NASNet, with 1,041, is the largest network of Keras
LARGEST_NUMBER = 10_000  # of a setting, or as many as the file holds weights
LARGEST_OUTPUT = 1e8  # numbers that one layer computes for one image
SPARE, TIMES = 1_000_000, 4  # numbers that Keras may need beside those of the file: metrics, an optimizer
ASK = "Do not load it: it fills the memory, or never ends."
# Settings whose numbers cost nothing, however large.
_FREE = ("seed", "steps", "boundaries", "shared_object_id")


def refuse_giants(config, name, n_numbers):
    """Refuse a description with too many layers, too large settings, or layers that cannot be connected."""
    n_layers, n_calls, waiting = 0, 0, [("", config)]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, dict):
            waiting += node.items()
            layers = node.get("layers")
            if isinstance(layers, list):
                n_layers += len(layers)
                if "input_layers" in node and n_layers <= MOST_LAYERS:
                    n_calls += _count_calls(layers, name)
        elif isinstance(node, list):
            waiting += ((key, entry) for entry in node)
        elif isinstance(node, int) and abs(node) > max(n_numbers, LARGEST_NUMBER) and not _is_free(key):
            found = f"{key}={node:,} and {n_numbers:,} weights"
            raise CourseError(f"settings of {name} that fit its weights", found, ASK)
        if n_layers > MOST_LAYERS or n_calls > MOST_CALLS:
            expected = f"{name} to have at most {MOST_LAYERS:,} layers, called {MOST_CALLS:,} times"
            raise CourseError(expected, "more", ASK)


def _is_free(key):
    return str(key).endswith(_FREE)


def _count_calls(layers, name):
    """Connect the layers of a functional model as Keras does; return how often they are called.

    Each call names the calls that its inputs come from. Keras tries until all of them are there: for ever, in
    versions before 3.14, if they never come.
    """
    try:
        waiting = {layer["name"]: [_inputs(call) for call in layer["inbound_nodes"]] for layer in layers}
        kinds = {layer["name"]: layer["class_name"] for layer in layers}
    except (TypeError, KeyError, IndexError, ValueError):
        raise CourseError(f"{name} to say how its layers are connected", "something else", ASK) from None
    n_calls = n_waiting = sum(map(len, waiting.values()))
    done = {layer: int(kind == "InputLayer") for layer, kind in kinds.items()}  # that is called by nobody
    while n_waiting and n_calls <= MOST_CALLS:  # often once: layers stand in the order of their first calls
        for layer, calls in waiting.items():
            while calls and all(number < done.get(source, 0) for source, number in calls[0]):
                calls.pop(0)
                done[layer] += 1
        before, n_waiting = n_waiting, sum(map(len, waiting.values()))
        if n_waiting == before:
            expected = f"{name} to say how its layers are connected"
            raise CourseError(expected, "layers that wait for each other", ASK)
    return n_calls


def _inputs(call):
    """Which calls of which layers a call takes as inputs, as pairs of name and number."""
    if isinstance(call, list):  # as Keras 2 wrote it
        found = [(source, number) for source, number, *_ in call]
    else:
        found, waiting = [], [call["args"], call["kwargs"]]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict) and node.get("class_name") == "__keras_tensor__":
                found.append(tuple(node["config"]["keras_history"][:2]))
            elif isinstance(node, dict | list):
                waiting += node.values() if isinstance(node, dict) else node
    if not found or not all(isinstance(number, int) and number >= 0 for _, number in found):
        raise ValueError("a call without inputs, which Keras would compute at once")
    return found


@contextlib.contextmanager
def bounded(name, n_numbers):
    """While Keras builds a model: no more numbers than the file can fill, and no layer that is too large."""
    kinds, left, refused = (keras.Variable, keras.KerasTensor), TIMES * n_numbers + SPARE, []
    originals = [kind.__init__ for kind in kinds]

    def refuse(expected, found):
        refused.append(CourseError(expected, found, ASK))
        raise refused[0]

    def variable(self, initializer, shape=None, *args, **settings):
        nonlocal left
        left -= math.prod(shape or ())
        if left < 0:
            refuse(f"{name} to hold its weights", f"room for far more than its {n_numbers:,} numbers")
        originals[0](self, initializer, shape, *args, **settings)

    def tensor(self, shape, *args, **settings):
        if math.prod(size or 1 for size in shape or ()) > LARGEST_OUTPUT:
            expected = f"layers of {name} that compute at most {LARGEST_OUTPUT:.0e} numbers"
            refuse(expected, f"one of shape {tuple(shape)}")
        originals[1](self, shape, *args, **settings)

    try:
        for kind, measured in zip(kinds, (variable, tensor), strict=True):
            kind.__init__ = measured
        yield
    except Exception:
        if refused:  # what Keras says of it, in whose words it may be lost
            raise refused[0] from None
        raise
    finally:
        for kind, original in zip(kinds, originals, strict=True):
            kind.__init__ = original
