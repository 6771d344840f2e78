"""What the set-up check tries in a process of its own, which may crash. Each step is named before it."""

import sys
from pathlib import Path


def take_steps(folder):
    """Start Keras, run one convolution as the notebooks do, write one fit into a folder and read it."""
    print("keras", flush=True)
    import keras

    print("convolution", flush=True)
    inputs = keras.Input((32, 32, 3))
    model = keras.Model(inputs, keras.layers.Conv2D(8, 3)(inputs))
    assert model(keras.ops.ones((2, 32, 32, 3))).shape == (2, 30, 30, 8)  # noqa: S101 - channels come last

    print("fit", flush=True)
    from helpers import training

    training.save_fit("model_trial", model, {"loss": [1.0]}, folder=folder)
    training.storage.FIT_OUTPUTS = Path(folder)
    training.load_fit("model_trial")
    print(len(sys.modules["tensorflow"].config.list_physical_devices("GPU")))
