"""The mistakes that the checks know by name; tests/test_checks.py writes the list, with what they say."""

import difflib
import functools
import re
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("verdicts.md")
OTHER = "another mistake"  # what the list does not have
LINE = re.compile(r"^## (.+)$|^### `checks\.(\w+)`$|^\| (.+?) \| ✗ (.+) \|$", re.MULTILINE)


class _Known(NamedTuple):
    """What the list says of one check."""

    notebook: str
    sentences: dict  # name of a mistake -> what a learner reads


@functools.cache
def known():
    """Read the list: check -> its notebook and sentences, in the order of the notebooks."""
    found, notebook, sentences = {}, "", {}
    for heading, check, mistake, sentence in LINE.findall(LIST.read_text(encoding="utf-8")):
        notebook = heading or notebook
        if check:
            sentences = {}
            found[check] = _Known(notebook, sentences)
        elif mistake:
            sentences[mistake] = sentence
    return found


def name_of(check, text):
    """Name the mistake whose sentence is the nearest: a learner's own names and numbers stand in some."""
    sentences = known()[check].sentences if check in known() else {}
    names = {sentence: mistake for mistake, sentence in sentences.items()}
    nearest = difflib.get_close_matches(text.removeprefix("✗ "), names, n=1, cutoff=0.6)
    return names[nearest[0]] if nearest else OTHER
