"""The header reader and the checks of models and adapters, on files forged byte by byte or written with `gguf`."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from tests.gguf_mutations import V, rewrite
from tests.models import F16, F32, merge_lora, real_gguf, write_lora, write_tiny_llama
from umi_local.engine.architectures import NOT_TEXT, TEXT
from umi_local.engine.gguf_format import TENSOR_TYPES
from umi_local.engine.gguf_header import (
    GGUFArray,
    ValueType,
    check_adapter,
    check_model,
    fingerprint,
    layer_values,
    read_header,
    sha256_file,
)
from umi_local.errors import ModelFileError

U32, STRING, ARRAY = 4, 8, 9


def string(text: str | bytes) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(raw)) + raw


def pair(key: str, kind: int, value: bytes) -> bytes:
    return string(key) + struct.pack("<I", kind) + value


def u32(key: str, value: int) -> bytes:
    return pair(key, U32, struct.pack("<I", value))


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    dims = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return string(name) + dims + struct.pack("<IQ", kind, offset)


def forged(
    path: Path,
    *pairs: bytes,
    tensors: tuple[bytes, ...] = (),
    version: int = 3,
    data: int = 4096,
    n_pairs: int | None = None,
    n_tensors: int | None = None,
) -> Path:
    head = b"GGUF" + struct.pack(
        "<IQQ",
        version,
        len(tensors) if n_tensors is None else n_tensors,
        len(pairs) if n_pairs is None else n_pairs,
    )
    path.write_bytes(head + b"".join(pairs) + b"".join(tensors) + bytes(data))
    return path


def reason(check: Any, *args: Any) -> str:
    with pytest.raises(ModelFileError) as caught:
        check(*args)
    return caught.value.reason


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("small") / "small.gguf", n_vocab=320)


@pytest.fixture(scope="module")
def adapter(small, tmp_path_factory) -> Path:
    return write_lora(tmp_path_factory.mktemp("adapter") / "adapter.gguf", small, rank=4)


def test_every_tensor_and_value_is_read_as_the_gguf_package_reads_it(small):
    header, oracle = read_header(small, arrays=True), gguf.GGUFReader(small)
    assert header.data_offset == oracle.data_offset
    assert len(header.tensors) == len(oracle.tensors) == 20
    for ours, theirs in zip(header.tensors, oracle.tensors, strict=True):
        assert (ours.name, ours.shape) == (theirs.name, tuple(theirs.shape))
        assert (ours.type_id, ours.n_bytes) == (theirs.tensor_type, theirs.n_bytes)
        assert header.data_offset + ours.offset == theirs.data_offset
    fields = {key: field for key, field in oracle.fields.items() if not key.startswith("GGUF.")}
    assert header.metadata.keys() == fields.keys()
    for key, field in fields.items():
        value = header.metadata[key]
        assert (list(value.values or ()) if isinstance(value, GGUFArray) else value) == field.contents()
        assert int(header.value_types[key]) == int(field.types[0])


@pytest.mark.integration
def test_long_arrays_of_a_real_model_are_kept_as_lengths():
    header = read_header(real_gguf())
    assert header.metadata["tokenizer.ggml.tokens"] == GGUFArray(ValueType.STRING, 49152)
    assert header.metadata["general.languages"].values == ("en",)
    assert header.architecture == "llama"
    assert header.hparam("block_count") == 30
    assert len(header.tensors) == 272
    assert sum(t.n_bytes for t in header.tensors) + header.data_offset == header.file_size


@pytest.mark.integration
def test_long_arrays_are_read_on_request():
    tokens = read_header(real_gguf(), arrays=True).metadata["tokenizer.ggml.tokens"]
    assert tokens.values[:3] == ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    assert check_model(real_gguf()).metadata["tokenizer.ggml.tokens"].values is None
    assert check_model(real_gguf(), arrays=True).metadata["tokenizer.ggml.tokens"] == tokens


def zip_bytes() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.pkl", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"GG", "it does not begin with GGUF's magic but with b'GG'"),
        (b"FUGG\0\0\0\3", "this is a byte-swapped GGUF"),
        (b"ggjt\1\0\0\0", "this is a file of GGML's time (before GGUF), which llama.cpp no longer reads"),
        (zip_bytes(), "this seems to be a zip or PyTorch file, not a GGUF"),
        (b"\x80\x02}q\x00", "this seems to be a Python pickle (PyTorch), not a GGUF"),
        (
            struct.pack("<Q", 20) + b'{"__metadata__":{}}',
            "this seems to be a safetensors file, not a GGUF",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n",
            "this is a git-lfs pointer, not the model it points to",
        ),
        (b"\n<!DOCTYPE html><html>", "this is a web page (a failed download?), not a GGUF"),
        (b'{"error": "not found"}', "this seems to be a JSON file, not a GGUF"),
        (b"\x1f\x8b\x08\0", "this is a compressed file; unpack it first"),
        (b"GGUF", "the version needs 4 bytes at byte 4, but the file ends after 4 (cut off?)"),
        (b"GGUF\0\0\0\3" + bytes(16), "this GGUF is big-endian (byte-swapped)"),
        (b"GGUF\1\0\0\0" + bytes(16), "GGUF version 1 is too old; versions 2 and 3 can be read"),
        (
            b"GGUF\4\0\0\0" + bytes(16),
            "GGUF version 4 is newer than umi-local knows; versions 2 and 3 can be read",
        ),
    ],
)
def test_a_file_that_is_no_gguf_is_named_for_what_it_is(tmp_path, content, message):
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    assert reason(read_header, path) == message


def test_missing_files_folders_and_pipes_are_refused_without_waiting(tmp_path):
    assert reason(read_header, tmp_path / "no.gguf") == "there is no such file"
    assert reason(read_header, tmp_path) == "this is a folder, not a GGUF file"
    assert "can't be read" in reason(read_header, "zero\0byte")
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        assert reason(read_header, tmp_path / "pipe") == "this is a device or pipe, not a file"


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([u32("a", 1), u32("a", 1)], "metadata key 'a' is there twice"),
        ([u32("", 1)], "metadata key 0 is ''; a key is neither empty nor has zero bytes"),
        ([u32("a\0b", 1)], "metadata key 0 is 'a\\x00b'; a key is neither empty nor has zero bytes"),
        ([pair("a", 13, b"")], "'a' has the unknown value type 13"),
        ([pair("a", 7, b"\2")], "'a' is 2; a bool is 0 or 1"),
        ([pair("a", STRING, string("x\0y"))], "the text of 'a' has a zero byte"),
        ([string(b"\xff") + bytes(8)], "metadata key 0 is not UTF-8: b'\\xff'"),
        (
            [pair("a", ARRAY, struct.pack("<IQ", ARRAY, 0))],
            "'a' is an array of arrays, which llama.cpp does not read",
        ),
        ([u32("general.alignment", 0)], "'general.alignment' is 0; expected a power of 2"),
        ([u32("general.alignment", 48)], "'general.alignment' is 48; expected a power of 2"),
        (
            [pair("general.alignment", 5, struct.pack("<i", -32))],
            "'general.alignment' has the type INT32; expected UINT32",
        ),
    ],
)
def test_unsound_metadata_is_refused_by_name(tmp_path, pairs, message):
    assert reason(read_header, forged(tmp_path / "m.gguf", *pairs)) == message


@pytest.mark.parametrize("length", [5000, 1 << 20, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_lengths_and_counts_beyond_the_file_are_refused(tmp_path, length):
    path, size = tmp_path / "m.gguf", struct.pack("<Q", length)
    claims = {
        "key": [size],
        "string": [pair("a", STRING, size)],
        "bytes": [pair("a", ARRAY, struct.pack("<I", 0) + size)],
        "strings": [pair("a", ARRAY, struct.pack("<I", STRING) + size)],
        "last string": [pair("a", ARRAY, struct.pack("<IQ", STRING, 1) + size)],
    }
    for what, pairs in claims.items():
        assert reason(read_header, forged(path, *pairs)), what
    assert "metadata entries" in reason(read_header, forged(path, n_pairs=length))
    assert "tensors" in reason(read_header, forged(path, n_tensors=length))


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ([tensor("t", (4,)), tensor("t", (4,), 0, 32)], "tensor 't' is there twice"),
        ([tensor("", (4,))], "tensor 0 is named ''; a name is neither empty nor has zero bytes"),
        ([tensor("n" * 64, (4,))], "the name of tensor 0 claims 64 bytes; at most 63 are allowed"),
        ([tensor("t", ())], "tensor 't' has 0 dimensions; expected 1 to 4"),
        ([tensor("t", (1, 1, 1, 1, 1))], "tensor 't' has 5 dimensions; expected 1 to 4"),
        ([tensor("t", (4, 0))], "tensor 't' has the impossible shape (4, 0)"),
        (
            [tensor("t", (1 << 32, 1 << 32))],
            f"tensor 't' has the impossible shape ({1 << 32}, {1 << 32})",
        ),
        ([tensor("t", (4,), 77)], "tensor 't' has the unknown type 77"),
        ([tensor("t", (32,), 31)], "tensor 't' has the removed type 31"),
        (
            [tensor("t", (48,), 2)],
            "tensor 't' has rows of 48 elements; Q4_0 needs a multiple of 32",
        ),
        ([tensor("t", (4,), 0, 16)], "the data of tensor 't' begin at 16, not a multiple of 32"),
        (
            [tensor("t", (4,), 0, 64)],
            "the data of tensor 't' begin at 64, not 0: they leave a gap before",
        ),
        (
            [tensor("t", (64,)), tensor("u", (4,), 0, 32)],
            "the data of tensor 'u' begin at 32, not 256: they overlap the tensor before",
        ),
        (
            [tensor("t", (1 << 40,))],
            "the data of tensor 't' end at byte 4,398,046,511,168, but the file ends after 4,153 (cut off?)",
        ),
    ],
)
def test_unsound_tensors_are_refused_by_name(tmp_path, tensors, message):
    assert reason(read_header, forged(tmp_path / "m.gguf", tensors=tuple(tensors))) == message


def test_the_table_of_tensor_types_agrees_with_the_gguf_package():
    for kind, (block_size, block_bytes) in gguf.GGML_QUANT_SIZES.items():
        if kind == gguf.GGMLQuantizationType.Q8_1:  # gguf 0.19 says 40 bytes, ggml 36; the next test asks ggml
            continue
        ours = TENSOR_TYPES[int(kind)]
        assert (ours.name, ours.block_size, ours.block_bytes) == (kind.name, block_size, block_bytes)


@pytest.mark.integration
def test_the_tables_of_types_and_architectures_are_those_of_the_installed_llama_cpp():
    code = """
import ctypes, json, llama_cpp, pathlib
base = ctypes.CDLL(next(str(p) for p in pathlib.Path(llama_cpp.__file__).parent.glob("lib/libggml-base.*")))
base.ggml_type_size.restype, base.ggml_blck_size.restype = ctypes.c_size_t, ctypes.c_int64
sizes = {n: (base.ggml_blck_size(n), base.ggml_type_size(n)) for n in range(43)}
name = getattr(llama_cpp.llama_cpp._lib, "_Z13llm_arch_name8llm_arch")
name.restype, names = ctypes.c_char_p, []
while (text := name(len(names)).decode()) != "(unknown)":
    names.append(text)
print(json.dumps([sizes, names]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this build of llama.cpp does not export its tables")
    sizes, names = json.loads(done.stdout)
    assert {int(n): tuple(size) for n, size in sizes.items() if size[0]} == {
        n: (kind.block_size, kind.block_bytes) for n, kind in TENSOR_TYPES.items()
    }
    assert set(names) - {"unknown"} == TEXT | NOT_TEXT.keys()
    assert not TEXT & NOT_TEXT.keys()


def edited(path: Path, source: Path, drop: tuple[str, ...] = (), rename: Any = None, **changes: Any) -> Path:
    """Write a copy with `some__key=(value, *types)` changed."""
    by_key = {key.replace("__", "."): value for key, value in changes.items()}
    return rewrite(path, source, changes=by_key, drop=drop, rename=rename)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"general__architecture": ("bert",)},
            "architecture 'bert' is an embedding model; it can't write text on its own",
        ),
        ({"general__architecture": ("llamma",)}, "architecture 'llamma' is not known"),
        ({"general__type": ("adapter", V.STRING)}, "this is an adapter, not a model"),
        ({"drop": ("llama.block_count",)}, "'llama.block_count' is missing"),
        ({"llama__block_count": (0, V.UINT32)}, "'llama.block_count' is 0; expected 1 to 512"),
        ({"llama__block_count": (1 << 31, V.UINT32)}, "'llama.block_count' is 2,147,483,648; expected 1 to 512"),
        ({"llama__block_count": ("2", V.STRING)}, "'llama.block_count' has the type STRING; expected UINT32"),
        ({"llama__context_length": (0, V.UINT32)}, "'llama.context_length' is 0; expected 1 to 2,147,483,647"),
        ({"llama__attention__head_count": (0, V.UINT32)}, "'llama.attention.head_count' is missing or 0"),
        ({"llama__attention__head_count": (5, V.UINT32)}, "an embedding of 64 is not divisible by 5 heads"),
        ({"llama__attention__head_count_kv": (3, V.UINT32)}, "4 heads can't share 3 key-value heads"),
        (
            {"llama__attention__head_count_kv": ([2], V.ARRAY, V.UINT32)},
            "'llama.attention.head_count_kv' has 1 items for 2 layers",
        ),
        (
            {"llama__attention__head_count_kv": ([2, -1], V.ARRAY, V.INT32)},
            "'llama.attention.head_count_kv' has the item -1; expected 0 to 65,536",
        ),
        ({"llama__attention__value_length": (8, V.UINT32)}, "a head's keys have 16 numbers, its values 8"),
        ({"llama__rope__dimension_count": (0, V.UINT32)}, "0 of a key's 16 numbers are to be rotated, which can't be"),
        (
            {"llama__rope__scaling__type": ("x", V.STRING)},
            "rope scaling 'x' is not known; known: linear, longrope, none, yarn",
        ),
        ({"llama__rope__freq_base": (float("nan"), V.FLOAT32)}, "'llama.rope.freq_base' is nan, not a finite number"),
        (
            {"llama__attention__layer_norm_rms_epsilon": (-1.0, V.FLOAT32)},
            "'llama.attention.layer_norm_rms_epsilon' is -1.0; expected a number of 0 or more",
        ),
        (
            {"llama__expert_used_count": (2, V.UINT32)},
            "2 of 0 experts, in 0 of 0 groups: no model can be made so",
        ),
        ({"llama__nextn_predict_layers": (3, V.UINT32)}, "more layers predict further tokens than the 2 it has"),
        ({"tokenizer__ggml__model": ("none", V.STRING)}, "it has no vocabulary ('tokenizer.ggml.model')"),
        ({"drop": ("tokenizer.ggml.tokens",)}, "'tokenizer.ggml.tokens' is missing"),
        (
            {"tokenizer__ggml__scores": ([1] * 320, V.ARRAY, V.INT32)},
            "'tokenizer.ggml.scores' is not an array of FLOAT32",
        ),
        (
            {"tokenizer__ggml__scores": ([1.0] * 319, V.ARRAY, V.FLOAT32)},
            "'tokenizer.ggml.scores' has 319 items for 320 tokens",
        ),
        (
            {"tokenizer__ggml__token_type": ([1] * 321, V.ARRAY, V.INT32)},
            "'tokenizer.ggml.token_type' has 321 items for 320 tokens",
        ),
        (
            {"tokenizer__ggml__token_type": ([6] * 320, V.ARRAY, V.INT32)},
            "token '<|endoftext|>' is said to be a byte, but has another form",
        ),
        ({"tokenizer__ggml__tokens": (["a"] * 320, V.ARRAY, V.STRING)}, "tokens 0 and 1 are both 'a'"),
        (
            {"tokenizer__ggml__tokens": (list("abc"), V.ARRAY, V.STRING)},
            "its vocabulary has 3 tokens; at least 32 are needed",
        ),
        ({"tokenizer__ggml__model": ("llama", V.STRING)}, "its vocabulary has no token for byte 0x00"),
        (
            {"tokenizer__ggml__eos_token_id": (320, V.UINT32)},
            "'tokenizer.ggml.eos_token_id' is 320; expected a number below 320",
        ),
        ({"drop": ("token_embd.weight",)}, "tensor 'token_embd.weight' is missing"),
        (
            {"llama__embedding_length": (128, V.UINT32), "llama__attention__head_count": (8, V.UINT32)},
            "tensor 'token_embd.weight' has the shape (64, 320); embedding length and vocabulary ask for (128, 320)",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:40],
)
def test_a_model_that_llama_cpp_must_not_see_is_refused_by_name(small, tmp_path, changes, message):
    assert reason(check_model, edited(tmp_path / "wrong.gguf", small, **changes)) == message


def test_numbers_of_every_layer_are_read_from_one_number_or_a_list(small, tmp_path):
    path = edited(tmp_path / "m.gguf", small, llama__attention__head_count_kv=([2, 4], V.ARRAY, V.INT32))
    header = check_model(path)
    assert layer_values(header, "attention.head_count_kv") == (2, 4)
    assert layer_values(header, "attention.head_count") == (4, 4)
    assert layer_values(header, "no.such") == ()


def test_a_norm_that_is_not_f32_and_a_weight_of_integers_are_refused(small, tmp_path):
    name, path = "output_norm.weight", tmp_path / "typed.gguf"
    ones = np.ones(64, np.float32)
    rewrite(path, small, data={name: (ones.astype(np.float16), None)})
    assert reason(check_model, path) == f"tensor {name!r} has the type F16; norms and biases are F32"
    rewrite(path, small, data={name: (ones.astype(np.int32), None)})
    assert reason(check_model, path) == f"tensor {name!r} has the type I32, which no weight can have"


def split(folder: Path, source: Path) -> tuple[Path, Path]:
    """Write a model in two parts, as llama.cpp's gguf-split does."""
    header = read_header(source)
    names = [tensor.name for tensor in header.tensors]
    paths = folder / "m-00001-of-00002.gguf", folder / "m-00002-of-00002.gguf"
    for number, part in enumerate((names[:7], names[7:])):
        changes = {
            "split.no": (number, V.UINT16),
            "split.count": (2, V.UINT16),
            "split.tensors.count": (len(names), V.INT32),
        }
        drop = header.metadata.keys() if number else ()
        rewrite(paths[number], source, changes=changes, drop=tuple(drop), only=part)
    return paths


def test_a_split_model_is_checked_with_all_its_parts(small, tmp_path):
    first, second = split(tmp_path, small)
    header, whole = check_model(first), check_model(small)
    assert header.parts == (first, second)
    assert {t.name for t in header.tensors} == {t.name for t in whole.tensors}
    assert header.file_size == first.stat().st_size + second.stat().st_size
    assert reason(check_model, second) == "it is part 00002 of 2"


def test_a_split_model_without_a_part_is_refused_with_the_parts_name(small, tmp_path):
    first, second = split(tmp_path, small)
    second.unlink()
    with pytest.raises(ModelFileError, match=r"m-00002-of-00002\.gguf: there is no such file"):
        check_model(first)


def test_a_split_model_under_another_name_is_refused_with_the_remedy(small, tmp_path):
    first, _ = split(tmp_path, small)
    renamed = first.rename(tmp_path / "model.gguf")
    with pytest.raises(ModelFileError, match="one of 2 parts") as caught:
        check_model(renamed)
    assert "NAME-00001-of-00002.gguf" in caught.value.hint


def test_parts_of_different_models_are_refused(small, tmp_path):
    first, second = split(tmp_path, small)
    second.write_bytes(first.read_bytes())
    assert reason(check_model, first) == "it does not say that it is part 2 of 2"


def test_a_fitting_adapter_is_accepted(small, adapter):
    header = check_adapter(adapter, check_model(small))
    assert header.metadata["adapter.lora.alpha"] == 32.0
    assert len(header.tensors) == 2 * 7 * 2


def test_a_model_is_no_adapter(small):
    message = reason(check_adapter, small, check_model(small))
    assert message == "'general.type' is 'model'; a LoRA adapter has 'adapter'"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"drop": ("blk.0.attn_q.weight.lora_b",)}, "'blk.0.attn_q.weight' has only its lora_a"),
        ({"drop": ("adapter.lora.alpha",)}, "'adapter.lora.alpha' is None; expected a number"),
        ({"adapter__lora__alpha": (float("inf"), V.FLOAT32)}, "'adapter.lora.alpha' is inf; expected a number"),
        ({"adapter__type": ("dora", V.STRING)}, "'adapter.type' is 'dora'; a LoRA adapter has 'lora'"),
        ({"general__architecture": ("qwen2",)}, "it is for architecture 'qwen2', the base is 'llama'"),
        (
            {
                "rename": {
                    "blk.0.attn_q.weight.lora_a": "blk.9.attn_q.weight.lora_a",
                    "blk.0.attn_q.weight.lora_b": "blk.9.attn_q.weight.lora_b",
                }
            },
            "it changes tensor 'blk.9.attn_q.weight', which the base does not have",
        ),
        (
            {"rename": {"blk.0.attn_q.weight.lora_a": "blk.0.attn_q.weight"}},
            "tensor 'blk.0.attn_q.weight' is no half of a LoRA update",
        ),
        ({"umi__base__fingerprint": ("0" * 64, V.STRING)}, "it belongs to the base 0000000000000000, and this one is"),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused_by_name(small, adapter, tmp_path, edit, message):
    path = edited(tmp_path / "wrong.gguf", adapter, **edit)
    assert reason(check_adapter, path, check_model(small)).startswith(message)


def test_an_adapter_on_the_embedding_of_a_tied_base_is_refused_before_llama_cpp_stops_the_process(small, tmp_path):
    base = check_model(small)
    n_embd, n_vocab = base.tensors_by_name()["token_embd.weight"].shape
    assert "output.weight" not in base.tensors_by_name()
    writer = gguf.GGUFWriter(tmp_path / "embedding.gguf", "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 8.0)
    writer.add_tensor("token_embd.weight.lora_a", np.ones((n_vocab, 4), np.float32))
    writer.add_tensor("token_embd.weight.lora_b", np.ones((n_embd, 4), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert "llama.cpp would stop the process" in reason(check_adapter, tmp_path / "embedding.gguf", base)


def test_an_adapter_of_a_base_of_another_size_is_refused(small, adapter, tmp_path):
    other = write_tiny_llama(tmp_path / "other.gguf", n_vocab=320, n_layers=1)
    assert "which the base does not have" in reason(check_adapter, adapter, check_model(other))


def test_an_adapter_with_its_bases_fingerprint_is_accepted(small, tmp_path):
    path = write_lora(
        tmp_path / "a.gguf", small, rank=2, extra=lambda w: w.add_string("umi.base.fingerprint", fingerprint(small))
    )
    assert check_adapter(path, check_model(small))


def test_an_identity_in_the_base_survives_another_file(small, tmp_path):
    base = edited(tmp_path / "base.gguf", small, umi__fingerprint=("abc", V.STRING))
    path = write_lora(tmp_path / "a.gguf", base, rank=2, extra=lambda w: w.add_string("umi.base.fingerprint", "abc"))
    assert check_adapter(path, check_model(base))
    assert "belongs to the base abc" in reason(check_adapter, path, check_model(small))


def test_a_fingerprint_follows_content_and_not_the_name(small, tmp_path):
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(small.read_bytes())
    assert fingerprint(copy) == fingerprint(small)
    longer = tmp_path / "longer.gguf"
    longer.write_bytes(small.read_bytes() + b"\0")
    assert fingerprint(longer) != fingerprint(small)
    data = bytearray(small.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(data)
    assert fingerprint(copy) != fingerprint(small)


def test_fingerprints_tell_a_base_its_f16_copy_and_its_merges_apart(small, adapter, tmp_path):
    merged = merge_lora(small, adapter, tmp_path / "merged.gguf")
    f16 = write_tiny_llama(tmp_path / "f16.gguf", n_vocab=320, ftype=F16)
    again = write_tiny_llama(tmp_path / "again.gguf", n_vocab=320, ftype=F32)
    assert len({fingerprint(p) for p in (small, merged, f16, adapter)}) == 4
    assert fingerprint(again) == fingerprint(small)


def test_a_fingerprint_of_a_split_model_covers_its_parts(small, tmp_path):
    first, second = split(tmp_path, small)
    before = fingerprint(first)
    data = bytearray(second.read_bytes())
    data[-40] ^= 1
    second.write_bytes(data)
    assert fingerprint(first) != before


def test_the_hash_of_a_file_is_its_sha256_and_progress_ends_at_its_size(small):
    seen: list[tuple[int, int]] = []
    digest = sha256_file(small, on_progress=lambda done, size: seen.append((done, size)))
    assert digest == hashlib.sha256(small.read_bytes()).hexdigest()
    size = small.stat().st_size
    assert seen[-1] == (size, size)
    with pytest.raises(ModelFileError):
        sha256_file(small.with_name("missing.gguf"))


def test_only_the_arrays_that_are_asked_for_are_kept(tmp_path):
    long_array = pair("a", ARRAY, struct.pack("<IQ", 0, 5000) + bytes(5000))
    texts = pair("b", ARRAY, struct.pack("<IQ", STRING, 5000) + string("x") * 5000)
    path = forged(tmp_path / "m.gguf", long_array, texts, u32("c", 7))
    lengths = read_header(path).metadata
    assert (lengths["a"].values, lengths["b"].values, lengths["c"]) == (None, None, 7)
    chosen = read_header(path, arrays=("b",)).metadata
    assert chosen["a"] == GGUFArray(ValueType.UINT8, 5000)
    assert chosen["b"].values == ("x",) * 5000
    assert read_header(path, arrays=True).metadata["a"].values == (0,) * 5000
