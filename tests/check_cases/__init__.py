"""Answers of learners to every check, right and wrong, one file per notebook; `CASES` has them all."""

from tests.check_cases import (
    e01_introduction,
    e02_image_data,
    e03_build_a_cnn,
    e04_train_a_cnn,
    e05_evaluate_and_tune,
    e06_share,
    forms,
    x_67_to_94,
    x_dense_baseline,
    x_iris,
    x_mnist,
    x_object_detection,
    x_transfer_learning,
)

CASES = {
    name: forms.case(entries)
    for cases in (
        forms.GENERATED,
        *(e01_introduction.CASES, e02_image_data.CASES, e03_build_a_cnn.CASES, e04_train_a_cnn.CASES),
        *(e05_evaluate_and_tune.CASES, e06_share.CASES, x_67_to_94.CASES, x_dense_baseline.CASES),
        *(x_iris.CASES, x_mnist.CASES, x_object_detection.CASES, x_transfer_learning.CASES),
    )
    for name, entries in cases.items()
}
