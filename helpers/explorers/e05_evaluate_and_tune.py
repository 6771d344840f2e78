"""Explorer of episode 5: a confusion matrix whose cells open their images."""

from functools import partial
from html import escape

import ipywidgets as widgets
import numpy as np
import traitlets

from helpers import plotting, validation
from helpers.data import CLASS_NAMES
from helpers.evaluation import Predictions
from helpers.explorers.controls import Explorer, choice
from helpers.plotting.names import shorten
from helpers.plotting.style import VERMILION, canvas, percent

SHADES = ("#FFFFFF", "#EAF2FA", "#C9DFF0", "#9CC7E3", "#66AAD4")  # all of them pale enough for black numbers
MOST_IMAGES = 12  # of one cell


@validation.checked(predictions=validation.a(Predictions), class_names=validation.names)
def confusion(predictions, class_names=CLASS_NAMES):
    """Press a cell of the confusion matrix, or choose its classes, and see the images in it.

    It takes what `evaluation.predict` returned, and begins with the most frequent mistake of the first class.
    """
    from sklearn.metrics import confusion_matrix  # here, because it takes long to import

    class_names = validation.as_names(class_names, predictions.probabilities.shape[1])
    matrix = confusion_matrix(predictions.labels, predictions.predicted, labels=range(len(class_names)))
    start = (0, 1 + int(matrix[0, 1:].argmax())) if len(matrix) > 1 else (0, 0)
    return Explorer(
        partial(_draw_confusion, predictions, class_names), cell=_MatrixField(matrix, class_names, start)
    )


class _MatrixField(widgets.VBox):
    """A confusion matrix of buttons, with a list for its row and one for its column; `value` is both."""

    value = traitlets.Tuple()  # (true, predicted)

    def __init__(self, matrix, class_names, start):
        options = [(name, number) for number, name in enumerate(class_names)]
        self.true, self.predicted = choice("true class", options), choice("predicted", options)
        cells = [_label("true \\ predicted"), *(_label(name[:5], name) for name in class_names)]
        self.buttons = {}
        for true, name in enumerate(class_names):
            cells.append(_label(name))
            for predicted, other in enumerate(class_names):
                button = _cell(matrix, true, predicted, f"true {name}, predicted {other}")
                button.on_click(lambda _, cell=(true, predicted): self.set_trait("value", cell))
                self.buttons[true, predicted] = button
                cells.append(button)
        columns = f"110px repeat({len(class_names)}, 46px)"
        grid = widgets.GridBox(cells, layout={"grid_template_columns": columns, "overflow": "auto"})
        hint = widgets.HTML("Press a cell to see its images, or choose it in the lists.")
        lists = widgets.Box([self.true, self.predicted], layout={"flex_flow": "row wrap"})
        super().__init__([hint, lists, grid], value=start)
        self._mark(start)
        self.observe(self._follow, names="value")
        self.true.observe(lambda change: self.set_trait("value", (change.new, self.value[1])), "value")
        self.predicted.observe(lambda change: self.set_trait("value", (self.value[0], change.new)), "value")

    def _follow(self, change):
        self.buttons[change.old].layout.border = None
        self._mark(change.new)

    def _mark(self, cell):
        """Let the lists name the chosen cell, and a frame surround it."""
        self.true.value, self.predicted.value = cell
        self.buttons[cell].layout.border = f"3px solid {VERMILION}"


def _cell(matrix, true, predicted, words):
    """Make the button of a cell, the darker the more images are in it."""
    count = int(matrix[true, predicted])
    share = count / max(1, matrix.max())
    shade = SHADES[int(np.ceil((len(SHADES) - 1) * np.sqrt(share)))]  # the root tells the few from the fewer
    return widgets.Button(
        description=str(count),
        tooltip=f"{words}: {_images(count)}",
        layout={"width": "44px", "height": "30px", "padding": "0", "margin": "1px"},
        style={"button_color": shade, "font_weight": "bold" if true == predicted else ""},
    )


def _label(text, title=None):
    text, title = escape(text), escape(title or text)  # a class can be called what its folder is called
    return widgets.HTML(f'<span title="{title}" style="font-size: 12px">{text}</span>')


def _images(count):
    return f"{count or 'no'} image{'' if count == 1 else 's'}"


def _draw_confusion(predictions, class_names, cell):
    """Draw the images in one cell of the confusion matrix, the most confident answer first."""
    true, predicted = cell
    name = f"{shorten(class_names[true])}, predicted {shorten(class_names[predicted])}"
    inside = predictions[(predictions.labels == true) & (predictions.predicted == predicted)]
    count = _images(len(inside))
    if not len(inside):
        ax = canvas(6, 1)
        ax.text(0.1, 0.5, f"true {name}: {count}", size=14, va="center")
        return plotting.describe(ax, f"True {name}: {count}.")
    first = inside[np.argsort(-inside.confidence, kind="stable")[:MOST_IMAGES]]
    confidences = [percent(value) for value in first.confidence]
    axes = plotting.show_images(first.images, confidences, columns=6, size=1.35)
    count += f", the {MOST_IMAGES} most confident" if len(inside) > MOST_IMAGES else ""
    figure = axes.flat[0].figure
    figure.set_figwidth(max(figure.get_figwidth(), 4.5))  # room for the title above one image, too
    figure.suptitle(f"true {name}: {count}", size=14)
    return plotting.describe(axes, f"True {name}: {count}, with probabilities {', '.join(confidences)}.")
