"""A GGUF as a base: its metadata and weights as gguf-py reads them, and patches in Hugging Face's names and row order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import llama_cpp
import numpy as np
import pytest

from tests.models import requantize, write_f16, write_tiny_llama
from umi_convert.architectures import architecture_of_gguf
from umi_convert.architectures.base import Architecture
from umi_convert.config import Config
from umi_convert.errors import CheckpointError, UnsupportedAdapterError
from umi_convert.fingerprint import fingerprint_of
from umi_convert.gguf_source import config_of_gguf, open_gguf_source, patched_gguf
from umi_convert.key_values import KeyValues, Value
from umi_convert.patches import patched
from umi_convert.source import ModelSource
from umi_convert.tensors import DType, Tensor, to_float32
from umi_local.engine.gguf_format import TENSOR_TYPES
from umi_local.engine.gguf_header import fingerprint
from umi_local.errors import ModelFileError

N_VOCAB = 400


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("gguf") / "tiny.gguf", n_vocab=N_VOCAB)


def rewritten(path: Path, out: Path, *, changes: Mapping[str, Any] | None = None, split: int = 0) -> Path:
    """Copy a GGUF with gguf-py, with texts added, in parts of `split` tensors; returns the first part."""
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(out, "llama", split_max_tensors=split)
    for name, found in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        item = found.types[1] if found.types[0] is gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, found.contents(), found.types[0], item)
    for key, value in (changes or {}).items():
        writer.add_string(key, value)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return out if not split else min(out.parent.glob(f"{out.stem}-*.gguf"))


def expected_values(path: Path) -> dict[str, np.ndarray]:
    """The weights in float32, as gguf-py reads and dequantizes them."""
    return {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in gguf.GGUFReader(path).tensors}


def values_of(source: ModelSource) -> dict[str, np.ndarray]:
    return {t.name: to_float32(t.whole(), t.dtype) for t in source.tensors}


def test_metadata_keep_their_order_types_and_values(tiny):
    source = open_gguf_source(tiny)
    fields = gguf.GGUFReader(tiny).fields
    expected = {
        name: Value(
            found.types[0],
            tuple(found.contents()) if len(found.types) > 1 else found.contents(),
            found.types[1] if len(found.types) > 1 else None,
        )
        for name, found in fields.items()
        if not name.startswith("GGUF.") and name != "general.file_type"
    }
    assert len(expected) > 15
    assert dict(source.metadata) == expected | {"umi.fingerprint": Value(gguf.GGUFValueType.STRING, source.fingerprint)}
    assert [key for key, _ in source.metadata][:-1] == list(expected)
    assert source.arch == "llama"


def test_tensors_keep_their_order_shapes_and_values(tiny):
    source = open_gguf_source(tiny)
    expected = expected_values(tiny)
    assert [tensor.name for tensor in source.tensors] == list(expected)
    assert all(np.array_equal(value, expected[name]) for name, value in values_of(source).items())
    assert {tensor.name: tensor.shape for tensor in source.tensors} == {n: v.shape for n, v in expected.items()}
    assert source.dtype is DType.F32


def test_half_precision_is_read_as_it_is_stored(tiny, tmp_path):
    source = open_gguf_source(write_f16(tiny, tmp_path / "f16.gguf"))
    assert source.dtype is DType.F16
    kinds = {tensor.dtype for tensor in source.tensors if len(tensor.shape) > 1}
    assert kinds == {DType.F16}
    assert {tensor.dtype for tensor in source.tensors if len(tensor.shape) == 1} == {DType.F32}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose rows have a whole block of every type."""
    return write_wide(tmp_path_factory.mktemp("gguf") / "wide.gguf")


def write_wide(path: Path, *, one_bit: tuple[str, ...] = ()) -> Path:
    """Write a llama of one layer and 256 values a row; `one_bit` names weights to store as Q1_0."""
    writer = gguf.GGUFWriter(path, "llama")
    rng = np.random.default_rng(0)
    _add_hparams(writer)
    writer.add_tensor("token_embd.weight", rng.standard_normal((N_VOCAB, 256), np.float32))
    writer.add_tensor("output.weight", rng.standard_normal((N_VOCAB, 256), np.float32))
    writer.add_tensor("output_norm.weight", np.ones(256, np.float32))
    for name, shape in _block_shapes().items():
        if name in one_bit:
            blocks = np.zeros((256, 36), np.uint8)
            writer.add_tensor(f"blk.0.{name}.weight", blocks, raw_dtype=gguf.GGMLQuantizationType.Q1_0)
        else:
            writer.add_tensor(f"blk.0.{name}.weight", rng.standard_normal(shape, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_hparams(writer: gguf.GGUFWriter) -> None:
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(256)
    writer.add_feed_forward_length(256)
    writer.add_head_count(4)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([f"t{n}" for n in range(N_VOCAB)])
    writer.add_token_types([1] * N_VOCAB)
    writer.add_token_merges(["a b"])


def _block_shapes() -> dict[str, tuple[int, ...]]:
    matrices = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    return {"attn_norm": (256,), "ffn_norm": (256,)} | dict.fromkeys(matrices, (256, 256))


@pytest.mark.parametrize("name", ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K_M", "Q4_K_M", "Q6_K", "BF16"])
def test_every_row_range_of_quantized_weights_is_dequantized_alone(wide, tmp_path, name):
    path = requantize(wide, tmp_path / "q.gguf", getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{name}"))
    source = open_gguf_source(path)
    expected = expected_values(path)
    assert all(np.array_equal(value, expected[key], equal_nan=True) for key, value in values_of(source).items())
    tensor = next(t for t in source.tensors if t.name == "blk.0.ffn_down.weight")
    rows = to_float32(tensor.read(3, 7), tensor.dtype)
    assert rows.shape == (4, 256)
    assert np.array_equal(rows, expected[tensor.name][3:7])
    assert source.dtype is (DType.BF16 if name == "BF16" else DType.F32)


def test_types_that_cannot_be_turned_into_numbers_are_refused_together(tmp_path):
    path = write_wide(tmp_path / "odd.gguf", one_bit=("ffn_up", "ffn_gate"))
    _retype(path, "blk.0.ffn_gate.weight", "Q2_0", n_columns=128)  # unknown to gguf-py, with rows of as many bytes
    with pytest.raises(ModelFileError, match="can't be turned into numbers here: Q1_0, Q2_0"):
        open_gguf_source(path)


def _retype(path: Path, name: str, kind: str, *, n_columns: int) -> None:
    """Change the type and the row length in a tensor's description."""
    content = bytearray(path.read_bytes())
    at = content.index(name.encode()) + len(name) + 4
    type_id = next(number for number, found in TENSOR_TYPES.items() if found.name == kind)
    content[at : at + 8] = n_columns.to_bytes(8, "little")
    content[at + 16 : at + 20] = type_id.to_bytes(4, "little")
    path.write_bytes(bytes(content))


def test_a_split_model_is_read_from_all_its_parts(tiny, tmp_path):
    first = rewritten(tiny, tmp_path / "parts.gguf", split=5)
    assert len(list(tmp_path.iterdir())) == 4
    source = open_gguf_source(first)
    expected = expected_values(tiny)
    assert [tensor.name for tensor in source.tensors] == list(expected)
    assert all(np.array_equal(value, expected[name]) for name, value in values_of(source).items())
    assert not [key for key, _ in source.metadata if key.startswith("split.")]


def test_how_a_file_was_quantized_is_not_carried_along(tiny, tmp_path):
    path = rewritten(tiny, tmp_path / "x.gguf", changes={"quantize.imatrix.file": "x.dat", "general.author": "Ada"})
    source = open_gguf_source(path)
    assert "general.author" in source.metadata
    assert "quantize.imatrix.file" not in source.metadata
    assert "general.file_type" not in source.metadata


def test_tokens_that_are_not_text_keep_their_bytes(tmp_path, wide):
    path = tmp_path / "bytes.gguf"
    path.write_bytes(wide.read_bytes().replace(b"\x03\0\0\0\0\0\0\0t77", b"\x03\0\0\0\0\0\0\0\xff77"))
    tokens = open_gguf_source(path).metadata["tokenizer.ggml.tokens"].value
    assert isinstance(tokens, list)
    assert tokens[76:79] == [b"t76", b"\xff77", b"t78"]


def test_a_base_keeps_its_identity_or_gets_the_one_that_the_engine_compares(tiny, tmp_path):
    assert open_gguf_source(tiny).fingerprint == fingerprint(tiny)
    named = rewritten(tiny, tmp_path / "named.gguf", changes={"umi.fingerprint": "ab" * 32})
    source = open_gguf_source(named)
    assert source.fingerprint == "ab" * 32
    assert source.metadata["umi.fingerprint"].value == "ab" * 32


def test_a_broken_file_is_refused_by_the_runtimes_reader(tiny, tmp_path):
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="cut off"):
        open_gguf_source(path)


def test_a_file_that_changes_while_it_is_read_is_noticed(wide, tmp_path):
    path = tmp_path / "x.gguf"
    path.write_bytes(wide.read_bytes())
    source = open_gguf_source(path)
    path.write_bytes(path.read_bytes()[:-32])
    with pytest.raises(ModelFileError, match="was changed while"):
        source.tensors[0].read(0, 1)


def test_the_configuration_is_read_off_the_metadata(tiny):
    config = config_of_gguf(open_gguf_source(tiny), tiny)
    assert config.architecture == "LlamaForCausalLM"
    assert config.raw == {
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": 64,
        "intermediate_size": 128,
        "max_position_embeddings": 2048,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "rms_norm_eps": pytest.approx(1e-5),
        "rope_theta": 10000.0,
        "vocab_size": N_VOCAB,
        "tie_word_embeddings": True,
        "attention_bias": False,
    }


def test_layers_that_differ_have_no_configuration(tiny):
    source = open_gguf_source(tiny)
    source.metadata.array("llama.attention.head_count_kv", [2, 2], gguf.GGUFValueType.INT32)
    assert config_of_gguf(source, tiny).integer("num_key_value_heads") == 2
    source.metadata.array("llama.attention.head_count_kv", [2, 4], gguf.GGUFValueType.INT32)
    with pytest.raises(CheckpointError, match="head_count_kv differs from layer to layer"):
        config_of_gguf(source, tiny)


class Shift:
    """A patch that tells rows and columns apart: row number r, column c gets 10 r + c added."""

    def apply(self, rows: np.ndarray, row_ids: np.ndarray) -> np.ndarray:
        return rows + (10 * row_ids[:, None] + np.arange(rows.shape[1])).astype(np.float32)


SHAPES = {
    "model.embed_tokens.weight": (12, 16),
    "model.norm.weight": (16,),
    "model.layers.1.self_attn.q_proj.weight": (16, 16),
    "model.layers.1.self_attn.k_proj.weight": (8, 16),
    "model.layers.1.self_attn.q_proj.bias": (16,),
    "model.layers.1.mlp.down_proj.weight": (16, 24),
}


def in_memory(name: str, values: np.ndarray) -> Tensor:
    rows = values.reshape(-1, values.shape[-1])
    return Tensor(name=name, shape=values.shape, dtype=DType.F32, read=lambda start, stop: rows[start:stop])


def base_of(arch: str, names: list[str]) -> tuple[ModelSource, dict[str, Tensor], Architecture, Config]:
    """A GGUF in memory made of random Hugging Face weights by the architecture, and those weights."""
    architecture = architecture_of_gguf(arch, "x.gguf")
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "hidden_size": 16, "num_hidden_layers": 2}
    config = Config.of({"architectures": [architecture.hf_names[0]], **heads}, Path("x.gguf"))
    weights = {}
    for seed, name in enumerate(names):
        values = np.random.default_rng(seed).standard_normal(SHAPES[name]).astype(np.float32)
        weights[name] = in_memory(name, values)
    tensors = [architecture.converted(weight, config) for weight in weights.values()]
    assert None not in tensors
    source = ModelSource(
        arch=arch,
        metadata=KeyValues(arch),
        tensors=tuple(tensor for tensor in tensors if tensor is not None),
        dtype=DType.F32,
        fingerprint="00",
    )
    return source, weights, architecture, config


@pytest.mark.parametrize(
    ("arch", "names"),
    [
        ("llama", list(SHAPES)),
        ("qwen2", list(SHAPES)),
        ("gemma2", [name for name in SHAPES if not name.endswith(("bias", "norm.weight"))]),
    ],
)
def test_patching_a_gguf_is_converting_patched_weights(arch, names):
    source, weights, architecture, config = base_of(arch, names)
    result = patched_gguf(source, {name: [Shift(), Shift()] for name in names}, architecture, config)
    found = values_of(result)
    for weight in weights.values():
        expected = architecture.converted(patched(weight, [Shift(), Shift()]), config)
        assert expected is not None
        assert np.array_equal(found[expected.name], expected.whole())
        tensor = next(tensor for tensor in result.tensors if tensor.name == expected.name)
        middle = tensor.n_rows // 2
        assert np.array_equal(tensor.read(middle, tensor.n_rows), expected.read(middle, tensor.n_rows))
    if arch == "llama":  # so that the order of rows was put to the test
        q = "model.layers.1.self_attn.q_proj.weight"
        assert not np.array_equal(found["blk.1.attn_q.weight"], patched(weights[q], [Shift(), Shift()]).whole())


def test_weights_without_patches_stay_and_the_identity_changes_with_the_values():
    source, _, architecture, config = base_of("llama", list(SHAPES))
    name = "model.layers.1.mlp.down_proj.weight"
    result = patched_gguf(source, {name: [Shift()], "model.norm.weight": []}, architecture, config)
    changed = [a.name for a, b in zip(source.tensors, result.tensors, strict=True) if a is not b]
    assert changed == ["blk.1.ffn_down.weight"]
    assert result.fingerprint == fingerprint_of(result.tensors) != source.fingerprint
    assert result.metadata["umi.fingerprint"].value == result.fingerprint
    assert "umi.fingerprint" not in source.metadata


def test_an_untied_output_begins_as_the_embedding():
    source, weights, architecture, config = base_of("llama", list(SHAPES))
    embedding = weights["model.embed_tokens.weight"]
    result = patched_gguf(source, {"lm_head.weight": [Shift()]}, architecture, config, untied=True)
    found = values_of(result)
    assert np.array_equal(found["output.weight"], patched(embedding, [Shift()]).whole())
    assert np.array_equal(found["token_embd.weight"], embedding.whole())
    plain = patched_gguf(source, {"model.embed_tokens.weight": [Shift()]}, architecture, config, untied=True)
    assert np.array_equal(values_of(plain)["output.weight"], embedding.whole())


def test_all_patches_without_a_weight_are_refused_together():
    source, _, architecture, config = base_of("llama", list(SHAPES))
    patches = {"lm_head.weight": [Shift()], "model.layers.9.mlp.up_proj.weight": [Shift()]}
    with pytest.raises(UnsupportedAdapterError) as caught:
        patched_gguf(source, patches, architecture, config)
    assert [problem.split(":")[0] for problem in caught.value.problems] == list(patches)
    assert "Hugging Face checkpoint" in str(caught.value.hint)


def test_norms_that_are_stored_in_another_way_cannot_be_patched():
    source, _, architecture, config = base_of("gemma2", ["model.norm.weight"])
    with pytest.raises(UnsupportedAdapterError, match="stores other values"):
        patched_gguf(source, {"model.norm.weight": [Shift()]}, architecture, config)
