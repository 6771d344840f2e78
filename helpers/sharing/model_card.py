"""Write a model card: what somebody must know before they use a model.

M. Mitchell and others, "Model cards for model reporting", Proceedings of the Conference on Fairness,
Accountability, and Transparency (2019) 220-229. As a file it has the form of the Hugging Face Hub: a
README.md that begins with facts for machines, in YAML.
"""

import datetime
import json
import re
from dataclasses import dataclass
from html import escape

from helpers import CourseError, evaluation, validation
from helpers.model_input import chosen_pixels

NUMBERS = ("epochs", "training_images", "validation_images", "validation_accuracy")
HOW = {  # further facts of a run -> how the card calls them; time by the clock and processor time stay apart
    "network": "network",
    "parameters": "parameters",
    "optimizer": "optimizer",
    "learning_rate": "learning rate",
    "loss": "loss",
    "data_sha256": "SHA-256 of the training data",
    "wall_seconds": "seconds by the clock",
    "cpu_seconds": "seconds of processor time, all cores together",
}
RECORDED = (*NUMBERS, *HOW)  # what `training.save_fit` writes down
IF_KNOWN = {"batch_size": "batch size", "steps_per_epoch": "steps per epoch", "seed": "seed"}
WRITTEN = ("intended_use", "not_for", "decisions", "limits", "data", "license", "citation")
AS_ONE_LIKES = ("author", "link")  # nobody must be named
INTERVAL = (
    "The interval covers the random choice of these test images; it says nothing about other kinds of images."
)
NOTHING, CODE = "Not stated.", "```python\n"


@dataclass(frozen=True)
class Card:
    """A model card: `str(card)` is its README.md, `card.missing` names what nobody has said."""

    name: str
    facts: dict  # for machines
    sections: dict  # heading -> list of parts: a paragraph, a tuple of points, or code after "```"
    summary: str  # what a visitor of a page must know first
    missing: tuple
    measured: str = ""  # when its accuracy was measured, as 2026-11-27
    origin: tuple = ("", "", "")  # author, licence and link, as far as they were said

    def __str__(self):
        # JSON is YAML too, so that no value can break the form
        head = "".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in self.facts.items()
        )
        body = [f"## {heading}\n\n{_each(_as_markdown, parts)}" for heading, parts in self.sections.items()]
        return "\n\n".join([f"---\n{head}---", f"# {_line(self.name)}", *body]) + "\n"

    def html(self):
        """Write the sections for a web page; whatever a text holds, it stays text."""
        return "\n".join(f"<h3>{h}</h3>\n{_each(_as_html, parts)}" for h, parts in self.sections.items())

    def origin_html(self):
        """Write who made the network, its licence, and where there is more, for the foot of a page."""
        author, license, link = map(escape, self.origin)
        parts = [f"Network by {author}"] * bool(author) + [f"Licence: {license}"] * bool(license)
        parts += [f'<a href="{link}">{link}</a>'] * bool(link)
        return f"<p>{' · '.join(parts)}</p>" if parts else ""


def _each(write, parts):
    return "\n\n".join(map(write, parts))


def _as_markdown(part):
    if isinstance(part, tuple):
        return "\n".join(f"- {_line(point)}" for point in part)
    return part if part.startswith(CODE) else _line(part)


def _as_html(part):
    if isinstance(part, tuple):
        return f"<ul>{''.join(f'<li>{escape(point)}</li>' for point in part)}</ul>"
    if part.startswith(CODE):
        return f"<pre>{escape(part.removeprefix(CODE).removesuffix('```'))}</pre>"
    return f"<p>{escape(part)}</p>"


def _line(text):
    """Write what may come from a file or a person: one line, in which Markdown finds nothing to do."""
    return re.sub(r"[\\`*{}\[\]<>&$~|#]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", " ".join(str(text).split()))


@validation.checked(
    name=validation.TEXT,
    model=validation.model,
    facts=validation.DICT,
    predictions=evaluation.PREDICTIONS,
    dataset=validation.TEXT,
)
def model_card(name, model, facts, predictions, class_names, dataset="other", pixels=None, **texts):
    """Write the card of a model from the facts of its run, its predictions on test images, and your texts.

    Parameters
    ----------
    name : str
        What the model is called.
    model : keras.Model
        The model.
    facts : dict
        What `training.load_run` returned. What is not in it, the card calls "not recorded".
    predictions : evaluation.Predictions
        Of test images, which played no part in any decision.
    class_names : sequence of str
        Names of the classes, in the model's order.
    dataset : str
        Name of the data set on the Hugging Face Hub.
    pixels : "0..1" or "0..255", optional
        As in `evaluation.predict`.
    intended_use, not_for, decisions, limits, data, license, citation : str, optional
        What only a person can say; `decisions` is who chose the settings, and by which images.
    author, link : str, optional
        Who made it, and an address with more about it (https://...), if they shall be named.

    Returns
    -------
    Card
        `str(card)` is the text of a README.md, `card.missing` lists what is not stated.
    """
    said = _said(texts)
    words = {key: text or NOTHING for key, text in said.items()}
    table = evaluation.per_class(predictions, class_names)
    known, accuracy = _known(facts), _accuracy(predictions)
    classes = [str(each) for each in table.index]
    one_of = f"one of {len(classes)} classes"
    sections = {
        "What it is": [f"A neural network that gives {one_of} to an image: {', '.join(classes)}."],
        "Intended use": [words["intended_use"], f"Not for: {words['not_for']}"],
        "Data": [words["data"], _data(known)],
        "How accurate it is": [
            accuracy,
            INTERVAL,
            "Recall, the images of a class that it recognises:",
            tuple(
                f"{each}: {row.recall * row.images:.0f} of {row.images:.0f}, {row.recall:.1%}"
                for each, row in table.iterrows()
            ),
        ],
        "Who decided what": [words["decisions"], *_decisions(known)],
        "Limits": [words["limits"], f"It always answers with {one_of}, even for an image of something else."],
        "How it was trained": [_how(known)],
        "How to use it": [_code(name, input_sentence(model, pixels))],
        "Licence": [words["license"], *([f"Made by {said['author']}."] if said["author"] else [])],
        "Citation": [words["citation"], *([said["link"]] if said["link"] else [])],
    }
    today = datetime.date.today().isoformat()
    missing = [key for key in RECORDED if key not in known] + [key for key in WRITTEN if not said[key]]
    summary = f"{accuracy} {words['limits']} Not for: {words['not_for']}"
    facts_for_machines = _front_matter(name, said["license"], dataset, predictions) | {"date": today}
    origin = (said["author"], said["license"], said["link"])
    return Card(name, facts_for_machines, sections, summary, (*missing,), today, origin)


def _said(texts):
    names = (*WRITTEN, *AS_ONE_LIKES)
    unknown = [key for key in texts if key not in names]
    if unknown:
        raise CourseError(f"texts called {', '.join(names)}", repr(unknown[0]), "Look at its spelling.")
    said = {key: "" if texts.get(key) in (None, ...) else texts[key] for key in names}
    said = {key: validation.TEXT(text, key).strip() for key, text in said.items()}
    if not re.fullmatch(r"(https?://\S+)?", said["link"]):
        raise CourseError("a link that begins with https://", repr(said["link"]), "Write the whole address.")
    return said


def _known(facts):
    """Keep the facts that are what they are called: they come from a file."""
    found = {key: facts.get(key) for key in (*RECORDED, "planned_epochs", *IF_KNOWN)}
    known = {
        key: value for key, value in found.items() if isinstance(value, str | int | float) and value != ""
    }
    return {key: value for key, value in known.items() if key not in NUMBERS or not isinstance(value, str)}


def _accuracy(predictions):
    n = len(predictions)
    low, high = evaluation.accuracy_interval(int(predictions.correct.sum()), n)
    return (
        f"{predictions.accuracy:.1%} of {n:,} test images are classified correctly (95% confidence interval "
        f"{low:.1%} to {high:.1%})."
    )


def _data(known):
    if "training_images" not in known:
        return "How many images it learned from was not recorded."
    learned = f"It learned from {known['training_images']:,} images."
    if "validation_images" not in known:
        return learned
    return f"{learned} {known['validation_images']:,} others were used for validation."


def _decisions(known):
    """Say what the run shows about decisions, and no more than that."""
    epochs, planned = known.get("epochs"), known.get("planned_epochs")
    if epochs is None:
        yield "For how many epochs it was trained was not recorded."
    elif planned in (None, epochs):
        yield f"It was trained for {epochs} epochs{'' if planned is None else ', as many as were planned'}."
    else:
        yield f"Training ended after {epochs} of {planned} planned epochs."
    if "validation_accuracy" in known:
        n = f" of {known['validation_images']:,}" if "validation_images" in known else ""
        score = f"{known['validation_accuracy']:.1%}{n} validation images are classified correctly."
        yield f"{score} If settings were chosen by this number, it looks a little too good."
    yield "The test images were used for this card."


def _how(known):
    lines = {name: known.get(key, "not recorded") for key, name in HOW.items()}
    lines |= {name: known[key] for key, name in IF_KNOWN.items() if key in known}
    return tuple(
        f"{name}: {value:,}" if type(value) is int else f"{name}: {value}" for name, value in lines.items()
    )


def _code(name, takes):
    load = f"model = keras.saving.load_model({json.dumps(f'{name}.keras')}, safe_mode=True)"
    predict = f"probabilities = model.predict(images)  # {' '.join(takes.split())}"
    return f"{CODE}import keras\n\n{load}\n{predict}\n```"


def input_sentence(model, pixels=None):
    """Say what a model takes, with the values of pixels that its layers expect or that are said."""
    shape = ", ".join(map(str, ("N", *getattr(model, "input_shape", ())[1:])))
    return f"float32, values {chosen_pixels(model, pixels)}, shape ({shape})"


def _front_matter(name, license, dataset, predictions):
    """Collect the facts for machines."""
    metric = {"type": "accuracy", "value": round(predictions.accuracy, 4), "name": "test accuracy"}
    task = {"type": "image-classification", "name": "Image Classification"}
    source = {"name": dataset, "type": dataset, "split": "test"}
    return {
        "license": license or "unknown",
        "library_name": "keras",
        "pipeline_tag": task["type"],
        "tags": ["keras", "image-classification", "cnn"],
        "datasets": [dataset],
        "metrics": ["accuracy"],
        "model-index": [{"name": name, "results": [{"task": task, "dataset": source, "metrics": [metric]}]}],
    }
