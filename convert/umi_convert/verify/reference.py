"""The reference's side, measured once and kept for as many candidates as there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umi_convert.calibration.fitting import fit_all
from umi_convert.errors import ConvertError
from umi_convert.verify.agreement import Spoken
from umi_convert.verify.logit_rows import LogitRows
from umi_convert.verify.options import JudgeOptions, OnProgress, no_progress
from umi_convert.verify.probe_texts import PROBE_TEXTS
from umi_convert.verify.prompts import Encoded, outside_texts, render
from umi_convert.verify.side import Walk, encode_all, measure_speeds, opened, residency_of, walk_through
from umi_convert.verify.sizes import roles_bytes
from umi_convert.verify.turns import Place, Selection, role_places, select, spread
from umi_convert.verify.values import Speed
from umi_local.bundles.manifest import LoadedBundle
from umi_local.engine.base import CancelToken
from umi_local.engine.constrain import check_tools
from umi_local.engine.llama_c import Logits
from umi_local.engine.scoring import turn_tokens
from umi_local.engine.seats import Seat
from umi_local.messages import Role, ToolSpec, Trajectory

_CLOSING_TOKENS = 256
"""What a call may take past its limit until it ends (`umi_local.engine.speaking`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceMeasurements:
    """What candidates are compared with. Holds a file of logits: close it, or use `measured_reference`.

    Attributes:
        trajectories: As they were measured, fitted into the context.
        notices: What was dropped for that.
        encoded: Every turn's prompt and tokens.
        spoken: The turns that were spoken greedily; None where a call didn't end.
        token_ids: Of every probe text, by role.
    """

    name: str
    options: JudgeOptions
    trajectories: tuple[Trajectory, ...]
    notices: tuple[str, ...]
    selection: Selection
    encoded: Mapping[Place, Encoded]
    rows: LogitRows
    spoken: Mapping[Place, Spoken | None]
    token_ids: Mapping[Role, Mapping[str, tuple[int, ...]]]
    speeds: Mapping[Role, Speed]
    role_bytes: Mapping[Role, int]
    size_bytes: int

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that were measured."""
        return tuple(self.speeds)

    def close(self) -> None:
        """Remove the logits. Safe to call twice."""
        self.rows.close()


def measure_reference(
    loaded: LoadedBundle,
    trajectories: Sequence[Trajectory],
    *,
    options: JudgeOptions | None = None,
    folder: Path | None = None,
    on_progress: OnProgress = no_progress,
    cancel: CancelToken | None = None,
) -> ReferenceMeasurements:
    """Measure the bundle that candidates are compared with.

    Args:
        loaded: In the candidates' layout and prompts; its weights as exact as memory allows.
        folder: For the file of logits; None for the system's temporary folder.

    Raises:
        BundleError, ModelFileError, ModelLoadError: It can't be opened.
        ConvertError: There is no trajectory, none fits the context, or the reference's own logits aren't finite.
        StorageError: There is no room for the logits.
        ToolDefinitionError: A tool of the trajectories can't be offered.
        CancelledError: `cancel` was set.
    """
    options = options or JudgeOptions()
    cancel = cancel or CancelToken()
    check_tools(_tools_of(trajectories))
    residency = residency_of(loaded, options)
    with opened(loaded, options, options.reference_kv_type) as seats:
        fitted, notices = _fitted(seats, trajectories, options)
        places = role_places(fitted, tuple(seats))
        encoded = encode_all(seats, fitted, places)
        selection = select(
            places,
            {place: found.n_positions for place, found in encoded.items()},
            positions_per_role=options.positions_per_role,
            spoken_per_role=options.spoken_per_role,
        )
        walk = Walk(trajectories=fitted, selection=selection, stage="reference", on_progress=on_progress, cancel=cancel)
        rows = LogitRows(folder, _row_bytes(seats, encoded, selection))
        try:
            spoken = walk_through(
                seats, walk, encoded, options, lambda place, found: rows.add(place, _finite(loaded, found))
            )
            return ReferenceMeasurements(
                name=loaded.bundle.name,
                options=options,
                trajectories=fitted,
                notices=notices,
                selection=selection,
                encoded=encoded,
                rows=rows,
                spoken=spoken,
                token_ids=_token_ids(seats, outside_texts(seats, fitted, places)),
                speeds=measure_speeds(seats, walk, encoded),
                role_bytes={role: roles_bytes(loaded, [role], residency) for role in seats},
                size_bytes=roles_bytes(loaded, seats, residency),
            )
        except BaseException:
            rows.close()
            raise


@contextmanager
def measured_reference(
    loaded: LoadedBundle,
    trajectories: Sequence[Trajectory],
    *,
    options: JudgeOptions | None = None,
    folder: Path | None = None,
    on_progress: OnProgress = no_progress,
    cancel: CancelToken | None = None,
) -> Iterator[ReferenceMeasurements]:
    """Give a reference's measurements for as long as the block runs; see `measure_reference`."""
    measured = measure_reference(
        loaded, trajectories, options=options, folder=folder, on_progress=on_progress, cancel=cancel
    )
    try:
        yield measured
    finally:
        measured.close()


def _fitted(
    seats: Mapping[Role, Seat], trajectories: Sequence[Trajectory], options: JudgeOptions
) -> tuple[tuple[Trajectory, ...], tuple[str, ...]]:
    """Return at most so many trajectories, each fitting the context for every role, and what was dropped."""
    if not trajectories:
        raise ConvertError("there are no trajectories to judge on")
    kept = tuple(spread(trajectories, options.max_trajectories))
    notices: tuple[str, ...] = ()
    if len(kept) < len(trajectories):
        notices = (f"{len(kept)} of {len(trajectories):,} trajectories were used, evenly spaced",)
    room = max(options.planner_tokens + 16, options.caller_tokens + _CLOSING_TOKENS, options.summarizer_tokens)

    def count(trajectory: Trajectory) -> int:
        places = role_places([trajectory], tuple(seats))
        return max((_tokens_with_turn(seats[place.role], trajectory, place, room) for place in places), default=0)

    fitted, dropped = fit_all(kept, count, options.n_ctx)
    if not fitted:
        raise ConvertError(
            f"none of {len(kept)} trajectories fits n_ctx={options.n_ctx}", hint="Raise n_ctx, or give shorter ones."
        )
    return fitted, notices + dropped


def _tokens_with_turn(seat: Seat, trajectory: Trajectory, place: Place, room: int) -> int:
    """Return the tokens that a turn needs with all it reads: as the trajectory has it, or spoken."""
    written = len(turn_tokens(seat, place.spoken([trajectory])))
    return seat.count(render(seat, [trajectory], place)) + max(written, room) + 1


def _tools_of(trajectories: Sequence[Trajectory]) -> list[ToolSpec]:
    """Return every tool once."""
    tools: list[ToolSpec] = []
    for trajectory in trajectories:
        tools += [tool for tool in trajectory.tools if tool not in tools]
    return tools


def _row_bytes(seats: Mapping[Role, Seat], encoded: Mapping[Place, Encoded], selection: Selection) -> int:
    return sum(4 * encoded[place].n_positions * seats[place.role].model.vocab.n_tokens for place in selection.scored)


def _finite(loaded: LoadedBundle, rows: Iterator[Logits]) -> Iterator[Logits]:
    for row in rows:
        if not np.isfinite(row).all():
            raise ConvertError(
                f"the reference {loaded.bundle.name!r} itself gives logits that are not finite numbers",
                hint="Its weights are damaged, or too large for its type; look at the source checkpoint.",
            )
        yield row


def _token_ids(seats: Mapping[Role, Seat], outside: Sequence[str]) -> dict[Role, dict[str, tuple[int, ...]]]:
    """Return the ids of the probe texts and of all texts from outside; roles that share a model share them."""
    by_model: dict[int, dict[str, tuple[int, ...]]] = {}
    ids: dict[Role, dict[str, tuple[int, ...]]] = {}
    for role, seat in seats.items():
        key = id(seat.trunk.context.model)
        if key not in by_model:
            texts = dict.fromkeys((*PROBE_TEXTS, *outside))
            by_model[key] = {text: tuple(seat.trunk.context.model.tokenize(text, special=False)) for text in texts}
        ids[role] = by_model[key]
    return ids
