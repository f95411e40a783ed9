"""Make a planned bundle: write, judge, describe, and put it in place only if it is good enough.

Everything happens in a folder beside the target, which takes the target's name at the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from umi_convert.bundle_plan import BundlePlan
from umi_convert.candidates import Candidate, Candidates
from umi_convert.card import card_of
from umi_convert.errors import VerdictError
from umi_convert.flushing import Flusher
from umi_convert.judging import Judge, WeightsOf, combined, completed
from umi_convert.manifest import with_facts
from umi_convert.old_bundle import CARD_FILE, VERDICT_FILE
from umi_convert.parts import BASE
from umi_convert.probing import measured_probes
from umi_convert.progress import Progress, silent
from umi_convert.report import report_of
from umi_convert.staging import staged_folder
from umi_convert.verify.values import Verdict
from umi_convert.vocabulary import SourceTokenizer
from umi_local.bundles.checksums import sha256_of, write_sums
from umi_local.bundles.portable import is_inside
from umi_local.bundles.values import Bundle, Layout
from umi_local.bundles.writing import write_bundle
from umi_local.folders import atomic_write
from umi_local.messages import Role

_WORK = ".work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A bundle that was put in place.

    Attributes:
        type: The file type of its weights.
        n_bytes: Of all its files.
    """

    path: Path
    type: str
    n_bytes: int
    bundle: Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What became of a plan.

    Attributes:
        placed: One bundle a type; with `auto`, the fastest that passed.
        verdicts: On every candidate, by label; none where nothing was judged.
    """

    placed: tuple[Placed, ...]
    verdicts: Mapping[str, Verdict]


def build_bundle(plan: BundlePlan, progress: Progress = silent) -> Built:
    """Make the bundles of a plan.

    Raises:
        VerdictError: One isn't good enough, and isn't in place; others may be, and are named.
        StorageError: The disk is full, or can't be written.
        UmiError: Something that the plan couldn't see.
    """
    target = plan.request.out.absolute()
    with staged_folder(target, force=plan.request.force) as staging, Flusher() as flusher:
        candidates = Candidates(plan, staging / _WORK, flusher, progress)
        candidates.copy_kept()
        judge = Judge.of(plan.request.judging, staging / _WORK, progress) if plan.reference else None
        _make(plan, candidates, judge)
        verdicts = {label: verdict for found in candidates.all.values() for label, verdict in found.verdicts.items()}
        chosen = _chosen(plan, candidates)
        if not chosen:
            raise _against(verdicts)
        flusher.wait()
        placed = []
        for candidate in chosen:
            bundle = _described(plan, candidates, candidate, verdicts, progress)
            is_only = len(plan.types) == 1 or plan.is_auto
            folder, path = (staging, target) if is_only else (staging / candidate.name, target / candidate.name)
            _move(candidate.folder, folder)
            placed.append(Placed(path=path, type=candidate.name, n_bytes=_size(folder), bundle=bundle))
        shutil.rmtree(staging / _WORK)
    if not plan.is_auto and len(chosen) < len(plan.types):
        raise _against(verdicts, placed)
    return Built(placed=tuple(placed), verdicts=verdicts)


def _make(plan: BundlePlan, candidates: Candidates, judge: Judge | None) -> None:
    """Write all candidates, and judge them; in layout `merged` each model before the next one is written."""
    is_merged = plan.parts.layout is Layout.MERGED
    for key, weights in plan.parts.weights.items():
        candidates.write_weights(weights)
        if is_merged:
            roles = tuple(role for role in plan.roles if (plan.parts.roles[role].weights or BASE) == key)
            _judge(plan, candidates, judge, roles, weights.base.tokenizer)
            candidates.drop_reference(weights)
    candidates.write_adapters()
    if plan.reference_base is not None:
        candidates.write_reference(plan.reference_base)
    if not is_merged:
        base = plan.parts.adapters_base
        _judge(plan, candidates, judge, plan.roles, base.base.tokenizer if base is not None else None)
    for candidate in candidates.all.values():
        found = {label: completed(verdict, candidate.loaded) for label, verdict in candidate.verdicts.items()}
        candidate.verdicts = found


def _judge(
    plan: BundlePlan,
    candidates: Candidates,
    judge: Judge | None,
    roles: tuple[Role, ...],
    tokenizer: SourceTokenizer | None,
) -> None:
    """Judge some roles of all candidates, with each of the weights that they have."""
    if judge is None:
        return
    for weights in _judged_weights(plan):
        found = judge.verdicts(
            candidates.reference,
            {_label(plan, name, weights): candidate.loaded for name, candidate in candidates.all.items()},
            roles,
            tokenizer,
            weights,
        )
        for name, candidate in candidates.all.items():
            label = _label(plan, name, weights)
            candidate.verdicts[label] = combined(candidate.verdicts.get(label), found[label])


def _judged_weights(plan: BundlePlan) -> tuple[WeightsOf | None, ...]:
    """Return which weights are judged: both where a role has both, since they are rounded in different places."""
    if plan.parts.layout is not Layout.SHARED:
        return (None,)
    return ("adapters", "merged") if plan.kept == "both" else (plan.kept,)


def _label(plan: BundlePlan, name: str, weights: WeightsOf | None) -> str:
    return f"{name} {weights}" if plan.kept == "both" else name


def _chosen(plan: BundlePlan, candidates: Candidates) -> list[Candidate]:
    """Return the candidates that are put in place."""
    passed = [candidate for candidate in candidates.all.values() if candidate.passed]
    if not plan.is_auto:
        return passed
    return sorted(passed, key=lambda candidate: min(verdict.step_s for verdict in candidate.verdicts.values()))[:1]


def _against(verdicts: Mapping[str, Verdict], placed: Sequence[Placed] = ()) -> VerdictError:
    problems = [f"{label}: {problem}" for label, verdict in verdicts.items() for problem in verdict.problems]
    hint = "Take a type of more bits, an importance matrix, or --quantize auto; or judge less strictly."
    if placed:
        hint = f"In place are those that passed: {', '.join(str(place.path) for place in placed)}. {hint}"
    return VerdictError(problems, verdicts=tuple(verdicts.values()), placed=placed, hint=hint)


def _described(
    plan: BundlePlan,
    candidates: Candidates,
    candidate: Candidate,
    verdicts: Mapping[str, Verdict],
    progress: Progress,
) -> Bundle:
    """Write what describes a candidate: its manifest, verdict, card and hashes."""
    folder, hashes = candidate.folder, candidate.hashes
    probes = measured_probes(plan, list(candidates.written(candidate)))
    facts = {}
    for _, ref in candidate.loaded.bundle.files():
        path = folder / ref.file
        if is_inside(ref) and path.is_relative_to(folder):
            hashes[path] = hashes.get(path) or _hashed(path, progress)
            facts[ref.file] = (path.stat().st_size, hashes[path])
    bundle = replace(with_facts(candidate.loaded.bundle, facts), probes=probes)
    write_bundle(folder, bundle)
    atomic_write(folder / VERDICT_FILE, report_of(plan, candidate, verdicts).encode())
    atomic_write(folder / CARD_FILE, card_of(plan, bundle, candidate, verdicts).encode())
    write_sums(folder, known=hashes)
    return bundle


def _hashed(path: Path, progress: Progress) -> str:
    size = path.stat().st_size
    return sha256_of(path, lambda done: progress(f"hashing {path.name}", done, size))


def _move(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        path.rename(target / path.name)


def _size(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if path.relative_to(folder).parts[0] != _WORK)
