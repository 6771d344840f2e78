"""Figures to play with: controls on top of what `plotting` draws, one module per notebook.

Each function that notebooks call returns an `Explorer`: controls on a private `_draw_...`, which turns their
values into a figure. `controls` holds what all of them share.
"""

from helpers.explorers.e02_image_data import augmentation, pixels
from helpers.explorers.e03_build_a_cnn import feature_maps, kernels, neuron, pooling, softmax
from helpers.explorers.e04_train_a_cnn import dropout, learning_rate, overfitting
from helpers.explorers.e05_evaluate_and_tune import confusion
from helpers.explorers.x_67_to_94 import ladder
from helpers.explorers.x_iris import flower
from helpers.explorers.x_mnist import drawing
from helpers.explorers.x_object_detection import overlap, suppression
