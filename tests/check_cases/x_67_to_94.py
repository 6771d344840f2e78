import numpy as np

from tests.check_cases.forms import FUNCTION


def triangle(step, steps, peak, summit=0.25, end=0.0):
    done = step / steps
    return peak * min(done / summit, end + (1 - end) * (1 - done) / (1 - summit))


def curved(step, steps, peak):
    done = step / steps
    return peak * (np.sin(np.pi * done * 2) if done < 0.25 else np.cos((done - 0.25) / 0.75 * np.pi / 2))


def smoothed(labels, share):
    return labels * (1 - share) + share / labels.shape[1]


def among_the_wrong(labels, share):
    return np.where(labels == 1, 1 - share, share / (labels.shape[1] - 1))


def joined(how):
    return lambda predict, images: how(predict(images), predict(images[:, :, ::-1]))


def mean_of(view):
    return lambda predict, images: (predict(images) + predict(view(images))) / 2


CASES = {
    "triangular_rate": {
        "right": [triangle, lambda step, steps, peak: np.interp(step, [0, steps / 4, steps], [0, peak, 0])],
        **FUNCTION,
        "a text instead of a number": lambda step, steps, peak: "1.5",
        "the same rate for every step": lambda step, steps, peak: peak,
        "the peak left out": lambda step, steps, peak: triangle(step, steps, 1),
        "it falls from the start": lambda step, steps, peak: peak * (1 - step / steps),
        "it never falls": lambda step, steps, peak: peak * min(4 * step / steps, 1),
        "the peak half-way": lambda step, steps, peak: triangle(step, steps, peak, 0.5),
        "another rate at the peak": lambda step, steps, peak: triangle(step, steps, peak) / 2,
        "not 0 at the end": lambda step, steps, peak: triangle(step, steps, peak, end=0.1),
        "no straight line": curved,
    },
    "smooth_labels": {
        "right": [smoothed, lambda y, share: y - share * (y - 1 / y.shape[1])],
        **FUNCTION,
        "another shape": lambda y, share: smoothed(y, share)[0],
        "nothing smoothed": lambda y, share: y,
        "nothing given to the others": lambda y, share: y * (1 - share),
        "not taken away first": lambda y, share: y + share / y.shape[1],
        "the share kept instead of given away": lambda y, share: smoothed(y, 1 - share),
        "the whole share for each class": lambda y, share: y * (1 - share) + share,
        "shared out among the wrong classes only": among_the_wrong,
        "a fixed number of classes": lambda y, share: y * (1 - share) + share / 10,
        "shared out among the images": lambda y, share: y * (1 - share) + share / len(y),
        "the true class left out": lambda y, share: np.where(y == 1, 1 - share, share / 4),
        "another share": lambda y, share: smoothed(y, share / 2),
    },
    "average_views": {
        "right": [
            mean_of(lambda images: images[:, :, ::-1]),
            mean_of(lambda images: np.flip(images, axis=2)),
        ],
        **FUNCTION,
        "another shape": lambda predict, images: predict(images).argmax(axis=1),
        "the images only as they are": mean_of(lambda images: images),
        "only mirrored": lambda predict, images: predict(images[:, :, ::-1]),
        "turned upside down": mean_of(lambda images: images[:, ::-1]),
        "the colours reversed": mean_of(lambda images: images[..., ::-1]),
        "the images in reverse order": mean_of(lambda images: images[::-1]),
        "the sum instead of the mean": joined(np.add),
        "the surest answer instead of the mean": joined(np.maximum),
        "the geometric mean": joined(lambda plain, mirrored: np.sqrt(plain * mirrored)),
    },
}
