"""The span stage computes what the runtime computes: compared with a plain loop over spans, for every family of models."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.train.tiny_networks import ADAPTERS, KINDS, random_sample, tiny_model, tiny_network, with_adapters
from umi_local.messages import Role
from umi_train import blockwise
from umi_train.labels import Sample
from umi_train.network import context_limit
from umi_train.span import RUN_TOKENS, span_row

SAMPLES = [random_sample(1), random_sample(2, inline=False), random_sample(3, n_turns=2)]


def states_of(network, row):
    with network.router.along(row.route(ADAPTERS)):
        return network.span_states(row, network.context(row))


def loop_logits(peft_model, sample, span):
    """The span's logits as the runtime makes them: the context under the plain model, then the span under its adapter."""
    tokens = torch.tensor([sample.context[: span.position]])
    with torch.no_grad(), peft_model.disable_adapter():
        cache = peft_model(tokens, use_cache=True).past_key_values
    peft_model.set_adapter(span.role.value)
    return peft_model(torch.tensor([span.tokens]), past_key_values=cache, use_cache=True).logits[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_span_has_the_logits_of_a_plain_loop(kind):
    network = tiny_network(kind)
    plain = with_adapters(tiny_model(kind, attn_implementation="eager"), *ADAPTERS.values())
    row = span_row(SAMPLES, tuple(Role))
    logits = network.logits(states_of(network, row)).detach()
    begin = 0
    for role in Role:
        for sample in SAMPLES:
            for span in (span for span in sample.spans if span.role is role):
                expected = loop_logits(plain, sample, span)[: span.stop]
                torch.testing.assert_close(logits[begin : begin + span.stop], expected, rtol=1e-4, atol=1e-4)
                begin += span.stop
    assert begin == row.tokens.shape[1]


def loop_gradients(peft_model, samples):
    """Gradients of all adapters, span by span through transformers' own attention and cross entropy."""
    peft_model.zero_grad()
    for sample in samples:
        for span in sample.spans:
            logits = loop_logits(peft_model, sample, span)[span.target - 1 : span.stop - 1]
            targets = torch.tensor(span.labels)
            torch.nn.functional.cross_entropy(logits, targets, reduction="sum").backward()
    return gradients_of(peft_model)


def gradients_of(peft_model):
    return {name: p.grad.clone() for name, p in peft_model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("kind", ["llama", "qwen3", "gemma2"])
@pytest.mark.parametrize("checkpointing", [False, True])
def test_gradients_are_those_of_a_plain_loop(kind, checkpointing):
    network = tiny_network(kind)
    if checkpointing:
        network.checkpoint_activations()
        network.model.train()
    row = span_row(SAMPLES, tuple(Role))
    with network.router.along(row.route(ADAPTERS)):
        loss = network.span_loss(row, torch.ones(len(row.targets.ids)), chunk=7)
        loss.total.backward()
    plain = with_adapters(tiny_model(kind, attn_implementation="eager"), *ADAPTERS.values())
    for parameter in plain.parameters():  # set_adapter freezes the others; gradients of all are wanted
        parameter.grad = None
    expected: dict[str, torch.Tensor] = {}
    for role in Role:
        only = [Sample(s.context, tuple(x for x in s.spans if x.role is role), s.inline) for s in SAMPLES]
        expected |= {k: v for k, v in loop_gradients(plain, only).items() if f".{role.value}." in k}
    found = gradients_of(network.model)
    assert len(expected) == 2 * network.router.n_layers * 3
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=1e-4, msg=name)


def test_a_role_trained_alone_gets_the_gradients_it_gets_beside_the_others():
    together, alone = tiny_network(), tiny_network()
    for network, roles in ((together, tuple(Role)), (alone, (Role.CALLER,))):
        row = span_row(SAMPLES, roles)
        with network.router.along(row.route(ADAPTERS)):
            network.span_loss(row, torch.ones(len(row.targets.ids))).total.backward()
    one, other = gradients_of(together.model), gradients_of(alone.model)
    assert other
    assert all(".caller." in name for name in other)
    for name, gradient in other.items():
        torch.testing.assert_close(one[name], gradient, rtol=1e-4, atol=1e-5)


def test_the_context_is_read_once_and_without_gradients_however_many_roles_there_are():
    network = tiny_network()
    calls = []
    network.decoder.register_forward_hook(lambda module, args, output: calls.append(torch.is_grad_enabled()))
    row = span_row(SAMPLES, tuple(Role))
    with network.router.along(row.route(ADAPTERS)):
        network.span_loss(row, torch.ones(len(row.targets.ids)))
    assert calls == [False, True]


def test_the_context_ends_where_the_last_wanted_span_begins():
    last = max(span.position for span in SAMPLES[0].spans if span.role is Role.PLANNER)
    row = span_row(SAMPLES[:1], (Role.PLANNER,))
    assert row.context.tokens.tolist() == [list(SAMPLES[0].context[:last])]


def test_no_span_sees_another_nor_what_follows_it():
    """Changing every other span and all later context changes nothing."""
    sample = random_sample(5, inline=False)
    network = tiny_network()
    chosen = [span for span in sample.spans if span.role is Role.CALLER][1]
    spans = tuple(s if s is chosen else replace(s, tokens=tuple(reversed(s.tokens))) for s in sample.spans)
    changed = Sample((*sample.context[: chosen.position], *reversed(sample.context[chosen.position :])), spans, False)

    def states(one):
        row = span_row([one], tuple(Role))
        where = next(i for i, p in enumerate(row.positions[0].tolist()) if p == chosen.position)
        return states_of(network, row)[where : where + chosen.stop]

    assert changed.context != sample.context
    torch.testing.assert_close(states(changed), states(sample), rtol=0, atol=0)


def test_in_bfloat16_attention_is_the_same_but_for_rounding():
    """Processors take another path there; a piece of several blocks is among the contexts."""
    sample = random_sample(6, n_turns=40)
    assert len(sample.context) > 2 * blockwise.BLOCK
    row = span_row([sample, SAMPLES[0]], tuple(Role))
    exact = tiny_network("qwen2")
    kept, expected = exact.context(row), states_of(exact, row)
    network = tiny_network("qwen2")
    network.model.get_base_model().to(torch.bfloat16)
    rounded = states_of(network, row)
    assert rounded.dtype is torch.bfloat16
    for layer, parts in network.context(row).items():
        for ours, theirs in zip(parts, kept[layer], strict=True):
            assert (ours.float() - theirs).abs().mean() < 0.02 * theirs.abs().mean()
    assert (rounded.float() - expected).abs().mean() < 0.02 * expected.abs().mean()


def test_a_text_may_be_as_long_as_the_models_context():
    assert context_limit(tiny_model("llama").config) == 512
    scaled = {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 1e4, "original_max_position_embeddings": 128}
    assert context_limit(tiny_model("llama", rope_parameters=scaled).config) == 128


def test_runs_of_neighbouring_spans_are_cut_where_they_get_long():
    sample = random_sample(6, n_turns=60)
    row = span_row([sample], (Role.PLANNER,))
    assert len(row.runs) > 1
    assert [run.begin for run in row.runs[1:]] == [run.end for run in row.runs[:-1]]
    assert all(run.end - run.begin <= RUN_TOKENS[0] for run in row.runs)
    ends = [run.context_end for run in row.runs]
    assert ends == sorted(ends)
    assert ends[-1] == row.context.tokens.shape[1]


@settings(max_examples=25)
@given(seeds=st.lists(st.integers(0, 99), min_size=1, max_size=4), role=st.sampled_from(Role), inline=st.booleans())
def test_the_targets_of_a_row_are_the_labels_of_its_spans(seeds, role, inline):
    samples = [random_sample(seed, inline=inline) for seed in seeds]
    row = span_row(samples, (role,))
    spans = [span for sample in samples for span in sample.spans if span.role is role]
    assert row.targets.ids.tolist() == [token for span in spans for token in span.labels]
    assert row.tokens[0, row.targets.at + 1].tolist() == row.targets.ids.tolist()
