"""The best network of the course, as the example "From 67% to 94%" explains: half an hour a run.

`best_validation` trains on 40,000 images and measures on the 10,000 of the validation set: what decides about
the recipe. `model_best` trains on all 50,000, is tested once, and shipped.
"""

from helpers import evaluation, models, recipe  # first: they quieten TensorFlow

# isort: split
import json
from dataclasses import replace
from functools import partial

import numpy as np

from tools import shared
from tools.fits import ablation, cifar10, frame


def fit(name, options):
    """Validate the recipe, or train by it and ship."""
    parts = cifar10.load_parts(options.size)
    if name == "best_validation":
        print(json.dumps(_validate(parts, options.build), indent=1))
    else:
        _final(parts, options.build, options.shipped / name)


def _validate(parts, build):
    folder = build / "model_best_validation"
    model, history = train(parts.train, folder)
    scores = _measure(_in_single_precision(model), "validation", *parts.validation)
    facts = _describe(model, parts, len(parts.train[0])) | frame.cost(history) | scores
    shared.write_json(folder / "scores.json", facts)
    return facts


def _final(parts, build, folder):
    """Train on all that is not for testing, ship the model with half precision, and test it once."""
    validated = _validated_recipe(build / "model_best_validation" / "scores.json")
    both = [np.concatenate(pair) for pair in zip(parts.train, parts.validation, strict=True)]
    model, history = train(both, build / "model_best")
    facts = _describe(model, parts, len(both[0])) | frame.cost(history)

    def test(shipped):
        scores = {"validation": validated}
        for part in ("test", "workshop_test"):
            scores |= _measure(shipped, part, *getattr(parts, part))
        return scores

    tables = {folder.name: frame.curves(history)}
    frame.write_fit(folder, tables, facts, _in_single_precision(model), test, half=True)


def _validated_recipe(file):
    """Return the results of the validation; refuse to test a recipe that was not the validated one."""
    if not file.exists():
        raise SystemExit(f"No recipe was validated: there is no {file}. Train best_validation first.")
    validated = json.loads(file.read_text(encoding="utf-8"))
    other = [key for key, value in decided().items() if validated.get(key) != value]
    if other:
        raise SystemExit(f"What was validated had other settings: {', '.join(other)}. Train best_validation.")
    return validated


def train(images_and_labels, folder, epochs=recipe.EPOCHS):
    """Train by the recipe, resumably."""
    precision = frame.precision(folder.parent)  # of layers; weights, statistics and answers have 32 bits
    whole = replace(ablation.climb()["wider"], precision=precision)
    return ablation.train(whole, images_and_labels, folder, epochs)


def _in_single_precision(model):
    """Build the network anew of ordinary float32 layers: it answers alike on any processor."""
    plain = models.create_model_best()
    plain.set_weights(model.get_weights())
    return plain


def _measure(model, part, images, labels):
    """Measure a model on one part of the data: as it is, and by the mean of six views."""
    plain = evaluation.predict(model, images, labels)
    six_views = recipe.predict_tta(model, images, plain.labels)
    return {f"{part}_accuracy_one_view": plain.accuracy} | frame.scores(part, six_views)


remeasure = partial(cifar10.remeasure, key="workshop_test_accuracy_one_view", most=0.002)


def _describe(model, parts, training_images):
    hidden = model.layers[2]
    facts = {"activation": hidden.activation.__name__, "precision": hidden.dtype_policy.name}
    facts |= {"loss": "CategoricalCrossentropy"}
    learned_from = {"training_images": training_images, "data_sha256": parts.sha256}
    return frame.how(model, **facts, **learned_from, **decided())


def decided():
    """List what the validation decides about."""
    return {
        "optimizer": "SGD with Nesterov momentum",
        "epochs": recipe.EPOCHS,
        "momentum": recipe.MOMENTUM,
        "weight_decay": recipe.WEIGHT_DECAY,
        "learning_rate": {
            "shape": "triangular",
            "peak": recipe.PEAK_RATE,
            "times_for_biases_of_normalisation": recipe.BIAS_FACTOR,
        },
        "label_smoothing": recipe.LABEL_SMOOTHING,
        "batch_size": recipe.BATCH_SIZE,
        "augmentation": "mirrored in every other epoch, shifted by up to 2 pixels",
        "answers": "mean of six views",
    }
