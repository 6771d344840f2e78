"""Object detection: which things are in an image, and where.

`boxes` reads, measures and selects boxes, `photo_detectors` finds things in photos with pre-trained networks,
`synthetic_scenes` makes images full of digits, `digit_detector` learns to find and read them, `metrics` says
how good a detector is, `plots` draws all of it.
"""
