"""Logits don't depend on how the cache came to hold a conversation.

After any mix of reuse, roll back, fork, append, adapter switch, hand-over, save and restore, they are exactly those of a fresh
context that evaluates the same tokens in the same chunks; cut differently, they are close.
"""

from __future__ import annotations

import ctypes
import itertools
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.engine.conftest import Trio
from umi_local.engine.kv import SCRATCH, TRUNK, Trunk, cut
from umi_local.engine.llama_c import Context, ContextParams, Model
from umi_local.engine.sampling import softmax
from umi_local.messages import Role

PARAMS = ContextParams(n_ctx=768, n_batch=32, n_threads=1)
CUE = (1, 520, 9531)


def nothing() -> None:
    """No check: nobody cancels."""


@contextmanager
def model_of(path):
    model = Model(path)
    try:
        yield model
    finally:
        model.close()


@contextmanager
def context_of(model, params=PARAMS):
    context = Context(model, params)
    try:
        yield context
    finally:
        context.close()


def fresh_logits(model, blocks, turn_chunks, trunk_adapter=None, turn_adapter=None, params=PARAMS):
    """The oracle: a new context, the blocks' chunks, then the turn's chunks, and nothing else."""
    with context_of(model, params) as context:
        position = 0
        context.use_adapter(trunk_adapter)
        for chunk in cut(blocks, params.n_batch):
            context.decode(chunk, position, 0)
            position += len(chunk)
        context.use_adapter(turn_adapter)
        for chunk in turn_chunks:
            context.decode(chunk, position, 0)
            position += len(chunk)
        return context.logits().copy()


block = st.lists(st.integers(0, 49151), min_size=1, max_size=70)


class Conversation(RuleBasedStateMachine):
    """Random work on one trunk of the backbone and the trunks of two merged roles."""

    tiny: Trio  # these three are set by the test
    model: Model
    merged: Model
    mode = "shared"

    @initialize()
    def open(self):
        self.adapters = [None, *(self.model.adapter(path) for path in self.tiny.adapters.values())]
        self.own = self.adapters[2] if self.mode == "adapters" else None
        self.context = Context(self.model, PARAMS)
        self.trunk = Trunk(self.context, self.own)
        self.speaker_context = Context(self.merged, PARAMS)
        self.speaker = Trunk(self.speaker_context)
        self.blocks: list[list[int]] = []
        self.saved: list[tuple[bytes, list[list[int]]]] = []

    def teardown(self):
        if hasattr(self, "speaker_context"):
            self.context.close()
            self.speaker_context.close()

    @rule(more=st.lists(block, min_size=1, max_size=3))
    def append(self, more):
        if sum(map(len, self.blocks + more)) < 600:
            self.blocks = self.blocks + more
            before = self.trunk.n_tokens
            synced = self.trunk.sync(self.blocks, nothing)
            assert synced.reused == before  # an append-only history is reused whole
            assert synced.evaluated == sum(map(len, more))

    @precondition(lambda self: self.blocks)
    @rule(data=st.data())
    def rewrite_the_past(self, data):
        at = data.draw(st.integers(0, len(self.blocks) - 1))
        self.blocks = [*self.blocks[:at], data.draw(block)]
        self.trunk.sync(self.blocks, nothing)

    @rule(adapter=st.integers(0, 3), turn=st.lists(block, min_size=1, max_size=3), back=st.integers(0, 5))
    def speak(self, adapter, turn, back):
        """Fork, switch the adapter, decode a cue and some tokens, go back a little, go on, drop the turn."""
        active = self.own or self.adapters[adapter]
        scratch = self.trunk.fork(active)
        scratch.decode(CUE)
        for tokens in turn:
            scratch.decode(tokens)
        if back:
            scratch.rewind(len(CUE))
        logits = scratch.decode([777]).copy()
        said = [CUE] if back else [CUE, *(c for t in turn for c in cut([t], PARAMS.n_batch))]
        scratch.close()
        expected = fresh_logits(self.model, self.blocks, [*said, [777]], self.own, active)
        np.testing.assert_array_equal(logits, expected)

    @precondition(lambda self: self.mode == "shared")
    @rule(turn=block)
    def speak_with_merged_weights(self, turn):
        """The role's own weights go on from the backbone's keys and values."""
        self.speaker.take_over(self.trunk)
        scratch = self.speaker.fork()
        scratch.decode(CUE)
        logits = scratch.decode(turn).copy()
        scratch.close()
        with context_of(self.model) as backbone, context_of(self.merged) as role:
            one, other = Trunk(backbone), Trunk(role)
            one.sync(self.blocks, nothing)
            other.take_over(one)
            fresh = other.fork()
            fresh.decode(CUE)
            np.testing.assert_array_equal(logits, fresh.decode(turn))

    @rule()
    def save(self):
        self.saved = [*self.saved[-1:], (self.trunk.save(), self.blocks)]

    @precondition(lambda self: self.saved)
    @rule(data=st.data())
    def restore(self, data):
        state, self.blocks = data.draw(st.sampled_from(self.saved))
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        assert self.trunk.restore(buffer, cut(self.blocks, PARAMS.n_batch))

    @rule()
    def compare(self):
        scratch = self.trunk.fork(self.own)
        logits = scratch.decode(CUE).copy()
        scratch.close()
        np.testing.assert_array_equal(logits, fresh_logits(self.model, self.blocks, [CUE], self.own, self.own))


@pytest.mark.parametrize(("mode", "n_runs"), [("shared", 250), ("adapters", 80)])
def test_logits_are_those_of_a_fresh_context_after_any_sequence_of_operations(tiny, mode, n_runs):
    steps = settings(
        max_examples=n_runs,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    with model_of(tiny.base) as model, model_of(tiny.merged[Role.CALLER]) as merged:
        world = {"tiny": tiny, "mode": mode, "model": model, "merged": merged}
        run_state_machine_as_test(type("Machine", (Conversation,), world), settings=steps)


TEXT = (
    "The planner reads the question and decides whether a tool is needed. The caller writes one exact call. The tool "
    "answers, and the planner reads what it said. In the end the summarizer tells the user what was found, in plain "
    "words, and says where it was found. A good answer is short, names its source, and admits what it does not know. "
) * 2


def _prefill(model, tokens, cuts, kv_type, n_batch=512):
    """Logits after every token of the tail, the tokens before it cut at `cuts`."""
    params = ContextParams(n_ctx=1024, n_batch=n_batch, type_k=kv_type, type_v=kv_type)
    with context_of(model, params) as context:
        edges = [0, *sorted(cuts), len(tokens)]
        for start, end in itertools.pairwise(edges):
            if end > start:
                context.decode(tokens[start:end], start, TRUNK)
        rows = []
        for i, token in enumerate(tokens[:24]):
            context.decode([token], len(tokens) + i, TRUNK)
            rows.append(context.logits().copy())
        context.cut(SCRATCH, -1)
        return np.stack(rows)


@pytest.mark.parametrize("seed", range(6))
def test_other_cuts_change_an_f32_file_by_less_than_a_thousandth(tiny, seed):
    rng = np.random.default_rng(seed)
    with model_of(tiny.base) as model:
        tokens = model.tokenize(TEXT, special=False)
        whole = _prefill(model, tokens, [], "f32")
        pieces = _prefill(model, tokens, rng.integers(1, len(tokens), size=5).tolist(), "f32")
    assert np.abs(whole - pieces).max() < 1e-3


@pytest.mark.integration
@pytest.mark.parametrize("seed", range(4))
def test_other_cuts_keep_the_next_token_and_a_small_divergence_on_a_quantized_file(real, seed):
    rng = np.random.default_rng(seed)
    with model_of(real) as model:
        tokens = model.tokenize(TEXT, special=False)
        whole = _prefill(model, tokens, [], "f16")
        pieces = _prefill(model, tokens, rng.integers(1, len(tokens), size=5).tolist(), "f16")
    p, q = np.stack([softmax(row) for row in whole]), np.stack([softmax(row) for row in pieces])
    divergence = (p * np.log(p / q)).sum(axis=1)
    assert (whole.argmax(axis=1) == pieces.argmax(axis=1)).all()
    assert divergence.mean() < 0.01


@pytest.mark.integration
def test_the_real_model_is_exact_through_reuse_fork_rollback_and_restore(real):
    params = ContextParams(n_ctx=1024, n_batch=128)
    with model_of(real) as model, context_of(model, params) as context:
        turns = [model.tokenize(sentence + ".", special=False) for sentence in TEXT.split(".")[:-1]]
        trunk = Trunk(context)
        for n in (2, 5, 3, 8, 8, 1, 9):  # grows, is cut back, grows again
            trunk.sync(turns[:n], nothing)
            state = trunk.save()
            scratch = trunk.fork()
            scratch.decode(turns[n])
            scratch.close()
            trunk.sync([], nothing)
            assert trunk.restore((ctypes.c_uint8 * len(state)).from_buffer_copy(state), cut(turns[:n], 128))
            scratch = trunk.fork()
            logits = scratch.decode(turns[n]).copy()
            scratch.close()
            np.testing.assert_array_equal(logits, fresh_logits(model, turns[:n], [turns[n]], params=params))
