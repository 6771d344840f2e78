"""Step 4: networks that others have trained on ImageNet, ready to name photos or to lend their features.

ImageNet: O. Russakovsky and others, "ImageNet large scale visual recognition challenge", International
Journal of Computer Vision 115 (2015) 211-252: 1.3 million photos of 1,000 classes. data/README.md says where
the bundled network comes from.
"""

import inspect
from collections import Counter
from dataclasses import dataclass

import numpy as np
from PIL import Image

from helpers import CourseError, storage, validation
from helpers.images import check_photo

BUNDLED = "EfficientNetLite0"
FOLDER = storage.DATA / "pretrained"
MARGIN = 0.875  # of a photo's shorter side is seen, as usual when networks are tested on ImageNet


@dataclass(frozen=True, eq=False)
class ImageNetModel:
    """A network with all that belongs to it."""

    name: str  # such as "EfficientNetLite0"
    model: object  # a keras.Model: takes prepared images (N, side, side, 3), gives probabilities (N, 1000)
    side: int  # width and height of the images it was trained on, in pixels
    scale: object  # a function of pixels 0..255 that gives the numbers this network was trained on
    class_names: tuple  # 1,000 short names, none twice

    @validation.checked(
        images=validation.several(validation.through(check_photo)),
        side=validation.count(1, 4000),
        share=validation.SHARE,
    )
    def prepare(self, images, side=None, share=MARGIN):
        """Cut images to squares of one size and scale their numbers as the network needs them.

        Parameters
        ----------
        images : sequence of uint8 arrays, each of shape (height, width, 3)
            Photos of any size.
        side : int, optional
            Width and height in pixels; the network's own if not given.
        share : float in 0..1, default 0.875
            How much of a photo's shorter side the square takes. In a photo the middle matters most; of an
            image that shows its object and little else, take all of it: 1.

        Returns
        -------
        array of float32, shape (N, side, side, 3)
        """
        if not images:
            raise CourseError("at least one image", "none", "Look at the length of the list.")
        return self.scale(np.stack([_center(image, side or self.side, share) for image in images]))

    @validation.checked(k=validation.COUNT)
    def top(self, image, k=4):
        """Name the `k` most probable classes of one photo of any size, uint8 (height, width, 3).

        Returns
        -------
        pandas.DataFrame
            Columns "Class" and "Probability score" (0..1), the most probable class first.
        """
        import pandas as pd

        probabilities = run_in_batches(self.model, self.prepare([image]))[0]
        best = np.argsort(-probabilities, kind="stable")[:k]
        names = [self.class_names[number] for number in best]
        return pd.DataFrame(
            {"Class": names, "Probability score": probabilities[best]}, range(1, len(best) + 1)
        )


@validation.checked(model=validation.model, prepared=validation.array("f", 4), batch_size=validation.COUNT)
def run_in_batches(model, prepared, batch_size=32):
    """Run a model on images, float32 (N, side, side, 3) as `ImageNetModel.prepare` gives them, in batches.

    Quicker than `predict` for a few images: that compiles the model first, anew for every size of image.
    """
    starts = range(0, len(prepared), batch_size)
    return np.concatenate([np.asarray(model(prepared[i : i + batch_size], training=False)) for i in starts])


@validation.checked(name=validation.TEXT)
def load_imagenet_model(name=BUNDLED):
    """Load a network that was trained on ImageNet: the bundled one, or any of `keras.applications`.

    Parameters
    ----------
    name : str, default "EfficientNetLite0"
        The bundled network, which needs no internet, or a name such as "DenseNet121" or "VGG16": Keras then
        fetches its weights on first use (33 MB, 553 MB) and keeps them.

    Returns
    -------
    ImageNetModel

    Raises
    ------
    CourseError
        If there is no such network, it cannot be fetched, or the bundled file is damaged.
    """
    import keras

    if name != BUNDLED:
        return ImageNetModel(name, *_keras_application(name), _imagenet_classes())
    model = keras.saving.load_model(storage.checked(FOLDER / "efficientnet_lite0.keras"))
    return ImageNetModel(name, model, 224, efficientnet_lite_scale, _imagenet_classes())


def _keras_application(name):
    """A network of `keras.applications`, the side of its images in pixels, its `preprocess_input`."""
    import keras

    from helpers import online

    families = inspect.getmembers(keras.applications, inspect.ismodule)
    found = [family for _, family in families if inspect.isfunction(getattr(family, name, None))]
    if not found:
        remedy = 'Look at keras.io/api/applications, or write "EfficientNetLite0" for the bundled one.'
        raise CourseError("a network of keras.applications", repr(name), remedy)
    with online.fetching(f"the weights of {name}"):
        model = getattr(keras.applications, name)()
    return model, model.input_shape[1], lambda pixels: found[0].preprocess_input(pixels.astype(np.float32))


def efficientnet_lite_scale(pixels):
    """Bring 0..255 to about -1..1, as EfficientNet-Lite was trained: (x - 127) / 128."""
    return (pixels.astype(np.float32) - 127) / 128


def _imagenet_classes():
    """Read the names of ImageNet's 1,000 classes: the first of each class's synonyms, none twice."""
    lines = storage.checked(FOLDER / "imagenet_classes.txt").read_text(encoding="utf-8").splitlines()
    short = [line.split(",")[0] for line in lines]
    count = Counter(short)  # a crane is a bird, and a machine
    return tuple(
        name if count[name] == 1 else f"{name} (class {number})" for number, name in enumerate(short)
    )


def _center(image, side, share):
    """Cut out a photo's middle, a square of `share` of its shorter side, and resize it to `side` pixels."""
    height, width = image.shape[:2]
    edge = max(1, int(share * min(height, width)))
    left, top = (width - edge) // 2, (height - edge) // 2
    square = Image.fromarray(image).crop((left, top, left + edge, top + edge))
    return np.asarray(square.resize((side, side), Image.Resampling.BICUBIC))
