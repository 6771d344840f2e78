"""Feedback on the exercises: each check prints ✓, or ✗ with what is wrong and where to look, or "Not yet".

A check never raises and returns nothing, so that it can stand in the last line of any cell.

Examples
--------
>>> from helpers import checks
>>> checks.nested_sets("artificial intelligence", "deep learning", ...)
… Not yet: replace ... by your answer (inner), then run the cell again.
"""

from helpers.checks.architecture import (
    create_model_intro,
    dense,
    hidden_layers,
    output_layer,
)
from helpers.checks.convolutions import (
    convolution_pixels,
    kernels,
    output_shape,
)
from helpers.checks.ideas import (
    classifier_or_predictor,
    different_results,
    neighbours,
    nested_sets,
)
from helpers.checks.image_data import (
    augmentation,
    normalise,
    picture_shape,
)
from helpers.checks.introduction import (
    predicted_class,
    shapes,
    training_log,
    workflow,
)
from helpers.checks.layers import (
    convolution,
    flatten,
    input_layer,
    pooling,
)
from helpers.checks.machinery import Verdict, catalogue, verdict
from helpers.checks.neurons import (
    layer_jobs,
    neuron,
    parameters,
)
from helpers.checks.preparing import (
    one_hot,
    prepare_dataset,
)
from helpers.checks.splitting import (
    class_counts,
    split,
    three_parts,
)

__all__ = [
    "Verdict",
    "augmentation",
    "catalogue",
    "class_counts",
    "classifier_or_predictor",
    "convolution",
    "convolution_pixels",
    "create_model_intro",
    "dense",
    "different_results",
    "flatten",
    "hidden_layers",
    "input_layer",
    "kernels",
    "layer_jobs",
    "neighbours",
    "nested_sets",
    "neuron",
    "normalise",
    "one_hot",
    "output_layer",
    "output_shape",
    "parameters",
    "picture_shape",
    "pooling",
    "predicted_class",
    "prepare_dataset",
    "shapes",
    "split",
    "three_parts",
    "training_log",
    "verdict",
    "workflow",
]
