"""Write a model card: what somebody must know before they use a model.

M. Mitchell and others, "Model cards for model reporting", Proceedings of the Conference on Fairness,
Accountability, and Transparency (2019) 220-229. The form is that of the Hugging Face Hub: a README.md that
begins with facts for machines, in YAML.
"""

import json
import re
from html import escape

from helpers import CourseError, validation
from helpers.model_input import chosen_pixels

INPUT = "float32, values 0..1, shape (N, height, width, channels)"
NEEDED = ("network", "parameters", "epochs", "test_accuracy", "test_interval_95", "test_images")
BODY = """\
# {name}

A convolutional neural network that gives one of {n_classes} classes to an image: {classes}.

## Intended use

{intended_use}

## Data

{data}

It learned from {training_images} images; {validation_images} others were kept back for validation.

## How good it is

{accuracy}

The interval covers the random choice of these test images. It says nothing about other kinds of images.

## Limits

{limits}

It always answers with one of its {n_classes} classes, also for an image of something else.

## How it was made

{how}

## How to use it

```python
import keras

model = keras.saving.load_model({file}, safe_mode=True)
probabilities = model.predict(images)  # {images}
```

## Licence

{license}

## Citation

{citation}
"""


def _settings(value, name):
    """Look for all numbers of a card, and whether they are what they are called."""
    validation.of_type(value, dict, f"{name} to be a dictionary", "Take the settings.json of the training.")
    missing = [key for key in NEEDED if key not in value]
    if missing:
        remedy = "Take the settings.json of the training; a card without numbers is an advertisement."
        raise CourseError("settings with " + ", ".join(NEEDED), f"no {', no '.join(missing)}", remedy)
    for key in ("parameters", "test_images"):
        validation.count()(value[key], key)
    validation.SHARE(value["test_accuracy"], "test_accuracy")
    validation.numbers(2)(value["test_interval_95"], "test_interval_95")
    return value


@validation.checked(
    settings=_settings, name=validation.TEXT, class_names=validation.names, dataset=validation.TEXT
)
def model_card(
    settings, name, *, class_names, intended_use, data, limits, license, citation, dataset="other"
):
    """Text of a README.md, Markdown with YAML front matter; `bundle.save` says what the arguments are."""
    texts = dict(intended_use=intended_use, data=data, limits=limits, license=license, citation=citation)
    for key, text in texts.items():
        if not isinstance(text, str) or len(text.strip()) < 3:
            remedy = "Write a sentence or two: only you know it."
            raise CourseError(f"{key} as a text for the card", repr(text), remedy)
    facts = _front_matter(settings, name, license, dataset)
    return f"---\n{facts}---\n\n" + BODY.format(
        name=_line(name),
        file=as_json(f"{name}.keras"),
        n_classes=len(class_names),
        classes=_line(", ".join(class_names)),
        training_images=_count(settings, "training_images"),
        validation_images=_count(settings, "validation_images"),
        accuracy=accuracy_sentence(settings),
        how=_how(settings),
        images=" ".join(str(settings.get("input", INPUT)).split()),
        **{key: escape(text, quote=False) for key, text in texts.items()},
    )


@validation.checked(settings=_settings)
def accuracy_sentence(settings):
    """Say how good a model is, with the interval, from its settings (as for `model_card`): str."""
    low, high = settings["test_interval_95"]
    return (
        f"{settings['test_accuracy']:.1%} of {settings['test_images']:,} test images are classified "
        f"correctly (95 % interval {low:.1%} to {high:.1%})."
    )


def input_sentence(model, pixels=None):
    """Say what a model takes, with the values of pixels that its layers expect or that are said."""
    shape = ", ".join(map(str, ("N", *getattr(model, "input_shape", ())[1:])))
    return f"float32, values {chosen_pixels(model, pixels)}, shape ({shape})"


def _count(settings, key):
    return f"{settings[key]:,}" if key in settings else "an unknown number of"


def _line(text):
    """Write what may come from a file or a folder's name: one line, in which Markdown finds nothing to do."""
    return re.sub(r"[\\`*{}\[\]<>&$~|#]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", " ".join(str(text).split()))


def _how(settings):
    """List the training's facts, a line each."""
    keys = ("network", "parameters", "optimizer", "learning_rate", "loss", "batch_size", "epochs", "seed")
    lines = {key.replace("_", " "): settings.get(key) for key in keys}
    lines["parameters"] = f"{settings['parameters']:,}"
    lines["SHA-256 of the data"] = settings.get("data_sha256")
    lines["versions"] = ", ".join(f"{name} {v}" for name, v in settings.get("versions", {}).items())
    return "\n".join(f"- {name}: {_line(value)}" for name, value in lines.items() if value not in (None, ""))


def as_json(value, indent=None):
    """Write as JSON; numbers of NumPy are numbers, too."""
    return json.dumps(value, indent=indent, ensure_ascii=False, default=lambda number: number.tolist())


def _front_matter(settings, name, license, dataset):
    """Give the facts for machines; JSON is YAML too, so that no value can break the form."""
    metric = {"type": "accuracy", "value": settings["test_accuracy"], "name": "test accuracy"}
    task = {"type": "image-classification", "name": "Image Classification"}
    source = {"name": dataset, "type": dataset, "split": "test"}
    facts = {
        "license": license,
        "library_name": "keras",
        "pipeline_tag": task["type"],
        "tags": ["keras", "image-classification", "cnn"],
        "datasets": [dataset],
        "metrics": ["accuracy"],
        "model-index": [{"name": name, "results": [{"task": task, "dataset": source, "metrics": [metric]}]}],
    }
    return "".join(f"{key}: {as_json(value)}\n" for key, value in facts.items())
