"""The verdict itself: a candidate is opened, led through the turns that the reference was led through, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from umi_convert.errors import ConvertError
from umi_convert.verify.agreement import (
    Spoken,
    greedy_agreement,
    pairs_of,
    same_calls,
    same_decisions,
    same_names,
)
from umi_convert.verify.distances import Gathered
from umi_convert.verify.options import JudgeOptions, OnProgress, no_progress
from umi_convert.verify.probes import SourceTokenizer, check_token_ids
from umi_convert.verify.prompts import Encoded, check_prompts, source_template_problem
from umi_convert.verify.reference import ReferenceMeasurements, measured_reference
from umi_convert.verify.side import Walk, encode_all, local_roles, measure_speeds, opened, residency_of, walk_through
from umi_convert.verify.sizes import roles_bytes
from umi_convert.verify.thresholds import STRICTNESS, Thresholds, problems_of
from umi_convert.verify.turns import Place, Selection
from umi_convert.verify.values import Check, Conditions, RoleVerdict, Speed, Verdict
from umi_local.bundles.manifest import LoadedBundle
from umi_local.engine.base import CancelToken
from umi_local.engine.llama_c import LLAMA_CPP_VERSION, Logits
from umi_local.engine.options import default_threads
from umi_local.engine.seats import Seat
from umi_local.messages import Role, Trajectory


def judge(
    candidate: LoadedBundle,
    reference: LoadedBundle,
    *,
    trajectories: Sequence[Trajectory],
    thresholds: Thresholds = STRICTNESS["normal"],
    source_tokenizer: SourceTokenizer | None = None,
    options: JudgeOptions | None = None,
    label: str | None = None,
    folder: Path | None = None,
    on_progress: OnProgress = no_progress,
    cancel: CancelToken | None = None,
) -> Verdict:
    """Measure a reference and compare one candidate with it; see `measure_reference` and `compare`."""
    with measured_reference(
        reference, trajectories, options=options, folder=folder, on_progress=on_progress, cancel=cancel
    ) as measured:
        return compare(
            candidate,
            measured,
            thresholds=thresholds,
            source_tokenizer=source_tokenizer,
            label=label,
            on_progress=on_progress,
            cancel=cancel,
        )


def compare(
    candidate: LoadedBundle,
    reference: ReferenceMeasurements,
    *,
    thresholds: Thresholds = STRICTNESS["normal"],
    source_tokenizer: SourceTokenizer | None = None,
    label: str | None = None,
    on_progress: OnProgress = no_progress,
    cancel: CancelToken | None = None,
) -> Verdict:
    """Compare a candidate with a reference that was measured, under the same options.

    Args:
        source_tokenizer: Of the checkpoint; without it the reference's tokenizer says what is right.
        label: What the candidate is called in tables; its bundle's name by default.

    Raises:
        BundleError, ModelFileError, ModelLoadError: The candidate can't be opened.
        ConvertError: It has other roles than the reference.
        GenerationError: llama.cpp failed.
        CancelledError: `cancel` was set.
    """
    options = reference.options
    _check_same_roles(candidate, reference)
    with opened(candidate, options, options.kv_type) as seats:
        encoded = encode_all(seats, reference.trajectories, reference.selection.places)
        walk = Walk(
            trajectories=reference.trajectories,
            selection=_comparable(reference, seats, encoded),
            stage="candidate",
            on_progress=on_progress,
            cancel=cancel or CancelToken(),
        )
        gathered = {role: Gathered() for role in seats}

        def add(place: Place, rows: Iterator[Logits]) -> None:
            gathered[place.role].add(reference.rows.read(place), rows)

        side = _Candidate(
            loaded=candidate,
            reference=reference,
            source=source_tokenizer,
            encoded=encoded,
            gathered=gathered,
            spoken=walk_through(seats, walk, encoded, options, add),
            speeds=measure_speeds(seats, walk, encoded),
        )
        roles = tuple(side.judged(role, seat) for role, seat in seats.items())
    return Verdict(
        label=label or candidate.bundle.name,
        candidate=candidate.bundle.name,
        reference=reference.name,
        layout=candidate.bundle.layout.value,
        conditions=_conditions(reference),
        thresholds=thresholds,
        roles=roles,
        size_bytes=roles_bytes(candidate, reference.roles, residency_of(candidate, options)),
        reference_size_bytes=reference.size_bytes,
        notices=reference.notices,
        problems=tuple(problem for role in roles for problem in problems_of(role, thresholds)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """Everything that was measured of a candidate, beside the reference."""

    loaded: LoadedBundle
    reference: ReferenceMeasurements
    source: SourceTokenizer | None
    encoded: Mapping[Place, Encoded]
    gathered: Mapping[Role, Gathered]
    spoken: Mapping[Place, Spoken | None]
    speeds: Mapping[Role, Speed]

    def judged(self, role: Role, seat: Seat) -> RoleVerdict:
        """Return one role's figures."""
        pairs = pairs_of(role, self.reference.spoken, self.spoken)
        is_caller = role is Role.CALLER
        return RoleVerdict(
            role=role,
            token_ids=self._token_ids(role, seat),
            prompts=self._prompts(role, seat),
            greedy=greedy_agreement(pairs),
            distributions=self.gathered[role].figures(),
            decisions=same_decisions(pairs) if role is Role.PLANNER else None,
            names=same_names(pairs) if is_caller else None,
            calls=same_calls(pairs) if is_caller else None,
            speed=self.speeds[role],
            reference_speed=self.reference.speeds[role],
            size_bytes=roles_bytes(self.loaded, [role], residency_of(self.loaded, self.reference.options)),
            reference_size_bytes=self.reference.role_bytes[role],
        )

    def _token_ids(self, role: Role, seat: Seat) -> Check:
        """Compare with the source's tokenizer where there is one, else with the reference's."""
        texts = self.reference.token_ids[role]
        source = self.source
        expected = texts if source is None else {text: source.encode_plain(text) for text in texts}
        model = seat.trunk.context.model
        return check_token_ids(lambda text: model.tokenize(text, special=False), expected, self.loaded.bundle.probes)

    def _prompts(self, role: Role, seat: Seat) -> Check:
        bundle, problem = self.loaded.bundle, None
        if self.source is not None and bundle.profile == "prompted" and bundle.markers == "template":
            places = [place for place in self.reference.selection.places if place.role is role]
            problem = source_template_problem(seat, self.source.chat_template, self.reference.trajectories, places)
        return check_prompts(self.encoded, self.reference.encoded, role, problem)


def _check_same_roles(candidate: LoadedBundle, reference: ReferenceMeasurements) -> None:
    found = local_roles(candidate, reference.options)
    if found != reference.roles:
        there, here = (", ".join(role.value for role in roles) for roles in (reference.roles, found))
        raise ConvertError(f"the reference {reference.name!r} has the roles {there}; the candidate has {here}")


def _comparable(
    reference: ReferenceMeasurements, seats: Mapping[Role, Seat], encoded: Mapping[Place, Encoded]
) -> Selection:
    """Return the turns that both sides read and write with the same tokens of equally large vocabularies."""
    selection = reference.selection
    same = {place for place, found in encoded.items() if found == reference.encoded[place]}
    scored = {
        place
        for place in selection.scored & same
        if reference.rows.n_vocab(place) == seats[place.role].model.vocab.n_tokens
    }
    return replace(selection, scored=frozenset(scored), spoken=selection.spoken & same)


def _conditions(reference: ReferenceMeasurements) -> Conditions:
    options = reference.options
    return Conditions(
        engine=f"llama-cpp-python {LLAMA_CPP_VERSION}",
        n_threads=options.n_threads or default_threads(),
        n_ctx=options.n_ctx,
        n_batch=options.n_batch,
        kv_type=options.kv_type,
        reference_kv_type=options.reference_kv_type,
        n_trajectories=len(reference.trajectories),
    )
