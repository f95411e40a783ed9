"""Find out what a conversion to a bundle will do, check all of it, and size it, before a byte of it is written."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from umi_convert.bundle_plan import BundlePlan
from umi_convert.calibration import load_trajectories
from umi_convert.judging_cost import JudgingCost, judging_cost
from umi_convert.key_values import KeyValues
from umi_convert.manifest import bundle_of
from umi_convert.model import auto_dtype
from umi_convert.old_bundle import OldBundle, open_old, replacing_problems, with_old_base
from umi_convert.parts import Given, Parts, Weights, default_layout, open_given, parts_of
from umi_convert.preflight import add_adapter_problems, fit_problems, layout_problems
from umi_convert.problems import Problems
from umi_convert.prompting import Prompting, prompting_of
from umi_convert.request import AUTO, KEEP, BundleRequest, Kept
from umi_convert.staging import refuse_target
from umi_convert.storing import (
    Names,
    PlannedFile,
    Storing,
    default_type,
    is_plain,
    read_means,
    storing_notices,
    wanted_types,
)
from umi_local.bundles.consistency import inconsistencies
from umi_local.bundles.values import Layout
from umi_local.engine.importance import Float32
from umi_local.messages import Role
from umi_local.sizes import size_text

CONVERTING_BYTES = 400 << 20
"""Of memory that converting takes, whatever the model's size: Python, llama.cpp's library, and rows in flight."""


def plan_bundle(request: BundleRequest) -> BundlePlan:
    """Find out what a request means and what stands against it.

    Raises:
        PreflightError: Something does; all of it is listed.
        UsageError: There is something at the target already, or it is a source.
    """
    sources = [request.base, request.backbone, *request.roles.values()]
    sources += [request.quantization.importance, request.judging.trajectories]
    refuse_target(request.out, sources, force=request.force)
    problems = Problems()
    old = open_old(request, problems)
    given = open_given(request, problems)
    types = wanted_types(request, problems)
    means = read_means(request.quantization, problems)
    if request.judging.trajectories is not None:
        with problems.collected("--trajectories"):
            load_trajectories(request.judging.trajectories)
    layout = request.layout or (old.bundle.layout if old else default_layout(given))
    kept = request.kept or (old.kept if old and layout is Layout.SHARED else "adapters")
    roles = tuple(role for role in Role if request.from_bundle is None or role in request.roles)
    if old is not None:
        problems += replacing_problems(request, old, layout)
        given = with_old_base(given, old, layout, problems)
    problems += layout_problems(request, given, layout, roles)
    problems += fit_problems(request, given, layout, kept)
    if problems and given.base is not None:  # what it has against it itself belongs to the same list
        with problems.collected("BASE"):
            given.base.with_patches({}, untied=False)
    problems.stop()
    writes_base = old is None or layout is Layout.MERGED
    parts = parts_of(given, layout, kept, roles, writes_base=writes_base)
    types = types or (default_type(parts, old.file_type if old else None),)
    return _Planner(request, given, parts, roles, old, kept, problems).plan(types, means)


class _Planner:
    """Settles what is left open in a request, and sizes what will be written."""

    def __init__(
        self,
        request: BundleRequest,
        given: Given,
        parts: Parts,
        roles: tuple[Role, ...],
        old: OldBundle | None,
        kept: Kept,
        problems: Problems,
    ) -> None:
        self._request, self._given, self._parts, self._roles = request, given, parts, roles
        self._old, self._kept, self._problems = old, kept, problems
        self._names = Names(taken=old.names if old else frozenset())

    def plan(self, types: tuple[str, ...], means: Mapping[str, Float32] | None) -> BundlePlan:
        """Return the plan.

        Args:
            types: File types by their names.
            means: The importance matrix.

        Raises:
            PreflightError: Something stands against it.
        """
        request, problems = self._request, self._problems
        metadata = self._metadata()
        with problems.collected():
            add_adapter_problems(self._given, self._parts, problems)
        problems.stop()
        prompting = prompting_of(request, self._given, self._parts.layout, self._old, metadata, problems)
        with tempfile.TemporaryDirectory(prefix="umi-plan-") as folder:
            storing = Storing(
                folder=Path(folder),
                parts=self._parts,
                options=request.quantization,
                names=self._names,
                means=means,
                problems=problems,
            )
            files = storing.files(types)
            cost = judging_cost(request.judging.reference, storing, self._reference_base, self._old)
        plan = self._planned(types, files, prompting, cost, metadata)
        problems += (f"the bundle's {problem}" for problem in inconsistencies(bundle_of(plan, types[0])))
        problems += _room_problems(request.out, plan.work_bytes)
        problems.stop()
        return plan

    def _metadata(self) -> list[KeyValues]:
        """Return the metadata of all models that are written, or of that which adapters are made for; find what is wrong."""
        sources = list(self._parts.weights.values()) or [w for w in [self._parts.adapters_base] if w]
        found = []
        for weights in sources:
            with self._problems.collected():
                found.append(weights.source.metadata)
        return found

    def _planned(
        self,
        types: tuple[str, ...],
        files: Mapping[str, tuple[PlannedFile, ...]],
        prompting: Prompting,
        cost: JudgingCost,
        metadata: Sequence[KeyValues],
    ) -> BundlePlan:
        request = self._request
        return BundlePlan(
            request=request,
            parts=self._parts,
            roles=self._roles,
            old=self._old,
            kept=self._kept,
            name=self._name(),
            license=self._license(metadata),
            profile=prompting.profile,
            markers=prompting.markers,
            n_ctx=prompting.n_ctx,
            types=types,
            is_auto=request.quantization.types == (AUTO,),
            names=self._names,
            files=files,
            reference=cost.stored,
            reference_base=self._reference_base,
            work_bytes=self._work_bytes(files, cost.disk_bytes),
            memory_bytes=max(CONVERTING_BYTES, cost.memory_bytes),
            notices=(
                *prompting.notices,
                *storing_notices(self._parts, request.quantization, types),
                *self._license_notices(metadata),
                *cost.notices,
            ),
        )

    @property
    def _reference_base(self) -> Weights | None:
        """What a new role is judged on, where the old bundle's base came from something that was named again."""
        base = self._parts.adapters_base
        if self._old is None or base is None or self._request.base is None or self._request.judging.reference == "none":
            return None
        return base if self._parts.layout is not Layout.MERGED else None

    def _name(self) -> str:
        if self._request.name is not None:
            return self._request.name
        if self._old is not None:
            return self._old.bundle.name
        words = re.sub(r"[^A-Za-z0-9._-]+", "-", self._request.out.absolute().name)
        return words.strip("-._")[:100] or "bundle"

    def _licenses(self, metadata: Sequence[KeyValues]) -> list[str]:
        """Return what the sources say of themselves, each once, the base's first."""
        stated = [keys.get("general.license") for keys in metadata]
        found = [str(value.value) for value in stated if value is not None]
        found += [adapter.card.license for adapter in self._given.all_adapters if adapter.card and adapter.card.license]
        return list(dict.fromkeys(found))

    def _license(self, metadata: Sequence[KeyValues]) -> str:
        if self._request.license is not None:
            return self._request.license
        if self._old is not None:
            return self._old.bundle.license
        return next(iter(self._licenses(metadata)), "unknown")

    def _license_notices(self, metadata: Sequence[KeyValues]) -> Iterator[str]:
        found = dict.fromkeys(([self._old.bundle.license] if self._old else []) + self._licenses(metadata))
        if self._request.license is None and len(found) > 1:
            yield f"the sources have several licences ({', '.join(found)}): say with --license which the bundle has"

    def _work_bytes(self, files: Mapping[str, tuple[PlannedFile, ...]], judging_bytes: int) -> int:
        written = sum(file.n_bytes for found in files.values() for file in found)
        copied = sum(file.n_bytes for file in self._old.files) * len(files) if self._old else 0
        overrides = self._request.quantization.overrides
        needs_stored = any(name != KEEP and not is_plain(name, overrides) for name in files)
        stored = [weights.size(auto_dtype(weights.source)) for weights in self._parts.weights.values()]
        return written + copied + judging_bytes + (max(stored, default=0) if needs_stored else 0)


def _room_problems(out: Path, n_bytes: int) -> Iterator[str]:
    folder = out.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < n_bytes:
        yield f"it takes {size_text(n_bytes)} of disk at {folder}, and {size_text(free)} are free"
