"""Write a web page on which a model classifies images in the visitor's browser: no server computes.

The page itself lies in `site/`; here it gets its texts and its model. ONNX Runtime comes along only if the
model has operators that the page's own `forward.js` does not know.
"""

import gzip
import hashlib
import html
import json
import shutil
from pathlib import Path
from string import Template

import numpy as np
from PIL import Image

from helpers import CourseError, evaluation, storage, validation
from helpers.images import check_photo
from helpers.model_input import chosen_pixels
from helpers.sharing import inside
from helpers.sharing._onnx import operators, store_weights
from helpers.sharing.bundle import _replaced_folder, _write
from helpers.sharing.export import onnx_with_inner
from helpers.sharing.model_card import Card

SITE = Path(__file__).parent / "site"
# What the page shares with explorers and the training in the browser: a board to draw on, and arithmetic.
SHARED = [Path(__file__).parents[1] / "web" / name for name in ("board.js", "matrix.js")]
MARK = "page.json"
REFUSED = 0.05  # of what a network knows it may take so many for something else
OPERATORS = """
    Add AveragePool Cast Clip Concat Conv DequantizeLinear Elu Erf Gather GlobalAveragePool
    GlobalMaxPool Identity LeakyRelu MatMul MaxPool Mul Neg ReduceMean Relu Reshape Selu Shape Sigmoid Slice
    Softmax Softplus Squeeze Sub Tanh Transpose
"""  # those of forward.js
WASM = " 'wasm-unsafe-eval'"  # what the page must allow ONNX Runtime
THANKS = """<p>Runs on ONNX Runtime by Microsoft, which is free: <a href="LICENSE.txt">MIT licence</a>,
<a href="ThirdPartyNotices.txt">notices of its parts</a>.</p>"""
ABOUT = "Nobody has said how good this network is, or what it must not be used for."


@validation.checked(
    folder=validation.path,
    title=validation.TEXT,
    about=validation.a((str, Card)),
    known=validation.array(),
    bits=validation.count(2, 8),
)
def make_web_page(
    model,
    class_names,
    folder,
    title="Which class is it?",
    about=ABOUT,
    pixels=None,
    samples=None,
    known=None,
    strangers=None,
    bits=None,
):
    """Write a static web site that classifies the visitor's image, and shows what the layers make of it.

    The image is dropped, picked, pasted, photographed or comes live from a camera; for a model of one
    channel, such as one trained on MNIST, there is also a board to draw on. The folder works on every web
    host and in every sub-folder of one, needs no network but its own files, works offline once it was
    visited, and sends nothing. An image becomes the network's input as in `image_input`.

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
    known : array of shape (N, height, width, channels), optional
        Images of the classes that the model has not learned from, prepared as for training. With them the
        page can say "none of my classes": where the highest probability is lower than for 95% of every other
        one of them. How many of the rest it refuses is measured, and stands on the page.
    strangers : dict like samples, optional
        Images of none of the classes. The page says how many of them, and of noise, that rule notices.
    bits : int in 2..8, optional
        Store each weight in so many bits: a smaller file, and slightly other answers.

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
    files = {shows: f"sample-{number}.webp" for number, shows in enumerate(samples)}
    facts = {"classes": class_names, "input": size, "divide_by": _divisor(model, pixels), "samples": files}
    if known is not None:
        facts["doubt"] = _doubt(model, known, _checked_samples(strangers or {}), pixels)
    with _replaced_folder(folder, MARK) as new:
        facts |= _write_network(model, new, pixels, bits)
        for file in [*SITE.iterdir(), *SHARED, *_runtime(facts["runtime"])]:
            # as .js, because some web servers do not know that .mjs is JavaScript
            shutil.copyfile(file, new / file.name.replace(".mjs", ".js"))
        for shows, image in samples.items():
            image.save(new / files[shows], "WEBP", lossless=image.width <= 64, quality=90)
        n_bytes = sum(file.stat().st_size for file in new.iterdir())
        texts = _texts(facts, title, about) | {"megabytes": f"{n_bytes / 1e6:.1f}"}
        _fill(new / "index.html", texts)
        _write(new / MARK, json.dumps(facts, indent=1, ensure_ascii=False))
        _make_installable(new, title)
    return folder / "index.html"


def _write_network(model, folder, pixels, bits):
    """Write the network with the outputs of its layers; return what the page must know of it."""
    every, file = inside.layers_with_maps(model), folder / "model.onnx"
    layers = inside.affordable(every)
    onnx_with_inner(model, file, pixels, [output for _, output, _ in layers])
    facts = {"network": file.name, "layers": inside.describe(layers, file)}
    facts["left_out"] = len(every) - len(layers)
    if bits:
        store_weights(file, bits)
        facts["network"] = "model.onnx.gz"
        (folder / facts["network"]).write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        file.unlink()
    alone = operators(folder / facts["network"]) <= {*OPERATORS.split()}
    facts["runtime"] = None if alone else "ort-wasm-simd-threaded.wasm.gz"
    return facts


def _runtime(needed):
    """Give the files of ONNX Runtime, each as the course ships it, if the page needs it."""
    shipped = [name for name in storage.checksums() if name.startswith("web_runtime/") and needed]
    return [storage.checked(storage.DATA / name) for name in shipped]


def _doubt(model, known, strangers, pixels):
    """Choose below which probability the page says "none of my classes", and measure how good that is."""
    if len(known) < 100:
        raise CourseError("at least 100 known images", f"{len(known)}", "Pass more, or none.")
    no_matter = np.zeros(len(known), int)  # which class an image has: here only confidence counts
    confidence = evaluation.predict(model, known, no_matter, pixels=pixels).confidence
    least = float(np.quantile(confidence[::2], REFUSED))
    noise = np.random.default_rng(0).random((200, *_input_shape(model)), np.float32)
    tried = {"known": confidence[1::2], "noise": _confidence(model, noise * (255 / _divisor(model, pixels)))}
    if strangers:
        shrunk = [image_input(np.asarray(image), model, pixels) for image in strangers.values()]
        tried["strangers"] = _confidence(model, np.concatenate(shrunk))
    return {"least": least} | {kind: [len(p), int((p < least).sum())] for kind, p in tried.items()}


def _confidence(model, images):
    return model.predict(images, verbose=0).max(axis=1)


def _fill(file, texts):
    _write(file, Template(file.read_text(encoding="utf-8")).substitute(texts))


def _make_installable(folder, title):
    """Write what lets a phone keep the page: a manifest, and a service worker that knows all files."""
    icon = {"src": "icon.svg", "sizes": "any", "type": "image/svg+xml"}
    manifest = {"name": title, "short_name": title[:30], "start_url": "./", "display": "standalone"}
    manifest |= {"icons": [icon], "background_color": "#ffffff", "theme_color": "#005a8c"}
    _write(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
    files = sorted(file for file in folder.iterdir() if file.name not in ("sw.js", "ThirdPartyNotices.txt"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    names = json.dumps(["./", *(file.name for file in files)])
    _fill(folder / "sw.js", {"files": names, "version": digest})


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
    return np.divide(small.reshape(1, height, width, channels), _divisor(model, pixels), dtype=np.float32)


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


def _texts(facts, title, about):
    """Fill the gaps of index.html; whatever a text holds, it stays text."""
    names, card = facts["classes"], about if isinstance(about, Card) else None
    lead = f"Give it an image, and it says which of its {len(names)} classes is the most probable."
    about = f"{card.summary} Measured on {card.measured}." if card else about
    texts = {"title": title, "about": about, "classes": ", ".join(names), "description": lead}
    texts |= {"n_classes": len(names), "doubt": _in_words(facts.get("doubt"))}
    texts = {name: html.escape(str(text)) for name, text in texts.items()}
    texts |= {"card": "", "origin": ""}
    if card:
        fold = '<details id="card"><summary>The whole model card</summary>'
        texts["card"] = f"{fold}\n{card.html()}\n</details>"
        texts["origin"] = card.origin_html()
    wasm, thanks = (WASM, THANKS) if facts["runtime"] else ("", "")
    return texts | {"thanks": thanks, "wasm": wasm}


def _in_words(doubt):
    """Say what "none of my classes" rests on, with the numbers that were measured for this network."""
    if not doubt:
        return "It has no way to say that it does not know."
    (n, refused), (n_noise, noise) = doubt["known"], doubt["noise"]
    words = (
        f"If its highest probability is below {doubt['least']:.1%}, this page says: perhaps none of my "
        f"classes. That is a weak guess. It refused {refused / n:.1%} of {n:,} images of its classes, and "
        f"noticed {noise} of {n_noise} images of pure noise"
    )
    if "strangers" in doubt:
        words += " and {1} of {0} photos of other things".format(*doubt["strangers"])
    return f"{words}. All the others it took for one of its classes."
