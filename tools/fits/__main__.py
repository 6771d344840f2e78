"""Train the fits that the course ships in fit_outputs/shipped.

    python -m tools.fits                      # all that is shipped: three hours on two cores
    python -m tools.fits model_intro ladder   # some
    python -m tools.fits --check              # train nothing: measure what is shipped on the bundled data

Made for the background: a line an epoch. Killed, it goes on from build/fits when it is called again, with the
epoch (or candidate) it was in; only a network for digits begins anew.
`make clean` removes that state. A fit takes the place of the one before only when it is complete.
"""

import importlib
import sys
from pathlib import Path

from helpers import storage
from tools import shared
from tools.fits import frame

FAMILIES = {  # module of this package -> the fits that it trains; imported when it is needed: with TensorFlow
    "cifar10": (
        *("model_intro", "model_dropout", "model_dense", "intro_long", "shuffled_intro", "shuffled_dense"),
        *("seeds_intro", "seeds_dropout", "grid_optimizer"),
    ),
    "comparisons": ("one_change", "sweep_dropout", "sweep_activation"),
    "transfer": ("transfer",),
    "mnist": ("mnist_augmented",),
    "digit_detector": ("digit_detector",),
    "best": ("model_best",),
    "ablation": ("ladder", "leave_one_out"),
}
FAMILY = {name: family for family, names in FAMILIES.items() for name in names}


def _options_of(arguments):
    there = "\n".join(f"  {family}: {', '.join(names)}" for family, names in FAMILIES.items())
    parser = shared.parser(f"{__doc__}\nWhat can be trained:\n{there}")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to train; all if none is given")
    parser.add_argument("--check", action="store_true", help="measure instead of training")
    parser.add_argument("--size", choices=("full", "workshop"), default="full", help="of CIFAR-10")
    build = storage.ROOT / "build" / "fits"
    parser.add_argument("--build", type=Path, default=build, help="state while training")
    parser.add_argument("--shipped", type=Path, default=storage.SHIPPED_FITS, help="where the fits are")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(FAMILY))
    if unknown:
        parser.error(f"no fit is called {', '.join(unknown)}; there are {', '.join(FAMILY)}")
    return options


def main(arguments=None):
    """Train, or check, what the command line names; return how many fits are not what their settings say."""
    options, faulty = _options_of(arguments), 0
    for name in options.names or FAMILY:
        family = importlib.import_module(f"tools.fits.{FAMILY[name]}")
        if options.check:
            faults = frame.faults(options.shipped / name, getattr(family, "remeasure", None))
            print(f"{name}: {'; '.join(faults) or 'as its settings say'}", flush=True)
            faulty += bool(faults)
        else:
            family.fit(name, options)
    return faulty


if __name__ == "__main__":
    sys.exit(main())
