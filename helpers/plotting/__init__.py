"""Every figure of the course: images, charts of numbers, and drawings of concepts.

Each function draws on the axes `ax`, or on axes that it makes, returns them, and describes them in words (alt
text).
"""

from helpers.plotting.convolution import KERNELS, kernel_step
from helpers.plotting.evaluation import plot_mistakes
from helpers.plotting.images import concept, feature_maps, pixel_grid, show_image, show_images
from helpers.plotting.network import network_graph
from helpers.plotting.predictions import digit_table, plot_prediction, probability_bars
from helpers.plotting.style import describe
from helpers.plotting.training import compare_histories, learning_curves, learning_rates
from helpers.plotting.tuning import plot_ablation
