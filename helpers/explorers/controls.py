"""What every explorer is made of: controls, and a figure that follows them.

ipywidgets has the controls; the figure is a PNG of matplotlib's with alt text. Everything works with
ipywidgets 8 (JupyterLab, VS Code) and 7 (Colab).
"""

import base64
import contextlib
import gc
import html
import io

import ipywidgets as widgets
import numpy as np
import traitlets
from matplotlib import pyplot as plt

from helpers import CourseError
from helpers.plotting.style import alt_text

EXPLORER = "An explorer: run the cell to use it."  # what is read where nothing can be shown
LABELS = {"description_width": "100px"}
WIDE = {"width": "370px", "max_width": "100%"}  # two of them stand side by side
# Number field and slider are twins, but ipywidgets gives only the field its name; screen readers need both.
NAME_SLIDERS = (
    "this.closest('.widget-vbox').querySelectorAll('[role=slider]').forEach(slider => slider.setAttribute("
    "'aria-label', slider.closest('.widget-hbox').querySelector('label').textContent))"
)


class Explorer:
    """A figure that follows its controls; `draw` takes their values by name and returns axes with alt text.

    Its output holds the live controls and the image at the start: where no control can work - on GitHub,
    on a web page, in a stored notebook from which the controls were taken out - the image is seen.
    """

    def __init__(self, draw, /, **controls):
        self.draw, self.controls = draw, controls
        # The image is HTML, because ipywidgets' own Image has no alt text.
        self.image, self.message = widgets.HTML(), widgets.HTML()
        self._show()
        for control in controls.values():
            control.observe(self.redraw, names="value")
        panel = widgets.Box([*controls.values()], layout={"flex_flow": "row wrap", "align_items": "center"})
        self.widget = widgets.VBox([panel, self.message, self.image])

    def redraw(self, change=None):
        """Draw again; if the values do not allow it, say so in words and leave the last figure."""
        try:
            self._show()
        except CourseError as error:
            problem = str(error)[0].upper() + str(error)[1:]
        except Exception as error:  # Jupyter would hide it, and the explorer would seem frozen
            problem = f"This could not be drawn ({type(error).__name__}: {error})."
        else:
            self.message.value = ""
            return
        stays = "The image has not changed."
        self.message.value = f'<p role="alert"><b>✗ {html.escape(problem)}</b> {stays}</p>'

    def _show(self):
        values = {name: control.value for name, control in self.controls.items()}
        self.png, self.alt, (width, height) = png_with_alt(self.draw, values)
        # With its size known before it is decoded, the new image takes the place of the old one unseen.
        self.image.value = (
            f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{self.png}" width="{width}" '
            f'height="{height}" style="max-width: 100%; height: auto" decoding="sync" '
            f'onload="{html.escape(NAME_SLIDERS)}">'
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Give the live view to those who can show it, and the image to all others."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        live = {"application/vnd.jupyter.widget-view+json": view}
        return live | {"image/png": self.png, "text/plain": EXPLORER}, {"image/png": {"alt": self.alt}}


@contextlib.contextmanager
def _gc_paused():
    """Free at once what drawing leaves behind: else Python stops for 200 ms to do so, every few figures."""
    was_enabled = gc.isenabled()
    gc.disable()  # what is collected while it is in use counts as old, and is expensive to free later
    try:
        yield
    finally:
        gc.collect(generation=0)
        if was_enabled:
            gc.enable()


@_gc_paused()
def png_with_alt(draw, values):
    """Draw once: PNG in base64, alt text, (width, height) in pixels. No figure stays open."""
    open_before = set(plt.get_fignums())
    try:
        figure = np.ravel(draw(**values))[0].figure
        file = io.BytesIO()
        figure.savefig(file, format="png", pil_kwargs={"compress_level": 4})  # half the time of level 6
        png = base64.b64encode(file.getvalue()).decode("ascii")
        return png, alt_text(figure), figure.canvas.get_width_height()
    finally:
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)


class Slider(widgets.HBox):
    """A number field with a slider beside it; all numbers are whole if `step` is."""

    value = traitlets.Any()

    def __init__(self, description, value, low, high, step=1, tooltip=None):
        kind = "Int" if isinstance(step, int) else "Float"
        numbers = {"value": value, "min": low, "max": high, "step": step}
        name = _named(description, tooltip)
        field = getattr(widgets, f"Bounded{kind}Text")(**numbers, **name, layout={"width": "180px"})
        handle = getattr(widgets, f"{kind}Slider")(**numbers, readout=False, layout={"width": "175px"})
        super().__init__([field, handle], layout=WIDE | {"margin": "0 2px"}, value=value)
        self.low, self.step = low, step
        for part in (self, field, handle):
            part.observe(self._agree, names="value")

    def _agree(self, change):
        """Give all three the nearest step: the browser turns -0.5 into -0.4999999 and sends it back."""
        number = round(self.low + round((change.new - self.low) / self.step) * self.step, 6)
        for part in (*self.children, self):
            part.value = number


class Again(widgets.Button):
    """A button; its value is how often it was pressed."""

    value = traitlets.Int(0)

    def __init__(self, description, tooltip):
        super().__init__(description=description, tooltip=tooltip, layout={"margin": "2px 2px 2px 104px"})
        self.on_click(lambda button: button.set_trait("value", button.value + 1))


def choice(description, options, tooltip=None):
    """Make a list to choose from; the first option is chosen."""
    return widgets.Dropdown(options=list(options), **_named(description, tooltip), layout=WIDE)


def tick(description, value, tooltip=None):
    """Make a box to tick."""
    return widgets.Checkbox(value, **_named(description, tooltip), layout=WIDE)


def _named(description, tooltip):
    """Arguments for the name of a control and its tooltip; ipywidgets 7 has tooltips on buttons only."""
    hint = {"tooltip": tooltip} if tooltip and hasattr(widgets.DOMWidget, "tooltip") else {}
    return {"description": description, "style": LABELS, **hint}
