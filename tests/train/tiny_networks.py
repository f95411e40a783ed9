"""Tiny random models of every family that can be trained, samples for them, and plain loops to compare with."""

from __future__ import annotations

import random
import warnings
from typing import Any

import peft
import torch
import transformers

from umi_local.messages import Role
from umi_train.labels import Sample, Span
from umi_train.network import Network

torch.set_num_threads(1)

VOCAB = 97
ADAPTERS = {role: role.value for role in Role}

_SIZES: dict[str, Any] = {
    "vocab_size": VOCAB,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
KINDS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM, {}),
    "mistral": (transformers.MistralConfig, transformers.MistralForCausalLM, {"sliding_window": 20}),
    "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM, {}),
    "qwen3": (transformers.Qwen3Config, transformers.Qwen3ForCausalLM, {"head_dim": 16}),
    "gemma": (transformers.GemmaConfig, transformers.GemmaForCausalLM, {"head_dim": 16}),
    "gemma2": (transformers.Gemma2Config, transformers.Gemma2ForCausalLM, {"head_dim": 16, "sliding_window": 20}),
    "gemma3": (transformers.Gemma3TextConfig, transformers.Gemma3ForCausalLM, {"head_dim": 16, "sliding_window": 20}),
    "phi3": (transformers.Phi3Config, transformers.Phi3ForCausalLM, {}),
}


def tiny_model(kind: str = "llama", *, seed: int = 0, **options: Any) -> Any:
    """Return a float32 model with random weights whose layers matter."""
    torch.manual_seed(seed)
    config_class, model_class, extra = KINDS[kind]
    model = model_class(config_class(**{**_SIZES, **extra, **options})).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter.data, std=0.15)
    return model


def with_adapters(model: Any, *names: str, seed: int = 1, rank: int = 4, trained: bool = True) -> Any:
    """Return the model with LoRAs on every linear layer, all of whose weights are random where `trained`."""
    config = peft.LoraConfig(r=rank, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adapted = peft.get_peft_model(model, config, adapter_name=names[0])
        for name in names[1:]:
            adapted.add_adapter(name, config)
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in adapted.named_parameters():
        if "lora_" in name:
            parameter.requires_grad_(True)
            if trained:
                parameter.data = torch.randn(parameter.shape, generator=generator) * 0.2
    return adapted.eval()


def tiny_network(kind: str = "llama", *, seed: int = 0, **options: Any) -> Network:
    """Return a network with an adapter for every role."""
    return Network(with_adapters(tiny_model(kind, seed=seed, **options), *(role.value for role in Role)))


def random_sample(seed: int, *, n_turns: int = 6, inline: bool = True) -> Sample:
    """Return a sample of random tokens with spans of all roles; beside the context where it isn't inline."""
    rng = random.Random(seed)
    draw = lambda n: tuple(rng.randrange(3, VOCAB) for _ in range(n))  # noqa: E731  # a local name for one expression
    context, spans = list(draw(rng.randrange(4, 20))), []
    for turn in range(n_turns):
        role = list(Role)[turn % 3]
        tokens = draw(rng.randrange(5, 14))
        target = rng.randrange(1, 4)
        spans.append(Span(role, len(context), tokens, target, rng.randrange(target + 1, len(tokens) + 1)))
        context += tokens if inline else draw(rng.randrange(3, 9))
        context += draw(rng.randrange(0, 8))
    return Sample(tuple(context), tuple(spans), inline)
