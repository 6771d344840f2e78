"""What each idea of the recipe adds: the ladder, an idea a rung, and the recipe without one idea at a time.

Every training sees the same 40,000 images and is measured on the same 10,000 of the validation set. A killed
one goes on with the epoch it was in. What was measured is kept in `measured` beside this file, a training a
file, because all of them take days: they can be trained in several places, and none twice.
"""

from helpers import evaluation, models, recipe, storage  # first: they quieten TensorFlow

# isort: split
import json
import re
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

from tools.fits import cifar10, frame, resumable

MEASURED = Path(__file__).with_name("measured")
EPOCHS = 3  # of a rung
MUON_EPOCHS = 8  # full length with Muon
INTRO_EPOCHS = 10  # full length in episode 1
NARROW, WIDE = (32, 64, 64), (64, 256, 256)
BESIDE = "residual network"  # not below any other rung: an alternative to the start as identity
SEEDS = (1, 2, 3)
whiten, start_as_identity = frame.defined_in("example-67-to-94", "whiten", "start_as_identity")


@dataclass(frozen=True)
class Rung:
    """A training: its network (`create` makes one of the course), how that starts, and how it learns."""

    create: callable = None
    widths: tuple = NARROW
    activation: str = "relu"
    normalized: bool = False
    residual: bool = False
    whitened: bool = False
    identity: bool = False
    precision: str = "float32"
    changed: tuple = ()  # what happens to the images: "mirrored", "shifted"
    optimizer: str = "Adam"
    rate: str = "triangular"  # or "falling", in a straight line to 0; Adam has its own
    label_smoothing: float = 0.0
    lookahead: bool = False
    bias_factor: float = 1
    views: bool = False
    settings: tuple = ()  # of the optimizer, where they are not the recipe's: pairs of name and value


IDEAS = {  # in the order of the rungs on six convolutions; each keeps what the ones before it changed
    "calculate with 16 bits": {"precision": "mixed_bfloat16"},
    "batch normalisation": {"normalized": True},
    "rate that rises and falls": {"optimizer": "SGD"},
    "mirrored and shifted": {"changed": ("mirrored", "shifted")},
    "Muon": {"optimizer": "Muon", "rate": "falling"},
    "label smoothing": {"label_smoothing": recipe.LABEL_SMOOTHING},
    "start as identity": {"identity": True},
    "whitened first layer": {"whitened": True},
    "GELU": {"activation": "gelu"},
    "rate that rises first": {"rate": "triangular"},
    "lookahead": {"lookahead": True},
    "quick biases": {"bias_factor": recipe.BIAS_FACTOR},
    "six views": {"views": True},
    "wider": {"widths": WIDE},
}


def climb():
    """List the rungs of the short ladder by name; each changes one thing about the one before."""
    start = {
        "network of episode 1": Rung(models.create_model_intro),
        "dropout": Rung(models.create_model_dropout),
    }
    rungs = start | _without("Muon", "rate that rises first")
    return rungs | {BESIDE: replace(rungs["label smoothing"], residual=True)}


def climb_at_full_length():
    """List the rungs of the longer ladder, from the network of episode 1 as it is trained there."""
    start = {"network of episode 1": Rung(models.create_model_intro)}
    return start | _without("calculate with 16 bits", "rate that rises and falls")


def _without(*left_out):
    rungs = {"six convolutions": Rung()}
    for name in (idea for idea in IDEAS if idea not in left_out):
        rungs[name] = replace([*rungs.values()][-1], **IDEAS[name])
    return rungs


LEFT_OUT = {  # an idea -> what the recipe with Muon is without it
    "nothing": {},
    "lookahead, quick biases and the rising rate": {"lookahead": False, "bias_factor": 1, "rate": "falling"},
    "lookahead and the rising rate": {"lookahead": False, "rate": "falling"},  # as airbench94_muon.py does
    "Muon": {"optimizer": "SGD"},
    "whitening": {"whitened": False},
    "start as identity": {"identity": False},
    "mirroring": {"changed": ("shifted",)},
    "shifting": {"changed": ("mirrored",)},
    "label smoothing": {"label_smoothing": 0.0},
    "GELU": {"activation": "relu"},
    "half of the width": {"widths": (16, 32, 32)},
    "lookahead": {"lookahead": False},
    "quick biases": {"bias_factor": 1},
    "the rising rate": {"rate": "falling"},
}
TUNED = {  # another value of one setting of Muon, from one seed
    f"{name} {value}": {"settings": ((name, value),)}
    for name, values in {
        "kernel_factor": (0.08, 0.32),
        "kernel_momentum": (0.3, 0.8),
        "weight_decay": (0.003, 0.027),
        "learning_rate": (0.75, 3.0),
    }.items()
    for value in values
}


def leave_one_out(widths=NARROW):
    """List the recipe with Muon, and the same without one idea."""
    whole = replace(climb_at_full_length()["six views"], widths=widths)
    return {name: replace(whole, **change) for name, change in LEFT_OUT.items()}


def plan():
    """List (name, training, seed) by what matters most: whether a simpler recipe does, then all the rest."""
    narrow, wide = leave_one_out(), leave_one_out(WIDE)
    first = [*narrow][:3]
    runs = [(name, narrow[name], seed) for seed in SEEDS for name in first]
    runs += [(name, narrow[name], SEEDS[0]) for name in narrow if name not in first]
    runs += [(f"{name}, full width", wide[name], frame.SEED) for name in first]
    runs += [(name, replace(narrow["nothing"], **change), SEEDS[0]) for name, change in TUNED.items()]
    return runs + [(name, narrow[name], seed) for seed in SEEDS[1:] for name in narrow if name not in first]


def fit(name, options):
    """Climb all rungs, or leave each idea out; ship the tables and the settings."""
    parts, folder = cifar10.load_parts(options.size), options.build / name
    precision = None if name == "ladder" else frame.precision(folder)  # of the short one, 16 bits are a rung
    measure = partial(run, parts=parts, folder=folder, precision=precision)
    tables, more = _leave_one_out(measure) if name == "leave_one_out" else _ladder(name, measure)
    facts = {"training_images": len(parts.train[0]), "validation_images": len(parts.validation[0])}
    frame.write_fit(options.shipped / name, tables, frame.how(**more, **facts, data_sha256=parts.sha256))


def _ladder(name, measure):
    kept, rows, curves, described, is_short = {}, [], [], {}, name == "ladder"
    rungs = climb() if is_short else climb_at_full_length()
    below = dict(zip(list(rungs)[1:], rungs, strict=False)) | {BESIDE: "label smoothing"}
    for rung in rungs:
        epochs = EPOCHS if is_short else INTRO_EPOCHS if rungs[rung].create else MUON_EPOCHS
        kept[rung] = measure(rung, rungs[rung], epochs=epochs, seed=frame.SEED)
        rows.append(_row(rung, kept, below.get(rung)))
        described[rung] = _as_trained(rungs[rung], kept[rung])
        curve = {curve: kept[rung][curve] for curve in ("accuracy", "loss")}
        curves.append(pd.DataFrame({"rung": rung, "epoch": np.arange(epochs) + 1, **curve}))
    tables = {name: pd.DataFrame(rows).round(5), f"{name}_curves": pd.concat(curves).round(5)}
    return tables, {"epochs": epochs, "rungs": described}


def _leave_one_out(measure):
    rows, described = [], {}
    for name, rung, seed in plan():
        kept = measure(name, rung, epochs=MUON_EPOCHS, seed=seed)
        row = {"left_out": name, "seed": seed, "accuracy": kept["correct"].mean()}
        row |= {"accuracy_one_view": kept["correct_one_view"].mean(), "parameters": int(kept["parameters"])}
        rows.append(row | {"precision": str(kept["precision"]), "cpu_seconds": kept["cpu_seconds"].sum()})
        described[name] = _as_trained(rung, kept)  # seeds may differ in precision: the table says which
    return {"leave_one_out": pd.DataFrame(rows).round(5)}, {"epochs": MUON_EPOCHS, "trainings": described}


def _as_trained(rung, kept):
    return _described(replace(rung, precision=str(kept["precision"])))


def run(name, rung, parts, folder, epochs, seed, precision):
    """Train and measure what is right, by six views and by one; or read what was measured before."""
    seen = {"epochs": epochs, "images": len(parts.train[0]), "data": parts.sha256}
    decided = json.dumps({"training": _described(rung), **seen})
    file = MEASURED / folder.name / (re.sub(r"[^\w.]+", "_", f"{name} {seed}") + ".npz")  # no spaces
    kept = _read(file)
    if kept.get("decided") != decided:
        rung = replace(rung, precision=precision or rung.precision)
        model, history = train(rung, parts.train, folder / f"{name}-{seed}", epochs, seed)
        one = evaluation.predict(model, *parts.validation)
        answers = recipe.predict_tta(model, one.images, one.labels) if rung.views else one
        kept = {"correct": answers.correct, "correct_one_view": one.correct, "decided": decided}
        kept |= {"parameters": model.count_params(), "precision": rung.precision}
        kept |= {column: history[column] for column in ("accuracy", "loss", "cpu_seconds")}
        with storage.atomic_path(file) as temporary:
            np.savez_compressed(temporary, **kept)
        kept = _read(file)
    right, seconds = kept["correct"].mean(), kept["cpu_seconds"].sum()
    print(f"{name}, seed {seed}: {right:.4f}, {seconds:.0f} s of processor time", flush=True)
    return kept


def _read(file):
    if not file.exists():
        return {}
    with np.load(file) as arrays:
        return dict(arrays)


def train(rung, images_and_labels, folder, epochs, seed=frame.SEED):
    """Train once, resumably: (model, history with the seconds of all cores together)."""
    images, labels = _as_bytes(images_and_labels[0]), images_and_labels[1]
    size, shift, flip = _batch_size(rung), 2 * ("shifted" in rung.changed), "mirrored" in rung.changed
    steps = len(images) // size
    keras.mixed_precision.set_global_policy(rung.precision)
    try:
        return resumable.train(
            lambda: _compiled(rung, images_and_labels[0], steps * epochs),
            lambda done: recipe.FlippedAndShifted(
                images, labels, batch_size=size, shift=shift, flip=flip, seed=seed, epoch=done
            ),
            steps,
            folder,
            epochs,
            seed=seed,
            callbacks=[recipe.Lookahead(steps * epochs)] if rung.lookahead else [],
            decided={**_described(rung), "images": len(images), "epochs": epochs},
        )
    finally:
        keras.mixed_precision.set_global_policy("float32")  # for what is trained next


def _as_bytes(images):
    """Return images in 0..1 as the whole numbers that they were made of."""
    return np.rint(images * 255).astype("uint8")


def _batch_size(rung):
    """Say how many images a step sees: 32 for networks of the course, 128 with Adam, 1,024 by the recipe."""
    return 32 if rung.create else 128 if rung.optimizer == "Adam" else recipe.BATCH_SIZE


def _compiled(rung, images, steps):
    model = rung.create() if rung.create else network(rung)
    if rung.whitened:
        whiten(model, images[:2000])
    if rung.identity:
        start_as_identity(model)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=rung.label_smoothing)
    model.compile(_optimizer(rung, steps), loss, metrics=["accuracy"])
    return model


def _optimizer(rung, steps):
    if rung.optimizer == "Adam":
        return keras.optimizers.Adam()
    kind = recipe.Muon if rung.optimizer == "Muon" else recipe.SGDWithBiasMultiplier
    settings = {"momentum": recipe.MOMENTUM, "nesterov": True, "weight_decay": recipe.WEIGHT_DECAY}
    settings |= {"learning_rate": recipe.PEAK_RATE, "bias_factor": rung.bias_factor, **dict(rung.settings)}
    peak = settings["learning_rate"]
    rising, falling = recipe.TriangularSchedule, keras.optimizers.schedules.PolynomialDecay
    rate = rising(peak, steps) if rung.rate == "triangular" else falling(peak, steps, 0.0)
    return kind(**settings | {"learning_rate": rate})


def network(rung):
    """Build the network of a rung; with everything of the recipe it is `models.create_model_best`."""
    inputs = x = keras.Input(models.IMAGE_SHAPE)
    if rung.whitened:
        x = layers.Conv2D(24, (2, 2), trainable=False, dtype="float32", name="whitening")(x)
        x = layers.Activation(rung.activation)(x)
    for width in rung.widths:
        x = _convolution(rung, width, x, pooled=True)
        before, x = x, _convolution(rung, width, x)
        x = layers.Add()([before, x]) if rung.residual else x
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dense(models.N_CLASSES, use_bias=False, dtype="float32")(x)
    x = layers.Rescaling(1 / 9, dtype="float32")(x)
    return keras.Model(inputs, layers.Activation("softmax", dtype="float32")(x), name="cifar_model_best")


def _convolution(rung, width, x, pooled=False):
    x = layers.Conv2D(width, (3, 3), padding="same", use_bias=not rung.normalized)(x)
    x = layers.MaxPooling2D((2, 2))(x) if pooled else x
    if rung.normalized:
        x = layers.BatchNormalization(momentum=0.6, scale=False)(x)
    return layers.Activation(rung.activation)(x)


def _row(name, kept, over):
    """Sum up one rung: accuracy with its interval, gain over another rung with its own, cost."""
    correct = kept[name]["correct"]
    low, high = evaluation.accuracy_interval(correct.sum(), len(correct))
    gain, gain_low, gain_high = evaluation.accuracy_difference(kept[over or name]["correct"], correct)
    row = {"rung": name, "over": over, "accuracy": correct.mean(), "low": low, "high": high}
    row |= {"gain": gain, "gain_low": gain_low, "gain_high": gain_high}
    row |= {"parameters": int(kept[name]["parameters"])}
    return row | {"cpu_seconds_per_epoch": kept[name]["cpu_seconds"].mean()}


def _described(rung):
    """Say what a rung has that the first one has not."""
    if rung.create:
        return {"network": rung.create.__name__}
    kept = {key: value for key, value in asdict(rung).items() if value or key == "label_smoothing"}
    lists = {key: list(value) for key, value in kept.items() if isinstance(value, tuple)}
    return kept | lists | {"settings": dict(rung.settings)}
