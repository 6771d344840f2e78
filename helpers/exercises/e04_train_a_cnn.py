"""Exercises of episode 4: compiling, fitting, reading the curves, dropout."""

import inspect

from helpers.exercises.engine import exercise
from helpers.exercises.keras_layers import (
    HIDDEN,
    OUTPUT,
    Wanted,
    convolution,
    learners_model,
    parameters_and_name,
    path,
    path_differences,
)
from helpers.exercises.parsing import number, shown
from helpers.histories import history_table

IMAGES, BATCH_SIZE, EPOCHS = 1_000, 64, 2
DROPOUT = Wanted("Dropout", {"rate": 0.5})
LAYERS = (*HIDDEN[:4], convolution(64), DROPOUT, HIDDEN[4], OUTPUT)


@exercise("model : keras.Model")
def compile_model(model):
    """Check a network compiled with Adam, categorical crossentropy and accuracy."""
    yield not hasattr(model, "compile"), f"{shown(model)} is no network: hand over the model itself."
    config = model.get_compile_config() if getattr(model, "optimizer", None) else {}
    yield not config, "The model is not compiled yet: call model.compile(...) first."
    optimizer, rate = type(model.optimizer).__name__, float(model.optimizer.learning_rate)
    yield optimizer != "Adam", f"The optimizer is {optimizer}: the task asks for Adam."
    yield abs(rate - 0.001) > 1e-6, f"The learning rate is {rate:g}: the task asks for 0.001."
    loss, options = _name_and_options(config.get("loss"))
    is_sparse = loss == "sparsecategoricalcrossentropy"
    yield is_sparse, "The sparse loss wants whole numbers: our labels are one-hot."
    yield loss != "categoricalcrossentropy", "For ten classes with one-hot labels: categorical crossentropy."
    logits = options.get("from_logits")
    yield logits, "from_logits=True expects numbers before softmax: this network ends with softmax."
    metrics = [_name_and_options(metric)[0] for metric in config.get("metrics") or []]
    yield not metrics, 'There is no metric: add metrics=["accuracy"], a list.'
    other = not {"accuracy", "acc", "categoricalaccuracy"} & set(metrics)
    yield other, f"The metric is {metrics[0] if metrics else ''}: the task asks for the accuracy."
    return "Adam, categorical crossentropy, accuracy: the network is ready to be trained."


def _name_and_options(entry):
    """Name of a loss or metric in small letters without underscores, and its settings."""
    if not isinstance(entry, dict):
        return str(entry).replace("_", "").lower(), {}
    config = entry.get("config")
    options = config if isinstance(config, dict) else {}
    name = config if isinstance(config, str) else entry.get("class_name")
    return str(name).replace("_", "").lower(), options


@exercise("history : keras.callbacks.History")
def fit(history):
    """Check a training of 2 epochs on 1,000 images in batches of 64, with validation data."""
    yield hasattr(history, "fit"), "That is the model: keep what fit returns, history = model.fit(...)."
    no_history = not hasattr(history, "params") or not hasattr(history, "epoch")
    yield no_history, f"{shown(history)} is no History: hand over what model.fit(...) returns."
    epochs, steps = len(history.epoch), history.params.get("steps")
    yield epochs != EPOCHS, f"It trained for {epochs} epoch(s): the task asks for epochs={EPOCHS}."
    yield steps == -(-IMAGES // 32), "It took batches of 32, Keras's default: add batch_size=64."
    other_steps = steps != -(-IMAGES // BATCH_SIZE)
    yield other_steps, f"An epoch had {steps} steps: with 1,000 images in batches of 64 there are 16."
    yield "val_loss" not in history.history, "There is no val_loss: add validation_data=(x_val, y_val)."
    return "16 steps an epoch (the last batch holds 40 images), and validation after each epoch."


@exercise("epoch : int; history : pandas.DataFrame, keras.callbacks.History or dict of lists")
def best_epoch(epoch, history):
    """Check the epoch after which a training should have stopped: that of the lowest validation loss."""
    table = history_table(history)
    best, epoch = int(table.val_loss.idxmin()), number(epoch, "epoch")
    yield epoch != int(epoch), f"{epoch:g} is a loss: the task asks for the epoch where it stands."
    yield epoch == best - 1, "Counted from 0: epochs are counted from 1, as in the table."
    yield epoch == len(table) != best, "That is the last epoch: by then the validation loss has risen."
    highest = epoch == table.val_accuracy.idxmax() != best
    yield highest, "There the accuracy is highest: the task asks for the lowest validation loss."
    yield epoch != best, f"Not epoch {epoch:g}: look for the smallest number in the column val_loss."
    return f"Epoch {best}: later epochs only make the network surer of its mistakes."


@exercise("function : callable or keras.Model")
def create_model_dropout(function):
    """Check the network with dropout: 33,834 parameters, named "cifar_model_dropout"."""
    model = yield from learners_model(function, "keras.Model(inputs, outputs, name=...)")
    steps = path(model)
    rates = [step.layer.rate for step in steps if step.kind == "Dropout"]
    yield not rates, "There is no Dropout on the way from the input to the output."
    yield steps[-1].kind == "Dropout", "Dropout after the output deletes answers: it belongs before Flatten."
    yield rates != [0.5] and len(rates) == 1, f"The rate is {rates[0]:g}: half of the numbers is 0.5."
    yield from path_differences(steps, LAYERS)
    yield from parameters_and_name(model, 33_834, "cifar_model_dropout")
    return "33,834 parameters, less than half of the first network; dropout itself has none."


@exercise("callback : keras.callbacks.EarlyStopping")
def early_stopping(callback):
    """Check an EarlyStopping on the validation loss, with a patience of 3, that restores the best weights."""
    is_class = inspect.isclass(callback)
    yield is_class, "That is the class itself: write keras.callbacks.EarlyStopping(...) with brackets."
    kind = type(callback).__name__
    yield kind != "EarlyStopping", f"{kind} is another thing: use keras.callbacks.EarlyStopping."
    watched = callback.monitor
    yield watched in ("loss", "accuracy"), f'It watches "{watched}", which keeps improving when it overfits.'
    yield watched != "val_loss", f'It watches "{watched}": the task asks for monitor="val_loss".'
    yield callback.patience != 3, f"Its patience is {callback.patience} epochs: the task asks for 3."
    not_restored = not callback.restore_best_weights
    yield not_restored, "The network would keep the weights of its last epoch: add restore_best_weights=True."
    return "It waits three epochs for a better validation loss, then goes back to the best one."
