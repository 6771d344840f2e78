"""Names are text: whatever a class, a file or a metric is called, figures show it as it is written."""

import functools
import itertools
import re
import unicodedata

from matplotlib import font_manager, ticker
from matplotlib.category import StrCategoryFormatter
from matplotlib.text import Text

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


def shorten(name, most=24):
    """Write a name in one line of so many characters; its middle is what can be spared."""
    line = " ".join(str(name).split())
    return line if len(line) <= most else f"{line[: most - most // 3 - 1]}…{line[-(most // 3) :]}"


def spell_out(axes, formulas=False):
    """Let all texts of a figure stand there as they are: no formulas, and nothing that no font has.

    `formulas` says that its texts are the course's own, so that what is between $ is mathematics.
    """
    named, numbers = set(), set()
    for axis in (axis for ax in axes for axis in (ax.xaxis, ax.yaxis)):
        ticks = {
            label for tick in (*axis.majorTicks, *axis.minorTicks) for label in (tick.label1, tick.label2)
        }
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
            after = printable(before, text.get_weight())
            text.set_text(after if after == before else shorten(after))  # a sign's name may be long


NAMES = (ticker.FixedFormatter, ticker.FuncFormatter, StrCategoryFormatter)


def _spell_out_ticks(axis):
    labels = axis.get_ticklabels()
    before = [label.get_text() for label in labels]
    after = [shorten(printable(label.get_text(), label.get_weight()), LONGEST_TICK) for label in labels]
    if after != before:
        axis.set_ticks(axis.get_majorticklocs(), after)


def printable(text, weight=400):
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
