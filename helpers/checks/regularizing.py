"""Exercises of episode 4 on dropout."""

from helpers.checks.answers import assigned, call
from helpers.checks.machinery import exercise
from helpers.checks.networks import HIDDEN, OUTPUT, Wanted, convolution, is_tensor, path, path_differences

DROPOUT = Wanted("Dropout", {"rate": 0.5})
LAYERS = (*HIDDEN[:4], convolution(64), DROPOUT, HIDDEN[4], OUTPUT)


@exercise
def create_model_dropout(function):
    """Check the network with dropout: 33,834 parameters, named "cifar_model_dropout".

    Parameters
    ----------
    function : callable or keras.Model
        The learner's function without arguments, or the model that it returns.

    Notes
    -----
    Mistakes it recognises:

    * an error inside the function
    * a tensor instead of a model
    * dropout forgotten
    * dropout after the output
    * another rate
    * one pooling layer used twice
    * the third convolution forgotten
    * a pooling layer too many
    * a dense layer too many
    * softmax forgotten
    * the biases left out
    * a name forgotten
    """
    model = function if hasattr(function, "layers") else call(function)
    yield is_tensor(model), "It returns a tensor: wrap it, keras.Model(inputs, outputs, name=...)."
    steps = path(model)
    rates = [step.layer.rate for step in steps if step.kind == "Dropout"]
    yield not rates, "There is no Dropout on the way from the input to the output."
    yield (
        steps[-1].kind == "Dropout",
        "Dropout after the output deletes answers: it belongs before Flatten.",
    )
    yield rates != [0.5] and len(rates) == 1, f"The rate is {rates[0]:g}: half of the numbers is 0.5."
    yield from path_differences(steps, LAYERS)
    parameters = model.count_params()
    yield (
        parameters != 33_834,
        f"It has {parameters:,} parameters, not 33,834: does each layer have its biases?",
    )
    yield (
        model.name != "cifar_model_dropout",
        f'Its name is "{model.name}": add name="cifar_model_dropout" to keras.Model.',
    )
    return "33,834 parameters, less than half of the first network; dropout itself has none."


@exercise
def dropout_and_curves(answers):
    """Check what is true of dropout and its learning curves.

    Parameters
    ----------
    answers : dict of str to bool
        Five statements, each with True or False.

    Notes
    -----
    Mistakes it recognises:

    * a statement left out
    * an answer that is neither True nor False
    * training thought to use the whole network
    * prediction thought to drop neurons
    * validation below training taken for a mistake
    * the mean over the epoch forgotten
    * dropped neurons thought lost
    """
    key = {
        "in training, a random part of the numbers is set to 0": (
            True,
            "that is what dropout does, in every step with other numbers.",
        ),
        "in prediction, a random part of the numbers is set to 0": (
            False,
            "look at the two printed rows again: predicting leaves every number as it is.",
        ),
        "a validation loss below the training loss shows a mistake in the code": (
            False,
            "training is measured with dropout at work, validation without.",
        ),
        "the training loss is a mean over an epoch in which the network still improves": (
            True,
            "it is collected batch by batch; validation is measured once, at the end.",
        ),
        "a neuron that was dropped once is lost": (
            False,
            "it is off for one step only; the next step draws again.",
        ),
    }
    yield from assigned(answers, key)
    return "Off in training, on in prediction: that is why the training numbers can look worse."
