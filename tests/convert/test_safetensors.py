"""Reading safetensors files: equal to what the library wrote, and refused where the library would refuse."""

from __future__ import annotations

import json
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from umi_convert.errors import CheckpointError
from umi_convert.safetensors_file import open_safetensors, read_safetensors
from umi_convert.tensors import DType

SHAPES = st.lists(st.integers(0, 6), max_size=3).map(tuple)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda n: n != "__metadata__")


def written(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    path.write_bytes(save(arrays))
    return path


def file_of(path: Path, header: object, data: bytes = b"") -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)
    return path


def entry(dtype: str, shape: list[int], begin: int, end: int) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def refusal(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        open_safetensors(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@given(st.data())
def test_what_the_library_writes_is_read_back_bit_by_bit(tmp_path_factory, data):
    shapes = data.draw(st.dictionaries(NAMES, st.tuples(SHAPES, st.sampled_from(["f4", "f2"])), max_size=5))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    arrays = {
        name: np.frombuffer(rng.bytes(int(np.prod(shape)) * np.dtype(kind).itemsize), kind).reshape(shape)
        for name, (shape, kind) in shapes.items()
    }
    tensors = read_safetensors(written(tmp_path_factory.mktemp("st") / "x.safetensors", arrays))
    assert list(tensors) == sorted(arrays)
    for name, tensor in tensors.items():
        array = arrays[name]
        assert tensor.shape == (array.shape or (1,))
        rows = array.reshape(tensor.n_rows, tensor.shape[-1])
        start = data.draw(st.integers(0, tensor.n_rows))
        stop = data.draw(st.integers(start, tensor.n_rows))
        read = tensor.read(start, stop)
        assert read.dtype == array.dtype
        assert read.shape == (stop - start, tensor.shape[-1])
        assert read.tobytes() == rows[start:stop].tobytes()


def test_bfloat16_is_read_as_its_bits(tmp_path):
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    values = torch.randn(5, 3, generator=torch.Generator().manual_seed(0)).bfloat16()
    save_file({"w": values}, str(tmp_path / "x.safetensors"))
    tensor = read_safetensors(tmp_path / "x.safetensors")["w"]
    assert tensor.dtype is DType.BF16
    assert np.array_equal(tensor.whole(), values.view(torch.int16).numpy().view(np.uint16))


def test_float64_is_rounded_to_float32(tmp_path):
    values = np.array([[0.1, 1e300], [-2.5, 3.0]])
    tensor = read_safetensors(written(tmp_path / "x.safetensors", {"w": values}))["w"]
    assert tensor.dtype is DType.F32
    assert tensor.whole().tolist() == [[np.float32(0.1), np.inf], [-2.5, 3.0]]


def test_rows_are_read_by_many_threads_at_once(tmp_path):
    values = np.arange(4000, dtype=np.float32).reshape(400, 10)
    tensor = read_safetensors(written(tmp_path / "x.safetensors", {"a": -values, "w": values}))["w"]
    wrong: list[int] = []

    def reading(step: int) -> None:
        wrong.extend(n for n in range(0, 400, step) if not np.array_equal(tensor.read(n, n + 1)[0], values[n]))

    threads = [threading.Thread(target=reading, args=(step,)) for step in (1, 3, 7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_types_that_cannot_be_converted_are_kept_apart_with_a_reason(tmp_path):
    header = {
        "f8": entry("F8_E4M3", [4], 0, 4),
        "ids": entry("I64", [1], 4, 12),
        "w": entry("F16", [2], 12, 16),
        "w4": entry("F4", [4], 16, 18),
    }
    file = open_safetensors(file_of(tmp_path / "x.safetensors", header, bytes(18)))
    assert list(file.tensors) == ["w"]
    assert {name: reason.split(":")[0] for name, reason in file.unreadable.items()} == {
        "f8": "F8_E4M3",
        "ids": "I64",
        "w4": "F4",
    }
    assert "bf16" in file.unreadable["f8"]


def test_a_file_that_must_be_readable_names_all_its_unreadable_tensors(tmp_path):
    header = {f"f{n}": entry("F8_E5M2", [1], n, n + 1) for n in range(3)} | {"i": entry("I8", [1], 3, 4)}
    path = file_of(tmp_path / "x.safetensors", header, bytes(4))
    with pytest.raises(CheckpointError, match=r"'f0' and 2 more: F8_E5M2.*\n.*'i': I8"):
        read_safetensors(path)


def test_every_truncation_is_refused(tmp_path):
    whole = save({"a": np.ones((2, 3), np.float32), "b": np.ones(4, np.float16)}, metadata={"format": "pt"})
    path = tmp_path / "x.safetensors"
    for n in range(len(whole)):
        path.write_bytes(whole[:n])
        refusal(path)


def test_bytes_after_the_tensors_are_refused(tmp_path):
    path = written(tmp_path / "x.safetensors", {"a": np.ones(3, np.float32)})
    path.write_bytes(path.read_bytes() + b"\0")
    assert "goes on" in refusal(path)


@given(st.data())
def test_a_changed_header_is_refused_or_read_as_the_library_reads_it(tmp_path_factory, data):
    """The library is the oracle: nothing that it refuses passes, and what passes has the values that it finds."""
    whole = bytearray(save({"a": np.ones((2, 3), np.float32), "bb": np.arange(4, dtype=np.float16)}))
    at = data.draw(st.integers(0, len(whole) - 33))
    whole[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("st") / "x.safetensors"
    path.write_bytes(bytes(whole))
    try:
        file = open_safetensors(path)
    except CheckpointError:
        return
    with safe_open(path, "numpy") as opened:
        assert sorted(opened.keys()) == sorted((*file.tensors, *file.unreadable))
        for name, tensor in file.tensors.items():
            assert np.array_equal(opened.get_tensor(name).reshape(tensor.shape), tensor.whole())


GOOD = {"a": entry("F32", [2], 0, 8), "b": entry("F32", [1], 8, 12)}


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({**GOOD, "a": entry("F32", [3], 0, 8)}, "'a' has 8 bytes; F32 of shape [3] takes 12 bytes"),
        ({**GOOD, "a": entry("F33", [2], 0, 8)}, "the type 'F33'"),
        ({**GOOD, "a": entry("F32", [2], 4, 12)}, "overlaps|leaves a gap"),
        ({**GOOD, "b": entry("F32", [1], 4, 8)}, "overlaps"),
        ({"b": entry("F32", [1], 8, 12)}, "leaves a gap"),
        ({**GOOD, "b": entry("F32", [1], 12, 16)}, "ends at byte"),
        ({**GOOD, "a": entry("F32", [2], 8, 0)}, "data_offsets [8, 0]"),
        ({**GOOD, "a": entry("F32", [-2], 0, 8)}, "the shape [-2]"),
        ({**GOOD, "a": entry("F32", [True, 2], 0, 8)}, "the shape [True, 2]"),
        ({**GOOD, "a": entry("F32", [2.0], 0, 8)}, "the shape [2.0]"),  # type: ignore[list-item]  # a wrong type is the point
        ({**GOOD, "a": entry("F32", [1 << 80], 0, 8)}, "the shape"),
        ({**GOOD, "a": entry("F4", [1], 0, 8)}, "a part of a byte"),
        ({**GOOD, "a": {"dtype": "F32", "shape": [2]}}, "isn't described"),
        ({**GOOD, "a": [1, 2]}, "isn't described"),
        ({**GOOD, "__metadata__": {"format": 1}}, "__metadata__"),
        (b'{"a": 1, "a": 2}', "names 'a' twice"),
        (b'{"a": {"dtype": "F32", "dtype": "F16"}}', "names 'dtype' twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": ' + b"[" * 100_000, "isn't sound JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "isn't sound JSON|isn't described"),
        (b'{"\xff": 1}', "isn't sound JSON"),
        (b'{"\\ud800": {}}', "half a surrogate pair"),
        (b"[1, 2]", "not with an opening brace"),
        (b"", "not with an opening brace"),
    ],
)
def test_a_wrong_header_is_refused_with_the_place_and_what_was_expected(tmp_path, header, reason):
    path = file_of(tmp_path / "x.safetensors", header, bytes(12))
    message = refusal(path)
    assert any(part in message for part in reason.split("|"))
    with pytest.raises((SafetensorError, OSError)), safe_open(path, "numpy"):
        pass  # the library agrees, or can't even make a name of it


def test_an_absurd_number_of_dimensions_is_refused(tmp_path):
    path = file_of(tmp_path / "x.safetensors", {"a": entry("F32", [1] * 65, 0, 4)}, bytes(4))
    assert "at most 64 whole numbers" in refusal(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "git-lfs pointer"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"GGUF\3\0\0\0" + bytes(40), "this is a GGUF"),
        (b"\xff" * 20, "at most 100,000,000"),
        (b"\x50" + bytes(7) + b"{}", "cut off"),
        (b"\1\0", "2 bytes"),
    ],
)
def test_what_is_no_safetensors_file_is_named(tmp_path, content, reason):
    (tmp_path / "x.safetensors").write_bytes(content)
    assert reason in refusal(tmp_path / "x.safetensors")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    assert "no such file" in refusal(tmp_path / "x.safetensors")
    assert "folder" in refusal(tmp_path)


def test_a_file_that_changes_while_it_is_read_is_noticed(tmp_path):
    path = written(tmp_path / "x.safetensors", {"w": np.ones((4, 4), np.float32)})
    tensor = read_safetensors(path)["w"]
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(CheckpointError, match="was changed while"):
        tensor.read(0, 1)
    path.unlink()
    with pytest.raises(CheckpointError, match="can't be read"):
        tensor.read(0, 1)
