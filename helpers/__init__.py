"""Helpers of the course: one module per step of the workflow.

==================  =====  ========================================================
module              step   what it holds
==================  =====  ========================================================
`paths`             \-     where data and saved fits live; safe writing
`environment`       \-     the set-up check, seeds, what Colab needs
`data`              3      CIFAR-10, class names, `prepare_dataset`
==================  =====  ========================================================

Importing the package is cheap: TensorFlow is only imported by the modules that train.
"""

import os

# TensorFlow prints hardware notes to the notebook unless told otherwise before it is first imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


class CourseError(ValueError):
    """An error that tells a beginner what to do.

    Parameters
    ----------
    expected : str
        What the function needs.
    got : str
        What it was given instead.
    remedy : str
        What to do now.

    Examples
    --------
    >>> raise CourseError("pictures of 32 x 32 pixels", "28 x 28", "Resize them first.")
    Traceback (most recent call last):
    helpers.CourseError: expected pictures of 32 x 32 pixels, but got 28 x 28. Resize them first.
    """

    def __init__(self, expected, got, remedy):
        super().__init__(f"expected {expected}, but got {got}. {remedy}")
        self.expected, self.got, self.remedy = expected, got, remedy

    def __reduce__(self):
        return type(self), (self.expected, self.got, self.remedy)

    def _render_traceback_(self):
        """Show only the message in a notebook: the way into our code helps no learner."""
        return [f"✗ Expected: {self.expected}", f"  Got:      {self.got}", f"  To do:    {self.remedy}"]
