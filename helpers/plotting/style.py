"""One visual language for every figure: style, palette, alt text, boxes and arrows; and names as they are.

The palette is that of Okabe and Ito, "Color Universal Design" (2008), which stays readable to colour-blind
people; its dark blue and light orange also differ in grey print.
"""

import functools
import itertools
import re
import sys
import unicodedata

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager, ticker
from matplotlib import pyplot as plt
from matplotlib.category import StrCategoryFormatter
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text

BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, BLACK = "#56B4E9", "#CC79A7", "#000000"
INK, GRAY, PALE = "#222222", "#767676", "#F2F2F2"
PALE_BLUE, PALE_ORANGE, PALE_GREEN = "#DCEBF5", "#FCEBC8", "#D3EEE5"
PALETTE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK)
LAYER_COLORS = {"input": GREEN, "hidden": BLUE, "output": ORANGE}
PALE_OF = {GRAY: PALE, BLUE: PALE_BLUE, ORANGE: PALE_ORANGE, GREEN: PALE_GREEN}

# The first has Latin, Greek, Cyrillic, Arabic and Hebrew letters; of the others, those installed help out.
WANTED = (
    "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans JP", "Noto Sans SC", "Noto Sans KR",
    "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic",
    "Noto Sans Devanagari", "Noto Sans Thai", "Nirmala UI", "Leelawadee UI", "Arial Unicode MS",
)  # fmt: skip
_INSTALLED = {font.name for font in font_manager.fontManager.ttflist}
FAMILIES = [name for name in WANTED if name in _INSTALLED]
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they would turn round what follows a name, too
FORMULA = "formula"
LONGEST_TICK = 48  # characters: more leave no room for the axes
NOTE = (
    "No font of this computer has all characters of these names: figures show [{}] for {}. "
    "Install one that has them, such as Noto Sans CJK, and restart the kernel."
)

STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": GRAY,
    "axes.labelsize": 13,
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlepad": 8,
    "axes.titlesize": 14,
    "figure.dpi": 100,  # a stored image is about as wide as a page, and small
    "figure.facecolor": "white",
    "figure.figsize": (7.0, 4.2),
    "font.family": FAMILIES,
    "font.size": 13,
    "grid.color": "#DDDDDD",
    "image.cmap": "gray",
    "image.interpolation": "nearest",
    "legend.fontsize": 12,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "savefig.facecolor": "white",
    "text.color": INK,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
}
mpl.rcParams.update(STYLE)


def describe(ax, text, formulas=False):
    """Give a figure its alt text: what is seen, and the finding. Its other texts become plain: a $ is a $.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or array of Axes
        What to describe. Of several axes the description covers all.
    text : str
        One or two sentences for people who do not see the figure.
    formulas : bool, default False
        Whether its texts are the figure's own, with mathematics between two $; a name is plain text.

    Returns
    -------
    matplotlib.axes.Axes or array of Axes
        `ax`, as it came.
    """
    first, *others = np.ravel(ax)
    _spell_out([first, *others], formulas)
    first.alt_text = text.encode("utf-8", "backslashreplace").decode()  # a file's name may be no text
    for other in others:
        other.alt_text = ""
    return ax


def alt_text(figure):
    """Return the alt text of a figure: the descriptions of its axes, in their order."""
    return " ".join(filter(None, (getattr(ax, "alt_text", "") for ax in figure.axes)))


def _alt_metadata(figure):
    text = alt_text(figure)
    return {}, {"image/png": {"alt": text}} if text else {}  # no data: others draw the image


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    # The formatter of the whole bundle, where nbconvert looks for alt text: IPython replaces the one for PNG
    # when its inline backend starts, which happens later, at the first figure.
    _shell.display_formatter.mimebundle_formatter.for_type(Figure, _alt_metadata)


def canvas(width, height, ax=None):
    """Make axes to draw a diagram on: no spines, and one unit is one inch at the figure's normal size."""
    ax = ax or plt.figure(figsize=(width, height)).add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.axis("off")
    return ax


def box(ax, x, y, width, height, text="", **style):
    """Draw a rounded box with its lower left corner at (x, y) and `text` in its middle."""
    words = {"size": 13, "color": INK, "weight": "normal"}
    words |= {key: style.pop(key) for key in words.keys() & style.keys()}
    style = {"facecolor": PALE_BLUE, "edgecolor": BLUE, "linewidth": 1.8} | style
    ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=0.12", **style))
    if text:
        ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", linespacing=1.25, **words)


def arrow(ax, start, end, **style):
    """Draw an arrow from `start` to `end`, both (x, y)."""
    style = {"color": INK, "linewidth": 1.8, "arrowstyle": "-|>", "mutation_scale": 16} | style
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **style))


def minus(text):
    """Replace hyphens with minus signs, which are as wide as a plus."""
    return text.replace("-", "\N{MINUS SIGN}")


def by(*sizes, gap=""):
    """Join sizes with multiplication signs, as in a shape: 30 by 30 by 16."""
    return f"{gap}\N{MULTIPLICATION SIGN}{gap}".join(map(str, sizes))


def percent(probability):
    """Write a probability in percent, without calling what is nearly certain certain."""
    return ">99.9%" if 0.9995 <= probability < 1 else f"{probability:.1%}"


# Names are text: whatever a class, a file or a metric is called, figures show it as it is written.


def shorten(name, most=24):
    """Write a name in one line of so many characters; its middle is what can be spared."""
    line = " ".join(str(name).split())
    return line if len(line) <= most else f"{line[: most - most // 3 - 1]}…{line[-(most // 3) :]}"


def _spell_out(axes, formulas=False):
    """Let all texts of a figure stand there as they are: no formulas, and nothing that no font has."""
    named, numbers = set(), set()
    for axis in (axis for ax in axes for axis in (ax.xaxis, ax.yaxis)):
        ticks = (*axis.get_major_ticks(), *axis.get_minor_ticks())  # made when they are asked for
        ticks = {label for tick in ticks for label in (tick.label1, tick.label2)}
        if isinstance(axis.get_major_formatter(), NAMES):
            named |= ticks
            _spell_out_ticks(axis)
        else:  # 10 to the power of 3 is a formula
            numbers |= ticks | {axis.offsetText}
    figure = axes[0].figure
    parts = [*axes, *figure.texts, *figure.legends]
    for text in {text for part in parts for text in part.findobj(Text)} - numbers:
        if formulas and "$" in text.get_text():
            text.set_gid(FORMULA)  # it stays one when somebody describes the figure anew
        text.set_parse_math(text.get_gid() == FORMULA)
        if text not in named:
            before = text.get_text()
            after = _printable(before, text.get_weight())
            text.set_text(after if after == before else shorten(after))  # a sign's name may be long


NAMES = (ticker.FixedFormatter, ticker.FuncFormatter, StrCategoryFormatter)


def _spell_out_ticks(axis):
    labels = axis.get_ticklabels()
    before = [label.get_text() for label in labels]
    after = [shorten(_printable(label.get_text(), label.get_weight()), LONGEST_TICK) for label in labels]
    if after != before:
        axis.set_ticks(axis.get_majorticklocs(), after)


def _printable(text, weight=400):
    """Replace what cannot be drawn: by letters that mean the same, by a sign's name, or by its number."""
    runs = itertools.groupby(OVERRIDES.sub("", text), lambda c: c == "\n" or ord(c) in _characters(weight))
    parts = [(known, "".join(run)) for known, run in runs]
    return "".join(part if known else _in_other_words(part, weight) for known, part in parts)


def _in_other_words(text, weight):
    same = unicodedata.normalize("NFKC", text)
    if all(ord(char) in _characters(weight) for char in same):
        return same
    kinds = {unicodedata.category(char) for char in text}
    if kinds <= {"Cc", "Cf", "Mn", "Me"}:  # nothing to be seen on its own
        return " " * ("Cc" in kinds)
    signs = [char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Mn", "Me")]
    words = [
        unicodedata.name(c, "").lower() if unicodedata.category(c) == "So" else f"{ord(c):X}" for c in signs
    ]
    words = shorten(" ".join(words))
    _say_what_is_missing(words, text if text.isprintable() else ascii(text))
    return f"[{words}]"


@functools.cache
def _characters(weight):
    """The numbers of all characters that figures can show."""
    fonts = [font_manager.findfont(font_manager.FontProperties(family=f, weight=weight)) for f in FAMILIES]
    return frozenset().union(*(font_manager.get_font(font).get_charmap() for font in fonts)) - {0, 9, 10, 13}


_said = set()


def _say_what_is_missing(words, text):
    if not _said:  # once is enough
        _said.add(text)
        print(NOTE.format(words, text))
