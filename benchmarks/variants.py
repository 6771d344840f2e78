"""What else could make an epoch faster, each tried alone against our way on the bundled images.

Some of it pays and stays out all the same, because it costs a beginner a new idea.
"""

import time

from benchmarks import our_way

VARIANTS = {
    "our way": {},
    "32 images in a batch": {"batch_size": 32},
    "64 images in a batch": {"batch_size": 64},
    "512 images in a batch": {"batch_size": 512},
    "float32 images, no layer that scales": {"images": "floats"},
    "a `tf.data` pipeline written by hand": {"images": "pipeline"},
    "batches made in Python (`recipe.FlippedAndShifted`)": {"images": "recipe"},
    "`steps_per_execution=1`, as Keras has it": {"steps_per_execution": 1},
    "`jit_compile=True`": {"jit_compile": True},
    "`mixed_bfloat16`": {"policy": "mixed_bfloat16"},
}


def measure(way, seed, **_):
    """Train two epochs of each variant; seconds and processor seconds of the second."""
    (images, labels), _test = way.load("workshop")
    x_train, _, y_train, _ = way.prepare(images, labels)
    return {"variants": {name: epoch(x_train, y_train, seed, **fields) for name, fields in VARIANTS.items()}}


def epoch(x, y, seed, batch_size=our_way.BATCH_SIZE, images="bytes", policy="float32", **options):
    """Train one variant."""
    import keras

    from helpers import models, recipe

    keras.utils.set_random_seed(seed)
    keras.mixed_precision.set_global_policy(policy)
    model = models.create_model_intro()
    model = our_way.scaled(model) if images == "bytes" else model
    options = {"steps_per_execution": our_way.STEPS_PER_EXECUTION} | options
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"], **options)
    if images == "pipeline":
        given = {"x": batches(x, y, batch_size)}
    elif images == "recipe":
        given = {"x": recipe.FlippedAndShifted(x, y, batch_size, shift=0, flip=False), "shuffle": False}
    else:
        x = x.astype("float32") / 255 if images == "floats" else x
        given = {"x": x, "y": y, "batch_size": batch_size}
    model.fit(**given, epochs=1, verbose=0)
    start, cpu = time.perf_counter(), time.process_time()
    model.fit(**given, epochs=1, verbose=0)
    keras.mixed_precision.set_global_policy("float32")
    return {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}


def batches(x, y, batch_size):
    """Write the pipeline that `fit` makes of arrays by itself."""
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(batch_size)
    dataset = dataset.map(lambda images, labels: (tf.cast(images, tf.float32) / 255, labels))
    return dataset.prefetch(tf.data.AUTOTUNE)
