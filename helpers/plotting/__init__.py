"""Every figure of the course: images, charts of numbers, and drawings of concepts.

Each function draws on axes that it makes, or on `ax` where it takes that, returns them, and describes them in
words (alt text).
"""

from helpers.plotting.diagrams import KERNELS, kernel_step, network_graph
from helpers.plotting.images import concept, feature_maps, pixel_grid, show_image, show_images
from helpers.plotting.predictions import digit_table, plot_mistakes, plot_prediction, probability_bars
from helpers.plotting.style import describe
from helpers.plotting.training import compare_histories, learning_curves, learning_rates, plot_ablation
