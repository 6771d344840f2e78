"""Exported models that were damaged or built to do harm: an answer or an error, and the kernel lives."""

import os
import random
import sys

import keras
import numpy as np
import pytest

from helpers import CourseError, sharing
from helpers.sharing import runtimes
from tests.programs import python

onnx = pytest.importorskip("onnx", reason="needs the extra `share`")
pytestmark = pytest.mark.thorough

TYPES, helper = onnx.TensorProto, onnx.helper

ALTERED = 60  # files of each kind
IMAGES = np.linspace(0, 1, 2 * 108, dtype=np.float32).reshape(2, 6, 6, 3)
# Each file in a process of its own, as `runtimes` has it, but started in milliseconds from one that is ready.
PROGRAM = """
import os, pathlib, signal, sys
import onnxruntime, tensorflow
sys.path.append("helpers/sharing")
import apart
given = pathlib.Path(sys.argv[1])
for path in sorted(given.parent.glob("altered-*")):
    process = os.fork()
    if not process:
        signal.alarm(30)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1), os.dup2(silence, 2)
        try:
            apart._main(path, given, given.parent / "answer.npy")
            os._exit(0)
        except BaseException:
            os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), path.name, flush=True)
"""


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """A network of 7 kB in both forms."""
    folder = tmp_path_factory.mktemp("exports")
    inputs = keras.Input((6, 6, 3))
    x = keras.layers.Flatten()(keras.layers.Conv2D(2, 3, activation="relu")(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
    files = {".onnx": folder / "model.onnx", ".tflite": folder / "model.tflite"}
    sharing.export_onnx(model, files[".onnx"])
    sharing.export_litert(model, files[".tflite"])
    return files


def altered(content, chance):
    content = bytearray(content)
    for _ in range(chance.choice((1, 1, 4))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


@pytest.fixture(scope="module")
def outcomes(exports, tmp_path_factory):
    """Run each altered file in a process: {kind of file: {exit code: paths}}."""
    folder, chance = tmp_path_factory.mktemp("altered"), random.Random(3)
    np.save(folder / "images.npy", IMAGES)
    for suffix, path in exports.items():
        for number in range(ALTERED):
            target = folder / f"altered-{number:03}{suffix}"
            target.write_bytes(altered(path.read_bytes(), chance))
    found = {suffix: {} for suffix in exports}
    for line in python(PROGRAM, folder / "images.npy").stdout.splitlines():
        code, name = line.split()
        found[name[name.index(".") :]].setdefault(int(code), []).append(folder / name)
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows starts each process from the beginning")
@pytest.mark.parametrize("suffix", [".onnx", ".tflite"])
def test_a_damaged_export_ends_no_other_process_than_its_own(outcomes, suffix):
    codes = {code: len(paths) for code, paths in outcomes[suffix].items()}
    print(f"{suffix}: {codes}")
    assert sum(codes.values()) == ALTERED
    for paths in outcomes[suffix].values():  # one of each outcome, as a notebook has it
        try:
            assert len(sharing.predict_exported(paths[0], IMAGES)) == len(IMAGES)
        except CourseError as error:
            assert error.remedy == "Export it again."
            assert error.got.isprintable()


def graph(*nodes, **more):
    """An ONNX file of these nodes, which begin with the input x and end with the output y."""
    ends = [helper.make_tensor_value_info(name, TYPES.FLOAT, None) for name in "xy"]
    model = helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], **more), ir_version=8)
    model.opset_import[0].version = 15
    return model.SerializeToString()


def constant(name, value):
    return helper.make_node("Constant", [], [name], value=onnx.numpy_helper.from_array(np.asarray(value)))


def hungry():
    return graph(constant("n", [40_000, 40_000]), helper.make_node("ConstantOfShape", ["n"], ["y"]))


def endless():
    values = [("i", TYPES.INT64, []), ("on", TYPES.BOOL, []), ("v", TYPES.FLOAT, None)]
    inputs = [helper.make_tensor_value_info(*value) for value in values]
    outputs = [helper.make_tensor_value_info(f"{name}2", *kind) for name, *kind in values[1:]]
    nodes = [helper.make_node("Identity", ["on"], ["on2"]), helper.make_node("Sin", ["v"], ["v2"])]
    body = helper.make_graph(nodes, "body", inputs, outputs)
    loop = helper.make_node("Loop", ["n", "go", "x"], ["y"], body=body)
    return graph(constant("n", 2**62), constant("go", True), loop)


def reaching(place):
    """A weight that lies in another file, which the runtime would read and add to the input."""
    weight = helper.make_tensor("w", TYPES.FLOAT, [1], b"\0\0\0\0", raw=True)
    weight.ClearField("raw_data")
    weight.data_location = TYPES.EXTERNAL
    for key, value in (("location", place), ("offset", "0"), ("length", "4")):
        weight.external_data.add(key=key, value=value)
    return graph(helper.make_node("Add", ["x", "w"], ["y"]), initializer=[weight])


HOSTILE = {  # what the file does -> what the error says
    "takes 6 GB": (hungry, "memory"),
    "never ends": (endless, "no answer within"),
    "reads a file beside it": (lambda: reaching("secret.bin"), "escapes"),
    "reads a file above it": (lambda: reaching("../secret.bin"), "escapes|outside"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_export_that_was_built_to_do_harm_is_stopped(kind, tmp_path, monkeypatch):
    make, words = HOSTILE[kind]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "model.onnx").write_bytes(make())
    for place in ("", "in"):
        (tmp_path / place / "secret.bin").write_bytes(np.float32(42).tobytes())
    monkeypatch.setattr(runtimes, "PATIENCE", 8)
    monkeypatch.chdir(tmp_path / "in")  # where a notebook lies
    with pytest.raises(CourseError, match=f"(?i){words}") as error:
        sharing.predict_exported(tmp_path / "in" / "model.onnx", IMAGES)
    print(error.value)


LIMITS = """
import resource, sys
sys.path.append("helpers/sharing")
import apart
apart._limit_memory()
print(resource.getrlimit(resource.RLIMIT_FSIZE)[1], resource.getrlimit(resource.RLIMIT_CORE)[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_the_program_that_runs_an_export_cannot_fill_the_disk():
    assert python(LIMITS).stdout == f"{runtimes.apart.LARGEST_ANSWER} 0\n"


ENDS = {  # a program in the place of the one that runs models -> what is said about its end
    "import os; os.abort()": "crashed (SIGABRT)",
    "import time; time.sleep(60)": "no answer within 3 seconds",
    "raise ValueError('other\\n\\x1b[2Jimages')": "images",
    "raise SystemExit(7)": "stopped (code 7)",
    "import sys, numpy; numpy.save(sys.argv[3], 1.0)": "an answer of shape ()",
    "import sys, numpy; numpy.save(sys.argv[3], [[1.0]])": "an answer of shape (1, 1)",
}


@pytest.mark.parametrize("program", ENDS)
def test_however_the_program_ends_that_runs_an_export_it_is_told_in_words(program, tmp_path, monkeypatch):
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    (tmp_path / "model.tflite").write_bytes(b"model")
    monkeypatch.setattr(runtimes.apart, "__file__", tmp_path / "program.py")
    monkeypatch.setattr(runtimes, "PATIENCE", 3)
    with pytest.raises(CourseError) as error:
        sharing.predict_exported(tmp_path / "model.tflite", IMAGES)
    assert ENDS[program] in error.value.got
    assert str(error.value).isprintable()
