"""Tables of a benchmark: everything is worked out from results.json, nothing is typed.

python -m benchmarks.report             # write the tables of README.md anew
"""

import itertools
import json
import math
import statistics
from functools import partial
from pathlib import Path

from helpers import storage

FOLDER = Path(__file__).resolve().parent
RESULTS, README = FOLDER / "results.json", FOLDER / "README.md"
BEGIN, END = "<!-- made by `python -m benchmarks.report` -->", "<!-- end -->"
WAYS = ("old", "our")
BUSY = 15  # per cent of the processor in other hands, above which times are not those of a free machine


def picked(results, measure, way, **fields):
    """Pick the runs of one measurement of one way, one a round, in the order of the rounds."""
    wanted = {"measure": measure, "way": way} | fields
    return [run for run in results["runs"] if all(run.get(key) == value for key, value in wanted.items())]


def epoch_seconds(run, column="seconds"):
    """Seconds of an epoch and its validation: the median of all but the first, which builds the graph."""
    marks = [row[column] for row in run["rows"]]
    return statistics.median(late - early for early, late in itertools.pairwise(marks))


def processor_seconds(run):
    """Processor seconds of an epoch, over all cores: others who use the machine do not lengthen them much."""
    return epoch_seconds(run, "cpu_seconds")


def accuracy(epochs, run):
    """Validation accuracy after so many epochs."""
    return run["rows"][epochs - 1]["val_accuracy"]


def peak_mb(run):
    """Peak memory of the process by the end of the first epoch, in MB."""
    return run["rows"][0]["peak_mb"]


def seconds_to(target, run):
    """Seconds of `fit` until the validation accuracy first reached the target.

    The older way that did not get there counts with the time that it took all the same, a lower bound; ours
    counts as endless.
    """
    reached = [row["seconds"] for row in run["rows"] if row["val_accuracy"] >= target]
    never = run["rows"][-1]["seconds"] if run["way"] == "old" else math.inf
    return reached[0] if reached else never


def flop_per_epoch(run):
    """Work of an epoch: a training image goes forward, and backward at twice the cost; others forward."""
    return run["flop_per_image"] * (3 * run["train_images"] + run["validation_images"])


def ratios(old, ours):
    """Divide ours by the older way's, round by round: both ran next to each other."""
    return [our / other for other, our in zip(old, ours, strict=True)]


def row(what, old, ours, form, *more):
    """Format a line of a table: medians of both ways, median and range of the paired ratios, and `more`."""
    shares = ratios(old, ours)
    spread = f"{min(shares):.2f} - {max(shares):.2f}" if len(shares) > 1 else "one round"
    both = [form.format(statistics.median(values)) for values in (old, ours)]
    return f"| {' | '.join([what, *both, f'**{statistics.median(shares):.2f}**', spread, *more])} |"


def comparison(results):
    """The main table: time, accuracy, memory; only of what was measured."""
    lines = ["| What | Older way | Ours | Ours / older | Range | Goal |", "|---|---|---|---|---|---|"]
    lines += training_rows(results) if picked(results, "train", "old") else []
    first = [[run["seconds"] for run in picked(results, "first_image", way)] for way in WAYS]
    if all(first):
        lines.append(row("From the start of Python to the first image", *first, "{:.1f} s", "≤ 0.15"))
    return "\n".join(lines)


def training_rows(results):
    """Rows of the main table that come from training the network."""
    epochs, target = results["epochs"], results["target"]
    old = picked(results, "train", "old")
    same, ours = (
        picked(results, "train", "our", setting=name, environment=None)
        for name in ("same batch", "recommended")
    )
    plain = [run for run in picked(results, "train", "our") if "environment" in run]
    images = f"{old[0]['train_images']:,} images"
    for what, measure, form, goal, our in (
        (f"One epoch of {images}, batches of 32", epoch_seconds, "{:.2f} s", "", same),
        ("One epoch, ours as recommended", epoch_seconds, "{:.2f} s", "≤ 0.60", ours),
        ("The same without oneDNN", epoch_seconds, "{:.2f} s", "", plain),
        ("As recommended, in processor seconds", processor_seconds, "{:.2f} s", "", ours),
        (
            f"Validation accuracy after {epochs} epochs",
            partial(accuracy, epochs),
            "{:.3f}",
            "1 point less",
            ours,
        ),
        (f"Training until that is {target}", partial(seconds_to, target), "{:.1f} s", "≤ 0.33", ours),
        ("Peak memory: load, prepare, one epoch", peak_mb, "{:,.0f} MB", "≤ 0.35", ours),
    ):
        yield row(what, [measure(run) for run in old], [measure(run) for run in our], form, goal)
    peaks = [run["flop_per_second"] for run in results["runs"] if run["measure"] == "peak"]
    if peaks:
        shares = [
            [
                100 * flop_per_epoch(run) / epoch_seconds(run) / peak
                for run, peak in zip(runs, peaks, strict=True)
            ]
            for runs in (old, ours)
        ]
        yield row("Share of the processor's peak FLOP/s in training", *shares, "{:.0f} %", "")


def reaching(results):
    """Say how many trainings reached the target."""
    old = picked(results, "train", "old")
    our = picked(results, "train", "our", setting="recommended", environment=None)
    if not old:
        return ""
    target = results["target"]
    reached = [
        sum(max(row["val_accuracy"] for row in run["rows"]) >= target for run in runs) for runs in (old, our)
    ]
    return (
        f"Validation accuracy {target} was reached in {reached[0]} of {len(old)} trainings of the older way "
        f"and {reached[1]} of {len(our)} of ours."
    )


def costs(results):
    """The table of cost against the number of images."""
    groups = [picked(results, "scaling", way, cores=None) for way in WAYS]
    if not all(groups):
        return ""
    lines = [
        "### Cost of an epoch against the number of images",
        "",
        "| Images | Older way | Ours | Ours / older | Range | Older way, memory | Ours, memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for i, size in enumerate(groups[0][0]["sizes"]):
        seconds, memory = (
            [[read(run["sizes"][i]) for run in group] for group in groups]
            for read in (epoch_seconds, lambda run: run["rows"][-1]["peak_mb"])
        )
        megabytes = [f"{statistics.median(values):,.0f} MB" for values in memory]
        lines.append(row(f"{size['n_images']:,}", *seconds, "{:.2f} s", *megabytes))
    return "\n".join(lines)


def cores(results):
    """The table of cost against the number of cores: one, and all there are."""
    alone = picked(results, "scaling", "old", cores=1)
    if not alone:
        return ""
    images = alone[0]["sizes"][0]["n_images"]
    lines = ["### Cost of an epoch against the number of cores", "", f"With {images:,} images.", ""]
    lines += ["| Cores | Older way | Ours | Ours / older | Range |", "|---|---|---|---|---|"]
    for number in (1, None):
        seconds = [
            [
                epoch_seconds(size)
                for run in picked(results, "scaling", way, cores=number)
                for size in run["sizes"]
                if size["n_images"] == images
            ]
            for way in WAYS
        ]
        lines.append(row(str(number or results["machine"]["cores"]), *seconds, "{:.2f} s"))
    return "\n".join(lines)


def variants(results):
    """The table of what else was tried."""
    runs = picked(results, "variants", "our")
    if not runs:
        return ""
    lines = ["### What else was tried, with 8,000 images", ""]
    lines += ["In processor seconds, which a busy moment disturbs less: each was measured once.", ""]
    lines += ["| Variant | An epoch / our way |", "|---|---|"]
    ours = runs[0]["variants"]["our way"]["cpu_seconds"]
    for name, measured in runs[0]["variants"].items():
        lines.append(f"| {name} | {measured['cpu_seconds'] / ours:.2f} |")
    return "\n".join(lines)


def conditions(results):
    """Say where and when one should believe the numbers."""
    machine, versions = results["machine"], results["machine"]["versions"]
    others = [run["others_percent"] for run in results["runs"]]
    text = f"**Only a part was measured: {', '.join(results['only'])}.** " if results["only"] else ""
    text += (
        f"{results['rounds']} {'round' if results['rounds'] == 1 else 'rounds'} with {results['n_images']:,} "
        f"images in {results['total_seconds'] / 60:.0f} minutes, on {machine['cores']} cores "
        f"({machine['architecture']}: {', '.join(machine['features']) or 'no wide vectors known'}), "
        f"Python {versions['python']}, Keras {versions['keras']}, TensorFlow {versions['tensorflow']}. "
        f"Before each measurement other programs used {min(others):.0f} to {max(others):.0f} % of the "
        "processor."
    )
    if max(others) > BUSY:
        text += (
            " **The machine was not free: the seconds are too long, and the ratios may be off. "
            "Memory, accuracy and processor seconds hold.**"
        )
    return text


def tables(results):
    """All tables as Markdown."""
    parts = [part(results) for part in (conditions, comparison, reaching, costs, cores, variants)]
    return "\n\n".join(part for part in parts if part)


def with_tables(text, results):
    """Put the tables into the text of README.md, in the place of those that are there."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables(results)}\n\n{END}{rest.split(END)[1]}"


def write(results):
    """Write results.json and the tables of README.md, each complete or not at all."""
    with storage.atomic_path(RESULTS) as temporary:
        temporary.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8", newline="\n")
    text = with_tables(README.read_text(encoding="utf-8"), results)
    with storage.atomic_path(README) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(json.loads(RESULTS.read_text(encoding="utf-8")))
