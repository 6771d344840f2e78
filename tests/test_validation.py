"""What a public function takes, up to the limits themselves, and nothing beyond."""

import numpy as np
import pytest

from helpers import CourseError, models, validation

TABLE = type("Table", (), {"columns": ("a", "b"), "groupby": None, "empty": False})()
EMPTY = type("Table", (), {"columns": ("a", "b"), "groupby": None, "empty": True})()
TAKEN = [
    (validation.count(1, 3), [1, 3, np.int64(2)], [0, 4, -1, True, 2.0, "2", None, np.nan]),
    (
        validation.within(0, 1),
        [0, 1, 0.5, np.float32(0.25)],
        [-0.001, 1.001, np.inf, np.nan, True, "0.5", None],
    ),
    (validation.TEXT, ["", "cat"], [b"cat", 1, None]),
    (validation.function, [len, print], [1, "len", None]),
    (validation.names, [["cat", "dog"], ("a",), np.array(["a"])], ["cat", {"a": 1}, 3, [["a"], ["b"]]]),
    (validation.path, ["cat.jpg", "a/b"], ["a\0b", b"cat.jpg", 3, None, "x" * 5000]),
    (
        validation.array("u", 2, 3),
        [np.zeros((2, 2), "u1")],
        [np.zeros((2, 2)), np.zeros(2, "u1"), [[1], [1, 2]]],
    ),
    (
        validation.numbers(None, 2),
        [[[1, 2]], np.ones((3, 2))],
        [[1, 2], [[1, 2, 3]], [[1, np.nan]], [["a", "b"]]],
    ),
    (validation.several(validation.count(1)), [[1, 2], (3,)], ["12", 1, [1, 0], {"a": 1}]),
    (validation.choice(("valid", "same")), ["same"], ["full", 1, None]),
    (validation.pair("images, labels"), [(1, 2), [1, 2]], [(1,), "ab", {1: 2, 3: 4}, None]),
    (validation.table("a"), [TABLE], [{"a": 1}, [1], None, EMPTY]),
    (validation.table("a", "c"), [], [TABLE]),
]
CASES = [(kind, value, True) for kind, good, _ in TAKEN for value in good]
CASES += [(kind, value, False) for kind, _, bad in TAKEN for value in bad]


@pytest.mark.parametrize(("kind", "value", "is_welcome"), CASES)
def test_what_is_welcome_passes_and_all_else_is_explained(kind, value, is_welcome):
    if is_welcome:
        kind(value, "it")
        return
    with pytest.raises(CourseError) as error:
        kind(value, "it")
    assert error.value.expected and error.value.got and error.value.remedy


def test_a_decorated_function_gets_checked_values_and_its_defaults_as_they_are():
    @validation.checked(n=validation.count(1), rate=validation.SHARE)
    def called(n, rate=None):
        return n, rate

    assert called(np.int64(2)) == (2, None) and type(called(np.int64(2))[0]) is int
    assert called(n=1, rate=1) == (1, 1.0)
    with pytest.raises(CourseError, match="rate to be a number from 0 to 1"):
        called(1, rate=2)


COPIED = {  # how a path looks that was copied from somewhere: what it means
    '"cat.jpg"': "cat.jpg", "'cat.jpg'": "cat.jpg", "\u201ccat.jpg\u201d": "cat.jpg", " cat.jpg\n": "cat.jpg",
    "\u202acat.jpg": "cat.jpg", "\ufeffcat.jpg": "cat.jpg", "cat\u200b.jpg": "cat.jpg",
    "my cat.jpg": "my\u202fcat.jpg", "a\u00a0dog.jpg": "a dog.jpg", "Zoe\u0308.jpg": "Zo\u00eb.jpg",
    "~/cat.jpg": "cat.jpg", "'~/cat.jpg'": "cat.jpg", "new.jpg": "new.jpg", '"new.jpg"': "new.jpg",
    "'cat'.jpg": "'cat'.jpg", "no\u200cline.jpg": "no\u200cline.jpg",
}  # fmt: skip


@pytest.mark.parametrize("written", COPIED, ids=ascii)
def test_a_path_that_was_copied_means_what_one_sees_of_it(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("cat.jpg", "my\u202fcat.jpg", "a dog.jpg", "Zo\u00eb.jpg", "'cat'.jpg"):
        (tmp_path / name).touch()
    assert validation.path(written, "it").absolute() == tmp_path / COPIED[written]


def test_a_wrong_argument_names_the_function_that_does_not_take_it():
    with pytest.raises(TypeError, match=r"create_model_dropout\(\) .*'foo'"):
        models.create_model_dropout(0.5, foo=1)
