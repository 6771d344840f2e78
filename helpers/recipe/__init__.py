"""Steps 3 to 7: the recipe that takes `models.create_model_best` to 94 % of CIFAR-10.

Every piece is one idea of the example "From 67 % to 94 %", which shows what each adds. They and their
settings come from K. Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv:2404.00498 (2024),
written anew for Keras. How the network starts, what it sees, how it steps and how it answers have a module
each.
"""

from helpers.recipe.batches import BATCH_SIZE, FlippedAndShifted
from helpers.recipe.start import start_as_identity, whiten
from helpers.recipe.steps import (
    BIAS_FACTOR,
    EPOCHS,
    LABEL_SMOOTHING,
    MOMENTUM,
    PEAK_RATE,
    WEIGHT_DECAY,
    Lookahead,
    QuickBiases,
    TriangularRate,
    compile_best,
)
from helpers.recipe.views import predict_views

__all__ = [
    "BATCH_SIZE",
    "BIAS_FACTOR",
    "EPOCHS",
    "LABEL_SMOOTHING",
    "MOMENTUM",
    "PEAK_RATE",
    "WEIGHT_DECAY",
    "FlippedAndShifted",
    "Lookahead",
    "QuickBiases",
    "TriangularRate",
    "compile_best",
    "predict_views",
    "start_as_identity",
    "whiten",
]
