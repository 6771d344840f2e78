"""Object detection: which things are in an image, and where.

`boxes` reads, measures and selects boxes, `ssd` finds things in photos with a pre-trained network,
`synthetic_scenes` makes images full of digits, `digit_detector` learns to find and read them, `metrics` says
how good a detector is, `plots` draws all of it.
"""
