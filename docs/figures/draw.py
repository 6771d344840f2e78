"""Draw the concept figures of the course: `python -m docs.figures.draw` writes them into the package.

Each script in this folder has a function `draw`, which returns axes with alt text; `plotting.concept` shows
the stored images. They are PNG files and not SVG, because JupyterLab hides the SVG output of a notebook that
is not trusted yet, GitHub garbles it, and neither JupyterLab nor nbconvert gives it alt text.
"""

import importlib
import io
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from helpers.plotting.images import DRAWINGS
from helpers.plotting.style import alt_text

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path != Path(__file__))


def axes(name):
    """Draw a figure; return its axes."""
    return importlib.import_module(f"docs.figures.{name}").draw()


def drawn(name):
    """Draw a figure; return the content of its file, which holds the alt text as its description."""
    figure = np.ravel(axes(name))[0].figure
    large, small, description = io.BytesIO(), io.BytesIO(), PngInfo()
    figure.savefig(large, bbox_inches="tight")  # as a notebook does
    plt.close(figure)
    description.add_text("Description", alt_text(figure))
    # 256 colours: nobody sees a difference, and the file is a third as large
    image = Image.open(large).convert("RGB").quantize(dither=Image.Dither.NONE)
    image.save(small, "png", optimize=True, pnginfo=description)
    return small.getvalue()


if __name__ == "__main__":
    for name in NAMES:
        (DRAWINGS / f"{name}.png").write_bytes(drawn(name))
