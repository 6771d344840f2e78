"""What the description of a model in a file may ask for, looked at before Keras builds anything.

It may be made of Keras's own parts, and of what was registered in this session; anything else may be code.
And time and memory are bounded: a description of two lines can ask for a layer of a terabyte, for a billion
steps, or for layers that wait for each other. What it asks for is compared with the numbers in the file.
"""

import contextlib
import functools
import math
import operator
import re
import sys

import keras
from keras.src.models import Functional  # it has no public name, and most models are one
from packaging.version import Version

from helpers import CourseError

HERE = keras.__version__
# Where Keras's own parts of models are; its other modules hold functions that read and write files.
_CLASSES_IN = (
    *("layers", "models", "optimizers", "optimizers.schedules", "losses", "metrics", "initializers"),
    *("regularizers", "constraints", "dtype_policies", "quantizers", "random"),
)
_FUNCTIONS_IN = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops")
_NO_MATHEMATICS = {"get", "serialize", "deserialize"}  # functions that make parts out of descriptions
_UNNAMED = ("keras", "builtins", None)  # the module of a part whose name says enough
_VALUES = {
    f"__{kind}__" for kind in ("bytes", "ellipsis", "keras_tensor", "numpy", "slice", "tensor", "tuple")
}
_NUMBERS = re.compile("None|bool|string|(u?int|b?float|complex)[0-9]{1,3}")  # "S2000000000" takes 2 GB
_LAMBDAS = ("Lambda", "__lambda__")
# Keras's own layers that open a file which the description names, or run code of another library.
_READERS = (
    *("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),
    *("StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization"),
)
MOST_LAYERS, MOST_CALLS = 2_000, 5_000  # of layers: NASNet, with 1,041, is the largest network of Keras
LARGEST_NUMBER = 10_000  # of a setting, or as many as the file holds weights
LARGEST_OUTPUT = 1e8  # numbers that one layer computes for one image
SPARE, TIMES = 1_000_000, 4  # numbers that Keras may need beside those of the file: metrics, an optimizer
ASK = "Do not load it: it fills the memory, or never ends."
# Settings whose numbers cost nothing, however large.
_FREE = ("seed", "steps", "boundaries", "shared_object_id")


def refuse(config, name, made_by, n_numbers):
    """Refuse a description of dangerous parts, or of giants; the file has `n_numbers` weights."""
    for _, part in _nodes(config):
        if isinstance(part, dict) and "class_name" in part and not _is_welcome(part):
            _refuse_part(part, name, made_by)
    _refuse_giants(config, name, n_numbers)


def _nodes(config):
    """Walk through all of a description: each node, with the key that it or its list stands under."""
    waiting = [("", config)]  # a list, because a file may be nested deeper than Python can call
    while waiting:
        key, node = waiting.pop()
        yield key, node
        if isinstance(node, dict):
            waiting += node.items()
        elif isinstance(node, list):
            waiting += ((key, entry) for entry in node)


def _is_welcome(part):
    """Whether Keras makes of a part of a description what the part says that it is, and that is harmless."""
    kind, module, registered = (part.get(key) for key in ("class_name", "module", "registered_name"))
    is_function = kind == "function"
    name = part.get("config") if is_function else kind
    if not isinstance(name, str):
        return False
    # Keras looks a function up by its own name alone, and a class by the name it is registered under.
    known = keras.saving.get_registered_object(name if is_function else registered)
    if known is not None:
        return is_function or known.__name__ == kind
    if kind in _VALUES:
        settings = part.get("config") if isinstance(part.get("config"), dict) else {}
        return bool(_NUMBERS.fullmatch(str(settings.get("dtype"))))
    if registered not in (None, kind, name):
        return False
    found = _found(name, module, _FUNCTIONS_IN if is_function else _CLASSES_IN)
    return bool(found) and all(one in _allowed(is_function) or _is_operation(one) for one in found)


def _found(name, module, rooms):
    """Everything that a name may stand for in the module that a description names."""
    if module in _UNNAMED:
        places = [keras, *map(_room, rooms)]
    elif isinstance(module, str) and module.startswith("keras."):
        room = module.removeprefix("keras.")
        places = [_room(room) if room in rooms else sys.modules.get(module)]
    else:
        places = []
    return [vars(place)[name] for place in places if place and name in vars(place)]


def _room(name):
    return operator.attrgetter(name)(keras)


@functools.cache
def _allowed(is_function):
    """Keras's public functions, or classes, of which a model can be made."""
    if is_function:
        public = [item for room in _FUNCTIONS_IN for item in vars(_room(room)).items()]
        return {thing for name, thing in public if callable(thing) and name not in _NO_MATHEMATICS}
    public = [item for room in _CLASSES_IN for item in vars(_room(room)).items()]
    classes = {thing for name, thing in public if isinstance(thing, type) and name not in _READERS + _LAMBDAS}
    return classes | {Functional}


def _is_operation(thing):
    """Whether it is the class that stands in a model for a function of keras.ops, such as x + y."""
    is_class = isinstance(thing, type) and issubclass(thing, keras.Operation)
    return is_class and thing.__module__.startswith("keras.src.ops.")


def _refuse_part(part, name, made_by):
    kind, module = str(part["class_name"]), str(part.get("module") or "nowhere")
    if kind in _LAMBDAS:
        raise CourseError(
            f"{name} to be made of layers alone",
            "a Lambda layer: code of its author's, which would run on this computer",
            "Do not load it. Its author can write the same with Keras's layers or functions (keras.ops).",
        )
    if kind in _READERS:
        found, remedy = f"{kind}, which opens other files", "Do not load it: networks for images need none."
        raise CourseError(f"{name} to be made of layers alone", found, remedy)
    kind = str(part.get("config")) if kind == "function" else kind
    if module.startswith("keras."):
        refuse_newer(made_by)
        found, remedy = f"{module}.{kind}, which is no part of a model", "Delete the file."
    else:
        found = f"code that is not in the file: {kind} of {module}"
        remedy = (
            "Ask its author for that code, read it, and register it with "
            "@keras.saving.register_keras_serializable() before you load the model."
        )
    raise CourseError(f"{name} to be made of what Keras brings", found, remedy)


def refuse_newer(made_by):
    """Say so if a file that cannot be loaded was made by a newer Keras."""
    if _version(made_by) > _version(HERE):
        raise CourseError(
            f"a file of Keras {HERE} or older",
            f"one of Keras {made_by}, which says things that {HERE} does not know",
            "Run: pip install --upgrade keras - or ask its author to save it with sharing.save.",
        ) from None


def _version(text):
    try:
        return Version(text)
    except ValueError:
        return Version("0")


def _refuse_giants(config, name, n_numbers):
    """Refuse a description with too many layers, too large settings, or layers that cannot be connected."""
    n_layers, n_calls, largest = 0, 0, max(n_numbers, LARGEST_NUMBER)
    for key, node in _nodes(config):
        if isinstance(node, dict) and isinstance(node.get("layers"), list):
            n_layers += len(node["layers"])
            if "input_layers" in node and n_layers <= MOST_LAYERS:
                n_calls += _count_calls(node["layers"], name)
        elif isinstance(node, int) and abs(node) > largest and not str(key).endswith(_FREE):
            found = f"{key}={node:,} and {n_numbers:,} weights"
            raise CourseError(f"settings of {name} that fit its weights", found, ASK)
        if n_layers > MOST_LAYERS or n_calls > MOST_CALLS:
            expected = f"{name} to have at most {MOST_LAYERS:,} layers, called {MOST_CALLS:,} times"
            raise CourseError(expected, "more", ASK)


def _count_calls(layers, name):
    """Connect the layers of a functional model as Keras does; return how often they are called."""
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
        if n_waiting == before:  # Keras before 3.14 would try for ever
            expected = f"{name} to say how its layers are connected"
            raise CourseError(expected, "layers that wait for each other", ASK)
    return n_calls


def _inputs(call):
    """Which calls of which layers a call takes as inputs, as pairs of name and number."""
    if isinstance(call, list):  # as Keras 2 wrote it
        found = [(source, number) for source, number, *_ in call]
    else:
        nodes = (node for _, node in _nodes([call["args"], call["kwargs"]]) if isinstance(node, dict))
        tensors = (node for node in nodes if node.get("class_name") == "__keras_tensor__")
        found = [tuple(tensor["config"]["keras_history"][:2]) for tensor in tensors]
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
