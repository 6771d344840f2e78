"""Exercises of episode 4 on training: what `fit` was given, and how its curves are read."""

import inspect

from helpers.checks.answers import assigned, number, shown
from helpers.checks.machinery import exercise
from helpers.plotting.curves import history_table

IMAGES, BATCH_SIZE, EPOCHS = 1_000, 64, 2


@exercise
def fit(history):
    """Check a training of 2 epochs on 1,000 images in batches of 64, with validation data.

    Parameters
    ----------
    history : keras.callbacks.History
        What `fit` returned.

    Notes
    -----
    Mistakes it recognises:

    * the model instead of the history
    * something that is no history
    * another number of epochs
    * the batch size left at 32
    * another batch size
    * no validation data
    """
    yield hasattr(history, "fit"), "That is the model: keep what fit returns, history = model.fit(...)."
    yield (
        not hasattr(history, "params") or not hasattr(history, "epoch"),
        f"{shown(history)} is no History: hand over what model.fit(...) returns.",
    )
    epochs, steps = len(history.epoch), history.params.get("steps")
    yield epochs != EPOCHS, f"It trained for {epochs} epoch(s): the task asks for epochs={EPOCHS}."
    yield steps == -(-IMAGES // 32), "It took batches of 32, Keras's default: add batch_size=64."
    yield (
        steps != -(-IMAGES // BATCH_SIZE),
        f"An epoch had {steps} steps: with 1,000 images in batches of 64 there are 16.",
    )
    yield "val_loss" not in history.history, "There is no val_loss: add validation_data=(x_val, y_val)."
    return "16 steps an epoch (the last batch holds 40 images), and validation after each epoch."


@exercise
def read_curves(answers):
    """Check which of three real histories shows overfitting, which underfitting, and which neither.

    Parameters
    ----------
    answers : dict of str to str
        "A", "B" and "C", each with "overfitting", "underfitting" or "neither".

    Notes
    -----
    Mistakes it recognises:

    * a history left out
    * none of the three words
    * a rising validation loss not taken for overfitting
    * high and falling losses not taken for underfitting
    * a training that ends in time not recognised
    """
    key = {
        "A": ("overfitting", "its validation loss rises while its training loss falls."),
        "B": ("underfitting", "both losses are high, close together, and still falling when it ends."),
        "C": ("neither", "both losses lie close together and have levelled off, and neither rises."),
    }
    yield from assigned(answers, key)
    return "Rising validation loss: overfitting. Both high and falling: underfitting."


@exercise
def best_epoch(epoch, history):
    """Check the epoch after which a training should have stopped: that of the lowest validation loss.

    Parameters
    ----------
    epoch : int
        Counted from 1.
    history : pandas.DataFrame, keras.callbacks.History or dict of lists
        The training it belongs to.

    Notes
    -----
    Mistakes it recognises:

    * the loss instead of the epoch
    * counted from 0
    * the last epoch
    * the epoch of the highest validation accuracy
    * another epoch
    """
    table = history_table(history)
    best, epoch = int(table.val_loss.idxmin()), number(epoch, "epoch")
    yield epoch != int(epoch), f"{epoch:g} is a loss: the task asks for the epoch where it stands."
    yield epoch == best - 1, "Counted from 0: epochs are counted from 1, as in the table."
    yield epoch == len(table) != best, "That is the last epoch: by then the validation loss has risen."
    yield (
        epoch == table.val_accuracy.idxmax() != best,
        "There the accuracy is highest: the task asks for the lowest validation loss.",
    )
    yield epoch != best, f"Not epoch {epoch:g}: look for the smallest number in the column val_loss."
    return f"Epoch {best}: later epochs only make the network surer of its mistakes."


@exercise
def cures(answers):
    """Check against what each change helps.

    Parameters
    ----------
    answers : dict of str to str
        "more training images", "more epochs", "dropout", "more filters", "augmentation" and "stopping
        earlier", each with "overfitting" or "underfitting".

    Notes
    -----
    Mistakes it recognises:

    * a change left out
    * neither of the two words
    * more images against underfitting
    * more epochs against overfitting
    * dropout against underfitting
    * more filters against overfitting
    * augmentation against underfitting
    * stopping earlier against underfitting
    """
    key = {
        "more training images": ("overfitting", "more images are harder to learn by heart."),
        "more epochs": ("underfitting", "more epochs give it time to learn what it has not learned yet."),
        "dropout": ("overfitting", "dropout holds a network back, which is no help if it learns too little."),
        "more filters": ("underfitting", "a larger network can learn more, by heart too."),
        "augmentation": ("overfitting", "changed images are harder to learn by heart."),
        "stopping earlier": ("overfitting", "it ends the training before the validation loss rises."),
    }
    yield from assigned(answers, key)
    return "Against overfitting: more data or less freedom. Against underfitting: more time or size."


@exercise
def early_stopping(callback):
    """Check an EarlyStopping on the validation loss, with a patience of 3, that restores the best weights.

    Parameters
    ----------
    callback : keras.callbacks.EarlyStopping
        The callback, before or after a training.

    Notes
    -----
    Mistakes it recognises:

    * the class instead of a callback
    * another callback
    * watching the training loss
    * watching something else
    * another patience
    * the best weights not restored
    """
    yield (
        inspect.isclass(callback),
        "That is the class itself: write keras.callbacks.EarlyStopping(...) with brackets.",
    )
    kind = type(callback).__name__
    yield kind != "EarlyStopping", f"{kind} is another thing: use keras.callbacks.EarlyStopping."
    watched = callback.monitor
    yield watched in ("loss", "accuracy"), f'It watches "{watched}", which keeps improving when it overfits.'
    yield watched != "val_loss", f'It watches "{watched}": the task asks for monitor="val_loss".'
    yield callback.patience != 3, f"Its patience is {callback.patience} epochs: the task asks for 3."
    yield (
        not callback.restore_best_weights,
        "The network would keep the weights of its last epoch: add restore_best_weights=True.",
    )
    return "It waits three epochs for a better validation loss, then goes back to the best one."
