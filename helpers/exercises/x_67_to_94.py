"""Exercises of the example "From 67% to 94%"."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import call, call_for_array, compare_array, number


@exercise("function : callable")
def triangular_rate(function):
    """Check a learning rate that rises from 0 to its peak in the first quarter and falls to 0 in the rest."""
    steps, peak = 400, 1.5
    asked = (0, 50, 100, 200, 250, 400)
    rates = {step: number(call(function, step, steps, peak), "What it returns") for step in asked}
    yield np.ptp(list(rates.values())) == 0, "It is the same in every step: `step` must change it."
    yield np.isclose(rates[100], 1), "It goes up to 1: multiply by `peak`."
    yield rates[0] > rates[50], "It falls from the first step on: let it rise for a quarter of the steps."
    yield rates[400] >= max(rates.values()), "It never falls: after a quarter of the steps it should fall."
    yield rates[200] > rates[100], "It still rises after a quarter of the steps: is your peak half-way?"
    lower = not np.isclose(rates[100], peak)
    yield lower, f"After a quarter of the steps it is {rates[100]:g}, not the peak."
    for step in (0, 400):
        not_zero = not np.isclose(rates[step], 0, atol=0.01)
        yield not_zero, f"In step {step} of 400 it is {rates[step]:g}, not 0."
    for step, right in ((50, peak / 2), (200, peak * 2 / 3), (250, peak / 2)):
        curved = not np.isclose(rates[step], right, rtol=0.02)
        yield curved, f"In step {step} of 400 it is {rates[step]:g}, not {right:g} as on a straight line."
    return "Up while the weights are far from anywhere, down to settle: two straight lines."


@exercise("function : callable")
def smooth_labels(function):
    """Check label smoothing: a share of each one-hot label is spread evenly over all classes."""
    labels, share = np.eye(4)[[2, 0, 3]], 0.2
    given, kept = call_for_array(function, labels.copy(), share), labels * (1 - share)
    untaken = labels + share / 4
    left_out = np.where(labels == 1, 1 - share, share / 4)
    swapped, wrong_only = labels * share + (1 - share) / 4, np.where(labels == 1, 1 - share, share / 3)
    yield given.shape != labels.shape, f"It returns shape {given.shape} for labels of shape {labels.shape}."
    near_misses = {
        "The labels came back as they were.": labels,
        "The true class gives its share away, but nobody gets it: each row must still add up to 1.": kept,
        "The share is handed out but not taken away: first multiply the labels by (1 - share).": untaken,
        "That gives away 80% and keeps 20%: it is the share that is given away.": swapped,
        "Each class gets the whole share: divide it by the number of classes.": kept + share,
        "Only the wrong classes get a part: spread the share over all, the true one too.": wrong_only,
        "It assumes 10 classes: take their number from the labels, labels.shape[1].": kept + share / 10,
        "len(labels) counts the images: how many classes are there?": kept + share / 3,
        "The true class is left out: it should get its part of the share, too.": left_out,
    }
    hint = "How much of each label remains, and how much does every class get?"
    yield from compare_array(given, kept + share / 4, near_misses, hint)
    return "With ten classes and a share of 0.2 the true class is asked for 0.82, each other one for 0.02."


@exercise("function : callable")
def average_views(function):
    """Check a function that averages the answers to images and to their mirror images."""
    rng = np.random.default_rng(0)
    images = rng.random((5, 6, 6, 3)).astype("float32")
    weights = rng.normal(size=(6 * 6 * 3, 4))

    def predict(views):
        scores = np.exp(np.reshape(np.asarray(views), (len(views), -1)) @ weights)
        return scores / scores.sum(axis=1, keepdims=True)

    def with_(views):
        return (predict(images) + predict(views)) / 2

    given = call_for_array(function, predict, images.copy())
    plain, mirrored = predict(images), predict(images[:, :, ::-1])
    yield given.shape != plain.shape, f"It returns shape {given.shape}, not {plain.shape} as `predict` does."
    near_misses = {
        "These are the answers to the images as they are: the mirror images are missing.": plain,
        "These are the answers to the mirror images alone.": mirrored,
        "The images stand on their heads: axis 1 is height, axis 2 is width.": with_(images[:, ::-1]),
        "Red and blue are swapped: the last axis holds the colours.": with_(images[..., ::-1]),
        "That reverses the order of the images, not their sides: leave axis 0 as it is.": with_(images[::-1]),
        "That is the sum: divide by the number of views.": plain + mirrored,
        "That is the more confident of the two: take their mean.": np.maximum(plain, mirrored),
    }
    hint = "Add up the answers for the images and for their mirror images, then divide by 2."
    yield from compare_array(given, with_(images[:, :, ::-1]), near_misses, hint)
    return "Two views of one image err in different ways: their mean errs less."
