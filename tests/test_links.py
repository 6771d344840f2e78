"""Links to the pages of Keras, NumPy, scikit-learn and seaborn name what is installed: read, not fetched."""

import pkgutil
import re

import pytest

from tests.notebook_rules import markdown
from tools import notebooks as tools

PAGES = r"https://(?:keras\.io/api|numpy\.org|scikit-learn\.org|seaborn\.pydata\.org)"
LINK = re.compile(rf"\[`?([^\]`]+)`?\]\(({PAGES}[^)]*)\)")


def name_in(words, address):
    """Read the dotted name from an address such as numpy.matmul.html; Keras has it in the link's words."""
    at_the_end = re.search(r"/((?:numpy|sklearn|seaborn)[\w.]+)\.html", address)
    return at_the_end[1] if at_the_end else f"keras.{words.removesuffix('()').removeprefix('keras.')}"


@pytest.mark.parametrize("path", tools.find(), ids=lambda path: path.stem)
def test_every_link_to_a_library_names_something_that_it_has(path):
    for words, address in LINK.findall(markdown(tools.read(path))):
        assert pkgutil.resolve_name(name_in(words, address)), address


def test_a_link_to_what_is_not_there_is_found():
    ((words, address),) = LINK.findall("[`layers.Conv4D`](https://keras.io/api/layers/conv4d/)")
    with pytest.raises(AttributeError):
        pkgutil.resolve_name(name_in(words, address))
