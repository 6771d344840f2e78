import keras
from keras import layers

from helpers import models
from tests.check_cases.forms import answers, with_, without_first

RATES = {0.01: "crawls", 0.4: "settles", 0.97: "bounces", 1.1: "flies off"}
LOSSES = {
    "one-hot labels, softmax of 10": "categorical_crossentropy",
    "labels 0 to 9, softmax of 10": "sparse_categorical_crossentropy",
    "labels 0 or 1, one sigmoid": "binary_crossentropy",
    "the price of a house, one number": "mean_squared_error",
}
CURVES = {"A": "overfitting", "B": "underfitting", "C": "neither"}
CURES = {
    "more training images": "overfitting",
    "more epochs": "underfitting",
    "dropout": "overfitting",
    "more filters": "underfitting",
    "augmentation": "overfitting",
    "stopping earlier": "overfitting",
}
DROPOUT = {
    "in training, a random part of the numbers is set to 0": True,
    "in prediction, a random part of the numbers is set to 0": False,
    "a validation loss below the training loss shows a mistake in the code": False,
    "the training loss is a mean over an epoch in which the network still improves": True,
    "a neuron that was dropped once is lost": False,
}
LOG = {
    "loss": [1.9, 1.5, 1.2, 1.0, 0.8],
    "accuracy": [0.3, 0.4, 0.5, 0.6, 0.7],
    "val_loss": [1.8, 1.5, 1.4, 1.45, 1.6],
    "val_accuracy": [0.3, 0.4, 0.45, 0.47, 0.46],
}


def tiny(optimizer="adam", loss="categorical_crossentropy", metrics=("accuracy",), **options):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(10, activation="softmax")])
    model.compile(optimizer, loss=loss, metrics=list(metrics) or None, **options)
    return model


def objects():
    return answers(
        tiny(
            keras.optimizers.Adam(0.001),
            keras.losses.CategoricalCrossentropy(),
            [keras.metrics.CategoricalAccuracy()],
        )
    )


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


def built(steps, name="cifar_model_dropout"):
    def create():
        tensor = inputs = keras.Input((32, 32, 3))
        for step in steps:
            tensor = step(tensor)
        return keras.Model(inputs, tensor, name=name)

    return answers(create)


def changed(place, *steps, drop=1):
    chain = blocks()
    chain[place : place + drop] = steps
    return built(chain)


def moved_after_the_output():
    chain = blocks()
    chain.append(chain.pop(5))
    return built(chain)


def with_one_pooling():
    chain = blocks()
    chain[3] = chain[1]
    return built(chain)


def stops():
    return layers.Conv2D(16, 3)(keras.Input(32, 32, 3))


def gives_a_tensor():
    return layers.Flatten()(keras.Input((32, 32, 3)))


def untouched():
    inputs = keras.Input((32, 32, 3))
    x = ...
    return keras.Model(inputs, x)


def stated(place, answer):
    return answers(with_(DROPOUT, list(DROPOUT)[place], answer))


SOFTMAX_FORGOTTEN = changed(7, layers.Dense(10))
NO_BIAS = changed(4, layers.Conv2D(64, 3, activation="relu", use_bias=False))

CASES = {
    "gradient_step": (
        [answers(-2.4, 1.04, 0.1936), answers(gradient=-2.4, new_weight=1.04, new_loss=0.44**2)],
        {
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
        [answers(..., ..., ...), answers(-2.4, ..., ...)],
    ),
    "learning_rates": (
        [answers(RATES)],
        {
            "a rate left out": answers(without_first(RATES)),
            "none of the four words": answers(with_(RATES, 0.4, "good")),
            "the smallest rate thought to arrive": answers(with_(RATES, 0.01, "settles")),
            "the good rate not recognised": answers(with_(RATES, 0.4, "bounces")),
            "the large rate thought to fly off": answers(with_(RATES, 0.97, "flies off")),
            "the largest rate thought to stay": answers(with_(RATES, 1.1, "bounces")),
        },
        [answers(dict.fromkeys(RATES, ...))],
    ),
    "losses": (
        [answers(LOSSES)],
        {
            "a case left out": answers(without_first(LOSSES)),
            "a loss that is not among the four": answers(
                with_(LOSSES, "labels 0 or 1, one sigmoid", "hinge")
            ),
            "the sparse loss for one-hot labels": answers(
                with_(LOSSES, "one-hot labels, softmax of 10", "sparse_categorical_crossentropy")
            ),
            "the loss of one-hot labels for whole numbers": answers(
                with_(LOSSES, "labels 0 to 9, softmax of 10", "categorical_crossentropy")
            ),
            "a loss of many classes for a single sigmoid": answers(
                with_(LOSSES, "labels 0 or 1, one sigmoid", "categorical_crossentropy")
            ),
            "a loss of classes for a price": answers(
                with_(LOSSES, "the price of a house, one number", "binary_crossentropy")
            ),
        },
        [answers(dict.fromkeys(LOSSES, ...))],
    ),
    "compile_model": (
        [
            answers(tiny()),
            objects(),
            answers(tiny(loss=keras.losses.categorical_crossentropy, metrics=["acc"])),
        ],
        {
            "what compile returned instead of the model": answers("compiled"),
            "not compiled yet": answers(models.create_model_intro()),
            "another optimizer": answers(tiny("sgd")),
            "another learning rate": answers(tiny(keras.optimizers.Adam(0.1))),
            "the sparse loss for one-hot labels": answers(tiny(loss="sparse_categorical_crossentropy")),
            "another loss": answers(tiny(loss="mean_squared_error")),
            "probabilities taken for logits": answers(
                tiny(loss=keras.losses.CategoricalCrossentropy(from_logits=True))
            ),
            "no metric": answers(tiny(metrics=())),
            "another metric": answers(tiny(metrics=["mean_squared_error"])),
        },
        [answers(...), answers(None)],
    ),
    "fit": (
        [history(), history(names=("loss", "val_loss"))],
        {
            "the model instead of the history": answers(tiny()),
            "something that is no history": answers(LOG),
            "another number of epochs": history(epochs=1),
            "the batch size left at 32": history(steps=32),
            "another batch size": history(steps=1000),
            "no validation data": history(names=("loss", "accuracy")),
        },
        [answers(...)],
    ),
    "read_curves": (
        [answers(CURVES)],
        {
            "a history left out": answers(without_first(CURVES)),
            "none of the three words": answers(with_(CURVES, "C", "good")),
            "a rising validation loss not taken for overfitting": answers(with_(CURVES, "A", "underfitting")),
            "high and falling losses not taken for underfitting": answers(with_(CURVES, "B", "overfitting")),
            "a training that ends in time not recognised": answers(with_(CURVES, "C", "overfitting")),
        },
        [answers(dict.fromkeys(CURVES, ...))],
    ),
    "best_epoch": (
        [answers(3, LOG), answers(epoch=3.0, history=LOG)],
        {
            "the loss instead of the epoch": answers(1.4, LOG),
            "counted from 0": answers(2, LOG),
            "the last epoch": answers(5, LOG),
            "the epoch of the highest validation accuracy": answers(4, LOG),
            "another epoch": answers(1, LOG),
        },
        [answers(..., LOG)],
    ),
    "remedies": (
        [answers(CURES)],
        {
            "a change left out": answers(without_first(CURES)),
            "neither of the two words": answers(with_(CURES, "dropout", "both")),
            "more images against underfitting": answers(with_(CURES, "more training images", "underfitting")),
            "more epochs against overfitting": answers(with_(CURES, "more epochs", "overfitting")),
            "dropout against underfitting": answers(with_(CURES, "dropout", "underfitting")),
            "more filters against overfitting": answers(with_(CURES, "more filters", "overfitting")),
            "augmentation against underfitting": answers(with_(CURES, "augmentation", "underfitting")),
            "stopping earlier against underfitting": answers(
                with_(CURES, "stopping earlier", "underfitting")
            ),
        },
        [answers(dict.fromkeys(CURES, ...))],
    ),
    "early_stopping": (
        [early()],
        {
            "the class instead of a callback": answers(keras.callbacks.EarlyStopping),
            "another callback": answers(keras.callbacks.ModelCheckpoint("best.keras")),
            "watching the training loss": early(monitor="loss"),
            "watching something else": early(monitor="val_accuracy", mode="max"),
            "another patience": early(patience=0),
            "the best weights not restored": early(restore_best_weights=False),
        },
        [answers(...)],
    ),
    "create_model_dropout": (
        [answers(models.create_model_dropout), built(blocks()), answers(models.create_model_dropout())],
        {
            "an error inside the function": answers(stops),
            "a tensor instead of a model": answers(gives_a_tensor),
            "dropout forgotten": changed(5),
            "dropout after the output": moved_after_the_output(),
            "another rate": built(blocks(rate=0.25)),
            "one pooling layer used twice": with_one_pooling(),
            "the third convolution forgotten": changed(4),
            "a pooling layer too many": changed(5, layers.MaxPooling2D(), layers.Dropout(0.5)),
            "a dense layer too many": changed(6, layers.Flatten(), layers.Dense(64, activation="relu")),
            "softmax forgotten": SOFTMAX_FORGOTTEN,
            "the biases left out": NO_BIAS,
            "a name forgotten": built(blocks(), name="my_model"),
        },
        [answers(untouched), answers(...)],
    ),
    "dropout_and_curves": (
        [answers(DROPOUT)],
        {
            "a statement left out": answers(without_first(DROPOUT)),
            "an answer that is neither True nor False": stated(0, "yes"),
            "training thought to use the whole network": stated(0, False),
            "prediction thought to drop neurons": stated(1, True),
            "validation below training taken for a mistake": stated(2, True),
            "the mean over the epoch forgotten": stated(3, False),
            "dropped neurons thought lost": stated(4, True),
        },
        [answers(dict.fromkeys(DROPOUT, ...))],
    ),
}
