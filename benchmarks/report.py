"""Tables of a benchmark: everything is worked out from results.json, nothing is typed.

python -m benchmarks.report             # write the tables of README.md anew
"""

import itertools
import json
import math
import statistics
from functools import partial
from pathlib import Path

from benchmarks import lesson
from helpers import storage

FOLDER = Path(__file__).resolve().parent
RESULTS, README = FOLDER / "results.json", FOLDER / "README.md"
BEGIN, END = "<!-- made by `python -m benchmarks.report` -->", "<!-- end -->"
WAYS = ("old_way", "lesson")
BUSY = 15  # per cent of the processor in other hands, above which times are not those of a free machine


def picked(results, measure, way, **fields):
    """Pick the runs of one measurement of one way, one a round, in the order of the rounds."""
    wanted = {"measure": measure, "way": way} | fields
    return [run for run in results["runs"] if all(run.get(key) == value for key, value in wanted.items())]


def epoch_seconds(run, column="seconds"):
    """Seconds of an epoch and its validation, or of a step: the median of all but the first."""
    marks = [row[column] for row in run["rows"]]
    return statistics.median(late - early for early, late in itertools.pairwise(marks))


def processor_seconds(run):
    """Processor seconds of an epoch, over all cores: others who use the machine lengthen them less."""
    return epoch_seconds(run, "cpu_seconds")


def peak_mb(run):
    """Peak memory of the process by the end of the first epoch, in MB."""
    return run["rows"][0]["peak_mb"]


def seconds_to(target, run):
    """Seconds of `fit` until the validation accuracy first reached the target.

    The older way that did not get there counts with the time that it took all the same, a lower bound; the
    lesson counts as endless.
    """
    reached = [row["seconds"] for row in run["rows"] if row["val_accuracy"] >= target]
    never = run["rows"][-1]["seconds"] if run["way"] == "old_way" else math.inf
    return reached[0] if reached else never


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
    """The main table: time and memory, on this processor and as far as it can be made to act as another."""
    lines = ["| What | Older way | The lesson | Lesson / older | Range | Goal |", "|---|---|---|---|---|---|"]
    target, wide = results["target"], "avx512f" in results["machine"]["features"]
    until, reached = f"Training until validation accuracy is {target}", partial(seconds_to, target)
    for what, processor, measure, form, goal in (
        ("One epoch", "as it is", epoch_seconds, "{:.2f} s", "≤ 0.50" if wide else "≤ 0.40"),
        ("The same, in processor seconds", "as it is", processor_seconds, "{:.2f} s", ""),
        ("One epoch, both without oneDNN", "no oneDNN", epoch_seconds, "{:.2f} s", "≤ 1.00"),
        ("The same, in processor seconds", "no oneDNN", processor_seconds, "{:.2f} s", ""),
        ("One epoch, as with AVX2 alone", "AVX2", epoch_seconds, "{:.2f} s", "≤ 0.40"),
        ("The same, in processor seconds", "AVX2", processor_seconds, "{:.2f} s", ""),
        (until, "as it is", reached, "{:.1f} s", "≤ 0.20" if wide else "≤ 0.15"),
        (f"{until}, as with AVX2 alone", "AVX2", reached, "{:.1f} s", "≤ 0.15"),
        ("Peak memory: load, prepare, one epoch", "as it is", peak_mb, "{:,.0f} MB", "≤ 0.25"),
    ):
        groups = [
            [measure(run) for run in picked(results, "train", way, processor=processor)] for way in WAYS
        ]
        lines += [row(what, *groups, form, goal)] if all(groups) else []
    first = [[run["seconds"] for run in picked(results, "first_image", way)] for way in WAYS]
    if all(first):
        lines.append(row("From the start of Python to the first image", *first, "{:.1f} s", "below 1 s"))
    return "\n".join(lines) if len(lines) > 2 else ""


def reaching(results):
    """Say how many training runs reached the target."""
    groups = [picked(results, "train", way, processor="as it is") for way in WAYS]
    if not all(groups):
        return ""
    target = results["target"]
    counts = [sum(max(r["val_accuracy"] for r in run["rows"]) >= target for run in runs) for runs in groups]
    return (
        f"An epoch has {groups[0][0]['train_images']:,} images. Validation accuracy {target} was reached in "
        f"{counts[0]} of {len(groups[0])} training runs of the older way and {counts[1]} of {len(groups[1])} "
        "of the lesson."
    )


def steps(results):
    """The table of a step of the recipe, as far as this processor can be made to act as another."""
    names = {"as it is": "as on this processor", "AVX2": "with AVX2 alone", "no oneDNN": "without oneDNN"}
    groups = [picked(results, "step", "lesson", processor=processor) for processor in names]
    if not all(groups):
        return ""
    seconds, cpu = (
        [statistics.median(map(of, runs)) for runs in groups] for of in (epoch_seconds, processor_seconds)
    )
    lines = ["### A step of the recipe", ""]
    lines += ["| Convolutions | Seconds | Processor seconds | Share |", "|---|---|---|---|"]
    for name, wall, busy in zip(names.values(), seconds, cpu, strict=True):
        lines.append(f"| {name} | {wall:.2f} | {busy:.2f} | {wall / seconds[0]:.2f} |")
    return "\n".join(lines)


def variants(results):
    """The table of what a learner could add."""
    runs = picked(results, "variants", "lesson")
    names = list(dict.fromkeys(run["variant"] for run in runs))
    lines = ["### What one more argument would give, with 8,000 images", ""]
    lines += [
        "| Variant | An epoch, in processor seconds | Validation accuracy after 10 epochs |",
        "|---|---|---|",
    ]
    for name in names:
        same = [run for run in runs if run["variant"] == name]
        seconds, accuracy = (
            statistics.median(read(run) for run in same)
            for read in (processor_seconds, lambda run: run["rows"][-1]["val_accuracy"])
        )
        lines.append(f"| {name} | {seconds:.2f} | {accuracy:.3f} |")
    return "\n".join(lines) if names else ""


def conditions(results):
    """Say where and when one should believe the numbers."""
    machine, versions = results["machine"], results["machine"]["versions"]
    others = [run["others_percent"] for run in results["runs"]]
    text = (
        f"{results['rounds']} {'round' if results['rounds'] == 1 else 'rounds'} "
        f"in {results['total_seconds'] / 60:.0f} minutes, on {machine['cores']} cores "
        f"({machine['architecture']}: {', '.join(machine['features']) or 'no wide vectors known'}), "
        f"Python {versions['python']}, Keras {versions['keras']}, TensorFlow {versions['tensorflow']}. "
        f"Before each measurement other programs used {min(others):.0f} to {max(others):.0f} % of the "
        "processor."
    )
    if max(others) > BUSY:
        text += (
            " **The machine was not free: the seconds are too long, and the ratios may be off. "
            "Memory and accuracy hold.**"
        )
    if results["lesson"] != lesson.digest():
        text += " **The cells of the lesson have changed since.**"
    return text


def tables(results):
    """All tables as Markdown."""
    parts = [part(results) for part in (conditions, comparison, reaching, steps, variants)]
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
