"""The networks of the course have the layers and the size that the lesson says."""

import keras
import numpy as np
import pytest

from helpers import models


@pytest.mark.parametrize(
    ("create", "name", "parameters"),
    [
        (models.create_model_intro, "cifar_model_intro", 79_530),
        (models.create_model_dropout, "cifar_model_dropout", 33_834),
        (models.create_model_dense, "cifar_model_dense", 1_841_162),
        (models.create_model_best, "cifar_model_best", 1_973_944),
    ],
)
def test_networks_are_those_of_the_lesson_and_answer_with_probabilities(create, name, parameters):
    model = create()
    assert (model.name, model.count_params()) == (name, parameters)
    answers = model(np.zeros((2, *model.input_shape[1:]), "float32")).numpy()
    assert answers.shape == (2, 10) and answers.min() >= 0
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


def test_networks_serve_another_set_of_images():
    for create in (models.create_model_intro, models.create_model_best):
        model = create(input_shape=(28, 24, 1), n_classes=4)
        assert (model.input_shape, model.output_shape) == ((None, 28, 24, 1), (None, 4))


def test_activation_reaches_every_hidden_layer_and_leaves_the_output_alone():
    model = models.create_model_intro(activation="tanh")
    activations = [layer.activation.__name__ for layer in model.layers if hasattr(layer, "activation")]
    assert activations == ["tanh", "tanh", "tanh", "softmax"]


def test_the_dropout_rate_reaches_its_layer():
    layers = models.create_model_dropout(rate=0.9).layers
    assert [layer.rate for layer in layers if isinstance(layer, keras.layers.Dropout)] == [0.9]
