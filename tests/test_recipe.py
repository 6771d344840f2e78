"""Every piece of the recipe for 94% does what the example says of it."""

import keras
import numpy as np
import pytest

from helpers import CourseError, data, models, recipe
from tools.fits import ablation, cutout, frame, not_kept

NARROW = (8, 8, 8)


@pytest.fixture(scope="module")
def labelled():
    """Two hundred bundled images, and their labels one-hot."""
    (images, labels), _ = data.load_cifar10()
    return images[:200], data.one_hot(labels[:200])


@pytest.fixture
def network():
    keras.utils.set_random_seed(1)
    return models.create_model_best(NARROW)


# The network and its start


def test_the_top_of_the_ladder_is_the_best_network():
    top = ablation.network(ablation.climb()[ablation.RECIPE]).get_config()
    best = models.create_model_best().get_config()
    for own, ours in zip(top["layers"], best["layers"], strict=True):
        assert own["class_name"] == ours["class_name"]
        assert own["config"] | {"name": ""} == ours["config"] | {"name": ""}


def test_the_notebook_builds_its_network_as_the_package_does():
    _, build = frame.defined_in("example-67-to-94", "block", "my_model_best")
    own, ours = build((64, 256, 256)), models.create_model_best()
    assert [type(layer).__name__ for layer in own.layers] == [type(layer).__name__ for layer in ours.layers]
    assert [weights.shape for weights in own.weights] == [weights.shape for weights in ours.weights]


def test_whitened_filters_give_answers_that_are_uncorrelated_and_equally_strong(network, labelled):
    images = data.normalize(labelled[0])
    ablation.whiten(network, images)
    whitened = keras.Model(network.input, network.get_layer("whitening").output)
    patches = whitened(images).numpy().reshape(-1, 24)
    np.testing.assert_allclose(patches.mean(axis=0), 0, atol=0.01)
    covariance = np.cov(patches[:, :12], rowvar=False)
    np.testing.assert_allclose(covariance - np.diag(np.diag(covariance)), 0, atol=0.01)
    assert np.all(np.diag(covariance)[-6:] > 0.8)  # the faintest patterns are held back by epsilon
    np.testing.assert_allclose(patches[:, 12:], -patches[:, :12], atol=1e-4)


def test_a_network_that_starts_as_identity_hands_its_maps_on_and_is_random_beyond():
    model = models.create_model_best((32, 8, 8))
    ablation.start_as_identity(model)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.trainable:
            maps = np.random.default_rng(0).random((1, 6, 6, layer.input.shape[-1])).astype("float32")
            passed = min(maps.shape[-1], layer.filters)
            np.testing.assert_allclose(layer(maps).numpy()[..., :passed], maps[..., :passed], rtol=1e-5)
            assert passed == layer.filters or layer.get_weights()[0][..., passed:].std() > 0


# What it sees


def one_image(labelled, **options):
    """Give the first image as each of 60 epochs shows it."""
    one = labelled[0][:1], labelled[1][:1]
    return [recipe.FlippedAndShifted(*one, 1, epoch=epoch, **options)[0][0][0] for epoch in range(60)]


def test_an_image_is_mirrored_in_every_other_epoch(labelled):
    first, second, third, fourth = one_image(labelled, shift=0)[:4]
    np.testing.assert_array_equal((first, first[:, ::-1]), (third, second))
    np.testing.assert_array_equal(second, fourth)


def test_an_image_is_shifted_by_two_pixels_at_most_with_reflected_edges(labelled):
    padded = np.pad(labelled[0][0], ((2, 2), (2, 2), (0, 0)), mode="reflect") / np.float32(255)
    allowed = [padded[y : y + 32, x : x + 32] for y in range(5) for x in range(5)]
    made = one_image(labelled, flip=False)
    places = [[place for place, other in enumerate(allowed) if (image == other).all()] for image in made]
    assert all(places) and len({place for found in places for place in found}) > 15


def test_every_image_keeps_its_label_and_comes_once_an_epoch(labelled):
    images, labels = labelled
    images = np.zeros_like(images) + np.arange(200, dtype="uint8")[:, None, None, None]  # a number each
    batches = recipe.FlippedAndShifted(images, labels, batch_size=50)
    for _ in range(2):
        seen = [batches[number] for number in range(len(batches))]
        numbers = np.concatenate([np.rint(x[:, 0, 0, 0] * 255).astype(int) for x, _ in seen])
        np.testing.assert_array_equal(np.sort(numbers), np.arange(200))
        np.testing.assert_array_equal(np.concatenate([y for _, y in seen]), labels[numbers])
        batches.on_epoch_end()


def test_batches_are_fractions_and_depend_on_seed_and_epoch_alone(labelled):
    first = recipe.FlippedAndShifted(*labelled, batch_size=50, seed=7)
    first.on_epoch_end()
    again = recipe.FlippedAndShifted(*labelled, batch_size=50, seed=7, epoch=1)
    other = recipe.FlippedAndShifted(*labelled, batch_size=50, seed=8, epoch=1)
    np.testing.assert_array_equal(first[2][0], again[2][0])
    assert not np.array_equal(first[2][0], other[2][0])
    assert first.windows.dtype == np.uint8, "a byte a number until a batch is made"
    x, y = first[0]
    assert (x.dtype, x.shape, y.shape) == (np.float32, (50, 32, 32, 3), (50, 10))
    assert 0 <= x.min() < 0.1 < 0.9 < x.max() <= 1


def corners_of_squares(labelled, **settings):
    """Check that a square of each image, and that alone, has the mean color; (2, images): rows, columns."""
    whole, same = recipe.FlippedAndShifted(*labelled, **settings)[0]
    images, labels = cutout.PartlyCovered(*labelled, side=10, **settings)[0]
    np.testing.assert_array_equal(labels, same)
    covered = (images != whole).any(axis=-1)
    sides = covered.any(axis=2), covered.any(axis=1)
    assert all((side.sum(axis=1) == 10).all() for side in sides)
    assert (covered.sum(axis=(1, 2)) == 10 * 10).all()
    mean = np.broadcast_to(data.normalize(labelled[0]).mean(axis=(0, 1, 2)), images[covered].shape)
    np.testing.assert_allclose(images[covered], mean, atol=1e-4)
    return np.array([side.argmax(axis=1) for side in sides])


def test_a_square_is_covered_in_each_image_and_elsewhere_in_each_epoch(labelled):
    for corners in corners_of_squares(labelled, batch_size=200, seed=7):
        assert {*corners} == {*range(23)}, "from edge to edge"
    first = [rows[:1] for rows in labelled]
    assert len({(*corners_of_squares(first, batch_size=1, epoch=epoch)[:, 0],) for epoch in range(9)}) > 6


def test_images_that_make_no_batches_are_refused_in_words(labelled):
    x, y = labelled
    for images, labels in ((x / 255, y), (x[:10], y[:10]), (x, y[:100])):
        with pytest.raises(CourseError, match="uint8"):
            recipe.FlippedAndShifted(images, labels, batch_size=50)


# How it learns


def test_the_rate_rises_to_its_peak_and_falls_to_its_end_where_it_stays():
    rate = not_kept.TriangularSchedule(peak=1.5, steps=200)
    rates = np.array([float(rate(step)) for step in range(202)])
    np.testing.assert_allclose(rates[[0, 46, 200, 201]], [0.3, 1.5, 0.105, 0.105], rtol=1e-5)
    for part in (rates[:47], rates[46:201]):  # straight lines
        np.testing.assert_allclose(np.diff(part), np.diff(part).mean(), rtol=1e-3)


@pytest.mark.parametrize("shape", [(216, 64), (64, 64), (16, 40)], ids=["tall", "square", "wide"])
def test_newton_schulz_is_that_of_keras_and_of_the_notebook(shape):
    matrix = np.random.default_rng(0).normal(size=shape).astype("float32")
    made = keras.ops.convert_to_numpy(recipe._orthogonal(matrix))
    theirs = keras.optimizers.Muon().zeropower_via_newtonschulz5(keras.ops.convert_to_tensor(matrix), 3)
    np.testing.assert_allclose(made, theirs, atol=1e-4)
    (own,) = frame.defined_in("example-67-to-94", "orthogonal")
    np.testing.assert_allclose(made, own(matrix), atol=1e-4)


def muon_by_definition(kernel, gradients, rate, momentum):
    """Take the steps of Muon in numpy: unit filters, Nesterov momentum, singular values by the polynomial."""
    average, filters = 0, kernel.shape[-1]
    for gradient in gradients:
        average = momentum * average + gradient
        seen = (gradient + momentum * average).reshape(-1, filters)
        left, values, right = np.linalg.svd(seen, full_matrices=False)
        values = values / np.linalg.norm(values)
        for _ in range(3):
            values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
        kernel = kernel * np.sqrt(filters) / np.linalg.norm(kernel)
        kernel = kernel - rate * ((left * values) @ right).reshape(kernel.shape)
    return kernel


@pytest.mark.parametrize("scale", [1e-3, 1, 1e3], ids="gradients of {:g}".format)
def test_muon_steps_as_defined_however_long_the_gradient_and_all_else_as_without_it(scale):
    rng, shapes = np.random.default_rng(1), {"kernel": (3, 3, 8, 16), "beta": (16,), "dense": (16, 10)}
    start = {name: rng.normal(size=shape).astype("float32") for name, shape in shapes.items()}
    gradients = [{name: scale * rng.normal(size=shapes[name]) for name in shapes} for _ in range(3)]
    after, settings = [], {"learning_rate": 0.5, "momentum": 0.8, "nesterov": True, "weight_decay": None}
    for optimizer in (
        recipe.Muon(**settings, kernel_factor=0.3, kernel_momentum=0.7),
        keras.optimizers.SGD(**settings),
        not_kept.QuickBiases(**settings, bias_factor=4),
    ):
        weights = [keras.Variable(start[name], name=name) for name in shapes]
        for given in gradients:
            optimizer.apply([keras.ops.cast(given[name], "float32") for name in shapes], weights)
        after.append([variable.numpy() for variable in weights])
    (kernel, *rest), (_, *plain), (_, quick, _) = after
    expected = muon_by_definition(start["kernel"], [given["kernel"] for given in gradients], 0.15, 0.7)
    np.testing.assert_allclose(kernel, expected, atol=2e-4)
    np.testing.assert_equal(rest, plain)
    np.testing.assert_allclose(quick - start["beta"], 4 * (plain[0] - start["beta"]), rtol=1e-3, atol=1e-6)


@pytest.mark.slow
def test_muon_learns_with_16_bits_as_with_32(labelled):
    after = []
    for precision in ("float32", "mixed_bfloat16"):
        keras.utils.set_random_seed(4)
        keras.mixed_precision.set_global_policy(precision)
        model = models.create_model_best(NARROW)
        keras.mixed_precision.set_global_policy("float32")
        model.compile(recipe.Muon(0.1), "categorical_crossentropy")
        before = [weights.numpy() for weights in model.trainable_weights]
        for _ in range(3):
            model.train_on_batch(data.normalize(labelled[0][:32]), labelled[1][:32])
        after.append([weights.numpy() for weights in model.trainable_weights])
        assert {weights.dtype for weights in model.trainable_weights} == {"float32"}
    for begun, full, half in zip(before, *after, strict=True):
        if full.ndim == 4:
            begun = begun * full.shape[-1] ** 0.5 / np.linalg.norm(begun)  # Muon sets its length first
            assert np.corrcoef((full - begun).ravel(), (half - begun).ravel())[0, 1] > 0.9


@pytest.mark.slow
def test_a_model_that_was_saved_and_loaded_learns_on_as_ever(network, labelled, tmp_path):
    settings = {"kernel_factor": 0.3, "kernel_momentum": 0.7, "momentum": 0.8, "weight_decay": 0.01}
    rate = not_kept.TriangularSchedule(0.7, 10)
    optimizer = not_kept.QuickBiases(rate, bias_factor=9, nesterov=True, **settings)
    network.compile(optimizer, "categorical_crossentropy")
    batch = data.normalize(labelled[0][:32]), labelled[1][:32]
    network.train_on_batch(*batch)
    network.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.optimizer.get_config() == optimizer.get_config()
    for model in (network, loaded):
        model.train_on_batch(*batch)
    for one, other in zip(network.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


WHEN = {"in between": (3, 10, None), "every five steps": (4, 10, 0.95**5 * 0.5**3)}
WHEN["after an epoch"] = (6, 7, 0.95**5 * 0.5**3)


@pytest.mark.parametrize(("step", "steps_of_an_epoch", "stay"), WHEN.values(), ids=WHEN)
def test_lookahead_draws_weights_back_to_their_slow_average(network, step, steps_of_an_epoch, stay):
    network.compile(keras.optimizers.SGD(0.0), "mse")
    lookahead = not_kept.Lookahead(steps=10)
    lookahead.set_model(network)
    lookahead.set_params({"steps": steps_of_an_epoch})
    lookahead.on_train_begin()
    before = network.get_weights()
    network.set_weights([weights + 1 for weights in before])
    network.optimizer.iterations.assign(5)
    lookahead.on_train_batch_end(step)
    np.testing.assert_allclose(network.get_weights()[0], before[0] + 1 - (stay or 0), rtol=1e-5)
    if stay:  # it remembers nothing that the weights do not hold
        np.testing.assert_equal(list(lookahead.slow), network.get_weights())


@pytest.mark.parametrize(
    ("full", "half", "expected"),
    [(2, 5, "float32"), (2, 1, "mixed_bfloat16"), (2, 1.9, "float32"), (2, np.inf, "float32")],
)
def test_the_precision_is_the_clearly_faster_one(full, half, expected, monkeypatch, capsys):
    clock = iter([full + 9, half + 9, full, half + 1, full + 1, half])  # the first round builds

    def timed(step, timer, number):
        step()
        if (seconds := next(clock)) == np.inf:
            raise ValueError("no such operation")
        return seconds

    monkeypatch.setattr("timeit.timeit", timed)
    assert recipe.faster_precision() == expected
    assert keras.mixed_precision.global_policy().name == "float32"
    said = {
        "float32": f"32 bits: a small step takes {full:.3f} s; with 16, {half:.3f} s.\n",
        "mixed_bfloat16": f"16 bits: a small step takes {half:.3f} s; with 32, {full:.3f} s.\n",
    }
    assert capsys.readouterr().out == said[expected]


# How it answers


def test_six_views_are_averaged_and_stay_in_order(network, labelled):
    images, labels = data.normalize(labelled[0][:20]), labelled[1][:20].argmax(axis=1)
    *others, last = network.get_weights()
    network.set_weights([*others, 100 * last])  # untrained, it answers all views alike
    predictions = recipe.predict_tta(network, images, labels[:, None])
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    expected = 0
    for y, weight in ((0, 1), (1, 2), (2, 1)):
        view = padded[:, y : y + 32, y : y + 32]
        expected += weight * (network(view).numpy() + network(view[:, :, ::-1]).numpy()) / 8
    np.testing.assert_allclose(predictions.probabilities, expected, atol=1e-5)
    np.testing.assert_array_equal(predictions.labels, labels)
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, rtol=1e-5)
