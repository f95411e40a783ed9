"""A converted model computes what torch computes: a wrong row order or scaling loads just as well, and talks nonsense."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from tests.convert.checkpoints import VARIANTS, write_checkpoint, write_qwen_tokenizer
from tests.convert.tokenizers_for_tests import write_llama2, write_smollm2
from umi_convert.model import convert_model
from umi_convert.tensors import DType
from umi_local.engine.llama_c import Context, ContextParams, Model

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore"),  # transformers warns about random models; that isn't what this is about
]

LENGTHS = {"phi3-longrope": (60, 300)}
"""Where other than 60: LongRoPE has other factors beyond the original context, here 256."""

SAME_AS_ANOTHER = {"llama-bin", "llama-bins", "llama-sharded", "llama-code", "mistral", "gemma2-bare", "phi3-su"}
"""The weights are only stored in another way; or transformers itself can't load it (`su`)."""

TOLERANCES = {"gemma2": 2e-2, "gemma3": 2e-2}
"""In standard deviations of the logits; GELU is a table in float16 in llama.cpp. A wrong row order is off by several."""


def token_ids(folder: Path, n_tokens: int) -> list[int]:
    n_vocab = json.loads((folder / "config.json").read_text()).get("vocab_size", 400)
    generator = np.random.default_rng(n_tokens)
    return [int(token) for token in generator.integers(5, min(n_vocab, 400), n_tokens)]


def logits_of_torch(folder: Path, tokens: list[int]) -> np.ndarray:
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        logits: np.ndarray = model.eval()(torch.tensor([tokens])).logits[0].numpy()
    return logits


def logits_of_llama_cpp(path: Path, tokens: list[int]) -> np.ndarray:
    model = Model(path)
    try:
        params = ContextParams(n_ctx=len(tokens), n_batch=len(tokens), n_threads=1, type_k="f32", type_v="f32")
        context = Context(model, params, n_seq=1)
        context.decode(tokens, 0, 0, every_logit=True)
        logits = np.stack([context.logits(i).copy() for i in range(len(tokens))])
        context.close()
        return logits
    finally:
        model.close()


@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in SAME_AS_ANOTHER])
def test_a_converted_model_computes_what_torch_computes(name, tmp_path):
    variant = VARIANTS[name]
    if variant.tokenizer in (write_smollm2, write_qwen_tokenizer):  # a small vocabulary does here
        variant = replace(variant, tokenizer=write_llama2)
    folder = write_checkpoint(tmp_path / name, variant)
    convert_model(folder, tmp_path / "model.gguf", DType.F32)
    for n_tokens in LENGTHS.get(name, (60,)):
        tokens = token_ids(folder, n_tokens)
        expected = logits_of_torch(folder, tokens)
        found = logits_of_llama_cpp(tmp_path / "model.gguf", tokens)
        tolerance = TOLERANCES.get(variant.kind, 1e-4) * float(expected.std())
        np.testing.assert_allclose(found, expected, atol=tolerance, rtol=0)
