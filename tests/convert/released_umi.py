"""Small random checkpoints of exactly the shape of the released α-UMi planners, callers and summarizers.

As transformers 4.28 saved them: a config.json without keys that came later, weights in bfloat16 pickled into one
`pytorch_model.bin` (7B) or several with an index (13B) together with the rotary tables, a tokenizer.model and no
tokenizer.json. Such a checkpoint has *lines*: after a prompt's last token it says one text, so that a test knows what is right.
"""

from __future__ import annotations

import io
import itertools
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.convert.tokenizers_for_tests import TEXT, write_json

BOS, EOS = 1, 2
HIDDEN, FEED_FORWARD, N_LAYERS, N_HEADS, N_PIECES = 128, 192, 2, 4, 700

_PROMPTS = (
    "You have assess to the following apis: The conversation history is:",
    "You are the assistant to plan what to do next and whether is caller's or conclusion's turn to answer.",
    "Answer with a following format: The thought of the next step, followed by Next: caller or conclusion or give up.",
    "The thought of this step is: Base on the thought make an api call in the following format:",
    "Action: the name of api that should be called in this step, should be exactly in [get_weather, list_cities],",
    "Action Input: the api call request. Make a conclusion based on the conversation history:",
    "assistant: I know. Next: caller. caller: Action: get_weather Action Input: observation: conclusion: It is warm.",
    "assistant: I should look. Next: conclusion. system: user: assistant: No. Next: give up. conclusion: It rains today.",
)
"""So that the pieces of these words are whole, as they are in LLaMA's vocabulary."""

SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "7b": {},
    "13b": {"num_key_value_heads": N_HEADS, "pretraining_tp": 1, "rope_scaling": None},
}
"""What config.json has beside the common keys; 13B's was LLaMA 2's own, written by a later transformers."""


def write_role(folder: Path, line: str, *, size: str = "7b", n_parts: int = 1, seed: int = 0) -> Path:
    """Write a role's checkpoint, which says `line` when it is its turn, and return its folder."""
    folder.mkdir(parents=True)
    write_tokenizer(folder)
    write_json(folder / "config.json", {**_config(), **SETTINGS[size]})
    generation: dict[str, Any] = {
        "_from_model_config": True,
        "bos_token_id": BOS,
        "do_sample": True,
        "eos_token_id": EOS,
    }
    generation |= {"max_length": 4096, "pad_token_id": 0, "temperature": 0.9, "top_p": 0.6}
    write_json(folder / "generation_config.json", {**generation, "transformers_version": "4.28.1"})
    write_weights(folder, _weights(folder, line, seed), n_parts)
    return folder


def processor_of(folder: Path) -> Any:
    """Return a checkpoint's SentencePieceProcessor: the oracle for token ids."""
    from sentencepiece import SentencePieceProcessor

    return SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))


def ids_of(processor: Any, prompt: str) -> list[int]:
    """Return the ids of a prompt as transformers' slow LlamaTokenizer makes them: `<s>` first, each `</s>` the real token."""
    ids = [BOS]
    for number, part in enumerate(prompt.split("</s>")):
        ids += [EOS] * (number > 0) + processor.encode(part)
    return ids


def target_ids(processor: Any, target: str) -> list[int]:
    """Return the ids that a role was trained to write: `encode(target + "</s>")[1:]`."""
    return ids_of(processor, f"{target}</s>")[1:]


def state_of(folder: Path) -> dict[str, Any]:
    """Return a checkpoint's tensors, by torch."""
    import torch

    state: dict[str, Any] = {}
    for path in sorted(folder.glob("pytorch_model*.bin")):
        state |= torch.load(path, weights_only=True)
    return state


def write_tokenizer(folder: Path) -> None:
    """Write the files of a slow LlamaTokenizer."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.Train(
        sentence_iterator=iter([line for text in TEXT for line in text.split("\n")] + 20 * list(_PROMPTS)),
        model_writer=model,
        vocab_size=N_PIECES,
        model_type="bpe",
        byte_fallback=True,
        split_digits=True,
        allow_whitespace_only_pieces=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        num_threads=1,
        minloglevel=2,
    )
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    flags = {"lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    named = {f"{role}_token": {"content": text, **flags} for role, text in _SPECIAL.items()}
    write_json(folder / "special_tokens_map.json", {**named, "pad_token": "<unk>"})
    settings: dict[str, Any] = {"add_bos_token": True, "add_eos_token": False, "clean_up_tokenization_spaces": False}
    settings |= {"model_max_length": 4096, "pad_token": None, "padding_side": "right", "sp_model_kwargs": {}}
    typed = {role: {"__type": "AddedToken", **token} for role, token in named.items()}
    write_json(folder / "tokenizer_config.json", {**settings, **typed, "tokenizer_class": "LlamaTokenizer"})


_SPECIAL = {"bos": "<s>", "eos": "</s>", "unk": "<unk>"}


def write_weights(folder: Path, state: Mapping[str, Any], n_parts: int) -> None:
    """Pickle a state dict into one file, or into parts with an index; `_metadata` as torch's modules have it."""
    import torch

    if n_parts == 1:
        whole = OrderedDict(state)
        whole._metadata = OrderedDict({"": {"version": 1}, "model": {"version": 1}})  # type: ignore[attr-defined]
        torch.save(whole, folder / "pytorch_model.bin")
        return
    weight_map: dict[str, str] = {}
    for number in range(n_parts):
        part = f"pytorch_model-{number + 1:05}-of-{n_parts:05}.bin"
        names = list(state)[number * len(state) // n_parts : (number + 1) * len(state) // n_parts]
        torch.save({name: state[name] for name in names}, folder / part)
        weight_map |= dict.fromkeys(names, part)
    index = {"metadata": {"total_size": sum(t.nbytes for t in state.values())}, "weight_map": weight_map}
    write_json(folder / "pytorch_model.bin.index.json", index)


def _config() -> dict[str, Any]:
    return {
        "_name_or_path": "/checkpoints/toolbench/backbone",
        "architectures": ["LlamaForCausalLM"],
        "bos_token_id": BOS,
        "eos_token_id": EOS,
        "hidden_act": "silu",
        "hidden_size": HIDDEN,
        "initializer_range": 0.02,
        "intermediate_size": FEED_FORWARD,
        "max_position_embeddings": 4096,
        "model_type": "llama",
        "num_attention_heads": N_HEADS,
        "num_hidden_layers": N_LAYERS,
        "pad_token_id": 0,
        "rms_norm_eps": 1e-05,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "transformers_version": "4.28.1",
        "use_cache": False,
        "vocab_size": N_PIECES,
    }


def _weights(folder: Path, line: str, seed: int) -> dict[str, Any]:
    """Return random weights whose layers only whisper, so that the head's answer to a token's embedding is what is said."""
    import torch

    torch.manual_seed(seed)
    state = {name: torch.randn(shape) for name, shape in _shapes()}
    for name, tensor in state.items():
        if "norm" in name:
            state[name] = 1 + tensor * 0.02
        elif name.startswith("model.layers"):
            state[name] = tensor * (0.002 if "o_proj" in name or "down_proj" in name else 0.1)
    _rehearse(state, processor_of(folder), line)
    whole = {name: tensor.to(torch.bfloat16) for name, tensor in state.items()}
    size = HIDDEN // N_HEADS
    for number in range(N_LAYERS):
        table = 1.0 / 10000.0 ** (torch.arange(0, size, 2).float() / size)
        whole[f"model.layers.{number}.self_attn.rotary_emb.inv_freq"] = table
    return whole


def _rehearse(state: dict[str, Any], processor: Any, line: str) -> None:
    """Let the head answer the blank at a cue's end with the line's first token, and each of its tokens with the next."""
    said = [processor.PieceToId("\u2581"), *target_ids(processor, line)]
    follows = dict(itertools.pairwise(said))
    if len(follows) < len(said) - 1:
        raise ValueError(f"{line!r} has a token twice: {processor.encode(line, out_type=str)}")
    state["lm_head.weight"] *= 0.01
    for token, following in follows.items():
        state["lm_head.weight"][following] += state["model.embed_tokens.weight"][token]


def _shapes() -> Iterator[tuple[str, Sequence[int]]]:
    yield "model.embed_tokens.weight", (N_PIECES, HIDDEN)
    for number in range(N_LAYERS):
        layer = f"model.layers.{number}."
        yield from ((f"{layer}self_attn.{name}_proj.weight", (HIDDEN, HIDDEN)) for name in "qkvo")
        yield from ((f"{layer}mlp.{name}_proj.weight", (FEED_FORWARD, HIDDEN)) for name in ("gate", "up"))
        yield f"{layer}mlp.down_proj.weight", (HIDDEN, FEED_FORWARD)
        yield from ((f"{layer}{name}_layernorm.weight", (HIDDEN,)) for name in ("input", "post_attention"))
    yield "model.norm.weight", (HIDDEN,)
    yield "lm_head.weight", (N_PIECES, HIDDEN)
