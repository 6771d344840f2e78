"""What all trainings share: the settings of a fit, and how it is written and checked."""

import ast
import hashlib
import json
import os
import platform

import numpy as np
import pandas as pd

from helpers import environment, evaluation, storage
from tools import shared

SEED = 42
ADAM = {"optimizer": "Adam", "learning_rate": 0.001}


def write_fit(folder, tables, facts, model=None, measure=None, half=False):
    """Write a fit beside `folder`; when it is complete, it takes the place of an earlier one in one step.

    `tables` are called after their files (an index is written if it has a name), `facts` and what `measure`
    adds, which is given the model as it is on disk, become settings.json; `half` stores kernels with 16 bits.
    """
    with storage.atomic_path(folder, over_folder=True) as new:
        new.mkdir()
        for name, table in tables.items():
            table.to_csv(new / f"{name}.csv", index=table.index.name is not None, lineterminator="\n")
        if model is not None:
            from helpers import model_files

            model_files.save_portable(model, new / f"{folder.name}.keras", half)
            facts = facts | measure(_load(new))
        shared.write_json(new / "settings.json", facts)
    print(f"{folder.name}: in {folder}", flush=True)


def defined_in(notebook, *names):
    """Define what a notebook calls so, as it does: what the course trains is what learners see."""
    import keras

    file = storage.ROOT / "notebooks" / f"{notebook}.ipynb"
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]  # nbformat takes two seconds to import
    code = ast.parse("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    known = {"keras": keras, "layers": keras.layers, "np": np}
    for part in code.body:
        target = part.targets[0] if isinstance(part, ast.Assign) else None
        if getattr(part, "name", getattr(target, "id", None)) in names:
            exec(ast.unparse(part), known)  # noqa: S102 - the course's own code
    return [known[name] for name in names]


def how(model=None, **more):
    """Say how a fit was made."""
    versions = {name: environment.installed_version(name) for name in ("keras", "tensorflow", "numpy")}
    network = {"network": model.name, "parameters": model.count_params()} if model else {}
    machine = {"versions": {"python": platform.python_version(), **versions}, "cores": os.cpu_count()}
    return network | more | {"seed": SEED} | machine


def once(file, index, make, *given):
    """Make a table and keep it, complete or not at all; read it if an earlier call has made it."""
    if not file.exists():
        with storage.atomic_path(file) as temporary:
            make(*given).to_csv(temporary, index=index is not None, lineterminator="\n")
    return pd.read_csv(file, index_col=index)


def precision(build):
    """Say with how many bits this computer trains fastest; what goes on must go on with as many."""
    file = build / "precision.txt"
    if not file.exists():
        from helpers import recipe

        shared.write_text(file, recipe.faster_precision())
    return file.read_text(encoding="utf-8")


def sha256(parts):
    """SHA-256 over all arrays of the data, part by part."""
    return hashlib.sha256(b"".join(array.tobytes() for part in parts for array in part)).hexdigest()


def tidy(runs):
    """Put pairs of setting and history into one long table: `run`, the settings, `epoch`, `loss`, ..."""
    tables = [
        history.reset_index().assign(run=run, **setting)[["run", *setting, "epoch", *history.columns]]
        for run, (setting, history) in enumerate(runs)
    ]
    return pd.concat(tables, ignore_index=True)


def cost(history):
    """Sum up the time of training; on a busy machine the CPU seconds tell more than the clock."""
    columns = {"wall_seconds": "seconds", "cpu_seconds": "cpu_seconds"}
    return {name: round(float(history[column].sum()), 1) for name, column in columns.items()}


def curves(history):
    """Leave out of a history what another machine would not repeat."""
    return history.drop(columns=["seconds", "cpu_seconds"])


def scores(part, predictions):
    """Sum up the predictions for one part of the data."""
    low, high = evaluation.accuracy_interval(predictions.correct.sum(), len(predictions))
    return {
        f"{part}_images": len(predictions),
        f"{part}_accuracy": predictions.accuracy,
        f"{part}_interval_95": [round(low, 4), round(high, 4)],
    }


def faults(folder, remeasure):
    """List what a shipped fit lacks, and what its model measures otherwise than its settings say.

    `remeasure` takes model and settings, yields (name, number now, that of the settings, largest difference).
    """
    missing = [name for name in (f"{folder.name}.csv", "settings.json") if not (folder / name).is_file()]
    if missing:
        return [f"{name} is missing" for name in missing]
    if not (folder / f"{folder.name}.keras").exists():
        return []
    model, settings = _load(folder), json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    found = [("parameters", model.count_params(), settings["parameters"], 0), *remeasure(model, settings)]
    wrong = [(name, now, said) for name, now, said, most in found if abs(now - said) > most]
    return [f"{name} is {now:.4g}, not {said:.4g}" for name, now, said in wrong]


def _load(folder):
    import keras

    return keras.saving.load_model(folder / f"{folder.name}.keras", safe_mode=True)
