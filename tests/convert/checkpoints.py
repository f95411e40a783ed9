"""Small random checkpoints of every architecture, as transformers saves them. Importing this costs seconds.

The weights are random, the tokenizers real or trained; see tokenizers_for_tests.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers

from tests.convert import tokenizers_for_tests as tokenizers
from tests.convert.conformance import llama_cpp_scripts

SIZES: Mapping[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
_GEMMA = {"head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 32}
_VISION = {
    "hidden_size": 32,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": 28,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How transformers makes a model of an architecture."""

    config: type
    model: type
    options: Mapping[str, Any] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "llama": Kind(transformers.LlamaConfig, transformers.LlamaForCausalLM),
    "mistral": Kind(transformers.MistralConfig, transformers.MistralForCausalLM),
    "qwen2": Kind(transformers.Qwen2Config, transformers.Qwen2ForCausalLM),
    "qwen3": Kind(transformers.Qwen3Config, transformers.Qwen3ForCausalLM, {"head_dim": 32}),
    "gemma2": Kind(transformers.Gemma2Config, transformers.Gemma2ForCausalLM, _GEMMA),
    "gemma3": Kind(transformers.Gemma3TextConfig, transformers.Gemma3ForCausalLM, {**_GEMMA, "num_hidden_layers": 7}),
    "phi3": Kind(transformers.Phi3Config, transformers.Phi3ForCausalLM, {"pad_token_id": 0}),
}

Edit = Callable[[dict[str, Any]], Any]
"""A change to config.json."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A checkpoint to be made.

    Attributes:
        tokenizer: Writes the tokenizer's files and a config.json that says the vocabulary's size.
        options: Of the model's configuration.
        edit: Changes config.json after it was saved.
        form: How the weights are stored.
        n_shards: In how many files, at least.
    """

    kind: str
    tokenizer: Callable[[Path], Path]
    options: Mapping[str, Any] = field(default_factory=dict)
    dtype: torch.dtype = torch.float32
    edit: Edit | None = None
    form: str = "safetensors"
    n_shards: int = 1


def write_checkpoint(folder: Path, variant: Variant, *, seed: int = 0) -> Path:
    """Write a checkpoint's folder and return it."""
    variant.tokenizer(folder)
    n_vocab = json.loads((folder / "config.json").read_text())["vocab_size"]
    save(random_model(variant.kind, seed=seed, **{"vocab_size": n_vocab, **variant.options}), folder, variant)
    if variant.edit is not None:
        edit_json(folder / "config.json", variant.edit)
    return folder


def random_model(kind: str, *, seed: int = 0, **options: Any) -> Any:
    """Return a model with random weights in float32, norms and biases too."""
    torch.manual_seed(seed)
    made = KINDS[kind]
    model = made.model(made.config(**{**SIZES, **made.options, **options})).eval()
    return randomized(model)


def randomized(model: Any) -> Any:
    """Return a model whose parameters are all random."""
    for name, parameter in model.named_parameters():
        spread = 0.02 if "norm" in name else 0.08
        parameter.data = parameter.data + torch.randn_like(parameter) * spread
    return model


def save(model: Any, folder: Path, variant: Variant) -> None:
    """Write a model's configuration and weights."""
    model = model.to(variant.dtype)
    n_bytes = sum(parameter.nbytes for parameter in model.parameters())
    if variant.form == "safetensors":
        model.save_pretrained(folder, max_shard_size=n_bytes // variant.n_shards)
        return
    model.config.save_pretrained(folder)
    edit_json(folder / "config.json", lambda config: config.update(architectures=[type(model).__name__]))
    state = {name: value for name, value in model.state_dict().items() if value is not None}
    if model.config.tie_word_embeddings:
        state.pop("lm_head.weight")
    names = list(state)
    if variant.n_shards == 1:
        torch.save(state, folder / "pytorch_model.bin")
        return
    weight_map = {}
    for number in range(variant.n_shards):
        part = f"pytorch_model-{number + 1:05}-of-{variant.n_shards:05}.bin"
        chosen = names[number :: variant.n_shards]
        torch.save({name: state[name] for name in chosen}, folder / part)
        weight_map.update(dict.fromkeys(chosen, part))
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))


def save_gemma3_with_eyes(folder: Path, n_vocab: int, *, seed: int = 0) -> Path:
    """Write a Gemma 3 that also sees pictures, in the names of the released ones (`language_model.model...`)."""
    torch.manual_seed(seed)
    text = {**SIZES, **KINDS["gemma3"].options, "vocab_size": n_vocab}
    config = transformers.Gemma3Config(text_config=text, vision_config={**_VISION, "patch_size": 14})
    model = randomized(transformers.Gemma3ForConditionalGeneration(config).eval()).to(torch.bfloat16)
    model.save_pretrained(folder)
    return folder


def write_qwen_tokenizer(folder: Path) -> Path:
    """Write Qwen 2's own tokenizer: transformers takes no other for a model of that type."""
    vocabulary = llama_cpp_scripts() / "models" / "ggml-vocab-qwen2.gguf"
    return tokenizers.write_real_bpe(folder, vocabulary, tokenizers.QWEN2_REGEX, bos=False)


def edit_json(path: Path, edit: Edit) -> None:
    """Change a JSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def old_form(**keys: Any) -> Edit:
    """Return a change to what transformers before 5 wrote: `rope_theta` and `rope_scaling`, `torch_dtype`."""

    def edit(config: dict[str, Any]) -> None:
        rope = config.pop("rope_parameters")
        config.update(rope_theta=rope.get("rope_theta", 10000.0), **keys)
        config["torch_dtype"] = config.pop("dtype", None)

    return edit


def without(*names: str, **keys: Any) -> Edit:
    """Return a change that leaves keys out, and sets others."""

    def edit(config: dict[str, Any]) -> None:
        for name in names:
            config.pop(name, None)
        config.update(keys)

    return edit


_LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
_LLAMA3_V5 = {**_LLAMA3, "rope_theta": 500000.0, "original_max_position_embeddings": 64}
_YARN = {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64}
_YARN_V5 = {"rope_type": "yarn", "rope_theta": 1e6, "factor": 2.0, "original_max_position_embeddings": 128}
_LONG = {
    "type": "longrope",
    "short_factor": [1.0 + i / 8 for i in range(8)],
    "long_factor": [1.5 + i for i in range(8)],
}
_DEFAULTS = ("rms_norm_eps", "rope_parameters", "head_dim", "tie_word_embeddings", "vocab_size", "initializer_range")
_BF16, _F16 = torch.bfloat16, torch.float16

VARIANTS: Mapping[str, Variant] = {
    "llama-tied": Variant(
        kind="llama", tokenizer=tokenizers.write_smollm2, options={"tie_word_embeddings": True}, dtype=_BF16
    ),
    "llama-sharded": Variant(kind="llama", tokenizer=tokenizers.write_llama2, dtype=_F16, n_shards=3),
    "llama-bin": Variant(kind="llama", tokenizer=tokenizers.write_llama2, dtype=_F16, form="bin"),
    "llama-bins": Variant(kind="llama", tokenizer=tokenizers.write_llama_hf, dtype=_BF16, form="bin", n_shards=2),
    "llama-biases": Variant(
        kind="llama", tokenizer=tokenizers.write_llama2, options={"attention_bias": True, "mlp_bias": True}
    ),
    "llama-wide-heads": Variant(
        kind="llama", tokenizer=tokenizers.write_llama2, options={"head_dim": 32, "num_key_value_heads": 4}
    ),
    "llama-code": Variant(kind="llama", tokenizer=tokenizers.write_llama2, options={"vocab_size": 32016}, dtype=_BF16),
    "llama-bare": Variant(
        kind="llama",
        tokenizer=tokenizers.write_llama2,
        options={"vocab_size": 32000, "num_key_value_heads": 4, "max_position_embeddings": 2048},
        edit=without(*_DEFAULTS, "num_key_value_heads", "max_position_embeddings", "hidden_act"),
    ),
    "llama-rope-llama3": Variant(
        kind="llama", tokenizer=tokenizers.write_llama2, options={"rope_parameters": _LLAMA3_V5}, dtype=_BF16
    ),
    "llama-rope-llama3-old": Variant(
        kind="llama",
        tokenizer=tokenizers.write_llama2,
        edit=old_form(rope_scaling={**_LLAMA3, "original_max_position_embeddings": 64}),
    ),
    "llama-rope-linear": Variant(
        kind="llama", tokenizer=tokenizers.write_llama2, edit=old_form(rope_scaling={"type": "linear", "factor": 4.0})
    ),
    "llama-rope-yarn": Variant(
        kind="llama",
        tokenizer=tokenizers.write_llama2,
        edit=old_form(rope_scaling={**_YARN, "beta_fast": 32, "beta_slow": 1, "attention_factor": 1.1386294361119891}),
    ),
    "mistral": Variant(
        kind="mistral", tokenizer=tokenizers.write_llama_hf, options={"sliding_window": 64}, dtype=_BF16
    ),
    "mistral-bare": Variant(
        kind="mistral",
        tokenizer=tokenizers.write_llama2,
        options={"vocab_size": 32000, "num_attention_heads": 8, "num_key_value_heads": 8},
        edit=without(*_DEFAULTS, "num_key_value_heads", "max_position_embeddings", "sliding_window"),
    ),
    "qwen2": Variant(kind="qwen2", tokenizer=write_qwen_tokenizer, dtype=_BF16),
    "qwen2-tied": Variant(
        kind="qwen2", tokenizer=write_qwen_tokenizer, options={"tie_word_embeddings": True}, n_shards=2
    ),
    "qwen2-rope-yarn": Variant(
        kind="qwen2",
        tokenizer=write_qwen_tokenizer,
        options={"use_sliding_window": True, "max_window_layers": 1, "sliding_window": 64},
        dtype=_F16,
        edit=old_form(rope_scaling=_YARN),
    ),
    "qwen3": Variant(kind="qwen3", tokenizer=tokenizers.write_smollm2, options={"tie_word_embeddings": True}, dtype=_BF16),
    "qwen3-rope-yarn": Variant(
        kind="qwen3", tokenizer=tokenizers.write_smollm2, options={"rope_parameters": _YARN_V5}, dtype=_F16
    ),
    "gemma2": Variant(kind="gemma2", tokenizer=tokenizers.write_gemma, dtype=_BF16),
    "gemma2-f16": Variant(kind="gemma2", tokenizer=tokenizers.write_gemma, dtype=_F16),
    "gemma2-bare": Variant(
        kind="gemma2",
        tokenizer=tokenizers.write_gemma,
        options={"head_dim": 256, "query_pre_attn_scalar": 256, "vocab_size": 256000, "hidden_size": 16},
        edit=without(*_DEFAULTS, "query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping"),
    ),
    "gemma3": Variant(kind="gemma3", tokenizer=tokenizers.write_gemma, dtype=_BF16),
    "gemma3-old": Variant(
        kind="gemma3",
        tokenizer=tokenizers.write_gemma,
        edit=without(
            "rope_parameters",
            "layer_types",
            rope_theta=1e6,
            rope_local_base_freq=1e4,
            rope_scaling={"rope_type": "linear", "factor": 8.0},
            sliding_window_pattern=6,
            final_logit_softcapping=20.0,
        ),
    ),
    "gemma3-bpe": Variant(kind="gemma3", tokenizer=tokenizers.write_smollm2, dtype=_F16),
    "phi3": Variant(kind="phi3", tokenizer=tokenizers.write_phi3, dtype=_BF16),
    "phi3-partial": Variant(
        kind="phi3", tokenizer=tokenizers.write_phi3, options={"num_key_value_heads": 4, "sliding_window": 100},
        edit=lambda config: config["rope_parameters"].update(partial_rotary_factor=0.5),
    ),
    "phi3-longrope": Variant(
        kind="phi3",
        tokenizer=tokenizers.write_phi3,
        options={"max_position_embeddings": 1024},
        dtype=_F16,
        edit=old_form(rope_scaling=_LONG, original_max_position_embeddings=256),
    ),
    "phi3-su": Variant(
        kind="phi3",
        tokenizer=tokenizers.write_phi3,
        options={"max_position_embeddings": 1024},
        edit=old_form(rope_scaling={**_LONG, "type": "su"}, original_max_position_embeddings=256),
    ),
}  # fmt: skip
"""By name, all that conformance is checked on, but for the Gemma 3 with eyes."""
