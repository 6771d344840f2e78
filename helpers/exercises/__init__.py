"""The exercises, one file per notebook and named after it; importing the package makes all checks."""

import importlib
import pkgutil

from helpers.exercises import statements

for module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(module.name)
statements.register()
