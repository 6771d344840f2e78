"""Images to play with: controls on top of what `plotting` and `diagrams` draw.

Each explorer is a pure function `draw_...` that turns values into a figure, and a function of the same name
that puts controls on it. All of them can be called from here; the modules of this package hold one kind each,
and `controls` what they share.
"""

from helpers.explorers.detection_explorers import draw_overlap, draw_suppression, overlap, suppression
from helpers.explorers.digit_drawing import draw_drawing, drawing
from helpers.explorers.dropout_explorer import draw_dropout, dropout
from helpers.explorers.evaluation_explorers import confusion, draw_confusion
from helpers.explorers.flower_explorer import draw_flower, flower
from helpers.explorers.image_explorers import augmentation, draw_augmentation, draw_pixels, pixels
from helpers.explorers.kernel_explorer import draw_filtered, draw_kernel, kernels
from helpers.explorers.ladder_explorer import ladder
from helpers.explorers.network_explorers import draw_feature_maps, feature_maps, neuron
from helpers.explorers.training_explorers import (
    draw_learning_rate,
    draw_overfitting,
    learning_rate,
    overfitting,
)

__all__ = [
    "augmentation",
    "confusion",
    "draw_augmentation",
    "draw_confusion",
    "draw_drawing",
    "draw_dropout",
    "draw_feature_maps",
    "draw_filtered",
    "draw_flower",
    "draw_kernel",
    "draw_learning_rate",
    "draw_overfitting",
    "draw_overlap",
    "draw_pixels",
    "draw_suppression",
    "drawing",
    "dropout",
    "feature_maps",
    "flower",
    "kernels",
    "ladder",
    "learning_rate",
    "neuron",
    "overfitting",
    "overlap",
    "pixels",
    "suppression",
]
