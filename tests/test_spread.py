"""How much of its tolerance a cell needs is measured, so that a test does not fail on another processor."""

import pytest
from nbformat.v4 import new_output

from tools.measure_spread import share_needed


def printed(text):
    return [new_output("stream", name="stdout", text=text)]


@pytest.mark.parametrize(
    ("new", "share"),
    [
        ("0.500", 0),
        ("0.510", 0.25),
        ("0.530", 0.75),
        ("0.540", 1),
        ("0.541", float("inf")),
        ("a", float("inf")),
    ],
)
def test_the_share_of_the_tolerance_that_an_output_needs_is_found(new, share):
    metadata = {"tolerance": 0.04, "tags": ["main-result"]}
    assert share_needed(printed("accuracy 0.500\n"), printed(f"accuracy {new}\n"), metadata) == share


def test_the_tolerance_that_runs_out_first_decides():
    metadata = {"tolerance": 0.1, "integer_tolerance": 10}
    assert share_needed(printed("50 of 100, 0.5\n"), printed("57 of 100, 0.51\n"), metadata) == 0.75
