"""`python -m helpers`: the set-up check. It only looks."""

import sys

from helpers.environment import set_up_check

sys.stdout.reconfigure(encoding="utf-8")  # Windows would not write a check mark into a file
sys.exit(0 if set_up_check() else 1)
