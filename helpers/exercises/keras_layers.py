"""Read what a learner built with Keras, and compare it with what was asked for.

A network is read backwards along the history that Keras keeps of each tensor: which layer returned it, and
what that layer was applied to. So only what is connected counts, however it is written. Nothing here imports
Keras before the learner has: there is no layer to look at earlier.
"""

import inspect
import re
import traceback
from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from helpers.exercises.parsing import WrongAnswerError, call, shown

# Where the learner finds what differs.
WHERE = {
    "filters": "the first argument says how many kernels it learns",
    "kernel_size": "the second argument is the height and width of a kernel",
    "pool_size": "the first argument is the height and width of the window",
    "strides": "leave strides out",
    "padding": "leave padding out, so that nothing is added around the image",
    "dilation_rate": "leave dilation_rate out",
    "groups": "leave groups out",
    "data_format": "leave data_format out, because the channels come last here",
    "units": "the first argument is the number of neurons",
    "use_bias": "leave use_bias out, because each neuron and each kernel has a bias",
    "rate": "the first argument is the share that is set to 0",
}
NUMBERS = np.float32([[-2, -0.5, 0, 1, 3]])  # what activations are told apart by
ACTIVATIONS = ("linear", "relu", "softmax", "sigmoid", "tanh")


class Step(NamedTuple):
    """One layer on the way through a network, the node where it was applied, and the activation after it."""

    layer: Any
    node: Any
    activation: str

    @property
    def kind(self):
        """The name of the layer's class; a reshaping to one row flattens."""
        name, target = type(self.layer).__name__, np.ravel(getattr(self.layer, "target_shape", ()))
        axes = len(self.node.output_tensors[0].shape)
        return "Flatten" if name == "Reshape" and axes == 2 and len(target) <= 2 else name


class Wanted(NamedTuple):
    """One layer as an exercise asks for it; `details` are attributes of the layer."""

    kind: str
    details: dict
    activation: str = "linear"

    def __str__(self):
        size = self.details.get("filters", self.details.get("units"))
        return f"{self.kind}({size})" if size else self.kind

    def fits(self, layer):
        """Whether a layer, its activation aside, is the wanted one."""
        is_same = (getattr(layer, name, None) == value for name, value in self.details.items())
        return type(layer).__name__ == self.kind and all(is_same)


def convolution(filters):
    """Describe a 3 x 3 convolution with ReLU."""
    shape = {"filters": filters, "kernel_size": (3, 3), "strides": (1, 1), "padding": "valid"}
    shape |= {"dilation_rate": (1, 1), "groups": 1, "data_format": "channels_last", "use_bias": True}
    return Wanted("Conv2D", shape, "relu")


def dense(units, activation="relu"):
    """Describe a dense layer."""
    return Wanted("Dense", {"units": units, "use_bias": True}, activation)


POOLING = Wanted("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"})
FLATTEN = Wanted("Flatten", {})
OUTPUT = dense(10, "softmax")
HIDDEN = (convolution(16), POOLING, convolution(32), POOLING, FLATTEN, dense(64))


def _is_tensor(answer):
    """Tell what a layer returned from the layer itself."""
    return hasattr(answer, "_keras_history") and hasattr(answer, "shape")


def path(answer):
    """List the steps that lead from the input to a tensor, or to the output of a model."""
    steps = []
    for node in _nodes_to(answer if _is_tensor(answer) else answer.outputs[0]):
        layer = node.operation
        if type(layer).__name__ == "InputLayer":
            continue
        if type(layer).__name__ in ("Functional", "Sequential"):  # a model used as a layer
            steps += path(layer)
            continue
        alone = _activation_alone(node)
        if alone == "linear":
            continue
        if alone and steps:
            before = steps[-1].activation
            same = before == "linear" or before == alone == "relu"
            steps[-1] = steps[-1]._replace(activation=alone if same else f"{before} and then {alone}")
        else:
            steps.append(Step(layer, node, _activation_of(getattr(layer, "activation", None))))
    return steps


def _nodes_to(tensor):
    """List the nodes, each a layer applied to a tensor, from the input to a tensor."""
    nodes = []
    while tensor is not None:
        operation, number, _ = tensor._keras_history
        nodes.insert(0, operation._inbound_nodes[number])
        sources = nodes[0].input_tensors
        if len(sources) > 1:
            kind = type(operation).__name__
            raise WrongAnswerError(f"{kind} joins {len(sources)} tensors: the exercise asks for one path.")
        tensor = sources[0] if sources else None
    return nodes


def _activation_of(function):
    """Name an activation by what it does to numbers, not by how it is written; "linear" if there is none."""
    import keras

    if function is None:
        return "linear"
    numbers = keras.ops.convert_to_tensor(NUMBERS)
    try:
        given = keras.ops.convert_to_numpy(function(numbers))
    except Exception:  # a layer with weights for another shape, such as PReLU
        given = None
    for name in ACTIVATIONS:
        known = keras.ops.convert_to_numpy(keras.activations.get(name)(numbers))
        if np.shape(given) == NUMBERS.shape and np.allclose(given, known, atol=1e-5):
            return name
    return getattr(function, "__name__", type(function).__name__)


def _activation_alone(node):
    """Name the activation that a layer or function of its own applies; "" if it does something else."""
    layer = node.operation
    is_activation = ".activations." in type(layer).__module__
    is_layer = hasattr(layer, "trainable_weights")  # and not a function of keras.ops
    if is_layer and not is_activation and type(layer).__name__ not in ("Lambda", "Identity"):
        return ""

    def apply(numbers):
        arguments, options = node.arguments.fill_in({id(node.input_tensors[0]): numbers})
        return layer(*arguments, **options)

    name = _activation_of(apply)
    return name if name in ACTIVATIONS else type(layer).__name__ if is_activation else ""


def learners_model(function, ending="keras.Model(inputs, outputs)"):
    """Yield why something is neither a model nor a function that returns one; return the model."""
    is_layer = _is_layer(function) and not hasattr(function, "layers")
    yield is_layer, f"That is one {type(function).__name__} layer: the exercise asks for a whole model."
    model = function if hasattr(function, "layers") else call(function, explain=_why_it_stops)
    yield _is_tensor(model), f"It returns a tensor: end with {ending}."
    yield not hasattr(model, "layers"), f"It returns {shown(model)}: end with {ending}."
    no_shape = not getattr(model, "built", False)
    yield no_shape, "The model does not know the shape of what it gets: begin with keras.Input(shape=...)."
    yield not getattr(model, "outputs", None), f"{type(model).__name__} hides its layers: end with {ending}."
    yield len(model.outputs) > 1, f"The model has {len(model.outputs)} outputs: the exercise asks for one."
    return model


SWAPPED = "filters and kernel size are swapped: Conv2D takes the number of filters first"


def _why_it_stops(error, code):
    """Say in the words of the lesson why Keras refused to build a network; "" if it is something else."""
    frames, text = [frame for frame, _ in traceback.walk_tb(error.__traceback__)], str(error)
    local = next((frame.f_locals for frame in frames if frame.f_code is code), {})
    inside = next((frame for frame in frames if _is_layer(frame.f_locals.get("self"))), None)
    kind = type(inside.f_locals["self"]).__name__ if inside else ""
    if kind and inside.f_code.co_name == "__init__" and kind != "Functional":
        swallowed = any(_is_tensor(value) for value in inside.f_locals.values())
        if kind == "Conv2D" and "'<=' not supported" in text:
            return SWAPPED
        return f"{kind} got a tensor where its settings go: write {kind}(...)(x)" if swallowed else ""
    if "Kernel shape must have the same length" in text:
        return "keras.Input takes (height, width, channels), without the number of images"
    if "output size would be zero" in text:
        return "a layer leaves no pixels over: is the shape in keras.Input (height, width, channels)"
    if "Only input tensors" in text or "must be KerasTensors" in text:
        handed = re.search(r"(?:argument: |value )<(class '[\w.]*?)?(\w+)('>| name=)", text)
        if not handed or handed[2] == "InputLayer":
            return "a layer was applied to something that is not a tensor: begin with keras.Input(shape=...)"
        made = {name: value for name, value in local.items() if inspect.isclass(value) or _is_layer(value)}
        name = next((name for name, value in made.items() if repr(value) in text), "what should be a tensor")
        if handed[1]:
            remedy = f"{handed[2]}(...)(x): the settings, if any, come first, then the tensor"
            return f"{name} is the class {handed[2]}: it needs two pairs of brackets, {remedy}"
        remedy = "it needs a second pair of brackets, with the tensor in it"
        return f"{name} is an unconnected layer, {handed[2]}: {remedy}"
    axes = re.search(r"layer '(\w+?)(?:_\d+)?' .*expected (?:min_)?ndim=(\d), found ndim=(\d)", text)
    if axes and axes[2] == "4" and axes[3] == "3":
        return f"{axes[1]} gets images without channels: keras.Input takes (height, width, channels)"
    if axes:
        place = "before" if axes[2] > axes[3] else "after"
        return f"{axes[1]} got a tensor with {axes[3]} axes and needs {axes[2]}: it belongs {place} Flatten"
    astray = "the outputs do not come from the inputs: they are swapped, or there is a second keras.Input"
    return astray if "not connected to `inputs`" in text else ""


def _is_layer(value):
    return hasattr(value, "_inbound_nodes")


def parameters_and_name(model, n_parameters, name):
    """Yield whether a network of the right layers has another number of parameters, or another name."""
    n, other_name = model.count_params(), model.name != name
    yield n != n_parameters, f"It has {n:,} parameters, not {n_parameters:,}: look at its summary()."
    yield other_name, f'Its name is "{model.name}": write name="{name}" in keras.Model.'


def differences(step, wanted, place):
    """Yield what a step has that the wanted layer has not; `place` begins the message: "Layer 3: "."""
    kind, asked = wanted.kind, wanted.details
    yield step.kind != kind, f"{place}here is {step.kind}, but the exercise asks for {kind}."
    has = {name: getattr(step.layer, name) for name in asked}
    swapped = kind == "Conv2D" and (has["filters"],) * 2 == asked["kernel_size"] != has["kernel_size"]
    yield swapped, f"{place}{SWAPPED}."
    strides = has.get("strides")
    bare = kind == "Conv2D" and strides == has["kernel_size"] != asked.get("strides")
    yield bare, f"{place}Conv2D has strides={strides}: write height and width of the kernel in brackets."
    for name, where in WHERE.items():
        is_wrong = name in asked and has[name] != asked[name]
        yield is_wrong, f"{place}{kind} has {name}={has.get(name)}, not {asked.get(name)}: {where}."
    always = step.node.arguments.kwargs.get("training") is True  # False is what Keras itself writes
    yield always, f"{place}{kind} is applied with training=True, in predictions too: leave training out."
    given, activation = step.activation, wanted.activation
    yield given == "linear" != activation, f"{place}{wanted} has no activation: the exercise asks for one."
    yield given != activation == "linear", f"{place}{kind} has an activation, {given}: leave it out."
    several = f"{place}{wanted} has several activations, {given}: the exercise asks for one."
    yield " and then " in given, several
    yield given != activation, f"{place}{wanted} has the activation {given}: the exercise asks for another."


def path_differences(steps, wanted):
    """Yield what is missing, too much or different on the learner's way through a network."""
    kinds, asked = [step.kind for step in steps], [layer.kind for layer in wanted]
    used = Counter(id(step.layer) for step in steps)
    reused = [step.kind for step in steps if used[id(step.layer)] > 1]
    yield reused, f"One {reused and reused[0]} layer is used twice: make a new layer for each place."
    extra = list(Counter(kinds) - Counter(asked)) if len(kinds) > len(asked) else []
    yield extra, f"There is one {extra and extra[0]} too many on the way from the input: leave it out."
    for at, target in enumerate(wanted):
        yield from _kind_differences(steps, wanted, at)
        yield from differences(steps[at], target, f"Layer {at + 1}: ")


def _kind_differences(steps, wanted, at):
    """Yield why another layer than the wanted one is at a place: not connected, out of order, forgotten."""
    kinds, asked = [step.kind for step in steps], [layer.kind for layer in wanted]
    target, here = wanted[at], kinds[at] if at < len(kinds) else "nothing"
    where = f"after layer {at} ({kinds[at - 1]})" if at else "at the start"
    misplaced = here not in (target.kind, "nothing") and Counter(kinds) == Counter(asked)
    yield misplaced, f"The order differs from the exercise: {here} comes {where}."
    if len(steps) >= len(wanted) or (at < len(steps) and target.fits(steps[at].layer)):
        return
    source = steps[at - 1].layer if at else _nodes_to(steps[0].node.output_tensors[0])[0].operation
    made = any(target.fits(node.operation) for node in source._outbound_nodes)
    unused = f"{target}, {where}, leads nowhere"
    yield made and here == "nothing", f"{unused}: keras.Model gets what an earlier layer returned."
    remedy = "Apply each layer to what the layer before it returned."
    yield made, f"{unused}: {here} was applied to the wrong tensor. {remedy}"
    fits_later = at < len(steps) and any(later.fits(steps[at].layer) for later in wanted[at + 1 :])
    forgotten = here != target.kind or fits_later
    yield forgotten, f"{target} is missing {where}: {here} follows there."
