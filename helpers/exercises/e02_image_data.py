"""Exercises of episode 2: shapes and values of images, a data set prepared, a folder read."""

import contextlib
import io
import tempfile
from pathlib import Path

import numpy as np

from helpers.exercises.engine import exercise
from helpers.exercises.parsing import FLOORED, array, batches, call, compare_number, number


@exercise("function : callable")
def prepare_dataset(function):
    """Check the learner's own function that normalises, encodes and splits, the classes in equal shares."""
    images, labels = _unbalanced_set()
    given = images.copy(), labels.copy()
    results = call(function, *given)
    four = isinstance(results, list | tuple) and len(results) == 4
    yield not four, "It should return four arrays, two parts of the images and two of the labels."
    names = ("train_images", "val_images", "train_labels", "val_labels")
    parts = [array(part, name) for part, name in zip(results, names, strict=True)]
    yield from _form_faults([part.shape for part in parts], len(images))
    train_x, val_x, train_y, val_y = parts
    for part in (train_x, val_x):
        yield from _range_faults(part.min(), part.max())
        double, kind = part.dtype == np.float64, part.dtype
        yield double, "The images are float64: float32 is precise enough, and takes half the memory."
        yield kind != np.float32, f"The images are {kind}: the exercise asks for float32."
        yield set(np.unique(part)) <= {0, 1}, FLOORED
    places = _places(np.concatenate([train_x, val_x]))
    yield len(set(places)) < len(images), "Some images are in both parts, others in none: split only once."
    encoded = np.concatenate([train_y, val_y])
    one_hot = set(np.unique(encoded)) == {0, 1} and (encoded.sum(axis=1) == 1).all()
    yield not one_hot, "The labels are not one-hot: each row needs a single 1, and 0 everywhere else."
    shifts = {*((encoded.argmax(axis=1) - labels.ravel()[places]) % 10)}
    moved = len(shifts) == 1 and shifts != {0}
    yield moved, "All labels have moved: class 0 belongs in the first column."
    paired = shifts == {0}
    yield not paired, "Images have lost their own labels: split both in one call of train_test_split."
    kept = np.array_equal(given[0], images) and np.array_equal(given[1], labels)
    yield not kept, "It changed the arrays that it was given: make new ones instead."
    again = array(call(function, images.copy(), labels.copy())[1], "val_images")
    yield not np.array_equal(again, val_x), "Each call splits differently: random_state repeats a split."
    uneven = not np.array_equal(val_y.sum(axis=0) * 5, np.bincount(labels.ravel()))
    yield uneven, "The two parts do not have the same mix of classes: which argument does that?"
    n_kept = len(call(function, *(np.concatenate([part, part]) for part in (images, labels)))[1])
    other = f"For validation it keeps 15 of 75 images, and {n_kept} of 150"
    yield n_kept != 30, f"{other}: a share of 0.2 fits any number."
    return "float32 from 0 to 1, one-hot labels, and 20% of each class for validation, the same every time."


def _form_faults(shapes, total):
    """Yield what is wrong with the shapes of the four results."""
    axes = [len(shape) for shape in shapes]
    nested = [shape for shape in shapes if shape[1:] == (1, 10)]
    yield nested, f"The labels have the shape {nested and nested[0]}: encode labels[:, 0]."
    yield 3 in axes[2:], "The labels have three axes: they are encoded twice."
    flat = [shape for shape in shapes if len(shape) == 1 or shape[1:] == (1,)]
    yield flat, f"The labels have the shape {flat and flat[0]}: they are not one-hot encoded."
    images = axes[2:] == [2, 2] and shapes[0][1:]
    yield images and images != (4, 4, 3), f"Images of shape (4, 4, 3) become {images}: keep their shape."
    yield axes != [4, 4, 2, 2], "The order should be: train_images, val_images, train_labels, val_labels."
    yield shapes[2][1] != 10, f"The labels have {shapes[2][1]} columns: how many classes are there?"
    swapped = shapes[0][0] < shapes[1][0]
    yield swapped, "Training and validation are swapped: look at test_size, and at the order of the results."
    sizes = [shape[0] for shape in shapes]
    yield sizes[:2] == sizes[:1:-1] != sizes[2:], "The labels are swapped: train_labels come first."
    found = "{} and {} images have {} and {} labels".format(*sizes)
    yield sizes[:2] != sizes[2:], f"{found}: each image needs one."
    yield sizes[0] + sizes[1] != total, f"{total} images become {sizes[0]} and {sizes[1]}: use each once."
    other = sizes != [total * 4 // 5, total // 5] * 2
    yield other, f"Of {total} images it keeps {sizes[1]} for validation: that is not 20%."


def _range_faults(low, high):
    """Yield why images are not from 0 to 1."""
    yield low < 0, f"The images go down to {low:g}: the exercise asks for 0 to 1."
    yield high > 1.5, f"The images go up to {high:g}: which number should become 1?"
    yield high < 0.01, "The images are almost black: they were divided twice."
    yield not np.isclose(high, 1, atol=1e-3), f"The brightest value, 255, becomes {high:.4g} instead of 1."


def _unbalanced_set():
    """75 images of 4 x 4 pixels in 10 classes of 5 or 10; the first numbers of each tell which it is."""
    images = np.random.default_rng(0).integers(0, 256, (75, 4, 4, 3), dtype="uint8")
    images[:, 0, 0, 0], images[:, 0, 1] = np.arange(75) * 3, 255
    return images, np.repeat(np.arange(10), [5, 10] * 5)[:, None].astype("uint8")


def _places(images):
    return np.rint(images[:, 0, 0, 0] * 85).astype(int) % 75


N_PHOTOS = 40  # of the folder that is read: half of them in each of two classes


@exercise("function : callable; in_both : int")
def read_folder(function, in_both):
    """Check a function that reads a folder in two parts, and how many photos were in both before."""
    yield 0 < number(in_both, "in_both") < 1, "in_both is a share: how many of the 60 photos is that?"
    near_misses = {
        "in_both: compare the two calls. Does the second one get the rest of the first one's photos?": 0,
        "in_both: not all of them. What share of the 300 photos is in the training part?": 60,
        "in_both counts training photos: how many of the 60 are among them?": 240,
        "in_both: that is how many are *not* used for training.": 12,
        "in_both is a percentage: how many of the 60 photos is that?": 80,
    }
    hint = "how likely is it that one of the 60 is among the 240 that the first call chose?"
    yield from compare_number(in_both, "in_both", 48, near_misses, hint, rtol=0, atol=5)
    photos = _photos()
    with tempfile.TemporaryDirectory() as folder:
        _write(photos, Path(folder))
        with contextlib.redirect_stdout(io.StringIO()):  # Keras says how many files it uses
            parts = call(function, folder, explain=_why_it_stops)
            two = isinstance(parts, list | tuple) and len(parts) == 2
            yield not two, "It should return two data sets, train and validation."
            train, validation = (_read(part) for part in parts)
            second = _read(parts[0])
    for name, part in {"train": train, "validation": validation}.items():
        yield part is None, f"{name} is not a data set of batches of images and labels: what is returned?"
        yield part[0].shape[1:] != (32, 32, 3), f"{name} has images of {part[0].shape[1:]}: keep 32 x 32 x 3."
    (x, y), (val_x, val_y) = train, validation
    low, high = min(x.min(), val_x.min()), max(x.max(), val_x.max())
    alike = (x.max() > 1.5) == (val_x.max() > 1.5)
    yield not alike, f"One part goes up to {x.max():.3g}, the other to {val_x.max():.3g}: prepare both alike."
    yield low < -0.01, f"The images go down to {low:.3g}: the plan asks for 0 to 1."
    yield high > 1.5, f"The images go up to {high:.4g}: the plan asks for 0 to 1."
    yield min(x.max(), val_x.max()) == 0, FLOORED
    yield min(x.max(), val_x.max()) < 0.01, "Images are almost black: they were divided twice."
    sizes = (len(x), len(val_x))
    swapped, expected = sizes == (8, 32), f"The check's {N_PHOTOS} photos become {sizes[0]} and {sizes[1]}"
    yield swapped, f"{expected}: the two are swapped, or validation_split is 0.8."
    yield sizes != (32, 8), f"{expected}: 80% and 20% are wanted."
    numbers, val_numbers = _which(x), _which(val_x)
    the_end = sorted(val_numbers) == list(range(N_PHOTOS - 15, N_PHOTOS, 2))  # of the second class
    yield the_end, "All validation photos are of one class: files come sorted, so they must be shuffled."
    shared = len({*numbers} & {*val_numbers})
    both = f"{shared} of the check's 8 validation photos are also used for training"
    yield shared, f"{both}: what must be the same in the two calls?"
    changed = not np.allclose(val_x, photos[val_numbers] / 255, atol=0.01)
    yield changed, "The validation photos are changed at random: leave them alone, they stand for new photos."
    unchanged = np.allclose(x, photos[numbers] / 255, atol=0.01)
    yield unchanged, "No training photo is changed at random: the plan asks for augmentation there."
    again = np.allclose(x[np.argsort(numbers)], second[0][np.argsort(_which(second[0]))], atol=0.01)
    yield again, "Every epoch shows the same variants: keep nothing in a cache after they are made."
    shape = y.shape[1:] != (2,) or val_y.shape[1:] != (2,)
    yield shape, "The labels are no longer one-hot encoded."
    scaled = any(not {0, 1} >= {*np.unique(part)} for part in (y, val_y))
    yield scaled, "The labels are no longer 0 and 1: divide only the images."
    classes = [*(numbers % 2 != y.argmax(axis=1)), *(val_numbers % 2 != val_y.argmax(axis=1))]
    yield any(classes), "Photos have lost their own labels."
    return "Repaired: no photo in both parts, both prepared alike, and only training photos are changed."


def _why_it_stops(error, code):
    """Say in words of the course what Keras says of a missing seed."""
    return "with validation_split every call needs a seed, always the same" if "`seed`" in str(error) else ""


def _photos():
    """Photos that differ by their colour, also when turned or brighter; the left half is a little lighter."""
    steps = np.arange(-48, 49, 16)
    red, blue = np.meshgrid(128 + steps, 128 + steps)
    colors = np.stack([red.ravel(), np.full(49, 128), blue.ravel()], axis=1)[:N_PHOTOS]
    photos = np.repeat(np.repeat(colors[:, None, None], 32, axis=1), 32, axis=2)  # 40 x 32 x 32 x 3
    photos[:, :, :16] += 12
    return photos.astype("uint8")


def _which(images):
    """Tell which photo each image was."""
    distances = _hues(images)[:, None] - _hues(_photos() / 255)
    return (distances**2).sum(axis=2).argmin(axis=1)


def _hues(images):
    colors = images.mean(axis=(1, 2))
    return colors - colors.mean(axis=1, keepdims=True)


def _write(photos, folder):
    from PIL import Image

    for place, photo in enumerate(photos):
        path = folder / "ab"[place % 2] / f"{place:02}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(photo).save(path)


def _read(part):
    """Collect a data set as images and labels; None if it is none."""
    try:
        columns = zip(*batches(part, N_PHOTOS), strict=True)
        images, labels = (np.concatenate(column) for column in columns)
    except (TypeError, ValueError):
        return None
    return (images, labels) if images.ndim == 4 else None
