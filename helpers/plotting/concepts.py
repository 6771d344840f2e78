"""Drawings of concepts, stored as images; docs/figures holds the script that draws each of them."""

from pathlib import Path

from helpers import validation

DRAWINGS = Path(__file__).parent / "drawings"


def concept(name):
    """Show the drawing of a concept.

    Parameters
    ----------
    name : str
        Which one, for example "vision_tasks"; an unknown name is answered with the list.

    Returns
    -------
    IPython.display.Image
        With its alt text; a notebook shows it if it is a cell's last line.
    """
    from IPython.display import Image
    from PIL import Image as PngFile

    names = sorted(path.stem for path in DRAWINGS.glob("*.png"))
    path = DRAWINGS / f"{validation.choice(names)(name, 'name')}.png"
    with PngFile.open(path) as file:
        alt = file.text["Description"]
    return Image(data=path.read_bytes(), format="png", metadata={"alt": alt})
