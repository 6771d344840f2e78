"""Turn a Keras model into ONNX: tf2onnx does it, once variables are constants and two operators are known."""

import functools

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
