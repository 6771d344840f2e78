import numpy as np

from tests.check_cases.forms import answers, with_, without_first

LADDER = {
    "a gain whose interval holds 0 may be nothing but luck": True,
    "in another order, each idea would add the same": False,
    "the test images decided which ideas were kept": False,
    "another 10,000 images would give exactly the same accuracy": False,
    "only a network with more parameters gets better": False,
    "a network that is right on 94 % knows which 6 % it gets wrong": False,
}


def flipped(place):
    key = [*LADDER][place]
    return answers(with_(LADDER, key, not LADDER[key]))


def triangle(step, steps, peak, summit=0.25, end=0.0):
    done = step / steps
    return peak * min(done / summit, end + (1 - end) * (1 - done) / (1 - summit))


def curved(step, steps, peak):
    done = step / steps
    return peak * (np.sin(np.pi * done * 2) if done < 0.25 else np.cos((done - 0.25) / 0.75 * np.pi / 2))


def smoothed(labels, share):
    return labels * (1 - share) + share / labels.shape[1]


def mean_of(view):
    return answers(lambda predict, images: (predict(images) + predict(view(images))) / 2)


def broken(*_):
    raise KeyError("gone")


CASES = {
    "triangular_rate": (
        [
            answers(triangle),
            answers(lambda step, steps, peak: np.interp(step, [0, steps / 4, steps], [0, peak, 0])),
        ],
        {
            "an error inside the function": answers(broken),
            "a text instead of a number": answers(lambda step, steps, peak: "1.5"),
            "the same rate for every step": answers(lambda step, steps, peak: peak),
            "the peak left out": answers(lambda step, steps, peak: triangle(step, steps, 1)),
            "it falls from the start": answers(lambda step, steps, peak: peak * (1 - step / steps)),
            "it never falls": answers(lambda step, steps, peak: peak * min(4 * step / steps, 1)),
            "the peak half-way": answers(lambda step, steps, peak: triangle(step, steps, peak, 0.5)),
            "another rate at the peak": answers(lambda step, steps, peak: triangle(step, steps, peak) / 2),
            "not 0 at the end": answers(lambda step, steps, peak: triangle(step, steps, peak, end=0.1)),
            "no straight line": answers(curved),
        },
        [answers(...), answers(lambda step, steps, peak: ...)],
    ),
    "smooth_labels": (
        [answers(smoothed), answers(lambda y, share: y - share * (y - 1 / y.shape[1]))],
        {
            "an error inside the function": answers(broken),
            "another shape": answers(lambda y, share: smoothed(y, share)[0]),
            "nothing smoothed": answers(lambda y, share: y),
            "nothing given to the others": answers(lambda y, share: y * (1 - share)),
            "not taken away first": answers(lambda y, share: y + share / y.shape[1]),
            "the share kept instead of given away": answers(lambda y, share: smoothed(y, 1 - share)),
            "the whole share for each class": answers(lambda y, share: y * (1 - share) + share),
            "shared out among the wrong classes only": answers(
                lambda y, share: np.where(y == 1, 1 - share, share / (y.shape[1] - 1))
            ),
            "a fixed number of classes": answers(lambda y, share: y * (1 - share) + share / 10),
            "another share": answers(lambda y, share: smoothed(y, share / 2)),
        },
        [answers(...), answers(lambda y, share: ...)],
    ),
    "average_views": (
        [
            mean_of(lambda images: images[:, :, ::-1]),
            mean_of(lambda images: np.flip(images, axis=2)),
        ],
        {
            "an error inside the function": answers(broken),
            "another shape": answers(lambda predict, images: predict(images).argmax(axis=1)),
            "the images only as they are": mean_of(lambda images: images),
            "only mirrored": answers(lambda predict, images: predict(images[:, :, ::-1])),
            "turned upside down": mean_of(lambda images: images[:, ::-1]),
            "the colours reversed": mean_of(lambda images: images[..., ::-1]),
            "the images in reverse order": mean_of(lambda images: images[::-1]),
            "the sum instead of the mean": answers(
                lambda predict, images: predict(images) + predict(images[:, :, ::-1])
            ),
            "the surest answer instead of the mean": answers(
                lambda predict, images: np.maximum(predict(images), predict(images[:, :, ::-1]))
            ),
            "the geometric mean": answers(
                lambda predict, images: np.sqrt(predict(images) * predict(images[:, :, ::-1]))
            ),
        },
        [answers(...), answers(lambda predict, images: ...)],
    ),
    "reading_the_ladder": (
        [answers(LADDER)],
        {
            "a statement left out": answers(without_first(LADDER)),
            "neither True nor False": answers(with_(LADDER, next(iter(LADDER)), "yes")),
            "a gain within its interval taken for sure": flipped(0),
            "the order of the rungs thought to make no difference": flipped(1),
            "the test set thought to have chosen": flipped(2),
            "a certain accuracy seen in a measured one": flipped(3),
            "more parameters thought to be the cause": flipped(4),
            "a better network thought to know its limits": flipped(5),
        },
        [answers(dict.fromkeys(LADDER, ...))],
    ),
}
