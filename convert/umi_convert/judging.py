"""Judge the candidates of a conversion against their reference, a group of roles at a time.

The reference is a bundle of its own in the work folder; only what a group needs of it exists at once, so that a merged
bundle of three models never needs the disk and memory of all three in float32.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from umi_convert.calibration import load_trajectories
from umi_convert.progress import Progress
from umi_convert.request import Judging
from umi_convert.verify import STRICTNESS, JudgeOptions, OnProgress, Verdict, compare, measured_reference
from umi_convert.verify.sizes import bundle_bytes
from umi_convert.vocabulary import SourceTokenizer
from umi_local.bundles.manifest import LoadedBundle
from umi_local.engine.gguf_header import read_header
from umi_local.messages import Role, Trajectory

WeightsOf: TypeAlias = Literal["adapters", "merged"]
"""In layout `shared`: which of a role's weights are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Compares candidates with references under one set of conditions.

    Attributes:
        folder: For files that are only needed while it works.
    """

    trajectories: tuple[Trajectory, ...]
    judging: Judging
    folder: Path
    progress: Progress

    @classmethod
    def of(cls, judging: Judging, folder: Path, progress: Progress) -> Judge:
        """Read the trajectories.

        Raises:
            TrajectoryFileError: They can't be read.
        """
        trajectories = load_trajectories(judging.trajectories)
        return cls(trajectories=trajectories, judging=judging, folder=folder, progress=progress)

    def verdicts(
        self,
        reference: LoadedBundle,
        candidates: Mapping[str, LoadedBundle],
        roles: Sequence[Role],
        tokenizer: SourceTokenizer | None,
        weights: WeightsOf | None = None,
    ) -> dict[str, Verdict]:
        """Return a verdict on some roles of each candidate, by its label.

        Raises:
            UmiError: A side can't be opened or run.
        """
        found = {}
        with measured_reference(
            reference,
            self.trajectories,
            options=self._options(reference, roles, weights),
            folder=self.folder,
            on_progress=_telling(self.progress, "measuring the"),
        ) as measured:
            for label, candidate in candidates.items():
                found[label] = compare(
                    candidate,
                    measured,
                    thresholds=STRICTNESS[self.judging.strictness],
                    source_tokenizer=tokenizer,
                    label=label,
                    on_progress=_telling(self.progress, f"judging {label}:"),
                )
        return found

    def _options(self, reference: LoadedBundle, roles: Sequence[Role], weights: WeightsOf | None) -> JudgeOptions:
        options = JudgeOptions(n_threads=self.judging.n_threads, roles=tuple(roles), residency=weights)
        n_trajectories = self.judging.n_trajectories or options.max_trajectories
        n_ctx = min([options.n_ctx, *_trained_lengths(reference, roles)])
        return replace(options, n_ctx=n_ctx, max_trajectories=n_trajectories)


def combined(first: Verdict | None, second: Verdict) -> Verdict:
    """Return one verdict of two on different roles of the same bundle."""
    if first is None:
        return second
    notices = dict.fromkeys((*first.notices, *second.notices))
    order = list(Role)
    return replace(
        first,
        roles=tuple(sorted((*first.roles, *second.roles), key=lambda found: order.index(found.role))),
        notices=tuple(notices),
        problems=(*first.problems, *second.problems),
        reference_size_bytes=first.reference_size_bytes + second.reference_size_bytes,
    )


def completed(verdict: Verdict, candidate: LoadedBundle) -> Verdict:
    """Return a verdict with the size of the bundle as it is in the end."""
    return replace(verdict, size_bytes=bundle_bytes(candidate))


def _trained_lengths(loaded: LoadedBundle, roles: Sequence[Role]) -> Iterator[int]:
    """Yield the context lengths that the models of roles were trained for: beyond them figures mean nothing."""
    refs = [loaded.bundle.base, *(loaded.bundle.roles.of(role).model for role in roles)]
    for path in {loaded.path_of(ref) for ref in refs if ref is not None}:
        header = read_header(path)
        length = header.metadata.get(f"{header.architecture}.context_length")
        if isinstance(length, int):
            yield length


def _telling(progress: Progress, what: str) -> OnProgress:
    return lambda stage, done, total: progress(f"{what} {stage}", done, total, "turns")
