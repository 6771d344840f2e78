"""The photo detector in data/pretrained, from the npm package @mediapipe/objectron.

The package (Apache-2.0, by Google) carries an SSD with a MobileNetV2 body, trained on Open Images, as a
TensorFlow Lite file in half precision. Its few kinds of layers become the same layers of Keras.
"""

from helpers import images, storage  # first: it quietens TensorFlow

# isort: split
import json
import re

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tensorflow.lite.python import schema_py_generated as schema

from helpers import model_files
from helpers.detection import photo_detectors
from tools.data import packages

PACKAGE = "@mediapipe/objectron@0.4.1675468480"
SHA512 = "IoWuW0ojc9GaSW6UoDCIXgwjLSqTEcR5w8NYuGH+R5+q+nKzS7KOIGfY/eyx4DttReumb398W6+PpW0DQ2Rs/w=="
ASSETS = "package/objectron_solution_packed_assets"
OPERATORS = {number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)}
MODEL_FILE = storage.DATA / "pretrained" / "photo_detector.keras"
NAMES_FILE = storage.DATA / "pretrained" / "photo_detector_classes.txt"


def build():
    """Write the network and the names."""
    names, content = _fetch()
    model_files.save_portable(_convert(content), MODEL_FILE, half=True)
    with storage.atomic_path(NAMES_FILE) as temporary:
        temporary.write_bytes(names)


def check():
    """Run the original and ours on the bundled photos and compare."""
    names, content = _fetch()
    boxes, scores = _largest_differences(content, keras.saving.load_model(MODEL_FILE))
    print(f"largest difference to the original: box numbers {boxes:.2g}, scores {scores:.2g}")
    if max(boxes, scores) > 0.01 or NAMES_FILE.read_bytes() != names:
        raise ValueError("that is not the same detector")


def _fetch():
    """Fetch the package; return the names file and the network file that are packed in it, as bytes."""
    with packages.npm_package(PACKAGE, SHA512) as archive:
        loader = archive.extractfile(f"{ASSETS}_loader.js").read().decode()
        packed = archive.extractfile(f"{ASSETS}.data").read()
    entries = json.loads(re.search(r'"files": (\[.*?\])', loader)[1])
    files = {entry["filename"].rsplit(".", 1)[-1]: packed[entry["start"] : entry["end"]] for entry in entries}
    return files["txt"], files["tflite"]


def _convert(content):
    file = schema.Model.GetRootAsModel(content, 0)
    graph = file.Subgraphs(0)
    inputs = keras.Input(shape=(photo_detectors.SIDE, photo_detectors.SIDE, 3), name="images")
    known = {int(graph.Inputs(0)): inputs}
    weights = {}
    for number in range(graph.OperatorsLength()):
        operator = graph.Operators(number)
        code = file.OperatorCodes(operator.OpcodeIndex())
        kind = OPERATORS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        sources, target = [int(place) for place in operator.InputsAsNumpy()], int(operator.Outputs(0))
        if kind == "DEQUANTIZE":
            weights[target] = _half_precision_tensor(file, graph.Tensors(sources[0]))
        elif kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            arrays = [weights[place] for place in sources[1:]]
            known[target] = _convolution(kind, operator, *arrays, f"conv{number}")(known[sources[0]])
        elif kind == "ADD":
            known[target] = layers.Add(name=f"add{number}")([known[place] for place in sources])
        elif kind == "RESHAPE":
            shape = [int(size) for size in graph.Tensors(target).ShapeAsNumpy()[1:] if size != 1]
            known[target] = layers.Reshape([-1, shape[-1]], name=f"reshape{number}")(known[sources[0]])
        elif kind == "CONCATENATION":
            joined = [known[place] for place in sources]
            known[target] = layers.Concatenate(axis=1, name=f"join{number}")(joined)
        else:
            raise ValueError(f"an operator that this script does not know: {kind}")
    boxes, scores = (known[int(place)] for place in graph.OutputsAsNumpy())
    scores = layers.Activation("sigmoid", name="scores")(scores)
    model = keras.Model(inputs, [boxes, scores], name="ssd_mobilenet_v2")
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(layer.loaded)
    return model


def _half_precision_tensor(file, tensor):
    numbers = file.Buffers(tensor.Buffer()).DataAsNumpy().view(np.float16)
    return numbers.reshape(tensor.ShapeAsNumpy()).astype(np.float32)


def _convolution(kind, operator, kernel, bias, name):
    """Make a convolution layer; it takes its weights along until the model is whole."""
    options = schema.Conv2DOptions() if kind == "CONV_2D" else schema.DepthwiseConv2DOptions()
    options.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
    if options.Padding() != schema.Padding.SAME:
        raise ValueError(f"{name} has another padding than the others")
    activation = {0: "linear", 3: "relu6"}[options.FusedActivationFunction()]
    common = {"strides": options.StrideH(), "padding": "same", "activation": activation, "name": name}
    if kind == "CONV_2D":
        layer = layers.Conv2D(len(kernel), kernel.shape[1:3], **common)
    else:
        layer = layers.DepthwiseConv2D(kernel.shape[1:3], **common)
    layer.loaded = [kernel.transpose(1, 2, 3, 0), bias]
    return layer


def _largest_differences(content, model):
    """Run the original and ours on the bundled photos; give the largest difference of each output."""
    original = tf.lite.Interpreter(model_content=content)
    original.allocate_tensors()
    places = [output["index"] for output in original.get_output_details()]
    differences = []
    for name in images.PHOTOS:
        prepared = photo_detectors.prepare(images.load_photo(name))
        original.set_tensor(original.get_input_details()[0]["index"], prepared)
        original.invoke()
        boxes, logits = (original.get_tensor(place) for place in places)
        ours = [np.asarray(output) for output in model(prepared)]
        theirs = [boxes.reshape(ours[0].shape), 1 / (1 + np.exp(-logits))]
        differences.append([np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True)])
    return np.max(differences, axis=0)
