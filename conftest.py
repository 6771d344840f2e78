"""Settings of pytest for the whole repository."""

from tests import strict_outputs


def pytest_configure(config):
    """Compare notebooks more strictly than nbval does."""
    strict_outputs.install()
