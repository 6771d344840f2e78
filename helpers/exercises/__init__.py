"""The exercises, one file per notebook and named after it; importing the package makes all checks."""

from helpers.exercises import (
    e01_introduction,
    e02_image_data,
    e03_build_a_cnn,
    e04_train_a_cnn,
    e05_evaluate_and_tune,
    e06_share,
    statements,
    x_67_to_94,
    x_dense_baseline,
    x_iris,
    x_mnist,
    x_object_detection,
    x_transfer_learning,
    x_your_own_project,
)

statements.register()
