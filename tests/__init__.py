"""Tests of the course: all of them compute with the settings that `helpers` gives to TensorFlow."""

import helpers  # noqa: F401 - before Keras: a test alone then rounds as the processes do that it starts
