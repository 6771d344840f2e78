"""The benchmark compares like with like, and its tables say what was measured."""

import ast
import json
import math
import os

import numpy as np
import pytest

from benchmarks import compare, measuring, our_way, report
from helpers import CourseError, data, storage


@pytest.fixture
def results():
    return json.loads(report.RESULTS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def old_way():
    from benchmarks import old_way

    return old_way


def trained(seconds, accuracies, way="our"):
    memory = {"peak_mb": 3000 if way == "old" else 600}
    rows = [
        {"seconds": s, "cpu_seconds": 2 * s, "val_accuracy": a} | memory
        for s, a in zip(seconds, accuracies, strict=True)
    ]
    return {"way": way, "rows": rows, "flop_per_image": 10, "train_images": 8, "validation_images": 2}


def made_up():
    """Results of two rounds, with numbers whose ratios are seen at once."""
    old = trained([3, 5, 7], [0.5, 0.6, 0.66], "old") | {"measure": "train", "setting": "lesson"}
    our = trained([2, 3, 4], [0.5, 0.6, 0.66]) | {"measure": "train"}
    runs = [old, *(our | {"setting": setting} for setting in ("same batch", "recommended"))]
    slow = trained([4, 6, 8], [0.5, 0.6, 0.66]) | {"measure": "train", "setting": "recommended"}
    runs += [slow | {"environment": {compare.ONE_DNN: "0"}}]
    runs += [{"measure": "peak", "flop_per_second": 1000}]
    runs += [{"measure": "first_image", "way": way, "seconds": s} for way, s in (("old", 9.0), ("our", 0.9))]
    for options in ({}, {"cores": 1}):
        sizes = ((run["way"], [run | {"n_images": 1000}]) for run in (old, our))
        runs += [{"measure": "scaling", "way": way, "sizes": rows} | options for way, rows in sizes]
    runs = [run | {"others_percent": 40.0} for run in runs * 2]
    times = {"our way": (2, 3), "`jit_compile=True`": (6, 12)}
    times = {name: {"seconds": wall, "cpu_seconds": cpu} for name, (wall, cpu) in times.items()}
    runs += [{"measure": "variants", "way": "our", "variants": times, "others_percent": 0.0}]
    shape = {"n_images": 10, "rounds": 2, "epochs": 3, "target": 0.65, "total_seconds": 60, "only": []}
    return shape | {"machine": compare.machine() | {"cores": 2}, "runs": runs}


def test_the_readme_holds_the_tables_of_the_results(results):
    text = report.README.read_text(encoding="utf-8")
    assert report.with_tables(text, results) == text


def test_tables_show_what_was_measured():
    text = report.tables(made_up())
    assert "| One epoch, ours as recommended | 2.00 s | 1.00 s | **0.50** | 0.50 - 0.50 | ≤ 0.60 |" in text
    assert "| The same without oneDNN | 2.00 s | 2.00 s | **1.00** |" in text
    assert "| Validation accuracy after 3 epochs | 0.660 | 0.660 | **1.00** |" in text
    assert "| Training until that is 0.65 | 7.0 s | 4.0 s | **0.57** |" in text
    assert "| Peak memory: load, prepare, one epoch | 3,000 MB | 600 MB | **0.20** |" in text
    assert "| From the start of Python to the first image | 9.0 s | 0.9 s | **0.10** |" in text
    assert "| Share of the processor's peak FLOP/s in training | 13 % | 26 % | **2.00** |" in text
    assert "reached in 2 of 2 trainings of the older way and 2 of 2 of ours" in text
    assert "| 1,000 | 2.00 s | 1.00 s | **0.50** | 0.50 - 0.50 | 3,000 MB | 600 MB |" in text
    assert "| 1 | 2.00 s | 1.00 s |" in text and "| 2 | 2.00 s | 1.00 s |" in text
    assert "| `jit_compile=True` | 4.00 |" in text
    assert "not free" in text and "a part" not in text


def test_tables_of_a_part_show_that_part_and_say_so():
    part = made_up() | {"only": ["first_image"]}
    part["runs"] = [run for run in part["runs"] if run["measure"] == "first_image"]
    text = report.tables(part)
    assert "Only a part was measured: first_image" in text
    assert "first image | 9.0 s" in text
    assert not any(word in text for word in ("epoch", "Cost", "FLOP", "tried"))


def test_results_do_not_say_whose_machine_it_was(results):
    assert set(results["machine"]) == {"cores", "architecture", "features", "memory_gb", "system", "versions"}
    assert "/" not in json.dumps(results) and "npz" not in json.dumps(results)


def test_both_ways_build_the_same_network_with_the_same_first_weights(old_way):
    old, our = (measuring.seeded(way.create_model, 7) for way in (old_way, our_way))
    assert old.count_params() == our.count_params() == 79_530
    assert [type(layer) for layer in old.layers] == [type(layer) for layer in our.layers]
    np.testing.assert_equal(our.get_weights(), old.get_weights())


def test_both_ways_prepare_the_same_images_and_labels(old_way):
    (images, labels), _ = our_way.load("workshop")
    old, our = (way.prepare(images[:500], labels[:500]) for way in (old_way, our_way))
    for number in (0, 1):
        assert our[number].dtype == np.uint8
        np.testing.assert_allclose(old[number], our[number] / 255)
        np.testing.assert_array_equal(old[number + 2], our[number + 2])
    np.testing.assert_equal(our[2:], data.prepare_dataset(images[:500], labels[:500])[2:])


@pytest.mark.thorough
def test_both_ways_load_the_same_images(old_way, tmp_path):
    cache = compare.fetched("workshop", tmp_path)
    np.testing.assert_equal(our_way.load("workshop", cache), old_way.load("workshop", cache))


def test_flop_are_those_counted_by_hand():
    convolutions = 30 * 30 * 16 * (3 * 3 * 3) + 13 * 13 * 32 * (3 * 3 * 16)
    dense = 1152 * 64 + 64 * 10
    network = our_way.create_model()
    assert measuring.flop(network) == 2 * (convolutions + dense) == 2_483_840
    run = trained([1, 2], [0, 0])
    assert report.flop_per_epoch(run) == 10 * (3 * 8 + 2)


@pytest.mark.thorough
@pytest.mark.parametrize("setting", ["same batch", "recommended"])
def test_our_way_trains_the_network_it_is_given(setting):
    (images, labels), _ = our_way.load("workshop")
    network, rows = measuring.seeded(our_way.create_model, 1), []
    before = network.get_weights()[0].copy()
    watch = measuring.watching(rows, least=1, target=0.0)
    our_way.train(network, our_way.prepare(images[:160], labels[:160]), 3, [watch], setting)
    assert len(rows) == 1, "it stops at the target"
    assert not np.array_equal(before, network.get_weights()[0])
    assert rows[0]["peak_mb"] > 50


def test_ratios_are_of_runs_of_the_same_round():
    assert report.ratios([1.0, 2.0], [0.5, 0.5]) == [0.5, 0.25]
    with pytest.raises(ValueError, match="shorter|longer"):
        report.ratios([1.0, 2.0], [0.5])
    line = report.row("what", [1, 2, 4], [0.5, 0.5, 2], "{:.1f} s", "0.60")
    assert line == "| what | 2.0 s | 0.5 s | **0.50** | 0.25 - 0.50 | 0.60 |"


def test_an_epoch_is_timed_without_the_first_and_a_missed_target_never_flatters_us():
    assert report.epoch_seconds(trained([10, 12, 15, 17], [0] * 4)) == 2
    accuracies = [0.5, 0.6, 0.66]
    assert report.seconds_to(0.6, trained([1, 2, 3], accuracies)) == 2
    assert report.seconds_to(0.7, trained([1, 2, 3], accuracies, way="old")) == 3
    assert report.seconds_to(0.7, trained([1, 2, 3], accuracies)) == math.inf


def test_a_measurement_that_fails_says_so_in_words():
    with pytest.raises(CourseError, match=r"'nothing'.*exit status 1: KeyError"):
        compare.run({"measure": "nothing"})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_measurement_that_is_killed_says_so_in_words(monkeypatch):
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(compare, "COMMAND", (compare.sys.executable, "-c", kill))
    with pytest.raises(CourseError, match=r"'train' of the way 'old'.*signal 9.*memory"):
        compare.run({"measure": "train", "way": "old"})


def test_ways_take_turns_and_both_do_every_measurement():
    ways = {"old": [], "our": [], None: []}
    for step in compare.plan("full"):
        if step.get("setting") != "same batch" and "environment" not in step:
            ways[step.get("way")].append((step["measure"], step.get("cores"), step.get("sizes")))
    assert ways["old"] == ways["our"]
    assert max(compare.SIZES["full"]) == 50_000


def test_importing_our_way_for_a_image_needs_no_tensorflow():
    tree = ast.parse((storage.ROOT / "benchmarks" / "our_way.py").read_text(encoding="utf-8"))
    top = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert top == ["import math", "from helpers import data"]


@pytest.mark.thorough
def test_the_older_way_finds_tensorflow_as_it_comes(monkeypatch):
    """Else it would profit from what `helpers` sets, in the process itself or in the one that starts it."""
    monkeypatch.setenv(compare.ONE_DNN, "1")
    code = "import json, os, sys; from benchmarks import measuring, old_way; "
    code += "print(json.dumps({'helpers': 'helpers' in sys.modules, 'environment': dict(os.environ)}))"
    monkeypatch.setattr(compare, "COMMAND", (compare.sys.executable, "-c", code))
    seen = compare.run({"measure": "train", "way": "old"})
    assert not seen["helpers"]
    assert compare.ONE_DNN not in seen["environment"]
