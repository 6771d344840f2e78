"""Predictions keep their labels, and the numbers made from them are right."""

import keras
import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import precision_score

from helpers import CourseError, evaluation, models
from helpers.evaluation import Predictions, predict

N_CLASSES = 10


class PerfectClassifier:
    """Knows every class because the images show it: class 3 is an image full of 0.3."""

    def predict_on_batch(self, images):
        return np.eye(N_CLASSES)[np.rint(images[:, 0, 0, 0] * 10).astype(int)]


PERFECT = PerfectClassifier()


@pytest.fixture
def labels():
    return np.random.default_rng(0).integers(0, N_CLASSES, 300)


@pytest.fixture
def images(labels):
    return np.ones((300, 4, 4, 3), np.float32) * labels[:, None, None, None].astype(np.float32) / 10


def dataset(images, labels, batch_size=32, shuffled=True):
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices((images, labels))
    return (data.shuffle(300, reshuffle_each_iteration=True) if shuffled else data).batch(batch_size)


def some_predictions(probabilities, labels):
    return Predictions(np.zeros((len(labels), 4, 4, 3)), np.array(labels), np.array(probabilities, float))


@pytest.mark.parametrize("form", ["integers", "column", "one-hot"])
@pytest.mark.parametrize("source", ["array", "dataset", "shuffled dataset"])
def test_a_perfect_classifier_scores_one_whatever_the_data_come_in(images, labels, source, form):
    shaped = {"integers": labels, "column": labels[:, None], "one-hot": np.eye(N_CLASSES)[labels]}[form]
    if source == "array":
        given = [(images, shaped, batch_size) for batch_size in (7, 300, 1000)]
    else:
        data = dataset(images, shaped, shuffled="shuffled" in source)
        passes = [np.concatenate([batch.numpy() for batch, _ in data]) for _ in range(2)]
        assert (passes[0] != passes[1]).any() == ("shuffled" in source), "another order each time"
        given = [(data,)]
    for arguments in given:
        predictions = predict(PERFECT, *arguments)
        assert (predictions.accuracy, len(predictions)) == (1.0, 300)
        np.testing.assert_array_equal(np.rint(predictions.images[:, 0, 0, 0] * 10), predictions.labels)
        assert "shuffled" in source or (predictions.labels == labels).all()


def test_a_keras_model_gives_what_its_own_predict_gives(images, labels):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((4, 4, 3)), *layers])
    predictions = predict(model, images, labels, batch_size=64)
    np.testing.assert_allclose(predictions.probabilities, model.predict(images, verbose=0), atol=1e-6)


def test_properties_and_selections_belong_to_the_same_images():
    predictions = some_predictions([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], [0, 0, 1])
    assert predictions.predicted.tolist() == [0, 1, 0]
    assert predictions.confidence.tolist() == [0.9, 0.8, 0.6]
    assert predictions.correct.tolist() == [True, False, False]
    assert predictions.accuracy == pytest.approx(1 / 3)
    for which in (np.array([False, True, True]), slice(1, None), [1, 2]):
        assert predictions[which].labels.tolist() == [0, 1]
        assert predictions[which].predicted.tolist() == [1, 0]
    assert len(predictions[1]) == 1


class SoftmaxForgotten:
    def predict_on_batch(self, images):
        return np.arange(len(images) * N_CLASSES, dtype=float).reshape(-1, N_CLASSES)


SPOILED = [  # what is done to images and labels, what is said of it
    (lambda p, y: predict(PERFECT, p), "300 images and no labels"),
    (lambda p, y: predict(PERFECT, p, y[:5]), "300 images and 5 labels"),
    (lambda p, y: predict(PERFECT, p[0], y[:4]), "image[None]"),
    (lambda p, y: predict(models.create_model_dense((28, 28, 1)), p, y), "('N', 28, 28, 1)"),
    (lambda p, y: predict(PERFECT, p[:0], y[:0]), "at least one image"),
    (lambda p, y: predict(PERFECT, p * 255, y), "255"),
    (lambda p, y: predict(PERFECT, p, y + 1), "labels 0 .. 9"),
    (lambda p, y: predict(PERFECT, p, np.eye(12)[y]), "number of classes"),
    (lambda p, y: predict(PERFECT, p, np.ones((300, 10))), "single 1"),
    (lambda p, y: predict(SoftmaxForgotten(), p, y), "softmax"),
    (lambda p, y: predict(PERFECT, dataset(p, y).repeat()), ".repeat()"),
    (lambda p, y: predict(PERFECT, dataset(p, y).unbatch()), ".batch(256)"),
    (lambda p, y: predict(PERFECT, dataset(p, y).map(lambda a, b: a)), "labels in the dataset"),
    (lambda p, y: predict(PERFECT, {"images": p, "labels": y}), "labels in the dataset"),
]


@pytest.mark.parametrize(("spoil", "message"), SPOILED)
def test_data_that_do_not_fit_are_explained(images, labels, spoil, message):
    with pytest.raises(CourseError) as error:
        spoil(images, labels)
    assert message in str(error.value)


@pytest.mark.parametrize("n_correct", [0, 1, 50, 99, 100])
def test_the_interval_is_wilsons(n_correct):
    expected = binomtest(n_correct, 100).proportion_ci(method="wilson")
    assert evaluation.accuracy_interval(n_correct, 100) == pytest.approx(tuple(expected), abs=1e-12)


def test_what_does_not_fit_is_refused():
    shares = ((1.5, 2), (1.0, 2000), (np.float32(0.5), 2000))
    for arguments in (*shares, (-1, 10), (0, 0)):
        with pytest.raises(CourseError):
            evaluation.accuracy_interval(*arguments)
    with pytest.raises(CourseError, match="3 class names"):
        evaluation.per_class(some_predictions(np.eye(3), [0, 1, 2]), ["cat", "dog"])


def test_precision_and_recall_of_each_class():
    predictions = some_predictions(np.eye(3)[[0, 0, 1, 0]], [0, 1, 1, 0])
    table = evaluation.per_class(predictions, ["cat", "dog", "emu"])
    assert table.loc["cat", "precision"] == pytest.approx(2 / 3)
    assert table.loc["dog", "recall"] == 0.5
    assert table.images.tolist() == [2, 2, 0]
    assert table.loc["emu", ["precision", "recall"]].isna().all()
    assert table.loc["cat", "precision"] == precision_score([1, 0, 0, 1], [1, 1, 0, 1])


def test_the_most_confident_mistakes_come_first_and_are_mistakes():
    predictions = some_predictions([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.05, 0.95]], [1, 1, 0, 0])
    mistakes = evaluation.most_confident_mistakes(predictions, 2)
    assert mistakes.confidence.tolist() == [0.95, 0.9]
    assert not mistakes.correct.any()
    assert len(evaluation.most_confident_mistakes(predictions, 99)) == 3
