"""What is trained is what runs: the span stage's logits against llama.cpp's, through the runtime's own seats."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import peft
import pytest
import torch
from transformers import AutoModelForCausalLM

from tests.engine.test_layouts import bundle
from tests.models import merge_lora, write_tiny_llama
from tests.prompts.trajectories import RICH
from tests.train.tiny_networks import ADAPTERS
from umi_convert.adapter_file import convert_adapter
from umi_convert.tensors import DType
from umi_local.engine.house import BundleHouse
from umi_local.engine.options import EngineOptions
from umi_local.engine.scoring import prompt_tokens, scored, turn_tokens
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, Trajectory
from umi_train.labels import ROLE_OF
from umi_train.network import Network, full_route
from umi_train.packing import full_row, pieces_of
from umi_train.span import span_row
from umi_train.tokenization import labeller_for

OPTIONS = EngineOptions(n_ctx=2048, n_batch=64, n_threads=1, kv_type="f32", prefix_cache_bytes=0)
ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A tiny base as GGUF, a network on its dequantized weights with random adapters, and these as LoRA GGUFs."""
    folder = tmp_path_factory.mktemp("trained")
    base = write_tiny_llama(folder / "base.gguf", seed=3, n_vocab=2000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = AutoModelForCausalLM.from_pretrained(str(folder), gguf_file=base.name, dtype=torch.float32)
        config: dict[str, Any] = {"lora_alpha": 16, "target_modules": ALL_LINEAR, "task_type": "CAUSAL_LM"}
        adapted = peft.get_peft_model(model, peft.LoraConfig(r=4, **config), adapter_name="planner")
        adapted.add_adapter("caller", peft.LoraConfig(r=8, **config))
        adapted.add_adapter("summarizer", peft.LoraConfig(r=4, use_rslora=True, **config))
        generator = torch.Generator().manual_seed(0)
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.data = torch.randn(parameter.shape, generator=generator) * 0.1
        adapted.save_pretrained(str(folder))
    files = {}
    for role in Role:
        card = folder / role.value / "adapter_config.json"
        assert json.loads(card.read_text())["r"] in (4, 8)
        files[role] = folder / f"{role.value}.gguf"
        convert_adapter(folder / role.value, base, files[role], DType.F32)
    return base, files, Network(adapted.eval())


def test_the_spans_logits_are_the_runtimes(trained):
    base, files, network = trained
    house = BundleHouse(bundle("shared", base=base, adapters=files), OPTIONS, residency="adapters")
    try:
        seats = house.seats
        made = labeller_for(seats[Role.PLANNER].model, "tiny", profile="shared", markers="chatml")
        (sample,) = made.samples(RICH)
        row = span_row([sample], tuple(Role))
        with torch.no_grad(), network.router.along(row.route(ADAPTERS)):
            logits = network.logits(network.span_states(row, network.context(row))).numpy()
        begin = 0
        for role in Role:
            numbers = [i for i, turn in enumerate(RICH.turns) if ROLE_OF.get(type(turn)) is role]
            spans = [span for span in sample.spans if span.role is role]
            for number, span in zip(numbers, spans, strict=True):
                prompt = seats[role].profile.prompt(Trajectory(RICH.tools, RICH.turns[:number]), role)
                assert (*sample.context[: span.position], *span.tokens[: span.target]) == prompt_tokens(
                    seats[role], prompt
                )
                said = span.labels[:-1]
                turn = RICH.turns[number]
                assert isinstance(turn, PlannerTurn | CallerTurn | SummarizerTurn)
                assert said == turn_tokens(seats[role], turn)
                assert span.labels[-1] in seats[role].stops
                ours = logits[begin + span.target - 1 : begin + span.stop - 1]
                np.testing.assert_allclose(ours, runtimes_logits(seats[role], prompt, said), atol=1e-3)
                begin += span.stop
        assert begin == len(logits)
    finally:
        house.close()


def test_the_logits_of_one_model_that_plays_all_roles_are_the_runtimes(trained, tmp_path):
    """Profile `single`: a whole text in one pass with one adapter everywhere, against that adapter merged into one GGUF."""
    base, files, network = trained
    merged = merge_lora(base, files[Role.PLANNER], tmp_path / "merged.gguf")
    house = BundleHouse(bundle("prompted", base=merged, profile="single"), OPTIONS, residency="adapters")
    try:
        seats = house.seats
        made = labeller_for(seats[Role.PLANNER].model, "tiny", profile="single", markers="chatml")
        (sample,) = made.samples(RICH)
        (text,) = pieces_of(sample, tuple(Role))
        row = full_row([text])
        with torch.no_grad(), network.router.along(full_route(row, "planner")):
            states = network.hidden(row.text.tokens, row.text.positions, row.text.layout())
            logits = network.logits(states).numpy()
        turns = [(i, ROLE_OF[type(turn)]) for i, turn in enumerate(RICH.turns) if type(turn) in ROLE_OF]
        for (number, role), span in zip(turns, text.spans, strict=True):
            seat = seats[role]
            prompt = seat.profile.prompt(Trajectory(RICH.tools, RICH.turns[:number]), role)
            begin, end = span.position + span.target, span.position + span.stop
            assert span.role is role
            assert text.context[:begin] == prompt_tokens(seat, prompt)
            turn = RICH.turns[number]
            assert isinstance(turn, PlannerTurn | CallerTurn | SummarizerTurn)
            said = turn_tokens(seat, turn)
            assert span.labels[:-1] == said
            goes_on = isinstance(turn, PlannerTurn) and turn.decision is not Decision.GIVE_UP
            assert seat.model.text(span.labels[-1:]) == ("\n" if goes_on else "<|im_end|>")
            np.testing.assert_allclose(logits[begin - 1 : end - 1], runtimes_logits(seat, prompt, said), atol=1e-3)
        assert len(text.spans) == 7
    finally:
        house.close()


def runtimes_logits(seat, prompt, tokens):
    with scored(seat, prompt, tokens, lambda: None) as rows:
        return np.array([row.copy() for row in rows])


def test_adapters_make_a_difference_there(trained):
    """Without adapters the runtime says something else, so the comparison above isn't empty."""
    base, files, _ = trained
    prompt_of = Trajectory(RICH.tools, RICH.turns[:2])
    found = []
    for adapters in (files, None):
        house = BundleHouse(bundle("shared", base=base, adapters=adapters), OPTIONS, residency="adapters")
        try:
            seat = house.seats[Role.CALLER]
            found.append(runtimes_logits(seat, seat.profile.prompt(prompt_of, Role.CALLER), ()))
        finally:
            house.close()
    assert np.abs(found[0] - found[1]).max() > 0.1
