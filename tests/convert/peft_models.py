"""Tiny random models of transformers and adapters of PEFT on them: the oracle for merging. Importing this costs seconds."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import peft
import torch
import transformers

from tests.convert.adapter_folders import in_chunks, tensor_of
from umi_convert.adapter_patches import patches_of_all
from umi_convert.architectures import architecture_of
from umi_convert.config import Config
from umi_convert.patches import patched
from umi_convert.peft_adapter import open_adapter
from umi_convert.tensors import Array, DType, from_float32

VOCAB, HIDDEN = 96, 32

_SIZES = {
    "vocab_size": VOCAB,
    "hidden_size": HIDDEN,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}
_CLASSES = {
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM),
    "mistral": (transformers.MistralConfig, transformers.MistralForCausalLM),
    "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM),
    "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM),
    "gemma2": (transformers.Gemma2Config, transformers.Gemma2ForCausalLM),
    "gemma3": (transformers.Gemma3TextConfig, transformers.Gemma3ForCausalLM),
    "phi3": (transformers.Phi3Config, transformers.Phi3ForCausalLM),
}

ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def tiny_model(kind: str, *, tied: bool = False, seed: int = 0, **options: Any) -> Any:
    """Return a model with random weights and biases, in float32."""
    torch.manual_seed(seed)
    config_class, model_class = _CLASSES[kind]
    extra: dict[str, Any] = {"head_dim": 8} if kind.startswith("gemma") else {}
    if kind == "phi3":
        extra = {"pad_token_id": 0}
    config = config_class(**{**_SIZES, "tie_word_embeddings": tied, **extra, **options})
    model = model_class(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter.data, std=0.3)
    return model


def with_adapter(model: Any, *, seed: int = 1, trained: bool = True, **options: Any) -> Any:
    """Return a copy of a model with a LoRA on it, all of whose weights are random."""
    given = {"r": 4, "lora_alpha": 8, "target_modules": ALL_LINEAR, "task_type": "CAUSAL_LM", **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT warns about tied embeddings, which is what some tests are about
        adapted = peft.get_peft_model(copy.deepcopy(model), peft.LoraConfig(**given))
    return train(adapted, seed) if trained else adapted.eval()


def train(adapted: Any, seed: int = 1) -> Any:
    """Change everything that an adapter trains, in place, and return the model."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in adapted.parameters():
        if parameter.requires_grad:
            parameter.data += torch.randn(parameter.shape, generator=generator) * 0.2  # in place: some are tied
    return adapted.eval()


def save_adapter(adapted: Any, folder: Path, *, safe: bool = True, embeddings: bool | str = "auto") -> Path:
    """Write an adapter's folder as PEFT does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adapted.save_pretrained(str(folder), safe_serialization=safe, save_embedding_layers=embeddings)
    return folder


def merged_by_peft(model: Any, *folders: Path) -> dict[str, Array]:
    """Return the weights that PEFT makes of a model and adapters, merged one after the other."""
    merged = copy.deepcopy(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for folder in folders:
            merged = peft.PeftModel.from_pretrained(merged, str(folder)).merge_and_unload()
    return weights_of(merged)


def logits_of(model: Any, token_ids: list[int]) -> Array:
    """Return a model's logits for every position."""
    with torch.no_grad():
        logits: Array = model(torch.tensor([token_ids])).logits[0].numpy()
    return logits


def loaded(model: Any, folder: Path) -> Any:
    """Return a copy of a model with a saved adapter on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peft.PeftModel.from_pretrained(copy.deepcopy(model), str(folder)).eval()


def weights_of(model: Any) -> dict[str, Array]:
    """Return a model's weights as a checkpoint holds them: a tied head isn't among them."""
    state = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    return {name: values for name, values in state.items() if "rotary" not in name}


def config_of(model: Any) -> Config:
    """Return a model's configuration as a checkpoint has it."""
    raw = {**model.config.to_dict(), "architectures": [type(model).__name__]}
    return Config.of(raw, Path("config.json"))


def merged_by_us(model: Any, *folders: Path) -> tuple[dict[str, Array], bool]:
    """Return the weights that we make of a model and adapters, and whether head and embedding became two."""
    weights = weights_of(model)
    config = config_of(model)
    shapes = {name: values.shape for name, values in weights.items()}
    changes = patches_of_all(
        [open_adapter(folder) for folder in folders],
        config,
        architecture_of(config),
        shapes,
        tied="lm_head.weight" not in weights,
    )
    if changes.untied:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    assert set(changes.patches) <= set(weights)
    merged = {
        name: in_chunks(patched(tensor_of(name, values), changes.patches.get(name, ())))
        for name, values in weights.items()
    }
    return merged, changes.untied


def with_weights(model: Any, weights: Mapping[str, Array]) -> Any:
    """Return a copy of a model with other weights, untied."""
    config = copy.deepcopy(model.config)
    config.tie_word_embeddings = False
    other = type(model)(config).eval()
    result = other.load_state_dict(
        {name: torch.from_numpy(values.copy()) for name, values in weights.items()}, strict=False
    )
    assert not result.unexpected_keys
    assert all("rotary" in key for key in result.missing_keys)
    return other


def ulps_apart(one: Array, other: Array) -> int:
    """Return by how many units in the last place two float32 arrays differ at most after rounding to bfloat16."""
    first, second = (from_float32(values, DType.BF16).astype(np.int64) for values in (one, other))
    return int(np.abs(_ordered(first) - _ordered(second)).max())


def _ordered(bits: Array) -> Array:
    """Return bfloat16 bits as whole numbers in the order of the values."""
    return np.where(bits & 0x8000, 0x8000 - bits, bits)
