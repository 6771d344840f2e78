"""Exercises of episode 4 on gradient descent, losses and compiling."""

from helpers.checks.answers import assigned, known, number, shown
from helpers.checks.machinery import exercise

LOSSES = {
    "one-hot labels, softmax of 10": (
        "categorical_crossentropy",
        "each label is a row with a single one, and the loss compares it with the row of probabilities.",
    ),
    "labels 0 to 9, softmax of 10": (
        "sparse_categorical_crossentropy",
        "the label is one whole number: the sparse loss looks up the probability at that place.",
    ),
    "labels 0 or 1, one sigmoid": (
        "binary_crossentropy",
        "two classes and a single probability: that is the binary loss.",
    ),
    "the price of a house, one number": (
        "mean_squared_error",
        "a price is no class: the loss measures how far the number is off.",
    ),
}


@exercise
def gradient_step(gradient, new_weight, new_loss):
    """Check one step of gradient descent by hand: x = 1.5, w = 0.8, t = 2, R = 0.1.

    Parameters
    ----------
    gradient : float
        dJ/dw of J = (t - w x)^2.
    new_weight : float
        The weight after the step.
    new_loss : float
        The loss with the new weight.

    Notes
    -----
    Mistakes it recognises:

    * the sign of the gradient turned
    * the factor 2 forgotten
    * the input forgotten
    * another gradient
    * a step uphill
    * the learning rate forgotten
    * another weight
    * the loss before the step
    * the loss not squared
    * another loss
    """
    gradient, weight = number(gradient, "gradient"), number(new_weight, "new_weight")
    mistakes = {
        "The sign is turned: t is above y, so a larger weight makes the loss smaller.": 2.4,
        "The square brings a factor 2: dJ/dw = -2 (t - y) x.": -1.2,
        "The input is missing: the answer is w times x, so the chain rule brings a factor x.": -1.6,
    }
    yield from known(gradient, -2.4, "The gradient", mistakes, "compute y = w x first, then -2 (t - y) x.")
    mistakes = {
        "That step goes uphill: subtract the rate times the gradient.": 0.56,
        "The learning rate is missing: the step is R times the gradient.": 3.2,
    }
    yield from known(weight, 1.04, "The new weight", mistakes, "w - R times the gradient.")
    mistakes = {
        "That is the loss before the step: use the new weight.": 0.64,
        "That is the difference t - y: the loss is its square.": 0.44,
    }
    loss = number(new_loss, "new_loss")
    yield from known(loss, 0.1936, "The new loss", mistakes, "(t - new weight times x) squared.")
    return "One step downhill: the loss falls from 0.64 to 0.19. Training repeats this thousands of times."


@exercise
def learning_rates(answers):
    """Check what four learning rates do on the curve J = (1 - w)^2 within twelve steps from w = -1.

    Parameters
    ----------
    answers : dict of float to str
        0.01, 0.4, 0.97 and 1.1, each with "crawls", "settles", "bounces" or "flies off".

    Notes
    -----
    Mistakes it recognises:

    * a rate left out
    * none of the four words
    * the smallest rate thought to arrive
    * the good rate not recognised
    * the large rate thought to fly off
    * the largest rate thought to stay
    """
    key = {
        0.01: ("crawls", "each step covers 2 % of the way that is left; after twelve most of it remains."),
        0.4: ("settles", "each step covers 80 % of the way that is left."),
        0.97: ("bounces", "each step lands on the other side, only a little nearer."),
        1.1: ("flies off", "each step lands farther away than it began."),
    }
    yield from assigned(answers, key)
    return "Too small wastes time, too large destroys: between them lies a wide range that works."


@exercise
def losses(answers):
    """Check which loss fits which labels and output.

    Parameters
    ----------
    answers : dict of str to str
        "one-hot labels, softmax of 10", "labels 0 to 9, softmax of 10", "labels 0 or 1, one sigmoid" and
        "the price of a house, one number", each with "categorical_crossentropy",
        "sparse_categorical_crossentropy", "binary_crossentropy" or "mean_squared_error".

    Notes
    -----
    Mistakes it recognises:

    * a case left out
    * a loss that is not among the four
    * the sparse loss for one-hot labels
    * the loss of one-hot labels for whole numbers
    * a loss of many classes for a single sigmoid
    * a loss of classes for a price
    """
    yield from assigned(answers, LOSSES)
    return "The loss must fit the form of the labels and the last layer; then the same network learns."


@exercise
def compile_model(model):
    """Check a network compiled with Adam, categorical crossentropy and accuracy.

    Parameters
    ----------
    model : keras.Model
        The network after `compile`.

    Notes
    -----
    Mistakes it recognises:

    * what compile returned instead of the model
    * not compiled yet
    * another optimizer
    * another learning rate
    * the sparse loss for one-hot labels
    * another loss
    * probabilities taken for logits
    * no metric
    * another metric
    """
    yield not hasattr(model, "compile"), f"{shown(model)} is no network: hand over the model itself."
    config = model.get_compile_config() if getattr(model, "optimizer", None) else {}
    yield not config, "The model is not compiled yet: call model.compile(...) first."
    optimizer, rate = type(model.optimizer).__name__, float(model.optimizer.learning_rate)
    yield optimizer != "Adam", f"The optimizer is {optimizer}: the task asks for Adam."
    yield abs(rate - 0.001) > 1e-6, f"The learning rate is {rate:g}: the task asks for 0.001."
    loss, options = _name_and_options(config.get("loss"))
    yield (
        loss == "sparsecategoricalcrossentropy",
        "The sparse loss wants whole numbers: our labels are one-hot.",
    )
    yield loss != "categoricalcrossentropy", "For ten classes with one-hot labels: categorical crossentropy."
    yield (
        options.get("from_logits"),
        "from_logits=True expects numbers before softmax: this network ends with softmax.",
    )
    metrics = [_name_and_options(metric)[0] for metric in config.get("metrics") or []]
    yield not metrics, 'There is no metric: add metrics=["accuracy"], a list.'
    yield (
        not {"accuracy", "acc", "categoricalaccuracy"} & set(metrics),
        f"The metric is {metrics[0] if metrics else ''}: the task asks for the accuracy.",
    )
    return "Adam, categorical crossentropy, accuracy: the network is ready to be trained."


def _name_and_options(entry):
    """Name of a loss or metric in small letters without underscores, and its settings."""
    if not isinstance(entry, dict):
        return str(entry).replace("_", "").lower(), {}
    config = entry.get("config")
    options = config if isinstance(config, dict) else {}
    name = config if isinstance(config, str) else entry.get("class_name")
    return str(name).replace("_", "").lower(), options
