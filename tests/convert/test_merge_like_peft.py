"""What we merge is what PEFT merges, on tiny random models; with tied embeddings, what PEFT computes before it merges."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.convert.peft_models import (
    ALL_LINEAR,
    VOCAB,
    loaded,
    logits_of,
    merged_by_peft,
    merged_by_us,
    save_adapter,
    tiny_model,
    train,
    ulps_apart,
    weights_of,
    with_adapter,
    with_weights,
)
from umi_convert.errors import UnsupportedAdapterError
from umi_convert.peft_adapter import open_adapter

ENDS = ["embed_tokens", "lm_head"]
PATTERNS = {
    "rank_pattern": {"q_proj": 2, "^model.layers.1.mlp.up_proj": 7, r"layers\.\d+\.mlp\.down_proj": 3},
    "alpha_pattern": {"layers.0.self_attn.v_proj": 3, ".*k_proj": 5},
}
TOKEN_IDS = [3, 50, 7, 7, 95, 0, 31, 12]


def assert_merged_as_by_peft(model, *folders):
    """Check all weights: within 1e-6, and equal after one rounding to bfloat16.

    The product is added up in another order than torch's, which can move a value across the border between two
    bfloat16s: one unit in the last place is allowed.
    """
    ours, untied = merged_by_us(model, *folders)
    theirs = merged_by_peft(model, *folders)
    before = weights_of(model)
    assert not untied
    assert ours.keys() == theirs.keys() == before.keys()
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-6, atol=1e-6 * np.abs(values).max(), err_msg=name)
        assert ulps_apart(ours[name], values) <= 1, name
    return {name for name, values in theirs.items() if not np.array_equal(values, before[name])}


@pytest.mark.parametrize(
    ("kind", "options", "n_changed"),
    [
        ("llama", {}, 14),
        ("qwen2", {"use_rslora": True, "r": 5}, 14),
        ("gemma2", {"tied": True, "lora_alpha": 3.5}, 14),
        ("gemma3", {"tied": True, "use_dora": True}, 14),
        ("phi3", {"target_modules": ["qkv_proj", "gate_up_proj"]}, 4),
        ("llama", {**PATTERNS}, 14),
        ("llama", {**PATTERNS, "use_rslora": True, "use_dora": True}, 14),
        ("llama", {"target_modules": [*ENDS, "q_proj"]}, 4),
        ("llama", {"target_modules": [*ENDS, "q_proj"], "use_dora": True}, 4),
        ("llama", {"modules_to_save": [*ENDS, "input_layernorm"]}, 18),
        ("llama", {"trainable_token_indices": [3, 5, VOCAB - 1]}, 15),
        ("llama", {"layers_to_transform": [1], "target_modules": ["q_proj", "down_proj"]}, 2),
        ("llama", {"layers_to_transform": 0, "layers_pattern": "layers"}, 7),
        ("llama", {"target_modules": r".*layers\.1.*(q|k)_proj"}, 2),
        ("llama", {"target_modules": ALL_LINEAR, "exclude_modules": ["k_proj"]}, 12),
        ("qwen2", {"bias": "all"}, 20),
        ("qwen2", {"bias": "lora_only"}, 20),
        ("qwen2", {"lora_bias": True, "target_modules": ["q_proj"]}, 4),
        ("qwen2", {"lora_bias": True, "target_modules": ["q_proj"], "use_rslora": True}, 4),
        ("llama", {"fan_in_fan_out": True}, 14),  # PEFT sets it back for these layers, and so do we
        ("llama", {"init_lora_weights": "gaussian"}, 14),
        ("llama", {"init_lora_weights": "mica"}, 14),
    ],
    ids=str,
)
def test_merged_weights_are_those_that_peft_merges(tmp_path, kind, options, n_changed):
    options = dict(options)
    model = tiny_model(kind, tied=options.pop("tied", False))
    folder = save_adapter(with_adapter(model, **options), tmp_path / "adapter")
    assert len(assert_merged_as_by_peft(model, folder)) == n_changed


def test_an_adapter_in_a_pytorch_file_is_the_same_adapter(tmp_path):
    model = tiny_model("llama")
    adapted = with_adapter(model, modules_to_save=["lm_head"])
    assert not (save_adapter(adapted, tmp_path / "bin", safe=False) / "adapter_model.safetensors").exists()
    safe, pickled = (
        merged_by_us(model, save_adapter(adapted, tmp_path / name, safe=name == "safe"))[0] for name in ("safe", "bin")
    )
    assert all(np.array_equal(safe[name], pickled[name]) for name in safe)
    assert not np.array_equal(safe["lm_head.weight"], weights_of(model)["lm_head.weight"])


def test_an_adapter_with_a_name_of_its_own_in_its_tensors_is_read(tmp_path):
    from safetensors.torch import load_file, save_file

    model = tiny_model("llama")
    folder = save_adapter(with_adapter(model, use_dora=True, target_modules=[*ALL_LINEAR, "embed_tokens"]), tmp_path)
    plain, _ = merged_by_us(model, folder)
    tensors = load_file(folder / "adapter_model.safetensors")
    renamed = {name.replace(".weight", ".tuned.weight") if ".lora_" in name else name: t for name, t in tensors.items()}
    for end in ("lora_embedding_A", "lora_embedding_B", "lora_magnitude_vector"):
        renamed = {f"{name}.tuned" if name.endswith(end) else name: tensor for name, tensor in renamed.items()}
    assert sum(".tuned" in name for name in renamed) == 3 * 15
    save_file(renamed, folder / "adapter_model.safetensors")
    again, _ = merged_by_us(model, folder)
    assert all(np.array_equal(plain[name], again[name]) for name in plain)


def test_an_adapter_in_bfloat16_is_merged_in_float32(tmp_path):
    model = tiny_model("llama")
    adapted = with_adapter(model).to(torch.bfloat16)
    assert len(assert_merged_as_by_peft(model, save_adapter(adapted, tmp_path / "adapter"))) == 14


def test_two_adapters_are_merged_as_peft_merges_one_after_the_other(tmp_path):
    model = tiny_model("qwen2")
    backbone = save_adapter(with_adapter(model, bias="all", r=3), tmp_path / "backbone")
    role = save_adapter(with_adapter(model, seed=2, use_dora=True, modules_to_save=["lm_head"]), tmp_path / "role")
    assert len(assert_merged_as_by_peft(model, backbone, role)) == 21


@pytest.mark.parametrize(
    ("options", "unties"),
    [
        ({"target_modules": ["embed_tokens", "q_proj"]}, True),
        ({"target_modules": ["lm_head", "q_proj"]}, True),
        ({"target_modules": ENDS}, True),
        ({"target_modules": ENDS, "ensure_weight_tying": True}, False),
        ({"target_modules": ["embed_tokens"], "ensure_weight_tying": True}, False),
        ({"target_modules": ["embed_tokens"], "use_dora": True}, True),
        ({"target_modules": ["lm_head"], "use_dora": True}, True),
        ({"target_modules": ENDS, "use_dora": True, "ensure_weight_tying": True}, True),
        ({"modules_to_save": ["embed_tokens"]}, True),
        ({"modules_to_save": ["lm_head"]}, True),
        ({"modules_to_save": ENDS}, True),
        ({"modules_to_save": ENDS, "ensure_weight_tying": True}, False),
        ({"modules_to_save": ["embed_tokens"], "ensure_weight_tying": True}, False),
        ({"trainable_token_indices": [3, 5, 95]}, False),
        ({"trainable_token_indices": {"embed_tokens": [3, 7], "lm_head": [3, 7]}}, False),
        ({"trainable_token_indices": {"embed_tokens": [3, 7], "lm_head": [50]}}, True),
        ({"trainable_token_indices": {"lm_head": [3, 50]}}, True),
    ],
    ids=str,
)
def test_with_tied_embeddings_the_logits_are_those_of_peft_before_it_merges(tmp_path, options, unties):
    model = tiny_model("llama", tied=True)
    folder = save_adapter(with_adapter(model, **options), tmp_path)
    ours, untied = merged_by_us(model, folder)
    assert untied is unties
    head = {} if untied else {"lm_head.weight": ours["model.embed_tokens.weight"]}
    logits = logits_of(with_weights(model, {**ours, **head}), TOKEN_IDS)
    theirs = logits_of(loaded(model, folder), TOKEN_IDS)
    np.testing.assert_allclose(logits, theirs, atol=1e-5)
    assert np.abs(logits - logits_of(model, TOKEN_IDS)).max() > 0.1


def test_a_second_adapter_that_unties_gives_the_head_what_the_first_made_of_the_embedding(tmp_path):
    model = tiny_model("llama", tied=True)
    first = save_adapter(with_adapter(model, trainable_token_indices=[3, 50]), tmp_path / "first")
    between, untied = merged_by_us(model, first)
    assert not untied
    second = save_adapter(with_adapter(model, seed=2, target_modules=["lm_head", "v_proj"]), tmp_path / "second")
    ours, untied = merged_by_us(model, first, second)
    assert untied
    other = tiny_model("llama", tied=True)
    other.load_state_dict({**other.state_dict(), **{name: torch.from_numpy(v.copy()) for name, v in between.items()}})
    theirs = logits_of(loaded(other, second), TOKEN_IDS)
    np.testing.assert_allclose(logits_of(with_weights(model, ours), TOKEN_IDS), theirs, atol=1e-5)


def test_embeddings_that_were_saved_along_replace_the_tied_one(tmp_path):
    model = tiny_model("llama", tied=True)
    adapted = with_adapter(model)
    adapted.base_model.model.model.embed_tokens.weight.data *= 2  # tied: the head as well
    folder = save_adapter(adapted, tmp_path, embeddings=True)
    ours, untied = merged_by_us(model, folder)
    assert not untied
    np.testing.assert_array_equal(ours["model.embed_tokens.weight"], 2 * weights_of(model)["model.embed_tokens.weight"])
    logits = logits_of(with_weights(model, {**ours, "lm_head.weight": ours["model.embed_tokens.weight"]}), TOKEN_IDS)
    np.testing.assert_allclose(logits, logits_of(loaded(model, folder), TOKEN_IDS), atol=1e-5)


def test_an_architecture_with_one_weight_for_both_ends_cannot_be_untied(tmp_path):
    model = tiny_model("gemma2", tied=True)
    folder = save_adapter(with_adapter(model, target_modules=["embed_tokens"]), tmp_path)
    with pytest.raises(UnsupportedAdapterError, match="one weight for both in 'gemma2'") as caught:
        merged_by_us(model, folder)
    assert len(caught.value.problems) == 1
    assert "ensure_weight_tying" in caught.value.problems[0]


def test_a_resized_vocabulary_is_refused_with_the_remedy(tmp_path):
    model = tiny_model("llama")
    grown = tiny_model("llama", vocab_size=VOCAB + 8)
    folder = save_adapter(with_adapter(grown), tmp_path / "saved", embeddings=True)
    with pytest.raises(UnsupportedAdapterError, match="resize_token_embeddings") as caught:
        merged_by_us(model, folder)
    assert len(caught.value.problems) == 2
    lora_on_it = save_adapter(with_adapter(grown, target_modules=ENDS), tmp_path / "lora", embeddings=False)
    with pytest.raises(UnsupportedAdapterError, match=f"{VOCAB + 8} tokens, and the base has {VOCAB}"):
        merged_by_us(model, lora_on_it)


@pytest.mark.filterwarnings("ignore")  # PEFT and transformers warn about what this is about
@pytest.mark.parametrize("start", ["pissa", "olora", "pissa_niter_2"])
def test_an_adapter_whose_start_changed_the_base_is_refused_unless_saved_as_a_plain_one(tmp_path, start):
    model = tiny_model("llama")
    adapted = with_adapter(model, init_lora_weights=start, target_modules=["q_proj"], trained=False)
    adapted.peft_config["default"].init_lora_weights = True  # so that the start isn't started from again
    start_folder = save_adapter(adapted, tmp_path / "start")
    adapted.peft_config["default"].init_lora_weights = start
    train(adapted)
    with pytest.raises(UnsupportedAdapterError, match="path_initial_model_for_weight_conversion") as caught:
        open_adapter(save_adapter(adapted, tmp_path / "as-trained"))
    assert len(caught.value.problems) == 1
    plain = tmp_path / "plain"
    adapted.save_pretrained(str(plain), path_initial_model_for_weight_conversion=str(start_folder))
    ours, _ = merged_by_us(model, plain)
    np.testing.assert_allclose(
        logits_of(with_weights(model, ours), TOKEN_IDS), logits_of(adapted, TOKEN_IDS), atol=1e-4
    )
