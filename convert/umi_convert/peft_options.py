"""adapter_config.json of a PEFT adapter, as typed values; options that change the arithmetic in unknown ways are refused.

Names, defaults and meanings are PEFT's (`peft: tuners/lora/config.py`, 0.21). `base_model_name_or_path` is information: it
often is a path on somebody's machine, and is never opened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from umi_convert.json_fields import JsonFields, is_indices, is_number, shortened
from umi_convert.name_patterns import NamePatterns, compile_patterns

MAX_RANK = 1 << 14

# fmt: off
_READ = frozenset({
    "peft_type", "r", "lora_alpha", "use_rslora", "use_dora", "lora_bias", "bias", "rank_pattern", "alpha_pattern",
    "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "modules_to_save", "fan_in_fan_out",
    "trainable_token_indices", "ensure_weight_tying", "alora_invocation_tokens", "init_lora_weights",
    "base_model_name_or_path",
})
_HARMLESS = frozenset({
    "auto_mapping", "task_type", "revision", "inference_mode", "peft_version", "lora_dropout", "runtime_config",
    "megatron_core", "loftq_config", "eva_config", "corda_config", "lora_ga_config", "velora_config", "qalora_group_size",
})
# fmt: on
"""What matters in training only, or beside an option that is refused itself."""

_SAVED_WITHOUT_CHANGE = frozenset({"gaussian", "eva", "orthogonal", "mica", "true", "false"})
"""Ways to initialize that leave the base's weights alone."""

REFUSED = {
    "megatron_config": "weights in Megatron's layout",
    "target_parameters": "LoRA on bare parameters, such as those of experts",
    "layer_replication": "layers of the base used more than once",
    "use_qalora": "QALoRA, which pools the inputs",
    "use_bdlora": "BD-LoRA, whose matrices are block-diagonal",
    "arrow_config": "Arrow, which routes between adapters",
    "monteclora_config": "MonteCLoRA, which samples its weights",
    "kasa_config": "KaSA, which changes the base's weights",
    "invocation_string": "an activated LoRA of the old form; it needs alora_invocation_tokens instead",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraOptions:
    """How an adapter's weights are to be read.

    Attributes:
        rank: `r`, where `rank_pattern` doesn't say otherwise; 0 where they can't be read.
        alpha: `lora_alpha`, where `alpha_pattern` doesn't say otherwise.
        target_modules: Ends of module names; empty where the file has a regular expression or nothing.
        exclude_modules: The same of those that have none.
        layers_to_transform: Of which layers; empty for all.
        token_indices: Rows of the embedding that were trained on their own, by the end of a module's name.
        invocation_tokens: Of an activated LoRA (aLoRA): the adapter works from these tokens on.
        base_name: What the adapter was trained on, as it says; for people.
    """

    rank: int
    alpha: float
    rank_pattern: NamePatterns[int]
    alpha_pattern: NamePatterns[float]
    use_rslora: bool
    use_dora: bool
    bias: str
    target_modules: tuple[str, ...]
    exclude_modules: tuple[str, ...]
    layers_to_transform: tuple[int, ...]
    modules_to_save: tuple[str, ...]
    fan_in_fan_out: bool
    token_indices: Mapping[str, tuple[int, ...]]
    ensure_weight_tying: bool
    invocation_tokens: tuple[int, ...]
    base_name: str | None

    def rank_of(self, module: str) -> int:
        """Return the rank that a module's update must have."""
        return self.rank_pattern.get(module, self.rank)

    def alpha_of(self, module: str) -> float:
        """Return a module's alpha."""
        return self.alpha_pattern.get(module, self.alpha)

    def scale_of(self, module: str, rank: int) -> float:
        """Return what B A is multiplied by.

        Paper:
            Hu et al. 2021 (arXiv 2106.09685), section 4.1: alpha / r. Kalajdzievski 2023 (arXiv 2312.03732), rsLoRA:
            alpha / sqrt(r).
        """
        return self.alpha_of(module) / (math.sqrt(rank) if self.use_rslora else rank)

    def is_saved(self, module: str) -> bool:
        """Say whether a module is, or lies in, one of `modules_to_save`: a trained copy beside the base's."""
        parts = module.split(".")
        paths = [".".join(parts[: i + 1]) for i in range(len(parts))]
        return any(path.endswith(name) for path in paths for name in self.modules_to_save)

    def is_targeted(self, module: str) -> bool:
        """Say whether PEFT would give a module an adapter; always true where that is a matter of expressions.

        As in `peft: tuners/tuners_utils.py`, `check_target_module_exists`.
        """
        if _ends_with(module, self.exclude_modules):
            return False
        if not self.target_modules or (self.ensure_weight_tying and module.endswith("lm_head")):
            return True
        if not _ends_with(module, self.target_modules):
            return False
        if not self.layers_to_transform or module in self.target_modules:
            return True
        numbers = [int(part) for part in module.split(".")[2:-1] if part.isdecimal() and len(part) < 9]
        return bool(numbers) and numbers[0] in self.layers_to_transform


def read_options(raw: Mapping[str, Any]) -> tuple[LoraOptions, list[str]]:
    """Return the options that the adapter_config.json of a LoRA holds, and everything that stands against using it."""
    kind = raw.get("peft_type")
    if kind != "LORA":
        return read_options({"peft_type": "LORA"})[0], [
            f"peft_type is {shortened(kind)}; only LORA adapters are supported"
        ]
    fields = JsonFields(raw)
    options = LoraOptions(
        rank=fields.integer("r", 8, minimum=1, maximum=MAX_RANK),
        alpha=fields.number("lora_alpha", 8),
        rank_pattern=_patterns(fields, "rank_pattern", _is_rank, "ranks"),
        alpha_pattern=_patterns(fields, "alpha_pattern", is_number, "numbers"),
        use_rslora=fields.flag("use_rslora"),
        use_dora=fields.flag("use_dora"),
        bias=fields.text("bias") or "none",
        target_modules=_names_or_expression(fields, "target_modules"),
        exclude_modules=_names_or_expression(fields, "exclude_modules"),
        layers_to_transform=_layers(fields),
        modules_to_save=fields.names("modules_to_save"),
        fan_in_fan_out=fields.flag("fan_in_fan_out"),
        token_indices=_token_indices(fields),
        ensure_weight_tying=fields.flag("ensure_weight_tying"),
        invocation_tokens=fields.integers("alora_invocation_tokens"),
        base_name=fields.text("base_model_name_or_path"),
    )
    if fields.wrong & {"r", "rank_pattern"}:
        options = replace(options, rank=0, rank_pattern=NamePatterns())
    return options, [*fields.problems, *_unusable(raw, options)]


def _ends_with(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.endswith(f".{name}") for name in names)


def _names_or_expression(fields: JsonFields, key: str) -> tuple[str, ...]:
    """Return a list of names; nothing for a text, which is a regular expression."""
    return () if isinstance(fields.raw.get(key), str) else fields.names(key)


def _is_rank(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_RANK


def _patterns(fields: JsonFields, key: str, fits: Any, wanted: str) -> NamePatterns[Any]:
    values = fields.mapping(key, fits, wanted)
    try:
        return compile_patterns(values)
    except ValueError as error:
        fields.add(key, f"{key}: {error}")
        return NamePatterns()


def _layers(fields: JsonFields) -> tuple[int, ...]:
    value = fields.raw.get("layers_to_transform")
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    layers = fields.integers("layers_to_transform")
    return () if fields.raw.get("layers_pattern") else layers  # an expression; what it means is in the weights


def _token_indices(fields: JsonFields) -> Mapping[str, tuple[int, ...]]:
    value = fields.raw.get("trainable_token_indices")
    if isinstance(value, dict):
        found = fields.mapping("trainable_token_indices", is_indices, "lists of whole numbers")
        return {name: tuple(indices) for name, indices in found.items()}
    indices = fields.integers("trainable_token_indices")
    return {"embed_tokens": indices} if indices else {}


def _unusable(raw: Mapping[str, Any], options: LoraOptions) -> Iterator[str]:
    for key, meaning in REFUSED.items():
        if raw.get(key):
            yield f"{key} is set: {meaning}"
    for key, value in raw.items():
        if value and key not in _READ and key not in _HARMLESS and key not in REFUSED:
            yield f"option {shortened(key)} is set to {shortened(value)}, and what it does isn't known"
    if options.bias not in ("none", "all", "lora_only"):
        yield f"bias is {shortened(options.bias)}; expected none, all or lora_only"
    if options.use_dora and options.invocation_tokens:
        yield "use_dora and alora_invocation_tokens are set, which PEFT doesn't combine"
    start = raw.get("init_lora_weights", True)
    if str(start).lower() not in _SAVED_WITHOUT_CHANGE:
        yield (
            f"init_lora_weights is {shortened(start)}, which changed the base's weights before training; save the adapter with"
            " save_pretrained(..., path_initial_model_for_weight_conversion=...), which makes it a plain LoRA"
        )
