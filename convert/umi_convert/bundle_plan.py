"""The plan of a bundle, as values: what is made of what, under which names, and what that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from umi_convert.judging_cost import Stored
from umi_convert.old_bundle import OldBundle
from umi_convert.parts import Parts, Weights
from umi_convert.request import BundleRequest, Kept
from umi_convert.storing import Names, PlannedFile
from umi_local.bundles.values import Markers, Profile
from umi_local.messages import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlan:
    """A conversion that can begin.

    Attributes:
        roles: Those that are made; the others are the old bundle's.
        old: The bundle of which the rest is kept.
        kept: In layout `shared`: what a role's weights are stored as.
        types: File types by llama.cpp's names, or `keep`.
        files: By type, those that are written for it.
        reference: How the result is judged against its source; None for not at all.
        reference_base: What is written as the reference's base, though the bundle keeps the old one.
        work_bytes: Of disk that is needed while it works, with everything that is written.
        memory_bytes: Of memory that the biggest step needs.
        notices: What a person should know before it begins.
    """

    request: BundleRequest
    parts: Parts
    roles: tuple[Role, ...]
    old: OldBundle | None
    kept: Kept
    name: str
    license: str
    profile: Profile
    markers: Markers
    n_ctx: int
    types: tuple[str, ...]
    is_auto: bool
    names: Names
    files: Mapping[str, tuple[PlannedFile, ...]]
    reference: Stored | None
    reference_base: Weights | None
    work_bytes: int
    memory_bytes: int
    notices: tuple[str, ...]
