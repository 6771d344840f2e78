"""Time the older lessons' way against the cells of the introduction, side by side, in one run.

    make benchmark                          # the full set, three rounds: an hour or more on two free cores
    python -m benchmarks.compare --quick    # the bundled images, one round: 5 to 8 minutes

Every measurement runs in a fresh process, the two ways in turns, so that whatever slows the machine slows
both; what counts is the ratio of the two in each round. It prints the tables; a whole run with the full set
also writes benchmarks/results.json and the tables of benchmarks/README.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks import lesson, measuring, report, variants
from helpers import CourseError, data, environment, full_cifar10, storage

TARGET = {"full": 0.65, "workshop": 0.5}  # validation accuracy; 8,000 images do not reach 0.65
SEED = 42
EPOCHS = 3  # at least; the first one builds the graph
PATIENCE = 15  # epochs until the target must be reached
ONE_DNN, INSTRUCTIONS = "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA"
# Of each processor: what the older way finds, and the lesson. On Linux, TensorFlow leaves oneDNN off where a
# processor has no instructions for neural networks (AVX-512 or AVX VNNI, AMX); `helpers` switches it on.
PROCESSORS = {
    "as it is": ({}, {}),
    "no oneDNN": ({ONE_DNN: "0"}, {ONE_DNN: "0"}),
    "AVX2": ({ONE_DNN: "0", INSTRUCTIONS: "AVX2"}, {INSTRUCTIONS: "AVX2"}),
}
COMMAND = (sys.executable, "-m", "benchmarks.measuring")
X86 = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16")
FEATURES = (*X86, "asimd", "sve")  # of the processor


def plan(size, number=0):
    """List the measurements of a round as dictionaries of options; the ways take turns in being first."""
    turn = slice(None, None, -1 if number % 2 else 1)
    until = {"epochs": PATIENCE, "least": EPOCHS, "target": TARGET[size]}
    for processor, environments in PROCESSORS.items():
        length = {"epochs": EPOCHS} if processor == "no oneDNN" else until
        for way, found in [*zip(report.WAYS, environments, strict=True)][turn]:
            yield {"measure": "train", "way": way, "processor": processor, "environment": found} | length
    for way in report.WAYS[turn]:
        yield {"measure": "first_image", "way": way}
    for processor, (_, found) in PROCESSORS.items():
        yield {"measure": "step", "way": "lesson", "processor": processor, "environment": found}
    for name in variants.VARIANTS:
        yield {"measure": "variants", "way": "lesson", "variant": name, "size": "workshop", "epochs": 10}


def run(options):
    """Run one measurement in a fresh process; return what it printed, with its options.

    Raises
    ------
    CourseError
        If the process failed or was killed.
    """
    busy = psutil.cpu_percent(interval=0.5)
    ours = (ONE_DNN, INSTRUCTIONS)
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "2"} | options.get("environment", {})
    started = time.time()
    process = subprocess.run(
        [*COMMAND, json.dumps(options)],
        cwd=storage.ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if process.returncode:
        raise failure(options, process)
    result = json.loads(process.stdout.splitlines()[-1])
    if "clock" in result:
        result["seconds"] = result.pop("clock") - started
    private = ("seed", "size", "cache")
    return {key: options[key] for key in options if key not in private} | result | {"others_percent": busy}


def failure(options, process):
    """Say in words which measurement failed, and why."""
    which = f"the measurement {options['measure']!r} of {options['way']!r} to end well"
    if process.returncode < 0:
        got = f"the system ended it with signal {-process.returncode}"
        return CourseError(which, got, "Too little free memory? The older way needs 4 GB: close programs.")
    last = (process.stderr.strip() or "no message").splitlines()[-1]
    return CourseError(which, f"exit status {process.returncode}: {last}", "Run it alone to see all it says.")


def machine():
    """Say what the numbers depend on, and nothing that tells one machine from another of its kind."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        words = set(text.split())
    except OSError:
        words = set()
    packages = ("keras", "tensorflow", "numpy", "scikit-learn", "matplotlib", "pandas", "seaborn")
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "features": [name for name in FEATURES if name in words],
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": platform.system(),
        "versions": {"python": platform.python_version()}
        | {name: environment.installed_version(name) for name in packages},
    }


def measure(size, rounds, cache, only=()):
    """Run all rounds, with a line on the screen after each measurement."""
    runs, start, digest = [], time.time(), lesson.digest()
    for number in range(rounds):
        for options in plan(size, number):
            if only and options["measure"] not in only:
                continue
            same = {"round": number, "seed": SEED + number, "size": size, "cache": cache}
            runs.append(run(same | options))
            words = [str(options.get(key, "")) for key in ("measure", "way", "processor", "variant")]
            print(f"{time.time() - start:5.0f} s  round {number + 1}: {' '.join(words)}", flush=True)
    return {
        "lesson": digest,
        "rounds": rounds,
        "target": TARGET[size],
        "total_seconds": round(time.time() - start),
        "machine": machine(),
        "runs": runs,
    }


def fetched(size, folder):
    """Have the images ready as a file for the older way; None where Keras has its own."""
    if size == "full":
        data.load_cifar10("full")
        cached = full_cifar10.cache_file()
        return str(cached) if cached.is_file() else None
    path = Path(folder) / "bundled.npz"
    full_cifar10.write_cache(path, data.load_cifar10())
    return str(path)


def main():
    """Measure and print the tables; keep them if all was measured with the full set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one round with the bundled images")
    parser.add_argument("--rounds", type=int, default=None, help="3 if not given, 1 if quick")
    parser.add_argument(
        "--only", nargs="*", choices=(*measuring.MEASURES,), default=(), help="a part; all if left out"
    )
    options = parser.parse_args()
    size, rounds = ("workshop", 1) if options.quick else ("full", 3)
    try:
        with tempfile.TemporaryDirectory() as folder:
            results = measure(size, options.rounds or rounds, fetched(size, folder), options.only)
    except CourseError as error:
        raise SystemExit(f"The benchmark stopped: {error}") from None
    if not (options.quick or options.only):
        report.write(results)
    print(report.tables(results))


if __name__ == "__main__":
    main()
