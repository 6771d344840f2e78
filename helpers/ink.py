"""Step 3: find the ink of a digit on a photo, whatever the light, the paper, and what else is in view.

Ink is what is narrower than a line can be, and darker (or lighter, as chalk is) than all around it. A shadow,
a table beside the paper, and the paper itself are wider. What is left is writing, dirt, and the lines of
ruled paper; the digit is the part with most ink that ends before the edge of the photo.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy import ndimage

from helpers import CourseError

SIDES = 200, 400  # pixels of the longer side, at least and at most, while we look for ink
WIDEST_LINE = 0.25  # of the shorter side
FAINTEST = 0.05  # contrast: 0 as light as the paper, 1 black on white
CLEAR = 0.25  # contrast of ink that needs no second look, color by color
LUMA = 0.299, 0.587, 0.114  # how bright red, green and blue are to the eye


class _Candidate(NamedTuple):
    """What may be the digit."""

    weight: float  # how much ink: the sum of its squared contrasts
    strength: float  # the contrast of its ink
    contrasts: np.ndarray  # of the whole image, (height, width)
    where: np.ndarray  # bool, (height, width)
    box: tuple  # slices of rows and columns


def find_ink(image):
    """Return the ink, 0..1, of the digit on an image (height, width, 3), uint8, at its working size."""
    small = _at_working_size(image)
    for may_touch_edge in (False, True):
        found = _candidates(small @ LUMA, may_touch_edge)
        strongest = max((one.strength for one in found), default=0)
        if strongest < CLEAR:  # ink as light as its paper: look at its color
            found += [one for color in np.moveaxis(small, 2, 0) for one in _candidates(color, may_touch_edge)]
        if found:
            return _whole_digit(max(found, key=lambda one: one.weight), may_touch_edge)
    remedy = "Write it dark and large; let all of it be in the photo, on one sheet of paper."
    raise CourseError("an image with a digit on it", "one on which no ink was found", remedy)


def _at_working_size(image):
    longer = max(image.shape[:2])
    factor = np.clip(longer, *SIDES) / longer
    size = [max(1, round(factor * length)) for length in image.shape[1::-1]]
    way = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(image).resize(size, way), dtype=float)


def _candidates(light, may_touch_edge):
    """List what may be a digit: the largest parts at each of several contrasts, of dark and of light ink."""
    found = []
    for sign, contrasts in zip((1, -1), _contrasts(light), strict=True):
        faintest = max(FAINTEST, 3 * np.median(contrasts))  # above the noise
        if contrasts.max() < 1.3 * faintest:
            continue
        for level in np.geomspace(0.85 * contrasts.max(), faintest, 7):
            parts, weights, boxes = _parts(contrasts, level)
            for number in np.argsort(weights)[:-5:-1]:
                box, part = boxes[number], parts == number + 1
                if (_touches_edge(box, light.shape) and not may_touch_edge) or not _is_drawn(part[box]):
                    continue
                strength = np.percentile(contrasts[part], 80)
                paper, ink = np.median(light[_grown(box, 0.5)]), np.median(light[part])
                if sign * (paper - ink) > 0.4 * strength * (max(paper, ink) + 32):  # no hole in a letter, say
                    found.append(_Candidate(weights[number], strength, contrasts, part, box))
    return found


def _contrasts(light):
    """How much darker, and how much lighter, each pixel is than what is around it, wider than any line."""
    window = max(5, round(WIDEST_LINE * min(light.shape)))
    smooth = np.pad(ndimage.gaussian_filter(light, 0.8), window, mode="edge")
    paper = ndimage.grey_closing(smooth, (window, window))  # fills what is dark and narrow
    board = ndimage.grey_opening(smooth, (window, window))
    smooth, paper, board = (plane[window:-window, window:-window] for plane in (smooth, paper, board))
    return (paper - smooth) / (paper + 32), (smooth - board) / (smooth + 32)  # 32: black is never quite black


def _parts(contrasts, level):
    """Number what hangs together above a contrast; return the numbers, how much ink each has, and its box."""
    inked = contrasts > level
    labels, n_parts = ndimage.label(ndimage.binary_dilation(inked))  # a gap of two pixels is none
    weights = ndimage.sum(contrasts**2, labels, range(1, n_parts + 1))
    return labels * inked, np.atleast_1d(weights), ndimage.find_objects(labels * inked, n_parts)


def _touches_edge(box, shape):
    return any(side.start <= 1 or side.stop >= length - 1 for side, length in zip(box, shape, strict=True))


def _length(box):
    return max(side.stop - side.start for side in box)


def _grown(box, share):
    """Widen a box on all sides by a share of its longer one."""
    more = round(share * _length(box))
    return tuple(slice(max(0, side.start - more), side.stop + more) for side in box)


def _is_drawn(part):
    """Whether a part can be a digit: not tiny, not much wider than high, and made of lines."""
    height, width = part.shape
    thick = ndimage.distance_transform_edt(np.pad(part, 1)).max()
    return max(height, width) >= 12 and width <= 4 * height and thick < 0.28 * max(height, width)


def _whole_digit(best, may_touch_edge):
    """Take in all ink of the same digit; refuse a photo on which there is a second one."""
    contrasts, core = best.contrasts, best.where & (best.contrasts >= best.strength)
    for share in (0.4, 0.5, 0.6, 0.7, 0.8):  # more, where the lines of the paper would come along
        parts, weights, boxes = _parts(contrasts, share * best.strength)
        main = np.bincount(parts[core]).argmax() - 1
        ends = may_touch_edge or not _touches_edge(boxes[main], parts.shape)
        if ends and _length(boxes[main]) < 1.35 * _length(best.box):
            break
    digit, others, near = [main], 1, _grown(boxes[main], 0.12)
    for number, box in enumerate(boxes):
        dirt = weights[number] < 0.01 * weights[main]
        if number == main or dirt or (_touches_edge(box, parts.shape) and not may_touch_edge):
            continue
        as_large = weights[number] > 0.4 * weights[main] and 0.5 < _length(box) / _length(boxes[main]) < 2
        if as_large and not _overlap(box, boxes[main]) and _is_drawn(parts[box] == number + 1):
            others += 1
        elif _overlap(box, near) and _length(box) < 1.2 * _length(boxes[main]):
            digit.append(number)
    if others > 1:
        remedy = "Crop the photo to one digit, or cover the rest."
        raise CourseError("an image of one digit", f"one with {others} things that could be digits", remedy)
    around = ndimage.binary_dilation(np.isin(parts, np.add(digit, 1)), iterations=2)
    return ((contrasts / best.strength - 0.3) / 0.4).clip(0, 1) * around


def _overlap(box, other):
    return all(one.start < two.stop and two.start < one.stop for one, two in zip(box, other, strict=True))
