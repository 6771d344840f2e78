"""`python -m helpers`: the set-up check."""

import sys

from helpers.environment import set_up_check

sys.exit(0 if set_up_check() else 1)
