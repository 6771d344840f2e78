"""Train what the course ships: `python -m tools.fits --help`."""
