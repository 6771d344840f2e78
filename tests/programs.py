"""Programs in a process of their own, as a learner or another program starts them."""

import os
import subprocess
import sys

from helpers.storage import ROOT


def run(*command, code=0, cwd=ROOT, text=None, environ=os.environ, **variables):
    """Run a command; it has to end with this code, if not None. A variable that is None is taken away."""
    given = {name: str(value) for name, value in {**environ, **variables}.items() if value is not None}
    options = {"cwd": cwd, "env": given, "input": text, "capture_output": True, "encoding": "utf-8"}
    done = subprocess.run([*map(str, command)], check=False, **options)
    assert code in (None, done.returncode), done.stderr[-3000:] or done.stdout[-3000:]
    return done


def python(program, *arguments, options=(), **others):
    """Run a program of Python, given as text."""
    return run(sys.executable, *options, "-c", program, *arguments, **others)
