"""What a model file holds, and how large each form of a model is."""

import zipfile

from matplotlib import pyplot as plt

from helpers import CourseError, validation
from helpers.plotting.style import BLUE, GRAY, INK, ORANGE, PALE_OF, box, canvas, describe

PARTS = {  # of a .keras file: (what it says, color)
    "metadata.json": ("which Keras wrote\nit, and when", GRAY),
    "config.json": ("layers, settings,\nloss, optimizer", BLUE),
    "model.weights.h5": ("the parameters, and what\nthe optimizer knows", ORANGE),
}


@validation.checked(path=validation.path)
def keras_file(path, ax=None):
    """Draw what is inside a .keras file, a ZIP archive: its parts, what each says, and its size."""
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {name: archive.getinfo(name).file_size for name in PARTS}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise CourseError("a .keras file", str(error), "Save a model first: model.save(...).") from None
    ax = canvas(8.4, 2.6, ax)
    box(ax, 0.1, 0.1, 8.2, 2.4, facecolor="white", edgecolor=INK)
    ax.text(0.3, 2.18, "a .keras file: a ZIP archive", size=13, weight="bold")
    for place, (name, (says, color)) in enumerate(PARTS.items()):
        left = 0.3 + 2.65 * place
        box(ax, left, 0.3, 2.5, 1.65, facecolor=PALE_OF[color], edgecolor=color)
        ax.text(left + 1.25, 1.68, name, size=13, weight="bold", ha="center", va="center")
        ax.text(left + 1.25, 1.13, says, size=12, ha="center", va="center", linespacing=1.25)
        ax.text(left + 1.25, 0.53, f"{sizes[name] / 1000:,.1f} kB", size=12, ha="center", va="center")
    listed = "; ".join(f"{name}: {says}".replace("\n", " ") for name, (says, _) in PARTS.items())
    text = f"A .keras file is a ZIP archive of three files. {listed}. The weights fill most of it."
    return describe(ax, text)


@validation.checked(sizes=validation.by_name(validation.count(0, 10**15)))
def file_sizes(sizes, ax=None):
    """Draw how large files are, as bars with numbers: what a file is -> its size in bytes."""
    if not sizes:
        raise CourseError("names of files with their sizes in bytes", "none", "path.stat().st_size is one.")
    ax = ax or plt.subplots(figsize=(7, 0.55 * len(sizes) + 0.6), layout="constrained")[1]
    names, kilobytes = list(sizes), [size / 1000 for size in sizes.values()]
    bars = ax.barh(names, kilobytes, color=BLUE, edgecolor=INK)
    ax.bar_label(bars, [f"{size:,.0f} kB" for size in kilobytes], padding=4, size=12)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.2 * max(kilobytes) or 1), xlabel="size in kB (1000 bytes)")
    listed = ", ".join(f"{name} {size:,.0f} kB" for name, size in zip(names, kilobytes, strict=True))
    return describe(ax, f"Sizes of files: {listed}.")
