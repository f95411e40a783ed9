"""Scoring a role's words: rows that a plain context gives too, with the weights that the role would speak with."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from tests.engine.test_layouts import TOOLS, bundle
from umi_local.engine.base import CancelToken, RoleTurn, SpeakOptions
from umi_local.engine.house import BundleHouse
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.engine.scoring import GreedySpeaker, prompt_tokens, scored, turn_tokens
from umi_local.errors import CancelledError
from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    Trajectory,
    UserTurn,
)

OPTIONS = EngineOptions(n_ctx=1024, n_batch=64, n_threads=1, kv_type="f32", prefix_cache_bytes=0)
ASKED = Trajectory(TOOLS, (UserTurn("What is in notes.txt?"),))
CALL = CallerTurn(ToolCall("read_file", {"path": "notes.txt"}))


@contextmanager
def seats(loaded, residency="adapters"):
    house = BundleHouse(loaded, OPTIONS, residency=residency)
    try:
        yield house.seats
    finally:
        house.close()


def rows_of(seat, role, tokens):
    with scored(seat, seat.profile.prompt(ASKED, role), tokens, lambda: None) as rows:
        return np.array([row.copy() for row in rows])


def say(speaker, seat, role):
    return speaker.speak(seat, role, ASKED, CancelToken())


def plain_rows(path, parts):
    """Logits of the last part's positions, one token at a time: each part is (adapter, tokens)."""
    model = Model(path)
    context = Context(model, ContextParams(n_ctx=1024, n_threads=1, type_k="f32", type_v="f32"))
    position = 0
    rows: list[Any] = []
    for adapter, tokens in parts:
        context.use_adapter(model.adapter(adapter) if adapter else None)
        rows = []
        for token in tokens:
            context.decode([token], position, 0)
            position += 1
            rows.append(context.logits().copy())
    context.close()
    model.close()
    return np.array(rows)


@pytest.mark.parametrize("layout", ["shared", "adapters", "merged", "prompted"])
def test_rows_are_those_of_the_roles_own_weights_over_its_own_span(tiny, layout):
    loaded, base, history_adapter, span_adapter = {
        "shared": (bundle("shared", base=tiny.base, adapters=tiny.adapters), tiny.base, None, Role.CALLER),
        "adapters": (bundle("adapters", base=tiny.base, adapters=tiny.adapters), tiny.base, Role.CALLER, Role.CALLER),
        "merged": (bundle("merged", models=tiny.merged), tiny.merged[Role.CALLER], None, None),
        "prompted": (bundle("prompted", base=tiny.base, profile="prompted", markers="template"), tiny.base, None, None),
    }[layout]
    with seats(loaded) as found:
        seat = found[Role.CALLER]
        prompt = seat.profile.prompt(ASKED, Role.CALLER)
        cue = list(seat.encoder.block(prompt.cue))
        history = list(prompt_tokens(seat, prompt))[: -len(cue)]
        tokens = turn_tokens(seat, CALL)
        rows = rows_of(seat, Role.CALLER, tokens)
    path_of = tiny.adapters.get
    expected = plain_rows(base, [(path_of(history_adapter), history), (path_of(span_adapter), cue + list(tokens))])
    assert rows.shape == (len(tokens) + 1, 49152)
    np.testing.assert_allclose(rows, expected[len(cue) - 1 :], atol=2e-3)


def test_merged_residency_scores_with_the_roles_weights_after_the_backbones_history(tiny):
    files = {"base": tiny.base, "adapters": tiny.adapters, "models": tiny.merged}
    rows = {}
    for residency in ("adapters", "merged"):
        with seats(bundle("shared", residency=residency, **files), residency) as found:
            seat = found[Role.PLANNER]
            tokens = turn_tokens(seat, PlannerTurn("I read it.", Decision.CALL))
            rows[residency] = rows_of(seat, Role.PLANNER, tokens)
    np.testing.assert_allclose(rows["merged"], rows["adapters"], atol=2e-3)


def test_scoring_a_long_turn_in_pieces_leaves_the_conversation_as_it_was(tiny):
    with seats(bundle("shared", base=tiny.base, adapters=tiny.adapters)) as found:
        seat = found[Role.SUMMARIZER]
        tokens = turn_tokens(seat, SummarizerTurn("The file says a lot, and then some more. " * 9))
        assert len(tokens) > 70  # more than two pieces
        first = rows_of(seat, Role.SUMMARIZER, tokens)
        chunks = list(seat.trunk.chunks)
        second = rows_of(seat, Role.SUMMARIZER, tokens)
        assert seat.trunk.chunks == chunks
        assert (first == second).all()
        other = rows_of(seat, Role.SUMMARIZER, tokens[:40])
        np.testing.assert_allclose(other, first[:41], atol=2e-3)


def test_the_tokens_of_a_turn_are_those_that_enter_the_conversation(tiny):
    """A turn's block is its header, these tokens, and its end."""
    turns: tuple[RoleTurn, ...] = (PlannerTurn("I read it.", Decision.CALL), CALL, SummarizerTurn("Milk."))
    with seats(bundle("shared", base=tiny.base, adapters=tiny.adapters)) as found:
        seat = found[Role.PLANNER]
        blocks = seat.profile.history(ASKED.with_turn(*turns))[-3:]
        for turn, block in zip(turns, blocks, strict=True):
            whole = seat.encoder.block(block)
            header, end = (seat.encoder.segment(block.segments[i]) for i in (0, -1))
            assert whole == (*header, *turn_tokens(seat, turn), *end)


def test_a_caller_of_the_released_checkpoints_is_scored_in_its_own_form(tiny):
    loaded = bundle("merged", models=tiny.merged, profile="alpha-umi")
    with seats(loaded) as found:
        seat = found[Role.CALLER]
        text = seat.model.text(turn_tokens(seat, CALL))
    assert text == 'Action: read_file\nAction Input: {\n  "path": "notes.txt"\n}'


def test_the_greedy_speaker_says_what_the_engine_says(tiny):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    limits: dict[str, Any] = {"planner_tokens": 12, "caller_tokens": 40, "summarizer_tokens": 12}
    with seats(loaded) as found:
        speaker = GreedySpeaker(**limits)
        said = [say(speaker, found[role], role) for role in Role]
    engine = open_engine(loaded, OPTIONS)
    try:
        spoken = [
            engine.speak(role, ASKED, options=SpeakOptions(**limits), cancel=CancelToken(), on_text=lambda text: None)
            for role in Role
        ]
    finally:
        engine.close()
    assert [one.turn for one in said] == [one.turn for one in spoken]
    planner, caller, summarizer = said
    assert caller.name_margin == spoken[1].margin
    assert planner.name_margin is summarizer.name_margin is None
    assert all(0 < one.margin < 1 for one in said)
    assert caller.margin <= abs(caller.name_margin)


def test_the_margin_is_the_smallest_lead_on_the_way(tiny):
    """One token: its lead is read off the logits."""
    with seats(bundle("shared", base=tiny.base, adapters=tiny.adapters)) as found:
        seat = found[Role.SUMMARIZER]
        speaker = GreedySpeaker(planner_tokens=1, caller_tokens=1, summarizer_tokens=1)
        said = say(speaker, seat, Role.SUMMARIZER)
        [row] = rows_of(seat, Role.SUMMARIZER, ())
    row[seat.banned] = -np.inf
    second, first = np.sort(np.exp(row - row.max()) / np.exp(row - row.max()).sum())[-2:]
    assert said.margin == pytest.approx(first - second, rel=1e-3)


def test_a_decision_is_asked_for_after_a_given_rationale(tiny):
    rationale = "The file must be read."
    with seats(bundle("shared", base=tiny.base, adapters=tiny.adapters)) as found:
        seat = found[Role.PLANNER]
        speaker = GreedySpeaker(planner_tokens=1, caller_tokens=1, summarizer_tokens=1)
        decision, margin = speaker.decide(seat, ASKED, rationale, CancelToken())
        written = {d: turn_tokens(seat, PlannerTurn(rationale, d)) for d in Decision}
        likely = {}
        for d, tokens in written.items():  # the probability of what only this marker has
            rows = rows_of(seat, Role.PLANNER, tokens)
            likely[d] = sum(
                _log_p(rows[i], tokens[i], [w[i : i + 1] for w in _with(written, tokens[:i])])
                for i in range(len(tokens))
            )
    shares = {d: np.exp(value) for d, value in likely.items()}
    best, second = sorted(shares.values(), reverse=True)[:2]
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert decision is max(shares, key=lambda d: shares[d])
    assert margin == pytest.approx(best - second, abs=1e-3)


def _with(written, prefix):
    return [tokens for tokens in written.values() if tokens[: len(prefix)] == prefix]


def _log_p(row, token, options):
    """The token's share among those that the markers which are still possible go on with."""
    among = sorted({option[0] for option in options if option})
    return row[token] - np.logaddexp.reduce([row[other] for other in among])


def test_a_call_that_cannot_be_ended_is_none(tiny):
    loaded = bundle("shared", base=tiny.base, adapters=tiny.adapters)
    options = {"type": "object", "properties": {"x": {"type": "string", "minLength": 2000}}, "required": ["x"]}
    endless = Trajectory((ToolSpec("endless", "", options),), ASKED.turns)
    speaker = GreedySpeaker(planner_tokens=4, caller_tokens=4, summarizer_tokens=4)
    with seats(loaded) as found:
        assert speaker.speak(found[Role.CALLER], Role.CALLER, endless, CancelToken()) is None


def test_scoring_stops_when_it_is_asked_to(tiny):
    cancel = CancelToken()
    with seats(bundle("shared", base=tiny.base, adapters=tiny.adapters)) as found:
        seat = found[Role.PLANNER]
        with scored(seat, seat.profile.prompt(ASKED, Role.PLANNER), (1, 2, 3), cancel.check) as rows:
            next(rows)
            cancel.cancel()
            with pytest.raises(CancelledError):
                next(rows)
