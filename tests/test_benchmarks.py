"""The benchmark runs the lesson's own cells beside the older way, and its tables say what was measured."""

import json
import math

import keras
import numpy as np
import pytest

from benchmarks import compare, lesson, measuring, report, variants
from helpers import recipe


@pytest.fixture
def results():
    return json.loads(report.RESULTS.read_text(encoding="utf-8"))


def trained(seconds, accuracies, way="lesson"):
    """A run with a row an epoch."""
    rows = [{"seconds": s, "val_accuracy": a} for s, a in zip(seconds, accuracies, strict=True)]
    return {"way": way, "rows": rows}


def test_the_readme_holds_the_tables_of_the_results_which_do_not_say_whose_machine_it_was(results):
    text = report.README.read_text(encoding="utf-8")
    assert report.with_tables(text, results) == text
    assert set(results["machine"]) == {"cores", "architecture", "features", "memory_gb", "system", "versions"}
    assert "/" not in json.dumps(results) and "npz" not in json.dumps(results)


def test_what_is_measured_is_the_code_of_the_notebook_but_for_four_exchanges():
    own = "\n".join(code for section in lesson.cells().values() for code in section).splitlines()
    run = lesson.training().splitlines()
    differing = [new.strip() for old, new in zip(own, run, strict=True) if old != new]
    assert len(differing) == len(lesson.EXCHANGED)
    for words, line in zip(lesson.EXCHANGED.values(), differing, strict=True):
        assert words in line


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_each_variant_changes_the_lesson_and_is_still_python(name):
    code = lesson.training(variants.VARIANTS[name])
    compile(code, name, "exec")
    assert (code == lesson.training()) == (not variants.VARIANTS[name])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epochs=10", "epochs=EPOCHS"),
        ("load_cifar10()", "load_cifar10(size='workshop')"),
        ("set_random_seed(2)", "set_random_seed(2); keras.utils.set_random_seed(3)"),
        ("[LiveProgress()]", "[]"),
        ("## What just", "What just"),
    ],
)
def test_cells_that_have_changed_their_shape_are_refused(tmp_path, monkeypatch, old, new):
    notebook = json.loads(lesson.NOTEBOOK.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace(old, new)
    monkeypatch.setattr(lesson, "NOTEBOOK", tmp_path / "changed.ipynb")
    lesson.NOTEBOOK.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(ValueError, match="expected"):
        lesson.training()


@pytest.mark.thorough
def test_both_ways_train_the_same_network_on_the_same_images(tmp_path):
    from benchmarks import old_way

    cache, rows = compare.fetched("workshop", tmp_path), []
    given = ("workshop", cache, 500, 0, 7, lambda: measuring.watching(rows, 1, None))
    (old, old_parts), (our, our_parts) = old_way.train(*given), lesson.train(*given)
    assert old.count_params() == our.count_params() == 79_530
    assert [type(layer) for layer in old.layers] == [type(layer) for layer in our.layers]
    np.testing.assert_equal(our.get_weights(), old.get_weights())  # after no epoch: the first weights
    for one, other in zip(our_parts, old_parts, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


@pytest.mark.thorough
def test_the_lesson_trains_until_the_target_and_notes_what_it_took():
    rows = []
    network, parts = lesson.train("workshop", None, 160, 3, 1, lambda: measuring.watching(rows, 1, 0.0))
    assert len(rows) == 1, "it stops at the target"
    assert len(parts[0]) == 128 and network.optimizer.iterations == 4
    assert rows[0]["seconds"] > 0 and rows[0]["peak_mb"] > 50


def test_a_step_of_the_recipe_is_timed_with_its_wide_network(monkeypatch):
    seen = []
    monkeypatch.setattr(keras.Model, "train_on_batch", lambda self, x, y: seen.append((self, x, y)))
    rows = measuring.step(steps=3)["rows"]
    assert [{*row} for row in rows] == [{"seconds", "cpu_seconds"}] * 3 and len(seen) == 3
    network, images, labels = seen[0]
    assert (len(images), images.dtype, labels.shape) == (1024, "float32", (1024, 10))
    assert network.count_params() == 1_973_944 and isinstance(network.optimizer, recipe.Muon)


def test_an_epoch_is_timed_without_the_first_and_a_missed_target_never_flatters_us():
    assert report.epoch_seconds(trained([10, 12, 15, 17], [0] * 4)) == 2
    for target, way, seconds in ((0.6, "lesson", 2), (0.7, "old_way", 3), (0.7, "lesson", math.inf)):
        assert report.seconds_to(target, trained([1, 2, 3], [0.5, 0.6, 0.66], way)) == seconds
    with pytest.raises(ValueError, match="shorter|longer"):
        report.ratios([1.0, 2.0], [0.5])  # they are of runs of the same round


def made_up(size="full"):
    """Results of one round in which the lesson takes half of everything."""
    runs = []
    for number, options in enumerate(compare.plan(size)):
        share = 1 if options["way"] == "old_way" else 0.5
        rows = [
            {
                "seconds": 8.0 * share * n,
                "cpu_seconds": 12.0 * share * n,
                "val_accuracy": 0.2 * n,
                "peak_mb": 4e3 * share,
            }
            for n in range(1, 5)
        ]
        found = {"seconds": 6 * share} if options["measure"] == "first_image" else {"rows": rows}
        runs.append(options | found | {"round": 0, "train_images": 40_000, "others_percent": number % 10})
    facts = {"lesson": lesson.digest(), "rounds": 1, "target": 0.65, "total_seconds": 60}
    return facts | {"machine": compare.machine(), "runs": runs}


def test_the_tables_have_a_row_for_all_that_is_measured_and_say_when_the_lesson_has_changed():
    made = made_up()
    text = report.tables(made)
    assert text.count("| **0.50** |") == 10
    assert "changed since" not in text and "was not free" not in text
    assert all(f"| {name} | 6.00 | 0.800 |" in text for name in variants.VARIANTS)
    assert text.count("| 4.00 | 6.00 | 1.00 |") == len(compare.PROCESSORS)
    made["runs"][0]["others_percent"] = 90
    text = report.tables(made | {"lesson": "another"})
    assert "changed since" in text and "was not free" in text
    begin = f"before {report.BEGIN} old {report.END} after"
    assert report.with_tables(begin, made).endswith(f"{report.END} after")


@pytest.mark.parametrize(("number", "turn"), [(0, report.WAYS), (1, report.WAYS[::-1]), (2, report.WAYS)])
def test_ways_take_turns_in_being_first_and_both_do_every_measurement(number, turn):
    steps = [step for step in compare.plan("full", number) if step["measure"] in ("train", "first_image")]
    assert len(steps) == 2 * (len(compare.PROCESSORS) + 1)
    for one, other in zip(steps[::2], steps[1::2], strict=True):
        assert (one["way"], other["way"]) == turn
        for key in ("measure", "processor", "target"):
            assert one.get(key) == other.get(key)


@pytest.mark.thorough
def test_the_older_way_finds_tensorflow_as_it_comes(monkeypatch):
    """Else it would profit from what `helpers` sets, in the process itself or in the one that starts it."""
    monkeypatch.setenv(compare.ONE_DNN, "1")
    monkeypatch.setenv(compare.INSTRUCTIONS, "SSE41")
    code = "import json, os, sys; from benchmarks import measuring, old_way; "
    code += "print(json.dumps({'helpers': 'helpers' in sys.modules, 'found': dict(os.environ)}))"
    monkeypatch.setattr(compare, "COMMAND", (compare.sys.executable, "-c", code))
    seen = compare.run({"measure": "train", "way": "old_way"})
    assert not seen["helpers"]
    assert compare.ONE_DNN not in seen["found"] and compare.INSTRUCTIONS not in seen["found"]
