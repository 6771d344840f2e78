"""What runs in a process of its own: one measurement of one way, printed as a line of JSON.

    python -m benchmarks.measuring '{"measure": "train", "way": "old", ...}'

The options are fields of a dictionary; `benchmarks.compare` writes them. The older way must find TensorFlow
as it comes: of what runs here, our way alone imports `helpers`, which changes a setting.
"""

import importlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

MILLION = 1e6


def first_image(way, size, cache, **_):
    """Import, load the data and draw an image; the caller knows when this process started."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "first.png"
        way.first_image(path, size, cache)
        return {"clock": time.time(), "bytes": path.stat().st_size}


def train(way, n_images, epochs, seed, setting, size, cache, least=None, target=None, **_):
    """Load, prepare and train; with a `target`, stop once the validation accuracy has reached it.

    Returns
    -------
    dict
        `rows`: one an epoch, `least` of them at least, with seconds and processor seconds since `fit` was
        called, the validation accuracy, and the peak memory so far in MB. Also `prepare_seconds`, the numbers
        of images, and `flop_per_image`.
    """
    (images, labels), _test = way.load(size, cache)
    start = time.perf_counter()
    parts = way.prepare(images[:n_images], labels[:n_images])
    prepare_seconds = time.perf_counter() - start
    del images, labels, _test  # neither way looks at them again; what the older one keeps is in its parts
    network, rows = seeded(way.create_model, seed), []
    way.train(network, parts, epochs, [watching(rows, least or epochs, target)], setting)
    return {
        "rows": rows,
        "prepare_seconds": prepare_seconds,
        "train_images": len(parts[0]),
        "validation_images": len(parts[1]),
        "flop_per_image": flop(network),
    }


def scaling(way, sizes, **options):
    """Train two epochs on ever more images; the second one tells the cost, the first builds the graph."""
    return {"sizes": [train(way, n, epochs=2, **options) | {"n_images": n} for n in sizes]}


def peak(**_):
    """Measure how many FLOP a second the processor reaches: the best of some float32 matrix products."""
    import tensorflow as tf

    side, seconds = 3000, []
    a, b = tf.random.normal((side, side)), tf.random.normal((side, side))
    for _repetition in range(8):
        start = time.perf_counter()
        tf.linalg.matmul(a, b).numpy()
        seconds.append(time.perf_counter() - start)
    return {"flop_per_second": 2 * side**3 / min(seconds)}


def variants(way, seed, **_):
    """Train an epoch of each variant of our way."""
    from benchmarks import variants

    return variants.measure(way, seed)


def seeded(create_model, seed):
    """Build a network whose first weights the seed decides."""
    import keras

    keras.utils.set_random_seed(seed)
    return create_model()


def watching(rows, least, target):
    """Make a callback that notes the time, the accuracy and the memory after each epoch."""
    import keras

    start, cpu = time.perf_counter(), time.process_time()

    def note(epoch, logs):
        row = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}
        rows.append(row | {"val_accuracy": float(logs["val_accuracy"]), "peak_mb": peak_memory()})
        if target is not None and epoch + 1 >= least and max(r["val_accuracy"] for r in rows) >= target:
            callback.model.stop_training = True

    callback = keras.callbacks.LambdaCallback(on_epoch_end=note)
    return callback


def flop(network):
    """Count the floating-point operations of one image's way through the network: forward, per image.

    A multiplication and an addition count as two; biases, activations and pooling, under 3 %, do not count.
    """
    total = 0
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            positions = 1
            for side in layer.output.shape[1:-1]:
                positions *= side
            total += 2 * positions * layer.kernel.shape.num_elements()
    return total


def peak_memory():
    """Largest memory that this process has held so far, in MB (10^6 bytes)."""
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset / MILLION
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / MILLION


def use_cores(count):
    """Let this process use some of the cores only, before TensorFlow counts them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])
    else:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(count)
        tf.config.threading.set_inter_op_parallelism_threads(count)


def main(options):
    """Run one measurement and print its result as the last line."""
    measure = {
        "first_image": first_image,
        "train": train,
        "scaling": scaling,
        "peak": peak,
        "variants": variants,
    }
    if "cores" in options:
        use_cores(options.pop("cores"))
    if "way" in options:
        options["way"] = importlib.import_module(f"benchmarks.{options['way']}_way")
    print(json.dumps(measure[options.pop("measure")](**options)))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
