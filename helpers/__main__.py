"""`python -m helpers`: the set-up check. It only looks."""

import sys

sys.stdout.reconfigure(encoding="utf-8")  # Windows would not write a check mark into a file
try:
    from helpers.set_up import set_up_check
except ImportError as error:  # not the course's Python, or a very old one
    print(f"✗ This Python lacks {error.name}, so it is not the course's: {sys.executable}")
    print("  → Run `make .venv/lab`, then `.venv/bin/python -m helpers`; with conda, see README.md.")
    sys.exit(1)
sys.exit(0 if set_up_check() else 1)
