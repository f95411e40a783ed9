"""Whether the values of a bundle fit each other and its layout. Pure; problems name their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from umi_local.bundles.values import Bundle, Layout, Profile, RoleSpec
from umi_local.engine.file_types import FILE_TYPES
from umi_local.messages import Role

SMALLEST_N_CTX = 256

_PROFILES: Mapping[Layout, tuple[Profile, ...]] = {
    Layout.SHARED: ("shared",),
    Layout.MERGED: ("shared", "prompted", "alpha-umi"),
    Layout.ADAPTERS: ("shared", "prompted", "alpha-umi"),
    Layout.PROMPTED: ("prompted", "single"),
    Layout.REMOTE: ("prompted",),
}
"""Which prompts a layout's roles can be given: in `single` they are one model."""


def inconsistencies(bundle: Bundle) -> tuple[str, ...]:
    """Return everything that doesn't fit together, each with its place; empty if all does."""
    return (
        *_problems_of_values(bundle),
        *_problems_of_layout(bundle),
        *_problems_of_assembly(bundle),
        *(problem for role, spec in bundle.roles for problem in _problems_of_role(bundle, role, spec)),
    )


def _problems_of_values(bundle: Bundle) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", bundle.name):
        yield f"name is {bundle.name!r}; expected letters, digits, '.', '_' and '-', at most 100"
    if bundle.n_ctx < SMALLEST_N_CTX:
        yield f"n_ctx is {bundle.n_ctx}; expected at least {SMALLEST_N_CTX} tokens"
    for where, token_ids in (
        ("stop_ids", bundle.stop_ids),
        *((f"probes[{i}].token_ids", probe.token_ids) for i, probe in enumerate(bundle.probes)),
    ):
        if any(token_id < 0 for token_id in token_ids):
            yield f"{where} holds a negative number; token ids start at 0"


def _problems_of_layout(bundle: Bundle) -> Iterator[str]:
    local = [spec for _, spec in bundle.roles if spec.endpoint is None]
    needs_base = bundle.layout in (Layout.SHARED, Layout.ADAPTERS) or (
        bundle.layout is Layout.PROMPTED and any(spec.model is None for spec in local)
    )
    if local and needs_base and bundle.base is None:
        yield f"base is missing; layout {bundle.layout.value!r} needs it"
    if bundle.layout in (Layout.MERGED, Layout.REMOTE) and bundle.base is not None:
        yield f"base is given, but layout {bundle.layout.value!r} has no use for it"
    profiles = _PROFILES[bundle.layout]
    if bundle.profile not in profiles:
        needed = " or ".join(map(repr, profiles))
        yield f"profile is {bundle.profile!r}; layout {bundle.layout.value!r} needs {needed}"
    if bundle.markers == "template" and bundle.profile != "prompted":
        yield f"markers 'template' belong to profile 'prompted', not to {bundle.profile!r}"
    if bundle.residency != "auto" and bundle.layout is not Layout.SHARED:
        yield f"residency is {bundle.residency!r}; only layout 'shared' has a choice"


def _problems_of_assembly(bundle: Bundle) -> Iterator[str]:
    if bundle.assembly is None:
        return
    if bundle.layout not in (Layout.SHARED, Layout.ADAPTERS):
        yield f"assembly is given, but layout {bundle.layout.value!r} has no use for it"
    for where, ref in (("base", bundle.base), ("assembly.backbone", bundle.assembly.backbone)):
        if ref is not None and ref.sha256 is None:
            yield f"{where}.sha256 is missing; what is assembled is made from files that are known"
    if bundle.assembly.type.upper() not in FILE_TYPES:
        yield f"assembly.type is {bundle.assembly.type!r}; expected one of llama.cpp's file types, such as Q8_0"
    for role, spec in bundle.roles:
        if spec.model is not None:
            yield f"roles.{role.value}.model is given, but this bundle's roles run on the base that is assembled"


def _problems_of_role(bundle: Bundle, role: Role, spec: RoleSpec) -> Iterator[str]:
    where, layout = f"roles.{role.value}", bundle.layout
    if spec.endpoint is not None:
        for kind in ("model", "adapter"):
            if getattr(spec, kind) is not None:
                yield f"{where} names an endpoint and a {kind}; keep one of them"
        return
    if layout is Layout.REMOTE:
        yield f"{where}.endpoint is missing; layout 'remote' needs it"
    if layout is Layout.MERGED and spec.model is None:
        yield f"{where}.model is missing; layout 'merged' needs it"
    if layout is Layout.SHARED:  # a role that names nothing is the backbone itself, under any residency
        if bundle.residency == "merged" and spec.adapter is not None and spec.model is None:
            yield f"{where}.model is missing; residency 'merged' needs it beside the adapter"
        if bundle.residency == "adapters" and spec.model is not None and spec.adapter is None:
            yield f"{where}.adapter is missing; residency 'adapters' needs it beside the model"
    if layout in (Layout.MERGED, Layout.PROMPTED, Layout.REMOTE) and spec.adapter is not None:
        yield f"{where}.adapter is given, but layout {layout.value!r} has no use for it"
    if layout is Layout.REMOTE and spec.model is not None:
        yield f"{where}.model is given, but layout 'remote' has no use for it"
