"""Train the digit detector that the course ships in fit_outputs/shipped, some minutes on two cores.

python tools/fit_digit_detector.py

It learns from scenes made of 7,000 training digits, is watched on scenes of the other 1,000, and is tested
once on scenes of the test digits.
"""

# First of all, because it quietens TensorFlow.
from helpers import storage, training

# isort: split
import importlib.metadata
import os
import platform
import time

import fits
import keras
import resumable

from helpers import mnist
from helpers.detection import boxes, digit_detector, metrics, synthetic_scenes
from helpers.sharing import portable

NAME = "digit_detector"
SCENES = {"training": 4000, "validation": 300, "test": 300}
SEEDS = {"training": 1, "validation": 2, "test": 3}
LEARNERS = 7000  # digits to learn from; the others are for validation
SEED, EPOCHS, BATCH_SIZE, LEARNING_RATE = 42, 24, 32, 3e-3


def make_parts():
    """Make the scenes of each part from digits that no other part has."""
    (images, labels), test = mnist.load_mnist()
    sources = {
        "training": (images[:LEARNERS], labels[:LEARNERS]),
        "validation": (images[LEARNERS:], labels[LEARNERS:]),
        "test": test,
    }
    return {
        part: synthetic_scenes.make_scenes(*sources[part], SCENES[part], seed=SEEDS[part]) for part in SCENES
    }


def measure(model, images, truths):
    """Mean average precision at an IoU of 0.5, and its interval."""
    found = [boxes.non_max_suppression(one, 0.05) for one in digit_detector.detect(model, images)]
    low, high = metrics.bootstrap_interval(found, truths)
    score = metrics.mean_average_precision(found, truths)
    return round(score, 4), [round(low, 4), round(high, 4)]


def main():
    """Train, ship, and measure what is on disk."""
    parts = make_parts()
    pairs = {
        part: (digit_detector.prepare(images), digit_detector.encode(truths))
        for part, (images, truths) in parts.items()
    }
    keras.utils.set_random_seed(SEED)
    model = digit_detector.create_model()
    steps = EPOCHS * SCENES["training"] // BATCH_SIZE
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    model.compile(keras.optimizers.Adam(rate), loss=digit_detector.detection_loss)
    start, cpu = time.perf_counter(), time.process_time()
    history = model.fit(
        *pairs["training"],
        validation_data=pairs["validation"],
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        verbose=2,
    )
    seconds = {"wall_seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}
    folder = storage.SHIPPED_FITS / NAME
    fits.write_table(folder / f"{NAME}.csv", training.history_table(history))
    uncompiled = keras.Model(model.input, model.output, name=model.name)  # its loss is code of the course
    portable.save(uncompiled, folder / f"{NAME}.keras")
    shipped = keras.saving.load_model(folder / f"{NAME}.keras")
    facts = {
        "network": model.name,
        "parameters": model.count_params(),
        "optimizer": "Adam",
        "learning_rate": f"{LEARNING_RATE} falling to 0 along a cosine",
        "loss": "detection_loss",
        "batch_size": BATCH_SIZE,
        "epochs": EPOCHS,
        "seed": SEED,
        "scenes": SCENES,
        "scene_seeds": SEEDS,
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")},
        },
        "cores": os.cpu_count(),
        **{name: round(value, 1) for name, value in seconds.items()},
    }
    for part in ("validation", "test"):
        score, interval = measure(shipped, *parts[part])
        facts |= {f"{part}_mean_average_precision": score, f"{part}_interval_95": interval}
    resumable.write_json(folder / "settings.json", facts)


if __name__ == "__main__":
    main()
