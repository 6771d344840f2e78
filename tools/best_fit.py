"""Train the best network of the course, as the example "From 67 % to 94 %" explains: half an hour a run.

    python tools/best_fit.py validate   # on 40,000 images, measured on the 10,000 of the validation set
    python tools/best_fit.py final      # on all 50,000, tested once, and shipped

Made for the background, as `fits`: killed, it goes on with the epoch it was in.
"""

# First of all, because it quietens TensorFlow.
from helpers import evaluation, models, recipe
from helpers.sharing import portable

# isort: split
import json
from dataclasses import replace
from functools import partial

import fits
import keras
import numpy as np
import resumable

NAME = "model_best"
PRECISION = "mixed_bfloat16"  # layers calculate with 16 bits; weights, statistics and answers have 32


def validate(parts, build):
    """Train on the training part and measure on the validation part: what decides about the recipe."""
    folder = build / f"{NAME}_validation"
    model, history = train(parts.train, folder, recipe.EPOCHS)
    scores = measure(in_single_precision(model), "validation", *parts.validation)
    facts = how(model, parts) | fits.cost(history) | scores
    resumable.write_json(folder / "scores.json", facts)
    return facts


def final(parts, build, shipped):
    """Train on all that is not for testing, write the model with half precision, and test it once."""
    # No test before this very recipe has been validated.
    validated = json.loads((build / f"{NAME}_validation" / "scores.json").read_text(encoding="utf-8"))
    other = [key for key, value in decided().items() if validated.get(key) != value]
    if other:
        raise SystemExit(f"What was validated had other settings: {', '.join(other)}. Run validate first.")
    both = [np.concatenate(pair) for pair in zip(parts.train, parts.validation, strict=True)]
    parts = replace(parts, train=both)
    model, history = train(both, build / NAME, recipe.EPOCHS)
    folder = shipped / NAME
    resumable.remove_unfinished(folder)
    fits.write_table(folder / f"{NAME}.csv", history[fits.curves(history)])
    portable.save(in_single_precision(model), folder / f"{NAME}.keras", half=True)
    written = keras.saving.load_model(folder / f"{NAME}.keras")
    scores = [measure(written, name, *getattr(parts, name)) for name in ("test", "workshop_test")]
    facts = how(model, parts) | fits.cost(history) | scores[0] | scores[1] | {"validation": validated}
    resumable.write_json(folder / "settings.json", facts)
    return facts


def train(images_and_labels, folder, epochs):
    """Train by the recipe, resumably."""
    images, labels = as_bytes(images_and_labels[0]), images_and_labels[1]
    steps = len(images) // recipe.BATCH_SIZE
    keras.mixed_precision.set_global_policy(PRECISION)
    return resumable.go_on(
        partial(create, images_and_labels[0][:2000], steps * epochs),
        lambda done: recipe.FlippedAndShifted(images, labels, seed=fits.SEED, epoch=done),
        steps,
        folder,
        epochs,
        fits.SEED,
        callbacks=[recipe.Lookahead(steps * epochs)],
        decided=decided() | {"images": len(images)},
    )


def as_bytes(images):
    """Return images in 0..1 as the whole numbers that they were made of."""
    return np.rint(images * 255).astype("uint8")


def create(images, steps):
    """Build, start and compile the network of the recipe."""
    model = models.create_model_best()
    recipe.whiten(model, images)
    recipe.start_as_identity(model)
    recipe.compile_best(model, steps)
    return model


def in_single_precision(model):
    """Build the network anew of ordinary float32 layers: it answers alike on any processor."""
    keras.mixed_precision.set_global_policy("float32")
    plain = models.create_model_best()
    plain.set_weights(model.get_weights())
    return plain


def measure(model, part, images, labels):
    """Measure a model on one part of the data: as it is, and by the mean of six views."""
    plain = evaluation.predict(model, images, labels)
    six_views = recipe.predict_tta(model, images, plain.labels)
    return {f"{part}_accuracy_one_view": plain.accuracy} | fits.scores_of(part, six_views)


def how(model, parts):
    """Say how the model was trained."""
    facts = fits.facts_of(fits.Fit(None, recipe.EPOCHS), model, parts)
    return facts | decided() | {"activation": model.layers[2].activation.__name__}


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
        "precision": PRECISION,
        "augmentation": "mirrored in every other epoch, shifted by up to 2 pixels",
        "answers": "mean of six views",
    }


def main():
    """Train what the command line names."""
    parser = fits.options_parser(__doc__)
    parser.add_argument("run", choices=("validate", "final"))
    options = parser.parse_args()
    parts = fits.load_parts(options.size)
    if options.run == "validate":
        facts = validate(parts, options.build)
    else:
        facts = final(parts, options.build, options.shipped)
    print(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
