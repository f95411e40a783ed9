"""The tensors of a PEFT adapter, sorted by what they do to which module.

Names are PEFT's (`peft: utils/save_and_load.py`): `base_model.model.` before the module's path, then what the tensor is, with
or without the adapter's name in between (`lora_A.weight`, `lora_A.default.weight`). What is named like a weight of the
base replaces it: PEFT saves trained biases, `modules_to_save` and embeddings so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from umi_convert.peft_options import LoraOptions
from umi_convert.tensors import Tensor, to_float32

_PREFIX = "base_model.model."
_TOKENS = "trainable_tokens_delta"
_PART = re.compile(
    r"(?P<module>.+)\.(?P<part>lora_A|lora_B|lora_embedding_A|lora_embedding_B|lora_magnitude_vector|trainable_tokens_delta)"
    r"(?:\.(?P<adapter>(?!weight$|bias$)[^.]+))?(?:\.(?P<kind>weight|bias))?"
)
_COPY = re.compile(r"\.modules_to_save(?:\.[^.]+(?=\.))?(?=\.)")
_IGNORED = re.compile(r"\.original_module\.|\.lora_velora_embed|\.rotary_emb\.|\.trainable_tokens_original")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraUpdate:
    """What a LoRA does to one module: B A times a scale; with a magnitude it is a DoRA.

    Attributes:
        module: Path of the module in the model.
        lora_a: (r, in); of an embedding (r, tokens).
        lora_b: (out, r); of an embedding (hidden, r).
        magnitude: (out,); of an embedding (hidden,).
        bias: (out,); added to the module's bias times the scale.
        embedding: Whether the module is one, whose weight is (tokens, hidden): B A transposed.
        scale: By which B A is multiplied.
    """

    module: str
    lora_a: Tensor
    lora_b: Tensor
    magnitude: Tensor | None = None
    bias: Tensor | None = None
    embedding: bool = False
    scale: float

    @property
    def rank(self) -> int:
        """The inner size, r."""
        return self.lora_b.shape[1]

    @property
    def change_shape(self) -> tuple[int, int]:
        """The shape of what it changes, as torch's linear layers and embeddings store it."""
        shape = (self.lora_b.shape[0], self.lora_a.shape[1])
        return (shape[1], shape[0]) if self.embedding else shape


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterWeights:
    """What an adapter holds.

    Attributes:
        updates: By module.
        saved: Trained copies of weights (`modules_to_save`), by the weight's name.
        replaced: Weights of the base that come with the adapter, by name: trained biases, embeddings.
        frozen: Of `replaced`, those that PEFT only saved along with an adapter on them, equal to the base's.
        tokens: Trained rows of embeddings, (n, hidden), by module.
    """

    updates: Mapping[str, LoraUpdate] = field(default_factory=dict)
    saved: Mapping[str, Tensor] = field(default_factory=dict)
    replaced: Mapping[str, Tensor] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()
    tokens: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def tensors(self) -> Iterator[Tensor]:
        """All of them."""
        for update in self.updates.values():
            yield from (t for t in (update.lora_a, update.lora_b, update.magnitude, update.bias) if t is not None)
        for others in (self.saved, self.replaced, self.tokens):
            yield from others.values()


def sort_weights(tensors: Mapping[str, Tensor], options: LoraOptions) -> tuple[AdapterWeights, list[str]]:
    """Return an adapter's tensors by what they do, and everything that is wrong with them."""
    found = _Found()
    for name, tensor in tensors.items():
        _sort(name, tensor, options, found)
    problems = found.problems
    if not tensors:
        problems.append("it has no tensors")
    if len(found.adapters) > 1:
        problems.append(
            f"it holds several adapters: {', '.join(sorted(name or '(no name)' for name in found.adapters))}"
        )
    if not (options.rank_pattern.can_match(found.parts) and options.alpha_pattern.can_match(found.parts)):
        problems.append("rank_pattern and alpha_pattern could take too long to match its modules")
        return AdapterWeights(), problems
    updates = {
        module: update for module, of in found.parts.items() if (update := _update(module, of, options, problems))
    }
    tokens = {module: of[_TOKENS] for module, of in found.parts.items() if _TOKENS in of}
    weights = AdapterWeights(
        updates=updates,
        saved={name: tensor for name, tensor in found.whole.items() if name in found.copied},
        replaced={name: tensor for name, tensor in found.whole.items() if name not in found.copied},
        frozen=frozenset(found.frozen),
        tokens=tokens,
    )
    return weights, problems


@dataclass(slots=True)
class _Found:
    """What is sorted so far: parts of updates by module and then by what they are, whole weights by name."""

    parts: dict[str, dict[str, Tensor]] = field(default_factory=dict)
    whole: dict[str, Tensor] = field(default_factory=dict)
    copied: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    adapters: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def put(self, where: dict[str, Tensor], key: str, tensor: Tensor) -> None:
        if key in where:
            self.problems.append(f"tensors {where[key].name!r} and {tensor.name!r} are for the same weight")
        where[key] = tensor


def _sort(full_name: str, tensor: Tensor, options: LoraOptions, found: _Found) -> None:
    name = full_name.removeprefix(_PREFIX)
    if _IGNORED.search(f".{name}."):
        return
    if part := _PART.fullmatch(name):
        found.adapters.add(part["adapter"] or "")
        of = found.parts.setdefault(part["module"].removesuffix(".token_adapter"), {})
        found.put(of, part["part"] + (".bias" if part["kind"] == "bias" else ""), tensor)
    elif ".lora_" in name:
        found.problems.append(f"tensor {full_name!r} is of a kind that isn't known")
    else:
        weight = _COPY.sub("", name).replace(".token_adapter", "").replace(".base_layer", "")
        found.put(found.whole, weight, tensor)
        if ".modules_to_save." in name or options.is_saved(weight.rpartition(".")[0]):
            found.copied.add(weight)
        if ".base_layer." in name and not weight.endswith(".bias"):
            found.frozen.add(weight)


def value_problems(weights: AdapterWeights) -> Iterator[str]:
    """Yield the tensors that hold NaN or infinity; all values are read."""
    for tensor in weights.tensors:
        for start, stop in tensor.chunks():
            if not np.isfinite(to_float32(tensor.read(start, stop), tensor.dtype)).all():
                yield f"tensor {tensor.name!r} holds NaN or infinity; the training went wrong, or the file is damaged"
                break


def _update(module: str, of: Mapping[str, Tensor], options: LoraOptions, problems: list[str]) -> LoraUpdate | None:
    """Return a module's update; None where it has none, or where its parts don't fit each other."""
    embedding = "lora_embedding_A" in of or "lora_embedding_B" in of
    names = ("lora_embedding_A", "lora_embedding_B") if embedding else ("lora_A", "lora_B")
    found = [name for name in names if name in of]
    if not found and set(of) <= {_TOKENS}:
        return None
    if len(found) < 2:
        problems.append(f"{module} has {' and '.join(sorted(of))}, but not both {names[0]} and {names[1]}")
        return None
    update = LoraUpdate(
        module=module,
        lora_a=of[names[0]],
        lora_b=of[names[1]],
        magnitude=of.get("lora_magnitude_vector"),
        bias=of.get("lora_B.bias"),
        embedding=embedding,
        scale=0.0,
    )
    wrong = list(_update_problems(update, options))
    problems += wrong
    return None if wrong else replace(update, scale=options.scale_of(module, update.rank))


def _update_problems(update: LoraUpdate, options: LoraOptions) -> Iterator[str]:
    a, b, module = update.lora_a.shape, update.lora_b.shape, update.module
    if len(a) != 2 or len(b) != 2 or 0 in a or 0 in b:
        yield f"{module} has a LoRA of shapes {a} and {b}; expected two matrices"
        return
    if a[0] != b[1]:
        yield f"{module} has a LoRA of shapes {a} and {b}, which don't fit each other"
    elif a[0] != (rank := options.rank_of(module)) and rank:
        yield f"{module} has a LoRA of rank {a[0]}, and adapter_config.json says {rank}"
    if update.magnitude is not None and not options.use_dora:
        yield f"{module} has a magnitude vector, and adapter_config.json doesn't say use_dora"
    if update.magnitude is None and options.use_dora:
        yield f"{module} has no magnitude vector, and adapter_config.json says use_dora"
    for vector in (update.magnitude, update.bias):
        if vector is not None and vector.n_values != b[0]:
            yield f"tensor {vector.name!r} has {vector.n_values} values; expected {b[0]}"
    if not options.is_targeted(module):
        yield f"{module} has a LoRA, and adapter_config.json doesn't name it in target_modules, so PEFT would ignore it"
