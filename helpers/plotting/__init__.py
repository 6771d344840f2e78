"""Every figure of the course: images, charts of numbers, and drawings of concepts.

Each function takes axes or makes its own, returns them, and describes them in words (alt text).
"""

from helpers.plotting.concepts import concept
from helpers.plotting.convolution import kernel_step
from helpers.plotting.curves import compare_histories, learning_curves
from helpers.plotting.evaluation import accuracy_intervals, calibration_plot, confusion_heatmap, plot_mistakes
from helpers.plotting.images import feature_maps, pixel_grid, plot_channels, show_image, show_images
from helpers.plotting.iris import decision_regions
from helpers.plotting.network import network_graph
from helpers.plotting.predictions import digit_table, plot_prediction, probability_bars
from helpers.plotting.sharing import file_sizes, keras_file
from helpers.plotting.style import describe
from helpers.plotting.training import learning_rates
from helpers.plotting.tuning import plot_ablation, plot_sweep
