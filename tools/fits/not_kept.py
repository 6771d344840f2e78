"""Ideas of other recipes that were tried and are not in ours: `ablation` measures what they add to it."""

from helpers import recipe  # first: it quietens TensorFlow

# isort: split
import keras

BIAS_FACTOR = 64


@keras.saving.register_keras_serializable(package="course")
class QuickBiases(recipe.Muon):
    """Muon that learns the biases of batch normalisation `bias_factor` times as fast as all but kernels."""

    def __init__(self, *given, bias_factor=BIAS_FACTOR, **settings):
        super().__init__(*given, **settings)
        self.bias_factor = bias_factor

    def apply(self, gradients, trainable_variables):
        """Change all weights by one step."""
        pairs = zip(gradients, trainable_variables, strict=True)
        gradients = [self.bias_factor * g if weights.name == "beta" else g for g, weights in pairs]
        super().apply(gradients, trainable_variables)

    def get_config(self):
        """Settings with which Keras makes it again."""
        return super().get_config() | {"bias_factor": self.bias_factor}


@keras.saving.register_keras_serializable(package="course")
class TriangularSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that rises from a fifth of its peak in the first 23% of all steps, and falls to 7% of it."""

    def __init__(self, peak, steps):
        self.settings = {"peak": peak, "steps": steps}

    def __call__(self, step):
        """Learning rate of a step."""
        peak, steps = self.settings.values()
        done = keras.ops.minimum(keras.ops.cast(step, "float32") / steps, 1)
        rising, falling = 0.2 + 0.8 * done / 0.23, 0.07 + 0.93 * (1 - done) / 0.77
        return peak * keras.ops.minimum(rising, falling)

    def get_config(self):
        """Settings with which Keras makes it again."""
        return self.settings


class Lookahead(keras.callbacks.Callback):
    """Draw the weights back, every five steps and after each epoch, towards a slow average of themselves.

    The average is loose at first and stiff at the end, after so many steps.
    M. R. Zhang and others, "Lookahead optimizer: k steps forward, 1 step back", NeurIPS 2019.
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
