"""What a bundle consists of: which weights are written, which adapters, and which of them each role speaks with.

Sources are opened here, and nothing is written. What stands against putting them together is found in `preflight.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from umi_convert import base_model
from umi_convert.base_model import BaseModel, open_base
from umi_convert.peft_adapter import ADAPTER_CONFIG, PeftAdapter, open_adapter
from umi_convert.problems import Problems
from umi_convert.request import BundleRequest, Kept
from umi_convert.source import ModelSource
from umi_convert.tensors import DType
from umi_convert.writer import planned_size, values_size
from umi_local.bundles.values import Layout
from umi_local.messages import Role

BASE = "base"
"""The key of the weights that roles without anything of their own run on."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A model of the bundle: what it is made from, and what is merged into it in this order."""

    key: str
    base: BaseModel
    adapters: tuple[PeftAdapter, ...] = ()

    @cached_property
    def source(self) -> ModelSource:
        """What will be written.

        Raises:
            ConvertError: It can't be.
        """
        return base_model.merged(self.base, self.adapters)

    def size(self, dtype: DType) -> int:
        """Return the bytes of its file in a type."""
        return self._header_bytes + values_size(self.source, dtype)

    @cached_property
    def _header_bytes(self) -> int:
        """Making a header takes a second where the vocabulary is big."""
        return planned_size(self.source, DType.F32) - values_size(self.source, DType.F32)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePart:
    """What a role speaks with: the key of its weights where they aren't the bundle's base, and its adapter."""

    weights: str | None = None
    adapter: PeftAdapter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that a bundle is made of.

    Attributes:
        weights: By key, those that are written.
        roles: Of the roles that are made; others are kept from an older bundle.
        adapters_base: What run-time adapters are made for.
    """

    layout: Layout
    weights: Mapping[str, Weights] = field(default_factory=dict)
    roles: Mapping[Role, RolePart] = field(default_factory=dict)
    adapters_base: Weights | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The sources of a request, opened."""

    base: BaseModel | None = None
    backbone: PeftAdapter | None = None
    adapters: Mapping[Role, PeftAdapter] = field(default_factory=dict)
    models: Mapping[Role, BaseModel] = field(default_factory=dict)

    @property
    def all_adapters(self) -> tuple[PeftAdapter, ...]:
        """All adapters, the backbone's first."""
        return (*self.below, *self.adapters.values())

    @property
    def below(self) -> tuple[PeftAdapter, ...]:
        """The backbone's adapter, where there is one."""
        return (self.backbone,) if self.backbone is not None else ()


def open_given(request: BundleRequest, problems: Problems) -> Given:
    """Open what a request names; what can't be opened becomes a problem."""
    base, backbone = None, None
    if request.base is not None:
        with problems.collected("BASE"):
            base = open_base(request.base, pre_tokenizer=request.pre_tokenizer)
    if request.backbone is not None:
        with problems.collected("--backbone"):
            backbone = open_adapter(request.backbone)
    adapters, models = {}, {}
    for role, path in request.roles.items():
        with problems.collected(f"--{role.value}"):
            if (path / ADAPTER_CONFIG).is_file():
                adapters[role] = open_adapter(path)
            else:
                models[role] = open_base(path, pre_tokenizer=request.pre_tokenizer)
    return Given(base=base, backbone=backbone, adapters=adapters, models=models)


def default_layout(given: Given) -> Layout:
    """Return the layout that goes with what is given: `shared` if all adapters are trained for it, else `merged`."""
    if not given.adapters and not given.models:
        return Layout.PROMPTED
    all_spans = bool(given.adapters) and all(adapter.spans for adapter in given.adapters.values())
    return Layout.SHARED if all_spans and not given.models else Layout.MERGED


def parts_of(given: Given, layout: Layout, kept: Kept, roles: Sequence[Role], *, writes_base: bool = True) -> Parts:
    """Return what the bundle consists of, whether or not all of it can be made.

    Args:
        roles: Those that are made.
        writes_base: False where the base is that of an older bundle and stays as it is.
    """
    weights: dict[str, Weights] = {}
    if given.base is not None:
        weights[BASE] = Weights(key=BASE, base=given.base, adapters=given.below)
    parts = {role: _role_part(role, given, weights, layout, kept) for role in roles}
    adapters_base = weights.get(BASE)
    if not writes_base or (layout is Layout.MERGED and all(part.weights for part in parts.values())):
        weights.pop(BASE, None)  # it is there already, or nobody runs on it
    return Parts(layout=layout, weights=weights, roles=parts, adapters_base=adapters_base)


def merges(layout: Layout, kept: Kept) -> bool:
    """Whether adapters are merged into weights of their role's own."""
    return layout is Layout.MERGED or (layout is Layout.SHARED and kept != "adapters")


def _role_part(role: Role, given: Given, weights: dict[str, Weights], layout: Layout, kept: Kept) -> RolePart:
    """Return what a role speaks with, and add weights of its own to the others."""
    key, adapter = None, given.adapters.get(role)
    if role in given.models:
        key = role.value
        weights[key] = Weights(key=key, base=given.models[role])
    elif adapter is not None and given.base is not None and merges(layout, kept):
        key = role.value
        weights[key] = Weights(key=key, base=given.base, adapters=(*given.below, adapter))
    keeps_adapter = layout is Layout.ADAPTERS or (layout is Layout.SHARED and kept != "merged")
    return RolePart(weights=key, adapter=adapter if keeps_adapter else None)
