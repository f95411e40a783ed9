"""Trained folders under torch: what they say is what a plain loop without any cache says, and nothing is computed twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from tests.models import write_tiny_llama
from tests.prompts.trajectories import FOR_THE_CALLER, RICH
from tests.train.trained_folders import CPU, base_config, put_on_by_peft, role_folders, write_trained
from tests.train.vocabularies import checkpoint_tokenizer
from umi_local.engine.base import CancelToken, FreeWriter, Sampling, SpeakOptions
from umi_local.engine.scoring import prompt_tokens, scored
from umi_local.errors import CancelledError, ContextOverflowError, EngineError, GenerationError, ToolDefinitionError
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_train.base import find_base, load_model
from umi_train.lora import merged
from umi_train.network import Network
from umi_train.packing import text_of
from umi_train.routing import Part
from umi_train.transformers_engine import TransformersEngine, open_trained
from umi_train.transformers_engine.house import Plan, TrainedModel

torch.set_num_threads(1)

SHORT = SpeakOptions(sampling=Sampling(), planner_tokens=20, caller_tokens=40, summarizer_tokens=20)


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("base") / "tiny.gguf", seed=3, n_vocab=2000)


@pytest.fixture(scope="module")
def out(tmp_path_factory, base) -> Path:
    return write_trained(tmp_path_factory.mktemp("trained") / "out", base)


@pytest.fixture(scope="module")
def engine(base, out):
    opened = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out))
    yield opened
    opened.close()


def plan(base, out, *, own_text=frozenset(), roles=True, backbone=True, **options) -> Plan:
    values = {"n_ctx": 1024, "n_batch": 64, **options}
    return Plan(
        files=find_base(str(base)),
        base=base_config(base),
        device=CPU,
        backbone=out / "backbone" if backbone else None,
        roles=role_folders(out) if roles else {},
        own_text=own_text,
        profile="shared",
        markers="chatml",
        **values,
    )


def speak(
    engine, role=Role.PLANNER, trajectory=FOR_THE_CALLER, *, options=SHORT, cancel=None, on_text=lambda text: None
):
    return engine.speak(role, trajectory, options=options, cancel=cancel or CancelToken(), on_text=on_text)


def write(engine, role, trajectory=FOR_THE_CALLER):
    return engine.write(role, trajectory, options=SHORT, cancel=CancelToken(), is_done=lambda text: False)


# --- what is computed


@pytest.fixture(scope="module")
def network(base, out):
    """The training's own network: the base with the backbone merged, and the roles' adapters."""
    model = merged(load_model(find_base(str(base)), base_config(base), CPU), out / "backbone")
    return Network(put_on_by_peft(model, {role.value: out / role.value for role in Role}))


def one_pass(network, tokens, parts):
    """Logits of every token of a text, in one forward pass along a route."""
    text = text_of([tokens])
    with torch.no_grad(), network.router.along(parts):
        return network.logits(network.hidden(text.tokens, text.positions, text.layout())).numpy()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("reads", ["shared", "separate"])
def test_logits_are_those_of_one_pass_of_the_trainings_network(base, out, network, role, reads):
    """Shared: the adapter is active from the cue on, and what comes before it is as if there were none."""
    model = TrainedModel(plan(base, out, own_text=frozenset(Role) if reads == "separate" else frozenset()))
    try:
        seat = model.house().seats[role]
        prompt = seat.profile.prompt(RICH, role)
        said = seat.encoder.outside("That is all that is known, and more.")
        before = prompt_tokens(seat, prompt)
        with scored(seat, prompt, said, lambda: None) as rows:
            found = np.array([row.copy() for row in rows])
    finally:
        model.close()
    begin = len(before) - len(seat.encoder.block(prompt.cue)) if reads == "shared" else 0
    tokens = (*before, *said)
    route = (*([Part(None, 0, begin)] if begin else []), Part(role.value, begin, len(tokens)))
    wanted = one_pass(network, tokens, route)[len(before) - 1 :]
    np.testing.assert_allclose(found, wanted, atol=2e-4)
    without = one_pass(network, tokens, ())[len(before) - 1 :]
    assert np.abs(found - without).max() > 0.1


@pytest.mark.parametrize("role", Role)
def test_what_is_written_is_what_a_plain_greedy_loop_of_transformers_and_peft_writes(base, out, role):
    """Nothing of ours computes there: eager attention, PEFT's own forward, everything anew for every token."""
    engine = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), mode="separate")
    try:
        written = write(engine, role)
        with engine._lanes.one() as lane:
            seat = lane._house.seats[role]
        tokens = list(prompt_tokens(seat, seat.profile.prompt(FOR_THE_CALLER, role)))
        pieces = seat.model.pieces()
    finally:
        engine.close()
    model = AutoModelForCausalLM.from_pretrained(str(base.parent), gguf_file=base.name, dtype=torch.float32)
    whole = put_on_by_peft(model, {"backbone": out / "backbone"}).merge_and_unload()
    adapted = put_on_by_peft(whole, {role.value: out / role.value})
    n_prompt, limit = len(tokens), written.usage.sampled_tokens
    while len(tokens) < n_prompt + limit:
        with torch.no_grad():
            logits = adapted(input_ids=torch.tensor([tokens]), use_cache=False).logits[0, -1].numpy()
        logits[seat.banned] = -np.inf
        tokens.append(int(logits.argmax()))
        if tokens[-1] in seat.stops:
            tokens.pop()
            break
    said = b"".join(pieces[token] for token in tokens[n_prompt:])
    assert written.text == said.decode("utf-8", "replace").strip()
    assert len(written.text) > 10


def test_roles_without_adapters_speak_as_the_backbone_does(base, out, network):
    model = TrainedModel(plan(base, out, roles=False))
    try:
        house = model.house()
        for role in Role:
            seat = house.seats[role]
            prompt = seat.profile.prompt(RICH, role)
            with scored(seat, prompt, (), lambda: None) as rows:
                found = next(rows)
            np.testing.assert_allclose(found, one_pass(network, prompt_tokens(seat, prompt), ())[-1], atol=2e-4)
        assert len({id(seat.trunk) for seat in house.seats.values()}) == 1
    finally:
        model.close()


def test_adapters_cost_nothing_of_each_other(base, out):
    """A role says the same whether the others have adapters or not, and whoever spoke before."""
    alone = open_trained(
        base_config(base), backbone=out / "backbone", roles={Role.CALLER: out / "caller"}, mode="shared"
    )
    together = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), mode="shared")
    try:
        for role in (Role.PLANNER, Role.SUMMARIZER):
            speak(together, role)
        assert speak(alone, Role.CALLER).turn == speak(together, Role.CALLER).turn
        assert write(alone, Role.PLANNER).text != write(together, Role.PLANNER).text
    finally:
        alone.close()
        together.close()


# --- the engine's contract


def test_turns_are_valid_and_come_with_their_figures(engine):
    assert isinstance(engine, TransformersEngine)
    assert isinstance(engine, FreeWriter)
    planned, called, answered = (speak(engine, role) for role in Role)
    assert isinstance(planned.turn, PlannerTurn)
    assert sum(planned.probabilities.values()) == pytest.approx(1)
    assert planned.turn.decision is max(planned.probabilities, key=lambda d: planned.probabilities[d])
    assert isinstance(called.turn, CallerTurn)
    assert called.turn.call.name in {tool.name for tool in RICH.tools}
    assert called.margin is not None
    assert called.usage.forced_tokens > 5
    assert isinstance(answered.turn, SummarizerTurn)
    for spoken in (planned, called, answered):
        assert spoken.usage.prompt_tokens == spoken.usage.reused_tokens + spoken.usage.evaluated_tokens
        assert spoken.usage.sampled_tokens > 0
        assert spoken.usage.ms > 0


def test_a_conversation_is_read_once_and_roles_share_it(base, out):
    opened = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out))
    try:
        trajectory = Trajectory(RICH.tools, RICH.turns[:1])
        first = speak(opened, Role.PLANNER, trajectory).usage
        assert first.reused_tokens == 0
        longer = replace(trajectory, turns=RICH.turns[:2])
        second = speak(opened, Role.CALLER, longer).usage
        n_turn = second.prompt_tokens - first.prompt_tokens
        assert second.reused_tokens > 0.8 * first.prompt_tokens
        assert 0 < second.evaluated_tokens <= n_turn + 8  # the planner's turn, and a cue
        again = speak(opened, Role.SUMMARIZER, longer).usage
        assert again.evaluated_tokens <= 8
        shorter = speak(opened, Role.PLANNER, trajectory).usage
        assert shorter.evaluated_tokens <= 8
    finally:
        opened.close()


def test_roles_that_read_for_themselves_read_once_each(base, out):
    opened = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), mode="separate")
    try:
        firsts = [speak(opened, role).usage for role in Role]
        assert all(usage.reused_tokens == 0 for usage in firsts)
        assert all(speak(opened, role).usage.evaluated_tokens <= 8 for role in Role)
    finally:
        opened.close()


def test_what_was_said_before_changes_nothing(engine):
    alone = speak(engine, Role.CALLER).turn
    speak(engine, Role.SUMMARIZER, RICH)
    speak(engine, Role.PLANNER, Trajectory(RICH.tools, (UserTurn("Something else."),)))
    assert speak(engine, Role.CALLER).turn == alone


def test_equal_seeds_sample_equal_turns_and_others_differ(engine):
    def said(seed):
        sampling = Sampling(temperature=1.5, top_k=50, top_p=0.95, seed=seed)
        return speak(engine, Role.SUMMARIZER, RICH, options=replace(SHORT, sampling=sampling)).turn

    assert said(1) == said(1)
    assert len({said(seed) for seed in range(4)}) > 1


def test_text_is_streamed_and_is_the_turn(engine):
    pieces: list[str] = []
    spoken = speak(engine, Role.SUMMARIZER, RICH, on_text=pieces.append)
    assert "".join(pieces).strip() == spoken.turn.text
    assert len(pieces) > 2


def test_cancelling_ends_a_turn_between_tokens_and_the_next_is_as_ever(engine):
    wanted = speak(engine, Role.SUMMARIZER, RICH).turn
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        speak(engine, Role.SUMMARIZER, RICH, cancel=cancel, on_text=lambda text: cancel.cancel())
    assert speak(engine, Role.SUMMARIZER, RICH).turn == wanted


def test_what_does_not_fit_is_shortened_or_refused_as_ever(base, out):
    opened = open_trained(base_config(base), backbone=out / "backbone", roles=role_folders(out), n_ctx=640)
    try:
        long = Trajectory(
            RICH.tools,
            (*FOR_THE_CALLER.turns[:3], ToolTurn(Observation("word " * 900)), *FOR_THE_CALLER.turns[1:3]),
        )
        spoken = speak(opened, Role.PLANNER, replace(long, turns=(*long.turns, ToolTurn(Observation("short")))))
        assert "shortened" in spoken.notices[0]
        with pytest.raises(ContextOverflowError):
            speak(opened, Role.PLANNER, Trajectory((), (UserTurn("word " * 900),)))
    finally:
        opened.close()


def test_tools_are_checked_and_a_caller_without_any_is_refused(engine):
    engine.prepare(RICH.tools)
    with pytest.raises(ToolDefinitionError):
        engine.prepare([ToolSpec("bad", "", {"type": "object", "patternProperties": {"a": {}}})])
    with pytest.raises(GenerationError, match="no tools are on offer"):
        speak(engine, Role.CALLER, replace(FOR_THE_CALLER, tools=()))


def test_several_threads_may_ask_at_once(engine):
    wanted = {role: speak(engine, role).turn for role in Role}
    found: dict[Role, object] = {}
    threads = [
        threading.Thread(target=lambda role=role: found.update({role: speak(engine, role).turn})) for role in Role
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == wanted


def test_it_closes_twice_and_then_says_so(base, out):
    opened = open_trained(base_config(base), backbone=out / "backbone")
    opened.close()
    opened.close()
    with pytest.raises(EngineError, match="closed"):
        speak(opened)


# --- profiles


@pytest.mark.parametrize("profile", ["single", "prompted", "alpha-umi"])
def test_every_profile_that_can_be_trained_can_speak(base, tmp_path, profile):
    trained = write_trained(tmp_path / profile, base, roles=(), profile=profile)
    opened = open_trained(base_config(base), backbone=trained / "backbone")
    try:
        planned = speak(opened, Role.PLANNER, Trajectory(RICH.tools, RICH.turns[:1]))
        asked = Trajectory(RICH.tools, (RICH.turns[0], PlannerTurn("It must be looked up.", Decision.CALL)))
        called = speak(opened, Role.CALLER, asked)
    finally:
        opened.close()
    assert opened.facts["profile"] == profile
    assert isinstance(planned.turn, PlannerTurn)
    assert isinstance(called.turn, CallerTurn)


@pytest.mark.parametrize(
    ("profile", "spoken"),
    [(None, ("prompted", "template")), ("shared", ("shared", "chatml")), ("single", ("single", "chatml"))],
)
def test_a_base_alone_speaks_through_its_own_template_unless_told_otherwise(base, profile, spoken):
    opened = open_trained(base_config(base), profile=profile)
    try:
        assert (opened.facts["profile"], opened.facts["markers"]) == spoken
        assert isinstance(speak(opened).turn, PlannerTurn)
    finally:
        opened.close()


def test_a_checkpoints_folder_says_what_its_gguf_says(tmp_path):
    """Two ways to the same weights and tokens: llama.cpp's vocabulary, and the checkpoint's own tokenizer."""
    path = write_tiny_llama(tmp_path / "tiny.gguf", seed=3)
    folder = tmp_path / "checkpoint"
    load_model(find_base(str(path)), base_config(path), CPU).save_pretrained(str(folder))
    checkpoint_tokenizer().save_pretrained(str(folder))
    said = []
    for model in (path, folder):
        trained = write_trained(tmp_path / f"on-{model.name}", model)
        opened = open_trained(base_config(model), backbone=trained / "backbone", roles=role_folders(trained))
        try:
            spoken = [speak(opened, role, RICH) for role in Role] + [speak(opened, Role.CALLER)]
        finally:
            opened.close()
        said.append([(one.turn, replace(one.usage, ms=0.0)) for one in spoken])
    assert said[0] == said[1]


def test_one_conversation_has_no_template(base):
    with pytest.raises(ValueError, match="can't have markers"):
        open_trained(base_config(base), profile="shared", markers="template")


def test_bfloat16_speaks_too(base, out):
    opened = open_trained(
        base_config(base, dtype="bfloat16"), backbone=out / "backbone", roles=role_folders(out), mode="shared"
    )
    try:
        assert opened.facts["dtype"] == "bfloat16"
        assert isinstance(speak(opened, Role.CALLER).turn, CallerTurn)
        with opened._lanes.one() as lane:
            logits = lane._house.seats[Role.CALLER].trunk.context.logits()
    finally:
        opened.close()
    assert logits.dtype == np.float32
    assert len(np.unique(logits)) > 0.9 * len(logits)  # bfloat16 has no more than 256 values to a power of two


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_computes_what_the_processor_computes(base, out):
    said = []
    for device in ("cpu", "cuda"):
        opened = open_trained(base_config(base, device=device), backbone=out / "backbone", roles=role_folders(out))
        try:
            said.append([speak(opened, role).turn for role in Role])
        finally:
            opened.close()
    assert said[0] == said[1]
