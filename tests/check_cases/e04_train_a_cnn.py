import keras
from keras import layers, losses, metrics, optimizers

from helpers import models
from tests.check_cases.forms import FUNCTION, answers, builds

LOG = {
    "loss": [1.9, 1.5, 1.2, 1.0, 0.8],
    "accuracy": [0.3, 0.4, 0.5, 0.6, 0.7],
    "val_loss": [1.8, 1.5, 1.4, 1.45, 1.6],
    "val_accuracy": [0.3, 0.4, 0.45, 0.47, 0.46],
}


def tiny(optimizer="adam", loss="categorical_crossentropy", measures=("accuracy",)):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(10, activation="softmax")])
    model.compile(optimizer, loss=loss, metrics=list(measures))
    return model


def history(epochs=2, steps=16, names=("loss", "accuracy", "val_loss", "val_accuracy")):
    """A History as fit makes it, without a training."""
    made = keras.callbacks.History()
    made.set_params({"epochs": epochs, "steps": steps, "verbose": 0})
    made.on_train_begin()
    made.set_model(tiny())
    for epoch in range(epochs):
        made.on_epoch_end(epoch, dict.fromkeys(names, 1.0))
    return answers(made)


def early(**changes):
    wanted = {"monitor": "val_loss", "patience": 3, "restore_best_weights": True}
    return answers(keras.callbacks.EarlyStopping(**(wanted | changes)))


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
    "gradient_step": {
        "right": [answers(-2.4, 1.04, 0.1936), answers(gradient=-2.4, new_weight=1.04, new_loss=0.44**2)],
        "the sign of the gradient turned": answers(2.4, 1.04, 0.1936),
        "the factor 2 forgotten": answers(-1.2, 1.04, 0.1936),
        "the input forgotten": answers(-1.6, 1.04, 0.1936),
        "another gradient": answers(-3, 1.04, 0.1936),
        "a step uphill": answers(-2.4, 0.56, 0.1936),
        "the learning rate forgotten": answers(-2.4, 3.2, 0.1936),
        "another weight": answers(-2.4, 1, 0.1936),
        "the loss before the step": answers(-2.4, 1.04, 0.64),
        "the loss not squared": answers(-2.4, 1.04, 0.44),
        "another loss": answers(-2.4, 1.04, 0.2),
    },
    "compile_model": {
        "right": [
            tiny(),
            tiny(optimizers.Adam(0.001), losses.CategoricalCrossentropy(), [metrics.CategoricalAccuracy()]),
            tiny(loss=losses.categorical_crossentropy, measures=["acc"]),
        ],
        "what compile returned instead of the model": "compiled",
        "not compiled yet": models.create_model_intro(),
        "another optimizer": tiny("sgd"),
        "another learning rate": tiny(optimizers.Adam(0.1)),
        "the sparse loss for one-hot labels": tiny(loss="sparse_categorical_crossentropy"),
        "another loss": tiny(loss="mean_squared_error"),
        "probabilities taken for logits": tiny(loss=losses.CategoricalCrossentropy(from_logits=True)),
        "no metric": tiny(measures=()),
        "another metric": tiny(measures=["mean_squared_error"]),
    },
    "fit": {
        "right": [history(), history(names=("loss", "val_loss"))],
        "the model instead of the history": tiny(),
        "something that is no history": LOG,
        "another number of epochs": history(epochs=1),
        "the batch size left at 32": history(steps=32),
        "another batch size": history(steps=1000),
        "no validation data": history(names=("loss", "accuracy")),
    },
    "best_epoch": {
        "right": [answers(3, LOG), answers(epoch=3.0, history=LOG)],
        "the loss instead of the epoch": answers(1.4, LOG),
        "counted from 0": answers(2, LOG),
        "the last epoch": answers(5, LOG),
        "the epoch of the highest validation accuracy": answers(4, LOG),
        "another epoch": answers(1, LOG),
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
    "early_stopping": {
        "right": [early()],
        "the class instead of a callback": keras.callbacks.EarlyStopping,
        "another callback": keras.callbacks.ModelCheckpoint("best.keras"),
        "watching the training loss": early(monitor="loss"),
        "watching something else": early(monitor="val_accuracy", mode="max"),
        "another patience": early(patience=0),
        "the best weights not restored": early(restore_best_weights=False),
    },
}
