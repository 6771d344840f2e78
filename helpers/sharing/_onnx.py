"""Turn a Keras model into ONNX: tf2onnx does it, once variables are constants and two operators are known."""

import functools
import gzip

import numpy as np

OPSET = 15  # has all operators that are needed; every runtime of today reads it, that of the web page too


def write_onnx(model, file, takes):
    """Write what a model computes when it does not train, and in words what it takes."""
    import tensorflow as tf
    import tf2onnx
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    _teach_operators()
    images = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype, name="images")
    traced = tf.function(lambda images: model(images, training=False)).get_concrete_function(images)
    # Numbers that a layer holds beside its weights, as Normalization does, would become further inputs.
    frozen = convert_variables_to_constants_v2(traced)
    answer = tf.function(lambda images: frozen(images))
    written, _ = tf2onnx.convert.from_function(answer, [images], opset=OPSET)
    written.doc_string = takes
    file.write_bytes(written.SerializeToString())


def operators(file):
    """Name the operators of an ONNX file, compressed or not; with a mark those that have unusual settings."""
    import onnx

    content = file.read_bytes()
    graph = onnx.load_from_string(gzip.decompress(content) if file.suffix == ".gz" else content).graph
    shapes = {node.output[0] for node in graph.node if node.op_type in ("Shape", "Cast")}
    unusual = {
        "Gather": lambda node, _: node.input[0] not in shapes,  # of an image, not of a shape
        "MaxPool": lambda _, settings: settings.get("ceil_mode") or "dilations" in settings,
        "AveragePool": lambda _, settings: settings.get("ceil_mode"),
        "Conv": lambda _, settings: len(settings.get("kernel_shape", (1, 1))) != 2,
    }
    names = set()
    for node in graph.node:
        settings = {found.name: onnx.helper.get_attribute_value(found) for found in node.attribute}
        odd = unusual.get(node.op_type, lambda *_: False)(node, settings)
        names.add(f"unusual {node.op_type}" if odd else node.op_type)
    return names


def store_weights(file, bits):
    """Store weights as whole numbers of so many bits, with a scale for each filter: small once compressed."""
    import onnx

    written = onnx.load(file)
    for weight in list(written.graph.initializer):
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < 1000:
            continue
        axis = 0 if values.ndim == 4 else values.ndim - 1  # filters of a kernel; units of a dense layer
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.abs(values).max(axis=others, keepdims=True) / (2 ** (bits - 1) - 1)
        scale[scale == 0] = 1
        whole, scales = np.round(values / scale).astype(np.int8), scale.ravel()
        written.graph.initializer.remove(weight)
        parts = {f"{weight.name}_whole": whole, f"{weight.name}_scale": scales}
        written.graph.initializer.extend(
            onnx.numpy_helper.from_array(part, name) for name, part in parts.items()
        )
        made = onnx.helper.make_node("DequantizeLinear", [*parts], [weight.name], axis=axis)
        written.graph.node.insert(0, made)
    file.write_bytes(written.SerializeToString())


@functools.cache
def _teach_operators():
    """Tell tf2onnx what GELU and CELU are made of: without it, it writes names that no runtime knows."""
    from tf2onnx.handler import tf_op

    tf_op("Erfc")(_difference("Erf", lambda one, erf: [one, erf]))  # erfc(x) = 1 - erf(x)
    tf_op("Expm1")(_difference("Exp", lambda one, exp: [exp, one]))  # expm1(x) = exp(x) - 1


def _difference(operator, order):
    """Make a handler, in tf2onnx's form, that writes a node as the difference of another operator and 1."""

    class Handler:
        @classmethod
        def version_9(cls, graph, node, **_):
            from tf2onnx import utils

            kind, shape = graph.get_dtype(node.output[0]), graph.get_shape(node.output[0])
            number = np.array(1, utils.map_onnx_to_numpy_type(kind))
            one = graph.make_const(utils.make_name("one"), number).output[0]
            inner = graph.make_node(operator, node.input, dtypes=[kind], shapes=[shape]).output[0]
            graph.remove_node(node.name)
            graph.make_node(
                "Sub", order(one, inner), outputs=node.output, name=node.name, dtypes=[kind], shapes=[shape]
            )

    return Handler
