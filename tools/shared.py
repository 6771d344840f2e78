"""What all tools share: their command line, and how they write a file."""

import argparse
import json
import re

from helpers import storage


def parser(text):
    """Make a parser that describes a tool with the docstring of its module, which names the command."""
    name, form = re.search(r"python -m [\w.]+", text)[0], argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(name, description=text, formatter_class=form)


def write_text(path, text):
    """Write a text complete or not at all, as UTF-8, with the line ends of Linux."""
    with storage.atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path, facts, **options):
    """Write what JSON can hold, indented; `options` are those of `json.dumps`."""
    write_text(path, json.dumps(facts, indent=1, **options) + "\n")
