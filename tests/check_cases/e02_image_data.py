import keras
import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit, train_test_split

from tests.check_cases.forms import FUNCTION, UNFINISHED, answers


def hot(labels):
    return np.eye(10, dtype="float32")[np.ravel(labels)]


def normal(images):
    return images / np.float32(255)


def prepares(scale=normal, encode=hot, order=(0, 1, 2, 3), share=0.2, seed=42, stratify=np.ravel):
    """Make a learner's `prepare_dataset` that does one thing in another way."""

    def prepare(images, labels):
        classes = stratify(labels) if stratify else None
        x, y = scale(images), encode(labels)
        parts = train_test_split(x, y, test_size=share, random_state=seed, stratify=classes)
        return [parts[place] for place in order]

    return answers(prepare)


def prepare_by_hand(images, labels):
    """Cut off the last fifth of each class: no scikit-learn, and the same in every run."""
    x, y, labels = np.divide(images, 255, dtype="float32"), hot(labels), labels.ravel()
    places = [np.flatnonzero(labels == number) for number in range(10)]
    val = np.concatenate([where[-(len(where) // 5) :] for where in places])
    train = np.setdiff1d(np.arange(len(x)), val)
    return x[train], x[val], y[train].tolist(), y[val].astype(bool)


def prepare_with_a_splitter(images, labels, share=0.2, *, seed=7):
    x, y = keras.ops.cast(images, "float32") / 255, keras.utils.to_categorical(labels, 10).astype(int)
    splitter = StratifiedShuffleSplit(n_splits=1, test_size=share, random_state=seed)
    train, val = next(splitter.split(images, labels))
    x = np.asarray(x)
    return x[train], x[val], y[train], y[val]


def prepare_in_two_calls(images, labels):
    options = {"test_size": 0.2, "random_state": 1, "stratify": labels}
    return (*train_test_split(normal(images), **options), *train_test_split(hot(labels), **options))


def prepare_changing_its_input(images, labels):
    result = train_test_split(normal(images), hot(labels), test_size=0.2, random_state=42, stratify=labels)
    images[:] = images // 255
    return result


def prepare_one_part_twice(images, labels):
    train_x, val_x, *rest = prepares().values[0](images, labels)
    return train_x, val_x / 255, *rest


def prepare_in_two_splits(images, labels):
    x, y = normal(images), hot(labels)
    train_x, _, train_y, _ = train_test_split(x, y, test_size=0.2, random_state=1, stratify=labels)
    _, val_x, _, val_y = train_test_split(x, y, test_size=0.2, random_state=2, stratify=labels)
    return train_x, val_x, train_y, val_y


def prepare_half_done(images, labels):
    images = ...
    labels = ...
    return train_test_split(images, labels)


augment = keras.Sequential([keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.05)])
brighter = keras.layers.RandomBrightness(0.15, value_range=(0, 255))
OPTIONS = {"image_size": (32, 32), "label_mode": "categorical", "validation_split": 0.2}


def plain(images):
    return images / 255


def varied(images):
    return augment(images, training=True) / 255


def varied_only(images):
    return augment(images, training=True)


def centered(prepare):
    return lambda images: prepare(images) * 2 - 1


def twice(prepare):
    return lambda images: prepare(images) / 255


def as_it_is(values):
    return values


PARTS = ("training", "validation")


def reads(train=varied, validation=plain, seeds=(1, 1), subsets=PARTS, labels=as_it_is, **more):
    """Make a learner's `read_folder` that does one thing in another way."""

    def read(folder):
        load, options = keras.utils.image_dataset_from_directory, OPTIONS | more
        parts = [
            load(folder, subset=subset, seed=seed, **options)
            for subset, seed in zip(subsets, seeds, strict=True)
        ]
        steps = zip(parts, (train, validation), strict=True)
        return tuple(part.map(lambda x, y, step=step: (step(x), labels(y))) for part, step in steps)

    return answers(read, 48)


def read_both(folder):
    load = keras.utils.image_dataset_from_directory
    train, validation = load(folder, subset="both", seed=3, batch_size=4, **OPTIONS)
    rescale = keras.layers.Rescaling(1 / 255)
    return [
        train.map(lambda x, y: (rescale(brighter(augment(x, training=True), training=True)), y)),
        validation.map(lambda x, y: (rescale(augment(x, training=False)), y)).cache(),
    ]


def read_the_training_part_only(folder):
    return keras.utils.image_dataset_from_directory(folder, subset="training", seed=1, **OPTIONS)


def read_files(folder):
    return folder, folder


def count(in_both):
    return answers(reads().values[0], in_both)


CASES = {
    "prepare_dataset": {
        "right": [
            prepares(),
            prepares(seed=1, stratify=lambda labels: labels),
            prepares(stratify=hot),
            prepares(lambda images: images.astype("float32") * (1 / 255)),
            prepare_by_hand,
            prepare_with_a_splitter,
            prepare_in_two_calls,
        ],
        **FUNCTION,
        "another number of results": prepares(order=(0, 2)),
        "labels encoded twice": prepares(encode=lambda labels: np.eye(2)[hot(labels).astype(int)]),
        "labels not encoded": prepares(encode=lambda labels: labels),
        "a column too many": prepares(encode=lambda labels: np.eye(11)[labels.ravel()]),
        "the results in another order": prepares(order=(0, 2, 1, 3)),
        "training and validation swapped": prepares(share=0.8),
        "another share": prepares(share=0.4),
        "images not normalised": prepares(lambda images: images),
        "images in -1..1": prepares(lambda images: images / 127.5 - 1),
        "divided without a rest": prepares(lambda images: (images // 255).astype("float32")),
        "divided by 256": prepares(lambda images: images / np.float32(256)),
        "float64 images": prepares(lambda images: images / 255),
        "float16 images": prepares(lambda images: (images / 255).astype("float16")),
        "images separated from their labels": prepares(encode=lambda labels: hot(labels)[::-1]),
        "counted from 1": prepares(encode=lambda labels: hot((labels + 9) % 10)),
        "ones everywhere": prepares(encode=lambda labels: np.ones_like(hot(labels))),
        "encoded without flattening": prepares(encode=lambda labels: np.eye(10)[labels]),
        "the labels' parts swapped": prepares(order=(0, 1, 3, 2)),
        "all images beside the labels of a part": lambda images, labels: [
            normal(images),
            *prepares().values[0](images, labels)[1:],
        ],
        "channels first": prepares(lambda images: normal(images).transpose(0, 3, 1, 2)),
        "images normalised twice": prepare_one_part_twice,
        "a number of images for a share": prepares(share=15),
        "two different splits": prepare_in_two_splits,
        "its input changed": prepare_changing_its_input,
        "no random_state": prepares(seed=None),
        "not stratified": prepares(stratify=None),
        "not yet": [*UNFINISHED, prepare_half_done, lambda images, labels: (..., ..., ..., ...)],
    },
    "read_folder": {
        "right": [reads(), answers(read_both, 50.0)],
        "the number: none shared": count(0),
        "the number: all of them": count(60),
        "the number: the training photos": count(240),
        "the number: those not shared": count(12),
        "the number: a share": count(0.8),
        "the number: a percentage": count(80),
        "the number: another": count(30),
        **{name: answers(broken_one, 48) for name, broken_one in FUNCTION.items() if name != "not yet"},
        "one data set": answers(read_the_training_part_only, 48),
        "no data sets": answers(read_files, 48),
        "another size": reads(image_size=(16, 16)),
        "as it was": reads(plain, varied_only, (1, 2)),
        "only one part normalised": reads(varied_only),
        "neither part normalised": reads(varied_only, as_it_is),
        "-1 to 1": reads(centered(varied), centered(plain)),
        "divided without a rest": reads(lambda x: x // 255, lambda x: x // 255),
        "normalised twice": reads(twice(varied), twice(plain)),
        "no seed": reads(seeds=(None, None)),
        "not shuffled": reads(shuffle=False),
        "the training part twice": reads(subsets=("training", "training")),
        "half of the photos": reads(validation_split=0.5),
        "the two parts swapped": reads(subsets=("validation", "training")),
        "different seeds": reads(seeds=(1, 2)),
        "the validation photos augmented": reads(validation=varied),
        "nothing augmented": reads(plain),
        "repeated without end": answers(
            lambda folder: [part.repeat() for part in reads().values[0](folder)], 48
        ),
        "variants kept": answers(lambda folder: [part.cache() for part in reads().values[0](folder)], 48),
        "labels divided as well": reads(labels=lambda y: y / 255),
        "labels as numbers": reads(label_mode="int"),
        "labels separated from their photos": reads(labels=lambda y: y[:, ::-1]),
        "not yet": [answers(step, 48) for step in UNFINISHED],
    },
}
