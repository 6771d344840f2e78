"""A class of learners at work on one installation at the same time: `python -m tools.measure learners`.

Every learner is a kernel, as JupyterLab starts one, with a folder of their own for what they save. Memory is
counted so that what several kernels share - the code of Python and TensorFlow - is divided among them
(proportional set size): the numbers add up to what the machine has to have. Linux only.
"""

import contextlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from jupyter_client import KernelManager

from helpers import storage
from tools import shared

MEMORY = storage.ROOT / "docs" / "teach" / "measured_learners.json"
PATIENCE = 600  # seconds
# What learners do, in order; each step is a cell.
STEPS = {
    "a kernel, nothing imported": "import os",
    "images loaded and one drawn": """
from helpers import data, images
from helpers.plotting.images import show_image
(train_images, train_labels), (test_images, test_labels) = data.load_cifar10()
show_image(train_images[LEARNER])
""",
    "TensorFlow imported": "import keras\nfrom helpers import models, training",
    "the training data prepared": "prepared = data.prepare_dataset(train_images, train_labels)",
    "the network of episode 1 trained for an epoch": """
keras.utils.set_random_seed(LEARNER)
model = models.create_model_intro()
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
history = model.fit(prepared[0], prepared[2], epochs=1, verbose=0,
                    validation_data=(prepared[1], prepared[3]))
training.save_fit("model_intro", model, history)
""",
}


@contextlib.contextmanager
def learners(count, folder):
    """Start kernels, each with its home below a folder, till the block ends: a list of (manager, client)."""
    started = []
    # The path of a socket may not be longer than some 100 letters.
    with tempfile.TemporaryDirectory(prefix="kernels-") as sockets:
        try:
            for number in range(count):
                started.append(_start(folder / str(number), f"{sockets}/{number}"))
            for _, client in started:
                client.wait_for_ready(timeout=PATIENCE)
            yield started
        finally:
            for manager, client in started:
                client.stop_channels()
                manager.shutdown_kernel(now=True)


def _start(home, sockets):
    """Start one kernel as a server for many people would: no home shared, nothing written into the course."""
    home.mkdir(parents=True)
    own = {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PYTHONDONTWRITEBYTECODE": "1"}
    own |= {"COURSE_FIT_OUTPUTS": str(home / "fit_outputs"), "MPLCONFIGDIR": str(home / "matplotlib")}
    own["PYTHONPATH"] = str(storage.ROOT)
    # Files (`sockets` begins their paths), not ports: thirty kernels choosing at once may choose the same.
    manager = KernelManager(kernel_name="python3", transport="ipc", ip=sockets)
    manager.start_kernel(env=os.environ | own, cwd=str(home), stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    return manager, client


def run(everybody, code):
    """Let all kernels run a cell at the same time; return what each printed. LEARNER is its number."""

    def answer(number):
        printed = []

        def keep(message):
            if message["msg_type"] == "error":
                raise RuntimeError("\n".join(message["content"]["traceback"]))
            if message["content"].get("name") == "stdout":
                printed.append(message["content"]["text"])

        cell, quiet = f"LEARNER = {number}\n{code}", {"store_history": False, "timeout": PATIENCE}
        everybody[number][1].execute_interactive(cell, output_hook=keep, **quiet)
        return "".join(printed)

    with ThreadPoolExecutor(len(everybody)) as pool:
        return [*pool.map(answer, range(len(everybody)))]


def memory(everybody):
    """Memory of each kernel in MB, shared pages divided among those who share them."""
    return [psutil.Process(manager.provisioner.pid).memory_full_info().pss / 1e6 for manager, _ in everybody]


def measure(count=30, with_tensorflow=4):
    """Measure images with all learners, TensorFlow with as many as the machine has room for."""
    steps = list(STEPS)
    rows = _measured(count, steps[:2]) + _measured(with_tensorflow, steps)[2:]
    shared.write_json(MEMORY, {"rows": rows} | shared.machine())


def _measured(count, steps):
    """Let learners do steps together; a row a step: MB of one of them, seconds until all are ready."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, learners(count, Path(folder)) as everybody:
        for step in steps:
            start = time.monotonic()
            run(everybody, STEPS[step])
            used = memory(everybody)
            row = {"step": step, "learners": count, "median": round(statistics.median(used))}
            rows.append(row | {"most": round(max(used)), "seconds": round(time.monotonic() - start)})
            print(rows[-1], flush=True)
    return rows


def as_markdown():
    """Write the table for the instructor guide."""
    found = json.loads(MEMORY.read_text(encoding="utf-8"))
    header = ["After this step", "Learners at once", "Memory of one (MB)", "Of the largest (MB)"]
    rows = [[row[key] for key in ("step", "learners", "median", "most")] for row in found["rows"]]
    return shared.measured_table(header, rows, found)
