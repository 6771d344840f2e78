"""The cheat sheet, from docs/cheat_sheet.toml: a page of the site, and a PDF of exactly one A4 page."""

import logging
import tomllib
from pathlib import Path

import matplotlib
from fpdf import FPDF

from helpers import storage
from helpers.plotting.style import BLUE, INK, PALE_BLUE
from tools import shared

SOURCE = storage.ROOT / "docs" / "cheat_sheet.toml"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"  # DejaVu: free, and installed with matplotlib
WIDTH, LABEL, LINE = 182, 48, 5.0  # mm: between the margins, first column, height of a row


def read():
    """Read title and sections; a row is what one wants, and the call or the advice."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def page():
    """Write the Markdown page."""
    return shared.filled("cheat_sheet.md", sheet=read(), is_advice=_is_advice)


def _is_advice(call):
    return ": " in call or ", or " in call


def write_pdf(path):
    """Write the PDF; ValueError if the rows do not fit on one page."""
    sheet, pdf = read(), FPDF(format="A4")
    for name, file in (("text", "DejaVuSans"), ("bold", "DejaVuSans-Bold"), ("code", "DejaVuSansMono")):
        pdf.add_font(name, "", FONTS / f"{file}.ttf")
    pdf.set_title(sheet["title"])
    pdf.set_lang("en-GB")
    pdf.set_margin(14)
    pdf.set_auto_page_break(True, 12)
    pdf.add_page()
    pdf.set_text_color(BLUE)
    pdf.set_font("bold", size=18)
    pdf.cell(WIDTH, 10, sheet["title"], new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(INK)
    for section in sheet["section"]:
        _write_section(pdf, section)
    if pdf.page != 1:
        raise ValueError(f"the cheat sheet takes {pdf.page} pages: shorten {SOURCE.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # else it tells of every letter that it leaves out
    pdf.output(path)


def _write_section(pdf, section):
    pdf.ln(1.6)
    pdf.set_font("bold", size=10.5)
    pdf.set_fill_color(PALE_BLUE)
    pdf.cell(WIDTH, 6, section["title"], fill=True, new_x="LMARGIN", new_y="NEXT")
    for wanted, call in section["rows"]:
        pdf.set_font("text", size=8.5)
        if pdf.get_string_width(wanted) > LABEL - 2:
            raise ValueError(f"too long for the cheat sheet: {wanted}")
        pdf.cell(LABEL, LINE, wanted)
        pdf.set_font("text" if _is_advice(call) else "code", size=7.8)
        if pdf.get_string_width(call) > WIDTH - LABEL:
            raise ValueError(f"too long for the cheat sheet: {call}")
        pdf.cell(WIDTH - LABEL, LINE, call, new_x="LMARGIN", new_y="NEXT")
