"""What in a request can't go together: sources with a layout, adapters with roles, adapters with what they are merged into.

Each sentence says which option it is about and what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from umi_convert import base_model
from umi_convert.parts import Given, Parts, merges
from umi_convert.peft_adapter import PeftAdapter, adapter_problems
from umi_convert.problems import Problems
from umi_convert.request import BundleRequest, Kept
from umi_local.bundles.values import Layout
from umi_local.messages import Role

_OTHER_WEIGHTS = "its umi_role.json says that it was trained on other weights than BASE"


def layout_problems(request: BundleRequest, given: Given, layout: Layout, roles: Sequence[Role]) -> Iterator[str]:
    """Yield what in a request doesn't go with the layout."""
    if request.base is None and given.base is None:
        bare = [role.value for role in roles if role not in request.roles]
        if bare:
            yield f"there is no BASE, and the {' and the '.join(bare)} would run on it"
        if request.from_bundle is None or layout is Layout.MERGED:
            for role in given.adapters:
                yield f"--{role.value} is an adapter, and there is no BASE to go with it"
    if given.backbone is not None and request.base is None:
        yield "--backbone is merged into BASE, and there is none"
    if layout is not Layout.MERGED:
        for role in given.models:
            yield f"--{role.value} is a full model; layout {layout.value!r} takes adapters, layout 'merged' takes both"
    if layout is Layout.PROMPTED and given.adapters:
        yield "layout 'prompted' is one model without adapters; take merged, adapters or shared"
    if layout is Layout.REMOTE:
        yield "layout 'remote' has no weights to convert"
    if request.kept is not None and layout is not Layout.SHARED:
        yield f"--kept {request.kept} belongs to layout 'shared', not to {layout.value!r}"
    if request.assume_span and layout is not Layout.SHARED:
        yield f"--assume-span belongs to layout 'shared', not to {layout.value!r}"


def fit_problems(request: BundleRequest, given: Given, layout: Layout, kept: Kept) -> Iterator[str]:
    """Yield what in the adapters doesn't fit their roles or the layout, or can't be merged where it is."""
    if given.backbone is not None:
        found = [*_wrong_role(given.backbone, "backbone")] or [*adapter_problems(given.backbone, Layout.MERGED)]
        if given.base is not None and not found:
            found += base_model.problems_of(given.base, given.below)
        yield from (f"--backbone: {problem}" for problem in found)
    tied = given.base is not None and base_model.is_tied(given.base)
    keeps = kept != "merged"
    for role, adapter in given.adapters.items():
        fits = adapter_problems(adapter, layout, tied=tied, assume_span=request.assume_span, keeps_adapter=keeps)
        found = [*_wrong_role(adapter, role.value)] or [*fits]
        if given.base is not None and not found and merges(layout, kept):
            found += base_model.problems_of(given.base, (*given.below, adapter))
        yield from (f"--{role.value}: {problem}" for problem in found)


def add_adapter_problems(given: Given, parts: Parts, problems: Problems) -> None:
    """Make what run-time adapters will hold, which finds everything that has no such form, and compare all with their base."""
    base = parts.adapters_base
    if base is None:
        return
    below = given.backbone.card if given.backbone is not None else None
    if below is not None and below.base_fingerprint != base.base.fingerprint:
        problems.append(f"--backbone: {_OTHER_WEIGHTS}")
    for role, adapter in given.adapters.items():
        with problems.collected(f"--{role.value}"):
            if parts.roles[role].adapter is not None:
                base_model.as_adapter(base.base, adapter, base.source.fingerprint)
            elif adapter.card is not None and adapter.card.base_fingerprint != base.source.fingerprint:
                missing = "" if given.backbone else "; is --backbone missing?"
                problems.append(f"--{role.value}: {_OTHER_WEIGHTS}{missing}")


def _wrong_role(adapter: PeftAdapter, role: str) -> Iterator[str]:
    if adapter.role is not None and adapter.role != role:
        yield f"its umi_role.json says that it was trained as the {adapter.role}"
