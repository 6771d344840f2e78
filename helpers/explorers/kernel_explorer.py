"""A playground for kernels: choose or type one, see one step of it or the whole filtered photo."""

from fractions import Fraction

import ipywidgets as widgets
import numpy as np
import traitlets
from matplotlib import pyplot as plt

from helpers import CourseError, filters, plotting, validation
from helpers.explorers.controls import Explorer, choice, text_area
from helpers.plotting.convolution import draw_grid
from helpers.plotting.style import by, canvas, describe

OWN = "your own"
STEPS = ("whole image", "first pixel", "second pixel")


@validation.checked(
    image=validation.numbers(None, None), kernel=validation.numbers(None, None), name=validation.TEXT
)
def draw_filtered(image, kernel, name, padding="valid"):
    """Draw a grey image, a kernel, and what the kernel makes of the image.

    Parameters
    ----------
    image : array, shape (H, W)
        Grey values 0..255.
    kernel : array, shape (h, w)
        If its weights add up to about 0, as those of edge filters do, middle grey stands for 0; otherwise
        black does.
    name : str
        Title of the result.
    padding : {"valid", "same"}, default "valid"
        As in `filters.convolve`.

    Returns
    -------
    array of matplotlib.axes.Axes, shape (3,)
        Image, kernel, result.
    """
    result = filters.convolve(image, kernel, padding)
    below, above = 0.55, 0.35  # inches for the words
    height = 3.1 * image.shape[0] / image.shape[1] + below + above
    layout = {"width_ratios": (3.1, 1.4, 3.1), "left": 0, "right": 1, "wspace": 0.02}
    layout |= {"bottom": below / height, "top": 1 - above / height}
    axes = plt.subplots(1, 3, figsize=(7.6, height), gridspec_kw=layout)[1]
    about_zero = abs(kernel.sum()) < 0.5
    legend = "\ndark < 0, grey = 0, light > 0" if about_zero else ""
    panels = ((image, 0, "photo", ""), (result, -255 if about_zero else 0, name, legend))
    for ax, (pixels, black, title, words) in zip(axes[::2], panels, strict=True):
        ax.imshow(pixels, cmap="gray", vmin=black, vmax=255)
        ax.set(xticks=[], yticks=[], title=title)
        ax.set_xlabel(by(*pixels.shape, gap=" ") + words, size=12)
    _draw_kernel_numbers(axes[1], kernel)
    seen = f"its numbers go from {result.min():.0f} to {result.max():.0f}"
    return describe(axes, f"A grey photo beside what the kernel '{name}' makes of it; {seen}.")


def _draw_kernel_numbers(ax, kernel):
    """Write the kernel into the room between the images; of a larger one only the size."""
    canvas(1.4, 2, ax)
    rows, columns = kernel.shape
    if max(rows, columns) > 3:
        ax.text(0.7, 1, f"kernel\n{by(rows, columns, gap=' ')}", ha="center", va="center", size=14)
        return
    draw_grid(ax, kernel, 0.7 - 0.4 * columns / 2, 1, 0.4, "Kernel")


@validation.checked(step=validation.one_of(STEPS), padding=validation.one_of(filters.PADDINGS))
def draw_kernel(photo, numbers, step, padding):
    """Draw what a kernel does to a cut-out of a photo, pixel by pixel, or to all of it.

    Parameters
    ----------
    photo : array of uint8, shape (H, W, 3)
        A photo; it is turned to grey.
    numbers : str
        The kernel, as `filters.parse_kernel` reads it.
    step : {"whole image", "first pixel", "second pixel"}
        What to draw.
    padding : {"valid", "same"}
        Whether zeros are put around the image.

    Returns
    -------
    matplotlib.axes.Axes or array of Axes

    Raises
    ------
    CourseError
        If the text is no kernel, or one whose single steps are too large to be drawn.
    """
    kernel = filters.parse_kernel(numbers)
    image = np.rint(filters.gray(photo))
    if step == "whole image":
        return draw_filtered(image, kernel, name_of(kernel), padding)
    if kernel.shape != (3, 3):
        raise CourseError(
            "a kernel of 3 x 3 to show a single step",
            f"one of {kernel.shape[0]} x {kernel.shape[1]}",
            'Choose "whole image" to see what it does.',
        )
    return _draw_step(image, kernel, STEPS.index(step) - 1, padding)


def _draw_step(image, kernel, column, padding):
    """Draw one step of a kernel in a cut-out of the image, at its strongest edge: a sky is dull."""
    edges = np.abs(filters.convolve(image, filters.KERNELS["horizontal edges"]))
    place = np.unravel_index(edges.argmax(), edges.shape)
    row, left = (min(max(0, p - 1), n - 6) for p, n in zip(place, image.shape, strict=True))
    cutout = image[row : row + 6, left : left + 6]
    if padding == "same":
        cutout = np.pad(cutout, 1)[:6, :6]
    ax = plotting.kernel_step(cutout, kernel, row=0, column=column)
    words = f"A cut-out of the photo from row {row}, column {left}"
    words += ", with zeros around it" if padding == "same" else ""
    width, height = ax.figure.get_size_inches()
    ax.figure.set_size_inches(width, height + 0.5)
    ax.set_ylim(0, height + 0.5)
    ax.text(0.1, height + 0.2, words, va="center", size=14)
    return describe(ax, f"{words}. {ax.alt_text}")


def name_of(kernel):
    """Find the name of a kernel in `filters.KERNELS`; any other is "your own"."""
    same = (name for name, known in filters.KERNELS.items() if np.array_equal(known, kernel))
    return next(same, OWN)


def as_text(kernel):
    """Write a kernel as `filters.parse_kernel` reads it: a line for each row, fractions as 1/9."""
    rows = [[str(Fraction(weight).limit_denominator(100)) for weight in row] for row in kernel]
    return "\n".join("  ".join(row) for row in rows)


class KernelField(widgets.Box):
    """A list of kernels with the numbers of the chosen one, which can be changed; `value` is their text."""

    value = traitlets.Unicode()

    def __init__(self):
        first, *names = filters.KERNELS  # the one that changes nothing comes last
        self.names = choice("kernel", [*names, first, OWN])
        tooltip = "Rows on lines of their own. The image follows when you leave the field (Tab)."
        self.numbers = text_area("its numbers", as_text(filters.KERNELS[names[0]]), tooltip)
        super().__init__([self.names, self.numbers], layout={"flex_flow": "row wrap"})
        self.value = self.numbers.value
        self.names.observe(self._fill_in, names="value")
        self.numbers.observe(self._read, names="value")

    def _fill_in(self, change):
        if change.new != OWN:
            self.numbers.value = as_text(filters.KERNELS[change.new])

    def _read(self, change):
        try:
            name = name_of(filters.parse_kernel(change.new))
        except CourseError:  # the explorer says what is wrong
            name = OWN
        self.names.value, self.value = name, change.new


def kernels(photo):
    """Slide kernels over a photo: chosen or typed, one pixel or all.

    Parameters
    ----------
    photo : array of uint8, shape (H, W, 3)
        A photo.

    Returns
    -------
    Explorer
    """
    return Explorer(
        lambda **values: draw_kernel(photo, **values),
        numbers=KernelField(),
        step=choice("show", STEPS, "All steps of the kernel, or one of them in a cut-out of 6 x 6 pixels."),
        padding=choice("padding", filters.PADDINGS, 'With "same", zeros are put around the image.'),
    )
