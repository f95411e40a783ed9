"""One side of a verdict: a bundle that is opened, walked through the selected turns, and closed again.

Both sides go through the same code in the same order, so their batches are cut alike. Only one side is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from umi_convert.errors import ConvertError
from umi_convert.verify.agreement import Spoken
from umi_convert.verify.options import JudgeOptions, OnProgress
from umi_convert.verify.prompts import Encoded, encode, render
from umi_convert.verify.speed import measure_speed
from umi_convert.verify.turns import Place, Selection
from umi_convert.verify.values import Speed
from umi_local.bundles.manifest import LoadedBundle
from umi_local.engine.base import CancelToken
from umi_local.engine.house import BundleHouse
from umi_local.engine.llama_c import Logits
from umi_local.engine.options import EngineOptions
from umi_local.engine.scoring import GreedySpeaker, scored, turn_tokens
from umi_local.engine.seats import Seat
from umi_local.messages import PlannerTurn, Role, Trajectory

OnRows = Callable[[Place, Iterator[Logits]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The turns that a side is led through, and who is told about it."""

    trajectories: tuple[Trajectory, ...]
    selection: Selection
    stage: str
    on_progress: OnProgress
    cancel: CancelToken


def local_roles(loaded: LoadedBundle, options: JudgeOptions) -> tuple[Role, ...]:
    """Return the roles that are judged: of those that were asked for, the ones that have weights here.

    Raises:
        ConvertError: There is none.
    """
    wanted = options.roles or tuple(Role)
    roles = tuple(role for role, spec in loaded.bundle.roles if spec.endpoint is None and role in wanted)
    if not roles:
        raise ConvertError(
            f"no role of bundle {loaded.bundle.name!r} has weights on this machine",
            hint="Judge it where its servers run.",
        )
    return roles


def residency_of(loaded: LoadedBundle, options: JudgeOptions) -> str:
    """Return which of the roles' weights are judged: as asked for, as the bundle says, or adapters."""
    stated = loaded.bundle.residency
    return options.residency or ("merged" if stated == "merged" else "adapters")


@contextmanager
def opened(loaded: LoadedBundle, options: JudgeOptions, kv_type: str) -> Iterator[Mapping[Role, Seat]]:
    """Load a bundle's models and give the seats of its roles.

    The bundle's own probes are left to the verdict: a tokenizer that differs is a finding here, not a failure to open.

    Raises:
        BundleError: Files are missing or don't fit each other.
        ModelFileError: A file isn't a sound GGUF.
        ModelLoadError: llama.cpp could not load one, or there is no memory.
    """
    engine = EngineOptions(
        n_ctx=options.n_ctx,
        n_batch=options.n_batch,
        n_threads=options.n_threads,
        kv_type=kv_type,
        prefix_cache_bytes=0,
    )
    without_probes = replace(loaded, bundle=replace(loaded.bundle, probes=()))
    house = BundleHouse(
        without_probes, engine, residency=residency_of(loaded, options), roles=local_roles(loaded, options)
    )
    try:
        yield house.seats
    finally:
        house.close()


def encode_all(
    seats: Mapping[Role, Seat], trajectories: Sequence[Trajectory], places: Sequence[Place]
) -> dict[Place, Encoded]:
    """Render and tokenize every turn."""
    return {place: encode(seats[place.role], trajectories, place) for place in places}


def walk_through(
    seats: Mapping[Role, Seat],
    walk: Walk,
    encoded: Mapping[Place, Encoded],
    options: JudgeOptions,
    on_rows: OnRows,
) -> dict[Place, Spoken | None]:
    """Score and speak the selected turns.

    Args:
        on_rows: Gets the logits of each scored turn: `n_positions` rows.

    Returns:
        The spoken turns; None where a call could not be brought to its end.

    Raises:
        CancelledError: Somebody asked to stop.
        GenerationError: llama.cpp failed.
    """
    speaker = GreedySpeaker(
        planner_tokens=options.planner_tokens,
        caller_tokens=options.caller_tokens,
        summarizer_tokens=options.summarizer_tokens,
    )
    spoken: dict[Place, Spoken | None] = {}
    selection = walk.selection
    places = [place for place in selection.places if place in selection.scored or place in selection.spoken]
    for n_done, place in enumerate(places):
        walk.on_progress(walk.stage, n_done, len(places))
        seat = seats[place.role]
        if place in selection.scored:
            prompt = render(seat, walk.trajectories, place)
            with scored(seat, prompt, encoded[place].scored, walk.cancel.check) as rows:
                on_rows(place, rows)
        if place in selection.spoken:
            spoken[place] = _speak(speaker, seat, walk, place)
    walk.on_progress(walk.stage, len(places), len(places))
    return spoken


def _speak(speaker: GreedySpeaker, seat: Seat, walk: Walk, place: Place) -> Spoken | None:
    before, given = place.before(walk.trajectories), place.spoken(walk.trajectories)
    said = speaker.speak(seat, place.role, before, walk.cancel)
    if said is None:
        return None
    decision = None
    if isinstance(given, PlannerTurn):
        decision = speaker.decide(seat, before, given.rationale, walk.cancel)
    return Spoken(said, turn_tokens(seat, said.turn), decision)


def measure_speeds(seats: Mapping[Role, Seat], walk: Walk, encoded: Mapping[Place, Encoded]) -> dict[Role, Speed]:
    """Measure every role on tokens of the longest of its prompts; roles that run on the same weights are measured once."""
    by_weights: dict[tuple[int, ...], Speed] = {}
    speeds = {}
    for n_done, (role, seat) in enumerate(seats.items()):
        walk.on_progress("speed", n_done, len(seats))
        weights = _weights(seat)
        if weights not in by_weights:
            prompts = [encoded[place].prompt for place in encoded if place.role is role]
            tokens = max(prompts, key=len, default=()) or tuple(seat.model.tokenize("a b c d", special=False))
            by_weights[weights] = measure_speed(seat, tokens, walk.cancel)
        speeds[role] = by_weights[weights]
    walk.on_progress("speed", len(seats), len(seats))
    return speeds


def _weights(seat: Seat) -> tuple[int, ...]:
    """Return what tells the weights that a role reads and speaks with from others."""
    return tuple(map(id, (seat.trunk.context.model, seat.trunk.adapter, seat.model, seat.adapter)))
