"""What a pickle of torch.save says about tensors: where in which storage each has its values.

Nothing of torch is imported or called: its functions are known by their names here, and any other name is refused. That is
the promise of torch's `weights_only=True`, kept more strictly, and without torch.

What torch writes: `torch/_utils.py` (functions that rebuild tensors) and `torch/serialization.py` (references to storages).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from umi_convert.errors import CheckpointError
from umi_convert.pickle_machine import keyed, run_pickle

MAX_DIMS = 64
MAX_COUNT = (1 << 63) - 1

_WIDTHS = (8, 16, 32, 64)

STORAGE_DTYPES = {
    "DoubleStorage": "F64",
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "BFloat16Storage": "BF16",
    "LongStorage": "I64",
    "IntStorage": "I32",
    "ShortStorage": "I16",
    "CharStorage": "I8",
    "ByteStorage": "U8",
    "BoolStorage": "BOOL",
    "ComplexFloatStorage": "C64",
    "ComplexDoubleStorage": "C128",
    "UntypedStorage": "U8",
}
"""Classes of `torch` and what they hold, by safetensors' names."""

DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "bool": "BOOL",
    "complex64": "C64",
    "complex128": "C128",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "float8_e8m0fnu": "F8_E8M0",
    "float8_e4m3fnuz": "F8_E4M3FNUZ",
    "float8_e5m2fnuz": "F8_E5M2FNUZ",
    **{f"int{n}": f"I{n}" for n in _WIDTHS},
    **{f"uint{n}": f"U{n}" for n in _WIDTHS},
}
"""Types of tensors whose storage says nothing about it."""

_REBUILDERS = {"_rebuild_tensor": 4, "_rebuild_tensor_v2": 6, "_rebuild_tensor_v3": 7}
"""Functions of `torch._utils` that make a tensor, and how many arguments they need."""

_WRAPPERS = ("_rebuild_parameter", "_rebuild_parameter_with_state")
"""Functions of `torch._utils` that make a parameter of a tensor, their first argument."""


@dataclass(frozen=True, slots=True)
class Storage:
    """A run of values that tensors look into; `begin` is where a view of it begins, counted in values."""

    key: str
    dtype: str
    begin: int = 0


@dataclass(frozen=True, slots=True)
class PickledTensor:
    """A tensor's look into a storage; offset and strides are counted in values."""

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """The name of a function or class, which is never looked up."""

    name: str


def read_pickle(file: BinaryIO, path: Path) -> Any:
    """Return the value that one pickle describes; `file` stands after it then.

    Its tensors are `PickledTensor`s, in dictionaries, lists and tuples as they were saved.

    Raises:
        CheckpointError: It needs a function other than those that rebuild tensors, is cut off, or isn't sound.
    """
    return run_pickle(file, path, _Torch(path))


class _Torch:
    """What the names in a pickle mean; implements `Meaning`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def symbol(self, name: str) -> Symbol:
        if not _is_known(name):
            raise CheckpointError(
                self._path,
                f"it holds more than tensors: {name[:200]!r}. It isn't loaded, because that would run code out of the file",
                hint="Use a safetensors version of it, or save its state_dict alone.",
            )
        return Symbol(name)

    def outside(self, described: Any) -> Storage:
        match described:
            case ("storage", Symbol(name), str(key), _, int()) | ("storage", Symbol(name), str(key), _, int(), None):
                return Storage(key, self._storage_dtype(name))
            case ("storage", Symbol(name), str(key), _, int(), (_, int(begin), int())) if 0 <= begin <= MAX_COUNT:
                return Storage(key, self._storage_dtype(name), begin)
            case _:
                raise self._fail("its pickle refers to data outside of it in a way that isn't torch's")

    def called(self, function: Any, arguments: tuple[Any, ...]) -> Any:
        name = function.name.rpartition(".")[2] if type(function) is Symbol else ""
        if name in _REBUILDERS and len(arguments) >= _REBUILDERS[name]:
            return self._tensor(name, arguments)
        if name in _WRAPPERS and arguments and type(arguments[0]) is PickledTensor:
            return arguments[0]
        if name == "OrderedDict" and not arguments:
            return {}
        if name == "OrderedDict" and len(arguments) == 1 and _are_pairs(arguments[0]):
            return keyed(arguments[0], self._path)  # as Python 2 wrote it
        if name in ("Size", "device") and len(arguments) in (1, 2):
            return arguments[0]
        raise self._fail(f"its pickle calls {name!r} in a way that torch doesn't")

    def with_attributes(self, value: Any) -> Any:
        if type(value) not in (dict, PickledTensor):  # an OrderedDict's or a parameter's say nothing about values
            raise self._fail("its pickle sets attributes of what isn't a tensor or a dictionary")
        return value

    def _tensor(self, name: str, arguments: tuple[Any, ...]) -> PickledTensor:
        storage, offset, shape, strides = arguments[:4]
        known = type(storage) is Storage and _are_counts((offset,)) and _are_counts(shape) and _are_counts(strides)
        flipped = name != "_rebuild_tensor" and any(arguments[_REBUILDERS[name] :])  # a lazy conjugate or negative
        if not known or flipped or len(shape) != len(strides):
            raise self._fail("its pickle describes a tensor in a way that can't be read")
        tensor = PickledTensor(storage, storage.dtype, offset, shape, strides)
        if name != "_rebuild_tensor_v3":
            return tensor
        dtype = arguments[6].name.rpartition(".")[2] if type(arguments[6]) is Symbol else ""
        if dtype not in DTYPES:
            raise self._fail("its pickle describes a tensor of an unknown type")
        return replace(tensor, dtype=DTYPES[dtype])

    def _storage_dtype(self, name: str) -> str:
        kind = STORAGE_DTYPES.get(name.rpartition(".")[2])
        if kind is None:
            raise self._fail(f"its pickle has values of the unknown kind {name!r}")
        return kind

    def _fail(self, reason: str) -> CheckpointError:
        return CheckpointError(self._path, reason)


def _is_known(full: str) -> bool:
    module, _, name = full.rpartition(".")
    if module in ("torch", "torch.cuda", "torch.storage"):
        return name in STORAGE_DTYPES or (module == "torch" and (name in DTYPES or name in ("Size", "device")))
    if module == "torch._utils":
        return name in _REBUILDERS or name in _WRAPPERS
    return full == "collections.OrderedDict"


def _are_pairs(values: object) -> bool:
    return type(values) is list and all(type(pair) in (list, tuple) and len(pair) == 2 for pair in values)


def _are_counts(values: Any) -> bool:
    short = type(values) is tuple and len(values) <= MAX_DIMS
    return short and all(type(value) is int and 0 <= value <= MAX_COUNT for value in values)
