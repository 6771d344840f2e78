"""Model files that were damaged by chance or built to do harm: refused in words, and nothing is executed."""

import atexit
import contextlib
import ctypes
import inspect
import io
import json
import operator
import os
import pickle
import random
import re
import shutil
import stat
import sys
import tempfile
import traceback
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from helpers import CourseError, _model_descriptions, model_files, sharing, storage, training
from helpers.sharing import apart

pytestmark = pytest.mark.thorough

MUTATIONS = 240  # of the bytes of one file
RUNS = {"os.system", "subprocess.Popen", "os.posix_spawn", "os.exec", "os.fork", "pickle.find_class"}
RUNS |= {"socket.connect", "socket.getaddrinfo", "urllib.Request"}
RUNS |= {"shutil.copyfile", "os.symlink", "os.remove"}


class Watch:
    """Python's own report of what a program does to the world outside; it is switched on and off."""

    on, seen = False, ()

    @classmethod
    def hook(cls, event, args):
        if not cls.on:
            return
        if event in RUNS or (event == "open" and not is_harmless(args[0], args[2])):
            cls.seen.append((event, str(args)[:200]))


TEMPORARY = (os.devnull, tempfile.gettempdir(), os.path.realpath(tempfile.gettempdir()))
# Python reads what it runs.
PROGRAMS = (sys.prefix, sys.base_prefix, str(storage.ROOT), "/proc/", "/sys/", "<")


def is_harmless(file, flags):
    """Whether a file that is opened is a temporary one, or part of a program and only read."""
    name = str(file) if isinstance(file, int) else os.fsdecode(file)
    writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    return name.startswith(TEMPORARY if writes else TEMPORARY + PROGRAMS) and "harmed" not in name


class Bait:
    """Files that a hostile model names; Linux tells which were opened, by Python or by a library below it."""

    def __init__(self, folder):
        for name, content in {"words.txt": "a\nb\n", "numbers.raw": "x" * 216}.items():
            (folder / name).write_text(content, encoding="utf-8")
        with h5py.File(folder / "numbers.h5", "w") as file:
            file["x"] = np.zeros((3, 3, 3, 2), "f4")
        if sys.platform == "linux":
            libc = ctypes.CDLL(None)
            self.events = libc.inotify_init1(os.O_NONBLOCK)
            libc.inotify_add_watch(self.events, os.fsencode(folder), 0x20)  # IN_OPEN

    def opened(self):
        """What was opened since the last question, in the system's own form."""
        with contextlib.suppress(BlockingIOError, AttributeError):
            return os.read(self.events, 10_000)
        return b""


BAIT = Path(tempfile.mkdtemp(prefix="bait-"))
bait = Bait(BAIT)
atexit.register(shutil.rmtree, BAIT)


sys.addaudithook(Watch.hook)


@contextlib.contextmanager
def nothing_happens():
    """Nothing is executed, sent, or written but temporary files, while the block runs."""
    bait.opened()
    Watch.seen, Watch.on = [], True
    try:
        yield
    finally:
        Watch.on = False
    assert not Watch.seen
    assert not bait.opened()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A model file of 20 kB; Keras has been used once, so that it has imported what it needs."""
    keras.utils.clear_session()  # its layers are called conv2d, not conv2d_7, whatever ran before
    inputs = keras.Input((6, 6, 3))
    x = keras.layers.Flatten()(keras.layers.Conv2D(2, 3, activation="relu")(inputs))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
    path = tmp_path_factory.mktemp("tiny") / "tiny.keras"
    model.save(path)
    model_files.load_model(path)
    return path


def answer(model):
    return np.asarray(model(np.linspace(0, 1, 108, dtype=np.float32).reshape(1, 6, 6, 3)))


def test_a_byte_that_changed_is_noticed_or_changes_nothing(tiny, tmp_path):
    content, chance, refused = tiny.read_bytes(), random.Random(1), 0
    right = answer(model_files.load_model(tiny))
    path = tmp_path / "model.keras"
    with nothing_happens():
        for number in range(MUTATIONS):
            damaged = bytearray(content)
            for _ in range(chance.choice((1, 1, 4))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            cut = chance.randrange(len(damaged)) if number % 6 == 0 else len(damaged)
            path.write_bytes(damaged[:cut])
            try:
                assert np.array_equal(answer(model_files.load_model(path)), right)
            except CourseError as error:
                refused += error.remedy != ""
    assert refused > MUTATIONS / 2, "most bytes matter"


def rebuilt(source, target, way=zipfile.ZIP_DEFLATED, **changes):
    """Copy a model file with valid checksums; `changes` maps "config" and "weights" to functions of bytes."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", way) as new:
        for name, key in zip(model_files.MEMBERS, ("metadata", "config", "weights"), strict=True):
            new.writestr(name, changes.get(key, bytes)(old.read(name)))
    return target


@pytest.mark.parametrize("part", ["config", "weights"])
def test_a_part_with_altered_bytes_and_a_right_checksum_runs_nothing(tiny, tmp_path, part):
    chance = random.Random(2)

    def mutate(content):
        content = bytearray(content)
        for _ in range(chance.choice((1, 3))):
            content[chance.randrange(len(content))] = chance.randrange(32, 127)
        return bytes(content)

    refused = 0
    for _ in range(60):
        path = rebuilt(tiny, tmp_path / "model.keras", **{part: mutate})
        with nothing_happens():
            try:
                answer(model_files.load_model(path))
            except CourseError:
                refused += 1
            except Exception as error:  # a layer that was altered may fail when it is used, not before
                assert "answer" in [frame.name for frame in traceback.extract_tb(error.__traceback__)][1:2]
    assert refused


def set_first(content, values, arguments=False):
    config = json.loads(content)
    layer = config["config"]["layers"][1]
    (layer["config"] if arguments else layer).update(values)
    return json.dumps(config).encode()


def layers(**values):
    """Alter the description of the first layer after the input."""
    return {"config": lambda content: set_first(content, values)}


def setting(**values):
    """Alter arguments of that layer."""
    return {"config": lambda content: set_first(content, values, arguments=True)}


def function(module, name):
    return {"class_name": "function", "module": module, "config": name, "registered_name": "function"}


def called(module, name, *args):
    """A function in the place of a layer, with arguments: the hole of Keras before 3.9."""
    node = function(module, name) | {"registered_name": name}
    return layers(**node, inbound_nodes=[{"args": list(args), "kwargs": {}}])


def part(module, kind, /, **config):
    return {"class_name": kind, "module": module, "config": config, "registered_name": None}


CODE = "__import__('pathlib').Path('harmed').touch()"
LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wAAAA==", None, None]}}
INNER = {"layer": part("keras.layers", "Lambda", name="inner", function=LAMBDA)}
RMTREE = part("shutil", "rmtree")
POPEN = {"class_name": "__typespec__", "spec_name": "Popen", "module": "subprocess", "config": []}
WORDS = str(BAIT / "words.txt")
LOOKUPS = {"IndexLookup": "index_lookup", "StringLookup": "string_lookup", "IntegerLookup": "integer_lookup"}
LOOKUPS |= {"TextVectorization": "text_vectorization"}


@keras.saving.register_keras_serializable("course")
class Welcome(keras.layers.Layer):
    """A class that a learner has registered, whose name a file can borrow."""


def behind(registered_name):
    """A command in the place of a layer, with the name of a registered class: the hole of Keras 3.8."""
    node = called("os", "system", "touch harmed")["config"]
    return {"config": lambda content: set_first(node(content), {"registered_name": registered_name})}


def whole(**values):
    """Alter the description of the whole network."""
    return {"config": lambda content: json.dumps(json.loads(content) | values).encode()}


def compiled(**values):
    """Alter how it is compiled."""
    return whole(compile_config={"optimizer": "sgd", "loss": "mse", "metrics": []} | values)


def again(calls):
    """Connect the convolution in another way."""
    return layers(inbound_nodes=calls)


def tensor(name, call=0):
    settings = {"shape": [None, 6, 6, 3], "dtype": "float32", "keras_history": [name, call, 0]}
    return {"class_name": "__keras_tensor__", "config": settings}


def called_with(*args):
    return {"args": list(args), "kwargs": {}}


def chain(length):
    """A network of so many layers, one after the other."""
    first = {**part("keras.layers", "InputLayer", batch_shape=[None, 4], name="0"), "name": "0"}
    nodes = [first | {"inbound_nodes": []}]
    for number in range(1, length):
        calls = [called_with(tensor(str(number - 1)))]
        nodes.append(part("keras.layers", "ReLU") | {"name": str(number), "inbound_nodes": calls})
    ends = dict(input_layers=[["0", 0, 0]], output_layers=[[str(length - 1), 0, 0]])
    return whole(config=dict(name="m", layers=nodes, **ends))


HUGE = {"class_name": "__numpy__", "config": {"value": ["a"], "dtype": "S2000000000"}}
AUC = part("keras.metrics", "AUC", num_thresholds=10**9)


def replaced(make):
    """Alter the file of weights: something else in the place of its first numbers."""

    def rewrite(content):
        file = io.BytesIO(content)
        with h5py.File(file, "r+") as numbers:
            group = numbers["layers/conv2d/vars"]
            del group["0"]
            make(group)
        return file.getvalue()

    return {"weights": rewrite}


def linked(to):
    return replaced(lambda group: operator.setitem(group, "0", to(group)))


def stored(shape, dtype="f4", **options):
    return replaced(lambda group: group.create_dataset("0", shape, dtype, **options))


def repeated(times):
    def link(group):
        numbers = group.create_dataset("0", data=np.zeros((3, 3, 3, 2), "f4"))
        for number in range(times):
            group[f"other{number}"] = numbers

    return replaced(link)


def virtual(group):
    layout = h5py.VirtualLayout((3, 3, 3, 2), "f4")
    layout[...] = h5py.VirtualSource(BAIT / "numbers.h5", "x", (3, 3, 3, 2))
    group.create_virtual_dataset("0", layout)


def with_member(name, mode=stat.S_IFREG, size=None, content="/etc/passwd"):
    """Add a part to the archive."""

    def make(source, target):
        rebuilt(source, target)
        with zipfile.ZipFile(target, "a") as archive:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (mode | 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
            if size:
                entry.file_size = size
        return target

    return make


def renamed_pickle(_, target):
    target.write_bytes(pickle.dumps({"weights": [1.0]}))
    return target


def packed(source, target):
    return rebuilt(source, target, zipfile.ZIP_LZMA)


REFUSED = {  # what a guard says -> what it refuses: changes of a model file, or what makes one
    "code that is not in the file": {
        "a function that is a number": setting(activation=function("builtins", 7)),
        "a layer of a module beside it": layers(**part("layers", "Dense")),
        "a function of a module beside it": setting(activation=function("activations", "relu")),
        "a command as loss": compiled(loss=function("os", "system")),
        "a command as metric": compiled(metrics=[function("os", "system")]),
        "a class of Python as optimizer": compiled(optimizer=part("subprocess", "Popen", args=["true"])),
        "a command as initializer": setting(kernel_initializer=part("os", "system")),
        "a command as regularizer": setting(kernel_regularizer=function("os", "system")),
        "a command as constraint": setting(kernel_constraint=part("subprocess", "Popen", args=["true"])),
        "a command as quantization": setting(quantization_config=part("subprocess", "Popen", args=["true"])),
        "a command as activation": setting(activation=function("os", "system")),
        "eval as activation": setting(activation=function("builtins", "eval")),
        "eval of Python": called("builtins", "eval", CODE),
        "exec without a module": called(None, "exec", CODE),
        "a command": called("os", "system", "touch harmed"),
        "a program": called("subprocess", "run", ["touch", "harmed"]),
        "a class of Python": layers(**part("builtins", "type")),
        "a class of another package": layers(**part("keras_hub.models", "Backbone")),
        "a name that looks registered": layers(**RMTREE | {"registered_name": "Dense"}),
        "a command behind a registered name": behind("course>Welcome"),
        "a command behind a part of a registered name": behind("Welcome"),
        "a command behind no name": behind(None),
        "a class behind a registered name": layers(**RMTREE | {"registered_name": "course>Welcome"}),
        "a text of a billion": setting(kernel_initializer=HUGE),
        "a type of another module": setting(dtype=POPEN),
    },
    "which is no part of a model": {
        "a list as class": layers(class_name=["Dense"]),
        "a switch of the safe mode": called("keras.config", "enable_unsafe_deserialization"),
        "a reader of an archive": called("keras.utils", "get_file", "harmed", "http://127.0.0.1:9/a", True),
        "another file, unsafely": called("keras.models", "load_model", "harm.keras", None, True, False),
        "another file, by its old name": called("keras.src.saving.saving_api", "load_model", "harm.h5"),
        "a download": called("keras.utils", "get_file", "harmed", "http://127.0.0.1:9/"),
        "a layer of Keras behind another's name": layers(registered_name="Dropout"),
        "a function that makes layers": called("keras.activations", "deserialize", "relu"),
    },
    "opens other files": {
        "a pickle of PyTorch": layers(**part("keras.layers", "TorchModuleWrapper", module="gASVAAAA")),
        "a folder of TensorFlow": layers(**part("keras.layers", "TFSMLayer", filepath=str(BAIT))),
        **{
            f"words from a file by {kind} of {module}": layers(**part(module, kind, vocabulary=WORDS))
            for kind, file in LOOKUPS.items()
            for module in ("keras.layers", "builtins", f"keras.src.layers.preprocessing.{file}")
        },
    },
    "a Lambda layer": {
        "a lambda of Keras 2": layers(class_name="Lambda", module=None, config={"function": ["4wAAAA=="]}),
        "a lambda layer by its file": layers(**part("keras.src.layers.core.lambda_layer", "Lambda")),
        "a lambda as activation": setting(activation=LAMBDA),
        "a lambda in a wrapper": layers(**part("keras.layers", "TimeDistributed", **INNER)),
    },
    "filters=23,400,000": {"a giant": setting(filters=23_400_000)},
    "=-1,000,000,000": {"a negative billion": setting(lora_rank=-(10**9))},
    "=1,000,000,000": {
        "a metric of a billion": compiled(metrics=[AUC]),
        "a rank of a billion": setting(lora_rank=10**9),
        "a shape of a billion": layers(build_config={"input_shape": [None, 6, 6, 10**9]}),
    },
    "layers, called": {
        "layers by the thousand": chain(3_000),
        "calls by the thousand": again([called_with(tensor("input_layer"))] * 6_000),
    },
    "that wait for each other": {
        "a layer that waits for itself": again([called_with(tensor("conv2d"))]),
        "a layer that waits for another": again([called_with(tensor("conv2d_99"))]),
        "a layer that waits for a later call": again([called_with(tensor("input_layer", 7))]),
    },
    "how its layers are connected, but got something else": {
        "a layer of numbers, computed at once": again([called_with([[1.0] * 6] * 6)]),
        "a layer of nothing": again([{}]),
        "a layer of no whole call": again([called_with(tensor("input_layer", 0.5))]),
        "a layer of negative calls": again([called_with(tensor("conv2d", -1))]),
    },
    "to describe a model": {"no description": {"config": lambda _: b"[]"}},
    "a damaged archive": {
        "nested without end": {"config": lambda _: b'{"a":' * 20_000 + b"1" + b"}" * 20_000},
        "weights that are no HDF5": {"weights": lambda _: b"weights"},
        "weights that are a pickle": {"weights": lambda _: pickle.dumps([1, 2, 3])},
    },
    "lie elsewhere": {
        "a link to another file": linked(lambda group: h5py.ExternalLink(BAIT / "numbers.h5", "/x")),
        "a link to another place": linked(lambda group: h5py.SoftLink("/layers/dense/vars/0")),
    },
    "lie in another file": {
        "numbers in another file": stored((3, 3, 3, 2), external=[(str(BAIT / "numbers.raw"), 0, 216)]),
        "a view of another file": replaced(virtual),
    },
    "that are not there": {"four terabytes of nothing": stored((10**6, 10**6), chunks=(100, 100))},
    "that are not.": {"the same numbers often": repeated(1_000)},
    "packed, or no numbers": {
        "packed zeros": stored((3, 3, 3, 2), compression="gzip"),
        "a library that unpacks": stored((3, 3, 3, 2), chunks=(3, 3, 3, 2), scaleoffset=3),
        "texts": stored((3, 3, 3, 2), dtype=h5py.string_dtype()),
    },
    "groups of weights in": {
        "groups by the thousand": repeated(25_000),
    },
    "holds itself": {"a group in itself": linked(lambda group: group)},
    "when unpacked": {
        "descriptions of 4 MB": dict.fromkeys(("config", "metadata"), lambda text: text + b" " * 2_000_000),
        "an exploding part": with_member("assets/zeros", size=10**12),
        "a part of zeros": with_member("assets/zeros", content=bytes(2 * 10**8)),
    },
    "a part called": {
        "a climbing part": with_member("../harmed"),
        "a part that climbs on Windows": with_member("..\\harmed"),
        "a part that climbs from within": with_member("assets/../../harmed"),
        "an absolute part": with_member("/tmp/harmed"),
        "a part on a drive": with_member("C:/harmed"),
        "a part that is a link": with_member("assets/link", stat.S_IFLNK),
    },
    "another way of packing": {"parts packed in another way": packed},
    "one of them twice": {"a part that is there twice": with_member("config.json")},
    "a pickle, which": {"a pickle as a whole": renamed_pickle},
}
HOSTILE = {kind: (words, case) for words, cases in REFUSED.items() for kind, case in cases.items()}


def hostile(kind, source, target):
    """Make the model file of this kind; say with which words it has to be refused."""
    words, case = HOSTILE[kind]
    return words, case(source, target) if callable(case) else rebuilt(source, target, **case)


LOADERS = (
    model_files.load_model,
    lambda path: sharing.predict_on_backend("tensorflow", path, np.zeros((1, 6, 6, 3))),
)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_was_built_to_do_harm_is_refused_before_keras_sees_it(kind, tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model").mkdir()
    words, path = hostile(kind, tiny, tmp_path / "model" / "model.keras")
    monkeypatch.setattr(keras.saving, "load_model", lambda *args, **settings: pytest.fail("it got to Keras"))
    for load in LOADERS:
        with nothing_happens(), pytest.raises(CourseError, match=re.escape(words)) as error:
            load(path)
        assert error.value.remedy
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "model", path], "something was written"


def test_a_file_is_refused_by_its_size_alone(tiny, monkeypatch):
    monkeypatch.setattr(model_files, "LARGEST", 10_000)
    with pytest.raises(CourseError, match="when unpacked"):
        model_files.load_model(tiny)


def test_keras_loads_in_its_safe_mode_here_and_apart(tiny, monkeypatch):
    asked = []
    monkeypatch.setattr(keras.saving, "load_model", lambda path, **settings: asked.append(settings))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    model_files.load_model(tiny), apart._keras(tiny)
    assert asked == [{"safe_mode": True}] * 2
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(RuntimeError, match="another backend"):
        apart._keras(tiny)


SIDE = 9_000  # below what a setting may be
DENSE = {**part("keras.layers", "Dense", units=SIDE), "build_config": {"input_shape": [None, SIDE]}}
MEAN_IOU = part("keras.metrics", "MeanIoU", num_classes=SIDE)
LARGE = {
    "weights": (layers(**part("keras.layers", "TimeDistributed", layer=DENSE)), "to hold its weights"),
    "a metric": (compiled(metrics=[MEAN_IOU]), "to hold its weights"),
    "an output": (layers(**part("keras.layers", "UpSampling2D", size=[SIDE, SIDE])), "that compute at most"),
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_grows_while_keras_builds_it_is_stopped_in_time(kind, tiny, tmp_path):
    changes, words = LARGE[kind]
    with nothing_happens(), pytest.raises(CourseError, match=words):
        model_files.load_model(rebuilt(tiny, tmp_path / "model.keras", **changes))
    model_files.load_model(tiny)  # the next one, which is not too large


def shared(length):
    """Two layers that are called in turn, so many times."""
    inputs = values = keras.Input((6, 6, 3))
    one, two = keras.layers.ReLU(), keras.layers.Activation("tanh")
    for _ in range(length):
        values = two(one(values))
    return keras.Model(inputs, values)


def test_unusual_networks_are_welcome(tiny, tmp_path):
    path = tmp_path / "model.keras"
    for model in (shared(15), keras.Sequential([keras.Input((6, 6, 3)), keras.layers.Resizing(200, 300)])):
        model.save(path)
        assert np.array_equal(answer(model_files.load_model(path)), answer(model))
    as_keras_2_wrote_it = again([[["input_layer", 0, 0, {}]]])
    right = answer(model_files.load_model(tiny))
    assert np.array_equal(answer(model_files.load_model(rebuilt(tiny, path, **as_keras_2_wrote_it))), right)


def test_no_layer_of_keras_that_opens_files_or_runs_code_is_welcome():
    """In any version: what these arguments would hold is a file, a pickle or code."""
    suspicious = {"filepath", "vocabulary", "module", "function", "call_fn", "init_fn"}
    welcome = _model_descriptions._allowed(is_function=False)
    assert len(welcome) > 150
    for kind in welcome:
        assert not suspicious & set(inspect.signature(kind.__init__).parameters), kind


def test_text_from_a_file_is_shown_on_one_line_without_control_characters(tiny, tmp_path):
    name = "Dense\x1b[2J\n✓ all is well\u202e\r" + "x" * 10_000
    path = rebuilt(tiny, tmp_path / "model.keras", **layers(**part("theirs\x07", name)))
    with pytest.raises(CourseError, match="✓ all is well") as error:
        model_files.load_model(path)
    assert str(error.value).isprintable() and len(error.value.got) < 400
    assert "".join(error.value._render_traceback_()).isprintable()


def test_a_history_with_a_line_of_millions_is_not_read(tiny, tmp_path):
    make = with_member("history.csv", content="epoch" + ",a" * 5_000 + "\n1" + ",2" * 5_000)
    with pytest.raises(ValueError, match="a line has more than"):
        training._added(make(tiny, tmp_path / "model.keras"))


@pytest.mark.parametrize("kind", ["eval of Python", "a view of another file", "a pickle as a whole"])
def test_a_hostile_fit_in_the_learners_place_gives_way_to_the_courses(kind, tiny, monkeypatch, capsys):
    monkeypatch.chdir(tiny.parent)
    storage.FIT_OUTPUTS.mkdir()
    hostile(kind, tiny, storage.FIT_OUTPUTS / "model_intro.keras")
    (storage.FIT_OUTPUTS / "model_intro.csv").write_text("epoch,loss\n1,2.0\n", encoding="utf-8")
    with nothing_happens():
        model, _ = training.load_fit("model_intro")
    assert model.count_params() == 79_530
    assert "the course's fit" in capsys.readouterr().out


def test_the_watch_sees_what_it_must_see(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # below the temporary folder, which a relative name does not say
    for harm in (
        lambda: pickle.loads(pickle.dumps(keras.Model)),
        lambda: __import__("os").system("true"),
        lambda: (tmp_path / "harmed").touch(),
        lambda: Path("elsewhere").write_text("x", encoding="utf-8"),
    ):
        with pytest.raises(AssertionError), nothing_happens():
            harm()
