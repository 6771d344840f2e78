"""The photos in data/photos: sample images that two Python packages carry.

JPEG files are copied as they are; PNG files become lossless WebP: the same pixels in fewer bytes.
data/README.md names the photographers and licences.
"""

from io import BytesIO

from PIL import Image

from helpers import storage
from tools.data import packages

SOURCES = {
    "scikit-image==0.26.0": {
        "astronaut": "skimage/data/astronaut.png",
        "cat": "skimage/data/chelsea.png",
        "coffee": "skimage/data/coffee.png",
        "rocket": "skimage/data/rocket.jpg",
    },
    "scikit-learn==1.9.1": {"temple": "sklearn/datasets/images/china.jpg"},
}


def build():
    """Fetch the packages with pip, without installing them, and write the photos."""
    for package, photos in SOURCES.items():
        with packages.wheel(package) as wheel:
            for name, source in photos.items():
                _write(name, source, wheel.read(source))


def _write(name, source, content):
    suffix = ".jpg" if source.endswith(".jpg") else ".webp"
    with storage.atomic_path(storage.DATA / "photos" / f"{name}{suffix}") as temporary:
        if suffix == ".jpg":
            temporary.write_bytes(content)
        else:
            Image.open(BytesIO(content)).convert("RGB").save(temporary, lossless=True, quality=100, method=6)
