"""Write a web page on which a model classifies images in the visitor's browser: no server computes.

The page itself lies in `site/`; here it gets its texts, its model and ONNX Runtime, which runs the model.
"""

import html
import json
import shutil
from pathlib import Path
from string import Template

import numpy as np
from PIL import Image

from helpers import CourseError, storage, validation
from helpers.images import check_photo
from helpers.model_input import chosen_pixels
from helpers.sharing.bundle import _replaced_folder, _write
from helpers.sharing.export import export_onnx
from helpers.sharing.model_card import Card

SITE = Path(__file__).parent / "site"
BOARD = Path(__file__).parents[1] / "web" / "board.js"  # to draw on, the one of the explorers
MARK = "page.json"
ABOUT = "Nobody has said how good this network is, or what it must not be used for."


@validation.checked(folder=validation.path, title=validation.TEXT, about=validation.a((str, Card)))
def make_web_page(
    model, class_names, folder, title="Which class is it?", about=ABOUT, pixels=None, samples=None
):
    """Write a static web site that classifies the visitor's image: dropped, picked, pasted or photographed.

    For a model of one channel, such as one trained on MNIST, the page also has a board to draw on. The folder
    works on every web host and in every sub-folder of one, needs no network but its own files, and sends
    nothing. An image becomes the network's input as in `image_input`.

    Parameters
    ----------
    model : keras.Model
        A classifier for images of one size with 1 or 3 channels, whose output are probabilities.
    class_names : sequence of str
        Names of the classes, in the model's order.
    folder : path-like
        Where to write; an earlier page there is replaced.
    title : str
        Heading of the page.
    about : Card or str
        What a visitor must know: the model's card, or a text on how good it is and what it is not for.
    pixels : "0..1" or "0..255", optional
        As in `evaluation.predict`.
    samples : dict of str to array of uint8, shape (height, width, 3), optional
        Images to try with a click, by what they show: ``{"a cat": load_photo("cat")}``.

    Returns
    -------
    pathlib.Path
        The page, index.html.

    Raises
    ------
    CourseError
        If the model is no such classifier, the names do not fit, a sample is no image, the folder holds
        something else, or a package of the extra `share` is missing.
    """
    height, width, channels = _input_shape(model)
    class_names, samples = _checked_names(model, class_names), _checked_samples(samples or {})
    size = {"width": width, "height": height, "channels": channels}
    files = {shows: f"sample-{number}.png" for number, shows in enumerate(samples)}
    facts = {"classes": class_names, "input": size, "divide_by": _divisor(model, pixels), "samples": files}
    with _replaced_folder(folder, MARK) as new:
        export_onnx(model, new / "model.onnx", pixels)
        for file in [*SITE.iterdir(), BOARD, *_runtime()]:
            # as .js, because some web servers do not know that .mjs is JavaScript
            shutil.copyfile(file, new / file.name.replace(".mjs", ".js"))
        for shows, image in samples.items():
            image.save(new / files[shows], "PNG")
        n_bytes = sum(file.stat().st_size for file in new.iterdir())
        index = Template((SITE / "index.html").read_text(encoding="utf-8"))
        texts = _texts(class_names, title, about) | {"megabytes": round(n_bytes / 1e6)}
        _write(new / "index.html", index.substitute(texts))
        _write(new / MARK, json.dumps(facts, indent=1, ensure_ascii=False))
    return folder / "index.html"


def _runtime():
    """Give the files of ONNX Runtime, each as the course ships it."""
    shipped = [name for name in storage.checksums() if name.startswith("web_runtime/")]
    return [storage.checked(storage.DATA / name) for name in shipped]


def image_input(image, model, pixels=None):
    """Turn an image of any size into a model's input, as the web page does.

    The largest part in the middle that has the proportions of the input is taken, made grey if the model
    wants one channel (ITU-R 601-2), and shrunk so that every pixel counts: Pillow's bilinear filter, whose
    triangle grows with the step; rows first, then columns, each rounded to whole numbers. Values become 0..1,
    unless the model takes 0..255.

    Parameters
    ----------
    image : array of uint8, shape (height, width, 3)
        As `images.load_image` gives it.
    model : keras.Model
        The model that shall see it.
    pixels : "0..1" or "0..255", optional
        As in `evaluation.predict`.

    Returns
    -------
    array of float32, shape (1, height, width, channels)
        A batch of one.

    Raises
    ------
    CourseError
        If `image` or `model` is of another kind.
    """
    part = Image.fromarray(check_photo(image))
    height, width, channels = _input_shape(model)
    part_width = max(1, min(part.width, part.height * width // height))
    part_height = max(1, min(part.height, part.width * height // width))
    left, top = (part.width - part_width) // 2, (part.height - part_height) // 2
    part = part.crop((left, top, left + part_width, top + part_height))
    if channels == 1:
        part = part.convert("L")
    small = np.asarray(part.resize((width, height), Image.Resampling.BILINEAR))
    return (small.reshape(1, height, width, channels) / np.float32(_divisor(model, pixels))).astype(
        np.float32
    )


def _checked_samples(samples):
    if not isinstance(samples, dict) or not all(isinstance(shows, str) for shows in samples):
        remedy = 'Write samples={"a cat": load_photo("cat")}, say.'
        raise CourseError("samples to be images by what they show", validation.shown(samples), remedy)
    return {shows: Image.fromarray(check_photo(image)) for shows, image in samples.items()}


def _divisor(model, pixels):
    return 255 if chosen_pixels(model, pixels) == "0..1" else 1


def _input_shape(model):
    shape = getattr(model, "input_shape", None)
    whole = isinstance(shape, tuple) and len(shape) == 4 and all(isinstance(n, int) for n in shape[1:])
    if not whole or shape[3] not in (1, 3):
        remedy = "The page shows images of one size, in grey or in colour."
        raise CourseError("a model with input (None, height, width, 1 or 3)", f"{shape}", remedy)
    return shape[1:]


def _checked_names(model, class_names):
    names = validation.as_names([class_names] if isinstance(class_names, str) else class_names)
    if model.output_shape != (None, len(names)):
        found = f"{len(names)} names for an output of shape {model.output_shape}"
        raise CourseError("one name for each class of the model", found, "Use the names it was trained with.")
    # Softmax is the usual last layer; a model of raw scores would show bars that are no probabilities.
    blank = np.zeros((1, *_input_shape(model)), dtype=np.float32)
    answer = np.asarray(model(blank, training=False))
    if (answer < 0).any() or not np.allclose(answer.sum(axis=1), 1, atol=1e-3):
        remedy = 'Its last layer should be Dense(n_classes, activation="softmax").'
        raise CourseError("a model that gives probabilities", "an output that does not sum to 1", remedy)
    return names


def _texts(class_names, title, about):
    """Fill the gaps of index.html; whatever a text holds, it stays text."""
    lead = f"Give it an image, and it says which of {len(class_names)} classes it takes it for."
    card = about.html() if isinstance(about, Card) else ""
    about = about.summary if isinstance(about, Card) else about
    texts = {"title": title, "about": about, "classes": ", ".join(class_names), "description": lead}
    texts = {name: html.escape(text) for name, text in texts.items()}
    fold = f'<details id="card"><summary>The whole model card</summary>\n{card}\n</details>' if card else ""
    return texts | {"n_classes": len(class_names), "card": fold}
