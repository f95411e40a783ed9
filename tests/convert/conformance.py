"""llama.cpp's own converter as an oracle: found in the source distribution of the installed llama-cpp-python.

The distribution is downloaded once, with pip, and only its Python scripts and vocabularies are unpacked. They run out of
tree in one child process for many jobs, since importing torch and transformers takes longer than a small conversion. Files
are compared with a reader of their own, which shares no code with what wrote them.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import mmap
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import platformdirs
import pytest

MODEL_SCRIPT = "convert_hf_to_gguf.py"
ADAPTER_SCRIPT = "convert_lora_to_gguf.py"

NAMES_AND_DATES = ("general.name", "general.date", "umi.*")
"""Keys in which files may differ."""

_UNPACKED = (
    "vendor/llama.cpp/LICENSE",
    "vendor/llama.cpp/convert_*.py",
    "vendor/llama.cpp/conversion/*",
    "vendor/llama.cpp/gguf-py/*",
    "vendor/llama.cpp/models/ggml-vocab-*.gguf",
)

# Runs each job in one process; what it says is thrown away, the error of a failed one is kept.
_DRIVER = """
import contextlib, io, json, runpy, sys, traceback
scripts, jobs = sys.argv[1], json.loads(sys.stdin.read())
sys.path.insert(0, scripts)
results, out = [], sys.stdout
for script, *arguments in jobs:
    sys.argv = [script, *arguments]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            runpy.run_path(f"{scripts}/{script}", run_name="__main__")
        results.append(None)
    except (Exception, SystemExit):
        results.append(said.getvalue()[-2000:] + traceback.format_exc()[-2000:])
json.dump(results, out)
"""


def llama_cpp_scripts() -> Path:
    """Return the folder with llama.cpp's converter; it is downloaded when it isn't there yet."""
    version = importlib.metadata.version("llama-cpp-python")
    cache = Path(os.environ.get("UMI_TEST_CACHE") or platformdirs.user_cache_path("umi-local-tests"))
    folder = cache / f"llama.cpp-{version}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            archive = _archive(version, cache, Path(temporary))
            unpacked = Path(temporary) / "unpacked"
            _unpack(archive, unpacked)
            with contextlib.suppress(OSError):  # another run was faster
                unpacked.rename(folder)
    return folder


def run_llama_cpp(jobs: Sequence[Sequence[str | Path]]) -> list[str | None]:
    """Run llama.cpp's scripts in one process.

    Args:
        jobs: A script's name and its arguments each.

    Returns:
        For each job, None or what it said when it failed.
    """
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER, str(llama_cpp_scripts())],
        input=json.dumps([[str(part) for part in job] for job in jobs]),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    results: list[str | None] = json.loads(done.stdout)
    return results


@dataclass(frozen=True, slots=True)
class Gguf:
    """A file's content: values with their types, and tensors as (shape, type, bytes)."""

    values: Mapping[str, tuple[Any, ...]]
    tensors: Mapping[str, tuple[tuple[int, ...], int, bytes]] = field(repr=False)


def read_gguf(path: Path) -> Gguf:
    """Read a GGUF, version 3, little-endian (ggml: docs/gguf.md)."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return _Reader(content).read()


def assert_same_gguf(ours: Path, theirs: Path, *, ignore: Iterable[str] = NAMES_AND_DATES) -> None:
    """Check that two files hold the same values and tensors; bytes are compared, not numbers."""
    one, other = read_gguf(ours), read_gguf(theirs)
    patterns = tuple(ignore)
    kept = [{k: v for k, v in f.values.items() if not any(fnmatch(k, p) for p in patterns)} for f in (one, other)]
    assert kept[0].keys() == kept[1].keys(), f"keys: {sorted(kept[0].keys() ^ kept[1].keys())}"
    different = {key: (_short(kept[0][key]), _short(kept[1][key])) for key in kept[0] if kept[0][key] != kept[1][key]}
    assert not different, f"(ours, theirs): {different}"
    assert list(one.tensors) == list(other.tensors)
    wrong = [name for name in one.tensors if one.tensors[name] != other.tensors[name]]
    assert not wrong, {name: (one.tensors[name][:2], other.tensors[name][:2]) for name in wrong}
    assert one.tensors


# ggml's types by number: values a block, bytes a block (ggml/src/ggml.c). Converters write no others here.
_BLOCKS = {0: (1, 4), 1: (1, 2), 8: (32, 34), 30: (1, 2)}
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


class _Reader:
    def __init__(self, content: mmap.mmap) -> None:
        self._content, self._at = content, 0

    def read(self) -> Gguf:
        magic, version, n_tensors, n_values = self._take("4sIQQ")
        assert (magic, version) == (b"GGUF", 3)
        values = {self._text().decode(): self._value(self._take("I")[0]) for _ in range(n_values)}
        infos = [self._info() for _ in range(n_tensors)]
        alignment = values.get("general.alignment", (4, 32))[1]
        begin = -(-self._at // alignment) * alignment
        tensors = {}
        for name, shape, kind, offset in infos:
            n_values_a_block, n_bytes_a_block = _BLOCKS[kind]
            size = n_bytes_a_block
            for dimension in shape:
                size *= dimension
            size //= n_values_a_block
            assert begin + offset + size <= len(self._content), name
            assert offset % alignment == 0, name
            tensors[name] = (shape, kind, self._content[begin + offset : begin + offset + size])
        return Gguf(values, tensors)

    def _take(self, layout: str) -> tuple[Any, ...]:
        taken = struct.unpack_from(f"<{layout}", self._content, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return taken

    def _text(self) -> bytes:
        (length,) = self._take("Q")
        self._at += length
        return self._content[self._at - length : self._at]

    def _value(self, kind: int) -> tuple[Any, ...]:
        if kind == _STRING:
            return kind, self._text()
        if kind != _ARRAY:
            return kind, *self._take(_SCALARS[kind])
        element, length = self._take("IQ")
        if element == _STRING:
            return kind, element, tuple(self._text() for _ in range(length))
        return kind, element, self._take(f"{length}{_SCALARS[element]}")

    def _info(self) -> tuple[str, tuple[int, ...], int, int]:
        name = self._text().decode()
        (n_dimensions,) = self._take("I")
        shape = self._take(f"{n_dimensions}Q")
        kind, offset = self._take("IQ")
        return name, shape, kind, offset


def _archive(version: str, cache: Path, temporary: Path) -> Path:
    """Return the source distribution; pip asks for its metadata too, but compiles nothing."""
    name = f"llama_cpp_python-{version}.tar.gz"
    if (cache / name).is_file():
        return cache / name
    wanted = ["--no-deps", "--no-binary", "llama-cpp-python", f"llama-cpp-python=={version}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(temporary), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    if done.returncode:
        message = f"llama-cpp-python's source distribution can't be had: {done.stderr.strip()[-300:]}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return temporary / name


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in tar:
            inside = member.name.partition("/")[2]
            if not member.isfile() or ".." in inside or not any(fnmatch(inside, pattern) for pattern in _UNPACKED):
                continue
            path = folder / inside.removeprefix("vendor/llama.cpp/")
            path.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            assert source is not None
            with source, path.open("wb") as file:
                shutil.copyfileobj(source, file)
    assert (folder / MODEL_SCRIPT).is_file()


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) < 300 else shown[:300] + "..."
