"""What runs in a process of its own: one measurement of one way, printed as a line of JSON.

    python -m benchmarks.measuring '{"measure": "train", "way": "old_way", ...}'

The options are fields of a dictionary; `benchmarks.compare` writes them. The older way must find TensorFlow
as it comes: of what runs here, the lesson alone imports `helpers`, which changes a setting.
"""

import functools
import importlib
import json
import sys
import tempfile
import time
from pathlib import Path

MILLION = 1e6


def first_image(way, size, cache, **_):
    """Import, load the data and draw an image; the caller knows when this process started."""
    with tempfile.TemporaryDirectory() as folder:
        way.first_image(Path(folder) / "first.png", size, cache)
        return {"clock": time.time()}


def train(way, seed, size, cache, epochs, n_images=None, least=None, target=None, variant=None, **_):
    """Load, prepare and train; with a `target`, stop once the validation accuracy has reached it.

    Returns
    -------
    dict
        `rows`: one an epoch, `least` of them at least, with seconds and processor seconds since `fit` was
        called, the validation accuracy, and the peak memory so far in MB. Also the number of images.
    """
    rows, more = [], {}
    if variant:
        from benchmarks.variants import VARIANTS

        more = {"changes": VARIANTS[variant]}
    watch = functools.partial(watching, rows, least or epochs, target)
    _network, parts = way.train(size, cache, n_images, epochs, seed, watch, **more)
    return {"rows": rows, "train_images": len(parts[0])}


def step(steps=6, **_):
    """Take steps of the example "From 67% to 94%": its wide network, 1,024 images (noise takes as long).

    Returns
    -------
    dict
        `rows`: one a step, with seconds and processor seconds since the first one began.
    """
    from helpers import recipe  # first: it quietens TensorFlow, and switches oneDNN on

    # isort: split
    import numpy as np

    from tools.fits import ablation

    random = np.random.default_rng(0)
    images = random.integers(0, 256, (recipe.BATCH_SIZE, 32, 32, 3), "uint8")
    labels = np.eye(10, dtype="float32")[random.integers(0, 10, len(images))]
    batch = recipe.FlippedAndShifted(images, labels)[0]
    network = ablation.compiled(ablation.climb()[ablation.RECIPE], batch[0], steps)
    rows, start, cpu = [], time.perf_counter(), time.process_time()
    for _ in range(steps):
        network.train_on_batch(*batch)
        rows.append({"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu})
    return {"rows": rows}


def watching(rows, least, target):
    """Make a callback that notes the time from now on, the accuracy and the memory after each epoch."""
    import keras

    start, cpu = time.perf_counter(), time.process_time()

    def note(epoch, logs):
        row = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}
        rows.append(row | {"val_accuracy": float(logs["val_accuracy"]), "peak_mb": peak_memory()})
        if target is not None and epoch + 1 >= least and max(r["val_accuracy"] for r in rows) >= target:
            callback.model.stop_training = True

    callback = keras.callbacks.LambdaCallback(on_epoch_end=note)
    return callback


def peak_memory():
    """Largest memory that this process has held so far, in MB (10^6 bytes)."""
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset / MILLION
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / MILLION


MEASURES = {"train": train, "first_image": first_image, "step": step, "variants": train}


def main(options):
    """Run one measurement and print its result as the last line."""
    measure = MEASURES[options.pop("measure")]
    options["way"] = importlib.import_module(f"benchmarks.{options['way']}")
    print(json.dumps(measure(**options)))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
