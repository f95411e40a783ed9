"""Adapter folders from strangers: what can't be used is refused with all of its reasons, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.convert.adapter_folders import (
    HIDDEN,
    PREFIX,
    VOCAB,
    all_linear,
    changes_of,
    embedding_lora,
    llama_weights,
    lora,
    merged,
    safetensors,
    write_adapter,
)
from umi_convert.errors import CheckpointError, ConvertError, UnsupportedAdapterError
from umi_convert.peft_adapter import open_adapter

QUERY = "model.layers.0.self_attn.q_proj"
PAIR = lora(QUERY, (HIDDEN, HIDDEN), 4)
A, B = (f"{PREFIX}{QUERY}.lora_{half}.weight" for half in "AB")
CARD = {
    "format": 1,
    "role": "caller",
    "mode": "full",
    "profile": "shared",
    "markers": "chatml",
    "base_fingerprint": "12" * 32,
    "license": "CC-BY-4.0",
    "data": [{"name": "worlds", "license": "Apache-2.0", "records": 350}],
}


def problems_of(folder):
    with pytest.raises(UnsupportedAdapterError) as caught:
        open_adapter(folder)
    assert caught.value.hint
    return caught.value.problems


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"peft_type": "LOHA"}, "peft_type is 'LOHA'"),
        ({"peft_type": None}, "peft_type is None"),
        ({"r": 0}, "r is 0"),
        ({"r": "8"}, "r is '8'"),
        ({"r": True}, "r is True"),
        ({"r": 10**400}, "r is a number of absurd size"),
        ({"lora_alpha": "a lot"}, "lora_alpha is 'a lot'"),
        ({"lora_alpha": float("nan")}, "lora_alpha is nan"),
        ({"lora_alpha": 10**400}, "lora_alpha is a number of absurd size"),
        ({"use_rslora": 1}, "use_rslora is 1"),
        ({"rank_pattern": [4]}, r"rank_pattern is \[4\]"),
        ({"rank_pattern": {"q_proj": 0}}, "rank_pattern is"),
        ({"alpha_pattern": {"q_proj": None}}, "alpha_pattern is"),
        ({"alpha_pattern": {"(q_proj": 2}}, "alpha_pattern: the pattern .* is no regular expression"),
        ({"alpha_pattern": {"(x+x+)+y": 2}}, "alpha_pattern: the pattern .* could take too long"),
        ({"alpha_pattern": {"(a|a)" * 40: 2}}, "could take too long"),
        ({"alpha_pattern": {".*.*.*.*.*q_proj": 2}}, "could take too long"),
        ({"alpha_pattern": {r"(q)_proj\1": 2}}, "could take too long"),
        ({"alpha_pattern": {"x" * 2000: 2}}, "could take too long"),
        ({"target_modules": {"q_proj": 1}}, "target_modules is"),
        ({"target_modules": ["v_proj"]}, "doesn't name it in target_modules, so PEFT would ignore it"),
        ({"target_modules": ["q_proj"], "layers_to_transform": [1]}, "PEFT would ignore it"),
        ({"target_modules": ["q_proj"], "exclude_modules": ["self_attn.q_proj"]}, "PEFT would ignore it"),
        ({"modules_to_save": [1]}, "modules_to_save is"),
        ({"trainable_token_indices": [-1]}, "trainable_token_indices is"),
        ({"alora_invocation_tokens": "<|im_start|>"}, "alora_invocation_tokens is"),
        ({"bias": "some"}, "bias is 'some'"),
        ({"use_dora": True}, "has no magnitude vector"),
        ({"r": 8}, "has a LoRA of rank 4, and adapter_config.json says 8"),
        ({"rank_pattern": {"q_proj": 5}}, "has a LoRA of rank 4, and adapter_config.json says 5"),
        ({"megatron_config": {"tensor_parallel": 2}}, "megatron_config is set"),
        ({"target_parameters": ["experts.up"]}, "target_parameters is set"),
        ({"layer_replication": [[0, 2], [1, 2]]}, "layer_replication is set"),
        ({"use_qalora": True}, "use_qalora is set"),
        ({"use_bdlora": {"nblocks": 2}}, "use_bdlora is set"),
        ({"arrow_config": {"top_k": 2}}, "arrow_config is set"),
        ({"monteclora_config": {"num_samples": 2}}, "monteclora_config is set"),
        ({"kasa_config": {"beta": 1}}, "kasa_config is set"),
        ({"invocation_string": "<|start|>go"}, "it needs alora_invocation_tokens instead"),
        ({"a_new_option": 3}, "option 'a_new_option' is set to 3, and what it does isn't known"),
        ({"init_lora_weights": "pissa"}, "save_pretrained"),
        ({"init_lora_weights": "corda"}, "save_pretrained"),
        ({"init_lora_weights": "loftq"}, "save_pretrained"),
        ({"init_lora_weights": "lora_ga"}, "save_pretrained"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_an_option_that_cannot_be_followed_is_named(tmp_path, options, reason):
    problems = problems_of(write_adapter(tmp_path, PAIR, **options))
    assert len(problems) == 1
    with pytest.raises(UnsupportedAdapterError, match=reason):
        open_adapter(tmp_path)


def test_everything_is_said_at_once(tmp_path):
    tensors = {**PAIR, B: PAIR[B] * np.inf, f"{PREFIX}lm_head.lora_A.weight": np.ones((4, HIDDEN), np.float32)}
    folder = write_adapter(tmp_path, tensors, r=2, use_qalora=True, lora_alpha=[], card={"format": 2})
    problems = problems_of(folder)
    for what in (
        "lora_alpha is []",
        "use_qalora",
        "umi_role.json: format is 2",
        "rank 4",
        "not both lora_A and lora_B",
    ):
        assert any(what in problem for problem in problems), what
    broken = safetensors(tensors)[:-1]
    (folder / "adapter_model.safetensors").write_bytes(broken)
    assert any(problem.startswith("adapter_model.safetensors: ") for problem in problems_of(folder))


def test_options_that_only_matter_in_training_are_ignored(tmp_path):
    harmless: dict[str, Any] = {
        "auto_mapping": {"base_model_class": "LlamaForCausalLM"},
        "base_model_name_or_path": "/etc/passwd",
        "revision": "main",
        "task_type": "CAUSAL_LM",
        "inference_mode": True,
        "lora_dropout": 0.1,
        "megatron_core": "megatron.core",
        "loftq_config": {},
        "eva_config": None,
        "qalora_group_size": 16,
        "velora_config": {"num_groups": 4},
        "init_lora_weights": "eva",
        "exclude_modules": ["lm_head"],
        "target_modules": r".*\.(q|k)_proj|(?:x+)+y",
        "peft_version": "0.21.0",
        "an_option_of_tomorrow": None,
    }
    adapter = open_adapter(write_adapter(tmp_path, PAIR, **harmless))
    assert [*adapter.weights.updates] == [QUERY]
    assert adapter.options.base_name == "/etc/passwd"


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({A: PAIR[A]}, "has lora_A, but not both lora_A and lora_B"),
        ({B: PAIR[B]}, "has lora_B, but not both lora_A and lora_B"),
        ({A: PAIR[A], B: PAIR[B][:, :3]}, "don't fit each other"),
        ({A: PAIR[A][0], B: PAIR[B]}, "expected two matrices"),
        ({A: PAIR[A][:, :0], B: PAIR[B]}, "expected two matrices"),
        ({A: PAIR[A][:, :, None, None], B: PAIR[B][:, :, None, None]}, "expected two matrices"),
        ({**PAIR, A: PAIR[A] * np.float32("nan")}, "holds NaN or infinity"),
        ({**PAIR, f"{PREFIX}{QUERY}.lora_diag": PAIR[A]}, "is of a kind that isn't known"),
        ({**PAIR, f"{PREFIX}{QUERY}.lora_magnitude_vector": PAIR[A][0]}, "doesn't say use_dora"),
        ({**PAIR, f"{PREFIX}{QUERY}.lora_B.bias": PAIR[A][0, :3]}, "has 3 values; expected 16"),
        (
            {**PAIR, f"{PREFIX}lm_head.lora_A.other.weight": PAIR[A], f"{PREFIX}lm_head.lora_B.other.weight": PAIR[B]},
            "several",
        ),
        (
            {**PAIR, f"{PREFIX}lm_head.weight": PAIR[A], f"{PREFIX}lm_head.modules_to_save.default.weight": PAIR[A]},
            "for the same weight",
        ),
        ({}, "it has no tensors"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_tensors_that_make_no_adapter_are_named(tmp_path, tensors, reason):
    [problem] = problems_of(write_adapter(tmp_path, tensors))
    assert reason in problem


@pytest.mark.parametrize(
    ("modules", "patterns"),
    [
        ([f"layers.{i}" for i in range(300)], [".*.*.*x"]),
        ([f"layers.{i}" for i in range(40)], [f"{i}.*.*.*x" for i in range(8)]),
        (["a." * 80 + "q_proj"], ["x"]),
    ],
)
def test_patterns_that_could_take_minutes_on_all_modules_are_refused(tmp_path, modules, patterns):
    tensors = {name: values for module in modules for name, values in lora(module, (2, 2), 1).items()}
    few = dict(list(tensors.items())[:2])
    for options in ({"rank_pattern": dict.fromkeys(patterns, 1)}, {"alpha_pattern": dict.fromkeys(patterns, 1)}):
        [problem] = problems_of(write_adapter(tmp_path, tensors, r=1, **options))
        assert "could take too long" in problem
        if len(modules) > 1:
            assert open_adapter(write_adapter(tmp_path, few, r=1, **options)).weights.updates


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"nul",
        b'{"peft_type": "LORA"' + b"}" * 9,
        b"[" * 100_000,
        b'{"r": ' + b"9" * 9000 + b"}",
    ],
    ids=repr,
)
def test_a_configuration_that_is_no_json_object_is_refused(tmp_path, content):
    write_adapter(tmp_path, PAIR)
    (tmp_path / "adapter_config.json").write_bytes(content)
    with pytest.raises(ConvertError):
        open_adapter(tmp_path)


def test_files_that_are_missing_or_cut_off_are_named(tmp_path):
    with pytest.raises(CheckpointError, match="there is no such file"):
        open_adapter(tmp_path)
    folder = write_adapter(tmp_path, PAIR)
    path = folder / "adapter_model.safetensors"
    whole = path.read_bytes()
    for n_bytes in (0, 7, 8, 100, len(whole) - 1):
        path.write_bytes(whole[:n_bytes])
        with pytest.raises(CheckpointError, match=r"adapter_model\.safetensors"):
            open_adapter(folder)
    path.unlink()
    with pytest.raises(CheckpointError, match=r"neither adapter_model.safetensors nor adapter_model.bin"):
        open_adapter(folder)
    (folder / "adapter_model.bin").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(CheckpointError, match=r"adapter_model\.bin"):
        open_adapter(folder)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
# fmt: off
option_names = st.sampled_from([
    "r", "lora_alpha", "rank_pattern", "alpha_pattern", "target_modules", "exclude_modules", "modules_to_save", "bias",
    "layers_to_transform", "layers_pattern", "trainable_token_indices", "alora_invocation_tokens", "init_lora_weights",
    "use_dora", "use_rslora", "fan_in_fan_out", "ensure_weight_tying", "base_model_name_or_path", "lora_bias",
])
# fmt: on


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(options=st.dictionaries(option_names, json_values, max_size=4))
def test_whatever_the_configuration_holds_it_is_used_or_refused(tmp_path, options):
    folder = write_adapter(tmp_path, PAIR, **options)
    try:
        ours = merged(folder, llama_weights())
    except UnsupportedAdapterError:
        return
    assert ours.keys() == llama_weights().keys()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    ends=st.lists(
        st.sampled_from(
            [
                "lora_A",
                "lora_B",
                "weight",
                "bias",
                "default",
                "base_layer",
                "modules_to_save",
                "token_adapter",
                "lora_embedding_A",
                "lora_magnitude_vector",
                "",
                ".",
            ]
        ),
        max_size=4,
    ),
    shape=st.lists(st.integers(0, 17), max_size=3),
)
def test_whatever_the_tensors_are_called_they_are_used_or_refused(tmp_path, ends, shape):
    name = ".".join([f"{PREFIX}{QUERY}", *ends])
    folder = write_adapter(tmp_path, {**PAIR, name: np.ones(shape, np.float32)})
    try:
        merged(folder, llama_weights())
    except (UnsupportedAdapterError, CheckpointError):
        return


def test_an_adapter_of_another_base_is_refused_in_two_sentences(tmp_path):
    big = {n: v for i in range(9) for n, v in lora(f"model.layers.{i}.self_attn.q_proj", (32, 32), 4).items()}
    with pytest.raises(UnsupportedAdapterError, match="made for another base") as caught:
        changes_of(write_adapter(tmp_path, big), llama_weights())
    assert caught.value.hint == "Use the base model that this adapter was trained on."
    missing, misfits = caught.value.problems
    assert "model.layers.2.self_attn.q_proj.weight" in missing
    assert "and 3 more, which this one lacks" in missing
    assert "model.layers.1.self_attn.q_proj.weight (32, 32) on (16, 16)" in misfits


def test_a_classifier_beside_the_adapter_is_refused(tmp_path):
    tensors = {**PAIR, f"{PREFIX}score.weight": np.ones((2, HIDDEN), np.float32)}
    folder = write_adapter(tmp_path, tensors, modules_to_save=["score"])
    with pytest.raises(UnsupportedAdapterError, match=r"it changes score.weight, which this one lacks"):
        changes_of(folder, llama_weights())


def test_an_activated_lora_is_not_merged(tmp_path):
    folder = write_adapter(tmp_path, PAIR, alora_invocation_tokens=[5, 6])
    assert open_adapter(folder).spans
    with pytest.raises(UnsupportedAdapterError, match="aLoRA"):
        changes_of(folder, llama_weights())


@pytest.mark.parametrize(
    ("indices", "reason"),
    [
        ([1], "names 1 of them"),
        (None, "names 0 of them"),
        ([1, VOCAB], "resize_token_embeddings"),
        ({"head": [1, 2]}, "names 0"),
    ],
)
def test_trained_tokens_must_be_those_that_are_named(tmp_path, indices, reason):
    name = f"{PREFIX}model.embed_tokens.token_adapter.trainable_tokens_delta"
    folder = write_adapter(tmp_path, {name: np.ones((2, HIDDEN), np.float32)}, trainable_token_indices=indices)
    with pytest.raises(UnsupportedAdapterError, match=reason):
        changes_of(folder, llama_weights())


def test_a_prefix_that_is_missing_is_not_missed(tmp_path):
    weights = llama_weights()
    plain = merged(write_adapter(tmp_path / "plain", all_linear()), weights)
    bare = {name.removeprefix(PREFIX): values for name, values in all_linear().items()}
    unprefixed = merged(write_adapter(tmp_path / "bare", bare), weights)
    assert all(np.array_equal(plain[name], unprefixed[name]) for name in weights)


def test_weights_are_found_where_the_model_was_wrapped_in_a_bigger_one(tmp_path):
    """Gemma 3 with images: checkpoints and transformers put the text model's name in different places."""
    inside = "self_attn.q_proj.weight"
    weights = {
        f"language_model.model.layers.0.{inside}": np.zeros((HIDDEN, HIDDEN), np.float32),
        "language_model.model.embed_tokens.weight": np.zeros((VOCAB, HIDDEN), np.float32),
    }
    tensors = {
        **lora("model.language_model.layers.0.self_attn.q_proj", (HIDDEN, HIDDEN), 4),
        **embedding_lora("model.language_model.embed_tokens", (VOCAB, HIDDEN), 4),
    }
    changes = changes_of(write_adapter(tmp_path, tensors), weights, architectures=["Gemma3ForConditionalGeneration"])
    assert {*changes.patches} == {*weights, "lm_head.weight"}
    assert changes.untied


def test_what_the_trainer_says_is_read(tmp_path):
    adapter = open_adapter(write_adapter(tmp_path, PAIR, card=CARD))
    assert adapter.card is not None
    assert (adapter.card.role, adapter.card.mode, adapter.card.markers) == ("caller", "full", "chatml")
    assert adapter.card.data[0].records == 350
    assert not adapter.spans
    assert adapter.facts["role"] == "caller"
    assert json.dumps(adapter.facts)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "format is 2"),
        ({"mode": "spans"}, "mode is 'spans'; expected one of span, full"),
        ({"role": "boss"}, "role is 'boss'"),
        ({"base_fingerprint": 7}, "base_fingerprint is 7"),
        ({"rolle": "caller"}, "unknown key 'rolle'; did you mean 'role'?"),
        ({"data": [{"name": "x"}]}, r"data\[0\].license is missing"),
    ],
)
def test_a_card_that_is_not_understood_is_refused(tmp_path, change, reason):
    write_adapter(tmp_path, PAIR, card={**CARD, **change})
    with pytest.raises(UnsupportedAdapterError, match=reason):
        open_adapter(tmp_path)


def test_an_adapter_on_both_ends_of_a_tied_model_that_is_the_same_on_both_leaves_them_tied(tmp_path):
    weights = llama_weights(tied=True)
    one = embedding_lora("model.embed_tokens", (VOCAB, HIDDEN), 4)
    a, b = one.values()
    other = {f"{PREFIX}lm_head.lora_A.weight": b.T, f"{PREFIX}lm_head.lora_B.weight": a.T}
    same = changes_of(write_adapter(tmp_path / "same", one | other), weights)
    assert not same.untied
    assert [*same.patches] == ["model.embed_tokens.weight"]
    other[f"{PREFIX}lm_head.lora_A.weight"] = 2 * b.T
    apart = changes_of(write_adapter(tmp_path / "apart", one | other), weights)
    assert apart.untied
    assert {*apart.patches} == {"model.embed_tokens.weight", "lm_head.weight"}
