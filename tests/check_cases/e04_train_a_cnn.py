import keras
import numpy as np
import tensorflow as tf
from keras import layers, losses, optimizers

from helpers import models, training
from tests.check_cases.forms import FUNCTION, answers, builds

RNG = np.random.default_rng(0)
X_TRAIN, X_VAL = RNG.random((600, 2, 2, 3), "float32"), RNG.random((100, 2, 2, 3), "float32")
Y_TRAIN, Y_VAL = np.eye(10)[RNG.integers(0, 10, 600)], np.eye(10)[RNG.integers(0, 10, 100)]
CROSSENTROPY = "categorical_crossentropy"
LOG = {
    "loss": [1.9, 1.5, 1.2, 1.0, 0.8],
    "accuracy": [0.3, 0.4, 0.5, 0.6, 0.7],
    "val_loss": [1.8, 1.5, 1.4, 1.45, 1.6],
    "val_accuracy": [0.3, 0.4, 0.45, 0.47, 0.46],
}
STILL_FALLING = LOG | {"val_loss": [1.8, 1.5, 1.4, 1.3, 1.2]}
# New lowest losses after epochs 1, 2, 4, 5, 8 and 14: patience 1 ends after 3, patience 3 after 11.
LONG = {"val_loss": [2.0, 1.5, 1.6, 1.4, 1.3, 1.4, 1.35, 1.2, 1.25, 1.3, 1.28, 1.22, 1.21, 1.1, 1.15]}


def trains(optimizer="adam", loss=CROSSENTROPY, measures=("accuracy",), n=500, n_steps=30, **changed):
    """A function that compiles and trains its argument, as planned or with changes."""
    wanted = {"batch_size": 50, "epochs": 3, "validation_data": (X_VAL, Y_VAL), "verbose": 0}
    options = {name: value for name, value in (wanted | changed).items() if value is not None}

    def train_small(model):
        made = keras.optimizers.deserialize(keras.optimizers.serialize(optimizers.get(optimizer)))
        model.compile(made, loss=loss, metrics=list(measures))
        return model.fit(X_TRAIN[:n], Y_TRAIN[:n], **options)

    return answers(train_small, n_steps)


def trains_in_other_words(model):
    model.compile(
        optimizer=optimizers.Adam(1e-3),
        loss=losses.CategoricalCrossentropy(),
        metrics=[keras.metrics.CategoricalAccuracy()],
    )
    validation = [X_VAL, Y_VAL]
    history = model.fit(
        x=X_TRAIN[:500].copy(), y=Y_TRAIN[:500], epochs=3, batch_size=50, validation_data=validation
    )
    print(f"{history.history['val_accuracy'][-1]:.2f} after {len(history.epoch)} epochs")
    return history


def trains_another(model):
    return only_compiles(models.create_model_intro())


def only_compiles(model):
    model.compile("adam", loss=CROSSENTROPY, metrics=["accuracy"])
    return model


def does_not_compile(model):
    return model.fit(X_TRAIN[:500], Y_TRAIN[:500], batch_size=50, epochs=3, validation_data=(X_VAL, Y_VAL))


def read(best=3, training=-0.4, validation=0.2, log=LOG):
    return answers(best, training, validation, log)


def stops(patience_1=3, patience_3=11):
    return answers(patience_1, patience_3, LONG)


def blocks(rate=0.5):
    return [
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Dropout(rate),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]


def network(steps, name="cifar_model_dropout"):
    return builds(steps, name)


def changed(place, *steps):
    """Put other layers, or none, in the place of one."""
    chain = blocks()
    return network([*chain[:place], *steps, *chain[place + 1 :]])


def with_one_pooling():
    chain = blocks()
    return network([*chain[:3], chain[1], *chain[4:]])


CASES = {
    "repaired_training": {
        "right": [
            trains(),
            answers(trains_in_other_words, 3 * (500 // 50)),
            trains(
                measures=["acc"],
                loss=losses.categorical_crossentropy,
                validation_data=(X_TRAIN[500:], Y_TRAIN[500:]),
            ),
        ],
        "it leaves its argument alone": answers(trains_another, 30),
        "nothing is trained": answers(only_compiles, 30),
        "not compiled": answers(does_not_compile, 30),
        "returns nothing": answers(lambda model: only_compiles(model) and None, 30),
        "another optimizer": trains(optimizer="sgd"),
        "the rate left at 1": trains(optimizer=optimizers.Adam(1.0)),
        "the sparse loss for one-hot labels": trains(loss="sparse_categorical_crossentropy"),
        "the squared error": trains(loss="mean_squared_error"),
        "the binary loss": trains(loss="binary_crossentropy"),
        "probabilities taken for logits": trains(loss=losses.CategoricalCrossentropy(from_logits=True)),
        "the class of a loss": trains(loss=losses.CategoricalCrossentropy),
        "the class Accuracy": trains(measures=[keras.metrics.Accuracy()]),
        "no metric": trains(measures=()),
        "another metric": trains(measures=["mean_squared_error"]),
        "all images": trains(n=600),
        "the batch size left out": trains(batch_size=None),
        "other epochs": trains(epochs=10),
        "a split of the training images": trains(validation_data=None, validation_split=0.2),
        "no validation": trains(validation_data=None),
        "validated on a data set": trains(
            validation_data=tf.data.Dataset.from_tensor_slices((X_VAL, Y_VAL)).batch(50)
        ),
        "images without labels": trains(validation_data=X_VAL),
        "validated on the training images": trains(validation_data=(X_TRAIN[:500], Y_TRAIN[:500])),
        "labels before images": trains(validation_data=(Y_VAL, X_VAL)),
        "labels of all training images": trains(validation_data=(X_VAL, Y_TRAIN)),
        "labels of training images": trains(validation_data=(X_VAL, Y_TRAIN[: len(X_VAL)])),
        "the steps of one epoch": trains(n_steps=10),
        "images instead of steps": trains(n_steps=1500),
        "batch size times epochs": trains(n_steps=150),
        "the epochs": trains(n_steps=3),
        "another number of steps": trains(n_steps=33),
    },
    "read_curves": {
        "right": [
            read(),
            read(np.int64(3), np.float64(-0.4), 0.2),
            read(3.0, -0.401, 0.199),
            read(5, 0, 0.0, STILL_FALLING),
        ],
        "the loss instead of the epoch": read(1.4),
        "counted from 0": read(2),
        "the last epoch": read(5),
        "the epoch of the highest validation accuracy": read(4),
        "another epoch": read(1),
        "the sign of the training change turned": read(training=0.4),
        "the training change since the first epoch": read(training=-1.1),
        "the training loss itself": read(training=0.8),
        "another training change": read(training=-0.3),
        "the sign of the validation change turned": read(validation=-0.2),
        "the validation change since the first epoch": answers(
            3, -0.4, -0.3, LOG | {"val_loss": [1.9, 1.5, 1.4, 1.45, 1.6]}
        ),
        "the validation loss itself": read(validation=1.6),
        "another validation change": read(validation=0.3),
    },
    "early_stopping": {
        "right": [stops(), stops(3.0, np.int64(11))],
        "patience 1: the last epoch": stops(15),
        "patience 1: the best epoch": stops(2),
        "patience 1: after the lowest loss of all": answers(9, 11, {"val_loss": LONG["val_loss"][:12]}),
        "patience 1: one too many": stops(4),
        "patience 1: something else": stops(12),
        "patience 3: the last epoch": stops(3, 15),
        "patience 3: the best epoch": stops(3, 8),
        "patience 3: counted in all": stops(3, 7),
        "patience 3: one too many": stops(3, 12),
        "patience 3: one too few": stops(3, 10),
        "patience 3: something else": stops(3, 5),
        "patience 3: two mistakes with one result": answers(6, 11, training.load_history("intro_long")),
    },
    "create_model_dropout": {
        "right": [models.create_model_dropout, network(blocks()), models.create_model_dropout()],
        **FUNCTION,
        "a tensor instead of a model": lambda: layers.Flatten()(keras.Input((32, 32, 3))),
        "dropout forgotten": changed(5),
        "dropout after the output": network([*blocks(), layers.Dropout(0.5)]),
        "dropout in predictions too": changed(5, lambda x: layers.Dropout(0.5)(x, training=True)),
        "another rate": network(blocks(rate=0.25)),
        "one pooling layer used twice": with_one_pooling(),
        "the third convolution forgotten": changed(4),
        "a pooling layer too many": changed(5, layers.MaxPooling2D(), layers.Dropout(0.5)),
        "a dense layer too many": changed(6, layers.Flatten(), layers.Dense(64, activation="relu")),
        "softmax forgotten": changed(7, layers.Dense(10)),
        "the biases left out": changed(4, layers.Conv2D(64, 3, activation="relu", use_bias=False)),
        "a name forgotten": network(blocks(), name="my_model"),
    },
}
