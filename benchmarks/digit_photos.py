"""Make photos of handwritten digits, to measure how well `mnist.prepare_digit` gets them ready for a network.

    python -m benchmarks.digit_photos            # 320 photos: how many the shipped network reads, by kind
    python -m benchmarks.digit_photos --seed 2   # other photos
    python -m benchmarks.digit_photos --write DIRECTORY   # to look at them

The handwriting is that of MNIST's test digits, drawn large with another pen; paper, light, and camera are
made by a program. The same seed gives the same photos. They are no real photos:
only your own tell about yours.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageOps
from scipy import ndimage

from helpers import CourseError, mnist
from tools import shared

SEED, WRITERS = 11, 2
SIZES = ((1000, 750), (750, 1000), (1200, 900), (800, 600))  # width, height
WHITE, SHEETS = (
    (236, 233, 226),
    ((240, 224, 140), (240, 180, 190), (170, 215, 170), (150, 190, 225), (190, 150, 105)),
)
BOARDS = ((38, 62, 52), (34, 36, 38))
BLACK, BLUE, PENCIL, CHALK = (28, 28, 34), (38, 56, 140), (112, 112, 116), (232, 232, 224)
FELT = (BLACK, BLUE, (150, 24, 40), (20, 90, 50))


@dataclass(frozen=True)
class Scene:
    """How a photo is taken; lengths in parts of its width."""

    papers: tuple = (WHITE,)
    inks: tuple = (BLACK, BLUE)
    pen: tuple = (0.10, 0.14)  # width of the line, in parts of the digit's height
    height: tuple = (0.38, 0.55)
    away: float = 0.06  # from the middle, in either direction
    tilt: float = 4.0  # degrees
    grain: float = 0.0  # of the line: how much of it the paper does not take
    lines: str = ""
    shadow: float = 0.0
    light: float = 1.0
    noise: float = 2.5
    quality: int = 85
    table: bool = False
    lean: float = 0.0  # how far the corners of the page move in a photo that is taken from one side


KINDS = {
    "marker": Scene(pen=(0.15, 0.2), inks=FELT),
    "ballpoint": Scene(pen=(0.025, 0.045), inks=(BLACK, BLUE)),
    "pencil": Scene(pen=(0.035, 0.06), inks=(PENCIL,), grain=0.5),
    "ruled": Scene(pen=(0.04, 0.07), lines="ruled"),
    "squared": Scene(pen=(0.04, 0.07), lines="squared"),
    "shadow": Scene(pen=(0.07, 0.12), shadow=0.5),
    "chalk": Scene(papers=BOARDS, inks=(CHALK,), pen=(0.07, 0.11), grain=0.6, noise=4),
    "coloured paper": Scene(papers=SHEETS, pen=(0.06, 0.12), inks=FELT),
    "off-centre": Scene(height=(0.25, 0.35), away=0.3, pen=(0.06, 0.12)),
    "small": Scene(height=(0.3, 0.35), away=0.2, pen=(0.06, 0.12)),
    "tiny": Scene(height=(0.18, 0.22), away=0.25, pen=(0.07, 0.12)),
    "rotated": Scene(tilt=15, pen=(0.06, 0.12)),
    "table edge": Scene(table=True, height=(0.25, 0.38), pen=(0.06, 0.12)),
    "JPEG": Scene(quality=40, noise=4, pen=(0.05, 0.1)),
    "low light": Scene(light=0.3, noise=9, pen=(0.06, 0.12)),
    "perspective": Scene(lean=0.12, pen=(0.06, 0.12)),
}


def photos(seed=SEED, writers=WRITERS, kinds=KINDS, digits=range(10)):
    """Yield (kind, digit, photo): each digit by so many writers in each kind, an array (height, width, 3)."""
    rng = np.random.default_rng(seed)
    images, labels = mnist.load_mnist()[1]
    handwriting = {digit: rng.permutation(np.flatnonzero(labels == digit)) for digit in range(10)}
    for number, (kind, scene) in enumerate(KINDS.items()):
        for digit, writer in np.ndindex(10, writers):
            index = handwriting[digit][writer * len(KINDS) + number]
            own = np.random.default_rng([seed, number, digit, writer])
            if kind in kinds and digit in digits:
                yield kind, digit, take(scene, images[index, :, :, 0] / 255, own)


def take(scene, handwriting, rng):
    """Take one photo of handwriting, shape (28, 28), values 0..1."""
    width, height = SIZES[rng.integers(len(SIZES))]
    page = _paper(scene, width, height, rng)
    glyph = _pen_stroke(handwriting, round(rng.uniform(*scene.height) * width), rng.uniform(*scene.pen))
    alpha = _placed(glyph, page.shape[:2], rng.uniform(-scene.away, scene.away, 2) * (height, width))
    alpha *= 1 - scene.grain * _texture(alpha.shape, 1.0, rng).clip(0, 1)
    ink = np.array(scene.inks[rng.integers(len(scene.inks))], dtype="float32")
    page += alpha[..., None] * (ink - page)
    photo = _photographed(page, scene, width, height, rng) * _light(scene, width, height, rng)[..., None]
    photo = ndimage.gaussian_filter(photo, (*[rng.uniform(0.6, 1.6)] * 2, 0))
    for shape in (photo.shape, (height, width, 1)):  # noise of color and noise of brightness
        photo += scene.noise * rng.standard_normal(shape, dtype="float32")
    file = io.BytesIO()
    Image.fromarray(photo.clip(0, 255).astype("uint8")).save(file, "JPEG", quality=scene.quality)
    return np.asarray(Image.open(file))


def _pen_stroke(handwriting, height, pen):
    """Draw a digit `height` pixels high, with a pen of `pen` of it: the middle of its line, made as wide."""
    rows, columns = np.flatnonzero(handwriting.any(axis=1)), np.flatnonzero(handwriting.any(axis=0))
    cut = np.pad(handwriting[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 2)
    large = ndimage.zoom(cut, height / (len(cut) - 4), order=3)
    inside = ndimage.distance_transform_edt(ndimage.gaussian_filter(large, height / 80) > 0.3)
    middle = inside > 0.7 * ndimage.maximum_filter(inside, size=max(3, height // 16))
    middle &= inside > 0.1 * inside.max()
    away = ndimage.distance_transform_edt(~middle)  # from the middle of the line
    return ((pen * height / 2 - away) / 1.5 + 0.5).clip(0, 1)


def _placed(glyph, shape, shift):
    alpha = np.zeros(shape, dtype="float32")
    top, left = ((np.array(shape) - glyph.shape) / 2 + shift).astype(int)
    alpha[top : top + glyph.shape[0], left : left + glyph.shape[1]] = glyph
    return alpha


def _paper(scene, width, height, rng):
    """Make a page half as wide again as the photo, with its fibres and lines."""
    color = np.array(scene.papers[rng.integers(len(scene.papers))], dtype="float32")
    shape = 3 * height // 2, 3 * width // 2
    page = color + 3 * (_texture(shape, 1.2, rng) + _texture(shape, 6, rng))[..., None]
    if sum(color) < 300:  # a board that was wiped, not washed
        page += 9 * _texture(shape, 40, rng)[..., None].clip(-1, 2)
    step, thick = round(width * rng.uniform(0.05, 0.1)), max(1, round(width / 500))
    first, margin = rng.integers(step), round(0.32 * shape[1])
    for line in range(first, shape[0] if scene.lines else 0, step):
        _draw_line(page[line : line + thick], (130, 160, 205))
    for line in range(first, shape[1] if scene.lines == "squared" else 0, step):
        _draw_line(page[:, line : line + thick], (130, 160, 205))
    if scene.lines == "ruled":
        _draw_line(page[:, margin : margin + thick], (225, 120, 120))
    return page


def _draw_line(strip, color):
    strip += 0.75 * (np.array(color, dtype="float32") - strip)


def _texture(shape, blur, rng):
    """Make noise as coarse as `blur` pixels, with mean 0 and standard deviation 1."""
    tile = ndimage.gaussian_filter(rng.standard_normal((300, 300)), blur, mode="wrap")
    tile = (tile / tile.std()).astype("float32")
    return np.tile(tile, [-(-side // 300) for side in shape])[: shape[0], : shape[1]]


def _photographed(page, scene, width, height, rng):
    """Look at the page through a camera: tilted, from one side, or with a table beside it."""
    tall, wide = page.shape[:2]
    turn = np.deg2rad(rng.uniform(-scene.tilt, scene.tilt))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, height / 2)
    corners = corners @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    corners += rng.uniform(-scene.lean, scene.lean, (4, 2)) * width
    table = np.zeros((height, width), dtype=bool)
    if scene.table:
        table = _table(width, height, rng)
    source = corners + np.array((wide / 2, tall / 2))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    system = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        system += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
    coefficients = np.linalg.solve(np.array(system, dtype=float), source.ravel())
    whole = Image.fromarray(page.clip(0, 255).astype("uint8"))
    photo = whole.transform(
        (width, height), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
    )
    photo = np.array(photo, dtype="float32")
    if scene.table:
        wood = np.array(((122, 84, 54), (70, 52, 40), (196, 164, 120), (60, 62, 66))[rng.integers(4)])
        fibres = ndimage.gaussian_filter1d(_texture((height, width), 2, rng), width / 12, axis=1)
        photo[table] = (wood * (1 + 0.1 * fibres / fibres.std())[..., None])[table]
    return photo


def _table(width, height, rng):
    """Where the table is seen: beyond one edge of the page, or beyond two that meet."""
    rows, columns = np.ogrid[:height, :width]
    table = np.zeros((height, width), dtype=bool)
    start = rng.integers(4)
    for side in range(start, start + rng.integers(1, 3)):
        angle = np.deg2rad(90 * side + rng.uniform(-7, 7))
        along = (columns - width / 2) * np.cos(angle) + (rows - height / 2) * np.sin(angle)
        table |= along > rng.uniform(0.3, 0.42) * (width, height)[side % 2]
    return table


def _light(scene, width, height, rng):
    """How bright it is everywhere: brighter towards a window; a hand or a head may cast a shadow."""
    y, x = np.ogrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j]
    direction = rng.uniform(0, 2 * np.pi)
    light = scene.light * (0.92 + rng.uniform(0.05, 0.3) * (x * np.cos(direction) + y * np.sin(direction)))
    if scene.shadow:
        across = x * np.cos(direction + 2) + y * np.sin(direction + 2) - rng.uniform(-0.15, 0.15)
        across += 0.04 * np.sin(9 * (x * np.sin(direction + 2) - y * np.cos(direction + 2)))
        light *= 1 - scene.shadow / (1 + np.exp(-across / rng.uniform(0.006, 0.06)))
    return light


def prepared(*arguments, **options):
    """Resize and prepare photos: a table of kind, digit and refusal, and images (N, 28, 28, 1) by way."""
    rows, ways = [], {"resized": [], "prepared": []}
    for kind, digit, photo in photos(*arguments, **options):
        rows.append({"kind": kind, "digit": digit, "refused": ""})
        ways["resized"].append(resized(photo))
        try:
            ways["prepared"].append(mnist.prepare_digit(photo))
        except CourseError as error:
            rows[-1]["refused"] = error.got
            ways["prepared"].append(np.zeros(mnist.SHAPE, "float32"))
    return pd.DataFrame(rows), {way: np.stack(images) for way, images in ways.items()}


def resized(photo):
    """Cut the middle square out, and make it grey and small: what anybody would try first."""
    small = ImageOps.fit(Image.fromarray(photo).convert("L"), mnist.SHAPE[:2], Image.Resampling.BOX)
    return np.asarray(small, "float32")[..., None] / 255


def main(arguments=None):
    """Print how many photos of each kind the shipped network reads; or write the photos, to look at them."""
    parser = shared.parser(__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", type=Path, help="an empty folder")
    options = parser.parse_args(arguments)
    if options.write:
        options.write.mkdir(parents=True)
        for number, (kind, digit, photo) in enumerate(photos(options.seed)):
            Image.fromarray(photo).save(options.write / f"{digit}_{kind}-{number}.jpg".replace(" ", "-"))
        return
    from helpers.training import load_fit  # TensorFlow

    model, _ = load_fit("mnist_augmented", shipped=True)
    table, ways = prepared(options.seed)
    for way, given in ways.items():
        table[way] = model.predict(given, verbose=0).argmax(axis=1) == table.digit
    table["prepared"] &= table.refused == ""
    print(table.groupby("kind", sort=False)[[*ways]].sum())
    print(table[[*ways]].sum().to_string(), f"of {len(table)}, {(table.refused != '').sum()} refused")


if __name__ == "__main__":
    main()
