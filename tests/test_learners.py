"""A class at work: many kernels share one installation, and none sees or disturbs what another does."""

import json
import sys

import pytest

from helpers import storage
from tools import learners as classroom

pytestmark = pytest.mark.slow
LEARNERS = 10  # each more would only add to the load; how thirty fare is measured, see the guide
SMALL_STEP = """
import json
from helpers import data, images, storage
from helpers.plotting.images import show_image
(train_images, train_labels), _ = data.load_cifar10()
axes = show_image(train_images[LEARNER])
for attempt in range(3):
    with storage.atomic_path(storage.FIT_OUTPUTS / "notes.txt") as temporary:
        temporary.write_text(f"{LEARNER} {attempt}")
print(json.dumps({
    "shape": train_images.shape,
    "notes": (storage.FIT_OUTPUTS / "notes.txt").read_text(),
    "files": sorted(path.name for path in storage.FIT_OUTPUTS.rglob("*")),
    "tensorflow": "tensorflow" in __import__("sys").modules,
}))
"""
FIT = """
import keras
from helpers import models, training
keras.utils.set_random_seed(LEARNER)
model = models.create_model_intro()
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
part = data.prepare_dataset(train_images[:200], train_labels[:200])
history = model.fit(part[0], part[2], epochs=1, verbose=0)
training.save_fit("model_intro", model, history)
again, _ = training.load_fit("model_intro")
same = (model.predict_on_batch(part[1]) == again.predict_on_batch(part[1])).all()
print(json.dumps({"same": bool(same), "weights": float(again.get_weights()[0].sum())}))
"""


def course_files():
    """What the installation holds, and when each file was written."""
    shared = [storage.ROOT / name for name in ("helpers", "data", "fit_outputs", "notebooks")]
    files = [path for folder in shared for path in folder.rglob("*") if "__pycache__" not in path.parts]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.is_file()}


@pytest.mark.skipif(sys.platform == "win32", reason="the memory of kernels is read from /proc")
def test_learners_at_once_do_not_meet(tmp_path):
    before = course_files()
    with classroom.learners(LEARNERS, tmp_path) as everybody:
        answers = [json.loads(text) for text in classroom.run(everybody, SMALL_STEP)]
        if sys.platform == "linux":
            assert max(classroom.memory(everybody)) < 350, "MB: for images, TensorFlow is not needed"
        fits = [json.loads(text.splitlines()[-1]) for text in classroom.run(everybody[:2], FIT)]
    assert len(answers) == LEARNERS
    for number, answer in enumerate(answers):
        assert answer["shape"] == [10_000, 32, 32, 3]
        assert answer["notes"] == f"{number} 2"
        assert answer["files"] == ["notes.txt"], "somebody else's file, or half a file"
        assert not answer["tensorflow"]
    assert [fit["same"] for fit in fits] == [True, True]
    assert fits[0]["weights"] != fits[1]["weights"], "each has a fit of their own under the same name"
    kept = {path.parent.parent.name for path in tmp_path.glob("*/fit_outputs/model_intro.keras")}
    assert kept == {"0", "1"}
    assert course_files() == before, "a learner wrote into the installation that all share"


def test_the_guide_says_what_a_class_needs():
    found = json.loads(classroom.MEMORY.read_text(encoding="utf-8"))
    assert [row["step"] for row in found["rows"]] == list(classroom.STEPS)
    assert all(0 < row["median"] <= row["most"] for row in found["rows"])
    assert max(row["learners"] for row in found["rows"]) == 30
    assert classroom.as_markdown().count("\n| ") == len(classroom.STEPS)
