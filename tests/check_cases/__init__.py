"""Answers of learners to every check, right and wrong.

Each module has a dictionary CASES: check -> (right answers, {mistake: such an answer}, untouched scaffolds).
The mistakes are named and ordered as in the docstring of the check.
"""
