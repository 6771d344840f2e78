"""Describe a network's layers for the web page: what each does, and what its numbers are made of.

The page shows the maps that they give, and how one number of a map comes from a window of the maps before.
"""

import numpy as np

PASS_ON = ("Dropout", "Noise", "Random", "ActivityRegularization")  # when a network does not train
CALLED = {
    "relu": "ReLU",
    "gelu": "GELU",
    "elu": "ELU",
    "selu": "SELU",
    "silu": "SiLU",
    "leaky_relu": "leaky ReLU",
}
KINDS = {"Conv2D": "convolution", "MaxPooling2D": "largest", "AveragePooling2D": "mean"}
MOST_NUMBERS = 2_000_000  # of all maps together
IMAGE = -1  # what the first layer takes its numbers from


def layers_with_maps(model):
    """List layers that give a stack of maps: (layer, its output, the place of what it takes or None)."""
    source, found = {id(model.inputs[0]): IMAGE}, []
    for output, layer, given in _in_order(model.outputs[0]):
        taken = source.get(id(given[0])) if len(given) == 1 else None
        if any(word in type(layer).__name__ for word in PASS_ON):
            source[id(output)] = taken
        elif len(output.shape) == 4 and given and None not in output.shape[1:]:
            source[id(output)] = len(found)
            found.append((layer, output, taken))
    return found


def _in_order(last):
    """Yield what flows through a network up to `last`, inputs first, with the layer that made it."""
    seen, waiting = set(), [(last, False)]
    while waiting:
        output, ready = waiting.pop()
        layer, node, _ = output._keras_history
        given = layer._inbound_nodes[node].input_tensors
        if ready:
            yield output, layer, given
        elif id(output) not in seen:
            seen.add(id(output))
            waiting += [(output, True), *((tensor, False) for tensor in given)]


def affordable(layers):
    """Take the first layers, as many as a phone can show for each image that it sees."""
    sizes = np.cumsum([np.prod(output.shape[1:]) for _, output, _ in layers])
    return layers[: max(1, int((sizes <= MOST_NUMBERS).sum()))]


def describe(layers, network):
    """Say for each layer what the page must know; `network` is the ONNX file with the kernels."""
    import onnx

    weights = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(network).graph.initializer}
    return [_facts(layer, taken, weights) for layer, _, taken in layers]


def _facts(layer, taken, weights):
    kind = KINDS.get(type(layer).__name__, "other")
    facts = {"name": layer.name, "says": _in_words(layer, kind), "kind": kind, "from": taken}
    facts["activation"] = _activation(layer)
    if kind == "other":
        return facts
    size = layer.kernel_size if kind == "convolution" else layer.pool_size
    facts |= {"size": size, "strides": layer.strides, "padding": layer.padding}
    if kind == "convolution":
        wanted = np.transpose(layer.kernel, (3, 2, 0, 1))  # ONNX's order: filter, channel, row, column
        same = [name for name, kernel in weights.items() if np.array_equal(kernel, wanted)]
        facts["kernel"] = same[0] if same else None
        facts["bias"] = np.asarray(layer.bias).tolist() if layer.use_bias else None
        facts["dilation"] = layer.dilation_rate
    return facts


def _activation(layer):
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return "" if name == "linear" else CALLED.get(name, name)


def _in_words(layer, kind):
    activation = _activation(layer)
    if kind == "convolution":
        words = f"Convolution: {layer.filters} kernels of {' x '.join(map(str, layer.kernel_size))}"
        return f"{words}, then {activation}" if activation else words
    if kind in ("largest", "mean"):
        return f"Pooling: the {kind} of {' x '.join(map(str, layer.pool_size))}"
    name = type(layer).__name__
    known = {"Activation": activation, "ReLU": "ReLU", "BatchNormalization": "Batch normalisation"}
    return known.get(name) or (f"{name}, then {activation}" if activation else name)
