"""Read what a learner built with Keras, and compare it with what was asked for.

Nothing here imports Keras by itself: there is no layer to look at before the learner has imported it.
"""

import inspect
from collections import Counter
from typing import Any, NamedTuple

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
    "units": "the first argument is the number of neurons",
    "rate": "the first argument is the share that is set to 0",
}

# Layers and functions that only apply an activation to the layer before them.
ACTIVATIONS = {"ReLU": "relu", "Relu": "relu", "Softmax": "softmax", "Sigmoid": "sigmoid", "Tanh": "tanh"}


class Step(NamedTuple):
    """One layer on the way through a network, together with an activation that follows it."""

    layer: Any
    activation: str

    @property
    def kind(self):
        """The name of the layer's class."""
        return type(self.layer).__name__


class Wanted(NamedTuple):
    """One layer as a task asks for it; `details` are attributes of the layer."""

    kind: str
    details: dict
    activation: str = "linear"

    def __str__(self):
        return f"{self.kind}({self.details.get('filters', self.details.get('units', ''))})"


def convolution(filters):
    """Describe a convolution with kernels of 3 x 3 and relu."""
    shape = {"filters": filters, "kernel_size": (3, 3), "strides": (1, 1), "padding": "valid"}
    return Wanted("Conv2D", shape | {"dilation_rate": (1, 1), "groups": 1}, "relu")


def dense(units, activation="relu"):
    """Describe a dense layer."""
    return Wanted("Dense", {"units": units}, activation)


POOLING = Wanted("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"})
FLATTEN = Wanted("Flatten", {})
DENSE, OUTPUT = dense(64), dense(10, "softmax")
CONVOLUTION = convolution(16)
HIDDEN = (CONVOLUTION, POOLING, convolution(32), POOLING, FLATTEN, DENSE)


def path(answer):
    """List the steps that lead from the input to a layer, tensor or model, or those in a list of layers."""
    steps = []
    for layer in _layers(answer):
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        if steps and kind in ("Activation", *ACTIVATIONS):  # a layer of its own, but no step
            before = "" if steps[-1].activation == "linear" else f"{steps[-1].activation}, then "
            steps[-1] = steps[-1]._replace(activation=before + activation_of(layer))
        else:
            steps.append(Step(layer, activation_of(layer)))
    return steps


def applied(answer):
    """List the layers as `path` does, and say so if there is none after the input."""
    steps = path(answer)
    if not steps:
        raise WrongAnswerError("That is the input itself: no layer has been applied to it.")
    return steps


def learners_model(function, ending="keras.Model(inputs, outputs)"):
    """Yield why something is neither a model nor a function that returns one; return the model."""
    model = function if hasattr(function, "layers") else call(function)
    yield is_tensor(model), f"It returns a tensor: wrap it, {ending}."
    yield not hasattr(model, "layers"), f"It returns {shown(model)}: end with {ending}."
    return model


def parameters_and_name(model, n_parameters, name):
    """Yield whether a network of the right layers has another number of parameters, or another name."""
    n, other_name = model.count_params(), model.name != name
    other_n = n != n_parameters
    yield other_n, f"It has {n:,} parameters, not {n_parameters:,}: does each layer have its biases?"
    yield other_name, f'Its name is "{model.name}": add name="{name}" to keras.Model.'


def is_tensor(answer):
    """Tell what a layer gave from the layer itself."""
    return hasattr(answer, "_keras_history")


def _layers(answer):
    if isinstance(answer, list | tuple) and answer:
        return [layer for item in answer for layer in _layers(item)]
    if inspect.isclass(answer) and answer.__module__.startswith("keras."):
        name = answer.__name__
        fault = f"That is the class {name} itself: write {name}(...) with what it needs in brackets."
        raise WrongAnswerError(fault)
    if not type(answer).__module__.startswith("keras."):
        fault = f"{shown(answer)} is neither a Keras layer nor what one gives: begin with keras.layers."
        raise WrongAnswerError(fault)
    if is_tensor(answer):
        return _way_to(answer)
    if type(answer).__name__ == "Functional":
        return _way_to(answer.outputs[0])
    return _layers(answer.layers) if type(answer).__name__ == "Sequential" else [answer]


def _way_to(tensor):
    operation, node, _ = tensor._keras_history
    sources = operation._inbound_nodes[node].input_tensors
    if len(sources) > 1:
        kind = type(operation).__name__
        raise WrongAnswerError(f"{kind} joins {len(sources)} tensors: the task asks for one path.")
    own = _layers(operation) if type(operation).__name__ in ("Functional", "Sequential") else [operation]
    return [layer for source in sources for layer in _way_to(source)] + own


def activation_of(layer):
    """Name the activation of a layer ("linear" if it has none)."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return ACTIVATIONS.get(type(layer).__name__, "linear")
    name = getattr(activation, "__name__", type(activation).__name__)
    return ACTIVATIONS.get(name, name)


def differences(step, wanted, place=""):
    """Yield what a step has that the wanted layer has not; `place` begins the message: "Layer 3: "."""
    kind, asked = wanted.kind, wanted.details
    yield step.kind != kind, f"{place}{step.kind} stands where the task asks for {kind}."
    has = {name: getattr(step.layer, name) for name in asked}
    swapped = kind == "Conv2D" and (has["filters"],) * 2 == asked["kernel_size"] != has["kernel_size"]
    yield swapped, "Filters and kernel size are swapped: Conv2D takes the number of filters first."
    for name, where in WHERE.items():
        is_wrong = name in asked and has[name] != asked[name]
        yield is_wrong, f"{place}{kind} has {name}={has.get(name)}, not {asked.get(name)}: {where}."
    given, activation = step.activation, wanted.activation
    forgotten = given == "linear" != activation
    yield forgotten, f"{place}{wanted} has no activation: add activation={activation!r}."
    yield given != activation == "linear", f"{place}{wanted} has an activation, {given}: leave it out."
    yield given != activation, f"{place}{wanted} has the activation {given}: the task asks for {activation}."


def path_differences(steps, wanted):
    """Yield what is missing, too much or different on the learner's way through a network."""
    kinds = [step.kind for step in steps]
    used = Counter(id(step.layer) for step in steps)
    reused = [step.kind for step in steps if used[id(step.layer)] > 1]
    yield reused, f"One {reused and reused[0]} layer is used twice: make a new layer for each place."
    extra = list(Counter(kinds) - Counter(layer.kind for layer in wanted)) if len(kinds) > len(wanted) else []
    yield extra, f"There is one {extra and extra[0]} too many on the way from the input: leave it out."
    for at, target in enumerate(wanted):
        yield from _kind_differences(steps, wanted, at)
        yield from differences(steps[at], target, f"Layer {at + 1}: ")


def _kind_differences(steps, wanted, at):
    """Yield why another kind of layer than the wanted one stands at a place: lost or forgotten."""
    place = f"after layer {at}, {steps[at - 1].kind}" if at else "at the start"
    target, kind = wanted[at].kind, steps[at].kind if at < len(steps) else "nothing"
    nodes = steps[at - 1].layer._outbound_nodes if at else []  # what was applied to what that layer gave
    uses = [type(node.operation).__name__ for node in nodes]
    lost = f"{target} {place}, leads nowhere: {kind} was applied to the wrong tensor. "
    lost += "Apply each layer to what the layer before it gave."
    yield kind not in (target, "nothing") and target in uses, lost
    comes_later = kind in [layer.kind for layer in wanted[at + 1 :]] and len(steps) < len(wanted)
    forgotten = kind == "nothing" or (kind != target and comes_later)
    yield forgotten, f"{target} is missing {place}: {kind} follows there."
