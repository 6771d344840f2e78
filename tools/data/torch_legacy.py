"""Read the weights in a file that PyTorch saved before 2020, without PyTorch.

Such a file is five pickles - magic number, version, facts about the machine, the tensors, the keys of their
storages - followed by the numbers of each storage. Only the names below may occur in it: a pickle that asks
for anything else is refused, so that reading a file never runs code from it.
"""

import pickle
import struct
from collections import OrderedDict

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
STORAGES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read(file):
    """Read all tensors of a state dictionary: {name: array}, in the order of the file."""
    magic, _, machine = (_Unpickler(file).load() for _ in range(3))
    if magic != MAGIC or not machine["little_endian"]:
        raise ValueError("not a file of PyTorch's format before 2020 with little-endian numbers")
    tensors, keys = (_Unpickler(file).load() for _ in range(2))
    dtypes = dict(tensor.storage for tensor in tensors.values())
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        storages[key] = np.frombuffer(file.read(count * dtypes[key].itemsize), dtypes[key])
    return {name: tensor.on(storages) for name, tensor in tensors.items()}


class _Tensor:
    """A view of a storage. Views are stored as they are: a transposed tensor has its strides swapped."""

    def __init__(self, storage, offset, shape, strides, *others):
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def on(self, storages):
        key, dtype = self.storage
        strides = [dtype.itemsize * stride for stride in self.strides]
        view = np.lib.stride_tricks.as_strided(storages[key][self.offset :], self.shape, strides)
        return view.copy()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
            **{("torch", storage): dtype for storage, dtype in STORAGES.items()},
        }
        if (module, name) not in known:
            raise ValueError(f"the file asks for {module}.{name}, which no file of weights needs")
        return known[module, name]

    def persistent_load(self, entry):
        """Name a storage by its key and the type of its numbers."""
        _, dtype, key, *_ = entry
        return key, dtype
