"""What a training run leaves for a model card: read from the model, its history and its data."""

import contextlib
import hashlib
import platform

import keras
import numpy as np

from helpers import CourseError
from helpers.histories import history_table


def run_facts(model, history, train=None, validation=None):
    """Collect what can be known of a run, as a dictionary; what cannot is left out, and a card says so."""
    planned = getattr(history, "params", None) or {}
    facts = {"network": getattr(model, "name", None), **_of_model(model)}
    facts |= {"epochs": len(history_table(history)), "planned_epochs": planned.get("epochs")}
    facts |= {"steps_per_epoch": planned.get("steps"), **getattr(history, "cost", {})}
    if train is not None:
        facts |= {"training_images": len(train[0]), "data_sha256": _sha256(train)}
    if validation is not None:
        facts |= _accuracy(model, validation)
    versions = {"python": platform.python_version(), "keras": keras.__version__, "numpy": np.__version__}
    facts["versions"] = versions | {"backend": keras.backend.backend()}
    return {name: value for name, value in facts.items() if value is not None}


def _of_model(model):
    """Its size, and how it was compiled, as far as it says so: a model of one's own may say nothing."""
    facts = {}
    with contextlib.suppress(Exception):
        facts["parameters"] = model.count_params()
        facts |= {"optimizer": type(model.optimizer).__name__, "steps": int(model.optimizer.iterations)}
        rate = model.optimizer.get_config()["learning_rate"]
        facts["learning_rate"] = rate["class_name"] if isinstance(rate, dict) else round(float(rate), 8)
        loss = model.get_compile_config()["loss"]
        facts["loss"] = loss if isinstance(loss, str) else loss["class_name"]
    return facts


def _sha256(arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def _accuracy(model, validation):
    """Measure a classifier on its validation images, as it is saved."""
    from helpers import evaluation  # here, because scikit-learn takes a second to import

    with contextlib.suppress(CourseError):
        correct = evaluation.predict(model, *validation).correct
        low, high = evaluation.accuracy_interval(int(correct.sum()), len(correct))
        return {
            "validation_images": len(correct),
            "validation_accuracy": round(float(correct.mean()), 4),
            "validation_interval_95": [round(low, 4), round(high, 4)],
        }
    return {"validation_images": len(validation[0])}
