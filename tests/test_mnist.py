"""The bundled digits are those of MNIST; images of other digits become like them, or are refused."""

import hashlib

import keras
import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import digit_photos
from helpers import CourseError, images, mnist, plotting, storage
from helpers.plotting.style import alt_text
from helpers.training import load_fit
from tests.refused import refuses
from tools.data import digits as drawing

# SHA-256 of all images and then all labels, in the order of the files.
DIGESTS = {
    "train": "6f2a37afc361d808d048ba3535dd77e34d44134f6757c14be3bc54d751c99faf",
    "test": "5ba5786e7a1700edaa08b2c4d08ef4e09b64ffa146ff7ecccad5b1992bec004e",
}


@pytest.fixture(scope="module")
def digit_images():
    return dict(zip(("train", "test"), mnist.load_mnist(), strict=True))


@pytest.mark.parametrize("part", ["train", "test"])
def test_digits_have_the_promised_form_and_are_those_of_mnist(digit_images, part):
    images, labels = digit_images[part]
    assert (images.shape, labels.shape) == ((len(labels), 28, 28, 1), (len(labels),))
    assert images.dtype == labels.dtype == np.uint8
    assert hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest() == DIGESTS[part]


def test_tensorflow_datasets_reads_the_same_digits(digit_images):
    import tensorflow_datasets as tfds

    how = {"as_supervised": True, "with_info": True, "data_dir": storage.DATA, "download": False}
    test, info = tfds.load("mnist", split="test", **how)
    assert [info.splits[part].num_examples for part in ("train", "test")] == [8_000, 2_000]
    images, labels = zip(*test.as_numpy_iterator(), strict=True)
    np.testing.assert_array_equal(images, digit_images["test"][0])
    np.testing.assert_array_equal(labels, digit_images["test"][1])


# Images of one's own


def seven(size=(120, 160), ink=0, paper=255):
    """An image of this height and width with a 7 made of two lines."""
    image = Image.new("L", size[::-1], paper)
    pencil = ImageDraw.Draw(image)
    height, width = size
    pencil.line([(width * 0.3, height * 0.2), (width * 0.7, height * 0.2)], fill=ink, width=10)
    pencil.line([(width * 0.7, height * 0.2), (width * 0.45, height * 0.85)], fill=ink, width=10)
    return image.convert("RGB")


def ink_box(digit):
    """First and last row, first and last column of what is not nearly black."""
    rows, columns = (np.flatnonzero(digit[..., 0].max(axis=axis) > 0.3) for axis in (1, 0))
    return *rows[[0, -1]], *columns[[0, -1]]


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (60, 120), (200, 90)])
@pytest.mark.parametrize("size", [(120, 160), (300, 200)])
def test_a_digit_is_prepared_as_mnist_was_made(size, ink, paper):
    small = mnist.prepare_digit(np.asarray(seven(size, ink=ink, paper=paper)))
    assert small.shape == mnist.SHAPE and small.dtype == np.float32
    assert small[0, 0, 0] == 0 and small.max() > 0.9, "light on black"
    top, bottom, left, right = ink_box(small)
    assert 19 <= max(bottom - top, right - left) + 1 <= 20
    mass = [np.average(np.arange(28), weights=small.sum(axis=axis).ravel()) for axis in (1, 0)]
    assert mass == pytest.approx([13.5, 13.5], abs=0.6), "its centre of mass is in the middle"


def test_proportions_stay():
    ink = np.zeros((200, 300))
    ink[50:150, 100:160] = 1  # a zero, angular: 100 rows, 60 columns
    ink[65:135, 115:145] = 0
    assert mnist.fit_into_box(ink).shape == (20, 12)
    assert mnist.fit_into_box(ink.T).shape == (12, 20)


def test_lines_become_as_wide_as_those_of_mnist():
    widths = []
    for wide in (2, 8, 30):
        ink = np.zeros((200, 300))
        ink[40:160, 60 : 60 + wide], ink[150 : 150 + wide, 60:180] = 1, 1
        widths.append(mnist.fit_into_box(ink).sum() / 35)
    assert widths[0] > 1 and widths[2] < 4.5


def in_view(shift=(0, 0), shadow=1.0, table=False):
    """A photo of a small 7, away from the middle, with what may be in view beside it."""
    photo = np.full((300, 400, 3), 225.0)
    digit = np.asarray(seven((90, 90)), dtype=float)
    row, column = np.add((105, 155), shift)
    photo[row : row + 90, column : column + 90] = np.minimum(225, digit + 40)
    photo[:, 200:] *= shadow
    if table:
        photo[:, :45] = (90, 60, 40)
    return photo.astype(np.uint8)


def test_what_is_beside_the_digit_changes_nothing():
    alone = mnist.prepare_digit(in_view())
    for beside in (
        dict(shift=(-90, 130)),
        dict(shadow=0.5),
        dict(table=True),
        dict(table=True, shift=(90, 100)),
    ):
        assert np.abs(alone - mnist.prepare_digit(in_view(**beside))).mean() < 0.02, beside


def test_a_digit_whose_color_alone_differs_is_found():
    image = np.asarray(seven())
    red_on_green = np.where(image < 128, np.uint8([200, 40, 40]), np.uint8([40, 121, 40]))  # equally bright
    assert np.abs(mnist.prepare_digit(red_on_green) - mnist.prepare_digit(image)).mean() < 0.03


GRADIENT = np.repeat(np.linspace(100, 230, 400)[None, :, None], 3, axis=2) * np.ones((300, 1, 1))
NOISE = np.random.default_rng(1).normal(200, 8, (300, 400, 3))
EMPTY = [image.clip(0, 255).astype(np.uint8) for image in (np.full((60, 80, 3), 128), GRADIENT, NOISE)]
NO_INK = [(ink,) for ink in (np.zeros((9, 9)), np.ones((9, 9, 1)), np.full((9, 9), 1.5), "ink")]
UNEQUAL = [([np.zeros((5, 5))], rows, [3]) for rows in (np.eye(10)[:2], np.ones(10), np.ones((0, 10)))]
TWO_SEVENS = np.concatenate([in_view(), in_view()], axis=1)

test_what_does_not_fit_is_refused = refuses(
    [  # message, function, lists of arguments that it refuses
        ("no ink was found", mnist.prepare_digit, [(image,) for image in EMPTY]),
        ("no ink was found", mnist.prepare_digit, [(in_view(table=True)[:, :130],)]),
        ("one digit, but got one with 2", mnist.prepare_digit, [(TWO_SEVENS,)]),
        ("as find_ink gives it", mnist.fit_into_box, NO_INK),
        ("as find_ink gives it", mnist.center, NO_INK),
        ("a row of probabilities and a digit", plotting.digit_table, UNEQUAL),
    ]
)


@pytest.mark.thorough
def test_a_sample_of_realistic_photos_is_read():
    model, _ = load_fit("mnist_augmented", shipped=True)
    kinds = ("pencil", "shadow", "squared", "table edge")
    table, ways = digit_photos.prepared(seed=5, writers=1, kinds=kinds, digits=(2, 7))
    read = model.predict(ways["prepared"], verbose=0).argmax(axis=1) == table.digit
    assert read.sum() >= 7, table[~read]
    assert not table.refused.any()


def saved(folder, name, image):
    image.save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((1, 1), "at least 8 x 8 pixels.*but got 1 x 1"),
        ((7, 100), "at least 8 x 8 pixels.*but got 7 x 100"),
        ((1, 400), "at most 28 times as long as wide, but got 400 times"),
        ((50_000, 8), "at most 28 times"),  # its square would take 2.5 GB
        ((9_000, 9_000), "at most 50,000,000 pixels"),
        ((30, 40), "an image with a digit on it, but got one on which no ink was found"),
    ],
)
def test_an_image_without_room_for_a_digit_or_too_large_is_refused(tmp_path, size, words):
    file = saved(tmp_path, "digit.png", Image.new("1", size))
    with pytest.raises(CourseError, match=words):
        mnist.prepare_digit(file)
    with pytest.raises(CourseError, match=words):
        mnist.prepare_digit(np.broadcast_to(np.uint8(0), (*size[::-1], 3)))


def test_a_huge_digit_is_prepared_as_a_small_one(tmp_path, monkeypatch):
    shapes = []
    monkeypatch.setattr(images, "check_photo", lambda image: shapes.append(image.shape) or image)
    small, huge = seven((100, 140)), seven((100, 140)).resize((4200, 3000), Image.Resampling.BOX)
    for given in (np.asarray(huge), saved(tmp_path, "7.png", huge)):
        assert np.abs(mnist.prepare_digit(given) - mnist.prepare_digit(np.asarray(small))).mean() < 0.02
    assert max(shapes[2]) < 3 * mnist.LARGEST, "of a large file, not much more is decoded than is needed"
    assert max(mnist.find_ink(np.asarray(huge)).shape) <= 400


def test_own_digits_are_nine_styles_of_five(monkeypatch):
    monkeypatch.setattr(mnist, "prepare_digit", lambda path: np.zeros(mnist.SHAPE))  # the notebook does it
    images, table = mnist.load_own_digits()
    assert images.shape == (45, 28, 28, 1)
    assert table.groupby("style").size().tolist() == [5] * 9
    assert (table.groupby("digit").size() >= 4).all()


def test_a_folder_of_ones_own_is_read_by_its_names(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(CourseError, match="a folder with images of digits"):
            mnist.load_own_digits(folder)
    saved(tmp_path, "7.png", seven())
    saved(tmp_path, "7_blue.jpg", seven())
    assert mnist.load_own_digits(tmp_path)[1][["style", "digit"]].values.tolist() == [["blue", 7], ["own", 7]]
    saved(tmp_path, "seven.png", seven())
    with pytest.raises(CourseError, match="named after its digit"):
        mnist.load_own_digits(tmp_path)


def test_own_digits_are_what_the_script_draws():
    name, style = "tilted", drawing.STYLES["tilted"]
    number = list(drawing.STYLES).index(name)
    drawn = drawing.draw(4, style, np.random.default_rng([drawing.SEED, 4, number]))
    with Image.open(mnist.OWN / "4_tilted.png") as shipped:
        assert np.abs(np.asarray(drawn, dtype=float) - np.asarray(shipped)).mean() < 1


def test_varied_digits_stay_images_and_keep_their_labels():
    from helpers.augmentation import augment

    keras.utils.set_random_seed(1)
    images = mnist.load_mnist()[1][0][:16] / np.float32(255)
    varied, labels = map(np.asarray, augment(images, np.arange(16)))
    assert varied.shape == images.shape and varied.min() >= 0 and varied.max() <= 1
    assert labels.tolist() == list(range(16))
    assert all(np.abs(a - b).mean() > 0.02 for a, b in zip(varied, images, strict=True))


@pytest.mark.parametrize(
    ("digit", "words"),
    [(3, "right for 1 of them."), (4, "right for 0 of them."), (None, "1 of them no digit")],
)
def test_the_table_marks_the_winner_by_more_than_color(digit, words):
    ax = plotting.digit_table([np.zeros((5, 9, 3))], np.eye(10)[[3]], [digit])
    marks = [text.get_text() for text in ax.texts if "%" in text.get_text()]
    assert marks[3] == ("✓ 100%" if digit == 3 else "✗ 100%")
    assert words in alt_text(ax.figure)


def test_a_pipeline_of_images_that_were_not_normalized_is_refused_in_words():
    import tensorflow as tf

    from helpers import augmentation

    batches = tf.data.Dataset.from_tensors((np.zeros((4, 28, 28, 1), np.uint8), np.zeros(4)))
    with pytest.raises(CourseError, match="Divide them by 255"):
        batches.map(augmentation.augment)
