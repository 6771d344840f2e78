"""Steps 5 and 6: watch a training, keep what came out of it."""

import contextlib
import functools
import io
import json
import math
import os
import re
import time
import zipfile
from html import escape
from pathlib import Path
from typing import NamedTuple

import keras
import pandas as pd
from IPython.display import display

from helpers import CourseError, model_files, storage, validation
from helpers._run_facts import run_facts
from helpers.histories import history_table, scalars

LONGEST_LINE = 10_000  # characters of a history: names of metrics, or their values after an epoch
DASHED = ' stroke-dasharray="5 3"'


def _harmless(method):
    """Let no error of a display end a training: it says so once, and shows nothing more."""

    @functools.wraps(method)
    def careful(self, *args, **named):
        if self.works:
            try:
                method(self, *args, **named)
            except Exception as error:  # whatever a front end or a metric of one's own thinks of
                self.works = False
                with contextlib.suppress(Exception):
                    print(f"The training goes on without its display ({type(error).__name__}: {error}).")

    return careful


class LiveProgress(keras.callbacks.Callback):
    """Show one live display per training: curves, and how long it will still take.

    Pass it to `fit` together with ``verbose=0``. While the network trains, the display shows the loss and a
    metric after every epoch and the time left; afterwards the curves stay, below the time taken and the last
    numbers. What it cannot draw it leaves out; the training goes on.
    The curves are a few hundred bytes of SVG, because a matplotlib figure per epoch would slow training down.
    """

    def __init__(self, seconds_between_updates=0.5):
        super().__init__()
        self.pause = seconds_between_updates

    def on_train_begin(self, logs=None):
        """Open the display."""
        self.works = True
        self._begin()

    @_harmless
    def _begin(self):
        self.epochs, self.steps = self.params.get("epochs") or 1, self.params.get("steps")
        self.history, self.first, self.last_update = [], None, 0.0
        self.start, self.processor = time.perf_counter(), time.process_time()
        self.display = display(_Shown("Training starts ..."), display_id=True)

    @_harmless
    def on_epoch_begin(self, epoch, logs=None):
        """Remember where the training begins, which is not always at the start."""
        self.first = epoch if self.first is None else self.first

    @_harmless
    def on_train_batch_end(self, batch, logs=None):
        """Show how far the epoch is, now and then."""
        if time.perf_counter() - self.last_update > self.pause:
            self._update(len(self.history) + (batch + 1) / (self.steps or batch + 1))

    @_harmless
    def on_epoch_end(self, epoch, logs=None):
        """Add the epoch's numbers to the curves."""
        self.history.append(scalars(logs))
        if self.model is not None:  # Keras itself does not record after which epochs it validated
            self.model.history.measured = self.history
        self._update(len(self.history))

    @_harmless
    def on_train_end(self, logs=None):
        """Leave the curves, below one line of text."""
        seconds, processor = time.perf_counter() - self.start, time.process_time() - self.processor
        if self.model is not None:  # for `save_fit`
            self.model.history.cost = {"wall_seconds": round(seconds, 1), "cpu_seconds": round(processor, 1)}
        measured = list((self.history or [{}])[-1].items())
        scores = ", ".join(f"{name} {value:.3f}" for name, value in measured[:8])
        scores += ", ..." if len(measured) > 8 else ""
        plural = "epoch" if len(self.history) == 1 else "epochs"
        steps = f" of {self.steps} steps" if self.steps else ""
        line = f"{len(self.history)} {plural}{steps} in {seconds:.1f} s: {scores}"
        self._show(_Shown(line, _curves_svg(self.history, max(len(self.history), 1), self.first or 0)))

    def _update(self, epochs_done):
        self.last_update, before = time.perf_counter(), self.first or 0
        here = self.epochs - before
        left = max(0, (self.last_update - self.start) * (here - epochs_done) / max(epochs_done, 1e-9))
        epoch = min(int(epochs_done) + 1 + before, self.epochs)
        line = f"epoch {epoch} of {self.epochs}, about {left:.0f} s left"
        self._show(_Shown(line, _curves_svg(self.history, here, before)))

    def _show(self, content):
        if self.display is not None:  # None outside a notebook
            self.display.update(content)


class _Shown(str):
    """A line of text that a notebook shows without quotation marks, and curves below it if there are any."""

    __repr__ = str.__str__

    def __new__(cls, line, curves=""):
        shown = super().__new__(cls, line)
        shown.curves = curves
        return shown

    def _repr_html_(self):
        return f'<div class="training">{escape(self)}</div>{self.curves}' if self.curves else None


def _curves_svg(history, epochs, before=0, width=270, height=170):
    """Draw the loss and a metric so far as two small line charts: training solid, validation dashed."""
    names = _drawn(history)
    validated = any(f"val_{name}" in row for row in history for name in names)
    charts = [_chart_svg(history, name, epochs, before, width * place) for place, name in enumerate(names)]
    if not charts:
        return ""
    legend = f"{_line_svg([(80, 158), (110, 158)], '')}<text x='116' y='162'>training</text>"
    if validated:
        legend += f"{_line_svg([(190, 158), (220, 158)], DASHED)}<text x='226' y='162'>validation</text>"
    return (
        f'<svg viewBox="0 0 {2 * width} {height}" width="{2 * width}" style="max-width: 100%; height: auto" '
        'role="img" fill="currentColor" font-size="12" '
        f'aria-label="Loss and metric by epoch: training solid{", validation dashed" if validated else ""}">'
        f"{''.join(charts)}{legend}</svg>"
    )


def _chart_svg(history, name, epochs, before, x, wide=215, top=22, high=104):
    """Draw one chart, its axes from 0 (or less) to 1 (or more) and from the first epoch to the last."""
    lines = {dashes: _finite(history, key) for key, dashes in ((name, ""), (f"val_{name}", DASHED))}
    values = [value for line in lines.values() for _, value in line]
    low, most = min([0.0, *values]), max([1.0, *values])
    x, bottom = x + 45, top + high

    def place(epoch, value):
        share = (value / most - low / most) / (1 - low / most)
        return x + wide * epoch / max(epochs - 1, 1), bottom - high * share

    curves = [_line_svg([place(*point) for point in line], dashes) for dashes, line in lines.items()]
    unit = " (share correct)" if name.endswith("accuracy") else ""
    ends = [(x, before + 1, "middle"), (x + wide, before + epochs, "middle")][: 1 if epochs == 1 else 2]
    texts = [(x, top - 10, f"{name}{unit}", "start"), (x + wide / 2, bottom + 15, "epoch", "middle")]
    texts += [(x - 5, y + 4, f"{value:.3g}", "end") for y, value in ((top, most), (bottom, low))]
    texts += [(place, bottom + 15, epoch, anchor) for place, epoch, anchor in ends]
    axes = f'<path d="M{x} {top}V{bottom}H{x + wide}" fill="none" stroke="currentColor"/>'
    words = "".join(
        f'<text x="{left:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(str(text))}</text>'
        for left, y, text, anchor in texts
    )
    return axes + words + "".join(curves)


def _line_svg(points, dashes):
    """Draw a line through points of the drawing."""
    at = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    return f'<polyline points="{at}" fill="none" stroke="currentColor" stroke-width="2"{dashes}/>'


def _drawn(history):
    """Choose the columns that are drawn: the loss, and the accuracy or else the first other metric."""
    names = dict.fromkeys(name.removeprefix("val_") for row in history for name in row)
    others = [name for name in names if name not in ("loss", "learning_rate")]
    others.sort(key=lambda name: "accuracy" not in name)  # stable: else in Keras's order
    return [name for name in ("loss", *others[:1]) if name in names]


def _finite(history, name):
    """List (epoch, value) where there is a number that can be drawn."""
    return [(epoch, row[name]) for epoch, row in enumerate(history) if math.isfinite(row.get(name, math.nan))]


def _pair(value, name):
    """Say that an argument is images and their labels, as many of each."""
    is_pair = isinstance(value, tuple | list) and len(value) == 2 and all(hasattr(v, "shape") for v in value)
    if not is_pair or len({len(part) if part.shape else None for part in value}) != 1:
        expected = f"{name} to be a pair: images, and a label for each"
        raise CourseError(
            expected, validation.shown(value), f"Write {name}=(x, y), as they were given to fit."
        )
    return value


@validation.checked(
    model=validation.model_that("save"), train=_pair, validation=_pair, folder=validation.path
)
def save_fit(name, model, history, train=None, validation=None, folder=None):
    """Save a trained model with its history and the facts of its run: `name`.keras and `name`.csv.

    Both appear complete or not at all, and replace an earlier fit of the same name. The model file holds
    history and facts too: two files cannot be replaced in one step, and a history must not meet another
    fit's model. The facts are what a model card needs; those that cannot be known are left out.

    Parameters
    ----------
    name : str
        Name of the fit, for example "model_intro".
    model : keras.Model
        The trained model.
    history : keras.callbacks.History, dict of lists or pandas.DataFrame
        What `fit` returned; Keras does not keep it in the model file.
    train, validation : tuple of two arrays, optional
        Images and labels as they were given to `fit`: their number and digest, and the accuracy on the
        validation images, become facts. The images themselves are not saved.
    folder : path-like, optional
        Where to save; `storage.FIT_OUTPUTS` if not given.

    Returns
    -------
    pathlib.Path
        The model file.
    """
    name, folder = _name(name), Path(folder or storage.FIT_OUTPUTS)
    model_file, table = folder / f"{name}.keras", _table(history)
    facts = json.dumps(run_facts(model, history, train, validation), indent=1)
    with storage.atomic_path(folder / f"{name}.csv") as beside, storage.atomic_path(model_file) as temporary:
        table.to_csv(beside, lineterminator="\n")
        model.save(temporary)
        with zipfile.ZipFile(temporary, "a") as archive:  # of what it does not know, Keras takes no notice
            archive.writestr(zipfile.ZipInfo(model_files.HISTORY), beside.read_bytes())
            archive.writestr(zipfile.ZipInfo(model_files.FACTS), facts)
    return model_file


@validation.checked(path=validation.path)
def write_history(path, history):
    """Write a history, of any form that `save_fit` takes, as a CSV file: complete or not at all."""
    with storage.atomic_path(path) as temporary:
        _table(history).to_csv(temporary, lineterminator="\n")


def _table(history):
    read_from_a_file = isinstance(history, pd.DataFrame) and history.index.name == "epoch"
    return history if read_from_a_file else history_table(history)


@validation.checked(path=validation.path)
def read_history(path):
    """Read what `write_history` wrote: a pandas.DataFrame with one row an epoch."""
    try:
        with path.open("rb") as file:
            return _parsed(file)
    except (OSError, TypeError, ValueError) as error:
        found, remedy = f"{path.name}: {error}", "save_fit writes it beside the model."
        raise CourseError("the CSV file of a history", found, remedy) from None


def _parsed(file):
    """Read a history whose columns are few: a million of them, in 3 kB of an archive, take hours."""
    if any(len(line) > LONGEST_LINE for line in file):
        raise ValueError(f"a line has more than {LONGEST_LINE:,} characters")
    file.seek(0)
    return pd.read_csv(file, index_col="epoch")


class Run(NamedTuple):
    """A training run, as `load_run` returns it."""

    model: keras.Model
    history: pd.DataFrame
    facts: dict


def load_fit(name, shipped=False):
    """Load a fit: the learner's own if there is one that loads, else the one the course ships.

    It prints which of the two it took.

    Parameters
    ----------
    name : str
        Name of the fit, for example "model_intro".
    shipped : bool, default False
        Take the course's fit even where there is one of the learner's own. Its settings.json says what it
        was trained on.

    Returns
    -------
    model : keras.Model
        The trained model.
    history : pandas.DataFrame
        One row an epoch, as `history_table` gives it.
    """
    return load_run(name, shipped)[:2]


def load_run(name, shipped=False):
    """Load a fit as `load_fit` does, together with the facts of its run.

    The facts are what `save_fit` recorded: network, settings, data, time, accuracy. Files of earlier
    versions have none.

    Returns
    -------
    model : keras.Model
    history : pandas.DataFrame
    facts : dict
    """
    name = _name(name)
    places = [(storage.FIT_OUTPUTS, "your own"), (storage.SHIPPED_FITS / name, "the course's")]
    unreadable = ""
    for folder, whose in places[1:] if shipped else places:
        try:
            run = _read_run(folder, name)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, RecursionError, zipfile.BadZipFile) as error:
            unreadable += f"; {whose} file cannot be used: {getattr(error, 'got', error)}"
            continue
        print(f"Loaded {whose} fit {name}{unreadable}.")
        return run
    known = ", ".join(sorted(path.name for path in storage.SHIPPED_FITS.glob("model_*"))) or "none"
    expected, found = f"the name of a saved fit (the course ships: {known})", f"{name!r}{unreadable}"
    raise CourseError(expected, found, "Train and save it first with `save_fit`.")


def load_history(name):
    """Load a table that the course ships: for most fits, how loss and accuracy went in training.

    The name is that of a folder of fit_outputs/shipped, for example "model_intro" or "sweep_dropout"; its
    settings.json says on how many images. It gives one row an epoch, as `history_table`; of a sweep, all
    trainings below each other, as `seaborn` likes them; of other comparisons, one row for each result.
    """
    name = _name(name)
    try:
        table = pd.read_csv(storage.SHIPPED_FITS / name / f"{name}.csv")
    except (OSError, ValueError):
        known = ", ".join(sorted(folder.name for folder in storage.SHIPPED_FITS.glob("*/")))
        expected = f"one of the histories that the course ships ({known})"
        raise CourseError(expected, repr(name), "Choose one of these.") from None
    return table.set_index("epoch") if table.columns[0] == "epoch" else table


def _name(name):
    """Return the name of a fit if it can be one: the name of a file, not a way to another folder."""
    validation.of_type(name, str, "the name of a fit", 'Write "model_intro", say.')
    if not re.fullmatch(r"[\w.-]+", name) or set(name) == {"."}:
        raise CourseError("the name of a fit", repr(name), "Use letters, digits and _ only.")
    return name


def _read_run(folder, name):
    path, beside = folder / f"{name}.keras", folder / model_files.FACTS
    while True:
        with path.open("rb") as file:
            model, (history, facts) = model_files.load_model(path), _added(file)
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):  # not replaced meanwhile
                break
    if history is None:  # a shipped fit, or one that an earlier version saved: its files lie beside it
        history = read_history(folder / f"{name}.csv")
        facts = beside.read_text(encoding="utf-8") if beside.is_file() else None
    facts = json.loads(facts or "{}")
    return Run(model, history, facts if isinstance(facts, dict) else {})


def _added(file):
    """Read history and facts (as text) that `save_fit` puts into a model file; older files have none."""
    wanted = model_files.HISTORY, model_files.FACTS
    with zipfile.ZipFile(file) as archive:
        parts = archive.namelist()
        history, facts = (archive.read(part) if part in parts else None for part in wanted)
    return history and _parsed(io.BytesIO(history)), facts
