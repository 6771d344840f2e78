"""Which parts a model file may be made of: Keras's own, and what was registered in this session."""

import functools
import importlib.metadata
import operator
import re
import sys

import keras
from keras.src.models import Functional  # it has no public name, and most models are one
from packaging.version import Version

from helpers import CourseError

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


def refuse_code(config, name, made_by):
    """Refuse a model that is made of more than Keras's own parts and what was registered in this session."""
    for part in _parts(config):
        if not _is_welcome(part):
            _refuse(part, name, made_by)


def _parts(config):
    """Walk through everything in a model's description that names a class or a function."""
    waiting = [config]  # a list, because a file may be nested deeper than Python can call
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "class_name" in node:
                yield node
            node = list(node.values())
        if isinstance(node, list):
            waiting += node


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


def _refuse(part, name, made_by):
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


HERE = importlib.metadata.version("keras")


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
