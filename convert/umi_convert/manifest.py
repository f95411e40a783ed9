"""From a plan to the values of bundle.toml; sizes, hashes and probes are added when the files are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from umi_convert.bundle_plan import BundlePlan
from umi_convert.origin import origin_of
from umi_convert.parts import BASE, Weights
from umi_local.bundles.values import Bundle, FileRef, Layout, Residency, RoleSpec, RolesSpec
from umi_local.messages import Role

REFERENCE = "reference"
"""In place of a file type: of the bundle that candidates are compared with."""


_REFERENCE_NAMES = {"f32": "the source in float32", "source": "the source as it is stored"}


def bundle_of(plan: BundlePlan, name: str) -> Bundle:
    """Return what bundle.toml says.

    Args:
        name: The file type of the weights, or `REFERENCE`.
    """
    if plan.old is not None:
        return _replaced(plan, plan.old.renamed(), name)
    layout = plan.parts.layout
    is_one_of_several = name in plan.types and len(plan.types) > 1 and not plan.is_auto
    return Bundle(
        name=f"{plan.name}-{name}" if is_one_of_several else plan.name,
        version=plan.request.version or "1",
        license=plan.license,
        description=plan.request.description or "",
        layout=layout,
        profile=plan.profile,
        markers=plan.markers,
        n_ctx=plan.n_ctx,
        residency=_residency(plan),
        base=_model(plan, plan.parts.weights[BASE], name) if layout is not Layout.MERGED else None,
        roles=RolesSpec(**{role.value: _spec(plan, role, name) for role in Role}),
    )


def reference_of(plan: BundlePlan) -> Bundle:
    """Return the bundle that candidates are compared with: the roles that are made, exact, and the rest as it is."""
    bundle = _replaced(plan, plan.old.absolute(), REFERENCE) if plan.old else bundle_of(plan, REFERENCE)
    base = _model(plan, plan.reference_base, REFERENCE) if plan.reference_base else bundle.base
    return replace(bundle, base=base, name=_REFERENCE_NAMES[plan.reference or "source"])


def sources_of(plan: BundlePlan) -> dict[str, str]:
    """Return where each part came from, by its key or role, without this machine's folders."""
    found = {key: _origin(weights) for key, weights in plan.parts.weights.items()}
    adapters = {role: part.adapter for role, part in plan.parts.roles.items() if part.adapter is not None}
    return found | {f"{role.value} adapter": origin_of(adapter.folder) for role, adapter in adapters.items()}


def with_facts(bundle: Bundle, facts: Mapping[str, tuple[int, str]]) -> Bundle:
    """Return a bundle whose files have their sizes and hashes.

    Args:
        facts: (bytes, sha256) by file name.
    """

    def stated(ref: FileRef) -> FileRef:
        if ref.file not in facts:
            return ref
        size, sha256 = facts[ref.file]
        return replace(ref, size=size, sha256=sha256)

    return bundle.with_files(stated)


def _replaced(plan: BundlePlan, old: Bundle, name: str) -> Bundle:
    """Return an old bundle with some roles made anew."""
    specs = {role.value: spec for role, spec in old.roles}
    for role in plan.roles:
        specs[role.value] = replace(_spec(plan, role, name), sampling=old.roles.of(role).sampling)
    return replace(
        old,
        name=plan.name,
        version=plan.request.version or old.version,
        license=plan.license,
        description=plan.request.description or old.description,
        n_ctx=plan.n_ctx,
        roles=RolesSpec(**specs),
    )


def _spec(plan: BundlePlan, role: Role, name: str) -> RoleSpec:
    part = plan.parts.roles[role]
    key = part.weights or (BASE if plan.parts.layout is Layout.MERGED else None)
    model = _model(plan, plan.parts.weights[key], name) if key is not None else None
    if part.adapter is None:
        return RoleSpec(model=model)
    dtype = plan.request.quantization.adapter_dtype if name != REFERENCE else REFERENCE
    file = plan.names.adapter(role, dtype)
    source, fingerprint = origin_of(part.adapter.folder), _base_fingerprint(plan)
    return RoleSpec(model=model, adapter=FileRef(file=file, source=source, base_fingerprint=fingerprint))


def _model(plan: BundlePlan, weights: Weights, name: str) -> FileRef:
    file = plan.names.models(weights, name)[0]
    return FileRef(file=file, source=_origin(weights), base_fingerprint=weights.source.fingerprint)


def _base_fingerprint(plan: BundlePlan) -> str | None:
    """Return what an adapter's base is known by, in the manifest."""
    if plan.old is not None and plan.old.bundle.base is not None:
        return plan.old.bundle.base.fingerprint
    assert plan.parts.adapters_base is not None  # an adapter has a base
    return plan.parts.adapters_base.source.fingerprint


def _residency(plan: BundlePlan) -> Residency:
    kept: dict[str, Residency] = {"adapters": "adapters", "merged": "merged", "both": "auto"}
    return kept[plan.kept] if plan.parts.layout is Layout.SHARED else "auto"


def _origin(weights: Weights) -> str:
    merged = " + ".join(origin_of(adapter.folder) for adapter in weights.adapters)
    name = origin_of(weights.base.path)
    return f"{name} + {merged}" if merged else name
