"""The network of episode 1 on few images, each time with one thing changed: what episode 4 says about it."""

from helpers import data, models, storage, tuning  # first: they quieten TensorFlow

# isort: split
import time

import keras
import pandas as pd
from keras import layers

from tools.fits import frame

IMAGES, EPOCHS, BATCH_SIZE, SEEDS = 3_000, 20, 32, (1, 2, 3)
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


def create(dropout=0.0, normalised=False, augmented=False, kernel_regularizer=None):
    """Build `create_model_intro` with one change."""
    inputs = keras.Input(models.IMAGE_SHAPE)  # 32 x 32 x 3
    x = layers.RandomFlip("horizontal")(inputs) if augmented else inputs
    x = layers.RandomTranslation(0.1, 0.1)(x) if augmented else x
    for filters in (16, 32):
        x = layers.Conv2D(filters, 3, kernel_regularizer=kernel_regularizer)(x)
        x = layers.BatchNormalization()(x) if normalised else x
        x = layers.MaxPooling2D()(layers.ReLU()(x))
    x = layers.Dropout(dropout)(layers.Flatten()(x))  # 6 x 6 x 32 = 1,152
    x = layers.Dense(64, activation="relu", kernel_regularizer=kernel_regularizer)(x)
    outputs = layers.Dense(10, activation="softmax", kernel_regularizer=kernel_regularizer)(x)
    return keras.Model(inputs, outputs, name="cifar_model_intro")


def train(change, seed, images, labels, validation):
    """Train once; the losses of the history lack the penalty that Keras adds for L1 and L2."""
    settings = dict(CHANGES[change])
    batch_size = settings.pop("batch_size", BATCH_SIZE)
    keras.utils.set_random_seed(seed)
    model = create(**settings)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy", "categorical_crossentropy"])
    start = time.perf_counter(), time.process_time()
    fitted = model.fit(
        images, labels, batch_size=batch_size, epochs=EPOCHS, validation_data=validation, verbose=0
    )
    table = pd.DataFrame(index=pd.RangeIndex(1, EPOCHS + 1, name="epoch"))
    for part in ("", "val_"):
        table[f"{part}accuracy"] = fitted.history[f"{part}accuracy"]
        table[f"{part}loss"] = fitted.history[f"{part}categorical_crossentropy"]
    table["seconds"] = (time.perf_counter() - start[0]) / EPOCHS
    table["cpu_seconds"] = (time.process_time() - start[1]) / EPOCHS
    return table


def fit(name, options):
    """Train each change from each seed; a run that is done is not repeated."""
    raw = data.load_cifar10("workshop")
    x_train, x_val, y_train, y_val = data.prepare_dataset(*raw[0])
    digest = frame.sha256(raw)
    runs = []
    for change in CHANGES:
        for seed in SEEDS:
            file = options.build / name / f"{change}-{seed}.csv"
            if not file.exists():
                table = train(change, seed, x_train[:IMAGES], y_train[:IMAGES], (x_val, y_val))
                with storage.atomic_path(file) as temporary:
                    table.to_csv(temporary, lineterminator="\n")
                print(f"{name}: {change}, seed {seed}: {table.val_accuracy.iloc[-1]:.3f}", flush=True)
            runs.append(({"change": change, "seed": seed}, pd.read_csv(file, index_col="epoch")))
    histories = tuning.tidy(runs)
    learning = {"loss": "CategoricalCrossentropy, without the penalty of L1 and L2", "batch_size": BATCH_SIZE}
    facts = frame.how(models.create_model_intro(), **frame.ADAM, **learning, epochs=EPOCHS)
    facts |= {"change": list(CHANGES), "seed": list(SEEDS), "training_images": IMAGES}
    facts |= {"validation_images": len(x_val), "data_sha256": digest} | frame.cost(histories)
    frame.write_fit(options.shipped / name, {name: frame.curves(histories)}, facts)
