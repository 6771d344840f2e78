"""Where a class stands, from the codes that `checks.progress()` gives its learners; no server, no names."""

import os
from collections import Counter

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.exercises import progress_code
from helpers.exercises.mistakes import OTHER, known
from helpers.plotting.style import BLUE, GRAY, ORANGE, PALE, describe

MESSAGES = (".txt", ".md", ".html", ".htm", ".eml", ".csv")  # files in which a code may stand


@validation.checked(explain=validation.count())
def show(codes, explain=3):
    """Show where a class is stuck, and which mistakes to explain next.

    A copy of a code counts once. What is no complete code, or comes from another version of the course, is
    named and left out. With one code, a learner sees what stands in it.

    Parameters
    ----------
    codes : str, path or list of str
        Text with codes, such as messages as they came, or a folder of text files, subfolders included.
    explain : int, default 3
        How many mistakes to print, those of most learners who are stuck first.

    Returns
    -------
    pandas.DataFrame
        For each exercise that somebody has tried: the number of learners who `passed` it, who are `stuck`
        (met a mistake, and have not passed), who met `mistake` most, and what the check says about it.

    Examples
    --------
    >>> classroom.show("progress-codes")  # doctest: +SKIP
    """
    learners, refused = _read(_text(codes))
    print(*refused, f"Codes read: {len(learners)}; left out: {len(refused)}.", sep="\n")
    if not learners:
        raise CourseError("at least one code from checks.progress()", "none that can be read", "See above.")
    table, mistakes = _exercises(learners), _mistakes(learners)
    print("\nExplain next:" if len(mistakes) else "\nNobody has met a mistake yet.")
    for row in mistakes.head(explain).itertuples():
        print(f"- {row.notebook}, {row.exercise}: met by {row.learners}, {row.stuck} of them stuck.")
        print(f"  {row.sentence}")
    if len(table):
        _plot(table, len(learners))
    return table


def _text(codes):
    """Join the texts in which codes stand: what was pasted, or the files of a folder."""
    if isinstance(codes, list | tuple):
        return "\n".join(map(str, codes))
    if isinstance(codes, str) and progress_code.MARK in codes.upper():
        return codes
    place = validation.path(codes, "codes")
    if not place.exists() or not str(codes):
        wanted = f"codes, which begin with {progress_code.MARK}, or a folder of messages"
        raise CourseError(wanted, validation.shown(os.fspath(codes)), "Paste them, or name the folder.")
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    files = [path for path in files if path.is_file() and path.suffix.lower() in MESSAGES]
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


def _read(text):
    """Read all codes in a text: what each holds, and why others were left out."""
    learners, refused = [], []
    for symbols in progress_code.find(text):
        try:
            learners.append(progress_code.read(symbols))
        except CourseError as error:
            refused.append(f"✗ {error}")
    return learners, refused


def _mistakes(learners):
    """Count who met which mistake most, one row each: those that hold up most learners first."""
    rows = [
        {"exercise": check, "mistake": mistake, "stuck": check not in passed, "learners": 1}
        for passed, met in learners
        for check, mistake in met.items()
    ]
    table = pd.DataFrame(rows, columns=["exercise", "mistake", "stuck", "learners"])
    table = table.groupby(["exercise", "mistake"], as_index=False).sum()
    table["notebook"] = [known()[check].notebook for check in table.exercise]
    pairs = zip(table.exercise, table.mistake, strict=True)
    table["sentence"] = [known()[check].sentences.get(mistake, OTHER) for check, mistake in pairs]
    return table.sort_values(["stuck", "learners"], ascending=False, kind="stable", ignore_index=True)


def _exercises(learners):
    """Count, exercise by exercise, who passed and who is stuck, with the mistake that most of them met."""
    rows = {}
    for check, entry in known().items():
        passed = sum(check in names for names, _ in learners)
        stuck = sum(check in met and check not in names for names, met in learners)
        mistakes = Counter(met[check] for _, met in learners if check in met)
        mistake, count = mistakes.most_common(1)[0] if mistakes else ("", 0)
        if passed or stuck:
            sentence = entry.sentences.get(mistake, mistake)
            rows[check] = (entry.notebook, passed, stuck, count, mistake, sentence)
    columns = ["notebook", "passed", "stuck", "met", "mistake", "sentence"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("exercise")


def _plot(table, n_learners):
    """Draw who passed each exercise and who is stuck, one bar an exercise."""
    ax = plt.subplots(figsize=(8, 0.3 * len(table) + 1.2), layout="constrained")[1]
    tried, rows = table.passed + table.stuck, np.arange(len(table))
    stripes = {"color": ORANGE, "hatch": "//", "edgecolor": "white"}
    ax.barh(rows, table.passed, color=BLUE, label="passed")
    ax.barh(rows, table.stuck, left=table.passed, label="stuck", **stripes)
    ax.barh(rows, n_learners - tried, left=tried, color=PALE, label="not tried")
    for row in rows[table.stuck > 0]:
        ax.text(n_learners, row, f" {table.stuck.iloc[row]} stuck", va="center", size=11)
    notebooks = table.notebook.to_numpy()
    for row in rows[1:][notebooks[1:] != notebooks[:-1]]:
        ax.axhline(row - 0.5, color=GRAY, linewidth=1)
    ax.set_yticks(rows, table.index)
    ax.set(xlim=(0, n_learners), ylim=(len(table) - 0.5, -0.5), xlabel="learners")
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    worst = table.stuck.idxmax()
    text = f"Bars for {len(table)} exercises: how many of {n_learners} passed, are stuck, or have not tried. "
    return describe(ax, f"{text}Most are stuck at {worst}: {table.stuck[worst]}.")
