"""What else could make an epoch faster, each tried alone against our way on the bundled pictures.

Some of it pays and stays out all the same, because it costs a beginner a new idea.
"""

import time

from benchmarks import our_way

VARIANTS = {
    "our way": {},
    "32 pictures in a batch": {"batch_size": 32},
    "64 pictures in a batch": {"batch_size": 64},
    "512 pictures in a batch": {"batch_size": 512},
    "float32 pictures, no layer that scales": {"scaling": False},
    "a `tf.data` pipeline written by hand": {"pipeline": True},
    "`steps_per_execution=10`": {"steps_per_execution": 10},
    "`jit_compile=True`": {"jit_compile": True},
    "`mixed_bfloat16`": {"policy": "mixed_bfloat16"},
}


def measure(way, seed, **_):
    """Train two epochs of each variant; seconds and processor seconds of the second."""
    (images, labels), _test = way.load("workshop")
    x_train, _, y_train, _ = way.prepare(images, labels)
    return {"variants": {name: epoch(x_train, y_train, seed, **fields) for name, fields in VARIANTS.items()}}


def epoch(
    x, y, seed, batch_size=our_way.BATCH_SIZE, scaling=True, pipeline=False, policy="float32", **options
):
    """Train one variant."""
    import keras

    from helpers import models

    keras.utils.set_random_seed(seed)
    keras.mixed_precision.set_global_policy(policy)
    model = models.create_model_intro()
    if scaling and not pipeline:
        model = keras.Sequential([keras.Input(x.shape[1:]), keras.layers.Rescaling(1 / 255), model])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"], **options)
    if pipeline:
        given = {"x": batches(x, y, batch_size)}
    else:
        given = {"x": x if scaling else x.astype("float32") / 255, "y": y, "batch_size": batch_size}
    model.fit(**given, epochs=1, verbose=0)
    start, cpu = time.perf_counter(), time.process_time()
    model.fit(**given, epochs=1, verbose=0)
    keras.mixed_precision.set_global_policy("float32")
    return {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}


def batches(x, y, batch_size):
    """Write the pipeline that `fit` makes of arrays by itself."""
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(batch_size)
    dataset = dataset.map(lambda pictures, labels: (tf.cast(pictures, tf.float32) / 255, labels))
    return dataset.prefetch(tf.data.AUTOTUNE)
