"""Do a model's hyperparameters fit one another, as llama.cpp's graphs assert?

General rules for all architectures, and those of single families that were found by mutating valid models. A family's rule
that isn't here can still end the process, so an untrusted file is best loaded in a process of its own first.
"""

from __future__ import annotations

from umi_local.engine.architectures import RECURRENT
from umi_local.engine.gguf_hparams import layer_values
from umi_local.engine.gguf_reader import GGUFArray, GGUFHeader
from umi_local.errors import ModelFileError

EQUAL_HEADS = frozenset(
    """
    llama qwen2 qwen2moe qwen2vl qwen3 qwen3moe gemma gemma2 gemma3 phi2 phi3 smollm3 mistral3 granite granitemoe olmo
    olmo2 internlm2 exaone exaone4 starcoder2 stablelm falcon command-r cohere2 glm4 nemotron minicpm ernie4_5
    hunyuan-dense
    """.split()  # noqa: SIM905 - a word list reads better than quoted lines
)
"""Architectures whose graphs assert that a head's keys and values are equally long."""

FULL_ROTATION = frozenset(
    "ernie4_5 exaone granite granitemoe minicpm mistral3 nanbeige paddleocr qwen2 qwen2vl smollm3".split()  # noqa: SIM905
)
"""Architectures whose graphs assert that a head's keys are rotated as a whole."""

DOUBLE_INNER = frozenset({"granitehybrid", "jamba"})
"""Architectures whose graphs assert that the state's inner size is twice the embedding."""

MROPE = frozenset({"paddleocr", "qwen2vl", "qwen3vl", "qwen3vlmoe"})
"""Architectures that rotate a head's keys in sections, of which one at least must have numbers."""


def check_attention(header: GGUFHeader) -> None:
    """Check that there are heads and that they divide what they have to divide.

    Raises:
        ModelFileError: They don't.
    """
    if header.architecture in RECURRENT:
        return
    heads = layer_values(header, "attention.head_count")
    if not any(heads):
        raise ModelFileError(header.path, f"'{header.architecture}.attention.head_count' is missing or 0")
    width = header.hparam("embedding_length")
    if header.hparam("attention.key_length") is None and heads[0] and width % heads[0]:
        raise ModelFileError(header.path, f"an embedding of {width} is not divisible by {heads[0]} heads")
    for n_heads, n_shared in zip(heads, layer_values(header, "attention.head_count_kv") or heads, strict=True):
        if n_heads and n_shared and n_heads % n_shared:
            raise ModelFileError(header.path, f"{n_heads} heads can't share {n_shared} key-value heads")
    _check_head_sizes(header, heads[0])
    inner = header.hparam("ssm.inner_size")
    if header.architecture in DOUBLE_INNER and inner not in (None, 2 * width):
        raise ModelFileError(header.path, f"a state of {inner} is not twice the embedding's {width}")


def _check_head_sizes(header: GGUFHeader, n_heads: int) -> None:
    """Check the sizes of keys, values and rotated parts of one head, as far as all architectures agree about them."""
    key_length = header.hparam("attention.key_length") or header.hparam("embedding_length") // max(n_heads, 1)
    value_length = header.hparam("attention.value_length") or header.hparam("embedding_length") // max(n_heads, 1)
    if header.architecture in EQUAL_HEADS and n_heads and key_length != value_length:
        raise ModelFileError(header.path, f"a head's keys have {key_length} numbers, its values {value_length}")
    rotated = header.hparam("rope.dimension_count", 0)
    whole = header.hparam("attention.key_length_mla", key_length)
    latent = header.hparam("attention.kv_lora_rank") is not None  # then a part of each key is not rotated
    wrong = rotated % 2 or (n_heads and rotated > whole - latent)
    if header.hparam("rope.dimension_count") is not None:
        wrong = wrong or (header.architecture in FULL_ROTATION and rotated != whole)
        wrong = wrong or (header.architecture in EQUAL_HEADS and rotated == 0)  # the kernel would never end
    if header.architecture in MROPE:
        sections = header.hparam("rope.dimension_sections")
        wrong = wrong or not isinstance(sections, GGUFArray) or not any((sections.values or ())[:3])
    if wrong:
        raise ModelFileError(header.path, f"{rotated} of a key's {whole} numbers are to be rotated, which can't be")


def check_experts(header: GGUFHeader) -> None:
    """Check the numbers of a mixture of experts; each is an assertion in llama.cpp's `load_hparams`.

    Raises:
        ModelFileError: They contradict one another.
    """
    n_experts = header.hparam("expert_count", 0)
    if n_experts <= 1 and header.architecture.startswith("hunyuan"):
        return  # there, 1 says that the model is dense
    used = max(layer_values(header, "expert_used_count"), default=0)
    groups = header.hparam("expert_group_count", 0)
    groups_used = header.hparam("expert_group_used_count", 0)
    sound = 0 < used <= n_experts and groups < n_experts if n_experts else used == groups == 0
    if groups > 1:
        sound = sound and n_experts % groups == 0 and 0 < groups_used < groups
    if "moe" in header.architecture or header.architecture == "smallthinker":
        sound = sound and n_experts > 0
    if not sound:
        raise ModelFileError(
            header.path,
            f"{used} of {n_experts} experts, in {groups_used} of {groups} groups: no model can be made so",
        )
