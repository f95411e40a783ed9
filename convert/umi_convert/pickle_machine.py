"""Follow a pickle's instructions as far as plain values go: texts, numbers, lists, tuples and dictionaries.

A pickle is a program for a small machine with a stack, and one of its instructions calls any function there is. Here
nothing is imported and nothing is called: what names and calls mean is asked of a `Meaning`, which only makes values. So a
pickle from a stranger can do no harm, and what it claims about sizes is believed only as far as the file has bytes.

Instructions: `Lib/pickletools.py` of CPython.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from umi_convert.errors import CheckpointError

MAX_ITEM_BYTES = 16 << 20
"""Of a single text or number."""

MAX_NAME_BYTES = 1 << 12

_MARK = object()


class Meaning(Protocol):
    """What the instructions that reach outside mean; each method returns a value or raises CheckpointError."""

    def symbol(self, name: str) -> object:
        """Return what stands for `module.name`, which is never looked up."""
        ...

    def outside(self, described: Any) -> object:
        """Return what stands for data that the pickle only refers to."""
        ...

    def called(self, function: Any, arguments: tuple[Any, ...]) -> object:
        """Return what stands for a function's result."""
        ...

    def with_attributes(self, value: Any) -> object:
        """Return a value whose attributes are to be set, which isn't done."""
        ...


def run_pickle(file: BinaryIO, path: Path, meaning: Meaning) -> Any:
    """Return the value that one pickle describes; `file` stands after it then.

    Args:
        path: Of the file that the pickle is in, for messages.

    Raises:
        CheckpointError: It is cut off, has an instruction that no plain values need, or isn't sound.
    """
    return _Machine(file, path, meaning).run()


def keyed(pairs: Iterable[Iterable[Any]], path: Path) -> dict[Any, Any]:
    """Return a dictionary of pairs; only plain keys are taken, for hashing a deep tuple could overrun the stack.

    Raises:
        CheckpointError: A key is something else.
    """
    found = {}
    for key, value in pairs:
        if type(key) not in (str, int, float, bool, type(None)):
            raise CheckpointError(path, f"its pickle has a dictionary with a key that is a {type(key).__name__}")
        found[key] = value
    return found


class _Machine:
    """The stack, the marks and the memory of one pickle."""

    def __init__(self, file: BinaryIO, path: Path, meaning: Meaning) -> None:
        self._file = file
        self._path = path
        self._meaning = meaning
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        while True:
            code = self._take(1)
            if code == b".":
                return self._pop()
            if code not in _INSTRUCTIONS:
                raise self._fail(f"its pickle has the instruction {code!r}, which no tensors need")
            _INSTRUCTIONS[code](self)

    def _fail(self, reason: str) -> CheckpointError:
        return CheckpointError(self._path, reason)

    def _take(self, n: int) -> bytes:
        if n > MAX_ITEM_BYTES:
            raise self._fail(f"its pickle claims an item of {n:,} bytes; at most {MAX_ITEM_BYTES:,} are allowed")
        try:
            data = self._file.read(n)
        except OSError as error:
            raise self._fail(f"it can't be read: {error}") from error
        if len(data) < n:
            raise self._fail("its pickle ends in the middle (cut off?)")
        return data

    def number(self, n: int, *, signed: bool = False) -> int:
        return int.from_bytes(self._take(n), "little", signed=signed)

    def line(self) -> str:
        line = self._file.readline(1 << 12)
        if not line.endswith(b"\n"):
            raise self._fail("its pickle has a name without an end")
        return line[:-1].decode("utf-8", "replace")

    def text(self, n_length: int, encoding: str = "utf-8") -> None:
        try:
            self.push(self._take(self.number(n_length)).decode(encoding, "surrogatepass"))
        except UnicodeDecodeError:
            raise self._fail("its pickle has a text that isn't UTF-8") from None

    def raw(self, n_length: int) -> None:
        self.push(self._take(self.number(n_length)))

    def long(self, n_length: int) -> None:
        self.push(self.number(self.number(n_length), signed=True))

    def real(self) -> None:
        self.push(struct.unpack(">d", self._take(8))[0])

    def push(self, value: Any) -> None:
        self._stack.append(value)

    def _pop(self) -> Any:
        if not self._stack or self._stack[-1] is _MARK:
            raise self._fail("its pickle takes from an empty stack")
        return self._stack.pop()

    def _pop_to_mark(self) -> list[Any]:
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at] is _MARK:
                items = self._stack[at + 1 :]
                del self._stack[at:]
                return items
        raise self._fail("its pickle wants a mark that isn't there")

    def remember(self, index: int) -> None:
        self._memo[index] = value = self._pop()
        self.push(value)

    def memoize(self) -> None:
        self.remember(len(self._memo))

    def recall(self, index: int) -> None:
        if index not in self._memo:
            raise self._fail(f"its pickle recalls value {index}, which it never stored")
        self.push(self._memo[index])

    def tuple_to_mark(self) -> None:
        self.push(tuple(self._pop_to_mark()))

    def tuple_of(self, n: int) -> None:
        self.push(tuple(reversed([self._pop() for _ in range(n)])))

    def append(self) -> None:
        self._extend([self._pop()])

    def extend_to_mark(self) -> None:
        self._extend(self._pop_to_mark())

    def _extend(self, items: list[Any]) -> None:
        target = self._pop()
        if type(target) is not list:
            raise self._fail("its pickle appends to what isn't a list")
        target.extend(items)
        self.push(target)

    def set_item(self) -> None:
        value = self._pop()
        self._update([self._pop(), value])

    def update_to_mark(self) -> None:
        self._update(self._pop_to_mark())

    def _update(self, items: list[Any]) -> None:
        target = self._pop()
        if type(target) is not dict or len(items) % 2:
            raise self._fail("its pickle sets keys of what isn't a dictionary")
        target.update(keyed(zip(items[::2], items[1::2], strict=True), self._path))
        self.push(target)

    def name(self) -> None:
        module, name = self.line(), self.line()
        self._push_symbol(module, name)

    def name_from_stack(self) -> None:
        name, module = self._pop(), self._pop()
        self._push_symbol(module, name)

    def _push_symbol(self, module: Any, name: Any) -> None:
        full = f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else "something without a name"
        self.push(self._meaning.symbol(full))

    def outside(self) -> None:
        self.push(self._meaning.outside(self._pop()))

    def call(self) -> None:
        arguments, function = self._pop(), self._pop()
        if type(arguments) is not tuple:
            raise self._fail("its pickle calls a function without arguments")
        self.push(self._meaning.called(function, arguments))

    def build(self) -> None:
        self._pop()
        self.push(self._meaning.with_attributes(self._pop()))


_INSTRUCTIONS: dict[bytes, Callable[[_Machine], object]] = {
    b"\x80": lambda m: m.number(1),  # which version of the protocol
    b"\x95": lambda m: m.number(8),  # how long a frame is
    b"(": lambda m: m.push(_MARK),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"J": lambda m: m.push(m.number(4, signed=True)),
    b"K": lambda m: m.push(m.number(1)),
    b"M": lambda m: m.push(m.number(2)),
    b"\x8a": lambda m: m.long(1),
    b"\x8b": lambda m: m.long(4),
    b"G": _Machine.real,
    b"X": lambda m: m.text(4),
    b"\x8c": lambda m: m.text(1),
    b"\x8d": lambda m: m.text(8),
    b"U": lambda m: m.text(1, "latin-1"),
    b"T": lambda m: m.text(4, "latin-1"),
    b"C": lambda m: m.raw(1),
    b"B": lambda m: m.raw(4),
    b")": lambda m: m.push(()),
    b"t": _Machine.tuple_to_mark,
    b"\x85": lambda m: m.tuple_of(1),
    b"\x86": lambda m: m.tuple_of(2),
    b"\x87": lambda m: m.tuple_of(3),
    b"]": lambda m: m.push([]),
    b"a": _Machine.append,
    b"e": _Machine.extend_to_mark,
    b"}": lambda m: m.push({}),
    b"s": _Machine.set_item,
    b"u": _Machine.update_to_mark,
    b"q": lambda m: m.remember(m.number(1)),
    b"r": lambda m: m.remember(m.number(4)),
    b"\x94": _Machine.memoize,
    b"h": lambda m: m.recall(m.number(1)),
    b"j": lambda m: m.recall(m.number(4)),
    b"c": _Machine.name,
    b"\x93": _Machine.name_from_stack,
    b"Q": _Machine.outside,
    b"R": _Machine.call,
    b"b": _Machine.build,
}
"""All instructions that are followed, by their byte."""
