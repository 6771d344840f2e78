"""Helpers of the course: one module per step of the workflow.

==============  =======  ======================================================================
module          step     what it holds
==============  =======  ======================================================================
`validation`             refuse arguments that make no sense, in words
`storage`                where data and saved fits live; files appear complete or not at all
`set_up`                 is this machine ready for the course?
`environment`            the packages that the course needs, and how a machine gets them
`missing_cells`          after a restart, which cells to run first
`data`          3        CIFAR-10, class names, `prepare_dataset`
`full_cifar10`  3        all 60,000 images, from Keras's server or npm
`images`        3, 7     bundled photos, and the learner's own, one subfolder a class
`mnist`         3, 7     MNIST, and images of your own digits
`ink`           3        where the ink of a digit is on a photo
`augmentation`  3        images of digits, varied at random
`models`        4        the networks of the course
`recipe`        3 to 7   how the best network is trained
`pretrained`    4        networks trained on ImageNet
`detection`     4 to 8   where is what: boxes, detectors, average precision
`online`        3, 4     other networks and images, from the internet
`model_files`   6, 10    load a model, never the code that somebody hid in it; save one for others
`model_input`   7, 10    which images a model takes
`training`      5, 6     live progress, saved fits
`histories`     5, 6     tables of what was measured after each epoch
`evaluation`    7, 8     predictions from one pass; intervals, confusion, calibration, mistakes
`sharing`       10       a folder with its card, exports, the web page, other backends
`plotting`      all      images, curves, bars, confusion, and the concept figures
`explorers`     all      figures to play with
`web`           all      the explorers' JavaScript
`checks`        all      feedback on exercises, and which were passed
`classroom`     all      where a class stands, from the codes of its learners
`exercises`     all      what the checks know, one file per notebook
`quiz`          all      questions at the end of an episode
==============  =======  ======================================================================

Importing the package is cheap: TensorFlow is only imported by the modules that train. What a function cannot
use it refuses with a `CourseError`; its docstring has "Raises" only where something else can be the cause.
"""

import sys

from helpers import _quiet_tensorflow


class CourseError(ValueError):
    """An error that tells a beginner what was expected, what came instead, and what to do now.

    >>> raise CourseError("images of 32 x 32 pixels", "28 x 28", "Resize them first.")
    Traceback (most recent call last):
    helpers.CourseError: expected images of 32 x 32 pixels, but got 28 x 28. Resize them first.
    """

    def __init__(self, expected, got, remedy):
        expected, got, remedy = _plain(expected), _shortened(_plain(got)), _plain(remedy)
        super().__init__(f"expected {expected}, but got {got}. {remedy}")
        self.expected, self.got, self.remedy = expected, got, remedy

    def __reduce__(self):
        return type(self), (self.expected, self.got, self.remedy)

    def _render_traceback_(self):
        """Show only the message in a notebook: the way into our code helps no learner."""
        return [f"✗ Expected: {self.expected}", f"  Got:      {self.got}", f"  To do:    {self.remedy}"]


def _plain(text):
    """Leave no control character in a text, which may come from a file: it could repaint the screen."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def _shortened(text, most=300):
    """Leave out the middle of what is too long to be read, such as an array with all its numbers."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]}"


_quiet_tensorflow.prepare()
if "IPython" in sys.modules:
    from helpers import missing_cells

    missing_cells.load_ipython_extension(sys.modules["IPython"].get_ipython())
