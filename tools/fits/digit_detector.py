"""The network that finds and reads handwritten digits, some minutes on two cores.

It learns from scenes made of 7,000 training digits, is watched on scenes of the other 1,000, and is tested
once on scenes of the test digits.
"""

from helpers import mnist  # first: it quietens TensorFlow

# isort: split
import time

import keras

from helpers.detection import boxes, digit_detector, metrics, synthetic_scenes
from tools.fits import frame, resumable

SCENES = {"training": 4000, "validation": 300, "test": 300}
SEEDS = {"training": 1, "validation": 2, "test": 3}
LEARNERS = 7000  # digits to learn from; the others are for validation
EPOCHS, BATCH_SIZE, LEARNING_RATE = 24, 32, 3e-3


def fit(name, options):
    """Train, ship, and measure what is on disk."""
    parts = {part: _make_scenes(part) for part in SCENES}
    scenes = (parts["training"], parts["validation"])
    pairs = [(digit_detector.prepare(images), digit_detector.encode(truths)) for images, truths in scenes]
    keras.utils.set_random_seed(frame.SEED)
    model = digit_detector.create_model()
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * SCENES["training"] // BATCH_SIZE)
    model.compile(keras.optimizers.Adam(rate), loss=digit_detector.detection_loss)
    start, cpu = time.perf_counter(), time.process_time()
    history = model.fit(*pairs[0], validation_data=pairs[1], batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=2)
    seconds = {"wall_seconds": round(time.perf_counter() - start, 1)}
    seconds |= {"cpu_seconds": round(time.process_time() - cpu, 1)}
    learning = {"optimizer": "Adam", "learning_rate": f"{LEARNING_RATE} falling to 0 along a cosine"}
    learning |= {"loss": "detection_loss", "batch_size": BATCH_SIZE, "epochs": EPOCHS}
    facts = frame.how(model, **learning, scenes=SCENES, scene_seeds=SEEDS, **seconds)

    def results(shipped):
        scores = {}
        for part in ("validation", "test"):
            score, interval = _measure(shipped, *parts[part])
            scores |= {f"{part}_mean_average_precision": score, f"{part}_interval_95": interval}
        return scores

    uncompiled = keras.Model(model.input, model.output, name=model.name)  # its loss is code of the course
    tables = {name: resumable.history_table(history.history)}
    frame.write_fit(options.shipped / name, tables, facts, uncompiled, results)


def _make_scenes(part):
    """Make the scenes of one part, from digits that no other part has."""
    train, test = mnist.load_mnist()
    own = {"training": slice(LEARNERS), "validation": slice(LEARNERS, None)}
    digits = [array[own[part]] for array in train] if part in own else test
    return synthetic_scenes.make_scenes(*digits, SCENES[part], seed=SEEDS[part])


def _measure(model, images, truths):
    """Mean average precision at an IoU of 0.5, and its interval."""
    found = [boxes.non_max_suppression(one, 0.05) for one in digit_detector.detect(model, images)]
    low, high = metrics.bootstrap_interval(found, truths)
    return round(metrics.mean_average_precision(found, truths), 4), [round(low, 4), round(high, 4)]


def remeasure(model, settings):
    """Measure the shipped detector on the scenes of its test."""
    score, _ = _measure(model, *_make_scenes("test"))
    yield "test_mean_average_precision", score, settings["test_mean_average_precision"], 0.005
