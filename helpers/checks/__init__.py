"""Feedback on the exercises: each check prints ✓, or ✗ with what is wrong and where to look, or "Not yet".

A check never raises and returns nothing, so that it can stand in the last line of any cell.

Examples
--------
>>> from helpers import checks
>>> checks.nested_sets("artificial intelligence", "deep learning", ...)
… Not yet: fill in inner, then run the cell again.
"""

from helpers.checks.introduction import predicted_class, shapes, training_log
from helpers.checks.machinery import Verdict, catalogue, verdict
from helpers.checks.matching import (
    classifier_or_predictor,
    different_results,
    neighbours,
    nested_sets,
    workflow,
)

__all__ = [
    "Verdict",
    "catalogue",
    "classifier_or_predictor",
    "different_results",
    "neighbours",
    "nested_sets",
    "predicted_class",
    "shapes",
    "training_log",
    "verdict",
    "workflow",
]
