"""What a PEFT adapter does to each weight of a base, as patches.

The truth is what PEFT's model computes with the adapter on, before anything is merged. That matters for tied embeddings: an
adapter on the embedding or on the head alone changes one of the two, so that they must be written apart. (PEFT's own
`merge_and_unload` changes the shared weight, and with it both.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from umi_convert.architectures.base import Architecture
from umi_convert.base_names import OTHER_BASE, BaseNames, Shape, hint_for, some_of
from umi_convert.config import Config
from umi_convert.errors import UnsupportedAdapterError
from umi_convert.merge import ColumnDoraPatch, DoraPatch, LoraPatch, LowRank, ReplacePatch, RowsPatch, ShiftPatch
from umi_convert.patches import Patch
from umi_convert.peft_weights import LoraUpdate
from umi_convert.tensors import Tensor, to_float32

if TYPE_CHECKING:
    from umi_convert.peft_adapter import PeftAdapter

MERGE_HINT = "Merge it with PEFT's merge_and_unload, save the model, and give that checkpoint instead of the adapter."

_RETIED = "train it without embed_tokens and lm_head, or with ensure_weight_tying"
_RESIZED = (
    "the vocabulary was resized for training; resize the base with transformers' resize_token_embeddings, merge with PEFT's"
    " merge_and_unload, and give that checkpoint"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterPatches:
    """Patches by Hugging Face's names of weights.

    Attributes:
        untied: The base ties its head to its embedding, and they differ from now on: the head is the base's embedding
            with the patches of `lm_head.weight`.
    """

    patches: Mapping[str, tuple[Patch, ...]] = field(default_factory=dict)
    untied: bool = False


def patches_of(
    adapter: PeftAdapter,
    config: Config,
    architecture: Architecture,
    shapes: Mapping[str, Shape],
    *,
    tied: bool,
) -> AdapterPatches:
    """Return what an adapter does to a base.

    Args:
        shapes: Of the base's weights, by Hugging Face's names.
        tied: The base's head is its embedding.

    Raises:
        UnsupportedAdapterError: It doesn't fit the base, or can't be merged into one; all problems are listed.
    """
    return patches_of_all([adapter], config, architecture, shapes, tied=tied)


def patches_of_all(
    adapters: Sequence[PeftAdapter],
    config: Config,
    architecture: Architecture,
    shapes: Mapping[str, Shape],
    *,
    tied: bool,
) -> AdapterPatches:
    """Return what several adapters do to a base, each merged into what the one before has left.

    Raises:
        UnsupportedAdapterError: As for `patches_of`, about the first that can't be merged.
    """
    base = BaseNames(architecture, shapes)
    patches: dict[str, tuple[Patch, ...]] = {}
    still_tied = tied
    for adapter in adapters:
        changes = _Changes(adapter, base, still_tied)
        if changes.problems:
            raise UnsupportedAdapterError(adapter.folder, changes.problems, hint=hint_for(changes.problems, MERGE_HINT))
        if still_tied and changes.unties:  # the head starts from what the embedding has become
            patches[base.head] = patches.get(base.embedding, ())
            still_tied = False
        for name, added in changes.patches.items():
            patches[name] = (*patches.get(name, ()), *added)
    return AdapterPatches(patches=patches, untied=tied and not still_tied)


class _Changes:
    """What one adapter does to a base, and what stands against it."""

    def __init__(self, adapter: PeftAdapter, base: BaseNames, tied: bool) -> None:
        self.adapter = adapter
        self.base = base
        self.problems: list[str] = []
        self.patches: dict[str, list[Patch]] = {}
        self.unties = False
        self._missing: list[str] = []
        self._misfits: list[str] = []
        if adapter.options.invocation_tokens:
            self.problems.append(
                "it is an activated LoRA (aLoRA), which works from its invocation tokens on only, so merging it makes another"
                " model; use --layout shared"
            )
        own = self._own_patches()
        for name, tensor in adapter.weights.replaced.items():
            self._replace(name, tensor, into=self.patches)
        if tied:
            self._tie(own)
        for name, patches in own.items():
            self.patches.setdefault(name, []).extend(patches)
        self._report()

    def _own_patches(self) -> dict[str, list[Patch]]:
        """Return the changes that PEFT makes in modules of its own, beside the base's weights."""
        own: dict[str, list[Patch]] = {}
        for update in self.adapter.weights.updates.values():
            self._update(update, own)
        for name, tensor in self.adapter.weights.saved.items():
            self._replace(name, tensor, into=own)
        for module, rows in self.adapter.weights.tokens.items():
            self._tokens(module, rows, own)
        return own

    def _update(self, update: LoraUpdate, own: dict[str, list[Patch]]) -> None:
        name = self._found(f"{update.module}.weight", update.change_shape, turns=self.adapter.options.fan_in_fan_out)
        if name is None:
            return
        turned = update.embedding or self.base.shape_of(name) != update.change_shape
        change = LowRank(
            lora_a=update.lora_a, lora_b=update.lora_b, scale=update.scale, transposed=turned, cache=self.adapter.cache
        )
        if update.magnitude is None:
            patch: Patch = LoraPatch(change)
        else:
            patch = (ColumnDoraPatch if turned else DoraPatch)(change, update.magnitude)
        own.setdefault(name, []).append(patch)
        if update.bias is not None:
            bias = self._found(f"{update.module}.bias", (update.bias.n_values,))
            if bias is not None:
                own.setdefault(bias, []).append(ShiftPatch(update.bias, update.scale))

    def _replace(self, weight: str, tensor: Tensor, into: dict[str, list[Patch]]) -> None:
        name = self._found(weight, tensor.shape)
        if name is not None:
            into.setdefault(name, []).append(ReplacePatch(tensor))

    def _tokens(self, module: str, rows: Tensor, own: dict[str, list[Patch]]) -> None:
        name = self.base.name_of(f"{module}.weight")
        shape = self.base.shape_of(name) if name else None
        if name is None or shape is None or shape[1:] != rows.shape[1:]:
            self._missing.append(module)
            return
        indices = self._indices(module)
        if len(indices) != rows.shape[0]:
            self.problems.append(
                f"{module} has {rows.shape[0]} trained tokens, and adapter_config.json names {len(indices)} of them"
            )
        elif max(indices) >= shape[0]:
            self.problems.append(
                f"{module} has a trained token {max(indices)}, and the base has {shape[0]}: {_RESIZED}"
            )
        elif module in self.adapter.weights.updates:
            self.problems.append(f"{module} has both a LoRA and tokens that are trained on their own")
        else:
            own.setdefault(name, []).append(RowsPatch({token: i for i, token in enumerate(indices)}, rows))

    def _indices(self, module: str) -> tuple[int, ...]:
        named = self.adapter.options.token_indices.items()
        return next((indices for end, indices in named if f".{module}".endswith(f".{end}")), ())

    def _found(self, weight: str, shape: Shape, *, turns: bool = False) -> str | None:
        """Return the base's name of a weight whose shape fits; None where there is none, which is remembered."""
        name = self.base.name_of(weight)
        expected = self.base.shape_of(name) if name else None
        if name is None or expected is None:
            self._missing.append(weight)
            return None
        if shape == expected or (turns and shape == expected[::-1]):
            return name
        if name in (self.base.embedding, self.base.head) and len(shape) == 2 and shape[1:] == expected[1:]:
            self.problems.append(f"{weight} has {shape[0]} tokens, and the base has {expected[0]}: {_RESIZED}")
        else:
            self._misfits.append(f"{weight} {shape} on {expected}")
        return None

    def _tie(self, own: dict[str, list[Patch]]) -> None:
        """Find out whether embedding and head stay one weight; otherwise write them apart."""
        replaced = self.patches.pop(self.base.head, None)  # one weight: PEFT loads the head's copy last
        if replaced:
            self.patches[self.base.embedding] = replaced
        embedding, head = own.get(self.base.embedding, []), own.get(self.base.head, [])
        if self._stay_tied(embedding, head):
            own.pop(self.base.head, None)
            return
        self.unties = True
        if not self.base.architecture.unties:
            self.problems.append(
                f"embed_tokens and lm_head differ after it, and llama.cpp has one weight for both in"
                f" {self.base.architecture.gguf_name!r}; {_RETIED}"
            )
        if shared := self.patches.get(self.base.embedding):
            self.patches[self.base.head] = list(shared)

    def _stay_tied(self, embedding: Sequence[Patch], head: Sequence[Patch]) -> bool:
        if not embedding and not head:
            return True
        if all(isinstance(patch, RowsPatch) for patch in [*embedding, *head]) and embedding:
            return not head or _same(embedding, head)  # PEFT ties trained tokens of tied weights by itself
        if not head:
            return self.adapter.options.ensure_weight_tying
        return _same(embedding, head)

    def _report(self) -> None:
        if self._missing:
            self.problems.append(f"{OTHER_BASE}: it changes {some_of(self._missing)}, which this one lacks")
        if self._misfits:
            self.problems.append(f"{OTHER_BASE}: shapes don't fit: {some_of(self._misfits)}")


def _same(embedding: Sequence[Patch], head: Sequence[Patch]) -> bool:
    """Say whether two weights that were equal are equal after these patches too."""
    if len(embedding) != len(head):
        return False
    return all(_same_patch(one, other) for one, other in zip(embedding, head, strict=True))


def _same_patch(one: Patch, other: Patch) -> bool:
    match one, other:
        case ReplacePatch(), ReplacePatch():
            return _equal(one.values, other.values)
        case RowsPatch(), RowsPatch():
            return one.rows == other.rows and _equal(one.values, other.values)
        case LoraPatch(), LoraPatch():
            a, b = one.change, other.change
            if a.scale != b.scale or a.transposed == b.transposed:
                return False
            factors = ((a.lora_a, b.lora_b), (a.lora_b, b.lora_a))
            return all(np.array_equal(a.cache.values(x), a.cache.values(y).T) for x, y in factors)
        case _:
            return False


def _equal(one: Tensor, other: Tensor) -> bool:
    if one.shape != other.shape:
        return False
    return all(
        np.array_equal(
            to_float32(one.read(start, stop), one.dtype),
            to_float32(other.read(start, stop), other.dtype),
        )
        for start, stop in one.chunks()
    )
