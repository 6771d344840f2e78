"""Let a model classify images in a Python of its own: a program that `runtimes` starts, not a module.

    python apart.py model.onnx images.npy answer.npy

A file that was damaged, or built to do harm, can crash the program that runs it or make it take all memory.
Here that ends this process alone.
"""

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path

import numpy as np

BATCH = 100
ROOM = int(4e9)  # bytes for the model and what it computes, beyond what the program itself takes
LARGEST_ANSWER = int(1e9)  # bytes on the disk


def _limit_memory():
    """Let this process take so much more memory, and no more; Windows has no such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        resource.setrlimit(resource.RLIMIT_DATA, (pages * os.sysconf("SC_PAGE_SIZE") + ROOM,) * 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _onnx(path):
    """Load an ONNX file; its bytes alone, so that it cannot name files beside it."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    return lambda batch: session.run(None, {session.get_inputs()[0].name: batch})[0]


def _litert(path):
    """Load a LiteRT file."""
    import tensorflow as tf

    interpreter = tf.lite.Interpreter(model_content=path.read_bytes())
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def run(batch):
        interpreter.resize_tensor_input(source["index"], batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(source["index"], batch)
        interpreter.invoke()
        return interpreter.get_tensor(target["index"])

    return run


def _keras(path):
    """Load a Keras file, on the backend that the environment names."""
    import keras

    if keras.backend.backend() != os.environ["KERAS_BACKEND"]:
        raise RuntimeError("Keras took another backend")
    model = keras.saving.load_model(path, safe_mode=True)
    return lambda batch: model.predict(batch, verbose=0)


PACKAGES = {".onnx": "onnxruntime", ".tflite": "tensorflow", ".keras": "keras"}
LOADERS = {".onnx": _onnx, ".tflite": _litert, ".keras": _keras}


def answers_to(path, images):
    """What a model says of images, a batch at a time."""
    run = LOADERS[path.suffix](path)
    return np.concatenate([run(images[i : i + BATCH]) for i in range(0, len(images), BATCH)])


def _main(file, given, answer):
    """Write what a model says of images."""
    images, path = np.load(given), Path(file).absolute()
    import_module(PACKAGES[path.suffix])
    _limit_memory()  # from here on
    os.chdir(Path(given).parent)  # whatever a model may name: nothing lies here
    np.save(answer, answers_to(path, images))


if __name__ == "__main__":
    _main(*sys.argv[1:])
