"""Object detection: which things are in an image, and where.

`boxes` measures and selects boxes, `photo_detector` finds things in photos with a pre-trained network,
`scenes` makes images full of digits, `digit_detector` learns to find and read them, `average_precision`
says how good a detector is, `sliding` is the naive way, `drawing` draws all of it.
"""
