"""How the best network starts: a first layer that is computed, convolutions that pass on what comes."""

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers import CourseError, arguments, takes


@takes.checked(epsilon=takes.within(0, 1))
def whiten(model, images, epsilon=5e-4):
    """Set the frozen first layer: filters whose answers on small patches are uncorrelated and equally strong.

    The filters are the principal components of all 2 x 2 patches, each divided by its spread, and once more
    with the opposite sign, because what follows keeps mostly what is positive.

    Parameters
    ----------
    model : keras.Model
        With a Conv2D layer named "whitening", as `models.create_model_best` makes it.
    images : array of shape (N, height, width, channels)
        Training images, float in 0..1; a thousand are plenty.
    epsilon : float, default 5e-4
        Added to the variances, so that the rarest patterns are not blown up.

    Raises
    ------
    CourseError
        If the model has no such layer, or the images are not what it takes.
    """
    layers = [layer for layer in getattr(model, "layers", []) if layer.name == "whitening"]
    if not layers:
        raise CourseError(
            'a model with a layer named "whitening"',
            arguments.shown(model),
            "Take models.create_model_best().",
        )
    images = checked_images(images, model)
    layer = layers[0]
    patches = sliding_window_view(images, layer.kernel_size, axis=(1, 2))  # N, y, x, channels, rows, columns
    patches = np.moveaxis(patches, 3, -1).reshape(-1, np.prod(layer.kernel.shape[:3]))
    variances, components = np.linalg.eigh(np.cov(patches, rowvar=False))  # components in columns
    filters = components / np.sqrt(variances + epsilon)
    filters = np.concatenate([filters, -filters], axis=1)
    layer.set_weights([filters.reshape(layer.kernel.shape), -patches.mean(axis=0) @ filters])


@takes.checked(model=takes.model)
def start_as_identity(model):
    """Let every trainable convolution begin by passing on what it gets; only filters beyond that are random.

    Like a residual network, a network that starts so hands the image down to its last layer from the first
    step on.

    Parameters
    ----------
    model : keras.Model
        With convolutions of odd kernel size and without biases.

    Raises
    ------
    CourseError
        If a trainable convolution has a bias.
    """
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.trainable:
            if layer.use_bias:
                remedy = "Write use_bias=False, or take models.create_model_best()."
                raise CourseError("convolutions without biases", f"a bias in {layer.name}", remedy)
            (kernel,) = layer.get_weights()  # rows, columns, channels in, filters
            rows, columns, channels, filters = kernel.shape
            same = np.arange(min(channels, filters))
            kernel[..., same] = 0
            kernel[rows // 2, columns // 2, same, same] = 1
            layer.set_weights([kernel])


@takes.checked(model=takes.model)
def checked_images(images, model):
    """Return images that a model takes, as an array of numbers in 0..1, or say what is wrong with them."""
    shape = tuple(model.input_shape[1:])
    expected = f"images (N, {', '.join(map(str, shape))}) with values 0..1, at least one"
    images = arguments.array(images, expected, "f")
    if images.shape[1:] != shape or not len(images):
        raise CourseError(expected, f"shape {images.shape}", "Look at the model's input_shape.")
    if not (images.min() >= 0 and images.max() <= 1):
        raise CourseError(expected, f"{images.min():g}..{images.max():g}", "Prepare them: data.normalize.")
    return images
