"""Exercises of the example on transfer learning: the network's classes, preprocessing, where to cut it."""

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import WrongAnswerError, call, shown

WORDS = {  # whether ImageNet has a class of this name
    **dict.fromkeys(("bald eagle", "espresso", "zebra", "fox squirrel"), True),
    **dict.fromkeys(("dog", "giraffe", "person", "horse"), False),
}


@exercise("known_words : list of str")
def imagenet_words(known_words):
    """Check which of eight words are names of ImageNet classes."""
    no_list = isinstance(known_words, str) or not hasattr(known_words, "__iter__")
    yield no_list, f'known_words is {shown(known_words)}: write a list, such as ["dog", "zebra"].'
    words = {" ".join(word.lower().split()) if isinstance(word, str) else word for word in known_words}
    for word in sorted(words - set(WORDS), key=str):
        yield True, f"{shown(word)} is not one of the eight words."
    for word in sorted(words):
        yield not WORDS[word], f"No class is called {word!r}: search for the whole name."
    missing = len([word for word, is_known in WORDS.items() if is_known and word not in words])
    yield not words, "Your list is empty: some of the eight words are names of classes."
    yield missing, f"These are names of classes, but {missing} more of the eight words are too."
    return "ImageNet knows many kinds of some things, and has no name for others."


@exercise("corrected : a function of a photo")
def prepared_photo(corrected):
    """Check the repaired function, which scales a photo to -1..1 as EfficientNet-Lite0 was trained."""
    rows = np.arange(224, dtype=np.uint8)[:, np.newaxis]
    photo = np.stack(np.broadcast_arrays(rows, rows.T, np.uint8(30)), axis=-1)  # 224 x 224 x 3
    prepared = np.asarray(call(corrected, photo.copy()))
    right = (photo.astype(np.float32) - 127) / 128
    yield prepared.shape == right.shape, "The batch axis is missing: the network takes (1, 224, 224, 3)."
    if prepared.shape != (1, *right.shape) or prepared.dtype.kind != "f":
        found = f"{prepared.dtype} of shape {prepared.shape}"
        raise WrongAnswerError(f"It returns {found}: decimal numbers of shape (1, 224, 224, 3) are needed.")
    swapped = [np.abs(prepared[0] - wanted).mean() for wanted in (right, right[..., ::-1])]
    low, high = prepared.min(), prepared.max()
    yield high > 2, f"Its numbers reach {high:.3g}: they should lie between about -1 and 1."
    yield low > -0.5, f"Its numbers begin at {low:.3g}: black (0) should become about -1."
    turned = swapped[1] < min(swapped[0], 0.05)
    yield turned, "Red and blue are swapped: the network was trained on red, green, blue."
    yield swapped[0] > 0.01, "Compare with the formula: 127 should become 0, and 255 should become 1."
    return "The network now gets what it was trained on."


@exercise("extractor : keras.Model")
def feature_extractor(extractor):
    """Check a model that ends where an image has become a row of 1,280 features."""
    import keras

    if keras.utils.is_keras_tensor(extractor):
        raise WrongAnswerError("extractor is the output of a layer: hand it to keras.Model, after the input.")
    if not isinstance(extractor, keras.Model):
        raise WrongAnswerError(f"extractor is {shown(extractor)}: write keras.Model(input, output).")
    names = {layer.name for layer in extractor.layers}
    yield len(extractor.outputs) > 1, "It has several outputs: one is enough."
    shape = extractor.outputs[0].shape
    yield shape[-1] == 1000, "It returns 1,000 probabilities of ImageNet's classes: end one step earlier."
    yield "stem_conv" not in names, "It does not begin with the network's input: use network.model.input."
    maps = f"It returns maps of shape {tuple(shape)}: height and width are still there. End later."
    yield len(shape) == 4, maps
    yield tuple(shape) != (None, 1280), f"It returns {tuple(shape)}: (None, 1280) is needed."
    return "An image goes in, a row of 1,280 numbers comes out: everything but the last decision."
