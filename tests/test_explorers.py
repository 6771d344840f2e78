"""Explorers draw what their values say, follow their controls, and leave a picture where no control works."""

import base64
import io

import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from helpers import CourseError, explorers, filters, images
from helpers.style import alt_text

PHOTO = images.load_photo("cat")


def tiny_model():
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, name="first")(inputs)
    x = keras.layers.MaxPooling2D(name="second")(x)
    return keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(x)))


MAKERS = {
    "pixels": lambda: explorers.pixels(PHOTO),
    "kernels": lambda: explorers.kernels(PHOTO),
    "augmentation": lambda: explorers.augmentation(PHOTO, side=24),
    "neuron": explorers.neuron,
    "feature_maps": lambda: explorers.feature_maps(tiny_model(), PHOTO[:8, 100:108] / np.float32(255)),
}
CHANGES = {
    "pixels": ("row", 7),
    "kernels": ("name", "blur"),
    "augmentation": ("rotation", 0.4),
    "neuron": ("bias", 2.5),
    "feature_maps": ("layer", "second"),
}


@pytest.fixture(params=MAKERS)
def explorer(request):
    explorer = MAKERS[request.param]()
    explorer.name = request.param
    return explorer


def test_a_changed_control_changes_picture_and_description(explorer):
    control, value = CHANGES[explorer.name]
    png, alt, shown = explorer.png, explorer.alt, explorer.picture.value
    explorer.controls[control].value = value
    assert explorer.png != png
    assert explorer.alt != alt
    assert explorer.picture.value != shown
    assert explorer.png in explorer.picture.value


def test_without_controls_there_is_a_picture_with_alt_text(explorer):
    bundle, metadata = explorer._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert min(picture.size) > 60
    assert len(metadata["image/png"]["alt"]) > 40
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "PNG" not in bundle["text/plain"]


def test_no_figure_stays_open(explorer):
    before = plt.get_fignums()
    explorer.redraw()
    assert plt.get_fignums() == before


def test_every_control_has_a_name(explorer):
    for control in explorer.controls.values():
        field = control.children[0] if isinstance(control, explorers.Slider) else control
        assert field.description


def test_what_cannot_be_drawn_is_said_and_the_last_picture_stays():
    explorer = explorers.kernels(PHOTO)
    explorer.controls["name"].value = "typed"
    png = explorer.png
    explorer.controls["typed"].value = "1 2 3; 4 5"
    assert "rows of 3, 2" in explorer.message.value
    assert explorer.png == png
    explorer.controls["typed"].value = "0 0 0; 0 1 0; 0 0 0"
    assert explorer.message.value == ""


def test_slider_and_number_field_move_together():
    slider = explorers.Slider("row", 3, 0, 10)
    field, handle = slider.children
    handle.value = 5
    assert (field.value, slider.value) == (5, 5)
    slider.value = 7
    assert (field.value, handle.value) == (7, 7)


@pytest.mark.parametrize(("size", "numbers"), [(4, 3 * 16), (12, 0)])
def test_numbers_are_printed_in_small_windows_only(size, numbers):
    axes = explorers.draw_pixels(PHOTO, row=10, column=20, size=size)
    assert sum(len(ax.texts) for ax in axes) == numbers
    assert f"{size} x {size} pixels from row 10, column 20" in alt_text(axes[0].figure)
    plt.close("all")


def test_window_stays_inside_the_picture():
    axes = explorers.draw_pixels(PHOTO, row=10_000, column=10_000, size=6)
    assert "row 294, column 445" in alt_text(axes[0].figure)
    plt.close("all")


def test_kernel_is_applied_to_the_whole_picture():
    axes = explorers.draw_kernel(PHOTO, "sharpen", "", "whole picture", "valid")
    expected = filters.convolve(np.rint(filters.grey(PHOTO)), filters.KERNELS["sharpen"])
    np.testing.assert_array_equal(axes[1].images[0].get_array(), expected)
    plt.close("all")


def test_single_steps_are_shown_for_small_kernels_only():
    with pytest.raises(CourseError, match="whole picture"):
        explorers.draw_kernel(PHOTO, "typed", "1 1 1 1 1", "first pixel", "valid")


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_first_pixel_with_and_without_zeros_around_the_picture(padding):
    ax = explorers.draw_kernel(PHOTO, "horizontal edges", "", "first pixel", padding)
    expected = filters.convolve(np.rint(filters.grey(PHOTO)), filters.KERNELS["horizontal edges"], padding)[
        0, 0
    ]
    assert f"add up to {expected:g}" in alt_text(ax.figure)
    plt.close("all")


def test_augmentation_at_strength_zero_changes_nothing():
    axes = explorers.draw_augmentation(PHOTO[:24, :24], False, 0.0, 0.0, 0.0, variant=1)
    for ax in axes.flat:
        np.testing.assert_array_equal(ax.images[0].get_array(), PHOTO[:24, :24])
    plt.close("all")


def test_neuron_shows_what_it_computes():
    explorer = explorers.neuron(inputs=(1.0, 2.0), weights=(3.0, -1.0), bias=0.5)
    assert "output 1.50" in explorer.alt


def test_feature_maps_offer_the_layers_with_height_and_width():
    explorer = MAKERS["feature_maps"]()
    assert explorer.controls["layer"].options == ("first", "second")
    assert "4 feature maps of layer first, 6 x 6" in explorer.alt
