"""Data, images, folders, filters, predictions and their evaluation: no TensorFlow."""

import numpy as np
from hypothesis import strategies as st

from helpers import data, evaluation, filters, histories, images, mnist, quiz, storage, training, validation
from helpers.images import load_folder, save_folder
from tests.input_cases import strategies as some

PHOTO = images.photo_path("cat")
TEXT = st.just("something")

GOOD = {
    validation.as_names: {"values": some.WORDS},
    validation.as_number: {"value": some.RATES, "name": TEXT},
    validation.as_path: {"value": st.just("folder"), "expected": TEXT},
    validation.as_whole: {"value": some.FEW, "name": TEXT},
    data.normalize: {"images": some.images()},
    data.one_hot: {"labels": some.LABELS, "n_classes": st.integers(10, 12)},
    data.prepare_dataset: {
        "images": some.images(6),
        "labels": st.lists(st.integers(0, 9), min_size=6, max_size=6),
        "validation_share": st.floats(0.2, 0.8),
        "seed": some.SEEDS,
        "n_classes": st.integers(10, 12),
    },
    data.load_cifar10: {"size": st.just("medium")},
    mnist.load_own_digits: {"folder": st.just(storage.DATA / "digits" / "no such")},
    mnist.prepare_digit: {"image": st.one_of(some.image(3, 9), st.just(PHOTO))},
    evaluation.accuracy_difference: {
        "first": st.just([True, False, True]),
        "second": st.just([True, True, False]),
        "level": some.RATES,
    },
    evaluation.accuracy_interval: {
        "n_correct": st.integers(0, 50),
        "n": st.integers(50, 99),
        "level": some.RATES,
    },
    evaluation.confusion: {"predictions": some.PREDICTIONS, "class_names": some.WORDS},
    evaluation.per_class: {"predictions": some.PREDICTIONS, "class_names": some.WORDS},
    evaluation.calibration: {"predictions": some.PREDICTIONS, "n_bins": some.FEW},
    evaluation.expected_calibration_error: {"predictions": some.PREDICTIONS, "n_bins": some.FEW},
    evaluation.most_confident_mistakes: {"predictions": some.PREDICTIONS, "n": some.FEW},
    filters.convolve: {
        "image": some.image(),
        "kernel": st.sampled_from([*filters.KERNELS.values()]),
        "padding": st.sampled_from(["valid", "same"]),
    },
    filters.gray: {"image": some.image(3)},
    filters.parse_kernel: {"text": st.text("0123456789 -.,;/[]\n", max_size=30)},
    load_folder: {"folder": st.just("classes"), "fewest": st.integers(1, 2)},
    save_folder: {
        "folder": st.just("new"),
        "images": some.several(some.image(3)),
        "labels": st.just([0, 2]),
        "class_names": some.WORDS,
    },
    images.load_photo: {"name": st.sampled_from(images.PHOTOS)},
    images.load_image: {"path": st.just(PHOTO), "size": st.tuples(some.FEW, some.FEW)},
    images.check_photo: {"image": some.image(3)},
    images.photo_path: {"name": st.sampled_from(images.PHOTOS)},
    quiz.show: {"name": st.just("02-image-data")},
    histories.history_table: {"history": some.HISTORIES},
    training.load_fit: {"name": st.text(max_size=8)},
    training.load_history: {"name": st.sampled_from(["model_intro", "sweep_dropout", "model", ""])},
    training.read_history: {"path": st.just("history.csv")},
    training.write_history: {"path": st.just("new.csv"), "history": some.HISTORIES},
}


def files(folder):
    """Put into a folder what the paths above lead to."""
    (folder / "folder").mkdir()
    (folder / "empty").touch()
    (folder / "text.txt").write_text("a text\n", encoding="utf-8")
    (folder / "history.csv").write_text("epoch,loss\n1,2.5\n", encoding="utf-8")
    save_folder(folder / "classes", [np.zeros((4, 4, 3), np.uint8)] * 4, [0, 0, 1, 1], ["cat", "dog"])
