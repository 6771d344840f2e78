"""Explorer of a confusion matrix: its cells open their pictures."""

import ipywidgets as widgets
import numpy as np
import traitlets

from helpers.data import CLASS_NAMES
from helpers.explorers.controls import Explorer
from helpers.figures.pictures import show_pictures
from helpers.figures.style import canvas, describe

SHADES = ("#FFFFFF", "#EAF2FA", "#C9DFF0", "#9CC7E3", "#66AAD4")  # all of them pale enough for black numbers


def draw_confusion(predictions, cell, class_names=CLASS_NAMES, most=12):
    """Draw the pictures in one cell of the confusion matrix, the surest answer first.

    Parameters
    ----------
    predictions : Predictions
        What `evaluation.predict` returned.
    cell : (int, int)
        True and predicted class.
    class_names : sequence of str
        Names of the classes.
    most : int, default 12
        How many pictures are shown at most.

    Returns
    -------
    array of matplotlib.axes.Axes, or one Axes if the cell is empty
    """
    true, predicted = cell
    words = f"true {class_names[true]}, predicted {class_names[predicted]}"
    inside = predictions[(predictions.labels == true) & (predictions.predicted == predicted)]
    if not len(inside):
        ax = canvas(6, 1)
        ax.text(0.1, 0.5, f"{words}: no picture", size=14, va="center")
        return describe(ax, f"{words}: no picture.".capitalize())
    first = inside[np.argsort(-inside.confidence, kind="stable")[:most]]
    axes = show_pictures(first.pictures, [f"{sure:.0%}" for sure in first.confidence], columns=6, size=1.35)
    count = f"{len(inside)} picture{'s' if len(inside) > 1 else ''}"
    count += f", the {most} surest" if len(inside) > most else ""
    axes.flat[0].figure.suptitle(f"{words}: {count}", size=14)
    sure = ", ".join(f"{value:.0%}" for value in first.confidence)
    return describe(axes, f"{words}: {count}, with probabilities {sure}.".capitalize())


class MatrixField(widgets.VBox):
    """A confusion matrix of buttons; `value` is the cell pressed last: (true, predicted)."""

    value = traitlets.Tuple()

    def __init__(self, matrix, class_names, start):
        self.buttons = {}
        size = len(class_names)
        cells = [_label("true \\ predicted"), *(_label(name[:5], name) for name in class_names)]
        for true in range(size):
            cells.append(_label(class_names[true]))
            for predicted in range(size):
                cells.append(self._button(matrix, class_names, true, predicted))
        grid = widgets.GridBox(
            cells, layout={"grid_template_columns": f"110px repeat({size}, 46px)", "overflow": "auto"}
        )
        super().__init__([widgets.HTML("Choose a cell to see its pictures."), grid], value=start)

    def _button(self, matrix, class_names, true, predicted):
        count = int(matrix[true, predicted])
        shade = SHADES[min(len(SHADES) - 1, int(np.ceil(4 * count / matrix.max())))]
        button = widgets.Button(
            description=str(count),
            tooltip=f"true {class_names[true]}, predicted {class_names[predicted]}: {count} pictures",
            layout={"width": "44px", "height": "30px", "padding": "0", "margin": "1px"},
            style={"button_color": shade, "font_weight": "bold" if true == predicted else ""},
        )
        button.on_click(lambda _: self.set_trait("value", (true, predicted)))
        self.buttons[true, predicted] = button
        return button


def _label(text, title=None):
    return widgets.HTML(f'<span title="{title or text}" style="font-size: 12px">{text}</span>')


def confusion(predictions, class_names=CLASS_NAMES):
    """Press a cell of the confusion matrix and see the pictures in it.

    Parameters
    ----------
    predictions : Predictions
        What `evaluation.predict` returned.
    class_names : sequence of str, optional
        Names of the classes; those of CIFAR-10 if not given.

    Returns
    -------
    Explorer
        It begins with the most frequent mistake.
    """
    from helpers import evaluation  # here, because scikit-learn takes long to import

    matrix = evaluation.confusion(predictions, class_names).to_numpy()
    wrong = matrix * (1 - np.eye(len(matrix), dtype=int))
    start = tuple(int(place) for place in np.unravel_index(wrong.argmax(), wrong.shape))
    return Explorer(
        lambda cell: draw_confusion(predictions, cell, class_names),
        cell=MatrixField(matrix, class_names, start),
    )
