"""Answers of learners to every check, right and wrong, one file per notebook; `CASES` has them all."""

from importlib import import_module
from pathlib import Path

from tests.check_cases import forms

NOTEBOOKS = sorted(path.stem for path in Path(__file__).parent.glob("[ex]*.py"))
CASES = {
    name: forms.case(entries)
    for cases in (forms.GENERATED, *(import_module(f"{__name__}.{file}").CASES for file in NOTEBOOKS))
    for name, entries in cases.items()
}
