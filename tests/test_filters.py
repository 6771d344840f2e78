"""Convolution by hand gives what scipy and Keras give, and typed kernels are read or refused."""

import numpy as np
import pytest
from scipy import signal

from helpers import CourseError, filters

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (7, 3)])
def test_equals_scipys_correlation(shape, padding):
    image, kernel = RNG.random((9, 12)), RNG.normal(size=shape)
    expected = signal.correlate2d(image, kernel, mode=padding)
    np.testing.assert_allclose(filters.convolve(image, kernel, padding), expected)


def test_every_channel_is_treated_alike():
    image, kernel = RNG.random((6, 7, 3)), RNG.normal(size=(3, 3))
    alone = [filters.convolve(image[:, :, channel], kernel) for channel in range(3)]
    np.testing.assert_allclose(filters.convolve(image, kernel), np.stack(alone, axis=2))


def test_whole_numbers_do_not_wrap_around():
    bright = np.full((3, 3), 255, np.uint8)
    assert filters.convolve(bright, np.ones((3, 3))) == [[255 * 9]]
    assert filters.convolve(bright, -np.ones((3, 3))) == [[-255 * 9]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"image": np.zeros(9)}, "image to have 2 or 3 axes"),
        ({"kernel": np.zeros((3, 3, 3))}, "kernel to have 2 axes"),
        ({"kernel": np.zeros((2, 3))}, "odd sides"),
        ({"image": np.zeros((2, 9))}, "no larger"),
        ({"padding": "full"}, "'full'"),
        ({"kernel": [[1, 2], [3]]}, "kernel to be numbers"),
        ({"image": "cat.jpg"}, "image to be numbers"),
    ],
)
def test_what_cannot_be_convolved_is_refused(wrong, message):
    with pytest.raises(CourseError, match=message):
        filters.convolve(**{"image": np.zeros((9, 9)), "kernel": np.zeros((3, 3))} | wrong)


def test_kernels_do_what_their_names_say():
    stripes = np.repeat([[0.0], [0], [0], [1], [1], [1]], 6, axis=1)  # an edge between rows 2 and 3
    result = {name: filters.convolve(stripes, kernel) for name, kernel in filters.KERNELS.items()}
    assert np.abs(result["horizontal edges"]).max() == 3
    assert np.abs(result["vertical edges"]).max() == 0
    np.testing.assert_array_equal(result["unchanged"], stripes[1:-1, 1:-1])
    assert 0 < result["blur"][1, 0] < 1
    assert result["sharpen"].max() > 1


def test_gray_weighs_the_colors_as_eyes_do():
    colors = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    np.testing.assert_allclose(filters.gray(colors)[0], [76.245, 149.685, 29.07, 255])
    with pytest.raises(CourseError, match="grey already"):
        filters.gray(np.zeros((4, 4, 1)))


@pytest.mark.parametrize(
    "text",
    [
        "0 -1 0\n-1 5 -1\n0 -1 0",
        "0,-1,0; -1, 5, -1; 0 -1 0",
        "\n0 -1 0;-1 5 -1;0 -1 0\n",
        "[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]",
        "[[ 0 -1  0]\n [-1  5 -1]\n [ 0 -1  0]]",
        "0 \N{MINUS SIGN}1 0; -1 10/2 -1; 0 -1 0",
    ],
)
def test_typed_kernel_is_read(text):
    np.testing.assert_array_equal(filters.parse_kernel(text), filters.KERNELS["sharpen"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 -1 0; -15 -1; 0 -1 0", "rows of 3, 2, 3.*missing"),
        ("[[0, -1, 0], [-15, -1], [0, -1, 0]]", "rows of 3, 2, 3.*missing"),
        ("0,-1,0; -1 5-1; 0,-1,0", "'5-1'.*comma between"),
        ("a b c", "'a'"),
        ("1 2; 3 4", "odd number"),
        ("", "nothing"),
        ("1/0", "'1/0'"),
        ("nan", "'nan'"),
    ],
)
def test_mistyped_kernel_is_explained(text, message):
    with pytest.raises(CourseError, match=message):
        filters.parse_kernel(text)
