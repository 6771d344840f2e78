"""Feedback on the exercises: each check prints ✓, or ✗ with what is wrong and where to look, or "Not yet".

A check never raises and returns nothing, so that it can stand in the last line of any cell.

Examples
--------
>>> from helpers import checks
>>> checks.nested_sets("artificial intelligence", "deep learning", ...)
… Not yet: replace ... by your answer (inner), then run the cell again.
"""

from helpers.checks.architecture import create_model_intro, dense, hidden_layers, output_layer
from helpers.checks.baseline import create_model_dense, dense_parameters, shuffle_pixels, why_convolutions
from helpers.checks.climbing import average_views, reading_the_ladder, smooth_labels, triangular_rate
from helpers.checks.convolutions import convolution_pixels, kernels, output_shape
from helpers.checks.descending import compile_model, gradient_step, learning_rates, losses
from helpers.checks.detecting import objects_per_class, overlap, precision_and_recall, suppression
from helpers.checks.fitting import best_epoch, cures, early_stopping, fit, read_curves
from helpers.checks.flowers import iris_network, passes, test_dataset
from helpers.checks.handwriting import invert, numbers_between_layers, pipeline_order, what_an_answer_means
from helpers.checks.ideas import classifier_or_predictor, different_results, neighbors, nested_sets
from helpers.checks.image_data import augmentation, image_shape, normalize
from helpers.checks.introduction import predicted_class, shapes, training_log, workflow
from helpers.checks.layers import convolution, flatten, input_layer, pooling
from helpers.checks.machinery import Verdict, catalogue, progress, verdict
from helpers.checks.measuring import confused_pair, predicted_labels, recall_and_precision
from helpers.checks.neurons import layer_jobs, neuron, parameters
from helpers.checks.preparing import one_hot, prepare_dataset
from helpers.checks.publishing import card_texts, saved_parts, trust, web_page
from helpers.checks.regularizing import create_model_dropout, dropout_and_curves
from helpers.checks.searching import activation_loop, grid_size, real_gain, tuning_data
from helpers.checks.splitting import class_counts, split, three_parts
from helpers.checks.transferring import feature_layer, own_preprocessing, trained_numbers
from helpers.checks.trusting import certainty, test_set_rules, test_set_size
from helpers.checks.weighing import energy, largest_difference, limits, responsibility

__all__ = [
    "Verdict",
    "activation_loop",
    "augmentation",
    "average_views",
    "best_epoch",
    "card_texts",
    "catalogue",
    "certainty",
    "class_counts",
    "classifier_or_predictor",
    "compile_model",
    "confused_pair",
    "convolution",
    "convolution_pixels",
    "create_model_dense",
    "create_model_dropout",
    "create_model_intro",
    "cures",
    "dense",
    "dense_parameters",
    "different_results",
    "dropout_and_curves",
    "early_stopping",
    "energy",
    "feature_layer",
    "fit",
    "flatten",
    "gradient_step",
    "grid_size",
    "hidden_layers",
    "image_shape",
    "input_layer",
    "invert",
    "iris_network",
    "kernels",
    "largest_difference",
    "layer_jobs",
    "learning_rates",
    "limits",
    "losses",
    "neighbors",
    "nested_sets",
    "neuron",
    "normalize",
    "numbers_between_layers",
    "objects_per_class",
    "one_hot",
    "output_layer",
    "output_shape",
    "overlap",
    "own_preprocessing",
    "parameters",
    "passes",
    "pipeline_order",
    "pooling",
    "precision_and_recall",
    "predicted_class",
    "predicted_labels",
    "prepare_dataset",
    "progress",
    "read_curves",
    "reading_the_ladder",
    "real_gain",
    "recall_and_precision",
    "responsibility",
    "saved_parts",
    "shapes",
    "shuffle_pixels",
    "smooth_labels",
    "split",
    "suppression",
    "test_dataset",
    "test_set_rules",
    "test_set_size",
    "three_parts",
    "trained_numbers",
    "training_log",
    "triangular_rate",
    "trust",
    "tuning_data",
    "verdict",
    "web_page",
    "what_an_answer_means",
    "why_convolutions",
    "workflow",
]
