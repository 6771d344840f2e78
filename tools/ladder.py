"""Climb from the network of episode 1 to the best one, an idea a rung, and ship what each adds.

    python tools/ladder.py

Every rung is trained for the same few epochs on the same 40,000 images and measured on the same 10,000 of
the validation set. Made for the background, as `fits`: a killed climb repeats one rung at most.
"""

# First of all, because it quietens TensorFlow.
from helpers import evaluation, models, recipe, storage

# isort: split
import time
from dataclasses import asdict, dataclass, replace

import best_fit
import fits
import keras
import numpy as np
import pandas as pd
import resumable
from keras import layers

NAME = "ladder"
EPOCHS = 3
NARROW, WIDE = (32, 64, 64), (64, 256, 256)
BESIDE = "residual network"  # not below any other rung: an alternative to the start as identity


@dataclass(frozen=True)
class Rung:
    """A training: its network, how that starts, and how it learns; `create` makes a network of the course."""

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
    """List the rungs: a name, and what it changes about the one before."""
    rungs = [
        ("network of episode 1", Rung(models.create_model_intro)),
        ("dropout", Rung(models.create_model_dropout)),
    ]
    rung = Rung()
    for name, change in (
        ("six convolutions", {}),
        ("calculate with 16 bits", {"precision": "mixed_bfloat16"}),
        ("batch normalisation", {"normalised": True}),
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
        rung = replace(rung, **change)
        rungs.append((name, rung))
    beside = dict(rungs)["label smoothing"]
    return [*rungs, (BESIDE, replace(beside, residual=True))]


def network(rung):
    """Build the network of a rung; with everything of the recipe it is `models.create_model_best`."""
    inputs = x = keras.Input(models.IMAGE_SHAPE)
    if rung.whitened:
        x = layers.Conv2D(24, (2, 2), trainable=False, dtype="float32", name="whitening")(x)
        x = layers.Activation(rung.activation)(x)
    for width in rung.widths:
        x = convolution(rung, width, x, pooled=True)
        before, x = x, convolution(rung, width, x)
        x = layers.Add()([before, x]) if rung.residual else x
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dense(models.N_CLASSES, use_bias=False, dtype="float32")(x)
    x = layers.Rescaling(1 / 9, dtype="float32")(x)
    return keras.Model(inputs, layers.Activation("softmax", dtype="float32")(x), name="cifar_model_best")


def convolution(rung, width, x, pooled=False):
    """Append a convolution and what belongs to it."""
    x = layers.Conv2D(width, (3, 3), padding="same", use_bias=not rung.normalized)(x)
    x = layers.MaxPooling2D((2, 2))(x) if pooled else x
    if rung.normalized:
        x = layers.BatchNormalization(momentum=0.6, scale=False)(x)
    return layers.Activation(rung.activation)(x)


def compiled(rung, images, steps):
    """Build, start and compile the network of a rung."""
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


def batches(rung, images, labels):
    """Batches of a rung: 32 images for networks of the course, 128 with Adam, 1,024 with the recipe."""
    size = 32 if rung.create else recipe.BATCH_SIZE if rung.recipe_optimizer else 128
    shift = 2 if rung.augmented else 0
    return recipe.FlippedAndShifted(images, labels, size, shift, flip=rung.augmented, seed=fits.SEED)


def train(rung, parts, epochs):
    """Train one rung; return the model, its history, and the seconds of all cores together."""
    keras.utils.set_random_seed(fits.SEED)
    keras.mixed_precision.set_global_policy(rung.precision)
    seen = batches(rung, best_fit.as_bytes(parts.train[0]), parts.train[1])
    steps = epochs * len(seen)
    model = compiled(rung, parts.train[0], steps)
    start = time.process_time()
    history = model.fit(
        seen,
        epochs=epochs,
        shuffle=False,
        callbacks=[recipe.Lookahead(steps)] if rung.lookahead else [],
        verbose=0,
    )
    return model, history.history, time.process_time() - start


def measure(rung, model, parts):
    """Let the model classify the validation set; return which images it got right."""
    images, labels = parts.validation
    predictions = evaluation.predict(model, images, labels)
    if rung.views:
        predictions = recipe.predict_tta(model, images, predictions.labels)
    return predictions.correct


def step(name, rung, parts, epochs, folder):
    """Train and measure one rung, or read what an earlier call kept."""
    file = folder / f"{name}.npz"
    if not file.exists():
        model, history, cpu_seconds = train(rung, parts, epochs)
        with storage.atomic_path(file) as temporary:
            np.savez_compressed(
                temporary,
                correct=measure(rung, model, parts),
                parameters=model.count_params(),
                cpu_seconds=cpu_seconds,
                accuracy=history["accuracy"],
                loss=history["loss"],
            )
    with np.load(file) as kept:
        kept = dict(kept)
    print(f"{name}: {kept['correct'].mean():.4f}, {kept['cpu_seconds']:.0f} s of processor time", flush=True)
    return kept


def row(name, kept, over, epochs):
    """Sum up one rung: accuracy with its interval, gain over another rung with its own, cost."""
    correct = kept[name]["correct"]
    low, high = evaluation.accuracy_interval(correct.sum(), len(correct))
    gain, gain_low, gain_high = evaluation.accuracy_difference(kept[over or name]["correct"], correct)
    return {
        "rung": name,
        "over": over,
        "accuracy": correct.mean(),
        "low": low,
        "high": high,
        "gain": gain,
        "gain_low": gain_low,
        "gain_high": gain_high,
        "parameters": int(kept[name]["parameters"]),
        "cpu_seconds_per_epoch": float(kept[name]["cpu_seconds"]) / epochs,
    }


def ship(parts, epochs, build, shipped):
    """Climb all rungs and write the table, the curves and the settings."""
    rungs, kept, rows, curves = dict(climb()), {}, [], []
    below = dict(zip(list(rungs)[1:], rungs, strict=False)) | {BESIDE: "label smoothing"}
    for name, rung in rungs.items():
        kept[name] = step(name, rung, parts, epochs, build / NAME)
        rows.append(row(name, kept, below.get(name), epochs))
        for epoch in range(epochs):
            scores = {curve: float(kept[name][curve][epoch]) for curve in ("accuracy", "loss")}
            curves.append({"rung": name, "epoch": epoch + 1, **scores})
    folder = shipped / NAME
    resumable.remove_unfinished(folder)
    fits.write_table(folder / f"{NAME}.csv", pd.DataFrame(rows).round(5), index=False)
    fits.write_table(folder / f"{NAME}_curves.csv", pd.DataFrame(curves).round(5), index=False)
    resumable.write_json(folder / "settings.json", settings(rungs, parts, epochs))


def settings(rungs, parts, epochs):
    """Say how each rung was trained."""
    general = fits.facts_of(fits.Fit(None, epochs), models.create_model_best(), parts)
    kept = ("epochs", "seed", "training_images", "data_sha256", "versions", "cores")
    described = {
        name: {
            key: value
            for key, value in asdict(rung).items()
            if key != "create" and (value or key == "label_smoothing")
        }
        if rung.create is None
        else {"network": rung.create.__name__}
        for name, rung in rungs.items()
    }
    return {key: general[key] for key in kept} | {
        "validation_images": len(parts.validation[0]),
        "rungs": described,
    }


def main():
    """Climb."""
    parser = fits.options_parser(__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of every rung")
    options = parser.parse_args()
    ship(fits.load_parts(options.size), options.epochs, options.build, options.shipped)


if __name__ == "__main__":
    main()
