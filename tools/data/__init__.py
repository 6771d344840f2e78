"""Make what lies in data/: `python -m tools.data --help`."""
