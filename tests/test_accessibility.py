"""Figures can be read by people who see contrast or colours differently, computed from what is drawn."""

import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.text import Text

from helpers import plotting
from helpers.plotting import style

TEXT, GRAPHICS = 4.5, 3.0  # least contrast: success criteria 1.4.3 and 1.4.11 of WCAG 2.2
OUTLINED = {style.ORANGE, style.SKY}  # lighter: what is drawn in them carries a dark outline
ROWS = {name: [0.9, 0.8, 0.7] for name in ("loss", "accuracy", "val_loss", "val_accuracy")}


def luminance(color):
    """Relative luminance of a colour in 0..1, as WCAG defines it."""
    rgb = np.asarray(colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def said(axes):
    """Alt text of the figure that holds these axes."""
    return style.alt_text(np.ravel(axes)[0].figure)


def faint_texts(figure):
    """Measure every text of a figure against what is behind it; list those that are too faint."""
    figure.canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [text.get_window_extent() for text in texts]
    for text in texts:
        text.set_visible(False)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3] / 255  # row 0 at the bottom, as in boxes
    found = []
    for text, box in zip(texts, boxes, strict=True):
        behind = pixels[max(0, int(box.y0)) : int(box.y1) + 1, max(0, int(box.x0)) : int(box.x1) + 1]
        background = np.median(behind.reshape(-1, 3), axis=0)
        if text.get_bbox_patch() is not None:
            background = colors.to_rgb(text.get_bbox_patch().get_facecolor())
        if behind.size and contrast(text.get_color(), background) < TEXT:
            found.append(f"{text.get_text()!r}: {contrast(text.get_color(), background):.1f}")
    return found


@pytest.mark.parametrize("paper", [style.PALE, style.PALE_BLUE, style.PALE_ORANGE, style.PALE_GREEN, "white"])
def test_ink_is_readable_on_every_paper_and_gray_on_white(paper):
    assert contrast(style.INK, paper) >= TEXT
    assert contrast(style.GRAY, "white") >= TEXT


@pytest.mark.parametrize("color", style.PALETTE)
def test_what_is_drawn_stands_out_from_white_or_has_an_outline(color):
    edge = style.INK if color in OUTLINED else color
    assert contrast(edge, "white") >= GRAPHICS


def test_curves_differ_in_marker_and_dashes_and_light_markers_have_an_outline():
    many = plotting.compare_histories({name: ROWS for name in "abcdef"}, "val_loss")
    few = plotting.learning_curves(ROWS)
    for axes in (many, *np.ravel(few)):
        lines = [line for line in axes.get_lines() if line.get_marker() not in ("", "None", None)]
        signs = {(line.get_marker(), line.get_linestyle()) for line in lines}
        assert len(lines) >= 2
        assert len(signs) == len(lines)
        for line in lines:
            assert contrast(line.get_markeredgecolor(), "white") >= GRAPHICS


def test_faint_words_are_found():
    figure, axes = plt.subplots()
    axes.text(0.5, 0.5, "faint", color="#BBBBBB")
    axes.text(0.5, 0.2, "clear", color=style.INK)
    assert [line.split(":")[0] for line in faint_texts(figure)] == ["'faint'"]
