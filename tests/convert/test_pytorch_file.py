"""Reading PyTorch's files without torch: equal to what torch itself loads, and never running anything."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_convert.errors import CheckpointError
from umi_convert.pytorch_file import open_pytorch, read_pytorch
from umi_convert.tensors import Tensor

torch = pytest.importorskip("torch")

ROOT = Path(__file__).parents[2]
FORMATS = [(True, 2), (True, 3), (True, 4), (True, 5), (False, 2), (False, 4)]
DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)


def saved(path: Path, value: Any, *, is_zip: bool = True, protocol: int = 2) -> Path:
    torch.save(value, path, _use_new_zipfile_serialization=is_zip, pickle_protocol=protocol)
    return path


def bits_of(tensor: Any) -> bytes:
    """What a torch tensor's values are as stored bytes; float64 as it is read, in float32."""
    tensor = tensor.detach().contiguous()
    tensor = tensor.float() if tensor.dtype == torch.float64 else tensor
    return bytes(tensor.reshape(-1).view(torch.uint8).numpy().tobytes()) if tensor.numel() else b""


def same(tensor: Tensor, expected: Any) -> bool:
    return tensor.shape == (tuple(expected.shape) or (1,)) and tensor.whole().tobytes() == bits_of(expected)


def refusal(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        open_pytorch(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@settings(max_examples=50)
@given(st.data())
def test_what_torch_saves_is_read_back_bit_by_bit(tmp_path_factory, data):
    torch.manual_seed(data.draw(st.integers(0, 99)))
    shapes = st.lists(st.integers(0, 5), max_size=4)
    names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    state = data.draw(st.dictionaries(names, st.tuples(shapes, st.sampled_from(DTYPES)), min_size=1, max_size=5))
    state = {name: torch.randn(shape).to(dtype) for name, (shape, dtype) in state.items()}
    is_zip, protocol = data.draw(st.sampled_from(FORMATS))
    path = saved(tmp_path_factory.mktemp("pt") / "x.bin", state, is_zip=is_zip, protocol=protocol)
    loaded = torch.load(path, weights_only=True) if protocol == 2 else state  # torch itself warns of newer protocols
    tensors = read_pytorch(path)
    assert list(tensors) == list(loaded)
    for name, tensor in tensors.items():
        assert same(tensor, loaded[name])
        start = data.draw(st.integers(0, tensor.n_rows))
        stop = data.draw(st.integers(start, tensor.n_rows))
        assert tensor.read(start, stop).tobytes() == tensor.read(0, tensor.n_rows)[start:stop].tobytes()


@pytest.mark.parametrize(("is_zip", "protocol"), FORMATS)
def test_views_parameters_shared_and_ordered_tensors_are_read(tmp_path, is_zip, protocol):
    base = torch.arange(40.0).reshape(10, 4)
    state = OrderedDict(
        whole=base, part=base[3:5], tied=base, parameter=torch.nn.Parameter(base * 2), scalar=base[1, 1]
    )
    state._metadata = {"": {"version": 1}}  # type: ignore[attr-defined]  # as a module's state_dict() has it
    tensors = read_pytorch(saved(tmp_path / "x.bin", state, is_zip=is_zip, protocol=protocol))
    assert list(tensors) == list(state)
    assert all(same(tensors[name], value) for name, value in state.items())


def test_types_that_cannot_be_converted_are_kept_apart_with_a_reason(tmp_path):
    state = {
        "w": torch.ones(2, 2),
        "ids": torch.arange(3),
        "f8": torch.ones(2, 2).to(torch.float8_e4m3fn),
        "turned": torch.ones(2, 3).t(),
        "extra": None,
        "mask": torch.ones(2, dtype=torch.bool),
        "u16": torch.ones(2, dtype=torch.uint16),
    }
    path = saved(tmp_path / "x.bin", state)
    file = open_pytorch(path)
    assert list(file.tensors) == ["w"]
    kinds = {name: reason.split(":")[0] for name, reason in file.unreadable.items()}
    assert kinds == {"ids": "I64", "f8": "F8_E4M3", "turned": "F32", "extra": "NoneType", "mask": "BOOL", "u16": "U16"}
    assert ".contiguous()" in file.unreadable["turned"]
    with pytest.raises(CheckpointError, match="'f8': F8_E4M3"):
        read_pytorch(path)


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "module"])
def test_the_weights_in_a_training_checkpoint_are_found(tmp_path, key):
    value = {key: {"w": torch.ones(2, 2)}, "epoch": 3, "optimizer": {"state": {0: {"exp_avg": torch.ones(2)}}}}
    assert list(read_pytorch(saved(tmp_path / "x.bin", value))) == ["w"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"model": {"w": torch.ones(1)}, "state_dict": {"v": torch.ones(1)}}, "several dictionaries of tensors"),
        ({"generator": {"w": torch.ones(1)}, "epoch": 1}, "no dictionary of tensors; its keys are epoch, generator"),
        ({}, "no dictionary of tensors; its keys are none"),
        ([torch.ones(1)], "holds a list"),
        (torch.ones(1), "holds a PickledTensor, not a dictionary"),
    ],
)
def test_a_file_without_one_set_of_weights_says_what_it_holds(tmp_path, value, reason):
    assert reason in refusal(saved(tmp_path / "x.bin", value))


class Harmful:
    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self):
        return os.mkdir, (self.marker,)


@pytest.mark.parametrize("is_zip", [True, False])
def test_code_in_a_file_is_refused_and_not_run(tmp_path, is_zip):
    path = saved(tmp_path / "x.bin", {"w": torch.ones(1), "x": Harmful(tmp_path / "harm")}, is_zip=is_zip)
    assert "mkdir'. It isn't loaded, because that would run code" in refusal(path)
    assert not (tmp_path / "harm").exists()
    pickle.loads(pickle.dumps(Harmful(tmp_path / "harm")))
    assert (tmp_path / "harm").exists()  # the pickle would have done it


def test_a_whole_module_is_refused(tmp_path):
    assert "torch.nn.modules.linear.Linear" in refusal(saved(tmp_path / "x.bin", torch.nn.Linear(2, 2)))


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_a_torchscript_program_is_named(tmp_path):
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(tmp_path / "x.pt"))
    assert "TorchScript" in refusal(tmp_path / "x.pt")


@pytest.mark.parametrize("is_zip", [True, False])
def test_every_truncation_is_refused(tmp_path, is_zip):
    path = saved(tmp_path / "x.bin", {"a": torch.ones(2, 3)}, is_zip=is_zip)
    whole = path.read_bytes()
    for n in range(len(whole)):
        path.write_bytes(whole[:n])
        refusal(path)


@given(st.data())
def test_a_changed_byte_ends_in_our_own_error_or_in_a_readable_file(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("pt") / "x.bin"
    whole = bytearray(saved(path, {"a": torch.ones(2, 3)}, is_zip=data.draw(st.booleans())).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(whole))
    try:
        file = open_pytorch(path)
    except CheckpointError:
        return
    for tensor in file.tensors.values():
        tensor.whole()


def archive(path: Path, pickled: bytes, *, data: bytes = b"", method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w") as writer:
        writer.writestr("x/data.pkl", pickled)
        writer.writestr("x/data/0", data, method)
    return path


STORAGE = b"X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQ"


def state_pickle(offset: bytes = b"K\0", shape: bytes = b"K\x04\x85", strides: bytes = b"K\x01\x85") -> bytes:
    """A state dict of one tensor 'w' in storage '0', written by hand."""
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n((" + STORAGE + offset + shape + strides + b"\x89}tR"
    return b"\x80\x02}X\x01\0\0\0w" + rebuilt + b"s."


def test_a_pickle_written_by_hand_is_read(tmp_path):
    values = np.arange(4, dtype=np.float32)
    tensors = read_pytorch(archive(tmp_path / "x.bin", state_pickle(), data=values.tobytes()))
    assert tensors["w"].whole().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("pickled", "reason"),
    [
        (state_pickle(shape=b"K\x05\x85"), "takes bytes 0 to 20 of its storage, which has 16"),
        (state_pickle(offset=b"K\x01"), "takes bytes 4 to 20"),
        (state_pickle(offset=b"J\xff\xff\xff\xff"), "in a way that can't be read"),
        (state_pickle(shape=b"\x8a\x09" + bytes(8) + b"\x01\x85"), "in a way that can't be read"),
        (state_pickle(shape=b"(" + b"K\x01" * 65 + b"t"), "in a way that can't be read"),
        (state_pickle(strides=b")"), "in a way that can't be read"),
        (state_pickle().replace(b"0X\x03", b"1X\x03"), "the values of tensor 'w' aren't in it"),
        (state_pickle().replace(b"FloatStorage", b"os.system"), "'torch.os.system'. It isn't loaded"),
        (b"\x80\x02ctorch\nfloat32\n)R.", "calls 'float32' in a way that torch doesn't"),
        (b"\x80\x02}}K\x01s.", "a key that is a dict"),
        (b"\x80\x02}(((((ttttt" + b"K\x01s.", "a key that is a tuple"),
        (b"\x80\x02]K\x01K\x02s.", "sets keys of what isn't a dictionary"),
        (b"\x80\x02}K\x01a.", "appends to what isn't a list"),
        (b"\x80\x02h\x05.", "recalls value 5"),
        (b"\x80\x02t.", "a mark that isn't there"),
        (b"\x80\x02.", "empty stack"),
        (b"\x80\x02]r\xff\xff\xff\x7fj\xff\xff\xff\x7f.", "holds a list"),
        (b"\x80\x02X\xff\xff\xff\x7fabc.", "claims an item of 2,147,483,647 bytes"),
        (b"\x80\x02X\x01\0\0\0\xff.", "isn't UTF-8"),
        (b"\x80\x02cposix", "a name without an end"),
        (b"\x80\x02\x82\x01.", "the instruction b'\\x82'"),
        (b"\x80\x02K\x01}b.", "sets attributes"),
        (b"\x80\x02(K\x01tQ.", "refers to data outside"),
    ],
)
def test_a_wrong_pickle_is_refused_with_the_place(tmp_path, pickled, reason):
    assert reason in refusal(archive(tmp_path / "x.bin", pickled, data=bytes(16)))


def test_a_pickle_that_nests_without_end_is_no_danger(tmp_path):
    pickled = b"\x80\x02" + b"]" * 300_000 + b"a" * 299_999 + b"."
    assert "holds a list" in refusal(archive(tmp_path / "x.bin", pickled))


def test_compressed_values_are_refused(tmp_path):
    path = archive(tmp_path / "x.bin", state_pickle(), data=bytes(16), method=zipfile.ZIP_DEFLATED)
    assert "or are compressed" in refusal(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git-lfs pointer"),
        (b"<html>", "web page"),
        (b"GGUF\3\0\0\0", "this is a GGUF"),
        (b'\x10\0\0\0\0\0\0\0{"a": 1}        ', "this is a safetensors file"),
        (pickle.dumps({"a": 1}), "this is a Python pickle, but not one that torch.save writes|ends in the middle"),
        (b"hello there", "begins with b'hell'"),
    ],
)
def test_what_is_no_pytorch_file_is_named(tmp_path, content, reason):
    (tmp_path / "x.bin").write_bytes(content)
    message = refusal(tmp_path / "x.bin")
    assert any(part in message for part in reason.split("|"))


def test_zip_archives_of_others_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.bin", "w") as writer:
        writer.writestr("readme.txt", "hello")
    assert "0 files data.pkl" in refusal(tmp_path / "x.bin")
    with zipfile.ZipFile(tmp_path / "y.bin", "w") as writer:
        writer.writestr("a/data.pkl", b"")
        writer.writestr("b/data.pkl", b"")
    assert "2 files data.pkl" in refusal(tmp_path / "y.bin")


def test_a_big_endian_file_is_refused(tmp_path):
    path = tmp_path / "x.bin"
    with zipfile.ZipFile(saved(tmp_path / "little.bin", {"w": torch.ones(2)})) as reader:
        records = {name: reader.read(name) for name in reader.namelist()}
    with zipfile.ZipFile(path, "w") as writer:
        for name, content in records.items():
            writer.writestr(name, b"big" if name.endswith("byteorder") else content)
    assert "big-endian" in refusal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="the child asks the system for its peak through `resource`")
@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_reading_a_big_file_takes_little_memory_and_no_torch(tmp_path, form):
    state = {f"layer.{n}.weight": torch.zeros(8192, 4096, dtype=torch.float16) + n for n in range(5)}  # 335 MB
    path = tmp_path / ("x.safetensors" if form == "safetensors" else "x.bin")
    if form == "safetensors":
        from safetensors.torch import save_file

        save_file(state, str(path))
    else:
        saved(path, state, is_zip=form == "zip")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "convert")))}
    command = [sys.executable, str(ROOT / "tests/convert/reading_child.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    path.unlink()
    added, n_bytes, with_torch = done.stdout.split()
    assert int(n_bytes) == 5 * 8192 * 4096 * 2
    assert int(added) < 30e6  # one chunk of 4 MB, and the one before until it is freed
    assert with_torch == "False"


def test_a_legacy_pickle_without_its_storages_is_cut_off(tmp_path):
    path = saved(tmp_path / "x.bin", {"w": torch.ones(2)}, is_zip=False)
    stream = io.BytesIO(path.read_bytes())
    for _ in range(3):
        pickle.load(stream)
    path.write_bytes(path.read_bytes()[: stream.tell()])
    assert "ends in the middle" in refusal(path)
