import keras
import numpy as np
from PIL import Image

from tests.check_cases.forms import broken, forgetful

KNOWN = ["bald eagle", "espresso", "zebra", "fox squirrel"]


def prepare(change=lambda pixels: (pixels - 127) / 128, swapped=False, batch=True):
    def prepared(photo):
        pixels = np.asarray(Image.fromarray(photo).resize((224, 224))).astype("float32")
        scaled = change(pixels[..., ::-1] if swapped else pixels)
        return scaled[np.newaxis] if batch else scaled

    return prepared


def in_keras(photo):
    return keras.ops.expand_dims(keras.ops.cast(photo, "float32") / 128 - 127 / 128, 0)


def network():
    """A small network whose layers have the names and shapes of EfficientNet-Lite0's ends."""
    inputs = keras.Input((None, None, 3))
    maps = keras.layers.Conv2D(1280, 3, name="stem_conv")(inputs)
    vector = keras.layers.GlobalAveragePooling2D(name="avg_pool")(maps)
    dropped = keras.layers.Dropout(0.2, name="dropout")(vector)
    return keras.Model(inputs, keras.layers.Dense(1000, name="predictions")(dropped))


MODEL = network()
OUTPUTS = {layer.name: layer.output for layer in MODEL.layers}


def cut(name):
    return keras.Model(MODEL.input, OUTPUTS[name])


CASES = {
    "imagenet_words": {
        "right": [KNOWN, {*KNOWN}, tuple(reversed(KNOWN)), [*map(str.upper, KNOWN)], np.array(KNOWN)],
        "one word instead of a list": "zebra",
        "a number": 4,
        "a word that is not among the eight": [*KNOWN, "lion"],
        "an everyday word": [*KNOWN, "dog"],
        "two too few": KNOWN[:2],
        "none": [],
    },
    "prepared_photo": {
        "right": [prepare(), in_keras, prepare(lambda pixels: pixels / 127.5 - 1)],
        "only the colours repaired": prepare(lambda pixels: pixels / 255),
        "only the scaling repaired": prepare(swapped=True),
        "not scaled": prepare(lambda pixels: pixels),
        "centred, but not divided": prepare(lambda pixels: pixels - 127),
        "scaled to half the range": prepare(lambda pixels: (pixels - 127) / 200),
        "without the batch axis": prepare(batch=False),
        "another size": lambda photo: np.zeros((1, 100, 100, 3), "float32"),
        "an error inside": broken,
        "nothing returned": forgetful,
        "the result instead of the function": np.zeros((1, 224, 224, 3)),
    },
    "feature_extractor": {
        "right": [cut("avg_pool"), cut("dropout"), keras.Sequential(MODEL.layers[:-1])],
        "a layer's output": OUTPUTS["avg_pool"],
        "a layer's name": "avg_pool",
        "the whole network": MODEL,
        "the maps": cut("stem_conv"),
        "another network": keras.Model(inputs := keras.Input((5,)), keras.layers.Dense(1280)(inputs)),
        "two outputs": keras.Model(MODEL.input, [OUTPUTS["avg_pool"], OUTPUTS["dropout"]]),
        "ten numbers": keras.Model(MODEL.input, keras.layers.Dense(10)(OUTPUTS["avg_pool"])),
    },
}
