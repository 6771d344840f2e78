"""`python -m helpers`: the set-up check; and kernels learn to say which cells to run first."""

import sys

from helpers import restarts
from helpers.environment import set_up_check

restarts.set_up_kernels()
sys.exit(0 if set_up_check() else 1)
