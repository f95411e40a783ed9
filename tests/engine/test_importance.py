"""Importance matrices: what a running model is seen to multiply, against activations computed in numpy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models import write_lora
from tests.wide_models import EPSILON, read_weights, write_wide_llama
from umi_local.engine.activations import N_BATCH, collect_importance, plain_name
from umi_local.engine.gguf_header import read_header
from umi_local.engine.importance import ImportanceSums, InputStatistic, mean_squares
from umi_local.engine.llama_c import Model
from umi_local.errors import EngineError, ModelFileError

TOKENS = [(7 * i * i + 3 * i) % 300 + 1 for i in range(200)]
"""More than one batch."""


def overwrite(path, name, value):
    """Set all values of an F32 tensor in a file."""
    header = read_header(path)
    tensor = header.tensors_by_name()[name]
    with path.open("rb+") as file:
        file.seek(header.data_offset + tensor.offset)
        file.write(np.full(tensor.n_bytes // 4, value, "<f4").tobytes())


def collect(path, sequences, **options):
    model = Model(path)
    try:
        return collect_importance(model, sequences, n_threads=1, **options)
    finally:
        model.close()


def normed(x, weight):
    """RMS norm; x (T, i), weight (i,)."""
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + EPSILON) * weight


def silu(x):
    return x / (1 + np.exp(-x))


def assert_close(statistic, rows):
    np.testing.assert_allclose(statistic.means(), (rows**2).mean(axis=0), rtol=1e-4)
    assert statistic.counts.tolist() == [len(rows)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Two layers whose attention adds nothing, so that the rest is quickly computed by hand."""
    path = write_wide_llama(tmp_path_factory.mktemp("plain") / "plain.gguf", n_layers=2)
    for layer in range(2):
        overwrite(path, f"blk.{layer}.attn_output.weight", 0)
    return path


def test_statistics_are_those_of_activations_computed_by_hand(plain):
    found = collect(plain, [TOKENS])
    weights = read_weights(plain)
    hidden = weights["token_embd.weight"][TOKENS]  # (T, i)
    for layer in range(2):
        part = {name.removeprefix(f"blk.{layer}.").removesuffix(".weight"): w for name, w in weights.items()}
        attention = normed(hidden, part["attn_norm"])
        for name in ("attn_q", "attn_k", "attn_v"):
            assert_close(found[f"blk.{layer}.{name}.weight"], attention)
        inner = normed(hidden, part["ffn_norm"])
        for name in ("ffn_gate", "ffn_up"):
            assert_close(found[f"blk.{layer}.{name}.weight"], inner)
        product = silu(inner @ part["ffn_gate"].T) * (inner @ part["ffn_up"].T)
        assert_close(found[f"blk.{layer}.ffn_down.weight"], product)
        hidden = hidden + product @ part["ffn_down"].T
    assert len(found) == 14


def test_query_key_and_value_have_equal_statistics(tmp_path):
    path = write_wide_llama(tmp_path / "wide.gguf")
    found = collect(path, [TOKENS[:50]])
    for name in ("attn_k", "attn_v"):
        np.testing.assert_array_equal(found["blk.0.attn_q.weight"].sums, found[f"blk.0.{name}.weight"].sums)
    assert not np.array_equal(found["blk.0.attn_q.weight"].sums, found["blk.0.ffn_up.weight"].sums)


def test_each_expert_has_a_statistic_of_its_own(tmp_path):
    n_experts = 4
    path = write_wide_llama(tmp_path / "moe.gguf", n_experts=n_experts)
    overwrite(path, "blk.0.attn_output.weight", 0)
    found = collect(path, [TOKENS])
    weights = read_weights(path)
    inner = normed(weights["token_embd.weight"][TOKENS], weights["blk.0.ffn_norm.weight"])  # (T, i)
    chosen = np.argsort(-(inner @ weights["blk.0.ffn_gate_inp.weight"].T), axis=1)[:, :2]  # (T, 2)
    up, down = found["blk.0.ffn_up_exps.weight"], found["blk.0.ffn_down_exps.weight"]
    assert up.counts.sum() == 2 * len(TOKENS)
    for expert in range(n_experts):
        rows = inner[(chosen == expert).any(axis=1)]
        assert up.counts[expert] == down.counts[expert] == len(rows) > 0
        np.testing.assert_allclose(up.sums[expert], (rows**2).sum(axis=0), rtol=1e-4)
        gate, value = (rows @ weights[f"blk.0.ffn_{name}_exps.weight"][expert].T for name in ("gate", "up"))
        np.testing.assert_allclose(down.sums[expert], ((silu(gate) * value) ** 2).sum(axis=0), rtol=1e-3)
    assert up.means().shape == (n_experts * 256,)


def test_sequences_are_read_from_empty_contexts_and_every_token_counts(plain):
    both = collect(plain, [TOKENS[:30], TOKENS[30:75]])
    first, second = collect(plain, [TOKENS[:30]]), collect(plain, [TOKENS[30:75]])
    for name, statistic in both.items():
        np.testing.assert_allclose(statistic.sums, first[name].sums + second[name].sums, rtol=1e-5)
        assert statistic.counts.tolist() == [75]


def test_a_sequence_longer_than_the_context_is_read_in_pieces(tmp_path):
    path = write_wide_llama(tmp_path / "wide.gguf")
    whole = collect(path, [TOKENS[:128], TOKENS[128:]])
    cut = collect(path, [TOKENS], n_ctx=128)
    assert N_BATCH == 128
    for name, statistic in whole.items():
        np.testing.assert_allclose(cut[name].sums, statistic.sums, rtol=1e-5)


def test_the_output_matrix_is_left_out_unless_asked_for(plain):
    tokens = TOKENS[:20]
    assert all(name.startswith("blk.") for name in collect(plain, [tokens]))
    found = collect(plain, [tokens], with_output=True)
    assert found["token_embd.weight"].counts.tolist() == [20]  # tied: it stands for the output


def test_an_adapter_changes_what_later_weights_see_and_is_not_measured_itself(tmp_path, plain):
    base = write_wide_llama(tmp_path / "base.gguf")
    adapter = write_lora(tmp_path / "lora.gguf", base, rank=4, scale=0.3)
    without, with_adapter = collect(base, [TOKENS[:40]]), collect(base, [TOKENS[:40]], adapter=adapter)
    assert without.keys() == with_adapter.keys()
    np.testing.assert_array_equal(without["blk.0.attn_q.weight"].sums, with_adapter["blk.0.attn_q.weight"].sums)
    assert not np.allclose(without["blk.0.ffn_down.weight"].sums, with_adapter["blk.0.ffn_down.weight"].sums, rtol=0.01)
    with pytest.raises(ModelFileError):
        collect(plain, [TOKENS[:40]], adapter=base)


def test_progress_counts_tokens(plain):
    seen: list[int] = []
    collect(plain, [TOKENS, TOKENS[:10]], on_tokens=seen.append)
    assert seen == [128, 200, 210]


def test_a_model_that_overflows_is_an_error_that_names_the_weight(tmp_path):
    path = write_wide_llama(tmp_path / "wide.gguf")
    overwrite(path, "blk.0.ffn_norm.weight", np.inf)
    with pytest.raises(EngineError, match=r"the inputs of blk\.0\.ffn_\w+\.weight aren't finite"):
        collect(path, [TOKENS[:20]])


def test_nothing_to_read_is_an_error(plain):
    with pytest.raises(EngineError, match="no text"):
        collect(plain, [[], []])


def test_an_expert_that_saw_nothing_counts_as_one():
    sums = ImportanceSums()
    sums.add("w", 3, 1, np.array([[3.0, 4.0], [0.0, 2.0]], np.float32))
    (statistic,) = sums.result().values()
    assert statistic.counts.tolist() == [0, 2, 0]
    assert statistic.means().tolist() == [1, 1, 4.5, 10, 1, 1]
    assert mean_squares({"w": statistic})["w"].dtype == np.float32
    with pytest.raises(EngineError, match="after"):
        sums.add("w", 3, 1, np.ones((1, 5), np.float32))


def test_sums_do_not_stall_where_float32_would():
    sums = ImportanceSums()
    sums.add("w", 1, 0, np.full((1, 1), 2.0**13, np.float32))  # 2^26: float32 has no room for a further 1
    for _ in range(64):
        sums.add("w", 1, 0, np.ones((1, 1), np.float32))
    assert sums.result()["w"].sums.item() == 2.0**26 + 64


def test_decorations_of_a_scheduler_are_stripped_from_names():
    assert plain_name("blk.0.attn_k.weight") == "blk.0.attn_k.weight"
    assert plain_name("CUDA0#blk.0.attn_k.weight#0") == "blk.0.attn_k.weight"
    assert plain_name("CPU#blk.0.attn_k.weight") == "blk.0.attn_k.weight"


def test_statistics_are_plain_values():
    statistic = InputStatistic(np.ones((1, 4), np.float32), np.array([2], np.int64))
    assert statistic.means().tolist() == [0.5] * 4
