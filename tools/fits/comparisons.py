"""Networks of the episodes on bundled images, one thing changed at a time, each change from several seeds."""

from helpers import data, models  # first: they quieten TensorFlow

# isort: split
import time
from dataclasses import dataclass

import keras
import pandas as pd
from keras import layers

from tools.fits import frame

BATCH_SIZE = 32


def create(
    dropout=0.0,
    normalised=False,
    augmented=False,
    activation="relu",
    kernel_initializer="glorot_uniform",
    kernel_regularizer=None,
):
    """Build `create_model_intro` with one change."""
    kernels = {"kernel_initializer": kernel_initializer, "kernel_regularizer": kernel_regularizer}
    inputs = keras.Input(models.IMAGE_SHAPE)  # 32 x 32 x 3
    x = layers.RandomFlip("horizontal")(inputs) if augmented else inputs
    x = layers.RandomTranslation(0.1, 0.1)(x) if augmented else x
    for filters in (16, 32):
        x = layers.Conv2D(filters, 3, **kernels)(x)
        x = layers.BatchNormalization()(x) if normalised else x
        x = layers.MaxPooling2D()(layers.Activation(activation)(x))
    x = layers.Dropout(dropout)(layers.Flatten()(x))  # 6 x 6 x 32 = 1,152
    x = layers.Dense(64, activation=activation, **kernels)(x)
    outputs = layers.Dense(10, activation="softmax", kernel_regularizer=kernel_regularizer)(x)
    return keras.Model(inputs, outputs, name="cifar_model_intro")


@dataclass(frozen=True)
class Comparison:
    """What is compared, under which name, on how many images, for how many epochs, from which seeds."""

    create: callable
    setting: str
    changes: dict  # the value in the table -> arguments of `create`, and "batch_size"
    images: int = 8_000
    epochs: int = 20
    seeds: tuple = (1, 2, 3)


CHANGES = {
    "none": {},
    "dropout 0.5": {"dropout": 0.5},
    "augmentation": {"augmented": True},
    "L2 0.001": {"kernel_regularizer": keras.regularizers.L2(0.001)},
    "L2 0.01": {"kernel_regularizer": keras.regularizers.L2(0.01)},
    "L1 0.001": {"kernel_regularizer": keras.regularizers.L1(0.001)},
    "batch normalisation": {"normalised": True},
    "batches of 128": {"batch_size": 128},
}
RATES = {rate: {"rate": rate} for rate in (0.15, 0.3, 0.45, 0.6, 0.75)}
ACTIVATIONS = {name: {"activation": name} for name in ("relu", "leaky_relu", "sigmoid", "tanh", "selu")}
ACTIVATIONS["selu"]["kernel_initializer"] = "lecun_normal"  # SELU was derived for these initial weights
PLAN = {
    "one_change": Comparison(create, "change", CHANGES, images=3_000),
    "sweep_dropout": Comparison(models.create_model_dropout, "rate", RATES),
    "sweep_activation": Comparison(create, "activation", ACTIVATIONS, epochs=12),
}


def train(plan, settings, seed, images, labels, validation):
    """Train once; the losses of the history lack the penalty that Keras adds for L1 and L2."""
    settings = dict(settings)
    batch_size = settings.pop("batch_size", BATCH_SIZE)
    keras.utils.set_random_seed(seed)
    model = plan.create(**settings)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy", "categorical_crossentropy"])
    start = time.perf_counter(), time.process_time()
    fitted = model.fit(
        images, labels, batch_size=batch_size, epochs=plan.epochs, validation_data=validation, verbose=0
    )
    table = pd.DataFrame(index=pd.RangeIndex(1, plan.epochs + 1, name="epoch"))
    for part in ("", "val_"):
        table[f"{part}accuracy"] = fitted.history[f"{part}accuracy"]
        table[f"{part}loss"] = fitted.history[f"{part}categorical_crossentropy"]
    table["seconds"] = (time.perf_counter() - start[0]) / plan.epochs
    table["cpu_seconds"] = (time.process_time() - start[1]) / plan.epochs
    return table


def fit(name, options):
    """Train each change from each seed; a run that is done is not repeated."""
    plan, raw = PLAN[name], data.load_cifar10("workshop")
    x_train, x_val, y_train, y_val = data.prepare_dataset(*raw[0])
    images, labels = x_train[: plan.images], y_train[: plan.images]
    runs = []
    for change, settings in plan.changes.items():
        for seed in plan.seeds:
            file = options.build / name / f"{change}-{seed}.csv"
            given = plan, settings, seed, images, labels, (x_val, y_val)
            table = frame.once(file, "epoch", train, *given)
            print(f"{name}: {change}, seed {seed}: {table.val_accuracy.iloc[-1]:.3f}", flush=True)
            runs.append(({plan.setting: change, "seed": seed}, table))
    histories = frame.tidy(runs)
    learning = {"loss": "CategoricalCrossentropy, without the penalty of L1 and L2", "batch_size": BATCH_SIZE}
    facts = frame.how(plan.create(), **frame.ADAM, **learning, epochs=plan.epochs)
    facts |= {plan.setting: list(plan.changes), "seed": list(plan.seeds), "training_images": len(images)}
    facts |= {"validation_images": len(x_val), "data_sha256": frame.sha256(raw)} | frame.cost(histories)
    frame.write_fit(options.shipped / name, {name: frame.curves(histories)}, facts)
