"""The benchmark compares like with like, and its tables say what was measured."""

import json
import math

import numpy as np
import pytest

from benchmarks import compare, measuring, our_way, report
from helpers import data


@pytest.fixture
def results():
    return json.loads(report.RESULTS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def old_way():
    from benchmarks import old_way

    return old_way


def trained(seconds, accuracies, way="our"):
    """A run with a row an epoch."""
    rows = [{"seconds": s, "val_accuracy": a} for s, a in zip(seconds, accuracies, strict=True)]
    return {"way": way, "rows": rows, "flop_per_image": 10, "train_images": 8, "validation_images": 2}


def test_the_readme_holds_the_tables_of_the_results_which_do_not_say_whose_machine_it_was(results):
    text = report.README.read_text(encoding="utf-8")
    assert report.with_tables(text, results) == text
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
    assert measuring.flop(our_way.create_model()) == 2 * (convolutions + dense) == 2_483_840
    assert report.flop_per_epoch(trained([1, 2], [0, 0])) == 10 * (3 * 8 + 2)


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


def test_an_epoch_is_timed_without_the_first_and_a_missed_target_never_flatters_us():
    assert report.epoch_seconds(trained([10, 12, 15, 17], [0] * 4)) == 2
    for target, way, seconds in ((0.6, "our", 2), (0.7, "old", 3), (0.7, "our", math.inf)):
        assert report.seconds_to(target, trained([1, 2, 3], [0.5, 0.6, 0.66], way)) == seconds
    with pytest.raises(ValueError, match="shorter|longer"):
        report.ratios([1.0, 2.0], [0.5])  # they are of runs of the same round


def test_ways_take_turns_and_both_do_every_measurement():
    ways = {"old": [], "our": [], None: []}
    for step in compare.plan("full"):
        if step.get("setting") != "same batch" and "environment" not in step:
            ways[step.get("way")].append((step["measure"], step.get("cores"), step.get("sizes")))
    assert ways["old"] == ways["our"]
    assert max(compare.SIZES["full"]) == 50_000


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
