"""The networks of the course have the layers and the size that the lesson says."""

import keras
import numpy as np
import pytest

from helpers import models


def test_intro_network_has_the_shapes_and_the_size_of_the_lesson():
    model = models.create_model_intro()
    maps = [(32, 32, 3), (30, 30, 16), (15, 15, 16), (13, 13, 32), (6, 6, 32)]
    assert model.name == "cifar_model_intro"
    assert [layer.output.shape[1:] for layer in model.layers] == [*maps, (1152,), (64,), (10,)]
    sizes = [layer.count_params() for layer in model.layers]
    assert [size for size in sizes if size] == [448, 4_640, 73_792, 650]


@pytest.mark.parametrize(
    ("create", "parameters"),
    [
        (models.create_model_intro, 79_530),
        (models.create_model_dropout, 33_834),
        (models.create_model_dense, 1_841_162),
        (models.create_model_best, 1_973_944),
    ],
)
def test_networks_have_the_size_of_the_lesson_and_answer_with_probabilities(create, parameters):
    model = create()
    assert model.count_params() == parameters
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


def test_dropout_rate_is_used_in_training_only():
    model = models.create_model_dropout(rate=0.9)
    dropout = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dropout))
    ones = np.ones((1, 4, 4, 64), "float32")
    assert float((dropout(ones, training=True).numpy() == 0).mean()) == pytest.approx(0.9, abs=0.05)
    assert (dropout(ones, training=False).numpy() == 1).all()
