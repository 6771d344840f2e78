"""Data, images, folders, filters, predictions and their evaluation: no TensorFlow."""

import numpy as np
from hypothesis import strategies as st

from helpers import classroom, data, evaluation, histories, images, mnist, quiz, storage, training, validation
from helpers.exercises import progress_code
from helpers.images import load_folder, save_folder
from tests.input_cases import strategies as some

PHOTO = images.photo_path("cat")
TEXT = "something"

GOOD = {
    validation.as_names: dict(values=some.WORDS),
    validation.as_path: dict(value="folder", expected=TEXT),
    data.normalize: dict(images=some.images()),
    data.one_hot: dict(labels=some.LABELS, n_classes=st.integers(10, 12)),
    data.prepare_dataset: dict(
        images=some.images(6),
        labels=st.lists(st.integers(0, 9), min_size=6, max_size=6),
        validation_share=st.floats(0.2, 0.8),
        seed=some.SEEDS,
        n_classes=st.integers(10, 12),
    ),
    data.load_cifar10: dict(size="medium"),
    mnist.prepare_digit: dict(image=st.one_of(some.image(3, 9), st.just(PHOTO))),
    mnist.find_ink: dict(image=st.one_of(some.image(3, 9), st.just(PHOTO))),
    mnist.fit_into_box: dict(ink=np.eye(30)),
    mnist.center: dict(box=np.eye(20)),
    evaluation.accuracy_difference: dict(first=[True, False, True], second=[True, True, False]),
    evaluation.accuracy_interval: dict(n_correct=st.integers(0, 50), n=st.integers(50, 99)),
    evaluation.per_class: dict(predictions=some.PREDICTIONS, class_names=some.WORDS),
    evaluation.most_confident_mistakes: dict(predictions=some.PREDICTIONS, n=some.FEW),
    load_folder: dict(folder="classes", fewest=st.integers(1, 2)),
    save_folder: dict(
        folder="new", images=some.several(some.image(3)), labels=[0, 2], class_names=some.WORDS
    ),
    images.load_photo: dict(name=st.sampled_from(images.PHOTOS)),
    images.load_image: dict(path=PHOTO, size=st.tuples(some.FEW, some.FEW)),
    images.check_photo: dict(image=some.image(3)),
    images.photo_path: dict(name=st.sampled_from(images.PHOTOS)),
    classroom.show: dict(
        codes=st.sampled_from(["folder", progress_code.write({"shapes"}, {})]), explain=some.FEW
    ),
    quiz.show: dict(name="02-image-data"),
    histories.history_table: dict(history=some.HISTORIES),
    training.load_fit: dict(name=st.text(max_size=8)),
    training.load_run: dict(name=st.text(max_size=8)),
    training.load_history: dict(name=st.sampled_from(["model_intro", "sweep_dropout", "model", ""])),
    training.read_history: dict(path="history.csv"),
    training.write_history: dict(path="new.csv", history=some.HISTORIES),
}
# Less often: without a folder, it prepares the course's own 45 digits.
SLOW = {mnist.load_own_digits: dict(folder=storage.DATA / "digits" / "no such")}


def files(folder):
    """Put into a folder what the paths above lead to."""
    (folder / "folder").mkdir()
    (folder / "empty").touch()
    (folder / "text.txt").write_text("a text\n", encoding="utf-8")
    (folder / "history.csv").write_text("epoch,loss\n1,2.5\n", encoding="utf-8")
    save_folder(
        folder / "classes",
        [np.eye(4, 12, dtype=np.uint8).reshape(4, 4, 3) * 9] * 4,
        [0, 0, 1, 1],
        ["cat", "dog"],
    )
