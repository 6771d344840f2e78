"""What a model takes: images of which shape, with which values of pixels."""

import contextlib

import numpy as np

from helpers import CourseError, validation

PIXELS = ("0..1", "0..255")
SCALING = ("Normalization", "BatchNormalization")  # layers with numbers of their own that mix no pixels
LARGEST_SCALED = 20  # what scaled pixels span at most: 2 of -1..1, some 5 of standard deviations


def check_images(model, images, pixels):
    """Refuse images of another shape, or with other values of pixels, than a model takes."""
    wanted = getattr(model, "input_shape", None)  # no tuple: several inputs, or no Keras model
    if isinstance(wanted, tuple) and not validation.fits_shape(images.shape[1:], wanted[1:]):
        expected = f"images of shape {('N', *wanted[1:])}, as the model takes them"
        remedy = "Resize them as those it was trained with: images.load_image(path, size=...)."
        if len(wanted) == 4 and images.shape[3] != wanted[3]:
            remedy = "images.mean(axis=3, keepdims=True) makes colour images grey, "
            remedy += "np.repeat(images, 3, axis=3) grey ones coloured."
        raise CourseError(expected, f"shape {images.shape}", remedy)
    if images.dtype.kind not in "buif":
        raise CourseError("images as numbers", f"values of type {images.dtype}", "Look at their .dtype.")
    top = images.max(initial=0)
    if pixels == "0..1" and top > 2:  # a little more than 1 comes from augmentation
        expected = "images with values in 0..1, as the model was trained"
        remedy = (
            'Prepare them as for training: images.astype("float32") / 255; or, if it was trained on 0..255'
        )
        remedy += " and no layer of it scales them, say so: pixels='0..255'."
        raise CourseError(expected, f"values up to {top:g}", remedy)
    if pixels == "0..255" and top <= 1 and (images % 1).any():
        expected = "images with values in 0..255, as the model takes them"
        remedy = (
            "Leave out the division by 255: the model was trained on 0..255, or scales the images itself."
        )
        raise CourseError(expected, "fractions of 1", remedy)


def chosen_pixels(model, said=None):
    """Choose the values of pixels that a model takes: what its layers expect, what was said, or 0..1."""
    expected = _expected_pixels(model)
    if said and expected and said != expected:
        wanted = f"pixels {expected}, which the first layers of this model scale"
        raise CourseError(wanted, f"{said!r}", f"Leave out the argument, or write pixels={expected!r}.")
    return said or expected or PIXELS[0]


def _expected_pixels(model):
    """Read from what its layers do which values of pixels a model takes; None where they do not tell."""
    try:
        black, one, white = _reaching(model)
    except Exception:  # several inputs, no Keras model, no layer that learned
        return None
    slope, whole = np.median(one - black), np.median(white - black) / 255
    if not np.isfinite([slope, whole]).all() or not np.isclose(slope, whole, rtol=0.02) or not slope:
        return None  # nothing arrives, or no straight line
    middle = -np.median(black) / slope  # the pixel that becomes zero
    if abs(slope) < LARGEST_SCALED / 255 or middle > 2:
        return "0..255"
    return "0..1" if abs(middle) > 0.01 or abs(slope - 1) > 0.01 else None


def _reaching(model):
    """Catch what arrives at the first layer that mixes pixels, of images that are 0, 1 and 255 all over."""
    _, *shape = model.input_shape
    images = np.ones([3, *(size or 64 for size in shape)], np.float32)
    images *= np.array([0, 1, 255], np.float32).reshape(3, *[1] * len(shape))
    caught = []

    def catch(inputs, *_, **__):
        caught.append(np.asarray(inputs, np.float64))
        raise StopIteration  # the rest of the network need not run

    layers = [layer for layer in flat_layers(model) if layer.weights and type(layer).__name__ not in SCALING]
    for layer in layers:
        layer.call = catch
    try:
        with contextlib.suppress(Exception):
            model(images, training=False)
    finally:
        for layer in layers:
            del layer.call
    return caught[0]


def flat_layers(layer):
    """The layers of a model in order, also those of models within it."""
    inner = getattr(layer, "layers", None)
    return [layer] if inner is None else [part for one in inner for part in flat_layers(one)]
