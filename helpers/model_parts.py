"""Which layers and functions the description of a model may name, before Keras is asked to make them.

What a file names is looked up in Keras's public modules. Keras of today refuses most of what is refused here;
the versions of the last years did not, and ran what a file named as "a function of Python".
"""

import re

import keras

from helpers import CourseError

# Where the parts of a model come from. Keras's other modules hold functions that read and write files.
FUNCTIONS = ("activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops")
KNOWN = {
    *FUNCTIONS,
    *("dtype_policies", "layers", "models", "optimizers", "quantizers", "random"),
}
HOME = ("keras", "builtins", None)  # what Keras writes for a part whose name says enough
VALUES = (
    *("__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__", "__tensor__", "__tuple__"),
)
LAMBDAS = ("Lambda", "__lambda__")
# Layers of Keras that open a file which the description names, or code of another library.
READERS = (
    *("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"),
    *("StringLookup", "IntegerLookup", "TextVectorization", "__typespec__"),
)


def refuse_code(config, name):
    """Refuse a model that is made of more than Keras's own layers and what was registered in this session.

    Parameters
    ----------
    config : dict
        A model's config.json.
    name : str
        What the file is called, for the error.

    Raises
    ------
    CourseError
        If it names code of its author's, of Python or of other libraries, or a part that opens files.
    """
    for part in _parts(config):
        _refuse_strangers(part, name)


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


def _refuse_strangers(part, name):
    """Refuse what is not Keras's own, unless its code has been registered in this session."""
    kind, module = str(part["class_name"]), part.get("module") and str(part["module"])
    if kind in LAMBDAS:
        raise CourseError(
            f"{name} to be made of layers alone",
            "a Lambda layer: code of its author's, which would run on this computer",
            "Do not load it. Its author can write the same with Keras's layers or functions (keras.ops).",
        )
    if kind in READERS:
        found, remedy = f"{kind}, which opens other files", "Do not load it: networks for images need none."
        raise CourseError(f"{name} to be made of layers alone", found, remedy)
    if kind == "function":
        kind = str(part.get("config"))
        welcome = _registered(kind) or _is_public_function(kind, module)
    else:
        welcome = kind in VALUES or _is_public_class(kind, module)
    if not welcome and not _registered(part.get("registered_name")):
        _refuse(kind, module or "nowhere", name)


def _registered(name):
    known = keras.saving.get_custom_objects()
    return isinstance(name, str) and any(name in (key, key.rpartition(">")[2]) for key in known)


def _is_public_function(name, module):
    places = FUNCTIONS if module in HOME else [place for place in FUNCTIONS if module == f"keras.{place}"]
    return any(callable(getattr(getattr(keras, place), name, None)) for place in places)


def _is_public_class(name, module):
    """Say whether Keras has such a class for models; how its own folders are called changes."""
    place = re.sub(r"^keras\.(src\.)?", "", module or "").split(".")[0]
    if (module or "").startswith("keras.") and place in KNOWN:
        return name[:1].isupper()  # functions are written small; of what is not there, Keras says so
    places = [keras, *(getattr(keras, place) for place in KNOWN)]
    return module in HOME and any(isinstance(getattr(place, name, None), type) for place in places)


def _refuse(kind, module, name):
    if module.startswith("keras."):
        found, remedy = f"{module}.{kind}, which is no part of a model", "Delete the file."
    else:
        found = f"code that is not in the file: {kind} of {module}"
        remedy = (
            "Ask its author for that code, read it, and register it with "
            "@keras.saving.register_keras_serializable() before you load the model."
        )
    raise CourseError(f"{name} to be made of what Keras brings", found, remedy)
