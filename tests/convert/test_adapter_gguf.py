"""A LoRA GGUF computes in llama.cpp what the merged model computes; what can't be one is refused."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.convert.adapter_folders import (
    FINGERPRINT,
    HIDDEN,
    MODULES,
    PREFIX,
    VOCAB,
    all_linear,
    embedding_lora,
    llama_config,
    llama_weights,
    lora,
    write_adapter,
)
from tests.convert.conformance import read_gguf
from tests.models import TINY_FF, TINY_HIDDEN, write_tiny_llama
from umi_convert.adapter_file import convert_adapter
from umi_convert.adapter_gguf import adapter_source
from umi_convert.architectures import architecture_of
from umi_convert.base_model import merged, open_base
from umi_convert.errors import UnsupportedAdapterError
from umi_convert.peft_adapter import adapter_problems, open_adapter
from umi_convert.tensors import Array, DType
from umi_convert.writer import write_gguf
from umi_local.bundles.values import Layout
from umi_local.engine.gguf_adapters import check_adapter
from umi_local.engine.gguf_header import check_model
from umi_local.engine.llama_c import Context, ContextParams, Model

N_TOKENS = 400
TOKEN_IDS = [5, 399, 17, 17, 260, 0, 31, 12]
TINY_MODULES = {
    "self_attn.q_proj": (TINY_HIDDEN, TINY_HIDDEN),
    "self_attn.k_proj": (TINY_HIDDEN // 2, TINY_HIDDEN),
    "self_attn.v_proj": (TINY_HIDDEN // 2, TINY_HIDDEN),
    "self_attn.o_proj": (TINY_HIDDEN, TINY_HIDDEN),
    "mlp.gate_proj": (TINY_FF, TINY_HIDDEN),
    "mlp.up_proj": (TINY_FF, TINY_HIDDEN),
    "mlp.down_proj": (TINY_HIDDEN, TINY_FF),
}
PATTERNS = {
    "rank_pattern": {"q_proj": 2, "mlp.*": 6},
    "alpha_pattern": {"layers.0.self_attn.v_proj": 20, "down_proj": 1, "layers.1.self_attn.k_proj": 0},
}
SPAN = {
    "format": 1,
    "role": "planner",
    "mode": "span",
    "profile": "shared",
    "markers": "chatml",
    "base_fingerprint": FINGERPRINT,
}


@pytest.fixture(scope="module")
def tied(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("tied") / "base.gguf", n_vocab=N_TOKENS)


@pytest.fixture(scope="module")
def untied(tied, tmp_path_factory):
    path = tmp_path_factory.mktemp("untied") / "base.gguf"
    write_gguf(path, open_base(tied).with_patches({"model.norm.weight": ()}, untied=True), DType.F32)
    return path


def tiny_lora(ranks, **others):
    """Random updates of every linear layer, some with a rank of their own."""
    modules = {f"model.layers.{layer}.{module}": shape for layer in range(2) for module, shape in TINY_MODULES.items()}
    tensors: dict[str, Array] = {}
    for module, shape in modules.items():
        rank = next((rank for end, rank in ranks.items() if end in module), 4)
        tensors |= lora(module, shape, rank, scale=0.2)
    return tensors | others


def logits_of(model_path, adapter_path=None):
    """The logits of every position, with keys and values in float32."""
    model = Model(model_path)
    try:
        context = Context(model, ContextParams(n_ctx=64, n_batch=32, n_threads=1, type_k="f32", type_v="f32"))
        try:
            context.use_adapter(model.adapter(adapter_path) if adapter_path else None)
            context.decode(TOKEN_IDS, 0, 0, every_logit=True)
            return np.stack([context.logits(i).copy() for i in range(len(TOKEN_IDS))])
        finally:
            context.close()
    finally:
        model.close()


ENDS = {
    **embedding_lora("model.embed_tokens", (N_TOKENS, TINY_HIDDEN), 3),
    **lora("lm_head", (N_TOKENS, TINY_HIDDEN), 3, scale=0.2),
}


@pytest.mark.parametrize(
    ("options", "ranks", "others", "base_name"),
    [
        ({"lora_alpha": 12}, {}, {}, "tied"),
        ({"use_rslora": True}, {}, {}, "tied"),
        ({**PATTERNS}, {"q_proj": 2, "mlp": 6}, {}, "tied"),
        ({**PATTERNS, "use_rslora": True}, {"q_proj": 2, "mlp": 6}, {}, "tied"),
        ({"lora_alpha": 0, "alpha_pattern": {"q_proj": 8, "up_proj": -4}}, {}, {}, "tied"),
        ({"rank_pattern": {"embed_tokens|lm_head": 3}, "use_rslora": True}, {}, ENDS, "untied"),
    ],
    ids=["plain", "rslora", "patterns", "patterns-rslora", "alpha-0", "both-ends"],
)
def test_llama_cpp_computes_with_the_adapter_what_it_computes_with_the_merged_model(
    tmp_path, request, options, ranks, others, base_name
):
    base_path = request.getfixturevalue(base_name)
    folder = write_adapter(tmp_path / "adapter", tiny_lora(ranks, **others), **options)
    convert_adapter(folder, base_path, tmp_path / "adapter.gguf", DType.F32)
    check_adapter(tmp_path / "adapter.gguf", check_model(base_path))
    base = open_base(base_path)
    write_gguf(tmp_path / "merged.gguf", merged(base, [open_adapter(folder)]), DType.F32)
    with_adapter = logits_of(base_path, tmp_path / "adapter.gguf")
    np.testing.assert_allclose(with_adapter, logits_of(tmp_path / "merged.gguf"), atol=1e-3)
    assert np.abs(with_adapter - logits_of(base_path)).max() > 1


def test_folding_rounds_once_and_leaves_what_needs_none_alone(tmp_path):
    tensors = {name: values.astype(np.float16) for name, values in all_linear().items()}
    source = source_of(write_adapter(tmp_path / "adapter", tensors, alpha_pattern={"q_proj": 3}))
    write_gguf(tmp_path / "out.gguf", source, DType.F16)
    found = read_gguf(tmp_path / "out.gguf")
    assert found.values["adapter.lora.alpha"] == (6, 8.0)
    module = f"{PREFIX}model.layers.0.self_attn"
    order = np.arange(16).reshape(4, 2, 2).swapaxes(1, 2).ravel()  # of queries: heads of 4, their halves interleaved
    expected = {
        "blk.0.attn_q.weight.lora_a": tensors[f"{module}.q_proj.lora_A.weight"],
        "blk.0.attn_q.weight.lora_b": tensors[f"{module}.q_proj.lora_B.weight"].astype(np.float32)[order] * 0.375,
        "blk.0.attn_v.weight.lora_b": tensors[f"{module}.v_proj.lora_B.weight"],
        "blk.0.attn_output.weight.lora_b": tensors[f"{module}.o_proj.lora_B.weight"],
    }
    for name, values in expected.items():
        assert found.tensors[name][2] == values.astype(np.float16).tobytes(), name
    assert len(found.tensors) == 4 * len(MODULES)


def source_of(folder, *, tied=False, fingerprint=FINGERPRINT):
    config = llama_config()
    shapes = {name: values.shape for name, values in llama_weights(tied=tied).items()}
    return adapter_source(open_adapter(folder), config, architecture_of(config), shapes, fingerprint)


def test_the_file_says_what_it_is_and_which_base_it_belongs_to(tmp_path):
    folder = write_adapter(tmp_path, all_linear(), alora_invocation_tokens=[7, 9], use_rslora=True)
    metadata = source_of(folder).metadata
    assert metadata["general.type"].value == "adapter"
    assert metadata["adapter.type"].value == "lora"
    assert metadata["adapter.lora.alpha"].value == 16  # 8 times the root of 4
    assert list(metadata["adapter.alora.invocation_tokens"].value) == [7, 9]
    assert metadata["umi.base.fingerprint"].value == FINGERPRINT


def everything_else():
    """Tensors of every kind that a LoRA GGUF can't hold."""
    module = f"{PREFIX}model.layers.0.self_attn.q_proj"
    return {
        **all_linear(),
        **{
            f"{PREFIX}model.layers.{i}.{m}.lora_magnitude_vector": np.ones(s[0], np.float32)
            for i in (0, 1)
            for m, s in MODULES.items()
        },
        f"{PREFIX}lm_head.weight": np.ones((VOCAB, HIDDEN), np.float32),
        f"{PREFIX}model.norm.weight": np.ones(HIDDEN, np.float32),
        f"{module}.lora_B.bias": np.ones(HIDDEN, np.float32),
        f"{PREFIX}model.embed_tokens.token_adapter.trainable_tokens_delta": np.ones((1, HIDDEN), np.float32),
    }


def test_everything_that_has_no_form_as_a_lora_gguf_is_listed_with_the_remedy(tmp_path):
    folder = write_adapter(
        tmp_path, everything_else(), use_dora=True, modules_to_save=["lm_head"], trainable_token_indices=[3]
    )
    with pytest.raises(UnsupportedAdapterError) as caught:
        source_of(folder)
    problems = "\n".join(caught.value.problems)
    for what in ("DoRA on 14 layers", "lm_head.weight, model.norm.weight", "trained biases", "embed_tokens"):
        assert what in problems
    assert len(caught.value.problems) == 4
    assert "--layout merged" in caught.value.hint


@pytest.mark.parametrize("module", ["model.embed_tokens", "lm_head"])
def test_an_update_of_one_end_is_refused_where_head_and_embedding_are_one(tmp_path, module):
    make = embedding_lora if module == "model.embed_tokens" else lora
    folder = write_adapter(tmp_path, make(module, (VOCAB, HIDDEN), 4))
    assert len(source_of(folder).tensors) == 2
    with pytest.raises(UnsupportedAdapterError, match=f"a LoRA on {module} can't be applied at run time"):
        source_of(folder, tied=True)


def test_llama_cpp_stops_the_process_on_an_update_of_a_tied_embedding(tied, tmp_path):
    """The reason for the refusal above; when this fails, llama.cpp has learned it."""
    folder = write_adapter(tmp_path / "adapter", embedding_lora("model.embed_tokens", (N_TOKENS, TINY_HIDDEN), 4))
    base = open_base(tied)
    shapes = {**base.shapes, "lm_head.weight": base.shapes["model.embed_tokens.weight"]}
    source = adapter_source(open_adapter(folder), base.config, base.architecture, shapes, base.fingerprint)
    write_gguf(tmp_path / "adapter.gguf", source, DType.F32)
    code = (
        "from pathlib import Path; from umi_local.engine.llama_c import *\n"
        f"model = Model(Path({str(tied)!r})); context = Context(model, ContextParams(n_ctx=64, n_batch=32, n_threads=1))\n"
        f"context.use_adapter(model.adapter(Path({str(tmp_path / 'adapter.gguf')!r})))\n"
        "print('loaded', flush=True); context.decode([1, 2, 3], 0, 0)"
    )
    environment = {**os.environ, "GGML_NO_BACKTRACE": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "loaded\n"
    assert done.returncode < 0, "it ended by itself"


def test_an_adapter_for_another_base_is_refused(tmp_path):
    other = {**lora("model.layers.7.self_attn.q_proj", (16, 16), 4), **lora("model.layers.0.mlp.up_proj", (9, 16), 4)}
    card = {**SPAN, "base_fingerprint": "cd" * 32}
    with pytest.raises(UnsupportedAdapterError) as caught:
        source_of(write_adapter(tmp_path, other, card=card))
    assert len(caught.value.problems) == 3
    assert "trained on cdcdcdcdcdcdcdcd, and this one is abababababababab" in caught.value.problems[0]
    assert "model.layers.7.self_attn.q_proj, which this one lacks" in caught.value.problems[1]
    assert "model.layers.0.mlp.up_proj (9, 16) on (24, 16)" in caught.value.problems[2]


def problems_in(folder, layout, **options):
    return adapter_problems(open_adapter(folder), layout, **options)


def test_a_layout_takes_what_was_trained_for_it(tmp_path):
    plain = write_adapter(tmp_path / "plain", all_linear())
    full = write_adapter(tmp_path / "full", all_linear(), card={**SPAN, "mode": "full"})
    span = write_adapter(tmp_path / "span", all_linear(), card=SPAN)
    activated = write_adapter(tmp_path / "activated", all_linear(), alora_invocation_tokens=[7])
    for folder in (plain, full):
        assert problems_in(folder, Layout.MERGED) == problems_in(folder, Layout.ADAPTERS) == ()
        [problem] = problems_in(folder, Layout.SHARED)
        assert "would compute another function" in problem
        assert problems_in(folder, Layout.SHARED, assume_span=True) == ()
    for folder in (span, activated):
        assert problems_in(folder, Layout.SHARED) == ()
        for layout in (Layout.MERGED, Layout.ADAPTERS):
            [problem] = problems_in(folder, layout)
            assert "--layout shared" in problem


def test_a_dora_may_be_merged_but_not_kept_as_an_adapter(tmp_path):
    tensors = {
        f"{PREFIX}lm_head.lora_magnitude_vector": np.ones(VOCAB, np.float32),
        **lora("lm_head", (VOCAB, HIDDEN), 4),
    }
    folder = write_adapter(tmp_path, tensors, use_dora=True, card=SPAN)
    full = write_adapter(tmp_path / "full", tensors, use_dora=True)
    assert problems_in(full, Layout.MERGED) == ()
    assert len(problems_in(full, Layout.ADAPTERS)) == 1
    assert len(problems_in(full, Layout.ADAPTERS, tied=True)) == 2
    assert len(problems_in(folder, Layout.SHARED)) == 1
    assert problems_in(folder, Layout.SHARED, keeps_adapter=False) == ()
