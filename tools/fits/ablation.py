"""What each idea of the recipe adds: the ladder, an idea a rung, and the recipe with one thing changed.

Every training sees the same 40,000 images and is measured on the same 10,000 of the validation set. A killed
one goes on with the epoch it was in. What was measured is kept in `measured` beside this file, a training a
file, because all of them take hours: they can be trained in several places, and none twice.
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

from tools.fits import cifar10, cutout, frame, not_kept, resumable

MEASURED = Path(__file__).with_name("measured")
NARROW, WIDE, WIDEST = (32, 64, 64), (64, 256, 256), (128, 384, 384)
SEEDS = (1, 2)  # of narrow networks; wide ones have that of all other fits
LOWEST, NARROW_RECIPE = "network of episode 1", "six views"
WIDER, RECIPE, LARGEST, CUTOUT = "wider", "longer", "wider and longer still", "cutout"
whiten, start_as_identity = frame.defined_in("example-67-to-94", "whiten", "start_as_identity")


@dataclass(frozen=True)
class Rung:
    """A training: its network, how that starts, and how it learns."""

    widths: tuple = NARROW
    activation: str = "relu"
    normalized: bool = False
    whitened: bool = False
    identity: bool = False
    changed: tuple = ()  # what happens to the images: "mirrored", "shifted"
    cutout: int = 0  # pixels: side of a square that is covered in each image
    optimizer: str = "Adam"
    rate: str = "falling"  # in a straight line to 0, or "triangular"; Adam has its own
    label_smoothing: float = 0.0
    lookahead: bool = False
    bias_factor: float = 1
    epochs: int = 8
    views: bool = False


IDEAS = {  # in the order of the rungs on six convolutions; each keeps what the ones before it changed
    "batch normalisation": {"normalized": True},
    "mirrored and shifted": {"changed": ("mirrored", "shifted")},
    "Muon": {"optimizer": "Muon"},
    "label smoothing": {"label_smoothing": recipe.LABEL_SMOOTHING},
    "start as identity": {"identity": True},
    "whitened first layer": {"whitened": True},
    "GELU": {"activation": "gelu"},
    NARROW_RECIPE: {"views": True},
    WIDER: {"widths": WIDE},
    RECIPE: {"epochs": recipe.EPOCHS},
    LARGEST: {"widths": WIDEST, "epochs": 20},
    CUTOUT: {"cutout": 10},
}
LEFT_OUT = {
    "without Muon": {"optimizer": "SGD"},
    "without whitening": {"whitened": False},
    "without start as identity": {"identity": False},
    "without mirroring": {"changed": ("shifted",)},
    "without shifting": {"changed": ("mirrored",)},
    "without label smoothing": {"label_smoothing": 0.0},
    "without GELU": {"activation": "relu"},
    "without six views": {"views": False},
    "with half of the width": {"widths": (16, 32, 32)},
}
NOT_KEPT = {  # what other recipes have, and ours does not
    "quick biases": {"bias_factor": not_kept.BIAS_FACTOR},
    "rising rate": {"rate": "triangular"},
    "lookahead": {"lookahead": True},
}
BESIDE = {"three other ideas": dict(pair for change in NOT_KEPT.values() for pair in change.items())}


def climb():
    """List the rungs above the lowest one by name; each changes one thing about the one before."""
    rungs = {"six convolutions": Rung()}
    for name, change in IDEAS.items():
        rungs[name] = replace([*rungs.values()][-1], **change)
    return rungs


def changed(changes):
    """List the narrow recipe with one change at a time."""
    return {name: replace(climb()[NARROW_RECIPE], **change) for name, change in changes.items()}


def fit(name, options):
    """Climb all rungs, or change one thing at a time; ship the tables and the settings."""
    parts, folder = cifar10.load_parts(options.size), options.build / "ablation"
    measure = partial(run, parts=parts, folder=folder, precision=frame.precision(folder))
    if name == "ladder":
        tables, trainings = _ladder(measure, _lowest(parts, folder))
    else:
        tables, trainings = _leave_one_out(measure)
    facts = {"training_images": len(parts.train[0]), "validation_images": len(parts.validation[0])}
    facts |= {"trainings": trainings, "data_sha256": parts.sha256}
    made = frame.how(**facts)
    del made["seed"]  # each training has its own
    frame.write_fit(options.shipped / name, tables, made)


def _ladder(measure, lowest):
    rungs, beside = climb(), changed(BESIDE)
    kept, seeds = {LOWEST: lowest}, {}
    for name, rung in (rungs | beside).items():
        seeds[name] = frame.SEED if name in (WIDER, RECIPE, LARGEST, CUTOUT) else SEEDS[0]
        kept[name] = measure(_training(name, rung), rung, seed=seeds[name])
    over = dict(zip(rungs, kept, strict=False)) | dict.fromkeys(beside, NARROW_RECIPE)
    rows = [_row(name, kept, over.get(name)) for name in kept]
    curves = [_curves(name, kept[name]) for name in kept]
    tables = {"ladder": pd.DataFrame(rows).round(5), "ladder_curves": pd.concat(curves).round(5)}
    trainings = {name: _as_trained(rung, kept[name]) for name, rung in (rungs | beside).items()}
    return tables, {name: training | {"seed": seeds[name]} for name, training in trainings.items()}


def _training(name, rung):
    """Name the training of a rung: an answer from one view takes none of its own."""
    return NARROW_RECIPE if replace(rung, views=True) == climb()[NARROW_RECIPE] else name


def _row(name, kept, over):
    """Sum up one rung: accuracy with its interval, gain over another rung with its own, cost."""
    correct = kept[name]["correct"]
    low, high = evaluation.accuracy_interval(correct.sum(), len(correct))
    gain, gain_low, gain_high = evaluation.accuracy_difference(kept[over or name]["correct"], correct)
    row = {"rung": name, "over": over, "accuracy": correct.mean(), "low": low, "high": high}
    row |= {"gain": gain, "gain_low": gain_low, "gain_high": gain_high}
    row |= {"accuracy_one_view": kept[name].get("correct_one_view", correct).mean()}
    row |= {"parameters": int(kept[name]["parameters"])}
    return row | {"cpu_seconds": kept[name]["cpu_seconds"].sum()}


def _curves(name, kept):
    curves = {curve: kept[curve] for curve in ("accuracy", "loss")}
    return pd.DataFrame({"rung": name, "epoch": np.arange(len(kept["loss"])) + 1, **curves})


def _leave_one_out(measure):
    rows, trainings = [], {}
    rungs = changed({NARROW_RECIPE: {}} | LEFT_OUT | NOT_KEPT)
    for seed in SEEDS:
        for name, rung in rungs.items():
            kept = measure(_training(name, rung), rung, seed=seed)
            row = {"recipe": name, "seed": seed, "accuracy": kept["correct"].mean()}
            row |= {"accuracy_one_view": kept["correct_one_view"].mean()}
            row |= {"parameters": int(kept["parameters"]), "precision": str(kept["precision"])}
            rows.append(row | {"cpu_seconds": kept["cpu_seconds"].sum()})
            trainings[name] = _as_trained(rung, kept)  # seeds may differ in precision: the table says which
    return {"leave_one_out": pd.DataFrame(rows).round(5)}, trainings


def _as_trained(rung, kept):
    return described(rung) | {"precision": str(kept["precision"])}


def described(rung):
    """List the settings of a rung, without what it does not use."""
    used = {key: value for key, value in asdict(rung).items() if value or key == "label_smoothing"}
    used |= {key: list(value) for key, value in used.items() if isinstance(value, tuple)}
    optimizer, peak = _optimizer(rung, 1), {"learning_rate": recipe.PEAK_RATE}
    if rung.optimizer == "Adam":
        peak = {"learning_rate": round(float(optimizer.learning_rate), 6), "rate": "constant"}
    names = ("momentum", "nesterov", "weight_decay", "kernel_factor", "kernel_momentum")
    used |= {name: value for name in names if (value := getattr(optimizer, name, None)) is not None}
    return used | peak | {"batch_size": _batch_size(rung)}


def _lowest(parts, folder):
    """Train the network of episode 1 as that is trained there."""
    plan = cifar10.PLAN["model_intro"]

    def measured():
        model, history = cifar10.train(plan, parts, folder / LOWEST)
        return {"correct": evaluation.predict(model, *parts.validation).correct} | _facts(model, history)

    decided = {"network": plan.create.__name__, "epochs": plan.epochs, "batch_size": cifar10.BATCH_SIZE}
    return _once(LOWEST, decided | {"data": parts.sha256}, measured)


def run(name, rung, parts, folder, seed, precision):
    """Train and measure what is right, by six views and by one; or read what was measured before."""
    trained = replace(rung, views=True)  # both ways of answering are measured
    decided = described(trained) | {"images": len(parts.train[0]), "data": parts.sha256}

    def measured():
        model, history = train(trained, parts.train, folder / f"{name}-{seed}", precision, seed)
        one = evaluation.predict(model, *parts.validation)
        six = recipe.predict_tta(model, one.images, one.labels)
        facts = _facts(model, history) | {"precision": precision}
        return {"correct": six.correct, "correct_one_view": one.correct} | facts

    kept = _once(f"{name} {seed}", decided, measured)
    return kept if rung.views else kept | {"correct": kept["correct_one_view"]}


def _facts(model, history):
    columns = {column: history[column] for column in ("accuracy", "loss", "seconds", "cpu_seconds")}
    return columns | {"parameters": model.count_params()}


def _once(name, decided, measured):
    """Measure, or read what was measured before; stop if that was decided otherwise."""
    file = MEASURED / (re.sub(r"[^\w.]+", "_", name) + ".npz")  # no spaces
    if not file.exists():
        found = measured()
        with storage.atomic_path(file) as temporary:
            np.savez_compressed(temporary, **found, decided=json.dumps(decided))
    with np.load(file) as arrays:
        kept = dict(arrays)
    if json.loads(str(kept["decided"])) != decided:
        raise SystemExit(f"{file} was measured with other settings. Remove it to train anew.")
    right, seconds = kept["correct"].mean(), kept["cpu_seconds"].sum()
    print(f"{name}: {right:.4f}, {seconds:.0f} s of processor time", flush=True)
    return kept


def train(rung, images_and_labels, folder, precision, seed=frame.SEED):
    """Train once, resumably: (model, history with the seconds of all cores together)."""
    images, labels = _as_bytes(images_and_labels[0]), images_and_labels[1]
    size, shift, flip = _batch_size(rung), 2 * ("shifted" in rung.changed), "mirrored" in rung.changed
    seen = partial(cutout.PartlyCovered, side=rung.cutout) if rung.cutout else recipe.FlippedAndShifted
    steps = len(images) // size
    keras.mixed_precision.set_global_policy(precision)
    try:
        return resumable.train(
            lambda: compiled(rung, images_and_labels[0], steps * rung.epochs),
            lambda done: seen(images, labels, batch_size=size, shift=shift, flip=flip, seed=seed, epoch=done),
            steps,
            folder,
            rung.epochs,
            seed=seed,
            callbacks=[not_kept.Lookahead(steps * rung.epochs)] if rung.lookahead else [],
            decided=described(rung) | {"precision": precision, "images": len(images)},
        )
    finally:
        keras.mixed_precision.set_global_policy("float32")  # for what is trained next


def _as_bytes(images):
    """Return images in 0..1 as the whole numbers that they were made of."""
    return np.rint(images * 255).astype("uint8")


def _batch_size(rung):
    """Say how many images a step sees."""
    return 128 if rung.optimizer == "Adam" else recipe.BATCH_SIZE


def compiled(rung, images, steps):
    """Build the network of a rung as it starts, ready to learn for so many steps."""
    model = network(rung)
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
    rising, falling = not_kept.TriangularSchedule, keras.optimizers.schedules.PolynomialDecay
    schedule = rising if rung.rate == "triangular" else partial(falling, end_learning_rate=0.0)
    settings = {"learning_rate": schedule(recipe.PEAK_RATE, steps), "momentum": recipe.MOMENTUM}
    settings |= {"nesterov": True, "weight_decay": recipe.WEIGHT_DECAY}
    if rung.optimizer == "SGD":
        return keras.optimizers.SGD(**settings)
    if rung.bias_factor == 1:
        return recipe.Muon(**settings)
    return not_kept.QuickBiases(**settings, bias_factor=rung.bias_factor)


def network(rung):
    """Build the network of a rung; with everything of the recipe it is `models.create_model_best`."""
    inputs = x = keras.Input(models.IMAGE_SHAPE)
    if rung.whitened:
        x = layers.Conv2D(24, (2, 2), trainable=False, dtype="float32", name="whitening")(x)
        x = layers.Activation(rung.activation)(x)
    for width in rung.widths:
        x = _convolution(rung, width, x, pooled=True)
        x = _convolution(rung, width, x)
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
