from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_convert.architectures import architecture_of
from umi_convert.config import Config, load_config
from umi_convert.errors import CheckpointError, ConvertError
from umi_convert.key_values import KeyValues

PATH = Path("somewhere/config.json")
LLAMA = {"architectures": ["LlamaForCausalLM"]}


def config_of(**keys):
    return Config.of({**LLAMA, **keys}, PATH)


def test_a_value_is_given_as_what_it_is():
    config = config_of(hidden_size=64, rms_norm_eps=1e-5, rope_theta=10000, hidden_act="silu", use_cache=True)
    assert config.integer("hidden_size") == 64
    assert config.number("rms_norm_eps") == 1e-5
    assert isinstance(config.number("rope_theta"), float)
    assert config.text("hidden_act") == "silu"
    assert config.boolean("use_cache") is True


def test_null_counts_as_absent():
    config = config_of(head_dim=None)
    assert not config.has("head_dim")
    assert config.integer("head_dim", 8) == 8
    assert config.with_defaults({"head_dim": 4}).get("head_dim") is None


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda c: c.integer("nothing"), "config.json: nothing is missing"),
        (lambda c: c.integer("text"), "text is 'x', not a whole number"),
        (lambda c: c.integer("yes"), "yes is True, not a whole number"),
        (lambda c: c.integer("half"), "half is 0.5, not a whole number"),
        (lambda c: c.integer("huge"), "huge is a number of absurd size; it must be 0 to 2147483647"),
        (lambda c: c.integer("negative"), "negative is -1; it must be 0 to"),
        (lambda c: c.integer("zero", minimum=1), "zero is 0; it must be 1 to"),
        (lambda c: c.number("huge"), "huge is a number of absurd size, not a finite number"),
        (lambda c: c.number("nan"), "nan is nan, not a finite number"),
        (lambda c: c.number("text"), "text is 'x', not a number"),
        (lambda c: c.text("half"), "half is 0.5, not a text"),
        (lambda c: c.boolean("zero"), "zero is 0, not true or false"),
        (lambda c: c.mapping("text"), "text is 'x', not an object"),
    ],
)
def test_a_wrong_value_is_named_with_its_file_and_key(read, message):
    config = config_of(text="x", yes=True, half=0.5, huge=10**400, negative=-1, zero=0, nan=float("nan"))
    with pytest.raises(CheckpointError) as caught:
        read(config)
    assert message in str(caught.value)
    assert str(PATH) in str(caught.value)
    assert caught.value.hint


def test_a_long_value_is_shortened_in_the_message():
    with pytest.raises(CheckpointError) as caught:
        config_of(key="x" * 5000).integer("key")
    assert len(str(caught.value)) < 200


def test_the_text_models_part_lies_over_the_root():
    config = config_of(hidden_size=1, vocab_size=7, text_config={"hidden_size": 2, "model_type": "inner"})
    assert config.integer("hidden_size") == 2
    assert config.integer("vocab_size") == 7
    assert config.model_type == "inner"


def test_the_text_models_architecture_comes_first():
    inner = {"architectures": ["Qwen2ForCausalLM"]}
    assert config_of(text_config=inner).architecture == "Qwen2ForCausalLM"
    assert config_of(text_config={"architectures": None}).architecture == "LlamaForCausalLM"


@pytest.mark.parametrize("names", [None, [], "LlamaForCausalLM", [3], {}])
def test_a_config_without_an_architecture_is_refused(names):
    with pytest.raises(CheckpointError, match="architectures"):
        Config.of({"architectures": names}, PATH)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_a_file_that_is_no_json_object_is_our_error(tmp_path, content):
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"config\.json: it (isn't sound JSON|should hold a JSON object)"):
        load_config(tmp_path)


def test_a_missing_file_is_our_error(tmp_path):
    with pytest.raises(CheckpointError, match="no such file"):
        load_config(tmp_path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    *("hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim", "num_hidden_layers", "vocab_size"),
    *("intermediate_size", "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling", "rope_parameters"),
    *("tie_word_embeddings", "sliding_window", "layer_types", "quantization_config", "hidden_act", "text_config"),
    *("sliding_window_pattern", "query_pre_attn_scalar", "partial_rotary_factor", "attention_bias", "num_experts"),
]


@given(
    name=st.sampled_from(
        ["LlamaForCausalLM", "Qwen2ForCausalLM", "Gemma2ForCausalLM", "Gemma3ForCausalLM", "Phi3ForCausalLM"]
    ),
    keys=st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4),
)
def test_whatever_a_config_holds_only_our_errors_come_of_it(name, keys):
    with suppress(ConvertError):
        config = Config.of({"architectures": [name], **keys}, PATH)
        architecture = architecture_of(config)
        if not list(architecture.problems(config)):
            architecture.tensor_shapes(config)
            list(architecture.extra_tensors(config))
            architecture.write_hparams(config, KeyValues(architecture.gguf_name))


def test_both_forms_of_rope_say_the_same():
    old = config_of(rope_theta=5e5, rope_scaling={"type": "linear", "factor": 2}).rope
    new = config_of(rope_parameters={"rope_type": "linear", "factor": 2, "rope_theta": 5e5}).rope
    assert old == new
    assert (new.kind, new.theta, new.factor) == ("linear", 5e5, 2.0)


def test_layers_with_a_sliding_window_have_a_base_of_their_own():
    forms = {
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
        "sliding_attention": {"rope_theta": 1e4},
    }
    new = config_of(rope_parameters=forms).rope
    old = config_of(rope_theta=1e6, rope_local_base_freq=1e4, rope_scaling={"rope_type": "linear", "factor": 8.0}).rope
    assert new == old
    assert (new.theta, new.sliding_theta, new.kind) == (1e6, 1e4, "linear")


def test_the_original_length_is_the_models_own_where_it_is_not_said():
    yarn = config_of(max_position_embeddings=512, rope_scaling={"type": "yarn", "factor": 2.0}).rope
    assert yarn.original_max_position_embeddings == 512
    outside = config_of(original_max_position_embeddings=64, rope_scaling={"type": "longrope"}).rope
    assert outside.original_max_position_embeddings == 64


@pytest.mark.parametrize("factors", [3, "x", ["x"], [True], [None], [0.5] * 5000])
def test_rope_factors_that_are_no_list_of_numbers_are_refused(factors):
    with pytest.raises(CheckpointError, match="long_factor"):
        _ = config_of(rope_scaling={"type": "longrope", "long_factor": factors}).rope


def test_a_config_that_was_saved_reads_back(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({**LLAMA, "hidden_size": 64}))
    config = load_config(tmp_path)
    assert config.folder == tmp_path
    assert config.integer("hidden_size") == 64
