"""Texts that are computed together: each says, bit for bit, what it says alone, and nobody waits for who is silent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models import write_tiny_llama
from tests.prompts.trajectories import RICH
from tests.train.tiny_networks import KINDS, VOCAB, tiny_model
from tests.train.trained_folders import base_config, put_on_by_peft, role_folders, write_trained
from umi_local.engine.base import CancelToken, Sampling, SpeakOptions
from umi_local.errors import EngineError
from umi_local.evaluate.results_file import results_at
from umi_local.evaluate.static import evaluate_static, material_of
from umi_local.evaluate.systems import RoleSystem
from umi_local.evaluate.values import Decoding, Route, StepResult
from umi_local.messages import PlannerTurn, Role, Trajectory
from umi_train.attention import KeptText
from umi_train.base import find_base, load_model
from umi_train.causal import CausalModel
from umi_train.transformers_engine import open_trained
from umi_train.transformers_engine.batcher import ROWS, Batcher, Piece
from umi_train.transformers_engine.switch import Switch

torch.set_num_threads(1)

SHORT = SpeakOptions(sampling=Sampling(), planner_tokens=16, caller_tokens=32, summarizer_tokens=16)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("base") / "tiny.gguf", seed=3, n_vocab=2000)


@pytest.fixture(scope="module")
def out(tmp_path_factory, base):
    return write_trained(tmp_path_factory.mktemp("trained") / "out", base)


@pytest.fixture(scope="module")
def adapted(base, out):
    """The tiny base with three adapters, switched; in bfloat16, where sums depend most on how they are cut."""
    model = load_model(find_base(str(base)), base_config(base, dtype="bfloat16"), torch.device("cpu"))
    switch = Switch(put_on_by_peft(model, {role.value: out / role.value for role in Role}), dtype=torch.float32)
    return CausalModel(model), switch


def batcher_on(adapted):
    causal, switch = adapted
    return Batcher(causal, switch, 2000)


def begun(batcher, n, seed):
    """A text whose first n tokens have been read."""
    kept = KeptText(256)
    tokens = torch.randint(3, 2000, (n,), generator=torch.Generator().manual_seed(seed)).tolist()
    batcher.compute(Piece(kept, tokens, 0))
    return kept


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(20, 90), st.sampled_from([None, *Role])), min_size=2, max_size=9)
)
def test_a_text_has_the_same_bits_alone_and_among_others_whatever_their_adapters(adapted, pieces):
    batcher = batcher_on(adapted)

    def piece(number):
        n, position, role = pieces[number]
        tokens = [(7 * number + i) % 1900 + 3 for i in range(n)]
        return Piece(begun(batcher, position, number), tokens, position, role, every_logit=True)

    try:
        alone = [batcher.compute(piece(number)) for number in range(len(pieces))]
        asked = [piece(number) for number in range(len(pieces))]
        together = in_one_go(batcher, asked)
        for number, (n, _, _) in enumerate(pieces):
            assert alone[number].shape == (n, 2000)
            assert np.array_equal(alone[number], together[number])
    finally:
        batcher.close()


def in_one_go(batcher, pieces):
    """Compute pieces that all wait for each other."""
    ready = threading.Barrier(len(pieces))

    def ask(piece):
        with batcher.speaking():
            ready.wait()  # everybody is speaking before anybody asks
            return batcher.compute(piece)

    with ThreadPoolExecutor(len(pieces)) as pool:
        return list(pool.map(ask, pieces))


@pytest.mark.parametrize("kind", KINDS)
def test_every_architecture_reads_several_texts_at_once(kind):
    """Sliding windows and squeezed scores too."""
    batcher = Batcher(CausalModel(tiny_model(kind)), None, VOCAB)
    try:
        texts = [[(5 * t + i) % (VOCAB - 3) + 3 for i in range(20 + 9 * t)] for t in range(3)]
        alone = [batcher.compute(Piece(KeptText(128), text, 0, every_logit=True))[-2:] for text in texts]
        kept = [KeptText(128) for _ in texts]
        for one, text in zip(kept, texts, strict=True):
            batcher.compute(Piece(one, text[:-2], 0))
        pieces = [Piece(k, text[-2:], len(text) - 2, every_logit=True) for k, text in zip(kept, texts, strict=True)]
        np.testing.assert_allclose(in_one_go(batcher, pieces), alone, atol=2e-4)
    finally:
        batcher.close()


def counted_passes(batcher, monkeypatch):
    sizes = []
    together = batcher._together

    def counting(pieces):
        sizes.append(len(pieces))
        return together(pieces)

    monkeypatch.setattr(batcher, "_together", counting)
    return sizes


def test_all_who_speak_are_computed_in_one_pass_and_more_than_fit_in_several(adapted, monkeypatch):
    batcher = batcher_on(adapted)
    sizes = counted_passes(batcher, monkeypatch)
    try:
        in_one_go(batcher, [Piece(KeptText(64), [5], 0) for _ in range(ROWS)])
        assert sizes == [ROWS]
        sizes.clear()
        in_one_go(batcher, [Piece(KeptText(64), [5, 6, 7], 0) for _ in range(ROWS)])
        assert sum(sizes) == ROWS
        assert max(sizes) == ROWS // 3
        assert len(sizes) == -(-ROWS // (ROWS // 3))
    finally:
        batcher.close()


def test_who_falls_silent_holds_nobody_up(adapted):
    batcher = batcher_on(adapted)
    spoke = threading.Event()
    try:
        with ThreadPoolExecutor(2) as pool:
            with batcher.speaking():
                waiting = pool.submit(in_one_go, batcher, [Piece(KeptText(64), [5], 0)])
                pool.submit(spoke.set).result()
                assert not waiting.done()
            assert waiting.result(timeout=60)[0].shape == (1, 2000)
    finally:
        batcher.close()


def test_what_fails_fails_for_all_of_the_pass_and_the_next_one_is_as_ever(adapted, monkeypatch):
    batcher = batcher_on(adapted)
    before = batcher.compute(Piece(KeptText(64), [5, 6], 0))
    try:
        with monkeypatch.context() as broken:
            broken.setattr(adapted[0], "hidden", lambda *_: (_ for _ in ()).throw(RuntimeError("no memory")))
            with ThreadPoolExecutor(2) as pool:
                for failed in [pool.submit(in_one_go, batcher, [Piece(KeptText(64), [5], 0)]) for _ in range(2)]:
                    assert str(failed.exception(timeout=60)) == "no memory"
        assert np.array_equal(batcher.compute(Piece(KeptText(64), [5, 6], 0)), before)
    finally:
        batcher.close()


@pytest.fixture(scope="module")
def records():
    """Conversations of different lengths."""
    ends = [place + 2 for place, turn in enumerate(RICH.turns[:-1]) if isinstance(turn, PlannerTurn)]
    return [Trajectory(RICH.tools, RICH.turns[:end]) for end in ends]


@pytest.mark.parametrize("mode", ["shared", "separate"])
def test_an_evaluation_by_many_says_what_one_says(base, out, records, mode):
    material = material_of((record, ()) for record in records)

    def said(n):
        engine = open_trained(
            base_config(base), backbone=out / "backbone", roles=role_folders(out), mode=mode, n_parallel=n
        )
        system = RoleSystem(engine, {}, SHORT)
        try:
            with results_at(None, StepResult, {}) as results:
                found = evaluate_static(
                    system, material, results, route=Route.ROLES, decodings=tuple(Decoding), workers=n
                )
        finally:
            system.close()
        return [(r.key, r.prediction.planner.text, r.prediction.follow and r.prediction.follow.text) for r in found]

    one = said(1)
    assert len(one) == 2 * material.n_steps
    assert said(5) == one


def test_more_who_ask_than_lanes_wait_for_one(base, out, records):
    engine = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), n_parallel=2)
    try:
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(plan, engine, record) for record in records * 2]
            said = [one.result(timeout=120) for one in asked]
        assert said[: len(records)] == said[len(records) :]
        assert len(engine._lanes._all) == 2
    finally:
        engine.close()


def plan(engine, record):
    spoken = engine.speak(
        Role.PLANNER,
        Trajectory(record.tools, record.turns[:1]),
        options=SHORT,
        cancel=CancelToken(),
        on_text=lambda text: None,
    )
    return spoken.turn


def test_who_asks_again_finds_what_was_read_of_his_conversation(base, out, records):
    engine = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), n_parallel=3)
    try:
        taking_turns = threading.Barrier(3)

        def ask_twice(record):
            trajectory = Trajectory(record.tools, record.turns[:1])
            usages = []
            for _ in range(2):
                taking_turns.wait(timeout=60)
                with engine._lanes.one() as lane:
                    taking_turns.wait(timeout=60)  # so all three have a lane at once
                    spoken = lane.speak(
                        Role.PLANNER, trajectory, options=SHORT, cancel=CancelToken(), on_text=lambda text: None
                    )
                usages.append(spoken.usage)
            return usages

        with ThreadPoolExecutor(3) as pool:
            for first, second in pool.map(ask_twice, records[:3]):
                assert second.reused_tokens > first.reused_tokens == 0
    finally:
        engine.close()


def test_closing_waits_for_who_speaks_and_refuses_who_comes_later(base, out, records):
    engine = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), n_parallel=2)
    with ThreadPoolExecutor(2) as pool:
        speaking = pool.submit(plan, engine, records[0])
        assert isinstance(speaking.result(timeout=60), PlannerTurn)
        engine.close()
        with pytest.raises(EngineError, match="closed"):
            pool.submit(plan, engine, records[0]).result(timeout=60)
    engine.close()
