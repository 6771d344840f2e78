"""Every figure of the course: images, charts of numbers, and drawings of concepts.

Each function takes axes or makes its own, returns them, and describes them in words (alt text).
"""

from helpers.plotting.ablation import plot_ablation
from helpers.plotting.cnn import cnn_diagram, cnn_stages
from helpers.plotting.concepts import STEPS, nested_fields, ten_steps
from helpers.plotting.convolution import flatten_diagram, kernel_step, pooling_step
from helpers.plotting.curves import compare_histories, learning_curves
from helpers.plotting.digit_table import digit_table
from helpers.plotting.evaluation import accuracy_intervals, calibration_plot, plot_mistakes
from helpers.plotting.images import feature_maps, pixel_grid, plot_channels, show_image, show_images
from helpers.plotting.iris import decision_regions
from helpers.plotting.network import dense_diagram, logistic_regression_graph, network_graph
from helpers.plotting.neuron import neuron
from helpers.plotting.predictions import (
    check_probabilities,
    class_index,
    confusion_heatmap,
    plot_prediction,
    probability_bars,
)
from helpers.plotting.sharing import file_sizes, keras_file, ways_to_people
from helpers.plotting.style import alt_text, describe
from helpers.plotting.tasks import image_tasks
from helpers.plotting.training import dropout_diagram, folds_diagram, gradient_descent, learning_rates
from helpers.plotting.tuning import activation_curves, plot_sweep
