"""Damaged GGUF files: seeded mutations of a valid file's header, and models written with one wrong value.

Byte mutations reach the reader's every branch; values that are wrong in a well-formed file (`wrong_values`) reach
llama.cpp itself. Used by the fuzz tests, with `tests/gguf_child.py` as the process that may crash.
"""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gguf

V = gguf.GGUFValueType

NASTY = (
    0,
    1,
    2,
    3,
    4,
    7,
    12,
    13,
    255,
    2**15,
    2**16,
    2**20,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**40,
    2**63 - 1,
    2**63,
    2**64 - 1,
)
"""Lengths, counts and numbers that overflow something, and small ones that are types."""


def mutate(rng: random.Random, data: bytes, header_size: int) -> bytes:
    """Return the file's bytes with one to four damages in its header."""
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        damage = rng.choice((_flip, _overwrite, _splice, _number, _number, _key_value, _key_value, _truncate))
        damage(rng, damaged, min(header_size, len(damaged)))
        if len(damaged) < 24:
            break
    return bytes(damaged)


def _flip(rng: random.Random, data: bytearray, size: int) -> None:
    data[rng.randrange(size)] ^= 1 << rng.randrange(8)


def _overwrite(rng: random.Random, data: bytearray, size: int) -> None:
    at = rng.randrange(size)
    for i in range(at, min(at + rng.randrange(1, 16), size)):
        data[i] = rng.randrange(256)


def _splice(rng: random.Random, data: bytearray, size: int) -> None:
    """Copy, cut or repeat a region, which moves everything after it."""
    begin, end = sorted((rng.randrange(size), rng.randrange(size)))
    end = min(end, begin + 200)
    at = rng.randrange(size)
    piece = data[begin:end]
    if rng.random() < 0.5:
        del data[begin:end]
    else:
        data[at:at] = piece


def _number(rng: random.Random, data: bytearray, size: int) -> None:
    """Replace a 4- or 8-byte number, in the counts at the front more often than elsewhere."""
    at = rng.choice((4, 8, 16)) if rng.random() < 0.15 else rng.randrange(size)
    width = rng.choice((4, 8))
    new = (rng.choice(NASTY) % (1 << 8 * width)).to_bytes(width, "little")
    data[at : at + width] = new[: max(0, len(data) - at)]


def _key_value(rng: random.Random, data: bytearray, size: int) -> None:
    """Change the type or the value after a key."""
    keys = (b"llama.", b"tokenizer.", b"general.", b".weight")
    places = [i for key in keys for i in _all(data, key, size)]
    if not places:
        return
    at = rng.choice(places)
    length_at = at - 8
    n = int.from_bytes(data[length_at:at], "little")
    value_at = min(at + (n if n < 100 else 20), len(data) - 12)
    new = rng.choice(NASTY) % (1 << 32) if rng.random() < 0.5 else rng.randrange(14)
    where = value_at if rng.random() < 0.5 else value_at + 4
    data[where : where + 4] = struct.pack("<I", new)


def _all(data: bytearray, key: bytes, size: int) -> Iterator[int]:
    at = data.find(key, 8, size)
    while at >= 0:
        yield at
        at = data.find(key, at + 1, size)


def _truncate(rng: random.Random, data: bytearray, size: int) -> None:
    if rng.random() < 0.3:
        del data[rng.randrange(len(data)) :]


def rewrite(
    path: Path,
    source: Path,
    *,
    changes: Mapping[str, tuple[Any, ...]] | None = None,
    drop: Collection[str] = (),
    rename: Mapping[str, str] | None = None,
    data: Mapping[str, tuple[Any, gguf.GGMLQuantizationType | None]] | None = None,
    only: Collection[str] | None = None,
) -> Path:
    """Write a copy of a small GGUF with some things changed; the file stays well-formed.

    Args:
        changes: Values and types by key: `(value, type)`, or `(items, ARRAY, type)`; `general.architecture`: `(name,)`.
        drop: Keys and tensors to leave out.
        rename: New names of tensors.
        data: Other contents of tensors, with their types.
        only: The tensors to write, if not all.
    """
    reader = gguf.GGUFReader(source)
    changed = dict(changes or {})
    architecture = changed.pop("general.architecture", ("llama",))[0]
    writer = gguf.GGUFWriter(path, architecture)
    for key, field in reader.fields.items():
        if not key.startswith("GGUF.") and key not in (*changed, *drop, "general.architecture"):
            name = f"{architecture}.{key[6:]}" if key.startswith("llama.") else key
            _add_value(writer, name, field.contents(), field.types)
    for key, (value, *types) in changed.items():
        _add_value(writer, key, value, types)
    for tensor in reader.tensors:
        if tensor.name not in drop and (only is None or tensor.name in only):
            content, kind = (data or {}).get(tensor.name, (tensor.data, None))
            writer.add_tensor((rename or {}).get(tensor.name, tensor.name), content, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_value(writer: gguf.GGUFWriter, key: str, value: Any, types: Sequence[gguf.GGUFValueType]) -> None:
    writer.add_key_value(key, value, types[0], types[1] if len(types) > 1 else None)


def wrong_values(n_vocab: int) -> Iterator[tuple[str, Any, list[gguf.GGUFValueType]]]:
    """Yield key, value and types, each of which replaces or joins a tiny llama's metadata."""
    for name in INTEGERS:
        for number in (0, 1, 3, 5, 31, 1000, 65536, 2**31 - 1, 2**32 - 1):
            yield f"llama.{name}", number, [V.UINT32]
        yield f"llama.{name}", "x", [V.STRING]
        yield f"llama.{name}", -1, [V.INT32]
        yield f"llama.{name}", [2**32 - 1, 1], [V.ARRAY, V.UINT32]
        yield f"llama.{name}", [4] * 600, [V.ARRAY, V.UINT32]
    for name in FLOATS:
        for value in (0.0, -1.0, 1e-30, 1e30, float("inf"), float("nan")):
            yield f"llama.{name}", value, [V.FLOAT32]
    for name in ("bogus", "", "linear", "yarn"):
        yield "llama.rope.scaling.type", name, [V.STRING]
    for name in ("llama", "bert", "t5", "rwkv", "plamo2", "none", "no_vocab", "bogus", ""):
        yield "tokenizer.ggml.model", name, [V.STRING]
    for name in ("bos", "eos", "eot", "unknown", "padding"):
        for number in (n_vocab - 1, n_vocab, 2**31, 2**32 - 1):
            yield f"tokenizer.ggml.{name}_token_id", number, [V.UINT32]
    yield from _wrong_vocabularies(n_vocab)


def _wrong_vocabularies(n_vocab: int) -> Iterator[tuple[str, Any, list[gguf.GGUFValueType]]]:
    for n in (1, n_vocab - 1, n_vocab + 1):
        yield "tokenizer.ggml.tokens", [str(i) for i in range(n)], [V.ARRAY, V.STRING]
        yield "tokenizer.ggml.token_type", [1] * n, [V.ARRAY, V.INT32]
        yield "tokenizer.ggml.scores", [1.0] * n, [V.ARRAY, V.FLOAT32]
    for kind, value in ((V.UINT8, 1), (V.INT64, 1), (V.STRING, "x"), (V.FLOAT32, 1.0), (V.BOOL, True)):
        for name in ("tokens", "token_type", "scores", "merges"):
            yield f"tokenizer.ggml.{name}", [value] * n_vocab, [V.ARRAY, kind]
            yield f"tokenizer.ggml.{name}", value, [kind]
    for number in (0, 2, 3, 5, 6, 7, -1):
        yield "tokenizer.ggml.token_type", [number] * n_vocab, [V.ARRAY, V.INT32]
    for text in ("", "a", " ", "<0x00>"):
        yield "tokenizer.ggml.tokens", [text] * n_vocab, [V.ARRAY, V.STRING]
        yield "tokenizer.ggml.merges", [text] * n_vocab, [V.ARRAY, V.STRING]


INTEGERS = (
    "block_count",
    "context_length",
    "embedding_length",
    "feed_forward_length",
    "vocab_size",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    "rope.dimension_count",
    "expert_count",
    "expert_used_count",
    "expert_group_count",
    "nextn_predict_layers",
    "leading_dense_block_count",
)

FLOATS = (
    "rope.freq_base",
    "attention.layer_norm_rms_epsilon",
    "rope.scaling.factor",
    "logit_scale",
    "attention.scale",
)

WEIGHT_TYPES = tuple(kind for kind in gguf.GGMLQuantizationType if kind not in (0, 1))
"""Types other than F32 and F16, for tensors written with bytes that say nothing."""


class LlamaChild:
    """A process that loads models with llama.cpp, asked file by file and started again when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.crashes: list[str] = []

    def load(self, path: Path, *, adapter: Path | None = None) -> str:
        """Return what came of loading: `null`, `model`, `decoded`, ... or `crash`, of which `crashes` says more."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{path}\t{adapter or ''}\n")
        process.stdin.flush()
        answer = process.stdout.readline().strip()
        if answer:
            return answer
        _, errors = process.communicate()
        self._process = None
        self.crashes.append(f"exit status {process.returncode}: {errors[-300:]}")
        return "crash"

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("gguf_child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
