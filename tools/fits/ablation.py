"""The ladder from the network of episode 1 to the best one, an idea a rung, and what each adds.

Every rung is trained for the same few epochs on the same 40,000 images and measured on the same 10,000 of the
validation set. A killed climb repeats one rung at most.
"""

from helpers import evaluation, models, recipe, storage  # first: they quieten TensorFlow

# isort: split
import time
from dataclasses import asdict, dataclass, replace

import keras
import numpy as np
import pandas as pd
from keras import layers

from tools.fits import best, cifar10, frame

EPOCHS = 3
NARROW, WIDE = (32, 64, 64), (64, 256, 256)
BESIDE = "residual network"  # not below any other rung: an alternative to the start as identity


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
    augmented: bool = False
    recipe_optimizer: bool = False
    label_smoothing: float = 0.0
    lookahead: bool = False
    bias_factor: float = 1
    views: bool = False


def climb():
    """List the rungs by name; each changes one thing about the one before."""
    rungs = {
        "network of episode 1": Rung(models.create_model_intro),
        "dropout": Rung(models.create_model_dropout),
        "six convolutions": Rung(),
    }
    rung = Rung()
    for name, change in (
        ("calculate with 16 bits", {"precision": "mixed_bfloat16"}),
        ("batch normalisation", {"normalized": True}),
        ("rate that rises and falls", {"recipe_optimizer": True}),
        ("mirrored and shifted", {"augmented": True}),
        ("label smoothing", {"label_smoothing": recipe.LABEL_SMOOTHING}),
        ("start as identity", {"identity": True}),
        ("whitened first layer", {"whitened": True}),
        ("GELU", {"activation": "gelu"}),
        ("lookahead", {"lookahead": True}),
        ("quick biases", {"bias_factor": recipe.BIAS_FACTOR}),
        ("six views", {"views": True}),
        ("wider", {"widths": WIDE}),
    ):
        rungs[name] = rung = replace(rung, **change)
    return rungs | {BESIDE: replace(rungs["label smoothing"], residual=True)}


def fit(name, options):
    """Climb all rungs; ship the table, the curves and the settings."""
    parts, rungs, kept, rows, curves = cifar10.load_parts(options.size), climb(), {}, [], []
    below = dict(zip(list(rungs)[1:], rungs, strict=False)) | {BESIDE: "label smoothing"}
    for rung in rungs:
        kept[rung] = _step(rung, rungs[rung], parts, options.build / name)
        rows.append(_row(rung, kept, below.get(rung)))
        for epoch in range(EPOCHS):
            scores = {curve: float(kept[rung][curve][epoch]) for curve in ("accuracy", "loss")}
            curves.append({"rung": rung, "epoch": epoch + 1, **scores})
    tables = {name: pd.DataFrame(rows).round(5), f"{name}_curves": pd.DataFrame(curves).round(5)}
    facts = frame.how(
        epochs=EPOCHS,
        training_images=len(parts.train[0]),
        validation_images=len(parts.validation[0]),
        data_sha256=parts.sha256,
        rungs={rung: _described(changes) for rung, changes in rungs.items()},
    )
    frame.write_fit(options.shipped / name, tables, facts)


def _step(name, rung, parts, folder):
    """Train and measure one rung, or read what an earlier call kept."""
    file = folder / f"{name}.npz"
    if not file.exists():
        model, history, cpu_seconds = train(rung, parts)
        with storage.atomic_path(file) as temporary:
            facts = {"correct": _measure(rung, model, parts), "parameters": model.count_params()}
            facts |= {"cpu_seconds": cpu_seconds} | {curve: history[curve] for curve in ("accuracy", "loss")}
            np.savez_compressed(temporary, **facts)
    with np.load(file) as arrays:
        kept = dict(arrays)
    print(f"{name}: {kept['correct'].mean():.4f}, {kept['cpu_seconds']:.0f} s of processor time", flush=True)
    return kept


def train(rung, parts):
    """Train one rung; return the model, its history, and the seconds of all cores together."""
    keras.utils.set_random_seed(frame.SEED)
    seen = _batches(rung, best.as_bytes(parts.train[0]), parts.train[1])
    steps = EPOCHS * len(seen)
    keras.mixed_precision.set_global_policy(rung.precision)
    model = _compiled(rung, parts.train[0], steps)
    keras.mixed_precision.set_global_policy("float32")  # for what is trained next
    start = time.process_time()
    callbacks = [recipe.Lookahead(steps)] if rung.lookahead else []
    history = model.fit(seen, epochs=EPOCHS, shuffle=False, callbacks=callbacks, verbose=0)
    return model, history.history, time.process_time() - start


def _batches(rung, images, labels):
    """Batches of a rung: 32 images for networks of the course, 128 with Adam, 1,024 with the recipe."""
    size = 32 if rung.create else recipe.BATCH_SIZE if rung.recipe_optimizer else 128
    shift = 2 if rung.augmented else 0
    return recipe.FlippedAndShifted(images, labels, size, shift, flip=rung.augmented, seed=frame.SEED)


def _compiled(rung, images, steps):
    model = rung.create() if rung.create else network(rung)
    if rung.whitened:
        recipe.whiten(model, images[:2000])
    if rung.identity:
        recipe.start_as_identity(model)
    if rung.recipe_optimizer:
        recipe.compile_best(model, steps, label_smoothing=rung.label_smoothing, bias_factor=rung.bias_factor)
    else:
        model.compile(keras.optimizers.Adam(), "categorical_crossentropy", metrics=["accuracy"])
    return model


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


def _measure(rung, model, parts):
    images, labels = parts.validation
    predictions = evaluation.predict(model, images, labels)
    if rung.views:
        predictions = recipe.predict_tta(model, images, predictions.labels)
    return predictions.correct


def _row(name, kept, over):
    """Sum up one rung: accuracy with its interval, gain over another rung with its own, cost."""
    correct = kept[name]["correct"]
    low, high = evaluation.accuracy_interval(correct.sum(), len(correct))
    gain, gain_low, gain_high = evaluation.accuracy_difference(kept[over or name]["correct"], correct)
    row = {"rung": name, "over": over, "accuracy": correct.mean(), "low": low, "high": high}
    row |= {"gain": gain, "gain_low": gain_low, "gain_high": gain_high}
    row |= {"parameters": int(kept[name]["parameters"])}
    return row | {"cpu_seconds_per_epoch": float(kept[name]["cpu_seconds"]) / EPOCHS}


def _described(rung):
    """Say what a rung has that the first one has not."""
    if rung.create:
        return {"network": rung.create.__name__}
    kept = {key: value for key, value in asdict(rung).items() if value or key == "label_smoothing"}
    return kept | {"widths": list(rung.widths)}
