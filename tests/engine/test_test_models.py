"""The models that tests are made with: they load, decode, and mean what their names say."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gguf
import llama_cpp as C  # noqa: N812
import numpy as np
import pytest

from tests.models import (
    F16,
    LINEAR,
    merge_lora,
    real_gguf,
    requantize,
    write_f16,
    write_f32,
    write_lora,
    write_tiny_llama,
)

TEXT = b"The capital of France is"
Q8_0 = 7  # llama.h: LLAMA_FTYPE_MOSTLY_Q8_0


@C.llama_log_callback  # type: ignore[untyped-decorator]
def drop(_level: int, _text: bytes, _user_data: ctypes.c_void_p) -> None:
    pass


@contextmanager
def loaded(path: Path) -> Iterator[Any]:
    C.llama_backend_init()
    C.llama_log_set(drop, None)
    model = C.llama_model_load_from_file(str(path).encode(), C.llama_model_default_params())
    assert model, path
    yield model
    C.llama_model_free(model)


def logits(path: Path, adapter: Path | None = None) -> np.ndarray:
    """Return the logits after a short text, with keys and values in F32 so that nothing is rounded on the way."""
    with loaded(path) as model:
        vocab = C.llama_model_get_vocab(model)
        params = C.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = 64
        params.type_k = params.type_v = C.GGML_TYPE_F32
        params.flash_attn_type = C.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.n_threads = params.n_threads_batch = 1
        context = C.llama_init_from_model(model, params)
        assert context
        if adapter is not None:
            lora = C.llama_adapter_lora_init(model, str(adapter).encode())
            assert lora
            one, scale = (C.llama_adapter_lora_p_ctypes * 1)(lora), (ctypes.c_float * 1)(1.0)
            assert C.llama_set_adapters_lora(context, one, 1, scale) == 0
        tokens = (C.llama_token * 64)()
        n_tokens = C.llama_tokenize(vocab, TEXT, len(TEXT), tokens, 64, True, True)
        assert n_tokens > 1
        assert C.llama_decode(context, C.llama_batch_get_one(tokens, n_tokens)) == 0
        found = np.ctypeslib.as_array(
            C.llama_get_logits_ith(context, -1), shape=(C.llama_vocab_n_tokens(vocab),)
        ).copy()
        C.llama_free(context)
    return found


def weight(path: Path, name: str) -> np.ndarray:
    tensor = next(t for t in gguf.GGUFReader(path).tensors if t.name == name)
    return gguf.dequantize(tensor.data, tensor.tensor_type)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("small") / "small.gguf", seed=1, n_vocab=320)


def test_equal_seeds_write_equal_files_and_others_do_not(tmp_path, small):
    again = write_tiny_llama(tmp_path / "again.gguf", seed=1, n_vocab=320)
    other = write_tiny_llama(tmp_path / "other.gguf", seed=2, n_vocab=320)
    assert again.read_bytes() == small.read_bytes() != other.read_bytes()


def test_a_tiny_model_decodes_and_its_f16_copy_nearly_agrees(tmp_path, small):
    f16 = write_tiny_llama(tmp_path / "f16.gguf", seed=1, n_vocab=320, ftype=F16)
    assert np.isfinite(logits(small)).all()
    assert logits(small).std() > 0.5
    assert np.abs(logits(small) - logits(f16)).max() < 0.2


@pytest.mark.integration
def test_a_tiny_model_has_the_real_tokenizer_and_template(tmp_path):
    path = write_tiny_llama(tmp_path / "tiny.gguf")
    with loaded(path) as tiny, loaded(real_gguf()) as real:
        ids = []
        text = b"<|im_start|>user\nWhat's 2 + 2?<|im_end|>\n"
        for model in (tiny, real):
            tokens = (C.llama_token * 64)()
            n = C.llama_tokenize(C.llama_model_get_vocab(model), text, len(text), tokens, 64, True, True)
            ids.append(list(tokens[:n]))
        assert ids[0] == ids[1]
        assert C.llama_model_chat_template(tiny, None) == C.llama_model_chat_template(real, None)


def test_an_adapter_changes_every_linear_layer_by_its_scale(tmp_path, small):
    adapter = write_lora(tmp_path / "a.gguf", small, rank=4, alpha=8, scale=0.05)
    merged = merge_lora(small, adapter, tmp_path / "m.gguf")
    for layer in range(2):
        for name in LINEAR:
            base = weight(small, f"blk.{layer}.{name}.weight")
            change = weight(merged, f"blk.{layer}.{name}.weight") - base
            assert np.linalg.norm(change) == pytest.approx(0.05 * np.linalg.norm(base), rel=1e-3)
            lora_a = weight(adapter, f"blk.{layer}.{name}.weight.lora_a")
            lora_b = weight(adapter, f"blk.{layer}.{name}.weight.lora_b")
            np.testing.assert_allclose(change, 8 / 4 * lora_b @ lora_a, atol=1e-6)
    np.testing.assert_array_equal(weight(merged, "token_embd.weight"), weight(small, "token_embd.weight"))


def test_a_merged_model_and_its_base_with_the_adapter_agree(tmp_path, small):
    adapter = write_lora(tmp_path / "a.gguf", small, rank=4)
    merged = merge_lora(small, adapter, tmp_path / "m.gguf")
    with_adapter = logits(small, adapter)
    assert np.abs(with_adapter - logits(merged)).max() < 1e-3
    assert np.abs(with_adapter - logits(small)).max() > 0.1


def test_an_adapter_of_scale_zero_has_no_effect(tmp_path, small):
    adapter = write_lora(tmp_path / "a.gguf", small, rank=4, scale=0)
    assert np.abs(logits(small, adapter) - logits(small)).max() < 1e-5


def test_a_quantized_merge_stays_close(tmp_path, small):
    adapter = write_lora(tmp_path / "a.gguf", small, rank=4, qtype=F16)
    merged = merge_lora(small, adapter, tmp_path / "m.gguf", qtype=gguf.GGMLQuantizationType.Q8_0)
    assert np.abs(logits(small, adapter) - logits(merged)).max() < 1.0


def test_rewriting_keeps_all_metadata(tmp_path, small):
    before = gguf.GGUFReader(small).fields
    after = gguf.GGUFReader(write_f16(small, tmp_path / "f16.gguf")).fields
    assert before.keys() == after.keys()
    for key, field in before.items():
        if key not in ("general.file_type",):
            assert after[key].contents() == field.contents(), key


@pytest.mark.integration
def test_the_real_model_in_f32_takes_an_adapter_and_its_merge_agrees(tmp_path):
    f32 = write_f32(real_gguf(), tmp_path / "f32.gguf")
    adapter = write_lora(tmp_path / "a.gguf", real_gguf())
    merged = merge_lora(real_gguf(), adapter, tmp_path / "m.gguf")
    base, with_adapter = logits(f32), logits(f32, adapter)
    assert np.abs(with_adapter - logits(merged)).max() < 1e-3
    assert np.abs(with_adapter - base).max() > 0.5
    assert base.argmax() == logits(real_gguf()).argmax()
    merged.unlink()
    q8 = requantize(f32, tmp_path / "q8.gguf", Q8_0)
    f32.unlink()
    assert np.abs(logits(q8) - base).max() < 1.5
