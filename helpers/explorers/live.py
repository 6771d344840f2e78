"""Explorers that the reader's browser computes, in a notebook and on the site, from one file."""

import base64
import io
import re

import anywidget
import numpy as np
import traitlets
from PIL import Image

from helpers import storage
from helpers.explorers.controls import EXPLORER, png_with_alt

WEB = storage.ROOT / "helpers" / "web"
STORED = "application/vnd.cnn-course.explorer+json"  # from it the site starts the explorer
LONGEST = 800  # pixels of a photo that travels with a notebook
IMPORT = re.compile(r'^import [^;]+ from "\./([\w-]+\.js)";\n', re.MULTILINE)


class LiveExplorer(anywidget.AnyWidget):
    """A module of helpers/web and the data it starts with.

    Where it cannot run `still` is seen: a function that draws it, or a PNG in base64 with its alt text.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = (WEB / "explorer.css").read_text(encoding="utf-8")
    data = traitlets.Dict().tag(sync=True)
    _ipython_display_ = None  # ipywidgets 7 (Colab) has one, which would leave the image out

    def __init__(self, module, still, **data):
        self.module = module
        self.png, self.alt = png_with_alt(still, {})[:2] if callable(still) else still
        super().__init__(_esm=_as_one_module(module), data=data)

    def _repr_mimebundle_(self, **options):
        """Give the live view to those who can show it, the image to all others, and to the site the data."""
        view = super()._repr_mimebundle_(**options)
        view, metadata = view if isinstance(view, tuple) else (view or {}, {})  # metadata is for Colab
        still = {STORED: {"module": self.module, "data": self.data}, "image/png": self.png}
        return view | still | {"text/plain": EXPLORER}, metadata | {"image/png": {"alt": self.alt}}


def _as_one_module(name):
    """Join a module and those that it imports from beside it: a widget is one text."""
    parts = {}

    def add(file):
        source = (WEB / file).read_text(encoding="utf-8")
        for other in IMPORT.findall(source):
            if other not in parts:
                add(other)
        parts[file] = IMPORT.sub("", source)

    add(f"{name}.js")
    *imported, own = parts.values()
    return "\n".join([re.sub(r"^export ", "", "\n".join(imported), flags=re.MULTILINE), own])


def reduced(image):
    """Make an image (uint8) that is large smaller: it travels with the notebook."""
    small = Image.fromarray(image)
    small.thumbnail((LONGEST, LONGEST))
    return np.asarray(small)


def as_address(image, **quality):
    """Write an image (uint8) as an address that holds it, to the last pixel if no quality is given."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "webp", **quality or {"lossless": True})
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode("ascii")
