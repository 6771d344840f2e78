"""What all tools share: their command line, and how they write a file or a table."""

import argparse
import json
import os
import platform
import re

import jinja2

from helpers import storage

LOADER = jinja2.FileSystemLoader(storage.ROOT / "tools" / "templates")
TEMPLATES = jinja2.Environment(loader=LOADER, autoescape=True, keep_trailing_newline=True)
TEMPLATES.filters["written"] = "{:.10g}".format


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


def filled(template, **values):
    """Fill in a template of tools/templates; what is filled in is escaped."""
    return TEMPLATES.get_template(template).render(values)


def table(header, rows):
    """Write a table in Markdown."""
    head, *lines = (f"| {' | '.join(map(str, line))} |" for line in (header, *rows))
    return "\n".join([head, "|---" * len(header) + "|", *lines])


def machine():
    """Say what is measured on, as far as the system tells: cores, processor, Python."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            processor = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    return {"cores": os.cpu_count(), "processor": processor, "python": platform.python_version()}


def measured_table(header, rows, found):
    """Write a table in Markdown, and what its numbers were measured on, as `machine` says it."""
    measured = f"Measured on {found['cores']} cores of: {found['processor']}, Python {found['python']}."
    return f"{table(header, rows)}\n\n{measured}"
