from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_convert.architectures import architecture_of, architecture_of_gguf, supported
from umi_convert.architectures.gemma import plus_one
from umi_convert.architectures.row_order import in_order, interleaved_halves
from umi_convert.config import Config
from umi_convert.errors import UnsupportedArchitectureError
from umi_convert.key_values import KeyValues
from umi_convert.tensors import DType, Tensor

PATH = Path("somewhere/config.json")
SIZES = {
    "vocab_size": 40,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 4,
    "query_pre_attn_scalar": 4,
}


def config_of(name="LlamaForCausalLM", **keys):
    return Config.of({"architectures": [name], **SIZES, **keys}, PATH)


def problems_of(name="LlamaForCausalLM", **keys):
    config = config_of(name, **keys)
    return list(architecture_of(config).problems(config))


def tensor(name, values, dtype=DType.F32):
    rows = values.reshape(-1, values.shape[-1])
    return Tensor(name=name, shape=values.shape, dtype=dtype, read=lambda start, stop: rows[start:stop])


def in_pieces(tensor, n_rows):
    parts = [tensor.read(at, min(at + n_rows, tensor.n_rows)) for at in range(0, tensor.n_rows, n_rows)]
    return np.concatenate(parts).reshape(tensor.shape)


def test_these_are_supported():
    assert supported() == (
        "Gemma2ForCausalLM",
        "Gemma3ForCausalLM",
        "Gemma3ForConditionalGeneration",
        "LLaMAForCausalLM",
        "LlamaForCausalLM",
        "MistralForCausalLM",
        "Phi3ForCausalLM",
        "Qwen2ForCausalLM",
        "Qwen3ForCausalLM",
    )


def test_another_architecture_is_refused_with_a_list_and_a_way_out():
    with pytest.raises(UnsupportedArchitectureError, match="is a MambaForCausalLM; supported are Gemma2") as caught:
        architecture_of(config_of("MambaForCausalLM"))
    assert "--llama-cpp" in (caught.value.hint or "")
    with pytest.raises(UnsupportedArchitectureError, match=r"m\.gguf is a mamba; supported are gemma2, gemma3, llama"):
        architecture_of_gguf("mamba", "m.gguf")


@pytest.mark.parametrize("name", supported())
def test_every_architecture_takes_its_own_defaults(name):
    bare = Config.of({"architectures": [name]}, PATH)
    architecture = architecture_of(bare)
    assert list(architecture.problems(bare)) == []
    assert architecture_of_gguf(architecture.gguf_name, "x").gguf_name == architecture.gguf_name


@pytest.mark.parametrize("name", supported())
def test_names_lead_back_to_themselves(name):
    config = config_of(name)
    architecture = architecture_of(config)
    names = list(architecture.tensor_shapes(config))
    assert len(names) >= 15
    for gguf_name in names:
        hf_name = architecture.hf_tensor_name(gguf_name)
        assert hf_name is not None
        assert architecture.gguf_tensor_name(hf_name) == gguf_name
    assert architecture.hf_tensor_name("rope_freqs.weight") is None


@pytest.mark.parametrize("name", ["model.layers.0.self_attn.x_proj.weight", "x", "", "model.layers.{}.mlp.up_proj.weight",
                                  "model.layers.01.mlp.up_proj.weight", "model.layers.-1.mlp.up_proj.weight"])  # fmt: skip
def test_a_name_that_the_architecture_lacks_is_a_key_error(name):
    architecture = architecture_of(config_of())
    with pytest.raises(KeyError):
        architecture.gguf_tensor_name(name)


def test_what_old_checkpoints_keep_beside_their_weights_is_left_out():
    assert architecture_of(config_of()).gguf_tensor_name("model.layers.0.self_attn.rotary_emb.inv_freq") is None


def test_a_text_models_tensors_are_found_within_a_bigger_model():
    gemma = architecture_of(config_of("Gemma3ForConditionalGeneration"))
    for name in ("language_model.model.norm.weight", "model.language_model.norm.weight", "model.norm.weight"):
        assert gemma.gguf_tensor_name(name) == "output_norm.weight"


def test_a_tied_head_is_not_missed_and_an_untied_one_is():
    for name in ("LlamaForCausalLM", "Qwen3ForCausalLM", "Gemma3ForCausalLM", "Phi3ForCausalLM"):
        config, tied = config_of(name, tie_word_embeddings=False), config_of(name, tie_word_embeddings=True)
        architecture = architecture_of(config)
        there = [gguf for gguf in architecture.tensor_shapes(config) if gguf != "output.weight" and "bias" not in gguf]
        assert architecture.missing_tensors(config, there) == ("lm_head.weight",)
        assert architecture.missing_tensors(tied, there) == ()


def test_biases_are_missed_where_the_configuration_has_them():
    config = config_of(attention_bias=True, tie_word_embeddings=True)
    architecture = architecture_of(config)
    there = [gguf for gguf in architecture.tensor_shapes(config) if "bias" not in gguf]
    assert len(architecture.missing_tensors(config, there)) == 8
    qwen = architecture_of(config_of("Qwen2ForCausalLM"))
    assert "model.layers.1.self_attn.v_proj.bias" in qwen.missing_tensors(config_of("Qwen2ForCausalLM"), ())


@given(n_heads=st.integers(1, 6), half=st.integers(1, 8))
def test_halves_of_heads_are_interleaved(n_heads, half):
    order = interleaved_halves(n_heads * half * 2, n_heads)
    assert sorted(order) == list(range(n_heads * half * 2))
    for head in range(n_heads):
        begin = head * half * 2
        for i in range(half):
            assert order[begin + 2 * i] == begin + i
            assert order[begin + 2 * i + 1] == begin + half + i


@given(n_heads=st.integers(1, 5), half=st.integers(1, 5), n_rows=st.integers(1, 60))
def test_rows_come_in_the_same_order_however_many_are_read_at_once(n_heads, half, n_rows):
    values = np.arange(n_heads * half * 2 * 3, dtype=np.float32).reshape(-1, 3)
    order = interleaved_halves(len(values), n_heads)
    reordered = in_order(tensor("q", values), order, half * 2)
    np.testing.assert_array_equal(in_pieces(reordered, n_rows), values[order])


def test_only_the_heads_that_are_wanted_are_read():
    values, asked = np.arange(64, dtype=np.float32).reshape(32, 2), []

    def read(start, stop):
        asked.append((start, stop))
        return values[start:stop]

    plain = Tensor(name="q", shape=(32, 2), dtype=DType.F32, read=read)
    in_order(plain, interleaved_halves(32, 4), 8).read(9, 15)
    assert asked == [(8, 16)]


def test_queries_keys_and_their_biases_are_reordered_in_llama_and_nothing_else():
    config = config_of()
    architecture = architecture_of(config)
    for hf, n_heads in (("self_attn.q_proj", 4), ("self_attn.k_proj", 2)):
        weight = np.random.default_rng(0).standard_normal((n_heads * 4, 16)).astype(np.float32)
        expected = weight.reshape(n_heads, 2, 2, 16).swapaxes(1, 2).reshape(-1, 16)
        found = architecture.converted(tensor(f"model.layers.0.{hf}.weight", weight), config)
        assert found is not None
        np.testing.assert_array_equal(found.whole(), expected)
        bias = architecture.converted(tensor(f"model.layers.0.{hf}.bias", weight[:, 0].copy()), config)
        assert bias is not None
        np.testing.assert_array_equal(bias.whole(), expected[:, 0])
    assert architecture.row_order("blk.0.attn_v.weight", 8, config) is None
    qwen = architecture_of(config_of("Qwen2ForCausalLM"))
    assert qwen.row_order("blk.0.attn_q.weight", 16, config_of("Qwen2ForCausalLM")) is None


def test_gemmas_norms_become_factors_in_float32():
    values = np.array([0.1, -1.0, 3e-4], dtype=np.float32)
    np.testing.assert_array_equal(plus_one(tensor("n", values)).whole(), values + 1)
    half = plus_one(tensor("n", values.astype(np.float16), DType.F16))
    assert half.dtype is DType.F32
    np.testing.assert_array_equal(half.whole(), (values.astype(np.float16) + np.float16(1)).astype(np.float32))


GEMMA = {"hidden_activation": "gelu_pytorch_tanh"}
YARN = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 64}


@pytest.mark.parametrize(
    ("name", "keys", "words"),
    [
        ("LlamaForCausalLM", {"hidden_act": "gelu"}, "hidden_act is gelu; llama.cpp computes llama with silu"),
        ("LlamaForCausalLM", {"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "rope scaling of the kind dynamic"),
        ("LlamaForCausalLM", {"rope_scaling": {"type": "longrope"}}, "kinds for this model are: linear, llama3, yarn"),
        ("LlamaForCausalLM", {"rope_scaling": {"type": "linear"}}, "needs a factor above 0"),
        ("LlamaForCausalLM", {"rope_scaling": {"type": "linear", "factor": -1}}, "needs a factor above 0"),
        ("LlamaForCausalLM", {"rope_scaling": {**YARN, "beta_fast": 16}}, "beta_fast 16; llama.cpp always computes YaRN"),
        ("LlamaForCausalLM", {"rope_scaling": {**YARN, "attention_factor": 0.5}}, "attention_factor 0.5"),
        ("LlamaForCausalLM", {"rope_scaling": {**YARN, "mscale": 0.7, "truncate": False}}, "no key for: mscale, truncate"),
        ("LlamaForCausalLM", {"partial_rotary_factor": 0.5}, "partial_rotary_factor is 0.5"),
        ("LlamaForCausalLM", {"rope_theta": -1.0}, "rope_theta is -1"),
        ("LlamaForCausalLM", {"num_key_value_heads": 3}, "isn't a multiple of num_key_value_heads"),
        ("LlamaForCausalLM", {"head_dim": 5}, "heads have 5 values"),
        ("LlamaForCausalLM", {"num_local_experts": 8}, "mixtures of experts"),
        ("LlamaForCausalLM", {"quantization_config": {"quant_method": "fp8"}}, "quantization_config"),
        ("MistralForCausalLM", {"attention_bias": True}, "attention_bias is set"),
        ("Qwen2ForCausalLM", {"rope_scaling": LLAMA3}, "rope scaling of the kind llama3"),
        ("Qwen2ForCausalLM", {"head_dim": 8}, "head_dim is 8; llama.cpp takes hidden_size / num_attention_heads"),
        ("Qwen3ForCausalLM", {"attention_bias": True}, "attention_bias is set; llama.cpp's qwen3 has no such biases"),
        ("Gemma2ForCausalLM", {"query_pre_attn_scalar": 224}, "is 224; llama.cpp computes this model with 4"),
        ("Gemma2ForCausalLM", {"hidden_activation": "relu"}, "hidden_activation is relu"),
        ("Gemma2ForCausalLM", {"tie_word_embeddings": False}, "tie_word_embeddings is false"),
        ("Gemma2ForCausalLM", {"rope_theta": 5e5}, "rope_theta is 500000"),
        ("Gemma2ForCausalLM", {"rope_scaling": {"type": "linear", "factor": 2.0}}, "kinds for this model are: none"),
        ("Gemma2ForCausalLM", {"final_logit_softcapping": None}, "final_logit_softcapping is null"),
        ("Gemma2ForCausalLM", {"layer_types": ["full_attention"] * 2}, "full attention in every layer number 2"),
        ("Gemma3ForCausalLM", {"sliding_window_pattern": 3}, "sliding_window_pattern is 3; llama.cpp computes 6 or 1"),
        ("Gemma3ForCausalLM", {"layer_types": ["full_attention"] * 2}, "full attention in every layer number 6"),
        ("Gemma3ForCausalLM", {"sliding_window": None}, "sliding_window is null"),
        ("Gemma3ForCausalLM", {"attn_logit_softcapping": 50.0}, "attn_logit_softcapping is set"),
        ("Gemma3ForCausalLM", {"use_bidirectional_attention": True}, "use_bidirectional_attention"),
        ("Phi3ForCausalLM", {"rope_scaling": {"type": "linear", "factor": 2.0}}, "rope scaling of the kind linear"),
        ("Phi3ForCausalLM", {"rope_scaling": {"type": "su", "long_factor": [1], "short_factor": [1]}}, "must be 2 of each"),
    ],
)  # fmt: skip
def test_what_llama_cpp_would_compute_differently_is_a_problem(name, keys, words):
    found = problems_of(name, **keys)
    assert len(found) == 1
    assert words in found[0]


def test_all_problems_are_named_at_once():
    assert len(problems_of(hidden_act="gelu", num_key_value_heads=3, rope_scaling={"type": "dynamic"})) == 3


@pytest.mark.parametrize("pattern", [1, 6])
def test_gemma3_without_windows_has_no_key_for_them(pattern):
    metadata = KeyValues("gemma3")
    config = config_of("Gemma3ForCausalLM", sliding_window_pattern=pattern, sliding_window=8)
    assert problems_of("Gemma3ForCausalLM", sliding_window_pattern=pattern, sliding_window=8) == []
    architecture_of(config).write_hparams(config, metadata)
    assert ("gemma3.attention.sliding_window" in metadata) is (pattern == 6)
