"""How the best network learns: the rate, the optimizer, the loss, and a step back now and then."""

import keras

from helpers import takes

EPOCHS = 14
PEAK_RATE = 1.5
MOMENTUM = 0.85
WEIGHT_DECAY = 0.0089
LABEL_SMOOTHING = 0.2
BIAS_FACTOR = 64


@keras.saving.register_keras_serializable(package="course")
class TriangularRate(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises to its peak in a straight line and falls in another.

    Parameters
    ----------
    peak : float
        Highest learning rate.
    steps : int
        Steps of the whole training.
    peak_at : float in 0..1, default 0.23
        When the peak comes, as a fraction of all steps.
    start, end : float
        First and last learning rate, as fractions of the peak.
    """

    def __init__(self, peak, steps, peak_at=0.23, start=0.2, end=0.07):
        self.settings = {"peak": peak, "steps": steps, "peak_at": peak_at, "start": start, "end": end}

    def __call__(self, step):
        """Learning rate of a step."""
        peak, steps, peak_at, start, end = self.settings.values()
        done = keras.ops.minimum(keras.ops.cast(step, "float32") / steps, 1)
        rising = start + (1 - start) * done / peak_at
        falling = end + (1 - end) * (1 - done) / (1 - peak_at)
        return peak * keras.ops.minimum(rising, falling)

    def get_config(self):
        """Return what is needed to make it again."""
        return self.settings


@keras.saving.register_keras_serializable(package="course")
class QuickBiases(keras.optimizers.SGD):
    """Gradient descent that learns the biases of batch normalisation many times as fast as all else.

    They decide how often a feature is on; at the rate of the kernels they would lag behind.

    Parameters
    ----------
    learning_rate, **settings
        As for `keras.optimizers.SGD`.
    bias_factor : float, default 64
        How many times as fast.
    """

    def __init__(self, learning_rate=0.01, bias_factor=BIAS_FACTOR, **settings):
        super().__init__(learning_rate, **settings)
        self.bias_factor = bias_factor

    def apply(self, gradients, trainable_variables):
        """Change all weights by one step."""
        pairs = zip(gradients, trainable_variables, strict=True)
        gradients = [self.bias_factor * g if weights.name == "beta" else g for g, weights in pairs]
        super().apply(gradients, trainable_variables)

    def get_config(self):
        """Return what is needed to make it again."""
        return super().get_config() | {"bias_factor": self.bias_factor}


class Lookahead(keras.callbacks.Callback):
    """Draw the weights back, every five steps and after each epoch, towards a slow average of themselves.

    What one batch pushes one way and the next another averages out. The average is loose at first and stiff
    at the end. M. R. Zhang and others, "Lookahead optimizer: k steps forward, 1 step back", NeurIPS 2019.

    Parameters
    ----------
    steps : int
        Steps of the whole training.
    """

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_begin(self, logs=None):
        """Begin with the weights as they are."""
        self.slow = self.model.get_weights()

    def on_train_batch_end(self, batch, logs=None):
        """Take a step back now and then."""
        if (batch + 1) % 5 == 0 or batch + 1 == self.params["steps"]:
            done = min(int(self.model.optimizer.iterations) / self.steps, 1)
            stay = 0.95**5 * done**3
            pairs = zip(self.slow, self.model.get_weights(), strict=True)
            self.slow = [stay * slow + (1 - stay) * weights for slow, weights in pairs]
            self.model.set_weights(self.slow)


@takes.checked(
    model=takes.model_that("compile"),
    steps=takes.count(high=10**9),
    peak=takes.within(0, 1e6),
    label_smoothing=takes.SHARE,
    bias_factor=takes.within(0, 1e6),
)
def compile_best(model, steps, peak=PEAK_RATE, label_smoothing=LABEL_SMOOTHING, bias_factor=BIAS_FACTOR):
    """Compile for a training of so many steps, with batches of 1,024.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    steps : int
        Steps of the whole training: epochs x batches.
    peak : float, default 1.5
        Highest learning rate. A thousand images a step agree well on the direction, so steps may be long.
    label_smoothing : float in 0..1, default 0.2
        How much of the target is shared out among all classes: the network need not be sure of anything.
    bias_factor : float, default 64
        How many times as fast as all else the biases of batch normalisation learn.
    """
    optimizer = QuickBiases(
        TriangularRate(peak, steps), bias_factor, momentum=MOMENTUM, nesterov=True, weight_decay=WEIGHT_DECAY
    )
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
