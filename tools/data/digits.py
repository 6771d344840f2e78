"""Draw data/digits: 45 digits in nine styles, for the example with your own digits.

Strokes are lines through a few points of our own, made smooth, shaken a little and drawn with a round pen: no
font and nobody's handwriting. The same seed gives the same images.
"""

import colorsys
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from helpers import mnist, storage

SEED = 7
SIDE, FINE = 240, 4  # pixels of an image; how much larger it is drawn before it is made smooth
# Points in a box 0..1 wide (x to the right, y down), one list for each stroke; "|" below marks corners.
STROKES = {
    0: [[(0.5, 0.02), (0.2, 0.2), (0.15, 0.55), (0.3, 0.92), (0.55, 0.97), (0.8, 0.75), (0.84, 0.4),
         (0.7, 0.1), (0.48, 0.02)]],
    1: [[(0.3, 0.25), (0.45, 0.13), (0.55, 0.02), (0.55, 0.02), (0.54, 0.5), (0.53, 0.98)]],
    2: [[(0.2, 0.25), (0.3, 0.07), (0.55, 0.02), (0.76, 0.17), (0.72, 0.4), (0.45, 0.7), (0.18, 0.95),
         (0.18, 0.95), (0.5, 0.94), (0.86, 0.95)]],
    3: [[(0.22, 0.14), (0.45, 0.03), (0.72, 0.12), (0.7, 0.34), (0.44, 0.46), (0.44, 0.46), (0.74, 0.55),
         (0.82, 0.77), (0.6, 0.96), (0.32, 0.95), (0.17, 0.83)]],
    4: [[(0.6, 0.02), (0.4, 0.35), (0.15, 0.65), (0.15, 0.65), (0.5, 0.64), (0.88, 0.62)],
        [(0.66, 0.35), (0.65, 0.7), (0.63, 0.99)]],
    5: [[(0.78, 0.04), (0.5, 0.05), (0.3, 0.06), (0.3, 0.06), (0.26, 0.28), (0.24, 0.45), (0.24, 0.45),
         (0.5, 0.38), (0.76, 0.5), (0.8, 0.73), (0.6, 0.95), (0.35, 0.96), (0.18, 0.86)]],
    6: [[(0.68, 0.03), (0.42, 0.2), (0.24, 0.5), (0.24, 0.8), (0.44, 0.97), (0.7, 0.9), (0.78, 0.7),
         (0.62, 0.53), (0.4, 0.56), (0.25, 0.74)]],
    7: [[(0.16, 0.07), (0.5, 0.06), (0.84, 0.05), (0.84, 0.05), (0.62, 0.4), (0.45, 0.7), (0.36, 0.98)]],
    8: [[(0.72, 0.16), (0.5, 0.02), (0.28, 0.16), (0.36, 0.38), (0.6, 0.52), (0.78, 0.74), (0.6, 0.96),
         (0.36, 0.95), (0.22, 0.76), (0.38, 0.53), (0.62, 0.37), (0.74, 0.17)]],
    9: [[(0.76, 0.2), (0.56, 0.03), (0.3, 0.12), (0.24, 0.34), (0.42, 0.5), (0.66, 0.42), (0.77, 0.2),
         (0.77, 0.2), (0.74, 0.6), (0.64, 0.98)]],
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a digit is drawn; lengths in parts of the image's width, angles in degrees."""

    ink: tuple = (20, 20, 20)
    paper: tuple = (255, 255, 255)
    pen: float = 0.07
    size: float = 0.62
    tilt: float = 0.0
    corner: bool = False
    colors: bool = False
    photo: bool = False


STYLES = {
    "chalk": Style(ink=(240, 240, 240), paper=(12, 12, 12), pen=0.08),
    "ink": Style(),
    "neon": Style(paper=(15, 15, 30), pen=0.07, colors=True),
    "marker": Style(pen=0.13, ink=(0, 0, 0)),
    "colour": Style(paper=(250, 246, 235), pen=0.08, colors=True),
    "thin": Style(pen=0.025, ink=(40, 40, 60)),
    "tilted": Style(tilt=28),
    "corner": Style(size=0.4, pen=0.05, corner=True),
    "photo": Style(ink=(35, 40, 90), paper=(214, 205, 188), pen=0.06, size=0.55, photo=True),
}


def build():
    """Draw five digits in each style; a digit's file is called after both."""
    for number, (name, style) in enumerate(STYLES.items()):
        for digit in sorted((number + 2 * step) % 10 for step in range(5)):
            suffix = ".jpg" if style.photo else ".png"
            with storage.atomic_path(mnist.OWN / f"{digit}_{name}{suffix}") as temporary:
                image = draw(digit, style, np.random.default_rng([SEED, digit, number]))
                image.save(temporary, **({"quality": 88} if style.photo else {"optimize": True}))


def _smooth(points, rng):
    """Lead a curve through points (Catmull-Rom; a point given twice is a corner), shaken a little."""
    points = np.array(points)
    shaken = points + rng.normal(0, 0.012, points.shape)
    same = np.flatnonzero((points[1:] == points[:-1]).all(axis=1)) + 1
    shaken[same] = shaken[same - 1]
    padded = np.concatenate([shaken[:1], shaken, shaken[-1:]])
    t = np.linspace(0, 1, 24, endpoint=False)[:, None]
    pieces = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        leave = np.zeros(2) if (start == before).all() else (end - before) / 2
        arrive = np.zeros(2) if (after == end).all() else (after - start) / 2
        pieces.append(
            start * (2 * t**3 - 3 * t**2 + 1) + end * (3 * t**2 - 2 * t**3)
            + leave * (t**3 - 2 * t**2 + t) + arrive * (t**3 - t**2)
        )  # fmt: skip
    return np.concatenate([*pieces, shaken[-1:]])


def _placed(curve, style, rng, angle):
    """Put a curve from the box 0..1 into the image, in its pixels: size, tilt, place."""
    angle = np.deg2rad(angle)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    centered = (curve - 0.5) * (0.72, 1) * style.size @ turn
    if style.corner:
        moved = rng.choice([-1, 1], 2) * rng.uniform(0.17, 0.24, 2)
    else:
        moved = rng.uniform(-0.03, 0.03, 2)
    return (centered + (0.5 + moved)) * SIDE * FINE


def draw(digit, style, rng):
    """Draw one digit: a Pillow image of SIDE x SIDE pixels."""
    ink = style.ink
    if style.colors:
        darker = 6 if sum(style.paper) > 380 else 10
        ink = tuple(int(255 * c) * darker // 10 for c in colorsys.hsv_to_rgb(rng.uniform(), 0.9, 0.95))
    image = Image.new("RGB", (SIDE * FINE, SIDE * FINE), style.paper)
    pencil, width = ImageDraw.Draw(image), style.pen * SIDE * FINE
    angle = style.tilt * rng.choice([-1, 1]) * rng.uniform(0.7, 1.1)
    state = rng.integers(2**32)
    for stroke in STROKES[digit]:
        curve = _placed(_smooth(stroke, rng), style, np.random.default_rng(state), angle)
        pencil.line([*map(tuple, curve)], fill=ink, width=round(width), joint="curve")
        for x, y in curve[::3]:
            pencil.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)
    image = image.resize((SIDE, SIDE), Image.Resampling.BOX)
    return _as_photo(image, rng) if style.photo else image


def _as_photo(image, rng):
    """Make a drawing look photographed: squared paper, light from one side, a soft lens, grain."""
    values = np.asarray(image, dtype=float)
    rows, columns = np.mgrid[:SIDE, :SIDE] / SIDE
    lines = ((np.mgrid[:SIDE, :SIDE] % 24) == 0).any(axis=0)
    values[lines] = 0.8 * values[lines] + 0.2 * np.array([120, 140, 190])
    direction = rng.uniform(0, 2 * np.pi)
    light = 0.78 + 0.32 * ((rows - 0.5) * np.sin(direction) + (columns - 0.5) * np.cos(direction))
    soft = Image.fromarray((values * light[..., None]).clip(0, 255).astype("uint8"))
    blurred = np.asarray(soft.filter(ImageFilter.GaussianBlur(1.2)), dtype=float)
    return Image.fromarray((blurred + rng.normal(0, 6, blurred.shape)).clip(0, 255).astype("uint8"))
