"""A PEFT adapter's folder, opened and checked: adapter_config.json, its weights, and what our trainer says beside them.

Nothing of PEFT is imported, and the base that the adapter names is never looked for. All that stands against using the
adapter is reported together. What it does to a base is in `adapter_patches.py`, what becomes of it as a LoRA GGUF in
`adapter_gguf.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from umi_convert.adapter_layouts import adapter_problems
from umi_convert.adapter_patches import MERGE_HINT, AdapterPatches, patches_of, patches_of_all
from umi_convert.errors import CheckpointError, UnsupportedAdapterError
from umi_convert.json_fields import shortened
from umi_convert.json_file import read_json_object
from umi_convert.merge import FactorCache
from umi_convert.peft_options import LoraOptions, read_options
from umi_convert.peft_weights import AdapterWeights, sort_weights, value_problems
from umi_convert.pytorch_file import read_pytorch
from umi_convert.role_card import read_role_card
from umi_convert.safetensors_file import read_safetensors
from umi_convert.tensors import Tensor
from umi_local.bundles.role_card import RoleCard
from umi_local.messages import JsonValue

__all__ = [
    "ADAPTER_CONFIG",
    "AdapterPatches",
    "PeftAdapter",
    "adapter_problems",
    "open_adapter",
    "patches_of",
    "patches_of_all",
]

ADAPTER_CONFIG = "adapter_config.json"
WEIGHT_FILES = ("adapter_model.safetensors", "adapter_model.bin")

MAX_CONFIG_BYTES = 16 << 20
"""Of adapter_config.json: one with a rank for each layer has some 100 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeftAdapter:
    """An adapter that can be used.

    Attributes:
        weights: By what they do; they are read when they are wanted.
        card: What our trainer says about it; None for an adapter from elsewhere.
        cache: The matrices that were used last.
    """

    folder: Path
    options: LoraOptions
    weights: AdapterWeights
    card: RoleCard | None = None
    cache: FactorCache = field(default_factory=FactorCache, repr=False, compare=False)

    @property
    def spans(self) -> bool:
        """Whether it was trained to work over its own turns only, with the context read by the base."""
        return bool(self.options.invocation_tokens) or (self.card is not None and self.card.mode == "span")

    @property
    def role(self) -> str | None:
        """Whose turns it was trained for, where it says so."""
        return self.card.role if self.card is not None else None

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """What is worth knowing about it, by name."""
        ranks = sorted({update.rank for update in self.weights.updates.values()})
        facts: dict[str, JsonValue] = {
            "kind": "DoRA" if self.options.use_dora else "rsLoRA" if self.options.use_rslora else "LoRA",
            "rank": ", ".join(map(str, ranks)),
            "alpha": self.options.alpha,
            "layers": len(self.weights.updates),
            "parameters": sum(tensor.n_values for tensor in self.weights.tensors),
            "base, as it says": self.options.base_name,
        }
        if self.options.invocation_tokens:
            facts["invocation tokens"] = list(self.options.invocation_tokens)
        if self.weights.saved or self.weights.replaced:
            facts["whole weights"] = sorted({*self.weights.saved, *self.weights.replaced})
        if self.card is not None:
            facts |= {"role": self.card.role, "mode": self.card.mode, "base": self.card.base_fingerprint}
        return facts


def open_adapter(folder: Path) -> PeftAdapter:
    """Open a PEFT adapter and check everything that can be checked without its base; all weights are read once.

    Raises:
        CheckpointError: The folder has no adapter, or a file of it is broken.
        UnsupportedAdapterError: It holds what can't be used; all of it is listed.
    """
    raw = read_json_object(folder / ADAPTER_CONFIG, max_bytes=MAX_CONFIG_BYTES)
    if (kind := raw.get("peft_type")) != "LORA":
        problem = f"peft_type is {shortened(kind)}; only LORA adapters are supported"
        raise UnsupportedAdapterError(folder, [problem], hint=MERGE_HINT)
    options, problems = read_options(raw)
    card = read_role_card(folder, problems)
    try:
        weights, wrong = sort_weights(_read_tensors(folder), options)
        problems += [*wrong, *value_problems(weights)]
    except CheckpointError as error:
        if not problems:
            raise
        problems.append(f"{Path(error.path).name}: {error.reason}")
    if problems:
        raise UnsupportedAdapterError(folder, problems, hint=MERGE_HINT)
    return PeftAdapter(folder=folder, options=options, weights=weights, card=card)


def _read_tensors(folder: Path) -> Mapping[str, Tensor]:
    for name in WEIGHT_FILES:
        path = folder / name
        if path.is_file():
            return read_safetensors(path) if path.suffix == ".safetensors" else read_pytorch(path)
    raise CheckpointError(folder, f"there is neither {' nor '.join(WEIGHT_FILES)} in it")
