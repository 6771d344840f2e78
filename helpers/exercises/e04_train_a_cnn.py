"""Exercises of episode 4: compile and fit, learning curves, early stopping, dropout."""

import inspect

import numpy as np

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
from helpers.exercises.parsing import call, compare_number, number
from helpers.histories import history_table

IMAGES, BATCH_SIZE, EPOCHS = 500, 50, 3
DROPOUT = Wanted("Dropout", {"rate": 0.5})
LAYERS = (*HIDDEN[:4], convolution(64), DROPOUT, HIDDEN[4], OUTPUT)


@exercise("function : callable; n_steps : int")
def repaired_training(function, n_steps):
    """Check three repairs of a training run, and how many steps it takes; nothing is trained."""
    model, seen = _watched_model()
    call(function, model)
    fits = [options for kind, options in seen if kind == "fit"]
    alone = "leaves its argument alone: it has to compile and train the model that it gets"
    yield not seen, f"The function {alone}."
    yield not fits, "The function compiles the model, but does not train it: call model.fit(...)."
    yield getattr(model, "optimizer", None) is None, "The function trains a model that is not compiled."
    yield from _compile_mistakes(model, [options for kind, options in seen if kind == "compile"][-1])
    yield from _fit_mistakes(fits[-1])
    near_misses = {
        "n_steps is that of one epoch: how many epochs are there?": 10,
        "n_steps counts the images that it sees: a step takes a whole batch of them.": 1500,
        "n_steps is the batch size times the epochs: divide the images into batches first.": 150,
        "n_steps counts the epochs: each of them has several steps.": 3,
    }
    yield from compare_number(n_steps, "n_steps", 30, near_misses, "500 images, batches of 50, 3 epochs.")
    return "10 steps in each of 3 epochs: rate, loss and validation images are as planned."


def _watched_model():
    """Make a network that notes how it is compiled and trained, and trains in no time: not at all."""
    import keras

    from helpers.models import create_model_intro

    model, seen = create_model_intro(), []
    compile_it, signature = model.compile, inspect.signature(keras.Model.fit)

    def compile_and_note(*arguments, **named):
        seen.append(("compile", named))
        return compile_it(*arguments, **named)

    def note(*arguments, **named):
        options = signature.bind(model, *arguments, **named).arguments
        seen.append(("fit", options))
        history = keras.callbacks.History()
        names = ["loss", "accuracy", "val_loss", "val_accuracy"]
        history.history = {name: [0.0] * int(options.get("epochs", 1)) for name in names}
        history.epoch = list(range(int(options.get("epochs", 1))))
        model.history = history  # as fit does
        return history

    model.compile, model.fit = compile_and_note, note
    return model, seen


def _compile_mistakes(model, compiled):
    named = {"loss": compiled.get("loss"), "a metric": compiled.get("metrics")}
    classes = [name for name, value in named.items() if any(map(inspect.isclass, np.ravel([value]).tolist()))]
    yield classes, f"{classes and classes[0]} is a class: write brackets after its name."
    config = model.get_compile_config()
    optimizer, rate = type(model.optimizer).__name__, float(model.optimizer.learning_rate)
    yield optimizer != "Adam", f"The optimizer is {optimizer}: the plan asks for Adam."
    yield abs(rate - 0.001) > 1e-6, f"The learning rate is {rate:g}: which one is usual for Adam?"
    loss, options = _name_and_options(config.get("loss"))
    is_sparse = loss == "sparsecategoricalcrossentropy"
    yield is_sparse, "The sparse loss expects whole numbers: print one of our labels."
    yield loss == "meansquarederror", "The mean squared error is a loss for quantities: these are classes."
    other = loss != "categoricalcrossentropy"
    yield other, f"The loss is {loss}: which one fits ten classes, one-hot encoded?"
    logits = options.get("from_logits")
    yield logits, "from_logits=True expects numbers before softmax: this network ends with softmax."
    metrics = [_name_and_options(metric)[0] for metric in config.get("metrics") or []]
    yield not metrics, 'There is no metric: leave metrics=["accuracy"] as it is.'
    exact = "accuracy" in metrics and isinstance((config.get("metrics") or [None])[0], dict)
    yield exact, 'The class Accuracy asks whether probabilities equal labels: write "accuracy".'
    other = not {"accuracy", "acc", "categoricalaccuracy"} & set(metrics)
    yield other, f"The metric is {metrics[0] if metrics else ''}: the plan asks for the accuracy."


def _name_and_options(entry):
    """Name of a loss or metric in small letters without underscores, and its settings."""
    config = entry.get("config") if isinstance(entry, dict) else entry
    name, options = (entry.get("class_name"), config) if isinstance(config, dict) else (config, {})
    return str(name).replace("_", "").lower(), options


def _fit_mistakes(options):
    given = (options.get("x"), options.get("validation_data"))
    yield any(hasattr(part, "element_spec") for part in given), "A data set works too; here hand over arrays."
    images, epochs = np.asarray(given[0]), options.get("epochs", 1)
    n_images = len(images)
    yield n_images != IMAGES, f"It learns from {n_images:,} images: the plan asks for the first {IMAGES}."
    size = options.get("batch_size") or 32
    yield size != BATCH_SIZE, f"The batch size is {size}: the plan asks for {BATCH_SIZE}."
    yield epochs != EPOCHS, f"It trains for {epochs} epoch(s): the plan asks for {EPOCHS}."
    validation = options.get("validation_data")
    split = options.get("validation_split")
    yield split and validation is None, "validation_split takes training images away: use x_val and y_val."
    yield validation is None, "Nothing is validated: add validation_data=(..., ...)."
    is_pair = isinstance(validation, tuple | list) and len(validation) == 2
    yield not is_pair, "validation_data is a pair: images and labels, in round brackets."
    known = {image.tobytes() for image in images}
    val_images, val_labels = (np.asarray(part) for part in validation)
    swapped = val_images.ndim == 2 and val_labels.ndim == 4
    yield swapped, "validation_data has the labels first: fit expects the images first."
    again = sum(image.tobytes() in known for image in val_images) > 0.1 * len(val_images)
    yield again, "It is validated on images that it learns from: which ones are new to it?"
    n_images, n_labels = len(val_images), len(val_labels)
    yield n_images != n_labels, f"It is validated on {n_images:,} images with {n_labels:,} labels."
    learned = np.array_equal(val_labels, np.asarray(options.get("y"))[:n_labels])
    where = "take the labels of the validation images"
    yield learned, f"The validation labels are those of training images: {where}."


@exercise("best_epoch : int; training_change, validation_change : float; history : History or DataFrame")
def read_curves(best_epoch, training_change, validation_change, history):
    """Check what a learner reads from the curves: the best epoch, and how both losses changed after it."""
    table = history_table(history)
    best, epoch = int(table.val_loss.idxmin()), number(best_epoch, "best_epoch")
    is_loss = epoch != int(epoch)
    yield is_loss, f"best_epoch is {epoch:g}, a loss: the task asks for the epoch in which it occurs."
    yield epoch == best - 1, "best_epoch is one too small: the table counts epochs from 1."
    yield epoch == len(table) != best, "best_epoch is the last epoch: was the validation loss never lower?"
    yield epoch == table.loss.idxmin() != best, "best_epoch: that is where the training loss is lowest."
    highest = epoch == table.val_accuracy.idxmax() != best
    yield highest, "best_epoch: there the accuracy is highest. The task asks for the lowest validation loss."
    yield epoch != best, f"best_epoch is not {epoch:g}: look for the smallest number in the column val_loss."
    changes = {}
    changed = {"training_change": training_change, "validation_change": validation_change}
    for (name, value), column in zip(changed.items(), ("loss", "val_loss"), strict=True):
        values = table[column]
        right = changes[column] = float(values.iloc[-1] - values[best])
        whole = float(values.iloc[-1] - values.iloc[0])
        near_misses = {
            f"{name} has the wrong sign: last epoch minus best epoch.": -right,
            f"{name} compares the last epoch with the first: compare it with the best epoch.": whole,
            f"{name} is the loss itself: subtract that of the best epoch.": float(values.iloc[-1]),
        }
        hint = f"{column} in the last epoch minus {column} in epoch {best}."
        yield from compare_number(value, name, right, near_misses, hint, atol=0.0015)
    fell, rose = -changes["loss"], changes["val_loss"]
    if best == len(table):
        return "The last epoch is the best one: this run shows no overfitting yet, it could go on."
    return f"After epoch {best} the training loss fell by {fell:.2f}; the validation loss rose by {rose:.2f}."


@exercise("patience_1, patience_3 : int; history : History or DataFrame")
def early_stopping(patience_1, patience_3, history):
    """Check after which epoch early stopping ends a training run, with a patience of 1 and of 3."""
    losses = history_table(history).val_loss.tolist()
    for patience, value in ((1, patience_1), (3, patience_3)):
        name, (stop, best) = f"patience_{patience}", _stop(losses, patience)
        of_all, in_all = int(np.argmin(losses)) + 1 + patience, _stop(losses, patience, in_a_row=False)[0]
        near_misses = {
            f"{name} is the last epoch: the run ends earlier.": len(losses),
            f"{name} is the best epoch so far: how long does early stopping wait after it?": best,
            f"{name} counts from the lowest loss of all: would the run have ended before that?": of_all,
            f"{name} is one too few: count from the epoch after the best so far.": stop - 1,
            f"{name} is one too many: it stops at the end of the last epoch that it waits for.": stop + 1,
            f"{name} adds up all epochs without a new best: a new best starts the count again.": in_all,
        }
        hint = "go through val_loss epoch by epoch. How long is it since the lowest value so far?"
        yield from compare_number(value, name, stop, near_misses, hint)
    return "With a patience of 1, one unlucky epoch ends the run, and a lower loss is missed."


def _stop(losses, patience, in_a_row=True):
    """Find the epoch after which early stopping ends a training run, and the best epoch by then."""
    best = waited = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or epoch == 0:
            best, waited = epoch, waited * (not in_a_row)
        else:
            waited += 1
        if waited >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


@exercise("function : callable or keras.Model")
def create_model_dropout(function):
    """Check the network with dropout: 33,834 parameters, named "cifar_model_dropout"."""
    model = yield from learners_model(function, "keras.Model(inputs, outputs, name=...)")
    steps = path(model)
    rates = [step.layer.rate for step in steps if step.kind == "Dropout"]
    yield not rates, "There is no Dropout on the way from the input to the output."
    yield steps[-1].kind == "Dropout", "Dropout after the output deletes answers: it belongs before Flatten."
    yield rates != [0.5] and len(rates) == 1, f"The rate is {rates[0]:g}: the exercise asks for half."
    yield from path_differences(steps, LAYERS)
    yield from parameters_and_name(model, 33_834, "cifar_model_dropout")
    return "33,834 parameters, less than half of the first network; dropout itself has none."
