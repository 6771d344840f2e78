"""Pictures to play with: controls on top of what `plotting` and `diagrams` draw.

Each explorer is a pure function `draw_...` that turns values into a figure, and a function of the same name
that puts controls on it. All of them can be called from here; the modules of this package hold one kind each,
and `controls` what they share.
"""

from helpers.explorers.kernel_explorer import draw_filtered, draw_kernel, kernels
from helpers.explorers.network_explorers import draw_feature_maps, feature_maps, neuron
from helpers.explorers.picture_explorers import augmentation, draw_augmentation, draw_pixels, pixels

__all__ = [
    "augmentation",
    "draw_augmentation",
    "draw_feature_maps",
    "draw_filtered",
    "draw_kernel",
    "draw_pixels",
    "feature_maps",
    "kernels",
    "neuron",
    "pixels",
]
