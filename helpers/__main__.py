"""`python -m helpers`: the set-up check; and kernels learn to say which cells to run first."""

import sys

from helpers import missing_cells
from helpers.environment import set_up_check

sys.stdout.reconfigure(encoding="utf-8")  # Windows would not write a check mark into a file
missing_cells.set_up_kernels()
sys.exit(0 if set_up_check() else 1)
